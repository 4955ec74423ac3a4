// str.format and str.format_map.
#pragma once

#include "VM/Protocol/Protocol.h"

namespace coil::vm {

Ref strFormatMethod(Thread &t, Value self, const CallArgs &args);
// args: the format and the mapping.
Ref strFormatMapMethod(Thread &t, const Value *args);

} // namespace coil::vm
