// What happens when an object's last reference goes: finalizer, weak references, contents, memory.
#include "VM/Bind/Native.h"
#include "VM/Core/Shape.h"
#include "VM/Core/Thread.h"
#include "VM/Exceptions/Raise.h"
#include "VM/Heap/Gc.h"
#include "VM/Heap/WeakRefs.h"

using namespace coil::vm;

namespace {

// Destruction of a deep structure must not recurse deeply: beyond this depth objects wait in a queue.
constexpr int kMaxDestroyDepth = 64;
thread_local int destroyDepth = 0;
thread_local llvm::SmallVector<Object *, 0> *waiting = nullptr;

size_t extraSizeOf(const Object *object) {
  for (Type *type = object->type; type; type = type->base)
    if (type->spec) return type->spec->extraSize ? type->spec->extraSize(object) : 0;
  return 0;
}

void releaseContents(Object *object) {
  Type *type = object->type;
  if (type->has(kTypeAttributes)) releaseAttributes(object);
  if (type->clear) type->clear(object);
}

// The same for a built-in type that the collector watches, when there are neither weak references nor
// attributes.
void destroyTracked(Object *object) {
  Type *type = object->type;
  gc::untrack(object);
  size_t extra = type->spec->extraSize ? type->spec->extraSize(object) : 0;
  if (type->clear) type->clear(object);
  heap::deallocate(gcLinks(object), sizeof(GcLinks) + type->size + extra);
}

void destroyNow(Object *object) {
  Type *type = object->type;
  if ((type->typeFlags & (kTypeGc | kTypeAttributes | kTypeHeap)) == kTypeGc && type->spec &&
      !type->slots.del && !(object->flags & kHasWeakRefs))
    return destroyTracked(object);
  if (type->slots.del && !(object->flags & kFinalized)) {
    object->flags |= kFinalized;
    object->refCount = 1; // alive while the finalizer runs
    Thread &t = Thread::current();
    Ref saved = takePending(t);
    type->slots.del(t, Value(object));
    if (saved) (void)setPending(t, std::move(saved));
    if (--object->refCount != 0) return; // resurrected
  }
  if (object->flags & kHasWeakRefs) {
    object->refCount = 1;
    clearWeakRefs(object);
    --object->refCount;
  }
  if (type->has(kTypeGc)) gc::untrack(object);
  size_t extra = extraSizeOf(object);
  releaseContents(object);
  heap::freeObject(object, extra);
}

void destroyWaiting(Object *object) {
  if (object->type->slots.del && object->type->has(kTypeGc)) gc::track(object); // it may be resurrected
  destroyNow(object);
}

} // namespace

// Objects that own nothing and that nobody watches (texts, large integers, range iterators) are memory only.
static bool isPlain(const Object *object) {
  const Type *type = object->type;
  return !(object->flags & kHasWeakRefs) && !type->clear && !type->slots.del &&
         !(type->typeFlags & (kTypeGc | kTypeHeap | kTypeAttributes));
}

void coil::vm::destroyObject(Object *object) {
  assert(!(object->flags & kImmortal));
  if (isPlain(object)) {
    heap::deallocate(object, object->type->size + extraSizeOf(object));
    return;
  }
  if (destroyDepth >= kMaxDestroyDepth) {
    if (!waiting) waiting = new llvm::SmallVector<Object *, 0>();
    // A collection before its turn must not find an object without references.
    if (object->type->has(kTypeGc)) gc::untrack(object);
    waiting->push_back(object);
    return;
  }
  ++destroyDepth;
  destroyNow(object);
  if (destroyDepth == 1 && waiting)
    while (!waiting->empty()) destroyWaiting(waiting->pop_back_val());
  --destroyDepth;
}
