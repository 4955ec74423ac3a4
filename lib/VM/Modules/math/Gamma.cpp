// math.gamma and math.lgamma, by Lanczos' approximation with CPython's coefficients and order of operations,
// so that every bit is the same.
#include "VM/Modules/math/MathFunctions.h"
#include <cmath>

using namespace coil::vm;

namespace {

constexpr int kTerms = 13;
constexpr double kLanczosG = 6.024680040776729583740234375;
constexpr double kLanczosGMinusHalf = 5.524680040776729583740234375;
constexpr double kLogPi = 1.144729885849400174143427351353058711647;
constexpr double kNumerator[kTerms] = {
    23531376880.410759688572007674451636754734846804940, 42919803642.649098768957899047001988850926355848959,
    35711959237.355668049440185451547166705960488635843, 17921034426.037209699919755754458931112671403265390,
    6039542586.3520280050642916443072979210699388420708, 1439720407.3117216736632230727949123939715485786372,
    248874557.86205415651146038641322942321632125127801, 31426415.585400194380614231628318205362874684987640,
    2876370.6289353724412254090516208496135991145378768, 186056.26539522349504029498971604569928220784236328,
    8071.6720023658162106380029022722506138218516325024, 210.82427775157934587250973392071336271166969580291,
    2.5066282746310002701649081771338373386264310793408};
constexpr double kDenominator[kTerms] = {0.0,        39916800.0, 120543840.0, 150917976.0, 105258076.0,
                                         45995730.0, 13339535.0, 2637558.0,   357423.0,    32670.0,
                                         1925.0,     66.0,       1.0};

double lanczosSum(double x) {
  double numerator = 0, denominator = 0;
  if (x < 5.0) {
    for (int i = kTerms; --i >= 0;) {
      numerator = numerator * x + kNumerator[i];
      denominator = denominator * x + kDenominator[i];
    }
  } else {
    for (int i = 0; i < kTerms; ++i) {
      numerator = numerator / x + kNumerator[i];
      denominator = denominator / x + kDenominator[i];
    }
  }
  return numerator / denominator;
}

// sin(pi * x) for a finite x, exact in the sign of zeros.
double sinPi(double x) {
  double y = std::fmod(std::fabs(x), 2.0), r;
  switch (int(std::round(2.0 * y))) {
  case 0: r = std::sin(M_PI * y); break;
  case 1: r = std::cos(M_PI * (y - 0.5)); break;
  case 2: r = std::sin(M_PI * (1.0 - y)); break;
  case 3: r = -std::cos(M_PI * (y - 1.5)); break;
  default: r = std::sin(M_PI * (y - 2.0)); break;
  }
  return std::copysign(1.0, x) * r;
}

// Neither integral up to 23, nor huge, nor tiny.
double gammaByLanczos(double x) {
  double a = std::fabs(x), y = a + kLanczosGMinusHalf, z;
  if (a > kLanczosGMinusHalf) { // the error of that sum
    double q = y - a;
    z = q - kLanczosGMinusHalf;
  } else {
    double q = y - kLanczosGMinusHalf;
    z = q - a;
  }
  z = z * kLanczosG / y;
  double r;
  if (x < 0.0) {
    r = -M_PI / sinPi(a) / a * std::exp(y) / lanczosSum(a);
    r -= z * r;
    if (a < 140.0) return r / std::pow(y, a - 0.5);
    double root = std::pow(y, a / 2.0 - 0.25);
    r /= root;
    return r / root;
  }
  r = lanczosSum(a) / std::exp(y);
  r += z * r;
  if (a < 140.0) return r * std::pow(y, a - 0.5);
  double root = std::pow(y, a / 2.0 - 0.25);
  r *= root;
  return r * root;
}

Ref finished(Thread &t, double r) {
  if (std::isinf(r)) return raiseMathRange(t);
  return Ref::number(r);
}

} // namespace

Ref coil::vm::mathGamma(Thread &t, const Value *args) {
  double x = TRY(asDouble(t, args[0]));
  if (std::isnan(x) || (std::isinf(x) && x > 0)) return Ref::number(x);
  if (std::isinf(x) || x == 0.0) return raiseMathDomain(t);
  if (x == std::floor(x)) {
    if (x < 0.0) return raiseMathDomain(t);
    if (x <= 23.0) { // (x - 1)!, exactly
      double product = 1;
      for (int i = 2; i < x; ++i) product *= i;
      return Ref::number(product);
    }
  }
  if (std::fabs(x) < 1e-20) return finished(t, 1.0 / x);
  if (x > 200.0) return raiseMathRange(t);
  if (x < -200.0) return Ref::number(0.0 / sinPi(x));
  return finished(t, gammaByLanczos(x));
}

Ref coil::vm::mathLgamma(Thread &t, const Value *args) {
  double x = TRY(asDouble(t, args[0]));
  if (std::isnan(x)) return Ref::number(x);
  if (std::isinf(x)) return Ref::number(HUGE_VAL);
  if (x == std::floor(x) && x <= 2.0) return x <= 0.0 ? Ref(raiseMathDomain(t)) : Ref::number(0.0);
  double a = std::fabs(x);
  if (a < 1e-20) return Ref::number(-std::log(a));
  double r = std::log(lanczosSum(a)) - kLanczosG;
  r += (a - 0.5) * (std::log(a + kLanczosG - 0.5) - 1);
  if (x < 0.0) r = kLogPi - std::log(std::fabs(sinPi(a))) - std::log(a) - r;
  return finished(t, r);
}
