// The walk of the AST optimizer.
#include "Compile/Fold.h"

#include "Bytecode/Code.h"
#include "Compile/Errors.h"

namespace coil::compile {

using namespace ast;

namespace {

class Folder {
public:
  Folder(ASTContext &context, Constants &constants, int optimize, uint32_t futureFlags, unsigned limit,
         unsigned depth, std::optional<Diagnostic> &error)
      : context(context), constants(constants), error(error), depth(depth), limit(limit), optimize(optimize),
        futureAnnotations(futureFlags & bytecode::CO_FUTURE_ANNOTATIONS),
        debugName(context.intern("__debug__")) {}

  void root(Mod &mod) {
    if (auto *module = dyn<Module>(&mod))
      body(module->body);
    else if (auto *interactive = dyn<Interactive>(&mod))
      statements(interactive->body);
    else if (auto *expr = dyn<Expression>(&mod))
      expression(expr->body);
  }

private:
  ASTContext &context;
  Constants &constants;
  std::optional<Diagnostic> &error;
  unsigned depth, limit;
  int optimize;
  bool futureAnnotations;
  Identifier debugName;

  bool enterRecursion() {
    if (error) return false;
    if (++depth > limit) {
      error = recursionError();
      return false;
    }
    return true;
  }

  AnyExpr *constant(Position pos, const Object *value) {
    return context.make<Constant>(pos, foldedValue(value), nullptr);
  }
  const Object *valueOf(const AnyExpr *e) { return constants.object(as<Constant>(e)->value); }

  void statements(Seq<AnyStmt *> list) {
    for (AnyStmt *s : list) statement(s);
  }
  void body(Seq<AnyStmt *> list);
  void statement(AnyStmt *s);
  template <typename Function> void function(Function *f);
  void handlers(Seq<ast::ExceptHandler *> list);
  void withItems(Seq<WithItem *> items);
  void pattern(AnyPattern *p);
  void patterns(Seq<AnyPattern *> list) {
    for (AnyPattern *p : list) pattern(p);
  }

