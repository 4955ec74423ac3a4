// From tree to code object: what CPython's compile() does after parsing.
#pragma once

#include "AST/AST.h"
#include "Bytecode/Code.h"
#include "Support/Diagnostic.h"
#include <string>

namespace coil::compile {

struct CompileOptions {
  std::string filename = "<unknown>"; // co_filename, and the file that error messages quote
  int optimize = 0;                   // 0, 1 (no asserts) or 2 (no docstrings either)
  uint32_t futureFlags = 0;           // CO_FUTURE_* in effect before the source's own __future__ imports
  bool topLevelAwait = false;         // PyCF_ALLOW_TOP_LEVEL_AWAIT
  bool debugRanges = true;            // false: no columns, as under -X no_debug_ranges
  unsigned recursionLimit = 1000;     // sys.getrecursionlimit(); three times as many levels may be nested
  unsigned recursionDepth = 0;        // frames that are active already
};

// Compiles the tree, which is changed on the way (constants are folded in place). The mode is the root's
// class: Module, Interactive or Expression. Returns an empty OwnedCode and sets diagnostics.error if the
// program is at fault; warnings are appended in either case. `futureFlagsOut`, if given, receives the future
// flags in effect at the end.
bytecode::OwnedCode compile(ast::ASTContext &tree, const CompileOptions &options, Diagnostics &diagnostics,
                            uint32_t *futureFlagsOut = nullptr);

// Only the scopes and what the names in them mean, as they are before anything is folded. False with
// diagnostics.error set.
class SymbolTable;
bool buildSymbolTable(ast::ASTContext &tree, const CompileOptions &options, SymbolTable &table,
                      Diagnostics &diagnostics);

} // namespace coil::compile
