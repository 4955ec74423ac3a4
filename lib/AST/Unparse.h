// Source text from trees.
#pragma once

#include "AST/AST.h"
#include <string>

namespace coil::ast {

// Appends to `out` what ast.unparse(root) gives, without a line end. False where CPython raises a ValueError:
// its message is then in `error`, and `out` is of no use.
bool unparse(const Mod *root, std::string &out, std::string &error);

} // namespace coil::ast
