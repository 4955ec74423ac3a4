// math.fsum, hypot, dist and prod.
#include "VM/Modules/math/MathFunctions.h"
#include "VM/Types/Tuple.h"
#include <cmath>

using namespace coil::vm;

namespace {

// A sum in parts that do not overlap (Shewchuk): exact until it is rounded once, at the end.
class ExactSum {
  llvm::SmallVector<double, 32> parts; // by growing magnitude
  double special = 0, infinities = 0;

public:
  Status add(Thread &t, double x) {
    double original = x;
    size_t kept = 0;
    for (size_t i = 0; i < parts.size(); ++i) {
      double y = parts[i];
      if (std::fabs(x) < std::fabs(y)) std::swap(x, y);
      double high = x + y, rounded = high - x, low = y - rounded;
      if (low != 0.0) parts[kept++] = low;
      x = high;
    }
    parts.truncate(kept);
    if (x == 0.0) return Status::ok();
    if (std::isfinite(x)) {
      parts.push_back(x);
      return Status::ok();
    }
    if (std::isfinite(original)) return raise(t, types::OverflowError, "intermediate overflow in fsum");
    if (std::isinf(original)) infinities += original;
    special += original;
    parts.clear();
    return Status::ok();
  }

  Ref round(Thread &t) const {
    if (special != 0.0 || std::isnan(special)) {
      if (std::isnan(infinities)) return raise(t, types::ValueError, "-inf + inf in fsum");
      return Ref::number(special);
    }
    if (parts.empty()) return Ref::number(0.0);
    size_t n = parts.size();
    double high = parts[--n], low = 0;
    while (n > 0) {
      double x = high, y = parts[--n];
      high = x + y;
      double rounded = high - x;
      low = y - rounded;
      if (low != 0.0) break;
    }
    // Half-even rounding goes by all parts: what is below a half decides it.
    if (n > 0 && ((low < 0.0 && parts[n - 1] < 0.0) || (low > 0.0 && parts[n - 1] > 0.0))) {
      double y = low * 2.0, x = high + y, rounded = x - high;
      if (y == rounded) high = x;
    }
    return Ref::number(high);
  }
};

// A sum that keeps its rounding errors. It starts at 1 so that it is never smaller than what is added.
struct CompensatedSum {
  double sum = 1.0, errors[3] = {0, 0, 0};
  void add(double x, int which) {
    double old = sum;
    sum += x;
    errors[which] += (old - sum) + x;
  }
  // The square of x, with its sign changed if `sign` is -1, split so that each product is exact (Veltkamp).
  void addSquare(double x, double sign) {
    double t = x * 134217729.0, high = t - (t - x), low = x - high;
    add(sign * high * high, 0);
    add(sign * 2.0 * high * low, 1);
    add(sign * low * low, 2);
  }
  double total() const { return sum - 1.0 + (errors[0] + errors[1] + errors[2]); }
};

// The Euclidean norm of non-negative numbers, scaled against overflow, with one Newton step on its square
// root.
double norm(llvm::ArrayRef<double> values, double max, bool foundNan) {
  if (std::isinf(max)) return max;
  if (foundNan) return NAN;
  if (max == 0.0 || values.size() <= 1) return max;
  int exponent;
  std::frexp(max, &exponent);
  CompensatedSum sum;
  if (exponent < -1023) { // the scale would overflow
    for (double x : values) sum.add((x / max) * (x / max), 0);
    return max * std::sqrt(sum.sum - 1.0 + sum.errors[0]);
  }
  double scale = std::ldexp(1.0, -exponent);
  for (double x : values) sum.addSquare(x * scale, 1.0);
  double h = std::sqrt(sum.total());
  sum.addSquare(h, -1.0);
  return (h + sum.total() / (2.0 * h)) / scale;
}

class Coordinates {
  llvm::SmallVector<double, 16> values;
  double max = 0;
  bool foundNan = false;

public:
  void add(double x) {
    x = std::fabs(x);
    values.push_back(x);
    foundNan |= std::isnan(x);
    if (x > max) max = x;
  }
  Ref length() const { return Ref::number(norm(values, max, foundNan)); }
};

} // namespace

Ref coil::vm::mathFsum(Thread &t, const Value *args) {
  ExactSum sum;
  CHECK(forEach(t, args[0], [&](Value item) -> Status { return sum.add(t, TRY(asDouble(t, item))); }));
  return sum.round(t);
}

Ref coil::vm::mathHypot(Thread &t, Value, const CallArgs &args) {
  if (args.keywordCount()) return raise(t, types::TypeError, "math.hypot() takes no keyword arguments");
  Coordinates coordinates;
  for (size_t i = 0; i < args.positional; ++i) coordinates.add(TRY(asDouble(t, args.values[i])));
  return coordinates.length();
}

Ref coil::vm::mathDist(Thread &t, const Value *args) {
  TupleRef p = TRY(tupleFrom(t, args[0])), q = TRY(tupleFrom(t, args[1]));
  if (p->length != q->length)
    return raise(t, types::ValueError, "both points must have the same number of dimensions");
  Coordinates coordinates;
  for (int64_t i = 0; i < p->length; ++i) {
    double x = TRY(asDouble(t, (*p)[i])), y = TRY(asDouble(t, (*q)[i]));
    coordinates.add(x - y);
  }
  return coordinates.length();
}

Ref coil::vm::mathProd(Thread &t, const Value *args) {
  Ref product = Ref::share(args[1]);
  CHECK(forEach(t, args[0], [&](Value item) -> Status {
    product = TRY(binary(t, BinaryOp::Mul, product, item));
    return Status::ok();
  }));
  return product;
}
