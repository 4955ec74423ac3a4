// The elementary functions of complex numbers, computed so that neither large nor small numbers lose their
// digits on the way; Kahan's "Branch cuts for complex elementary functions" explains most of it.
#include "VM/Modules/cmath/ComplexFunctions.h"
#include "VM/Modules/cmath/SpecialValues.h"
#include <cfloat>
#include <cmath>

using namespace coil::vm;
using cmath::Number;

namespace {

constexpr double kLarge = DBL_MAX / 4.0;
const double kSqrtLarge = std::sqrt(kLarge), kLogLarge = std::log(kLarge), kSqrtLeast = std::sqrt(DBL_MIN);
// Powers of two that lift subnormal numbers out of their range, and bring a square root back.
constexpr int kScaleUp = 2 * (DBL_MANT_DIG / 2) + 1, kScaleDown = -(kScaleUp + 1) / 2;

bool isFinite(Number z) { return std::isfinite(z.real) && std::isfinite(z.imag); }
bool isLarge(Number z) { return std::fabs(z.real) > kLarge || std::fabs(z.imag) > kLarge; }
// i z, and -i z.
Number turned(Number z) { return {-z.imag, z.real}; }
Number turnedBack(Number z) { return {z.imag, -z.real}; }
// log(2 |z|) of a large z.
double logOfDouble(Number z) { return std::log(std::hypot(z.real / 2, z.imag / 2)) + M_LN2 * 2; }

void checkRange(Number z, int &error) {
  if (std::isinf(z.real) || std::isinf(z.imag)) error = ERANGE;
}

// The real part is infinite, the imaginary part an ordinary number: an angle.
bool isRay(Number z) { return std::isinf(z.real) && std::isfinite(z.imag) && z.imag != 0; }

} // namespace

Number cmath::acos(Number z, int &error) {
  if (!isFinite(z)) return specialValue(kAcos, z);
  if (isLarge(z)) {
    double size = logOfDouble(z);
    return {std::atan2(std::fabs(z.imag), z.real),
            z.real < 0 ? -std::copysign(size, z.imag) : std::copysign(size, -z.imag)};
  }
  Number a = sqrt({1 - z.real, -z.imag}, error), b = sqrt({1 + z.real, z.imag}, error);
  return {2 * std::atan2(a.real, b.real), std::asinh(b.real * a.imag - b.imag * a.real)};
}

Number cmath::acosh(Number z, int &error) {
  if (!isFinite(z)) return specialValue(kAcosh, z);
  if (isLarge(z)) return {logOfDouble(z), std::atan2(z.imag, z.real)};
  Number a = sqrt({z.real - 1, z.imag}, error), b = sqrt({z.real + 1, z.imag}, error);
  return {std::asinh(a.real * b.real + a.imag * b.imag), 2 * std::atan2(a.imag, b.real)};
}

Number cmath::asin(Number z, int &error) { return turnedBack(asinh(turned(z), error)); }

Number cmath::asinh(Number z, int &error) {
  if (!isFinite(z)) return specialValue(kAsinh, z);
  if (isLarge(z)) {
    double size = logOfDouble(z);
    return {z.imag >= 0 ? std::copysign(size, z.real) : -std::copysign(size, -z.real),
            std::atan2(z.imag, std::fabs(z.real))};
  }
  Number a = sqrt({1 + z.imag, -z.real}, error), b = sqrt({1 - z.imag, z.real}, error);
  return {std::asinh(a.real * b.imag - b.real * a.imag),
          std::atan2(z.imag, a.real * b.real - a.imag * b.imag)};
}

Number cmath::atan(Number z, int &error) { return turnedBack(atanh(turned(z), error)); }

