// Any bytes as marshal data: what is taken reads back from what is written of it, and is the same in normal
// form.
#include "Bytecode/Marshal.h"
#include "Bytecode/Verify.h"
#include "Disasm/Views.h"
#include "llvm/ADT/SmallString.h"
#include "llvm/Support/raw_ostream.h"

using namespace coil;
using namespace coil::bytecode;

extern "C" int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  llvm::StringRef bytes(reinterpret_cast<const char *>(data), size);
  std::vector<MarshalEvent> events;
  MarshalReadOptions options;
  options.events = &events;
  MarshalReadResult result = readMarshal(bytes, options);
  if (!result.object && result.error.empty()) __builtin_trap();
  if (!result.object) return 0;
  if (result.consumed > bytes.size()) __builtin_trap();
  llvm::raw_null_ostream os;
  disasm::writeMarshalView(os, events, 0);
  if (auto *code = dynCast<Code>(result.object.object)) (void)verify(*code);
  for (RefPolicy policy : {RefPolicy::CPython, RefPolicy::Canonical}) {
    llvm::SmallString<0> once, twice;
    if (!writeMarshal(*result.object.object, policy, once)) continue;
    MarshalReadResult back = readMarshal(once);
    if (!back.object || back.consumed != once.size()) __builtin_trap();
    if (!writeMarshal(*back.object.object, policy, twice) || once != twice) __builtin_trap();
  }
  return 0;
}
