// itertools.chain.
#include "VM/Modules/itertools/Itertools.h"

using namespace coil::vm;

namespace {

enum { kSource, kActive }; // the iterator of iterables, the iterator in use
using Chain = ValueRow<2>;

Ref chainNew(Thread &t, Value, const CallArgs &args) {
  Type &type = *args.values[0].as<Type>();
  CHECK(refuseKeywords(t, type, types::ItertoolsChain, args, "chain"));
  TupleRef iterables = makeTuple({args.values + 1, args.positional - 1});
  Ref source = TRY(iterate(t, iterables));
  return Ref::take(Value(newRow<Chain>(type, {source})));
}

Ref chainFromIterable(Thread &t, const Value *args) {
  Ref source = TRY(iterate(t, args[1]));
  return Ref::take(Value(newRow<Chain>(*args[0].as<Type>(), {source})));
}

Ref chainNext(Thread &t, Value v) {
  auto &values = v.as<Chain>()->values;
  while (!values[kSource].empty()) {
    if (values[kActive].empty()) {
      Ref source = Ref::share(values[kSource]), iterable = nextItem(t, source);
      Ref iterator = iterable ? iterate(t, iterable) : Ref();
      if (!iterator) { // the end, or an error, which is the end, too
        replaceOwned(values[kSource], Value());
        return {};
      }
      replaceOwned(values[kActive], iterator.release());
    }
    Ref active = Ref::share(values[kActive]), item = nextItem(t, active);
    if (item || t.hasPending()) return item;
    replaceOwned(values[kActive], Value());
  }
  return {};
}

Ref chainReduce(Thread &, const Value *args) {
  auto &values = args[0].as<Chain>()->values;
  if (values[kSource].empty()) return reduceTo(args[0], {});
  TupleRef state =
      values[kActive].empty() ? packTuple(values[kSource]) : packTuple(values[kSource], values[kActive]);
  return reduceTo(args[0], {}, state);
}

Ref chainSetState(Thread &t, const Value *args) {
  if (!isTuple(args[1])) return raise(t, types::TypeError, "state is not a tuple");
  auto *state = args[1].as<Tuple>();
  if (state->length < 1 || state->length > 2)
    return raise(t, types::TypeError, "function expected at % 1 argument%, got %",
                 state->length < 1 ? "least" : "most", state->length < 1 ? "" : "s", state->length);
  for (Value v : state->values())
    if (!typeOf(v)->slots.next) return raise(t, types::TypeError, "Arguments must be iterators.");
  auto &values = args[0].as<Chain>()->values;
  replaceOwned(values[kSource], retained((*state)[0]));
  replaceOwned(values[kActive], state->length > 1 ? retained((*state)[1]) : Value());
  return Ref::none();
}

NativeDef kMethods[] = {
    {"__new__", chainNew, "!($type, *args, **kwargs)", kNewDoc},
    {"from_iterable", chainFromIterable, "($type, iterable, /)",
     "chain() that takes its iterables from an iterable, one after the other as they are needed.",
     NativeKind::Class},
    {"__reduce__", chainReduce, "!($self, /)", kReduceDoc},
    {"__setstate__", chainSetState, "!($self, state, /)", kSetStateDoc},
    {"__class_getitem__", newGenericAliasMethod, "!($type, item, /)", "See PEP 585", NativeKind::Class},
};

} // namespace

const TypeSpec coil::vm::kItertoolsChainSpec = {
    .name = "itertools.chain",
    .size = sizeof(Chain),
    .flags = kTypeGc | kTypeBase,
    .fillSlots = [](Slots &s) { s.iter = selfIter, s.next = chainNext; },
    .traverse = traverseRow<Chain>,
    .clear = clearRow<Chain>,
    .methods = kMethods,
    .doc = "chain(*iterables): an iterator over the items of the first iterable, then of the second,\n"
           "and so on.",
};
