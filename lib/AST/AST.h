// Python's abstract syntax tree: plain structs in an arena, generated from Nodes.def with the ASDL's field
// names.
#pragma once

#include "AST/Constant.h"
#include "AST/Identifier.h"
#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/StringRef.h"
#include <cstdint>
#include <cstring>
#include <memory>
#include <new>
#include <string>
#include <utility>

namespace coil::ast {

// Every class of node. Use isStmt() and its like to ask for a group.
enum class Kind : uint8_t {
#define COIL_NODE(Struct, Base, Name, HasPosition) Struct,
#include "AST/Nodes.def"
};
inline constexpr unsigned kKindCount = 0
#define COIL_NODE(Struct, Base, Name, HasPosition) +1
#include "AST/Nodes.def"
    ;

enum class ExprContext : uint8_t {
#define COIL_MEMBER_ExprContext(Name) Name,
#define COIL_MEMBER_BoolOperator(Name)
#define COIL_MEMBER_Operator(Name)
#define COIL_MEMBER_UnaryOperator(Name)
#define COIL_MEMBER_CmpOperator(Name)
#define COIL_OPERATOR(Enum, Name, Symbol) COIL_MEMBER_##Enum(Name)
#include "AST/Operators.def"
};
enum class BoolOperator : uint8_t {
#undef COIL_MEMBER_ExprContext
#undef COIL_MEMBER_BoolOperator
#define COIL_MEMBER_ExprContext(Name)
#define COIL_MEMBER_BoolOperator(Name) Name,
#define COIL_OPERATOR(Enum, Name, Symbol) COIL_MEMBER_##Enum(Name)
#include "AST/Operators.def"
};
enum class Operator : uint8_t {
#undef COIL_MEMBER_BoolOperator
#undef COIL_MEMBER_Operator
#define COIL_MEMBER_BoolOperator(Name)
#define COIL_MEMBER_Operator(Name) Name,
#define COIL_OPERATOR(Enum, Name, Symbol) COIL_MEMBER_##Enum(Name)
#include "AST/Operators.def"
};
enum class UnaryOperator : uint8_t {
#undef COIL_MEMBER_Operator
#undef COIL_MEMBER_UnaryOperator
#define COIL_MEMBER_Operator(Name)
#define COIL_MEMBER_UnaryOperator(Name) Name,
#define COIL_OPERATOR(Enum, Name, Symbol) COIL_MEMBER_##Enum(Name)
#include "AST/Operators.def"
};
enum class CmpOperator : uint8_t {
#undef COIL_MEMBER_UnaryOperator
#undef COIL_MEMBER_CmpOperator
#define COIL_MEMBER_UnaryOperator(Name)
#define COIL_MEMBER_CmpOperator(Name) Name,
#define COIL_OPERATOR(Enum, Name, Symbol) COIL_MEMBER_##Enum(Name)
#include "AST/Operators.def"
};
#undef COIL_MEMBER_ExprContext
#undef COIL_MEMBER_BoolOperator
#undef COIL_MEMBER_Operator
#undef COIL_MEMBER_UnaryOperator
#undef COIL_MEMBER_CmpOperator

// Where a node stands: lines from 1, columns in UTF-8 bytes from 0, the end exclusive; as in CPython's
// attributes.
struct Position {
  int32_t lineno = 0;
  int32_t col_offset = 0;
  int32_t end_lineno = 0;
  int32_t end_col_offset = 0;
};

// The base of all nodes. Nodes live in an ASTContext's arena and are never destroyed.
struct Node {
  Position pos; // meaningless for the classes without position (see Nodes.def)
  Kind kind;
  Node(Kind kind, Position pos) : pos(pos), kind(kind) {}
};
struct Mod : Node {
  using Node::Node;
};
struct AnyStmt : Node {
  using Node::Node;
};
struct AnyExpr : Node {
  using Node::Node;
};
struct AnyPattern : Node {
  using Node::Node;
};

// An immutable sequence in the arena, eight bytes wide. Elements are pointers to nodes, names or
// CmpOperators.
template <typename T> class Seq {
public:
  using value_type = T;
  Seq() = default;
  uint32_t size() const { return data ? data->size : 0; }
  bool empty() const { return size() == 0; }
  T *begin() const { return data ? reinterpret_cast<T *>(data + 1) : nullptr; }
  T *end() const { return begin() + size(); }
  T &operator[](uint32_t i) const { return begin()[i]; }
  T &front() const { return begin()[0]; }
  T &back() const { return begin()[size() - 1]; }
  llvm::ArrayRef<T> array() const { return {begin(), size()}; }
  operator llvm::ArrayRef<T>() const { return array(); }

private:
  friend class ASTContext;
  struct alignas(8) Header {
    uint32_t size;
  };
  Header *data = nullptr;
};

struct Comprehension;
struct ExceptHandler;
struct Arguments;
struct Arg;
struct Keyword;
struct Alias;
struct WithItem;
struct MatchCase;
struct TypeIgnore;

// What the columns of Nodes.def mean in C++.
namespace field {
using Identifier = ast::Identifier;
using String =
    const IdentifierInfo *; // type comments, tags and the 'u' kind are rare: interned, null if absent
using Int = int32_t;
using Value = ConstantValue;
using Stmt = AnyStmt *;
using Expr = AnyExpr *;
using Pattern = AnyPattern *;
using Comprehension = ast::Comprehension *;
using ExceptHandler = ast::ExceptHandler *;
using Arguments = ast::Arguments *;
using Arg = ast::Arg *;
using Keyword = ast::Keyword *;
using Alias = ast::Alias *;
using WithItem = ast::WithItem *;
using MatchCase = ast::MatchCase *;
using TypeIgnore = ast::TypeIgnore *;
using ExprContext = ast::ExprContext;
using BoolOperator = ast::BoolOperator;
using Operator = ast::Operator;
using UnaryOperator = ast::UnaryOperator;
using CmpOperator = ast::CmpOperator;
template <typename T> using One = T;
template <typename T> using Opt = T;
template <typename T> using Seq = ast::Seq<T>;
template <typename T> using OptSeq = ast::Seq<T>;
} // namespace field

// The node structs themselves, aggregates over their base: FunctionDef has name, args, body, ...
#define COIL_NODE(Struct, Base, Name, HasPosition)                                                           \
  struct Struct : Base {                                                                                     \
    static constexpr Kind kKind = Kind::Struct;                                                              \
    using BaseType = Base;
#define COIL_FIELD(Quantity, Type, name) field::Quantity<field::Type> name{};
#define COIL_END(Struct)                                                                                     \
  }                                                                                                          \
  ;
#include "AST/Nodes.def"

inline bool isMod(const Node *n) { return n->kind <= Kind::FunctionType; }
inline bool isStmt(const Node *n) { return n->kind >= Kind::FunctionDef && n->kind <= Kind::Continue; }
inline bool isExpr(const Node *n) { return n->kind >= Kind::BoolOp && n->kind <= Kind::Slice; }
inline bool isPattern(const Node *n) { return n->kind >= Kind::MatchValue && n->kind <= Kind::MatchOr; }

// Checked and unchecked downcasts: isa<Name>(e), as<Name>(e), dyn<Name>(e).
template <typename T> bool isa(const Node *n) { return n->kind == T::kKind; }
template <typename T> T *as(Node *n) { return static_cast<T *>(n); }
template <typename T> const T *as(const Node *n) { return static_cast<const T *>(n); }
template <typename T> T *dyn(Node *n) { return n && isa<T>(n) ? static_cast<T *>(n) : nullptr; }
template <typename T> const T *dyn(const Node *n) {
  return n && isa<T>(n) ? static_cast<const T *>(n) : nullptr;
}

// CPython's class name of a node or enumeration member, for example "FunctionDef", "arguments", "NotIn".
llvm::StringRef kindName(Kind kind);
llvm::StringRef name(ExprContext value);
llvm::StringRef name(BoolOperator value);
llvm::StringRef name(Operator value);
llvm::StringRef name(UnaryOperator value);
llvm::StringRef name(CmpOperator value);
// How an operator is written in source: "+", "not in". `not` has its blank after it.
llvm::StringRef symbol(BoolOperator value);
llvm::StringRef symbol(Operator value);
llvm::StringRef symbol(UnaryOperator value);
llvm::StringRef symbol(CmpOperator value);

// Owns a tree: arena, names, file name and source text. Not copyable; pass it by unique_ptr or reference.
class ASTContext {
public:
  ASTContext() : names(arena) {}
  ASTContext(const ASTContext &) = delete;
  ASTContext &operator=(const ASTContext &) = delete;

