// The first pass over the tree: which names each scope mentions and how.
#include "Compile/SymbolTable.h"

#include "Bytecode/Code.h"
#include "Compile/Errors.h"

namespace coil::compile {

using namespace ast;

Identifier mangleDunder(ASTContext &context, Identifier privateName, Identifier name) {
  llvm::StringRef text = name->str();
  if (text.ends_with("__") || text.contains('.')) return name;
  llvm::StringRef owner = privateName->str().ltrim('_');
  if (owner.empty()) return name;
  llvm::SmallString<64> mangled("_");
  mangled += owner;
  mangled += text;
  return context.intern(mangled);
}

class SymbolVisitor {
public:
  SymbolVisitor(SymbolTable &table, uint32_t futureFlags, unsigned limit, unsigned depth,
                std::optional<Diagnostic> &error)
      : table(table), context(table.context), error(error), recursionDepth(depth), recursionLimit(limit),
        futureAnnotations(futureFlags & bytecode::CO_FUTURE_ANNOTATIONS) {
    superName = context.intern("super");
    classCell = context.intern("__class__");
    implicitArg = context.intern(".0");
  }
  void root(Mod &mod);

private:
  SymbolTable &table;
  ASTContext &context;
  std::optional<Diagnostic> &error;
  Scope *current = nullptr;
  Identifier privateName = nullptr;
  Identifier superName, classCell, implicitArg;
  unsigned recursionDepth, recursionLimit;
  bool futureAnnotations;

  void fail(const llvm::Twine &message, Position pos) {
    if (!error) error = symbolError(message, pos);
  }
  bool enterRecursion() {
    if (error) return false;
    if (++recursionDepth > recursionLimit) {
      error = recursionError();
      return false;
    }
    return true;
  }
  Scope *enter(ScopeKind kind, const void *node, Position pos);
  void leave() { current = current->parent; }
  void define(Identifier name, unsigned flag, Position pos) { define(name, flag, current, pos); }
  void define(Identifier name, unsigned flag, Scope *scope, Position pos);
  unsigned flagsOf(Identifier name) {
    Symbol *symbol = current->symbols.find(mangle(context, privateName, name));
    return symbol ? symbol->flags : 0;
  }

  void body(Seq<AnyStmt *> statements) {
    for (AnyStmt *s : statements) statement(s);
  }
  void expressions(Seq<AnyExpr *> list) {
    for (AnyExpr *e : list)
      if (e) expression(e);
  }
  void optional(AnyExpr *e) {
    if (e) expression(e);
  }
  void keywords(Seq<Keyword *> list) {
    for (Keyword *k : list) expression(k->value);
  }
  void statement(AnyStmt *s);
  template <typename Function> void function(Function *f, bool async);
  void classDef(ClassDef *c);
  void annAssign(AnnAssign *s);
  void declaration(Seq<Identifier> names, bool global, Position pos);
  void alias(Alias *a);
  void handlers(Seq<ast::ExceptHandler *> list);
  void withItems(Seq<WithItem *> items);

  void expression(AnyExpr *e);
  void namedExpr(NamedExpr *e);
  void extendNamedExprScope(Name *target);
  void lambda(Lambda *e);
  void comprehension(AnyExpr *e, Seq<Comprehension *> generators, AnyExpr *elt, AnyExpr *value,
                     ComprehensionKind kind);
  void comprehensionClause(Comprehension *c);
  void yield(AnyExpr *e, AnyExpr *value);
  void name(Name *e);
  bool refuseInAnnotation(const char *what, AnyExpr *e);

