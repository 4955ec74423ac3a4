// range: what its two kinds of iterators need of each other.
#pragma once

#include "VM/Core/Ref.h"

namespace coil::vm {

class Thread;

// range(start, stop, step), of ints.
Ref makeRange(Thread &t, Value start, Value stop, Value step);
// The iterator of a range whose numbers do not fit in 64 bits.
Ref newLongRangeIterator(Value start, Value step, Value length);

} // namespace coil::vm
