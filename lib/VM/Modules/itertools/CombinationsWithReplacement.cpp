// itertools.combinations_with_replacement.
#include "VM/Modules/itertools/Combinatorics.h"

using namespace coil::vm;

namespace {

// combinations_with_replacement(iterable, r)
Ref combinationsNew(Thread &t, const Value *args) {
  TupleRef pool = TRY(tupleFrom(t, args[1]));
  int64_t r = TRY(chooserLength(t, args[2]));
  auto *self = newRow<Chooser>(*args[0].as<Type>(), {Value(pool)});
  self->indices = new std::vector<int64_t>(size_t(r));
  self->length = r;
  self->stopped = pool->length == 0 && r > 0;
  return Ref::take(Value(self));
}

Ref combinationsNext(Thread &, Value v) {
  auto *self = v.as<Chooser>();
  if (self->stopped) return {};
  int64_t n = self->pool()->length, r = self->length;
  if (self->result()) {
    auto &indices = *self->indices;
    int64_t i = r - 1;
    while (i >= 0 && indices[size_t(i)] == n - 1) --i;
    if (i < 0) {
      self->stopped = true;
      return {};
    }
    int64_t index = indices[size_t(i)] + 1;
    for (; i < r; ++i) indices[size_t(i)] = index;
  }
  self->setResult(chosen(self, r));
  return TupleRef::share(self->result());
}

Ref combinationsSetState(Thread &t, const Value *args) {
  auto *self = args[0].as<Chooser>();
  int64_t n = self->pool()->length, r = self->length;
  CHECK(setIndices(t, self, args[1], size_t(r), [](size_t) { return 0; }, [&](size_t) { return n - 1; }));
  self->setResult(chosen(self, r));
  return Ref::none();
}

NativeDef kMethods[] = {
    {"__new__", combinationsNew, "($type, iterable, r)", kNewDoc},
    {"__reduce__", reduceChooser, "!($self, /)", kReduceDoc},
    {"__setstate__", combinationsSetState, "!($self, state, /)", kSetStateDoc},
    {"__sizeof__", chooserSizeof, "!($self, /)", "The bytes of memory the object occupies."},
};

} // namespace

const TypeSpec coil::vm::kItertoolsCombinationsWithReplacementSpec = {
    .name = "itertools.combinations_with_replacement",
    .size = sizeof(Chooser),
    .flags = kTypeGc | kTypeBase,
    .fillSlots = [](Slots &s) { s.iter = selfIter, s.next = combinationsNext; },
    .traverse = traverseRow<Chooser>,
    .clear = clearChooser,
    .methods = kMethods,
    .doc = "An iterator over all choices of r items of which each may be taken again, as tuples in\n"
           "the order of the iterable. combinations_with_replacement('ab', 2) gives aa, ab, bb.",
};
