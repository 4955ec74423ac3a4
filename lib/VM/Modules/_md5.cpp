// The module _md5.
#include "VM/Modules/Hashes/BlockHash.h"
#include "VM/Modules/Hashes/Constants.h"
#include "VM/Modules/Hashes/HashObject.h"

using namespace coil::vm;
using namespace coil::vm::hashes;

namespace {

struct Md5Core {
  using Word = uint32_t;
  static constexpr size_t kWords = 4;
  static constexpr bool kBigEndian = false;

  static void compress(uint32_t *state, const uint8_t *block) {
    static constexpr uint8_t kShifts[4][4] = {
        {7, 12, 17, 22}, {5, 9, 14, 20}, {4, 11, 16, 23}, {6, 10, 15, 21}};
    uint32_t a = state[0], b = state[1], c = state[2], d = state[3];
    for (unsigned i = 0; i < 64; ++i) {
      uint32_t f;
      unsigned word;
      switch (i / 16) {
      case 0: f = (b & c) | (~b & d), word = i; break;
      case 1: f = (d & b) | (~d & c), word = 5 * i + 1; break;
      case 2: f = b ^ c ^ d, word = 3 * i + 5; break;
      default: f = c ^ (b | ~d), word = 7 * i; break;
      }
      f += a + kSines[i] + loadWord<uint32_t>(block + word % 16 * 4, false);
      a = d, d = c, c = b;
      b += std::rotl(f, kShifts[i / 16][i % 4]);
    }
    state[0] += a, state[1] += b, state[2] += c, state[3] += d;
  }
};

struct Md5 : BlockHash<Md5Core> {
  static constexpr size_t digestSize = 16;
  static const char *name() { return "md5"; }

  static Md5 start() {
    Md5 hash{};
    hash.state[0] = 0x67452301, hash.state[1] = 0xefcdab89, hash.state[2] = 0x98badcfe,
    hash.state[3] = 0x10325476;
    return hash;
  }
};

Type md5Type;
const TypeSpec kMd5Spec = hashTypeSpec<Md5, false>("_md5.md5");

Ref md5New(Thread &t, const Value *args) { return newHash(t, md5Type, Md5::start(), args[0], args[1]); }

NativeDef kFunctions[] = {
    {"md5", md5New, "($module, /, string=b'', *, usedforsecurity=True)",
     "An MD5 hash object, fed with string."},
};

const ModuleType kTypes[] = {{md5Type, kMd5Spec, types::Object, false}};

Status populate(Thread &, Module *module) {
  dictSetStr(module->dict, internText("MD5Type"), Value(&md5Type));
  return Status::ok();
}

} // namespace

const ModuleSpec coil::vm::kMd5Module = {
    .name = "_md5", .doc = nullptr, .functions = kFunctions, .populate = populate, .types = kTypes};
