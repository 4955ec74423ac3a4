// From source to tree: what CPython's ast.parse() and compile(..., PyCF_ONLY_AST) do.
#pragma once

#include "AST/AST.h"
#include "Support/Diagnostic.h"
#include "llvm/ADT/StringRef.h"
#include <memory>
#include <string>

namespace coil::parse {

// What the source is: a module, one interactive statement, an expression, or the signature of a type comment.
enum class Mode : uint8_t { Exec, Single, Eval, FuncType };

// The switches of ast.parse() and of compile()'s flags that the tokenizer and the parser see.
struct ParseOptions {
  Mode mode = Mode::Exec;
  std::string filename = "<unknown>";
  bool typeComments = false;
  int featureVersion = 11;        // the minor version of feature_version=(3, N)
  size_t maxDecimalDigits = 4300; // sys.set_int_max_str_digits(): of an integer literal; 0: no limit
  bool ignoreCookie = false;      // PyCF_IGNORE_COOKIE: the bytes are UTF-8 whatever they say
  bool dontImplyDedent = false;   // PyCF_DONT_IMPLY_DEDENT
  bool allowIncompleteInput =
      false; // PyCF_ALLOW_INCOMPLETE_INPUT: "incomplete input" errors, as codeop wants
  bool interactive =
      false; // Single, as the interactive loop reads it: more lines may come, others may follow
  bool barryAsFlufl = false; // from __future__ import barry_as_FLUFL was in effect
  bool fromFile = false;     // a script: CPython reads it line by line, and differs over encodings and NULs
};

// Parses the bytes of a source file (or of a bytes object given to compile()): decodes by BOM and cookie
// first. Returns null and sets diagnostics.error if the source is at fault; warnings are collected in either
// case.
std::unique_ptr<ast::ASTContext> parseBytes(llvm::StringRef bytes, const ParseOptions &options,
                                            Diagnostics &diagnostics);

// The same for text that is already decoded (a str given to compile()), passed as UTF-8. Lone surrogates must
// have been refused by the caller, as CPython does.
std::unique_ptr<ast::ASTContext> parseText(llvm::StringRef utf8, const ParseOptions &options,
                                           Diagnostics &diagnostics);

} // namespace coil::parse
