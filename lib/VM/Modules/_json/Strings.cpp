// JSON's string literals, both ways.
#include "VM/Import/Import.h"
#include "VM/Modules/_json/Json.h"
#include "VM/Types/Int/Int.h"
#include "VM/Types/Str/TextArguments.h"
#include "VM/Types/Tuple.h"
#include "llvm/ADT/StringExtras.h"
#include <cstring>

using namespace coil::vm;
using namespace coil::vm::json;

Failure json::raiseDecodeError(Thread &t, const char *message, Value document, int64_t position) {
  Ref type = importAttribute(t, "json.decoder", "JSONDecodeError");
  if (!type) return {};
  StrRef text = makeStrAscii(message);
  Ref number = makeInt(position);
  Ref error = call(t, type, {Value(text), document, number.get()});
  if (!error) return {};
  return raiseObject(t, error);
}

namespace {

// Whether one of eight bytes ends a run of plain characters: a quote, a backslash, a control character.
bool hasSpecial(uint64_t bytes) {
  constexpr uint64_t kOnes = ~uint64_t(0) / 255, kHigh = kOnes * 128;
  auto hasZero = [](uint64_t v) { return (v - kOnes) & ~v & kHigh; };
  return (hasZero(bytes ^ kOnes * '"') | hasZero(bytes ^ kOnes * '\\') |
          ((bytes - kOnes * 32) & ~bytes & kHigh)) != 0;
}

template <class Char> bool isPlain(Char c) { return c != '"' && c != '\\' && c > 0x1f; }

// The end of the run of plain characters that begins at `i`.
template <class Char> int64_t plainEnd(const Char *s, int64_t i, int64_t length) {
  if constexpr (sizeof(Char) == 1)
    for (uint64_t eight; i + 8 <= length; i += 8) {
      std::memcpy(&eight, s + i, 8);
      if (hasSpecial(eight)) break;
    }
  while (i < length && isPlain(s[i])) ++i;
  return i;
}

char32_t unescaped(char32_t c) {
  switch (c) {
  case '"':
  case '\\':
  case '/': return c;
  case 'b': return '\b';
  case 'f': return '\f';
  case 'n': return '\n';
  case 'r': return '\r';
  case 't': return '\t';
  default: return 0;
  }
}

// Reads one literal; `document` is what errors show.
template <class Char> struct Literal {
  Str *document;
  const Char *s;
  int64_t length;

  Failure unterminated(Thread &t, int64_t begin) const {
    return raiseDecodeError(t, "Unterminated string starting at", Value(document), begin - 1);
  }

  // Four hexadecimal digits at `at`.
  Result<char32_t> digits(Thread &t, int64_t at) const {
    char32_t c = 0;
    bool good = at + 4 < length;
    for (int64_t i = at; good && i < at + 4; ++i) {
      unsigned digit = s[i] < 128 ? llvm::hexDigitValue(char(s[i])) : ~0u;
      good = digit < 16;
      c = c << 4 | digit;
    }
    if (!good) return raiseDecodeError(t, "Invalid \\uXXXX escape", Value(document), at - 1);
    return c;
  }

  // The escape whose backslash is before `i`.
  Result<char32_t> escape(Thread &t, int64_t &i) const {
    if (s[i] != 'u') {
      char32_t c = unescaped(s[i]);
      if (!c) return raiseDecodeError(t, "Invalid \\escape", Value(document), i - 1);
      ++i;
      return c;
    }
    char32_t c = TRY(digits(t, i + 1));
    i += 5;
    if (c >= 0xd800 && c < 0xdc00 && i + 6 < length && s[i] == '\\' && s[i + 1] == 'u') {
      char32_t low = TRY(digits(t, i + 2));
      if (low >= 0xdc00 && low < 0xe000) {
        i += 6;
        return 0x10000 + ((c - 0xd800) << 10) + (low - 0xdc00);
      }
    }
    return c;
  }

  StrRef slice(int64_t from, int64_t to) const {
    if (!document->ascii) return substring(document, from, to);
    if (to - from == 1) return makeStrFromCodePoint(s[from]);
    if (to == from) return emptyStr();
    StrRef result = newStr(to - from, 127);
    std::memcpy(result->mutableData(), s + from, size_t(to - from));
    return result;
  }

  StrRef read(Thread &t, int64_t &position, bool strict) const {
    int64_t begin = position, i = begin;
    StrBuilder out;
    while (true) {
      int64_t run = i;
      i = plainEnd(s, i, length);
      while (i < length && s[i] <= 0x1f) {
        if (strict) return raiseDecodeError(t, "Invalid control character at", Value(document), i);
        i = plainEnd(s, i + 1, length);
      }
      if (i >= length) return unterminated(t, begin);
      if (s[i] == '"' && run == begin) {
        position = i + 1;
        return slice(begin, i);
      }
      out.append(document, run, i);
      if (s[i] == '"') break;
      if (++i == length) return unterminated(t, begin);
      out.append(TRY(escape(t, i)));
    }
    position = i + 1;
    return out.finish();
  }
};

// --- writing

// What a character is written as behind a backslash; 0: nothing of that kind.
char shortEscape(char32_t c) {
  switch (c) {
  case '"': return '"';
  case '\\': return '\\';
  case '\b': return 'b';
  case '\f': return 'f';
  case '\n': return 'n';
  case '\r': return 'r';
  case '\t': return 't';
  default: return 0;
  }
}

void appendUnit(StrBuilder &out, char32_t unit) {
  const char text[] = {'\\',
                       'u',
                       llvm::hexdigit(unit >> 12 & 15, true),
                       llvm::hexdigit(unit >> 8 & 15, true),
                       llvm::hexdigit(unit >> 4 & 15, true),
                       llvm::hexdigit(unit & 15, true)};
  out.appendAscii({text, 6});
}

void appendEscape(StrBuilder &out, char32_t c) {
  if (char shown = shortEscape(c)) {
    const char text[] = {'\\', shown};
    return out.appendAscii({text, 2});
  }
  if (c >= 0x10000) {
    appendUnit(out, 0xd7c0 + (c >> 10));
    c = 0xdc00 + (c & 0x3ff);
  }
  appendUnit(out, c);
}

} // namespace

