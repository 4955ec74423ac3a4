// The cyclic garbage collector: trial deletion over the tracked objects, in three generations as CPython's.
#pragma once

#include "VM/Heap/Heap.h"

namespace coil::vm::gc {

// Starts or stops watching an object for cycles. Both are no-ops when it is so already.
void track(Object *object);
void untrack(Object *object);

// Collects generation `generation` (0..2) and the younger ones; returns the number of unreachable objects
// found. Runs finalizers, and the functions of gc.callbacks.
size_t collect(Thread &t, int generation);

// Called by the allocator after each tracked allocation; collects when the thresholds say so.
void allocationHappened();

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

// Calls `callback` for each tracked object: of all generations and the permanent one, or of generation
// `only`.
void forEachTracked(void (*callback)(Object *, void *), void *context);
void forEachTracked(int only, void (*callback)(Object *, void *), void *context);

// Visits everything that a tracked object owns.
void traverse(Object *object, Visitor &visitor);

// gc.freeze(): moves all objects where no collection looks, and back to the oldest generation.
void freeze();
void unfreeze();
size_t frozenCount();

} // namespace coil::vm::gc
