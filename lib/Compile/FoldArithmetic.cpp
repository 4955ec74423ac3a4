// Python's arithmetic on constants, as far as the AST optimizer folds it.
#include "Compile/Fold.h"

#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/Hashing.h"
#include "llvm/ADT/STLExtras.h"
#include <cmath>
#include <gmp.h>

namespace coil::compile {

using namespace bytecode;
using ast::Operator;
using ast::UnaryOperator;

namespace {

// CPython's limits on the size of a folded result.
constexpr size_t kMaxIntBits = 128;
constexpr size_t kMaxCollection = 256;
constexpr size_t kMaxString = 4096;
constexpr long kMaxItems = 1024;

// A GMP integer that frees itself.
struct Big {
  mpz_t z;
  Big() { mpz_init(z); }
  explicit Big(const Object *object) {
    mpz_init(z);
    if (object->kind == ObjectKind::True) mpz_set_si(z, 1);
    auto *i = dynCast<IntObject>(object);
    if (!i) return;
    if (i->isSmall())
      mpz_set_si(z, i->value);
    else
      mpz_import(z, i->limbs.size(), -1, sizeof(uint64_t), 0, 0, i->limbs.data());
    if (!i->isSmall() && i->negative) mpz_neg(z, z);
  }
  Big(const Big &) = delete;
  Big &operator=(const Big &) = delete;
  ~Big() { mpz_clear(z); }
  bool zero() const { return mpz_sgn(z) == 0; }
  size_t bits() const { return zero() ? 0 : mpz_sizeinbase(z, 2); }
};

const Object *fromBig(Constants &constants, const Big &big) {
  if (mpz_fits_slong_p(big.z)) return constants.integer(mpz_get_si(big.z));
  llvm::SmallVector<uint64_t, 8> limbs((mpz_sizeinbase(big.z, 2) + 63) / 64);
  mpz_export(limbs.data(), nullptr, -1, sizeof(uint64_t), 0, 0, big.z);
  return constants.pool.makeInt(mpz_sgn(big.z) < 0, limbs);
}

bool isBool(const Object *o) { return o->kind == ObjectKind::True || o->kind == ObjectKind::False; }
bool isInt(const Object *o) { return o->kind == ObjectKind::Int || isBool(o); }

// int -> float, correctly rounded; false when it overflows.
bool bigToDouble(const Big &big, double &out) {
  size_t bits = big.bits();
  if (bits <= 53) {
    out = mpz_get_d(big.z);
    return true;
  }
  // The top 55 bits with a sticky bit below them round as the whole number does.
  Big top;
  mp_bitcnt_t drop = bits > 56 ? bits - 56 : 0;
  mpz_tdiv_q_2exp(top.z, big.z, drop);
  mpz_abs(top.z, top.z);
  uint64_t word = mpz_get_ui(top.z);
  if (drop && mpz_scan1(big.z, 0) < drop) word |= 1;
  double value =
      std::ldexp(static_cast<double>(word), static_cast<int>(std::min<mp_bitcnt_t>(drop, 1 << 20)));
  if (std::isinf(value)) return false;
  out = mpz_sgn(big.z) < 0 ? -value : value;
  return true;
}

bool toDouble(const Object *o, double &out) {
  if (auto *f = dynCast<FloatObject>(o)) {
    out = f->value;
    return true;
  }
  return isInt(o) && bigToDouble(Big(o), out);
}

struct Cplx {
  double re = 0, im = 0;
};

bool toComplex(const Object *o, Cplx &out) {
  if (auto *c = dynCast<ComplexObject>(o)) {
    out = {c->real, c->imag};
    return true;
  }
  out.im = 0;
  return toDouble(o, out.re);
}

Cplx mul(Cplx a, Cplx b) { return {a.re * b.re - a.im * b.im, a.re * b.im + a.im * b.re}; }

// Smith's algorithm, as CPython divides; false for division by zero.
bool quot(Cplx a, Cplx b, Cplx &out) {
  double absRe = std::fabs(b.re), absIm = std::fabs(b.im);
  if (absRe >= absIm) {
    if (absRe == 0) return false;
    double ratio = b.im / b.re, denominator = b.re + b.im * ratio;
    out = {(a.re + a.im * ratio) / denominator, (a.im - a.re * ratio) / denominator};
  } else if (absIm >= absRe) {
    double ratio = b.re / b.im, denominator = b.re * ratio + b.im;
    out = {(a.re * ratio + a.im) / denominator, (a.im * ratio - a.re) / denominator};
  } else {
    out = {NAN, NAN};
  }
  return true;
}

Cplx powUnsigned(Cplx x, long n) {
  Cplx result = {1, 0}, p = x;
  for (long mask = 1; mask > 0 && n >= mask; mask <<= 1) {
    if (n & mask) result = mul(result, p);
    p = mul(p, p);
  }
  return result;
}

bool powComplex(Cplx a, Cplx b, Cplx &out) {
  if (b.im == 0 && b.re == std::floor(b.re) && std::fabs(b.re) <= 100) {
    long n = static_cast<long>(b.re);
    if (n > 0)
      out = powUnsigned(a, n);
    else if (!quot({1, 0}, powUnsigned(a, -n), out))
      return false;
  } else if (b.re == 0 && b.im == 0) {
    out = {1, 0};
  } else if (a.re == 0 && a.im == 0) {
    if (b.im != 0 || b.re < 0) return false;
    out = {0, 0};
  } else {
    double length = std::pow(std::hypot(a.re, a.im), b.re);
    double angle = std::atan2(a.im, a.re), phase = angle * b.re;
    if (b.im != 0) {
      length /= std::exp(angle * b.im);
      phase += b.im * std::log(std::hypot(a.re, a.im));
    }
    out = {length * std::cos(phase), length * std::sin(phase)};
  }
  return !std::isinf(out.re) && !std::isinf(out.im);
}

const Object *foldComplex(Constants &constants, Operator op, Cplx a, Cplx b) {
  Cplx r;
  switch (op) {
  case Operator::Add: r = {a.re + b.re, a.im + b.im}; break;
  case Operator::Sub: r = {a.re - b.re, a.im - b.im}; break;
  case Operator::Mult: r = mul(a, b); break;
  case Operator::Div:
    if (!quot(a, b, r)) return nullptr;
    break;
  case Operator::Pow:
    if (!powComplex(a, b, r)) return nullptr;
    break;
  default: return nullptr;
  }
  return constants.pool.makeComplex(r.re, r.im);
}

const Object *powFloat(Constants &constants, double v, double w) {
  ObjectPool &pool = constants.pool;
  if (w == 0) return pool.makeFloat(1.0);
  if (std::isnan(v)) return pool.makeFloat(v);
  if (std::isnan(w)) return pool.makeFloat(v == 1.0 ? 1.0 : w);
  if (std::isinf(w)) {
    double magnitude = std::fabs(v);
    if (magnitude == 1.0) return pool.makeFloat(1.0);
    return pool.makeFloat((w > 0) == (magnitude > 1.0) ? std::fabs(w) : 0.0);
  }
  bool odd = std::fmod(std::fabs(w), 2.0) == 1.0;
  if (std::isinf(v)) {
    if (w > 0) return pool.makeFloat(odd ? v : std::fabs(v));
    return pool.makeFloat(odd ? std::copysign(0.0, v) : 0.0);
  }
  if (v == 0) {
    if (w < 0) return nullptr;
    return pool.makeFloat(odd ? v : 0.0);
  }
  if (v < 0 && w != std::floor(w)) return foldComplex(constants, Operator::Pow, {v, 0}, {w, 0});
  bool negate = v < 0 && odd;
  v = std::fabs(v);
  if (v == 1.0) return pool.makeFloat(negate ? -1.0 : 1.0);
  double result = std::pow(v, w);
  if (std::isinf(result)) return nullptr;
  return pool.makeFloat(negate ? -result : result);
}

// divmod of floats, as float_divmod does it.
void divmodFloat(double v, double w, double &floordiv, double &mod) {
  mod = std::fmod(v, w);
  double div = (v - mod) / w;
  if (mod != 0) {
    if ((w < 0) != (mod < 0)) {
      mod += w;
      div -= 1.0;
    }
  } else {
    mod = std::copysign(0.0, w);
  }
  if (div != 0) {
    floordiv = std::floor(div);
    if (div - floordiv > 0.5) floordiv += 1.0;
  } else {
    floordiv = std::copysign(0.0, v / w);
  }
}

const Object *foldFloat(Constants &constants, Operator op, double v, double w) {
  ObjectPool &pool = constants.pool;
  switch (op) {
  case Operator::Add: return pool.makeFloat(v + w);
  case Operator::Sub: return pool.makeFloat(v - w);
  case Operator::Mult: return pool.makeFloat(v * w);
  case Operator::Div: return w == 0 ? nullptr : pool.makeFloat(v / w);
  case Operator::Pow: return powFloat(constants, v, w);
  case Operator::Mod:
  case Operator::FloorDiv: {
    if (w == 0) return nullptr;
    double floordiv, mod;
    divmodFloat(v, w, floordiv, mod);
    return pool.makeFloat(op == Operator::Mod ? mod : floordiv);
  }
  default: return nullptr;
  }
}

// int / int, correctly rounded however large the operands are.
const Object *divideInts(Constants &constants, const Big &a, const Big &b) {
  if (b.zero()) return nullptr;
  bool negative = (mpz_sgn(a.z) < 0) != (mpz_sgn(b.z) < 0);
  if (a.zero()) return constants.pool.makeFloat(negative ? -0.0 : 0.0);
  if (a.bits() <= 53 && b.bits() <= 53) return constants.pool.makeFloat(mpz_get_d(a.z) / mpz_get_d(b.z));
  long shift = static_cast<long>(a.bits()) - static_cast<long>(b.bits()) - 55;
  if (shift > 2000) return nullptr;
  if (shift < -2000) return constants.pool.makeFloat(negative ? -0.0 : 0.0);
  Big n, d, q, r;
  mpz_abs(n.z, a.z);
  mpz_abs(d.z, b.z);
  if (shift > 0)
    mpz_mul_2exp(d.z, d.z, static_cast<mp_bitcnt_t>(shift));
  else
    mpz_mul_2exp(n.z, n.z, static_cast<mp_bitcnt_t>(-shift));
  mpz_tdiv_qr(q.z, r.z, n.z, d.z);
  uint64_t word = mpz_get_ui(q.z) | (r.zero() ? 0 : 1);
  double value = std::ldexp(static_cast<double>(word), static_cast<int>(shift));
  if (std::isinf(value)) return nullptr;
  return constants.pool.makeFloat(negative ? -value : value);
}

const Object *powInts(Constants &constants, const Big &a, const Big &b) {
  if (mpz_sgn(b.z) < 0) {
    double v, w;
    if (!bigToDouble(a, v) || !bigToDouble(b, w)) return nullptr;
    return powFloat(constants, v, w);
  }
  if (!a.zero() && !b.zero()) {
    if (!mpz_fits_ulong_p(b.z) || a.bits() > kMaxIntBits / mpz_get_ui(b.z)) return nullptr;
  }
  if (!mpz_fits_ulong_p(b.z)) return constants.integer(0); // 0 ** huge
  Big r;
  mpz_pow_ui(r.z, a.z, mpz_get_ui(b.z));
  return fromBig(constants, r);
}

const Object *shiftInts(Constants &constants, Operator op, const Big &a, const Big &b) {
  if (mpz_sgn(b.z) < 0) return nullptr;
  Big r;
  if (op == Operator::RShift) {
    if (!mpz_fits_ulong_p(b.z)) return constants.integer(mpz_sgn(a.z) < 0 ? -1 : 0);
    mpz_fdiv_q_2exp(r.z, a.z, mpz_get_ui(b.z));
    return fromBig(constants, r);
  }
  if (a.zero()) return constants.integer(0);
  if (!mpz_fits_ulong_p(b.z)) return nullptr;
  unsigned long count = mpz_get_ui(b.z);
  if (count && (count > kMaxIntBits || a.bits() > kMaxIntBits - count)) return nullptr;
  mpz_mul_2exp(r.z, a.z, count);
  return fromBig(constants, r);
}

const Object *foldInts(Constants &constants, Operator op, const Object *left, const Object *right) {
  Big a(left), b(right), r;
  switch (op) {
  case Operator::Add: mpz_add(r.z, a.z, b.z); break;
  case Operator::Sub: mpz_sub(r.z, a.z, b.z); break;
  case Operator::Mult:
    if (!a.zero() && !b.zero() && a.bits() + b.bits() > kMaxIntBits) return nullptr;
    mpz_mul(r.z, a.z, b.z);
    break;
  case Operator::Div: return divideInts(constants, a, b);
  case Operator::FloorDiv:
  case Operator::Mod:
    if (b.zero()) return nullptr;
    op == Operator::Mod ? mpz_fdiv_r(r.z, a.z, b.z) : mpz_fdiv_q(r.z, a.z, b.z);
    break;
  case Operator::Pow: return powInts(constants, a, b);
  case Operator::LShift:
  case Operator::RShift: return shiftInts(constants, op, a, b);
  case Operator::BitOr: mpz_ior(r.z, a.z, b.z); break;
  case Operator::BitXor: mpz_xor(r.z, a.z, b.z); break;
  case Operator::BitAnd: mpz_and(r.z, a.z, b.z); break;
  default: return nullptr;
  }
  bool bitwise = op == Operator::BitOr || op == Operator::BitXor || op == Operator::BitAnd;
  if (bitwise && isBool(left) && isBool(right)) return ObjectPool::boolean(!r.zero());
  return fromBig(constants, r);
}

long complexity(const Object *object, long limit) {
  if (object->kind != ObjectKind::Tuple && object->kind != ObjectKind::FrozenSet) return limit;
  auto *items = static_cast<const SequenceObject *>(object);
  limit -= static_cast<long>(items->size());
  for (size_t i = 0; limit >= 0 && i < items->size(); ++i) limit = complexity(items->items[i], limit);
  return limit;
}

// Number of code points.
size_t length(const StrObject *s) {
  if (s->ascii) return s->text.size();
  size_t n = 0;
  for (char c : s->text) n += (c & 0xC0) != 0x80;
  return n;
}

const Object *repeat(Constants &constants, const Object *sequence, const Object *count) {
  Big big(count);
  bool huge = !mpz_fits_slong_p(big.z);
  long n = huge ? 0 : mpz_get_si(big.z);
  size_t size, limit = kMaxString;
  if (auto *s = dynCast<StrObject>(sequence)) {
    size = length(s);
  } else if (auto *b = dynCast<BytesObject>(sequence)) {
    size = b->data.size();
  } else {
    size = static_cast<const SequenceObject *>(sequence)->size();
    limit = kMaxCollection;
  }
  if (size && (huge || n < 0 || static_cast<size_t>(n) > limit / size)) return nullptr;
  if (!size) return huge ? nullptr : sequence;
  if (sequence->kind == ObjectKind::Tuple) {
    if (n && complexity(sequence, kMaxItems / n) < 0) return nullptr;
    if (n == 1) return sequence;
    llvm::SmallVector<const Object *, 16> items;
    for (long i = 0; i < n; ++i)
      llvm::append_range(items, static_cast<const SequenceObject *>(sequence)->items);
    return constants.tuple(items);
  }
  if (n == 1) return sequence;
  auto *s = dynCast<StrObject>(sequence);
  llvm::StringRef unit = s ? s->text : static_cast<const BytesObject *>(sequence)->data;
  std::string text;
  for (long i = 0; i < n; ++i) text += unit;
  return s ? constants.string(text) : constants.bytes(text);
}

bool isSequence(const Object *o) {
  return o->kind == ObjectKind::Str || o->kind == ObjectKind::Bytes || o->kind == ObjectKind::Tuple;
}

const Object *concatenate(Constants &constants, const Object *left, const Object *right) {
  if (left->kind != right->kind) return nullptr;
  if (auto *a = dynCast<StrObject>(left)) {
    auto *b = static_cast<const StrObject *>(right);
    if (a->text.empty()) return b;
    if (b->text.empty()) return a;
    return constants.string(a->text.str() + b->text.str());
  }
  if (auto *a = dynCast<BytesObject>(left)) {
    auto *b = static_cast<const BytesObject *>(right);
    if (a->data.empty()) return b;
    if (b->data.empty()) return a;
    return constants.bytes(a->data.str() + b->data.str());
  }
  if (left->kind != ObjectKind::Tuple) return nullptr;
  auto a = static_cast<const SequenceObject *>(left)->items,
       b = static_cast<const SequenceObject *>(right)->items;
  if (a.empty()) return right;
  if (b.empty()) return left;
  llvm::SmallVector<const Object *, 16> items(a.begin(), a.end());
  llvm::append_range(items, b);
  return constants.tuple(items);
}

} // namespace

const Object *foldBinary(Constants &constants, Operator op, const Object *left, const Object *right) {
  if (isInt(left) && isInt(right)) return foldInts(constants, op, left, right);
  if (op == Operator::Add && isSequence(left)) return concatenate(constants, left, right);
  if (op == Operator::Mult && isSequence(left) && isInt(right)) return repeat(constants, left, right);
  if (op == Operator::Mult && isInt(left) && isSequence(right)) return repeat(constants, right, left);
  auto number = [](const Object *o) {
    return isInt(o) || o->kind == ObjectKind::Float || o->kind == ObjectKind::Complex;
  };
  if (!number(left) || !number(right)) return nullptr;
  if (left->kind == ObjectKind::Complex || right->kind == ObjectKind::Complex) {
    Cplx a, b;
    return toComplex(left, a) && toComplex(right, b) ? foldComplex(constants, op, a, b) : nullptr;
  }
  double a, b;
  return toDouble(left, a) && toDouble(right, b) ? foldFloat(constants, op, a, b) : nullptr;
}

const Object *foldUnary(Constants &constants, UnaryOperator op, const Object *operand) {
  if (op == UnaryOperator::Not) return ObjectPool::boolean(!isTrue(operand));
  if (isInt(operand)) {
    Big big(operand);
    if (op == UnaryOperator::USub) mpz_neg(big.z, big.z);
    if (op == UnaryOperator::Invert) mpz_com(big.z, big.z);
    if (op == UnaryOperator::UAdd && !isBool(operand)) return operand;
    return fromBig(constants, big);
  }
  if (op == UnaryOperator::Invert) return nullptr;
  if (auto *f = dynCast<FloatObject>(operand))
    return op == UnaryOperator::UAdd ? operand : constants.pool.makeFloat(-f->value);
  if (auto *c = dynCast<ComplexObject>(operand))
    return op == UnaryOperator::UAdd ? operand : constants.pool.makeComplex(-c->real, -c->imag);
  return nullptr;
}

const Object *foldSubscript(Constants &constants, const Object *value, const Object *index) {
  if (!isInt(index) || !isSequence(value)) return nullptr;
  Big big(index);
  if (!mpz_fits_slong_p(big.z)) return nullptr;
  long i = mpz_get_si(big.z);
  auto inRange = [&](size_t n) {
    if (i < 0) i += static_cast<long>(n);
    return i >= 0 && static_cast<size_t>(i) < n;
  };
  if (auto *s = dynCast<StrObject>(value)) {
    if (!inRange(length(s))) return nullptr;
    const char *p = s->text.data(), *end = p + s->text.size();
    auto skip = [&] {
      do ++p;
      while (p < end && (*p & 0xC0) == 0x80);
    };
    while (i-- > 0) skip();
    const char *start = p;
    skip();
    return constants.string({start, static_cast<size_t>(p - start)});
  }
  if (auto *b = dynCast<BytesObject>(value))
    return inRange(b->data.size()) ? constants.integer(static_cast<uint8_t>(b->data[i])) : nullptr;
  auto items = static_cast<const SequenceObject *>(value)->items;
  return inRange(items.size()) ? items[i] : nullptr;
}

namespace {

// A hash that agrees with Python's == on constants: 1, 1.0, True and 1+0j are equal.
uint64_t valueHash(const Object *object) {
  Cplx c;
  if ((isInt(object) || object->kind == ObjectKind::Float || object->kind == ObjectKind::Complex) &&
      toComplex(object, c))
    return std::hash<double>()(c.re + 0.0) ^ (c.im != 0 ? 1 : 0);
  if (auto *s = dynCast<StrObject>(object)) return llvm::hash_value(s->text) + 1;
  if (auto *b = dynCast<BytesObject>(object)) return llvm::hash_value(b->data) + 2;
  if (object->kind == ObjectKind::Tuple) {
    uint64_t h = 3;
    for (const Object *item : static_cast<const SequenceObject *>(object)->items)
      h = h * 31 + valueHash(item);
    return h;
  }
  return static_cast<uint64_t>(object->kind);
}

bool valuesEqual(const Object *a, const Object *b) {
  if (a == b) return true;
  if (isInt(a) && isInt(b)) return mpz_cmp(Big(a).z, Big(b).z) == 0;
  Cplx x, y;
  auto number = [](const Object *o) {
    return isInt(o) || o->kind == ObjectKind::Float || o->kind == ObjectKind::Complex;
  };
  if (number(a) && number(b)) return toComplex(a, x) && toComplex(b, y) && x.re == y.re && x.im == y.im;
  if (a->kind != b->kind) return false;
  if (auto *s = dynCast<StrObject>(a)) return s->text == static_cast<const StrObject *>(b)->text;
  if (auto *s = dynCast<BytesObject>(a)) return s->data == static_cast<const BytesObject *>(b)->data;
  if (a->kind != ObjectKind::Tuple) return false;
  auto p = static_cast<const SequenceObject *>(a)->items, q = static_cast<const SequenceObject *>(b)->items;
  if (p.size() != q.size()) return false;
  for (size_t i = 0; i < p.size(); ++i)
    if (!valuesEqual(p[i], q[i])) return false;
  return true;
}

} // namespace

const Object *Constants::frozenset(llvm::ArrayRef<const Object *> items) {
  llvm::SmallVector<const Object *, 16> distinct;
  llvm::DenseMap<uint64_t, llvm::SmallVector<const Object *, 1>> seen;
  for (const Object *item : items) {
    auto &bucket = seen[valueHash(item) >> 2];
    bool known = false;
    for (const Object *other : bucket) known = known || valuesEqual(item, other);
    if (known) continue;
    bucket.push_back(item);
    distinct.push_back(item);
  }
  return pool.makeSequence(ObjectKind::FrozenSet, distinct);
}

bool equalValues(const Object *a, const Object *b) { return valuesEqual(a, b); }

} // namespace coil::compile
