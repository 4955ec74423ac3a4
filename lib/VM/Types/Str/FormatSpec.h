// The format mini-language
// (https://docs.python.org/3/library/string.html#format-specification-mini-language).
#pragma once

#include "VM/Protocol/Protocol.h"

namespace coil::vm {

// format(value, spec) of the built-in types; `value` must be an int, float, complex or str (or of a
// subclass).
Ref formatInt(Thread &t, Value value, Str *spec);
Ref formatFloat(Thread &t, Value value, Str *spec);
Ref formatComplex(Thread &t, Value value, Str *spec);
Ref formatStr(Thread &t, Value value, Str *spec);

} // namespace coil::vm
