// Handlers that do the work of a sequence of instructions: of its first, where it stands, and of those behind
// it. They know the cases that need no reference counts and cannot raise, and leave all else to the first
// instruction's own handler, which goes on to the next. So the sequence can be entered anywhere, and a place
// in the code is always an instruction's own.
#include "VM/Interp/Numbers.h"
#include "VM/Interp/Observe.h"
#include "VM/Types/Iterators.h"
#include "VM/Types/List.h"
#include "VM/Types/Tuple.h"

using coil::bytecode::Op;

namespace coil::vm::ops {

namespace {

// Where an operand comes from; the stack is popped.
enum class From { Stack, Local, Constant };

constexpr int instructionsFor(From from) { return from == From::Stack ? 0 : 1; }

// The operand, borrowed; `pc` is the instruction that loads it, if one does.
template <From from> Value operand(Frame *f, const Instr *pc, Value *sp) {
  if constexpr (from == From::Local) return f->slots[pc->arg];
  if constexpr (from == From::Constant) return f->code->consts->items()[pc->arg];
  return sp[-1];
}

template <From left, From right> struct Operands {
  static constexpr int instructions = instructionsFor(left) + instructionsFor(right);
  Value a, b;
  Operands(Frame *f, const Instr *pc, Value *sp)
      : a(operand<left>(f, pc, right == From::Stack ? sp - 1 : sp)),
        b(operand<right>(f, pc + instructionsFor(left), sp)) {}
  static Value *popped(Value *sp) { return sp - (left == From::Stack) - (right == From::Stack); }
};

// What the sequence begins with, alone.
template <From left, From right> constexpr Handler firstOf(Handler operation) {
  From first = left == From::Stack ? right : left;
  return first == From::Local ? op_LOAD_FAST : first == From::Constant ? op_LOAD_CONST : operation;
}

constexpr int kAnyOperator = -1;

template <int op> bool calculate(uint32_t arg, Value a, Value b, Value &result) {
  if constexpr (op == kAnyOperator)
    return fastBinary(operatorOf(arg), a, b, result);
  else
    return fastBinary(BinaryOp(op), a, b, result);
}

// [load] [load] BINARY_OP
template <From left, From right, int op> COIL_OP Value binaryPush(Frame *f, Instr *pc, Value *sp, Thread *t) {
  Operands<left, right> in(f, pc, sp);
  Value result;
  if (!calculate<op>(pc[in.instructions].arg, in.a, in.b, result)) [[unlikely]]
    [[clang::musttail]] return firstOf<left, right>(op_BINARY_OP)(f, pc, sp, t);
  sp = in.popped(sp);
  *sp++ = result;
  pc += in.instructions;
  NEXT();
}

// [load] [load] BINARY_OP STORE_FAST
template <From left, From right, int op>
COIL_OP Value binaryStore(Frame *f, Instr *pc, Value *sp, Thread *t) {
  Operands<left, right> in(f, pc, sp);
  Value result;
  if (!calculate<op>(pc[in.instructions].arg, in.a, in.b, result)) [[unlikely]]
    [[clang::musttail]] return firstOf<left, right>(op_BINARY_OP)(f, pc, sp, t);
  sp = in.popped(sp);
  pc += in.instructions + 1;
  Value old = std::exchange(f->slots[pc->arg], result);
  release(old);
  NEXT();
}

// The instruction of a conditional jump.
template <bool backward, bool when> constexpr Handler conditionalJump() {
  if (backward) return when ? op_POP_JUMP_BACKWARD_IF_TRUE : op_POP_JUMP_BACKWARD_IF_FALSE;
  return when ? op_POP_JUMP_FORWARD_IF_TRUE : op_POP_JUMP_FORWARD_IF_FALSE;
}

// [load] [load] COMPARE_OP POP_JUMP_...
template <From left, From right, bool backward, bool when>
COIL_OP Value compareJump(Frame *f, Instr *pc, Value *sp, Thread *t) {
  Operands<left, right> in(f, pc, sp);
  bool result;
  if (!fastCompare(in.a, in.b, pc[in.instructions].arg, result)) [[unlikely]]
    [[clang::musttail]] return firstOf<left, right>(op_COMPARE_OP)(f, pc, sp, t);
  sp = in.popped(sp);
  if constexpr (right == From::Stack) release(in.b);
  if constexpr (left == From::Stack) release(in.a);
  pc += in.instructions + 1;
  if (result == when) {
    if constexpr (backward) BREAK_THEN_JUMP();
    JUMP_BY(int32_t(pc->arg));
  }
  NEXT();
}

// [load] [load] BINARY_SUBSCR, of a list or tuple.
template <From left, From right> COIL_OP Value subscript(Frame *f, Instr *pc, Value *sp, Thread *t) {
  Operands<left, right> in(f, pc, sp);
  Value item = itemAt(in.a, in.b);
  if (item.empty()) [[unlikely]]
    [[clang::musttail]] return firstOf<left, right>(op_BINARY_SUBSCR)(f, pc, sp, t);
  sp = in.popped(sp);
  *sp++ = retained(item);
  if constexpr (left == From::Stack) release(in.a);
  pc += in.instructions;
  NEXT();
}

COIL_OP Value loadFastLoadFast(Frame *f, Instr *pc, Value *sp, Thread *t) {
  Value a = f->slots[pc->arg], b = f->slots[pc[1].arg];
  if (a.empty() || b.empty()) [[unlikely]]
    [[clang::musttail]] return op_LOAD_FAST(f, pc, sp, t);
  sp[0] = retained(a);
  sp[1] = retained(b);
  sp += 2;
  ++pc;
  NEXT();
}

COIL_OP Value loadFastLoadConst(Frame *f, Instr *pc, Value *sp, Thread *t) {
  Value a = f->slots[pc->arg];
  if (a.empty()) [[unlikely]]
    [[clang::musttail]] return op_LOAD_FAST(f, pc, sp, t);
  sp[0] = retained(a);
  sp[1] = retained(f->code->consts->items()[pc[1].arg]);
  sp += 2;
  ++pc;
  NEXT();
}

COIL_OP Value storeFastLoadFast(Frame *f, Instr *pc, Value *sp, Thread *t) {
  Value old = std::exchange(f->slots[pc->arg], sp[-1]);
  Value next = f->slots[pc[1].arg];
  --sp;
  release(old);
  ++pc;
  if (next.empty()) [[unlikely]]
    [[clang::musttail]] return op_LOAD_FAST(f, pc, sp, t);
  *sp++ = retained(next);
  NEXT();
}

COIL_OP Value storeFastStoreFast(Frame *f, Instr *pc, Value *sp, Thread *t) {
  Value old = std::exchange(f->slots[pc->arg], sp[-1]);
  --sp;
  release(old);
  ++pc;
  old = std::exchange(f->slots[pc->arg], sp[-1]);
  --sp;
  release(old);
  NEXT();
}

// FOR_ITER STORE_FAST over the numbers of a range or the items of a list.
COIL_OP Value forIterStoreFast(Frame *f, Instr *pc, Value *sp, Thread *t) {
  Value iterator = sp[-1], item;
  if (isExactly(iterator, types::RangeIterator)) {
    auto *it = static_cast<RangeIterator *>(iterator.object());
    if (it->remaining <= 0 || !Value::fitsInt(it->current)) [[unlikely]]
      [[clang::musttail]] return op_FOR_ITER(f, pc, sp, t);
    item = Value::smallInt(it->current);
    it->current = int64_t(uint64_t(it->current) + uint64_t(it->step));
    --it->remaining;
  } else if (isExactly(iterator, types::ListIterator)) {
    auto *it = static_cast<ListIterator *>(iterator.object());
    if (!it->list || it->index >= it->list->length) [[unlikely]]
      [[clang::musttail]] return op_FOR_ITER(f, pc, sp, t);
    item = retained(it->list->items[it->index++]);
  } else {
    [[clang::musttail]] return op_FOR_ITER(f, pc, sp, t);
  }
  ++pc;
  Value old = std::exchange(f->slots[pc->arg], item);
  release(old);
  NEXT();
}

// --- which sequence gets which handler ---------------------------------------------------------------------

// The run of instructions at one place, by opcode.
class Sequence {
  const Program &program;
  const Instr *first;
  size_t length;

public:
  Sequence(const Program &program, size_t at)
      : program(program), first(&program.instrs[at]), length(program.instrs.size() - at) {}
  // Op::CACHE, which no program contains, behind the end.
  Op op(size_t i) const { return i < length ? program.opOf(first + i) : Op::CACHE; }
  uint32_t arg(size_t i) const { return first[i].arg; }
};

template <From left, From right, template <From, From, int> class Choose> Handler byOperator(uint32_t arg) {
  switch (operatorOf(arg)) {
  case BinaryOp::Add: return Choose<left, right, int(BinaryOp::Add)>::handler;
  case BinaryOp::Sub: return Choose<left, right, int(BinaryOp::Sub)>::handler;
  case BinaryOp::Mul: return Choose<left, right, int(BinaryOp::Mul)>::handler;
  default: return Choose<left, right, kAnyOperator>::handler;
  }
}
template <From left, From right, int op> struct Push {
  static constexpr Handler handler = binaryPush<left, right, op>;
};
template <From left, From right, int op> struct Store {
  static constexpr Handler handler = binaryStore<left, right, op>;
};

// The handler for an operation at `i` of the sequence, behind the loads of its operands; null if there is
// none.
template <From left, From right> Handler operationHandler(const Sequence &s, size_t i) {
  constexpr bool loads = left != From::Stack || right != From::Stack;
  switch (s.op(i)) {
  case Op::BINARY_OP: {
    // s += t, which grows in place, looks at the variable itself.
    if (s.op(i + 1) == Op::STORE_FAST) return byOperator<left, right, Store>(s.arg(i));
    return loads ? byOperator<left, right, Push>(s.arg(i)) : nullptr;
  }
  case Op::COMPARE_OP:
    switch (s.op(i + 1)) {
    case Op::POP_JUMP_FORWARD_IF_FALSE: return compareJump<left, right, false, false>;
    case Op::POP_JUMP_FORWARD_IF_TRUE: return compareJump<left, right, false, true>;
    case Op::POP_JUMP_BACKWARD_IF_FALSE: return compareJump<left, right, true, false>;
    case Op::POP_JUMP_BACKWARD_IF_TRUE: return compareJump<left, right, true, true>;
    default: return nullptr;
    }
  case Op::BINARY_SUBSCR: return loads ? Handler(subscript<left, right>) : nullptr;
  default: return nullptr;
  }
}

Handler afterLoad(const Sequence &s) {
  bool local = s.op(0) == Op::LOAD_FAST;
  Handler handler = nullptr;
  if (local && s.op(1) == Op::LOAD_FAST) {
    handler = operationHandler<From::Local, From::Local>(s, 2);
    return handler ? handler : loadFastLoadFast;
  }
  if (local && s.op(1) == Op::LOAD_CONST) {
    handler = operationHandler<From::Local, From::Constant>(s, 2);
    return handler ? handler : loadFastLoadConst;
  }
  if (!local && s.op(1) == Op::LOAD_FAST) return operationHandler<From::Constant, From::Local>(s, 2);
  if (local && s.op(1) == Op::LOAD_ATTR) return loadFastLoadAttr;
  if (local && s.op(1) == Op::LOAD_METHOD) return loadFastLoadMethod;
  return local ? operationHandler<From::Stack, From::Local>(s, 1)
               : operationHandler<From::Stack, From::Constant>(s, 1);
}

Handler fusedHandler(const Sequence &s) {
  switch (s.op(0)) {
  case Op::LOAD_FAST:
  case Op::LOAD_CONST: return afterLoad(s);
  case Op::STORE_FAST:
    if (s.op(1) == Op::LOAD_FAST) return storeFastLoadFast;
    return s.op(1) == Op::STORE_FAST ? storeFastStoreFast : nullptr;
  case Op::FOR_ITER: return s.op(1) == Op::STORE_FAST ? forIterStoreFast : nullptr;
  case Op::BINARY_OP:
  case Op::COMPARE_OP: return operationHandler<From::Stack, From::Stack>(s, 0);
  default: return nullptr;
  }
}

} // namespace

} // namespace coil::vm::ops

void coil::vm::fuse(Program &program) {
  for (size_t i = 0; i < program.instrs.size(); ++i)
    if (Handler handler = ops::fusedHandler(ops::Sequence(program, i))) program.instrs[i].handler = handler;
}
