// int: arithmetic on GMP's mpn level.
#include "VM/Exceptions/Raise.h"
#include "VM/Types/Int/Int.h"
#include <cmath>
#include <gmp.h>

using namespace coil::vm;

namespace {

using Limbs = llvm::SmallVector<uint64_t, 8>;

// A result of `n` limbs that is computed where it will stay.
class NewInt {
  Int *object;
  uint32_t room;

public:
  explicit NewInt(uint32_t n)
      : object(static_cast<Int *>(heap::allocateLeaf(types::Int, n * sizeof(uint64_t)))), room(n) {
    object->limbCount = n;
  }
  uint64_t *limbs() { return object->limbs(); }
  // The number, without leading zeros.
  Ref finish(bool negative) {
    uint32_t n = room;
    while (n && limbs()[n - 1] == 0) --n;
    auto bytes = [](uint32_t limbs) { return sizeof(Int) + limbs * sizeof(uint64_t); };
    if (n <= 1 && (!n || limbs()[0] <= uint64_t(Value::kIntMax))) {
      int64_t value = n ? int64_t(limbs()[0]) : 0;
      heap::deallocate(object, bytes(room));
      return Ref::smallInt(negative ? -value : value);
    }
    if (n != room) object = static_cast<Int *>(heap::reallocate(object, bytes(room), bytes(n)));
    object->negative = negative;
    object->limbCount = n;
    return Ref::take(Value(object));
  }
};

// |x| + |y|
Ref addMagnitudes(const IntView &x, const IntView &y, bool negative) {
  const IntView &big = x.size() >= y.size() ? x : y, &small = x.size() >= y.size() ? y : x;
  NewInt r(big.size() + 1);
  uint64_t *top = r.limbs() + big.size();
  if (!small.size())
    std::copy(big.limbs(), big.limbs() + big.size(), r.limbs()), *top = 0;
  else
    *top = mpn_add(r.limbs(), big.limbs(), big.size(), small.limbs(), small.size());
  return r.finish(negative);
}

// |x| - |y|, negated if `flip`.
Ref subtractMagnitudes(const IntView &x, const IntView &y, bool flip) {
  int order = x.size() != y.size() ? (x.size() < y.size() ? -1 : 1)
              : x.size()           ? mpn_cmp(x.limbs(), y.limbs(), x.size())
                                   : 0;
  const IntView &big = order < 0 ? y : x, &small = order < 0 ? x : y;
  NewInt r(big.size());
  if (!small.size())
    std::copy(big.limbs(), big.limbs() + big.size(), r.limbs());
  else
    mpn_sub(r.limbs(), big.limbs(), big.size(), small.limbs(), small.size());
  return r.finish((order < 0) != flip);
}

Ref addSigned(const IntView &x, const IntView &y, bool flipY) {
  bool yNegative = y.negative() != flipY;
  return x.negative() == yNegative ? addMagnitudes(x, y, yNegative) : subtractMagnitudes(x, y, x.negative());
}

// Truncating division of magnitudes.
void divideMagnitudes(const IntView &x, const IntView &y, Limbs &quotient, Limbs &remainder) {
  if (x.size() < y.size()) {
    quotient.clear();
    remainder.assign(x.limbs(), x.limbs() + x.size());
    return;
  }
  quotient.assign(x.size() - y.size() + 1, 0);
  remainder.assign(y.size(), 0);
  mpn_tdiv_qr(quotient.data(), remainder.data(), 0, x.limbs(), x.size(), y.limbs(), y.size());
}

bool isZero(const Limbs &limbs) {
  return llvm::all_of(limbs, [](uint64_t l) { return l == 0; });
}

// Two's complement limbs of a number, `n` of them.
Limbs twosComplement(const IntView &x, uint32_t n) {
  Limbs r(n);
  std::copy(x.limbs(), x.limbs() + x.size(), r.begin());
  if (x.negative()) mpn_neg(r.data(), r.data(), n);
  return r;
}

Limbs shiftedLeft(const IntView &x, uint64_t bits) {
  Limbs r(x.size() + bits / 64 + 1);
  if (bits % 64)
    r.back() = mpn_lshift(r.data() + bits / 64, x.limbs(), x.size(), bits % 64);
  else
    std::copy(x.limbs(), x.limbs() + x.size(), r.begin() + bits / 64);
  return r;
}

} // namespace

