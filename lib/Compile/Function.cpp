// Functions, lambdas and classes.
#include "Compile/Codegen.h"

namespace coil::compile {

using namespace ast;
using bytecode::Code;

// MAKE_FUNCTION's flags.
enum : uint32_t { kDefaults = 1, kKwDefaults = 2, kAnnotations = 4, kClosure = 8 };

void Codegen::decorators(Seq<AnyExpr *> list) { expressions(list); }

void Codegen::applyDecorators(Seq<AnyExpr *> list) {
  Loc loc = unit->loc;
  for (uint32_t i = list.size(); i-- > 0;) {
    setLoc(list[i]);
    call(0);
  }
  unit->loc = loc;
}

void Codegen::checkDebugArgs(Arguments *args) {
  auto check = [&](Arg *arg) {
    if (arg) forbiddenName(arg->arg, ExprContext::Store);
  };
  for (Arg *arg : args->posonlyargs) check(arg);
  for (Arg *arg : args->args) check(arg);
  check(args->vararg);
  for (Arg *arg : args->kwonlyargs) check(arg);
  check(args->kwarg);
}

uint32_t Codegen::defaultArguments(Arguments *args) {
  uint32_t makeFlags = 0;
  if (!args->defaults.empty()) {
    expressions(args->defaults);
    emit(Ir::BUILD_TUPLE, args->defaults.size());
    makeFlags |= kDefaults;
  }
  llvm::SmallVector<const Object *, 8> keys;
  for (uint32_t i = 0; i < args->kwonlyargs.size(); ++i) {
    if (!args->kw_defaults[i]) continue;
    keys.push_back(constants.identifier(mangled(args->kwonlyargs[i]->arg)));
    expression(args->kw_defaults[i]);
  }
  if (!keys.empty()) {
    loadConst(constants.tuple(keys));
    emit(Ir::BUILD_CONST_KEY_MAP, keys.size());
    makeFlags |= kKwDefaults;
  }
  return makeFlags;
}

void Codegen::annotationText(AnyExpr *annotation) {
  loadConst(constants.string(unparseAnnotation(annotation, constants)));
}

void Codegen::argAnnotation(Identifier name, AnyExpr *annotation, uint32_t &count) {
  if (!annotation) return;
  loadIdentifier(mangled(name));
  if (flags & bytecode::CO_FUTURE_ANNOTATIONS) {
    annotationText(annotation);
  } else if (auto *starred = dyn<Starred>(annotation)) {
    // *args: *Ts
    expression(starred->value);
    emit(Ir::UNPACK_SEQUENCE, 1);
  } else {
    expression(annotation);
  }
  count += 2;
}

// Pushes a tuple of names and annotations; false if there are none.
bool Codegen::annotations(Arguments *args, AnyExpr *returns) {
  uint32_t count = 0;
  for (Arg *arg : args->args) argAnnotation(arg->arg, arg->annotation, count);
  for (Arg *arg : args->posonlyargs) argAnnotation(arg->arg, arg->annotation, count);
  if (args->vararg) argAnnotation(args->vararg->arg, args->vararg->annotation, count);
  for (Arg *arg : args->kwonlyargs) argAnnotation(arg->arg, arg->annotation, count);
  if (args->kwarg) argAnnotation(args->kwarg->arg, args->kwarg->annotation, count);
  argAnnotation(id.return_, returns, count);
  if (count) emit(Ir::BUILD_TUPLE, count);
  return count != 0;
}

void Codegen::setArgCounts(Arguments *args) {
  unit->argcount = args->args.size();
  unit->posonlyargcount = args->posonlyargs.size();
  unit->kwonlyargcount = args->kwonlyargs.size();
}

void Codegen::makeClosure(const Code *code, uint32_t makeFlags) {
  if (!code) return;
  uint32_t frees = 0;
  for (size_t i = 0; i < code->localsplus(); ++i) {
    if (!(code->localKind(i) & bytecode::kLocalFree)) continue;
    ++frees;
    Identifier name = tree.intern(code->localName(i));
    // A class can have a name as an attribute and as a free variable of its methods: the closure takes the
    // latter.
    bool cell =
        unit->scope->scopeOf(name) == NameScope::Cell || (unit->kind == UnitKind::Class && name == id.class_);
    const int *index = (cell ? unit->cells : unit->frees).find(name);
    emit(Ir::LOAD_CLOSURE, static_cast<size_t>(index ? *index : 0));
  }
  if (frees) {
    makeFlags |= kClosure;
    emit(Ir::BUILD_TUPLE, frees);
  }
  loadConst(code);
  emit(Ir::MAKE_FUNCTION, makeFlags);
}

template <typename Function> void Codegen::function(Function *f, bool async) {
  checkDebugArgs(f->args);
  decorators(f->decorator_list);
  int firstLine = f->decorator_list.empty() ? f->pos.lineno : f->decorator_list.front()->pos.lineno;
  uint32_t makeFlags = defaultArguments(f->args);
  if (annotations(f->args, f->returns)) makeFlags |= kAnnotations;
  if (failed()) return;
  enter(f->name, async ? UnitKind::AsyncFunction : UnitKind::Function, f, firstLine);
  AnyExpr *docstring = options.optimize < 2 ? docstringOf(f->body, constants) : nullptr;
  constIndex(docstring ? constantOf(docstring) : bytecode::ObjectPool::none());
  setArgCounts(f->args);
  for (AnyStmt *s : f->body.array().drop_front(docstring ? 1 : 0)) statement(s);
  makeClosure(leave(true), makeFlags);
  applyDecorators(f->decorator_list);
  nameOp(f->name, ExprContext::Store);
}

template void Codegen::function(FunctionDef *f, bool async);
template void Codegen::function(AsyncFunctionDef *f, bool async);

void Codegen::lambda(Lambda *e) {
  checkDebugArgs(e->args);
  uint32_t makeFlags = defaultArguments(e->args);
  if (failed()) return;
  enter(id.lambda, UnitKind::Lambda, e, e->pos.lineno);
  // None comes first, so that no constant is taken for a docstring.
  constIndex(bytecode::ObjectPool::none());
  setArgCounts(e->args);
  expression(e->body);
  bool generator = unit->scope->generator;
  if (!generator) emit(Ir::RETURN_VALUE);
  makeClosure(leave(!generator), makeFlags);
}

void Codegen::classDef(ClassDef *c) {
  decorators(c->decorator_list);
  int firstLine = c->decorator_list.empty() ? c->pos.lineno : c->decorator_list.front()->pos.lineno;
  if (failed()) return;
  enter(c->name, UnitKind::Class, c, firstLine);
  unit->privateName = c->name;
  nameOp(id.name, ExprContext::Load);
  nameOp(id.module, ExprContext::Store);
  loadConst(unit->qualname);
  nameOp(id.qualname, ExprContext::Store);
  body(c->body);
  unsetLoc();
  if (unit->scope->needsClassClosure) {
    emit(Ir::LOAD_CLOSURE, 0);
    emit(Ir::COPY, 1);
    nameOp(id.classcell, ExprContext::Store);
  } else {
    loadNone();
  }
  emit(Ir::RETURN_VALUE);
  const Code *code = leave(true);

  emit(Ir::PUSH_NULL);
  emit(Ir::LOAD_BUILD_CLASS);
  makeClosure(code, 0);
  loadIdentifier(c->name);
  callHelper(2, c->bases, c->keywords);
  applyDecorators(c->decorator_list);
  nameOp(c->name, ExprContext::Store);
}

} // namespace coil::compile
