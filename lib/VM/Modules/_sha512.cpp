// The module _sha512, with SHA-384 in it.
#include "VM/Modules/Hashes/HashObject.h"
#include "VM/Modules/Hashes/Sha2.h"

using namespace coil::vm;

namespace {

using Sha512 = hashes::Sha2<uint64_t>;

Type sha384Type, sha512Type;
const TypeSpec kSha384Spec = hashTypeSpec<Sha512, true>("_sha512.sha384");
const TypeSpec kSha512Spec = hashTypeSpec<Sha512, true>("_sha512.sha512");

Ref sha384New(Thread &t, const Value *args) {
  return newHash(t, sha384Type, Sha512::start(48, "sha384"), args[0], args[1]);
}
Ref sha512New(Thread &t, const Value *args) {
  return newHash(t, sha512Type, Sha512::start(64, "sha512"), args[0], args[1]);
}

NativeDef kFunctions[] = {
    {"sha512", sha512New, "($module, /, string=b'', *, usedforsecurity=True)",
     "A SHA-512 hash object, fed with string."},
    {"sha384", sha384New, "($module, /, string=b'', *, usedforsecurity=True)",
     "A SHA-384 hash object, fed with string."},
};

const ModuleType kTypes[] = {{sha384Type, kSha384Spec, types::Object, false},
                             {sha512Type, kSha512Spec, types::Object, false}};

// Both types have the name SHA384Type in 3.11, so that the second one is left.
Status populate(Thread &, Module *module) {
  dictSetStr(module->dict, internText("SHA384Type"), Value(&sha512Type));
  return Status::ok();
}

} // namespace

const ModuleSpec coil::vm::kSha512Module = {
    .name = "_sha512", .doc = nullptr, .functions = kFunctions, .populate = populate, .types = kTypes};