Number cmath::atanh(Number z, int &error) {
  if (!isFinite(z)) return specialValue(kAtanh, z);
  if (std::signbit(z.real)) { // odd
    Number r = atanh({-z.real, -z.imag}, error);
    return {-r.real, -r.imag};
  }
  double height = std::fabs(z.imag);
  if (z.real > kSqrtLarge || height > kSqrtLarge) {
    double half = std::hypot(z.real / 2, z.imag / 2);
    return {z.real / 4 / half / half, -std::copysign(M_PI / 2, -z.imag)};
  }
  if (z.real == 1 && height < kSqrtLeast) {
    if (height == 0) {
      error = EDOM;
      return {HUGE_VAL, z.imag};
    }
    return {-std::log(std::sqrt(height) / std::sqrt(std::hypot(height, 2))),
            std::copysign(std::atan2(2, -height) / 2, z.imag)};
  }
  double rest = 1 - z.real;
  return {std::log1p(4 * z.real / (rest * rest + height * height)) / 4,
          -std::atan2(-2 * z.imag, rest * (1 + z.real) - height * height) / 2};
}

Number cmath::cos(Number z, int &error) { return cosh(turned(z), error); }

Number cmath::cosh(Number z, int &error) {
  double c = std::cos(z.imag), s = std::sin(z.imag);
  if (!isFinite(z)) {
    if (std::isinf(z.imag) && !std::isnan(z.real)) error = EDOM;
    if (!isRay(z)) return specialValue(kCosh, z);
    return {std::copysign(HUGE_VAL, c), std::copysign(HUGE_VAL, z.real > 0 ? s : -s)};
  }
  Number r;
  if (std::fabs(z.real) > kLogLarge) {
    double less = z.real - std::copysign(1, z.real);
    r = {c * std::cosh(less) * M_E, s * std::sinh(less) * M_E};
  } else {
    r = {c * std::cosh(z.real), s * std::sinh(z.real)};
  }
  checkRange(r, error);
  return r;
}

Number cmath::exp(Number z, int &error) {
  double c = std::cos(z.imag), s = std::sin(z.imag);
  if (!isFinite(z)) {
    if (std::isinf(z.imag) && (std::isfinite(z.real) || z.real == HUGE_VAL)) error = EDOM;
    if (!isRay(z)) return specialValue(kExp, z);
    double size = z.real > 0 ? HUGE_VAL : 0;
    return {std::copysign(size, c), std::copysign(size, s)};
  }
  Number r;
  if (z.real > kLogLarge) {
    double size = std::exp(z.real - 1);
    r = {size * c * M_E, size * s * M_E};
  } else {
    double size = std::exp(z.real);
    r = {size * c, size * s};
  }
  checkRange(r, error);
  return r;
}

// log(|z|) of a finite z that is not zero.
static double logOfSize(double x, double y) {
  if (x > kLarge || y > kLarge) return std::log(std::hypot(x / 2, y / 2)) + M_LN2;
  if (x < DBL_MIN && y < DBL_MIN)
    return std::log(std::hypot(std::ldexp(x, DBL_MANT_DIG), std::ldexp(y, DBL_MANT_DIG))) -
           DBL_MANT_DIG * M_LN2;
  double size = std::hypot(x, y);
  if (size < 0.71 || size > 1.73) return std::log(size);
  double greater = std::fmax(x, y), lesser = std::fmin(x, y); // near 1, the logarithm of hypot() loses digits
  return std::log1p((greater - 1) * (greater + 1) + lesser * lesser) / 2;
}

Number cmath::log(Number z, int &error) {
  if (!isFinite(z)) return specialValue(kLog, z);
  double angle = std::atan2(z.imag, z.real);
  if (z.real != 0 || z.imag != 0) return {logOfSize(std::fabs(z.real), std::fabs(z.imag)), angle};
  error = EDOM;
  return {-HUGE_VAL, angle};
}

Number cmath::log10(Number z, int &error) {
  Number r = log(z, error);
  return {r.real / M_LN10, r.imag / M_LN10};
}

Number cmath::sin(Number z, int &error) { return turnedBack(sinh(turned(z), error)); }

