// datetime.datetime: making them, and what they are. Other ways of making them are in DateTimeFrom.cpp.
#include "VM/Bind/Native.h"
#include "VM/Modules/_datetime/DateTimeFrom.h"
#include "VM/Types/Bytes.h"
#include "VM/Types/Int/Int.h"
#include "VM/Types/Tuple.h"

using namespace coil::vm;
using namespace coil::vm::datetime;

Type coil::vm::types::DateTime;

Ref datetime::allocateDateTime(Type &type, const Day &day, const Clock &clock, Value tzinfo) {
  auto *made = heap::make<DateTime>(type);
  made->day = day;
  made->clock = clock;
  made->hash = -1;
  made->tzinfo = retained(tzinfo);
  return Ref::take(Value(made));
}

Ref datetime::newDateTime(Thread &t, Type &type, const Day &day, const Clock &clock, Value tzinfo) {
  if (&type == &types::DateTime) {
    CHECK(checkDay(t, day));
    CHECK(checkClock(t, clock));
    CHECK(checkTzInfo(t, tzinfo));
    return allocateDateTime(type, day, clock, tzinfo);
  }
  auto small = [](int n) { return Value::smallInt(n); };
  Ref made = TRY(call(t, Value(&type),
                      {small(day.year), small(day.month), small(day.day), small(clock.hour),
                       small(clock.minute), small(clock.second), small(clock.micro), tzinfo}));
  if (clock.fold && isDateTime(made)) dateTime(made)->clock.fold = clock.fold;
  return made;
}

std::array<uint8_t, 10> datetime::bytesOf(const DateTime *d) {
  const Clock &c = d->clock;
  return {uint8_t(d->day.year >> 8), uint8_t(d->day.year), uint8_t(d->day.month), uint8_t(d->day.day),
          uint8_t(c.hour),           uint8_t(c.minute),    uint8_t(c.second),     uint8_t(c.micro >> 16),
          uint8_t(c.micro >> 8),     uint8_t(c.micro)};
}

namespace {

bool isMonth(int n) { return n >= 1 && n <= 12; }

// A datetime from what it was pickled as; empty without an exception: these are no such arguments.
Ref unpickled(Thread &t, Type &type, const CallArgs &args) {
  if (args.positional < 1 || args.positional > 2 || args.values[0].isInt()) return {};
  std::string state = TRY(pickledState(t, args.values[0], 10, 2, isMonth, "datetime"));
  if (state.empty()) return {};
  Value tzinfo = args.positional == 2 ? args.values[1] : Value::none();
  if (!tzinfo.isNone() && !isTzInfo(tzinfo)) return raise(t, types::TypeError, "bad tzinfo state arg");
  auto at = [&](int i) { return int(uint8_t(state[size_t(i)])); };
  return allocateDateTime(type, {at(0) << 8 | at(1), at(2) & 0x7f, at(3)},
                          {at(4), at(5), at(6), at(7) << 16 | at(8) << 8 | at(9), at(2) >> 7}, tzinfo);
}

struct Fields {
  Day day = {};
  Clock clock = {};
  Value tzinfo = Value::none();

