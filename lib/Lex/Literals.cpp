// Tokenizing strings, numbers and operators.
#include "Lex/TokenizerImpl.h"
#include <algorithm>
#include <array>
#include <cstring>
#include <string_view>
#if defined(__SSE2__)
#include <emmintrin.h>
#endif

using namespace coil;
using namespace coil::lex;

namespace {

bool isDigit(char c) { return uint8_t(c - '0') < 10; }
bool isHexDigit(char c) { return isDigit(c) || uint8_t((c | 32) - 'a') < 6; }
bool isIdentifierByte(char c) { return kNameChar[uint8_t(c)] || uint8_t(c) >= 128; }

// The first byte from `p` on that is `quote`, a backslash, a line end or NUL. The text is followed by a NUL.
const char *scanString(const char *p, const char *end, char quote) {
#if defined(__SSE2__)
  const __m128i q = _mm_set1_epi8(quote), b = _mm_set1_epi8('\\'), n = _mm_set1_epi8('\n');
  while (end - p >= 16) {
    __m128i v = _mm_loadu_si128(reinterpret_cast<const __m128i *>(p));
    __m128i hit =
        _mm_or_si128(_mm_cmpeq_epi8(v, q), _mm_or_si128(_mm_cmpeq_epi8(v, b), _mm_cmpeq_epi8(v, n)));
    if (int mask = _mm_movemask_epi8(hit)) return p + __builtin_ctz(mask);
    p += 16;
  }
#endif
  while (p < end && *p != quote && *p != '\\' && *p != '\n') ++p;
  return p;
}

} // namespace

// Whether the letters at `p` are a string prefix with its quote; steps over the letters if so.
bool TokenizerImpl::stringPrefix() {
  auto isQuote = [](char c) { return c == '"' || c == '\''; };
  if (isQuote(p[1])) {
    ++p;
    return true;
  }
  char a = p[0] | 32, b = p[1] | 32;
  if (((a == 'r' && (b == 'b' || b == 'f')) || ((a == 'b' || a == 'f') && b == 'r')) && isQuote(p[2])) {
    p += 2;
    return true;
  }
  return false;
}

// A string whose quote is at `p`; `start` is where its prefix begins.
bool TokenizerImpl::lexString(const char *start) {
  char quote = *p;
  uint32_t startLine = line;
  size_t startLineIndex = out.lineStarts.size();
  bool triple = p[1] == quote && p[2] == quote;
  if (!triple && p[1] == quote) {
    p += 2;
    add(TokenKind::String, start, p);
    return true;
  }
  p += triple ? 3 : 1;
  for (;;) {
    p = scanString(p, end, quote);
    if (p >= end) break;
    if (*p == '\n') {
      if (!triple) break;
      ++p;
      newLine(true);
    } else if (*p == '\\') {
      ++p;
      if (p >= end) break;
      if (*p == '\n') {
        ++p;
        newLine(true);
      } else {
        ++p;
      }
    } else if (!triple) {
      ++p;
      goto done;
    } else if (p[1] == quote && p[2] == quote) {
      p += 3;
      goto done;
    } else {
      ++p;
    }
  }
  out.lineStarts.resize(startLineIndex); // the error stands where the string begins
  return unterminated(start, startLine, triple);
done:
  uint32_t lines = line - startLine;
  out.tokens.push_back({uint32_t(start - base), uint32_t(p - base), startLine, TokenKind::String,
                        uint8_t(level), uint16_t(std::min<uint32_t>(lines, kManyLines))});
  return true;
}

bool TokenizerImpl::unterminated(const char *start, uint32_t startLine, bool triple) {
  uint32_t detected = line;
  // At the end of the file CPython's line count stands on the last line.
  if (p >= end && detected > startLine && end > base && end[-1] == '\n') --detected;
  line = startLine;
  p = start + 1;
  return syntaxError((triple ? "unterminated triple-quoted string literal (detected at line "
                             : "unterminated string literal (detected at line ") +
                     std::to_string(detected) + ")");
}

// Digits with single underscores between them, after the first one.
bool TokenizerImpl::decimalTail() {
  for (;;) {
    while (isDigit(*p)) ++p;
    if (*p != '_') return true;
    ++p;
    if (!isDigit(*p)) return syntaxError("invalid decimal literal");
  }
}

// What may follow a number: a keyword does, with a warning, but no other letter.
bool TokenizerImpl::endOfNumber(const char *what) {
  if (!isIdentifierByte(*p)) return true;
  static constexpr const char *kAllowed[] = {"and", "else", "for", "if", "in", "is", "or", "not"};
  for (const char *word : kAllowed) {
    size_t size = std::strlen(word);
    if (std::strncmp(p, word, size) != 0) continue;
    if (*word != 'i' && isIdentifierByte(p[size])) break; // of if, in and is only two letters are looked at
    warn(std::string("invalid ") + what + " literal");
    return true;
  }
  return syntaxError(std::string("invalid ") + what + " literal");
}

