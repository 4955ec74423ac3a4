// Assignment to frame.f_lineno: where a trace function may send a frame. As CPython does, the kinds of what
// lies on the value stack are followed through the code; a jump may take items off, never put any on.
#include "Bytecode/ExceptionTable.h"
#include "Bytecode/LineTable.h"
#include "VM/Exceptions/Raise.h"
#include "VM/Interp/Instr.h"
#include "VM/Interp/Tracing.h"
#include "VM/Protocol/Protocol.h"
#include "VM/Types/Generator.h"
#include "VM/Types/Int/Int.h"

using namespace coil::vm;
using coil::bytecode::Op;

namespace {

enum Kind : unsigned { kIterator = 1, kExcept = 2, kObject = 3, kNull = 4, kLasti = 5 };

// A stack is a number: three bits for each item, the top lowest. Deeper ones overflow.
using Stack = int64_t;
constexpr int kKindBits = 3;
constexpr int kMaxItems = 63 / kKindBits;
constexpr Stack kUnknown = -2, kOverflowed = -1, kEmpty = 0;

Stack push(Stack stack, unsigned kind) {
  if (stack < 0 || stack >= Stack(1) << ((kMaxItems - 1) * kKindBits)) return kOverflowed;
  return stack << kKindBits | Stack(kind);
}
Stack pop(Stack stack) { return stack >> kKindBits; }
unsigned peek(Stack stack, uint32_t n) {
  if (n < 1 || n > unsigned(kMaxItems)) return 0;
  return unsigned(stack >> (kKindBits * int(n - 1))) & 7;
}
unsigned top(Stack stack) { return peek(stack, 1); }

Stack swap(Stack stack, uint32_t n) {
  if (n < 1 || n > unsigned(kMaxItems) || stack < 0) return stack;
  int shift = kKindBits * int(n - 1);
  unsigned first = top(stack), other = peek(stack, n);
  Stack without = stack & ~(Stack(7) << shift) & ~Stack(7);
  return without | Stack(first) << shift | Stack(n == 1 ? first : other);
}

Stack cutTo(Stack stack, uint32_t depth) {
  if (depth == 0) return kEmpty;
  if (depth > unsigned(kMaxItems)) return stack;
  while (stack >= Stack(1) << (kKindBits * int(depth))) stack = pop(stack);
  return stack;
}

int depthOf(Stack stack) {
  int depth = 0;
  for (; stack > 0; stack = pop(stack)) ++depth;
  return depth;
}

// Finds the stack before each unit.
class StackMarker {
  llvm::StringRef bytes;
  std::vector<coil::bytecode::ExceptionEntry> handlers;
  bool again = true;

public:
  std::vector<Stack> stacks;

  explicit StackMarker(const Code *code)
      : bytes(code->raw->code->data),
        handlers(coil::bytecode::decodeExceptionTable(code->raw->exceptiontable->data)),
        stacks(bytes.size() / 2 + 1, kUnknown) {
    constexpr int kGenerators =
        coil::bytecode::CO_GENERATOR | coil::bytecode::CO_COROUTINE | coil::bytecode::CO_ASYNC_GENERATOR;
    stacks[0] = code->codeFlags & kGenerators ? push(kEmpty, kObject) : kEmpty; // they begin by sending None
    while (std::exchange(again, false)) {
      for (size_t unit = 0; unit * 2 < bytes.size(); ++unit)
        if (stacks[unit] != kUnknown) step(unit);
      enterHandlers();
    }
  }

private:
  Op opAt(size_t unit) const { return Op(uint8_t(bytes[unit * 2])); }

  uint32_t argumentAt(size_t unit) const {
    size_t first = unit;
    while (first > 0 && unit - first < 3 && opAt(first - 1) == Op::EXTENDED_ARG) --first;
    uint32_t argument = 0;
    for (; first <= unit; ++first) argument = argument << 8 | uint8_t(bytes[first * 2 + 1]);
    return argument;
  }

  void mark(size_t from, int64_t to, Stack stack) {
    if (to < 0 || to >= int64_t(stacks.size())) return;
    if (stacks[to] == kUnknown && to < int64_t(from)) again = true;
    stacks[to] = stack;
  }
  void goOn(size_t unit, Stack stack) { stacks[unit + 1] = stack; }

