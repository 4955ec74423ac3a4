// Validating UTF-8.
#include "Support/Utf8.h"
#include <cstring>

// The length of the valid sequence at `p`, or 0.
static unsigned sequenceLength(const uint8_t *p, size_t left) {
  auto tail = [&](unsigned i) { return i < left && (p[i] & 0xC0) == 0x80; };
  uint8_t c = p[0];
  if (c < 0x80) return 1;
  if (c >= 0xC2 && c <= 0xDF) return tail(1) ? 2 : 0;
  if (c >= 0xE0 && c <= 0xEF) {
    if (!tail(1) || !tail(2)) return 0;
    if ((c == 0xE0 && p[1] < 0xA0) || (c == 0xED && p[1] > 0x9F)) return 0;
    return 3;
  }
  if (c >= 0xF0 && c <= 0xF4) {
    if (!tail(1) || !tail(2) || !tail(3)) return 0;
    if ((c == 0xF0 && p[1] < 0x90) || (c == 0xF4 && p[1] > 0x8F)) return 0;
    return 4;
  }
  return 0;
}

// How many bytes at `p`, where no valid sequence begins, are taken for one wrong character.
static unsigned invalidLength(const uint8_t *p, size_t left) {
  uint8_t c = p[0];
  unsigned want = c < 0xC2 || c > 0xF4 ? 1 : c >= 0xF0 ? 4 : c >= 0xE0 ? 3 : 2, have = 1;
  uint8_t low = c == 0xE0 ? 0xA0 : c == 0xF0 ? 0x90 : 0x80, high = c == 0xED ? 0x9F : c == 0xF4 ? 0x8F : 0xBF;
  for (; have < want && have < left && p[have] >= low && p[have] <= high; ++have) low = 0x80, high = 0xBF;
  return have;
}

std::string coil::replaceInvalidUtf8(llvm::StringRef text) {
  std::string out;
  for (;;) {
    size_t valid = validUtf8Prefix(text);
    out += text.take_front(valid);
    text = text.drop_front(valid);
    if (text.empty()) return out;
    out += "\xEF\xBF\xBD";
    text = text.drop_front(invalidLength(reinterpret_cast<const uint8_t *>(text.data()), text.size()));
  }
}

size_t coil::validUtf8Prefix(llvm::StringRef text) {
  const auto *p = reinterpret_cast<const uint8_t *>(text.data());
  size_t n = text.size(), i = 0;
  while (i < n) {
    while (i + 16 <= n) { // ASCII in big steps
      uint64_t a, b;
      std::memcpy(&a, p + i, 8);
      std::memcpy(&b, p + i + 8, 8);
      if ((a | b) & 0x8080808080808080u) break;
      i += 16;
    }
    if (i >= n) break;
    unsigned length = sequenceLength(p + i, n - i);
    if (length == 0) return i;
    i += length;
  }
  return n;
}
