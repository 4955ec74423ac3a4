// Simple statements, `if`, and the bodies of modules and classes.
#include "Compile/Codegen.h"

namespace coil::compile {

using namespace ast;

// Whether there is an annotated assignment anywhere in the block (not in nested functions or classes).
bool hasAnnotations(Seq<AnyStmt *> list) {
  auto inHandlers = [](Seq<ast::ExceptHandler *> handlers) {
    for (ast::ExceptHandler *h : handlers)
      if (hasAnnotations(h->body)) return true;
    return false;
  };
  for (AnyStmt *s : list) {
    bool found = false;
    switch (s->kind) {
    case Kind::AnnAssign: return true;
    case Kind::For: found = hasAnnotations(as<For>(s)->body) || hasAnnotations(as<For>(s)->orelse); break;
    case Kind::AsyncFor:
      found = hasAnnotations(as<AsyncFor>(s)->body) || hasAnnotations(as<AsyncFor>(s)->orelse);
      break;
    case Kind::While:
      found = hasAnnotations(as<While>(s)->body) || hasAnnotations(as<While>(s)->orelse);
      break;
    case Kind::If: found = hasAnnotations(as<If>(s)->body) || hasAnnotations(as<If>(s)->orelse); break;
    case Kind::With: found = hasAnnotations(as<With>(s)->body); break;
    case Kind::AsyncWith: found = hasAnnotations(as<AsyncWith>(s)->body); break;
    case Kind::Try:
      found = inHandlers(as<Try>(s)->handlers) || hasAnnotations(as<Try>(s)->body) ||
              hasAnnotations(as<Try>(s)->finalbody) || hasAnnotations(as<Try>(s)->orelse);
      break;
    case Kind::TryStar:
      found = inHandlers(as<TryStar>(s)->handlers) || hasAnnotations(as<TryStar>(s)->body) ||
              hasAnnotations(as<TryStar>(s)->finalbody) || hasAnnotations(as<TryStar>(s)->orelse);
      break;
    case Kind::Match:
      for (MatchCase *c : as<Match>(s)->cases) found = found || hasAnnotations(c->body);
      break;
    default: break;
    }
    if (found) return true;
  }
  return false;
}

// The docstring of a body: a first statement that is a str.
AnyExpr *docstringOf(Seq<AnyStmt *> list, Constants &constants) {
  if (list.empty()) return nullptr;
  auto *s = dyn<Expr>(list.front());
  auto *value = s ? dyn<Constant>(s->value) : nullptr;
  if (!value || constants.object(value->value)->kind != ObjectKind::Str) return nullptr;
  return value;
}

void Codegen::body(Seq<AnyStmt *> list) {
  // SETUP_ANNOTATIONS has the line of the first statement.
  if (unit->kind == UnitKind::Module && !list.empty()) setLoc(list.front());
  if (hasAnnotations(list)) emit(Ir::SETUP_ANNOTATIONS);
  uint32_t first = 0;
  if (options.optimize < 2) {
    if (AnyExpr *docstring = docstringOf(list, constants)) {
      first = 1;
      expression(docstring);
      unsetLoc();
      nameOp(id.doc, ExprContext::Store);
    }
  }
  for (AnyStmt *s : list.array().drop_front(first)) statement(s);
}

void Codegen::statement(AnyStmt *s) {
  if (failed()) return;
  setLoc(s);
  switch (s->kind) {
  case Kind::FunctionDef: return function(as<FunctionDef>(s), false);
  case Kind::AsyncFunctionDef: return function(as<AsyncFunctionDef>(s), true);
  case Kind::ClassDef: return classDef(as<ClassDef>(s));
  case Kind::Return: return returnStmt(as<Return>(s));
  case Kind::Delete: return expressions(as<Delete>(s)->targets);
  case Kind::Assign: {
    auto *a = as<Assign>(s);
    expression(a->value);
    for (uint32_t i = 0; i < a->targets.size(); ++i) {
      if (i + 1 < a->targets.size()) emit(Ir::COPY, 1);
      expression(a->targets[i]);
    }
    return;
  }
  case Kind::AugAssign: return augAssign(as<AugAssign>(s));
  case Kind::AnnAssign: return annAssign(as<AnnAssign>(s));
  case Kind::For: return forStmt(as<For>(s));
  case Kind::AsyncFor: return asyncFor(as<AsyncFor>(s));
  case Kind::While: return whileStmt(as<While>(s));
  case Kind::If: return ifStmt(as<If>(s));
  case Kind::With: return with(as<With>(s), 0);
  case Kind::AsyncWith: return asyncWith(as<AsyncWith>(s), 0);
  case Kind::Match: return match(as<Match>(s));
  case Kind::Raise: {
    auto *r = as<Raise>(s);
    if (r->exc) expression(r->exc);
    if (r->exc && r->cause) expression(r->cause);
    return emit(Ir::RAISE_VARARGS, r->exc ? (r->cause ? 2 : 1) : 0);
  }
  case Kind::Try: return tryStmt(as<Try>(s));
  case Kind::TryStar: return tryStmt(as<TryStar>(s));
  case Kind::Assert: return assertStmt(as<Assert>(s));
  case Kind::Import: return importStmt(as<Import>(s));
  case Kind::ImportFrom: return importFrom(as<ImportFrom>(s));
  case Kind::Expr: return exprStmt(as<Expr>(s)->value);
  case Kind::Pass: return emit(Ir::NOP);
  case Kind::Break: return breakStmt();
  case Kind::Continue: return continueStmt();
  default: return; // global, nonlocal
  }
}

void Codegen::exprStmt(AnyExpr *value) {
  if (interactive && nesting <= 1) {
    expression(value);
    return emit(Ir::PRINT_EXPR);
  }
  if (isa<Constant>(value)) return emit(Ir::NOP);
  expression(value);
  unsetLoc();
  emit(Ir::POP_TOP);
}

void Codegen::assertStmt(Assert *s) {
  bool nonEmptyTuple = false;
  if (auto *t = dyn<Tuple>(s->test)) nonEmptyTuple = !t->elts.empty();
  if (isa<Constant>(s->test)) {
    const Object *value = constantOf(s->test);
    nonEmptyTuple = value->kind == ObjectKind::Tuple && isTrue(value);
  }
  if (nonEmptyTuple) warn("assertion is always true, perhaps remove parentheses?");
  if (options.optimize > 0) return;
  Block *end = newBlock();
  jumpIf(s->test, end, true);
  emit(Ir::LOAD_ASSERTION_ERROR);
  if (s->msg) {
    expression(s->msg);
    call(0);
  }
  emit(Ir::RAISE_VARARGS, 1);
  useBlock(end);
}

void Codegen::ifStmt(If *s) {
  Block *end = newBlock();
  Block *next = s->orelse.empty() ? end : newBlock();
  jumpIf(s->test, next, false);
  statements(s->body);
  if (!s->orelse.empty()) {
    jumpNoLine(Ir::JUMP, end);
    useBlock(next);
    statements(s->orelse);
  }
  useBlock(end);
}

} // namespace coil::compile
