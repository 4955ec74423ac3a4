// Any bytes as a tree, in whatever form they look like: dumped, unparsed and compiled, or refused with a
// reason.
#include "AST/AstArtifact.h"
#include "AST/Dump.h"
#include "AST/Unparse.h"
#include "Compile/Compile.h"
#include "llvm/Support/raw_ostream.h"

using namespace coil;

extern "C" int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  llvm::StringRef bytes(reinterpret_cast<const char *>(data), size);
  std::string error;
  auto tree = ast::readAst(bytes, detectForm(ArtifactKind::Ast, bytes), error);
  if (!tree && error.empty()) __builtin_trap();
  if (!tree) return 0;
  llvm::raw_null_ostream os;
  ast::dump(os, tree->root, {true, 3});
  ast::writeAstJson(os, *tree);
  ast::writeAstBinary(os, *tree);
  std::string source;
  if (!ast::unparse(tree->root, source, error) && error.empty()) __builtin_trap();
  Diagnostics diagnostics;
  compile::CompileOptions options;
  options.filename = "fuzz.py";
  if (!compile::compile(*tree, options, diagnostics) && !diagnostics.error) __builtin_trap();
  return 0;
}
