// The embedded modules of the standard library: their bytecode, by name.
#pragma once

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/StringRef.h"

namespace coil::vm {

// One name under which embedded bytecode can be imported (Frozen.def).
struct FrozenModule {
  llvm::StringLiteral name;
  llvm::StringRef marshal; // the code object
  bool isPackage;
  const char *origin; // may be null
};

// All of them, in CPython's order.
llvm::ArrayRef<FrozenModule> frozenModules();
// Null if there is none of this name.
const FrozenModule *findFrozenModule(llvm::StringRef name);

} // namespace coil::vm
