// `try` with `except` and `finally`.
#include "Compile/Codegen.h"

namespace coil::compile {

using namespace ast;

template <typename TryNode> void Codegen::tryStmt(TryNode *s) {
  if (!s->finalbody.empty())
    tryFinally(s);
  else
    tryExcept(s);
}

template void Codegen::tryStmt(Try *s);
template void Codegen::tryStmt(TryStar *s);

// The `finally` body is generated twice: for leaving normally and for leaving with an exception.
template <typename TryNode> void Codegen::tryFinally(TryNode *s) {
  Block *body = newBlock(), *end = newBlock(), *exit = newBlock(), *cleanup = newBlock();
  jump(Ir::SETUP_FINALLY, end);
  useBlock(body);
  FrameBlock frame{FrameBlockKind::FinallyTry, body, end};
  frame.finalBody = s->finalbody;
  pushFrame(frame);
  if (!s->handlers.empty())
    tryExcept(s);
  else
    statements(s->body);
  emitNoLine(Ir::POP_BLOCK);
  popFrame();
  statements(s->finalbody);
  jumpNoLine(Ir::JUMP, exit);

  useBlock(end);
  unsetLoc();
  jump(Ir::SETUP_CLEANUP, cleanup);
  emit(Ir::PUSH_EXC_INFO);
  pushFrame({FrameBlockKind::FinallyEnd, end});
  statements(s->finalbody);
  popFrame();
  emit(Ir::RERAISE, 0);
  useBlock(cleanup);
  popExceptAndReraise();
  useBlock(exit);
}

// except ... as name: the name is unbound at the end, whatever happens.
void Codegen::clearHandlerName(Identifier name) {
  loadNone();
  handlerNameOp(name, ExprContext::Store);
  handlerNameOp(name, ExprContext::Del);
}

void Codegen::exceptHandler(ast::ExceptHandler *handler, Block *end) {
  if (!handler->name) {
    Block *body = newBlock();
    emit(Ir::POP_TOP);
    useBlock(body);
    pushFrame({FrameBlockKind::HandlerCleanup, body});
    statements(handler->body);
    popFrame();
    unsetLoc();
    emit(Ir::POP_BLOCK);
    emit(Ir::POP_EXCEPT);
    jump(Ir::JUMP, end);
    return;
  }
  Block *cleanupEnd = newBlock(), *body = newBlock();
  handlerNameOp(handler->name, ExprContext::Store);
  jump(Ir::SETUP_CLEANUP, cleanupEnd);
  useBlock(body);
  FrameBlock frame{FrameBlockKind::HandlerCleanup, body};
  frame.handlerName = handler->name;
  pushFrame(frame);
  statements(handler->body);
  popFrame();
  unsetLoc();
  emit(Ir::POP_BLOCK);
  emit(Ir::POP_BLOCK);
  emit(Ir::POP_EXCEPT);
  clearHandlerName(handler->name);
  jump(Ir::JUMP, end);

  useBlock(cleanupEnd);
  unsetLoc();
  clearHandlerName(handler->name);
  emit(Ir::RERAISE, 1);
}

void Codegen::tryExcept(Try *s) {
  Block *body = newBlock(), *except = newBlock(), *end = newBlock(), *cleanup = newBlock();
  jump(Ir::SETUP_FINALLY, except);
  useBlock(body);
  pushFrame({FrameBlockKind::TryExcept, body});
  statements(s->body);
  popFrame();
  emitNoLine(Ir::POP_BLOCK);
  statements(s->orelse);
  jumpNoLine(Ir::JUMP, end);
  useBlock(except);

  unsetLoc();
  jump(Ir::SETUP_CLEANUP, cleanup);
  emit(Ir::PUSH_EXC_INFO);
  pushFrame({FrameBlockKind::ExceptionHandler});
  for (uint32_t i = 0; i < s->handlers.size(); ++i) {
    ast::ExceptHandler *handler = s->handlers[i];
    setLoc(handler);
    if (!handler->type && i + 1 < s->handlers.size()) return error("default 'except:' must be last");
    except = newBlock();
    if (handler->type) {
      expression(handler->type);
      emit(Ir::CHECK_EXC_MATCH);
      jump(Ir::POP_JUMP_IF_FALSE, except);
    }
    exceptHandler(handler, end);
    if (failed()) return;
    useBlock(except);
  }
  unsetLoc();
  popFrame();
  emit(Ir::RERAISE, 0);
  useBlock(cleanup);
  popExceptAndReraise();
  useBlock(end);
}

} // namespace coil::compile
