// Validation of trees from outside, after CPython's ast.c.
#include "Compile/Validate.h"

#include "Compile/Constants.h"
#include "Compile/Errors.h"
#include "llvm/ADT/Twine.h"

namespace coil::compile {

using namespace ast;

namespace {

constexpr unsigned kMaxDepth = 3000;

class Validator {
public:
  explicit Validator(std::optional<Diagnostic> &error) : error(error) {}
  void root(const Mod &mod) {
    switch (mod.kind) {
    case Kind::Module: return statements(as<Module>(&mod)->body);
    case Kind::Interactive: return statements(as<Interactive>(&mod)->body);
    case Kind::Expression: return expression(as<Expression>(&mod)->body);
    default: return fail("this compiler does not handle FunctionTypes");
    }
  }

private:
  std::optional<Diagnostic> &error;
  unsigned depth = 0;

  void fail(const llvm::Twine &message) {
    if (error) return;
    error.emplace();
    error->kind = DiagnosticKind::ValueError;
    error->message = message.str();
    error->hasPlace = false;
  }
  bool enter() {
    if (error) return false;
    if (++depth <= kMaxDepth) return true;
    error = recursionError();
    return false;
  }
  template <typename List> bool nonEmpty(const List &list, const char *what, const char *owner) {
    if (!list.empty()) return true;
    fail(llvm::Twine("empty ") + what + " on " + owner);
    return false;
  }
  void position(const Node *n) {
    const Position &p = n->pos;
    if (p.lineno > p.end_lineno)
      return fail("AST node line range (" + llvm::Twine(p.lineno) + ", " + llvm::Twine(p.end_lineno) +
                  ") is not valid");
    if ((p.lineno < 0 && p.end_lineno != p.lineno) || (p.col_offset < 0 && p.col_offset != p.end_col_offset))
      return fail("AST node column range (" + llvm::Twine(p.col_offset) + ", " +
                  llvm::Twine(p.end_col_offset) + ") for line range (" + llvm::Twine(p.lineno) + ", " +
                  llvm::Twine(p.end_lineno) + ") is not valid");
    if (p.lineno == p.end_lineno && p.col_offset > p.end_col_offset)
      return fail("line " + llvm::Twine(p.lineno) + ", column " + llvm::Twine(p.col_offset) + "-" +
                  llvm::Twine(p.end_col_offset) + " is not a valid range");
  }
  void name(Identifier id) {
    llvm::StringRef text = id->str();
    if (text == "None" || text == "True" || text == "False")
      fail("identifier field can't represent '" + text + "' constant");
  }