  // make<Name>(pos, id, ctx): a node with its fields in the ASDL's order; trailing fields may be left out.
  template <typename T, typename... Args> T *make(Position pos, Args &&...args) {
    return new (arena.Allocate(sizeof(T), alignof(T)))
        T{typename T::BaseType(T::kKind, pos), std::forward<Args>(args)...};
  }
  // A sequence with a copy of `elements`; an empty one takes no memory.
  template <typename T> Seq<T> makeSeq(llvm::ArrayRef<T> elements) {
    Seq<T> seq = allocateSeq<T>(elements.size());
    if (!elements.empty()) std::memcpy(seq.begin(), elements.data(), elements.size() * sizeof(T));
    return seq;
  }
  template <typename T> Seq<T> makeSeq(std::initializer_list<T> elements) {
    return makeSeq(llvm::ArrayRef<T>(elements.begin(), elements.size()));
  }
  // A sequence of `size` elements that the caller fills in.
  template <typename T> Seq<T> allocateSeq(size_t size) {
    Seq<T> seq;
    if (size == 0) return seq;
    using Header = typename Seq<T>::Header;
    seq.data = new (arena.Allocate(sizeof(Header) + size * sizeof(T), 8)) Header{uint32_t(size)};
    return seq;
  }
  Identifier intern(llvm::StringRef text) { return names.intern(text); }
  // A copy of `text` that lives as long as the context.
  llvm::StringRef copy(llvm::StringRef text) {
    char *data = static_cast<char *>(arena.Allocate(text.size() + 1, 1));
    if (!text.empty()) std::memcpy(data, text.data(), text.size());
    data[text.size()] = 0;
    return {data, text.size()};
  }
  // The text of line `lineno` (from 1) without its end; empty if the source is not known or has no such line.
  llvm::StringRef sourceLine(int lineno) const;

  Arena arena;
  IdentifierTable names;
  Mod *root = nullptr;
  std::string filename;
  std::string source; // decoded to UTF-8, lines ended by \n; empty if the tree came without it
};

} // namespace coil::ast
