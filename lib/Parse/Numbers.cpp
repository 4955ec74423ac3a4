// The values of number literals.
#include "Parse/Numbers.h"
#include "Lex/Decimal.h"
#include "Parse/Parser.h"
#include "llvm/ADT/SmallString.h"
#include <algorithm>
#include <cstdlib>
#include <string>

using namespace coil;
using namespace coil::parse;

namespace {

// Strips leading zeros off hexadecimal digits and makes a value: 64 bits if it fits.
ConstantValue fromHex(ASTContext &ctx, llvm::StringRef digits) {
  digits = digits.ltrim('0');
  if (digits.size() < 16 || (digits.size() == 16 && digits[0] < '8')) {
    uint64_t value = 0;
    for (char c : digits) value = value << 4 | uint64_t(c <= '9' ? c - '0' : c - 'a' + 10);
    return ConstantValue::integer(int64_t(value));
  }
  return ConstantValue::text(ConstantKind::BigInt, ctx.copy(digits));
}

} // namespace

ConstantValue coil::parse::numberValue(ASTContext &ctx, llvm::StringRef literal, size_t maxDigits,
                                       bool &tooLong) {
  tooLong = false;
  llvm::SmallString<64> text;
  for (char c : literal)
    if (c != '_') text += c >= 'A' && c <= 'Z' ? char(c | 32) : c;
  if (text.size() > 2 && text[0] == '0' && (text[1] == 'x' || text[1] == 'o' || text[1] == 'b')) {
    llvm::StringRef digits = text.str().drop_front(2);
    if (text[1] == 'x') return fromHex(ctx, digits);
    unsigned bits = text[1] == 'o' ? 3 : 1;
    std::string hex; // from the low end
    unsigned accumulated = 0, have = 0;
    for (size_t i = digits.size(); i-- > 0;) {
      accumulated |= unsigned(digits[i] - '0') << have;
      have += bits;
      for (; have >= 4; have -= 4, accumulated >>= 4) hex += "0123456789abcdef"[accumulated & 15];
    }
    hex += "0123456789abcdef"[accumulated & 15];
    std::reverse(hex.begin(), hex.end());
    return fromHex(ctx, hex);
  }
  if (text.back() == 'j') {
    text.pop_back();
    return ConstantValue::number(ConstantKind::Complex, std::strtod(text.c_str(), nullptr));
  }
  if (text.find_first_of(".e") != llvm::StringRef::npos)
    return ConstantValue::number(ConstantKind::Float, std::strtod(text.c_str(), nullptr));
  if (text.size() <= 18) {
    int64_t value = 0;
    for (char c : text) value = value * 10 + (c - '0');
    return ConstantValue::integer(value);
  }
  tooLong = maxDigits && text.size() > maxDigits;
  return tooLong ? ConstantValue() : fromHex(ctx, lex::decimalToHex(text));
}

AnyExpr *Parser::parseNumber() {
  const Token *start = t++;
  llvm::StringRef literal = buf.spelling(*start);
  if (!version(6) && literal.contains('_')) return nullptr;
  if (literal.size() == 1) return make<Constant>(start, ConstantValue::integer(literal[0] - '0'));
  bool tooLong;
  ConstantValue value = numberValue(ctx, literal, shared.options.maxDecimalDigits, tooLong);
  return tooLong ? nullptr : make<Constant>(start, value);
}
