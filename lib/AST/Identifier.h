// Identifiers: each spelling is stored once per context, so that equal names are equal pointers.
#pragma once

#include "Support/Arena.h"
#include "Support/ShortText.h"
#include "llvm/ADT/StringRef.h"
#include <cstdint>
#include <cstring>
#include <vector>

namespace coil::ast {

// One interned name: NFKC-normalised UTF-8, numbered from 0 in the order of first use.
class IdentifierInfo {
public:
  llvm::StringRef str() const { return {reinterpret_cast<const char *>(this + 1), length}; }
  uint32_t number() const { return index; }
  uint32_t hashValue() const { return hash; }

private:
  friend class IdentifierTable;
  uint32_t length;
  uint32_t index;
  uint32_t hash;
};

// A name in the tree; null where an optional name is absent.
using Identifier = const IdentifierInfo *;

// The table of a context's names: open addressing over pointers.
class IdentifierTable {
public:
  explicit IdentifierTable(Arena &arena) : arena(arena), slots(256) {}

  // The one IdentifierInfo of `text`; it lives as long as the arena.
  Identifier intern(llvm::StringRef text) {
    uint32_t hash = hashText(text);
    size_t mask = slots.size() - 1;
    for (size_t i = hash & mask;; i = (i + 1) & mask) {
      const IdentifierInfo *info = slots[i];
      if (!info) return insert(text, hash, i);
      if (info->hash == hash && info->length == text.size() &&
          sameBytes(info->str().data(), text.data(), text.size()))
        return info;
    }
  }

  uint32_t size() const { return count; }

private:
  static uint32_t hashText(llvm::StringRef text) {
    uint64_t h = text.size() * 0x9E3779B97F4A7C15u;
    forWords(text, [&](uint64_t word) { h = mix(h ^ word); });
    return uint32_t(h ^ (h >> 32));
  }
  static uint64_t mix(uint64_t x) {
    x *= 0xFF51AFD7ED558CCDu;
    return x ^ (x >> 32);
  }
  Identifier insert(llvm::StringRef text, uint32_t hash, size_t slot);

  Arena &arena;
  std::vector<const IdentifierInfo *> slots;
  uint32_t count = 0;
};

} // namespace coil::ast
