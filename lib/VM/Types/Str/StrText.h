// The literal forms of a str.
#pragma once

#include "VM/Types/Str.h"

namespace coil::vm {

// repr(s): quotes chosen and characters escaped as CPython does.
StrRef reprStr(Str *s);
// ascii(s): the same with everything beyond ASCII escaped.
StrRef asciiStr(Str *s);
// `text` with \x, \u and \U escapes for what is not ASCII, and nothing else changed.
StrRef escapeNonAscii(Str *text);

} // namespace coil::vm
