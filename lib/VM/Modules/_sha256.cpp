// The module _sha256, with SHA-224 in it.
#include "VM/Modules/Hashes/HashObject.h"
#include "VM/Modules/Hashes/Sha2.h"

using namespace coil::vm;

namespace {

using Sha256 = hashes::Sha2<uint32_t>;

Type sha224Type, sha256Type;
const TypeSpec kSha224Spec = hashTypeSpec<Sha256, true>("_sha256.sha224");
const TypeSpec kSha256Spec = hashTypeSpec<Sha256, true>("_sha256.sha256");

Ref sha224New(Thread &t, const Value *args) {
  return newHash(t, sha224Type, Sha256::start(28, "sha224"), args[0], args[1]);
}
Ref sha256New(Thread &t, const Value *args) {
  return newHash(t, sha256Type, Sha256::start(32, "sha256"), args[0], args[1]);
}

NativeDef kFunctions[] = {
    {"sha256", sha256New, "($module, /, string=b'', *, usedforsecurity=True)",
     "A SHA-256 hash object, fed with string."},
    {"sha224", sha224New, "($module, /, string=b'', *, usedforsecurity=True)",
     "A SHA-224 hash object, fed with string."},
};

const ModuleType kTypes[] = {{sha224Type, kSha224Spec, types::Object, false},
                             {sha256Type, kSha256Spec, types::Object, false}};

Status populate(Thread &, Module *module) {
  dictSetStr(module->dict, internText("SHA224Type"), Value(&sha224Type));
  dictSetStr(module->dict, internText("SHA256Type"), Value(&sha256Type));
  return Status::ok();
}

} // namespace

const ModuleSpec coil::vm::kSha256Module = {
    .name = "_sha256", .doc = nullptr, .functions = kFunctions, .populate = populate, .types = kTypes};