Ref coil::vm::intAdd(Value a, Value b) {
  if (bothInts(a, b)) return makeInt(a.asInt() + b.asInt());
  return addSigned(IntView(a), IntView(b), false);
}
Ref coil::vm::intSub(Value a, Value b) {
  if (bothInts(a, b)) return makeInt(a.asInt() - b.asInt());
  return addSigned(IntView(a), IntView(b), true);
}

Ref coil::vm::intMul(Value a, Value b) {
  IntView x(a), y(b);
  if (x.zero() || y.zero()) return Ref::smallInt(0);
  const IntView &big = x.size() >= y.size() ? x : y, &small = x.size() >= y.size() ? y : x;
  NewInt r(x.size() + y.size());
  if (small.size() == 1)
    r.limbs()[big.size()] = mpn_mul_1(r.limbs(), big.limbs(), big.size(), small.limbs()[0]);
  else if (x.size() == y.size() && x.limbs() == y.limbs())
    mpn_sqr(r.limbs(), x.limbs(), x.size());
  else
    mpn_mul(r.limbs(), big.limbs(), big.size(), small.limbs(), small.size());
  return r.finish(x.negative() != y.negative());
}

// Division by a number of one limb: the floor of the quotient, and the remainder's magnitude, which has the
// divisor's sign.
static Ref divideByLimb(const IntView &x, const IntView &y, uint64_t &remainder) {
  NewInt q(x.size());
  remainder = mpn_divrem_1(q.limbs(), 0, x.limbs(), x.size(), y.limbs()[0]);
  bool differ = x.negative() != y.negative();
  if (differ && remainder) {
    mpn_add_1(q.limbs(), q.limbs(), x.size(), 1); // no carry: the divisor is greater than 1
    remainder = y.limbs()[0] - remainder;
  }
  return q.finish(differ);
}

Status coil::vm::intDivmod(Thread &t, Value a, Value b, Ref &quotient, Ref &remainder) {
  IntView x(a), y(b);
  if (y.zero()) return raise(t, types::ZeroDivisionError, "integer division or modulo by zero");
  if (y.size() == 1 && x.size()) {
    uint64_t rest;
    quotient = divideByLimb(x, y, rest);
    remainder = makeInt(y.negative(), rest);
    return Status::ok();
  }
  Limbs q, r;
  divideMagnitudes(x, y, q, r);
  bool differ = x.negative() != y.negative();
  bool exact = isZero(r);
  if (differ && !exact) { // floor: towards minus infinity
    q.push_back(0);
    mpn_add_1(q.data(), q.data(), q.size(), 1);
    Ref truncated = makeInt(x.negative(), r);
    remainder = intAdd(truncated, b);
  } else {
    remainder = makeInt(x.negative(), r);
  }
  quotient = makeInt(differ, q);
  return Status::ok();
}

Ref coil::vm::intFloorDiv(Thread &t, Value a, Value b) {
  if (IntView x(a), y(b); y.size() == 1 && x.size()) {
    uint64_t rest;
    return divideByLimb(x, y, rest);
  }
  Ref q, r;
  TRY(intDivmod(t, a, b, q, r));
  return q;
}

Ref coil::vm::intMod(Thread &t, Value a, Value b) {
  if (isZeroInt(b)) return raise(t, types::ZeroDivisionError, "integer modulo by zero");
  if (IntView x(a), y(b); y.size() == 1 && x.size()) {
    uint64_t rest = mpn_mod_1(x.limbs(), x.size(), y.limbs()[0]);
    if (rest && x.negative() != y.negative()) rest = y.limbs()[0] - rest;
    return makeInt(y.negative(), rest);
  }
  Ref q, r;
  TRY(intDivmod(t, a, b, q, r));
  return r;
}

