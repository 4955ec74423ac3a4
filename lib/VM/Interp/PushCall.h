// Calls of Python functions from instructions: the callee's frame runs in the same loop.
#pragma once

#include "VM/Interp/Instr.h"

namespace coil::vm {

// Room for one call more, and a translated callee.
bool canEnterSlow(Thread *t, Function *function);
inline bool canEnter(Thread *t, Function *function) {
  if (t->depth >= t->recursionLimit || !function->code->program) [[unlikely]]
    return canEnterSlow(t, function);
  ++t->depth;
  return true;
}

// The callee takes exactly its positional arguments: they can be moved into its frame as they are.
inline bool isSimpleCall(const Code *code, size_t count) {
  constexpr int kArgumentFlags = bytecode::CO_VARARGS | bytecode::CO_VARKEYWORDS;
  return !(code->codeFlags & kArgumentFlags) && !code->kwonlyargcount && size_t(code->argcount) == count;
}

// The frame of a simple call that canEnter() has allowed, its arguments to be stored by the caller. Takes
// over the reference to the function.
inline Frame *pushSimpleFrame(Thread *t, Function *function) {
  auto *frame = static_cast<Frame *>(t->frames->push(Frame::bytesFor(function->code)));
  initializeFrame(frame, function, Value(), size_t(function->code->argcount));
  return frame;
}

// Enters a frame whose arguments are bound. The caller's state is saved.
#define ENTER(frame)                                                                                         \
  do {                                                                                                       \
    Frame *callee_ = (frame);                                                                                \
    callee_->back = t->frame;                                                                                \
    t->frame = callee_;                                                                                      \
    Instr *first_ = callee_->code->program->instrs.data();                                                   \
    [[clang::musttail]] return first_->handler(callee_, first_, callee_->sp, t);                             \
  } while (false)

} // namespace coil::vm
