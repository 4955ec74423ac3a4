// Nodes.def at run time: what fields a class has, for code that treats all nodes alike (dump, readers, binary
// form).
#pragma once

#include "AST/AST.h"
#include "llvm/ADT/ArrayRef.h"
#include <optional>

namespace coil::ast {

enum class FieldType : uint8_t {
  // values
  Identifier,
  String,
  Int,
  Value,
  ExprContext,
  BoolOperator,
  Operator,
  UnaryOperator,
  CmpOperator,
  // nodes
  Stmt,
  Expr,
  Pattern,
  Comprehension,
  ExceptHandler,
  Arguments,
  Arg,
  Keyword,
  Alias,
  WithItem,
  MatchCase,
  TypeIgnore,
};
enum class Quantity : uint8_t { One, Opt, Seq, OptSeq };

struct FieldInfo {
  llvm::StringLiteral name;
  FieldType type;
  Quantity quantity;
  uint16_t offset; // in the node's struct

  bool isNode() const { return type >= FieldType::Stmt; }
  bool isSequence() const { return quantity >= Quantity::Seq; }
};

struct KindInfo {
  llvm::StringLiteral name;
  bool hasPosition;
  uint16_t size; // of the struct
  llvm::ArrayRef<FieldInfo> fields;
};

const KindInfo &kindInfo(Kind kind);
// The class of that name, as ast.dump() writes it.
std::optional<Kind> kindFromName(llvm::StringRef name);
// Whether a node of `kind` may stand in a field of `type`.
bool fits(Kind kind, FieldType type);
// The member of an enumeration by name; -1 if it has none such. And how many it has.
int enumValue(FieldType type, llvm::StringRef name);
llvm::StringRef enumName(FieldType type, unsigned value);
unsigned enumSize(FieldType type);

// The storage of a field.
template <typename T> T &fieldRef(Node *node, const FieldInfo &field) {
  return *reinterpret_cast<T *>(reinterpret_cast<char *>(node) + field.offset);
}
template <typename T> const T &fieldRef(const Node *node, const FieldInfo &field) {
  return *reinterpret_cast<const T *>(reinterpret_cast<const char *>(node) + field.offset);
}

// Whether nodes are nested in more than `limit` levels, the root being the first.
bool deeperThan(const Node *root, unsigned limit);

// CPython refuses to make objects of trees that are deeper: three times the recursion limit, less what
// ast.parse() at the top of a program takes.
inline constexpr unsigned kMaxObjectDepth = 2994;

// Trees deeper than this are refused by the readers, so that those who walk them may recurse.
inline constexpr unsigned kMaxTreeDepth = 6000;

} // namespace coil::ast
