// int: representation, conversion and comparison. Arithmetic is in Arithmetic.cpp, text in Text.cpp.
#include "VM/Types/Int/Int.h"
#include "VM/Exceptions/Raise.h"
#include <cmath>
#include <cstring>
#include <gmp.h>

using namespace coil::vm;

IntView::IntView(Value v) {
  if (v.isInt() || v.isBool()) {
    int64_t i = v.isInt() ? v.asInt() : v.isTrue();
    minus = i < 0;
    own = minus ? -uint64_t(i) : uint64_t(i);
    data = &own;
    count = own != 0;
    return;
  }
  auto *object = v.as<Int>();
  data = object->limbs();
  count = object->limbCount;
  minus = object->negative;
}

bool IntView::fitsInt64() const {
  if (count == 0) return true;
  if (count > 1) return false;
  return data[0] <= (minus ? uint64_t(1) << 63 : (uint64_t(1) << 63) - 1);
}

int64_t IntView::toInt64() const {
  if (!count) return 0;
  return minus ? -int64_t(data[0] - 1) - 1 : int64_t(data[0]);
}

uint64_t IntView::bitLength() const {
  return count ? uint64_t(count) * 64 - __builtin_clzll(data[count - 1]) : 0;
}

Ref coil::vm::makeInt(bool negative, llvm::ArrayRef<uint64_t> limbs) {
  while (!limbs.empty() && limbs.back() == 0) limbs = limbs.drop_back();
  if (limbs.empty()) return Ref::smallInt(0);
  if (limbs.size() == 1 && limbs[0] <= uint64_t(Value::kIntMax))
    return Ref::smallInt(negative ? -int64_t(limbs[0]) : int64_t(limbs[0]));
  return newHeapInt(types::Int, negative, limbs);
}

Ref coil::vm::newHeapInt(Type &type, bool negative, llvm::ArrayRef<uint64_t> limbs) {
  while (!limbs.empty() && limbs.back() == 0) limbs = limbs.drop_back();
  auto *object = heap::make<Int>(type, limbs.size() * sizeof(uint64_t));
  object->negative = negative && !limbs.empty();
  object->limbCount = limbs.size();
  std::copy(limbs.begin(), limbs.end(), object->limbs());
  return Ref::take(Value(object));
}

Ref coil::vm::makeInt(int64_t value) {
  if (Value::fitsInt(value)) return Ref::smallInt(value);
  uint64_t magnitude = value < 0 ? -uint64_t(value) : uint64_t(value);
  return makeInt(value < 0, magnitude);
}

Ref coil::vm::makeIntUnsigned(uint64_t value) { return makeInt(false, value); }

Ref coil::vm::makeIntFromDouble(double d) {
  d = std::trunc(d);
  if (std::fabs(d) < 0x1p49) return Ref::smallInt(int64_t(d));
  int exponent;
  double fraction = std::frexp(std::fabs(d), &exponent); // in [0.5, 1)
  auto mantissa = uint64_t(std::ldexp(fraction, 53));
  int shift = exponent - 53;
  llvm::SmallVector<uint64_t, 18> limbs(exponent / 64 + 2);
  if (shift < 0) mantissa >>= -shift, shift = 0;
  limbs[shift / 64] = mantissa << (shift % 64);
  if (shift % 64) limbs[shift / 64 + 1] = mantissa >> (64 - shift % 64);
  return makeInt(d < 0, limbs);
}

bool coil::vm::isNegativeInt(Value v) { return IntView(v).negative(); }
bool coil::vm::isZeroInt(Value v) { return IntView(v).zero(); }

bool coil::vm::toInt64(Value v, int64_t &result) {
  IntView view(v);
  if (!view.fitsInt64()) return false;
  result = view.toInt64();
  return true;
}

int coil::vm::compareInts(Value a, Value b) {
  if (bothInts(a, b)) return a.asInt() < b.asInt() ? -1 : a.asInt() > b.asInt();
  IntView x(a), y(b);
  if (x.negative() != y.negative()) return x.negative() ? -1 : 1;
  int order = x.size() != y.size() ? (x.size() < y.size() ? -1 : 1)
              : x.size()           ? mpn_cmp(x.limbs(), y.limbs(), x.size())
                                   : 0;
  return (order > 0) - (order < 0) == 0 ? 0 : ((order < 0) != x.negative() ? -1 : 1);
}

Ref coil::vm::exactInt(Value v) {
  if (v.isInt() || isExactly(v, types::Int)) return Ref::share(v);
  IntView view(v);
  return makeInt(view.negative(), {view.limbs(), view.size()});
}

// Reduction modulo the Mersenne prime 2^61 - 1 (sys.hash_info), so that equal numbers of all types hash
// alike.
int64_t coil::vm::hashInt(Value v) {
  constexpr uint64_t kModulus = (uint64_t(1) << 61) - 1;
  IntView view(v);
  unsigned __int128 rest = 0;
  for (uint32_t i = view.size(); i > 0; --i) rest = ((rest << 64) | view.limbs()[i - 1]) % kModulus;
  auto h = int64_t(rest);
  if (view.negative()) h = -h;
  return h == -1 ? -2 : h;
}

int64_t coil::vm::hashOfHash(Value v) {
  int64_t h;
  if (!toInt64(v, h)) return hashInt(v);
  return h == -1 ? -2 : h;
}

Result<double> coil::vm::intToDouble(Thread &t, Value v) {
  if (v.isInt()) return double(v.asInt());
  IntView view(v);
  uint64_t bits = view.bitLength();
  if (bits > 1024) return raise(t, types::OverflowError, "int too large to convert to float");
  if (view.size() <= 1) {
    double d = view.size() ? double(view.limbs()[0]) : 0.0;
    return view.negative() ? -d : d;
  }
  // The top 64 bits, with a sticky bit for what is below them, round once and correctly.
  uint64_t shift = bits - 64;
  uint64_t top = view.limbs()[shift / 64] >> (shift % 64);
  if (shift % 64 && shift / 64 + 1 < view.size()) top |= view.limbs()[shift / 64 + 1] << (64 - shift % 64);
  bool sticky = shift % 64 && (view.limbs()[shift / 64] << (64 - shift % 64));
  for (uint64_t i = 0; i < shift / 64 && !sticky; ++i) sticky = view.limbs()[i] != 0;
  double d = std::ldexp(double(top | uint64_t(sticky)), int(shift));
  if (std::isinf(d)) return raise(t, types::OverflowError, "int too large to convert to float");
  return view.negative() ? -d : d;
}
