// time: broken-down times, their texts, and the local time zone.
#include "VM/Modules/time/Calendar.h"
#include "VM/Core/Clock.h"
#include "VM/Import/Import.h"
#include "VM/Modules/posix/Path.h"
#include "VM/Types/Int/Int.h"
#include "VM/Types/StructSequence.h"
#include "VM/Types/Tuple.h"
#include <cerrno>
#include <cstring>

using namespace coil::vm;

namespace {

constexpr StructField kTimeFields[] = {
    {"tm_year", "year, with all its digits"},
    {"tm_mon", "month, 1 to 12"},
    {"tm_mday", "day of the month, 1 to 31"},
    {"tm_hour", "hours, 0 to 23"},
    {"tm_min", "minutes, 0 to 59"},
    {"tm_sec", "seconds, 0 to 61"},
    {"tm_wday", "day of the week, 0 for Monday to 6 for Sunday"},
    {"tm_yday", "day of the year, 1 to 366"},
    {"tm_isdst", "1 in summer time, 0 out of it, -1 if that is open"},
    {"tm_zone", "what the time zone is called"},
    {"tm_gmtoff", "seconds by which it is ahead of UTC"},
};
constexpr size_t kTimeItems = 9;

Type &structTime() {
  static Type &type = makeStructSequenceType(
      "time.struct_time",
      "A date and time in fields, as gmtime(), localtime() and strptime() return it.\n"
      "It is a tuple of nine ints; the two of the time zone are to be had by name only.",
      kTimeFields, true, kTimeItems);
  return type;
}

Ref makeStructTime(const tm &time) {
  Ref values[] = {makeInt(int64_t(time.tm_year) + 1900),
                  makeInt(time.tm_mon + 1),
                  makeInt(time.tm_mday),
                  makeInt(time.tm_hour),
                  makeInt(time.tm_min),
                  makeInt(time.tm_sec),
                  makeInt((time.tm_wday + 6) % 7),
                  makeInt(time.tm_yday + 1),
                  makeInt(time.tm_isdst),
                  decodeFileName(time.tm_zone),
                  makeInt(int64_t(time.tm_gmtoff))};
  return newStructSequence(structTime(), values);
}

Result<tm> localTime(Thread &t, time_t when) {
  tm result;
  errno = 0;
  if (!::localtime_r(&when, &result)) return raiseOSError(t, errno ? errno : EINVAL);
  return result;
}

Result<time_t> givenOrNow(Thread &t, Value seconds) {
  if (seconds.empty() || seconds.isNone()) return ::time(nullptr);
  return wholeSecondsFrom(t, seconds);
}

// --- tuples as arguments

// The fields as a tuple gives them; `zone` keeps the text of tm_zone.
struct GivenTime {
  tm fields{};
  std::string zone;
};

// Takes a tuple of nine items, or a struct_time; "asctime(): illegal time tuple argument" otherwise.
Status readTuple(Thread &t, Value v, const char *function, GivenTime &given) {
  Ref items = Ref::share(v);
  if (isExactly(v, structTime()))
    items = makeTuple(v.as<Tuple>()->values());
  else if (!isTuple(v))
    return raise(t, types::TypeError, "Tuple or struct_time argument required");
  auto *tuple = items.as<Tuple>();
  if (tuple->length != kTimeItems)
    return raise(t, types::TypeError, "%(): illegal time tuple argument", function);
  int numbers[kTimeItems];
  for (size_t i = 0; i < kTimeItems; ++i) numbers[i] = TRY(asIntArgument(t, (*tuple)[int64_t(i)]));
  if (numbers[0] < INT32_MIN + 1900) return raise(t, types::OverflowError, "year out of range");
  tm &f = given.fields;
  f.tm_year = numbers[0] - 1900;
  f.tm_mon = int(unsigned(numbers[1]) - 1u);
  f.tm_mday = numbers[2];
  f.tm_hour = numbers[3];
  f.tm_min = numbers[4];
  f.tm_sec = numbers[5];
  f.tm_wday = int((unsigned(numbers[6]) + 1u) % 7u);
  if (numbers[6] < -1) f.tm_wday = (numbers[6] + 1) % 7;
  f.tm_yday = int(unsigned(numbers[7]) - 1u);
  f.tm_isdst = numbers[8];
  if (!isExactly(v, structTime())) return Status::ok();
  const Value *hidden = v.as<Tuple>()->items() + kTimeItems;
  if (isStr(hidden[0])) {
    given.zone = TRY(encodeFileName(t, hidden[0].as<Str>()));
    f.tm_zone = given.zone.c_str();
  }
  if (isIntLike(hidden[1])) f.tm_gmtoff = long(TRY(asInt64(t, hidden[1])));
  return Status::ok();
}

// What C's functions would index tables with. Zero stands for the least month, day and day of the year.
Status checkFields(Thread &t, tm &f) {
  auto outOfRange = [&](const char *what) { return raise(t, types::ValueError, "% out of range", what); };
  if (f.tm_mon == -1) f.tm_mon = 0;
  if (f.tm_mon < 0 || f.tm_mon > 11) return outOfRange("month");
  if (f.tm_mday == 0) f.tm_mday = 1;
  if (f.tm_mday < 0 || f.tm_mday > 31) return outOfRange("day of month");
  if (f.tm_hour < 0 || f.tm_hour > 23) return outOfRange("hour");
  if (f.tm_min < 0 || f.tm_min > 59) return outOfRange("minute");
  if (f.tm_sec < 0 || f.tm_sec > 61) return outOfRange("seconds");
  if (f.tm_wday < 0) return outOfRange("day of week");
  if (f.tm_yday == -1) f.tm_yday = 0;
  if (f.tm_yday < 0 || f.tm_yday > 365) return outOfRange("day of year");
  return Status::ok();
}

// The tuple argument of a text function, or the local time now.
Status tupleOrNow(Thread &t, Value v, const char *function, GivenTime &given) {
  if (v.empty()) {
    given.fields = TRY(localTime(t, ::time(nullptr)));
    return Status::ok();
  }
  CHECK(readTuple(t, v, function, given));
  return checkFields(t, given.fields);
}

// --- the functions

Ref timeGmtime(Thread &t, const Value *args) {
  time_t when = TRY(givenOrNow(t, args[0]));
  tm result;
  errno = 0;
  if (!::gmtime_r(&when, &result)) return raiseOSError(t, errno ? errno : EINVAL);
  return makeStructTime(result);
}

Ref timeLocaltime(Thread &t, const Value *args) {
  return makeStructTime(TRY(localTime(t, TRY(givenOrNow(t, args[0])))));
}

Ref timeMktime(Thread &t, const Value *args) {
  GivenTime given;
  CHECK(readTuple(t, args[0], "mktime", given));
  given.fields.tm_wday = -1; // stays so only where mktime failed
  time_t when = ::mktime(&given.fields);
  if (when == time_t(-1) && given.fields.tm_wday == -1)
    return raise(t, types::OverflowError, "mktime argument out of range");
  return Ref::number(double(when));
}

Ref clockText(const tm &f) {
  static const char *const kDays[] = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
  static const char *const kMonths[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                        "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  char text[80];
  std::snprintf(text, sizeof text, "%s %s%3d %.2d:%.2d:%.2d %lld", kDays[f.tm_wday], kMonths[f.tm_mon],
                f.tm_mday, f.tm_hour, f.tm_min, f.tm_sec, 1900LL + f.tm_year);
  return makeStr(text);
}

Ref timeAsctime(Thread &t, const Value *args) {
  GivenTime given;
  CHECK(tupleOrNow(t, args[0], "asctime", given));
  return clockText(given.fields);
}

Ref timeCtime(Thread &t, const Value *args) {
  return clockText(TRY(localTime(t, TRY(givenOrNow(t, args[0])))));
}

Ref timeStrftime(Thread &t, const Value *args) {
  if (!isStr(args[0]))
    return raise(t, types::TypeError, "strftime() argument 1 must be str, not %", argumentTypeName(args[0]));
  GivenTime given;
  CHECK(tupleOrNow(t, args[1], "strftime", given));
  if (given.fields.tm_isdst < -1) given.fields.tm_isdst = -1;
  if (given.fields.tm_isdst > 1) given.fields.tm_isdst = 1;
  std::string format = TRY(encodeFileName(t, args[0].as<Str>()));
  if (format.find('\0') != std::string::npos) return raise(t, types::ValueError, "embedded null character");
  // An empty result may be right ("%p"): a character behind it tells it from one that had no room.
  format += '.';
  std::string text(1024, '\0');
  for (;;) {
    size_t length = ::strftime(text.data(), text.size(), format.c_str(), &given.fields);
    if (length) return decodeFileName(llvm::StringRef(text).take_front(length - 1));
    if (text.size() >= 256 * format.size() + 1024) return makeStr("");
    text.resize(text.size() * 2);
  }
}

Ref timeStrptime(Thread &t, Value, const CallArgs &args) {
  Ref parse = TRY(importAttribute(t, "_strptime", "_strptime_time"));
  return call(t, parse, args);
}

// --- the time zone

struct Zone {
  std::string name;
  int64_t west; // seconds west of UTC
};
Result<Zone> zoneAt(Thread &t, time_t when) {
  tm local = TRY(localTime(t, when));
  return Zone{local.tm_zone ? local.tm_zone : "   ", -int64_t(local.tm_gmtoff)};
}

// tzname, timezone, altzone and daylight, from the offsets in January and July.
Status setZone(Thread &t, Dict *dict) {
  constexpr time_t kYear = (365 * 24 + 6) * 3600;
  time_t start = ::time(nullptr) / kYear * kYear;
  Zone standard = TRY(zoneAt(t, start)), summer = TRY(zoneAt(t, start + kYear / 2));
  bool daylight = standard.west != summer.west;
  if (standard.west < summer.west) std::swap(standard, summer); // the southern hemisphere
  auto set = [&](const char *name, Value v) { dictSetStr(dict, internText(name), v); };
  set("timezone", makeInt(standard.west));
  set("altzone", makeInt(summer.west));
  set("daylight", Value::smallInt(daylight));
  set("tzname", packTuple(Value(decodeFileName(standard.name)), Value(decodeFileName(summer.name))));
  return Status::ok();
}

Dict *moduleDict = nullptr; // of the module, which lives as long as its functions

Ref timeTzset(Thread &t, const Value *) {
  ::tzset();
  CHECK(setZone(t, moduleDict));
  return Ref::none();
}

NativeDef kFunctions[] = {
    {"asctime", timeAsctime, "!v($module, tuple=<now>, /)",
     "asctime([tuple]): a time as text in a fixed form, such as 'Thu Feb 29 12:00:00 2024'; by\n"
     "default now, in local time."},
    {"ctime", timeCtime, "!p($module, seconds=<now>, /)",
     "ctime([seconds]): a moment, by default now, as text in local time, such as 'Thu Feb 29\n"
     "12:00:00 2024'."},
    {"gmtime", timeGmtime, "!p($module, seconds=<now>, /)",
     "gmtime([seconds]): the fields of a moment, by default now, in UTC."},
    {"localtime", timeLocaltime, "!p($module, seconds=<now>, /)",
     "localtime([seconds]): the fields of a moment, by default now, in local time."},
    {"mktime", timeMktime, "!($module, tuple, /)",
     "mktime(tuple): the moment, in seconds since the epoch, that fields in local time stand for.\n"
     "The fields may exceed their ranges; the days of week and year are not looked at."},
    {"strftime", timeStrftime, "!p($module, format, tuple=<now>, /)",
     "strftime(format[, tuple]): write a time, by default now in local time, after a pattern.\n"
     "Replaced are %Y (year), %m (month), %d (day), %H %M %S (time), %I and %p (hours up to\n"
     "12, AM or PM), %a %A (day of the week), %b %B (name of the month), %j (day of the year),\n"
     "%z %Z (time zone), %c %x %X (date and time, date, time as the locale writes them) and %%\n"
     "(%)."},
    {"strptime", timeStrptime, "!($module, string, format, /)",
     "strptime(string, format): read a time after a pattern, in which letters mean what they\n"
     "mean to strftime(). ValueError if the string does not fit it."},
    {"tzset", timeTzset, "!($module, /)",
     "tzset(): take the local time zone from the environment variable TZ again, which may have\n"
     "changed."},
};

} // namespace

Status coil::vm::addCalendar(Thread &t, Module *module) {
  moduleDict = module->dict;
  addFunctions(module, kFunctions, internText("time"));
  dictSetStr(module->dict, internText("struct_time"), Value(&structTime()));
  dictSetStr(module->dict, internText("_STRUCT_TM_ITEMS"), Value::smallInt(std::size(kTimeFields)));
  return setZone(t, module->dict);
}
