// What the files of _datetime share: the objects, and making them.
#pragma once

#include "VM/Bind/KeywordArguments.h"
#include "VM/Modules/Modules.h"
#include "VM/Modules/_datetime/Calendar.h"
#include "VM/Protocol/Protocol.h"
#include <array>

namespace coil::vm {

namespace types {
extern vm::Type Date, Time, DateTime, TimeDelta, TzInfo, TimeZone, IsoCalendarDate;
}
extern const TypeSpec kDateSpec, kTimeSpec, kDateTimeSpec, kTimeDeltaSpec, kTzInfoSpec, kTimeZoneSpec,
    kIsoCalendarDateSpec;

namespace datetime {

using Micros = __int128; // more of them than 64 bits can count

inline constexpr int64_t kDaySeconds = 86400, kSecondMicros = 1'000'000,
                         kDayMicros = kDaySeconds * kSecondMicros;

struct TimeDelta : Object {
  int days;     // within 999999999
  int seconds;  // of the day
  int micros;   // of the second
  int64_t hash; // -1: not computed

  Micros total() const { return Micros(days) * kDayMicros + int64_t(seconds) * kSecondMicros + micros; }
  bool zero() const { return !days && !seconds && !micros; }
};

struct Date : Object {
  int64_t hash; // -1: not computed
  Day day;
};

// A time of the day, in times and datetimes.
struct Clock {
  int hour = 0, minute = 0, second = 0, micro = 0, fold = 0;

  int64_t seconds() const { return hour * 3600 + minute * 60 + second; }
};

struct Time : Object {
  int64_t hash;
  Clock clock;
  Value tzinfo; // owned; None: there is none
};

struct DateTime : Date {
  Clock clock;
  Value tzinfo; // owned; None: there is none

