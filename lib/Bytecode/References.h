// Which objects of a compiled module CPython's marshal would flag, and in which order it would write sets.
#pragma once

#include "Bytecode/Code.h"

namespace coil::bytecode {

// Sets Object::refFlag below `root` as the reference counts would be when py_compile writes the module, and
// puts frozensets into the order in which marshal writes them.
void modelReferences(const Code &root);

// Whether CPython interns a constant str: it could be an identifier, or is the "*" of `import *`, of which
// every process has run some.
bool isInternedConstant(llvm::StringRef text);

} // namespace coil::bytecode
