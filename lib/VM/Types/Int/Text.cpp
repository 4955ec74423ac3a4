// int: reading and writing digits; GMP's conversions are sub-quadratic.
#include "VM/Core/Runtime.h"
#include "VM/Types/Int/Int.h"
#include <gmp.h>

using namespace coil::vm;

std::string coil::vm::intToString(Value v, int base) {
  if (v.isInt() && base == 10) return std::to_string(v.asInt());
  IntView view(v);
  if (view.zero()) return "0";
  llvm::SmallVector<uint64_t, 8> limbs(view.limbs(),
                                       view.limbs() + view.size()); // mpn_get_str destroys its input
  std::string digits(mpn_sizeinbase(limbs.data(), limbs.size(), base) + 2, '\0');
  size_t n = mpn_get_str(reinterpret_cast<unsigned char *>(digits.data()), base, limbs.data(), limbs.size());
  digits.resize(n);
  for (char &c : digits) c = "0123456789abcdefghijklmnopqrstuvwxyz"[int(c)];
  size_t first = std::min(digits.find_first_not_of('0'), digits.size() - 1);
  return (view.negative() ? "-" : "") + digits.substr(first);
}

namespace {

int digitValue(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  c |= 0x20;
  return c >= 'a' && c <= 'z' ? c - 'a' + 10 : 99;
}

// The base that a prefix names; 0 if there is none.
int prefixBase(llvm::StringRef text) {
  if (text.size() < 2 || text[0] != '0') return 0;
  switch (text[1] | 0x20) {
  case 'x': return 16;
  case 'o': return 8;
  case 'b': return 2;
  }
  return 0;
}

} // namespace

Ref coil::vm::parseInt(llvm::StringRef text, int base, bool &tooLong) {
  tooLong = false;
  text = text.trim(" \t\n\r\f\v");
  bool negative = text.consume_front("-");
  if (!negative) text.consume_front("+");
  int prefixed = prefixBase(text);
  bool mustBeZero = false;
  if (base == 0) {
    base = prefixed ? prefixed : 10;
    mustBeZero = !prefixed && text.size() > 1 && text[0] == '0';
  }
  if (prefixed && prefixed == base) {
    text = text.drop_front(2);
    text.consume_front("_");
  }
  llvm::SmallVector<unsigned char, 64> digits;
  bool lastWasDigit = false;
  for (char c : text) {
    if (c == '_' && lastWasDigit) {
      lastWasDigit = false;
      continue;
    }
    int d = digitValue(c);
    if (d >= base) return {};
    digits.push_back(d);
    lastWasDigit = true;
  }
  if (!lastWasDigit) return {};
  if (mustBeZero && llvm::any_of(digits, [](unsigned char d) { return d != 0; })) return {};
  auto limit = size_t(runtime.maxStrDigits);
  if ((base & (base - 1)) && limit && digits.size() > limit) {
    tooLong = true;
    return {};
  }
  if (digits.size() <= 9) {
    int64_t value = 0;
    for (unsigned char d : digits) value = value * base + d;
    return makeInt(negative ? -value : value);
  }
  llvm::SmallVector<uint64_t, 16> limbs(digits.size() / 10 + 2);
  size_t n = mpn_set_str(limbs.data(), digits.data(), digits.size(), base);
  return makeInt(negative, llvm::ArrayRef<uint64_t>(limbs.data(), n));
}
