// Size-class allocation, and the layout of objects in memory: [Attributes] [GcLinks] header fields extra.
#include "VM/Heap/Heap.h"
#include "VM/Bind/Native.h"
#include "VM/Core/Shape.h"
#include "VM/Heap/Gc.h"
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <sys/mman.h>

using namespace coil::vm;

namespace {

constexpr size_t kChunkBytes = 256 * 1024;

char *chunkNext = nullptr;
char *chunkEnd = nullptr;

[[noreturn]] void outOfMemory() {
  std::fputs("coil: out of memory\n", stderr);
  std::_Exit(1);
}

void *allocateLarge(size_t bytes) {
  void *memory = std::malloc(bytes);
  if (!memory) outOfMemory();
  return memory;
}

// Takes a block from the current chunk, starting a new one when it is used up.
void *allocateFromChunk(size_t bytes) {
  if (size_t(chunkEnd - chunkNext) < bytes) {
    chunkNext = static_cast<char *>(allocateLarge(kChunkBytes));
    chunkEnd = chunkNext + kChunkBytes;
  }
  void *memory = chunkNext;
  chunkNext += bytes;
  return memory;
}

size_t prefixSize(const Type &type) {
  size_t bytes = 0;
  if (type.has(kTypeGc)) bytes += sizeof(GcLinks);
  if (type.has(kTypeAttributes)) bytes += sizeof(Attributes);
  return bytes;
}

size_t blockSize(const Type &type, size_t extra) {
  return prefixSize(type) + type.size + extra + type.inlineValues * sizeof(Value);
}

} // namespace

heap::detail::FreeBlock *heap::detail::freeLists[kLargest / kGranule + 1];
size_t heap::detail::inUse = 0;

void *heap::detail::allocateSlow(size_t bytes) {
  inUse += bytes;
  if (kPlainMalloc || bytes > kLargest) return allocateLarge(bytes);
  return allocateFromChunk((bytes + kGranule - 1) / kGranule * kGranule);
}

bool heap::couldAllocate(int64_t count, size_t size) {
  constexpr int64_t kUnchecked = 1 << 16;
  if (count <= kUnchecked) return true;
  if (count >= INT64_MAX / int64_t(size)) return false;
  size_t bytes = size_t(count) * size;
  void *probe = ::mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (probe == MAP_FAILED) return false;
  ::munmap(probe, bytes);
  return true;
}

void *heap::reallocate(void *memory, size_t oldBytes, size_t newBytes) {
  if (!kPlainMalloc && oldBytes > kLargest && newBytes > kLargest) {
    detail::inUse += newBytes - oldBytes;
    memory = std::realloc(memory, newBytes);
    if (!memory) outOfMemory();
    return memory;
  }
  if (!kPlainMalloc && (oldBytes + kGranule - 1) / kGranule == (newBytes + kGranule - 1) / kGranule) {
    detail::inUse += newBytes - oldBytes;
    return memory;
  }
  void *moved = allocate(newBytes);
  std::memcpy(moved, memory, std::min(oldBytes, newBytes));
  deallocate(memory, oldBytes);
  return moved;
}

// Small blocks are zeroed in place: a call of memset takes longer than that.
static void zero(char *memory, size_t bytes) {
  if (heap::kPlainMalloc || bytes > 128) {
    std::memset(memory, 0, bytes);
    return;
  }
  for (size_t i = 0; i < bytes; i += heap::kGranule) std::memset(memory + i, 0, heap::kGranule);
}

// An instance of a built-in type that the collector watches and that has no attributes: most are.
static Object *allocateTracked(Type &type, size_t extra) {
  size_t bytes = sizeof(GcLinks) + type.size + extra;
  char *memory = static_cast<char *>(heap::allocate(bytes));
  zero(memory, bytes);
  auto *object = reinterpret_cast<Object *>(memory + sizeof(GcLinks));
  object->refCount = 1;
  object->type = &type;
  gc::track(object);
  gc::allocationHappened();
  return object;
}

Object *heap::allocateObject(Type &type, size_t extra) {
  if ((type.typeFlags & (kTypeGc | kTypeAttributes | kTypeHeap)) == kTypeGc)
    return allocateTracked(type, extra);
  size_t bytes = blockSize(type, extra);
  char *memory = static_cast<char *>(allocate(bytes));
  zero(memory, bytes);
  auto *object = reinterpret_cast<Object *>(memory + prefixSize(type));
  object->refCount = 1;
  object->type = &type;
  if (type.has(kTypeHeap)) retain(&type);
  if (type.has(kTypeAttributes)) {
    Attributes *own = attributes(object);
    own->shape = type.rootShape;
    own->values = type.inlineValues
                      ? reinterpret_cast<Value *>(reinterpret_cast<char *>(object) + type.size + extra)
                      : nullptr;
  }
  if (type.has(kTypeGc)) {
    gc::track(object);
    gc::allocationHappened();
  }
  return object;
}

Object *heap::allocateLeaf(Type &type, size_t extra) {
  assert(!type.has(kTypeGc) && !type.has(kTypeHeap) && !type.inlineValues);
  auto *object = static_cast<Object *>(allocate(type.size + extra));
  std::memset(static_cast<void *>(object), 0, type.size);
  object->refCount = 1;
  object->type = &type;
  return object;
}

void heap::freeObject(Object *object, size_t extra) {
  Type *type = object->type;
  char *memory = reinterpret_cast<char *>(object) - prefixSize(*type);
  deallocate(memory, blockSize(*type, extra));
  if (type->has(kTypeHeap)) release(type);
}
