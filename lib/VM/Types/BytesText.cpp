// bytes and bytearray methods that see ASCII text in the bytes: case, predicates, padding; and hex and
// decode.
#include "Support/Unicode.h"
#include "VM/Types/BytesMethods.h"
#include "VM/Types/Str/Codec.h"
#include "VM/Types/Str/StrMethods.h"
#include "VM/Types/Str/TextAlgorithms.h"
#include "VM/Types/Str/TextArguments.h"

using namespace coil::vm;

namespace {

using ByteVector = llvm::SmallVector<uint8_t, 128>;

bool isUpper(uint8_t c) { return c - 'A' < 26u; }
bool isLower(uint8_t c) { return c - 'a' < 26u; }
bool isAlpha(uint8_t c) { return isUpper(c) || isLower(c); }
bool isDigit(uint8_t c) { return c - '0' < 10u; }
bool isAlnum(uint8_t c) { return isAlpha(c) || isDigit(c); }
bool isSpace(uint8_t c) { return BytesView::isSpace(c); }
uint8_t toLower(uint8_t c) { return isUpper(c) ? c | 0x20 : c; }
uint8_t toUpper(uint8_t c) { return isLower(c) ? c & ~0x20 : c; }
uint8_t swapCase(uint8_t c) { return isAlpha(c) ? c ^ 0x20 : c; }

template <uint8_t (*kMap)(uint8_t)> Ref mapped(Thread &, const Value *args) {
  ByteVector out(BytesView(args[0]).bytes());
  for (uint8_t &c : out) c = kMap(c);
  return BytesView(args[0]).make(out);
}

Ref bytesCapitalize(Thread &, const Value *args) {
  ByteVector out(BytesView(args[0]).bytes());
  for (uint8_t &c : out) c = &c == out.begin() ? toUpper(c) : toLower(c);
  return BytesView(args[0]).make(out);
}

Ref bytesTitle(Thread &, const Value *args) {
  ByteVector out(BytesView(args[0]).bytes());
  bool inWord = false;
  for (uint8_t &c : out) {
    c = inWord ? toLower(c) : toUpper(c);
    inWord = isAlpha(c);
  }
  return BytesView(args[0]).make(out);
}

template <bool (*kTest)(uint8_t)> Ref all(Thread &, const Value *args) {
  llvm::ArrayRef<uint8_t> bytes = BytesView(args[0]).bytes();
  return Ref::boolean(!bytes.empty() && llvm::all_of(bytes, kTest));
}

Ref bytesIsAscii(Thread &, const Value *args) {
  return Ref::boolean(llvm::all_of(BytesView(args[0]).bytes(), [](uint8_t c) { return c < 128; }));
}

template <bool (*kWanted)(uint8_t), bool (*kOther)(uint8_t)> Ref allOfCase(Thread &, const Value *args) {
  llvm::ArrayRef<uint8_t> bytes = BytesView(args[0]).bytes();
  return Ref::boolean(llvm::any_of(bytes, kWanted) && llvm::none_of(bytes, kOther));
}

Ref bytesIsTitle(Thread &, const Value *args) {
  bool cased = false, inWord = false;
  for (uint8_t c : BytesView(args[0]).bytes()) {
    if (!isAlpha(c)) {
      inWord = false;
      continue;
    }
    if (isUpper(c) == inWord) return Ref::boolean(false);
    cased = inWord = true;
  }
  return Ref::boolean(cased);
}

Ref wholeOf(BytesView b) { return b.slice(0, b.size()); }

enum class Side { Left, Right, Center };

Ref align(Thread &t, const Value *args, const char *name, Side side) {
  llvm::ArrayRef<uint8_t> bytes = BytesView(args[0]).bytes();
  int64_t width = TRY(sizeArgument(t, args[1])), length = int64_t(bytes.size());
  uint8_t fill = ' ';
  if (!args[2].empty()) {
    bool one = (isBytes(args[2]) || isInstance(args[2], types::ByteArray)) && BytesView(args[2]).size() == 1;
    if (!one)
      return raise(t, types::TypeError, "%() argument 2 must be a byte string of length 1, not %", name,
                   args[2].isNone() ? llvm::StringRef("None") : argumentTypeName(args[2]));
    fill = BytesView(args[2]).data[0];
  }
  if (width <= length) return wholeOf(BytesView(args[0]));
  TRY(checkLength(t, width));
  int64_t pad = width - length;
  int64_t left = side == Side::Left ? 0 : side == Side::Right ? pad : pad / 2 + (pad & width & 1);
  ByteVector out(size_t(left), fill);
  out.append(bytes.begin(), bytes.end());
  out.resize(size_t(width), fill);
  return BytesView(args[0]).make(out);
}

Ref bytesCenter(Thread &t, const Value *args) { return align(t, args, "center", Side::Center); }
Ref bytesLjust(Thread &t, const Value *args) { return align(t, args, "ljust", Side::Left); }
Ref bytesRjust(Thread &t, const Value *args) { return align(t, args, "rjust", Side::Right); }

Ref bytesZfill(Thread &t, const Value *args) {
  llvm::ArrayRef<uint8_t> bytes = BytesView(args[0]).bytes();
  int64_t width = TRY(sizeArgument(t, args[1]));
  if (width <= int64_t(bytes.size())) return wholeOf(BytesView(args[0]));
  TRY(checkLength(t, width));
  ByteVector out;
  bool sign = !bytes.empty() && (bytes[0] == '+' || bytes[0] == '-');
  if (sign) out.push_back(bytes[0]);
  out.append(size_t(width) - bytes.size(), '0');
  out.append(bytes.begin() + sign, bytes.end());
  return BytesView(args[0]).make(out);
}

Ref bytesExpandTabs(Thread &t, const Value *args) {
  int64_t size = TRY(intArgument(t, args[1])), column = 0;
  ByteVector out;
  for (uint8_t c : BytesView(args[0]).bytes()) {
    if (c == '\t') {
      int64_t spaces = size > 0 ? size - column % size : 0;
      out.append(size_t(spaces), ' ');
      column += spaces;
    } else {
      column = c == '\n' || c == '\r' ? 0 : column + 1;
      out.push_back(c);
    }
  }
  return BytesView(args[0]).make(out);
}

// The character between groups of hex digits; -1: none.
Result<int> hexSeparator(Thread &t, Value v) {
  if (v.empty()) return -1;
  int64_t n = TRY(length(t, v));
  if (n != 1) return raise(t, types::ValueError, "sep must be length 1.");
  if (!isStr(v) && !isBytes(v)) return raise(t, types::TypeError, "sep must be str or bytes.");
  char32_t c = isStr(v) ? v.as<Str>()->at(0) : v.as<Bytes>()->data[0];
  if (c >= 128) return raise(t, types::ValueError, "sep must be ASCII.");
  return int(c);
}

Ref bytesHex(Thread &t, const Value *args) {
  Buffer held; // the arguments' conversion may run Python code
  TRY(held.open(t, args[0]));
  return hexOfBytes(t, held.bytes(), args[1], args[2]);
}

Ref bytesDecode(Thread &t, const Value *args) {
  TRY(needStr(t, args[1], "decode", "encoding"));
  std::string encoding = TRY(cText(t, args[1]));
  TRY(needStr(t, args[2], "decode", "errors"));
  std::string errors = TRY(cText(t, args[2]));
  Buffer held; // an error handler cannot resize a bytearray
  TRY(held.open(t, args[0]));
  return decodeBytes(t, held.bytes(), encoding, errors);
}

} // namespace

