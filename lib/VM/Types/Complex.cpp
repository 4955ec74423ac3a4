// complex: reading, arithmetic and methods.
#include "VM/Types/Complex.h"
#include "VM/Bind/Native.h"
#include "VM/Core/Names.h"
#include "VM/Protocol/Protocol.h"
#include "VM/Types/Float.h"
#include "VM/Types/Int/Int.h"
#include "VM/Types/Str/FloatText.h"
#include "VM/Types/Str/FormatSpec.h"
#include "VM/Types/Tuple.h"
#include <cmath>

using namespace coil::vm;

static Ref newComplex(Type &type, double real, double imag) {
  auto *z = heap::make<Complex>(type);
  z->real = real;
  z->imag = imag;
  return Ref::take(Value(z));
}

Ref coil::vm::makeComplex(double real, double imag) { return newComplex(types::Complex, real, imag); }

namespace {

struct Number {
  double real = 0, imag = 0;
};

bool isComplex(Value v) { return isInstance(v, types::Complex); }
Number valueOf(Value v) { return {v.as<Complex>()->real, v.as<Complex>()->imag}; }
Ref make(Number z) { return makeComplex(z.real, z.imag); }

// --- arithmetic --------------------------------------------------------------------------------------------

// An operand of any built-in number type; `fits` false for other types.
Result<Number> operand(Thread &t, Value v, bool &fits) {
  fits = true;
  if (isComplex(v)) return valueOf(v);
  return Number{TRY(floatOperand(t, v, fits)), 0.0};
}

// Both operands, or NotImplemented out of the calling function.
#define OPERANDS(t, a, b)                                                                                    \
  bool fitsA_, fitsB_;                                                                                       \
  Number x = TRY(operand(t, a, fitsA_));                                                                     \
  Number y = TRY(operand(t, b, fitsB_));                                                                     \
  if (!fitsA_ || !fitsB_) return Ref::notImplemented()

Number product(Number a, Number b) {
  return {a.real * b.real - a.imag * b.imag, a.real * b.imag + a.imag * b.real};
}

// Smith's method: scales by the divisor's greater part, so that nothing overflows on the way.
bool divide(Number a, Number b, Number &quotient) {
  double real = std::fabs(b.real), imag = std::fabs(b.imag);
  if (real >= imag) {
    if (real == 0) return false;
    double ratio = b.imag / b.real, scale = b.real + b.imag * ratio;
    quotient = {(a.real + a.imag * ratio) / scale, (a.imag - a.real * ratio) / scale};
  } else if (imag >= real) {
    double ratio = b.real / b.imag, scale = b.real * ratio + b.imag;
    quotient = {(a.real * ratio + a.imag) / scale, (a.imag * ratio - a.real) / scale};
  } else {
    quotient = {NAN, NAN};
  }
  return true;
}

Ref complexAdd(Thread &t, Value a, Value b) {
  OPERANDS(t, a, b);
  return makeComplex(x.real + y.real, x.imag + y.imag);
}
Ref complexSub(Thread &t, Value a, Value b) {
  OPERANDS(t, a, b);
  return makeComplex(x.real - y.real, x.imag - y.imag);
}
Ref complexMul(Thread &t, Value a, Value b) {
  OPERANDS(t, a, b);
  return make(product(x, y));
}
Ref complexTrueDiv(Thread &t, Value a, Value b) {
  OPERANDS(t, a, b);
  Number quotient;
  if (!divide(x, y, quotient)) return raise(t, types::ZeroDivisionError, "complex division by zero");
  return make(quotient);
}

// By repeated squaring. False: zero to a negative power.
bool wholePower(Number base, int exponent, Number &result) {
  result = {1, 0};
  unsigned n = std::abs(exponent);
  for (unsigned mask = 1; n >= mask; mask <<= 1, base = product(base, base))
    if (n & mask) result = product(result, base);
  return exponent > 0 || divide({1, 0}, result, result);
}

bool polarPower(Number base, Number exponent, Number &result) {
  result = {1, 0};
  if (exponent.real == 0 && exponent.imag == 0) return true;
  if (base.real == 0 && base.imag == 0) {
    result = {0, 0};
    return exponent.imag == 0 && exponent.real >= 0;
  }
  double size = std::hypot(base.real, base.imag), length = std::pow(size, exponent.real);
  double angle = std::atan2(base.imag, base.real), phase = angle * exponent.real;
  if (exponent.imag != 0) {
    length /= std::exp(angle * exponent.imag);
    phase += exponent.imag * std::log(size);
  }
  result = {length * std::cos(phase), length * std::sin(phase)};
  return !std::isinf(phase); // a domain error of cos(), which CPython takes for the case above
}

Ref complexPow(Thread &t, Value a, Value b, Value modulus) {
  OPERANDS(t, a, b);
  if (!modulus.isNone()) return raise(t, types::ValueError, "complex modulo");
  bool whole = y.imag == 0 && y.real == std::floor(y.real) && std::fabs(y.real) <= 100;
  Number result;
  if (!(whole ? wholePower(x, int(y.real), result) : polarPower(x, y, result)))
    return raise(t, types::ZeroDivisionError, "0.0 to a negative or complex power");
  if (std::isinf(result.real) || std::isinf(result.imag))
    return raise(t, types::OverflowError, "complex exponentiation");
  return make(result);
}

Ref complexNegative(Thread &, Value v) { return makeComplex(-valueOf(v).real, -valueOf(v).imag); }
Ref complexPositive(Thread &, Value v) {
  return isExactly(v, types::Complex) ? Ref::share(v) : make(valueOf(v));
}
Ref complexAbsolute(Thread &t, Value v) {
  Number z = valueOf(v);
  double size = std::hypot(z.real, z.imag);
  if (std::isinf(size) && std::isfinite(z.real) && std::isfinite(z.imag))
    return raise(t, types::OverflowError, "absolute value too large");
  return Ref::number(size);
}
Result<bool> complexBool(Thread &, Value v) { return valueOf(v).real != 0 || valueOf(v).imag != 0; }

Ref complexCompare(Thread &t, Value a, Value b, CompareOp op) {
  if (op != CompareOp::Eq && op != CompareOp::Ne) return Ref::notImplemented();
  Number x = valueOf(a);
  bool same;
  if (isComplex(b))
    same = x.real == valueOf(b).real && x.imag == valueOf(b).imag;
  else if (isIntLike(b) || isFloatLike(b)) // exactly, whatever the int's size
    same = x.imag == 0 && TRY(compareBool(t, Value::number(x.real), b, CompareOp::Eq));
  else
    return Ref::notImplemented();
  return Ref::boolean(same == (op == CompareOp::Eq));
}

Result<int64_t> complexHash(Thread &, Value v) {
  auto part = [&](double d) { // NaNs hash by identity
    return std::isnan(d) ? v.bits() >> 4 : uint64_t(hashDouble(d));
  };
  auto h = int64_t(part(valueOf(v).real) + 1000003 * part(valueOf(v).imag));
  return h == -1 ? -2 : h;
}

// --- text --------------------------------------------------------------------------------------------------

Ref complexRepr(Thread &, Value v) {
  Number z = valueOf(v);
  std::string imag = floatText(z.imag, 'r', 0) + "j";
  if (z.real == 0 && !std::signbit(z.real)) return makeStrAscii(imag);
  return makeStrAscii("(" + floatText(z.real, 'r', 0) + (imag[0] == '-' ? "" : "+") + imag + ")");
}

bool takeUnit(llvm::StringRef &text) { return text.consume_front("j") || text.consume_front("J"); }

// A sign that stands for one.
bool takeSign(llvm::StringRef &text, double &unit) {
  unit = text.starts_with("-") ? -1 : 1;
  return text.consume_front("+") || text.consume_front("-");
}

// "1", "2j", "1+2j", "1-j", with or without parentheses around it.
bool parseComplex(llvm::StringRef text, Number &z) {
  const char *spaces = " \t\n\r\f\v\x1c\x1d\x1e\x1f";
  text = text.trim(spaces);
  if (text.consume_front("(")) {
    text = text.ltrim(spaces);
    if (!text.consume_back(")")) return false;
    text = text.rtrim(spaces);
  }
  double first;
  if (!readFloatPrefix(text, first)) {
    takeSign(text, z.imag);
    return takeUnit(text) && text.empty();
  }
  if (takeUnit(text)) {
    z.imag = first;
    return text.empty();
  }
  z.real = first;
  if (text.empty()) return true;
  if (!text.starts_with("+") && !text.starts_with("-")) return false;
  if (!readFloatPrefix(text, z.imag)) takeSign(text, z.imag);
  return takeUnit(text) && text.empty();
}

Ref complexFromText(Thread &t, Type &type, Str *text) {
  std::string ascii = asciiNumberText(text);
  if (!dropUnderscores(ascii))
    return raise(t, types::ValueError, "could not convert string to complex: %", TRY(reprText(t, text)));
  Number z;
  if (!parseComplex(ascii, z)) return raise(t, types::ValueError, "complex() arg is a malformed string");
  return newComplex(type, z.real, z.imag);
}

// --- construction ------------------------------------------------------------------------------------------

bool isNumber(Value v) { return typeOf(v)->slots.toFloat || typeOf(v)->slots.index || isComplex(v); }

// A part of the new number: complex itself, or real.
Result<Number> partFrom(Thread &t, Value v) {
  if (isComplex(v)) return valueOf(v);
  return Number{TRY(asDouble(t, v)), 0.0};
}

Ref complexNew(Thread &t, const Value *args) {
  Type &type = *args[0].as<Type>();
  Value real = args[1].empty() ? Value::smallInt(0) : args[1], imag = args[2];
  if (isExactly(real, types::Complex) && imag.empty() && &type == &types::Complex) return Ref::share(real);
  if (isStr(real)) {
    if (!imag.empty())
      return raise(t, types::TypeError, "complex() can't take second arg if first is a string");
    return complexFromText(t, type, real.as<Str>());
  }
  if (!imag.empty() && isStr(imag))
    return raise(t, types::TypeError, "complex() second arg can't be a string");
  bool special;
  Ref converted = callSpecial(t, real, names::special_complex, {}, special);
  if (special) {
    if (!converted) return {};
    if (!isComplex(converted))
      return raise(t, types::TypeError, "__complex__ returned non-complex (type %)", typeName(converted));
    if (!isExactly(converted, types::Complex))
      CHECK(warnStrictSubclass(t, converted, "__complex__ returned non-complex", "complex"));
    real = converted;
  }
  if (!isNumber(real))
    return raise(t, types::TypeError, "complex() first argument must be a string or a number, not '%'",
                 typeName(real));
  if (!imag.empty() && !isNumber(imag))
    return raise(t, types::TypeError, "complex() second argument must be a number, not '%'", typeName(imag));
  Number x = TRY(partFrom(t, real));
  if (imag.empty()) return newComplex(type, x.real, x.imag);
  Number y = TRY(partFrom(t, imag));
  if (isComplex(imag)) x.real -= y.imag;
  if (isComplex(real)) y.real += x.imag;
  return newComplex(type, x.real, y.real);
}

// --- methods -----------------------------------------------------------------------------------------------

Ref complexConjugate(Thread &, const Value *args) {
  return makeComplex(valueOf(args[0]).real, -valueOf(args[0]).imag);
}
Ref complexComplex(Thread &t, const Value *args) { return complexPositive(t, args[0]); }
Ref complexGetNewArgs(Thread &, const Value *args) {
  return packTuple(Value::number(valueOf(args[0]).real), Value::number(valueOf(args[0]).imag));
}
Ref complexFormat(Thread &t, const Value *args) {
  if (!isStr(args[1]))
    return raise(t, types::TypeError, "__format__() argument must be str, not %", argumentTypeName(args[1]));
  return formatComplex(t, args[0], args[1].as<Str>());
}

Ref getReal(Thread &, Value v) { return Ref::number(valueOf(v).real); }
Ref getImag(Thread &, Value v) { return Ref::number(valueOf(v).imag); }

const GetSetDef kGetSets[] = {
    {"real", getReal, nullptr, "the real part of a complex number", true},
    {"imag", getImag, nullptr, "the imaginary part of a complex number", true},
};

NativeDef kMethods[] = {
    // The spaces keep the defaults from being filled in: an absent part is no zero, for a string at least.
    {"__new__", complexNew, "($type, real= 0, imag= 0)", "Make a new object of the class."},
    {"conjugate", complexConjugate, "($self, /)", "The number with the opposite sign of its imaginary part."},
    {"__complex__", complexComplex, "($self, /)",
     "Return the number as an object of the very class complex."},
    {"__getnewargs__", complexGetNewArgs, "($self, /)", nullptr},
    {"__format__", complexFormat, "($self, format_spec, /)",
     "The number as text in the layout that format_spec asks for."},
};

} // namespace

const TypeSpec coil::vm::kComplexSpec = {
    .name = "complex",
    .size = sizeof(Complex),
    .flags = kTypeBase,
    .fillSlots =
        [](Slots &s) {
          s.repr = complexRepr, s.hash = complexHash, s.compare = complexCompare, s.add = complexAdd,
          s.sub = complexSub;
          s.mul = complexMul, s.pow = complexPow, s.negative = complexNegative, s.positive = complexPositive,
          s.absolute = complexAbsolute;
          s.boolean = complexBool, s.trueDiv = complexTrueDiv;
        },
    .methods = kMethods,
    .getsets = kGetSets,
    .doc = "A complex number, from its real and imaginary parts or from text like '1+2j'.",
};
