// Unwinding: from a pending exception to its handler, through as many frames as it takes.
#include "VM/Core/Signals.h"
#include "VM/Exceptions/Exception.h"
#include "VM/Exceptions/Raise.h"
#include "VM/Interp/Observe.h"
#include "VM/Interp/Tracing.h"
#include "VM/Types/FrameObject.h"
#include "VM/Types/Generator.h"

using namespace coil::vm;

namespace {

// Leaves a frame by exception. The frame to go on in, or null when control goes back to C++.
Frame *leaveFrame(Frame *f, Instr *pc, Value *sp, Thread *t) {
  bool entry = f->flags & kFrameEntry;
  Frame *back = f->back;
  if (f->flags & kFrameGenerator) {
    Generator *generator = f->generator;
    Ref keep = Ref::share(Value(generator)); // its frame may hold the last reference
    f->pc = pc;
    f->sp = sp;
    convertStopIteration(*t, generator);
    leaveGenerator(*t, generator, true);
  } else {
    --t->depth;
    t->frame = back;
    finishFrame(f, sp, pc);
    t->frames->pop(f);
  }
  return entry ? nullptr : back;
}

// What dies with its values is still told of this frame.
Value *clearStack(Frame *f, Value *sp) {
  while (sp > f->stackBase()) {
    f->sp = sp - 1;
    release(*--sp);
  }
  return sp;
}

} // namespace

COIL_OP Value coil::vm::unwind(Frame *f, Instr *pc, Value *sp, Thread *t) {
  assert(t->hasPending());
  SAVE_STATE();
  addTraceback(*t, f, f->unit());
  if (t->tracing) [[unlikely]]
    traceException(*t, f);
  [[clang::musttail]] return unwindAgain(f, pc, sp, t);
}

COIL_OP Value coil::vm::unwindOut(Frame *f, Instr *pc, Value *sp, Thread *t) {
  sp = clearStack(f, sp);
  bool inlined = !(f->flags & (kFrameConstructor | kFrameGenerator)); // as far as CPython's loop goes
  Frame *back = leaveFrame(f, pc, sp, t);
  if (!back) return Value();
  if (inlined && back->code->program->opOf(back->pc) == bytecode::Op::CALL) back->flags |= kFrameAtCaches;
  [[clang::musttail]] return unwind(back, back->pc, back->sp, t);
}

// `pc` decides on the handler, `f->pc` is where the exception is said to come from.
COIL_OP Value coil::vm::unwindAgain(Frame *f, Instr *pc, Value *sp, Thread *t) {
  Program *program = f->code->program;
  const Guard *guard = program->guardOf(pc->unit);
  if (!guard) {
    sp = clearStack(f, sp);
    if (t->tracing) [[unlikely]]
      traceUnwinding(*t, f);
    [[clang::musttail]] return unwindOut(f, f->pc, sp, t);
  }
  Value *base = f->stackBase() + guard->depth;
  while (sp > base) release(*--sp);
  if (guard->lasti) *sp++ = Value::smallInt(f->unit()); // after RERAISE, where it was raised first
  f->flags &= ~kFrameAtCaches;
  *sp++ = takePending(*t).release();
  Instr *handler = program->instrs.data() + guard->target;
  [[clang::musttail]] return handler->handler(f, handler, sp, t);
}

// A handler's exception appears at the instruction that stopped for it.
COIL_OP Value coil::vm::breakThenNext(Frame *f, Instr *pc, Value *sp, Thread *t) {
  SAVE_STATE();
  if (!handleBreak(*t)) FAIL();
  NEXT();
}

COIL_OP Value coil::vm::breakThenJump(Frame *f, Instr *pc, Value *sp, Thread *t) {
  SAVE_STATE();
  if (!handleBreak(*t)) FAIL();
  JUMP_BY(int32_t(pc->arg));
}