  void statements(Seq<AnyStmt *> list) {
    for (const AnyStmt *s : list) statement(s);
  }
  void body(Seq<AnyStmt *> list, const char *owner) {
    if (nonEmpty(list, "body", owner)) statements(list);
  }
  void expressions(Seq<AnyExpr *> list, ExprContext context = ExprContext::Load, bool nulls = false) {
    for (const AnyExpr *e : list) {
      if (e)
        expression(e, context);
      else if (!nulls)
        fail("None disallowed in expression list");
    }
  }
  void assignList(Seq<AnyExpr *> targets, ExprContext context, const char *owner) {
    if (nonEmpty(targets, "targets", owner)) expressions(targets, context);
  }
  void optional(const AnyExpr *e) {
    if (e) expression(e);
  }
  void keywords(Seq<Keyword *> list) {
    for (const Keyword *k : list) expression(k->value);
  }
  void statement(const AnyStmt *s);
  template <typename Function> void function(const Function *f, const char *owner);
  template <typename Loop> void loop(const Loop *s, const char *owner);
  template <typename With> void with(const With *s, const char *owner);
  template <typename Try> void tryStmt(const Try *s, const char *owner);
  void arguments(const Arguments *args);
  void argList(Seq<Arg *> list) {
    for (const Arg *a : list) arg(a);
  }
  void arg(const Arg *a) {
    if (!a) return;
    position(a);
    optional(a->annotation);
  }
  void comprehensions(Seq<Comprehension *> list) {
    if (list.empty()) return fail("comprehension with no generators");
    for (const Comprehension *c : list) {
      expression(c->target, ExprContext::Store);
      expression(c->iter);
      expressions(c->ifs);
    }
  }
  void expression(const AnyExpr *e, ExprContext context = ExprContext::Load);
  void children(const AnyExpr *e, ExprContext context);
  void pattern(const AnyPattern *p, bool starAllowed = false);
  void patterns(Seq<AnyPattern *> list, bool starAllowed = false) {
    for (const AnyPattern *p : list) pattern(p, starAllowed);
  }
  void patternValue(const AnyExpr *e);
  void capture(Identifier id) {
    if (id && id->str() == "_") return fail("can't capture name '_' in patterns");
    if (id) name(id);
  }
};

template <typename Function> void Validator::function(const Function *f, const char *owner) {
  body(f->body, owner);
  arguments(f->args);
  expressions(f->decorator_list);
  optional(f->returns);
}

template <typename Loop> void Validator::loop(const Loop *s, const char *owner) {
  expression(s->target, ExprContext::Store);
  expression(s->iter);
  body(s->body, owner);
  statements(s->orelse);
}

template <typename With> void Validator::with(const With *s, const char *owner) {
  if (!nonEmpty(s->items, "items", owner)) return;
  for (const WithItem *item : s->items) {
    expression(item->context_expr);
    if (item->optional_vars) expression(item->optional_vars, ExprContext::Store);
  }
  body(s->body, owner);
}

template <typename Try> void Validator::tryStmt(const Try *s, const char *owner) {
  body(s->body, owner);
  if (s->handlers.empty() && s->finalbody.empty())
    return fail(llvm::Twine(owner) + " has neither except handlers nor finalbody");
  if (s->handlers.empty() && !s->orelse.empty())
    return fail(llvm::Twine(owner) + " has orelse but no except handlers");
  for (const ast::ExceptHandler *h : s->handlers) {
    position(h);
    optional(h->type);
    body(h->body, "ExceptHandler");
  }
  statements(s->finalbody);
  statements(s->orelse);
}

void Validator::arguments(const Arguments *args) {
  argList(args->posonlyargs);
  argList(args->args);
  arg(args->vararg);
  argList(args->kwonlyargs);
  arg(args->kwarg);
  if (args->defaults.size() > args->posonlyargs.size() + args->args.size())
    return fail("more positional defaults than args on arguments");
  if (args->kw_defaults.size() != args->kwonlyargs.size())
    return fail("length of kwonlyargs is not the same as kw_defaults on arguments");
  expressions(args->defaults);
  expressions(args->kw_defaults, ExprContext::Load, true);
}

void Validator::statement(const AnyStmt *s) {
  if (!s) return fail("None disallowed in statement list");
  if (!enter()) return;
  position(s);
  switch (s->kind) {
  case Kind::FunctionDef: function(as<FunctionDef>(s), "FunctionDef"); break;
  case Kind::AsyncFunctionDef: function(as<AsyncFunctionDef>(s), "AsyncFunctionDef"); break;
  case Kind::ClassDef:
    body(as<ClassDef>(s)->body, "ClassDef");
    expressions(as<ClassDef>(s)->bases);
    keywords(as<ClassDef>(s)->keywords);
    expressions(as<ClassDef>(s)->decorator_list);
    break;
  case Kind::Return: optional(as<Return>(s)->value); break;
  case Kind::Delete: assignList(as<Delete>(s)->targets, ExprContext::Del, "Delete"); break;
  case Kind::Assign:
    assignList(as<Assign>(s)->targets, ExprContext::Store, "Assign");
    expression(as<Assign>(s)->value);
    break;
  case Kind::AugAssign:
    expression(as<AugAssign>(s)->target, ExprContext::Store);
    expression(as<AugAssign>(s)->value);
    break;
  case Kind::AnnAssign: {
    auto *a = as<AnnAssign>(s);
    if (!isa<Name>(a->target) && a->simple) return fail("AnnAssign with simple non-Name target");
    expression(a->target, ExprContext::Store);
    optional(a->value);
    expression(a->annotation);
    break;
  }
  case Kind::For: loop(as<For>(s), "For"); break;
  case Kind::AsyncFor: loop(as<AsyncFor>(s), "AsyncFor"); break;
  case Kind::While:
    expression(as<While>(s)->test);
    body(as<While>(s)->body, "While");
    statements(as<While>(s)->orelse);
    break;
  case Kind::If:
    expression(as<If>(s)->test);
    body(as<If>(s)->body, "If");
    statements(as<If>(s)->orelse);
    break;
  case Kind::With: with(as<With>(s), "With"); break;
  case Kind::AsyncWith: with(as<AsyncWith>(s), "AsyncWith"); break;
  case Kind::Match:
    expression(as<Match>(s)->subject);
    if (!nonEmpty(as<Match>(s)->cases, "cases", "Match")) return;
    for (const MatchCase *c : as<Match>(s)->cases) {
      pattern(c->pattern);
      optional(c->guard);
      body(c->body, "match_case");
    }
    break;
  case Kind::Raise:
    if (!as<Raise>(s)->exc && as<Raise>(s)->cause) return fail("Raise with cause but no exception");
    optional(as<Raise>(s)->exc);
    optional(as<Raise>(s)->cause);
    break;
  case Kind::Try: tryStmt(as<Try>(s), "Try"); break;
  case Kind::TryStar:
    tryStmt(as<TryStar>(s), "TryStar");
    for (const ast::ExceptHandler *h : as<TryStar>(s)->handlers)
      if (!h->type) fail("expected expression, found None in an except* handler");
    break;
  case Kind::Assert:
    expression(as<Assert>(s)->test);
    optional(as<Assert>(s)->msg);
    break;
  case Kind::Import: nonEmpty(as<Import>(s)->names, "names", "Import"); break;
  case Kind::ImportFrom:
    if (as<ImportFrom>(s)->level < 0) return fail("Negative ImportFrom level");
    nonEmpty(as<ImportFrom>(s)->names, "names", "ImportFrom");
    break;
  case Kind::Global: nonEmpty(as<Global>(s)->names, "names", "Global"); break;
  case Kind::Nonlocal: nonEmpty(as<Nonlocal>(s)->names, "names", "Nonlocal"); break;
  case Kind::Expr: expression(as<Expr>(s)->value); break;
  default: break;
  }
  --depth;
}

void Validator::expression(const AnyExpr *e, ExprContext context) {
  if (!enter()) return;
  position(e);
  std::optional<ExprContext> actual;
  switch (e->kind) {
  case Kind::Attribute: actual = as<Attribute>(e)->ctx; break;
  case Kind::Subscript: actual = as<Subscript>(e)->ctx; break;
  case Kind::Starred: actual = as<Starred>(e)->ctx; break;
  case Kind::Name:
    name(as<Name>(e)->id);
    actual = as<Name>(e)->ctx;
    break;
  case Kind::List: actual = as<List>(e)->ctx; break;
  case Kind::Tuple: actual = as<Tuple>(e)->ctx; break;
  default:
    if (context != ExprContext::Load)
      return fail("expression which can't be " +
                  llvm::Twine(context == ExprContext::Store ? "assigned to" : "deleted") + " in " +
                  ast::name(context) + " context");
  }
  if (actual && *actual != context)
    return fail("expression must have " + llvm::Twine(ast::name(context)) + " context but has " +
                ast::name(*actual) + " instead");
  if (!error) children(e, context);
  --depth;
}

void Validator::children(const AnyExpr *e, ExprContext context) {
  switch (e->kind) {
  case Kind::BoolOp:
    if (as<BoolOp>(e)->values.size() < 2) return fail("BoolOp with less than 2 values");
    return expressions(as<BoolOp>(e)->values);
  case Kind::NamedExpr:
    if (!isa<Name>(as<NamedExpr>(e)->target)) return fail("NamedExpr target must be a Name");
    expression(as<NamedExpr>(e)->target, ExprContext::Store);
    return expression(as<NamedExpr>(e)->value);
  case Kind::BinOp: expression(as<BinOp>(e)->left); return expression(as<BinOp>(e)->right);
  case Kind::UnaryOp: return expression(as<UnaryOp>(e)->operand);
  case Kind::Lambda: arguments(as<Lambda>(e)->args); return expression(as<Lambda>(e)->body);
  case Kind::IfExp:
    expression(as<IfExp>(e)->test);
    expression(as<IfExp>(e)->body);
    return expression(as<IfExp>(e)->orelse);
  case Kind::Dict:
    if (as<Dict>(e)->keys.size() != as<Dict>(e)->values.size())
      return fail("Dict doesn't have the same number of keys as values");
    expressions(as<Dict>(e)->keys, ExprContext::Load, true);
    return expressions(as<Dict>(e)->values);
  case Kind::Set: return expressions(as<Set>(e)->elts);
  case Kind::ListComp: comprehensions(as<ListComp>(e)->generators); return expression(as<ListComp>(e)->elt);
  case Kind::SetComp: comprehensions(as<SetComp>(e)->generators); return expression(as<SetComp>(e)->elt);
  case Kind::GeneratorExp:
    comprehensions(as<GeneratorExp>(e)->generators);
    return expression(as<GeneratorExp>(e)->elt);
  case Kind::DictComp:
    comprehensions(as<DictComp>(e)->generators);
    expression(as<DictComp>(e)->key);
    return expression(as<DictComp>(e)->value);
  case Kind::Await: return expression(as<Await>(e)->value);
  case Kind::Yield: return optional(as<Yield>(e)->value);
  case Kind::YieldFrom: return expression(as<YieldFrom>(e)->value);
  case Kind::Compare:
    if (as<Compare>(e)->comparators.empty()) return fail("Compare with no comparators");
    if (as<Compare>(e)->comparators.size() != as<Compare>(e)->ops.size())
      return fail("Compare has a different number of comparators and operands");
    expressions(as<Compare>(e)->comparators);
    return expression(as<Compare>(e)->left);
  case Kind::Call:
    expression(as<Call>(e)->func);
    expressions(as<Call>(e)->args);
    return keywords(as<Call>(e)->keywords);
  case Kind::FormattedValue:
    expression(as<FormattedValue>(e)->value);
    return optional(as<FormattedValue>(e)->format_spec);
  case Kind::JoinedStr: return expressions(as<JoinedStr>(e)->values);
  case Kind::Attribute: return expression(as<Attribute>(e)->value);
  case Kind::Subscript: expression(as<Subscript>(e)->slice); return expression(as<Subscript>(e)->value);
  case Kind::Starred: return expression(as<Starred>(e)->value, context);
  case Kind::Slice:
    optional(as<Slice>(e)->lower);
    optional(as<Slice>(e)->upper);
    return optional(as<Slice>(e)->step);
  case Kind::List: return expressions(as<List>(e)->elts, context);
  case Kind::Tuple: return expressions(as<Tuple>(e)->elts, context);
  case Kind::Constant:
    if (ConstantKind kind = as<Constant>(e)->value.kind();
        kind > ConstantKind::Complex && kind != kGivenConstant)
      fail("got an invalid type in Constant");
    return;
  default: return;
  }
}

// What a MatchValue or a mapping key may be: literals, negative numbers, complex sums, f-strings (refused
// later), attributes.
void Validator::patternValue(const AnyExpr *e) {
  expression(e);
  switch (e->kind) {
  case Kind::Constant: {
    ConstantKind kind = as<Constant>(e)->value.kind();
    bool container =
        kind == kGivenConstant && givenObject(as<Constant>(e)->value)->kind != ObjectKind::Complex;
    if (kind == ConstantKind::None || kind == ConstantKind::True || kind == ConstantKind::False ||
        kind == ConstantKind::Ellipsis || container)
      fail("unexpected constant inside of a literal pattern");
    return;
  }
  case Kind::Attribute:
  case Kind::UnaryOp:
  case Kind::BinOp:
  case Kind::JoinedStr: return;
  default: fail("patterns may only match literals and attribute lookups");
  }
}

void Validator::pattern(const AnyPattern *p, bool starAllowed) {
  if (!enter()) return;
  position(p);
  switch (p->kind) {
  case Kind::MatchValue: patternValue(as<MatchValue>(p)->value); break;
  case Kind::MatchSingleton: {
    ConstantKind kind = as<MatchSingleton>(p)->value.kind();
    if (kind != ConstantKind::None && kind != ConstantKind::True && kind != ConstantKind::False)
      fail("MatchSingleton can only contain True, False and None");
    break;
  }
  case Kind::MatchSequence: patterns(as<MatchSequence>(p)->patterns, true); break;
  case Kind::MatchMapping: {
    auto *m = as<MatchMapping>(p);
    if (m->keys.size() != m->patterns.size())
      return fail("MatchMapping doesn't have the same number of keys as patterns");
    capture(m->rest);
    for (const AnyExpr *key : m->keys) {
      if (auto *c = dyn<Constant>(key);
          c && (c->value.kind() == ConstantKind::None || c->value.kind() == ConstantKind::True ||
                c->value.kind() == ConstantKind::False))
        continue;
      patternValue(key);
    }
    patterns(m->patterns);
    break;
  }
  case Kind::MatchClass: {
    auto *m = as<MatchClass>(p);
    if (m->kwd_attrs.size() != m->kwd_patterns.size())
      return fail("MatchClass doesn't have the same number of keyword attributes as patterns");
    expression(m->cls);
    const AnyExpr *cls = m->cls;
    while (cls->kind == Kind::Attribute) cls = as<Attribute>(cls)->value;
    if (!isa<Name>(cls)) return fail("MatchClass cls field can only contain Name or Attribute nodes.");
    for (Identifier attribute : m->kwd_attrs) name(attribute);
    patterns(m->patterns);
    patterns(m->kwd_patterns);
    break;
  }
  case Kind::MatchStar:
    if (!starAllowed) return fail("can't use MatchStar here");
    capture(as<MatchStar>(p)->name);
    break;
  case Kind::MatchAs: {
    auto *m = as<MatchAs>(p);
    capture(m->name);
    if (!m->pattern) break;
    if (!m->name) return fail("MatchAs must specify a target name if a pattern is given");
    pattern(m->pattern);
    break;
  }
  case Kind::MatchOr:
    if (as<MatchOr>(p)->patterns.size() < 2) return fail("MatchOr requires at least 2 patterns");
    patterns(as<MatchOr>(p)->patterns);
    break;
  default: break;
  }
  --depth;
}

} // namespace

bool validateTree(const ASTContext &tree, Diagnostics &diagnostics) {
  Validator(diagnostics.error).root(*tree.root);
  return !diagnostics.failed();
}

} // namespace coil::compile
