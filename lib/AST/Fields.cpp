// The run-time tables of Nodes.def and Operators.def.
#include "AST/Fields.h"
#include "llvm/ADT/StringMap.h"
#include <cstddef>

using namespace coil;
using namespace coil::ast;

#pragma clang diagnostic ignored "-Winvalid-offsetof"

namespace {

// One array of fields per class, ended by a row that is not counted (an array cannot be empty).
#define COIL_NODE(Struct, Base, Name, HasPosition)                                                           \
  namespace tables_##Struct {                                                                                \
    using Self = ast::Struct;                                                                                \
    constexpr FieldInfo kFields[] = {
#define COIL_FIELD(Quantity_, Type, name)                                                                    \
  {#name, FieldType::Type, Quantity::Quantity_, uint16_t(offsetof(Self, name))},
#define COIL_END(Struct)                                                                                     \
  {"", FieldType::Int, Quantity::One, 0}                                                                     \
  }                                                                                                          \
  ;                                                                                                          \
  }
#include "AST/Nodes.def"

const KindInfo kKinds[] = {
#define COIL_NODE(Struct, Base, Name, HasPosition)                                                           \
  {Name, HasPosition, uint16_t(sizeof(ast::Struct)),                                                         \
   llvm::ArrayRef<FieldInfo>(tables_##Struct::kFields, std::size(tables_##Struct::kFields) - 1)},
#include "AST/Nodes.def"
};

struct Member {
  FieldType type;
  llvm::StringLiteral name;
};
constexpr Member kMembers[] = {
#define COIL_OPERATOR(Enum, Name, Symbol) {FieldType::Enum, #Name},
#include "AST/Operators.def"
};

} // namespace

const KindInfo &coil::ast::kindInfo(Kind kind) { return kKinds[unsigned(kind)]; }

std::optional<Kind> coil::ast::kindFromName(llvm::StringRef name) {
  static const llvm::StringMap<Kind> map = [] {
    llvm::StringMap<Kind> m;
    for (unsigned i = 0; i < kKindCount; ++i) m[kKinds[i].name] = Kind(i);
    return m;
  }();
  auto it = map.find(name);
  return it == map.end() ? std::nullopt : std::optional(it->second);
}

bool coil::ast::fits(Kind kind, FieldType type) {
  switch (type) {
  case FieldType::Stmt: return kind >= Kind::FunctionDef && kind <= Kind::Continue;
  case FieldType::Expr: return kind >= Kind::BoolOp && kind <= Kind::Slice;
  case FieldType::Pattern: return kind >= Kind::MatchValue && kind <= Kind::MatchOr;
  case FieldType::Comprehension: return kind == Kind::Comprehension;
  case FieldType::ExceptHandler: return kind == Kind::ExceptHandler;
  case FieldType::Arguments: return kind == Kind::Arguments;
  case FieldType::Arg: return kind == Kind::Arg;
  case FieldType::Keyword: return kind == Kind::Keyword;
  case FieldType::Alias: return kind == Kind::Alias;
  case FieldType::WithItem: return kind == Kind::WithItem;
  case FieldType::MatchCase: return kind == Kind::MatchCase;
  case FieldType::TypeIgnore: return kind == Kind::TypeIgnore;
  default: return false;
  }
}

int coil::ast::enumValue(FieldType type, llvm::StringRef name) {
  int value = 0;
  for (const Member &member : kMembers) {
    if (member.type != type) continue;
    if (member.name == name) return value;
    ++value;
  }
  return -1;
}

llvm::StringRef coil::ast::enumName(FieldType type, unsigned value) {
  for (const Member &member : kMembers)
    if (member.type == type && value-- == 0) return member.name;
  return "";
}

unsigned coil::ast::enumSize(FieldType type) {
  unsigned n = 0;
  for (const Member &member : kMembers) n += member.type == type;
  return n;
}

// Without recursion: this is asked before anything recurses.
bool coil::ast::deeperThan(const Node *root, unsigned limit) {
  llvm::SmallVector<std::pair<const Node *, unsigned>, 64> open{{root, 1}};
  while (!open.empty()) {
    auto [node, depth] = open.pop_back_val();
    if (depth > limit) return true;
    for (const FieldInfo &f : kindInfo(node->kind).fields) {
      if (!f.isNode()) continue;
      if (!f.isSequence()) {
        if (const Node *child = fieldRef<Node *>(node, f)) open.push_back({child, depth + 1});
        continue;
      }
      for (const Node *child : fieldRef<Seq<Node *>>(node, f))
        if (child) open.push_back({child, depth + 1});
    }
  }
  return false;
}
