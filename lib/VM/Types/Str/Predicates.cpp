// str methods that ask what kind of characters there are.
#include "Support/Unicode.h"
#include "VM/Types/Str/StrMethods.h"

using namespace coil::vm;
namespace unicode = coil::unicode;

namespace {

// There are characters, and each of them passes.
template <bool (*kTest)(uint32_t)> Ref all(Thread &, const Value *args) {
  Str *s = selfStr(args);
  for (int64_t i = 0; i < s->length; ++i)
    if (!kTest(s->at(i))) return Ref::boolean(false);
  return Ref::boolean(s->length != 0);
}

Ref strIsAscii(Thread &, const Value *args) { return Ref::boolean(selfStr(args)->ascii); }

Ref strIsPrintable(Thread &, const Value *args) {
  Str *s = selfStr(args);
  for (int64_t i = 0; i < s->length; ++i)
    if (!unicode::isPrintable(s->at(i))) return Ref::boolean(false);
  return Ref::boolean(true);
}

Ref strIsIdentifier(Thread &, const Value *args) {
  Str *s = selfStr(args);
  if (!s->length || !unicode::isXidStart(s->at(0))) return Ref::boolean(false);
  for (int64_t i = 1; i < s->length; ++i)
    if (!unicode::isXidContinue(s->at(i))) return Ref::boolean(false);
  return Ref::boolean(true);
}

// Some character is of the wanted case, and none of the other or of title case.
template <bool (*kWanted)(uint32_t), bool (*kOther)(uint32_t)> Ref allOfCase(Thread &, const Value *args) {
  Str *s = selfStr(args);
  bool cased = false;
  for (int64_t i = 0; i < s->length; ++i) {
    char32_t c = s->at(i);
    if (kOther(c) || unicode::isTitle(c)) return Ref::boolean(false);
    cased |= kWanted(c);
  }
  return Ref::boolean(cased);
}

Ref strIsTitle(Thread &, const Value *args) {
  Str *s = selfStr(args);
  bool cased = false, inWord = false;
  for (int64_t i = 0; i < s->length; ++i) {
    char32_t c = s->at(i);
    bool capital = unicode::isUpper(c) || unicode::isTitle(c);
    if (!capital && !unicode::isLower(c)) {
      inWord = false;
      continue;
    }
    if (capital == inWord) return Ref::boolean(false);
    cased = inWord = true;
  }
  return Ref::boolean(cased);
}

} // namespace

llvm::ArrayRef<NativeDef> coil::vm::strPredicateMethods() {
  static const NativeDef kMethods[] = {
      {"isalnum", all<unicode::isAlnum>, "($self, /)",
       "Return True if the string is an alpha-numeric string, False otherwise."},
      {"isalpha", all<unicode::isAlpha>, "($self, /)",
       "Return True if the string is an alphabetic string, False otherwise."},
      {"isascii", strIsAscii, "($self, /)",
       "Return True if all characters in the string are ASCII, False otherwise."},
      {"isdecimal", all<unicode::isDecimal>, "($self, /)",
       "Return True if the string is a decimal string, False otherwise."},
      {"isdigit", all<unicode::isDigit>, "($self, /)",
       "Return True if the string is a digit string, False otherwise."},
      {"isidentifier", strIsIdentifier, "($self, /)",
       "Return True if the string is a valid Python identifier, False otherwise."},
      {"islower", allOfCase<unicode::isLower, unicode::isUpper>, "($self, /)",
       "Return True if the string is a lowercase string, False otherwise."},
      {"isnumeric", all<unicode::isNumeric>, "($self, /)",
       "Return True if the string is a numeric string, False otherwise."},
      {"isprintable", strIsPrintable, "($self, /)",
       "Return True if the string is printable, False otherwise."},
      {"isspace", all<unicode::isSpace>, "($self, /)",
       "Return True if the string is a whitespace string, False otherwise."},
      {"istitle", strIsTitle, "($self, /)",
       "Return True if the string is a title-cased string, False otherwise."},
      {"isupper", allOfCase<unicode::isUpper, unicode::isLower>, "($self, /)",
       "Return True if the string is an uppercase string, False otherwise."},
  };
  return kMethods;
}
