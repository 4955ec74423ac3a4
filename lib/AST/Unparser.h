// The writer behind unparse(). Internal to AST.
#pragma once

#include "AST/AST.h"
#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/SmallVector.h"
#include <string>

namespace coil::ast {

// How tightly an expression's surroundings bind, as ast.unparse ranks them: what binds less gets parentheses.
enum Precedence : uint8_t {
  kNamedExpr,
  kTuple,
  kYield,
  kTest,
  kOr,
  kAnd,
  kNot,
  kCmp,
  kExpr, // and `|`
  kBXor,
  kBAnd,
  kShift,
  kArith,
  kTerm,
  kFactor,
  kPower,
  kAwait,
  kAtom,
};
inline Precedence tighter(Precedence p) { return p == kAtom ? p : Precedence(p + 1); }

// The quotes that a string may still get, the preferred ones first.
using Quotes = llvm::SmallVector<llvm::StringLiteral, 4>;

class Unparser {
public:
  // `insideFString`: no backslash may be written, as far as that can be avoided.
  Unparser(std::string &out, std::string &error, bool insideFString = false)
      : out(out), error(error), insideFString(insideFString) {}

  void root(const Mod *root);
  void expression(const AnyExpr *e, Precedence around = kTest);

private:
  void write(llvm::StringRef text) { out += text; }
  void write(Identifier name) {
    if (name) out += name->str();
  }

  // --- Unparse.cpp: statements
  void newline();
  void fill(llvm::StringRef text = "");
  void statement(const AnyStmt *s);
  void compound(const AnyStmt *s);
  void block(const Seq<AnyStmt *> &body, llvm::StringRef extra = "", bool docstring = false);
  void statements(const Seq<AnyStmt *> &body, bool docstring);
  void elseBlock(const Seq<AnyStmt *> &body);
  void decorators(const Seq<AnyExpr *> &list);
  template <typename T> void function(const T *f, llvm::StringRef keyword);
  template <typename T> void loop(const T *f, llvm::StringRef keyword);
  template <typename T> void with(const T *w, llvm::StringRef keyword);
  template <typename T> void tryBlock(const T *t, llvm::StringRef keyword);
  void classDef(const ClassDef *c);
  void ifChain(const If *i);
  void match(const Match *m);
  void aliases(const Seq<Alias *> &names);
  void names(const Seq<Identifier> &list);
  void simple(const AnyStmt *s);
  void assign(const Assign *a);
  std::string typeComment(const Node *s, field::String own);

  // --- UnparsePatterns.cpp
  void pattern(const AnyPattern *p, Precedence around = kTest);
  void mappingPattern(const MatchMapping *p);
  void classPattern(const MatchClass *p);

  // --- UnparseExpressions.cpp
  template <typename F> void parenthesized(bool condition, F body) {
    if (condition) out += '(';
    body();
    if (condition) out += ')';
  }
  template <typename T, typename F> void list(const Seq<T> &items, F one) {
    for (uint32_t i = 0; i < items.size(); ++i) {
      if (i) out += ", ";
      one(items[i]);
    }
  }
  void expressions(const Seq<AnyExpr *> &items) {
    list(items, [&](const AnyExpr *e) { expression(e); });
  }
  void elements(const Seq<AnyExpr *> &items); // (x,) keeps its comma
  void optional(llvm::StringRef before, const AnyExpr *e);
  void operation(const AnyExpr *e, Precedence around);
  void display(const AnyExpr *e, Precedence around);
  void binary(const BinOp *b, Precedence around);
  void boolean(const BoolOp *b, Precedence around);
  void compare(const Compare *c, Precedence around);
  void conditional(const IfExp *i, Precedence around);
  void lambda(const Lambda *l, Precedence around);
  void dict(const Dict *d);
  void comprehensions(const Seq<Comprehension *> &generators);
  void attribute(const Attribute *a);
  void arguments(const Seq<AnyExpr *> &args, const Seq<Keyword *> &keywords);
  void subscript(const Subscript *s);
  void slice(const Slice *s);
  void parameters(const Arguments *a);
  void parameter(const Arg *a, const AnyExpr *defaultValue);

  // --- UnparseStrings.cpp
  void constant(const ConstantValue &value, field::String kind);
  void docstring(const Constant *c);
  void stringAvoidingBackslashes(llvm::StringRef text, Quotes quotes);
  void joinedStr(const JoinedStr *j);
  void fstringPart(const AnyExpr *e);
  void formattedValue(const FormattedValue *f);

  std::string &out;
  std::string &error; // the first ValueError
  const bool insideFString;
  unsigned indent = 0;
  bool started = false; // something was written: lines begin with a line end
  llvm::DenseMap<int, std::string> typeIgnores;
};

} // namespace coil::ast
