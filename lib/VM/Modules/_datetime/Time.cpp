// datetime.time.
#include "VM/Bind/Native.h"
#include "VM/Core/Runtime.h"
#include "VM/Modules/_datetime/Datetime.h"
#include "VM/Types/Bytes.h"
#include "VM/Types/Int/Int.h"
#include "VM/Types/Tuple.h"
#include <array>

using namespace coil::vm;
using namespace coil::vm::datetime;

Type coil::vm::types::Time;

Ref datetime::allocateTime(Type &type, const Clock &clock, Value tzinfo) {
  auto *made = heap::make<Time>(type);
  made->clock = clock;
  made->hash = -1;
  made->tzinfo = retained(tzinfo);
  return Ref::take(Value(made));
}

Ref datetime::newTime(Thread &t, Type &type, const Clock &clock, Value tzinfo) {
  if (&type != &types::Time)
    return call(t, Value(&type),
                {Value::smallInt(clock.hour), Value::smallInt(clock.minute), Value::smallInt(clock.second),
                 Value::smallInt(clock.micro), tzinfo});
  CHECK(checkClock(t, clock));
  CHECK(checkTzInfo(t, tzinfo));
  return allocateTime(type, clock, tzinfo);
}

namespace {

const Clock &clock(Value v) { return time(v)->clock; }

bool isHour(int n) { return n < 24; }

// A time from what it was pickled as; empty without an exception: these are no such arguments.
Ref unpickled(Thread &t, Type &type, const CallArgs &args) {
  if (args.positional < 1 || args.positional > 2) return {};
  std::string state = TRY(pickledState(t, args.values[0], 6, 0, isHour, "time"));
  if (state.empty()) return {};
  Value tzinfo = args.positional == 2 ? args.values[1] : Value::none();
  if (!tzinfo.isNone() && !isTzInfo(tzinfo)) return raise(t, types::TypeError, "bad tzinfo state arg");
  auto at = [&](int i) { return int(uint8_t(state[size_t(i)])); };
  return allocateTime(type, {at(0) & 0x7f, at(1), at(2), at(3) << 16 | at(4) << 8 | at(5), at(0) >> 7},
                      tzinfo);
}

Status bindTime(Thread &t, const char *function, const CallArgs &args, Clock &clock, Value &tzinfo) {
  const Slot slots[] = {{"hour", &clock.hour},        {"minute", &clock.minute},
                        {"second", &clock.second},    {"microsecond", &clock.micro},
                        {"tzinfo", nullptr, &tzinfo}, {"fold", &clock.fold}};
  TRY(bindKeywords(t, function, slots, 0, args, 5));
  return Status::ok();
}

Ref timeNew(Thread &t, Value, const CallArgs &args) {
  auto &type = *args.values[0].as<Type>();
  CallArgs given(args.values + 1, args.positional - 1, args.kwNames);
  Ref old = unpickled(t, type, given);
  if (old || t.hasPending()) return old;
  Clock made;
  Value tzinfo = Value::none();
  CHECK(bindTime(t, nullptr, given, made, tzinfo));
  CHECK(checkClock(t, made));
  CHECK(checkTzInfo(t, tzinfo));
  return allocateTime(type, made, tzinfo);
}

Ref timeReplace(Thread &t, Value self, const CallArgs &args) {
  Clock made = clock(self);
  Value tzinfo = time(self)->tzinfo;
  CHECK(bindTime(t, "replace", args, made, tzinfo));
  if (made.fold != 0 && made.fold != 1) return raise(t, types::ValueError, "fold must be either 0 or 1");
  CHECK(checkClock(t, made));
  CHECK(checkTzInfo(t, tzinfo));
  return allocateTime(*typeOf(self), made, tzinfo);
}

Ref timeFromIsoFormat(Thread &t, const Value *args) {
  if (!isStr(args[1])) return raise(t, types::TypeError, "fromisoformat: argument must be str");
  std::string storage;
  llvm::StringRef text;
  IsoTime read;
  bool good = isoText(args[1], storage, text);
  text.consume_front("T");
  if (!good || !parseIsoTime(text, read)) return raiseInvalidIso(t, args[1]);
  Ref tzinfo = TRY(isoTimeZone(t, read));
  return newTime(t, *args[0].as<Type>(), read.clock, tzinfo);
}

// --- text

Ref timeRepr(Thread &t, Value v) {
  const Clock &c = clock(v);
  std::string out = formatMessage("%(%, %", {typeOf(v)->fullName(), c.hour, c.minute});
  if (c.second || c.micro) out += ", " + std::to_string(c.second);
  if (c.micro) out += ", " + std::to_string(c.micro);
  if (!time(v)->tzinfo.isNone()) out += ", tzinfo=" + TRY(reprText(t, time(v)->tzinfo));
  if (c.fold) out += ", fold=1";
  return makeStr(out + ")");
}

Ref timeStr(Thread &t, Value v) { return callMethod(t, v, internText("isoformat")); }

Ref timeIsoFormat(Thread &t, const Value *args) {
  std::string timespec;
  CHECK(timespecArgument(t, args[1], 1, timespec));
  std::string out = TRY(clockText(t, clock(args[0]), timespec));
  return makeStrAscii(out + TRY(offsetText(t, ":", time(args[0])->tzinfo, Value::none())));
}

// The date that strftime() needs, too, is the first day of 1900.
Ref timeStrftime(Thread &t, const Value *args) {
  CHECK(strArgument(t, args[1], "strftime", 1));
  const Clock &c = clock(args[0]);
  const int fields[] = {1900, 1, 1, c.hour, c.minute, c.second, 0, 1, -1};
  TupleRef tuple = newTuple(9);
  for (int i = 0; i < 9; ++i) tuple->items()[i] = Value::smallInt(fields[i]);
  return strftime(t, args[0], time(args[0])->tzinfo, Value::none(), c.micro, args[1].as<Str>(), Value(tuple));
}

// --- what it is

Ref timeUtcOffset(Thread &t, const Value *args) { return utcOffset(t, time(args[0])->tzinfo, Value::none()); }
Ref timeDst(Thread &t, const Value *args) { return dstOffset(t, time(args[0])->tzinfo, Value::none()); }
Ref timeZoneNameOf(Thread &t, const Value *args) { return zoneName(t, time(args[0])->tzinfo, Value::none()); }

std::array<uint8_t, 6> bytesOf(const Clock &c) {
  return {uint8_t(c.hour),        uint8_t(c.minute),     uint8_t(c.second),
          uint8_t(c.micro >> 16), uint8_t(c.micro >> 8), uint8_t(c.micro)};
}

Ref reduced(Value v, int protocol) {
  auto bytes = bytesOf(clock(v));
  if (protocol > 3 && clock(v).fold) bytes[0] |= 0x80;
  BytesRef state = makeBytes(bytes);
  TupleRef arguments =
      time(v)->tzinfo.isNone() ? packTuple(Value(state)) : packTuple(Value(state), time(v)->tzinfo);
  return packTuple(Value(typeOf(v)), Value(arguments));
}

Ref timeReduce(Thread &, const Value *args) { return reduced(args[0], 2); }

Ref timeReduceEx(Thread &t, Value self, const CallArgs &args) {
  return reduced(self, TRY(protocolArgument(t, args)));
}

Result<int64_t> timeHash(Thread &t, Value v) {
  Time *self = time(v);
  if (self->hash != -1) return self->hash;
  Ref offset = TRY(utcOffset(t, self->tzinfo, Value::none()));
  if (offset->isNone())
    self->hash = hashBytes(bytesOf(self->clock));
  else
    self->hash = TRY(hashMicros(t, self->clock.seconds() * kSecondMicros + self->clock.micro -
                                       timeDelta(offset)->total()));
  return self->hash;
}

int64_t microsOf(const Clock &c) { return c.seconds() * kSecondMicros + c.micro; }

Ref timeCompare(Thread &t, Value self, Value other, CompareOp op) {
  if (!isTime(other)) return Ref::notImplemented();
  int64_t a = microsOf(clock(self)), b = microsOf(clock(other));
  auto ordered = [&] { return compareResult(a < b ? -1 : a > b, op); };
  if (time(self)->tzinfo == time(other)->tzinfo) return ordered();
  Ref offsetA = TRY(utcOffset(t, time(self)->tzinfo, Value::none()));
  Ref offsetB = TRY(utcOffset(t, time(other)->tzinfo, Value::none()));
  if (offsetA->isNone() && offsetB->isNone()) return ordered();
  if (offsetA->isNone() || offsetB->isNone()) {
    if (op == CompareOp::Eq || op == CompareOp::Ne) return Ref::boolean(op == CompareOp::Ne);
    return raise(t, types::TypeError, "can't compare offset-naive and offset-aware times");
  }
  Micros totalA = timeDelta(offsetA)->total(), totalB = timeDelta(offsetB)->total();
  if (totalA == totalB) return ordered();
  // Only the whole seconds of different offsets count.
  a -= (int64_t(timeDelta(offsetA)->days) * kDaySeconds + timeDelta(offsetA)->seconds) * kSecondMicros;
  b -= (int64_t(timeDelta(offsetB)->days) * kDaySeconds + timeDelta(offsetB)->seconds) * kSecondMicros;
  return ordered();
}

template <int Clock::*field> Ref getField(Thread &, Value v) { return makeInt(clock(v).*field); }
Ref getTzInfo(Thread &, Value v) { return Ref::share(time(v)->tzinfo); }

NativeDef kMethods[] = {
    {"__new__", timeNew, "!($type, *args, **kwargs)", "Make a new object of the class."},
    {"isoformat", timeIsoFormat, "!($self, /, timespec='auto')",
     "The time in ISO 8601 format, with the offset from UTC behind it if that is known.\n"
     "timespec says what it ends with: 'hours', 'minutes', 'seconds', 'milliseconds' or\n"
     "'microseconds'. 'auto' leaves microseconds out where they are zero."},
    {"strftime", timeStrftime, "!($self, /, format)",
     "Write the time after a pattern, in which %H, %M, %S and so on are replaced; the date is\n"
     "1900-01-01."},
    {"__format__", formatMethod, "!($self, format, /)",
     "What format() does: strftime() with the format given, str() if that is empty."},
    {"utcoffset", timeUtcOffset, "!($self, /)",
     "How far local time is ahead of UTC, as tzinfo says; None if it does not know without a date."},
    {"tzname", timeZoneNameOf, "!($self, /)",
     "What tzinfo calls the time zone; None if it does not know without a date."},
    {"dst", timeDst, "!($self, /)",
     "How much of the offset from UTC is due to summer time, as tzinfo says; None if it does\n"
     "not know without a date."},
    {"replace", timeReplace, "!($self, *args, **kwargs)", "A copy in which the fields given are changed."},
    {"fromisoformat", timeFromIsoFormat, "!($type, text, /)",
     "Parse a time of day in ISO 8601 format, such as '09:30', 'T093000' or '09:30:00+01:00'.",
     NativeKind::Class},
    {"__reduce_ex__", timeReduceEx, "!($self, *args, **kwargs)",
     "What pickle and copy need to make an equal object."},
    {"__reduce__", timeReduce, "!($self, /)", "What pickle and copy need to make an equal object."},
};

const GetSetDef kFields[] = {{"hour", getField<&Clock::hour>, nullptr, nullptr},
                             {"minute", getField<&Clock::minute>, nullptr, nullptr},
                             {"second", getField<&Clock::second>, nullptr, nullptr},
                             {"microsecond", getField<&Clock::micro>, nullptr, nullptr},
                             {"tzinfo", getTzInfo, nullptr, nullptr},
                             {"fold", getField<&Clock::fold>, nullptr, nullptr}};

} // namespace

const TypeSpec coil::vm::kTimeSpec = {
    .name = "datetime.time",
    .size = sizeof(Time),
    .flags = kTypeBase,
    .fillSlots =
        [](Slots &s) {
          s.repr = timeRepr;
          s.str = timeStr;
          s.compare = timeCompare;
          s.hash = timeHash;
        },
    .traverse = [](Object *o, Visitor &v) { v.visit(static_cast<Time *>(o)->tzinfo); },
    .clear = [](Object *o) { replaceOwned(static_cast<Time *>(o)->tzinfo, Value::none()); },
    .methods = kMethods,
    .getsets = kFields,
    .doc = "A time of day, with or without a time zone: time(hour=0, minute=0, second=0,\n"
           "microsecond=0, tzinfo=None, *, fold=0). fold is 1 for the second pass of an hour that is\n"
           "repeated when clocks are put back.",
};
