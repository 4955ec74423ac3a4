// The module _sha3: SHA-3 and SHAKE (FIPS 202).
#include "VM/Modules/Hashes/BlockHash.h"
#include "VM/Modules/Hashes/HashObject.h"
#include "VM/Types/Int/Int.h"
#include <array>

using namespace coil::vm;

namespace {

// The permutation Keccak-f[1600]. Its constants come from their definitions: the rotations are the triangular
// numbers along the walk of "pi", the round constants the bits of a linear feedback shift register.
struct Keccak {
  uint64_t lanes[25];

  static constexpr unsigned kRounds = 24;

  static constexpr auto kRoundConstants = [] {
    std::array<uint64_t, kRounds> constants{};
    uint8_t state = 1;
    for (uint64_t &constant : constants)
      for (unsigned i = 0; i < 7; ++i) {
        if (state & 1) constant |= uint64_t(1) << ((1u << i) - 1);
        state = uint8_t(state << 1 ^ (state & 0x80 ? 0x71 : 0));
      }
    return constants;
  }();

  void permute() {
    for (uint64_t constant : kRoundConstants) {
      uint64_t column[5], rows[5];
      for (unsigned x = 0; x < 5; ++x)
        column[x] = lanes[x] ^ lanes[x + 5] ^ lanes[x + 10] ^ lanes[x + 15] ^ lanes[x + 20];
      for (unsigned x = 0; x < 5; ++x) {
        uint64_t change = column[(x + 4) % 5] ^ std::rotl(column[(x + 1) % 5], 1);
        for (unsigned y = 0; y < 25; y += 5) lanes[y + x] ^= change;
      }
      uint64_t moving = lanes[1];
      for (unsigned x = 1, y = 0, step = 0; step < 24; ++step) {
        unsigned to = (2 * x + 3 * y) % 5;
        x = y, y = to;
        uint64_t rotated = std::rotl(moving, int((step + 1) * (step + 2) / 2 % 64));
        moving = std::exchange(lanes[5 * y + x], rotated);
      }
      for (unsigned y = 0; y < 25; y += 5) {
        std::copy_n(lanes + y, 5, rows);
        for (unsigned x = 0; x < 5; ++x) lanes[y + x] = rows[x] ^ (~rows[(x + 1) % 5] & rows[(x + 2) % 5]);
      }
      lanes[0] ^= constant;
    }
  }
};

struct Kind {
  const char *name;
  size_t digestSize; // 0: any (SHAKE)
  size_t rate;       // bytes that are absorbed at a time
  uint8_t suffix;    // the bits behind the message, and the first bit of the padding
};
constexpr Kind kKinds[] = {
    {"sha3_224", 28, 144, 0x06}, {"sha3_256", 32, 136, 0x06}, {"sha3_384", 48, 104, 0x06},
    {"sha3_512", 64, 72, 0x06},  {"shake_128", 0, 168, 0x1f}, {"shake_256", 0, 136, 0x1f},
};
constexpr size_t kKindCount = std::size(kKinds);

struct Sha3 {
  const Kind *kind;
  Keccak sponge;
  size_t filled; // of the block

  void absorb(uint8_t byte, size_t at) { sponge.lanes[at / 8] ^= uint64_t(byte) << (8 * (at % 8)); }

  void update(llvm::ArrayRef<uint8_t> bytes) {
    while (!bytes.empty() && (filled || bytes.size() < kind->rate)) {
      absorb(bytes.front(), filled);
      bytes = bytes.drop_front();
      if (++filled < kind->rate) continue;
      sponge.permute();
      filled = 0;
    }
    for (; bytes.size() >= kind->rate; bytes = bytes.drop_front(kind->rate)) {
      for (size_t i = 0; i < kind->rate; i += 8)
        sponge.lanes[i / 8] ^= hashes::loadWord<uint64_t>(bytes.data() + i, false);
      sponge.permute();
    }
    if (!bytes.empty()) update(bytes);
  }

