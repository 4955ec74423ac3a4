// The iterators that the interpreter steps by itself.
#pragma once

#include "VM/Heap/Heap.h"

namespace coil::vm {

struct List;

struct ListIterator : Object {
  List *list; // owned; null once exhausted
  int64_t index;
};
// The next item, borrowed; empty at the end.
Value listIteratorNext(Object *iterator);

struct RangeIterator : Object {
  int64_t current, step, remaining;
  int64_t length; // of the range at the start
};
// The iterator of a sequence that has __getitem__ only.
Ref newSequenceIterator(Value sequence);
// iter(callable, sentinel): calls until the result equals the sentinel.
Ref newCallableIterator(Value callable, Value sentinel);

// The next number (owned, though immediate unless it is large); empty at the end.
Value rangeIteratorNext(Object *iterator);

} // namespace coil::vm
