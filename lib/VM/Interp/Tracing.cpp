// Tracing and profiling: the events of CPython's loop, told by the handler that observes instructions.
#include "VM/Interp/Tracing.h"
#include "Bytecode/LineTable.h"
#include "Bytecode/Opcodes.h"
#include "VM/Bind/Native.h"
#include "VM/Exceptions/Exception.h"
#include "VM/Exceptions/Raise.h"
#include "VM/Interp/Observe.h"
#include "VM/Protocol/Protocol.h"
#include "VM/Types/FrameObject.h"
#include "VM/Types/Int/Int.h"
#include "VM/Types/Tuple.h"

using namespace coil::vm;
using coil::bytecode::Op;

// --- calling the functions

namespace {

Tracing &tracingOf(Thread &t) {
  if (!t.tracing) t.tracing = new Tracing();
  return *t.tracing;
}

// Whatever is told of from now on.
void wake(Thread &t) {
  Tracing &tracing = *t.tracing;
  if (std::exchange(tracing.wakes, false)) tracing.inside = 0;
}

void dropIfUnused(Thread &t) {
  Tracing *tracing = t.tracing;
  if (!tracing || !tracing->trace.empty() || !tracing->profile.empty()) return;
  if (tracing->users || tracing->jumpUnit >= 0) return; // who is at that ends it
  delete std::exchange(t.tracing, nullptr);
  for (Thread *other = firstThread(); other; other = other->next)
    if (other->tracing) return;
  setObserver(kObserveTracing, false);
}

Op opAt(const Code *code, uint32_t unit) { return Op(uint8_t(code->program->bytes[size_t(unit) * 2])); }

// The text of an event, made once; the literals of this file stand for themselves.
Str *eventName(const char *event) {
  static llvm::SmallVector<std::pair<const char *, Str *>, 8> names;
  for (auto [literal, name] : names)
    if (literal == event) return name;
  names.push_back({event, internText(event).release()});
  return names.back().second;
}

// Calls a trace or profile function; itself it is not traced.
Ref tell(Thread &t, Value function, Frame *f, const char *event, Value argument) {
  if (!f->locals.empty()) CHECK(frameLocals(t, f));
  Tracing &tracing = *t.tracing;
  Instr place{}, *pc = f->pc;
  const char *outer = std::exchange(tracing.event, event);
  Frame *outerFrame = std::exchange(tracing.lineFrame, f);
  Instr *outerPlace = std::exchange(tracing.place, &place);
  bool outerWakes = std::exchange(tracing.wakes, false);
  ++tracing.inside;
  ++tracing.users;
  Ref keep = Ref::share(function), frame = frameObjectOf(f);
  Ref result =
      call(t, keep, {frame.get(), Value(eventName(event)), argument.empty() ? Value::none() : argument});
  storeFrameLocals(t, f);
  if (!result) addTraceback(t, f, f->pc ? f->unit() : 0);
  if (f->pc == &place) tracing.jumpUnit = int(place.unit);
  f->pc = pc;
  --tracing.inside;
  --tracing.users;
  tracing.event = outer;
  tracing.lineFrame = outerFrame;
  tracing.place = outerPlace;
  tracing.wakes = outerWakes;
  dropIfUnused(t); // it may have switched itself off
  return result;
}

// An event for the trace function: a call asks the global one, which gives the frame's own for the rest.
Status tellTrace(Thread &t, Frame *f, const char *event, Value argument = Value()) {
  Tracing *tracing = t.tracing;
  if (!tracing || tracing->inside || tracing->trace.empty()) return Status::ok();
  bool isCall = event[0] == 'c';
  Value function = isCall ? tracing->trace : f->object ? f->object->trace : Value();
  if (function.empty()) return Status::ok();
  Ref result = tell(t, function, f, event, argument);
  if (!result) {
    if (f->object) setFrameTrace(f->object, Value());
    Ref raised = takePending(t);
    setTraceFunction(t, Value());
    return setPending(t, std::move(raised));
  }
  if (!result->isNone()) setFrameTrace(frameObjectOf(f), result);
  return Status::ok();
}

Status tellProfile(Thread &t, Frame *f, const char *event, Value argument = Value()) {
  Tracing *tracing = t.tracing;
  if (!tracing || tracing->inside || tracing->profile.empty()) return Status::ok();
  if (tracing->hook) {
    Ref keep = Ref::share(tracing->profile);
    ++tracing->inside;
    tracing->hook(t, keep, f, event, argument);
    if (t.tracing == tracing) --tracing->inside;
    dropIfUnused(t); // it may have been switched off
    return Status::ok();
  }
  if (tell(t, tracing->profile, f, event, argument)) return Status::ok();
  Ref raised = takePending(t);
  setProfileFunction(t, Value());
  return setPending(t, std::move(raised));
}

Status tellBoth(Thread &t, Frame *f, const char *event, Value argument = Value()) {
  CHECK(tellTrace(t, f, event, argument));
  return tellProfile(t, f, event, argument);
}

// --- lines

int lineOfUnit(const Code *code, uint32_t unit) {
  std::vector<int> &lines = code->program->lines;
  if (lines.empty()) {
    lines.assign(code->raw->code->data.size() / 2, -1);
    for (const auto &location :
         coil::bytecode::decodeLineTable(code->raw->linetable->data, code->firstlineno))
      for (uint32_t i = location.start; i < location.end && i < lines.size(); ++i) lines[i] = location.line;
  }
  return unit < lines.size() ? lines[unit] : -1;
}

// An assignment to f_lineno has led to this unit, -1: there was none.
int takeJump(Thread &t) {
  if (!t.tracing || t.tracing->jumpUnit < 0) return -1;
  int unit = std::exchange(t.tracing->jumpUnit, -1);
  dropIfUnused(t);
  return unit;
}

Status tellOpcode(Thread &t, Frame *f) {
  if (!t.tracing || t.tracing->jumpUnit < 0) return tellTrace(t, f, "opcode");
  Instr landed{}, *pc = f->pc;
  landed.unit = uint32_t(t.tracing->jumpUnit);
  f->pc = &landed;
  Status told = tellTrace(t, f, "opcode");
  f->pc = pc;
  return told;
}

// At the instruction (or the NOP) of this unit, which came after `previous` (-1: the frame's begin).
Status tellLine(Thread &t, Frame *f, int previous, uint32_t unit) {
  if (!f->object || f->object->trace.empty()) return Status::ok();
  auto object = ObjectRef<FrameObject>::share(f->object);
  int line = lineOfUnit(f->code, unit);
  int last = previous <= f->code->program->firstTraceable ? -1 : lineOfUnit(f->code, uint32_t(previous));
  if (line != -1 && !object->skipsLines) {
    bool backward = int(unit) < previous && opAt(f->code, unit) != Op::SEND;
    if (line != last || backward) CHECK(tellTrace(t, f, "line"));
  }
  if (object->tracesOpcodes) CHECK(tellOpcode(t, f));
  return Status::ok();
}

bool isConditionalPop(Op op) {
  return op == Op::POP_JUMP_FORWARD_IF_TRUE || op == Op::POP_JUMP_FORWARD_IF_FALSE ||
         op == Op::POP_JUMP_FORWARD_IF_NONE || op == Op::POP_JUMP_FORWARD_IF_NOT_NONE;
}

// Notes where a conditional jump will go: both of its ways may lead to the same instruction, the one past an
// instruction that is left out. The condition becomes a bool.
Status decideJump(Thread &t, Frame *f, Op op, Value *sp) {
  f->sp = sp;
  bool jumps;
  if (op == Op::POP_JUMP_FORWARD_IF_NONE || op == Op::POP_JUMP_FORWARD_IF_NOT_NONE) {
    jumps = sp[-1].isNone() == (op == Op::POP_JUMP_FORWARD_IF_NONE);
  } else {
    auto truthy = truth(t, sp[-1]);
    if (!truthy) return {};
    replaceOwned(sp[-1], Value::boolean(*truthy));
    jumps = *truthy == (op == Op::POP_JUMP_FORWARD_IF_TRUE);
  }
  if (t.tracing) t.tracing->jumped = jumps;
  return Status::ok();
}

// Translation leaves out the instructions that only CPython's loop needs; they have events all the same.
// Where the way to `pc` from the instruction `from` began.
uint32_t firstUnitOnWay(Thread &t, Frame *f, const Instr *from, const Instr *pc) {
  if (!from) return 0;
  const Program &program = *f->code->program;
  Op op = opAt(f->code, from->unit);
  if (from + 1 == pc) {
    if (t.tracing->jumped && isConditionalPop(op)) return pc->unit;
    return from->unit + 1 + coil::bytecode::kOpcodes311[uint8_t(op)].caches;
  }
  coil::bytecode::JumpKind jump = coil::bytecode::info(op).jump;
  if (jump == coil::bytecode::JumpKind::No || from + int32_t(from->arg) != pc) return pc->unit;
  // The jump's own target: the argument counts units.
  uint32_t argument = 0, first = from->unit;
  while (first > 0 && opAt(f->code, first - 1) == Op::EXTENDED_ARG) --first;
  for (uint32_t unit = first; unit <= from->unit; ++unit)
    argument = argument << 8 | uint8_t(f->code->raw->code->data[unit * 2 + 1]);
  uint32_t next = from->unit + 1 + coil::bytecode::kOpcodes311[uint8_t(op)].caches;
  uint32_t target = jump == coil::bytecode::JumpKind::Forward ? next + argument : next - argument;
  return target <= pc->unit && program.byUnit[target] == uint32_t(pc - program.instrs.data()) ? target
                                                                                              : pc->unit;
}

// A trace function has raised before this unit, which may be in front of a try block. If it has jumped, too,
// the handler is that of the old place, as long as the stack is as deep as that wants it.
void failAt(Frame *f, Instr *&pc, uint32_t unit, int jump) {
  Program &program = *f->code->program;
  const Guard *guard = program.guardOf(unit);
  if (jump >= 0 && guard && f->sp < f->stackBase() + guard->depth) unit = uint32_t(jump);
  if (unit == pc->unit) return;
  Instr at{};
  at.unit = unit;
  program.leftOut.push_back(at);
  pc = &program.leftOut.back();
}

// The events of the left-out instructions in front of `pc`, then its own. An assignment to f_lineno changes
// `pc`: the instruction that it leads to is executed without events.
Status tellLines(Thread &t, Frame *f, const Instr *from, Instr *&pc) {
  if (!f->object || f->object->trace.empty()) return Status::ok();
  Program &program = *f->code->program;
  int previous = from ? int(from->unit) : -1;
  Instr at{};
  bool silent = false; // an instruction with prefixes has its events at the first of them
  for (uint32_t unit = firstUnitOnWay(t, f, from, pc); unit <= pc->unit; ++unit) {
    Op op = opAt(f->code, unit);
    if (op == Op::CACHE) continue;
    if (!silent && int(unit) >= program.firstTraceable) {
      at.unit = unit;
      f->pc = unit == pc->unit ? pc : &at;
      Status told = tellLine(t, f, previous, unit);
      f->pc = pc;
      int jump = takeJump(t);
      if (!told) {
        failAt(f, pc, unit, jump);
        return {};
      }
      if (jump >= 0) {
        unit = uint32_t(jump);
        f->pc = pc = &program.instrs[program.byUnit[unit]];
        op = opAt(f->code, unit);
      }
      if (!t.tracing) break;
    }
    silent = op == Op::EXTENDED_ARG;
    previous = int(unit);
  }
  return Status::ok();
}

int firstTraceable(const Code *code) {
  size_t units = code->raw->code->data.size() / 2;
  for (uint32_t unit = 0; unit < units; ++unit)
    if (opAt(code, unit) == Op::RESUME) return int(unit);
  return 0;
}

// --- instructions

enum class Then { Execute, Fail, Leave, Yield };

// The return of a frame that is left with the value on top. A generator may be sent elsewhere by an
// assignment to f_lineno: it is resumed behind the place that was assigned.
Then tellReturn(Thread &t, Frame *f, Op op, Instr *&pc, Value *&sp) {
  Value value = *--sp;
  f->sp = sp;
  bool told = bool(tellBoth(t, f, "return", value));
  sp = f->sp;
  *sp++ = value;
  int jump = takeJump(t);
  if (!told) return Then::Leave;
  if (jump >= 0) pc = &f->code->program->instrs[f->code->program->byUnit[jump]];
  return op == Op::YIELD_VALUE ? Then::Yield : Then::Execute;
}

Then tellInstruction(Thread &t, Frame *f, Instr *&pc, Value *&sp) {
  Program &program = *f->code->program;
  if (program.firstTraceable < 0) program.firstTraceable = firstTraceable(f->code);
  const Instr *from = std::exchange(f->pc, pc);
  f->sp = sp;
  if (t.tracing->inside || int(pc->unit) < program.firstTraceable) return Then::Execute;
  Op op = opAt(f->code, pc->unit);
  if (op == Op::RESUME) return tellBoth(t, f, "call") ? Then::Execute : Then::Leave;
  if (!t.tracing->trace.empty()) {
    bool told = bool(tellLines(t, f, from, pc));
    sp = f->sp;
    if (!told) return Then::Fail;
    op = opAt(f->code, pc->unit);
  }
  bool leaves = op == Op::RETURN_VALUE || op == Op::YIELD_VALUE;
  return leaves && t.tracing ? tellReturn(t, f, op, pc, sp) : Then::Execute;
}

// --- calls of native functions

// What a profile function is told to be called: a native function; empty for anything else.
Ref nativeCallee(Thread &t, Value callee, Value firstArgument) {
  if (isExactly(callee, types::NativeFunction)) return Ref::share(callee);
  if (!isExactly(callee, types::MethodDescriptor) || firstArgument.empty()) return {};
  Ref bound = types::MethodDescriptor.slots.descrGet(t, callee, firstArgument, Value(typeOf(firstArgument)));
  if (!bound) clearPending(t);
  return bound;
}

// The callee of the call instruction; `arguments` where they begin.
Value calleeOf(Op op, const Instr *pc, Value *sp, Value *&arguments) {
  if (op == Op::CALL_FUNCTION_EX) {
    arguments = nullptr;
    return sp[pc->arg & 1 ? -3 : -2];
  }
  Value *base = sp - int64_t(pc->arg) - 2;
  arguments = base[0].empty() ? base + 2 : base + 1;
  return base[0].empty() ? base[1] : base[0];
}

Ref callTold(Thread &t, Frame *f, Value shown, llvm::function_ref<Ref()> body) {
  CHECK(tellProfile(t, f, "c_call", shown));
  Ref result = body();
  if (result) {
    CHECK(tellProfile(t, f, "c_return", shown));
    return result;
  }
  Ref raised = takePending(t);
  if (tellProfile(t, f, "c_exception", shown)) (void)setPending(t, std::move(raised));
  return {};
}

// Makes the call if its callee is native. Gives false if it is not.
bool profileCall(Thread &t, Frame *f, Op op, Instr *pc, Value *sp, Ref &result) {
  Value *arguments;
  Value callee = calleeOf(op, pc, sp, arguments);
  Ref shown = nativeCallee(t, callee, arguments && arguments < sp ? *arguments : Value());
  if (!shown) return false;
  result = callTold(t, f, shown, [&]() -> Ref {
    if (op == Op::CALL) {
      Tuple *names = ownHandler(f, pc) == ops::op_CALL_KEYWORDS ? pc->names : nullptr;
      size_t keywords = names ? size_t(names->length) : 0;
      return call(t, callee, CallArgs(arguments, size_t(sp - arguments) - keywords, names));
    }
    bool hasKeywords = pc->arg & 1;
    TupleRef positional = TRY(tupleFrom(t, sp[hasKeywords ? -2 : -1]));
    return call(t, callee, positional, hasKeywords ? sp[-1].as<Dict>() : nullptr);
  });
  return true;
}

} // namespace

