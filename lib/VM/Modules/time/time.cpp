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

Ref timeClockGettime(Thread &t, const Value *args) {
  return Ref::number(inSeconds(TRY(readClock(t, TRY(asIntArgument(t, args[0]))))));
}
Ref timeClockGettimeNs(Thread &t, const Value *args) {
  return makeInt(TRY(readClock(t, TRY(asIntArgument(t, args[0])))));
}

Ref timeClockGetres(Thread &t, const Value *args) {
  timespec resolution;
  if (::clock_getres(TRY(asIntArgument(t, args[0])), &resolution)) return raiseOSError(t, errno);
  return Ref::number(double(resolution.tv_sec) + double(resolution.tv_nsec) * 1e-9);
}

Ref setClock(Thread &t, clockid_t id, int64_t nanoseconds) {
  timespec value = timespecFrom(nanoseconds);
  if (::clock_settime(id, &value)) return raiseOSError(t, errno);
  return Ref::none();
}
Ref timeClockSettime(Thread &t, const Value *args) {
  clockid_t id = TRY(asIntArgument(t, args[0]));
  return setClock(t, id, TRY(nanosecondsFrom(t, args[1], Round::Floor)));
}
Ref timeClockSettimeNs(Thread &t, const Value *args) {
  clockid_t id = TRY(asIntArgument(t, args[0]));
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
     "clock_getres(clk_id): the smallest step of a clock, in seconds."},
    {"clock_gettime", timeClockGettime, "!p($module, clk_id, /)",
     "clock_gettime(clk_id): what a clock says, in seconds."},
    {"clock_gettime_ns", timeClockGettimeNs, "!p@clock_gettime($module, clk_id, /)",
     "clock_gettime_ns(clk_id): what a clock says, in nanoseconds, an int."},
    {"clock_settime", timeClockSettime, "!p($module, clk_id, time, /)",
     "clock_settime(clk_id, time): set a clock, in seconds; only CLOCK_REALTIME can be set."},
    {"clock_settime_ns", timeClockSettimeNs, "!p($module, clk_id, time, /)",
     "clock_settime_ns(clk_id, time): set a clock, in nanoseconds; only CLOCK_REALTIME can be set."},
    {"get_clock_info", timeGetClockInfo, "!p($module, name, /)",
     "get_clock_info(name): how 'time', 'monotonic', 'perf_counter', 'process_time' or\n"
     "'thread_time' is implemented. The result has the attributes implementation, resolution,\n"
     "monotonic and adjustable."},
    {"monotonic", timeMonotonic, "!($module, /)",
     "monotonic(): seconds since some moment, of a clock that never goes back."},
    {"monotonic_ns", timeMonotonicNs, "!($module, /)",
     "monotonic_ns(): nanoseconds since some moment, an int, of a clock that never goes back."},
    {"perf_counter", timePerfCounter, "!($module, /)",
     "perf_counter(): seconds since some moment, of the clock with the finest steps."},
    {"perf_counter_ns", timePerfCounterNs, "!($module, /)",
     "perf_counter_ns(): nanoseconds since some moment, an int, of the clock with the finest\n"
     "steps."},
    {"process_time", timeProcessTime, "!($module, /)",
     "process_time(): seconds of CPU time this process has used, its own and the kernel's."},
    {"process_time_ns", timeProcessTimeNs, "!($module, /)",
     "process_time_ns(): nanoseconds of CPU time this process has used, its own and the\n"
     "kernel's, an int."},
    {"pthread_getcpuclockid", timePthreadGetcpuclockid, "!p($module, thread_id, /)",
     "pthread_getcpuclockid(thread_id): the number of the clock that measures the CPU time of\n"
     "a thread."},
    {"sleep", timeSleep, "!($module, seconds, /)",
     "sleep(seconds): let this thread do nothing for some time. A signal's handler runs meanwhile."},
    {"thread_time", timeThreadTime, "!($module, /)",
     "thread_time(): seconds of CPU time this thread has used, its own and the kernel's."},
    {"thread_time_ns", timeThreadTimeNs, "!($module, /)",
     "thread_time_ns(): nanoseconds of CPU time this thread has used, its own and the\n"
     "kernel's, an int."},
    {"time", timeTime, "!($module, /)", "time(): seconds since the epoch, 1970-01-01 00:00 UTC, as a float."},
    {"time_ns", timeTimeNs, "!($module, /)",
     "time_ns(): nanoseconds since the epoch, 1970-01-01 00:00 UTC, as an int."},
};

} // namespace

const ModuleSpec coil::vm::kTimeModule = {
    .name = "time",
    .doc = "Clocks, and times in two forms: seconds since the epoch, and fields (struct_time).\n"
           "\n"
           "The epoch is 1970-01-01 00:00 UTC.\n"
           "\n"
           "gmtime(), localtime(), mktime(): from one to the other; calendar.timegm() is the missing one\n"
           "asctime(), ctime(), strftime(), strptime(): to and from text\n"
           "time(), monotonic(), perf_counter(), process_time(), thread_time(): clocks, in seconds,\n"
           "  or with _ns behind the name in nanoseconds\n"
           "timezone, altzone: seconds by which local time is behind UTC, in winter and in summer\n"
           "daylight: whether there is a summer time; tzname: the names of both",
    .functions = kFunctions,
    .populate = populate,
};
