// What the sequence types share: indices, comparison, repetition, reprs.
#pragma once

#include "VM/Protocol/Protocol.h"
#include "VM/Types/Slice.h"

namespace coil::vm {

struct Tuple;

struct TupleIterator : Object {
  Tuple *tuple; // owned; null once exhausted
  int64_t index;
};

// An index in range from a key; IndexError and TypeError ("list indices must be integers or slices, not str")
// otherwise. The length is read after the __index__ of the key, which may change the sequence.
Status sequenceIndex(Thread &t, Value key, const int64_t &length, const char *typeName,
                     const char *outOfRange, int64_t &index);
// The clipped start and stop of index() and the like; empty or None arguments mean the ends.
Status searchBounds(Thread &t, Value start, Value stop, int64_t length, int64_t &from, int64_t &to);
// The factor of sequence * factor, at least 0; MemoryError when the result would not fit.
// `overflow`: what OverflowError says where not even a length could be the result's; by default it is
// MemoryError.
Result<int64_t> repeatCount(Thread &t, Value count, int64_t length, const char *overflow = nullptr);
// Lexicographic comparison of two lists or two tuples.
Ref compareSequences(Thread &t, Value a, Value b, CompareOp op);
// The reprs of a list's or tuple's items, comma-separated, between the brackets.
Ref reprOfItems(Thread &t, Value sequence, const char *open, const char *close);
// __iter__ of iterators.
Ref selfIter(Thread &t, Value self);
// __reduce__ of exhausted iterators: (iter, (emptySequence,)).
Ref reduceExhausted(const Ref &emptySequence);
// __reduce__ of sequence iterators: (iter, (sequence,), index), with an empty tuple for an exhausted one.
Ref reduceIterator(Thread &t, Value sequenceOrEmpty, int64_t index);
// __class_getitem__ of generic types.
Ref newGenericAliasMethod(Thread &t, const Value *args);

} // namespace coil::vm