// 0x, 0o and 0b: `p` is on the letter.
bool TokenizerImpl::lexRadix(const char *what, int radix) {
  ++p;
  auto isValid = [&](char c) { return radix == 16 ? isHexDigit(c) : uint8_t(c - '0') < radix; };
  auto badDigit = [&] {
    std::string text = std::string("invalid digit '") + *p + "' in " + what + " literal";
    ++p;
    return syntaxError(text);
  };
  do {
    if (*p == '_') ++p;
    if (!isValid(*p))
      return isDigit(*p) ? badDigit() : syntaxError(std::string("invalid ") + what + " literal");
    while (isValid(*p)) ++p;
  } while (*p == '_');
  if (isDigit(*p)) return badDigit();
  return endOfNumber(what);
}

// A number that begins with 0 and has no radix letter. `done`: it is complete.
bool TokenizerImpl::lexLeadingZero(const char *start, bool &done) {
  done = false;
  for (;;) {
    if (*p == '_') {
      ++p;
      if (!isDigit(*p)) return syntaxError("invalid decimal literal");
    }
    if (*p != '0') break;
    ++p;
  }
  const char *zerosEnd = p;
  bool nonzero = isDigit(*p);
  if (nonzero && !decimalTail()) return false;
  if (*p == '.' || (*p | 32) == 'e' || (*p | 32) == 'j') return true;
  if (nonzero) {
    const char *lineStart = lineBegin();
    return syntaxError(
        "leading zeros in decimal integer literals are not permitted; use an 0o prefix for octal "
        "integers",
        int(start + 1 - lineStart), int(zerosEnd + 1 - lineStart));
  }
  done = true;
  return endOfNumber("decimal");
}

// The exponent, if `p` is on an e that begins one. `done`: the number ends before the e.
bool TokenizerImpl::lexExponent(bool &done) {
  done = false;
  if ((*p | 32) != 'e') return true;
  if (p[1] == '+' || p[1] == '-') {
    p += 2;
    if (!isDigit(*p)) return syntaxError("invalid decimal literal");
  } else if (isDigit(p[1])) {
    ++p;
  } else {
    done = true; // perhaps `1else`
    return endOfNumber("decimal");
  }
  return decimalTail();
}

bool TokenizerImpl::lexNumber() {
  const char *start = p;
  auto finish = [&](bool ok) {
    if (ok) add(TokenKind::Number, start, p);
    return ok;
  };
  bool done = false;
  if (*p == '0') {
    ++p;
    switch (*p | 32) {
    case 'x': return finish(lexRadix("hexadecimal", 16));
    case 'o': return finish(lexRadix("octal", 8));
    case 'b': return finish(lexRadix("binary", 2));
    default: break;
    }
    if (!lexLeadingZero(start, done)) return false;
    if (done) return finish(true);
  } else if (*p != '.') {
    if (!decimalTail()) return false;
  }
  if (*p == '.') {
    ++p;
    if (isDigit(*p) && !decimalTail()) return false;
  }
  if (!lexExponent(done)) return false;
  if (done) return finish(true);
  if ((*p | 32) == 'j') {
    ++p;
    return finish(endOfNumber("imaginary"));
  }
  return finish(endOfNumber("decimal"));
}

namespace {

// For each first character: the operator of one character, and what it becomes with a certain second and
// third.
struct OperatorRow {
  TokenKind one = TokenKind::Op;
  TokenKind doubled = TokenKind::Op;      // the same character twice: **, //, <<, >>
  TokenKind withEqual = TokenKind::Op;    // followed by =
  TokenKind doubledEqual = TokenKind::Op; // **=, //=, <<=, >>=
};

constexpr std::array<OperatorRow, 128> kOperators = [] {
  std::array<OperatorRow, 128> table{};
  auto set = [&](std::string_view text, TokenKind kind) {
    OperatorRow &row = table[uint8_t(text[0])];
    if (text.size() == 1) row.one = kind;
    if (text.size() == 2 && text[1] == '=') row.withEqual = kind;
    if (text.size() == 2 && text[1] == text[0] && text[1] != '=') row.doubled = kind;
    if (text.size() == 3 && text[2] == '=') row.doubledEqual = kind;
  };
#define COIL_PUNCTUATOR(Kind, NAME, Text) set(Text, TokenKind::Kind);
#include "Lex/TokenKinds.def"
  return table;
}();

} // namespace

void TokenizerImpl::lexOperator() {
  const char *start = p;
  char c = *p++;
  const OperatorRow &row = kOperators[uint8_t(c)];
  TokenKind kind = row.one;
  if (*p == '=' && row.withEqual != TokenKind::Op) {
    ++p;
    kind = row.withEqual;
  } else if (*p == c && row.doubled != TokenKind::Op) {
    ++p;
    kind = row.doubled;
    if (*p == '=') {
      ++p;
      kind = row.doubledEqual;
    }
  } else if (c == '-' && *p == '>') {
    ++p;
    kind = TokenKind::RArrow;
  } else if (c == '<' && *p == '>') { // != under barry_as_FLUFL
    ++p;
    kind = TokenKind::NotEqual;
  }
  add(kind, start, p);
}
