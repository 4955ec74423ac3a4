// The module cmath.
#include "VM/Core/Names.h"
#include "VM/Modules/Modules.h"
#include "VM/Modules/cmath/ComplexFunctions.h"
#include "VM/Protocol/Protocol.h"
#include "VM/Types/Complex.h"
#include "VM/Types/Float.h"
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
    {"acos", elementary<cmath::acos>, "($module, z, /)",
     "Arc cosine of z; cut along the real axis outside [-1, 1]."},
    {"acosh", elementary<cmath::acosh>, "($module, z, /)",
     "Inverse hyperbolic cosine of z; cut along the real axis below 1."},
    {"asin", elementary<cmath::asin>, "($module, z, /)",
     "Arc sine of z; cut along the real axis outside [-1, 1]."},
    {"asinh", elementary<cmath::asinh>, "($module, z, /)",
     "Inverse hyperbolic sine of z; cut along the imaginary axis outside [-1j, 1j]."},
    {"atan", elementary<cmath::atan>, "($module, z, /)",
     "Arc tangent of z; cut along the imaginary axis outside [-1j, 1j]."},
    {"atanh", elementary<cmath::atanh>, "($module, z, /)",
     "Inverse hyperbolic tangent of z; cut along the real axis outside [-1, 1]."},
    {"cos", elementary<cmath::cos>, "($module, z, /)", "Cosine of z."},
    {"cosh", elementary<cmath::cosh>, "($module, z, /)", "Hyperbolic cosine of z."},
    {"exp", elementary<cmath::exp>, "($module, z, /)", "e to the power of z."},
    {"isclose", cmathIsClose, "($module, /, a, b, *, rel_tol=1e-09, abs_tol=0.0)",
     "Tell whether a and b are nearly the same: abs(a - b) is at most rel_tol times the larger\n"
     "of abs(a) and abs(b), or at most abs_tol. Numbers close to zero need an abs_tol. NaN is\n"
     "close to nothing, and infinities only to themselves."},
    {"isfinite", cmathIsFinite, "($module, z, /)", "Tell whether neither part of z is infinite or NaN."},
    {"isinf", cmathIsInf, "($module, z, /)", "Tell whether a part of z is infinite."},
    {"isnan", cmathIsNan, "($module, z, /)", "Tell whether a part of z is NaN."},
    {"log", cmathLog, "($module, z, base=<unrepresentable>, /)",
     "log(z[, base]): logarithm of z to a base, which is e by default; cut along the negative\n"
     "real axis."},
    {"log10", elementary<cmath::log10>, "($module, z, /)",
     "Logarithm of z to base 10; cut along the negative real axis."},
    {"phase", cmathPhase, "($module, z, /)", "The angle of z to the positive real axis, from -pi to pi."},
    {"polar", cmathPolar, "($module, z, /)", "Polar coordinates of z: the pair (abs(z), phase(z))."},
    {"rect", cmathRect, "($module, r, phi, /)",
     "The complex number at distance r from 0 and angle phi from the positive real axis."},
    {"sin", elementary<cmath::sin>, "($module, z, /)", "Sine of z."},
    {"sinh", elementary<cmath::sinh>, "($module, z, /)", "Hyperbolic sine of z."},
    {"sqrt", elementary<cmath::sqrt>, "($module, z, /)",
     "Square root of z, the one in the right half of the plane; cut along the negative real axis."},
    {"tan", elementary<cmath::tan>, "($module, z, /)", "Tangent of z."},
    {"tanh", elementary<cmath::tanh>, "($module, z, /)", "Hyperbolic tangent of z."},
};

Status populate(Thread &, Module *module) {
  auto set = [&](const char *name, Ref value) { dictSetStr(module->dict, internText(name), value); };
  set("pi", Ref::number(M_PI));
  set("e", Ref::number(M_E));
  set("tau", Ref::number(2 * M_PI));
  set("inf", Ref::number(HUGE_VAL));
  set("infj", makeComplex(0, HUGE_VAL));
  set("nan", newFloat(NAN));
  set("nanj", makeComplex(0, NAN));
  return Status::ok();
}

} // namespace

const ModuleSpec coil::vm::kCMathModule = {
    .name = "cmath",
    .doc = "The functions of math for complex numbers.",
    .functions = kFunctions,
    .populate = populate,
};
