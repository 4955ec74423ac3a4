// The errors of the compiler as diagnostics; file name and source text are filled in at the end.
#pragma once

#include "AST/AST.h"
#include "Support/Diagnostic.h"
#include "llvm/ADT/Twine.h"

namespace coil::compile {

// A SyntaxError at a node. Columns count bytes, as the compiler's errors do in CPython 3.11.
inline Diagnostic syntaxError(const llvm::Twine &message, ast::Position pos) {
  Diagnostic d;
  d.message = message.str();
  d.line = pos.lineno;
  d.column = pos.col_offset + 1;
  d.endLine = pos.end_lineno;
  d.endColumn = pos.end_col_offset + 1;
  return d;
}

// The same as CPython's symbol table raises it: the place is no argument of the exception.
inline Diagnostic symbolError(const llvm::Twine &message, ast::Position pos) {
  Diagnostic d = syntaxError(message, pos);
  d.placeInArgs = false;
  return d;
}

inline Diagnostic recursionError() {
  Diagnostic d;
  d.kind = DiagnosticKind::RecursionError;
  d.message = "maximum recursion depth exceeded during compilation";
  d.hasPlace = false;
  return d;
}

} // namespace coil::compile