  void expressions(Seq<AnyExpr *> list) {
    for (AnyExpr *&e : list) expression(e);
  }
  void expression(AnyExpr *&e);
  void children(AnyExpr *&e);
  void keywords(Seq<Keyword *> list) {
    for (Keyword *k : list) expression(k->value);
  }
  void comprehensions(Seq<Comprehension *> list);
  void arguments(Arguments *args);
  void unary(AnyExpr *&e);
  void binary(AnyExpr *&e);
  void subscript(AnyExpr *&e);
  void tuple(AnyExpr *&e);
  void iterable(AnyExpr *&e);
  const Object *constantItems(Seq<AnyExpr *> elts, ObjectKind kind);
};

bool isDocstring(Seq<AnyStmt *> list) {
  if (list.empty()) return false;
  auto *s = dyn<Expr>(list.front());
  auto *value = s ? dyn<Constant>(s->value) : nullptr;
  if (!value) return false;
  if (value->value.kind() == ConstantKind::Str) return true;
  return value->value.kind() == kFoldedConstant &&
         reinterpret_cast<const Object *>(value->value.text().data())->kind == ObjectKind::Str;
}

void Folder::body(Seq<AnyStmt *> list) {
  bool docstring = isDocstring(list);
  statements(list);
  if (docstring || !isDocstring(list)) return;
  // Folding has made a str of the first expression ('a' + 'b'): it must not become a docstring.
  auto *s = as<Expr>(list.front());
  s->value = context.make<JoinedStr>(s->pos, context.makeSeq<AnyExpr *>({s->value}));
}

template <typename Function> void Folder::function(Function *f) {
  arguments(f->args);
  body(f->body);
  expressions(f->decorator_list);
  if (!futureAnnotations) expression(f->returns);
}

void Folder::handlers(Seq<ast::ExceptHandler *> list) {
  for (ast::ExceptHandler *h : list) {
    expression(h->type);
    statements(h->body);
  }
}

void Folder::withItems(Seq<WithItem *> items) {
  for (WithItem *item : items) {
    expression(item->context_expr);
    expression(item->optional_vars);
  }
}

void Folder::statement(AnyStmt *s) {
  if (!enterRecursion()) return;
  switch (s->kind) {
  case Kind::FunctionDef: function(as<FunctionDef>(s)); break;
  case Kind::AsyncFunctionDef: function(as<AsyncFunctionDef>(s)); break;
  case Kind::ClassDef:
    expressions(as<ClassDef>(s)->bases);
    keywords(as<ClassDef>(s)->keywords);
    body(as<ClassDef>(s)->body);
    expressions(as<ClassDef>(s)->decorator_list);
    break;
  case Kind::Return: expression(as<Return>(s)->value); break;
  case Kind::Delete: expressions(as<Delete>(s)->targets); break;
  case Kind::Assign:
    expressions(as<Assign>(s)->targets);
    expression(as<Assign>(s)->value);
    break;
  case Kind::AugAssign:
    expression(as<AugAssign>(s)->target);
    expression(as<AugAssign>(s)->value);
    break;
  case Kind::AnnAssign:
    expression(as<AnnAssign>(s)->target);
    if (!futureAnnotations) expression(as<AnnAssign>(s)->annotation);
    expression(as<AnnAssign>(s)->value);
    break;
  case Kind::For:
    expression(as<For>(s)->target);
    expression(as<For>(s)->iter);
    statements(as<For>(s)->body);
    statements(as<For>(s)->orelse);
    iterable(as<For>(s)->iter);
    break;
  case Kind::AsyncFor:
    expression(as<AsyncFor>(s)->target);
    expression(as<AsyncFor>(s)->iter);
    statements(as<AsyncFor>(s)->body);
    statements(as<AsyncFor>(s)->orelse);
    break;
  case Kind::While:
    expression(as<While>(s)->test);
    statements(as<While>(s)->body);
    statements(as<While>(s)->orelse);
    break;
  case Kind::If:
    expression(as<If>(s)->test);
    statements(as<If>(s)->body);
    statements(as<If>(s)->orelse);
    break;
  case Kind::With:
    withItems(as<With>(s)->items);
    statements(as<With>(s)->body);
    break;
  case Kind::AsyncWith:
    withItems(as<AsyncWith>(s)->items);
    statements(as<AsyncWith>(s)->body);
    break;
  case Kind::Match:
    expression(as<Match>(s)->subject);
    for (MatchCase *c : as<Match>(s)->cases) {
      pattern(c->pattern);
      expression(c->guard);
      statements(c->body);
    }
    break;
  case Kind::Raise:
    expression(as<Raise>(s)->exc);
    expression(as<Raise>(s)->cause);
    break;
  case Kind::Try:
    statements(as<Try>(s)->body);
    handlers(as<Try>(s)->handlers);
    statements(as<Try>(s)->orelse);
    statements(as<Try>(s)->finalbody);
    break;
  case Kind::TryStar:
    statements(as<TryStar>(s)->body);
    handlers(as<TryStar>(s)->handlers);
    statements(as<TryStar>(s)->orelse);
    statements(as<TryStar>(s)->finalbody);
    break;
  case Kind::Assert:
    expression(as<Assert>(s)->test);
    expression(as<Assert>(s)->msg);
    break;
  case Kind::Expr: expression(as<Expr>(s)->value); break;
  default: break; // imports, global, nonlocal, pass, break, continue
  }
  --depth;
}

void Folder::pattern(AnyPattern *p) {
  if (!enterRecursion()) return;
  switch (p->kind) {
  case Kind::MatchValue: expression(as<MatchValue>(p)->value); break;
  case Kind::MatchSequence: patterns(as<MatchSequence>(p)->patterns); break;
  case Kind::MatchMapping:
    expressions(as<MatchMapping>(p)->keys);
    patterns(as<MatchMapping>(p)->patterns);
    break;
  case Kind::MatchClass:
    expression(as<MatchClass>(p)->cls);
    patterns(as<MatchClass>(p)->patterns);
    patterns(as<MatchClass>(p)->kwd_patterns);
    break;
  case Kind::MatchAs:
    if (as<MatchAs>(p)->pattern) pattern(as<MatchAs>(p)->pattern);
    break;
  case Kind::MatchOr: patterns(as<MatchOr>(p)->patterns); break;
  default: break;
  }
  --depth;
}

void Folder::arguments(Arguments *args) {
  auto annotation = [&](Arg *arg) {
    if (arg && !futureAnnotations) expression(arg->annotation);
  };
  for (Arg *arg : args->posonlyargs) annotation(arg);
  for (Arg *arg : args->args) annotation(arg);
  annotation(args->vararg);
  for (Arg *arg : args->kwonlyargs) annotation(arg);
  expressions(args->kw_defaults);
  annotation(args->kwarg);
  expressions(args->defaults);
}

void Folder::comprehensions(Seq<Comprehension *> list) {
  for (Comprehension *c : list) {
    expression(c->target);
    expression(c->iter);
    expressions(c->ifs);
    iterable(c->iter);
  }
}

void Folder::expression(AnyExpr *&e) {
  if (!e || e->kind == Kind::Constant) return;
  if (e->kind == Kind::Name) {
    auto *n = as<Name>(e);
    if (n->ctx == ExprContext::Load && n->id == debugName)
      e = constant(e->pos, bytecode::ObjectPool::boolean(optimize == 0));
    return;
  }
  if (!enterRecursion()) return;
  children(e);
  --depth;
}

void Folder::children(AnyExpr *&e) {
  switch (e->kind) {
  case Kind::BoolOp: return expressions(as<BoolOp>(e)->values);
  case Kind::NamedExpr: return expression(as<NamedExpr>(e)->value);
  case Kind::BinOp:
    expression(as<BinOp>(e)->left);
    expression(as<BinOp>(e)->right);
    return binary(e);
  case Kind::UnaryOp: expression(as<UnaryOp>(e)->operand); return unary(e);
  case Kind::Lambda: arguments(as<Lambda>(e)->args); return expression(as<Lambda>(e)->body);
  case Kind::IfExp:
    expression(as<IfExp>(e)->test);
    expression(as<IfExp>(e)->body);
    return expression(as<IfExp>(e)->orelse);
  case Kind::Dict: expressions(as<Dict>(e)->keys); return expressions(as<Dict>(e)->values);
  case Kind::Set: return expressions(as<Set>(e)->elts);
  case Kind::ListComp: expression(as<ListComp>(e)->elt); return comprehensions(as<ListComp>(e)->generators);
  case Kind::SetComp: expression(as<SetComp>(e)->elt); return comprehensions(as<SetComp>(e)->generators);
  case Kind::DictComp:
    expression(as<DictComp>(e)->key);
    expression(as<DictComp>(e)->value);
    return comprehensions(as<DictComp>(e)->generators);
  case Kind::GeneratorExp:
    expression(as<GeneratorExp>(e)->elt);
    return comprehensions(as<GeneratorExp>(e)->generators);
  case Kind::Await: return expression(as<Await>(e)->value);
  case Kind::Yield: return expression(as<Yield>(e)->value);
  case Kind::YieldFrom: return expression(as<YieldFrom>(e)->value);
  case Kind::Compare: {
    auto *c = as<Compare>(e);
    expression(c->left);
    expressions(c->comparators);
    // Nobody else sees the container of a last `in`.
    if (c->ops.back() == CmpOperator::In || c->ops.back() == CmpOperator::NotIn)
      iterable(c->comparators.back());
    return;
  }
  case Kind::Call:
    expression(as<Call>(e)->func);
    expressions(as<Call>(e)->args);
    return keywords(as<Call>(e)->keywords);
  case Kind::FormattedValue:
    expression(as<FormattedValue>(e)->value);
    return expression(as<FormattedValue>(e)->format_spec);
  case Kind::JoinedStr: return expressions(as<JoinedStr>(e)->values);
  case Kind::Attribute: return expression(as<Attribute>(e)->value);
  case Kind::Subscript:
    expression(as<Subscript>(e)->value);
    expression(as<Subscript>(e)->slice);
    return subscript(e);
  case Kind::Starred: return expression(as<Starred>(e)->value);
  case Kind::Slice:
    expression(as<Slice>(e)->lower);
    expression(as<Slice>(e)->upper);
    return expression(as<Slice>(e)->step);
  case Kind::List: return expressions(as<List>(e)->elts);
  case Kind::Tuple: expressions(as<Tuple>(e)->elts); return tuple(e);
  default: return;
  }
}

void Folder::unary(AnyExpr *&e) {
  auto *u = as<UnaryOp>(e);
  if (isa<Constant>(u->operand)) {
    if (const Object *value = foldUnary(constants, u->op, valueOf(u->operand))) e = constant(e->pos, value);
    return;
  }
  auto *c = dyn<Compare>(u->operand);
  if (u->op != UnaryOperator::Not || !c || c->ops.size() != 1) return;
  // Only these four have an exact opposite; == and < can be overloaded to have none.
  switch (c->ops[0]) {
  case CmpOperator::Is: c->ops[0] = CmpOperator::IsNot; break;
  case CmpOperator::IsNot: c->ops[0] = CmpOperator::Is; break;
  case CmpOperator::In: c->ops[0] = CmpOperator::NotIn; break;
  case CmpOperator::NotIn: c->ops[0] = CmpOperator::In; break;
  default: return;
  }
  e = c;
}

void Folder::binary(AnyExpr *&e) {
  auto *b = as<BinOp>(e);
  if (!isa<Constant>(b->left)) return;
  if (b->op == Operator::Mod && isa<Tuple>(b->right)) {
    auto *format = dynCast<StrObject>(valueOf(b->left));
    if (!format) return;
    for (AnyExpr *elt : as<Tuple>(b->right)->elts)
      if (isa<Starred>(elt)) return;
    if (AnyExpr *joined = foldFormat(context, b, format->text, as<Tuple>(b->right)->elts)) e = joined;
    return;
  }
  if (!isa<Constant>(b->right)) return;
  if (const Object *value = foldBinary(constants, b->op, valueOf(b->left), valueOf(b->right)))
    e = constant(e->pos, value);
}

void Folder::subscript(AnyExpr *&e) {
  auto *s = as<Subscript>(e);
  if (s->ctx != ExprContext::Load || !isa<Constant>(s->value) || !isa<Constant>(s->slice)) return;
  if (const Object *value = foldSubscript(constants, valueOf(s->value), valueOf(s->slice)))
    e = constant(e->pos, value);
}

const Object *Folder::constantItems(Seq<AnyExpr *> elts, ObjectKind kind) {
  for (AnyExpr *elt : elts)
    if (!isa<Constant>(elt)) return nullptr;
  llvm::SmallVector<const Object *, 16> items;
  for (AnyExpr *elt : elts) items.push_back(valueOf(elt));
  if (kind == ObjectKind::Tuple) return constants.tuple(items);
  return constants.frozenset(items);
}

void Folder::tuple(AnyExpr *&e) {
  auto *t = as<Tuple>(e);
  if (t->ctx != ExprContext::Load) return;
  if (const Object *value = constantItems(t->elts, ObjectKind::Tuple)) e = constant(e->pos, value);
}

// A list or set that is only iterated or searched can be a tuple or frozenset.
void Folder::iterable(AnyExpr *&e) {
  if (error) return;
  if (auto *list = dyn<List>(e)) {
    for (AnyExpr *elt : list->elts)
      if (isa<Starred>(elt)) return;
    e = context.make<Tuple>(list->pos, list->elts, list->ctx);
    tuple(e);
  } else if (auto *set = dyn<Set>(e)) {
    if (const Object *value = constantItems(set->elts, ObjectKind::FrozenSet)) e = constant(e->pos, value);
  }
}

} // namespace

bool foldTree(ASTContext &context, Mod &root, Constants &constants, int optimize, uint32_t futureFlags,
              unsigned recursionLimit, unsigned recursionDepth, std::optional<Diagnostic> &error) {
  constexpr unsigned kScale = 3;
  Folder(context, constants, optimize, futureFlags, recursionLimit * kScale, recursionDepth * kScale, error)
      .root(root);
  return !error;
}

} // namespace coil::compile
