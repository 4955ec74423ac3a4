// SHA-2: SHA-256 and SHA-512 are one function on words of 32 or 64 bits.
#pragma once

#include "VM/Modules/Hashes/BlockHash.h"
#include "VM/Modules/Hashes/Constants.h"

namespace coil::vm::hashes {

template <class W> struct Sha2Core {
  using Word = W;
  static constexpr size_t kWords = 8;
  static constexpr bool kBigEndian = true, kWide = sizeof(W) == 8;
  static constexpr unsigned kRounds = kWide ? 80 : 64;

  static W mix(W x, int wide1, int wide2, int wide3, int narrow1, int narrow2, int narrow3) {
    return kWide ? std::rotr(x, wide1) ^ std::rotr(x, wide2) ^ std::rotr(x, wide3)
                 : std::rotr(x, narrow1) ^ std::rotr(x, narrow2) ^ std::rotr(x, narrow3);
  }
  static W spread(W x, int wide1, int wide2, int wide3, int narrow1, int narrow2, int narrow3) {
    return kWide ? std::rotr(x, wide1) ^ std::rotr(x, wide2) ^ (x >> wide3)
                 : std::rotr(x, narrow1) ^ std::rotr(x, narrow2) ^ (x >> narrow3);
  }
  // The upper half of a constant, for the narrow words.
  static W constant(uint64_t bits) { return kWide ? W(bits) : W(bits >> 32); }

  static void compress(W *state, const uint8_t *block) {
    W w[kRounds];
    for (unsigned i = 0; i < 16; ++i) w[i] = loadWord<W>(block + i * sizeof(W), true);
    for (unsigned i = 16; i < kRounds; ++i)
      w[i] = spread(w[i - 2], 19, 61, 6, 17, 19, 10) + w[i - 7] + spread(w[i - 15], 1, 8, 7, 7, 18, 3) +
             w[i - 16];
    W a = state[0], b = state[1], c = state[2], d = state[3];
    W e = state[4], f = state[5], g = state[6], h = state[7];
    for (unsigned i = 0; i < kRounds; ++i) {
      W first = h + mix(e, 14, 18, 41, 6, 11, 25) + ((e & f) ^ (~e & g)) + constant(kCubeRoots[i]) + w[i];
      W second = mix(a, 28, 34, 39, 2, 13, 22) + ((a & b) ^ (a & c) ^ (b & c));
      h = g, g = f, f = e, e = d + first, d = c, c = b, b = a, a = first + second;
    }
    state[0] += a, state[1] += b, state[2] += c, state[3] += d;
    state[4] += e, state[5] += f, state[6] += g, state[7] += h;
  }
};

template <class W> struct Sha2 : BlockHash<Sha2Core<W>> {
  size_t digestSize;
  const char *shownName;

  const char *name() const { return shownName; }

  static Sha2 start(size_t digestSize, const char *name) {
    Sha2 hash{};
    hash.digestSize = digestSize, hash.shownName = name;
    bool shortened = digestSize < 8 * sizeof(W);
    for (unsigned i = 0; i < 8; ++i) {
      uint64_t root = kSquareRoots[shortened ? i + 8 : i];
      hash.state[i] = sizeof(W) == 8 || shortened ? W(root) : W(root >> 32);
    }
    return hash;
  }
};

} // namespace coil::vm::hashes
