// itertools.takewhile.
#include "VM/Modules/itertools/Itertools.h"

using namespace coil::vm;

namespace {

enum { kPredicate, kSource };
struct TakeWhile : ValueRow<2> {
  bool done; // an item has failed: that is the end
};

Ref takewhileNew(Thread &t, const Value *args) {
  Ref source = TRY(iterate(t, args[2]));
  return Ref::take(Value(newRow<TakeWhile>(*args[0].as<Type>(), {args[1], source})));
}

Ref takewhileNext(Thread &t, Value v) {
  auto *self = v.as<TakeWhile>();
  if (self->done) return {};
  Ref item = nextItem(t, self->values[kSource]);
  if (!item) return {};
  Ref good = TRY(call(t, self->values[kPredicate], {item}));
  if (TRY(truth(t, good))) return item;
  self->done = true;
  return {};
}

Ref takewhileReduce(Thread &, const Value *args) {
  auto *self = args[0].as<TakeWhile>();
  return reduceTo(args[0], self->values, Value::smallInt(self->done));
}

Ref takewhileSetState(Thread &t, const Value *args) {
  args[0].as<TakeWhile>()->done = TRY(stateFlag(t, args[1]));
  return Ref::none();
}

NativeDef kMethods[] = {
    {"__new__", takewhileNew, "($type, predicate, iterable, /)", kNewDoc},
    {"__reduce__", takewhileReduce, "!($self, /)", kReduceDoc},
    {"__setstate__", takewhileSetState, "!($self, state, /)", kSetStateDoc},
};

} // namespace

const TypeSpec coil::vm::kItertoolsTakeWhileSpec = {
    .name = "itertools.takewhile",
    .size = sizeof(TakeWhile),
    .flags = kTypeGc | kTypeBase,
    .fillSlots = [](Slots &s) { s.iter = selfIter, s.next = takewhileNext; },
    .traverse = traverseRow<TakeWhile>,
    .clear = clearRow<TakeWhile>,
    .methods = kMethods,
    .doc = "An iterator over the items up to, but without, the first one for which predicate(item)\n"
           "is false.",
};
