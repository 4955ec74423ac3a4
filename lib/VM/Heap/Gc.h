// The cyclic garbage collector: trial deletion over the tracked objects, in three generations as CPython's.
#pragma once

#include "VM/Heap/Heap.h"

namespace coil::vm::gc {

// Collects generation `generation` (0..2) and the younger ones; returns the number of unreachable objects
// found. Runs finalizers, and the functions of gc.callbacks.
size_t collect(Thread &t, int generation);

// A collection is going on.
bool isCollecting();

// Collects if the thresholds say so.
void collectIfDue();

inline constexpr int kGenerations = 3;

// What one generation has seen: gc.get_stats().
struct Statistics {
  size_t collections = 0, collected = 0, uncollectable = 0;
};

// The bits of gc.set_debug().
enum Debug : unsigned {
  kDebugStats = 1 << 0,
  kDebugCollectable = 1 << 1,
  kDebugUncollectable = 1 << 2,
  kDebugSaveAll = 1 << 5,
};

struct Settings {
  bool enabled = true;
  unsigned threshold[kGenerations] = {700, 10, 10};
  unsigned count[kGenerations] = {0, 0, 0};
  unsigned debug = 0;
  Statistics statistics[kGenerations];
  Value callbacks; // owned: the lists gc.callbacks and gc.garbage, once the module gc is there
  Value garbage;
};
extern Settings settings;

// Called by the allocator after each tracked allocation.
inline void allocationHappened() {
#ifndef COIL_GC_STRESS
  if (settings.count[0] <= settings.threshold[0]) [[likely]]
    return;
#endif
  collectIfDue();
}

// Calls `callback` for each tracked object: of all generations and the permanent one, or of generation
// `only`.
void forEachTracked(void (*callback)(Object *, void *), void *context);
void forEachTracked(int only, void (*callback)(Object *, void *), void *context);

struct Generation : GcLinks {
  Generation() { previous = next = this; }
};
extern Generation generations[kGenerations];

// Starts or stops watching an object for cycles. Both are no-ops when it is so already.
inline void track(Object *object) {
  if (object->flags & kTracked) return;
  object->flags |= kTracked;
  GcLinks *links = gcLinks(object), *list = &generations[0];
  links->previous = list->previous;
  links->next = list;
  list->previous->next = links;
  list->previous = links;
  ++settings.count[0];
}
inline void untrack(Object *object) {
  if (!(object->flags & kTracked)) return;
  object->flags &= ~kTracked;
  GcLinks *links = gcLinks(object);
  links->previous->next = links->next;
  links->next->previous = links->previous;
  links->previous = links->next = nullptr;
  if (settings.count[0] > 0) --settings.count[0];
}

// Visits everything that a tracked object owns.
void traverse(Object *object, Visitor &visitor);

// gc.freeze(): moves all objects where no collection looks, and back to the oldest generation.
void freeze();
void unfreeze();
size_t frozenCount();

} // namespace coil::vm::gc
