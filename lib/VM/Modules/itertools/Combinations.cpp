// itertools.combinations.
#include "VM/Modules/itertools/Combinatorics.h"

using namespace coil::vm;

namespace {

// combinations(iterable, r)
Ref combinationsNew(Thread &t, const Value *args) {
  TupleRef pool = TRY(tupleFrom(t, args[1]));
  int64_t r = TRY(chooserLength(t, args[2]));
  auto *self = newRow<Chooser>(*args[0].as<Type>(), {Value(pool)});
  self->indices = new std::vector<int64_t>();
  Ref result = Ref::take(Value(self));
  self->length = r;
  self->stopped = r > pool->length;
  if (!self->stopped)
    for (int64_t i = 0; i < r; ++i) self->indices->push_back(i);
  return result;
}

Ref combinationsNext(Thread &, Value v) {
  auto *self = v.as<Chooser>();
  if (self->stopped) return {};
  int64_t n = self->pool()->length, r = self->length;
  if (self->result()) {
    auto &indices = *self->indices;
    int64_t i = r - 1;
    while (i >= 0 && indices[size_t(i)] == i + n - r) --i;
    if (i < 0) {
      self->stopped = true;
      return {};
    }
    ++indices[size_t(i)];
    for (int64_t j = i + 1; j < r; ++j) indices[size_t(j)] = indices[size_t(j) - 1] + 1;
  }
  self->setResult(chosen(self, r));
  return TupleRef::share(self->result());
}

Ref combinationsSetState(Thread &t, const Value *args) {
  auto *self = args[0].as<Chooser>();
  int64_t n = self->pool()->length, r = self->length;
  CHECK(setIndices(
      t, self, args[1], size_t(r), [](size_t) { return 0; }, [&](size_t i) { return int64_t(i) + n - r; }));
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

const TypeSpec coil::vm::kItertoolsCombinationsSpec = {
    .name = "itertools.combinations",
    .size = sizeof(Chooser),
    .flags = kTypeGc | kTypeBase,
    .fillSlots = [](Slots &s) { s.iter = selfIter, s.next = combinationsNext; },
    .traverse = traverseRow<Chooser>,
    .clear = clearChooser,
    .methods = kMethods,
    .doc = "An iterator over all choices of r items, as tuples in the order of the iterable.\n"
           "combinations('abc', 2) gives ab, ac, bc. Items count by their place, not by their value.",
};
