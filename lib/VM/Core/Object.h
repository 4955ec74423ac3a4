// The header of every heap object, and reference counting.
#pragma once

#include "VM/Core/Value.h"

namespace coil::vm {

struct Type;

// Bits of Object::flags.
enum ObjectFlags : uint32_t {
  kTracked = 1 << 0,     // linked into the cycle collector's list
  kFinalized = 1 << 1,   // its __del__ has run (PEP 442: once)
  kHasWeakRefs = 1 << 2, // the weak reference table knows it
  kGcReachable = 1 << 3, // scratch of the collector
  kGcCandidate = 1 << 4, // scratch of the collector
  kInterned = 1 << 5,    // str: in the intern table
  kImmortal = 1 << 6,    // static types: never freed
};

// What precedes the header depends on the type (see Type::flags), nearest first:
//   GcLinks   where the type's instances can be part of a cycle
//   Attributes where instances have attribute storage of their own (a Python-level class)
struct Object {
  uint32_t refCount;
  uint32_t flags;
  Type *type;
};

// Frees `object`, whose count has dropped to zero: runs finalizers, clears weak references, releases what it
// owns.
void destroyObject(Object *object);

inline void retain(Object *object) { ++object->refCount; }
inline void release(Object *object) {
  assert(object->refCount != 0);
  if (--object->refCount == 0) [[unlikely]]
    destroyObject(object);
}
inline void retain(Value value) {
  if (value.isObject()) ++value.object()->refCount;
}
inline void release(Value value) {
  if (value.isObject()) release(value.object());
}

// Takes a new reference on `value` and returns it: for slots that own what they hold.
inline Value retained(Value value) {
  retain(value);
  return value;
}

// Replaces the value that an owning slot holds; the old one is released last, when the slot is consistent
// again.
inline void replaceOwned(Value &slot, Value owned) {
  Value old = slot;
  slot = owned;
  release(old);
}
template <class T> void replaceOwned(T *&slot, T *owned) {
  T *old = slot;
  slot = owned;
  if (old) release(static_cast<Object *>(old));
}

} // namespace coil::vm
