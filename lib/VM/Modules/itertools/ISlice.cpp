// itertools.islice.
#include "VM/Modules/itertools/Itertools.h"

using namespace coil::vm;

namespace {

struct ISlice : ValueRow<1> { // the iterator; empty once exhausted
  int64_t next, stop, step,
      count; // the index of the next item to give, the end (-1: none), the items taken so far
};

// A bound of the slice: None, or an index of 0 or more. `what` words the ValueError.
Result<int64_t> readBound(Thread &t, Value v, int64_t fallback, const char *message) {
  if (v.isNone()) return fallback;
  Ref number = typeOf(v)->slots.index ? index(t, v) : Ref();
  int64_t bound = -1;
  if (!number) {
    clearPending(t);
  } else if (!toInt64(number, bound)) {
    bound = -1;
  }
  if (bound < 0) return raise(t, types::ValueError, message);
  return bound;
}

constexpr char kStopMessage[] =
    "Stop argument for islice() must be None or an integer: 0 <= x <= sys.maxsize.";
constexpr char kIndexMessage[] = "Indices for islice() must be None or an integer: 0 <= x <= sys.maxsize.";

Ref isliceNew(Thread &t, Value, const CallArgs &args) {
  Type &type = *args.values[0].as<Type>();
  CHECK(refuseKeywords(t, type, types::ItertoolsISlice, args, "islice"));
  size_t n = args.positional - 1;
  const Value *v = args.values + 1;
  if (n < 2 || n > 4)
    return raise(t, types::TypeError, "islice expected at % arguments, got %", n < 2 ? "least 2" : "most 4",
                 n);
  int64_t start = 0, stop, step = 1;
  if (n == 2) {
    stop = TRY(readBound(t, v[1], -1, kStopMessage));
  } else {
    int64_t given = 0; // below -1, the end is an index like the others
    bool low = v[2].isInt() && toInt64(v[2], given) && given < -1;
    stop = TRY(readBound(t, v[2], -1, low ? kIndexMessage : kStopMessage));
    start = TRY(readBound(t, v[1], 0, kIndexMessage));
    if (n == 4) step = TRY(readBound(t, v[3], 1, "Step for islice() must be a positive integer or None."));
    if (step < 1) return raise(t, types::ValueError, "Step for islice() must be a positive integer or None.");
  }
  Ref source = TRY(iterate(t, v[0]));
  auto *self = newRow<ISlice>(type, {source});
  self->next = start;
  self->stop = stop;
  self->step = step;
  return Ref::take(Value(self));
}

Ref isliceNext(Thread &t, Value v) {
  auto *self = v.as<ISlice>();
  if (self->values[0].empty()) return {};
  Ref source = Ref::share(self->values[0]), item;
  bool ended = self->stop >= 0 && self->count >= self->stop;
  while (!ended && self->count < self->next) {
    item = nextItem(t, source);
    ended = !item;
    if (item) ++self->count;
  }
  ended = ended || (self->stop >= 0 && self->count >= self->stop);
  item = ended ? Ref() : nextItem(t, source);
  if (!item) {
    replaceOwned(self->values[0], Value());
    return {};
  }
  ++self->count;
  int64_t next;
  if (__builtin_add_overflow(self->next, self->step, &next) || (self->stop >= 0 && next > self->stop))
    next = self->stop >= 0 ? self->stop : INT64_MAX;
  self->next = next;
  return item;
}

Ref isliceReduce(Thread &t, const Value *args) {
  auto *self = args[0].as<ISlice>();
  if (self->values[0].empty()) { // exhausted: what is empty anyway stands in
    TupleRef none = emptyTuple();
    Ref empty = TRY(iterate(t, none));
    return reduceTo(args[0], {empty, Value::smallInt(0)}, Value::smallInt(0));
  }
  Ref next = makeInt(self->next), step = makeInt(self->step), count = makeInt(self->count);
  Ref stop = self->stop < 0 ? Ref::none() : makeInt(self->stop);
  return reduceTo(args[0], {self->values[0], next, stop, step}, count);
}

Ref isliceSetState(Thread &t, const Value *args) {
  args[0].as<ISlice>()->count = TRY(requiredInt64(t, args[1]));
  return Ref::none();
}

NativeDef kMethods[] = {
    {"__new__", isliceNew, "!($type, *args, **kwargs)", kNewDoc},
    {"__reduce__", isliceReduce, "!($self, /)", kReduceDoc},
    {"__setstate__", isliceSetState, "!($self, state, /)", kSetStateDoc},
};

} // namespace

const TypeSpec coil::vm::kItertoolsISliceSpec = {
    .name = "itertools.islice",
    .size = sizeof(ISlice),
    .flags = kTypeGc | kTypeBase,
    .fillSlots = [](Slots &s) { s.iter = selfIter, s.next = isliceNext; },
    .traverse = traverseRow<ISlice>,
    .clear = clearRow<ISlice>,
    .methods = kMethods,
    .doc = "islice(iterable, stop) or islice(iterable, start, stop[, step]): an iterator over a\n"
           "slice of the items. The arguments are those of a slice, but not negative. Items before\n"
           "start are read and dropped.",
};
