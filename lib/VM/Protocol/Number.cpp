// Operators: the dispatch between the slots of both operands.
#include "VM/Core/Names.h"
#include "VM/Exceptions/Warnings.h"
#include "VM/Protocol/Protocol.h"
#include "VM/Types/Float.h"
#include "VM/Types/Int/Int.h"
#include "VM/Types/Tuple.h"

using namespace coil::vm;

namespace {

using SlotMember = BinaryFn Slots::*;

struct OperatorRow {
  SlotMember slot;
  SlotMember inplaceSlot;
  const char *symbol;
};

// In the order of BinaryOp. Pow has slots of another shape and is handled apart.
const OperatorRow kOperators[] = {
    {&Slots::add, &Slots::inplaceAdd, "+"},
    {&Slots::bitAnd, &Slots::inplaceAnd, "&"},
    {&Slots::floorDiv, &Slots::inplaceFloorDiv, "//"},
    {&Slots::lshift, &Slots::inplaceLshift, "<<"},
    {&Slots::matMul, &Slots::inplaceMatMul, "@"},
    {&Slots::mul, &Slots::inplaceMul, "*"},
    {&Slots::mod, &Slots::inplaceMod, "%"},
    {&Slots::bitOr, &Slots::inplaceOr, "|"},
    {nullptr, &Slots::inplacePow, "** or pow()"},
    {&Slots::rshift, &Slots::inplaceRshift, ">>"},
    {&Slots::sub, &Slots::inplaceSub, "-"},
    {&Slots::trueDiv, &Slots::inplaceTrueDiv, "/"},
    {&Slots::bitXor, &Slots::inplaceXor, "^"},
};

// Left slot, then right slot; the right one first where the right type derives from the left one's.
Ref dispatch(Thread &t, SlotMember member, Value a, Value b) {
  Type *left = typeOf(a), *right = typeOf(b);
  BinaryFn ours = left->slots.*member;
  BinaryFn theirs = right == left ? nullptr : right->slots.*member;
  if (theirs == ours) theirs = nullptr;
  if (ours) {
    if (theirs && isSubtype(right, left)) {
      Ref result = theirs(t, a, b);
      if (!result || !result->isNotImplemented()) return result;
      theirs = nullptr;
    }
    Ref result = ours(t, a, b);
    if (!result || !result->isNotImplemented()) return result;
  }
  return theirs ? theirs(t, a, b) : Ref::notImplemented();
}

Failure raiseUnsupported(Thread &t, const char *symbol, Value a, Value b) {
  return raise(t, types::TypeError, "unsupported operand type(s) for %: '%' and '%'", symbol, typeName(a),
               typeName(b));
}

Ref powerDispatch(Thread &t, Value a, Value b, Value modulus) {
  Type *left = typeOf(a), *right = typeOf(b);
  PowerFn ours = left->slots.pow, theirs = right == left ? nullptr : right->slots.pow;
  if (theirs == ours) theirs = nullptr;
  if (ours) {
    if (theirs && isSubtype(right, left)) {
      Ref result = theirs(t, a, b, modulus);
      if (!result || !result->isNotImplemented()) return result;
      theirs = nullptr;
    }
    Ref result = ours(t, a, b, modulus);
    if (!result || !result->isNotImplemented()) return result;
  }
  return theirs ? theirs(t, a, b, modulus) : Ref::notImplemented();
}

// + and * of sequences, tried when the number slots have declined.
Ref sequenceOperator(Thread &t, BinaryOp op, bool inplace, Value a, Value b) {
  Slots &left = typeOf(a)->slots, &right = typeOf(b)->slots;
  if (op == BinaryOp::Add) {
    BinaryFn concat = inplace && left.inplaceConcat ? left.inplaceConcat : left.concat;
    return concat ? concat(t, a, b) : Ref::notImplemented();
  }
  if (op != BinaryOp::Mul) return Ref::notImplemented();
  if (BinaryFn repeat = inplace && left.inplaceRepeat ? left.inplaceRepeat : left.repeat)
    return repeat(t, a, b);
  return right.repeat ? right.repeat(t, b, a) : Ref::notImplemented();
}

} // namespace

Ref coil::vm::binary(Thread &t, BinaryOp op, Value a, Value b) {
  if (op == BinaryOp::Pow) return power(t, a, b, Value::none());
  const OperatorRow &row = kOperators[int(op)];
  Ref result = dispatch(t, row.slot, a, b);
  if (!result || !result->isNotImplemented()) return result;
  result = sequenceOperator(t, op, false, a, b);
  if (!result || !result->isNotImplemented()) return result;
  if (op == BinaryOp::Rshift && isExactly(a, types::NativeFunction) && strText(t, a) &&
      *reprText(t, a) == "<built-in function print>")
    return raise(t, types::TypeError,
                 "unsupported operand type(s) for >>: '%' and '%'. Did you mean \"print(<message>, "
                 "file=<output_stream>)\"?",
                 typeName(a), typeName(b));
  return raiseUnsupported(t, row.symbol, a, b);
}

Ref coil::vm::inplace(Thread &t, BinaryOp op, Value a, Value b) {
  const OperatorRow &row = kOperators[int(op)];
  if (BinaryFn slot = typeOf(a)->slots.*row.inplaceSlot) {
    Ref result = slot(t, a, b);
    if (!result || !result->isNotImplemented()) return result;
  }
  Ref result = op == BinaryOp::Pow ? powerDispatch(t, a, b, Value::none()) : dispatch(t, row.slot, a, b);
  if (!result || !result->isNotImplemented()) return result;
  result = sequenceOperator(t, op, true, a, b);
  if (!result || !result->isNotImplemented()) return result;
  std::string symbol = op == BinaryOp::Pow ? "**=" : std::string(row.symbol) + "=";
  return raiseUnsupported(t, symbol.c_str(), a, b);
}

