// SipHash-1-3, CPython 3.11's hash of strings, bytes and source files.
#pragma once

#include "llvm/ADT/StringRef.h"
#include <bit>
#include <cstdint>
#include <cstring>

namespace coil {

inline uint64_t sipHash13(uint64_t k0, uint64_t k1, llvm::StringRef data) {
  uint64_t v0 = k0 ^ 0x736f6d6570736575, v1 = k1 ^ 0x646f72616e646f6d;
  uint64_t v2 = k0 ^ 0x6c7967656e657261, v3 = k1 ^ 0x7465646279746573;
  auto round = [&] {
    v0 += v1;
    v2 += v3;
    v1 = std::rotl(v1, 13) ^ v0;
    v3 = std::rotl(v3, 16) ^ v2;
    v0 = std::rotl(v0, 32);
    v2 += v1;
    v0 += v3;
    v1 = std::rotl(v1, 17) ^ v2;
    v3 = std::rotl(v3, 21) ^ v0;
    v2 = std::rotl(v2, 32);
  };
  uint64_t last = static_cast<uint64_t>(data.size()) << 56;
  for (; data.size() >= 8; data = data.drop_front(8)) {
    uint64_t word;
    std::memcpy(&word, data.data(), 8); // little-endian machines only, as the rest of Coil
    v3 ^= word;
    round();
    v0 ^= word;
  }
  uint64_t rest = 0;
  std::memcpy(&rest, data.data(), data.size());
  last |= rest;
  v3 ^= last;
  round();
  v0 ^= last;
  v2 ^= 0xff;
  for (int i = 0; i < 3; ++i) round();
  return v0 ^ v1 ^ v2 ^ v3;
}

} // namespace coil
