// Operators: arithmetic, comparison, identity, membership, truth.
#include "VM/Exceptions/Raise.h"
#include "VM/Interp/Instr.h"
#include "VM/Protocol/Protocol.h"
#include "VM/Types/Int/Int.h"
#include "VM/Types/List.h"

namespace coil::vm::ops {

// Immediate integers and doubles are worked on in place; everything else goes through the protocol.
static COIL_OP __attribute__((noinline)) Value binarySlow(Frame *f, Instr *pc, Value *sp, Thread *t) {
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

// Adds in the shifted form, where the processor's overflow flag is the 50-bit overflow.
static bool addInts(Value a, Value b, Value &result) {
  int64_t sum;
  if (__builtin_add_overflow(int64_t(a.bits() << Value::kIntShift), int64_t(b.bits() << Value::kIntShift),
                             &sum))
    return false;
  result = Value::fromBits(Value::kIntTag | uint64_t(sum) >> Value::kIntShift);
  return true;
}

static bool subInts(Value a, Value b, Value &result) {
  int64_t difference;
  if (__builtin_sub_overflow(int64_t(a.bits() << Value::kIntShift), int64_t(b.bits() << Value::kIntShift),
                             &difference))
    return false;
  result = Value::fromBits(Value::kIntTag | uint64_t(difference) >> Value::kIntShift);
  return true;
}

static bool mulInts(Value a, Value b, Value &result) {
  int64_t product;
  if (__builtin_mul_overflow(int64_t(a.bits() << Value::kIntShift), b.asInt(), &product)) return false;
  result = Value::fromBits(Value::kIntTag | uint64_t(product) >> Value::kIntShift);
  return true;
}

static bool fastInts(uint32_t op, Value a, Value b, Value &result) {
  switch (BinaryOp(op >= 13 ? op - 13 : op)) {
  case BinaryOp::Add: return addInts(a, b, result);
  case BinaryOp::Sub: return subInts(a, b, result);
  case BinaryOp::Mul: return mulInts(a, b, result);
  case BinaryOp::And: result = Value::smallInt(a.asInt() & b.asInt()); return true;
  case BinaryOp::Or: result = Value::smallInt(a.asInt() | b.asInt()); return true;
  case BinaryOp::Xor: result = Value::smallInt(a.asInt() ^ b.asInt()); return true;
  case BinaryOp::FloorDiv:
  case BinaryOp::Mod: {
    int64_t x = a.asInt(), y = b.asInt();
    if (y == 0) return false;
    int64_t quotient = x / y, remainder = x % y;
    if (remainder && (remainder < 0) != (y < 0)) --quotient, remainder += y;
    bool mod = op == uint32_t(BinaryOp::Mod) || op == uint32_t(BinaryOp::Mod) + 13;
    if (!mod && !Value::fitsInt(quotient)) return false;
    result = Value::smallInt(mod ? remainder : quotient);
    return true;
  }
  case BinaryOp::Rshift: {
    int64_t shift = b.asInt();
    if (shift < 0) return false;
    result = Value::smallInt(a.asInt() >> std::min<int64_t>(shift, 63));
    return true;
  }
  default: return false;
  }
}

static bool fastDoubles(uint32_t op, double a, double b, Value &result) {
  switch (BinaryOp(op >= 13 ? op - 13 : op)) {
  case BinaryOp::Add: result = Value::number(a + b); return true;
  case BinaryOp::Sub: result = Value::number(a - b); return true;
  case BinaryOp::Mul: result = Value::number(a * b); return true;
  case BinaryOp::TrueDiv:
    if (b == 0) return false;
    result = Value::number(a / b);
    return true;
  default: return false;
  }
}

OP(BINARY_OP) {
  Value a = sp[-2], b = sp[-1], result;
  if (bothInts(a, b)) {
    if (fastInts(pc->arg, a, b, result)) [[likely]] {
      *--sp = Value();
      sp[-1] = result;
      NEXT();
    }
  } else if (a.isDouble()) {
    if ((b.isDouble() || b.isInt()) &&
        fastDoubles(pc->arg, a.asDouble(), b.isInt() ? double(b.asInt()) : b.asDouble(), result)) {
      --sp;
      sp[-1] = result;
      NEXT();
    }
  } else if (a.isInt() && b.isDouble() && fastDoubles(pc->arg, double(a.asInt()), b.asDouble(), result)) {
    --sp;
    sp[-1] = result;
    NEXT();
  }
  [[clang::musttail]] return binarySlow(f, pc, sp, t);
}

#define UNARY(name, function)                                                                                \
  OP(name) {                                                                                                 \
    SAVE_STATE();                                                                                            \
    Value result = function(*t, sp[-1]).release();                                                           \
    if (result.empty()) FAIL();                                                                              \
    replaceOwned(sp[-1], result);                                                                            \
    NEXT();                                                                                                  \
  }
UNARY(UNARY_POSITIVE, positive)
UNARY(UNARY_NEGATIVE, negative)
UNARY(UNARY_INVERT, invert)
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

template <class T> static bool compareNumbers(T a, T b, uint32_t op) {
  switch (CompareOp(op)) {
  case CompareOp::Lt: return a < b;
  case CompareOp::Le: return a <= b;
  case CompareOp::Eq: return a == b;
  case CompareOp::Ne: return a != b;
  case CompareOp::Gt: return a > b;
  case CompareOp::Ge: return a >= b;
  }
  return false;
}

static COIL_OP __attribute__((noinline)) Value compareSlow(Frame *f, Instr *pc, Value *sp, Thread *t) {
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
  if (bothInts(a, b)) {
    result = compareNumbers(a.asInt(), b.asInt(), pc->arg);
  } else if (a.isDouble() && b.isDouble()) {
    result = compareNumbers(a.asDouble(), b.asDouble(), pc->arg);
  } else {
    [[clang::musttail]] return compareSlow(f, pc, sp, t);
  }
  --sp;
  sp[-1] = Value::boolean(result);
  NEXT();
}

OP(IS_OP) {
  bool same = sp[-2] == sp[-1];
  release(*--sp);
  replaceOwned(sp[-1], Value::boolean(same != bool(pc->arg)));
  NEXT();
}

OP(CONTAINS_OP) {
  SAVE_STATE();
  auto found = contains(*t, sp[-1], sp[-2]);
  if (!found) FAIL();
  release(*--sp);
  replaceOwned(sp[-1], Value::boolean(*found != bool(pc->arg)));
  NEXT();
}

} // namespace coil::vm::ops
