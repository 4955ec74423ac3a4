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
    {"__new__", zipNew, "!($type, *iterables, strict=False)",
     "Create and return a new object.  See help(type) for accurate signature."},
    {"__reduce__", zipReduce, "!($self, /)", "Return state information for pickling."},
    {"__setstate__", zipSetState, "!($self, state, /)", "Set state information for unpickling."},
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
    .doc = "zip(*iterables, strict=False) --> Yield tuples until an input is exhausted.\n\n   >>> "
           "list(zip('abcdefg', range(3), range(4)))\n   [('a', 0, 0), ('b', 1, 1), ('c', 2, 2)]\n\nThe zip "
           "object yields n-length tuples, where n is the number of iterables\npassed as positional "
           "arguments to zip().  The i-th element in every tuple\ncomes from the i-th iterable argument to "
           "zip().  This continues until the\nshortest argument is exhausted.\n\nIf strict is true and one "
           "of the arguments is exhausted before the others,\nraise a ValueError.",
};
