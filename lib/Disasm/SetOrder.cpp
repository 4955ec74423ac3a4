// CPython's hashes of constants, and its set's open addressing, as far as the order of iteration depends on
// them.
#include "Disasm/SetOrder.h"
#include "Support/SipHash.h"
#include "Support/Unicode.h"
#include <bit>
#include <cmath>

using namespace coil;
using namespace coil::bytecode;
using llvm::ArrayRef;
using llvm::StringRef;

namespace {

constexpr int kHashBits = 61;
constexpr uint64_t kModulus = (uint64_t(1) << kHashBits) - 1;
constexpr unsigned kMaxDepth = 100; // of nested tuples and frozensets inside a set

uint64_t avoidError(uint64_t hash) { return hash == UINT64_MAX ? UINT64_MAX - 1 : hash; }

// Numbers hash to their value modulo a Mersenne prime, so that equal ones of different types agree.
uint64_t hashInt(const IntObject &object) {
  uint64_t hash = 0;
  bool negative = object.isSmall() ? object.value < 0 : object.negative;
  if (object.isSmall()) {
    uint64_t magnitude =
        negative ? 0 - static_cast<uint64_t>(object.value) : static_cast<uint64_t>(object.value);
    hash = magnitude % kModulus;
  } else {
    for (uint64_t limb : llvm::reverse(object.limbs))
      hash = static_cast<uint64_t>(((static_cast<unsigned __int128>(hash) << 64) + limb) % kModulus);
  }
  return avoidError(negative ? 0 - hash : hash);
}

uint64_t hashDouble(double value) {
  if (std::isinf(value)) return value > 0 ? 314159 : 0 - uint64_t(314159);
  if (std::isnan(value)) return 0; // CPython takes the object's address
  int exponent = 0;
  double mantissa = std::frexp(std::fabs(value), &exponent);
  uint64_t hash = 0;
  while (mantissa != 0) {
    hash = ((hash << 28) & kModulus) | hash >> (kHashBits - 28);
    mantissa *= 268435456.0;
    exponent -= 28;
    auto whole = static_cast<uint64_t>(mantissa);
    mantissa -= static_cast<double>(whole);
    hash += whole;
    if (hash >= kModulus) hash -= kModulus;
  }
  exponent = exponent >= 0 ? exponent % kHashBits : kHashBits - 1 - ((-1 - exponent) % kHashBits);
  hash = ((hash << exponent) & kModulus) | hash >> (kHashBits - exponent);
  return avoidError(std::signbit(value) ? 0 - hash : hash);
}

uint64_t hashBytes(StringRef data) { return data.empty() ? 0 : avoidError(sipHash13(0, 0, data)); }

// A str is hashed in the width of its widest character.
uint64_t hashStr(const StrObject &object) {
  if (object.ascii) return hashBytes(object.text);
  llvm::SmallVector<uint32_t> points;
  uint32_t widest = 0;
  for (const char *at = object.text.begin(); at < object.text.end();) {
    points.push_back(unicode::decodeUtf8(at));
    widest = std::max(widest, points.back());
  }
  llvm::SmallVector<char> data;
  size_t width = widest < 0x100 ? 1 : widest < 0x10000 ? 2 : 4;
  for (uint32_t c : points)
    for (size_t i = 0; i < width; ++i) data.push_back(static_cast<char>(c >> 8 * i));
  return hashBytes(StringRef(data.data(), data.size()));
}

uint64_t hashObject(const Object &object, unsigned depth);

// An xxHash of the elements' hashes.
uint64_t hashTuple(ArrayRef<const Object *> items, unsigned depth) {
  constexpr uint64_t kPrime1 = 11400714785074694791u, kPrime2 = 14029467366897019727u,
                     kPrime5 = 2870177450012600261u;
  uint64_t hash = kPrime5;
  for (const Object *item : items)
    hash = std::rotl(hash + hashObject(*item, depth + 1) * kPrime2, 31) * kPrime1;
  hash += items.size() ^ (kPrime5 ^ 3527539u);
  return hash == UINT64_MAX ? 1546275796 : hash;
}

uint64_t hashFrozenSet(ArrayRef<const Object *> items, unsigned depth) {
  uint64_t hash = 0;
  for (const Object *item : items) {
    uint64_t h = hashObject(*item, depth + 1);
    hash ^= ((h ^ 89869747u) ^ (h << 16)) * 3644798167u;
  }
  hash ^= (items.size() + 1) * 1927868237u;
  hash ^= (hash >> 11) ^ (hash >> 25);
  hash = hash * 69069u + 907133923u;
  return hash == UINT64_MAX ? 590923713 : hash;
}

uint64_t hashObject(const Object &object, unsigned depth) {
  if (depth > kMaxDepth) return 0;
  switch (object.kind) {
  case ObjectKind::True: return 1;
  case ObjectKind::False: return 0;
  case ObjectKind::Int: return hashInt(*dynCast<IntObject>(&object));
  case ObjectKind::Float: return hashDouble(dynCast<FloatObject>(&object)->value);
  case ObjectKind::Complex: {
    auto &value = *dynCast<ComplexObject>(&object);
    return avoidError(hashDouble(value.real) + 1000003u * hashDouble(value.imag));
  }
  case ObjectKind::Str: return hashStr(*dynCast<StrObject>(&object));
  case ObjectKind::Bytes: return hashBytes(dynCast<BytesObject>(&object)->data);
  case ObjectKind::Tuple: return hashTuple(dynCast<SequenceObject>(&object)->items, depth);
  case ObjectKind::FrozenSet: return hashFrozenSet(dynCast<SequenceObject>(&object)->items, depth);
  // These hash to their addresses, which are fixed in Debian's python3.11: it is no position-independent
  // executable.
  case ObjectKind::None: return 611532;
  case ObjectKind::Ellipsis: return 606842;
  default: return 0;
  }
}

// The table of a set: linear probes of nine neighbours, then jumps.
struct Table {
  struct Entry {
    uint64_t hash = 0;
    const Object *key = nullptr;
  };
  llvm::SmallVector<Entry> entries = llvm::SmallVector<Entry>(8);
  size_t used = 0;

  void place(const Entry &entry) {
    constexpr size_t kProbes = 9;
    size_t mask = entries.size() - 1, i = entry.hash & mask;
    for (uint64_t perturb = entry.hash;;) {
      size_t last = i + kProbes <= mask ? i + kProbes : i;
      for (size_t k = i; k <= last; ++k) {
        if (entries[k].key) continue;
        entries[k] = entry;
        return;
      }
      perturb >>= 5;
      i = (i * 5 + 1 + perturb) & mask;
    }
  }

  void add(const Entry &entry) {
    place(entry);
    ++used;
    if (used * 5 < (entries.size() - 1) * 3) return;
    size_t wanted = used > 50000 ? used * 2 : used * 4, size = 8;
    while (size <= wanted) size *= 2;
    llvm::SmallVector<Entry> old(size);
    old.swap(entries);
    for (const Entry &entry : old)
      if (entry.key) place(entry);
  }
};

} // namespace

llvm::SmallVector<const Object *, 8> disasm::setIterationOrder(ArrayRef<const Object *> items) {
  Table table;
  for (const Object *item : items) table.add({hashObject(*item, 0), item});
  llvm::SmallVector<const Object *, 8> result;
  for (const Table::Entry &entry : table.entries)
    if (entry.key) result.push_back(entry.key);
  return result;
}
