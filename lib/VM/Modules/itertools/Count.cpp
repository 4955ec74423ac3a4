// itertools.count.
#include "VM/Modules/itertools/Itertools.h"

using namespace coil::vm;

namespace {

enum { kCurrent, kStep };
using Count = ValueRow<2>;

bool isNumber(Value v) {
  const Slots &slots = typeOf(v)->slots;
  return slots.toInt || slots.toFloat || slots.index || isInstance(v, types::Complex);
}

Ref countNew(Thread &t, const Value *args) {
  if (!isNumber(args[1]) || !isNumber(args[2])) return raise(t, types::TypeError, "a number is required");
  return Ref::take(Value(newRow<Count>(*args[0].as<Type>(), {args[1], args[2]})));
}

Ref countNext(Thread &t, Value v) {
  auto &values = v.as<Count>()->values;
  Ref current = Ref::share(values[kCurrent]);
  Ref next = TRY(binary(t, BinaryOp::Add, current, values[kStep]));
  replaceOwned(values[kCurrent], next.release());
  return current;
}

bool isStepOne(Value step) { return step.isInt() && step == Value::smallInt(1); }

Ref countRepr(Thread &t, Value v) {
  auto &values = v.as<Count>()->values;
  std::string text = typeOf(v)->nameText().str() + "(" + TRY(reprText(t, values[kCurrent]));
  if (!isStepOne(values[kStep])) text += ", " + TRY(reprText(t, values[kStep]));
  return makeStr(text + ")");
}

Ref countReduce(Thread &, const Value *args) {
  auto &values = args[0].as<Count>()->values;
  if (isStepOne(values[kStep])) return reduceTo(args[0], {values[kCurrent]});
  return reduceTo(args[0], values);
}

NativeDef kMethods[] = {
    {"__new__", countNew, "($type, start=0, step=1)", kNewDoc},
    {"__reduce__", countReduce, "!($self, /)", kReduceDoc},
};

} // namespace

const TypeSpec coil::vm::kItertoolsCountSpec = {
    .name = "itertools.count",
    .size = sizeof(Count),
    .flags = kTypeGc | kTypeBase,
    .fillSlots = [](Slots &s) { s.iter = selfIter, s.next = countNext, s.repr = countRepr; },
    .traverse = traverseRow<Count>,
    .clear = clearRow<Count>,
    .methods = kMethods,
    .doc = "An endless iterator over start, start + step, start + 2 * step and so on.",
};
