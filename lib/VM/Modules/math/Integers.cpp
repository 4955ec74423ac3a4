// The functions of math on integers, on GMP.
#include "VM/Modules/math/MathFunctions.h"
#include "VM/Types/Tuple.h"
#include <gmp.h>

using namespace coil::vm;

namespace {

// An integer of GMP's own.
class Big {
  mpz_t number;

public:
  Big() { mpz_init(number); }
  explicit Big(uint64_t value) { mpz_init_set_ui(number, value); }
  explicit Big(Value v) {
    IntView view(v);
    mpz_init(number);
    mpz_import(number, view.size(), -1, sizeof(uint64_t), 0, 0, view.limbs());
    if (view.negative()) mpz_neg(number, number);
  }
  Big(const Big &) = delete;
  ~Big() { mpz_clear(number); }
  operator mpz_ptr() { return number; }
  Ref toInt() const {
    return makeInt(mpz_sgn(number) < 0,
                   {reinterpret_cast<const uint64_t *>(mpz_limbs_read(number)), mpz_size(number)});
  }
};

// n, which must not be negative; `text`: the ValueError if it is.
Ref countArgument(Thread &t, Value v, const char *text) {
  Ref number = TRY(index(t, v));
  if (isNegativeInt(number)) return raise(t, types::ValueError, "%", text);
  return number;
}

constexpr char kNegativeN[] = "n must be a non-negative integer";
constexpr char kNegativeK[] = "k must be a non-negative integer";

// n * (n - 1) * ... of `count` factors, halves first so that the factors are of equal size.
void fallingProduct(mpz_ptr result, mpz_srcptr n, uint64_t from, uint64_t count) {
  if (count <= 16) {
    mpz_set_ui(result, 1);
    Big factor;
    for (uint64_t i = 0; i < count; ++i) {
      mpz_sub_ui(factor, n, from + i);
      mpz_mul(result, result, factor);
    }
    return;
  }
  Big right;
  fallingProduct(result, n, from, count / 2);
  fallingProduct(right, n, from + count / 2, count - count / 2);
  mpz_mul(result, result, right);
}

// Folds integers; an argument without __index__ is a TypeError wherever it stands.
Ref fold(Thread &t, Tuple *integers, uint64_t start, void (*combine)(mpz_ptr, mpz_srcptr, mpz_srcptr)) {
  Big result(start);
  for (Value v : integers->values()) {
    Ref number = TRY(index(t, v));
    Big next(number);
    combine(result, result, next);
  }
  return result.toInt();
}

} // namespace

Ref coil::vm::mathGcd(Thread &t, const Value *args) { return fold(t, args[0].as<Tuple>(), 0, mpz_gcd); }
Ref coil::vm::mathLcm(Thread &t, const Value *args) { return fold(t, args[0].as<Tuple>(), 1, mpz_lcm); }

Ref coil::vm::mathFactorial(Thread &t, const Value *args) {
  Ref number = TRY(countArgument(t, args[0], "factorial() not defined for negative values"));
  int64_t n;
  if (!toInt64(number, n))
    return raise(t, types::OverflowError, "factorial() argument should not exceed %", INT64_MAX);
  Big result;
  mpz_fac_ui(result, n);
  return result.toInt();
}

Ref coil::vm::mathIsqrt(Thread &t, const Value *args) {
  Ref number = TRY(countArgument(t, args[0], "isqrt() argument must be nonnegative"));
  Big n(number);
  mpz_sqrt(n, n);
  return n.toInt();
}

Ref coil::vm::mathPerm(Thread &t, const Value *args) {
  if (args[1].isNone()) return mathFactorial(t, args);
  Ref n = TRY(index(t, args[0])), k = TRY(index(t, args[1]));
  if (isNegativeInt(n)) return raise(t, types::ValueError, kNegativeN);
  if (isNegativeInt(k)) return raise(t, types::ValueError, kNegativeK);
  if (compareInts(n, k) < 0) return makeInt(0);
  int64_t count;
  if (!toInt64(k, count)) return raise(t, types::OverflowError, "k must not exceed %", INT64_MAX);
  Big result, base(n);
  fallingProduct(result, base, 0, count);
  return result.toInt();
}

Ref coil::vm::mathComb(Thread &t, const Value *args) {
  Ref n = TRY(index(t, args[0])), k = TRY(index(t, args[1]));
  if (isNegativeInt(n)) return raise(t, types::ValueError, kNegativeN);
  if (isNegativeInt(k)) return raise(t, types::ValueError, kNegativeK);
  Ref other = intSub(n, k);
  if (isNegativeInt(other)) return makeInt(0);
  int64_t count;
  if (!toInt64(compareInts(k, other) < 0 ? k : other, count))
    return raise(t, types::OverflowError, "min(n - k, k) must not exceed %", INT64_MAX);
  Big result(n);
  mpz_bin_ui(result, result, count);
  return result.toInt();
}
