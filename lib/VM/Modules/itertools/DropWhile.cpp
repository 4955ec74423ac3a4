// itertools.dropwhile.
#include "VM/Modules/itertools/Itertools.h"

using namespace coil::vm;

namespace {

enum { kPredicate, kSource };
struct DropWhile : ValueRow<2> {
  bool done; // an item has failed: the rest goes through
};

Ref dropwhileNew(Thread &t, const Value *args) {
  Ref source = TRY(iterate(t, args[2]));
  return Ref::take(Value(newRow<DropWhile>(*args[0].as<Type>(), {args[1], source})));
}

Ref dropwhileNext(Thread &t, Value v) {
  auto *self = v.as<DropWhile>();
  for (;;) {
    Ref item = nextItem(t, self->values[kSource]);
    if (!item || self->done) return item;
    Ref good = TRY(call(t, self->values[kPredicate], {item}));
    if (TRY(truth(t, good))) continue;
    self->done = true;
    return item;
  }
}

Ref dropwhileReduce(Thread &, const Value *args) {
  auto *self = args[0].as<DropWhile>();
  return reduceTo(args[0], self->values, Value::smallInt(self->done));
}

Ref dropwhileSetState(Thread &t, const Value *args) {
  args[0].as<DropWhile>()->done = TRY(stateFlag(t, args[1]));
  return Ref::none();
}

NativeDef kMethods[] = {
    {"__new__", dropwhileNew, "($type, predicate, iterable, /)", kNewDoc},
    {"__reduce__", dropwhileReduce, "!($self, /)", kReduceDoc},
    {"__setstate__", dropwhileSetState, "!($self, state, /)", kSetStateDoc},
};

} // namespace

const TypeSpec coil::vm::kItertoolsDropWhileSpec = {
    .name = "itertools.dropwhile",
    .size = sizeof(DropWhile),
    .flags = kTypeGc | kTypeBase,
    .fillSlots = [](Slots &s) { s.iter = selfIter, s.next = dropwhileNext; },
    .traverse = traverseRow<DropWhile>,
    .clear = clearRow<DropWhile>,
    .methods = kMethods,
    .doc = "An iterator over the items from the first on for which predicate(item) is false.",
};
