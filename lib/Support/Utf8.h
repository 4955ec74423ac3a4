// UTF-8 by hand: decoding, encoding, counting. Lone surrogates pass, as three bytes.
#pragma once

#include "llvm/ADT/StringRef.h"
#include <cstdint>
#include <string>

namespace coil {

// Decodes one character of valid UTF-8 (or WTF-8) and steps over it.
inline uint32_t decodeUtf8(const char *&p, const char *end) {
  uint8_t c = uint8_t(*p++);
  if (c < 0x80) return c;
  unsigned more = c >= 0xF0 ? 3 : c >= 0xE0 ? 2 : 1;
  uint32_t value = c & (0x3F >> more);
  while (more-- && p < end) value = value << 6 | (uint8_t(*p++) & 0x3F);
  return value;
}

inline void appendUtf8(std::string &out, uint32_t c) {
  if (c < 0x80) {
    out += char(c);
  } else if (c < 0x800) {
    out += char(0xC0 | c >> 6);
    out += char(0x80 | (c & 0x3F));
  } else if (c < 0x10000) {
    out += char(0xE0 | c >> 12);
    out += char(0x80 | (c >> 6 & 0x3F));
    out += char(0x80 | (c & 0x3F));
  } else {
    out += char(0xF0 | c >> 18);
    out += char(0x80 | (c >> 12 & 0x3F));
    out += char(0x80 | (c >> 6 & 0x3F));
    out += char(0x80 | (c & 0x3F));
  }
}

inline std::string encodeUtf8(uint32_t c) {
  std::string out;
  appendUtf8(out, c);
  return out;
}

// The number of characters in valid UTF-8.
inline size_t countCodePoints(llvm::StringRef text) {
  size_t n = 0;
  for (char c : text) n += (uint8_t(c) & 0xC0) != 0x80;
  return n;
}

// The length of the longest prefix of `text` that is valid UTF-8 (surrogates are not).
size_t validUtf8Prefix(llvm::StringRef text);

// Puts U+FFFD for what is not valid UTF-8, as CPython's "replace" does.
std::string replaceInvalidUtf8(llvm::StringRef text);

} // namespace coil
