// float: its text forms and its methods.
#include "Support/Unicode.h"
#include "VM/Core/Names.h"
#include "VM/Protocol/Protocol.h"
#include "VM/Types/Bytes.h"
#include "VM/Types/BytesMethods.h"
#include "VM/Types/Float.h"
#include "VM/Types/Int/Int.h"
#include "VM/Types/Str/Codec.h"
#include "VM/Types/Str/FloatText.h"
#include "VM/Types/Str/FormatSpec.h"
#include "VM/Types/Str/TextAlgorithms.h"
#include "VM/Types/Str/TextArguments.h"
#include "VM/Types/Tuple.h"
#include <charconv>
#include <clocale>
#include <cmath>
#include <cstdlib>

using namespace coil;
using namespace coil::vm;

std::string coil::vm::floatRepr(double d) { return floatText(d, 'r', 0, kFloatDot0); }

// --- reading -----------------------------------------------------------------------------------------------

// strtod() as the C locale has it: the decimal point is a point.
static double readInCLocale(const std::string &text) {
  static locale_t plain = newlocale(LC_ALL_MASK, "C", nullptr);
  return strtod_l(text.c_str(), nullptr, plain);
}

static bool isDecimalDigit(char c) { return c >= '0' && c <= '9'; }

// Skips digits; false if there are none.
static bool skipDigits(llvm::StringRef &text) {
  size_t before = text.size();
  text = text.drop_while(isDecimalDigit);
  return text.size() != before;
}

// Takes "inf", "nan" or "infinity" off the front.
static bool readSpecial(llvm::StringRef &text, double &result) {
  if (text.consume_front_insensitive("nan")) {
    result = NAN;
    return true;
  }
  if (!text.consume_front_insensitive("infinity") && !text.consume_front_insensitive("inf")) return false;
  result = INFINITY;
  return true;
}

bool coil::vm::readFloatPrefix(llvm::StringRef &text, double &result) {
  llvm::StringRef rest = text;
  bool negative = rest.starts_with("-");
  if (negative || rest.starts_with("+")) rest = rest.drop_front();
  if (!readSpecial(rest, result)) {
    const char *start = rest.begin();
    bool digits = skipDigits(rest);
    if (rest.consume_front(".")) digits |= skipDigits(rest);
    if (!digits) return false;
    llvm::StringRef exponent = rest;
    if (exponent.consume_front_insensitive("e")) {
      if (exponent.starts_with("+") || exponent.starts_with("-")) exponent = exponent.drop_front();
      if (skipDigits(exponent)) rest = exponent;
    }
    if (std::from_chars(start, rest.begin(), result).ec != std::errc())
      result = readInCLocale(std::string(start, rest.begin())); // too large or too small
  }
  if (negative) result = -result;
  text = rest;
  return true;
}

// A number in ASCII without spaces and underscores.
static bool readFloat(llvm::StringRef text, double &result) {
  return readFloatPrefix(text, result) && text.empty();
}

bool coil::vm::dropUnderscores(std::string &text) {
  if (text.find('_') == std::string::npos) return true;
  std::string out;
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '_')
      out += text[i];
    else if (i == 0 || i + 1 == text.size() || !isDecimalDigit(text[i - 1]) || !isDecimalDigit(text[i + 1]))
      return false;
  }
  text = std::move(out);
  return true;
}

std::string coil::vm::asciiNumberText(const Str *text) {
  int64_t start = 0, end = text->length;
  while (start < end && unicode::isSpace(text->at(start))) ++start;
  while (end > start && unicode::isSpace(text->at(end - 1))) --end;
  std::string ascii;
  for (int64_t i = start; i < end; ++i) {
    char32_t c = text->at(i);
    int digit = c < 128 ? -1 : unicode::decimalValue(c);
    ascii += c < 128 ? char(c) : digit >= 0 ? char('0' + digit) : unicode::isSpace(c) ? ' ' : '?';
  }
  return ascii;
}

bool coil::vm::parseFloat(Str *text, double &result) {
  std::string ascii = asciiNumberText(text);
  return dropUnderscores(ascii) && readFloat(ascii, result);
}

static bool parseFloatBytes(llvm::StringRef text, double &result) {
  std::string ascii = text.trim(" \t\n\r\f\v").str();
  return dropUnderscores(ascii) && readFloat(ascii, result);
}