Ref coil::vm::power(Thread &t, Value base, Value exponent, Value modulus) {
  Ref result = powerDispatch(t, base, exponent, modulus);
  if (!result || !result->isNotImplemented()) return result;
  if (modulus.isNone()) return raiseUnsupported(t, "** or pow()", base, exponent);
  return raise(t, types::TypeError, "unsupported operand type(s) for ** or pow(): '%', '%', '%'",
               typeName(base), typeName(exponent), typeName(modulus));
}

Ref coil::vm::divmod(Thread &t, Value a, Value b) {
  if (bothInts(a, b) && a.asInt() >= 0 && b.asInt() > 0)
    return packTuple(Value::smallInt(a.asInt() / b.asInt()), Value::smallInt(a.asInt() % b.asInt()));
  Ref result = dispatch(t, &Slots::divmod, a, b);
  if (!result || !result->isNotImplemented()) return result;
  return raiseUnsupported(t, "divmod()", a, b);
}

static Ref unary(Thread &t, UnaryFn slot, Value v, const char *what) {
  if (slot) return slot(t, v);
  return raise(t, types::TypeError, "bad operand type for %: '%'", what, typeName(v));
}

Ref coil::vm::negative(Thread &t, Value v) { return unary(t, typeOf(v)->slots.negative, v, "unary -"); }
Ref coil::vm::positive(Thread &t, Value v) { return unary(t, typeOf(v)->slots.positive, v, "unary +"); }
Ref coil::vm::invert(Thread &t, Value v) { return unary(t, typeOf(v)->slots.invert, v, "unary ~"); }
Ref coil::vm::absolute(Thread &t, Value v) {
  if (v.isInt()) return makeInt(std::abs(v.asInt()));
  return unary(t, typeOf(v)->slots.absolute, v, "abs()");
}

Status coil::vm::warnStrictSubclass(Thread &t, Value result, const std::string &what, const char *kind) {
  return warn(t, types::DeprecationWarning,
              what + " (type " + typeName(result).str() +
                  ").  The ability to return an instance of a strict subclass of " + kind +
                  " is deprecated, and may be removed in a future version of Python.");
}

Ref coil::vm::index(Thread &t, Value v) {
  if (v.isInt() || isIntLike(v)) return v.isBool() ? exactInt(v) : Ref::share(v);
  UnaryFn slot = typeOf(v)->slots.index;
  if (!slot) return raise(t, types::TypeError, "'%' object cannot be interpreted as an integer", typeName(v));
  Ref result = TRY(slot(t, v));
  if (!isIntLike(result))
    return raise(t, types::TypeError, "__index__ returned non-int (type %)", typeName(result));
  if (!result->isInt() && !isExactly(result, types::Int))
    CHECK(warnStrictSubclass(t, result, "__index__ returned non-int", "int"));
  return exactInt(result);
}

Result<int64_t> coil::vm::indexInt64(Thread &t, Value v, bool clip) {
  if (v.isInt()) return v.asInt();
  Ref number = TRY(index(t, v));
  int64_t result;
  if (toInt64(number, result)) return result;
  if (clip) return isNegativeInt(number) ? INT64_MIN : INT64_MAX;
  return raise(t, types::IndexError, "cannot fit '%' into an index-sized integer", typeName(v));
}

Result<int> coil::vm::asCInt(Thread &t, Value v) {
  Ref number = TRY(index(t, v));
  int64_t result;
  if (toInt64(number, result) && result == int32_t(result)) return int(result);
  return raise(t, types::OverflowError, "Python int too large to convert to C int");
}

Result<int64_t> coil::vm::asInt64(Thread &t, Value v) {
  Ref number = TRY(index(t, v));
  int64_t result;
  if (toInt64(number, result)) return result;
  return raise(t, types::OverflowError, "Python int too large to convert to C ssize_t");
}

Result<int> coil::vm::asIntArgument(Thread &t, Value v) {
  Ref whole = TRY(index(t, v));
  int64_t number;
  if (!toInt64(whole, number))
    return raise(t, types::OverflowError, "Python int too large to convert to C long");
  if (number == int32_t(number)) return int(number);
  return raise(t, types::OverflowError,
               number < 0 ? "signed integer is less than minimum" : "signed integer is greater than maximum");
}

Result<int64_t> coil::vm::requiredInt64(Thread &t, Value v) {
  if (isIntLike(v)) return asInt64(t, v);
  return raise(t, types::TypeError, "an integer is required");
}

Result<double> coil::vm::asDouble(Thread &t, Value v) {
  if (isFloatLike(v)) return floatValue(v);
  if (isIntLike(v)) return intToDouble(t, v);
  if (UnaryFn slot = typeOf(v)->slots.toFloat) {
    Ref result = TRY(slot(t, v));
    if (!isFloatLike(result))
      return raise(t, types::TypeError, "%.__float__ returned non-float (type %)", typeName(v),
                   typeName(result));
    if (!isExactFloat(result))
      TRY(warnStrictSubclass(t, result, typeName(v).str() + ".__float__ returned non-float", "float"));
    return floatValue(result);
  }
  if (typeOf(v)->slots.index) return intToDouble(t, TRY(index(t, v)));
  return raise(t, types::TypeError, "must be real number, not %", typeName(v));
}
