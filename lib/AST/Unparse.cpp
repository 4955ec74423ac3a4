// ast.unparse: statements.
#include "AST/Unparse.h"
#include "AST/Unparser.h"

using namespace coil::ast;

bool coil::ast::unparse(const Mod *root, std::string &out, std::string &error) {
  Unparser(out, error).root(root);
  return error.empty();
}

void Unparser::root(const Mod *root) {
  switch (root->kind) {
  case Kind::Module: {
    const Module *module = as<Module>(root);
    for (const TypeIgnore *ignore : module->type_ignores)
      typeIgnores[ignore->lineno] = "ignore" + ignore->tag->str().str();
    statements(module->body, true);
    break;
  }
  case Kind::Interactive:
    // CPython has no method for this class: its generic visit forgets each statement when the next one comes.
    if (!as<Interactive>(root)->body.empty()) statement(as<Interactive>(root)->body.back());
    break;
  case Kind::Expression: expression(as<Expression>(root)->body); break;
  default: {
    const FunctionType *type = as<FunctionType>(root);
    write("(");
    expressions(type->argtypes);
    write(") -> ");
    expression(type->returns);
  }
  }
}

void Unparser::newline() {
  if (started) write("\n");
}

// Begins a line.
void Unparser::fill(llvm::StringRef text) {
  newline();
  started = true;
  out.append(size_t(indent) * 4, ' ');
  write(text);
}

void Unparser::statements(const Seq<AnyStmt *> &body, bool withDocstring) {
  for (const AnyStmt *s : body) {
    const Expr *expr = withDocstring ? dyn<Expr>(s) : nullptr;
    const Constant *value = expr ? dyn<Constant>(expr->value) : nullptr;
    withDocstring = false; // only the first can be one
    if (value && value->value.kind() == ConstantKind::Str)
      docstring(value);
    else
      statement(s);
  }
}

void Unparser::block(const Seq<AnyStmt *> &body, llvm::StringRef extra, bool withDocstring) {
  write(":");
  write(extra);
  ++indent;
  statements(body, withDocstring);
  --indent;
}

void Unparser::elseBlock(const Seq<AnyStmt *> &body) {
  if (body.empty()) return;
  fill("else");
  block(body);
}

// " # type: ..." of a statement; a type: ignore on its line goes first.
std::string Unparser::typeComment(const Node *s, field::String own) {
  auto ignore = typeIgnores.find(s->pos.lineno);
  if (ignore != typeIgnores.end()) return " # type: " + ignore->second;
  return own ? " # type: " + own->str().str() : "";
}

void Unparser::decorators(const Seq<AnyExpr *> &list) {
  newline();
  for (const AnyExpr *decorator : list) {
    fill("@");
    expression(decorator);
  }
}

template <typename T> void Unparser::function(const T *f, llvm::StringRef keyword) {
  decorators(f->decorator_list);
  fill(keyword);
  write(f->name);
  write("(");
  parameters(f->args);
  write(")");
  optional(" -> ", f->returns);
  block(f->body, typeComment(f, f->type_comment), true);
}

void Unparser::classDef(const ClassDef *c) {
  decorators(c->decorator_list);
  fill("class ");
  write(c->name);
  parenthesized(!c->bases.empty() || !c->keywords.empty(), [&] { arguments(c->bases, c->keywords); });
  block(c->body, "", true);
}

template <typename T> void Unparser::loop(const T *f, llvm::StringRef keyword) {
  fill(keyword);
  expression(f->target, kTuple);
  write(" in ");
  expression(f->iter);
  block(f->body, typeComment(f, f->type_comment));
  elseBlock(f->orelse);
}

template <typename T> void Unparser::with(const T *w, llvm::StringRef keyword) {
  fill(keyword);
  list(w->items, [&](const WithItem *item) {
    expression(item->context_expr);
    optional(" as ", item->optional_vars);
  });
  block(w->body, typeComment(w, w->type_comment));
}

template <typename T> void Unparser::tryBlock(const T *t, llvm::StringRef keyword) {
  fill("try");
  block(t->body);
  for (const ExceptHandler *handler : t->handlers) {
    fill(keyword);
    optional(" ", handler->type);
    if (handler->name) {
      write(" as ");
      write(handler->name);
    }
    block(handler->body);
  }
  elseBlock(t->orelse);
  if (t->finalbody.empty()) return;
  fill("finally");
  block(t->finalbody);
}

