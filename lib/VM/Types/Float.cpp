// float: conversion, arithmetic and comparison. Its methods and text are in FloatMethods.cpp.
#include "VM/Types/Float.h"
#include "VM/Core/Names.h"
#include "VM/Protocol/Protocol.h"
#include "VM/Types/Int/Int.h"
#include "VM/Types/Tuple.h"
#include <cmath>

using namespace coil::vm;

Result<double> coil::vm::floatOperand(Thread &t, Value v, bool &fits) {
  fits = true;
  if (isFloatLike(v)) return floatValue(v);
  if (isIntLike(v)) return intToDouble(t, v);
  fits = false;
  return 0.0;
}

// The residue of the value modulo 2^61 - 1, so that equal numbers of all types hash alike.
int64_t coil::vm::hashDouble(double d) {
  constexpr uint64_t kModulus = (uint64_t(1) << 61) - 1;
  if (std::isinf(d)) return d > 0 ? 314159 : -314159;
  int exponent;
  double mantissa = std::frexp(std::fabs(d), &exponent);
  uint64_t x = 0;
  while (mantissa != 0) { // 28 bits at a time
    x = ((x << 28) & kModulus) | x >> (61 - 28);
    mantissa *= 268435456.0;
    exponent -= 28;
    auto part = uint64_t(mantissa);
    mantissa -= double(part);
    x += part;
    if (x >= kModulus) x -= kModulus;
  }
  exponent = exponent >= 0 ? exponent % 61 : 60 - (-1 - exponent) % 61;
  x = ((x << exponent) & kModulus) | x >> (61 - exponent);
  int64_t h = d < 0 ? -int64_t(x) : int64_t(x);
  return h == -1 ? -2 : h;
}

Ref coil::vm::newFloat(double d) {
  if (!std::isnan(d)) return Ref::number(d);
  auto *boxed = heap::make<Float>(types::Float);
  boxed->number = d;
  return Ref::take(Value(boxed));
}

