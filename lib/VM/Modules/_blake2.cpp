// The module _blake2: BLAKE2b and BLAKE2s (RFC 7693), with all their parameters.
#include "VM/Modules/Hashes/BlockHash.h"
#include "VM/Modules/Hashes/Constants.h"
#include "VM/Modules/Hashes/HashObject.h"
#include "VM/Types/Int/Int.h"
#include "VM/Types/Str/TextArguments.h"

using namespace coil::vm;
using namespace coil::vm::hashes;

namespace {

// The order of the message's words, round by round; BLAKE2b repeats the first two.
constexpr uint8_t kOrder[10][16] = {
    {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15},
    {14, 10, 4, 8, 9, 15, 13, 6, 1, 12, 0, 2, 11, 7, 5, 3},
    {11, 8, 12, 0, 5, 2, 15, 13, 10, 14, 3, 6, 7, 1, 9, 4},
    {7, 9, 3, 1, 13, 12, 11, 14, 2, 6, 5, 10, 4, 0, 15, 8},
    {9, 0, 5, 7, 2, 4, 10, 15, 14, 1, 11, 12, 6, 8, 3, 13},
    {2, 12, 6, 10, 0, 11, 8, 3, 4, 13, 7, 5, 15, 14, 1, 9},
    {12, 5, 1, 15, 14, 13, 4, 10, 0, 7, 6, 3, 9, 2, 8, 11},
    {13, 11, 7, 14, 12, 1, 3, 9, 5, 0, 15, 4, 8, 6, 2, 10},
    {6, 15, 14, 9, 11, 3, 0, 8, 12, 2, 13, 7, 1, 4, 10, 5},
    {10, 2, 8, 4, 7, 6, 1, 5, 15, 11, 9, 14, 3, 12, 13, 0},
};

template <class Word> struct Blake2 {
  static constexpr bool kWide = sizeof(Word) == 8;
  static constexpr size_t kBlockSize = 16 * sizeof(Word), kMaxDigest = 8 * sizeof(Word),
                          kSaltSize = 2 * sizeof(Word);
  static constexpr unsigned kRounds = kWide ? 12 : 10;

  Word state[8];
  uint64_t length; // bytes that were compressed
  size_t filled;   // of the block, which stays full until more comes: the last one is marked
  size_t digestSize;
  bool lastNode;
  uint8_t block[kBlockSize];

  static const char *name() { return kWide ? "blake2b" : "blake2s"; }
  static Word start(unsigned i) { return kWide ? Word(kSquareRoots[i]) : Word(kSquareRoots[i] >> 32); }

  static void mix(Word *v, unsigned a, unsigned b, unsigned c, unsigned d, Word x, Word y) {
    v[a] += v[b] + x, v[d] = std::rotr(Word(v[d] ^ v[a]), kWide ? 32 : 16);
    v[c] += v[d], v[b] = std::rotr(Word(v[b] ^ v[c]), kWide ? 24 : 12);
    v[a] += v[b] + y, v[d] = std::rotr(Word(v[d] ^ v[a]), kWide ? 16 : 8);
    v[c] += v[d], v[b] = std::rotr(Word(v[b] ^ v[c]), kWide ? 63 : 7);
  }

  void compress(size_t added, bool last) {
    length += added;
    Word m[16], v[16];
    for (unsigned i = 0; i < 16; ++i) m[i] = loadWord<Word>(block + i * sizeof(Word), false);
    for (unsigned i = 0; i < 8; ++i) v[i] = state[i], v[i + 8] = start(i);
    v[12] ^= Word(length);
    if (!kWide) v[13] ^= Word(length >> 32);
    if (last) v[14] = Word(~v[14]);
    if (last && lastNode) v[15] = Word(~v[15]);
    for (unsigned round = 0; round < kRounds; ++round) {
      const uint8_t *order = kOrder[round % 10];
      for (unsigned i = 0; i < 4; ++i) mix(v, i, i + 4, i + 8, i + 12, m[order[2 * i]], m[order[2 * i + 1]]);
      for (unsigned i = 0; i < 4; ++i)
        mix(v, i, (i + 1) % 4 + 4, (i + 2) % 4 + 8, (i + 3) % 4 + 12, m[order[8 + 2 * i]],
            m[order[9 + 2 * i]]);
    }
    for (unsigned i = 0; i < 8; ++i) state[i] ^= v[i] ^ v[i + 8];
  }

  void update(llvm::ArrayRef<uint8_t> bytes) {
    while (!bytes.empty()) {
      if (filled == kBlockSize) {
        compress(kBlockSize, false);
        filled = 0;
      }
      size_t taken = std::min(kBlockSize - filled, bytes.size());
      std::copy_n(bytes.begin(), taken, block + filled);
      filled += taken;
      bytes = bytes.drop_front(taken);
    }
  }

  void digest(uint8_t *out, size_t size) const {
    Blake2 last = *this;
    std::fill(last.block + filled, last.block + kBlockSize, 0);
    last.compress(filled, true);
    uint8_t all[kMaxDigest];
    for (unsigned i = 0; i < 8; ++i) storeWord<Word>(all + i * sizeof(Word), last.state[i], false);
    std::copy_n(all, size, out);
  }
};

// The parameter block, field by field.
template <class Word> struct Parameters {
  static constexpr bool kWide = sizeof(Word) == 8;
  uint8_t bytes[8 * sizeof(Word)] = {};

  void number(size_t at, size_t size, uint64_t value) {
    for (size_t i = 0; i < size; ++i) bytes[at + i] = uint8_t(value >> (8 * i));
  }
};

Result<int> smallNumber(Thread &t, Value v, const char *name, int least, int most) {
  int number = TRY(intArgument(t, v));
  if (number < least || number > most)
    return raise(t, types::ValueError, "% must be between % and %", name, least, most);
  return number;
}

Result<uint64_t> wideNumber(Thread &t, Value v, const char *name, uint64_t most, const char *overflow) {
  if (v.empty()) return 0;
  Ref number = TRY(index(t, v));
  IntView view(number);
  if (view.negative()) return raise(t, types::ValueError, "value must be positive");
  if (view.size() > 1) return raise(t, types::OverflowError, overflow);
  uint64_t value = view.size() ? view.limbs()[0] : 0;
  if (value > most) return raise(t, types::OverflowError, "% is too large", name);
  return value;
}

// A buffer of at most so many bytes, into the parameter block.
Status copyPart(Thread &t, Value v, const char *name, uint8_t *to, size_t most) {
  if (v.empty()) return Status::ok();
  Buffer buffer;
  TRY(buffer.open(t, v));
  if (size_t(buffer.size()) > most)
    return raise(t, types::ValueError, "maximum % length is % bytes", name, most);
  std::copy(buffer.bytes().begin(), buffer.bytes().end(), to);
  return Status::ok();
}

enum Argument {
  kType,
  kData,
  kDigestSize,
  kKey,
  kSalt,
  kPerson,
  kFanout,
  kDepth,
  kLeafSize,
  kNodeOffset,
  kNodeDepth,
  kInnerSize,
  kLastNode,
  kUsedForSecurity
};

// The numbers of a tree's node.
template <class Word> Status treeParameters(Thread &t, const Value *args, Parameters<Word> &p) {
  constexpr bool kWide = sizeof(Word) == 8;
  int fanout = TRY(smallNumber(t, args[kFanout], "fanout", 0, 255));
  int depth = TRY(smallNumber(t, args[kDepth], "depth", 1, 255));
  uint64_t leaf = TRY(wideNumber(t, args[kLeafSize], "leaf_size", UINT32_MAX,
                                 "Python int too large to convert to C unsigned long"));
  uint64_t offset = TRY(wideNumber(t, args[kNodeOffset], "node_offset",
                                   kWide ? UINT64_MAX : (uint64_t(1) << 48) - 1, "int too big to convert"));
  int nodeDepth = TRY(smallNumber(t, args[kNodeDepth], "node_depth", 0, 255));
  int inner = TRY(intArgument(t, args[kInnerSize]));
  if (inner < 0 || inner > int(Blake2<Word>::kMaxDigest))
    return raise(t, types::ValueError, "inner_size must be between 0 and is %", Blake2<Word>::kMaxDigest);
  p.number(2, 1, uint64_t(fanout)), p.number(3, 1, uint64_t(depth)), p.number(4, 4, leaf);
  p.number(8, kWide ? 8 : 6, offset);
  p.number(kWide ? 16 : 14, 1, uint64_t(nodeDepth)), p.number(kWide ? 17 : 15, 1, uint64_t(inner));
  return Status::ok();
}

template <class Word> Ref blake2New(Thread &t, const Value *args) {
  using Hash = Blake2<Word>;
  Parameters<Word> p;
  constexpr size_t kSalt0 = 4 * sizeof(Word), kPerson0 = 6 * sizeof(Word);
  int most = int(Hash::kMaxDigest), size = most;
  if (!args[kDigestSize].empty()) size = TRY(intArgument(t, args[kDigestSize]));
  if (size <= 0 || size > most)
    return raise(t, types::ValueError, "digest_size must be between 1 and % bytes", most);
  CHECK(copyPart(t, args[kSalt], "salt", p.bytes + kSalt0, Hash::kSaltSize));
  CHECK(copyPart(t, args[kPerson], "person", p.bytes + kPerson0, Hash::kSaltSize));
  CHECK(treeParameters(t, args, p));
  uint8_t keyBlock[Hash::kBlockSize] = {};
  Buffer key;
  if (!args[kKey].empty()) CHECK(key.open(t, args[kKey]));
  CHECK(copyPart(t, args[kKey], "key", keyBlock, Hash::kMaxDigest));
  p.number(0, 1, uint64_t(size)), p.number(1, 1, uint64_t(key.size()));
  Hash hash{};
  hash.digestSize = size_t(size);
  hash.lastNode = TRY(truth(t, args[kLastNode]));
  for (unsigned i = 0; i < 8; ++i)
    hash.state[i] = Hash::start(i) ^ loadWord<Word>(p.bytes + i * sizeof(Word), false);
  if (key.size()) hash.update(keyBlock);
  return newHash(t, *args[kType].as<Type>(), hash, args[kData], args[kUsedForSecurity]);
}

Type blake2bType, blake2sType;

#define SIGNATURE(name)                                                                                      \
  "($type, data=b'', /, *, digest_size=_blake2." name ".MAX_DIGEST_SIZE,\n        key=b'', salt=b'', "       \
  "person=b'', fanout=1, depth=1, leaf_size=0,\n        node_offset=0, node_depth=0, inner_size=0, "         \
  "last_node=False,\n        usedforsecurity=True)"

template <class Word>
NativeDef kMethods[] = {
    {"__new__", blake2New<Word>, sizeof(Word) == 8 ? SIGNATURE("blake2b") : SIGNATURE("blake2s"),
     "Make a new object of the class."},
    {"copy", hashCopy<Blake2<Word>>, "($self, /)",
     "A second hash object in the same state, which goes its own way from here."},
    {"digest", hashDigest<Blake2<Word>>, "($self, /)",
     "The hash of all that was fed so far, as bytes. More may be fed afterwards."},
    {"hexdigest", hashHexDigest<Blake2<Word>>, "($self, /)",
     "The same as digest(), written as a str of hexadecimal digits."},
    {"update", hashUpdate<Blake2<Word>>, "($self, data, /)", "Feed a bytes-like object to the hash."},
};

template <class Word> TypeSpec spec(const char *name, const char *doc) {
  TypeSpec s{.name = name};
  s.size = sizeof(HashObject<Blake2<Word>>);
  s.methods = kMethods<Word>;
  s.getsets = kHashGetSets<Blake2<Word>, false>;
  s.doc = doc;
  s.heapType = true;
  return s;
}
const TypeSpec kBlake2bSpec =
    spec<uint64_t>("_blake2.blake2b", "A BLAKE2b hash (64 bit, digests of up to 64 bytes), fed with data.");
const TypeSpec kBlake2sSpec =
    spec<uint32_t>("_blake2.blake2s", "A BLAKE2s hash (32 bit, digests of up to 32 bytes), fed with data.");

const ModuleType kTypes[] = {{blake2bType, kBlake2bSpec, types::Object},
                             {blake2sType, kBlake2sSpec, types::Object}};

// The limits, as attributes of the types and of the module.
Status populate(Thread &, Module *module) {
  struct Limit {
    const char *name;
    int64_t words;
  };
  for (Limit limit :
       {Limit{"SALT_SIZE", 2}, {"PERSON_SIZE", 2}, {"MAX_KEY_SIZE", 8}, {"MAX_DIGEST_SIZE", 8}}) {
    for (bool wide : {true, false}) {
      Value size = Value::smallInt(limit.words * (wide ? 8 : 4));
      dictSetStr((wide ? blake2bType : blake2sType).dict, internText(limit.name), size);
      dictSetStr(module->dict, internText(std::string(wide ? "BLAKE2B_" : "BLAKE2S_") + limit.name), size);
    }
  }
  return Status::ok();
}

} // namespace

const ModuleSpec coil::vm::kBlake2Module = {
    .name = "_blake2",
    .doc = "BLAKE2b and BLAKE2s, as hashlib offers them.",
    .populate = populate,
    .types = kTypes,
};
