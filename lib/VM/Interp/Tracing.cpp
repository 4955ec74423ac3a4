// Tracing and profiling: the events of CPython's loop, told by the handler that observes instructions.
#include "VM/Interp/Tracing.h"
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

void dropIfUnused(Thread &t) {
  Tracing *tracing = t.tracing;
  if (!tracing || !tracing->trace.empty() || !tracing->profile.empty()) return;
  if (tracing->inside) return; // call() below ends it
  delete std::exchange(t.tracing, nullptr);
  for (Thread *other = firstThread(); other; other = other->next)
    if (other->tracing) return;
  setObserver(kObserveTracing, false);
}

Op opAt(const Code *code, uint32_t unit) { return Op(uint8_t(code->raw->code->data[unit * 2])); }

// Calls a trace or profile function; itself it is not traced.
Ref tell(Thread &t, Value function, Frame *f, const char *event, Value argument) {
  Tracing &tracing = *t.tracing;
  const char *outer = std::exchange(tracing.event, event);
  Frame *outerFrame = std::exchange(tracing.lineFrame, f);
  ++tracing.inside;
  Ref keep = Ref::share(function), frame = frameObjectOf(f);
  StrRef name = internText(event);
  Ref result = call(t, keep, {frame.get(), Value(name), argument.empty() ? Value::none() : argument});
  if (!result) addTraceback(t, f, f->pc ? int(f->pc->unit) : 0);
  --tracing.inside;
  tracing.event = outer;
  tracing.lineFrame = outerFrame;
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

// At the instruction (or the NOP) of this unit, which came after `previous` (-1: the frame's begin).
Status tellLine(Thread &t, Frame *f, int previous, uint32_t unit) {
  if (!f->object) return Status::ok();
  auto object = ObjectRef<FrameObject>::share(f->object);
  if (object->trace.empty()) return Status::ok();
  int line = lineAt(f->code, int(unit));
  int last = previous <= f->code->program->firstTraceable ? -1 : lineAt(f->code, previous);
  if (line != -1 && !object->skipsLines) {
    bool backward = int(unit) < previous && opAt(f->code, unit) != Op::SEND;
    if (line != last || backward) CHECK(tellTrace(t, f, "line"));
  }
  if (object->tracesOpcodes && t.tracing) CHECK(tellTrace(t, f, "opcode"));
  return Status::ok();
}

// Translation leaves out the instructions that only CPython's loop needs; they have events all the same.
// Where the way to `pc` from the instruction `from` began.
uint32_t firstUnitOnWay(Frame *f, const Instr *from, const Instr *pc) {
  if (!from) return 0;
  const Program &program = *f->code->program;
  if (from + 1 == pc) {
    uint32_t unit = from->unit + 1 + coil::bytecode::kOpcodes311[uint8_t(opAt(f->code, from->unit))].caches;
    return unit;
  }
  Op op = opAt(f->code, from->unit);
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

// The events of the left-out instructions in front of `pc`, then its own.
Status tellLines(Thread &t, Frame *f, const Instr *from, Instr *&pc) {
  Program &program = *f->code->program;
  int previous = from ? int(from->unit) : -1;
  Instr at{};
  bool extended = false;
  for (uint32_t unit = firstUnitOnWay(f, from, pc); unit <= pc->unit; ++unit) {
    if (int(unit) < f->code->program->firstTraceable) continue;
    Op op = opAt(f->code, unit);
    if (op == Op::CACHE) continue;
    if (!extended) { // an instruction with prefixes has its events at the first of them
      at.unit = unit;
      f->pc = unit == pc->unit ? pc : &at;
      Status told = tellLine(t, f, previous, unit);
      f->pc = pc;
      if (!told) {
        if (unit != pc->unit) { // the exception is raised there, perhaps in front of a try block
          program.leftOut.push_back(at);
          pc = &program.leftOut.back();
        }
        return {};
      }
      if (!t.tracing || t.tracing->jump) break;
    }
    extended = op == Op::EXTENDED_ARG;
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

enum class Then { Execute, Fail, Leave };

Then tellInstruction(Thread &t, Frame *f, Instr *&pc, Value *sp) {
  Program &program = *f->code->program;
  if (program.firstTraceable < 0) program.firstTraceable = firstTraceable(f->code);
  const Instr *from = std::exchange(f->pc, pc);
  f->sp = sp;
  if (t.tracing->inside || int(pc->unit) < program.firstTraceable) return Then::Execute;
  Op op = opAt(f->code, pc->unit);
  if (op == Op::RESUME) return tellBoth(t, f, "call") ? Then::Execute : Then::Leave;
  if (!t.tracing->trace.empty() && !tellLines(t, f, from, pc)) return Then::Fail;
  bool leaves = op == Op::RETURN_VALUE || op == Op::YIELD_VALUE;
  if (leaves && t.tracing && !t.tracing->jump && !tellBoth(t, f, "return", sp[-1])) return Then::Leave;
  return Then::Execute;
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
  Handler own = ownHandler(f, pc);
  [[clang::musttail]] return own(f, pc, sp, t);
}

COIL_OP Value coil::vm::traceInstruction(Frame *f, Instr *pc, Value *sp, Thread *t) {
  switch (tellInstruction(*t, f, pc, sp)) {
  case Then::Fail: FAIL();
  case Then::Leave: [[clang::musttail]] return unwindOut(f, pc, sp, t);
  case Then::Execute: break;
  }
  if (t->tracing && t->tracing->jump && !t->tracing->inside) pc = std::exchange(t->tracing->jump, nullptr);
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
  setObserver(kObserveTracing, true);
  dropIfUnused(t);
}

void coil::vm::setProfileFunction(Thread &t, Value function) {
  if (t.tracing) t.tracing->hook = nullptr;
  replaceOwned(tracingOf(t).profile, retained(function));
  setObserver(kObserveTracing, true);
  dropIfUnused(t);
}

Ref coil::vm::callTracing(Thread &t, Value function, Tuple *args) {
  if (!t.tracing) return call(t, function, args, nullptr);
  int inside = std::exchange(t.tracing->inside, 0);
  Ref result = call(t, function, args, nullptr);
  tracingOf(t).inside = inside;
  return result;
}

// --- f_lineno

// The first instruction of a line with an empty stack; null if every one has something on it.
static Instr *instructionOfLine(Frame *f, int line) {
  Program &program = *f->code->program;
  std::vector<int> depths = stackDepths(f->code);
  for (size_t i = 0; i < program.instrs.size(); ++i)
    if (depths[i] == 0 && lineAt(f->code, int(program.instrs[i].unit)) == line) return &program.instrs[i];
  return nullptr;
}

// The least line of the code that is not before `line`; -1: none.
static int lineNotBefore(const Code *code, int line) {
  int best = -1;
  for (const Instr &i : code->program->instrs) {
    if (i.unit * 2 >= code->raw->code->data.size()) continue;
    int here = lineAt(code, int(i.unit));
    if (here >= line && (best < 0 || here < best)) best = here;
  }
  return best;
}

Status coil::vm::setFrameLine(Thread &t, Frame *f, Value trace, Value line) {
  if (!isIntLike(line)) return raise(t, types::ValueError, "lineno must be an integer");
  int64_t wanted;
  if (!toInt64(line, wanted) || wanted != int32_t(wanted))
    return raise(t, types::ValueError, "lineno out of range");
  Tracing *tracing = t.tracing;
  // Outside of any event CPython's record of the last one says 'call', too.
  llvm::StringRef event = tracing && tracing->event ? tracing->event : "call";
  if (event == "call")
    return raise(t, types::ValueError, "can't jump from the 'call' trace event of a new frame");
  if (!f || trace.empty()) return raise(t, types::ValueError, "f_lineno can only be set by a trace function");
  if (event != "line" || tracing->lineFrame != f)
    return raise(t, types::ValueError, "can only jump from a 'line' trace event");
  if (wanted < f->code->firstlineno)
    return raise(t, types::ValueError, "line % comes before the current code block", wanted);
  int found = lineNotBefore(f->code, int(wanted));
  if (found < 0) return raise(t, types::ValueError, "line % comes after the current code block", wanted);
  Instr *target = instructionOfLine(f, found);
  // CPython would also take items off the stack when a jump leaves a loop or a with block.
  if (f->sp != f->stackBase() || !target)
    return raiseNotImplemented(t, "a jump by f_lineno out of or into a loop, a with block or an expression");
  tracing->jump = target;
  return Status::ok();
}
