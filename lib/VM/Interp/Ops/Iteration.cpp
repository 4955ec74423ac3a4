// Iteration: for loops, with generators resumed in the same loop.
#include "VM/Exceptions/Exception.h"
#include "VM/Exceptions/Raise.h"
#include "VM/Interp/Observe.h"
#include "VM/Interp/Tracing.h"
#include "VM/Protocol/Protocol.h"
#include "VM/Types/Generator.h"
#include "VM/Types/Iterators.h"
#include "VM/Types/List.h"

namespace coil::vm::ops {

OP(GET_ITER) {
  SAVE_STATE();
  Value iterator = iterate(*t, sp[-1]).release();
  if (iterator.empty()) FAIL();
  replaceOwned(sp[-1], iterator);
  NEXT();
}

// Runs a generator's frame in this loop. Its yield continues behind this instruction; its return is seen by
// returnFromGenerator.
static COIL_OP Value resumeInline(Frame *f, Instr *, Value *, Thread *t) {
  f->flags &= ~kFrameEntry;
  Instr *next = f->pc + 1;
  [[clang::musttail]] return next->handler(f, next, f->sp, t);
}

// The pending StopIteration that ended a loop has been told of; what a trace function raised at that is lost,
// as in CPython.
static void endIteration(Thread &t, Frame *f) {
  if (t.tracing) [[unlikely]]
    traceException(t, f);
  clearPending(t);
}

COIL_OP __attribute__((noinline)) Value forIterGeneric(Frame *f, Instr *pc, Value *sp, Thread *t) {
  CACHE_MISS(FOR_ITER);
  SAVE_STATE();
  Value iterator = sp[-1];
  NextFn next = typeOf(iterator)->slots.next;
  if (!next) {
    raise(*t, types::TypeError, "'%' object is not an iterator", typeName(iterator));
    FAIL();
  }
  Value item = next(*t, iterator).release();
  if (!item.empty()) {
    *sp++ = item;
    NEXT();
  }
  if (t->hasPending()) {
    if (!pendingIs(*t, types::StopIteration)) FAIL();
    endIteration(*t, f);
  }
  release(*--sp);
  JUMP_BY(int32_t(pc->arg));
}

OP(FOR_ITER) {
  Value iterator = sp[-1];
  Type *type = typeOf(iterator);
  if (type == &types::RangeIterator) {
    Value item = rangeIteratorNext(iterator.object());
    if (!item.empty()) [[likely]] {
      *sp++ = item;
      NEXT();
    }
    release(*--sp);
    JUMP_BY(int32_t(pc->arg));
  }
  if (type == &types::ListIterator) {
    Value item = listIteratorNext(iterator.object());
    if (!item.empty()) [[likely]] {
      *sp++ = retained(item);
      NEXT();
    }
    release(*--sp);
    JUMP_BY(int32_t(pc->arg));
  }
  if (type == &types::Generator) {
    auto *generator = iterator.as<Generator>();
    if (generator->state == GeneratorState::Suspended || generator->state == GeneratorState::Created) {
      SAVE_STATE();
      if (!enterGenerator(*t, generator, Value::none())) FAIL();
      [[clang::musttail]] return resumeInline(generator->frame, nullptr, nullptr, t);
    }
  }
  [[clang::musttail]] return forIterGeneric(f, pc, sp, t);
}

// --- yield from, await
// ---------------------------------------------------------------------------------------------

static Ref sendByMethod(Thread &t, Value receiver, Value value, Ref &returned) {
  Ref item;
  if (value.isNone() && typeOf(receiver)->slots.next)
    item = typeOf(receiver)->slots.next(t, receiver);
  else
    item = callMethod(t, receiver, internText("send"), {value});
  if (item) return item;
  if (!t.hasPending()) {
    returned = Ref::none();
    return item;
  }
  bool ended = pendingIs(t, types::StopIteration);
  if (ended && t.tracing) [[unlikely]]
    traceException(t, t.frame);
  if (pendingIs(t, types::StopIteration)) returned = takeStopIterationValue(t);
  return item;
}

// One step of delegation. The item; or empty, with `returned` set if it has finished.
static Ref sendTo(Thread &t, Value receiver, Value value, Ref &returned) {
  if (isExactly(receiver, types::Generator) || isExactly(receiver, types::Coroutine))
    return resumeGenerator(t, receiver.as<Generator>(), value, returned);
  return sendByMethod(t, receiver, value, returned);
}

// While there is a trace function even generators end by StopIteration, of which that is told.
static bool isTraced(Thread &t) { return t.tracing && !t.tracing->trace.empty(); }

COIL_OP __attribute__((noinline)) Value sendGeneric(Frame *f, Instr *pc, Value *sp, Thread *t) {
  SAVE_STATE();
  Value item, result;
  {
    Ref returned;
    item = (isTraced(*t) ? sendByMethod : sendTo)(*t, sp[-2], sp[-1], returned).release();
    result = returned.release();
  }
  if (item.empty() && result.empty()) FAIL();
  release(*--sp);
  if (!item.empty()) {
    *sp++ = item;
    NEXT();
  }
  replaceOwned(sp[-1], result);
  JUMP_BY(int32_t(pc->arg));
}

OP(SEND) {
  Value receiver = sp[-2];
  if (isExactly(receiver, types::Generator) || isExactly(receiver, types::Coroutine)) {
    auto *generator = receiver.as<Generator>();
    if (generator->state == GeneratorState::Suspended ||
        (generator->state == GeneratorState::Created && sp[-1].isNone())) {
      f->pc = pc;
      f->sp = sp;
      Value value = sp[-1];
      if (!enterGenerator(*t, generator, value)) FAIL();
      f->sp = sp - 1; // enterGenerator took the reference
      [[clang::musttail]] return resumeInline(generator->frame, nullptr, nullptr, t);
    }
  }
  [[clang::musttail]] return sendGeneric(f, pc, sp, t);
}

OP(GET_YIELD_FROM_ITER) {
  Value v = sp[-1];
  if (isExactly(v, types::Coroutine)) {
    if (f->code->codeFlags & (bytecode::CO_COROUTINE | bytecode::CO_ITERABLE_COROUTINE)) NEXT();
    raise(*t, types::TypeError, "cannot 'yield from' a coroutine object in a non-coroutine generator");
    FAIL();
  }
  if (isExactly(v, types::Generator)) NEXT();
  SAVE_STATE();
  Value iterator = iterate(*t, v).release();
  if (iterator.empty()) FAIL();
  replaceOwned(sp[-1], iterator);
  NEXT();
}

// --- suspension
// ------------------------------------------------------------------------------------------------

OP(RETURN_GENERATOR) {
  SAVE_STATE();
  Frame *back = f->back;
  bool entry = f->flags & kFrameEntry;
  --t->depth;
  t->frame = back;
  Value generator = newGenerator(*t, f).release();
  if (entry) return generator;
  Value *top = back->sp;
  *top++ = generator;
  Instr *next = back->pc + 1;
  [[clang::musttail]] return next->handler(back, next, top, t);
}

OP(YIELD_VALUE) {
  Value value = *--sp;
  SAVE_STATE();
  Frame *back = f->back;
  bool entry = f->flags & kFrameEntry;
  leaveGenerator(*t, f->generator, false);
  if (entry) return value;
  Value *top = back->sp;
  *top++ = value;
  Instr *next = back->pc + 1;
  [[clang::musttail]] return next->handler(back, next, top, t);
}

} // namespace coil::vm::ops

using namespace coil::vm;

COIL_OP Value coil::vm::returnFromGenerator(Frame *f, Instr *pc, Value *sp, Thread *t) {
  Value result = *--sp;
  f->pc = pc;
  f->sp = sp;
  Frame *back = f->back;
  bool entry = f->flags & kFrameEntry;
  leaveGenerator(*t, f->generator, true);
  if (entry) return result;
  // Resumed by FOR_ITER or SEND of the frame below, which now takes its other exit.
  Instr *resumer = back->pc;
  Value *top = back->sp;
  if (back->code->program->opOf(resumer) == bytecode::Op::FOR_ITER) {
    if (!result.isNone() && t->tracing) [[unlikely]] {
      (void)raiseStopIteration(*t, result);
      ops::endIteration(*t, back);
    }
    release(result);
    release(*--top);
  } else {
    replaceOwned(top[-1], result);
  }
  Instr *next = resumer + int32_t(resumer->arg);
  [[clang::musttail]] return next->handler(back, next, top, t);
}
