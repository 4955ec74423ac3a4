// The table behind weak references: which references watch an object.
#pragma once

#include "VM/Core/Object.h"
#include "llvm/ADT/SmallVector.h"

namespace coil::vm {

struct WeakRef : Object {
  Object *referent; // borrowed; null once it is dead
  Value callback;   // owned; may be empty
  WeakRef *next;    // the referent's next reference
  int64_t hash;     // -1: not computed

  // The referent, or null once its last reference has gone, though its destruction may still be waiting.
  Object *alive() const {
    return referent && (referent->refCount > 0 || referent->flags & kImmortal) ? referent : nullptr;
  }
};

// Registers `ref` (whose referent is set) with its referent.
void addWeakRef(WeakRef *ref);
void removeWeakRef(WeakRef *ref);
// The first reference without a callback of the exact type, which weakref.ref(x) shares; null if none.
WeakRef *basicWeakRef(Object *referent);
WeakRef *firstWeakRef(Object *referent);
// Clears all references to a dying object and calls their callbacks.
void clearWeakRefs(Object *referent);
// Clears all references to an object and adds those whose callbacks are to be called, retained.
void detachWeakRefs(Object *referent, llvm::SmallVectorImpl<WeakRef *> &withCallback);
// Calls the callback of a cleared reference, and releases that.
void callWeakRefCallback(WeakRef *ref);

} // namespace coil::vm