namespace {

double self(const Value *args) { return floatValue(args[0]); }

// --- construction ------------------------------------------------------------------------------------------

Result<double> floatFrom(Thread &t, Value x) {
  double d;
  const Slots &slots = typeOf(x)->slots;
  if ((isStr(x) && !slots.toFloat) || (slots.getBuffer && !slots.toFloat && !slots.index)) {
    Buffer buffer;
    if (!isStr(x)) TRY(buffer.open(t, x));
    if (isStr(x) ? parseFloat(x.as<Str>(), d) : parseFloatBytes(llvm::toStringRef(buffer.bytes()), d))
      return d;
    return raise(t, types::ValueError, "could not convert string to float: %", TRY(reprText(t, x)));
  }
  if (!slots.toFloat && !slots.index)
    return raise(t, types::TypeError, "float() argument must be a string or a real number, not '%'",
                 typeName(x));
  bool ownConversion = slots.toFloat && slots.toFloat != types::Float.slots.toFloat;
  if (isFloatLike(x) && ownConversion) { // a subclass with its own __float__
    Ref converted = TRY(slots.toFloat(t, x));
    if (!isFloatLike(converted))
      return raise(t, types::TypeError, "%.__float__ returned non-float (type %)", typeName(x),
                   typeName(converted));
    if (!isExactFloat(converted))
      TRY(warnStrictSubclass(t, converted, typeName(x).str() + ".__float__ returned non-float", "float"));
    return floatValue(converted);
  }
  return asDouble(t, x);
}

Ref makeFloat(Type &type, double d) {
  if (&type == &types::Float) return newFloat(d);
  auto *instance = heap::make<Float>(type);
  instance->number = d;
  return Ref::take(Value(instance));
}

Ref floatNew(Thread &t, const Value *args) {
  if (args[0] == Value(&types::Float) && isExactly(args[1], types::Float)) return Ref::share(args[1]);
  double d = TRY(floatFrom(t, args[1]));
  return makeFloat(*args[0].as<Type>(), d);
}

// --- numbers -----------------------------------------------------------------------------------------------

Ref toWhole(Thread &t, double d) { return types::Float.slots.toInt(t, Value::number(d)); }

Ref floatConjugate(Thread &, const Value *args) { return Ref::number(self(args)); }
Ref floatTrunc(Thread &t, const Value *args) { return toWhole(t, self(args)); }
Ref floatFloor(Thread &t, const Value *args) { return toWhole(t, std::floor(self(args))); }
Ref floatCeil(Thread &t, const Value *args) { return toWhole(t, std::ceil(self(args))); }

Ref floatIsInteger(Thread &, const Value *args) {
  double d = self(args);
  return Ref::boolean(std::isfinite(d) && std::floor(d) == d);
}

Ref floatAsRatio(Thread &t, const Value *args) {
  double d = self(args);
  if (std::isinf(d)) return raise(t, types::OverflowError, "cannot convert Infinity to integer ratio");
  if (std::isnan(d)) return raise(t, types::ValueError, "cannot convert NaN to integer ratio");
  int exponent;
  double mantissa = std::frexp(d, &exponent);
  for (int i = 0; i < 300 && mantissa != std::floor(mantissa); ++i) mantissa *= 2, --exponent;
  Ref numerator = makeIntFromDouble(mantissa), denominator = Ref::smallInt(1);
  Ref shift = Ref::smallInt(std::abs(exponent));
  if (exponent > 0)
    numerator = TRY(intLshift(t, numerator, shift));
  else
    denominator = TRY(intLshift(t, denominator, shift));
  return packTuple(numerator.get(), denominator.get());
}

// |d| rounded, half to even, to a multiple of ten to the `places`, as digits and an exponent.
std::string roundWhole(double d, int64_t places) {
  std::string digits = floatText(std::trunc(d), 'f', 0);
  if (int64_t(digits.size()) < places) return "0";
  digits.insert(0, 1, '0');
  size_t keep = digits.size() - places;
  std::string tail = digits.substr(keep);
  digits.resize(keep);
  bool beyondHalf = d != std::trunc(d) || tail.find_first_not_of('0', 1) != std::string::npos;
  bool up = tail[0] > '5' || (tail[0] == '5' && (beyondHalf || (digits.back() - '0') % 2));
  if (up) {
    size_t i = keep - 1;
    for (; digits[i] == '9'; --i) digits[i] = '0';
    ++digits[i];
  }
  return digits + "e" + std::to_string(places);
}

Ref floatRound(Thread &t, const Value *args) {
  double d = self(args);
  if (args[1].isNone()) {
    double rounded = std::round(d);
    if (std::fabs(d - rounded) == 0.5) rounded = 2.0 * std::round(d / 2.0);
    return toWhole(t, rounded);
  }
  int64_t places = TRY(indexInt64(t, args[1], true));
  // Beyond these, nothing is left to round, or nothing remains.
  constexpr int64_t kMostPlaces = 323, kLeastPlaces = -308;
  if (!std::isfinite(d) || d == 0 || places > kMostPlaces) return Ref::number(d);
  if (places < kLeastPlaces) return Ref::number(0.0 * d);
  double size = std::fabs(d), rounded;
  std::string text = places >= 0 ? floatText(size, 'f', places) : roundWhole(size, -places);
  readFloat(text, rounded);
  if (std::isinf(rounded)) return raise(t, types::OverflowError, "rounded value too large to represent");
  return Ref::number(std::copysign(rounded, d));
}

// --- text --------------------------------------------------------------------------------------------------

Ref floatHex(Thread &, const Value *args) {
  double d = self(args);
  if (!std::isfinite(d)) return makeStrAscii(floatRepr(d));
  uint64_t bits = std::bit_cast<uint64_t>(d);
  uint64_t fraction = bits & ((uint64_t(1) << 52) - 1);
  int exponent = int(bits >> 52 & 0x7FF);
  const char *sign = std::signbit(d) ? "-" : "";
  if (d == 0) return makeStrAscii(std::string(sign) + "0x0.0p+0");
  char buffer[48];
  snprintf(buffer, sizeof buffer, "%s0x%d.%013llxp%+d", sign, exponent != 0,
           static_cast<unsigned long long>(fraction), exponent ? exponent - 1023 : -1022);
  return makeStrAscii(buffer);
}

bool isHexDigit(char c) { return isDecimalDigit(c) || ((c | 0x20) >= 'a' && (c | 0x20) <= 'f'); }

// mantissa * 2**exponent, with or without something below the mantissa's last bit, rounded once, ties to
// even. (strtod rounds hexadecimal subnormals twice.)
double roundedBinary(uint64_t mantissa, int64_t exponent, bool more) {
  if (!mantissa) return 0;
  int64_t top = exponent + 63 - __builtin_clzll(mantissa);
  if (top > 1100) return HUGE_VAL;
  if (top < -1100) return 0;
  int64_t last = std::max<int64_t>(top - 52, -1074), shift = last - exponent;
  if (shift <= 0) return std::ldexp(double(mantissa), int(exponent));
  if (shift > 63) return 0;
  uint64_t kept = mantissa >> shift, rest = mantissa & ((uint64_t(1) << shift) - 1);
  uint64_t half = uint64_t(1) << (shift - 1);
  if (rest > half || (rest == half && (more || kept & 1))) ++kept;
  return std::ldexp(double(kept), int(last));
}

// The value of "1.8p+3", whose form has been checked.
double hexValue(llvm::StringRef text) {
  uint64_t mantissa = 0;
  int64_t exponent = 0;
  bool more = false, fraction = false;
  while (!text.empty() && (text.front() | 0x20) != 'p') {
    char c = text.front();
    text = text.drop_front();
    if (c == '.') {
      fraction = true;
      continue;
    }
    unsigned digit = llvm::hexDigitValue(c);
    if (mantissa >> 59) { // no room: the digit counts only in that it is there
      more = more || digit;
      if (!fraction) exponent += 4;
      continue;
    }
    mantissa = mantissa << 4 | digit;
    if (fraction) exponent -= 4;
  }
  if (!text.empty()) {
    bool negative = text.drop_front().starts_with("-");
    int64_t given = 0;
    for (char c : text.drop_front().ltrim("+-"))
      given = std::min<int64_t>(given * 10 + (c - '0'), int64_t(1) << 40);
    exponent += negative ? -given : given;
  }
  return roundedBinary(mantissa, exponent, more);
}

// A number as float.hex writes it, or near it; false if it is none or too large.
bool readHex(llvm::StringRef text, double &result, bool &overflow) {
  text = text.trim(" \t\n\r\f\v");
  bool negative = text.starts_with("-");
  if (negative || text.starts_with("+")) text = text.drop_front();
  if (llvm::StringRef behind = text; readSpecial(behind, result)) {
    if (!behind.empty()) return false;
  } else {
    text.consume_front_insensitive("0x");
    llvm::StringRef rest = text.drop_while(isHexDigit);
    size_t digits = text.size() - rest.size();
    if (rest.consume_front(".")) {
      size_t before = rest.size();
      rest = rest.drop_while(isHexDigit);
      digits += before - rest.size();
    }
    if (!digits) return false;
    if (rest.consume_front_insensitive("p")) {
      if (rest.starts_with("+") || rest.starts_with("-")) rest = rest.drop_front();
      if (!skipDigits(rest)) return false;
    }
    result = hexValue(text.drop_back(rest.size()));
    overflow = std::isinf(result); // comes before what may be wrong behind the number
    if (overflow || !rest.empty()) return false;
  }
  if (negative) result = -result;
  return true;
}

Ref floatFromHex(Thread &t, const Value *args) {
  if (!isStr(args[1])) return raise(t, types::TypeError, "bad argument type for built-in operation");
  Ref utf8 = TRY(encodeStr(t, args[1].as<Str>(), "utf-8", "strict"));
  llvm::StringRef text = llvm::toStringRef(utf8.as<Bytes>()->bytes());
  double d;
  bool overflow = false;
  if (!readHex(text, d, overflow)) {
    if (overflow)
      return raise(t, types::OverflowError, "hexadecimal value too large to represent as a float");
    return raise(t, types::ValueError, "invalid hexadecimal floating-point string");
  }
  if (args[0].object() == &types::Float) return newFloat(d);
  return call(t, args[0], {Value::number(d)});
}

Ref floatFormat(Thread &t, const Value *args) {
  if (!isStr(args[1]))
    return raise(t, types::TypeError, "__format__() argument must be str, not %", argumentTypeName(args[1]));
  return formatFloat(t, args[0], args[1].as<Str>());
}

Ref floatGetNewArgs(Thread &, const Value *args) { return packTuple(Value::number(self(args))); }

Ref floatGetFormat(Thread &t, const Value *args) {
  if (!isStr(args[1]))
    return raise(t, types::TypeError, "__getformat__() argument must be str, not %",
                 argumentTypeName(args[1]));
  std::string kind = TRY(cText(t, args[1]));
  if (kind != "double" && kind != "float")
    return raise(t, types::ValueError, "__getformat__() argument 1 must be 'double' or 'float'");
  return makeStrAscii("IEEE, little-endian");
}

NativeDef kMethods[] = {
    {"__new__", floatNew, "($type, x=0, /)", "Make a new object of the class."},
    {"conjugate", floatConjugate, "($self, /)", "Return the number itself, as it has no imaginary part."},
    {"__trunc__", floatTrunc, "($self, /)", "The integer that is left without what is behind the point."},
    {"__floor__", floatFloor, "($self, /)", "The largest integer that is not above the number."},
    {"__ceil__", floatCeil, "($self, /)", "The smallest integer that is not below the number."},
    {"__round__", floatRound, "($self, ndigits=None, /)",
     "The number rounded to ndigits places behind the point, or without these to an integer.\nHalves go to "
     "the even side."},
    {"as_integer_ratio", floatAsRatio, "($self, /)",
     "The number as a fraction in lowest terms: (numerator, denominator).\n\nOverflowError for infinities, "
     "ValueError for a NaN.\n\n>>> (1.5).as_integer_ratio()\n(3, 2)\n>>> (-0.75).as_integer_ratio()\n(-3, "
     "4)\n>>> (4.0).as_integer_ratio()\n(4, 1)"},
    {"fromhex", floatFromHex, "($type, string, /)",
     "Make a float from hexadecimal text, as hex() writes it.\n\n>>> float.fromhex('0x1.8p+1')\n3.0\n>>> "
     "float.fromhex('-a.8')\n-10.5",
     NativeKind::Class},
    {"hex", floatHex, "($self, /)",
     "The exact value in hexadecimal text, with an exponent of two.\n\n>>> "
     "(3.0).hex()\n'0x1.8000000000000p+1'\n>>> (-0.5).hex()\n'-0x1.0000000000000p-1'"},
    {"is_integer", floatIsInteger, "($self, /)", "Tell whether the number is a whole one."},
    {"__getnewargs__", floatGetNewArgs, "($self, /)", nullptr},
    {"__getformat__", floatGetFormat, "($type, typestr, /)",
     "For tests: how C's type 'double' or 'float' is laid out in memory.", NativeKind::Class},
    {"__format__", floatFormat, "($self, format_spec, /)",
     "The number as text in the layout that format_spec asks for."},
};

} // namespace

llvm::ArrayRef<NativeDef> coil::vm::floatMethods() { return kMethods; }
