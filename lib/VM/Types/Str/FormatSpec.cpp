// The format mini-language: reading a specification, and int, float, complex and str by it.
#include "VM/Types/Str/FormatSpec.h"
#include "Support/Unicode.h"
#include "VM/Types/Complex.h"
#include "VM/Types/Float.h"
#include "VM/Types/Int/Int.h"
#include "VM/Types/Str/FloatText.h"
#include <cmath>

using namespace coil;
using namespace coil::vm;

namespace {

constexpr int64_t kMostPadding = int64_t(1) << 32; // beyond it memory cannot suffice

struct Spec {
  char32_t fill = ' ';
  char32_t align = '<';
  char32_t sign = 0; // '+', '-', ' ' or none
  bool noNegativeZero = false;
  bool alternate = false;
  int64_t width = -1;
  char32_t grouping = 0; // ',', '_' or none
  int groupSize = 3;
  int64_t precision = -1;
  char32_t type = 0;
};

bool isAlign(char32_t c) { return c == '<' || c == '>' || c == '=' || c == '^'; }

// As C's "%c", escaped where it is not printable ASCII.
std::string codeText(char32_t c) {
  if (c > 32 && c < 128) return std::string(1, char(c));
  char buffer[16];
  snprintf(buffer, sizeof buffer, "\\x%x", unsigned(c));
  return buffer;
}

Failure raiseUnknownCode(Thread &t, char32_t code, Value value) {
  return raise(t, types::ValueError, "Unknown format code '%' for object of type '%'", codeText(code),
               typeName(value));
}

// Reads one specification from left to right.
class SpecReader {
  Thread &t;
  Str *text;
  int64_t at = 0;

public:
  SpecReader(Thread &t, Str *text) : t(t), text(text) {}

  Status read(Value value, char32_t defaultType, char32_t defaultAlign, Spec &spec) {
    spec.type = defaultType;
    spec.align = defaultAlign;
    readPadding(defaultAlign, spec);
    CHECK(readNumber(spec.width));
    CHECK(readGrouping(spec));
    if (take('.')) {
      CHECK(readNumber(spec.precision));
      if (spec.precision < 0) return raise(t, types::ValueError, "Format specifier missing precision");
    }
    if (left() > 1)
      return raise(t, types::ValueError, "Invalid format specifier '%' for object of type '%'", text,
                   typeName(value));
    if (left()) spec.type = text->at(at);
    CHECK(checkGrouping(spec));
    return Status::ok();
  }

private:
  int64_t left() const { return text->length - at; }
  char32_t peek(int64_t ahead = 0) const { return left() > ahead ? text->at(at + ahead) : 0; }
  bool take(char32_t c) {
    if (!left() || text->at(at) != c) return false;
    ++at;
    return true;
  }

  // Fill, alignment, sign and flags.
  void readPadding(char32_t defaultAlign, Spec &spec) {
    bool filled = false, aligned = true;
    if (left() >= 2 && isAlign(peek(1))) {
      spec.fill = peek();
      spec.align = peek(1);
      filled = true;
      at += 2;
    } else if (isAlign(peek())) {
      spec.align = text->at(at++);
    } else {
      aligned = false;
    }
    if (char32_t c = peek(); c == '+' || c == '-' || c == ' ') spec.sign = text->at(at++);
    spec.noNegativeZero = take('z');
    spec.alternate = take('#');
    if (!filled && take('0')) {
      spec.fill = '0';
      if (!aligned && defaultAlign == '>') spec.align = '=';
    }
  }

  // Digits as a number; -1 stays where there are none.
  Status readNumber(int64_t &number) {
    for (; left(); ++at) {
      int digit = unicode::decimalValue(text->at(at));
      if (digit < 0) break;
      if (number < 0) number = 0;
      if (__builtin_mul_overflow(number, 10, &number) || __builtin_add_overflow(number, digit, &number))
        return raise(t, types::ValueError, "Too many decimal digits in format string");
    }
    return Status::ok();
  }

