// Arithmetic and comparison of immediate integers and doubles, as instructions do them in place.
#pragma once

#include "VM/Protocol/Protocol.h"
#include <cmath>

namespace coil::vm {

// In the shifted form, where the processor's overflow flag is the 50-bit overflow.
inline bool addInts(Value a, Value b, Value &result) {
  int64_t sum;
  if (__builtin_add_overflow(int64_t(a.bits() << Value::kIntShift), int64_t(b.bits() << Value::kIntShift),
                             &sum))
    return false;
  result = Value::fromBits(Value::kIntTag | uint64_t(sum) >> Value::kIntShift);
  return true;
}

inline bool subInts(Value a, Value b, Value &result) {
  int64_t difference;
  if (__builtin_sub_overflow(int64_t(a.bits() << Value::kIntShift), int64_t(b.bits() << Value::kIntShift),
                             &difference))
    return false;
  result = Value::fromBits(Value::kIntTag | uint64_t(difference) >> Value::kIntShift);
  return true;
}

inline bool mulInts(Value a, Value b, Value &result) {
  int64_t product;
  if (__builtin_mul_overflow(int64_t(a.bits() << Value::kIntShift), b.asInt(), &product)) return false;
  result = Value::fromBits(Value::kIntTag | uint64_t(product) >> Value::kIntShift);
  return true;
}

// The operator behind a number of BINARY_OP, in place or not.
inline BinaryOp operatorOf(uint32_t arg) { return BinaryOp(arg >= 13 ? arg - 13 : arg); }

// Division as Python's; the processor is quicker with numbers of 32 bits.
inline void divideInts(int64_t x, int64_t y, int64_t &quotient, int64_t &remainder) {
  if (((uint64_t(x) | uint64_t(y)) >> 32) == 0) {
    quotient = uint32_t(x) / uint32_t(y);
    remainder = uint32_t(x) % uint32_t(y);
    return;
  }
  quotient = x / y;
  remainder = x % y;
  if (remainder && (remainder < 0) != (y < 0)) --quotient, remainder += y;
}

// Powers that stay small; squares and cubes, mostly.
inline bool powerOfInts(Value base, int64_t exponent, Value &result) {
  constexpr int64_t kMost = 48;
  if (exponent < 0 || exponent > kMost) return false;
  result = Value::smallInt(1);
  for (; exponent; --exponent)
    if (!mulInts(result, base, result)) return false;
  return true;
}

// The power of a positive number, where it is one that raises nothing.
inline bool powerOfDoubles(double base, double exponent, Value &result) {
  if (!(base > 0) || !std::isfinite(base) || !std::isfinite(exponent)) return false;
  double power = std::pow(base, exponent);
  if (power == 0 || !std::isfinite(power)) return false;
  result = Value::number(power);
  return true;
}

inline bool fastInts(BinaryOp op, Value a, Value b, Value &result) {
  switch (op) {
  case BinaryOp::Add: return addInts(a, b, result);
  case BinaryOp::Sub: return subInts(a, b, result);
  case BinaryOp::Mul: return mulInts(a, b, result);
  case BinaryOp::And: result = Value::smallInt(a.asInt() & b.asInt()); return true;
  case BinaryOp::Or: result = Value::smallInt(a.asInt() | b.asInt()); return true;
  case BinaryOp::Xor: result = Value::smallInt(a.asInt() ^ b.asInt()); return true;
  case BinaryOp::FloorDiv:
  case BinaryOp::Mod: {
    int64_t x = a.asInt(), y = b.asInt(), quotient, remainder;
    if (y == 0) return false;
    divideInts(x, y, quotient, remainder);
    if (op != BinaryOp::Mod && !Value::fitsInt(quotient)) return false;
    result = Value::smallInt(op == BinaryOp::Mod ? remainder : quotient);
    return true;
  }
  case BinaryOp::Rshift: {
    int64_t shift = b.asInt();
    if (shift < 0) return false;
    result = Value::smallInt(a.asInt() >> std::min<int64_t>(shift, 63));
    return true;
  }
  case BinaryOp::Lshift: {
    int64_t shift = b.asInt(), x = a.asInt();
    if (shift < 0 || shift > 48 || !Value::fitsInt(x << shift) || (x << shift) >> shift != x) return false;
    result = Value::smallInt(x << shift);
    return true;
  }
  case BinaryOp::TrueDiv: {
    int64_t x = a.asInt(), y = b.asInt();
    if (y == 0) return false;
    result = Value::number(double(x) / double(y)); // both are exact as doubles
    return true;
  }
  case BinaryOp::Pow: return powerOfInts(a, b.asInt(), result);
  default: return false;
  }
}

inline bool fastDoubles(BinaryOp op, double a, double b, Value &result) {
  switch (op) {
  case BinaryOp::Add: result = Value::number(a + b); return true;
  case BinaryOp::Sub: result = Value::number(a - b); return true;
  case BinaryOp::Mul: result = Value::number(a * b); return true;
  case BinaryOp::TrueDiv:
    if (b == 0) return false;
    result = Value::number(a / b);
    return true;
  case BinaryOp::Pow: return powerOfDoubles(a, b, result);
  default: return false;
  }
}

// Both operands as doubles, if one is a double and the other a number.
inline bool mixedDoubles(Value a, Value b, double &x, double &y) {
  if (a.isDouble()) {
    if (!b.isDouble() && !b.isInt()) return false;
    x = a.asDouble(), y = b.isInt() ? double(b.asInt()) : b.asDouble();
    return true;
  }
  if (!a.isInt() || !b.isDouble()) return false;
  x = double(a.asInt()), y = b.asDouble();
  return true;
}

// The result of an operator on two immediate numbers; false where it has none, or not of this kind.
inline bool fastBinary(BinaryOp op, Value a, Value b, Value &result) {
  if (bothInts(a, b)) return fastInts(op, a, b, result);
  double x, y;
  return mixedDoubles(a, b, x, y) && fastDoubles(op, x, y, result);
}

// Whether `a op b`, without a branch on the operator: less, equal, greater and unordered are bits.
template <class T> bool compareNumbers(T a, T b, uint32_t op) {
  constexpr uint8_t kMasks[] = {1, 3, 2, 1 | 4 | 8, 4, 6}; // in the order of CompareOp
  unsigned outcome = a < b ? 1 : a == b ? 2 : a > b ? 4 : 8;
  return kMasks[op] & outcome;
}

// The result of comparing two immediate numbers of one kind, or two texts for equality; false where it is
// neither.
inline bool fastCompare(Value a, Value b, uint32_t op, bool &result) {
  if (bothInts(a, b)) {
    result = compareNumbers(a.asInt(), b.asInt(), op);
    return true;
  }
  if (a.isDouble() && b.isDouble()) {
    result = compareNumbers(a.asDouble(), b.asDouble(), op);
    return true;
  }
  if ((CompareOp(op) != CompareOp::Eq && CompareOp(op) != CompareOp::Ne) || !isExactStr(a) || !isExactStr(b))
    return false;
  result = (a == b || equalStr(a.as<Str>(), b.as<Str>())) == (CompareOp(op) == CompareOp::Eq);
  return true;
}

} // namespace coil::vm
