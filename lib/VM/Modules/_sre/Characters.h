// What a pattern's code says about single characters: categories, case, sets.
#pragma once

#include "Support/Unicode.h"
#include "VM/Modules/_sre/Sre.h"
#include <cctype>

namespace coil::vm::sre {

inline bool isAsciiSpace(uint32_t c) { return c == ' ' || c - 9 < 5; }
inline bool isAsciiWord(uint32_t c) {
  return coil::unicode::isAsciiLetter(c) || coil::unicode::isAsciiDigit(c) || c == '_';
}
inline bool isUnicodeWord(uint32_t c) { return coil::unicode::isAlnum(c) || c == '_'; }
inline bool isLocaleWord(uint32_t c) { return (c < 256 && std::isalnum(int(c))) || c == '_'; }

inline uint32_t lowerAscii(uint32_t c) { return c - 'A' < 26 ? c + 32 : c; }
// CPython's Py_UNICODE_TOLOWER and Py_UNICODE_TOUPPER: the first character of the full mapping.
inline uint32_t lowerUnicode(uint32_t c) {
  if (c < 128) return lowerAscii(c);
  uint32_t full[3];
  coil::unicode::toLower(c, full);
  return full[0];
}
inline uint32_t upperUnicode(uint32_t c) {
  if (c < 128) return c - 'a' < 26 ? c - 32 : c;
  uint32_t full[3];
  coil::unicode::toUpper(c, full);
  return full[0];
}
inline uint32_t lowerLocale(uint32_t c) { return c < 256 ? uint32_t(std::tolower(int(c))) : c; }
inline uint32_t upperLocale(uint32_t c) { return c < 256 ? uint32_t(std::toupper(int(c))) : c; }

inline bool inCategory(uint32_t category, uint32_t c) {
  switch (category) {
  case CATEGORY_DIGIT: return coil::unicode::isAsciiDigit(c);
  case CATEGORY_NOT_DIGIT: return !coil::unicode::isAsciiDigit(c);
  case CATEGORY_SPACE: return isAsciiSpace(c);
  case CATEGORY_NOT_SPACE: return !isAsciiSpace(c);
  case CATEGORY_WORD: return isAsciiWord(c);
  case CATEGORY_NOT_WORD: return !isAsciiWord(c);
  case CATEGORY_LINEBREAK: return c == '\n';
  case CATEGORY_NOT_LINEBREAK: return c != '\n';
  case CATEGORY_LOC_WORD: return isLocaleWord(c);
  case CATEGORY_LOC_NOT_WORD: return !isLocaleWord(c);
  case CATEGORY_UNI_DIGIT: return coil::unicode::isDecimal(c);
  case CATEGORY_UNI_NOT_DIGIT: return !coil::unicode::isDecimal(c);
  case CATEGORY_UNI_SPACE: return coil::unicode::isSpace(c);
  case CATEGORY_UNI_NOT_SPACE: return !coil::unicode::isSpace(c);
  case CATEGORY_UNI_WORD: return isUnicodeWord(c);
  case CATEGORY_UNI_NOT_WORD: return !isUnicodeWord(c);
  case CATEGORY_UNI_LINEBREAK: return coil::unicode::isLineBreak(c);
  case CATEGORY_UNI_NOT_LINEBREAK: return !coil::unicode::isLineBreak(c);
  }
  return false;
}

// The bit of a character in a row of 32-bit words.
inline bool bitAt(const uint32_t *words, uint32_t c) { return words[c / 32] >> (c & 31) & 1; }

// `c` is in the set, which ends with FAILURE.
inline bool inSet(const uint32_t *set, uint32_t c) {
  bool found = true;
  for (;;) {
    switch (*set++) {
    case OP_FAILURE: return !found;
    case OP_NEGATE: found = !found; break;
    case OP_LITERAL:
      if (*set++ == c) return found;
      break;
    case OP_CATEGORY:
      if (inCategory(*set++, c)) return found;
      break;
    case OP_CHARSET:
      if (c < 256 && bitAt(set, c)) return found;
      set += 8;
      break;
    case OP_RANGE:
      if (set[0] <= c && c <= set[1]) return found;
      set += 2;
      break;
    case OP_RANGE_UNI_IGNORE: { // c is in lower case already
      if (set[0] <= c && c <= set[1]) return found;
      uint32_t upper = upperUnicode(c);
      if (set[0] <= upper && upper <= set[1]) return found;
      set += 2;
      break;
    }
    case OP_BIGCHARSET: { // the number of blocks, the block of each 256 characters as bytes, the blocks
      uint32_t blocks = *set++;
      if (c < 0x10000) {
        uint32_t high = c >> 8, block = set[high / 4] >> (high % 4 * 8) & 0xFF;
        if (bitAt(set + 64 + block * 8, c & 0xFF)) return found;
      }
      set += 64 + size_t(blocks) * 8;
      break;
    }
    default: return false;
    }
  }
}

inline bool inSetLocale(const uint32_t *set, uint32_t c) {
  uint32_t lower = lowerLocale(c), upper = upperLocale(c);
  return inSet(set, lower) || (upper != lower && inSet(set, upper));
}

// The instruction at `item`, one for a single character, accepts `c`.
inline bool acceptsOne(const uint32_t *item, uint32_t c) {
  switch (item[0]) {
  case OP_ANY: return c != '\n';
  case OP_ANY_ALL: return true;
  case OP_LITERAL: return c == item[1];
  case OP_NOT_LITERAL: return c != item[1];
  case OP_IN: return inSet(item + 2, c);
  case OP_LITERAL_IGNORE: return lowerAscii(c) == item[1];
  case OP_NOT_LITERAL_IGNORE: return lowerAscii(c) != item[1];
  case OP_IN_IGNORE: return inSet(item + 2, lowerAscii(c));
  case OP_LITERAL_UNI_IGNORE: return lowerUnicode(c) == item[1];
  case OP_NOT_LITERAL_UNI_IGNORE: return lowerUnicode(c) != item[1];
  case OP_IN_UNI_IGNORE: return inSet(item + 2, lowerUnicode(c));
  case OP_LITERAL_LOC_IGNORE: return c == item[1] || lowerLocale(c) == item[1] || upperLocale(c) == item[1];
  case OP_NOT_LITERAL_LOC_IGNORE:
    return c != item[1] && lowerLocale(c) != item[1] && upperLocale(c) != item[1];
  case OP_IN_LOC_IGNORE: return inSetLocale(item + 2, c);
  }
  return false;
}

} // namespace coil::vm::sre
