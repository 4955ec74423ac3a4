// The module _datetime.
#include "VM/Modules/_datetime/Datetime.h"
#include "VM/Types/Capsule.h"
#include "VM/Types/Dict/Dict.h"
#include "VM/Types/Int/Int.h"

using namespace coil::vm;
using namespace coil::vm::datetime;

namespace {

const ModuleType kTypes[] = {{types::Date, kDateSpec, types::Object},
                             {types::DateTime, kDateTimeSpec, types::Date},
                             {types::Time, kTimeSpec, types::Object},
                             {types::TimeDelta, kTimeDeltaSpec, types::Object},
                             {types::TzInfo, kTzInfoSpec, types::Object},
                             {types::TimeZone, kTimeZoneSpec, types::TzInfo},
                             {types::IsoCalendarDate, kIsoCalendarDateSpec, types::Tuple, false}};

void setLimits(Type &type, Ref least, Ref most, Value resolution) {
  dictSetStr(type.dict, internText("min"), least);
  dictSetStr(type.dict, internText("max"), most);
  if (resolution) dictSetStr(type.dict, internText("resolution"), resolution);
}

Status addLimits(Thread &t) {
  constexpr Clock kLast{23, 59, 59, 999999};
  constexpr Micros kMost = Micros(1'000'000'000) * kDayMicros - 1, kZone = (kDaySeconds - 60) * kSecondMicros;
  Value none = Value::none();
  Ref micro = TRY(newTimeDelta(t, 1)), day = TRY(newTimeDelta(t, kDayMicros));
  setLimits(types::TimeDelta, TRY(newTimeDelta(t, -999999999 * Micros(kDayMicros))),
            TRY(newTimeDelta(t, kMost)), micro);
  setLimits(types::Date, allocateDate(types::Date, {1, 1, 1}), allocateDate(types::Date, {9999, 12, 31}),
            day);
  setLimits(types::Time, allocateTime(types::Time, {}, none), allocateTime(types::Time, kLast, none), micro);
  setLimits(types::DateTime, allocateDateTime(types::DateTime, {1, 1, 1}, {}, none),
            allocateDateTime(types::DateTime, {9999, 12, 31}, kLast, none), micro);
  dictSetStr(types::TimeZone.dict, internText("utc"), utc());
  Ref least = TRY(newTimeDelta(t, -kZone)), most = TRY(newTimeDelta(t, kZone));
  setLimits(types::TimeZone, TRY(newTimeZone(t, least, Value())), TRY(newTimeZone(t, most, Value())),
            Value());
  return Status::ok();
}

Status populate(Thread &t, Module *module) {
  auto set = [&](const char *name, Value v) { dictSetStr(module->dict, internText(name), v); };
  if (dictGetStr(types::Date.dict, internText("min")).empty()) CHECK(addLimits(t));
  set("MINYEAR", makeInt(kMinYear));
  set("MAXYEAR", makeInt(kMaxYear));
  set("UTC", utc());
  set("datetime_CAPI", newCapsule("datetime.datetime_CAPI"));
  return Status::ok();
}

} // namespace

const ModuleSpec coil::vm::kDatetimeModule = {
    .name = "_datetime",
    .doc = "The types of the module datetime.",
    .populate = populate,
    .types = kTypes,
};
