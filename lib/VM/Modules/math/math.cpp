// The module math: the elementary functions.
#include "VM/Core/Names.h"
#include "VM/Modules/Modules.h"
#include "VM/Modules/math/MathFunctions.h"
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
    {"acos", mathUnary<std::acos>, "($module, x, /)",
     "Return the arc cosine (measured in radians) of x.\n\nThe result is between 0 and pi."},
    {"acosh", mathUnary<std::acosh>, "($module, x, /)", "Return the inverse hyperbolic cosine of x."},
    {"asin", mathUnary<std::asin>, "($module, x, /)",
     "Return the arc sine (measured in radians) of x.\n\nThe result is between -pi/2 and pi/2."},
    {"asinh", mathUnary<std::asinh>, "($module, x, /)", "Return the inverse hyperbolic sine of x."},
    {"atan", mathUnary<std::atan>, "($module, x, /)",
     "Return the arc tangent (measured in radians) of x.\n\nThe result is between -pi/2 and pi/2."},
    {"atan2", mathBinary<std::atan2>, "($module, y, x, /)",
     "Return the arc tangent (measured in radians) of y/x.\n\nUnlike atan(y/x), the signs of both x and y "
     "are considered."},
    {"atanh", mathUnary<std::atanh>, "($module, x, /)", "Return the inverse hyperbolic tangent of x."},
    {"cbrt", mathUnary<std::cbrt>, "($module, x, /)", "Return the cube root of x."},
    {"ceil", mathCeil, "($module, x, /)",
     "Return the ceiling of x as an Integral.\n\nThis is the smallest integer >= x."},
    {"copysign", mathBinary<std::copysign>, "($module, x, y, /)",
     "Return a float with the magnitude (absolute value) of x but the sign of y.\n\nOn platforms that "
     "support signed zeros, copysign(1.0, -0.0)\nreturns -1.0.\n"},
    {"cos", mathUnary<std::cos>, "($module, x, /)", "Return the cosine of x (measured in radians)."},
    {"cosh", mathUnary<std::cosh, true>, "($module, x, /)", "Return the hyperbolic cosine of x."},
    {"degrees", mathPlain<degrees>, "($module, x, /)", "Convert angle x from radians to degrees."},
    {"dist", mathDist, "($module, p, q, /)",
     "Return the Euclidean distance between two points p and q.\n\nThe points should be specified as "
     "sequences (or iterables) of\ncoordinates.  Both inputs must have the same dimension.\n\nRoughly "
     "equivalent to:\n    sqrt(sum((px - qx) ** 2.0 for px, qx in zip(p, q)))"},
    {"erf", mathPlain<std::erf>, "($module, x, /)", "Error function at x."},
    {"erfc", mathPlain<std::erfc>, "($module, x, /)", "Complementary error function at x."},
    {"exp", mathUnary<std::exp, true>, "($module, x, /)", "Return e raised to the power of x."},
    {"exp2", mathUnary<std::exp2, true>, "($module, x, /)", "Return 2 raised to the power of x."},
    {"expm1", mathUnary<std::expm1, true>, "($module, x, /)",
     "Return exp(x)-1.\n\nThis function avoids the loss of precision involved in the direct evaluation of "
     "exp(x)-1 for small x."},
    {"fabs", mathUnary<std::fabs>, "($module, x, /)", "Return the absolute value of the float x."},
    {"factorial", mathFactorial, "($module, n, /)",
     "Find n!.\n\nRaise a ValueError if x is negative or non-integral."},
    {"floor", mathFloor, "($module, x, /)",
     "Return the floor of x as an Integral.\n\nThis is the largest integer <= x."},
    {"fmod", mathFmod, "($module, x, y, /)",
     "Return fmod(x, y), according to platform C.\n\nx % y may differ."},
    {"frexp", mathFrexp, "($module, x, /)",
     "Return the mantissa and exponent of x, as pair (m, e).\n\nm is a float and e is an int, such that x = "
     "m * 2.**e.\nIf x is 0, m and e are both 0.  Else 0.5 <= abs(m) < 1.0."},
    {"fsum", mathFsum, "($module, seq, /)",
     "Return an accurate floating point sum of values in the iterable seq.\n\nAssumes IEEE-754 floating "
     "point arithmetic."},
    {"gamma", mathGamma, "($module, x, /)", "Gamma function at x."},
    {"gcd", mathGcd, "($module, *integers)", "Greatest Common Divisor."},
    {"hypot", mathHypot, "!($module, *args)",
     "hypot(*coordinates) -> value\n\nMultidimensional Euclidean distance from the origin to a "
     "point.\n\nRoughly equivalent to:\n    sqrt(sum(x**2 for x in coordinates))\n\nFor a two dimensional "
     "point (x, y), gives the hypotenuse\nusing the Pythagorean theorem:  sqrt(x*x + y*y).\n\nFor example, "
     "the hypotenuse of a 3/4/5 right triangle is:\n\n    >>> hypot(3.0, 4.0)\n    5.0\n"},
    {"isclose", mathIsClose, "($module, /, a, b, *, rel_tol=1e-09, abs_tol=0.0)",
     "Determine whether two floating point numbers are close in value.\n\n  rel_tol\n    maximum difference "
     "for being considered \"close\", relative to the\n    magnitude of the input values\n  abs_tol\n    "
     "maximum difference for being considered \"close\", regardless of the\n    magnitude of the input "
     "values\n\nReturn True if a is close in value to b, and False otherwise.\n\nFor the values to be "
     "considered close, the difference between them\nmust be smaller than at least one of the "
     "tolerances.\n\n-inf, inf and NaN behave similarly to the IEEE 754 Standard.  That\nis, NaN is not "
     "close to anything, even itself.  inf and -inf are\nonly close to themselves."},
    {"isfinite", mathTest<isFinite>, "($module, x, /)",
     "Return True if x is neither an infinity nor a NaN, and False otherwise."},
    {"isinf", mathTest<isInf>, "($module, x, /)",
     "Return True if x is a positive or negative infinity, and False otherwise."},
    {"isnan", mathTest<isNan>, "($module, x, /)",
     "Return True if x is a NaN (not a number), and False otherwise."},
    {"isqrt", mathIsqrt, "($module, n, /)", "Return the integer part of the square root of the input."},
    {"lcm", mathLcm, "($module, *integers)", "Least Common Multiple."},
    {"ldexp", mathLdexp, "($module, x, i, /)",
     "Return x * (2**i).\n\nThis is essentially the inverse of frexp()."},
    {"lgamma", mathLgamma, "($module, x, /)", "Natural logarithm of absolute value of Gamma function at x."},
    {"log", mathLog, "!v($module, *args)",
     "log(x, [base=math.e])\nReturn the logarithm of x to the given base.\n\nIf the base not specified, "
     "returns the natural logarithm (base e) of x."},
    {"log1p", mathUnary<log1p>, "($module, x, /)",
     "Return the natural logarithm of 1+x (base e).\n\nThe result is computed in a way which is accurate for "
     "x near zero."},
    {"log10", mathLogarithm<std::log10>, "($module, x, /)", "Return the base 10 logarithm of x."},
    {"log2", mathLogarithm<std::log2>, "($module, x, /)", "Return the base 2 logarithm of x."},
    {"modf", mathModf, "($module, x, /)",
     "Return the fractional and integer parts of x.\n\nBoth results carry the sign of x and are floats."},
    {"pow", mathPow, "($module, x, y, /)", "Return x**y (x to the power of y)."},
    {"radians", mathPlain<radians>, "($module, x, /)", "Convert angle x from degrees to radians."},
    {"remainder", mathBinary<std::remainder>, "($module, x, y, /)",
     "Difference between x and the closest integer multiple of y.\n\nReturn x - n*y where n*y is the closest "
     "integer multiple of y.\nIn the case where x is exactly halfway between two multiples of\ny, the "
     "nearest even value of n is used. The result is always exact."},
    {"sin", mathUnary<std::sin>, "($module, x, /)", "Return the sine of x (measured in radians)."},
    {"sinh", mathUnary<std::sinh, true>, "($module, x, /)", "Return the hyperbolic sine of x."},
    {"sqrt", mathUnary<std::sqrt>, "($module, x, /)", "Return the square root of x."},
    {"tan", mathUnary<std::tan>, "($module, x, /)", "Return the tangent of x (measured in radians)."},
    {"tanh", mathUnary<std::tanh>, "($module, x, /)", "Return the hyperbolic tangent of x."},
    {"trunc", mathTrunc, "($module, x, /)",
     "Truncates the Real x to the nearest Integral toward 0.\n\nUses the __trunc__ magic method."},
    {"prod", mathProd, "($module, iterable, /, *, start=1)",
     "Calculate the product of all the elements in the input iterable.\n\nThe default start value for the "
     "product is 1.\n\nWhen the iterable is empty, return the start value.  This function is\nintended "
     "specifically for use with numeric values and may reject\nnon-numeric types."},
    {"perm", mathPerm, "($module, n, k=None, /)",
     "Number of ways to choose k items from n items without repetition and with order.\n\nEvaluates to n! / "
     "(n - k)! when k <= n and evaluates\nto zero when k > n.\n\nIf k is not specified or is None, then k "
     "defaults to n\nand the function returns n!.\n\nRaises TypeError if either of the arguments are not "
     "integers.\nRaises ValueError if either of the arguments are negative."},
    {"comb", mathComb, "($module, n, k, /)",
     "Number of ways to choose k items from n items without repetition and without order.\n\nEvaluates to n! "
     "/ (k! * (n - k)!) when k <= n and evaluates\nto zero when k > n.\n\nAlso called the binomial "
     "coefficient because it is equivalent\nto the coefficient of k-th term in polynomial expansion of "
     "the\nexpression (1 + x)**n.\n\nRaises TypeError if either of the arguments are not integers.\nRaises "
     "ValueError if either of the arguments are negative."},
    {"nextafter", mathBinary<std::nextafter>, "($module, x, y, /)",
     "Return the next floating-point value after x towards y."},
    {"ulp", mathPlain<ulp>, "($module, x, /)",
     "Return the value of the least significant bit of the float x."},
};

Status populate(Thread &, Module *module) {
  auto set = [&](const char *name, double value) {
    StrRef key = internText(name);
    dictSetStr(module->dict, key, Value::number(value));
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
    .doc = "This module provides access to the mathematical functions\ndefined by the C standard.",
    .functions = kFunctions,
    .populate = populate,
};
