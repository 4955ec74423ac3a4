// Unicode 14.0 as CPython 3.11 sees it: properties, case mappings, normalization. ASCII answers are inline.
#pragma once

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/ADT/StringRef.h"
#include <cstdint>

namespace coil::unicode {

inline constexpr uint32_t kMaxCodePoint = 0x10ffff;

// The bits of a code point's record; utils/gen-unicode writes them in this order.
enum Flag : uint32_t {
  kAlpha = 1u << 0,
  kDecimal = 1u << 1,
  kDigit = 1u << 2,
  kNumeric = 1u << 3,
  kSpace = 1u << 4,
  kPrintable = 1u << 5,
  kUpper = 1u << 6,
  kLower = 1u << 7,
  kTitle = 1u << 8, // category Lt
  kXidStart = 1u << 9,
  kXidContinue = 1u << 10,
  kCased = 1u << 11,
  kCaseIgnorable = 1u << 12,
  kLineBreak = 1u << 13,
  kNfkcInert = 1u << 14, // NFKC leaves it alone, whatever stands around it
  kSpecialUpper = 1u << 15,
  kSpecialLower = 1u << 16,
  kSpecialTitle = 1u << 17,
  kSpecialFold = 1u << 18,
};

// All flags of a code point; 0 beyond the last one.
uint32_t flags(uint32_t c);

inline bool isAsciiLetter(uint32_t c) { return (c | 0x20) - 'a' < 26; }
inline bool isAsciiDigit(uint32_t c) { return c - '0' < 10; }

// What str.isidentifier accepts at the start of an identifier, and after it.
inline bool isXidStart(uint32_t c) {
  return c < 128 ? isAsciiLetter(c) || c == '_' : (flags(c) & kXidStart) != 0;
}
inline bool isXidContinue(uint32_t c) {
  return c < 128 ? isAsciiLetter(c) || isAsciiDigit(c) || c == '_' : (flags(c) & kXidContinue) != 0;
}

// As the str methods of the same names answer for one character.
inline bool isAlpha(uint32_t c) { return c < 128 ? isAsciiLetter(c) : (flags(c) & kAlpha) != 0; }
inline bool isDecimal(uint32_t c) { return c < 128 ? isAsciiDigit(c) : (flags(c) & kDecimal) != 0; }
inline bool isDigit(uint32_t c) { return c < 128 ? isAsciiDigit(c) : (flags(c) & kDigit) != 0; }
inline bool isNumeric(uint32_t c) { return c < 128 ? isAsciiDigit(c) : (flags(c) & kNumeric) != 0; }
inline bool isAlnum(uint32_t c) {
  return c < 128 ? isAsciiLetter(c) || isAsciiDigit(c)
                 : (flags(c) & (kAlpha | kDecimal | kDigit | kNumeric)) != 0;
}
inline bool isSpace(uint32_t c) {
  return c < 128 ? c == ' ' || c - 9 < 5 || c - 0x1c < 4 : (flags(c) & kSpace) != 0;
}
inline bool isPrintable(uint32_t c) { return c < 128 ? c - 0x20 < 0x5f : (flags(c) & kPrintable) != 0; }
inline bool isUpper(uint32_t c) { return c < 128 ? c - 'A' < 26 : (flags(c) & kUpper) != 0; }
inline bool isLower(uint32_t c) { return c < 128 ? c - 'a' < 26 : (flags(c) & kLower) != 0; }
inline bool isTitle(uint32_t c) { return c >= 128 && (flags(c) & kTitle) != 0; }
inline bool isCased(uint32_t c) { return c < 128 ? isAsciiLetter(c) : (flags(c) & kCased) != 0; }
inline bool isCaseIgnorable(uint32_t c) { return (flags(c) & kCaseIgnorable) != 0; }
// Where str.splitlines breaks.
inline bool isLineBreak(uint32_t c) {
  return c < 128 ? c - 10 < 4 || c - 0x1c < 3 : (flags(c) & kLineBreak) != 0;
}

// unicodedata.decimal and .digit; -1 where there is none.
int decimalValue(uint32_t c);
int digitValue(uint32_t c);

// "Lu", "Cn", ...; the bidirectional class ("L", "AL", ..., "" if unassigned); the canonical combining class.
const char *category(uint32_t c);
const char *bidirectional(uint32_t c);
uint8_t combiningClass(uint32_t c);

// Case mappings of one code point into up to three. `out` must hold three; gives how many were written.
// Lower-casing a capital sigma needs its context: see lowerSigma.
unsigned toUpper(uint32_t c, uint32_t *out);
unsigned toLower(uint32_t c, uint32_t *out);
unsigned toTitle(uint32_t c, uint32_t *out);
unsigned toCasefold(uint32_t c, uint32_t *out);

// The one-to-one mappings.
uint32_t simpleUpper(uint32_t c);
uint32_t simpleLower(uint32_t c);
uint32_t simpleTitle(uint32_t c);

inline constexpr uint32_t kCapitalSigma = 0x3a3;
// What the capital sigma at `index` becomes in lower case: final after a cased letter with none behind it.
// `at(i)` gives the code point at i.
template <typename At> uint32_t lowerSigma(size_t index, size_t size, At at) {
  size_t before = index;
  while (before > 0 && isCaseIgnorable(at(before - 1))) --before;
  if (before == 0 || !isCased(at(before - 1))) return 0x3c3;
  size_t after = index + 1;
  while (after < size && isCaseIgnorable(at(after))) ++after;
  return after < size && isCased(at(after)) ? 0x3c3 : 0x3c2;
}

enum class NormalizationForm : uint8_t { NFC, NFD, NFKC, NFKD };

// Appends the normal form of `text` to `out`.
void normalize(NormalizationForm form, llvm::ArrayRef<uint32_t> text, llvm::SmallVectorImpl<uint32_t> &out);

// Its two steps: appends the full decomposition of a code point; brings marks in order, composes if wanted,
// and gives the new length.
void decompose(uint32_t c, bool compatible, llvm::SmallVectorImpl<uint32_t> &out);
size_t reorderAndCompose(llvm::MutableArrayRef<uint32_t> text, bool compose);

// NFKC of an identifier in valid UTF-8. False if it is its own normal form already; `out` is then left alone.
bool normalizeIdentifier(llvm::StringRef utf8, llvm::SmallVectorImpl<char> &out);

// UTF-8, surrogates included. `decodeUtf8` reads one code point of valid UTF-8 and moves `at` behind it.
uint32_t decodeUtf8(const char *&at);
void appendUtf8(llvm::SmallVectorImpl<char> &out, uint32_t c);

} // namespace coil::unicode
