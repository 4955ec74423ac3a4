// datetime.timezone: a fixed offset from UTC.
#include "VM/Bind/Native.h"
#include "VM/Core/Runtime.h"
#include "VM/Modules/_datetime/Datetime.h"
#include "VM/Types/Tuple.h"

using namespace coil::vm;
using namespace coil::vm::datetime;

Type coil::vm::types::TimeZone;

namespace {

TimeZone *utcZone = nullptr; // owned; timezone.utc

Ref make(Value offset, Value name) {
  auto *zone = heap::make<TimeZone>(types::TimeZone);
  zone->offset = retained(offset).as<TimeDelta>();
  zone->name = retained(name);
  return Ref::take(Value(zone));
}

Ref timeZoneNew(Thread &t, Value, const CallArgs &args) {
  Value offset, name;
  const Slot slots[] = {{"offset", nullptr, &offset}, {"name", nullptr, &name}};
  CHECK(bindKeywords(t, "timezone", slots, 1, CallArgs(args.values + 1, args.positional - 1, args.kwNames)));
  if (!isTimeDelta(offset))
    return raise(t, types::TypeError, "timezone() argument 1 must be datetime.timedelta, not %",
                 offset.isNone() ? llvm::StringRef("None") : typeOf(offset)->fullName());
  if (name) CHECK(strArgument(t, name, "timezone", 2));
  return newTimeZone(t, offset, name);
}

Ref timeZoneRepr(Thread &t, Value v) {
  if (v == utc()) return makeStrAscii("datetime.timezone.utc");
  std::string out = typeOf(v)->fullName().str() + "(" + TRY(reprText(t, Value(timeZone(v)->offset)));
  if (timeZone(v)->name) out += ", " + TRY(reprText(t, timeZone(v)->name));
  return makeStr(out + ")");
}

Ref timeZoneStr(Thread &t, Value v) {
  TimeZone *zone = timeZone(v);
  if (zone->name) return Ref::share(zone->name);
  if (zone->offset->zero()) return makeStrAscii("UTC");
  return makeStrAscii("UTC" + TRY(offsetText(t, ":", v, Value::none())));
}

Ref timeZoneCompare(Thread &t, Value self, Value other, CompareOp op) {
  if ((op != CompareOp::Eq && op != CompareOp::Ne) || !isExactly(other, types::TimeZone))
    return Ref::notImplemented();
  return compare(t, Value(timeZone(self)->offset), Value(timeZone(other)->offset), op);
}

Result<int64_t> timeZoneHash(Thread &t, Value v) { return hash(t, Value(timeZone(v)->offset)); }

Status needDateTime(Thread &t, Value v, const char *function) {
  if (v.isNone() || isDateTime(v)) return Status::ok();
  return raise(t, types::TypeError, "%(dt) argument must be a datetime instance or None, not %", function,
               typeOf(v)->fullName());
}

Ref timeZoneName(Thread &t, const Value *args) {
  CHECK(needDateTime(t, args[1], "tzname"));
  return timeZoneStr(t, args[0]);
}

Ref timeZoneUtcOffset(Thread &t, const Value *args) {
  CHECK(needDateTime(t, args[1], "utcoffset"));
  return Ref::share(Value(timeZone(args[0])->offset));
}

Ref timeZoneDst(Thread &t, const Value *args) {
  CHECK(needDateTime(t, args[1], "dst"));
  return Ref::none();
}

Ref timeZoneFromUtc(Thread &t, const Value *args) {
  if (!isDateTime(args[1])) return raise(t, types::TypeError, "fromutc: argument must be a datetime");
  if (!(dateTime(args[1])->tzinfo == args[0]))
    return raise(t, types::ValueError, "fromutc: dt.tzinfo is not self");
  return moved(t, dateTime(args[1]), timeZone(args[0])->offset->total(), *typeOf(args[1]));
}

Ref timeZoneInitArgs(Thread &, const Value *args) {
  TimeZone *zone = timeZone(args[0]);
  if (!zone->name) return packTuple(Value(zone->offset));
  return packTuple(Value(zone->offset), zone->name);
}

NativeDef kMethods[] = {
    {"__new__", timeZoneNew, "!($type, *args, **kwargs)", "Make a new object of the class."},
    {"tzname", timeZoneName, "!($self, dt, /)",
     "The name given to the zone; without one, its offset in the form UTC+02:00."},
    {"utcoffset", timeZoneUtcOffset, "!($self, dt, /)", "How far the zone is ahead of UTC, at any time."},
    {"dst", timeZoneDst, "!($self, dt, /)", "None: the zone has no summer time."},
    {"fromutc", timeZoneFromUtc, "!($self, dt, /)",
     "Turn a datetime in UTC, whose tzinfo is this zone, into the zone's time."},
    {"__getinitargs__", timeZoneInitArgs, "!($self, /)",
     "What pickle and copy need to make an equal object."},
};

} // namespace

Value datetime::utc() {
  if (!utcZone) {
    Ref zero = newTimeDelta(Thread::current(), 0);
    utcZone = make(zero, Value()).release().as<TimeZone>();
    releaseAtEnd([] { replaceOwned<TimeZone>(utcZone, nullptr); });
  }
  return Value(utcZone);
}

Ref datetime::newTimeZone(Thread &t, Value offset, Value name) {
  Micros total = timeDelta(offset)->total();
  if (!name && !total) return Ref::share(utc());
  if (total <= -kDayMicros || total >= kDayMicros)
    return raise(
        t, types::ValueError,
        "offset must be a timedelta strictly between -timedelta(hours=24) and timedelta(hours=24), not %.",
        TRY(reprText(t, offset)));
  return make(offset, name);
}

const TypeSpec coil::vm::kTimeZoneSpec = {
    .name = "datetime.timezone",
    .size = sizeof(TimeZone),
    .fillSlots =
        [](Slots &s) {
          s.repr = timeZoneRepr;
          s.str = timeZoneStr;
          s.compare = timeZoneCompare;
          s.hash = timeZoneHash;
        },
    .clear =
        [](Object *o) {
          replaceOwned<TimeDelta>(static_cast<TimeZone *>(o)->offset, nullptr);
          replaceOwned(static_cast<TimeZone *>(o)->name, Value());
        },
    .methods = kMethods,
    .doc = "A time zone that is always the same length of time ahead of UTC: timezone(offset, name).",
    .own = 0,
};
