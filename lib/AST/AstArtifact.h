// Trees as artifacts: reading and writing the text, JSON and binary forms. See docs/formats/ast.md.
#pragma once

#include "AST/AST.h"
#include "AST/Dump.h"
#include "Support/Artifact.h"
#include <memory>
#include <string>

namespace coil::ast {

inline constexpr unsigned kAstVersion = 1;

void writeAstJson(llvm::raw_ostream &os, const ASTContext &tree);
void writeAstBinary(llvm::raw_ostream &os, const ASTContext &tree);

// Reads any of the three forms. Gives null and sets `error` if the bytes are no tree: what a reader accepts
// has the grammar's shape (required fields, kinds, depth), though not everything that CPython's compiler
// checks later. The context's filename is the one that travelled in the artifact, or empty.
std::unique_ptr<ASTContext> readAst(llvm::StringRef bytes, ArtifactForm form, std::string &error);
std::unique_ptr<ASTContext> readAstText(llvm::StringRef bytes, std::string &error);
std::unique_ptr<ASTContext> readAstJson(llvm::StringRef bytes, std::string &error);
std::unique_ptr<ASTContext> readAstBinary(llvm::StringRef bytes, std::string &error);

} // namespace coil::ast
