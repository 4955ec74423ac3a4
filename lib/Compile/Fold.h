// The AST optimizer: constant folding in place, with CPython 3.11's limits.
#pragma once

#include "Compile/Constants.h"
#include "Support/Diagnostic.h"

namespace coil::compile {

// Folds the whole tree; false with `error` set when it is nested too deeply.
bool foldTree(ast::ASTContext &context, ast::Mod &root, Constants &constants, int optimize,
              uint32_t futureFlags, unsigned recursionLimit, unsigned recursionDepth,
              std::optional<Diagnostic> &error);

// left op right on constants; null where CPython would raise, has no such operation, or finds the result too
// large.
const Object *foldBinary(Constants &constants, ast::Operator op, const Object *left, const Object *right);
const Object *foldUnary(Constants &constants, ast::UnaryOperator op, const Object *operand);
const Object *foldSubscript(Constants &constants, const Object *value, const Object *index);

// "..." % (a, b) as an f-string's JoinedStr, or null where the format is not simple enough.
ast::AnyExpr *foldFormat(ast::ASTContext &context, const ast::BinOp *node, llvm::StringRef format,
                         ast::Seq<ast::AnyExpr *> values);

} // namespace coil::compile
