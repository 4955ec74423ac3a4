// What MD5 and the SHA functions have in common: full blocks go through a compression function, and the last
// one holds the message's length in bits.
#pragma once

#include "llvm/ADT/ArrayRef.h"
#include <algorithm>
#include <bit>
#include <cstring>

namespace coil::vm::hashes {

template <class Word> Word loadWord(const uint8_t *from, bool bigEndian) {
  Word word;
  std::memcpy(&word, from, sizeof word);
  if (!bigEndian) return word;
  if constexpr (sizeof(Word) == 8) return __builtin_bswap64(word);
  return Word(__builtin_bswap32(uint32_t(word)));
}

template <class Word> void storeWord(uint8_t *to, Word word, bool bigEndian) {
  if (bigEndian) word = loadWord<Word>(reinterpret_cast<const uint8_t *>(&word), true);
  std::memcpy(to, &word, sizeof word);
}

// Core gives Word, kWords (of the state), kBigEndian and compress(Word *state, const uint8_t *block).
template <class Core> struct BlockHash {
  using Word = typename Core::Word;
  static constexpr size_t kBlockSize = 16 * sizeof(Word);

  Word state[Core::kWords];
  uint64_t length = 0; // bytes so far
  uint8_t block[kBlockSize];

  void update(llvm::ArrayRef<uint8_t> bytes) {
    size_t filled = length % kBlockSize;
    length += bytes.size();
    if (filled) {
      size_t taken = std::min(kBlockSize - filled, bytes.size());
      std::copy_n(bytes.begin(), taken, block + filled);
      bytes = bytes.drop_front(taken);
      if (filled + taken < kBlockSize) return;
      Core::compress(state, block);
    }
    for (; bytes.size() >= kBlockSize; bytes = bytes.drop_front(kBlockSize))
      Core::compress(state, bytes.data());
    std::copy(bytes.begin(), bytes.end(), block);
  }

  // Leaves the hash as it is: more may follow.
  void digest(uint8_t *out, size_t size) const {
    BlockHash last = *this;
    size_t filled = length % kBlockSize, room = kBlockSize - 2 * sizeof(Word);
    last.block[filled++] = 0x80;
    std::fill(last.block + filled, last.block + kBlockSize, 0);
    if (filled > room) {
      Core::compress(last.state, last.block);
      std::fill(last.block, last.block + kBlockSize, 0);
    }
    storeWord<uint64_t>(last.block + (Core::kBigEndian ? kBlockSize - 8 : room), length * 8,
                        Core::kBigEndian);
    Core::compress(last.state, last.block);
    uint8_t all[sizeof state];
    for (size_t i = 0; i < Core::kWords; ++i)
      storeWord<Word>(all + i * sizeof(Word), last.state[i], Core::kBigEndian);
    std::copy_n(all, size, out);
  }
};

} // namespace coil::vm::hashes
