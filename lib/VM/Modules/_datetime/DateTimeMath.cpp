// Arithmetic, comparison and hashes of datetimes.
#include "VM/Core/Runtime.h"
#include "VM/Modules/_datetime/Datetime.h"

using namespace coil::vm;
using namespace coil::vm::datetime;

namespace {

// Microseconds since the year 1, as the clock shows them.
int64_t shown(const DateTime *d) { return ordinalOf(d->day) * kDayMicros + d->micros(); }

Ref offsetOf(Thread &t, Value v) { return utcOffset(t, dateTime(v)->tzinfo, v); }

// None, or equal timedeltas.
bool sameOffset(Value a, Value b) {
  if (a == b) return true;
  return !a.isNone() && !b.isNone() && timeDelta(a)->total() == timeDelta(b)->total();
}

// PEP 495: a time whose offset depends on the fold is equal to no time of another zone.
Result<bool> dependsOnFold(Thread &t, Value v, Value offset) {
  Clock other = dateTime(v)->clock;
  other.fold = !other.fold;
  Ref flipped = allocateDateTime(types::DateTime, dateTime(v)->day, other, dateTime(v)->tzinfo);
  return !sameOffset(TRY(offsetOf(t, flipped)), offset);
}

// Of an offset, which is less than a day.
int64_t offsetMicros(Value offset) { return offset.isNone() ? 0 : int64_t(timeDelta(offset)->total()); }

Failure raiseMixed(Thread &t, const char *what) {
  return raise(t, types::TypeError, "can't % offset-naive and offset-aware datetimes", what);
}

Ref movedBack(Thread &t, Value v, Value delta) {
  return moved(t, dateTime(v), -timeDelta(delta)->total(), *typeOf(v));
}

} // namespace

Failure datetime::raiseCannotCompare(Thread &t, Value a, Value b) {
  return raise(t, types::TypeError, "can't compare % to %", typeOf(a)->fullName(), typeOf(b)->fullName());
}

Ref datetime::moved(Thread &t, const DateTime *from, Micros by, Type &type) {
  constexpr int64_t kEnd = (kMaxOrdinal + 1) * kDayMicros;
  int64_t micros = by < -kEnd || by > kEnd ? 0 : shown(from) + int64_t(by);
  if (micros < kDayMicros || micros >= kEnd) return raise(t, types::OverflowError, "date value out of range");
  int64_t ordinal = micros / kDayMicros, rest = micros % kDayMicros;
  auto seconds = int(rest / kSecondMicros);
  Clock clock{seconds / 3600, seconds / 60 % 60, seconds % 60, int(rest % kSecondMicros)};
  return newDateTime(t, type, dayOf(int(ordinal)), clock, from->tzinfo);
}

Ref datetime::movedDateTime(Thread &t, const DateTime *from, Micros by, Type &type) {
  Ref result = TRY(moved(t, from, by, type));
  if (isDateTime(result)) return result;
  return raise(t, types::TypeError, "%() must return a datetime, not '%'", type.fullName(),
               typeOf(result)->fullName());
}

Ref datetime::difference(Thread &t, Value a, Value b) {
  int64_t between = shown(dateTime(a)) - shown(dateTime(b));
  if (dateTime(a)->tzinfo == dateTime(b)->tzinfo) return newTimeDelta(t, between);
  Ref offsetA = TRY(offsetOf(t, a)), offsetB = TRY(offsetOf(t, b));
  if (offsetA->isNone() != offsetB->isNone()) return raiseMixed(t, "subtract");
  return newTimeDelta(t, between - offsetMicros(offsetA) + offsetMicros(offsetB));
}

Ref datetime::dateTimeAdd(Thread &t, Value left, Value right) {
  if (!isDateTime(left)) std::swap(left, right);
  if (!isDateTime(left) || !isTimeDelta(right)) return Ref::notImplemented();
  return moved(t, dateTime(left), timeDelta(right)->total(), *typeOf(left));
}

Ref datetime::dateTimeSub(Thread &t, Value left, Value right) {
  if (!isDateTime(left)) return Ref::notImplemented();
  if (isDateTime(right)) return difference(t, left, right);
  if (isTimeDelta(right)) return movedBack(t, left, right);
  return Ref::notImplemented();
}

// A date that is no datetime is never equal to one, and cannot be ordered with it.
Ref datetime::dateTimeCompare(Thread &t, Value self, Value other, CompareOp op) {
  bool equality = op == CompareOp::Eq || op == CompareOp::Ne;
  if (!isDateTime(other)) {
    if (!isDate(other)) return Ref::notImplemented();
    if (equality) return Ref::boolean(op == CompareOp::Ne);
    return raiseCannotCompare(t, self, other);
  }
  int64_t between = shown(dateTime(self)) - shown(dateTime(other));
  auto ordered = [&] { return compareResult(between < 0 ? -1 : between > 0, op); };
  if (dateTime(self)->tzinfo == dateTime(other)->tzinfo) return ordered();
  Ref offsetA = TRY(offsetOf(t, self)), offsetB = TRY(offsetOf(t, other));
  if (offsetA->isNone() != offsetB->isNone()) {
    if (equality) return Ref::boolean(op == CompareOp::Ne);
    return raiseMixed(t, "compare");
  }
  between += offsetMicros(offsetB) - offsetMicros(offsetA);
  if (between == 0 && equality)
    if (TRY(dependsOnFold(t, self, offsetA)) || TRY(dependsOnFold(t, other, offsetB)))
      return Ref::boolean(op == CompareOp::Ne);
  return ordered();
}

// A fold's offset is that of the time before it, so that equal times have equal hashes.
Result<int64_t> datetime::dateTimeHash(Thread &t, Value v) {
  DateTime *self = dateTime(v);
  if (self->hash != -1) return self->hash;
  Ref unfolded = Ref::share(v);
  if (self->clock.fold) {
    Clock first = self->clock;
    first.fold = 0;
    unfolded = allocateDateTime(types::DateTime, self->day, first, self->tzinfo);
  }
  Ref offset = TRY(offsetOf(t, unfolded));
  if (offset->isNone())
    self->hash = hashBytes(bytesOf(self));
  else
    self->hash = TRY(hashMicros(t, shown(self) - timeDelta(offset)->total()));
  return self->hash;
}
