// The module time: clocks and sleeping. Calendar.cpp has the broken-down times.
#include "VM/Core/Clock.h"
#include "VM/Core/Gil.h"
#include "VM/Core/Signals.h"
#include "VM/Modules/Modules.h"
#include "VM/Modules/time/Calendar.h"
#include "VM/Protocol/Protocol.h"
#include "VM/Types/Int/Int.h"
#include "VM/Types/SimpleNamespace.h"
#include "VM/Types/Str/TextArguments.h"
#include <cerrno>
#include <pthread.h>

using namespace coil::vm;

namespace {

// --- clocks

struct Clock {
  const char *name;
  clockid_t id;
  const char *idName;
  bool monotonic, adjustable;
};
constexpr Clock kClocks[] = {
    {"time", CLOCK_REALTIME, "CLOCK_REALTIME", false, true},
    {"monotonic", CLOCK_MONOTONIC, "CLOCK_MONOTONIC", true, false},
    {"perf_counter", CLOCK_MONOTONIC, "CLOCK_MONOTONIC", true, false},
    {"process_time", CLOCK_PROCESS_CPUTIME_ID, "CLOCK_PROCESS_CPUTIME_ID", true, false},
    {"thread_time", CLOCK_THREAD_CPUTIME_ID, "CLOCK_THREAD_CPUTIME_ID", true, false},
};

double inSeconds(int64_t nanoseconds) {
  // Whole seconds are exact; the quotient of the whole would be rounded only once, as CPython's is.
  if (nanoseconds % kNanoseconds == 0) return double(nanoseconds / kNanoseconds);
  return double(nanoseconds) / 1e9;
}

Result<int64_t> readClock(Thread &t, clockid_t id) {
  timespec now;
  if (::clock_gettime(id, &now)) return raiseOSError(t, errno);
  return now.tv_sec * kNanoseconds + now.tv_nsec;
}

template <clockid_t kId> Ref seconds(Thread &t, const Value *) {
  return Ref::number(inSeconds(TRY(readClock(t, kId))));
}
template <clockid_t kId> Ref nanoseconds(Thread &t, const Value *) { return makeInt(TRY(readClock(t, kId))); }

constexpr NativeFn timeTime = seconds<CLOCK_REALTIME>;
constexpr NativeFn timeTimeNs = nanoseconds<CLOCK_REALTIME>;
constexpr NativeFn timeMonotonic = seconds<CLOCK_MONOTONIC>;
constexpr NativeFn timeMonotonicNs = nanoseconds<CLOCK_MONOTONIC>;
constexpr NativeFn timePerfCounter = seconds<CLOCK_MONOTONIC>;
constexpr NativeFn timePerfCounterNs = nanoseconds<CLOCK_MONOTONIC>;
constexpr NativeFn timeProcessTime = seconds<CLOCK_PROCESS_CPUTIME_ID>;
constexpr NativeFn timeProcessTimeNs = nanoseconds<CLOCK_PROCESS_CPUTIME_ID>;
constexpr NativeFn timeThreadTime = seconds<CLOCK_THREAD_CPUTIME_ID>;
constexpr NativeFn timeThreadTimeNs = nanoseconds<CLOCK_THREAD_CPUTIME_ID>;

Result<clockid_t> readClockId(Thread &t, Value v) {
  int64_t number;
  Ref whole = TRY(index(t, v));
  if (!toInt64(whole, number))
    return raise(t, types::OverflowError, "Python int too large to convert to C long");
  if (number != clockid_t(number))
    return raise(t, types::OverflowError,
                 number < 0 ? "signed integer is less than minimum"
                            : "signed integer is greater than maximum");
  return clockid_t(number);
}

Ref timeClockGettime(Thread &t, const Value *args) {
  return Ref::number(inSeconds(TRY(readClock(t, TRY(readClockId(t, args[0]))))));
}
Ref timeClockGettimeNs(Thread &t, const Value *args) {
  return makeInt(TRY(readClock(t, TRY(readClockId(t, args[0])))));
}

Ref timeClockGetres(Thread &t, const Value *args) {
  timespec resolution;
  if (::clock_getres(TRY(readClockId(t, args[0])), &resolution)) return raiseOSError(t, errno);
  return Ref::number(double(resolution.tv_sec) + double(resolution.tv_nsec) * 1e-9);
}

Ref setClock(Thread &t, clockid_t id, int64_t nanoseconds) {
  timespec value = timespecFrom(nanoseconds);
  if (::clock_settime(id, &value)) return raiseOSError(t, errno);
  return Ref::none();
}
Ref timeClockSettime(Thread &t, const Value *args) {
  clockid_t id = TRY(readClockId(t, args[0]));
  return setClock(t, id, TRY(nanosecondsFrom(t, args[1], Round::Floor)));
}
Ref timeClockSettimeNs(Thread &t, const Value *args) {
  clockid_t id = TRY(readClockId(t, args[0]));
  int64_t value;
  if (!isIntLike(args[1])) return raise(t, types::TypeError, "expect int, got %", typeName(args[1]));
  if (!toInt64(args[1], value))
    return raise(t, types::OverflowError, "Python int too large to convert to C long");
  return setClock(t, id, value);
}

Ref timePthreadGetcpuclockid(Thread &t, const Value *args) {
  if (!isIntLike(args[0]))
    return raise(t, types::TypeError, "pthread_getcpuclockid() argument 1 must be int, not %",
                 argumentTypeName(args[0]));
  int64_t thread = TRY(asInt64(t, args[0]));
  clockid_t id;
  if (int error = ::pthread_getcpuclockid(pthread_t(thread), &id)) return raiseOSError(t, error);
  return makeInt(int64_t(id));
}

Ref timeGetClockInfo(Thread &t, const Value *args) {
  if (!isStr(args[0]))
    return raise(t, types::TypeError, "get_clock_info() argument 1 must be str, not %",
                 argumentTypeName(args[0]));
  std::string name = TRY(cText(t, args[0]));
  for (const Clock &clock : kClocks) {
    if (name != clock.name) continue;
    timespec resolution;
    if (::clock_getres(clock.id, &resolution)) return raiseOSError(t, errno);
    DictRef attributes = newDict();
    auto set = [&](const char *key, Value v) { dictSetStr(attributes, internText(key), v); };
    set("implementation", makeStr("clock_gettime(" + std::string(clock.idName) + ")"));
    set("monotonic", Value::boolean(clock.monotonic));
    set("adjustable", Value::boolean(clock.adjustable));
    set("resolution", Value::number(double(resolution.tv_sec) + double(resolution.tv_nsec) * 1e-9));
    return newSimpleNamespace(attributes);
  }
  return raise(t, types::ValueError, "unknown clock");
}

// --- sleeping

Ref timeSleep(Thread &t, const Value *args) {
  int64_t span = TRY(nanosecondsFrom(t, args[0], Round::Up)), end;
  if (span < 0) return raise(t, types::ValueError, "sleep length must be non-negative");
  if (__builtin_add_overflow(monotonicNanoseconds(), span, &end)) end = INT64_MAX;
  timespec until = timespecFrom(end);
  auto sleep = [&] { return ::clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &until, nullptr); };
  while (int error = unlocked(t, sleep)) {
    if (error != EINTR) return raiseOSError(t, error);
    CHECK(runSignalHandlers(t));
  }
  return Ref::none();
}

