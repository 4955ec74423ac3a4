// callable_iterator: calls a function until it gives the sentinel.
#include "VM/Bind/Native.h"
#include "VM/Protocol/Protocol.h"
#include "VM/Types/Iterators.h"
#include "VM/Types/Sequence.h"
#include "VM/Types/Tuple.h"

using namespace coil::vm;

namespace {

struct CallableIterator : Object {
  Value callable, sentinel; // owned; both empty once exhausted
};

void clearFields(Object *o) {
  replaceOwned(static_cast<CallableIterator *>(o)->callable, Value());
  replaceOwned(static_cast<CallableIterator *>(o)->sentinel, Value());
}

Ref callableIteratorNext(Thread &t, Value v) {
  auto *self = v.as<CallableIterator>();
  if (self->callable.empty()) return {};
  Ref callable = Ref::share(self->callable), sentinel = Ref::share(self->sentinel);
  Ref item = call(t, callable);
  if (item) {
    if (!TRY(equal(t, sentinel, item))) return item;
  } else if (!catchPending(t, types::StopIteration)) {
    return {};
  }
  clearFields(self);
  return {};
}

Ref callableIteratorReduce(Thread &t, const Value *args) {
  auto *self = args[0].as<CallableIterator>();
  Ref reduced = TRY(reduceIterator(t, Value(), 0));
  if (self->callable.empty()) return reduced;
  TupleRef arguments = packTuple(self->callable, self->sentinel);
  return packTuple((*reduced.as<Tuple>())[0], Value(arguments));
}

NativeDef kMethods[] = {
    {"__reduce__", callableIteratorReduce, "!($self, /)",
     "What pickle and copy need to go on from the same place."},
};

} // namespace

Ref coil::vm::newCallableIterator(Value callable, Value sentinel) {
  auto *self = heap::make<CallableIterator>(types::CallableIterator);
  self->callable = retained(callable);
  self->sentinel = retained(sentinel);
  return Ref::take(Value(self));
}

const TypeSpec coil::vm::kCallableIteratorSpec = {
    .name = "callable_iterator",
    .size = sizeof(CallableIterator),
    .flags = kTypeGc | kTypeNoInstantiate,
    .fillSlots = [](Slots &s) { s.iter = selfIter, s.next = callableIteratorNext; },
    .traverse =
        [](Object *o, Visitor &v) {
          v.visit(static_cast<CallableIterator *>(o)->callable);
          v.visit(static_cast<CallableIterator *>(o)->sentinel);
        },
    .clear = clearFields,
    .methods = kMethods,
};
