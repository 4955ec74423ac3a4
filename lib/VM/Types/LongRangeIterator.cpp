// longrange_iterator: steps through a range whose numbers do not fit in 64 bits.
#include "VM/Bind/Native.h"
#include "VM/Protocol/Protocol.h"
#include "VM/Types/Int/Int.h"
#include "VM/Types/Range.h"
#include "VM/Types/Sequence.h"
#include "VM/Types/Tuple.h"

using namespace coil::vm;

namespace {

struct LongRangeIterator : Object {
  Value index, start, step, length; // owned ints
};

LongRangeIterator *self(Value v) { return v.as<LongRangeIterator>(); }

Ref iteratorNext(Thread &, Value v) {
  LongRangeIterator *it = self(v);
  if (compareInts(it->index, it->length) >= 0) return {};
  Ref offset = intMul(it->index, it->step), item = intAdd(it->start, offset);
  replaceOwned(it->index, intAdd(it->index, Value::smallInt(1)).release());
  return item;
}

Ref iteratorHint(Thread &, const Value *args) { return intSub(self(args[0])->length, self(args[0])->index); }

Ref iteratorReduce(Thread &t, const Value *args) {
  LongRangeIterator *it = self(args[0]);
  Ref span = intMul(it->length, it->step), stop = intAdd(it->start, span);
  Ref range = TRY(makeRange(t, it->start, stop, it->step));
  Ref result = TRY(reduceIterator(t, range, 0));
  auto *parts = result.as<Tuple>();
  return packTuple((*parts)[0], (*parts)[1], it->index);
}

Ref iteratorSetState(Thread &t, const Value *args) {
  Ref index = TRY(coil::vm::index(t, args[1]));
  if (isNegativeInt(index)) index = Ref::smallInt(0);
  if (compareInts(index, self(args[0])->length) > 0) index = Ref::share(self(args[0])->length);
  replaceOwned(self(args[0])->index, index.release());
  return Ref::none();
}

NativeDef kMethods[] = {
    {"__length_hint__", iteratorHint, "!($self, /)", "How many items are still to come, as far as is known."},
    {"__reduce__", iteratorReduce, "!($self, /)", "What pickle and copy need to go on from the same place."},
    {"__setstate__", iteratorSetState, "!($self, state, /)",
     "Go to the given position, which __reduce__ told."},
};

} // namespace

Ref coil::vm::newLongRangeIterator(Value start, Value step, Value length) {
  auto *it = heap::make<LongRangeIterator>(types::LongRangeIterator);
  it->index = Value::smallInt(0);
  it->start = retained(start);
  it->step = retained(step);
  it->length = retained(length);
  return Ref::take(Value(it));
}

const TypeSpec coil::vm::kLongRangeIteratorSpec = {
    .name = "longrange_iterator",
    .size = sizeof(LongRangeIterator),
    .flags = kTypeNoInstantiate,
    .fillSlots = [](Slots &s) { s.iter = selfIter, s.next = iteratorNext; },
    .clear =
        [](Object *o) {
          auto *it = static_cast<LongRangeIterator *>(o);
          for (Value *v : {&it->index, &it->start, &it->step, &it->length}) replaceOwned(*v, Value());
        },
    .methods = kMethods,
};
