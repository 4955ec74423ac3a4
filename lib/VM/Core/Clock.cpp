// Times as the system has them.
#include "VM/Core/Clock.h"
#include "VM/Protocol/Protocol.h"
#include "VM/Types/Int/Int.h"
#include <cmath>

using namespace coil::vm;

static constexpr char kOutOfRange[] = "timestamp out of range for platform time_t";

static Failure raiseTooLarge(Thread &t) {
  return raise(t, types::OverflowError, "timestamp too large to convert to C _PyTime_t");
}

static double rounded(double d, Round round) {
  if (round == Round::Floor) return std::floor(d);
  if (round == Round::Ceiling) return std::ceil(d);
  return d >= 0 ? std::ceil(d) : std::floor(d);
}

Result<int64_t> coil::vm::nanosecondsFrom(Thread &t, Value seconds, Round round) {
  if (isFloatLike(seconds)) {
    double d = TRY(asDouble(t, seconds));
    if (std::isnan(d)) return raise(t, types::ValueError, "Invalid value NaN (not a number)");
    d = rounded(d * double(kNanoseconds), round);
    if (d < -0x1p63 || d >= 0x1p63) return raiseTooLarge(t);
    return int64_t(d);
  }
  Ref number = TRY(index(t, seconds));
  int64_t whole, result;
  if (!toInt64(number, whole) || __builtin_mul_overflow(whole, kNanoseconds, &result))
    return raiseTooLarge(t);
  return result;
}

Result<time_t> coil::vm::wholeSecondsFrom(Thread &t, Value seconds) {
  if (isFloatLike(seconds)) {
    double d = TRY(asDouble(t, seconds));
    if (std::isnan(d)) return raise(t, types::ValueError, "Invalid value NaN (not a number)");
    d = std::floor(d);
    if (d < -0x1p63 || d >= 0x1p63) return raise(t, types::OverflowError, kOutOfRange);
    return time_t(d);
  }
  Ref number = TRY(index(t, seconds));
  int64_t whole;
  if (!toInt64(number, whole)) return raise(t, types::OverflowError, kOutOfRange);
  return time_t(whole);
}

timespec coil::vm::timespecFrom(int64_t nanoseconds) {
  int64_t whole = nanoseconds / kNanoseconds, rest = nanoseconds % kNanoseconds;
  if (rest < 0) --whole, rest += kNanoseconds;
  return {time_t(whole), long(rest)};
}

int64_t coil::vm::monotonicNanoseconds() {
  timespec now;
  ::clock_gettime(CLOCK_MONOTONIC, &now);
  return now.tv_sec * kNanoseconds + now.tv_nsec;
}