  void arguments(Arguments *args);
  void defaults(Arguments *args);
  void annotation(AnyExpr *e);
  void annotations(Arguments *args, AnyExpr *returns);
  void pattern(AnyPattern *p);
  void matchCases(Seq<MatchCase *> cases);
};

Scope *SymbolVisitor::enter(ScopeKind kind, const void *node, Position pos) {
  Scope *scope = new (table.scopes.Allocate()) Scope();
  scope->kind = kind;
  scope->pos = pos;
  scope->parent = current;
  table.byNode[node] = scope;
  if (current) {
    scope->nested = current->nested || current->kind == ScopeKind::Function;
    // PEP 572 forbids := in a comprehension's iterable, also within a lambda or comprehension there.
    scope->compIterExpr = current->compIterExpr;
    // Future annotations are strings: what they mention must not influence the code.
    if (kind != ScopeKind::Annotation) current->children.push_back(scope);
  }
  return current = scope;
}

void SymbolVisitor::define(Identifier plain, unsigned flag, Scope *scope, Position pos) {
  Identifier name = mangle(context, privateName, plain);
  Symbol &symbol = scope->symbols.getOrInsert(name);
  if ((flag & kDefParam) && (symbol.flags & kDefParam))
    return fail("duplicate argument '" + plain->str() + "' in function definition", pos);
  symbol.flags |= flag;
  if (scope->compIterTarget) {
    if (symbol.flags & (kDefGlobal | kDefNonlocal))
      return fail(
          "comprehension inner loop cannot rebind assignment expression target '" + plain->str() + "'", pos);
    symbol.flags |= kDefCompIter;
  }
  if (flag & kDefParam) {
    scope->params.push_back(name);
  } else if (flag & kDefGlobal) {
    table.topScope->symbols.getOrInsert(name).flags |= flag;
  }
}

void SymbolVisitor::root(Mod &mod) {
  table.topScope = enter(ScopeKind::Module, &mod, Position{});
  if (auto *module = dyn<Module>(&mod))
    body(module->body);
  else if (auto *interactive = dyn<Interactive>(&mod))
    body(interactive->body);
  else if (auto *expr = dyn<Expression>(&mod))
    expression(expr->body);
  else
    fail("this compiler does not handle FunctionTypes", Position{});
}

template <typename Function> void SymbolVisitor::function(Function *f, bool async) {
  define(f->name, kDefLocal, f->pos);
  defaults(f->args);
  annotations(f->args, f->returns);
  expressions(f->decorator_list);
  enter(ScopeKind::Function, f, f->pos)->coroutine = async;
  current->name = f->name;
  arguments(f->args);
  body(f->body);
  leave();
}

void SymbolVisitor::classDef(ClassDef *c) {
  define(c->name, kDefLocal, c->pos);
  expressions(c->bases);
  keywords(c->keywords);
  expressions(c->decorator_list);
  enter(ScopeKind::Class, c, c->pos)->name = c->name;
  Identifier outer = privateName;
  privateName = c->name;
  body(c->body);
  privateName = outer;
  leave();
}

void SymbolVisitor::annAssign(AnnAssign *s) {
  if (auto *target = dyn<Name>(s->target)) {
    unsigned flags = flagsOf(target->id);
    if ((flags & (kDefGlobal | kDefNonlocal)) && current != table.topScope && s->simple)
      return fail("annotated name '" + target->id->str() + "' can't be " +
                      (flags & kDefGlobal ? "global" : "nonlocal"),
                  s->pos);
    if (s->simple) define(target->id, kDefAnnot | kDefLocal, target->pos);
    if (s->value) define(target->id, kDefLocal, target->pos);
  } else {
    expression(s->target);
  }
  annotation(s->annotation);
  optional(s->value);
}

void SymbolVisitor::declaration(Seq<Identifier> names, bool global, Position pos) {
  const char *word = global ? "global" : "nonlocal";
  for (Identifier name : names) {
    unsigned flags = flagsOf(name);
    if (flags & (kDefParam | kDefLocal | kUse | kDefAnnot)) {
      llvm::StringRef text = name->str();
      if (flags & kDefParam) return fail("name '" + text + "' is parameter and " + word, pos);
      if (flags & kUse) return fail("name '" + text + "' is used prior to " + word + " declaration", pos);
      if (flags & kDefAnnot) return fail("annotated name '" + text + "' can't be " + word, pos);
      return fail("name '" + text + "' is assigned to before " + word + " declaration", pos);
    }
    define(name, global ? kDefGlobal : kDefNonlocal, pos);
    current->directives.push_back({mangle(context, privateName, name), pos});
  }
}

void SymbolVisitor::alias(Alias *a) {
  Identifier bound = a->asname ? a->asname : a->name;
  if (bound->str() == "*") {
    if (current->kind != ScopeKind::Module) fail("import * only allowed at module level", a->pos);
    return;
  }
  size_t dot = bound->str().find('.');
  if (dot != llvm::StringRef::npos) bound = context.intern(bound->str().take_front(dot));
  define(bound, kDefImport, a->pos);
}

void SymbolVisitor::handlers(Seq<ast::ExceptHandler *> list) {
  for (ast::ExceptHandler *h : list) {
    optional(h->type);
    if (h->name) define(h->name, kDefLocal, h->pos);
    body(h->body);
  }
}

void SymbolVisitor::withItems(Seq<WithItem *> items) {
  for (WithItem *item : items) {
    expression(item->context_expr);
    optional(item->optional_vars);
  }
}

void SymbolVisitor::statement(AnyStmt *s) {
  if (!enterRecursion()) return;
  switch (s->kind) {
  case Kind::FunctionDef: function(as<FunctionDef>(s), false); break;
  case Kind::AsyncFunctionDef: function(as<AsyncFunctionDef>(s), true); break;
  case Kind::ClassDef: classDef(as<ClassDef>(s)); break;
  case Kind::Return: optional(as<Return>(s)->value); break;
  case Kind::Delete: expressions(as<Delete>(s)->targets); break;
  case Kind::Assign:
    expressions(as<Assign>(s)->targets);
    expression(as<Assign>(s)->value);
    break;
  case Kind::AugAssign:
    expression(as<AugAssign>(s)->target);
    expression(as<AugAssign>(s)->value);
    break;
  case Kind::AnnAssign: annAssign(as<AnnAssign>(s)); break;
  case Kind::For:
    expression(as<For>(s)->target);
    expression(as<For>(s)->iter);
    body(as<For>(s)->body);
    body(as<For>(s)->orelse);
    break;
  case Kind::AsyncFor:
    expression(as<AsyncFor>(s)->target);
    expression(as<AsyncFor>(s)->iter);
    body(as<AsyncFor>(s)->body);
    body(as<AsyncFor>(s)->orelse);
    break;
  case Kind::While:
    expression(as<While>(s)->test);
    body(as<While>(s)->body);
    body(as<While>(s)->orelse);
    break;
  case Kind::If:
    expression(as<If>(s)->test);
    body(as<If>(s)->body);
    body(as<If>(s)->orelse);
    break;
  case Kind::With:
    withItems(as<With>(s)->items);
    body(as<With>(s)->body);
    break;
  case Kind::AsyncWith:
    withItems(as<AsyncWith>(s)->items);
    body(as<AsyncWith>(s)->body);
    break;
  case Kind::Match:
    expression(as<Match>(s)->subject);
    matchCases(as<Match>(s)->cases);
    break;
  case Kind::Raise:
    optional(as<Raise>(s)->exc);
    optional(as<Raise>(s)->cause);
    break;
  case Kind::Try:
    body(as<Try>(s)->body);
    body(as<Try>(s)->orelse);
    handlers(as<Try>(s)->handlers);
    body(as<Try>(s)->finalbody);
    break;
  case Kind::TryStar:
    body(as<TryStar>(s)->body);
    body(as<TryStar>(s)->orelse);
    handlers(as<TryStar>(s)->handlers);
    body(as<TryStar>(s)->finalbody);
    break;
  case Kind::Assert:
    expression(as<Assert>(s)->test);
    optional(as<Assert>(s)->msg);
    break;
  case Kind::Import:
    for (Alias *a : as<Import>(s)->names) alias(a);
    break;
  case Kind::ImportFrom:
    for (Alias *a : as<ImportFrom>(s)->names) alias(a);
    break;
  case Kind::Global: declaration(as<Global>(s)->names, true, s->pos); break;
  case Kind::Nonlocal: declaration(as<Nonlocal>(s)->names, false, s->pos); break;
  case Kind::Expr: expression(as<Expr>(s)->value); break;
  default: break; // pass, break, continue
  }
  --recursionDepth;
}

void SymbolVisitor::extendNamedExprScope(Name *target) {
  for (Scope *scope = current; scope; scope = scope->parent) {
    auto flags = [&] {
      Symbol *symbol = scope->symbols.find(mangle(context, privateName, target->id));
      return symbol ? symbol->flags : 0;
    };
    if (scope->comprehension != ComprehensionKind::None) {
      if (flags() & kDefCompIter)
        return fail("assignment expression cannot rebind comprehension iteration variable '" +
                        target->id->str() + "'",
                    target->pos);
      continue;
    }
    auto bind = [&](unsigned here, unsigned there) {
      define(target->id, here, target->pos);
      current->directives.push_back({mangle(context, privateName, target->id), target->pos});
      define(target->id, there, scope, target->pos);
    };
    switch (scope->kind) {
    case ScopeKind::Function: return bind(flags() & kDefGlobal ? kDefGlobal : kDefNonlocal, kDefLocal);
    case ScopeKind::Module: return bind(kDefGlobal, kDefGlobal);
    case ScopeKind::Class:
      return fail("assignment expression within a comprehension cannot be used in a class body", target->pos);
    case ScopeKind::Annotation: break;
    }
  }
}

void SymbolVisitor::namedExpr(NamedExpr *e) {
  if (!refuseInAnnotation("named expression", e)) return;
  if (current->compIterExpr > 0)
    return fail("assignment expression cannot be used in a comprehension iterable expression", e->pos);
  if (current->comprehension != ComprehensionKind::None) extendNamedExprScope(as<Name>(e->target));
  expression(e->value);
  expression(e->target);
}

void SymbolVisitor::lambda(Lambda *e) {
  defaults(e->args);
  enter(ScopeKind::Function, e, e->pos);
  arguments(e->args);
  expression(e->body);
  leave();
}

void SymbolVisitor::comprehensionClause(Comprehension *c) {
  current->compIterTarget = true;
  expression(c->target);
  current->compIterTarget = false;
  ++current->compIterExpr;
  expression(c->iter);
  --current->compIterExpr;
  expressions(c->ifs);
  if (c->is_async) current->coroutine = true;
}

void SymbolVisitor::comprehension(AnyExpr *e, Seq<Comprehension *> generators, AnyExpr *elt, AnyExpr *value,
                                  ComprehensionKind kind) {
  if (generators.empty()) return fail("comprehension with no generators", e->pos);
  Comprehension *outermost = generators.front();
  // The outermost iterable belongs to the enclosing scope.
  ++current->compIterExpr;
  expression(outermost->iter);
  --current->compIterExpr;
  Scope *scope = enter(ScopeKind::Function, e, e->pos);
  scope->comprehension = kind;
  if (outermost->is_async) scope->coroutine = true;
  define(implicitArg, kDefParam, e->pos);
  scope->compIterTarget = true;
  expression(outermost->target);
  scope->compIterTarget = false;
  expressions(outermost->ifs);
  for (Comprehension *c : generators.array().drop_front()) comprehensionClause(c);
  if (value) expression(value);
  expression(elt);
  scope->generator = kind == ComprehensionKind::Generator;
  bool async = scope->coroutine && !scope->generator;
  leave();
  if (async) current->coroutine = true;
}

bool SymbolVisitor::refuseInAnnotation(const char *what, AnyExpr *e) {
  if (current->kind != ScopeKind::Annotation) return true;
  fail(llvm::Twine("'") + what + "' can not be used within an annotation", e->pos);
  return false;
}

void SymbolVisitor::yield(AnyExpr *e, AnyExpr *value) {
  if (!refuseInAnnotation("yield expression", e)) return;
  optional(value);
  current->generator = true;
  switch (current->comprehension) {
  case ComprehensionKind::None: break;
  case ComprehensionKind::List: return fail("'yield' inside list comprehension", e->pos);
  case ComprehensionKind::Set: return fail("'yield' inside set comprehension", e->pos);
  case ComprehensionKind::Dict: return fail("'yield' inside dict comprehension", e->pos);
  case ComprehensionKind::Generator: return fail("'yield' inside generator expression", e->pos);
  }
}

void SymbolVisitor::name(Name *e) {
  define(e->id, e->ctx == ExprContext::Load ? kUse : kDefLocal, e->pos);
  // super() without arguments finds its class in the cell __class__.
  if (e->ctx == ExprContext::Load && e->id == superName && current->kind == ScopeKind::Function)
    define(classCell, kUse, e->pos);
}

void SymbolVisitor::expression(AnyExpr *e) {
  if (!enterRecursion()) return;
  switch (e->kind) {
  case Kind::BoolOp: expressions(as<BoolOp>(e)->values); break;
  case Kind::NamedExpr: namedExpr(as<NamedExpr>(e)); break;
  case Kind::BinOp:
    expression(as<BinOp>(e)->left);
    expression(as<BinOp>(e)->right);
    break;
  case Kind::UnaryOp: expression(as<UnaryOp>(e)->operand); break;
  case Kind::Lambda: lambda(as<Lambda>(e)); break;
  case Kind::IfExp:
    expression(as<IfExp>(e)->test);
    expression(as<IfExp>(e)->body);
    expression(as<IfExp>(e)->orelse);
    break;
  case Kind::Dict:
    expressions(as<Dict>(e)->keys);
    expressions(as<Dict>(e)->values);
    break;
  case Kind::Set: expressions(as<Set>(e)->elts); break;
  case Kind::ListComp:
    comprehension(e, as<ListComp>(e)->generators, as<ListComp>(e)->elt, nullptr, ComprehensionKind::List);
    break;
  case Kind::SetComp:
    comprehension(e, as<SetComp>(e)->generators, as<SetComp>(e)->elt, nullptr, ComprehensionKind::Set);
    break;
  case Kind::DictComp:
    comprehension(e, as<DictComp>(e)->generators, as<DictComp>(e)->key, as<DictComp>(e)->value,
                  ComprehensionKind::Dict);
    break;
  case Kind::GeneratorExp:
    comprehension(e, as<GeneratorExp>(e)->generators, as<GeneratorExp>(e)->elt, nullptr,
                  ComprehensionKind::Generator);
    break;
  case Kind::Await:
    if (!refuseInAnnotation("await expression", e)) return;
    expression(as<Await>(e)->value);
    current->coroutine = true;
    break;
  case Kind::Yield: yield(e, as<Yield>(e)->value); break;
  case Kind::YieldFrom: yield(e, as<YieldFrom>(e)->value); break;
  case Kind::Compare:
    expression(as<Compare>(e)->left);
    expressions(as<Compare>(e)->comparators);
    break;
  case Kind::Call:
    expression(as<Call>(e)->func);
    expressions(as<Call>(e)->args);
    keywords(as<Call>(e)->keywords);
    break;
  case Kind::FormattedValue:
    expression(as<FormattedValue>(e)->value);
    optional(as<FormattedValue>(e)->format_spec);
    break;
  case Kind::JoinedStr: expressions(as<JoinedStr>(e)->values); break;
  case Kind::Attribute: expression(as<Attribute>(e)->value); break;
  case Kind::Subscript:
    expression(as<Subscript>(e)->value);
    expression(as<Subscript>(e)->slice);
    break;
  case Kind::Starred: expression(as<Starred>(e)->value); break;
  case Kind::Slice:
    optional(as<Slice>(e)->lower);
    optional(as<Slice>(e)->upper);
    optional(as<Slice>(e)->step);
    break;
  case Kind::Name: name(as<Name>(e)); break;
  case Kind::List: expressions(as<List>(e)->elts); break;
  case Kind::Tuple: expressions(as<Tuple>(e)->elts); break;
  default: break; // Constant
  }
  --recursionDepth;
}

void SymbolVisitor::defaults(Arguments *args) {
  expressions(args->defaults);
  expressions(args->kw_defaults);
}

void SymbolVisitor::arguments(Arguments *args) {
  auto parameter = [&](Arg *arg) { define(arg->arg, kDefParam, arg->pos); };
  for (Arg *arg : args->posonlyargs) parameter(arg);
  for (Arg *arg : args->args) parameter(arg);
  for (Arg *arg : args->kwonlyargs) parameter(arg);
  if (args->vararg) {
    parameter(args->vararg);
    current->varargs = true;
  }
  if (args->kwarg) {
    parameter(args->kwarg);
    current->varkeywords = true;
  }
}

void SymbolVisitor::annotation(AnyExpr *e) {
  if (futureAnnotations) enter(ScopeKind::Annotation, e, e->pos);
  expression(e);
  if (futureAnnotations) leave();
}

void SymbolVisitor::annotations(Arguments *args, AnyExpr *returns) {
  bool any = returns != nullptr;
  auto has = [&](Arg *arg) { any |= arg && arg->annotation; };
  for (Arg *arg : args->posonlyargs) has(arg);
  for (Arg *arg : args->args) has(arg);
  has(args->vararg);
  has(args->kwarg);
  for (Arg *arg : args->kwonlyargs) has(arg);
  if (!any) return;
  // One scope holds all of a signature's annotations but the result's.
  if (futureAnnotations) enter(ScopeKind::Annotation, args, current->pos);
  auto visit = [&](Arg *arg) {
    if (arg && arg->annotation) expression(arg->annotation);
  };
  for (Arg *arg : args->posonlyargs) visit(arg);
  for (Arg *arg : args->args) visit(arg);
  visit(args->vararg);
  visit(args->kwarg);
  for (Arg *arg : args->kwonlyargs) visit(arg);
  if (futureAnnotations) leave();
  if (returns) annotation(returns);
}

void SymbolVisitor::pattern(AnyPattern *p) {
  if (!enterRecursion()) return;
  auto patterns = [&](Seq<AnyPattern *> list) {
    for (AnyPattern *sub : list) pattern(sub);
  };
  switch (p->kind) {
  case Kind::MatchValue: expression(as<MatchValue>(p)->value); break;
  case Kind::MatchSequence: patterns(as<MatchSequence>(p)->patterns); break;
  case Kind::MatchStar:
    if (as<MatchStar>(p)->name) define(as<MatchStar>(p)->name, kDefLocal, p->pos);
    break;
  case Kind::MatchMapping:
    expressions(as<MatchMapping>(p)->keys);
    patterns(as<MatchMapping>(p)->patterns);
    if (as<MatchMapping>(p)->rest) define(as<MatchMapping>(p)->rest, kDefLocal, p->pos);
    break;
  case Kind::MatchClass:
    expression(as<MatchClass>(p)->cls);
    patterns(as<MatchClass>(p)->patterns);
    patterns(as<MatchClass>(p)->kwd_patterns);
    break;
  case Kind::MatchAs:
    if (as<MatchAs>(p)->pattern) pattern(as<MatchAs>(p)->pattern);
    if (as<MatchAs>(p)->name) define(as<MatchAs>(p)->name, kDefLocal, p->pos);
    break;
  case Kind::MatchOr: patterns(as<MatchOr>(p)->patterns); break;
  default: break; // MatchSingleton
  }
  --recursionDepth;
}

void SymbolVisitor::matchCases(Seq<MatchCase *> cases) {
  for (MatchCase *c : cases) {
    pattern(c->pattern);
    optional(c->guard);
    body(c->body);
  }
}

void visitSymbols(SymbolTable &table, Mod &root, uint32_t futureFlags, unsigned limit, unsigned depth,
                  std::optional<Diagnostic> &error) {
  SymbolVisitor(table, futureFlags, limit, depth, error).root(root);
}

} // namespace coil::compile
