// anext_awaitable: what anext(iterator, default) returns.
#include "VM/Bind/Native.h"
#include "VM/Core/Names.h"
#include "VM/Exceptions/Raise.h"
#include "VM/Types/AsyncGenerator.h"
#include "VM/Types/Sequence.h"

using namespace coil::vm;

namespace {

struct AnextAwaitable : Object {
  Value wrapped, defaultValue; // owned
};

AnextAwaitable *self(Value v) { return v.as<AnextAwaitable>(); }

// The iterator of what is awaited.
Ref innerIterator(Thread &t, Value v) {
  Ref iterator = TRY(awaitableIterator(t, self(v)->wrapped));
  if (!isExactly(iterator, types::Coroutine)) return iterator;
  return typeOf(iterator)->slots.await(t, iterator);
}

// StopAsyncIteration becomes a return of the default.
Ref withDefault(Thread &t, Value v, Ref result) {
  if (result) return result;
  if (!t.hasPending()) return raiseStopIteration(t, Value()); // the iterator's own return
  if (!catchPending(t, types::StopAsyncIteration)) return {};
  return raiseStopIteration(t, self(v)->defaultValue);
}

Ref awaitableNext(Thread &t, Value v) {
  Ref iterator = TRY(innerIterator(t, v));
  return withDefault(t, v, typeOf(iterator)->slots.next(t, iterator));
}

Ref forward(Thread &t, Value v, Str *method, llvm::ArrayRef<Value> args) {
  Ref iterator = TRY(innerIterator(t, v));
  return withDefault(t, v, callMethod(t, iterator, method, args));
}

Ref awaitableSend(Thread &t, const Value *args) { return forward(t, args[0], names::send, {args[1]}); }
Ref awaitableThrow(Thread &t, Value v, const CallArgs &args) {
  return forward(t, v, names::throw_, {args.values, args.positional});
}
Ref awaitableClose(Thread &t, const Value *args) { return forward(t, args[0], names::close, {}); }

NativeDef kMethods[] = {
    {"send", awaitableSend, "!($self, arg, /)",
     "send(arg): send a value into the wrapped iterator, and yield what it yields.\n\nAt its end "
     "StopIteration is raised, with the default as its value."},
    {"throw", awaitableThrow, "!($self, /, *args)",
     "throw(type[, value[, traceback]]): raise an exception in the wrapped iterator, and yield\nwhat it "
     "yields.\n\nAt its end StopIteration is raised, with the default as its value."},
    {"close", awaitableClose, "!($self, /)", "close(): have GeneratorExit raised in the wrapped iterator."},
};

} // namespace

Ref coil::vm::newAnextAwaitable(Value awaitable, Value defaultValue) {
  auto *object = heap::make<AnextAwaitable>(types::AnextAwaitable);
  object->wrapped = retained(awaitable);
  object->defaultValue = retained(defaultValue);
  return Ref::take(Value(object));
}

const TypeSpec coil::vm::kAnextAwaitableSpec = {
    .name = "anext_awaitable",
    .size = sizeof(AnextAwaitable),
    .flags = kTypeGc | kTypeNoInstantiate,
    .fillSlots = [](Slots &s) { s.await = selfIter, s.iter = selfIter, s.next = awaitableNext; },
    .traverse =
        [](Object *o, Visitor &v) {
          v.visit(static_cast<AnextAwaitable *>(o)->wrapped);
          v.visit(static_cast<AnextAwaitable *>(o)->defaultValue);
        },
    .clear =
        [](Object *o) {
          replaceOwned(static_cast<AnextAwaitable *>(o)->wrapped, Value());
          replaceOwned(static_cast<AnextAwaitable *>(o)->defaultValue, Value());
        },
    .methods = kMethods,
};
