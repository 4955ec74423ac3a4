// The tables of built-in functions, one for each file here, and what these files share.
#pragma once

#include "VM/Bind/Native.h"
#include "VM/Protocol/Protocol.h"

namespace coil::vm {

llvm::ArrayRef<NativeDef> attributeFunctions();
llvm::ArrayRef<NativeDef> numberFunctions();
llvm::ArrayRef<NativeDef> iterationFunctions();
llvm::ArrayRef<NativeDef> textFunctions();
llvm::ArrayRef<NativeDef> classFunctions();
llvm::ArrayRef<NativeDef> executeFunctions();
llvm::ArrayRef<NativeDef> importFunctions();

// The namespace of locals() in the innermost Python frame: the real one in modules and class bodies, a copy
// in functions.
Ref currentLocals(Thread &t);
// The globals of the innermost Python frame; SystemError outside of any. Borrowed.
Dict *currentGlobals(Thread &t);
// Writes text to a file-like object: sys.stdout as it is made at start, or anything with a write method.
Status writeToFile(Thread &t, Value file, Str *text);

} // namespace coil::vm
