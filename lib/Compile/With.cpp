// `with` and `async with`.
#include "Compile/Codegen.h"

namespace coil::compile {

using namespace ast;

void Codegen::withExceptFinish(Block *cleanup) {
  unsetLoc();
  Block *exit = newBlock();
  jump(Ir::POP_JUMP_IF_TRUE, exit);
  emit(Ir::RERAISE, 2);
  useBlock(cleanup);
  popExceptAndReraise();
  useBlock(exit);
  emit(Ir::POP_TOP);
  emit(Ir::POP_BLOCK);
  emit(Ir::POP_EXCEPT);
  emit(Ir::POP_TOP);
  emit(Ir::POP_TOP);
}

void Codegen::with(With *s, uint32_t position) {
  WithItem *item = s->items[position];
  Block *block = newBlock(), *final = newBlock(), *exit = newBlock(), *cleanup = newBlock();
  expression(item->context_expr);
  emit(Ir::BEFORE_WITH);
  jump(Ir::SETUP_WITH, final);
  useBlock(block);
  FrameBlock frame{FrameBlockKind::With, block, final};
  frame.with = s;
  pushFrame(frame);
  if (item->optional_vars)
    expression(item->optional_vars);
  else
    emit(Ir::POP_TOP);
  if (failed()) return;
  if (position + 1 == s->items.size())
    statements(s->body);
  else
    with(s, position + 1);
  unsetLoc();
  emit(Ir::POP_BLOCK);
  popFrame();
  setLoc(s);
  callExitWithNones();
  emit(Ir::POP_TOP);
  jump(Ir::JUMP, exit);

  useBlock(final);
  jump(Ir::SETUP_CLEANUP, cleanup);
  emit(Ir::PUSH_EXC_INFO);
  emit(Ir::WITH_EXCEPT_START);
  withExceptFinish(cleanup);
  useBlock(exit);
}

void Codegen::asyncWith(AsyncWith *s, uint32_t position) {
  WithItem *item = s->items[position];
  if (topLevelAwait())
    unit->scope->coroutine = true;
  else if (unit->kind != UnitKind::AsyncFunction)
    return error("'async with' outside async function");
  auto awaitIt = [&](size_t kind) {
    emit(Ir::GET_AWAITABLE, kind);
    loadNone();
    yieldFrom(true);
  };
  Block *block = newBlock(), *final = newBlock(), *exit = newBlock(), *cleanup = newBlock();
  expression(item->context_expr);
  emit(Ir::BEFORE_ASYNC_WITH);
  awaitIt(1);
  jump(Ir::SETUP_WITH, final);
  useBlock(block);
  FrameBlock frame{FrameBlockKind::AsyncWith, block, final};
  frame.with = s;
  pushFrame(frame);
  if (item->optional_vars)
    expression(item->optional_vars);
  else
    emit(Ir::POP_TOP);
  if (failed()) return;
  if (position + 1 == s->items.size())
    statements(s->body);
  else
    asyncWith(s, position + 1);
  popFrame();
  emit(Ir::POP_BLOCK);
  setLoc(s);
  callExitWithNones();
  awaitIt(2);
  emit(Ir::POP_TOP);
  jump(Ir::JUMP, exit);

  useBlock(final);
  jump(Ir::SETUP_CLEANUP, cleanup);
  emit(Ir::PUSH_EXC_INFO);
  emit(Ir::WITH_EXCEPT_START);
  awaitIt(2);
  withExceptFinish(cleanup);
  useBlock(exit);
}

} // namespace coil::compile
