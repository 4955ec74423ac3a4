// slice: start, stop and step of a subscript.
#pragma once

#include "VM/Heap/Heap.h"
#include "VM/Types/Types.h"

namespace coil::vm {

struct Slice : Object {
  Value start, stop, step; // owned
};

// What a slice selects of a sequence of known length: `count` indices from `start` by `step`.
struct SliceBounds {
  int64_t start, stop, step, count;
};

Ref newSlice(Value start, Value stop, Value step);
// slice.indices(length), for a slice object; fails for a zero step or parts that are no integers.
// The length is read last, as the __index__ of a boundary may change the sequence.
Status sliceBounds(Thread &t, Value slice, const int64_t &length, SliceBounds &bounds);

// slice.indices() for a length of any size.
Status sliceOfLength(Thread &t, Value slice, Value length, Ref &start, Ref &stop, Ref &step);

} // namespace coil::vm
