// datetime.date.
#include "VM/Bind/Native.h"
#include "VM/Core/Clock.h"
#include "VM/Core/Runtime.h"
#include "VM/Import/Import.h"
#include "VM/Modules/_datetime/Datetime.h"
#include "VM/Types/Bytes.h"
#include "VM/Types/Int/Int.h"
#include "VM/Types/Tuple.h"

using namespace coil::vm;
using namespace coil::vm::datetime;

Type coil::vm::types::Date;

Ref datetime::allocateDate(Type &type, const Day &day) {
  auto *made = heap::make<Date>(type);
  made->day = day;
  made->hash = -1;
  return Ref::take(Value(made));
}

Ref datetime::newDate(Thread &t, Type &type, const Day &day) {
  if (&type == &types::DateTime) return newDateTime(t, type, day, {}, Value::none());
  if (&type != &types::Date)
    return call(t, Value(&type),
                {Value::smallInt(day.year), Value::smallInt(day.month), Value::smallInt(day.day)});
  CHECK(checkDay(t, day));
  return allocateDate(type, day);
}

namespace {

const Day &day(Value v) { return date(v)->day; }

bool isMonth(int n) { return n >= 1 && n <= 12; }

Ref dateNew(Thread &t, Value, const CallArgs &args) {
  auto &type = *args.values[0].as<Type>();
  CallArgs given(args.values + 1, args.positional - 1, args.kwNames);
  if (given.positional == 1) {
    std::string state = TRY(pickledState(t, given.values[0], 4, 2, isMonth, "date"));
    if (!state.empty()) {
      auto at = [&](int i) { return int(uint8_t(state[size_t(i)])); };
      return allocateDate(type, {at(0) << 8 | at(1), at(2), at(3)});
    }
  }
  Day made;
  const Slot slots[] = {{"year", &made.year}, {"month", &made.month}, {"day", &made.day}};
  CHECK(bindKeywords(t, nullptr, slots, 3, given));
  CHECK(checkDay(t, made));
  return allocateDate(type, made);
}

// --- other ways to make one

Ref dateFromTimestamp(Thread &t, const Value *args) {
  Day local;
  Clock clock;
  time_t seconds = TRY(wholeSecondsFrom(t, args[1]));
  CHECK(brokenDown(t, seconds, true, local, clock));
  return newDate(t, *args[0].as<Type>(), local);
}

Ref dateToday(Thread &t, const Value *args) {
  Ref clock = TRY(importAttribute(t, "time", "time")), now = TRY(call(t, clock));
  return callMethod(t, args[0], internText("fromtimestamp"), {now.get()});
}

Ref dateFromOrdinal(Thread &t, const Value *args) {
  int ordinal;
  CHECK(intFromArgument(t, args[1], ordinal));
  if (ordinal < 1) return raise(t, types::ValueError, "ordinal must be >= 1");
  // Far beyond the last year, that year's number does not matter: it is out of range.
  return newDate(t, *args[0].as<Type>(), dayOf(ordinal));
}

Ref dateFromIsoFormat(Thread &t, const Value *args) {
  if (!isStr(args[1])) return raise(t, types::TypeError, "fromisoformat: argument must be str");
  std::string storage;
  llvm::StringRef text;
  Day read;
  bool good = isoText(args[1], storage, text) && (text.size() == 7 || text.size() == 8 || text.size() == 10);
  if (!good || !parseIsoDay(text, read)) return raiseInvalidIso(t, args[1]);
  return newDate(t, *args[0].as<Type>(), read);
}

Ref dateFromIsoCalendar(Thread &t, Value type, const CallArgs &args) {
  IsoDay iso;
  const Slot slots[] = {{"year", &iso.year}, {"week", &iso.week}, {"day", &iso.weekday}};
  if (!bindKeywords(t, "fromisocalendar", slots, 3, args)) {
    if (!catchPending(t, types::OverflowError)) return {};
    return raise(t, types::ValueError, "ISO calendar component out of range");
  }
  Day made;
  switch (dayFromIso(iso, made)) {
  case IsoProblem::Year: return raise(t, types::ValueError, "Year is out of range: %", iso.year);
  case IsoProblem::Week: return raise(t, types::ValueError, "Invalid week: %", iso.week);
  case IsoProblem::Weekday:
    return raise(t, types::ValueError, "Invalid day: % (range is [1, 7])", iso.weekday);
  case IsoProblem::None: break;
  }
  return newDate(t, *type.as<Type>(), made);
}

Ref dateReplace(Thread &t, Value self, const CallArgs &args) {
  Day made = day(self);
  const Slot slots[] = {{"year", &made.year}, {"month", &made.month}, {"day", &made.day}};
  CHECK(bindKeywords(t, "replace", slots, 0, args));
  CHECK(checkDay(t, made));
  return allocateDate(*typeOf(self), made);
}

// --- text

Ref dateRepr(Thread &, Value v) {
  return makeStr(formatMessage("%(%, %, %)", {typeOf(v)->fullName(), day(v).year, day(v).month, day(v).day}));
}

Ref dateStr(Thread &t, Value v) { return callMethod(t, v, internText("isoformat")); }
Ref dateIsoFormat(Thread &, const Value *args) { return makeStrAscii(dayText(day(args[0]))); }
Ref dateCtime(Thread &, const Value *args) { return makeStrAscii(ctimeText(day(args[0]), {})); }

// strftime(format), of dates and datetimes
Ref dateStrftime(Thread &t, const Value *args) {
  CHECK(strArgument(t, args[1], "strftime", 1));
  Ref fields = TRY(callMethod(t, args[0], internText("timetuple")));
  if (!isDateTime(args[0])) return strftime(t, args[0], Value::none(), args[0], 0, args[1].as<Str>(), fields);
  DateTime *d = dateTime(args[0]);
  return strftime(t, args[0], d->tzinfo, args[0], d->clock.micro, args[1].as<Str>(), fields);
}

// --- what it is

Ref dateTimeTuple(Thread &t, const Value *args) { return structTime(t, day(args[0]), {}, -1); }
Ref dateToOrdinal(Thread &, const Value *args) { return makeInt(ordinalOf(day(args[0]))); }
Ref dateWeekday(Thread &, const Value *args) { return makeInt(weekdayOf(day(args[0]))); }
Ref dateIsoWeekday(Thread &, const Value *args) { return makeInt(weekdayOf(day(args[0])) + 1); }

Ref dateIsoCalendar(Thread &, const Value *args) {
  IsoDay iso = isoDayOf(day(args[0]));
  return newIsoCalendarDate(makeInt(iso.year), makeInt(iso.week), makeInt(iso.weekday));
}

Ref dateReduce(Thread &, const Value *args) {
  const Day &d = day(args[0]);
  const uint8_t bytes[] = {uint8_t(d.year >> 8), uint8_t(d.year), uint8_t(d.month), uint8_t(d.day)};
  BytesRef state = makeBytes(bytes);
  TupleRef arguments = packTuple(Value(state));
  return packTuple(Value(typeOf(args[0])), Value(arguments));
}

Result<int64_t> dateHash(Thread &, Value v) {
  Date *d = date(v);
  if (d->hash == -1) {
    const uint8_t bytes[] = {uint8_t(d->day.year >> 8), uint8_t(d->day.year), uint8_t(d->day.month),
                             uint8_t(d->day.day)};
    d->hash = hashBytes(bytes);
  }
  return d->hash;
}

Ref dateCompare(Thread &, Value self, Value other, CompareOp op) {
  if (!isDate(other)) return Ref::notImplemented();
  const Day &a = day(self), &b = day(other);
  int order = a.year != b.year ? a.year - b.year : a.month != b.month ? a.month - b.month : a.day - b.day;
  return compareResult(order, op);
}

// --- arithmetic

Ref movedByDays(Thread &t, Value v, int64_t days) {
  int64_t ordinal = ordinalOf(day(v)) + days;
  if (ordinal < 1 || ordinal > kMaxOrdinal) return raise(t, types::OverflowError, "date value out of range");
  return newDate(t, *typeOf(v), dayOf(int(ordinal)));
}

Ref dateAdd(Thread &t, Value left, Value right) {
  if (isDateTime(left) || isDateTime(right)) return Ref::notImplemented();
  if (isDate(left))
    return isTimeDelta(right) ? movedByDays(t, left, timeDelta(right)->days) : Ref::notImplemented();
  return isTimeDelta(left) ? movedByDays(t, right, timeDelta(left)->days) : Ref::notImplemented();
}

Ref dateSub(Thread &t, Value left, Value right) {
  if (isDateTime(left) || isDateTime(right) || !isDate(left)) return Ref::notImplemented();
  if (isDate(right))
    return newTimeDelta(t, Micros(ordinalOf(day(left)) - ordinalOf(day(right))) * kDayMicros);
  if (isTimeDelta(right)) return movedByDays(t, left, -int64_t(timeDelta(right)->days));
  return Ref::notImplemented();
}

template <int Day::*field> Ref getField(Thread &, Value v) { return makeInt(day(v).*field); }

NativeDef kMethods[] = {
    {"__new__", dateNew, "!($type, *args, **kwargs)", "Make a new object of the class."},
    {"fromtimestamp", dateFromTimestamp, "($type, timestamp, /)",
     "The local date at a moment given in seconds since the epoch.", NativeKind::Class},
    {"fromordinal", dateFromOrdinal, "!($type, ordinal, /)",
     "The date that is n days after 31 December of the year 0; day 1 is 0001-01-01.", NativeKind::Class},
    {"fromisoformat", dateFromIsoFormat, "!($type, text, /)",
     "Parse a date in ISO 8601 format, such as '2024-02-29', '20240229' or '2024-W09-4'.", NativeKind::Class},
    {"fromisocalendar", dateFromIsoCalendar, "!($type, *args, **kwargs)",
     "The date of a weekday (1 is Monday, 7 Sunday) in a week of an ISO year.", NativeKind::Class},
    {"today", dateToday, "!($type, /)", "Today's local date; a datetime gets the time of day as well.",
     NativeKind::Class},
    {"ctime", dateCtime, "!($self, /)",
     "The date as C's ctime() writes it, such as 'Thu Feb 29 00:00:00 2024'."},
    {"strftime", dateStrftime, "!($self, /, format)",
     "Write the date after a pattern, in which %Y, %m, %d and so on are replaced."},
    {"__format__", formatMethod, "!($self, format, /)",
     "What format() does: strftime() with the format given, str() if that is empty."},
    {"timetuple", dateTimeTuple, "!($self, /)",
     "The fields as a time.struct_time, as time.localtime() returns."},
    {"isocalendar", dateIsoCalendar, "!($self, /)",
     "The ISO year, the week in it, and the weekday (1 is Monday), as a named tuple."},
    {"isoformat", dateIsoFormat, "!($self, /)", "The date as 'YYYY-MM-DD'."},
    {"isoweekday", dateIsoWeekday, "!($self, /)", "The day of the week, from 1 for Monday to 7 for Sunday."},
    {"toordinal", dateToOrdinal, "!($self, /)",
     "The number of days since 31 December of the year 0; 0001-01-01 is day 1."},
    {"weekday", dateWeekday, "!($self, /)", "The day of the week, from 0 for Monday to 6 for Sunday."},
    {"replace", dateReplace, "!($self, *args, **kwargs)", "A copy in which the fields given are changed."},
    {"__reduce__", dateReduce, "!($self, /)", "What pickle and copy need to make an equal object."},
};

const GetSetDef kFields[] = {{"year", getField<&Day::year>, nullptr, nullptr},
                             {"month", getField<&Day::month>, nullptr, nullptr},
                             {"day", getField<&Day::day>, nullptr, nullptr}};

} // namespace

const TypeSpec coil::vm::kDateSpec = {
    .name = "datetime.date",
    .size = sizeof(Date),
    .flags = kTypeBase,
    .fillSlots =
        [](Slots &s) {
          s.repr = dateRepr;
          s.str = dateStr;
          s.compare = dateCompare;
          s.hash = dateHash;
          s.add = dateAdd;
          s.sub = dateSub;
        },
    .methods = kMethods,
    .getsets = kFields,
    .doc = "A day of the Gregorian calendar, extended to all years from 1 to 9999: date(year, month,\n"
           "day).",
};
