// The driver: future statements, folding, symbols, code.
#include "Compile/Compile.h"

#include "Bytecode/References.h"
#include "Compile/Codegen.h"
#include "Compile/Fold.h"
#include "Compile/Future.h"

#include "llvm/Support/MemoryBuffer.h"

namespace coil::compile {

using namespace ast;

namespace {

// The line of the file that an error quotes. CPython opens the file of that name, whatever was compiled.
std::optional<std::string> quotedLine(const std::string &filename, int line) {
  if (line <= 0) return std::nullopt;
  auto buffer = llvm::MemoryBuffer::getFile(filename, /*IsText=*/false, /*RequiresNullTerminator=*/false);
  if (!buffer) return std::nullopt;
  llvm::StringRef rest = (*buffer)->getBuffer();
  rest.consume_front("\xEF\xBB\xBF");
  for (int i = 1; i < line; ++i) rest = rest.split('\n').second;
  size_t end = rest.find('\n');
  std::string text = rest.take_front(end == llvm::StringRef::npos ? end : end + 1).str();
  if (text.empty()) return std::nullopt;
  if (llvm::StringRef(text).ends_with("\r\n")) text.erase(text.size() - 2, 1);
  return text;
}

void completePlaces(Diagnostics &diagnostics, size_t firstWarning, const std::string &filename) {
  for (size_t i = firstWarning; i < diagnostics.warnings.size(); ++i) {
    Diagnostic &warning = diagnostics.warnings[i];
    warning.filename = filename;
    warning.text = quotedLine(filename, warning.line);
  }
  if (!diagnostics.error || !diagnostics.error->hasPlace) return;
  diagnostics.error->filename = filename;
  diagnostics.error->text = quotedLine(filename, diagnostics.error->line);
}

const bytecode::Code *compileTree(ASTContext &tree, const CompileOptions &options, Constants &constants,
                                  Diagnostics &diagnostics, uint32_t *futureFlagsOut) {
  Mod &root = *tree.root;
  FutureFeatures future;
  if (!findFutures(root, future, diagnostics.error)) return nullptr;
  uint32_t flags = future.flags | options.futureFlags;
  if (futureFlagsOut) *futureFlagsOut = flags;
  if (!foldTree(tree, root, constants, options.optimize, flags, options.recursionLimit,
                options.recursionDepth, diagnostics.error))
    return nullptr;
  SymbolTable symbols(tree);
  if (!symbols.build(root, flags, options.recursionLimit, options.recursionDepth, diagnostics.error))
    return nullptr;
  const bytecode::Code *code =
      Codegen(tree, symbols, constants, options, flags, future.line, diagnostics).module(root);
  if (diagnostics.failed()) return nullptr;
  modelReferences(*code);
  return code;
}

} // namespace

bool buildSymbolTable(ASTContext &tree, const CompileOptions &options, SymbolTable &table,
                      Diagnostics &diagnostics) {
  FutureFeatures future;
  size_t firstWarning = diagnostics.warnings.size();
  bool good = findFutures(*tree.root, future, diagnostics.error) &&
              table.build(*tree.root, future.flags | options.futureFlags, options.recursionLimit,
                          options.recursionDepth, diagnostics.error);
  completePlaces(diagnostics, firstWarning, options.filename);
  return good;
}

bytecode::OwnedCode compile(ASTContext &tree, const CompileOptions &options, Diagnostics &diagnostics,
                            uint32_t *futureFlagsOut) {
  bytecode::OwnedCode result;
  result.pool = std::make_unique<bytecode::ObjectPool>();
  Constants constants(tree, *result.pool);
  size_t firstWarning = diagnostics.warnings.size();
  result.object = compileTree(tree, options, constants, diagnostics, futureFlagsOut);
  completePlaces(diagnostics, firstWarning, options.filename);
  return result;
}

} // namespace coil::compile
