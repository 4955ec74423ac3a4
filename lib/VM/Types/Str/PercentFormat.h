// printf-style formatting: the % operator of str and bytes.
#pragma once

#include "VM/Protocol/Protocol.h"

namespace coil::vm {

// format % args: a tuple gives one value per conversion, a mapping the values of %(name)s.
Ref percentFormatStr(Thread &t, Str *format, Value args);
// The format a bytes or a bytearray, which decides the result's type.
Ref percentFormatBytes(Thread &t, Value format, Value args);

} // namespace coil::vm