// --- the module

Status populate(Thread &t, Module *module) {
  auto number = [&](const char *name, int64_t value) {
    dictSetStr(module->dict, internText(name), makeInt(value));
  };
  number("CLOCK_BOOTTIME", CLOCK_BOOTTIME);
  number("CLOCK_MONOTONIC", CLOCK_MONOTONIC);
  number("CLOCK_MONOTONIC_RAW", CLOCK_MONOTONIC_RAW);
  number("CLOCK_PROCESS_CPUTIME_ID", CLOCK_PROCESS_CPUTIME_ID);
  number("CLOCK_REALTIME", CLOCK_REALTIME);
  number("CLOCK_TAI", CLOCK_TAI);
  number("CLOCK_THREAD_CPUTIME_ID", CLOCK_THREAD_CPUTIME_ID);
  return addCalendar(t, module);
}

NativeDef kFunctions[] = {
    {"clock_getres", timeClockGetres, "!p($module, clk_id, /)",
     "clock_getres(clk_id) -> floating point number\n\nReturn the resolution (precision) of the specified "
     "clock clk_id."},
    {"clock_gettime", timeClockGettime, "!p($module, clk_id, /)",
     "clock_gettime(clk_id) -> float\n\nReturn the time of the specified clock clk_id."},
    {"clock_gettime_ns", timeClockGettimeNs, "!p@clock_gettime($module, clk_id, /)",
     "clock_gettime_ns(clk_id) -> int\n\nReturn the time of the specified clock clk_id as nanoseconds."},
    {"clock_settime", timeClockSettime, "!p($module, clk_id, time, /)",
     "clock_settime(clk_id, time)\n\nSet the time of the specified clock clk_id."},
    {"clock_settime_ns", timeClockSettimeNs, "!p($module, clk_id, time, /)",
     "clock_settime_ns(clk_id, time)\n\nSet the time of the specified clock clk_id with nanoseconds."},
    {"get_clock_info", timeGetClockInfo, "!p($module, name, /)",
     "get_clock_info(name: str) -> dict\n\nGet information of the specified clock."},
    {"monotonic", timeMonotonic, "!($module, /)",
     "monotonic() -> float\n\nMonotonic clock, cannot go backward."},
    {"monotonic_ns", timeMonotonicNs, "!($module, /)",
     "monotonic_ns() -> int\n\nMonotonic clock, cannot go backward, as nanoseconds."},
    {"perf_counter", timePerfCounter, "!($module, /)",
     "perf_counter() -> float\n\nPerformance counter for benchmarking."},
    {"perf_counter_ns", timePerfCounterNs, "!($module, /)",
     "perf_counter_ns() -> int\n\nPerformance counter for benchmarking as nanoseconds."},
    {"process_time", timeProcessTime, "!($module, /)",
     "process_time() -> float\n\nProcess time for profiling: sum of the kernel and user-space CPU time."},
    {"process_time_ns", timeProcessTimeNs, "!($module, /)",
     "process_time() -> int\n\nProcess time for profiling as nanoseconds:\nsum of the kernel and user-space "
     "CPU time."},
    {"pthread_getcpuclockid", timePthreadGetcpuclockid, "!p($module, thread_id, /)",
     "pthread_getcpuclockid(thread_id) -> int\n\nReturn the clk_id of a thread's CPU time clock."},
    {"sleep", timeSleep, "!($module, seconds, /)",
     "sleep(seconds)\n\nDelay execution for a given number of seconds.  The argument may be\na floating "
     "point number for subsecond precision."},
    {"thread_time", timeThreadTime, "!($module, /)",
     "thread_time() -> float\n\nThread time for profiling: sum of the kernel and user-space CPU time."},
    {"thread_time_ns", timeThreadTimeNs, "!($module, /)",
     "thread_time() -> int\n\nThread time for profiling as nanoseconds:\nsum of the kernel and user-space "
     "CPU time."},
    {"time", timeTime, "!($module, /)",
     "time() -> floating point number\n\nReturn the current time in seconds since the Epoch.\nFractions of a "
     "second may be present if the system clock provides them."},
    {"time_ns", timeTimeNs, "!($module, /)",
     "time_ns() -> int\n\nReturn the current time in nanoseconds since the Epoch."},
};

} // namespace

const ModuleSpec coil::vm::kTimeModule = {
    .name = "time",
    .doc = "This module provides various functions to manipulate time values.\n\nThere are two standard "
           "representations of time.  One is the number\nof seconds since the Epoch, in UTC (a.k.a. GMT).  "
           "It may be an integer\nor a floating point number (to represent fractions of seconds).\nThe Epoch "
           "is system-defined; on Unix, it is generally January 1st, 1970.\nThe actual value can be "
           "retrieved by calling gmtime(0).\n\nThe other representation is a tuple of 9 integers giving "
           "local time.\nThe tuple items are:\n  year (including century, e.g. 1998)\n  month (1-12)\n  day "
           "(1-31)\n  hours (0-23)\n  minutes (0-59)\n  seconds (0-59)\n  weekday (0-6, Monday is 0)\n  "
           "Julian day (day in the year, 1-366)\n  DST (Daylight Savings Time) flag (-1, 0 or 1)\nIf the DST "
           "flag is 0, the time is given in the regular time zone;\nif it is 1, the time is given in the DST "
           "time zone;\nif it is -1, mktime() should guess based on the date and time.\n",
    .functions = kFunctions,
    .populate = populate,
};
