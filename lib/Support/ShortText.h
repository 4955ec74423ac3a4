// Names and keywords as machine words: most are short, and a call or a loop over bytes would cost more than
// the work itself.
#pragma once

#include "llvm/ADT/StringRef.h"
#include <cstdint>
#include <cstring>

namespace coil {

inline uint64_t loadWord(const char *p) {
  uint64_t word;
  std::memcpy(&word, p, 8);
  return word;
}

// The `n` bytes at `p` as a word, little end first, zero-padded; n is at most 8. Nothing else is read.
inline uint64_t loadShort(const char *p, size_t n) {
  if (n >= 4) {
    uint32_t head, tail;
    std::memcpy(&head, p, 4);
    std::memcpy(&tail, p + n - 4, 4);
    return head | uint64_t(tail) << (8 * (n - 4));
  }
  if (n == 0) return 0;
  auto at = [&](size_t i) { return uint64_t(uint8_t(p[i])) << (8 * i); };
  return at(0) | at(n / 2) | at(n - 1);
}

// Calls visit(word) with words that cover all bytes of the text; the last two may overlap.
template <typename Visit> inline void forWords(llvm::StringRef text, Visit visit) {
  const char *p = text.data();
  size_t n = text.size();
  if (n < 8) return visit(loadShort(p, n));
  const char *last = p + n - 8;
  for (; p < last; p += 8) visit(loadWord(p));
  visit(loadWord(last));
}

// Whether all bytes are below 128.
inline bool isAsciiText(llvm::StringRef text) {
  uint64_t all = 0;
  forWords(text, [&](uint64_t word) { all |= word; });
  return !(all & 0x8080808080808080u);
}

// text == other, both being `n` bytes long.
inline bool sameBytes(const char *text, const char *other, size_t n) {
  if (n < 8) return loadShort(text, n) == loadShort(other, n);
  for (size_t i = 0; i + 8 < n; i += 8)
    if (loadWord(text + i) != loadWord(other + i)) return false;
  return loadWord(text + n - 8) == loadWord(other + n - 8);
}

} // namespace coil
