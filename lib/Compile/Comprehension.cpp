// Comprehensions and generator expressions: a nested function, called at once.
#include "Compile/Codegen.h"

namespace coil::compile {

using namespace ast;
using bytecode::Code;

void Codegen::comprehensionElement(const ComprehensionBody &c, size_t depth) {
  expression(c.elt);
  switch (c.kind) {
  case ComprehensionKind::Generator: yieldValue(); return emit(Ir::POP_TOP);
  case ComprehensionKind::List: return emit(Ir::LIST_APPEND, depth + 1);
  case ComprehensionKind::Set: return emit(Ir::SET_ADD, depth + 1);
  default: expression(c.value); return emit(Ir::MAP_ADD, depth + 1);
  }
}

void Codegen::generator(const ComprehensionBody &c, uint32_t index, size_t depth) {
  if (failed()) return;
  if (c.generators[index]->is_async)
    asyncGenerator(c, index, depth);
  else
    syncGenerator(c, index, depth);
}

void Codegen::syncGenerator(const ComprehensionBody &c, uint32_t index, size_t depth) {
  Block *start = newBlock(), *ifCleanup = newBlock(), *anchor = newBlock();
  Comprehension *g = c.generators[index];
  if (index == 0) {
    unit->argcount = 1;
    emit(Ir::LOAD_FAST, 0);
  } else {
    // `for y in [f(x)]` is an assignment, not a loop.
    Seq<AnyExpr *> elts;
    if (auto *list = dyn<List>(g->iter)) elts = list->elts;
    if (auto *tuple = dyn<Tuple>(g->iter)) elts = tuple->elts;
    if (elts.size() == 1 && !isa<Starred>(elts[0])) {
      expression(elts[0]);
      start = nullptr;
    } else {
      expression(g->iter);
      emit(Ir::GET_ITER);
    }
  }
  if (start) {
    ++depth;
    useBlock(start);
    jump(Ir::FOR_ITER, anchor);
  }
  expression(g->target);
  for (AnyExpr *condition : g->ifs) jumpIf(condition, ifCleanup, false);
  if (index + 1 < c.generators.size())
    generator(c, index + 1, depth);
  else
    comprehensionElement(c, depth);
  useBlock(ifCleanup);
  if (start) {
    jump(Ir::JUMP, start);
    useBlock(anchor);
  }
}

void Codegen::asyncGenerator(const ComprehensionBody &c, uint32_t index, size_t depth) {
  Block *start = newBlock(), *except = newBlock(), *ifCleanup = newBlock();
  Comprehension *g = c.generators[index];
  if (index == 0) {
    unit->argcount = 1;
    emit(Ir::LOAD_FAST, 0);
  } else {
    expression(g->iter);
    emit(Ir::GET_AITER);
  }
  useBlock(start);
  pushFrame({FrameBlockKind::AsyncComprehensionGenerator, start});
  jump(Ir::SETUP_FINALLY, except);
  emit(Ir::GET_ANEXT);
  loadNone();
  yieldFrom(true);
  emit(Ir::POP_BLOCK);
  expression(g->target);
  for (AnyExpr *condition : g->ifs) jumpIf(condition, ifCleanup, false);
  ++depth;
  if (index + 1 < c.generators.size())
    generator(c, index + 1, depth);
  else
    comprehensionElement(c, depth);
  useBlock(ifCleanup);
  jump(Ir::JUMP, start);
  popFrame();
  useBlock(except);
  emit(Ir::END_ASYNC_FOR);
}

void Codegen::comprehension(AnyExpr *e, ComprehensionKind kind, Identifier name,
                            Seq<Comprehension *> generators, AnyExpr *elt, AnyExpr *value) {
  UnitKind outerKind = unit->kind;
  bool outerTopLevel = topLevelAwait();
  Comprehension *outermost = generators.front();
  enter(name, UnitKind::Comprehension, e, e->pos.lineno);
  setLoc(e);
  bool async = unit->scope->coroutine;
  if (async && kind != ComprehensionKind::Generator && outerKind != UnitKind::AsyncFunction &&
      outerKind != UnitKind::Comprehension && !outerTopLevel)
    error("asynchronous comprehension outside of an asynchronous function");
  switch (kind) {
  case ComprehensionKind::List: emit(Ir::BUILD_LIST, 0); break;
  case ComprehensionKind::Set: emit(Ir::BUILD_SET, 0); break;
  case ComprehensionKind::Dict: emit(Ir::BUILD_MAP, 0); break;
  default: break;
  }
  generator({generators, elt, value, kind}, 0, 0);
  if (kind != ComprehensionKind::Generator) emit(Ir::RETURN_VALUE);
  const Code *code = leave(true);
  if (outerTopLevel && async) unit->scope->coroutine = true;
  if (!code) return;
  makeClosure(code, 0);
  expression(outermost->iter);
  emit(outermost->is_async ? Ir::GET_AITER : Ir::GET_ITER);
  call(0);
  if (async && kind != ComprehensionKind::Generator) {
    emit(Ir::GET_AWAITABLE, 0);
    loadNone();
    yieldFrom(true);
  }
}

} // namespace coil::compile
