// filter: the items of an iterable for which a function is true.
#include "VM/Bind/Native.h"
#include "VM/Protocol/Protocol.h"
#include "VM/Types/Sequence.h"
#include "VM/Types/Tuple.h"

using namespace coil::vm;

namespace {

struct Filter : Object {
  Value function; // owned; None: the items' own truth
  Value iterator; // owned
};

Ref filterNew(Thread &t, Value, const CallArgs &args) {
  auto *type = args.values[0].as<Type>();
  if (args.keywordCount() && (type == &types::Filter || type->slots.init == types::Filter.slots.init))
    return raise(t, types::TypeError, "filter() takes no keyword arguments");
  if (args.positional != 3)
    return raise(t, types::TypeError, "filter expected 2 arguments, got %", args.positional - 1);
  Ref iterator = TRY(iterate(t, args.values[2]));
  auto *self = heap::make<Filter>(*type);
  self->function = retained(args.values[1]);
  self->iterator = iterator.release();
  return Ref::take(Value(self));
}

Ref filterNext(Thread &t, Value v) {
  auto *self = v.as<Filter>();
  bool byItem = self->function.isNone() || self->function == Value(&types::Bool);
  while (Ref item = nextItemOrStop(t, self->iterator)) {
    bool chosen = byItem ? TRY(truth(t, item)) : TRY(truth(t, TRY(call(t, self->function, {item.get()}))));
    if (chosen) return item;
  }
  return {};
}

Ref filterReduce(Thread &, const Value *args) {
  auto *self = args[0].as<Filter>();
  TupleRef arguments = packTuple(self->function, self->iterator);
  return packTuple(Value(self->type), Value(arguments));
}

NativeDef kMethods[] = {
    {"__new__", filterNew, "!($type, *args, **kwargs)", "Make a new object of the class."},
    {"__reduce__", filterReduce, "!($self, /)", "What pickle and copy need to go on from the same place."},
};

} // namespace

const TypeSpec coil::vm::kFilterSpec = {
    .name = "filter",
    .size = sizeof(Filter),
    .flags = kTypeGc | kTypeBase,
    .fillSlots = [](Slots &s) { s.iter = selfIter, s.next = filterNext; },
    .traverse =
        [](Object *o, Visitor &v) {
          v.visit(static_cast<Filter *>(o)->function);
          v.visit(static_cast<Filter *>(o)->iterator);
        },
    .clear =
        [](Object *o) {
          replaceOwned(static_cast<Filter *>(o)->function, Value());
          replaceOwned(static_cast<Filter *>(o)->iterator, Value());
        },
    .methods = kMethods,
    .doc = "filter(function or None, iterable): an iterator of the items for which the function is "
           "true.\n\nNone stands for the items' own truth.",
};
