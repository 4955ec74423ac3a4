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
       "Tell whether there are characters and all are letters or some kind of number."},
      {"isalpha", all<unicode::isAlpha>, "($self, /)",
       "Tell whether there are characters and all are letters."},
      {"isascii", strIsAscii, "($self, /)",
       "Tell whether all characters are ASCII, as they are if there is none."},
      {"isdecimal", all<unicode::isDecimal>, "($self, /)",
       "Tell whether there are characters and all are decimal digits, of any script."},
      {"isdigit", all<unicode::isDigit>, "($self, /)",
       "Tell whether there are characters and all are digits, such as superscripts, too."},
      {"isidentifier", strIsIdentifier, "($self, /)",
       "Tell whether the string can be a name in a program, as keywords also can; see keyword.iskeyword()."},
      {"islower", allOfCase<unicode::isLower, unicode::isUpper>, "($self, /)",
       "Tell whether there are letters with case and all are in lower case."},
      {"isnumeric", all<unicode::isNumeric>, "($self, /)",
       "Tell whether there are characters and all have a numeric value, such as fractions, too."},
      {"isprintable", strIsPrintable, "($self, /)", "Tell whether repr() shows all characters as they are."},
      {"isspace", all<unicode::isSpace>, "($self, /)",
       "Tell whether there are characters and all are whitespace."},
      {"istitle", strIsTitle, "($self, /)",
       "Tell whether there are letters with case and all words begin in upper or title case and go\non in "
       "lower case."},
      {"isupper", allOfCase<unicode::isUpper, unicode::isLower>, "($self, /)",
       "Tell whether there are letters with case and all are in upper case."},
  };
  return kMethods;
}
