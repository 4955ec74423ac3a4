// Times as the system has them: nanoseconds, from Python's numbers and from the clocks.
#pragma once

#include "VM/Core/Ref.h"
#include <ctime>

namespace coil::vm {

class Thread;

inline constexpr int64_t kNanoseconds = 1'000'000'000;

enum class Round : uint8_t { Floor, Ceiling, Up }; // Up: away from zero, so that no wait is too short

// A number of seconds (an int or a float) in nanoseconds.
Result<int64_t> nanosecondsFrom(Thread &t, Value seconds, Round round);
// A number of seconds as a time_t, rounded down.
Result<time_t> wholeSecondsFrom(Thread &t, Value seconds);

timespec timespecFrom(int64_t nanoseconds);
// CLOCK_MONOTONIC now.
int64_t monotonicNanoseconds();

} // namespace coil::vm