  int64_t micros() const { return clock.seconds() * kSecondMicros + clock.micro; } // of the day
};

struct TimeZone : Object {
  TimeDelta *offset; // owned
  Value name;        // owned; a str, or empty
};

inline Date *date(Value v) { return v.as<Date>(); }
inline Time *time(Value v) { return v.as<Time>(); }
inline DateTime *dateTime(Value v) { return v.as<DateTime>(); }
inline TimeDelta *timeDelta(Value v) { return v.as<TimeDelta>(); }
inline TimeZone *timeZone(Value v) { return v.as<TimeZone>(); }
inline bool isDate(Value v) { return v.isObject() && isInstance(v, types::Date); }
inline bool isTime(Value v) { return v.isObject() && isInstance(v, types::Time); }
inline bool isDateTime(Value v) { return v.isObject() && isInstance(v, types::DateTime); }
inline bool isTimeDelta(Value v) { return v.isObject() && isInstance(v, types::TimeDelta); }
inline bool isTzInfo(Value v) { return v.isObject() && isInstance(v, types::TzInfo); }

// --- arguments (Arguments.cpp) ---

using Slot = KeywordSlot;

// The state of a pickled object: bytes, or a str of Python 2's bytes, of `size` bytes whose byte `at`, but
// for its top bit, is what `valid` accepts. Empty: the value is no state. `kind` is for the error's text.
Result<std::string> pickledState(Thread &t, Value v, size_t size, size_t at, bool (*valid)(int),
                                 const char *kind);

Status checkDay(Thread &t, const Day &day);
Status checkClock(Thread &t, const Clock &clock);
Status checkTzInfo(Thread &t, Value tzinfo);
// A str argument: "strftime() argument 1 must be str, not int".
Status strArgument(Thread &t, Value v, const char *function, int position);

// The timespec of isoformat(), whose argument `position` it is.
Status timespecArgument(Thread &t, Value v, int position, std::string &timespec);
// The protocol of __reduce_ex__().
Result<int> protocolArgument(Thread &t, const CallArgs &args);

// --- making objects ---

// OverflowError beyond 999999999 days.
Ref newTimeDelta(Thread &t, Micros micros, Type &type = types::TimeDelta);
// Checks the fields. A Python-level class is called.
Ref newDate(Thread &t, Type &type, const Day &day);
Ref newTime(Thread &t, Type &type, const Clock &clock, Value tzinfo);
Ref newDateTime(Thread &t, Type &type, const Day &day, const Clock &clock, Value tzinfo);
// As __new__ makes them: not by a call of the class.
Ref allocateDate(Type &type, const Day &day);
Ref allocateTime(Type &type, const Clock &clock, Value tzinfo);
Ref allocateDateTime(Type &type, const Day &day, const Clock &clock, Value tzinfo);
// `offset` must be within a day; the offset 0 without a name is UTC.
Ref newTimeZone(Thread &t, Value offset, Value nameOrEmpty);
Value utc();

// Takes the three ints.
Ref newIsoCalendarDate(Ref year, Ref week, Ref weekday);

// --- time zones (TzInfo.cpp) ---

// tzinfo.utcoffset(argument) and dst(argument): None or a timedelta within a day. None for the tzinfo None.
Ref utcOffset(Thread &t, Value tzinfo, Value argument);
Ref dstOffset(Thread &t, Value tzinfo, Value argument);
// None or a str.
Ref zoneName(Thread &t, Value tzinfo, Value argument);

// --- text (Format.cpp) ---

// "+01:00" with `separator` between the parts; empty where there is no offset.
Result<std::string> offsetText(Thread &t, const char *separator, Value tzinfo, Value argument);
// hours to microseconds; `timespec` says how much of it.
Result<std::string> clockText(Thread &t, const Clock &clock, llvm::StringRef timespec);
std::string dayText(const Day &day);
std::string ctimeText(const Day &day, const Clock &clock);
// strftime() of an object: `tzArgument` is what its tzinfo is asked about.
Ref strftime(Thread &t, Value object, Value tzinfo, Value tzArgument, int micro, Str *format,
             Value timeTuple);
// __format__ of all three types.
Ref formatMethod(Thread &t, const Value *args);
// time.struct_time of these.
Ref structTime(Thread &t, const Day &day, const Clock &clock, int dst);

// --- ISO 8601 (IsoFormat.cpp) ---

bool parseIsoDay(llvm::StringRef text, Day &day);
// A time, with its offset from UTC (None where there is none).
struct IsoTime {
  Clock clock;
  bool hasOffset = false;
  int64_t offsetSeconds = 0, offsetMicros = 0;
};
bool parseIsoTime(llvm::StringRef text, IsoTime &time);
Ref isoTimeZone(Thread &t, const IsoTime &time);
// Where the date ends and the separator stands.
int64_t isoSeparator(llvm::StringRef text);
Failure raiseInvalidIso(Thread &t, Value text);
// The text as UTF-8, for which `storage` may be needed; false where it has lone surrogates.
bool isoText(Value text, std::string &storage, llvm::StringRef &utf8);

// --- the system's clock (System.cpp) ---

// Seconds since 1970, and the microseconds, from a number of seconds.
Status timestampFrom(Thread &t, Value timestamp, time_t &seconds, int &micros);
// The fields of a point of time, local or in UTC; raises OSError.
Status brokenDown(Thread &t, time_t seconds, bool local, Day &day, Clock &clock);
// A datetime from a point of time: local, or in UTC.
Ref dateTimeAt(Thread &t, Type &type, bool local, time_t seconds, int micros, Value tzinfo);
// The point of time, in seconds since the year 1, that a local time is, in seconds since the year 1.
Result<int64_t> pointOfLocalTime(Thread &t, int64_t localSeconds, int fold);
// The local time zone at a point of time, in seconds since 1970.
Ref localTimeZone(Thread &t, int64_t seconds);

inline int64_t secondsOf(const Day &day, const Clock &clock) {
  return ordinalOf(day) * kDaySeconds + clock.seconds();
}
inline constexpr int64_t kEpochSeconds = kEpochOrdinal * kDaySeconds;

// --- arithmetic of datetimes (DateTimeMath.cpp) ---

// A datetime moved by so many microseconds, of the class `type`; keeps the tzinfo.
// Year to microsecond, as they are pickled.
std::array<uint8_t, 10> bytesOf(const DateTime *d);
Ref moved(Thread &t, const DateTime *from, Micros by, Type &type);
// The same where a datetime is needed: TypeError if a Python-level class makes something else of it.
Ref movedDateTime(Thread &t, const DateTime *from, Micros by, Type &type);
Ref dateTimeAdd(Thread &t, Value left, Value right);
Ref dateTimeSub(Thread &t, Value left, Value right);
Ref dateTimeCompare(Thread &t, Value self, Value other, CompareOp op);
Result<int64_t> dateTimeHash(Thread &t, Value self);
// a - b, both with or both without an offset.
Ref difference(Thread &t, Value a, Value b);
Failure raiseCannotCompare(Thread &t, Value a, Value b);
// The hash of a time of day and its offset, of a timedelta.
Result<int64_t> hashMicros(Thread &t, Micros micros);

} // namespace datetime
} // namespace coil::vm
