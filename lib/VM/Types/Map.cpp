// map: a function applied to the items of one iterable or, in step, of several.
#include "VM/Bind/Native.h"
#include "VM/Protocol/Protocol.h"
#include "VM/Types/Sequence.h"
#include "VM/Types/Tuple.h"

using namespace coil::vm;

namespace {

struct Map : Object {
  Value function;   // owned
  Tuple *iterators; // owned
};

Ref mapNew(Thread &t, Value, const CallArgs &args) {
  auto *type = args.values[0].as<Type>();
  if (args.keywordCount() && (type == &types::Map || type->slots.init == types::Map.slots.init))
    return raise(t, types::TypeError, "map() takes no keyword arguments");
  if (args.positional < 3) return raise(t, types::TypeError, "map() must have at least two arguments.");
  llvm::SmallVector<Ref, 4> owned;
  llvm::SmallVector<Value, 4> iterators;
  for (size_t i = 2; i < args.positional; ++i) {
    owned.push_back(TRY(iterate(t, args.values[i])));
    iterators.push_back(owned.back());
  }
  auto *self = heap::make<Map>(*type);
  self->function = retained(args.values[1]);
  self->iterators = makeTuple(iterators).release();
  return Ref::take(Value(self));
}

Ref mapNext(Thread &t, Value v) {
  auto *self = v.as<Map>();
  if (self->iterators->length == 1) {
    Ref item = nextItemOrStop(t, (*self->iterators)[0]);
    if (!item) return {};
    return call(t, self->function, {item.get()});
  }
  llvm::SmallVector<Ref, 4> owned;
  llvm::SmallVector<Value, 4> items;
  for (int64_t i = 0; i < self->iterators->length; ++i) {
    owned.push_back(nextItemOrStop(t, (*self->iterators)[i]));
    if (!owned.back()) return {};
    items.push_back(owned.back());
  }
  return call(t, self->function, items);
}

Ref mapReduce(Thread &, const Value *args) {
  auto *self = args[0].as<Map>();
  llvm::SmallVector<Value, 4> arguments{self->function};
  llvm::append_range(arguments, self->iterators->values());
  TupleRef packed = makeTuple(arguments);
  return packTuple(Value(self->type), Value(packed));
}

NativeDef kMethods[] = {
    {"__new__", mapNew, "!($type, *args, **kwargs)", "Make a new object of the class."},
    {"__reduce__", mapReduce, "!($self, /)", "What pickle and copy need to go on from the same place."},
};

} // namespace

const TypeSpec coil::vm::kMapSpec = {
    .name = "map",
    .size = sizeof(Map),
    .flags = kTypeGc | kTypeBase,
    .fillSlots = [](Slots &s) { s.iter = selfIter, s.next = mapNext; },
    .traverse =
        [](Object *o, Visitor &v) {
          v.visit(static_cast<Map *>(o)->function);
          v.visitPointer(static_cast<Map *>(o)->iterators);
        },
    .clear =
        [](Object *o) {
          replaceOwned(static_cast<Map *>(o)->function, Value());
          replaceOwned<Tuple>(static_cast<Map *>(o)->iterators, nullptr);
        },
    .methods = kMethods,
    .doc = "map(func, *iterables): an iterator of the function's results.\n\nIt takes an argument from each "
           "of the iterables, and ends with the shortest.",
};
