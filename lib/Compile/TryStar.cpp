// `try` with `except*` (PEP 654).
#include "Compile/Codegen.h"

namespace coil::compile {

using namespace ast;

// One handler, on the stack [original group, list of results, remaining group].
void Codegen::exceptStarHandler(ast::ExceptHandler *handler, bool first, bool last, Block *reraiseStar) {
  setLoc(handler);
  Block *except = newBlock(), *handleMatch = newBlock();
  if (first) {
    emit(Ir::COPY, 1);
    emit(Ir::BUILD_LIST, 0);
    emit(Ir::SWAP, 2);
  }
  if (handler->type) {
    expression(handler->type);
    emit(Ir::CHECK_EG_MATCH);
    emit(Ir::COPY, 1);
    jump(Ir::POP_JUMP_IF_NOT_NONE, handleMatch);
    emit(Ir::POP_TOP);
    jump(Ir::JUMP, except);
  }
  useBlock(handleMatch);
  Block *cleanupEnd = newBlock(), *body = newBlock();
  if (handler->name)
    handlerNameOp(handler->name, ExprContext::Store);
  else
    emit(Ir::POP_TOP);
  jump(Ir::SETUP_CLEANUP, cleanupEnd);
  useBlock(body);
  FrameBlock frame{FrameBlockKind::HandlerCleanup, body};
  frame.handlerName = handler->name;
  pushFrame(frame);
  statements(handler->body);
  popFrame();
  unsetLoc();
  emit(Ir::POP_BLOCK);
  if (handler->name) clearHandlerName(handler->name);
  jump(Ir::JUMP, except);

  // The body raised: its exception goes to the results.
  useBlock(cleanupEnd);
  unsetLoc();
  if (handler->name) clearHandlerName(handler->name);
  emit(Ir::LIST_APPEND, 3);
  emit(Ir::POP_TOP);
  jump(Ir::JUMP, except);
  useBlock(except);
  if (last) {
    // What no handler took is a result as well (or None).
    emit(Ir::LIST_APPEND, 1);
    jump(Ir::JUMP, reraiseStar);
  }
}

void Codegen::tryExcept(TryStar *s) {
  Block *body = newBlock(), *except = newBlock(), *orelse = newBlock(), *end = newBlock(),
        *cleanup = newBlock(), *reraiseStar = newBlock();
  jump(Ir::SETUP_FINALLY, except);
  useBlock(body);
  pushFrame({FrameBlockKind::TryExcept, body});
  statements(s->body);
  popFrame();
  emitNoLine(Ir::POP_BLOCK);
  jumpNoLine(Ir::JUMP, orelse);
  useBlock(except);

  unsetLoc();
  jump(Ir::SETUP_CLEANUP, cleanup);
  emit(Ir::PUSH_EXC_INFO);
  pushFrame({FrameBlockKind::ExceptionGroupHandler});
  uint32_t n = s->handlers.size();
  for (uint32_t i = 0; i < n && !failed(); ++i)
    exceptStarHandler(s->handlers[i], i == 0, i + 1 == n, reraiseStar);
  unsetLoc();
  popFrame();
  Block *reraise = newBlock();
  useBlock(reraiseStar);
  emit(Ir::PREP_RERAISE_STAR);
  emit(Ir::COPY, 1);
  jump(Ir::POP_JUMP_IF_NOT_NONE, reraise);
  emit(Ir::POP_TOP);
  emit(Ir::POP_BLOCK);
  emit(Ir::POP_EXCEPT);
  jump(Ir::JUMP, end);
  useBlock(reraise);
  emit(Ir::POP_BLOCK);
  emit(Ir::SWAP, 2);
  emit(Ir::POP_EXCEPT);
  emit(Ir::RERAISE, 0);
  useBlock(cleanup);
  popExceptAndReraise();
  useBlock(orelse);
  statements(s->orelse);
  useBlock(end);
}

} // namespace coil::compile
