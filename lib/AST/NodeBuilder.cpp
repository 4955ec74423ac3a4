// Filling nodes field by field.
#include "AST/NodeBuilder.h"
#include "AST/Shape.h"
#include <cstring>

using namespace coil;
using namespace coil::ast;

Node *coil::ast::makeNode(ASTContext &ctx, Kind kind) {
  const KindInfo &info = kindInfo(kind);
  void *memory = ctx.arena.Allocate(info.size, 8);
  std::memset(memory, 0, info.size);
  return new (memory) Node(kind, Position());
}

const FieldInfo *NodeBuilder::field(llvm::StringRef name, std::string &error) {
  for (size_t i = 0; i < info.fields.size(); ++i) {
    if (info.fields[i].name != name) continue;
    if (seen >> i & 1) error = "field '" + name.str() + "' is given twice";
    seen |= 1u << i;
    return &info.fields[i];
  }
  return nullptr;
}

int32_t *NodeBuilder::attribute(llvm::StringRef name) {
  if (!info.hasPosition) return nullptr;
  if (name == "lineno") return &node->pos.lineno;
  if (name == "col_offset") return &node->pos.col_offset;
  if (name == "end_lineno") return &node->pos.end_lineno;
  if (name == "end_col_offset") return &node->pos.end_col_offset;
  return nullptr;
}

Node *NodeBuilder::finish(std::string &error) {
  for (size_t i = 0; i < info.fields.size(); ++i) {
    const FieldInfo &f = info.fields[i];
    if (seen >> i & 1 || f.quantity == Quantity::Opt) continue;
    if (kind == Kind::ImportFrom && f.name == "level") continue;
    error = "required field '" + f.name.str() + "' is missing from " + info.name.str();
    return nullptr;
  }
  if (const char *message = shapeError(node)) {
    error = message;
    return nullptr;
  }
  return node;
}

bool coil::ast::setNode(Node *node, const FieldInfo &field, Node *child) {
  if (child ? !fits(child->kind, field.type) : field.quantity != Quantity::Opt) return false;
  fieldRef<Node *>(node, field) = child;
  return true;
}

bool coil::ast::setNodes(ASTContext &ctx, Node *node, const FieldInfo &field,
                         const std::vector<Node *> &children) {
  for (Node *child : children)
    if (child ? !fits(child->kind, field.type) : field.quantity != Quantity::OptSeq) return false;
  fieldRef<Seq<Node *>>(node, field) = ctx.makeSeq<Node *>(children);
  return true;
}
