// datetime.tzinfo, the base of time zones, and what others ask time zones for.
#include "VM/Bind/Native.h"
#include "VM/Core/Names.h"
#include "VM/Modules/_datetime/Datetime.h"
#include "VM/Types/Tuple.h"

using namespace coil::vm;
using namespace coil::vm::datetime;

Type coil::vm::types::TzInfo;

namespace {

// What tzinfo.utcoffset() or dst() answers.
Ref askOffset(Thread &t, const char *name, Value tzinfo, Value argument) {
  if (tzinfo.isNone()) return Ref::none();
  Ref offset = TRY(callMethod(t, tzinfo, internText(name), {argument}));
  if (offset->isNone()) return offset;
  if (!isTimeDelta(offset))
    return raise(t, types::TypeError, "tzinfo.%() must return None or timedelta, not '%'", name,
                 typeOf(offset)->fullName());
  Micros total = timeDelta(offset)->total();
  if (total <= -kDayMicros || total >= kDayMicros)
    return raise(t, types::ValueError,
                 "offset must be a timedelta strictly between -timedelta(hours=24) and timedelta(hours=24).");
  return offset;
}

Failure raiseAbstract(Thread &t, const char *name) {
  return raise(t, types::NotImplementedError, "a tzinfo subclass must implement %()", name);
}

Ref tzInfoNew(Thread &, Value, const CallArgs &args) {
  return Ref::take(Value(heap::make<Object>(*args.values[0].as<Type>())));
}

Ref tzInfoName(Thread &t, const Value *) { return raiseAbstract(t, "tzname"); }
Ref tzInfoUtcOffset(Thread &t, const Value *) { return raiseAbstract(t, "utcoffset"); }
Ref tzInfoDst(Thread &t, const Value *) { return raiseAbstract(t, "dst"); }

// The standard offset is the whole one less the saving; at the local time that gives, the saving may be
// another.
Ref tzInfoFromUtc(Thread &t, const Value *args) {
  if (!isDateTime(args[1])) return raise(t, types::TypeError, "fromutc: argument must be a datetime");
  DateTime *utcTime = dateTime(args[1]);
  if (!(utcTime->tzinfo == args[0])) return raise(t, types::ValueError, "fromutc: dt.tzinfo is not self");
  Ref offset = TRY(callMethod(t, args[1], internText("utcoffset")));
  if (!isTimeDelta(offset))
    return raise(t, types::ValueError, "fromutc: non-None utcoffset() result required");
  Ref saving = TRY(callMethod(t, args[1], internText("dst")));
  if (!isTimeDelta(saving)) return raise(t, types::ValueError, "fromutc: non-None dst() result required");
  Micros standard = timeDelta(offset)->total() - timeDelta(saving)->total();
  Ref result = TRY(movedDateTime(t, utcTime, standard, *typeOf(args[1])));
  saving = TRY(callMethod(t, result, internText("dst")));
  if (!isTimeDelta(saving))
    return raise(t, types::ValueError, "fromutc: tz.dst() gave inconsistent results; cannot convert");
  if (timeDelta(saving)->zero()) return result;
  return moved(t, dateTime(result), timeDelta(saving)->total(), *typeOf(result));
}

// A subclass says by __getinitargs__ what its class is to be called with.
Ref tzInfoReduce(Thread &t, const Value *args) {
  Ref method, arguments = emptyTuple();
  CHECK(lookupAttr(t, args[0], internText("__getinitargs__"), method));
  if (method) arguments = TRY(call(t, method));
  Ref state = TRY(callMethod(t, args[0], internText("__getstate__")));
  return packTuple(Value(typeOf(args[0])), arguments.get(), state.get());
}

NativeDef kMethods[] = {
    {"__new__", tzInfoNew, "!($type, *args, **kwargs)", "Make a new object of the class."},
    {"tzname", tzInfoName, "!($self, dt, /)", "The name of the zone at a datetime. Subclasses define it."},
    {"utcoffset", tzInfoUtcOffset, "!($self, dt, /)",
     "How far the zone is ahead of UTC at a datetime, as a timedelta. Subclasses define it."},
    {"dst", tzInfoDst, "!($self, dt, /)",
     "How much of the offset is due to summer time at a datetime, as a timedelta. Subclasses\n"
     "define it."},
    {"fromutc", tzInfoFromUtc, "!($self, dt, /)",
     "Turn a datetime in UTC, whose tzinfo is this zone, into the zone's time."},
    {"__reduce__", tzInfoReduce, "!($self, /)", "What pickle and copy need to make an equal object."},
};

} // namespace

Ref datetime::utcOffset(Thread &t, Value tzinfo, Value argument) {
  if (isExactly(tzinfo, types::TimeZone)) return Ref::share(Value(timeZone(tzinfo)->offset));
  return askOffset(t, "utcoffset", tzinfo, argument);
}

Ref datetime::dstOffset(Thread &t, Value tzinfo, Value argument) {
  if (isExactly(tzinfo, types::TimeZone)) return Ref::none();
  return askOffset(t, "dst", tzinfo, argument);
}

Ref datetime::zoneName(Thread &t, Value tzinfo, Value argument) {
  if (tzinfo.isNone()) return Ref::none();
  Ref name = TRY(callMethod(t, tzinfo, internText("tzname"), {argument}));
  if (name->isNone() || isStr(name)) return name;
  return raise(t, types::TypeError, "tzinfo.tzname() must return None or a string, not '%'",
               typeOf(name)->fullName());
}

const TypeSpec coil::vm::kTzInfoSpec = {
    .name = "datetime.tzinfo",
    .size = sizeof(Object),
    .flags = kTypeBase,
    .methods = kMethods,
    .doc = "The base of classes that know the rules of a time zone.\n"
           "A subclass defines utcoffset(), dst() and tzname().",
};
