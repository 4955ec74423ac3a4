// iterator: steps through an object that has __getitem__ only.
#include "VM/Bind/Native.h"
#include "VM/Protocol/Protocol.h"
#include "VM/Types/Int/Int.h"
#include "VM/Types/Iterators.h"
#include "VM/Types/Sequence.h"

using namespace coil::vm;

namespace {

struct SequenceIterator : Object {
  Value sequence; // owned; empty once exhausted
  int64_t index;
};

Ref sequenceIteratorNext(Thread &t, Value v) {
  auto *self = v.as<SequenceIterator>();
  if (self->sequence.empty()) return {};
  if (self->index == INT64_MAX) return raise(t, types::OverflowError, "iter index too large");
  Ref position = makeInt(self->index);
  Ref keep = Ref::share(self->sequence); // the call below may exhaust the iterator
  Ref item = getItem(t, keep, position);
  if (item) {
    ++self->index;
    return item;
  }
  if (catchPending(t, types::IndexError) || catchPending(t, types::StopIteration))
    replaceOwned(self->sequence, Value());
  return {};
}

Ref sequenceIteratorHint(Thread &t, const Value *args) {
  auto *self = args[0].as<SequenceIterator>();
  if (self->sequence.empty()) return makeInt(0);
  if (!typeOf(self->sequence)->slots.len) return Ref::notImplemented();
  int64_t n = TRY(length(t, self->sequence));
  return makeInt(std::max<int64_t>(n - self->index, 0));
}

Ref sequenceIteratorReduce(Thread &t, const Value *args) {
  auto *self = args[0].as<SequenceIterator>();
  return reduceIterator(t, self->sequence, self->index);
}

Ref sequenceIteratorSetState(Thread &t, const Value *args) {
  auto *self = args[0].as<SequenceIterator>();
  int64_t position = TRY(requiredInt64(t, args[1]));
  if (!self->sequence.empty()) self->index = std::max<int64_t>(position, 0);
  return Ref::none();
}

NativeDef kMethods[] = {
    {"__length_hint__", sequenceIteratorHint, "!($self, /)",
     "How many items are still to come, as far as is known."},
    {"__reduce__", sequenceIteratorReduce, "!($self, /)",
     "What pickle and copy need to go on from the same place."},
    {"__setstate__", sequenceIteratorSetState, "!($self, state, /)",
     "Go to the given position, which __reduce__ told."},
};

} // namespace

Ref coil::vm::newSequenceIterator(Value sequence) {
  auto *self = heap::make<SequenceIterator>(types::SequenceIterator);
  self->sequence = retained(sequence);
  return Ref::take(Value(self));
}

const TypeSpec coil::vm::kSequenceIteratorSpec = {
    .name = "iterator",
    .size = sizeof(SequenceIterator),
    .flags = kTypeGc | kTypeNoInstantiate,
    .fillSlots = [](Slots &s) { s.iter = selfIter, s.next = sequenceIteratorNext; },
    .traverse = [](Object *o, Visitor &v) { v.visit(static_cast<SequenceIterator *>(o)->sequence); },
    .clear = [](Object *o) { replaceOwned(static_cast<SequenceIterator *>(o)->sequence, Value()); },
    .methods = kMethods,
};
