// Backslash escapes in string and bytes literals.
#include "Parse/Escapes.h"
#include "Support/UnicodeNames.h"
#include "Support/Utf8.h"

using namespace coil;
using namespace coil::parse;

namespace {

void append(llvm::SmallVectorImpl<char> &out, uint32_t c) {
  if (c < 0x80) {
    out.push_back(char(c));
    return;
  }
  std::string text = encodeUtf8(c);
  out.append(text.begin(), text.end());
}

int hexValue(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  char lower = char(c | 32);
  return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
}

// The character that a one-letter escape stands for, or -1; a line end is handled by the caller.
int simpleEscape(char c) {
  switch (c) {
  case '\\':
  case '\'':
  case '"': return c;
  case 'b': return '\b';
  case 'f': return '\f';
  case 't': return '\t';
  case 'n': return '\n';
  case 'r': return '\r';
  case 'v': return '\v';
  case 'a': return '\a';
  default: return -1;
  }
}

// One literal's decoding. CPython first writes non-ASCII characters as \UXXXXXXXX and then decodes the whole,
// and its messages give positions in that intermediate text; `shift` keeps track of the difference.
class StringDecoder {
public:
  StringDecoder(llvm::StringRef text, llvm::SmallVectorImpl<char> &out, std::optional<std::string> &invalid)
      : begin(text.data()), p(begin), end(p + text.size()), out(out), invalid(invalid) {}

  std::optional<EscapeError> run() {
    while (p < end) {
      const char *start = p;
      while (p < end && *p != '\\') {
        if (uint8_t(*p) >= 0xC0) shift += 10; // a character of n bytes takes 10 there
        if (uint8_t(*p) >= 0x80) --shift;
        ++p;
      }
      out.append(start, p);
      if (p < end && !escape()) return error;
    }
    return std::nullopt;
  }

private:
  size_t offset(const char *at) const { return size_t(at - begin + shift); }

  bool fail(const char *start, const char *stop, const char *why) {
    size_t first = offset(start), last = offset(stop) - 1;
    std::string place = first == last
                            ? "byte 0x5c in position " + std::to_string(first)
                            : "bytes in position " + std::to_string(first) + "-" + std::to_string(last);
    error = EscapeError{"(unicode error) 'unicodeescape' codec can't decode " + place + ": " + why};
    return false;
  }

  bool hex(const char *start, unsigned digits, const char *why) {
    uint32_t value = 0;
    for (unsigned i = 0; i < digits; ++i, ++p) {
      int digit = p < end ? hexValue(*p) : -1;
      if (digit < 0) return fail(start, p, why);
      value = value << 4 | uint32_t(digit);
    }
    if (value > 0x10FFFF) return fail(start, p, "illegal Unicode character");
    append(out, value);
    return true;
  }

  bool named(const char *start) {
    if (p < end && *p == '{') {
      const char *name = ++p;
      while (p < end && *p != '}') {
        if (uint8_t(*p) >= 0xC0) shift += 10;
        if (uint8_t(*p) >= 0x80) --shift;
        ++p;
      }
      if (p > name && p < end) {
        ++p;
        uint32_t c;
        if (!unicode::lookupName({name, size_t(p - 1 - name)}, c))
          return fail(start, p, "unknown Unicode character name");
        append(out, c);
        return true;
      }
    }
    return fail(start, p, "malformed \\N character escape");
  }

  bool escape() {
    const char *start = p++;
    if (p >= end) { // before an f-string's brace: taken for two
      out.push_back('\\');
      return true;
    }
    char c = *p;
    if (uint8_t(c) >=
        0x80) { // a backslash before a non-ASCII character is taken for \\ and warned of nowhere
      shift += 5;
      out.push_back('\\');
      return true;
    }
    ++p;
    if (c == '\n') return true;
    if (int simple = simpleEscape(c); simple >= 0) {
      out.push_back(char(simple));
      return true;
    }
    switch (c) {
    case 'x': return hex(start, 2, "truncated \\xXX escape");
    case 'u': return hex(start, 4, "truncated \\uXXXX escape");
    case 'U': return hex(start, 8, "truncated \\UXXXXXXXX escape");
    case 'N': return named(start);
    default: break;
    }
    if (c >= '0' && c <= '7') {
      uint32_t value = uint32_t(c - '0');
      for (int i = 0; i < 2 && p < end && *p >= '0' && *p <= '7'; ++i)
        value = value * 8 + uint32_t(*p++ - '0');
      if (value > 0xFF && !invalid) invalid = std::string(start + 1, p);
      append(out, value);
      return true;
    }
    if (!invalid) invalid = std::string(1, c);
    out.push_back('\\');
    out.push_back(c);
    return true;
  }

  const char *begin, *p, *end;
  ptrdiff_t shift = 0;
  llvm::SmallVectorImpl<char> &out;
  std::optional<std::string> &invalid;
  std::optional<EscapeError> error;
};

} // namespace

std::optional<EscapeError> coil::parse::decodeStringEscapes(llvm::StringRef text,
                                                            llvm::SmallVectorImpl<char> &out,
                                                            std::optional<std::string> &invalidEscape) {
  return StringDecoder(text, out, invalidEscape).run();
}

std::optional<EscapeError> coil::parse::decodeBytesEscapes(llvm::StringRef text,
                                                           llvm::SmallVectorImpl<char> &out,
                                                           std::optional<std::string> &invalidEscape) {
  const char *begin = text.data(), *p = begin, *end = p + text.size();
  while (p < end) {
    if (*p != '\\') {
      out.push_back(*p++);
      continue;
    }
    ++p;
    if (p >= end) return EscapeError{"(value error) Trailing \\ in string"};
    char c = *p++;
    if (c == '\n') continue;
    if (int simple = simpleEscape(c); simple >= 0) {
      out.push_back(char(simple));
    } else if (c >= '0' && c <= '7') {
      const char *digits = p - 1;
      unsigned value = unsigned(c - '0');
      for (int i = 0; i < 2 && p < end && *p >= '0' && *p <= '7'; ++i)
        value = value * 8 + unsigned(*p++ - '0');
      if (value > 0xFF && !invalidEscape) invalidEscape = std::string(digits, p);
      out.push_back(char(value));
    } else if (c == 'x') {
      int high = p < end ? hexValue(*p) : -1, low = p + 1 < end ? hexValue(p[1]) : -1;
      if (high < 0 || low < 0)
        return EscapeError{"(value error) invalid \\x escape at position " + std::to_string(p - 2 - begin)};
      out.push_back(char(high << 4 | low));
      p += 2;
    } else {
      if (!invalidEscape) invalidEscape = std::string(1, c);
      out.push_back('\\');
      out.push_back(c);
    }
  }
  return std::nullopt;
}
