// collections.deque: a ring of values that grows at both ends.
#pragma once

#include "VM/Modules/_collections/Collections.h"

namespace coil::vm {

struct Deque : Object {
  Value *items;     // owned values in a ring; malloc'ed
  int64_t capacity; // a power of two; 0: nothing allocated
  int64_t first;    // where the first item stands
  int64_t length;
  int64_t maxLength; // -1: unbounded
  uint64_t state;    // counts changes, for the iterators

  Value &at(int64_t i) { return items[(first + i) & (capacity - 1)]; }
};

template <> inline Type &typeFor<Deque>() { return types::Deque; }

// All four take over the reference, or give it; the pops require an item.
void dequeAppendOwned(Deque *deque, Value owned);
void dequeAppendLeftOwned(Deque *deque, Value owned);
Ref dequePop(Deque *deque);
Ref dequePopLeft(Deque *deque);
void dequeClear(Deque *deque);
// `steps` to the right; to the left if negative.
void dequeRotate(Deque *deque, int64_t steps);
// The items as a list.
ListRef dequeItems(Deque *deque);

Ref newDequeIterator(Type &type, Deque *deque);

} // namespace coil::vm