namespace {

Result<int64_t> floatHash(Thread &, Value v) {
  double d = floatValue(v);
  if (std::isnan(d)) return int64_t(v.bits() >> 4); // NaNs hash by identity
  return hashDouble(d);
}

// Both operands as doubles, or NotImplemented out of the calling function.
#define OPERANDS(t, a, b)                                                                                    \
  bool fitsA_, fitsB_;                                                                                       \
  double x = TRY(floatOperand(t, a, fitsA_));                                                                \
  double y = TRY(floatOperand(t, b, fitsB_));                                                                \
  if (!fitsA_ || !fitsB_) return Ref::notImplemented()

Ref floatAdd(Thread &t, Value a, Value b) {
  OPERANDS(t, a, b);
  return Ref::number(x + y);
}
Ref floatSub(Thread &t, Value a, Value b) {
  OPERANDS(t, a, b);
  return Ref::number(x - y);
}
Ref floatMul(Thread &t, Value a, Value b) {
  OPERANDS(t, a, b);
  return Ref::number(x * y);
}
Ref floatTrueDiv(Thread &t, Value a, Value b) {
  OPERANDS(t, a, b);
  if (y == 0) return raise(t, types::ZeroDivisionError, "float division by zero");
  return Ref::number(x / y);
}

// The remainder with the divisor's sign, and the floored quotient.
void divide(double x, double y, double &quotient, double &remainder) {
  remainder = std::fmod(x, y);
  double div = (x - remainder) / y;
  if (remainder != 0) {
    if ((y < 0) != (remainder < 0)) {
      remainder += y;
      div -= 1;
    }
  } else {
    remainder = std::copysign(0.0, y);
  }
  if (div != 0) {
    quotient = std::floor(div);
    if (div - quotient > 0.5) quotient += 1;
  } else {
    quotient = std::copysign(0.0, x / y);
  }
}

Ref floatMod(Thread &t, Value a, Value b) {
  OPERANDS(t, a, b);
  if (y == 0) return raise(t, types::ZeroDivisionError, "float modulo");
  double quotient, remainder;
  divide(x, y, quotient, remainder);
  return Ref::number(remainder);
}
Ref floatFloorDiv(Thread &t, Value a, Value b) {
  OPERANDS(t, a, b);
  if (y == 0) return raise(t, types::ZeroDivisionError, "float floor division by zero");
  double quotient, remainder;
  divide(x, y, quotient, remainder);
  return Ref::number(quotient);
}
Ref floatDivmod(Thread &t, Value a, Value b) {
  OPERANDS(t, a, b);
  if (y == 0) return raise(t, types::ZeroDivisionError, "float divmod()");
  double quotient, remainder;
  divide(x, y, quotient, remainder);
  return packTuple(Value::number(quotient), Value::number(remainder));
}

Ref floatPow(Thread &t, Value a, Value b, Value modulus) {
  if (!modulus.isNone())
    return raise(t, types::TypeError, "pow() 3rd argument not allowed unless all arguments are integers");
  OPERANDS(t, a, b);
  if (y == 0) return Ref::number(1.0);
  if (x == 0 && y < 0 && !std::isinf(y))
    return raise(t, types::ZeroDivisionError, "0.0 cannot be raised to a negative power");
  if (x < 0 && std::isfinite(x) && std::isfinite(y) && y != std::floor(y))
    return types::Complex.slots.pow(t, a, b, modulus);
  double result = std::pow(x, y);
  if (std::isinf(result) && std::isfinite(x) && std::isfinite(y)) {
    TupleRef args = packTuple(Value::smallInt(34), Value(makeStr("Numerical result out of range")));
    Ref exception = TRY(call(t, Value(&types::OverflowError), args, nullptr));
    return raiseObject(t, exception);
  }
  return Ref::number(result);
}

Ref floatNegative(Thread &, Value v) { return Ref::number(-floatValue(v)); }
Ref floatPositive(Thread &, Value v) {
  return isExactly(v, types::Float) ? Ref::share(v) : Ref::number(floatValue(v));
}
Ref floatAbsolute(Thread &, Value v) { return Ref::number(std::fabs(floatValue(v))); }
Result<bool> floatBool(Thread &, Value v) { return floatValue(v) != 0; }

Ref floatToInt(Thread &t, Value v) {
  double d = floatValue(v);
  if (std::isinf(d)) return raise(t, types::OverflowError, "cannot convert float infinity to integer");
  if (std::isnan(d)) return raise(t, types::ValueError, "cannot convert float NaN to integer");
  return makeIntFromDouble(d);
}

// Exact comparison with an int of any size.
int compareWithInt(double d, Value i) {
  if (std::isinf(d)) return d > 0 ? 1 : -1;
  Ref whole = makeIntFromDouble(d);
  int order = compareInts(whole, i);
  if (order) return order;
  double fraction = d - std::trunc(d);
  return fraction > 0 ? 1 : fraction < 0 ? -1 : 0;
}

Ref floatCompare(Thread &, Value a, Value b, CompareOp op) {
  double x = floatValue(a);
  if (isIntLike(b)) {
    if (std::isnan(x)) return Ref::boolean(op == CompareOp::Ne);
    return compareResult(compareWithInt(x, b), op);
  }
  if (!isFloatLike(b)) return Ref::notImplemented();
  double y = floatValue(b);
  switch (op) {
  case CompareOp::Lt: return Ref::boolean(x < y);
  case CompareOp::Le: return Ref::boolean(x <= y);
  case CompareOp::Eq: return Ref::boolean(x == y);
  case CompareOp::Ne: return Ref::boolean(x != y);
  case CompareOp::Gt: return Ref::boolean(x > y);
  case CompareOp::Ge: return Ref::boolean(x >= y);
  }
  return Ref::none();
}

Ref floatReprSlot(Thread &, Value v) { return makeStrAscii(floatRepr(floatValue(v))); }

Ref getReal(Thread &t, Value v) { return floatPositive(t, v); }
Ref getImag(Thread &, Value) { return Ref::number(0.0); }

const GetSetDef kGetSets[] = {
    {"real", getReal, nullptr, "the real part of a complex number"},
    {"imag", getImag, nullptr, "the imaginary part of a complex number"},
};

} // namespace

const TypeSpec coil::vm::kFloatSpec = {
    .name = "float",
    .size = sizeof(Float),
    .flags = kTypeBase | kTypeFloatSubclass | kTypeMatchSelf,
    .fillSlots =
        [](Slots &s) {
          s.repr = floatReprSlot, s.hash = floatHash, s.compare = floatCompare, s.add = floatAdd,
          s.sub = floatSub, s.mul = floatMul;
          s.mod = floatMod, s.divmod = floatDivmod, s.pow = floatPow, s.negative = floatNegative,
          s.positive = floatPositive;
          s.absolute = floatAbsolute, s.boolean = floatBool, s.toInt = floatToInt, s.toFloat = floatPositive;
          s.floorDiv = floatFloorDiv, s.trueDiv = floatTrueDiv;
        },
    .methods = floatMethods(),
    .getsets = kGetSets,
    .doc = "A floating-point number, made from another number or from text.",
};
