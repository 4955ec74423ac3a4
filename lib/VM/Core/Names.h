// The interned names of Names.def, as Str pointers.
#pragma once

#include "VM/Core/Names.def"

namespace coil::vm {

struct Str;

namespace names {
#define NAME(text) extern Str *text;
#define SPECIAL(text) extern Str *special_##text;
#define NAMED(symbol, text) extern Str *symbol;
COIL_NAMES(NAME, SPECIAL, NAMED)
#undef NAME
#undef NAMED
#undef SPECIAL
} // namespace names

// Interns all of them; called once when the runtime starts.
void initializeNames();

} // namespace coil::vm
