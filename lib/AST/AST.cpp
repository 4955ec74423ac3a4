// Names of nodes and operators, and the context's view of its source.
#include "AST/AST.h"

using namespace coil::ast;

llvm::StringRef coil::ast::kindName(Kind kind) {
  static constexpr llvm::StringLiteral kNames[] = {
#define COIL_NODE(Struct, Base, Name, HasPosition) Name,
#include "AST/Nodes.def"
  };
  return kNames[unsigned(kind)];
}

// One switch per enumeration and column: a row of another enumeration contributes no case.
template <typename E> static llvm::StringRef column(E value, bool wantSymbol) {
  struct Row {
    unsigned value;
    bool mine;
    llvm::StringLiteral name, symbol;
  };
  static constexpr Row kRows[] = {
#define COIL_OPERATOR(Enum, Name, Symbol) {unsigned(Enum::Name), std::is_same_v<Enum, E>, #Name, Symbol},
#include "AST/Operators.def"
  };
  for (const Row &row : kRows)
    if (row.mine && row.value == unsigned(value)) return wantSymbol ? row.symbol : row.name;
  return "";
}

llvm::StringRef coil::ast::name(ExprContext value) { return column(value, false); }
llvm::StringRef coil::ast::name(BoolOperator value) { return column(value, false); }
llvm::StringRef coil::ast::name(Operator value) { return column(value, false); }
llvm::StringRef coil::ast::name(UnaryOperator value) { return column(value, false); }
llvm::StringRef coil::ast::name(CmpOperator value) { return column(value, false); }
llvm::StringRef coil::ast::symbol(BoolOperator value) { return column(value, true); }
llvm::StringRef coil::ast::symbol(Operator value) { return column(value, true); }
llvm::StringRef coil::ast::symbol(UnaryOperator value) { return column(value, true); }
llvm::StringRef coil::ast::symbol(CmpOperator value) { return column(value, true); }

llvm::StringRef ASTContext::sourceLine(int lineno) const {
  llvm::StringRef rest = source;
  for (int line = 1; !rest.empty(); ++line) {
    auto [head, tail] = rest.split('\n');
    if (line == lineno) return head;
    rest = tail;
  }
  return {};
}
