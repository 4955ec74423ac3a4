// Datetimes from the clock, from timestamps, from texts and in other time zones.
#include "VM/Modules/_datetime/DateTimeFrom.h"
#include "VM/Import/Import.h"
#include "VM/Types/Int/Int.h"
#include <ctime>

using namespace coil::vm;
using namespace coil::vm::datetime;

namespace {

// A point of time as a datetime of the zone `tz`; None: the local one.
Ref inZone(Thread &t, Type &type, time_t seconds, int micros, Value tz) {
  Ref made = TRY(dateTimeAt(t, type, tz.isNone(), seconds, micros, tz));
  if (tz.isNone()) return made;
  return callMethod(t, tz, internText("fromutc"), {made.get()});
}

Failure raiseArgument(Thread &t, int position, const char *expected, Value v) {
  return raise(t, types::TypeError, "combine() argument % must be %, not %", position, expected,
               v.isNone() ? llvm::StringRef("None") : typeOf(v)->fullName());
}

// Seconds since 1970 of a datetime without a time zone, as local time.
Result<int64_t> localTimestamp(Thread &t, const DateTime *d) {
  return TRY(pointOfLocalTime(t, secondsOf(d->day, d->clock), d->clock.fold)) - kEpochSeconds;
}

// Where the date and time might be parted by a lone surrogate, it is one character like any other.
StrRef withoutSurrogate(Str *text) {
  for (int64_t at : {7, 8, 10})
    if (at < text->length && text->at(at) >= 0xd800 && text->at(at) < 0xe000) {
      StrBuilder out;
      out.append(text, 0, at);
      out.append(U'T');
      out.append(text, at + 1, text->length);
      return out.finish();
    }
  return StrRef::share(text);
}

bool parseIso(llvm::StringRef text, Day &day, IsoTime &time) {
  if (text.size() < 7) return false;
  int64_t separator = isoSeparator(text);
  if (separator < 0 || size_t(separator) > text.size()) return false;
  if (!parseIsoDay(text.take_front(size_t(separator)), day)) return false;
  if (text.size() == size_t(separator)) return true;
  auto lead = uint8_t(text[size_t(separator)]);
  size_t width = lead < 0x80 ? 1 : (lead & 0xf0) == 0xe0 ? 3 : (lead & 0xf0) == 0xf0 ? 4 : 2;
  return parseIsoTime(text.drop_front(std::min(size_t(separator) + width, text.size())), time);
}

} // namespace

Ref datetime::dateTimeNow(Thread &t, const Value *args) {
  CHECK(checkTzInfo(t, args[1]));
  timespec now;
  ::clock_gettime(CLOCK_REALTIME, &now);
  return inZone(t, *args[0].as<Type>(), now.tv_sec, int(now.tv_nsec / 1000), args[1]);
}

Ref datetime::dateTimeUtcNow(Thread &t, const Value *args) {
  timespec now;
  ::clock_gettime(CLOCK_REALTIME, &now);
  return dateTimeAt(t, *args[0].as<Type>(), false, now.tv_sec, int(now.tv_nsec / 1000), Value::none());
}

Ref datetime::dateTimeFromTimestamp(Thread &t, const Value *args) {
  time_t seconds;
  int micros;
  CHECK(checkTzInfo(t, args[2]));
  CHECK(timestampFrom(t, args[1], seconds, micros));
  return inZone(t, *args[0].as<Type>(), seconds, micros, args[2]);
}

Ref datetime::dateTimeUtcFromTimestamp(Thread &t, const Value *args) {
  time_t seconds;
  int micros;
  CHECK(timestampFrom(t, args[1], seconds, micros));
  return dateTimeAt(t, *args[0].as<Type>(), false, seconds, micros, Value::none());
}

Ref datetime::dateTimeStrptime(Thread &t, const Value *args) {
  CHECK(strArgument(t, args[1], "strptime", 1));
  CHECK(strArgument(t, args[2], "strptime", 2));
  Ref module = TRY(importModule(t, "_strptime"));
  return callMethod(t, module, internText("_strptime_datetime"), {args[0], args[1], args[2]});
}

// combine(date, time, tzinfo=time.tzinfo)
Ref datetime::dateTimeCombine(Thread &t, const Value *args) {
  if (!isDate(args[1])) return raiseArgument(t, 1, "datetime.date", args[1]);
  if (!isTime(args[2])) return raiseArgument(t, 2, "datetime.time", args[2]);
  Value tzinfo = args[3].empty() ? time(args[2])->tzinfo : args[3];
  return newDateTime(t, *args[0].as<Type>(), date(args[1])->day, time(args[2])->clock, tzinfo);
}

Ref datetime::dateTimeFromIsoFormat(Thread &t, const Value *args) {
  if (!isStr(args[1])) return raise(t, types::TypeError, "fromisoformat: argument must be str");
  StrRef clean = withoutSurrogate(args[1].as<Str>());
  std::string storage;
  llvm::StringRef text;
  Day day;
  IsoTime time;
  if (!isoText(Value(clean), storage, text) || !parseIso(text, day, time)) return raiseInvalidIso(t, args[1]);
  Ref tzinfo = TRY(isoTimeZone(t, time));
  return newDateTime(t, *args[0].as<Type>(), day, time.clock, tzinfo);
}

Ref datetime::dateTimeTimestamp(Thread &t, const Value *args) {
  DateTime *self = dateTime(args[0]);
  if (self->tzinfo.isNone())
    return Ref::number(double(TRY(localTimestamp(t, self))) + self->clock.micro / 1e6);
  Ref epoch = allocateDateTime(types::DateTime, {1970, 1, 1}, {}, utc());
  Ref since = TRY(difference(t, args[0], epoch));
  return callMethod(t, since, internText("total_seconds"));
}

// Through UTC, from which the new zone makes its own time.
Ref datetime::dateTimeAsTimeZone(Thread &t, const Value *args) {
  DateTime *self = dateTime(args[0]);
  CHECK(checkTzInfo(t, args[1]));
  Ref own = Ref::share(self->tzinfo), offset = Ref::none();
  if (!own->isNone() && own.get() == args[1]) return Ref::share(args[0]);
  if (!own->isNone()) offset = TRY(utcOffset(t, own, args[0]));
  if (offset->isNone()) { // it is local time
    own = TRY(localTimeZone(t, TRY(localTimestamp(t, self))));
    if (own.get() == args[1]) return Ref::share(args[0]);
    offset = TRY(utcOffset(t, own, args[0]));
  }
  Ref result = TRY(movedDateTime(t, self, -timeDelta(offset)->total(), *typeOf(args[0])));
  Ref target = Ref::share(args[1]);
  DateTime *inUtc = dateTime(result);
  if (target->isNone()) target = TRY(localTimeZone(t, secondsOf(inUtc->day, inUtc->clock) - kEpochSeconds));
  replaceOwned(inUtc->tzinfo, retained(target.get()));
  inUtc->hash = -1;
  return callMethod(t, target, internText("fromutc"), {result.get()});
}