static COIL_OP Value executeTraced(Frame *f, Instr *pc, Value *sp, Thread *t) {
  Op op = opAt(f->code, pc->unit);
  bool isCall = op == Op::CALL || op == Op::CALL_FUNCTION_EX;
  if (isCall && t->tracing && !t->tracing->profile.empty() && !t->tracing->inside) {
    Value result;
    bool native;
    {
      Ref outcome;
      native = profileCall(*t, f, op, pc, sp, outcome);
      result = outcome.release();
    }
    if (native) {
      if (result.empty()) FAIL();
      Value *base = op == Op::CALL ? sp - int64_t(pc->arg) - 2 : sp - (pc->arg & 1 ? 4 : 3);
      while (sp > base) release(*--sp);
      *sp++ = result;
      BREAK_THEN_NEXT();
      NEXT();
    }
  }
  if (t->tracing && !t->tracing->trace.empty()) {
    if (op == Op::FOR_ITER) [[clang::musttail]]
      return ops::forIterGeneric(f, pc, sp, t);
    if (op == Op::SEND) [[clang::musttail]]
      return ops::sendGeneric(f, pc, sp, t);
    if (isConditionalPop(op) && !decideJump(*t, f, op, sp)) FAIL();
  }
  Handler own = ownHandler(f, pc);
  [[clang::musttail]] return own(f, pc, sp, t);
}

