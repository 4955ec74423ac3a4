// Entering the interpreter from C++.
#include "VM/Core/Names.h"
#include "VM/Core/Runtime.h"
#include "VM/Exceptions/Raise.h"
#include "VM/Interp/PushCall.h"

using namespace coil::vm;

Ref coil::vm::runFrame(Thread &t, Frame *frame) {
  frame->flags |= kFrameEntry;
  frame->back = t.frame;
  t.frame = frame;
  Instr *first = frame->code->program->instrs.data();
  return Ref::take(first->handler(frame, first, frame->sp, &t));
}

bool coil::vm::canEnterSlow(Thread *t, Function *function) {
  if (t->depth < t->recursionLimit)
    ++t->depth;
  else if (!enterPythonCall(*t))
    return false;
  if (programOf(*t, function->code)) return true;
  --t->depth;
  return false;
}

// A frame on the thread's stack with translated code; null when it raised. Takes over the reference to
// `function`.
static Frame *prepareFrame(Thread &t, Function *function, Value locals) {
  uintptr_t here = reinterpret_cast<uintptr_t>(__builtin_frame_address(0));
  bool roomy = here > t.stackLimit && t.depth < t.recursionLimit;
  if (roomy) ++t.depth;
  if ((!roomy && !enterPythonCall(t)) || !programOf(t, function->code)) {
    if (roomy) --t.depth;
    release(static_cast<Object *>(function));
    return nullptr;
  }
  auto *frame = static_cast<Frame *>(t.frames->push(Frame::bytesFor(function->code)));
  initializeFrame(frame, function, locals);
  return frame;
}

// The way of most calls: room enough, translated code, and arguments that go into the frame as they are.
static Frame *pushPlainCall(Thread &t, Function *function, const CallArgs &args) {
  uintptr_t here = reinterpret_cast<uintptr_t>(__builtin_frame_address(0));
  if (here <= t.stackLimit || t.depth >= t.recursionLimit || !function->code->program || args.kwNames ||
      !isSimpleCall(function->code, args.positional))
    return nullptr;
  ++t.depth;
  retain(static_cast<Object *>(function));
  Frame *frame = pushSimpleFrame(&t, function);
  for (size_t i = 0; i < args.positional; ++i) frame->slots[i] = retained(args.values[i]);
  return frame;
}

Ref coil::vm::callFunction(Thread &t, Value callee, const CallArgs &args) {
  if (Frame *frame = pushPlainCall(t, callee.as<Function>(), args)) return runFrame(t, frame);
  retain(callee);
  Frame *frame = prepareFrame(t, callee.as<Function>(), Value());
  if (!frame) return {};
  if (bindArguments(t, callee.as<Function>(), args, frame->slots)) return runFrame(t, frame);
  --t.depth;
  finishFrame(frame, frame->stackBase(), nullptr);
  t.frames->pop(frame);
  return {};
}

Ref coil::vm::execute(Thread &t, Code *code, Dict *globals, Value locals, Tuple *closure) {
  Ref function = TRY(newFunction(t, code, globals));
  if (closure) {
    retain(static_cast<Object *>(closure));
    function.as<Function>()->closure = closure;
  }
  Value raw = function.release();
  Frame *frame = prepareFrame(t, raw.as<Function>(), locals);
  return frame ? runFrame(t, frame) : Ref();
}
