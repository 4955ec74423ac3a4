// The text form of a tree: what ast.dump() prints.
#pragma once

#include "AST/AST.h"

namespace llvm {
class raw_ostream;
}

namespace coil::ast {

struct DumpOptions {
  bool attributes = true; // lineno and its like
  int indent = 3;         // blanks per level; negative: all on one line, as with indent=None
};

// Writes ast.dump(tree, include_attributes=attributes, indent=indent), without a final newline.
void dump(llvm::raw_ostream &os, const Node *node, const DumpOptions &options = {});

// repr() of a constant.
void reprConstant(llvm::raw_ostream &os, const ConstantValue &value);

} // namespace coil::ast
