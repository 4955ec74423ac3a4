// Truth, comparison and hashing.
#include "VM/Core/Names.h"
#include "VM/Protocol/Protocol.h"
#include "VM/Types/Type/Mro.h"

using namespace coil::vm;

Result<bool> coil::vm::truth(Thread &t, Value value) {
  if (value.isBool()) return value.isTrue();
  if (value.isNone()) return false;
  if (value.isInt()) return value.asInt() != 0;
  Slots &slots = typeOf(value)->slots;
  if (slots.boolean) return slots.boolean(t, value);
  if (slots.len) return TRY(slots.len(t, value)) != 0;
  return true;
}

static CompareOp swapped(CompareOp op) {
  switch (op) {
  case CompareOp::Lt: return CompareOp::Gt;
  case CompareOp::Le: return CompareOp::Ge;
  case CompareOp::Gt: return CompareOp::Lt;
  case CompareOp::Ge: return CompareOp::Le;
  default: return op;
  }
}

Ref coil::vm::compare(Thread &t, Value a, Value b, CompareOp op) {
  static const char *const kSymbols[] = {"<", "<=", "==", "!=", ">", ">="};
  RecursionGuard guard(t, " in comparison");
  if (!guard) return {};
  Type *left = typeOf(a), *right = typeOf(b);
  bool triedRight = false;
  if (left != right && isSubtype(right, left) && right->slots.compare) {
    triedRight = true;
    Ref result = right->slots.compare(t, b, a, swapped(op));
    if (!result || !result->isNotImplemented()) return result;
  }
  if (left->slots.compare) {
    Ref result = left->slots.compare(t, a, b, op);
    if (!result || !result->isNotImplemented()) return result;
  }
  if (!triedRight && right->slots.compare) {
    Ref result = right->slots.compare(t, b, a, swapped(op));
    if (!result || !result->isNotImplemented()) return result;
  }
  if (op == CompareOp::Eq) return Ref::boolean(a == b);
  if (op == CompareOp::Ne) return Ref::boolean(a != b);
  return raise(t, types::TypeError, "'%' not supported between instances of '%' and '%'", kSymbols[int(op)],
               left->fullName(), right->fullName());
}

Result<bool> coil::vm::compareBool(Thread &t, Value a, Value b, CompareOp op) {
  if (a.isInt() && b.isInt()) {
    int order = a.asInt() < b.asInt() ? -1 : a.asInt() > b.asInt();
    return compareResult(order, op)->isTrue();
  }
  if (isExactStr(a) && isExactStr(b)) {
    if (op == CompareOp::Eq) return equalStr(a.as<Str>(), b.as<Str>());
    if (op == CompareOp::Ne) return !equalStr(a.as<Str>(), b.as<Str>());
  }
  return truth(t, TRY(compare(t, a, b, op)));
}

Result<bool> coil::vm::equal(Thread &t, Value a, Value b) {
  // NaN is the value that is not equal to itself; as in CPython, an identical object counts as equal all the
  // same.
  if (a == b) return true;
  return compareBool(t, a, b, CompareOp::Eq);
}

Ref coil::vm::compareResult(int ordering, CompareOp op) {
  switch (op) {
  case CompareOp::Lt: return Ref::boolean(ordering < 0);
  case CompareOp::Le: return Ref::boolean(ordering <= 0);
  case CompareOp::Eq: return Ref::boolean(ordering == 0);
  case CompareOp::Ne: return Ref::boolean(ordering != 0);
  case CompareOp::Gt: return Ref::boolean(ordering > 0);
  case CompareOp::Ge: return Ref::boolean(ordering >= 0);
  }
  return Ref::none();
}

Result<int64_t> coil::vm::hash(Thread &t, Value value) {
  if (isExactStr(value)) return hashStr(value.as<Str>());
  if (value.isInt()) {
    // Immediate integers are smaller than the hash modulus: they are their own hash.
    int64_t i = value.asInt();
    return i == -1 ? -2 : i;
  }
  HashFn slot = typeOf(value)->slots.hash;
  return slot ? slot(t, value) : hashNotImplemented(t, value);
}

Result<int64_t> coil::vm::hashNotImplemented(Thread &t, Value self) {
  return raise(t, types::TypeError, "unhashable type: '%'", typeName(self));
}
