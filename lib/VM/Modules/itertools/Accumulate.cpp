// itertools.accumulate.
#include "VM/Modules/itertools/Itertools.h"

using namespace coil::vm;

namespace {

enum { kSource, kFunction, kTotal, kInitial }; // the initial value until it is given out; None: absent
using Accumulate = ValueRow<4>;

// accumulate(iterable, func=None, *, initial=None)
Ref accumulateNew(Thread &t, const Value *args) {
  Ref source = TRY(iterate(t, args[1]));
  return Ref::take(Value(newRow<Accumulate>(*args[0].as<Type>(), {source, args[2], Value(), args[3]})));
}

Ref accumulateNext(Thread &t, Value v) {
  auto &values = v.as<Accumulate>()->values;
  if (!values[kInitial].isNone()) {
    replaceOwned(values[kTotal], std::exchange(values[kInitial], Value::none()));
    return Ref::share(values[kTotal]);
  }
  Ref item = nextItem(t, values[kSource]);
  if (!item) return {};
  if (values[kTotal].empty()) {
    values[kTotal] = retained(item);
    return item;
  }
  Ref total = Ref::share(values[kTotal]);
  Ref sum = TRY(values[kFunction].isNone() ? binary(t, BinaryOp::Add, total, item)
                                           : call(t, values[kFunction], {total, item}));
  replaceOwned(values[kTotal], retained(sum));
  return sum;
}

// An initial value that is still to come goes before the rest; so does a total of None, which no state can
// say.
Ref accumulateReduce(Thread &t, const Value *args) {
  auto &values = args[0].as<Accumulate>()->values;
  auto prepended = [&](Value first) -> Ref {
    TupleRef front = packTuple(first), both;
    both = packTuple(front, values[kSource]);
    Ref fromIterable = TRY(getAttr(t, Value(&types::ItertoolsChain), internText("from_iterable")));
    return call(t, fromIterable, {Value(both)});
  };
  if (!values[kInitial].isNone()) {
    Ref source = TRY(prepended(values[kInitial]));
    return reduceTo(args[0], {source, values[kFunction]}, Value::none());
  }
  if (values[kTotal].isNone()) {
    Ref source = TRY(prepended(Value::none()));
    Ref whole = TRY(call(t, Value(typeOf(args[0])), {source.get(), values[kFunction]}));
    TupleRef slice = packTuple(whole, Value::smallInt(1), Value::none());
    return packTuple(Value(&types::ItertoolsISlice), slice);
  }
  return reduceTo(args[0], {values[kSource], values[kFunction]},
                  values[kTotal].empty() ? Value::none() : values[kTotal]);
}

Ref accumulateSetState(Thread &, const Value *args) {
  replaceOwned(args[0].as<Accumulate>()->values[kTotal], retained(args[1]));
  return Ref::none();
}

NativeDef kMethods[] = {
    {"__new__", accumulateNew, "($type, iterable, func=None, *, initial=None)", kNewDoc},
    {"__reduce__", accumulateReduce, "!($self, /)", kReduceDoc},
    {"__setstate__", accumulateSetState, "!($self, state, /)", kSetStateDoc},
};

} // namespace

const TypeSpec coil::vm::kItertoolsAccumulateSpec = {
    .name = "itertools.accumulate",
    .size = sizeof(Accumulate),
    .flags = kTypeGc | kTypeBase,
    .fillSlots = [](Slots &s) { s.iter = selfIter, s.next = accumulateNext; },
    .traverse = traverseRow<Accumulate>,
    .clear = clearRow<Accumulate>,
    .methods = kMethods,
    .doc = "An iterator over running totals: the first item, the sum of the first two, of three, and\n"
           "so on. func(total, item), if given, takes the place of the sum; initial, unless None,\n"
           "comes before the first item.",
};
