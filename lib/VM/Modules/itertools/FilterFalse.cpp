// itertools.filterfalse.
#include "VM/Modules/itertools/Itertools.h"

using namespace coil::vm;

namespace {

enum { kFunction, kSource };
using FilterFalse = ValueRow<2>;

Ref filterfalseNew(Thread &t, const Value *args) {
  Ref source = TRY(iterate(t, args[2]));
  return Ref::take(Value(newRow<FilterFalse>(*args[0].as<Type>(), {args[1], source})));
}

Ref filterfalseNext(Thread &t, Value v) {
  auto &values = v.as<FilterFalse>()->values;
  bool plain = values[kFunction].isNone() || values[kFunction] == Value(&types::Bool);
  for (;;) {
    Ref item = nextItem(t, values[kSource]);
    if (!item) return {};
    Ref good = plain ? item.copy() : TRY(call(t, values[kFunction], {item}));
    if (!TRY(truth(t, good))) return item;
  }
}

Ref filterfalseReduce(Thread &, const Value *args) {
  return reduceTo(args[0], args[0].as<FilterFalse>()->values);
}

NativeDef kMethods[] = {
    {"__new__", filterfalseNew, "($type, function, iterable, /)", kNewDoc},
    {"__reduce__", filterfalseReduce, "!($self, /)", kReduceDoc},
};

} // namespace

const TypeSpec coil::vm::kItertoolsFilterFalseSpec = {
    .name = "itertools.filterfalse",
    .size = sizeof(FilterFalse),
    .flags = kTypeGc | kTypeBase,
    .fillSlots = [](Slots &s) { s.iter = selfIter, s.next = filterfalseNext; },
    .traverse = traverseRow<FilterFalse>,
    .clear = clearRow<FilterFalse>,
    .methods = kMethods,
    .doc = "An iterator over the items for which function(item) is false, or which are false\n"
           "themselves if function is None.",
};
