// reversed: the items of a sequence from its end.
#include "VM/Bind/Native.h"
#include "VM/Core/Names.h"
#include "VM/Protocol/Protocol.h"
#include "VM/Types/Int/Int.h"
#include "VM/Types/Sequence.h"
#include "VM/Types/Tuple.h"
#include <algorithm>

using namespace coil::vm;

namespace {

struct Reversed : Object {
  Value sequence; // owned; empty once exhausted
  int64_t index;  // of the next item
};

Ref reversedNew(Thread &t, Value, const CallArgs &args) {
  auto *type = args.values[0].as<Type>();
  if (type == &types::Reversed && args.keywordCount())
    return raise(t, types::TypeError, "reversed() takes no keyword arguments");
  if (args.positional != 2)
    return raise(t, types::TypeError, "reversed expected 1 argument, got %", args.positional - 1);
  Value sequence = args.values[1];
  Value method = typeLookup(typeOf(sequence), names::special_reversed);
  if (!method.empty() && !method.isNone()) {
    bool found;
    return callSpecial(t, sequence, names::special_reversed, {}, found);
  }
  if (!method.empty() || !typeOf(sequence)->slots.getItem || isDict(sequence))
    return raise(t, types::TypeError, "'%' object is not reversible", typeName(sequence));
  int64_t n = TRY(length(t, sequence));
  auto *self = heap::make<Reversed>(*type);
  self->sequence = retained(sequence);
  self->index = n - 1;
  return Ref::take(Value(self));
}

Ref reversedNext(Thread &t, Value v) {
  auto *self = v.as<Reversed>();
  if (self->sequence.empty()) return {};
  if (self->index >= 0) {
    Ref position = makeInt(self->index);
    Ref item = getItem(t, self->sequence, position);
    if (item) {
      --self->index;
      return item;
    }
    if (!catchPending(t, types::IndexError)) catchPending(t, types::StopIteration);
  }
  self->index = -1;
  replaceOwned(self->sequence, Value());
  return {};
}

Ref reversedHint(Thread &t, const Value *args) {
  auto *self = args[0].as<Reversed>();
  if (self->sequence.empty()) return makeInt(0);
  int64_t n = TRY(length(t, self->sequence));
  return makeInt(n < self->index + 1 ? 0 : self->index + 1);
}

Ref reversedReduce(Thread &, const Value *args) {
  auto *self = args[0].as<Reversed>();
  if (self->sequence.empty()) {
    TupleRef arguments = packTuple(Value(emptyTuple()));
    return packTuple(Value(self->type), Value(arguments));
  }
  TupleRef arguments = packTuple(self->sequence);
  Ref position = makeInt(self->index);
  return packTuple(Value(self->type), Value(arguments), position.get());
}

Ref reversedSetState(Thread &t, const Value *args) {
  auto *self = args[0].as<Reversed>();
  int64_t position = TRY(requiredInt64(t, args[1]));
  if (!self->sequence.empty()) {
    int64_t n = TRY(length(t, self->sequence));
    self->index = std::max<int64_t>(std::min(position, n - 1), -1);
  }
  return Ref::none();
}

NativeDef kMethods[] = {
    {"__new__", reversedNew, "($type, sequence, /)", "Make a new object of the class."},
    {"__length_hint__", reversedHint, "!($self, /)", "How many items are still to come, as far as is known."},
    {"__reduce__", reversedReduce, "!($self, /)", "What pickle and copy need to go on from the same place."},
    {"__setstate__", reversedSetState, "!($self, state, /)",
     "Go to the given position, which __reduce__ told."},
};

} // namespace

const TypeSpec coil::vm::kReversedSpec = {
    .name = "reversed",
    .size = sizeof(Reversed),
    .flags = kTypeGc | kTypeBase,
    .fillSlots = [](Slots &s) { s.iter = selfIter, s.next = reversedNext; },
    .traverse = [](Object *o, Visitor &v) { v.visit(static_cast<Reversed *>(o)->sequence); },
    .clear = [](Object *o) { replaceOwned(static_cast<Reversed *>(o)->sequence, Value()); },
    .methods = kMethods,
    .doc = "An iterator over the items of a sequence, the last one first.\n\nIt comes from __reversed__, or "
           "goes by length and index.",
};