  void step(size_t unit) {
    Stack stack = stacks[unit];
    Op op = opAt(unit);
    uint32_t argument = argumentAt(unit);
    int64_t forward = int64_t(unit) + 1 + argument, backward = int64_t(unit) + 1 - argument;
    switch (op) {
    case Op::JUMP_IF_FALSE_OR_POP:
    case Op::JUMP_IF_TRUE_OR_POP: mark(unit, forward, stack); return goOn(unit, pop(stack));
    case Op::POP_JUMP_FORWARD_IF_FALSE:
    case Op::POP_JUMP_FORWARD_IF_TRUE: mark(unit, forward, pop(stack)); return goOn(unit, pop(stack));
    case Op::POP_JUMP_BACKWARD_IF_FALSE:
    case Op::POP_JUMP_BACKWARD_IF_TRUE: mark(unit, backward, pop(stack)); return goOn(unit, pop(stack));
    case Op::SEND: mark(unit, forward, pop(stack)); return goOn(unit, stack);
    case Op::JUMP_FORWARD: return mark(unit, forward, stack);
    case Op::JUMP_BACKWARD:
    case Op::JUMP_BACKWARD_NO_INTERRUPT: return mark(unit, backward, stack);
    case Op::FOR_ITER: goOn(unit, push(stack, kObject)); return mark(unit, forward, pop(stack));
    case Op::RETURN_VALUE:
    case Op::RAISE_VARARGS:
    case Op::RERAISE: return;
    default: return goOn(unit, after(op, argument, stack));
    }
  }

  // What an instruction that goes on to the next leaves.
  static Stack after(Op op, uint32_t argument, Stack stack) {
    switch (op) {
    case Op::GET_ITER:
    case Op::GET_AITER: return push(pop(stack), kIterator);
    case Op::END_ASYNC_FOR: return pop(pop(stack));
    case Op::PUSH_EXC_INFO: return push(stack, kExcept);
    case Op::POP_EXCEPT: return pop(stack);
    case Op::PUSH_NULL: return push(stack, kNull);
    case Op::LOAD_GLOBAL: return push(argument & 1 ? push(stack, kNull) : stack, kObject);
    case Op::LOAD_METHOD: return push(push(pop(stack), kNull), kObject);
    case Op::COPY: return push(stack, peek(stack, argument));
    case Op::SWAP: return swap(stack, argument);
    case Op::PRECALL: return stack; // its part is CALL's
    case Op::CALL:
      for (uint32_t i = 0; i < argument + 2 && stack > kEmpty; ++i) stack = pop(stack);
      return push(stack, kObject);
    default: break;
    }
    int effect = std::max(coil::bytecode::stackEffect(op, argument, true),
                          coil::bytecode::stackEffect(op, argument, false));
    for (; effect < 0 && stack != kEmpty; ++effect) stack = pop(stack);
    for (; effect > 0; --effect) stack = push(stack, kObject);
    return stack;
  }

