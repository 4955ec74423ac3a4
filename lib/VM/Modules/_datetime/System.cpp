// Points of time and the system's time zone.
#include "VM/Core/Clock.h"
#include "VM/Core/Locale.h"
#include "VM/Modules/_datetime/Datetime.h"
#include "VM/Types/Int/Int.h"
#include <cerrno>
#include <cmath>
#include <ctime>

using namespace coil::vm;
using namespace coil::vm::datetime;

namespace {

constexpr int64_t kFold = 24 * 3600; // no zone's clock is put back by more

Status fieldsAt(Thread &t, time_t seconds, bool local, tm &fields) {
  errno = 0;
  if (local ? ::localtime_r(&seconds, &fields) : ::gmtime_r(&seconds, &fields)) return Status::ok();
  return raiseOSError(t, errno ? errno : EINVAL);
}

// The local time at a point of time; both in seconds since the year 1.
Result<int64_t> localAt(Thread &t, int64_t point) {
  tm fields;
  TRY(fieldsAt(t, time_t(point - kEpochSeconds), true, fields));
  Day day{fields.tm_year + 1900, fields.tm_mon + 1, fields.tm_mday};
  if (day.year < kMinYear || day.year > kMaxYear)
    return raise(t, types::ValueError, "year % is out of range", day.year);
  return secondsOf(day, {fields.tm_hour, fields.tm_min, fields.tm_sec});
}

double halfEven(double d) {
  double rounded = std::round(d);
  if (std::fabs(d - rounded) == 0.5) rounded = 2.0 * std::round(d / 2.0);
  return rounded;
}

} // namespace

Status datetime::timestampFrom(Thread &t, Value timestamp, time_t &seconds, int &micros) {
  micros = 0;
  if (!isFloatLike(timestamp)) {
    seconds = TRY(wholeSecondsFrom(t, timestamp));
    return Status::ok();
  }
  double whole, d = TRY(asDouble(t, timestamp));
  if (std::isnan(d)) return raise(t, types::ValueError, "Invalid value NaN (not a number)");
  double fraction = halfEven(std::modf(d, &whole) * 1e6);
  if (fraction >= 1e6) {
    fraction -= 1e6;
    whole += 1.0;
  } else if (fraction < 0) {
    fraction += 1e6;
    whole -= 1.0;
  }
  if (whole < -0x1p63 || whole >= 0x1p63)
    return raise(t, types::OverflowError, "timestamp out of range for platform time_t");
  seconds = time_t(whole);
  micros = int(fraction);
  return Status::ok();
}

Status datetime::brokenDown(Thread &t, time_t seconds, bool local, Day &day, Clock &clock) {
  tm fields;
  TRY(fieldsAt(t, seconds, local, fields));
  day = {fields.tm_year + 1900, fields.tm_mon + 1, fields.tm_mday};
  clock = {fields.tm_hour, fields.tm_min,
           std::min(fields.tm_sec, 59)}; // a leap second has no number of its own
  return Status::ok();
}

// A local time that comes twice: the second time is its fold.
static Result<int> foldAt(Thread &t, time_t seconds, const Day &day, const Clock &clock) {
  if (day.year < kMinYear || day.year > kMaxYear)
    return raise(t, types::ValueError, "year % is out of range", day.year);
  int64_t here = secondsOf(day, clock);
  int64_t transition = here - TRY(localAt(t, kEpochSeconds + seconds - kFold)) - kFold;
  if (transition >= 0) return 0;
  return TRY(localAt(t, kEpochSeconds + seconds + transition)) == here;
}

Ref datetime::dateTimeAt(Thread &t, Type &type, bool local, time_t seconds, int micros, Value tzinfo) {
  Day day;
  Clock clock;
  CHECK(brokenDown(t, seconds, local, day, clock));
  clock.micro = micros;
  if (tzinfo.isNone() && local) clock.fold = TRY(foldAt(t, seconds, day, clock));
  return newDateTime(t, type, day, clock, tzinfo);
}

// Tries the offsets before and after: where both fit, fold says which; where none does, the time is in a gap.
Result<int64_t> datetime::pointOfLocalTime(Thread &t, int64_t wanted, int fold) {
  int64_t a = TRY(localAt(t, wanted)) - wanted, first = wanted - a, atFirst = TRY(localAt(t, first)), b;
  if (atFirst == wanted) {
    int64_t other = fold ? first + kFold : first - kFold;
    b = TRY(localAt(t, other)) - other;
    if (a == b) return first;
  } else {
    b = atFirst - first;
  }
  int64_t second = wanted - b;
  if (TRY(localAt(t, second)) == wanted) return second;
  if (atFirst == wanted) return first;
  return fold ? std::min(first, second) : std::max(first, second);
}

Ref datetime::localTimeZone(Thread &t, int64_t seconds) {
  tm fields;
  CHECK(fieldsAt(t, time_t(seconds), true, fields));
  Ref offset = TRY(newTimeDelta(t, Micros(fields.tm_gmtoff) * kSecondMicros));
  StrRef name = makeStr(fields.tm_zone);
  return newTimeZone(t, offset, Value(name));
}
