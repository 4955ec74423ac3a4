// Laying out the digits of floats.
#include "VM/Types/Str/FloatText.h"
#include <charconv>
#include <cmath>

using namespace coil::vm;

namespace {

// No double has more significant digits (fraction digits) than these; what is asked beyond is zeros.
constexpr int64_t kMostDigits = 768, kMostFraction = 1080;

// d[0].d[1]d[2]... times ten to the exponent.
struct Decimal {
  std::string digits;
  int64_t exponent;
};

// `fraction` digits behind the first, or (-1) the shortest form.
Decimal toDecimal(double d, int64_t fraction) {
  char buffer[kMostDigits + 32];
  int64_t known = std::min(fraction, kMostDigits);
  auto end = fraction < 0 ? std::to_chars(buffer, buffer + sizeof buffer, d, std::chars_format::scientific)
                          : std::to_chars(buffer, buffer + sizeof buffer, d, std::chars_format::scientific,
                                          int(known));
  Decimal result;
  const char *p = buffer;
  for (; *p != 'e'; ++p)
    if (*p != '.') result.digits += *p;
  ++p;
  if (*p == '+') ++p;
  std::from_chars(p, end.ptr, result.exponent);
  if (fraction > known) result.digits.append(fraction - known, '0');
  return result;
}

std::string fixedText(double d, int64_t precision) {
  char buffer[kMostFraction + 330];
  int64_t known = std::min(precision, kMostFraction);
  auto end = std::to_chars(buffer, buffer + sizeof buffer, d, std::chars_format::fixed, int(known));
  std::string text(buffer, end.ptr);
  if (precision > known) text.append(precision - known, '0');
  return text;
}

std::string layOutExponent(const Decimal &number, unsigned flags) {
  std::string out(1, number.digits[0]);
  if (number.digits.size() > 1 || (flags & kFloatAlternate)) out += '.';
  out.append(number.digits, 1);
  out += number.exponent < 0 ? "e-" : "e+";
  int64_t size = std::abs(number.exponent);
  if (size < 10) out += '0';
  return out + std::to_string(size);
}

std::string layOutFixed(const Decimal &number, unsigned flags) {
  std::string out;
  size_t whole = 0; // digits before the point
  if (number.exponent < 0) {
    out = "0." + std::string(-number.exponent - 1, '0');
  } else {
    whole = std::min<size_t>(number.exponent + 1, number.digits.size());
    out.append(number.digits, 0, whole);
    out.append(number.exponent + 1 - whole, '0');
    if (whole < number.digits.size() || (flags & kFloatAlternate)) out += '.';
  }
  out.append(number.digits, whole);
  if (flags & kFloatDot0) {
    if (out.find('.') == std::string::npos) out += ".0";
    if (out.back() == '.') out += '0';
  }
  return out;
}

std::string finiteText(double d, char code, int64_t precision, unsigned flags) {
  if (code == 'f') {
    std::string text = fixedText(d, precision);
    if (precision == 0 && (flags & kFloatAlternate)) text += '.';
    return text;
  }
  if (code == 'e') return layOutExponent(toDecimal(d, precision), flags);
  if (code == 'r') {
    Decimal number = toDecimal(d, -1);
    bool exponential = number.exponent < -4 || number.exponent >= 16;
    return exponential ? layOutExponent(number, flags) : layOutFixed(number, flags);
  }
  int64_t significant = std::max<int64_t>(precision, 1);
  Decimal number = toDecimal(d, significant - 1);
  if (!(flags & kFloatAlternate)) {
    size_t last = number.digits.find_last_not_of('0');
    number.digits.resize(last == std::string::npos ? 1 : last + 1);
  }
  bool exponential = number.exponent < -4 || number.exponent >= significant - ((flags & kFloatDot0) ? 1 : 0);
  return exponential ? layOutExponent(number, flags) : layOutFixed(number, flags);
}

} // namespace

std::string coil::vm::floatText(double d, char code, int64_t precision, unsigned flags) {
  bool upper = code >= 'A' && code <= 'Z';
  if (std::isnan(d)) return upper ? "NAN" : "nan";
  bool negative = std::signbit(d);
  std::string body;
  if (std::isinf(d)) {
    body = "inf";
  } else {
    body = finiteText(std::fabs(d), upper ? char(code | 0x20) : code, precision, flags);
    if ((flags & kFloatNoNegativeZero) &&
        body.find_first_not_of("0.") >= std::min(body.find('e'), body.size()))
      negative = false;
  }
  if (upper)
    for (char &c : body)
      if (c >= 'a' && c <= 'z') c &= ~0x20;
  return negative ? "-" + body : body;
}