  void enterHandlers() {
    for (const auto &handler : handlers) {
      if (handler.start >= stacks.size() || handler.target >= stacks.size()) continue;
      if (stacks[handler.start] == kUnknown || stacks[handler.target] != kUnknown) continue;
      again = true;
      Stack stack = cutTo(stacks[handler.start], handler.depth);
      if (handler.lasti) stack = push(stack, kLasti);
      stacks[handler.target] = push(stack, kExcept);
    }
  }
};

bool fits(unsigned from, unsigned to) {
  if (to == kObject) return from != kNull;
  return to == kNull || (to && from == to);
}

// What is on `from` above the depth of `to` goes away; the rest must be of a kind that `to` can do with.
bool canGo(Stack from, Stack to) {
  if (from < 0 || to < 0) return false;
  while (from > to) from = pop(from);
  for (; from; from = pop(from), to = pop(to))
    if (!fits(top(from), top(to))) return false;
  return to == kEmpty;
}

const char *whyNot(Stack from, Stack to) {
  if (from == kOverflowed) return "stack to deep to analyze";
  if (from == kUnknown) return "can't jump from unreachable code";
  if (to == kOverflowed) return "stack is too deep to analyze";
  if (to == kUnknown) return "can't jump into an exception handler, or code may be unreachable";
  switch (top(to)) {
  case kExcept: return "can't jump into an 'except' block as there's no exception";
  case kLasti: return "can't jump into a re-raising block as there's no location";
  case kIterator: return "can't jump into the body of a for loop";
  default: return "incompatible stacks";
  }
}

// The units where the code comes to another line, with that line; -1 elsewhere.
std::vector<int> lineStarts(const Code *code) {
  std::vector<int> starts(code->raw->code->data.size() / 2, -1);
  int last = -1;
  for (const auto &location :
       coil::bytecode::decodeLineTable(code->raw->linetable->data, code->firstlineno)) {
    if (location.line == last || location.line == -1 || location.start >= starts.size()) continue;
    starts[location.start] = last = location.line;
  }
  return starts;
}

struct Landing {
  int unit = -1;
  Stack stack = kOverflowed;
};

// The best place of the line to go to: the deepest stack, which is the least to take off.
Result<Landing> findLanding(Thread &t, const std::vector<int> &starts, const std::vector<Stack> &stacks,
                            Stack from, int line) {
  Landing best;
  const char *problem = "cannot find bytecode for specified line";
  bool explained = false;
  for (size_t unit = 0; unit < starts.size(); ++unit) {
    if (starts[unit] != line) continue;
    Stack to = stacks[unit];
    if (canGo(from, to)) {
      if (to > best.stack) best = {int(unit), to};
    } else if (best.unit < 0 && !explained) {
      problem = whyNot(from, to);
      explained = from >= 0;
    }
  }
  if (best.unit < 0) return raise(t, types::ValueError, "%", problem);
  return best;
}

// Takes an item off the frame's stack. One that stands for an exception is what was handled outside of it.
void takeOff(Thread &t, Frame *f, unsigned kind) {
  Ref item = Ref::take(*--f->sp);
  if (kind != kExcept) return;
  replaceOwned(t.handled->exception, item->isNone() ? Value() : item.release());
}

// Where a yield told as a return stands, CPython resumes behind the instruction of the landing, which the
// value sent then stands for: sound only if that does nothing but push a value.
bool standsForValue(const Code *code, int unit) {
  Op op = Op(uint8_t(code->raw->code->data[size_t(unit) * 2]));
  const auto &info = coil::bytecode::kOpcodes311[uint8_t(op)];
  return info.caches == 0 && info.jump == coil::bytecode::JumpKind::No && op != Op::COPY &&
         op != Op::BEFORE_WITH && coil::bytecode::stackEffect(op, 0, false) == 1;
}

Status land(Thread &t, Frame *f, Stack from, const Landing &landing) {
  Tracing &tracing = *t.tracing;
  if (tracing.event[0] == 'r') {
    from = pop(from); // the value yielded, which is not on the stack any more
    if (!standsForValue(f->code, landing.unit))
      return raiseNotImplemented(
          t, "a jump by f_lineno from a yield to a line that does not begin with a value");
  }
  if (f->generator && landing.unit < f->code->program->firstTraceable) // CPython crashes
    return raiseNotImplemented(t, "a jump by f_lineno to the beginning of a generator");
  if (depthOf(from) != f->sp - f->stackBase())
    return raiseNotImplemented(t, "a jump by f_lineno out of the arguments of a call");
  for (; from > landing.stack; from = pop(from)) takeOff(t, f, top(from));
  tracing.place->unit = uint32_t(landing.unit);
  f->pc = tracing.place;
  return Status::ok();
}

bool isYielding(const Frame *f) { return f->generator && f->code->program->opOf(f->pc) == Op::YIELD_VALUE; }

Status mayJumpNow(Thread &t, Frame *f, bool hasTrace) {
  Tracing *tracing = t.tracing;
  // Outside of any event CPython's record of the last one says 'call', too.
  llvm::StringRef event = tracing && tracing->event ? tracing->event : "call";
  if (event == "call")
    return raise(t, types::ValueError, "can't jump from the 'call' trace event of a new frame");
  if ((event != "line" && event != "return") || (event == "return" && f && !isYielding(f)))
    return raise(t, types::ValueError, "can only jump from a 'line' trace event");
  if (!f || !hasTrace) return raise(t, types::ValueError, "f_lineno can only be set by a trace function");
  if (tracing->lineFrame != f) return raise(t, types::ValueError, "can only jump from a 'line' trace event");
  return Status::ok();
}

} // namespace

Status coil::vm::setFrameLine(Thread &t, Frame *f, bool hasTrace, Value line) {
  if (!line.isInt() && !isExactly(line, types::Int))
    return raise(t, types::ValueError, "lineno must be an integer");
  CHECK(mayJumpNow(t, f, hasTrace));
  int64_t wanted;
  if (!toInt64(line, wanted) || wanted != int32_t(wanted))
    return raise(t, types::ValueError, "lineno out of range");
  if (wanted < f->code->firstlineno)
    return raise(t, types::ValueError, "line % comes before the current code block", wanted);
  std::vector<int> starts = lineStarts(f->code);
  int found = INT_MAX;
  for (int start : starts)
    if (start >= wanted && start < found) found = start;
  if (found == INT_MAX)
    return raise(t, types::ValueError, "line % comes after the current code block", wanted);

  std::vector<Stack> stacks = std::move(StackMarker(f->code).stacks);
  Stack from = stacks[f->pc->unit];
  Landing landing = TRY(findLanding(t, starts, stacks, from, found));
  return land(t, f, from, landing);
}
