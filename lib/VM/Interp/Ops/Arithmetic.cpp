// Operators: arithmetic, comparison, identity, membership, truth.
#include "VM/Exceptions/Raise.h"
#include "VM/Interp/Instr.h"
#include "VM/Interp/Numbers.h"
#include "VM/Types/Int/Int.h"
#include "VM/Types/List.h"

namespace coil::vm::ops {

// Immediate integers and doubles are worked on in place; everything else goes through the protocol.
static COIL_OP __attribute__((noinline)) Value binarySlow(Frame *f, Instr *pc, Value *sp, Thread *t) {
  CACHE_MISS(BINARY_OP);
  SAVE_STATE();
  constexpr uint32_t kInplace = 13;
  uint32_t op = pc->arg;
  Value result = (op >= kInplace ? inplace(*t, BinaryOp(op - kInplace), sp[-2], sp[-1])
                                 : binary(*t, BinaryOp(op), sp[-2], sp[-1]))
                     .release();
  if (result.empty()) FAIL();
  release(*--sp);
  replaceOwned(sp[-1], result);
  NEXT();
}

// s += text, where the next instruction stores the result in the variable that holds s: if nobody else holds
// it, it grows where it is.
static COIL_OP __attribute__((noinline)) Value growText(Frame *f, Instr *pc, Value *sp, Thread *t) {
  const Program *program = f->code->program;
  Value *slot = nullptr;
  if (!program->ownHandlers.empty())
    slot = nullptr; // somebody may look at the variable between the two
  else if (program->opOf(pc + 1) == bytecode::Op::STORE_FAST)
    slot = &f->slots[pc[1].arg];
  else if (program->opOf(pc + 1) == bytecode::Op::STORE_NAME)
    slot = cachedName(f, pc + 1);
  Value text = sp[-2];
  if (!slot || *slot != text || text.object()->refCount != 2 || text.as<Str>()->isInterned() ||
      !appendInPlace(*slot, sp[-1].as<Str>())) {
    [[clang::musttail]] return binarySlow(f, pc, sp, t);
  }
  // The variable's reference goes to the stack, from where the next instruction takes it; that of the stack
  // is none any more.
  sp[-2] = std::exchange(*slot, Value());
  sp[-2].object()->refCount = 1;
  release(*--sp);
  NEXT();
}

OP(BINARY_OP) {
  Value a = sp[-2], b = sp[-1], result;
  if (fastBinary(operatorOf(pc->arg), a, b, result)) [[likely]] {
    --sp;
    sp[-1] = result;
    NEXT();
  }
  constexpr uint32_t kInplaceAdd = 13;
  if ((pc->arg == kInplaceAdd || pc->arg == 0) && isExactStr(a) && isExactStr(b)) [[clang::musttail]]
    return growText(f, pc, sp, t);
  [[clang::musttail]] return binarySlow(f, pc, sp, t);
}

// The unary operators on immediate numbers; false where the result is none, or the operand is something else.
static bool quickPositive(Value v, Value &result) {
  result = v;
  return v.isInt() || v.isDouble();
}
static bool quickNegative(Value v, Value &result) {
  if (v.isDouble()) result = Value::number(-v.asDouble());
  if (!v.isInt() || v.asInt() == Value::kIntMin) return v.isDouble();
  result = Value::smallInt(-v.asInt());
  return true;
}
static bool quickInvert(Value v, Value &result) {
  if (v.isInt()) result = Value::smallInt(~v.asInt());
  return v.isInt();
}

#define UNARY(name, function, quick)                                                                         \
  OP(name) {                                                                                                 \
    if (Value fast; quick(sp[-1], fast)) {                                                                   \
      sp[-1] = fast;                                                                                         \
      NEXT();                                                                                                \
    }                                                                                                        \
    SAVE_STATE();                                                                                            \
    Value result = function(*t, sp[-1]).release();                                                           \
    if (result.empty()) FAIL();                                                                              \
    replaceOwned(sp[-1], result);                                                                            \
    NEXT();                                                                                                  \
  }
UNARY(UNARY_POSITIVE, positive, quickPositive)
UNARY(UNARY_NEGATIVE, negative, quickNegative)
UNARY(UNARY_INVERT, invert, quickInvert)
#undef UNARY

OP(UNARY_NOT) {
  Value v = sp[-1];
  if (!v.isBool()) {
    SAVE_STATE();
    auto truthy = truth(*t, v);
    if (!truthy) FAIL();
    replaceOwned(sp[-1], Value::boolean(!*truthy));
    NEXT();
  }
  sp[-1] = Value::boolean(v.isFalse());
  NEXT();
}

// --- comparison
// ----------------------------------------------------------------------------------------------------

static COIL_OP __attribute__((noinline)) Value compareSlow(Frame *f, Instr *pc, Value *sp, Thread *t) {
  CACHE_MISS(COMPARE_OP);
  SAVE_STATE();
  Value result = compare(*t, sp[-2], sp[-1], CompareOp(pc->arg)).release();
  if (result.empty()) FAIL();
  release(*--sp);
  replaceOwned(sp[-1], result);
  NEXT();
}

OP(COMPARE_OP) {
  Value a = sp[-2], b = sp[-1];
  bool result;
  if (!fastCompare(a, b, pc->arg, result)) [[clang::musttail]]
    return compareSlow(f, pc, sp, t);
  sp -= 2;
  release(b);
  release(a);
  *sp++ = Value::boolean(result);
  NEXT();
}

OP(IS_OP) {
  bool same = sp[-2] == sp[-1];
  release(*--sp);
  replaceOwned(sp[-1], Value::boolean(same != bool(pc->arg)));
  NEXT();
}

static Result<bool> isIn(Thread &t, Value container, Value key) {
  if (!isExactDict(container)) return contains(t, container, key);
  return !TRY(dictGet(t, container.as<Dict>(), key)).empty();
}

OP(CONTAINS_OP) {
  SAVE_STATE();
  auto found = isIn(*t, sp[-1], sp[-2]);
  if (!found) FAIL();
  release(*--sp);
  replaceOwned(sp[-1], Value::boolean(*found != bool(pc->arg)));
  NEXT();
}

} // namespace coil::vm::ops
