// zip: tuples of the items that several iterables give in step.
#include "VM/Bind/Native.h"
#include "VM/Heap/Gc.h"
#include "VM/Protocol/Protocol.h"
#include "VM/Types/Sequence.h"
#include "VM/Types/Tuple.h"

using namespace coil::vm;

namespace {

struct Zip : Object {
  Tuple *iterators; // owned
  Tuple *last;      // owned; the tuple given last, to be used again if nobody has kept it
  bool strict;
};

Ref zipNew(Thread &t, const Value *args) {
  bool strict = TRY(truth(t, args[2]));
  auto *iterables = args[1].as<Tuple>();
  llvm::SmallVector<Ref, 4> owned;
  llvm::SmallVector<Value, 4> iterators;
  for (Value iterable : iterables->values()) {
    owned.push_back(TRY(iterate(t, iterable)));
    iterators.push_back(owned.back());
  }
  auto *self = heap::make<Zip>(*args[0].as<Type>());
  self->iterators = makeTuple(iterators).release();
  self->strict = strict;
  return Ref::take(Value(self));
}

Failure raiseLength(Thread &t, int64_t at, const char *how) {
  return raise(t, types::ValueError, "zip() argument % is % than argument%%", at + 1, how,
               at == 1 ? " " : "s 1-", at);
}

// Iterator `at` has ended: with strict=True, all must end at once.
Ref checkLengths(Thread &t, Tuple *iterators, int64_t at) {
  if (at > 0) return raiseLength(t, at, "shorter");
  for (int64_t i = 1; i < iterators->length; ++i) {
    Ref item = nextItem(t, (*iterators)[i]);
    if (item) return raiseLength(t, i, "longer");
    if (t.hasPending()) return {};
  }
  return {};
}

Ref zipNext(Thread &t, Value v) {
  auto *self = v.as<Zip>();
  int64_t n = self->iterators->length;
  if (n == 0) return {};
  llvm::SmallVector<Ref, 4> items; // the tuple is made last: nobody may see it unfinished
  for (int64_t i = 0; i < n; ++i) {
    Ref item = nextItemOrStop(t, (*self->iterators)[i]);
    if (!item) {
      bool raised = t.hasPending() && !(self->strict && catchPending(t, types::StopIteration));
      return raised || !self->strict ? Ref() : checkLengths(t, self->iterators, i);
    }
    items.push_back(std::move(item));
  }
  if (Tuple *last = self->last; last && last->refCount == 1) {
    TupleRef result = TupleRef::share(last); // keeps it while the old items go
    for (int64_t i = 0; i < n; ++i) replaceOwned(last->items()[i], items[i].release());
    gc::track(last); // a collection may have taken it for one of plain values
    return result;
  }
  TupleRef result = newTuple(n);
  for (int64_t i = 0; i < n; ++i) result->items()[i] = items[i].release();
  replaceOwned(self->last, TupleRef::share(result).release());
  return result;
}

Ref zipReduce(Thread &, const Value *args) {
  auto *self = args[0].as<Zip>();
  if (self->strict) return packTuple(Value(self->type), Value(self->iterators), Value::trueValue());
  return packTuple(Value(self->type), Value(self->iterators));
}

Ref zipSetState(Thread &t, const Value *args) {
  args[0].as<Zip>()->strict = TRY(truth(t, args[1]));
  return Ref::none();
}

NativeDef kMethods[] = {
    {"__new__", zipNew, "!($type, *iterables, strict=False)", "Make a new object of the class."},
    {"__reduce__", zipReduce, "!($self, /)", "What pickle and copy need to go on from the same place."},
    {"__setstate__", zipSetState, "!($self, state, /)",
     "Set whether the iterator is strict, which __reduce__ told."},
};

} // namespace

const TypeSpec coil::vm::kZipSpec = {
    .name = "zip",
    .size = sizeof(Zip),
    .flags = kTypeGc | kTypeBase,
    .fillSlots = [](Slots &s) { s.iter = selfIter, s.next = zipNext; },
    .traverse =
        [](Object *o, Visitor &v) {
          v.visitPointer(static_cast<Zip *>(o)->iterators);
          v.visitPointer(static_cast<Zip *>(o)->last);
        },
    .clear =
        [](Object *o) {
          replaceOwned<Tuple>(static_cast<Zip *>(o)->iterators, nullptr);
          replaceOwned<Tuple>(static_cast<Zip *>(o)->last, nullptr);
        },
    .methods = kMethods,
    .doc = "zip(*iterables, strict=False): an iterator of tuples that have an item of each of the "
           "iterables.\n\n>>> list(zip('abc', [1, 2]))\n[('a', 1), ('b', 2)]\n\nIt ends with the shortest "
           "one. If strict is true, it raises ValueError unless they are of\none length.",
};