  Status readGrouping(Spec &spec) {
    if (take(',')) spec.grouping = ',';
    if (take('_')) {
      if (spec.grouping) return raise(t, types::ValueError, "Cannot specify both ',' and '_'.");
      spec.grouping = '_';
    }
    if (spec.grouping == '_' && take(','))
      return raise(t, types::ValueError, "Cannot specify both ',' and '_'.");
    return Status::ok();
  }

  Status checkGrouping(Spec &spec) {
    if (!spec.grouping) return Status::ok();
    switch (spec.type) {
    case 0:
    case 'd':
    case 'e':
    case 'f':
    case 'g':
    case 'E':
    case 'F':
    case 'G':
    case '%': return Status::ok();
    case 'b':
    case 'o':
    case 'x':
    case 'X':
      if (spec.grouping != '_') break;
      spec.groupSize = 4;
      return Status::ok();
    }
    return raise(t, types::ValueError, "Cannot specify '%' with '%'.", codeText(spec.grouping),
                 codeText(spec.type));
  }
};

// --- layout ------------------------------------------------------------------------------------------------

// A formatted number in its parts, all ASCII.
struct Parts {
  char sign = 0;
  std::string prefix; // 0x and the like
  std::string digits; // before the point
  std::string rest;

  size_t size() const { return (sign != 0) + prefix.size() + digits.size() + rest.size(); }
};

char signFor(bool negative, char32_t wanted) {
  if (negative) return '-';
  return wanted == '+' || wanted == ' ' ? char(wanted) : 0;
}

// A float's text taken apart.
Parts partsOf(llvm::StringRef text, char32_t wantedSign) {
  Parts parts;
  parts.sign = signFor(text.consume_front("-"), wantedSign);
  llvm::StringRef digits = text.take_while([](char c) { return c >= '0' && c <= '9'; });
  parts.digits = digits.str();
  parts.rest = text.drop_front(digits.size()).str();
  return parts;
}

// Puts separators between the digits, and zeros before them until they fill `width`.
std::string groupDigits(const std::string &digits, int64_t width, char separator, int size) {
  std::string reversed;
  int64_t remaining = digits.size();
  for (bool first = true; first || remaining > 0 || width > 0; first = false) {
    if (!first) {
      reversed += separator;
      --width;
    }
    int64_t length = std::min<int64_t>(size, std::max<int64_t>({remaining, width, 1}));
    for (int64_t i = 0; i < length; ++i) reversed += remaining > 0 ? digits[--remaining] : '0';
    width -= length;
  }
  return {reversed.rbegin(), reversed.rend()};
}

void padding(const Spec &spec, int64_t length, int64_t &before, int64_t &after) {
  int64_t total = std::max<int64_t>(spec.width - length, 0);
  before = spec.align == '<' ? 0 : spec.align == '^' ? total / 2 : total;
  after = total - before;
}

// The number with its digits grouped and padded inside, but not around.
void groupNumber(const Spec &spec, Parts &parts) {
  if (parts.digits.empty()) return;
  int64_t width = 0;
  if (spec.fill == '0' && spec.align == '=') width = spec.width - int64_t(parts.size() - parts.digits.size());
  if (spec.grouping)
    parts.digits = groupDigits(parts.digits, width, char(spec.grouping), spec.groupSize);
  else if (width > int64_t(parts.digits.size()))
    parts.digits.insert(0, width - parts.digits.size(), '0');
}

void appendParts(StrBuilder &out, const Parts &parts) {
  out.appendAscii(parts.digits);
  out.appendAscii(parts.rest);
}

Status checkWidth(Thread &t, const Spec &spec) {
  if (spec.width > kMostPadding) return raise(t, types::MemoryError, "");
  return Status::ok();
}

Ref layOut(Thread &t, const Spec &spec, Parts parts) {
  CHECK(checkWidth(t, spec));
  groupNumber(spec, parts);
  StrBuilder out;
  int64_t before, after;
  padding(spec, parts.size(), before, after);
  if (spec.align != '=') out.fill(spec.fill, before);
  if (parts.sign) out.append(char32_t(parts.sign));
  out.appendAscii(parts.prefix);
  if (spec.align == '=') out.fill(spec.fill, before);
  appendParts(out, parts);
  out.fill(spec.fill, after);
  return out.finish();
}

// --- the types ---------------------------------------------------------------------------------------------

Ref formatCharacter(Thread &t, Value value, const Spec &spec) {
  if (spec.sign) return raise(t, types::ValueError, "Sign not allowed with integer format specifier 'c'");
  if (spec.alternate)
    return raise(t, types::ValueError, "Alternate form (#) not allowed with integer format specifier 'c'");
  int64_t c;
  if (!toInt64(value, c)) return raise(t, types::OverflowError, "Python int too large to convert to C long");
  if (c < 0 || c > int64_t(unicode::kMaxCodePoint))
    return raise(t, types::OverflowError, "%c arg not in range(0x110000)", "%");
  CHECK(checkWidth(t, spec));
  StrBuilder out;
  int64_t before, after;
  padding(spec, 1, before, after);
  out.fill(spec.fill, before);
  out.append(char32_t(c));
  out.fill(spec.fill, after);
  return out.finish();
}

Ref formatInteger(Thread &t, Value value, const Spec &spec) {
  if (spec.precision >= 0)
    return raise(t, types::ValueError, "Precision not allowed in integer format specifier");
  if (spec.noNegativeZero)
    return raise(t, types::ValueError, "Negative zero coercion (z) not allowed in integer format specifier");
  if (spec.type == 'c') return formatCharacter(t, value, spec);
  Parts parts;
  parts.sign = signFor(isNegativeInt(value), spec.sign);
  Ref number = exactInt(value);
  int base = 10;
  switch (spec.type) {
  case 'b': base = 2, parts.prefix = "0b"; break;
  case 'o': base = 8, parts.prefix = "0o"; break;
  case 'x': base = 16, parts.prefix = "0x"; break;
  case 'X': base = 16, parts.prefix = "0X"; break;
  }
  if (base == 10) { // repr() knows the limit of digits
    Ref text = TRY(types::Int.slots.repr(t, number));
    parts.digits = text.as<Str>()->asciiText().str();
  } else {
    parts.digits = intToString(number, base);
  }
  if (!spec.alternate) parts.prefix.clear();
  if (parts.digits[0] == '-') parts.digits.erase(0, 1);
  if (spec.type == 'X')
    for (char &c : parts.digits)
      if (c >= 'a') c &= ~0x20;
  return layOut(t, spec, std::move(parts));
}

Status checkPrecision(Thread &t, const Spec &spec) {
  if (spec.precision > INT32_MAX) return raise(t, types::ValueError, "precision too big");
  return Status::ok();
}

Ref formatReal(Thread &t, double d, const Spec &spec) {
  CHECK(checkPrecision(t, spec));
  unsigned flags = (spec.alternate ? kFloatAlternate : 0) | (spec.noNegativeZero ? kFloatNoNegativeZero : 0);
  int64_t precision = spec.precision;
  char code = spec.type == 'n' ? 'g' : char(spec.type);
  if (spec.type == 0) {
    flags |= kFloatDot0;
    code = precision < 0 ? 'r' : 'g';
  }
  if (spec.type == '%') code = 'f', d *= 100;
  if (precision < 0) precision = 6;
  std::string text = floatText(d, code, precision, flags);
  if (spec.type == '%') text += '%';
  return layOut(t, spec, partsOf(text, spec.sign));
}

Ref formatComplexNumber(Thread &t, const Complex *z, const Spec &spec) {
  CHECK(checkPrecision(t, spec));
  if (spec.fill == '0')
    return raise(t, types::ValueError, "Zero padding is not allowed in complex format specifier");
  if (spec.align == '=')
    return raise(t, types::ValueError, "'=' alignment flag is not allowed in complex format specifier");
  unsigned flags = (spec.alternate ? kFloatAlternate : 0) | (spec.noNegativeZero ? kFloatNoNegativeZero : 0);
  char code = spec.type == 'n' ? 'g' : char(spec.type);
  bool plain = spec.type == 0, imaginaryOnly = plain && z->real == 0 && !std::signbit(z->real);
  if (plain) code = spec.precision < 0 ? 'r' : 'g';
  int64_t precision = spec.precision < 0 ? 6 : spec.precision;
  Parts real = partsOf(floatText(z->real, code, precision, flags), spec.sign);
  Parts imaginary =
      partsOf(floatText(z->imag, code, precision, flags), imaginaryOnly ? spec.sign : char32_t('+'));
  Spec inner = spec;
  inner.width = -1;
  inner.align = '<';
  groupNumber(inner, real);
  groupNumber(inner, imaginary);
  CHECK(checkWidth(t, spec));
  bool parentheses = plain && !imaginaryOnly;
  int64_t before, after;
  padding(spec, (imaginaryOnly ? 0 : real.size()) + imaginary.size() + 1 + (parentheses ? 2 : 0), before,
          after);
  StrBuilder out;
  out.fill(spec.fill, before);
  if (parentheses) out.append(U'(');
  if (!imaginaryOnly) {
    if (real.sign) out.append(char32_t(real.sign));
    appendParts(out, real);
  }
  if (imaginary.sign) out.append(char32_t(imaginary.sign));
  appendParts(out, imaginary);
  out.append(U'j');
  if (parentheses) out.append(U')');
  out.fill(spec.fill, after);
  return out.finish();
}

bool isFloatCode(char32_t c) {
  return c == 'e' || c == 'E' || c == 'f' || c == 'F' || c == 'g' || c == 'G' || c == '%';
}

} // namespace