// An else with nothing but an if is an elif.
void Unparser::ifChain(const If *i) {
  fill("if ");
  for (;;) {
    expression(i->test);
    block(i->body);
    const If *next = i->orelse.size() == 1 ? dyn<If>(i->orelse[0]) : nullptr;
    if (!next) break;
    i = next;
    fill("elif ");
  }
  elseBlock(i->orelse);
}

void Unparser::match(const Match *m) {
  fill("match ");
  expression(m->subject);
  write(":");
  ++indent;
  for (const MatchCase *c : m->cases) {
    fill("case ");
    pattern(c->pattern);
    optional(" if ", c->guard);
    block(c->body);
  }
  --indent;
}

void Unparser::statement(const AnyStmt *s) {
  switch (s->kind) {
  case Kind::FunctionDef: return function(as<FunctionDef>(s), "def ");
  case Kind::AsyncFunctionDef: return function(as<AsyncFunctionDef>(s), "async def ");
  case Kind::ClassDef: return classDef(as<ClassDef>(s));
  case Kind::For: return loop(as<For>(s), "for ");
  case Kind::AsyncFor: return loop(as<AsyncFor>(s), "async for ");
  case Kind::While:
    fill("while ");
    expression(as<While>(s)->test);
    block(as<While>(s)->body);
    return elseBlock(as<While>(s)->orelse);
  case Kind::If: return ifChain(as<If>(s));
  case Kind::With: return with(as<With>(s), "with ");
  case Kind::AsyncWith: return with(as<AsyncWith>(s), "async with ");
  case Kind::Match: return match(as<Match>(s));
  case Kind::Try: return tryBlock(as<Try>(s), "except");
  case Kind::TryStar: return tryBlock(as<TryStar>(s), "except*");
  default: return simple(s);
  }
}

void Unparser::aliases(const Seq<Alias *> &items) {
  list(items, [&](const Alias *alias) {
    write(alias->name);
    if (!alias->asname || alias->asname->str().empty()) return;
    write(" as ");
    write(alias->asname);
  });
}

void Unparser::names(const Seq<Identifier> &items) {
  list(items, [&](Identifier name) { write(name); });
}

void Unparser::assign(const Assign *a) {
  fill();
  for (const AnyExpr *target : a->targets) {
    expression(target, kTuple);
    write(" = ");
  }
  expression(a->value);
  write(typeComment(a, a->type_comment));
}

// Statements of one line.
void Unparser::simple(const AnyStmt *s) {
  switch (s->kind) {
  case Kind::Expr: fill(); return expression(as<Expr>(s)->value, kYield);
  case Kind::Assign: return assign(as<Assign>(s));
  case Kind::AugAssign:
    fill();
    expression(as<AugAssign>(s)->target);
    write((" " + symbol(as<AugAssign>(s)->op) + "= ").str());
    return expression(as<AugAssign>(s)->value);
  case Kind::AnnAssign: {
    const AnnAssign *a = as<AnnAssign>(s);
    fill();
    parenthesized(!a->simple && isa<Name>(a->target), [&] { expression(a->target); });
    optional(": ", a->annotation);
    return optional(" = ", a->value);
  }
  case Kind::Return: fill("return"); return optional(" ", as<Return>(s)->value);
  case Kind::Delete: fill("del "); return expressions(as<Delete>(s)->targets);
  case Kind::Raise: {
    const Raise *r = as<Raise>(s);
    fill("raise");
    if (!r->exc && r->cause) error = "Node can't use cause without an exception.";
    optional(" ", r->exc);
    return optional(" from ", r->cause);
  }
  case Kind::Assert:
    fill("assert ");
    expression(as<Assert>(s)->test);
    return optional(", ", as<Assert>(s)->msg);
  case Kind::Import: fill("import "); return aliases(as<Import>(s)->names);
  case Kind::ImportFrom: {
    const ImportFrom *i = as<ImportFrom>(s);
    fill("from ");
    if (i->level > 0) out.append(size_t(i->level), '.');
    write(i->module);
    write(" import ");
    return aliases(i->names);
  }
  case Kind::Global: fill("global "); return names(as<Global>(s)->names);
  case Kind::Nonlocal: fill("nonlocal "); return names(as<Nonlocal>(s)->names);
  case Kind::Break: return fill("break");
  case Kind::Continue: return fill("continue");
  default: return fill("pass");
  }
}
