// printf-style formatting: the % operator of str and bytes.
#pragma once

#include "VM/Protocol/Protocol.h"

namespace coil::vm {

struct Bytes;

// format % args: a tuple gives one value per conversion, a mapping the values of %(name)s.
Ref percentFormatStr(Thread &t, Str *format, Value args);
Ref percentFormatBytes(Thread &t, Bytes *format, Value args);

} // namespace coil::vm
