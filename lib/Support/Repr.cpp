// repr() of str, bytes, float, complex and int.
#include "Support/Repr.h"
#include "Support/Unicode.h"
#include "llvm/ADT/SmallString.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/raw_ostream.h"
#include <charconv>
#include <cmath>
#include <gmp.h>

using namespace coil;
using llvm::StringRef;

void coil::writeHex(llvm::raw_ostream &os, uint64_t value, unsigned width) {
  while (width > 0) os << llvm::hexdigit(value >> 4 * --width & 15, /*LowerCase=*/true);
}

// CPython prefers single quotes, unless only these occur in the text.
static char quoteFor(StringRef text) { return text.contains('\'') && !text.contains('"') ? '"' : '\''; }

static void escapeByte(llvm::raw_ostream &os, uint32_t c) {
  os << "\\x";
  writeHex(os, c, 2);
}

// The escapes that str and bytes share; false if `c` is a plain ASCII character.
static bool escapeAscii(llvm::raw_ostream &os, uint32_t c, char quote) {
  if (c == static_cast<unsigned char>(quote) || c == '\\')
    os << '\\' << static_cast<char>(c);
  else if (c == '\n')
    os << "\\n";
  else if (c == '\r')
    os << "\\r";
  else if (c == '\t')
    os << "\\t";
  else if (c < ' ' || c == 0x7f)
    escapeByte(os, c);
  else
    return false;
  return true;
}

void coil::reprStr(llvm::raw_ostream &os, StringRef utf8, bool ascii) {
  char quote = quoteFor(utf8);
  os << quote;
  const char *at = utf8.begin();
  const char *plain = at; // what lies before `at` and is not written yet
  while (at < utf8.end()) {
    const char *start = at;
    uint32_t c =
        static_cast<unsigned char>(*at) < 0x80 ? static_cast<unsigned char>(*at++) : unicode::decodeUtf8(at);
    bool escaped = c < 0x80 ? c < ' ' || c == 0x7f || c == '\\' || c == static_cast<unsigned char>(quote)
                            : ascii || !unicode::isPrintable(c);
    if (!escaped) continue;
    os << StringRef(plain, static_cast<size_t>(start - plain));
    plain = at;
    if (c < 0x80)
      escapeAscii(os, c, quote);
    else if (c < 0x100)
      escapeByte(os, c);
    else if (c < 0x10000)
      writeHex(os << "\\u", c, 4);
    else
      writeHex(os << "\\U", c, 8);
  }
  os << StringRef(plain, static_cast<size_t>(utf8.end() - plain)) << quote;
}

void coil::reprBytes(llvm::raw_ostream &os, StringRef data) {
  char quote = quoteFor(data);
  os << 'b' << quote;
  for (unsigned char c : data.bytes()) {
    if (c >= 0x80)
      escapeByte(os, c);
    else if (!escapeAscii(os, c, quote))
      os << static_cast<char>(c);
  }
  os << quote;
}

// Format code 'r': shortest digits, an exponent below -4 or from 16 on. Only floats that stand alone get a
// ".0".
static void writeShortest(llvm::raw_ostream &os, double value, bool pointZero, bool sign) {
  if (std::isnan(value)) {
    os << (sign ? "+nan" : "nan");
    return;
  }
  os << (std::signbit(value) ? "-" : sign ? "+" : "");
  value = std::fabs(value);
  if (std::isinf(value)) {
    os << "inf";
    return;
  }
  char buffer[32];
  auto end = std::to_chars(buffer, buffer + sizeof buffer, value, std::chars_format::scientific).ptr;
  StringRef text(buffer, static_cast<size_t>(end - buffer));
  auto [mantissa, exponentText] = text.split('e');
  int exponent = 0;
  exponentText.consume_front("+");
  exponentText.getAsInteger(10, exponent);
  llvm::SmallString<24> digits{mantissa.take_front(1),
                               mantissa.drop_front(std::min<size_t>(2, mantissa.size()))};
  auto count = static_cast<int>(digits.size());
  if (exponent < -4 || exponent >= 16) {
    os << digits[0];
    if (count > 1) os << '.' << digits.substr(1);
    os << 'e' << (exponent < 0 ? '-' : '+') << (std::abs(exponent) < 10 ? "0" : "") << std::abs(exponent);
  } else if (exponent < 0) {
    os << "0." << std::string(static_cast<size_t>(-exponent - 1), '0') << digits;
  } else {
    auto whole = static_cast<size_t>(exponent) + 1;
    os << digits.substr(0, whole);
    if (digits.size() < whole) os << std::string(whole - digits.size(), '0');
    if (digits.size() > whole)
      os << '.' << digits.substr(whole);
    else if (pointZero)
      os << ".0";
  }
}

void coil::reprFloat(llvm::raw_ostream &os, double value) { writeShortest(os, value, true, false); }

void coil::reprComplex(llvm::raw_ostream &os, double real, double imag) {
  if (real == 0 && !std::signbit(real)) {
    writeShortest(os, imag, false, false);
    os << 'j';
    return;
  }
  os << '(';
  writeShortest(os, real, false, false);
  writeShortest(os, imag, false, true);
  os << "j)";
}

void coil::reprInt(llvm::raw_ostream &os, bool negative, llvm::ArrayRef<uint64_t> limbs) {
  static_assert(sizeof(mp_limb_t) == sizeof(uint64_t));
  while (!limbs.empty() && limbs.back() == 0) limbs = limbs.drop_back();
  if (limbs.empty()) {
    os << '0';
    return;
  }
  // mpn_get_str destroys its input and may need one limb more.
  llvm::SmallVector<mp_limb_t, 16> copy(limbs.begin(), limbs.end());
  copy.push_back(0);
  llvm::SmallVector<unsigned char, 0> digits(mpn_sizeinbase(copy.data(), limbs.size(), 10) + 2);
  size_t length = mpn_get_str(digits.data(), 10, copy.data(), static_cast<mp_size_t>(limbs.size()));
  size_t zeros = 0;
  while (zeros + 1 < length && digits[zeros] == 0) ++zeros;
  for (unsigned char &digit : digits) digit = static_cast<unsigned char>(digit + '0');
  if (negative) os << '-';
  os.write(reinterpret_cast<const char *>(digits.data()) + zeros, length - zeros);
}
