// str methods that pad: center, ljust, rjust, zfill, expandtabs.
#include "VM/Types/Str/StrMethods.h"
#include "VM/Types/Str/TextArguments.h"

using namespace coil::vm;

namespace {

Ref padded(Str *s, int64_t left, int64_t right, char32_t fill) {
  StrBuilder out;
  out.fill(fill, left);
  out.append(s);
  out.fill(fill, right);
  return out.finish();
}

Result<char32_t> fillCharacter(Thread &t, Value v) {
  if (!isStr(v))
    return raise(t, types::TypeError, "The fill character must be a unicode character, not %", typeName(v));
  if (v.as<Str>()->length != 1)
    return raise(t, types::TypeError, "The fill character must be exactly one character long");
  return v.as<Str>()->at(0);
}

enum class Side { Left, Right, Center };

Ref align(Thread &t, const Value *args, Side side) {
  Str *s = selfStr(args);
  int64_t width = TRY(sizeArgument(t, args[1]));
  char32_t fill = TRY(fillCharacter(t, args[2]));
  if (width <= s->length) return exactStr(s);
  TRY(checkLength(t, width));
  int64_t pad = width - s->length;
  switch (side) {
  case Side::Left: return padded(s, 0, pad, fill);
  case Side::Right: return padded(s, pad, 0, fill);
  case Side::Center: break;
  }
  int64_t left = pad / 2 + (pad & width & 1);
  return padded(s, left, pad - left, fill);
}

Ref strCenter(Thread &t, const Value *args) { return align(t, args, Side::Center); }
Ref strLjust(Thread &t, const Value *args) { return align(t, args, Side::Left); }
Ref strRjust(Thread &t, const Value *args) { return align(t, args, Side::Right); }

Ref strZfill(Thread &t, const Value *args) {
  Str *s = selfStr(args);
  int64_t width = TRY(sizeArgument(t, args[1]));
  if (width <= s->length) return exactStr(s);
  TRY(checkLength(t, width));
  StrBuilder out;
  bool sign = s->length && (s->at(0) == '+' || s->at(0) == '-');
  if (sign) out.append(s->at(0));
  out.fill(U'0', width - s->length);
  out.append(s, sign, s->length);
  return out.finish();
}

Ref strExpandTabs(Thread &t, const Value *args) {
  Str *s = selfStr(args);
  int64_t size = TRY(intArgument(t, args[1])), column = 0;
  bool unchanged = true;
  StrBuilder out;
  for (int64_t i = 0; i < s->length; ++i) {
    char32_t c = s->at(i);
    if (c == '\t') {
      unchanged = false;
      int64_t spaces = size > 0 ? size - column % size : 0;
      out.fill(U' ', spaces);
      column += spaces;
    } else {
      column = c == '\n' || c == '\r' ? 0 : column + 1;
      out.append(c);
    }
  }
  return unchanged ? exactStr(s) : Ref(out.finish());
}

} // namespace

llvm::ArrayRef<NativeDef> coil::vm::strAlignMethods() {
  static const NativeDef kMethods[] = {
      {"center", strCenter, "($self, width, fillchar=' ', /)",
       "The string in the middle of a field of the given width, filled up with the fill character."},
      {"ljust", strLjust, "($self, width, fillchar=' ', /)",
       "The string at the left of a field of the given width, filled up with the fill character."},
      {"rjust", strRjust, "($self, width, fillchar=' ', /)",
       "The string at the right of a field of the given width, filled up with the fill character."},
      {"zfill", strZfill, "($self, width, /)",
       "Fill up to the width with zeros at the left, behind a sign if there is one."},
      {"expandtabs", strExpandTabs, "($self, /, tabsize=8)",
       "A copy with spaces in place of tabs, up to the next column that is a multiple of tabsize."},
  };
  return kMethods;
}