StrRef json::scanString(Thread &t, Str *document, int64_t &position, bool strict) {
  if (document->width == 1)
    return Literal<uint8_t>{document, document->data1(), document->length}.read(t, position, strict);
  if (document->width == 2)
    return Literal<uint16_t>{document, document->data2(), document->length}.read(t, position, strict);
  return Literal<uint32_t>{document, document->data4(), document->length}.read(t, position, strict);
}

void json::appendEscaped(StrBuilder &out, const Str *text, bool asciiOnly) {
  out.append(U'"');
  int64_t i = 0, n = text->length;
  while (i < n) {
    int64_t run = i;
    if (text->ascii) {
      i = plainEnd(text->data1(), i, n);
      if (const void *del = asciiOnly ? std::memchr(text->data1() + run, 127, size_t(i - run)) : nullptr)
        i = static_cast<const uint8_t *>(del) - text->data1();
    } else {
      while (i < n && isPlain(text->at(i)) && (!asciiOnly || text->at(i) < 127)) ++i;
    }
    out.append(text, run, i);
    if (i < n) appendEscape(out, text->at(i++));
  }
  out.append(U'"');
}

static Ref encode(Thread &t, Value v, bool asciiOnly) {
  if (!isStr(v)) return raise(t, types::TypeError, "first argument must be a string, not %", typeName(v));
  StrBuilder out;
  appendEscaped(out, v.as<Str>(), asciiOnly);
  return out.finish();
}

Ref json::encodeString(Thread &t, const Value *args) { return encode(t, args[0], false); }
Ref json::encodeStringAscii(Thread &t, const Value *args) { return encode(t, args[0], true); }

// scanstring(document, end, strict=True)
Ref json::scanStringFunction(Thread &t, Value, const CallArgs &args) {
  if (args.keywordCount()) return raise(t, types::TypeError, "scanstring() takes no keyword arguments");
  if (args.positional < 2 || args.positional > 3)
    return raise(t, types::TypeError, "scanstring() takes at % arguments (% given)",
                 args.positional < 2 ? "least 2" : "most 3", args.positional);
  int64_t position = TRY(sizeArgument(t, args.values[1]));
  bool strict = args.positional < 3 || TRY(intArgument(t, args.values[2]));
  Value document = args.values[0];
  if (!isStr(document))
    return raise(t, types::TypeError, "first argument must be a string, not %", typeName(document));
  if (position < 0 || position > document.as<Str>()->length)
    return raise(t, types::ValueError, "end is out of bounds");
  StrRef text = TRY(scanString(t, document.as<Str>(), position, strict));
  Ref end = makeInt(position);
  return packTuple(Value(text), end.get());
}
