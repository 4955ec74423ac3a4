// SipHash-1-3 (https://www.aumasson.jp/siphash) and CPython's hash secret.
#include "VM/Core/Runtime.h"
#include <cstring>
#include <sys/random.h>

using namespace coil::vm;

namespace {

uint64_t secret0 = 0, secret1 = 0;

uint64_t rotate(uint64_t x, int bits) { return x << bits | x >> (64 - bits); }

struct SipState {
  uint64_t v0, v1, v2, v3;
  SipState(uint64_t k0, uint64_t k1)
      : v0(k0 ^ 0x736f6d6570736575), v1(k1 ^ 0x646f72616e646f6d), v2(k0 ^ 0x6c7967656e657261),
        v3(k1 ^ 0x7465646279746573) {}
  void round() {
    v0 += v1, v2 += v3;
    v1 = rotate(v1, 13) ^ v0, v3 = rotate(v3, 16) ^ v2;
    v0 = rotate(v0, 32);
    v2 += v1, v0 += v3;
    v1 = rotate(v1, 17) ^ v2, v3 = rotate(v3, 21) ^ v0;
    v2 = rotate(v2, 32);
  }
  void absorb(uint64_t word) {
    v3 ^= word;
    round();
    v0 ^= word;
  }
};

} // namespace

int64_t coil::vm::hashBytes(llvm::ArrayRef<uint8_t> bytes) {
  if (bytes.empty()) return 0;
  SipState state(secret0, secret1);
  size_t n = bytes.size(), whole = n / 8 * 8;
  for (size_t i = 0; i < whole; i += 8) {
    uint64_t word;
    std::memcpy(&word, bytes.data() + i, 8);
    state.absorb(word);
  }
  uint64_t last = uint64_t(n) << 56, rest = 0;
  std::memcpy(&rest, bytes.data() + whole, n - whole);
  state.absorb(last | rest);
  state.v2 ^= 0xff;
  for (int i = 0; i < 3; ++i) state.round();
  auto hash = int64_t((state.v0 ^ state.v1) ^ (state.v2 ^ state.v3));
  return hash == -1 ? -2 : hash;
}

void coil::vm::setHashSeed(int64_t seed) {
  uint8_t key[24] = {};
  if (seed < 0) {
    if (getrandom(key, sizeof key, 0) < 0) seed = 1;
  }
  if (seed > 0) { // the linear congruential generator of CPython's lcg_urandom
    auto x = uint32_t(seed);
    for (uint8_t &byte : key) {
      x = x * 214013 + 2531011;
      byte = uint8_t(x >> 16);
    }
  }
  std::memcpy(&secret0, key, 8);
  std::memcpy(&secret1, key + 8, 8);
}