// Correctly rounded: the quotient is computed to 64 or 65 significant bits plus a sticky bit.
Ref coil::vm::intTrueDiv(Thread &t, Value a, Value b) {
  IntView x(a), y(b);
  if (y.zero()) return raise(t, types::ZeroDivisionError, "division by zero");
  bool negative = x.negative() != y.negative();
  if (x.zero()) return Ref::number(negative ? -0.0 : 0.0);
  if (x.bitLength() <= 53 && y.bitLength() <= 53) {
    double q = double(x.limbs()[0]) / double(y.limbs()[0]);
    return Ref::number(negative ? -q : q);
  }
  int64_t shift = int64_t(x.bitLength()) - int64_t(y.bitLength()) - 64;
  if (shift > 1100) return raise(t, types::OverflowError, "integer division result too large for a float");
  if (shift < -1300) return Ref::number(negative ? -0.0 : 0.0);
  Ref numerator = shift < 0 ? makeInt(false, shiftedLeft(x, -shift)) : makeInt(false, {x.limbs(), x.size()});
  Ref denominator = shift > 0 ? makeInt(false, shiftedLeft(y, shift)) : makeInt(false, {y.limbs(), y.size()});
  Limbs q, r;
  divideMagnitudes(IntView(numerator), IntView(denominator), q, r);
  Ref whole = makeInt(false, q);
  // Denormal results keep fewer bits: rounding must happen once, where the last bit will be.
  IntView view(whole);
  int64_t resultBits = int64_t(view.bitLength()) + shift;
  int64_t keep = std::min<int64_t>(53, resultBits + 1074);
  if (keep < 0) return Ref::number(negative ? -0.0 : 0.0);
  auto extra = uint64_t(int64_t(view.bitLength()) - keep);
  bool sticky = !isZero(r);
  Ref dropped = makeInt(int64_t(extra));
  Ref kept = intRshift(t, whole, dropped);
  Ref back = intLshift(t, kept, dropped);
  Ref low = intSub(whole, back);
  Ref one = Ref::smallInt(1), halfShift = makeInt(int64_t(extra) - 1);
  Ref half = intLshift(t, one, halfShift);
  int order = compareInts(low, half);
  int64_t mantissa;
  toInt64(kept, mantissa);
  if (order > 0 || (order == 0 && (sticky || (mantissa & 1)))) ++mantissa;
  double d = std::ldexp(double(mantissa), int(shift + int64_t(extra)));
  if (std::isinf(d)) return raise(t, types::OverflowError, "integer division result too large for a float");
  return Ref::number(negative ? -d : d);
}

// --- powers
// ------------------------------------------------------------------------------------------------------

namespace {

Ref powMod(Thread &t, Value base, Value exponent, Value modulus) {
  if (isZeroInt(modulus)) return raise(t, types::ValueError, "pow() 3rd argument cannot be 0");
  mpz_t b, e, m, r;
  auto load = [](mpz_t z, Value v) {
    IntView view(v);
    mpz_init(z);
    mpz_import(z, view.size(), -1, 8, 0, 0, view.limbs());
    if (view.negative()) mpz_neg(z, z);
  };
  load(b, base), load(e, exponent), load(m, modulus);
  mpz_init(r);
  Ref result;
  bool negativeModulus = mpz_sgn(m) < 0;
  mpz_abs(m, m);
  bool invertible = true;
  if (mpz_sgn(e) < 0) {
    invertible = mpz_invert(b, b, m) != 0;
    mpz_neg(e, e);
  }
  if (invertible) {
    mpz_powm(r, b, e, m);
    if (negativeModulus && mpz_sgn(r) > 0) mpz_sub(r, r, m);
    Limbs limbs(mpz_size(r));
    std::copy(mpz_limbs_read(r), mpz_limbs_read(r) + mpz_size(r), limbs.begin());
    result = makeInt(mpz_sgn(r) < 0, limbs);
  }
  mpz_clears(b, e, m, r, nullptr);
  if (!invertible) return raise(t, types::ValueError, "base is not invertible for the given modulus");
  return result;
}

} // namespace

