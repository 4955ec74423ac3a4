// The module cmath.
#include "VM/Core/Names.h"
#include "VM/Modules/Modules.h"
#include "VM/Modules/cmath/ComplexFunctions.h"
#include "VM/Protocol/Protocol.h"
#include "VM/Types/Complex.h"
#include "VM/Types/Tuple.h"
#include <cmath>

using namespace coil::vm;
using coil::vm::cmath::Number;

namespace {

bool isComplex(Value v) { return isInstance(v, types::Complex); }
Number valueOf(Value v) { return {v.as<Complex>()->real, v.as<Complex>()->imag}; }

// Any number: a complex one, what __complex__ gives, or a real one.
Result<Number> toNumber(Thread &t, Value v) {
  if (isComplex(v)) return valueOf(v);
  bool special;
  Ref converted = callSpecial(t, v, names::special_complex, {}, special);
  if (!special) return Number{TRY(asDouble(t, v)), 0.0};
  if (!converted) return {};
  if (!isComplex(converted))
    return raise(t, types::TypeError, "__complex__ returned non-complex (type %)", typeName(converted));
  return valueOf(converted);
}

Ref raiseMath(Thread &t, int error) {
  if (error == EDOM) return raise(t, types::ValueError, "math domain error");
  return raise(t, types::OverflowError, "math range error");
}

Ref checked(Thread &t, Number z, int error) {
  return error ? raiseMath(t, error) : makeComplex(z.real, z.imag);
}

template <Number (*kFunction)(Number, int &)> Ref elementary(Thread &t, const Value *args) {
  Number z = TRY(toNumber(t, args[0]));
  int error = 0;
  Number r = kFunction(z, error);
  return checked(t, r, error);
}

// log(z[, base])
Ref cmathLog(Thread &t, const Value *args) {
  Number z = TRY(toNumber(t, args[0]));
  int error = 0;
  if (args[1].empty()) {
    Number r = cmath::log(z, error);
    return checked(t, r, error);
  }
  Number base = TRY(toNumber(t, args[1]));
  Number r = cmath::log(z, error);
  error = 0; // the base's logarithm makes CPython forget that z was zero
  Number scale = cmath::log(base, error);
  r = cmath::quotient(r, scale, error);
  return checked(t, r, error);
}

Ref cmathPhase(Thread &t, const Value *args) {
  Number z = TRY(toNumber(t, args[0]));
  errno = 0;
  double angle = std::atan2(z.imag, z.real);
  if (errno) return raiseMath(t, errno); // 3.11 takes an underflow for an error
  return Ref::number(angle);
}

Ref cmathPolar(Thread &t, const Value *args) {
  Number z = TRY(toNumber(t, args[0]));
  double size = std::hypot(z.real, z.imag);
  if (std::isinf(size) && std::isfinite(z.real) && std::isfinite(z.imag)) return raiseMath(t, ERANGE);
  return packTuple(Value::number(size), Value::number(std::atan2(z.imag, z.real)));
}

Ref cmathRect(Thread &t, const Value *args) {
  double r = TRY(asDouble(t, args[0])), phi = TRY(asDouble(t, args[1]));
  int error = 0;
  Number z = cmath::rect(r, phi, error);
  return checked(t, z, error);
}

Ref cmathIsFinite(Thread &t, const Value *args) {
  Number z = TRY(toNumber(t, args[0]));
  return Ref::boolean(std::isfinite(z.real) && std::isfinite(z.imag));
}
Ref cmathIsInf(Thread &t, const Value *args) {
  Number z = TRY(toNumber(t, args[0]));
  return Ref::boolean(std::isinf(z.real) || std::isinf(z.imag));
}
Ref cmathIsNan(Thread &t, const Value *args) {
  Number z = TRY(toNumber(t, args[0]));
  return Ref::boolean(std::isnan(z.real) || std::isnan(z.imag));
}

// isclose(a, b, *, rel_tol=1e-09, abs_tol=0.0)
Ref cmathIsClose(Thread &t, const Value *args) {
  Number a = TRY(toNumber(t, args[0])), b = TRY(toNumber(t, args[1]));
  double relative = args[2].empty() ? 1e-9 : TRY(asDouble(t, args[2]));
  double absolute = args[3].empty() ? 0.0 : TRY(asDouble(t, args[3]));
  if (relative < 0 || absolute < 0) return raise(t, types::ValueError, "tolerances must be non-negative");
  if (a.real == b.real && a.imag == b.imag) return Ref::boolean(true);
  for (double part : {a.real, a.imag, b.real, b.imag})
    if (std::isinf(part)) return Ref::boolean(false);
  double difference = std::hypot(a.real - b.real, a.imag - b.imag);
  return Ref::boolean(difference <= relative * std::hypot(b.real, b.imag) ||
                      difference <= relative * std::hypot(a.real, a.imag) || difference <= absolute);
}

NativeDef kFunctions[] = {
    {"acos", elementary<cmath::acos>, "($module, z, /)", "Return the arc cosine of z."},
    {"acosh", elementary<cmath::acosh>, "($module, z, /)", "Return the inverse hyperbolic cosine of z."},
    {"asin", elementary<cmath::asin>, "($module, z, /)", "Return the arc sine of z."},
    {"asinh", elementary<cmath::asinh>, "($module, z, /)", "Return the inverse hyperbolic sine of z."},
    {"atan", elementary<cmath::atan>, "($module, z, /)", "Return the arc tangent of z."},
    {"atanh", elementary<cmath::atanh>, "($module, z, /)", "Return the inverse hyperbolic tangent of z."},
    {"cos", elementary<cmath::cos>, "($module, z, /)", "Return the cosine of z."},
    {"cosh", elementary<cmath::cosh>, "($module, z, /)", "Return the hyperbolic cosine of z."},
    {"exp", elementary<cmath::exp>, "($module, z, /)", "Return the exponential value e**z."},
    {"isclose", cmathIsClose, "($module, /, a, b, *, rel_tol=1e-09, abs_tol=0.0)",
     "Determine whether two complex numbers are close in value.\n\n  rel_tol\n    maximum difference for "
     "being considered \"close\", relative to the\n    magnitude of the input values\n  abs_tol\n    maximum "
     "difference for being considered \"close\", regardless of the\n    magnitude of the input "
     "values\n\nReturn True if a is close in value to b, and False otherwise.\n\nFor the values to be "
     "considered close, the difference between them must be\nsmaller than at least one of the "
     "tolerances.\n\n-inf, inf and NaN behave similarly to the IEEE 754 Standard. That is, NaN is\nnot close "
     "to anything, even itself. inf and -inf are only close to themselves."},
    {"isfinite", cmathIsFinite, "($module, z, /)",
     "Return True if both the real and imaginary parts of z are finite, else False."},
    {"isinf", cmathIsInf, "($module, z, /)", "Checks if the real or imaginary part of z is infinite."},
    {"isnan", cmathIsNan, "($module, z, /)", "Checks if the real or imaginary part of z not a number (NaN)."},
    {"log", cmathLog, "($module, z, base=<unrepresentable>, /)",
     "log(z[, base]) -> the logarithm of z to the given base.\n\nIf the base not specified, returns the "
     "natural "
     "logarithm (base e) of z."},
    {"log10", elementary<cmath::log10>, "($module, z, /)", "Return the base-10 logarithm of z."},
    {"phase", cmathPhase, "($module, z, /)", "Return argument, also known as the phase angle, of a complex."},
    {"polar", cmathPolar, "($module, z, /)",
     "Convert a complex from rectangular coordinates to polar coordinates.\n\nr is the distance from 0 and "
     "phi the phase angle."},
    {"rect", cmathRect, "($module, r, phi, /)", "Convert from polar coordinates to rectangular coordinates."},
    {"sin", elementary<cmath::sin>, "($module, z, /)", "Return the sine of z."},
    {"sinh", elementary<cmath::sinh>, "($module, z, /)", "Return the hyperbolic sine of z."},
    {"sqrt", elementary<cmath::sqrt>, "($module, z, /)", "Return the square root of z."},
    {"tan", elementary<cmath::tan>, "($module, z, /)", "Return the tangent of z."},
    {"tanh", elementary<cmath::tanh>, "($module, z, /)", "Return the hyperbolic tangent of z."},
};

Status populate(Thread &, Module *module) {
  auto set = [&](const char *name, Ref value) { dictSetStr(module->dict, internText(name), value); };
  set("pi", Ref::number(M_PI));
  set("e", Ref::number(M_E));
  set("tau", Ref::number(2 * M_PI));
  set("inf", Ref::number(HUGE_VAL));
  set("infj", makeComplex(0, HUGE_VAL));
  set("nan", Ref::number(NAN));
  set("nanj", makeComplex(0, NAN));
  return Status::ok();
}

} // namespace

const ModuleSpec coil::vm::kCMathModule = {
    .name = "cmath",
    .doc = "This module provides access to mathematical functions for complex\nnumbers.",
    .functions = kFunctions,
    .populate = populate,
};
