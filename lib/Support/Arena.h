// The arena of trees and of constants: slabs large enough that a file of usual size takes few of them.
#pragma once

#include "llvm/Support/Allocator.h"

namespace coil {

using Arena = llvm::BumpPtrAllocatorImpl<llvm::MallocAllocator, 16384, 16384, 16>;

} // namespace coil
