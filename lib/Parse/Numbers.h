// Reading number literals.
#pragma once

#include "AST/AST.h"

namespace coil::parse {

// sys.int_info.default_max_str_digits: longer decimal literals are refused.
inline constexpr size_t kMaxDecimalDigits = 4300;

// The value of a valid literal. `tooLong`: it has more decimal digits than CPython converts.
ast::ConstantValue numberValue(ast::ASTContext &ctx, llvm::StringRef literal, bool &tooLong);

} // namespace coil::parse
