// Recognising keywords: a perfect hash over the first eight bytes of a word.
#pragma once

#include "Lex/Token.h"
#include "Support/ShortText.h"
#include <array>

namespace coil::lex {

// The table is computed at compile time: a multiplier is searched that sends every keyword to a slot of its
// own.
class KeywordTable {
public:
  constexpr KeywordTable() {
    for (multiplier = 0x9E3779B97F4A7C15u;;
         multiplier = multiplier * 6364136223846793005u + 1442695040888963407u)
      if (fill(multiplier | 1)) break;
    multiplier |= 1;
  }

  // The kind of the word `word` (its bytes, little end first, zero-padded), Name if it is no keyword.
  TokenKind find(uint64_t word) const {
    const Slot &slot = slots[(word * multiplier) >> kShift];
    return slot.word == word ? slot.kind : TokenKind::Name;
  }

private:
  static constexpr unsigned kShift = 64 - 7;
  struct Slot {
    uint64_t word = 0;
    TokenKind kind = TokenKind::Name;
  };
  struct Row {
    const char *text;
    TokenKind kind;
  };
  static constexpr Row kRows[] = {
#define COIL_KEYWORD(Kind, Text) {Text, TokenKind::Kind},
#include "Lex/TokenKinds.def"
      {"async", TokenKind::Async},
      {"await", TokenKind::Await},
  };
  static constexpr uint64_t pack(const char *text) {
    uint64_t word = 0;
    for (unsigned i = 0; text[i]; ++i) word |= uint64_t(uint8_t(text[i])) << (8 * i);
    return word;
  }
  constexpr bool fill(uint64_t m) {
    for (Slot &slot : slots) slot = Slot();
    for (const Row &row : kRows) {
      Slot &slot = slots[(pack(row.text) * m) >> kShift];
      if (slot.word) return false;
      slot = {pack(row.text), row.kind};
    }
    return true;
  }

  uint64_t multiplier = 0;
  std::array<Slot, 1u << (64 - kShift)> slots{};
};

inline constexpr KeywordTable kKeywords;

// The keyword that [text, text + size) spells, or Name.
inline TokenKind keywordKind(const char *text, size_t size) {
  if (size < 2 || size > 8) return TokenKind::Name;
  return kKeywords.find(loadShort(text, size));
}

} // namespace coil::lex
