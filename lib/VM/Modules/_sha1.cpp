// The module _sha1.
#include "VM/Modules/Hashes/BlockHash.h"
#include "VM/Modules/Hashes/HashObject.h"

using namespace coil::vm;
using namespace coil::vm::hashes;

namespace {

struct Sha1Core {
  using Word = uint32_t;
  static constexpr size_t kWords = 5;
  static constexpr bool kBigEndian = true;

  static void compress(uint32_t *state, const uint8_t *block) {
    static constexpr uint32_t kConstants[] = {0x5a827999, 0x6ed9eba1, 0x8f1bbcdc, 0xca62c1d6};
    uint32_t w[80];
    for (unsigned i = 0; i < 16; ++i) w[i] = loadWord<uint32_t>(block + i * 4, true);
    for (unsigned i = 16; i < 80; ++i) w[i] = std::rotl(w[i - 3] ^ w[i - 8] ^ w[i - 14] ^ w[i - 16], 1);
    uint32_t a = state[0], b = state[1], c = state[2], d = state[3], e = state[4];
    for (unsigned i = 0; i < 80; ++i) {
      uint32_t f = i / 20 == 0 ? (b & c) | (~b & d) : i / 20 == 2 ? (b & c) | (b & d) | (c & d) : b ^ c ^ d;
      uint32_t next = std::rotl(a, 5) + f + e + kConstants[i / 20] + w[i];
      e = d, d = c, c = std::rotl(b, 30), b = a, a = next;
    }
    state[0] += a, state[1] += b, state[2] += c, state[3] += d, state[4] += e;
  }
};

struct Sha1 : BlockHash<Sha1Core> {
  static constexpr size_t digestSize = 20;
  static const char *name() { return "sha1"; }

  static Sha1 start() {
    Sha1 hash{};
    constexpr uint32_t kStart[] = {0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476, 0xc3d2e1f0};
    std::copy_n(kStart, 5, hash.state);
    return hash;
  }
};

Type sha1Type;
const TypeSpec kSha1Spec = hashTypeSpec<Sha1, false>("_sha1.sha1");

Ref sha1New(Thread &t, const Value *args) { return newHash(t, sha1Type, Sha1::start(), args[0], args[1]); }

NativeDef kFunctions[] = {
    {"sha1", sha1New, "($module, /, string=b'', *, usedforsecurity=True)",
     "A SHA-1 hash object, fed with string."},
};

const ModuleType kTypes[] = {{sha1Type, kSha1Spec, types::Object, false}};

Status populate(Thread &, Module *module) {
  dictSetStr(module->dict, internText("SHA1Type"), Value(&sha1Type));
  return Status::ok();
}

} // namespace

const ModuleSpec coil::vm::kSha1Module = {
    .name = "_sha1", .doc = nullptr, .functions = kFunctions, .populate = populate, .types = kTypes};
