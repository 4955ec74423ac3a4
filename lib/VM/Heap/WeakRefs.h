// The table behind weak references: which references watch an object.
#pragma once

#include "VM/Core/Object.h"

namespace coil::vm {

struct WeakRef : Object {
  Object *referent; // borrowed; null once it is dead
  Value callback;   // owned; may be empty
  WeakRef *next;    // the referent's next reference
  int64_t hash;     // -1: not computed
};

// Registers `ref` (whose referent is set) with its referent.
void addWeakRef(WeakRef *ref);
void removeWeakRef(WeakRef *ref);
// The first reference without a callback of the exact type, which weakref.ref(x) shares; null if none.
WeakRef *basicWeakRef(Object *referent);
WeakRef *firstWeakRef(Object *referent);
// Clears all references to a dying object and calls their callbacks.
void clearWeakRefs(Object *referent);

} // namespace coil::vm
