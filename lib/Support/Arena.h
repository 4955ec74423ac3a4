// The arena of trees and of constants: slabs large enough that a file of usual size takes few of them, and
// which a thread uses again for its next file.
#pragma once

#include "llvm/Support/Allocator.h"
#include <cstddef>

namespace coil {

// Hands out slabs, and keeps some that are given back: warm memory, without a call of malloc.
class SlabAllocator : public llvm::AllocatorBase<SlabAllocator> {
public:
  static constexpr size_t kSlab = 16384;

  void *Allocate(size_t size, size_t alignment) {
    if (size == kSlab && spare.count > 0) return spare.slabs[--spare.count];
    return llvm::allocate_buffer(size, alignment);
  }
  void Deallocate(const void *slab, size_t size, size_t alignment) {
    if (size == kSlab && spare.count < spare.room)
      spare.slabs[spare.count++] = const_cast<void *>(slab);
    else
      llvm::deallocate_buffer(const_cast<void *>(slab), size, alignment);
  }
  using AllocatorBase<SlabAllocator>::Allocate;
  using AllocatorBase<SlabAllocator>::Deallocate;

private:
  struct Spare {
    static constexpr unsigned kMost = 64; // a megabyte
    void *slabs[kMost];
    unsigned count = 0;
    unsigned room = LLVM_ADDRESS_SANITIZER_BUILD ? 0 : kMost; // AddressSanitizer is to see what is freed
    ~Spare() {
      room = 0; // what is given back later is not kept
      while (count > 0) llvm::deallocate_buffer(slabs[--count], kSlab, alignof(std::max_align_t));
    }
  };
  static thread_local Spare spare;
};

using Arena = llvm::BumpPtrAllocatorImpl<SlabAllocator, SlabAllocator::kSlab, SlabAllocator::kSlab, 64>;

} // namespace coil
