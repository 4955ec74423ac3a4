// The checks that CPython makes on a tree that did not come from its parser.
#pragma once

#include "AST/AST.h"
#include "Support/Diagnostic.h"

namespace coil::compile {

// Checks what the compiler takes for granted: contexts, non-empty lists, matching lengths, allowed patterns.
// On failure gives false and sets diagnostics.error to the ValueError (or TypeError-like message) that
// compile() raises.
bool validateTree(const ast::ASTContext &tree, Diagnostics &diagnostics);

} // namespace coil::compile
