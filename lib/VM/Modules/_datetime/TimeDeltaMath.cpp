// Arithmetic of timedelta, in microseconds. Quotients and products by floats are exact, then rounded half to
// even.
#include "VM/Modules/_datetime/TimeDeltaMath.h"
#include "VM/Types/Float.h"
#include "VM/Types/Int/Int.h"
#include "VM/Types/Tuple.h"
#include <cmath>

using namespace coil::vm;
using namespace coil::vm::datetime;

Ref datetime::makeMicros(Micros micros) {
  if (micros == int64_t(micros)) return makeInt(int64_t(micros));
  auto magnitude =
      micros < 0 ? -static_cast<unsigned __int128>(micros) : static_cast<unsigned __int128>(micros);
  const uint64_t limbs[] = {uint64_t(magnitude), uint64_t(magnitude >> 64)};
  return makeInt(micros < 0, limbs);
}

static Failure raiseTooLarge(Thread &t) {
  return raise(t, types::OverflowError, "Python int too large to convert to C int");
}

Status datetime::microsFrom(Thread &t, Value number, Micros &micros) {
  IntView view(number);
  if (view.bitLength() > 100) return raiseTooLarge(t);
  unsigned __int128 magnitude = 0;
  for (uint32_t i = view.size(); i-- > 0;) magnitude = magnitude << 64 | view.limbs()[i];
  micros = view.negative() ? -Micros(magnitude) : Micros(magnitude);
  return Status::ok();
}