  Status bindAll(Thread &t, const char *function, size_t required, const CallArgs &args) {
    const Slot slots[] = {
        {"year", &day.year},           {"month", &day.month},        {"day", &day.day},
        {"hour", &clock.hour},         {"minute", &clock.minute},    {"second", &clock.second},
        {"microsecond", &clock.micro}, {"tzinfo", nullptr, &tzinfo}, {"fold", &clock.fold}};
    return bindKeywords(t, function, slots, required, args, 8);
  }
  Ref make(Thread &t, Type &type) const {
    CHECK(checkDay(t, day));
    CHECK(checkClock(t, clock));
    CHECK(checkTzInfo(t, tzinfo));
    return allocateDateTime(type, day, clock, tzinfo);
  }
};

Ref dateTimeNew(Thread &t, Value, const CallArgs &args) {
  auto &type = *args.values[0].as<Type>();
  CallArgs given(args.values + 1, args.positional - 1, args.kwNames);
  Ref old = unpickled(t, type, given);
  if (old || t.hasPending()) return old;
  Fields fields;
  CHECK(fields.bindAll(t, nullptr, 3, given));
  return fields.make(t, type);
}

Ref dateTimeReplace(Thread &t, Value v, const CallArgs &args) {
  DateTime *self = dateTime(v);
  Fields fields{self->day, self->clock, self->tzinfo};
  CHECK(fields.bindAll(t, "replace", 0, args));
  if (fields.clock.fold != 0 && fields.clock.fold != 1)
    return raise(t, types::ValueError, "fold must be either 0 or 1");
  return fields.make(t, *typeOf(v));
}

// --- text

Ref dateTimeRepr(Thread &t, Value v) {
  DateTime *d = dateTime(v);
  const Clock &c = d->clock;
  std::string out = formatMessage(
      "%(%, %, %, %, %", {typeOf(v)->fullName(), d->day.year, d->day.month, d->day.day, c.hour, c.minute});
  if (c.second || c.micro) out += ", " + std::to_string(c.second);
  if (c.micro) out += ", " + std::to_string(c.micro);
  if (c.fold) out += ", fold=1";
  if (!d->tzinfo.isNone()) out += ", tzinfo=" + TRY(reprText(t, d->tzinfo));
  return makeStr(out + ")");
}

Ref dateTimeStr(Thread &t, Value v) {
  StrRef space = makeStrAscii(" ");
  return callMethod(t, v, internText("isoformat"), {Value(space)});
}

// isoformat(sep='T', timespec='auto')
Ref dateTimeIsoFormat(Thread &t, const Value *args) {
  DateTime *d = dateTime(args[0]);
  if (!isStr(args[1]) || args[1].as<Str>()->length != 1)
    return raise(t, types::TypeError, "isoformat() argument 1 must be a unicode character, not %",
                 args[1].isNone() ? llvm::StringRef("None") : typeOf(args[1])->fullName());
  std::string timespec;
  CHECK(timespecArgument(t, args[2], 2, timespec));
  std::string out = dayText(d->day) + toUtf8(args[1].as<Str>()) + TRY(clockText(t, d->clock, timespec));
  return makeStr(out + TRY(offsetText(t, ":", d->tzinfo, args[0])));
}

Ref dateTimeCtime(Thread &, const Value *args) {
  return makeStrAscii(ctimeText(dateTime(args[0])->day, dateTime(args[0])->clock));
}

// --- what it is

Ref dateTimeDate(Thread &, const Value *args) { return allocateDate(types::Date, dateTime(args[0])->day); }

Ref dateTimeTime(Thread &, const Value *args) {
  return allocateTime(types::Time, dateTime(args[0])->clock, Value::none());
}

Ref dateTimeTimeTz(Thread &, const Value *args) {
  return allocateTime(types::Time, dateTime(args[0])->clock, dateTime(args[0])->tzinfo);
}

Ref dateTimeUtcOffset(Thread &t, const Value *args) {
  return utcOffset(t, dateTime(args[0])->tzinfo, args[0]);
}
Ref dateTimeDst(Thread &t, const Value *args) { return dstOffset(t, dateTime(args[0])->tzinfo, args[0]); }
Ref dateTimeTzName(Thread &t, const Value *args) { return zoneName(t, dateTime(args[0])->tzinfo, args[0]); }

Ref dateTimeTimeTuple(Thread &t, const Value *args) {
  Ref saving = TRY(dateTimeDst(t, args));
  int dst = saving->isNone() ? -1 : !timeDelta(saving)->zero();
  return structTime(t, dateTime(args[0])->day, dateTime(args[0])->clock, dst);
}

Ref dateTimeUtcTimeTuple(Thread &t, const Value *args) {
  Ref offset = TRY(dateTimeUtcOffset(t, args)), inUtc = Ref::share(args[0]);
  if (!offset->isNone())
    inUtc = TRY(moved(t, dateTime(args[0]), -timeDelta(offset)->total(), types::DateTime));
  return structTime(t, dateTime(inUtc)->day, dateTime(inUtc)->clock, 0);
}

Ref reduced(Value v, int protocol) {
  auto bytes = bytesOf(dateTime(v));
  if (protocol > 3 && dateTime(v)->clock.fold) bytes[2] |= 0x80;
  BytesRef state = makeBytes(bytes);
  Value tzinfo = dateTime(v)->tzinfo;
  TupleRef arguments = tzinfo.isNone() ? packTuple(Value(state)) : packTuple(Value(state), tzinfo);
  return packTuple(Value(typeOf(v)), Value(arguments));
}

Ref dateTimeReduce(Thread &, const Value *args) { return reduced(args[0], 2); }

Ref dateTimeReduceEx(Thread &t, Value self, const CallArgs &args) {
  return reduced(self, TRY(protocolArgument(t, args)));
}

template <int Clock::*field> Ref getField(Thread &, Value v) { return makeInt(dateTime(v)->clock.*field); }
Ref getTzInfo(Thread &, Value v) { return Ref::share(dateTime(v)->tzinfo); }

NativeDef kMethods[] = {
    {"__new__", dateTimeNew, "!($type, *args, **kwargs)", "Make a new object of the class."},
    {"now", dateTimeNow, "($type, /, tz=None)",
     "The date and time of this moment: in the time zone tz, or naive local time without one.",
     NativeKind::Class},
    {"utcnow", dateTimeUtcNow, "!($type, /)", "The date and time of this moment in UTC, as a naive datetime.",
     NativeKind::Class},
    {"fromtimestamp", dateTimeFromTimestamp, "!($type, /, timestamp, tz=None)",
     "fromtimestamp(timestamp, tz=None): the date and time at a moment given in seconds since\n"
     "the epoch. It is in the time zone tz, or naive local time without one.",
     NativeKind::Class},
    {"utcfromtimestamp", dateTimeUtcFromTimestamp, "!($type, timestamp, /)",
     "The date and time in UTC, naive, at a moment given in seconds since the epoch.", NativeKind::Class},
    {"strptime", dateTimeStrptime, "!($type, text, format, /)",
     "strptime(string, format): parse a date and time after a pattern, the reverse of strftime().",
     NativeKind::Class},
    {"combine", dateTimeCombine, "!($type, /, date, time, tzinfo=<unset>)",
     "combine(date, time, tzinfo=time.tzinfo): put a date and a time of day together.", NativeKind::Class},
    {"fromisoformat", dateTimeFromIsoFormat, "!($type, text, /)",
     "Parse a date and time in ISO 8601 format; what isoformat() writes is read, and most\n"
     "other forms.",
     NativeKind::Class},
    {"date", dateTimeDate, "!($self, /)", "The date without the time of day."},
    {"time", dateTimeTime, "!($self, /)", "The time of day, without a time zone."},
    {"timetz", dateTimeTimeTz, "!($self, /)", "The time of day together with the time zone."},
    {"ctime", dateTimeCtime, "!($self, /)",
     "Date and time as C's ctime() writes them, such as 'Thu Feb 29 12:00:00 2024'."},
    {"timetuple", dateTimeTimeTuple, "!($self, /)",
     "The fields as a time.struct_time, as time.localtime() returns."},
    {"timestamp", dateTimeTimestamp, "!($self, /)",
     "Seconds since the epoch, a float. A naive object counts as local time."},
    {"utctimetuple", dateTimeUtcTimeTuple, "!($self, /)",
     "The moment's fields in UTC as a time.struct_time, as time.gmtime() returns."},
    {"isoformat", dateTimeIsoFormat, "!($self, /, sep='T', timespec='auto')",
     "isoformat(sep='T', timespec='auto'): date and time in ISO 8601 format, with sep between\n"
     "the two. timespec says what the time ends with: 'hours', 'minutes', 'seconds',\n"
     "'milliseconds' or 'microseconds'. 'auto' leaves microseconds out where they are zero.\n"
     "The offset from UTC follows if it is known."},
    {"utcoffset", dateTimeUtcOffset, "!($self, /)",
     "How far local time is ahead of UTC, as tzinfo says; None if naive."},
    {"tzname", dateTimeTzName, "!($self, /)",
     "What tzinfo calls the time zone at this moment; None if naive."},
    {"dst", dateTimeDst, "!($self, /)",
     "How much of the offset from UTC is due to summer time, as tzinfo says; None if naive."},
    {"replace", dateTimeReplace, "!($self, *args, **kwargs)",
     "A copy in which the fields given are changed; no field of the result is converted."},
    {"astimezone", dateTimeAsTimeZone, "!($self, /, tz=None)",
     "astimezone(tz=None): the same moment in the time zone tz, or in that of the system.\n"
     "A naive object counts as local time."},
    {"__reduce_ex__", dateTimeReduceEx, "!($self, *args, **kwargs)",
     "What pickle and copy need to make an equal object."},
    {"__reduce__", dateTimeReduce, "!($self, /)", "What pickle and copy need to make an equal object."},
};

const GetSetDef kFields[] = {{"hour", getField<&Clock::hour>, nullptr, nullptr},
                             {"minute", getField<&Clock::minute>, nullptr, nullptr},
                             {"second", getField<&Clock::second>, nullptr, nullptr},
                             {"microsecond", getField<&Clock::micro>, nullptr, nullptr},
                             {"tzinfo", getTzInfo, nullptr, nullptr},
                             {"fold", getField<&Clock::fold>, nullptr, nullptr}};

} // namespace

const TypeSpec coil::vm::kDateTimeSpec = {
    .name = "datetime.datetime",
    .size = sizeof(DateTime),
    .flags = kTypeBase,
    .fillSlots =
        [](Slots &s) {
          s.getAttr = types::Object.slots.getAttr; // it has a wrapper of its own for it
          s.repr = dateTimeRepr;
          s.str = dateTimeStr;
          s.compare = dateTimeCompare;
          s.hash = dateTimeHash;
          s.add = dateTimeAdd;
          s.sub = dateTimeSub;
        },
    .traverse = [](Object *o, Visitor &v) { v.visit(static_cast<DateTime *>(o)->tzinfo); },
    .clear = [](Object *o) { replaceOwned(static_cast<DateTime *>(o)->tzinfo, Value::none()); },
    .methods = kMethods,
    .getsets = kFields,
    .doc = "A date and a time of day, with or without a time zone: datetime(year, month, day,\n"
           "hour=0, minute=0, second=0, microsecond=0, tzinfo=None, *, fold=0). fold is 1 for the\n"
           "second pass of an hour that is repeated when clocks are put back.",
};
