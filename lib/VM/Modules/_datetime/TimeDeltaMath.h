// Arithmetic of timedelta.
#pragma once

#include "VM/Modules/_datetime/Datetime.h"

namespace coil::vm::datetime {

inline constexpr int kMaxDays = 999999999;

// A number of microseconds as an int, and back: OverflowError for what no timedelta can be.
Ref makeMicros(Micros micros);
Status microsFrom(Thread &t, Value number, Micros &micros);
void fillTimeDeltaMath(Slots &slots);

} // namespace coil::vm::datetime
