// _crypt: the C library's hashes of passwords.
#include "VM/Codecs/Codecs.h"
#include "VM/Modules/Modules.h"
#include "VM/Modules/posix/Path.h"
#include "VM/Protocol/Protocol.h"
#include "VM/Types/Bytes.h"
#include "llvm/ADT/StringExtras.h"
#include <crypt.h>

using namespace coil::vm;

namespace {

Result<std::string> textArgument(Thread &t, int position, Value v) {
  if (!isStr(v))
    return raise(t, types::TypeError, "crypt() argument % must be str, not %", position,
                 v.isNone() ? llvm::StringRef("None") : typeName(v));
  Ref encoded = TRY(encodeUtf8(t, v.as<Str>(), "strict"));
  llvm::StringRef text = llvm::toStringRef(encoded.as<Bytes>()->bytes());
  if (text.contains('\0')) return raise(t, types::ValueError, "embedded null character");
  return text.str();
}

// crypt(word, salt)
Ref cryptCrypt(Thread &t, const Value *args) {
  std::string word = TRY(textArgument(t, 1, args[0])), salt = TRY(textArgument(t, 2, args[1]));
  crypt_data state{};
  const char *hashed = ::crypt_r(word.c_str(), salt.c_str(), &state);
  return hashed ? Ref(makeStr(hashed)) : Ref(raiseErrno(t));
}

NativeDef kFunctions[] = {
    {"crypt", cryptCrypt, "($module, word, salt, /)",
     "Hash a *word* with the given *salt* and return the hashed password.\n\n*word* will usually be a user's "
     "password.  *salt* (either a random 2 or 16\ncharacter string, possibly prefixed with $digit$ to "
     "indicate the method)\nwill be used to perturb the encryption algorithm and produce distinct\nresults "
     "for a given *word*."}};

} // namespace

const ModuleSpec coil::vm::kCryptModule = {
    .name = "_crypt",
    .doc = nullptr,
    .functions = kFunctions,
};
