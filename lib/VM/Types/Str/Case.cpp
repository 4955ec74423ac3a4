// str methods that change case.
#include "Support/Unicode.h"
#include "VM/Types/Str/StrMethods.h"

using namespace coil::vm;

namespace {

template <class F> Ref mapAscii(const Str *s, F &&f) {
  StrRef result = newStr(s->length, 127);
  uint8_t *to = result->mutableData();
  for (int64_t i = 0; i < s->length; ++i) to[i] = f(s->data1()[i]);
  return result;
}

// Objects, so that each has a loop of its own, in vectors.
constexpr auto asciiLower = [](uint8_t c) { return uint8_t(c | uint8_t(uint8_t(c - 'A') < 26) << 5); };
constexpr auto asciiUpper = [](uint8_t c) { return uint8_t(c ^ uint8_t(uint8_t(c - 'a') < 26) << 5); };

void appendAll(StrBuilder &out, const uint32_t *codePoints, unsigned n) {
  for (unsigned i = 0; i < n; ++i) out.append(char32_t(codePoints[i]));
}

// The lower case of the character at `i`, which for a capital sigma depends on its neighbours.
void appendLower(StrBuilder &out, const Str *s, int64_t i) {
  uint32_t mapped[3];
  if (s->at(i) == coil::unicode::kCapitalSigma)
    out.append(
        char32_t(coil::unicode::lowerSigma(i, s->length, [s](size_t k) { return uint32_t(s->at(k)); })));
  else
    appendAll(out, mapped, coil::unicode::toLower(s->at(i), mapped));
}

void appendMapped(StrBuilder &out, char32_t c, unsigned (*map)(uint32_t, uint32_t *)) {
  uint32_t mapped[3];
  appendAll(out, mapped, map(c, mapped));
}

Ref strLower(Thread &, const Value *args) {
  Str *s = selfStr(args);
  if (s->ascii) return mapAscii(s, asciiLower);
  StrBuilder out;
  for (int64_t i = 0; i < s->length; ++i) appendLower(out, s, i);
  return out.finish();
}

Ref strUpper(Thread &, const Value *args) {
  Str *s = selfStr(args);
  if (s->ascii) return mapAscii(s, asciiUpper);
  StrBuilder out;
  for (int64_t i = 0; i < s->length; ++i) appendMapped(out, s->at(i), coil::unicode::toUpper);
  return out.finish();
}

Ref strCasefold(Thread &, const Value *args) {
  Str *s = selfStr(args);
  if (s->ascii) return mapAscii(s, asciiLower);
  StrBuilder out;
  for (int64_t i = 0; i < s->length; ++i) appendMapped(out, s->at(i), coil::unicode::toCasefold);
  return out.finish();
}

Ref strSwapcase(Thread &, const Value *args) {
  Str *s = selfStr(args);
  if (s->ascii)
    return mapAscii(s, [](uint8_t c) { return uint8_t(c ^ uint8_t(uint8_t((c | 0x20) - 'a') < 26) << 5); });
  StrBuilder out;
  for (int64_t i = 0; i < s->length; ++i)
    if (coil::unicode::isUpper(s->at(i)))
      appendLower(out, s, i);
    else if (coil::unicode::isLower(s->at(i)))
      appendMapped(out, s->at(i), coil::unicode::toUpper);
    else
      out.append(s->at(i));
  return out.finish();
}

Ref strCapitalize(Thread &, const Value *args) {
  Str *s = selfStr(args);
  if (!s->length) return emptyStr();
  if (s->ascii) {
    bool first = true;
    return mapAscii(s,
                    [&](uint8_t c) { return std::exchange(first, false) ? asciiUpper(c) : asciiLower(c); });
  }
  StrBuilder out;
  appendMapped(out, s->at(0), coil::unicode::toTitle);
  for (int64_t i = 1; i < s->length; ++i) appendLower(out, s, i);
  return out.finish();
}

Ref strTitle(Thread &, const Value *args) {
  Str *s = selfStr(args);
  bool inWord = false;
  if (s->ascii)
    return mapAscii(s, [&](uint8_t c) {
      uint8_t mapped = inWord ? asciiLower(c) : asciiUpper(c);
      inWord = coil::unicode::isAsciiLetter(c);
      return mapped;
    });
  StrBuilder out;
  for (int64_t i = 0; i < s->length; ++i) {
    if (inWord)
      appendLower(out, s, i);
    else
      appendMapped(out, s->at(i), coil::unicode::toTitle);
    inWord = coil::unicode::isCased(s->at(i));
  }
  return out.finish();
}

} // namespace

llvm::ArrayRef<NativeDef> coil::vm::strCaseMethods() {
  static const NativeDef kMethods[] = {
      {"capitalize", strCapitalize, "($self, /)",
       "A copy with the first character in title case and the others in lower case."},
      {"casefold", strCasefold, "($self, /)",
       "A copy in the form in which strings are compared that may differ in case."},
      {"lower", strLower, "($self, /)", "A copy in lower case."},
      {"swapcase", strSwapcase, "($self, /)",
       "A copy in which letters change from upper to lower case and the other way round."},
      {"title", strTitle, "($self, /)", "A copy in which words begin in title case and go on in lower case."},
      {"upper", strUpper, "($self, /)", "A copy in upper case."},
  };
  return kMethods;
}
