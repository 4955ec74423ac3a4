// enumerate: pairs of a count and an item.
#include "VM/Bind/Native.h"
#include "VM/Heap/Gc.h"
#include "VM/Protocol/Protocol.h"
#include "VM/Types/Int/Int.h"
#include "VM/Types/Sequence.h"
#include "VM/Types/Tuple.h"

using namespace coil::vm;

namespace {

struct Enumerate : Object {
  Value iterator; // owned
  Value count;    // owned; an int
  Tuple *last;    // owned; the pair given last, to be used again if nobody has kept it
};

Ref enumerateNew(Thread &t, const Value *args) {
  Ref count = exactInt(TRY(index(t, args[2])));
  Ref iterator = TRY(iterate(t, args[1]));
  auto *self = heap::make<Enumerate>(*args[0].as<Type>());
  self->iterator = iterator.release();
  self->count = count.release();
  return Ref::take(Value(self));
}

Ref enumerateNext(Thread &t, Value v) {
  auto *self = v.as<Enumerate>();
  Ref item = nextItemOrStop(t, self->iterator);
  if (!item) return {};
  Ref following = self->count.isInt() && self->count.asInt() < Value::kIntMax
                      ? Ref::smallInt(self->count.asInt() + 1)
                      : intAdd(self->count, Value::smallInt(1));
  Ref count = Ref::take(std::exchange(self->count, following.release()));
  if (Tuple *pair = self->last; pair && pair->refCount == 1) {
    TupleRef result = TupleRef::share(pair); // keeps it while the old items go
    replaceOwned(pair->items()[0], count.release());
    replaceOwned(pair->items()[1], item.release());
    gc::track(pair); // a collection may have taken it for one of plain values
    return result;
  }
  TupleRef pair = newTuple(2);
  pair->items()[0] = count.release();
  pair->items()[1] = item.release();
  replaceOwned(self->last, TupleRef::share(pair).release());
  return pair;
}

Ref enumerateReduce(Thread &, const Value *args) {
  auto *self = args[0].as<Enumerate>();
  TupleRef arguments = packTuple(self->iterator, self->count);
  return packTuple(Value(self->type), Value(arguments));
}

NativeDef kMethods[] = {
    {"__new__", enumerateNew, "($type, iterable, start=0)", "Make a new object of the class."},
    {"__reduce__", enumerateReduce, "!($self, /)", "What pickle and copy need to go on from the same place."},
    {"__class_getitem__", newGenericAliasMethod, "!($type, item, /)", "See PEP 585", NativeKind::Class},
};

} // namespace

const TypeSpec coil::vm::kEnumerateSpec = {
    .name = "enumerate",
    .size = sizeof(Enumerate),
    .flags = kTypeGc | kTypeBase,
    .fillSlots = [](Slots &s) { s.iter = selfIter, s.next = enumerateNext; },
    .traverse =
        [](Object *o, Visitor &v) {
          v.visit(static_cast<Enumerate *>(o)->iterator);
          v.visitPointer(static_cast<Enumerate *>(o)->last);
        },
    .clear =
        [](Object *o) {
          replaceOwned(static_cast<Enumerate *>(o)->iterator, Value());
          replaceOwned(static_cast<Enumerate *>(o)->count, Value());
          replaceOwned<Tuple>(static_cast<Enumerate *>(o)->last, nullptr);
        },
    .methods = kMethods,
    .doc = "An iterator of pairs: a number, counted up from start, and an item of the iterable.",
};
