// itertools.cycle.
#include "VM/Modules/itertools/Itertools.h"

using namespace coil::vm;

namespace {

enum { kSource, kSaved }; // the iterator, empty once exhausted; the list of what it gave
struct Cycle : ValueRow<2> {
  int64_t index;
  bool firstPass; // unpickled: the saved items are there already, and are not saved again
};

Ref cycleNew(Thread &t, const Value *args) {
  Ref source = TRY(iterate(t, args[1]));
  ListRef saved = newList();
  return Ref::take(Value(newRow<Cycle>(*args[0].as<Type>(), {source, saved})));
}

Ref cycleNext(Thread &t, Value v) {
  auto *self = v.as<Cycle>();
  auto *saved = self->values[kSaved].as<List>();
  if (!self->values[kSource].empty()) {
    Ref item = nextItem(t, self->values[kSource]);
    if (item) {
      if (!self->firstPass) listAppend(saved, item);
      return item;
    }
    if (t.hasPending()) return {};
    replaceOwned(self->values[kSource], Value());
  }
  if (saved->length == 0) return {};
  if (self->index >= saved->length) self->index = 0;
  return Ref::share(saved->items[self->index++]);
}

Ref cycleReduce(Thread &t, const Value *args) {
  auto *self = args[0].as<Cycle>();
  Ref source = self->values[kSource].empty() ? Ref() : Ref::share(self->values[kSource]);
  if (!source) {
    source = TRY(iterate(t, self->values[kSaved]));
    Ref index = makeInt(self->index);
    CHECK(callMethod(t, source, internText("__setstate__"), {index}));
    TupleRef state = packTuple(self->values[kSaved], Value::trueValue());
    return reduceTo(args[0], {source}, state);
  }
  TupleRef state = packTuple(self->values[kSaved], Value::boolean(self->firstPass));
  return reduceTo(args[0], {source}, state);
}

Ref cycleSetState(Thread &t, const Value *args) {
  if (!isTuple(args[1])) return raise(t, types::TypeError, "state is not a tuple");
  auto *state = args[1].as<Tuple>();
  if (state->length != 2)
    return raise(t, types::TypeError, "function takes exactly 2 arguments (% given)", state->length);
  if (!isList((*state)[0]))
    return raise(t, types::TypeError, "argument 1 must be list, not %", typeName((*state)[0]));
  auto *self = args[0].as<Cycle>();
  self->firstPass = TRY(asIntArgument(t, (*state)[1])) != 0;
  replaceOwned(self->values[kSaved], retained((*state)[0]));
  self->index = 0;
  return Ref::none();
}

NativeDef kMethods[] = {
    {"__new__", cycleNew, "($type, iterable, /)", kNewDoc},
    {"__reduce__", cycleReduce, "!($self, /)", kReduceDoc},
    {"__setstate__", cycleSetState, "!($self, state, /)", kSetStateDoc},
};

} // namespace

const TypeSpec coil::vm::kItertoolsCycleSpec = {
    .name = "itertools.cycle",
    .size = sizeof(Cycle),
    .flags = kTypeGc | kTypeBase,
    .fillSlots = [](Slots &s) { s.iter = selfIter, s.next = cycleNext; },
    .traverse = traverseRow<Cycle>,
    .clear = clearRow<Cycle>,
    .methods = kMethods,
    .doc = "An iterator over the items, which begins again whenever it gets to their end. It keeps a\n"
           "copy of each.",
};
