// itertools.product.
#include "VM/Modules/itertools/Combinatorics.h"

using namespace coil::vm;

namespace {

// The pool is a tuple of pools here, one index for each.
Tuple *poolAt(Chooser *self, size_t i) { return (*self->pool())[int64_t(i)].as<Tuple>(); }

Result<int64_t> readRepeat(Thread &t, const CallArgs &args) {
  int64_t repeat = 1;
  for (size_t i = 0; i < args.keywordCount(); ++i) {
    std::string name = toUtf8((*args.kwNames)[int64_t(i)].as<Str>());
    if (name != "repeat")
      return raise(t, types::TypeError, "'%' is an invalid keyword argument for product()", name);
    repeat = TRY(asInt64(t, args.values[args.positional + i]));
  }
  if (repeat < 0) return raise(t, types::ValueError, "repeat argument cannot be negative");
  return repeat;
}

// product(*iterables, repeat=1)
Ref productNew(Thread &t, Value, const CallArgs &args) {
  int64_t repeat = TRY(readRepeat(t, args));
  ListRef pools = newList();
  for (size_t i = 1; i < args.positional && repeat; ++i) listAppend(pools, TRY(tupleFrom(t, args.values[i])));
  int64_t count = pools->length, total;
  if (__builtin_mul_overflow(count, repeat, &total) || total > (int64_t(1) << 40))
    return raise(t, types::OverflowError, "repeat argument too large");
  for (int64_t i = count; i < total; ++i) listAppend(pools, pools->items[i - count]);
  TupleRef all = makeTuple(pools->values());
  auto *self = newRow<Chooser>(*args.values[0].as<Type>(), {Value(all)});
  self->indices = new std::vector<int64_t>(size_t(all->length));
  return Ref::take(Value(self));
}

TupleRef current(Chooser *self) {
  TupleRef items = newTuple(int64_t(self->indices->size()));
  for (size_t i = 0; i < self->indices->size(); ++i)
    items->items()[i] = retained((*poolAt(self, i))[(*self->indices)[i]]);
  return items;
}

// The rightmost index goes on, as in an odometer; false after the last combination.
bool advance(Chooser *self) {
  auto &indices = *self->indices;
  for (size_t i = indices.size(); i-- > 0;) {
    if (++indices[i] < poolAt(self, i)->length) return true;
    indices[i] = 0;
  }
  return false;
}

Ref productNext(Thread &, Value v) {
  auto *self = v.as<Chooser>();
  if (self->stopped) return {};
  if (self->result()) {
    self->stopped = !advance(self);
  } else {
    for (size_t i = 0; i < self->indices->size(); ++i) self->stopped |= poolAt(self, i)->length == 0;
  }
  if (self->stopped) return {};
  self->setResult(current(self));
  return TupleRef::share(self->result());
}

Ref productReduce(Thread &, const Value *args) {
  auto *self = args[0].as<Chooser>();
  if (self->stopped) {
    TupleRef none = emptyTuple();
    return reduceTo(args[0], {Value(none)});
  }
  if (!self->result()) return reduceTo(args[0], self->pool()->values());
  TupleRef state = indexTuple(*self->indices);
  return reduceTo(args[0], self->pool()->values(), state);
}

Ref productSetState(Thread &t, const Value *args) {
  auto *self = args[0].as<Chooser>();
  for (size_t i = 0; i < self->indices->size(); ++i)
    if (poolAt(self, i)->length == 0) {
      self->stopped = true;
      return Ref::none();
    }
  CHECK(setIndices(
      t, self, args[1], self->indices->size(), [](size_t) { return 0; },
      [&](size_t i) { return poolAt(self, i)->length - 1; }));
  self->setResult(current(self));
  return Ref::none();
}

NativeDef kMethods[] = {
    {"__new__", productNew, "!($type, *args, **kwargs)", kNewDoc},
    {"__reduce__", productReduce, "!($self, /)", kReduceDoc},
    {"__setstate__", productSetState, "!($self, state, /)", kSetStateDoc},
    {"__sizeof__", chooserSizeof, "!($self, /)", "The bytes of memory the object occupies."},
};

} // namespace

const TypeSpec coil::vm::kItertoolsProductSpec = {
    .name = "itertools.product",
    .size = sizeof(Chooser),
    .flags = kTypeGc | kTypeBase,
    .fillSlots = [](Slots &s) { s.iter = selfIter, s.next = productNext; },
    .traverse = traverseRow<Chooser>,
    .clear = clearChooser,
    .methods = kMethods,
    .doc = "product(*iterables, repeat=1): an iterator over all tuples with one item of each\n"
           "iterable. The last place changes fastest, as in nested loops. repeat=n stands for the\n"
           "iterables given n times over.",
};
