# RUN: pyvm --check-leaks %s
# RUN: %python %s
import os
import time


def raises(kind, text, function, *args):
    try:
        function(*args)
    except kind as e:
        assert str(e) == text, (str(e), text)
    else:
        raise AssertionError(text)


# clocks
assert abs(time.time() - time.time_ns() / 1e9) < 1
for name in "monotonic", "perf_counter", "process_time", "thread_time":
    first, second = getattr(time, name)(), getattr(time, name + "_ns")()
    assert isinstance(first, float) and isinstance(second, int) and first <= second / 1e9
    info = time.get_clock_info(name)
    assert info.monotonic and not info.adjustable and info.resolution == 1e-9
assert time.get_clock_info("time").implementation == "clock_gettime(CLOCK_REALTIME)"
raises(ValueError, "unknown clock", time.get_clock_info, "sundial")
assert time.clock_getres(time.CLOCK_MONOTONIC) == 1e-9
assert time.clock_gettime(time.CLOCK_BOOTTIME) > 0 and time.clock_gettime_ns(time.CLOCK_TAI) > 0
raises(OSError, "[Errno 22] Invalid argument", time.clock_gettime, 99)

# sleep
start = time.monotonic()
time.sleep(0.01)
time.sleep(0)
assert time.monotonic() - start >= 0.01
raises(ValueError, "sleep length must be non-negative", time.sleep, -1)
raises(ValueError, "Invalid value NaN (not a number)", time.sleep, float("nan"))
raises(OverflowError, "timestamp too large to convert to C _PyTime_t", time.sleep, 1e300)
raises(OverflowError, "timestamp too large to convert to C _PyTime_t", time.sleep, 1 << 70)
raises(TypeError, "'str' object cannot be interpreted as an integer", time.sleep, "1")

# broken-down times
t = time.gmtime(0)
assert repr(t) == ("time.struct_time(tm_year=1970, tm_mon=1, tm_mday=1, tm_hour=0, tm_min=0, tm_sec=0, "
                   "tm_wday=3, tm_yday=1, tm_isdst=0)")
assert len(t) == 9 and t.n_fields == 11 and (t.tm_zone, t.tm_gmtoff) == ("UTC" if t.tm_zone == "UTC" else "GMT", 0)
assert time.gmtime(1e9)[:6] == (2001, 9, 9, 1, 46, 40) and time.gmtime(-0.5)[:6] == (1969, 12, 31, 23, 59, 59)
raises(OverflowError, "timestamp out of range for platform time_t", time.gmtime, 1 << 70)
raises(OSError, "[Errno 75] Value too large for defined data type", time.gmtime, 1 << 60)
assert time.asctime(t) == "Thu Jan  1 00:00:00 1970"
assert time.asctime((12345, 2, 3, 4, 5, 6, 0, 34, 0)) == "Mon Feb  3 04:05:06 12345"
raises(TypeError, "Tuple or struct_time argument required", time.asctime, 1)
raises(TypeError, "asctime(): illegal time tuple argument", time.asctime, (1, 2))
raises(ValueError, "month out of range", time.asctime, (1900, 13, 1, 0, 0, 0, 0, 1, -1))
raises(ValueError, "day of year out of range", time.asctime, (1900, 1, 1, 0, 0, 0, 0, 367, -1))

assert time.strftime("%Y-%m-%d %H:%M:%S %j %a %b", t) == "1970-01-01 00:00:00 001 Thu Jan"
assert time.strftime("", t) == "" and time.strftime("€ %%", t) == "€ %"
raises(ValueError, "embedded null character", time.strftime, "a\0b", t)
raises(TypeError, "strftime() argument 1 must be str, not int", time.strftime, 1)
try:
    import _strptime
except ModuleNotFoundError:  # it needs math and datetime
    pass
else:
    assert time.strptime("2020-02-29 12:34", "%Y-%m-%d %H:%M")[:8] == (2020, 2, 29, 12, 34, 0, 5, 60)
    assert time.strptime("Thu Jan  1 00:00:00 1970")[:3] == (1970, 1, 1)

# time zones
if hasattr(os, "putenv"):
    os.environ["TZ"] = "EST+05EDT,M3.2.0,M11.1.0"
    time.tzset()
    assert (time.tzname, time.timezone, time.altzone, time.daylight) == (("EST", "EDT"), 18000, 14400, 1)
    summer = time.localtime(1_600_000_000)
    assert (summer.tm_isdst, summer.tm_zone, summer.tm_gmtoff) == (1, "EDT", -14400)
    assert time.mktime(summer) == 1_600_000_000 and time.ctime(0) == "Wed Dec 31 19:00:00 1969"
    assert time.strftime("%Z %z", summer) == "EDT -0400"
    os.environ["TZ"] = "AEST-10AEDT-11,M10.5.0,M3.5.0"
    time.tzset()
    assert (time.tzname, time.timezone, time.altzone, time.daylight) == (("AEST", "AEDT"), -36000, -39600, 1)

assert time.struct_time(range(9)).tm_zone is None and time.struct_time(range(11))[-1] == 8
raises(TypeError, "time.struct_time() takes an at least 9-sequence (8-sequence given)", time.struct_time, range(8))