Ref coil::vm::formatInt(Thread &t, Value value, Str *text) {
  if (!text->length) return str(t, value);
  Spec spec;
  CHECK(SpecReader(t, text).read(value, 'd', '>', spec));
  switch (spec.type) {
  case 'b':
  case 'c':
  case 'd':
  case 'o':
  case 'x':
  case 'X':
  case 'n': return formatInteger(t, value, spec);
  }
  if (!isFloatCode(spec.type)) return raiseUnknownCode(t, spec.type, value);
  return formatReal(t, TRY(intToDouble(t, value)), spec);
}

Ref coil::vm::formatFloat(Thread &t, Value value, Str *text) {
  if (!text->length) return str(t, value);
  Spec spec;
  CHECK(SpecReader(t, text).read(value, 0, '>', spec));
  if (spec.type != 0 && spec.type != 'n' && !isFloatCode(spec.type))
    return raiseUnknownCode(t, spec.type, value);
  return formatReal(t, floatValue(value), spec);
}

Ref coil::vm::formatComplex(Thread &t, Value value, Str *text) {
  if (!text->length) return str(t, value);
  Spec spec;
  CHECK(SpecReader(t, text).read(value, 0, '>', spec));
  if (spec.type == '%' || (spec.type != 0 && spec.type != 'n' && !isFloatCode(spec.type)))
    return raiseUnknownCode(t, spec.type, value);
  return formatComplexNumber(t, value.as<Complex>(), spec);
}

Ref coil::vm::formatStr(Thread &t, Value value, Str *text) {
  if (!text->length) return str(t, value);
  Spec spec;
  CHECK(SpecReader(t, text).read(value, 's', '<', spec));
  if (spec.type != 's') return raiseUnknownCode(t, spec.type, value);
  if (spec.sign == ' ') return raise(t, types::ValueError, "Space not allowed in string format specifier");
  if (spec.sign) return raise(t, types::ValueError, "Sign not allowed in string format specifier");
  if (spec.noNegativeZero)
    return raise(t, types::ValueError, "Negative zero coercion (z) not allowed in string format specifier");
  if (spec.alternate)
    return raise(t, types::ValueError, "Alternate form (#) not allowed in string format specifier");
  if (spec.align == '=')
    return raise(t, types::ValueError, "'=' alignment not allowed in string format specifier");
  CHECK(checkWidth(t, spec));
  auto *s = value.as<Str>();
  int64_t length = spec.precision >= 0 ? std::min(spec.precision, s->length) : s->length;
  int64_t before, after;
  padding(spec, length, before, after);
  StrBuilder out;
  out.fill(spec.fill, before);
  out.append(s, 0, length);
  out.fill(spec.fill, after);
  return out.finish();
}