  void digest(uint8_t *out, size_t size) const {
    Sha3 last = *this;
    last.absorb(kind->suffix, filled);
    last.absorb(0x80, kind->rate - 1);
    for (size_t i = 0; i < size; ++i) {
      size_t at = i % kind->rate;
      if (at == 0) last.sponge.permute();
      out[i] = uint8_t(last.sponge.lanes[at / 8] >> (8 * (at % 8)));
    }
  }
};

using Sha3Object = HashObject<Sha3>;

Type sha3Types[kKindCount];

Sha3 &self(Value v) { return Sha3Object::of(v)->algorithm; }

// __new__(data=b'', /, *, usedforsecurity=True)
Ref sha3New(Thread &t, const Value *args) {
  Type &type = *args[0].as<Type>();
  return newHash(t, type, Sha3{&kKinds[&type - sha3Types], {}, 0}, args[1], args[2]);
}

Result<size_t> digestLength(Thread &t, Value v) {
  if (!isIntLike(v)) return raise(t, types::TypeError, "an integer is required");
  IntView view(v);
  if (view.negative()) return raise(t, types::ValueError, "value must be positive");
  if (view.size() > 1)
    return raise(t, types::OverflowError, "Python int too large to convert to C unsigned long");
  uint64_t length = view.size() ? view.limbs()[0] : 0;
  if (length >= uint64_t(1) << 29) return raise(t, types::ValueError, "length is too large");
  return length;
}

Ref digestOf(Value v, size_t size) {
  BytesRef digest = newBytes(int64_t(size));
  self(v).digest(digest->data, size);
  return digest;
}
Ref sha3Digest(Thread &, const Value *args) { return digestOf(args[0], self(args[0]).kind->digestSize); }
Ref shakeDigest(Thread &t, const Value *args) { return digestOf(args[0], TRY(digestLength(t, args[1]))); }
Ref sha3HexDigest(Thread &t, const Value *args) {
  return hexDigest(sha3Digest(t, args).as<Bytes>()->bytes());
}
Ref shakeHexDigest(Thread &t, const Value *args) {
  Ref digest = TRY(shakeDigest(t, args));
  return hexDigest(digest.as<Bytes>()->bytes());
}

Ref sha3BlockSize(Thread &, Value v) { return Ref::smallInt(int64_t(self(v).kind->rate)); }
Ref sha3DigestSize(Thread &, Value v) { return Ref::smallInt(int64_t(self(v).kind->digestSize)); }
Ref sha3Name(Thread &, Value v) { return makeStrAscii(self(v).kind->name); }
Ref sha3RateBits(Thread &, Value v) { return Ref::smallInt(int64_t(self(v).kind->rate * 8)); }
Ref sha3CapacityBits(Thread &, Value v) { return Ref::smallInt(int64_t(1600 - self(v).kind->rate * 8)); }
Ref sha3Suffix(Thread &, Value v) { return makeBytes(self(v).kind->suffix); }

// The name in the signature is for messages: CPython has one __new__ for all.
#define COMMON                                                                                               \
  {"__new__", sha3New, "!($type, data=b'', /, *, usedforsecurity=True)", "Make a new object of the class."}, \
      {"copy", hashCopy<Sha3>, "($self, /)",                                                                 \
       "A second hash object in the same state, which goes its own way from here."},                         \
      {"update", hashUpdate<Sha3>, "($self, data, /)", "Feed a bytes-like object to the hash."},

NativeDef kSha3Methods[] = {
    COMMON{"digest", sha3Digest, "($self, /)",
           "The hash of all that was fed so far, as bytes. More may be fed afterwards."},
    {"hexdigest", sha3HexDigest, "($self, /)",
     "The same as digest(), written as a str of hexadecimal digits."},
};

NativeDef kShakeMethods[] = {
    COMMON{"digest", shakeDigest, "($self, length, /)",
           "The first length bytes of the hash of all that was fed so far. More may be fed afterwards."},
    {"hexdigest", shakeHexDigest, "($self, length, /)",
     "The same as digest(length), written as a str of hexadecimal digits."},
};

const GetSetDef kGetSets[] = {
    {"block_size", sha3BlockSize, nullptr, nullptr},   {"name", sha3Name, nullptr, nullptr},
    {"digest_size", sha3DigestSize, nullptr, nullptr}, {"_capacity_bits", sha3CapacityBits, nullptr, nullptr},
    {"_rate_bits", sha3RateBits, nullptr, nullptr},    {"_suffix", sha3Suffix, nullptr, nullptr},
};

TypeSpec spec(const char *name, llvm::ArrayRef<NativeDef> methods, const char *doc) {
  TypeSpec s{.name = name};
  s.size = sizeof(Sha3Object);
  s.methods = methods;
  s.getsets = kGetSets;
  s.doc = doc;
  s.heapType = true;
  return s;
}

#define SHA3_DOC(bits, size) "A SHA3-" bits " hash, whose digest has " size " bytes, fed with data."
#define SHAKE_DOC(bits) "A SHAKE" bits " hash, whose digest is as long as one asks for, fed with data."
const TypeSpec kSpecs[] = {
    spec("_sha3.sha3_224", kSha3Methods, SHA3_DOC("224", "28")),
    spec("_sha3.sha3_256", kSha3Methods, SHA3_DOC("256", "32")),
    spec("_sha3.sha3_384", kSha3Methods, SHA3_DOC("384", "48")),
    spec("_sha3.sha3_512", kSha3Methods, SHA3_DOC("512", "64")),
    spec("_sha3.shake_128", kShakeMethods, SHAKE_DOC("128")),
    spec("_sha3.shake_256", kShakeMethods, SHAKE_DOC("256")),
};

const ModuleType kTypes[] = {
    {sha3Types[0], kSpecs[0], types::Object}, {sha3Types[1], kSpecs[1], types::Object},
    {sha3Types[2], kSpecs[2], types::Object}, {sha3Types[3], kSpecs[3], types::Object},
    {sha3Types[4], kSpecs[4], types::Object}, {sha3Types[5], kSpecs[5], types::Object},
};

Status populate(Thread &, Module *module) {
  dictSetStr(module->dict, internText("keccakopt"), Value::smallInt(0));
  dictSetStr(module->dict, internText("implementation"), makeStrAscii("tiny_sha3"));
  return Status::ok();
}

} // namespace

const ModuleSpec coil::vm::kSha3Module = {
    .name = "_sha3", .doc = nullptr, .populate = populate, .types = kTypes};
