// itertools.permutations.
#include "VM/Modules/itertools/Combinatorics.h"

using namespace coil::vm;

namespace {

// `indices` holds a permutation of the whole pool, and behind it one countdown for each of the r places.
int64_t *cyclesOf(Chooser *self) { return self->indices->data() + self->pool()->length; }

// permutations(iterable, r=None)
Ref permutationsNew(Thread &t, const Value *args) {
  TupleRef pool = TRY(tupleFrom(t, args[1]));
  int64_t n = pool->length, r = n;
  if (!args[2].isNone()) {
    if (!isIntLike(args[2])) return raise(t, types::TypeError, "Expected int as r");
    r = TRY(chooserLength(t, args[2]));
  }
  auto *self = newRow<Chooser>(*args[0].as<Type>(), {Value(pool)});
  self->indices = new std::vector<int64_t>();
  self->length = r;
  self->stopped = r > n;
  for (int64_t i = 0; i < n; ++i) self->indices->push_back(i);
  for (int64_t i = 0; i < r; ++i) self->indices->push_back(n - i);
  return Ref::take(Value(self));
}

// To the next permutation of r places; false after the last.
bool advance(Chooser *self) {
  int64_t n = self->pool()->length, r = self->length;
  int64_t *indices = self->indices->data(), *cycles = cyclesOf(self);
  for (int64_t i = r - 1; i >= 0; --i) {
    if (--cycles[i] == 0) { // this place is through: its index goes to the end
      std::rotate(indices + i, indices + i + 1, indices + n);
      cycles[i] = n - i;
    } else {
      std::swap(indices[i], indices[n - cycles[i]]);
      return true;
    }
  }
  return false;
}

Ref permutationsNext(Thread &, Value v) {
  auto *self = v.as<Chooser>();
  if (self->stopped) return {};
  if (self->result() && !advance(self)) {
    self->stopped = true;
    return {};
  }
  self->setResult(chosen(self, self->length));
  return TupleRef::share(self->result());
}

Ref permutationsReduce(Thread &, const Value *args) {
  auto *self = args[0].as<Chooser>();
  Ref length = makeInt(self->length);
  if (!self->result()) return reduceTo(args[0], {self->values[0], length});
  if (self->stopped) {
    TupleRef none = emptyTuple();
    return reduceTo(args[0], {Value(none), length});
  }
  llvm::ArrayRef<int64_t> all = *self->indices;
  TupleRef indices = indexTuple(all.take_front(size_t(self->pool()->length)));
  TupleRef cycles = indexTuple(all.drop_front(size_t(self->pool()->length)));
  TupleRef state = packTuple(indices, cycles);
  return reduceTo(args[0], {self->values[0], length}, state);
}

Ref permutationsSetState(Thread &t, const Value *args) {
  auto *self = args[0].as<Chooser>();
  int64_t n = self->pool()->length;
  Tuple *state = TRY(stateTuple(t, args[1], 2));
  if (!isTuple((*state)[1]) || (*state)[1].as<Tuple>()->length != self->length)
    return raise(t, types::ValueError, "invalid arguments");
  CHECK(setIndices(t, self, (*state)[0], size_t(n), [](size_t) { return 0; }, [&](size_t) { return n - 1; }));
  int64_t *cycles = cyclesOf(self);
  for (int64_t i = 0; i < self->length; ++i) {
    int64_t count = TRY(asInt64(t, (*(*state)[1].as<Tuple>())[i]));
    cycles[i] = std::clamp<int64_t>(count, 1, n - i);
  }
  self->setResult(chosen(self, self->length));
  return Ref::none();
}

NativeDef kMethods[] = {
    {"__new__", permutationsNew, "($type, iterable, r=None)", kNewDoc},
    {"__reduce__", permutationsReduce, "!($self, /)", kReduceDoc},
    {"__setstate__", permutationsSetState, "!($self, state, /)", kSetStateDoc},
    {"__sizeof__", chooserSizeof, "!($self, /)", "The bytes of memory the object occupies."},
};

} // namespace

const TypeSpec coil::vm::kItertoolsPermutationsSpec = {
    .name = "itertools.permutations",
    .size = sizeof(Chooser),
    .flags = kTypeGc | kTypeBase,
    .fillSlots = [](Slots &s) { s.iter = selfIter, s.next = permutationsNext; },
    .traverse = traverseRow<Chooser>,
    .clear = clearChooser,
    .methods = kMethods,
    .doc = "An iterator over all ways to line up r of the items, by default all, as tuples.\n"
           "permutations('abc', 2) gives ab, ac, ba, bc, ca, cb. Items count by their place, not by\n"
           "their value.",
};
