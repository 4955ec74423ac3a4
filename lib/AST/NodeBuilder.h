// Filling nodes field by field, for the text and JSON readers. Internal to AST.
#pragma once

#include "AST/Fields.h"
#include <string>
#include <vector>

namespace coil::ast {

// A zeroed node of a class that is only known at run time.
Node *makeNode(ASTContext &ctx, Kind kind);

// One node under construction: keeps track of which fields have come.
class NodeBuilder {
public:
  NodeBuilder(ASTContext &ctx, Kind kind) : node(makeNode(ctx, kind)), info(kindInfo(kind)), kind(kind) {}

  // The field of that name, null if there is none. Reports a repeated one.
  const FieldInfo *field(llvm::StringRef name, std::string &error);
  // The attribute (lineno and its like) of that name, null if the class has none such.
  int32_t *attribute(llvm::StringRef name);
  // Checks that every required field came. `ImportFrom.level` may be absent, as in the ASDL.
  Node *finish(std::string &error);

  Node *const node;
  const KindInfo &info;

private:
  Kind kind;
  uint32_t seen = 0;
};

// Reads the repr of a constant that is no string: None, 12, 1.5, inf, 2j. False if it is none.
bool parseConstantText(ASTContext &ctx, llvm::StringRef text, ConstantValue &out);

// Puts `child` (null: None) into a field; false if it does not fit.
bool setNode(Node *node, const FieldInfo &field, Node *child);
// Puts a list of nodes into a field; false if one does not fit.
bool setNodes(ASTContext &ctx, Node *node, const FieldInfo &field, const std::vector<Node *> &children);

} // namespace coil::ast
