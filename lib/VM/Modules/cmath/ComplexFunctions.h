// The elementary functions of complex numbers.
#pragma once

#include <cerrno>

namespace coil::vm::cmath {

struct Number {
  double real, imag;
};

// Each leaves `error` alone, or sets it to EDOM or ERANGE.
#define FUNCTION(name) Number name(Number z, int &error);
FUNCTION(acos)
FUNCTION(acosh)
FUNCTION(asin)
FUNCTION(asinh)
FUNCTION(atan)
FUNCTION(atanh)
FUNCTION(cos)
FUNCTION(cosh)
FUNCTION(exp)
FUNCTION(log)
FUNCTION(log10)
FUNCTION(sin)
FUNCTION(sinh)
FUNCTION(sqrt)
FUNCTION(tan)
FUNCTION(tanh)
#undef FUNCTION
// The number with this absolute value and angle.
Number rect(double r, double phi, int &error);
Number quotient(Number a, Number b, int &error);

} // namespace coil::vm::cmath
