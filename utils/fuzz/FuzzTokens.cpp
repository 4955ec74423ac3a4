// Any bytes as tokens, in whatever form they look like: read and written in all forms, or refused with a
// reason.
#include "Lex/TokenList.h"
#include "Parse/Load.h"
#include "llvm/Support/raw_ostream.h"

using namespace coil;

extern "C" int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  llvm::StringRef bytes(reinterpret_cast<const char *>(data), size);
  ArtifactForm form = detectForm(ArtifactKind::Tokens, bytes);
  std::string error;
  auto list = lex::readTokens(bytes, form, error);
  if (!list && error.empty()) __builtin_trap();
  if (!list) return 0;
  llvm::raw_null_ostream os;
  lex::writeTokenText(os, *list, true);
  lex::writeTokenJson(os, *list);
  lex::writeTokenBinary(os, *list);
  Diagnostics diagnostics;
  parse::loadTree({ArtifactKind::Tokens, form}, bytes, {}, diagnostics, error);
  return 0;
}
