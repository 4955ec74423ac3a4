// Allocation of heap objects.
#pragma once

#include "VM/Core/Type.h"
#include <cstdlib>

namespace coil::vm {

// Links an object into the cycle collector's list; stands directly before its header.
struct GcLinks {
  GcLinks *previous;
  GcLinks *next;
};

// The attribute storage of an instance of a Python-level class; stands before GcLinks (or the header).
struct Attributes {
  Shape *shape;  // which attribute is which value; its `dictionary` kind means that `dict` holds them instead
  Value *values; // owned; points to the object's inline values or to a block of its own
};

inline GcLinks *gcLinks(Object *object) { return reinterpret_cast<GcLinks *>(object) - 1; }
inline Object *objectOf(GcLinks *links) { return reinterpret_cast<Object *>(links + 1); }
// Requires a type with kTypeAttributes (which implies kTypeGc).
inline Attributes *attributes(Object *object) { return reinterpret_cast<Attributes *>(gcLinks(object)) - 1; }

namespace heap {

// Under AddressSanitizer every object is a block of its own, so that it sees them all.
#if defined(__has_feature) && __has_feature(address_sanitizer)
inline constexpr bool kPlainMalloc = true;
#else
inline constexpr bool kPlainMalloc = false;
#endif

inline constexpr size_t kGranule = 16;
inline constexpr size_t kLargest = 512; // larger blocks go to malloc

namespace detail {
struct FreeBlock {
  FreeBlock *next;
};
extern FreeBlock *freeLists[kLargest / kGranule + 1];
extern size_t inUse;
void *allocateSlow(size_t bytes);
} // namespace detail

// Raw memory by size class; never fails (an exhausted machine ends the process with a message).
inline void *allocate(size_t bytes) {
  if (!kPlainMalloc && bytes <= kLargest) [[likely]] {
    detail::FreeBlock *&list = detail::freeLists[(bytes + kGranule - 1) / kGranule];
    if (detail::FreeBlock *block = list) [[likely]] {
      list = block->next;
      detail::inUse += bytes;
      return block;
    }
  }
  return detail::allocateSlow(bytes);
}
inline void deallocate(void *memory, size_t bytes) {
  detail::inUse -= bytes;
  if (kPlainMalloc || bytes > kLargest) [[unlikely]] {
    std::free(memory);
    return;
  }
  auto *block = static_cast<detail::FreeBlock *>(memory);
  detail::FreeBlock *&list = detail::freeLists[(bytes + kGranule - 1) / kGranule];
  block->next = list;
  list = block;
}
// The block at another size, its contents kept as far as both sizes go; it may have moved.
// Whether a block for `count` things of `size` bytes could be had: asked in front of allocations that a
// program can make as large as it likes, to raise MemoryError instead of ending the process.
bool couldAllocate(int64_t count, size_t size);
void *reallocate(void *memory, size_t oldBytes, size_t newBytes);

// A zeroed object of `type` with reference count 1 and room for `extra` bytes behind type.size. Tracked by
// the collector if the type says so. `type` is retained when it is a heap type.
Object *allocateObject(Type &type, size_t extra = 0);
// An object of a built-in type that has neither GcLinks nor Attributes: the `extra` bytes, which the caller
// fills, are not zeroed.
Object *allocateLeaf(Type &type, size_t extra);
// Frees the memory of an object whose contents are released. `extra` as at allocation.
void freeObject(Object *object, size_t extra = 0);

template <class T> T *make(Type &type, size_t extra = 0) {
  return static_cast<T *>(allocateObject(type, extra));
}

// Bytes in use by objects, for --max-memory and the statistics.
inline size_t bytesInUse() { return detail::inUse; }

} // namespace heap

// Calls back for every value that an object owns.
class Visitor {
public:
  virtual void visit(Object *object) = 0;
  void visit(Value value) {
    if (value.isObject())
      visit(value.object());
    else if (wantsImmediates && !value.empty())
      visitImmediate(value);
  }
  template <class T> void visitPointer(T *object) {
    if (object) visit(static_cast<Object *>(object));
  }

protected:
  explicit Visitor(bool wantsImmediates = false) : wantsImmediates(wantsImmediates) {}
  ~Visitor() = default;
  // What is no heap object (a small int, a double, None): only for a visitor that has asked for it.
  virtual void visitImmediate(Value) {}

private:
  bool wantsImmediates;
};

} // namespace coil::vm
