// Any bytes as assembly: what is taken gives the same bytecode again when it is written and read once more.
#include "Bytecode/Asm.h"
#include "Bytecode/Verify.h"
#include "llvm/ADT/SmallString.h"
#include "llvm/Support/raw_ostream.h"

using namespace coil;
using namespace coil::bytecode;

extern "C" int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  llvm::StringRef text(reinterpret_cast<const char *>(data), size);
  AsmReadResult result = readAsm(text);
  if (!result.code && result.error.empty()) __builtin_trap();
  if (!result.code) return 0;
  (void)verify(*result.code);
  std::string written;
  llvm::raw_string_ostream os(written);
  writeAsm(os, *result.code, result.header ? &*result.header : nullptr, "fuzz.py");
  AsmReadResult back = readAsm(written);
  if (!back.code) __builtin_trap();
  llvm::SmallString<0> first, second;
  if (!writeMarshal(*result.code, RefPolicy::CPython, first)) return 0;
  if (!writeMarshal(*back.code, RefPolicy::CPython, second) || first != second) __builtin_trap();
  return 0;
}
