// What must hold of a node beyond the types of its fields.
#pragma once

#include "AST/AST.h"

namespace coil::ast {

// Null, or what is wrong with a node whose fields are all of the right kinds, in the words of CPython's own
// check of trees: empty bodies, lists that belong together and differ in length. The children are not looked
// into.
const char *shapeError(const Node *node);
// Null, or that a number in a node is greater than later stages can do with.
const char *limitError(const Node *node);

} // namespace coil::ast