Ref coil::vm::intPow(Thread &t, Value base, Value exponent, Value modulus) {
  if (!modulus.isNone()) return powMod(t, base, exponent, modulus);
  if (isNegativeInt(exponent)) {
    if (isZeroInt(base))
      return raise(t, types::ZeroDivisionError, "0.0 cannot be raised to a negative power");
    double x = TRY(intToDouble(t, base)), y = TRY(intToDouble(t, exponent));
    return Ref::number(std::pow(x, y));
  }
  int64_t n;
  IntView view(base);
  if (!toInt64(exponent, n) || (view.bitLength() > 1 && n > (int64_t(1) << 38) / int64_t(view.bitLength()))) {
    if (view.bitLength() > 1) return raise(t, types::MemoryError, "");
    n = IntView(exponent).limbs()[0] & 1 ? 1 : 2; // 0, 1 and -1: only the parity counts
  }
  Ref result = Ref::smallInt(1), square = exactInt(base);
  while (n) {
    if (n & 1) result = intMul(result, square);
    n >>= 1;
    if (n) square = intMul(square, square);
  }
  return result;
}

// --- bits
// ----------------------------------------------------------------------------------------------------------

Ref coil::vm::intLshift(Thread &t, Value a, Value b) {
  if (isNegativeInt(b)) return raise(t, types::ValueError, "negative shift count");
  IntView x(a);
  if (x.zero()) return Ref::smallInt(0);
  int64_t n;
  if (!toInt64(b, n) || n > (int64_t(1) << 38))
    return raise(t, types::OverflowError, "too many digits in integer");
  return makeInt(x.negative(), shiftedLeft(x, n));
}

Ref coil::vm::intRshift(Thread &t, Value a, Value b) {
  if (isNegativeInt(b)) return raise(t, types::ValueError, "negative shift count");
  IntView x(a);
  int64_t n;
  if (!toInt64(b, n) || uint64_t(n) / 64 >= x.size()) return Ref::smallInt(x.negative() ? -1 : 0);
  uint32_t whole = n / 64, left = x.size() - whole;
  Limbs r(left + 1);
  bool lost = false;
  for (uint32_t i = 0; i < whole; ++i) lost |= x.limbs()[i] != 0;
  if (n % 64)
    lost |= mpn_rshift(r.data(), x.limbs() + whole, left, n % 64) != 0;
  else
    std::copy(x.limbs() + whole, x.limbs() + x.size(), r.begin());
  if (x.negative() && lost) mpn_add_1(r.data(), r.data(), r.size(), 1); // towards minus infinity
  return makeInt(x.negative(), r);
}

Ref coil::vm::intBitwise(char op, Value a, Value b) {
  IntView x(a), y(b);
  uint32_t n = std::max(x.size(), y.size()) + 1;
  Limbs p = twosComplement(x, n), q = twosComplement(y, n);
  for (uint32_t i = 0; i < n; ++i) p[i] = op == '&' ? p[i] & q[i] : op == '|' ? p[i] | q[i] : p[i] ^ q[i];
  bool negative = p[n - 1] >> 63;
  if (negative) mpn_neg(p.data(), p.data(), n);
  return makeInt(negative, p);
}

Ref coil::vm::intNegative(Value v) {
  IntView x(v);
  return makeInt(!x.negative(), {x.limbs(), x.size()});
}

Ref coil::vm::intAbs(Value v) {
  IntView x(v);
  return makeInt(false, {x.limbs(), x.size()});
}

Ref coil::vm::intInvert(Value v) {
  Ref one = Ref::smallInt(-1);
  return intSub(one, v);
}
