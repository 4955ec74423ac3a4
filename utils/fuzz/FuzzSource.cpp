// Any bytes as source: tokenized, parsed, compiled and listed, or refused with a reason.
#include "Compile/Compile.h"
#include "Disasm/Listing.h"
#include "Lex/TokenList.h"
#include "Parse/Parse.h"
#include "llvm/Support/raw_ostream.h"

using namespace coil;

extern "C" int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  llvm::StringRef bytes(reinterpret_cast<const char *>(data), size);
  lex::TokenList tokens;
  (void)lex::tokenizeModule(bytes, "fuzz.py", tokens);
  parse::ParseOptions options;
  options.filename = "fuzz.py";
  Diagnostics diagnostics;
  auto tree = parse::parseBytes(bytes, options, diagnostics);
  if (!tree && !diagnostics.error) __builtin_trap(); // refused without a reason
  llvm::raw_null_ostream os;
  if (!tree) {
    printDiagnostic(os, *diagnostics.error);
    printAsTraceback(os, *diagnostics.error);
    return 0;
  }
  compile::CompileOptions compileOptions;
  compileOptions.filename = "fuzz.py";
  if (auto code = compile::compile(*tree, compileOptions, diagnostics))
    disasm::writeListing(os, *code);
  else if (!diagnostics.error)
    __builtin_trap();
  return 0;
}