COIL_OP Value coil::vm::traceInstruction(Frame *f, Instr *pc, Value *sp, Thread *t) {
  switch (tellInstruction(*t, f, pc, sp)) {
  case Then::Fail: FAIL();
  case Then::Leave: [[clang::musttail]] return unwindOut(f, pc, sp, t);
  case Then::Yield: [[clang::musttail]] return ops::op_YIELD_VALUE(f, pc, sp, t);
  case Then::Execute: break;
  }
  [[clang::musttail]] return executeTraced(f, pc, sp, t);
}

// --- exceptions

void coil::vm::traceException(Thread &t, Frame *f) {
  if (t.tracing->inside || t.tracing->trace.empty()) return;
  Ref exception = takePending(t);
  Ref traceback = tracebackOf(exception);
  TupleRef argument = packTuple(Value(typeOf(exception)), exception.get(), traceback.get());
  if (tellTrace(t, f, "exception", Value(argument))) (void)setPending(t, std::move(exception));
}

void coil::vm::traceUnwinding(Thread &t, Frame *f) {
  if (t.tracing->inside) return;
  Ref exception = takePending(t);
  if (tellBoth(t, f, "return")) (void)setPending(t, std::move(exception));
}

void coil::vm::traceThrow(Thread &t, Frame *f) {
  if (t.tracing->inside) return;
  Ref exception = takePending(t);
  if (tellBoth(t, f, "call")) (void)setPending(t, std::move(exception));
}

