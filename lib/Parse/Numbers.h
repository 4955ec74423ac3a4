// Reading number literals.
#pragma once

#include "AST/AST.h"

namespace coil::parse {

// The value of a valid literal. `tooLong`: it has more decimal digits than `maxDigits`, which is no limit if
// 0.
ast::ConstantValue numberValue(ast::ASTContext &ctx, llvm::StringRef literal, size_t maxDigits,
                               bool &tooLong);

} // namespace coil::parse