Ref coil::vm::hexOfBytes(Thread &t, llvm::ArrayRef<uint8_t> bytes, Value separatorOrEmpty, Value groupSize) {
  int64_t group = TRY(intArgument(t, groupSize));
  int separator = TRY(hexSeparator(t, separatorOrEmpty));
  uint64_t unit = uint64_t(group < 0 ? -group : group);
  bool groups = separator >= 0 && unit && !bytes.empty();
  StrRef result = newStr(int64_t(bytes.size() * 2 + (groups ? (bytes.size() - 1) / unit : 0)), 127);
  uint8_t *to = result->mutableData();
  for (size_t i = 0; i < bytes.size(); ++i) {
    if (groups && i && (group > 0 ? bytes.size() - i : i) % unit == 0) *to++ = uint8_t(separator);
    *to++ = uint8_t("0123456789abcdef"[bytes[i] >> 4]);
    *to++ = uint8_t("0123456789abcdef"[bytes[i] & 15]);
  }
  return result;
}

llvm::ArrayRef<NativeDef> coil::vm::bytesTextMethods() {
  static const NativeDef kMethods[] = {
      {"capitalize", bytesCapitalize, "!($self, /)",
       "capitalize(): a copy with the first byte in upper case and the others in lower case, if they\nare "
       "ASCII letters."},
      {"lower", mapped<toLower>, "!($self, /)", "lower(): a copy with all ASCII letters in lower case."},
      {"swapcase", mapped<swapCase>, "!($self, /)",
       "swapcase(): a copy in which ASCII letters change from upper to lower case and the other way round."},
      {"title", bytesTitle, "!($self, /)",
       "title(): a copy in which words of ASCII letters begin in upper case and go on in lower case."},
      {"upper", mapped<toUpper>, "!($self, /)", "upper(): a copy with all ASCII letters in upper case."},
      {"isalnum", all<isAlnum>, "!($self, /)",
       "isalnum(): tell whether there are bytes and all are ASCII letters or digits."},
      {"isalpha", all<isAlpha>, "!($self, /)",
       "isalpha(): tell whether there are bytes and all are ASCII letters."},
      {"isascii", bytesIsAscii, "!($self, /)",
       "isascii(): tell whether all bytes are below 128, as they are if there is none."},
      {"isdigit", all<isDigit>, "!($self, /)",
       "isdigit(): tell whether there are bytes and all are ASCII digits."},
      {"islower", allOfCase<isLower, isUpper>, "!($self, /)",
       "islower(): tell whether there are ASCII letters and all are in lower case."},
      {"isspace", all<isSpace>, "!($self, /)",
       "isspace(): tell whether there are bytes and all are ASCII whitespace."},
      {"istitle", bytesIsTitle, "!($self, /)",
       "istitle(): tell whether there are words of ASCII letters and all have their first letter,\nand only "
       "this, in upper case."},
      {"isupper", allOfCase<isUpper, isLower>, "!($self, /)",
       "isupper(): tell whether there are ASCII letters and all are in upper case."},
      {"center", bytesCenter, "($self, width, fillchar=b' ', /)",
       "The bytes in the middle of a field of the given width, filled up with the fill byte."},
      {"ljust", bytesLjust, "($self, width, fillchar=b' ', /)",
       "The bytes at the left of a field of the given width, filled up with the fill byte."},
      {"rjust", bytesRjust, "($self, width, fillchar=b' ', /)",
       "The bytes at the right of a field of the given width, filled up with the fill byte."},
      {"zfill", bytesZfill, "($self, width, /)",
       "Fill up to the width with zeros at the left, behind a sign if there is one."},
      {"expandtabs", bytesExpandTabs, "($self, /, tabsize=8)",
       "A copy with spaces in place of tabs, up to the next column that is a multiple of tabsize."},
      {"hex", bytesHex, "($self, /, sep=<unrepresentable>, bytes_per_sep=1)",
       "The bytes as hexadecimal digits, with the character sep between groups of bytes_per_sep "
       "bytes.\n\nGroups are counted from the right, or from the left if the number is negative.\n\n>>> data "
       "= b'\\x01\\x23\\x45\\x67\\x89'\n>>> data.hex()\n'0123456789'\n>>> "
       "data.hex(':')\n'01:23:45:67:89'\n>>> data.hex(':', 2)\n'01:2345:6789'\n>>> data.hex(':', "
       "-2)\n'0123:4567:89'"},
      {"decode", bytesDecode, "($self, /, encoding='utf-8', errors='strict')",
       "Decode to a string. errors names the handler for bytes that are no text in the encoding."},
  };
  return kMethods;
}