Number cmath::sinh(Number z, int &error) {
  double c = std::cos(z.imag), s = std::sin(z.imag);
  if (!isFinite(z)) {
    if (std::isinf(z.imag) && !std::isnan(z.real)) error = EDOM;
    if (!isRay(z)) return specialValue(kSinh, z);
    return {std::copysign(HUGE_VAL, z.real > 0 ? c : -c), std::copysign(HUGE_VAL, s)};
  }
  Number r;
  if (std::fabs(z.real) > kLogLarge) {
    double less = z.real - std::copysign(1, z.real);
    r = {c * std::sinh(less) * M_E, s * std::cosh(less) * M_E};
  } else {
    r = {c * std::sinh(z.real), s * std::cosh(z.real)};
  }
  checkRange(r, error);
  return r;
}

Number cmath::sqrt(Number z, int &) {
  if (!isFinite(z)) return specialValue(kSqrt, z);
  if (z.real == 0 && z.imag == 0) return {0, z.imag};
  double x = std::fabs(z.real), y = std::fabs(z.imag), size;
  if (x < DBL_MIN && y < DBL_MIN) {
    x = std::ldexp(x, kScaleUp);
    size = std::ldexp(std::sqrt(x + std::hypot(x, std::ldexp(y, kScaleUp))), kScaleDown);
  } else {
    x /= 8;
    size = 2 * std::sqrt(x + std::hypot(x, y / 8));
  }
  double other = y / (2 * size);
  if (z.real >= 0) return {size, std::copysign(other, z.imag)};
  return {other, std::copysign(size, z.imag)};
}

Number cmath::tan(Number z, int &error) { return turnedBack(tanh(turned(z), error)); }

Number cmath::tanh(Number z, int &error) {
  if (!isFinite(z)) {
    if (std::isinf(z.imag) && std::isfinite(z.real)) error = EDOM;
    if (!isRay(z)) return specialValue(kTanh, z);
    return {z.real > 0 ? 1.0 : -1.0, std::copysign(0.0, 2 * std::sin(z.imag) * std::cos(z.imag))};
  }
  if (std::fabs(z.real) > kLogLarge)
    return {std::copysign(1, z.real),
            4 * std::sin(z.imag) * std::cos(z.imag) * std::exp(-2 * std::fabs(z.real))};
  double x = std::tanh(z.real), y = std::tan(z.imag), scale = 1 / std::cosh(z.real), both = x * y;
  double divisor = 1 + both * both;
  return {x * (1 + y * y) / divisor, ((y / divisor) * scale) * scale};
}

Number cmath::rect(double r, double phi, int &error) {
  if (std::isfinite(r) && std::isfinite(phi)) {
    if (phi == 0) return {r, r * phi}; // -0.0 stays
    return {r * std::cos(phi), r * std::sin(phi)};
  }
  if (r != 0 && !std::isnan(r) && std::isinf(phi)) error = EDOM;
  if (!isRay({r, phi})) return specialValue(kRect, {r, phi});
  double c = std::copysign(HUGE_VAL, std::cos(phi)), s = std::copysign(HUGE_VAL, std::sin(phi));
  return r > 0 ? Number{c, s} : Number{-c, -s};
}

Number cmath::quotient(Number a, Number b, int &error) {
  double real = std::fabs(b.real), imag = std::fabs(b.imag);
  if (real >= imag) {
    if (real == 0) {
      error = EDOM;
      return {0, 0};
    }
    double ratio = b.imag / b.real, scale = b.real + b.imag * ratio;
    return {(a.real + a.imag * ratio) / scale, (a.imag - a.real * ratio) / scale};
  }
  if (imag >= real) {
    double ratio = b.real / b.imag, scale = b.real * ratio + b.imag;
    return {(a.real * ratio + a.imag) / scale, (a.imag * ratio - a.real) / scale};
  }
  return {NAN, NAN};
}
