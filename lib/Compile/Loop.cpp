// `for`, `async for` and `while`.
#include "Compile/Codegen.h"

namespace coil::compile {

using namespace ast;

void Codegen::forStmt(For *s) {
  Block *start = newBlock(), *body = newBlock(), *cleanup = newBlock(), *end = newBlock();
  pushFrame({FrameBlockKind::ForLoop, start, end});
  expression(s->iter);
  emit(Ir::GET_ITER);
  useBlock(start);
  jump(Ir::FOR_ITER, cleanup);
  useBlock(body);
  expression(s->target);
  statements(s->body);
  unsetLoc();
  jump(Ir::JUMP, start);
  useBlock(cleanup);
  popFrame();
  statements(s->orelse);
  useBlock(end);
}

void Codegen::asyncFor(AsyncFor *s) {
  if (topLevelAwait())
    unit->scope->coroutine = true;
  else if (unit->kind != UnitKind::AsyncFunction)
    return error("'async for' outside async function");
  Block *start = newBlock(), *except = newBlock(), *end = newBlock();
  expression(s->iter);
  emit(Ir::GET_AITER);
  useBlock(start);
  pushFrame({FrameBlockKind::ForLoop, start, end});
  // Guards the call of __anext__.
  jump(Ir::SETUP_FINALLY, except);
  emit(Ir::GET_ANEXT);
  loadNone();
  yieldFrom(true);
  emit(Ir::POP_BLOCK);
  expression(s->target);
  statements(s->body);
  unsetLoc();
  jump(Ir::JUMP, start);
  popFrame();
  useBlock(except);
  // END_ASYNC_FOR belongs to the `for`, not to the body.
  setLoc(s->iter);
  emit(Ir::END_ASYNC_FOR);
  statements(s->orelse);
  useBlock(end);
}

void Codegen::whileStmt(While *s) {
  Block *loop = newBlock(), *body = newBlock(), *anchor = newBlock(), *end = newBlock();
  useBlock(loop);
  pushFrame({FrameBlockKind::WhileLoop, loop, end});
  jumpIf(s->test, anchor, false);
  useBlock(body);
  statements(s->body);
  setLoc(s);
  // The test is generated twice: once before the loop, once at its end.
  jumpIf(s->test, body, true);
  popFrame();
  useBlock(anchor);
  statements(s->orelse);
  useBlock(end);
}

} // namespace coil::compile
