// Frame blocks: what return, break and continue do on their way out.
#include "Compile/Codegen.h"

namespace coil::compile {

using namespace ast;

void Codegen::pushFrame(FrameBlock frame) {
  if (unit->frameBlocks.size() >= kMaxFrameBlocks) error("too many statically nested blocks");
  unit->frameBlocks.push_back(frame);
}

void Codegen::callExitWithNones() {
  loadNone();
  loadNone();
  loadNone();
  call(2);
}

// [exc_info, lasti, exc]: restores exc_info and raises with the offset that was saved.
void Codegen::popExceptAndReraise() {
  emit(Ir::COPY, 3);
  emit(Ir::POP_EXCEPT);
  emit(Ir::RERAISE, 1);
}

// Leaves one frame block. With preserveTop the value on top of the stack (a return value) stays there.
void Codegen::unwind(FrameBlock &frame, bool preserveTop) {
  auto keepTop = [&] {
    if (preserveTop) emit(Ir::SWAP, 2);
  };
  switch (frame.kind) {
  case FrameBlockKind::WhileLoop:
  case FrameBlockKind::ExceptionHandler:
  case FrameBlockKind::ExceptionGroupHandler:
  case FrameBlockKind::AsyncComprehensionGenerator: return;
  case FrameBlockKind::ForLoop:
  case FrameBlockKind::PopValue:
    keepTop();
    emit(Ir::POP_TOP);
    return;
  case FrameBlockKind::TryExcept: emit(Ir::POP_BLOCK); return;
  case FrameBlockKind::FinallyTry:
    // This POP_BLOCK has the line of the statement that leaves; what follows the body must seem to have none.
    emit(Ir::POP_BLOCK);
    if (preserveTop) pushFrame({FrameBlockKind::PopValue});
    statements(frame.finalBody);
    if (preserveTop) popFrame();
    unsetLoc();
    return;
  case FrameBlockKind::FinallyEnd:
    keepTop();
    emit(Ir::POP_TOP);
    keepTop();
    emit(Ir::POP_BLOCK);
    emit(Ir::POP_EXCEPT);
    return;
  case FrameBlockKind::With:
  case FrameBlockKind::AsyncWith:
    setLoc(frame.with);
    emit(Ir::POP_BLOCK);
    keepTop();
    callExitWithNones();
    if (frame.kind == FrameBlockKind::AsyncWith) {
      emit(Ir::GET_AWAITABLE, 2);
      loadNone();
      yieldFrom(true);
    }
    emit(Ir::POP_TOP);
    unsetLoc();
    return;
  case FrameBlockKind::HandlerCleanup:
    if (frame.handlerName) emit(Ir::POP_BLOCK);
    keepTop();
    emit(Ir::POP_BLOCK);
    emit(Ir::POP_EXCEPT);
    if (frame.handlerName) clearHandlerName(frame.handlerName);
    return;
  }
}

// Leaves all frame blocks, or those inside the innermost loop if `loop` is given; then foundLoop says whether
// there is one.
void Codegen::unwindAll(bool preserveTop, FrameBlock *loop, bool &foundLoop) {
  if (unit->frameBlocks.empty() || failed()) return;
  FrameBlock top = unit->frameBlocks.back();
  if (top.kind == FrameBlockKind::ExceptionGroupHandler)
    return error("'break', 'continue' and 'return' cannot appear in an except* block");
  if (loop && (top.kind == FrameBlockKind::WhileLoop || top.kind == FrameBlockKind::ForLoop)) {
    *loop = top;
    foundLoop = true;
    return;
  }
  // While its unwinding code is generated, the block is not open.
  unit->frameBlocks.pop_back();
  unwind(top, preserveTop);
  unwindAll(preserveTop, loop, foundLoop);
  unit->frameBlocks.push_back(top);
}

void Codegen::returnStmt(Return *s) {
  bool preserveTop = s->value && !isa<Constant>(s->value);
  if (unit->scope->kind != ScopeKind::Function) return error("'return' outside function");
  if (s->value && unit->scope->coroutine && unit->scope->generator)
    return error("'return' with value in async generator");
  if (preserveTop) {
    expression(s->value);
  } else if (s->value) {
    setLoc(s->value);
    emit(Ir::NOP);
  }
  if (!s->value || s->value->pos.lineno != s->pos.lineno) {
    setLoc(s);
    emit(Ir::NOP);
  }
  bool foundLoop = false;
  unwindAll(preserveTop, nullptr, foundLoop);
  if (failed()) return;
  if (!s->value)
    loadNone();
  else if (!preserveTop)
    loadConst(constantOf(s->value));
  emit(Ir::RETURN_VALUE);
}

void Codegen::breakStmt() {
  Loc loc = unit->loc;
  emit(Ir::NOP);
  FrameBlock loop;
  bool found = false;
  unwindAll(false, &loop, found);
  if (!found) {
    unit->loc = loc;
    return error("'break' outside loop");
  }
  unwind(loop, false);
  jump(Ir::JUMP, loop.exit);
}

void Codegen::continueStmt() {
  Loc loc = unit->loc;
  emit(Ir::NOP);
  FrameBlock loop;
  bool found = false;
  unwindAll(false, &loop, found);
  if (!found) {
    unit->loc = loc;
    return error("'continue' not properly in loop");
  }
  jump(Ir::JUMP, loop.block);
}

} // namespace coil::compile
