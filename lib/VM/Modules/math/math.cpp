// The module math: the elementary functions.
#include "VM/Core/Names.h"
#include "VM/Modules/Modules.h"
#include "VM/Modules/math/MathFunctions.h"
#include "VM/Types/Float.h"
#include "VM/Types/Tuple.h"
#include <cmath>

using namespace coil::vm;

namespace {

// What C's functions signal by infinities and NaNs, as exceptions. `overflows`: an infinity is a range error.
Ref checked(Thread &t, double r, bool finite, bool nan, bool overflows) {
  if (std::isnan(r) && !nan) return raiseMathDomain(t);
  if (std::isinf(r) && finite) return overflows ? raiseMathRange(t) : raiseMathDomain(t);
  return Ref::number(r);
}

template <double (*kFunction)(double), bool kOverflows = false> Ref mathUnary(Thread &t, const Value *args) {
  double x = TRY(asDouble(t, args[0]));
  return checked(t, kFunction(x), std::isfinite(x), std::isnan(x), kOverflows);
}

template <double (*kFunction)(double, double)> Ref mathBinary(Thread &t, const Value *args) {
  double x = TRY(asDouble(t, args[0])), y = TRY(asDouble(t, args[1]));
  return checked(t, kFunction(x, y), false, std::isnan(x) || std::isnan(y), false);
}

Ref mathPow(Thread &t, const Value *args) {
  double x = TRY(asDouble(t, args[0])), y = TRY(asDouble(t, args[1]));
  bool finite = std::isfinite(x) && std::isfinite(y);
  return checked(t, std::pow(x, y), finite, !finite, x != 0.0);
}

// A fraction in [0.5, 1) and the exponent of a positive int of any size, rounded once.
double intFrexp(Value v, int64_t &exponent) {
  IntView view(v);
  int64_t bits = int64_t(view.bitLength()), shift = bits - 64;
  uint64_t top = 0;
  bool sticky = false;
  for (int i = 0; i < 64; ++i) {
    int64_t at = shift + i;
    if (view.limbs()[at / 64] >> (at % 64) & 1) top |= uint64_t(1) << i;
  }
  for (int64_t i = 0; i < shift / 64 && !sticky; ++i) sticky = view.limbs()[i] != 0;
  if (shift % 64 && view.limbs()[shift / 64] << (64 - shift % 64)) sticky = true;
  uint64_t half = uint64_t(1) << 10, low = top & 2047; // 53 bits stay
  top -= low;
  bool up = low > half || (low == half && (sticky || top & 2048));
  double fraction = std::ldexp(double(top >> 11) + (up ? 1 : 0), -53);
  exponent = bits;
  return fraction;
}

// The logarithm of a number of any kind; ints may be larger than any float.
Result<double> logarithm(Thread &t, Value v, double (*function)(double)) {
  if (isIntLike(v)) {
    if (isNegativeInt(v) || isZeroInt(v)) return raiseMathDomain(t);
    if (IntView(v).bitLength() > 1023) {
      int64_t exponent;
      double fraction = intFrexp(v, exponent);
      return function(fraction) + function(2.0) * double(exponent);
    }
  }
  double x = TRY(asDouble(t, v));
  if (x <= 0.0) return raiseMathDomain(t);
  return function(x);
}

template <double (*kFunction)(double)> Ref mathLogarithm(Thread &t, const Value *args) {
  return Ref::number(TRY(logarithm(t, args[0], kFunction)));
}

Ref mathLog(Thread &t, Value, const CallArgs &args) {
  if (args.positional < 1 || args.positional > 2)
    return raise(t, types::TypeError, "math.log requires 1 to 2 arguments");
  double x = TRY(logarithm(t, args.values[0], std::log));
  if (args.positional == 1) return Ref::number(x);
  double base = TRY(logarithm(t, args.values[1], std::log));
  if (base == 0.0) return raise(t, types::ZeroDivisionError, "float division by zero");
  return Ref::number(x / base);
}

double log1p(double x) { return x == 0.0 ? x : std::log1p(x); } // keeps the sign of zero
double degrees(double x) { return x * (180.0 / M_PI); }
double radians(double x) { return x * (M_PI / 180.0); }

template <double (*kFunction)(double)> Ref mathPlain(Thread &t, const Value *args) {
  return Ref::number(kFunction(TRY(asDouble(t, args[0]))));
}

double ulp(double x) {
  if (std::isnan(x)) return x;
  x = std::fabs(x);
  if (std::isinf(x)) return x;
  double next = std::nextafter(x, HUGE_VAL);
  return std::isinf(next) ? x - std::nextafter(x, -HUGE_VAL) : next - x;
}

Ref mathFmod(Thread &t, const Value *args) {
  double x = TRY(asDouble(t, args[0])), y = TRY(asDouble(t, args[1]));
  if (std::isinf(y) && std::isfinite(x)) return Ref::number(x);
  return checked(t, std::fmod(x, y), false, std::isnan(x) || std::isnan(y), false);
}

Ref mathLdexp(Thread &t, const Value *args) {
  double x = TRY(asDouble(t, args[0]));
  if (!isIntLike(args[1])) return raise(t, types::TypeError, "Expected an int as second argument to ldexp.");
  int64_t exponent;
  if (!toInt64(args[1], exponent)) exponent = isNegativeInt(args[1]) ? INT64_MIN : INT64_MAX;
  if (x == 0.0 || !std::isfinite(x)) return Ref::number(x);
  double r = std::ldexp(x, int(std::clamp<int64_t>(exponent, -100000, 100000)));
  return std::isinf(r) ? Ref(raiseMathRange(t)) : Ref::number(r);
}

Ref mathFrexp(Thread &t, const Value *args) {
  double x = TRY(asDouble(t, args[0]));
  int exponent = 0;
  if (std::isfinite(x)) x = std::frexp(x, &exponent);
  return packTuple(Value::number(x), Value::smallInt(exponent));
}

Ref mathModf(Thread &t, const Value *args) {
  double x = TRY(asDouble(t, args[0])), whole = x, part = std::isinf(x) ? std::copysign(0.0, x) : x;
  if (std::isfinite(x)) part = std::modf(x, &whole);
  return packTuple(Value::number(part), Value::number(whole));
}

template <double (*kFunction)(double)> Ref roundedBy(Thread &t, Value v, const char *special) {
  if (!v.isDouble()) {
    bool found;
    Ref result = callSpecial(t, v, StrRef(internText(special)), {}, found);
    if (found) return result;
  }
  double x = TRY(asDouble(t, v));
  if (std::isnan(x)) return raise(t, types::ValueError, "cannot convert float NaN to integer");
  if (std::isinf(x)) return raise(t, types::OverflowError, "cannot convert float infinity to integer");
  return makeIntFromDouble(kFunction(x));
}

Ref mathCeil(Thread &t, const Value *args) { return roundedBy<std::ceil>(t, args[0], "__ceil__"); }
Ref mathFloor(Thread &t, const Value *args) { return roundedBy<std::floor>(t, args[0], "__floor__"); }

Ref mathTrunc(Thread &t, const Value *args) {
  bool found;
  Ref result = callSpecial(t, args[0], names::special_trunc, {}, found);
  if (found) return result;
  return raise(t, types::TypeError, "type % doesn't define __trunc__ method", typeName(args[0]));
}

template <bool (*kTest)(double)> Ref mathTest(Thread &t, const Value *args) {
  return Ref::boolean(kTest(TRY(asDouble(t, args[0]))));
}
bool isFinite(double x) { return std::isfinite(x); }
bool isInf(double x) { return std::isinf(x); }
bool isNan(double x) { return std::isnan(x); }

Ref mathIsClose(Thread &t, const Value *args) {
  double a = TRY(asDouble(t, args[0])), b = TRY(asDouble(t, args[1]));
  double relative = args[2].empty() ? 1e-09 : TRY(asDouble(t, args[2])), absolute = TRY(asDouble(t, args[3]));
  if (relative < 0.0 || absolute < 0.0) return raise(t, types::ValueError, "tolerances must be non-negative");
  if (a == b) return Ref::boolean(true);
  if (std::isinf(a) || std::isinf(b)) return Ref::boolean(false);
  double difference = std::fabs(b - a);
  return Ref::boolean(difference <= std::fabs(relative * b) || difference <= std::fabs(relative * a) ||
                      difference <= absolute);
}

NativeDef kFunctions[] = {
    {"acos", mathUnary<std::acos>, "($module, x, /)", "Arc cosine of x in radians, from 0 to pi."},
    {"acosh", mathUnary<std::acosh>, "($module, x, /)", "Inverse hyperbolic cosine of x."},
    {"asin", mathUnary<std::asin>, "($module, x, /)", "Arc sine of x in radians, from -pi/2 to pi/2."},
    {"asinh", mathUnary<std::asinh>, "($module, x, /)", "Inverse hyperbolic sine of x."},
    {"atan", mathUnary<std::atan>, "($module, x, /)", "Arc tangent of x in radians, from -pi/2 to pi/2."},
    {"atan2", mathBinary<std::atan2>, "($module, y, x, /)",
     "The angle, from -pi to pi, between the positive x axis and the way from the origin to\n"
     "(x, y)."},
    {"atanh", mathUnary<std::atanh>, "($module, x, /)", "Inverse hyperbolic tangent of x."},
    {"cbrt", mathUnary<std::cbrt>, "($module, x, /)", "Cube root of x, which may be negative."},
    {"ceil", mathCeil, "($module, x, /)",
     "The smallest int that is not less than x, or what x.__ceil__() says."},
    {"copysign", mathBinary<std::copysign>, "($module, x, y, /)",
     "A float as large as x and with the sign of y; zeros and NaNs have one, too."},
    {"cos", mathUnary<std::cos>, "($module, x, /)", "Cosine of x radians."},
    {"cosh", mathUnary<std::cosh, true>, "($module, x, /)", "Hyperbolic cosine of x."},
    {"degrees", mathPlain<degrees>, "($module, x, /)", "Turn radians into degrees."},
    {"dist", mathDist, "($module, p, q, /)",
     "The distance in a straight line between two points, iterables of as many coordinates each."},
    {"erf", mathPlain<std::erf>, "($module, x, /)", "Error function of x."},
    {"erfc", mathPlain<std::erfc>, "($module, x, /)",
     "Complementary error function of x, 1 - erf(x) without the loss of digits for large x."},
    {"exp", mathUnary<std::exp, true>, "($module, x, /)", "e to the power of x."},
    {"exp2", mathUnary<std::exp2, true>, "($module, x, /)", "2 to the power of x."},
    {"expm1", mathUnary<std::expm1, true>, "($module, x, /)",
     "exp(x) - 1, without the loss of digits for x close to 0."},
    {"fabs", mathUnary<std::fabs>, "($module, x, /)", "The absolute value of x as a float."},
    {"factorial", mathFactorial, "($module, n, /)",
     "The product of all ints from 1 to x; ValueError if x is negative, TypeError if it is not\n"
     "an int."},
    {"floor", mathFloor, "($module, x, /)",
     "The largest int that is not more than x, or what x.__floor__() says."},
    {"fmod", mathFmod, "($module, x, y, /)",
     "What is left of x when y is taken away a whole number of times; it has the sign of x,\n"
     "whereas x % y has that of y."},
    {"frexp", mathFrexp, "($module, x, /)",
     "The pair (m, e) with x == m * 2**e and 0.5 <= abs(m) < 1; zeros, infinities and NaNs\n"
     "give (x, 0)."},
    {"fsum", mathFsum, "($module, seq, /)", "The sum of floats, rounded only once, at the end."},
    {"gamma", mathGamma, "($module, x, /)",
     "Gamma function of x, which is factorial(x - 1) for positive ints."},
    {"gcd", mathGcd, "($module, *integers)", "The largest int that divides all arguments; 0 if all are 0."},
    {"hypot", mathHypot, "!($module, *args)",
     "hypot(*coordinates): how far a point is from the origin; for two coordinates, the\n"
     "hypotenuse of a right triangle."},
    {"isclose", mathIsClose, "($module, /, a, b, *, rel_tol=1e-09, abs_tol=0.0)",
     "Tell whether a and b are nearly the same: abs(a - b) is at most rel_tol times the larger\n"
     "of abs(a) and abs(b), or at most abs_tol. Numbers close to zero need an abs_tol. NaN is\n"
     "close to nothing, and infinities only to themselves."},
    {"isfinite", mathTest<isFinite>, "($module, x, /)", "Tell whether x is neither infinite nor NaN."},
    {"isinf", mathTest<isInf>, "($module, x, /)", "Tell whether x is infinite, in whichever direction."},
    {"isnan", mathTest<isNan>, "($module, x, /)", "Tell whether x is NaN."},
    {"isqrt", mathIsqrt, "($module, n, /)",
     "The largest int whose square is not more than n; ValueError if n is negative."},
    {"lcm", mathLcm, "($module, *integers)",
     "The smallest positive int that all arguments divide; 0 if one is 0, 1 without any."},
    {"ldexp", mathLdexp, "($module, x, i, /)",
     "x times 2 to the power of i, which puts together what frexp() took apart."},
    {"lgamma", mathLgamma, "($module, x, /)", "Logarithm of the absolute value of gamma(x), to base e."},
    {"log", mathLog, "!v($module, *args)",
     "log(x[, base]): logarithm of x to a base, which is e by default. ints may be of any size."},
    {"log1p", mathUnary<log1p>, "($module, x, /)",
     "Logarithm of 1 + x to base e, without the loss of digits for x close to 0."},
    {"log10", mathLogarithm<std::log10>, "($module, x, /)", "Logarithm of x to base 10."},
    {"log2", mathLogarithm<std::log2>, "($module, x, /)", "Logarithm of x to base 2."},
    {"modf", mathModf, "($module, x, /)",
     "What x has behind the point and before it: two floats, both with the sign of x."},
    {"pow", mathPow, "($module, x, y, /)",
     "x to the power of y, as floats; ValueError where that is not a real number."},
    {"radians", mathPlain<radians>, "($module, x, /)", "Turn degrees into radians."},
    {"remainder", mathBinary<std::remainder>, "($module, x, y, /)",
     "What is left of x when the multiple of y closest to it is taken away, the even one if\n"
     "two are equally close. The result is between -y/2 and y/2, and exact."},
    {"sin", mathUnary<std::sin>, "($module, x, /)", "Sine of x radians."},
    {"sinh", mathUnary<std::sinh, true>, "($module, x, /)", "Hyperbolic sine of x."},
    {"sqrt", mathUnary<std::sqrt>, "($module, x, /)", "Square root of x; ValueError if x is negative."},
    {"tan", mathUnary<std::tan>, "($module, x, /)", "Tangent of x radians."},
    {"tanh", mathUnary<std::tanh>, "($module, x, /)", "Hyperbolic tangent of x."},
    {"trunc", mathTrunc, "($module, x, /)",
     "x without what is behind the point, or what x.__trunc__() says."},
    {"prod", mathProd, "($module, iterable, /, *, start=1)",
     "The product of the items, times start; start itself if there are none."},
    {"perm", mathPerm, "($module, n, k=None, /)",
     "How many ways there are to line up k of n things, by default all: n! / (n - k)!, or 0\n"
     "for k > n."},
    {"comb", mathComb, "($module, n, k, /)",
     "How many ways there are to choose k of n things, whatever their order: n! / (k! * (n -\n"
     "k)!), or 0 for k > n."},
    {"nextafter", mathBinary<std::nextafter>, "($module, x, y, /)",
     "The next float after x on the way to y; y if they are equal."},
    {"ulp", mathPlain<ulp>, "($module, x, /)",
     "What lies between x and the next float further from zero: the worth of the last bit of x."},
};

Status populate(Thread &, Module *module) {
  auto set = [&](const char *name, double value) {
    StrRef key = internText(name);
    dictSetStr(module->dict, key, newFloat(value));
  };
  set("pi", M_PI);
  set("e", M_E);
  set("tau", 2 * M_PI);
  set("inf", HUGE_VAL);
  set("nan", NAN);
  return Status::ok();
}

} // namespace

const ModuleSpec coil::vm::kMathModule = {
    .name = "math",
    .doc = "Functions of real numbers, most of them as C has them. Those for complex ones are in cmath.",
    .functions = kFunctions,
    .populate = populate,
};