namespace {

Micros total(Value v) { return timeDelta(v)->total(); }

Failure raiseZero(Thread &t, const char *what = "integer division or modulo by zero") {
  return raise(t, types::ZeroDivisionError, what);
}

Micros floorDivided(Micros a, Micros b) {
  Micros q = a / b;
  return a % b != 0 && (a % b < 0) != (b < 0) ? q - 1 : q;
}

// The nearest integer, a half to the even one.
Micros nearest(Micros a, Micros b) {
  Micros q = floorDivided(a, b), r = a - q * b; // r has the sign of b
  if (b < 0) r = -r, b = -b;
  if (r > b - r || (r == b - r && (q & 1))) ++q;
  return q;
}

Ref deltaAdd(Thread &t, Value a, Value b) {
  if (!isTimeDelta(a) || !isTimeDelta(b)) return Ref::notImplemented();
  return newTimeDelta(t, total(a) + total(b));
}

Ref deltaSub(Thread &t, Value a, Value b) {
  if (!isTimeDelta(a) || !isTimeDelta(b)) return Ref::notImplemented();
  return newTimeDelta(t, total(a) - total(b));
}

// A float as an integer of up to 53 bits times a power of two.
Status floatRatio(Thread &t, double d, int64_t &mantissa, int &exponent) {
  if (std::isnan(d)) return raise(t, types::ValueError, "cannot convert NaN to integer ratio");
  if (std::isinf(d)) return raise(t, types::OverflowError, "cannot convert Infinity to integer ratio");
  double fraction = std::frexp(d, &exponent);
  mantissa = int64_t(std::ldexp(fraction, 53));
  exponent -= 53;
  for (; mantissa && !(mantissa & 1); ++exponent) mantissa >>= 1;
  return Status::ok();
}

Ref timesFloat(Thread &t, Micros micros, double d) {
  int64_t mantissa;
  int exponent;
  CHECK(floatRatio(t, d, mantissa, exponent));
  Micros product = micros * mantissa, result;
  if (!product) return newTimeDelta(t, 0);
  if (exponent < 0) return newTimeDelta(t, exponent < -124 ? 0 : nearest(product, Micros(1) << -exponent));
  if (exponent > 100 || __builtin_mul_overflow(product, Micros(1) << exponent, &result))
    return raiseTooLarge(t);
  return newTimeDelta(t, result);
}

Ref byFloat(Thread &t, Micros micros, double d) {
  int64_t mantissa;
  int exponent;
  CHECK(floatRatio(t, d, mantissa, exponent));
  if (!mantissa) return raiseZero(t);
  Micros scaled;
  if (!micros) return newTimeDelta(t, 0);
  if (exponent >= 0)
    return newTimeDelta(t, exponent > 72 ? 0 : nearest(micros, Micros(mantissa) << exponent));
  if (exponent < -124 || __builtin_mul_overflow(micros, Micros(1) << -exponent, &scaled))
    return raiseTooLarge(t);
  return newTimeDelta(t, nearest(scaled, mantissa));
}

// The product or quotient by an instance of a subclass of float, which may have a ratio of its own.
Ref byRatio(Thread &t, Micros micros, Value real, bool multiply) {
  Ref ratio = TRY(callMethod(t, real, internText("as_integer_ratio")));
  if (!isTuple(ratio))
    return raise(t, types::TypeError,
                 "unexpected return type from as_integer_ratio(): expected tuple, got '%'",
                 typeOf(ratio)->fullName());
  auto *pair = ratio.as<Tuple>();
  if (pair->length != 2)
    return raise(t, types::ValueError,
                 "unexpected return type from as_integer_ratio(): expected 2-tuple, got %-tuple",
                 pair->length);
  Ref product = TRY(binary(t, BinaryOp::Mul, makeMicros(micros), (*pair)[!multiply]));
  Value divisor = (*pair)[multiply];
  if (!isIntLike(product) || !isIntLike(divisor))
    return raise(t, types::TypeError, "non-integer arguments in division");
  if (isZeroInt(divisor)) return raiseZero(t);
  Ref quotient, rest;
  CHECK(intDivmod(t, product, divisor, quotient, rest));
  Ref above = intSub(divisor, rest); // both have the divisor's sign
  int order = isNegativeInt(divisor) ? compareInts(above, rest) : compareInts(rest, above);
  if (order > 0 || (order == 0 && !isZeroInt(intBitwise('&', quotient, Value::smallInt(1)))))
    quotient = intAdd(quotient, Value::smallInt(1));
  Micros result;
  CHECK(microsFrom(t, quotient, result));
  return newTimeDelta(t, result);
}

Ref deltaMul(Thread &t, Value a, Value b) {
  if (!isTimeDelta(a)) std::swap(a, b);
  if (isFloatLike(b)) return timesFloat(t, total(a), floatValue(b));
  if (isFloatLike(b)) return byRatio(t, total(a), b, true);
  if (!isIntLike(b)) return Ref::notImplemented();
  int64_t factor;
  Micros product;
  if (!total(a)) return newTimeDelta(t, 0);
  if (!toInt64(b, factor) || __builtin_mul_overflow(total(a), Micros(factor), &product))
    return raiseTooLarge(t);
  return newTimeDelta(t, product);
}

Ref deltaTrueDiv(Thread &t, Value a, Value b) {
  if (!isTimeDelta(a)) return Ref::notImplemented();
  if (isTimeDelta(b)) return intTrueDiv(t, makeMicros(total(a)), makeMicros(total(b)));
  if (isFloatLike(b)) return byFloat(t, total(a), floatValue(b));
  if (isFloatLike(b)) return byRatio(t, total(a), b, false);
  if (!isIntLike(b)) return Ref::notImplemented();
  if (isZeroInt(b)) return raiseZero(t);
  int64_t divisor;
  // By more than 64 bits there is never half a microsecond left.
  return newTimeDelta(t, toInt64(b, divisor) ? nearest(total(a), divisor) : 0);
}

Ref deltaFloorDiv(Thread &t, Value a, Value b) {
  if (!isTimeDelta(a)) return Ref::notImplemented();
  if (isTimeDelta(b)) {
    if (!total(b)) return raiseZero(t);
    return makeMicros(floorDivided(total(a), total(b)));
  }
  if (!isIntLike(b)) return Ref::notImplemented();
  if (isZeroInt(b)) return raiseZero(t);
  Ref quotient = TRY(intFloorDiv(t, makeMicros(total(a)), b));
  Micros micros;
  CHECK(microsFrom(t, quotient, micros));
  return newTimeDelta(t, micros);
}

Ref deltaMod(Thread &t, Value a, Value b) {
  if (!isTimeDelta(a) || !isTimeDelta(b)) return Ref::notImplemented();
  if (!total(b)) return raiseZero(t, "integer modulo by zero");
  return newTimeDelta(t, total(a) - floorDivided(total(a), total(b)) * total(b));
}

Ref deltaDivmod(Thread &t, Value a, Value b) {
  if (!isTimeDelta(a) || !isTimeDelta(b)) return Ref::notImplemented();
  if (!total(b)) return raiseZero(t);
  Micros quotient = floorDivided(total(a), total(b));
  Ref rest = TRY(newTimeDelta(t, total(a) - quotient * total(b))), number = makeMicros(quotient);
  return packTuple(number.get(), rest.get());
}

Ref deltaNegative(Thread &t, Value v) { return newTimeDelta(t, -total(v)); }
Ref deltaPositive(Thread &t, Value v) { return newTimeDelta(t, total(v)); }
Ref deltaAbsolute(Thread &t, Value v) { return newTimeDelta(t, total(v) < 0 ? -total(v) : total(v)); }

} // namespace

void datetime::fillTimeDeltaMath(Slots &s) {
  s.add = deltaAdd;
  s.sub = deltaSub;
  s.mul = deltaMul;
  s.trueDiv = deltaTrueDiv;
  s.floorDiv = deltaFloorDiv;
  s.mod = deltaMod;
  s.divmod = deltaDivmod;
  s.negative = deltaNegative;
  s.positive = deltaPositive;
  s.absolute = deltaAbsolute;
  s.boolean = [](Thread &, Value v) { return Result<bool>(!timeDelta(v)->zero()); };
}
