// Hash objects: their input and their text.
#include "VM/Modules/Hashes/HashObject.h"
#include "llvm/ADT/StringExtras.h"

using namespace coil::vm;

Status coil::vm::openHashInput(Thread &t, Value data, Buffer &buffer) {
  if (isStr(data)) return raise(t, types::TypeError, "Strings must be encoded before hashing");
  if (!exportsBuffer(data)) return raise(t, types::TypeError, "object supporting the buffer API required");
  return buffer.open(t, data);
}

Ref coil::vm::hexDigest(llvm::ArrayRef<uint8_t> digest) { return makeStrAscii(llvm::toHex(digest, true)); }