// --- switching

void coil::vm::setProfileHook(Thread &t, Value profiler, ProfileHook hook) {
  setProfileFunction(t, profiler);
  t.tracing->hook = hook;
}

void coil::vm::setTraceFunction(Thread &t, Value function) {
  replaceOwned(tracingOf(t).trace, retained(function));
  wake(t);
  setObserver(kObserveTracing, true);
  dropIfUnused(t);
}

void coil::vm::setProfileFunction(Thread &t, Value function) {
  if (t.tracing) t.tracing->hook = nullptr;
  replaceOwned(tracingOf(t).profile, retained(function));
  wake(t);
  setObserver(kObserveTracing, true);
  dropIfUnused(t);
}

static Status forget(Thread &t, Value &slot, bool &installing, const char *kind) {
  if (std::exchange(installing, false))
    return raise(t, types::RuntimeError,
                 "Cannot install a % function while another % function is being installed", kind, kind);
  installing = true;
  release(std::exchange(slot, Value()));
  installing = false;
  return Status::ok();
}

Status coil::vm::installTraceFunction(Thread &t, Value function) {
  static bool installing = false;
  CHECK(forget(t, tracingOf(t).trace, installing, "trace"));
  setTraceFunction(t, function);
  return Status::ok();
}

Status coil::vm::installProfileFunction(Thread &t, Value function) {
  static bool installing = false;
  CHECK(forget(t, tracingOf(t).profile, installing, "profile"));
  setProfileFunction(t, function);
  return Status::ok();
}

bool coil::vm::pauseTracing(Thread &t) {
  if (!t.tracing) return false;
  ++t.tracing->inside;
  ++t.tracing->users;
  return true;
}

void coil::vm::resumeTracing(Thread &t) {
  --t.tracing->inside;
  --t.tracing->users;
  dropIfUnused(t); // it may have been switched off meanwhile
}

Ref coil::vm::callTracing(Thread &t, Value function, Tuple *args) {
  if (!t.tracing) return call(t, function, args, nullptr);
  Tracing &tracing = *t.tracing;
  int inside = tracing.inside;
  bool outer = std::exchange(tracing.wakes, true);
  ++tracing.users;
  Ref result = call(t, function, args, nullptr);
  --tracing.users;
  tracing.inside = inside;
  tracing.wakes = outer;
  dropIfUnused(t);
  return result;
}
