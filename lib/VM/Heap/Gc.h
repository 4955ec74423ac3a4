// The cyclic garbage collector: trial deletion over the tracked objects, in three generations as CPython's.
#pragma once

#include "VM/Heap/Heap.h"

namespace coil::vm::gc {

// Starts or stops watching an object for cycles. Both are no-ops when it is so already.
void track(Object *object);
void untrack(Object *object);

// Collects generation `generation` (0..2) and the younger ones; returns the number of unreachable objects
// found. Runs finalizers.
size_t collect(Thread &t, int generation);

// Called by the allocator after each tracked allocation; collects when the thresholds say so.
void allocationHappened();

struct Settings {
  bool enabled = true;
  unsigned threshold[3] = {700, 10, 10};
  unsigned count[3] = {0, 0, 0};
};
extern Settings settings;

// Calls `callback` for each tracked object.
void forEachTracked(void (*callback)(Object *, void *), void *context);

} // namespace coil::vm::gc
