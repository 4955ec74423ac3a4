// The module _operator: Python's operators as functions.
#include "VM/Modules/Modules.h"
#include "VM/Modules/_operator/Operator.h"
#include "VM/Protocol/Buffer.h"
#include "VM/Types/Int/Int.h"

using namespace coil::vm;

namespace coil::vm::types {
vm::Type ItemGetter, AttrGetter, MethodCaller;
} // namespace coil::vm::types

Status coil::vm::takeOneArgument(Thread &t, const CallArgs &args, const char *name) {
  if (args.keywordCount()) return raise(t, types::TypeError, "%() takes no keyword arguments", name);
  if (args.positional != 1)
    return raise(t, types::TypeError, "% expected 1 argument, got %", name, args.positional);
  return Status::ok();
}

namespace {

template <BinaryOp kOp> Ref operatorBinary(Thread &t, const Value *args) {
  return binary(t, kOp, args[0], args[1]);
}
template <BinaryOp kOp> Ref operatorInplace(Thread &t, const Value *args) {
  return inplace(t, kOp, args[0], args[1]);
}
template <Ref (*kFunction)(Thread &, Value)> Ref operatorUnary(Thread &t, const Value *args) {
  return kFunction(t, args[0]);
}
template <CompareOp kOp> Ref operatorCompare(Thread &t, const Value *args) {
  return compare(t, args[0], args[1], kOp);
}

Ref operatorTruth(Thread &t, const Value *args) { return Ref::boolean(TRY(truth(t, args[0]))); }
Ref operatorNot(Thread &t, const Value *args) { return Ref::boolean(!TRY(truth(t, args[0]))); }
Ref operatorIs(Thread &, const Value *args) { return Ref::boolean(args[0] == args[1]); }
Ref operatorIsNot(Thread &, const Value *args) { return Ref::boolean(args[0] != args[1]); }
Ref operatorContains(Thread &t, const Value *args) {
  return Ref::boolean(TRY(contains(t, args[0], args[1])));
}
Ref operatorGetItem(Thread &t, const Value *args) { return getItem(t, args[0], args[1]); }
Ref operatorSetItem(Thread &t, const Value *args) {
  CHECK(setItem(t, args[0], args[1], args[2]));
  return Ref::none();
}
Ref operatorDelItem(Thread &t, const Value *args) {
  CHECK(deleteItem(t, args[0], args[1]));
  return Ref::none();
}

// --- sequences ---------------------------------------------------------------------------------------------

bool isSequence(Value v) { return !isDict(v) && typeOf(v)->slots.getItem; }

Ref concatenate(Thread &t, const Value *args, BinaryFn slot,
                Ref (*operation)(Thread &, BinaryOp, Value, Value)) {
  Value a = args[0], b = args[1];
  if (slot) return slot(t, a, b);
  const Slots &slots = typeOf(a)->slots;
  if (isSequence(a) && isSequence(b) && (slots.add || slots.inplaceAdd || typeOf(b)->slots.add))
    return operation(t, BinaryOp::Add, a, b);
  return raise(t, types::TypeError, "'%' object can't be concatenated", typeName(a));
}

Ref operatorConcat(Thread &t, const Value *args) {
  return concatenate(t, args, typeOf(args[0])->slots.concat, binary);
}
Ref operatorIConcat(Thread &t, const Value *args) {
  const Slots &slots = typeOf(args[0])->slots;
  return concatenate(t, args, slots.inplaceConcat ? slots.inplaceConcat : slots.concat, inplace);
}

// Goes through the items of an argument, with the TypeError that `in` has for what has none.
Ref iterateContainer(Thread &t, Value v) {
  Ref iterator = iterate(t, v);
  if (!iterator && catchPending(t, types::TypeError))
    return raise(t, types::TypeError, "argument of type '%' is not iterable", typeName(v));
  return iterator;
}

Ref operatorCountOf(Thread &t, const Value *args) {
  Ref iterator = TRY(iterateContainer(t, args[0]));
  int64_t count = 0;
  while (Ref item = nextItem(t, iterator)) count += TRY(equal(t, item, args[1]));
  if (t.hasPending()) return {};
  return makeInt(count);
}

Ref operatorIndexOf(Thread &t, const Value *args) {
  Ref iterator = TRY(iterateContainer(t, args[0]));
  for (int64_t i = 0; Ref item = nextItem(t, iterator); ++i)
    if (TRY(equal(t, item, args[1]))) return makeInt(i);
  if (t.hasPending()) return {};
  return raise(t, types::ValueError, "sequence.index(x): x not in sequence");
}

Ref operatorLengthHint(Thread &t, const Value *args) {
  Ref number = TRY(index(t, args[1]));
  int64_t fallback;
  if (!toInt64(number, fallback))
    return raise(t, types::OverflowError, "Python int too large to convert to C ssize_t");
  return makeInt(TRY(lengthHint(t, args[0], fallback)));
}

Ref operatorCall(Thread &t, Value, const CallArgs &args) {
  if (!args.positional) return raise(t, types::TypeError, "call expected at least 1 argument, got 0");
  return call(t, args.values[0], CallArgs(args.values + 1, args.positional - 1, args.kwNames));
}

// --- _compare_digest ---------------------------------------------------------------------------------------

// Takes the same time wherever the first difference is.
bool equalBytes(const uint8_t *a, int64_t n, const uint8_t *b, int64_t m) {
  volatile uint8_t difference = n == m ? 0 : 1;
  const uint8_t *left = n == m ? a : b;
  for (int64_t i = 0; i < m; ++i) difference = difference | (left[i] ^ b[i]);
  return difference == 0;
}

Ref operatorCompareDigest(Thread &t, const Value *args) {
  Value a = args[0], b = args[1];
  if (isStr(a) && isStr(b)) {
    auto *x = a.as<Str>(), *y = b.as<Str>();
    if (!x->ascii || !y->ascii)
      return raise(t, types::TypeError, "comparing strings with non-ASCII characters is not supported");
    return Ref::boolean(equalBytes(x->data1(), x->length, y->data1(), y->length));
  }
  if (!exportsBuffer(a) && !exportsBuffer(b))
    return raise(t, types::TypeError, "unsupported operand types(s) or combination of types: '%' and '%'",
                 typeName(a), typeName(b));
  Buffer x, y;
  CHECK(x.open(t, a));
  CHECK(y.open(t, b));
  return Ref::boolean(equalBytes(x.data(), x.size(), y.data(), y.size()));
}

#define UNARY(name, text, function) {name, operatorUnary<function>, "($module, a, /)", "Same as " text "."}
#define BINARY(name, sign, Op)                                                                               \
  {name, operatorBinary<BinaryOp::Op>, "($module, a, b, /)", "Same as a " sign " b."}
#define INPLACE(name, sign, Op)                                                                              \
  {name, operatorInplace<BinaryOp::Op>, "($module, a, b, /)", "Same as a " sign " b."}
#define COMPARE(name, sign, Op)                                                                              \
  {name, operatorCompare<CompareOp::Op>, "($module, a, b, /)", "Same as a " sign " b."}

NativeDef kFunctions[] = {
    {"truth", operatorTruth, "($module, a, /)", "Whether a counts as true, as bool(a) does."},
    {"contains", operatorContains, "($module, a, b, /)", "Same as b in a."},
    {"indexOf", operatorIndexOf, "($module, a, b, /)",
     "Where the first item of a equal to b is; ValueError if there is none."},
    {"countOf", operatorCountOf, "($module, a, b, /)", "How many items of a are equal to b."},
    {"is_", operatorIs, "($module, a, b, /)", "Same as a is b."},
    {"is_not", operatorIsNot, "($module, a, b, /)", "Same as a is not b."},
    {"index", operatorUnary<index>, "($module, a, /)", "Same as a.__index__()"},
    BINARY("add", "+", Add),
    BINARY("sub", "-", Sub),
    BINARY("mul", "*", Mul),
    BINARY("matmul", "@", MatMul),
    BINARY("floordiv", "//", FloorDiv),
    BINARY("truediv", "/", TrueDiv),
    BINARY("mod", "%", Mod),
    UNARY("neg", "-a", negative),
    UNARY("pos", "+a", positive),
    UNARY("abs", "abs(a)", absolute),
    UNARY("inv", "~a", invert),
    UNARY("invert", "~a", invert),
    BINARY("lshift", "<<", Lshift),
    BINARY("rshift", ">>", Rshift),
    {"not_", operatorNot, "($module, a, /)", "Same as not a."},
    BINARY("and_", "&", And),
    BINARY("xor", "^", Xor),
    BINARY("or_", "|", Or),
    INPLACE("iadd", "+=", Add),
    INPLACE("isub", "-=", Sub),
    INPLACE("imul", "*=", Mul),
    INPLACE("imatmul", "@=", MatMul),
    INPLACE("ifloordiv", "//=", FloorDiv),
    INPLACE("itruediv", "/=", TrueDiv),
    INPLACE("imod", "%=", Mod),
    INPLACE("ilshift", "<<=", Lshift),
    INPLACE("irshift", ">>=", Rshift),
    INPLACE("iand", "&=", And),
    INPLACE("ixor", "^=", Xor),
    INPLACE("ior", "|=", Or),
    {"concat", operatorConcat, "($module, a, b, /)", "Same as a + b, but only for sequences."},
    {"iconcat", operatorIConcat, "($module, a, b, /)", "Same as a += b, but only for sequences."},
    {"getitem", operatorGetItem, "($module, a, b, /)", "Same as a[b]."},
    {"setitem", operatorSetItem, "($module, a, b, c, /)", "Same as a[b] = c."},
    {"delitem", operatorDelItem, "($module, a, b, /)", "Same as del a[b]."},
    BINARY("pow", "**", Pow),
    INPLACE("ipow", "**=", Pow),
    COMPARE("eq", "==", Eq),
    COMPARE("ne", "!=", Ne),
    COMPARE("lt", "<", Lt),
    COMPARE("le", "<=", Le),
    COMPARE("gt", ">", Gt),
    COMPARE("ge", ">=", Ge),
    {"_compare_digest", operatorCompareDigest, "($module, a, b, /)",
     "Whether a and b are equal, in a time that does not tell how far they agree.\n"
     "Both must be ASCII strings or both bytes-like objects; the lengths may become known."},
    {"length_hint", operatorLengthHint, "($module, obj, default=0, /)",
     "How many items obj has, exactly if len() works and else as __length_hint__() guesses.\n"
     "Without either, default."},
    {"call", operatorCall, "($module, obj, /, *args, **kwargs)", "Call obj with the other arguments."},
};

const ModuleType kTypes[] = {
    {types::AttrGetter, kAttrGetterSpec, types::Object},
    {types::ItemGetter, kItemGetterSpec, types::Object},
    {types::MethodCaller, kMethodCallerSpec, types::Object},
};

} // namespace

const ModuleSpec coil::vm::kOperatorModule = {
    .name = "_operator",
    .doc = "The operators of the language as functions: operator.add(x, y) is x + y.\n"
           "\n"
           "For many a name with underscores, such as __add__, exists besides.",
    .functions = kFunctions,
    .types = kTypes,
};
