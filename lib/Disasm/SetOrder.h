// The order in which CPython iterates over a set, so that listings show its elements as CPython would.
#pragma once

#include "Bytecode/Object.h"
#include "llvm/ADT/SmallVector.h"

namespace coil::disasm {

// The elements in the order of CPython's hash table after they were added one by one in the given order, as
// loading a .pyc does. Hashes are those of PYTHONHASHSEED=0, so that runs agree. None and Ellipsis,
// whose hashes are addresses, have those of Debian's build.
llvm::SmallVector<const bytecode::Object *, 8>
setIterationOrder(llvm::ArrayRef<const bytecode::Object *> items);

} // namespace coil::disasm
