// range and its iterator.
#include "VM/Types/Range.h"
#include "VM/Bind/Native.h"
#include "VM/Core/Names.h"
#include "VM/Core/Runtime.h"
#include "VM/Protocol/Protocol.h"
#include "VM/Types/Dict/Dict.h"
#include "VM/Types/Int/Int.h"
#include "VM/Types/Iterators.h"
#include "VM/Types/Sequence.h"
#include "VM/Types/Slice.h"
#include "VM/Types/Tuple.h"

using namespace coil::vm;

namespace {

struct Range : Object {
  Value start, stop, step, length; // owned ints of any size
};

Range *self(Value v) { return v.as<Range>(); }

// How many numbers there are from start by step before stop.
Ref countOf(Thread &t, Value start, Value stop, Value step) {
  bool backward = isNegativeInt(step);
  Value low = backward ? stop : start, high = backward ? start : stop;
  if (compareInts(low, high) >= 0) return Ref::smallInt(0);
  Ref span = intSub(high, low), one = Ref::smallInt(1), stride = intAbs(step);
  Ref last = intSub(span, one);
  Ref quotient = TRY(intFloorDiv(t, last, stride));
  return intAdd(quotient, one);
}

} // namespace

Ref coil::vm::makeRange(Thread &t, Value start, Value stop, Value step) {
  Ref length = TRY(countOf(t, start, stop, step));
  auto *r = heap::make<Range>(types::Range);
  r->start = retained(start), r->stop = retained(stop), r->step = retained(step),
  r->length = length.release();
  return Ref::take(Value(r));
}

namespace {

Ref rangeNew(Thread &t, Value, const CallArgs &args) {
  if (args.keywordCount()) return raise(t, types::TypeError, "range() takes no keyword arguments");
  size_t n = args.positional - 1;
  const Value *v = args.values + 1;
  if (n < 1 || n > 3)
    return raise(t, types::TypeError, "range expected at % argument%, got %", n < 1 ? "least 1" : "most 3",
                 n < 1 ? "" : "s", n);
  if (n == 1) {
    Ref stop = TRY(index(t, v[0]));
    return makeRange(t, Value::smallInt(0), stop, Value::smallInt(1));
  }
  Ref start = TRY(index(t, v[0])), stop = TRY(index(t, v[1])), step = Ref::smallInt(1);
  if (n == 3) step = TRY(index(t, v[2]));
  if (isZeroInt(step)) return raise(t, types::ValueError, "range() arg 3 must not be zero");
  return makeRange(t, start, stop, step);
}

// start + i * step
Ref itemAt(Value range, Value i) {
  Ref offset = intMul(i, self(range)->step);
  return intAdd(self(range)->start, offset);
}

Ref rangeRepr(Thread &, Value v) {
  std::string text = "range(" + intToString(self(v)->start) + ", " + intToString(self(v)->stop);
  if (compareInts(self(v)->step, Value::smallInt(1))) text += ", " + intToString(self(v)->step);
  return makeStr(text + ")");
}

Result<int64_t> rangeLen(Thread &t, Value v) {
  int64_t n;
  if (toInt64(self(v)->length, n)) return n;
  return raise(t, types::OverflowError, "Python int too large to convert to C ssize_t");
}

Result<bool> rangeBool(Thread &, Value v) { return !isZeroInt(self(v)->length); }

Ref rangeSlice(Thread &t, Value v, Value key) {
  Ref first, last, stride;
  TRY(sliceOfLength(t, key, self(v)->length, first, last, stride));
  Ref start = itemAt(v, first), stop = itemAt(v, last), step = intMul(stride, self(v)->step);
  return makeRange(t, start, stop, step);
}

Ref rangeGetItem(Thread &t, Value v, Value key) {
  if (isExactly(key, types::Slice)) return rangeSlice(t, v, key);
  if (!isIntLike(key) && !typeOf(key)->slots.index)
    return raise(t, types::TypeError, "range indices must be integers or slices, not %", typeName(key));
  Ref i = TRY(index(t, key));
  if (isNegativeInt(i)) i = intAdd(i, self(v)->length);
  if (isNegativeInt(i) || compareInts(i, self(v)->length) >= 0)
    return raise(t, types::IndexError, "range object index out of range");
  return itemAt(v, i);
}

// The position of an int in the range; empty without an exception if it is not in it.
Ref positionOf(Thread &t, Value v, Value number) {
  Range *r = self(v);
  bool backward = isNegativeInt(r->step);
  bool inside = backward ? compareInts(number, r->start) <= 0 && compareInts(number, r->stop) > 0
                         : compareInts(number, r->start) >= 0 && compareInts(number, r->stop) < 0;
  if (!inside) return {};
  Ref offset = intSub(number, r->start), quotient, remainder;
  TRY(intDivmod(t, offset, r->step, quotient, remainder));
  return isZeroInt(remainder) ? std::move(quotient) : Ref();
}

bool isPlainInt(Value v) { return v.isInt() || v.isBool() || isExactly(v, types::Int); }

Result<bool> rangeContains(Thread &t, Value v, Value key) {
  if (isPlainInt(key)) return bool(positionOf(t, v, key));
  Ref iterator = TRY(iterate(t, v));
  while (Ref item = nextItem(t, iterator))
    if (TRY(equal(t, item, key))) return true;
  if (t.hasPending()) return {};
  return false;
}

Ref rangeCompare(Thread &, Value a, Value b, CompareOp op) {
  if ((op != CompareOp::Eq && op != CompareOp::Ne) || !isExactly(b, types::Range))
    return Ref::notImplemented();
  Range *x = self(a), *y = self(b);
  bool same = compareInts(x->length, y->length) == 0;
  if (same && !isZeroInt(x->length)) {
    same = compareInts(x->start, y->start) == 0;
    if (same && compareInts(x->length, Value::smallInt(1))) same = compareInts(x->step, y->step) == 0;
  }
  return Ref::boolean(same == (op == CompareOp::Eq));
}

Result<int64_t> rangeHash(Thread &t, Value v) {
  Range *r = self(v);
  Value start = isZeroInt(r->length) ? Value::none() : r->start;
  bool one = compareInts(r->length, Value::smallInt(1)) <= 0;
  TupleRef key = packTuple(r->length, start, one ? Value::none() : r->step);
  return hash(t, key);
}

Ref makeIterator(Thread &t, Value start, Value step, Value length) {
  auto *it = heap::make<RangeIterator>(types::RangeIterator);
  Ref result = Ref::take(Value(it));
  int64_t span, end; // every number it gives, and the end it comes to, must fit
  if (toInt64(start, it->current) && toInt64(step, it->step) && toInt64(length, it->remaining) &&
      !__builtin_mul_overflow(it->step, it->remaining, &span) &&
      !__builtin_add_overflow(it->current, span, &end)) {
    it->length = it->remaining;
    return result;
  }
  return newLongRangeIterator(start, step, length);
}

Ref rangeIter(Thread &t, Value v) { return makeIterator(t, self(v)->start, self(v)->step, self(v)->length); }

Ref rangeReversed(Thread &t, const Value *args) {
  Range *r = self(args[0]);
  Ref one = Ref::smallInt(1);
  Ref last = intSub(r->length, one);
  Ref start = itemAt(args[0], last), step = intNegative(r->step);
  return makeIterator(t, start, step, r->length);
}

Ref rangeCount(Thread &t, const Value *args) {
  if (isPlainInt(args[1])) return makeInt(int64_t(bool(positionOf(t, args[0], args[1]))));
  int64_t n = 0;
  TRY(forEach(t, args[0], [&](Value item) -> Status {
    n += TRY(equal(t, item, args[1]));
    return Status::ok();
  }));
  return makeInt(n);
}

Ref rangeIndex(Thread &t, const Value *args) {
  if (isPlainInt(args[1])) {
    Ref position = positionOf(t, args[0], args[1]);
    if (position || t.hasPending()) return position;
    return raise(t, types::ValueError, "% is not in range", TRY(reprText(t, args[1])));
  }
  int64_t i = 0;
  Ref iterator = TRY(iterate(t, args[0]));
  while (Ref item = nextItem(t, iterator)) {
    if (TRY(equal(t, item, args[1]))) return makeInt(i);
    ++i;
  }
  if (t.hasPending()) return {};
  return raise(t, types::ValueError, "sequence.index(x): x not in sequence");
}

Ref rangeReduce(Thread &, const Value *args) {
  Range *r = self(args[0]);
  TupleRef parts = packTuple(r->start, r->stop, r->step);
  return packTuple(Value(&types::Range), Value(parts));
}

Ref getStart(Thread &, Value v) { return Ref::share(self(v)->start); }
Ref getStop(Thread &, Value v) { return Ref::share(self(v)->stop); }
Ref getStep(Thread &, Value v) { return Ref::share(self(v)->step); }

NativeDef kMethods[] = {
    {"__new__", rangeNew, "!($type, *args, **kwargs)", "Make a new object of the class."},
    {"__reversed__", rangeReversed, "!($self, /)", "An iterator over the numbers, the last one first."},
    {"__reduce__", rangeReduce, "!($self, /)", nullptr},
    {"count", rangeCount, "!($self, value, /)",
     "count(value): how often the value is in the range, at most once."},
    {"index", rangeIndex, "!($self, value, /)",
     "index(value): the position of the value; ValueError if it is not in the range."},
};

const GetSetDef kGetSets[] = {
    {"start", getStart, nullptr, nullptr, true},
    {"stop", getStop, nullptr, nullptr, true},
    {"step", getStep, nullptr, nullptr, true},
};

Ref iteratorNext(Thread &, Value v) { return Ref::take(rangeIteratorNext(v.object())); }

Ref iteratorHint(Thread &, const Value *args) { return makeInt(args[0].as<RangeIterator>()->remaining); }

Ref iteratorReduce(Thread &t, const Value *args) {
  auto *it = args[0].as<RangeIterator>();
  int64_t position = it->length - it->remaining, first = it->current - position * it->step;
  Ref start = makeInt(first), stop = makeInt(first + it->length * it->step), step = makeInt(it->step);
  Ref range = TRY(makeRange(t, start, stop, step));
  return reduceIterator(t, range, position);
}

Ref iteratorSetState(Thread &t, const Value *args) {
  auto *it = args[0].as<RangeIterator>();
  int64_t position = std::clamp<int64_t>(TRY(asInt64(t, args[1])), 0, it->length);
  int64_t skip = position - (it->length - it->remaining);
  it->current = int64_t(uint64_t(it->current) + uint64_t(skip) * uint64_t(it->step));
  it->remaining -= skip;
  return Ref::none();
}

NativeDef kIteratorMethods[] = {
    {"__length_hint__", iteratorHint, "!($self, /)", "How many items are still to come, as far as is known."},
    {"__reduce__", iteratorReduce, "!($self, /)", "What pickle and copy need to go on from the same place."},
    {"__setstate__", iteratorSetState, "!($self, state, /)",
     "Go to the given position, which __reduce__ told."},
};

} // namespace

Value coil::vm::rangeIteratorNext(Object *iterator) {
  auto *it = static_cast<RangeIterator *>(iterator);
  if (it->remaining <= 0) return Value();
  int64_t value = it->current;
  it->current = int64_t(uint64_t(value) + uint64_t(it->step));
  --it->remaining;
  if (Value::fitsInt(value)) [[likely]]
    return Value::smallInt(value);
  return makeInt(value).release();
}

const TypeSpec coil::vm::kRangeSpec = {
    .name = "range",
    .size = sizeof(Range),
    .flags = kTypeMatchSequence,
    .fillSlots =
        [](Slots &s) {
          s.repr = rangeRepr, s.compare = rangeCompare, s.hash = rangeHash, s.len = rangeLen,
          s.boolean = rangeBool;
          s.getItem = rangeGetItem, s.contains = rangeContains, s.iter = rangeIter;
        },
    .clear =
        [](Object *o) {
          auto *r = static_cast<Range *>(o);
          for (Value v : {r->start, r->stop, r->step, r->length}) release(v);
        },
    .methods = kMethods,
    .getsets = kGetSets,
    .doc = "range(stop), range(start, stop[, step]): the integers from start, by default 0, up to "
           "stop,\nwhich is not among them.\n\nThey are step apart, by default 1, and count down if it is "
           "negative. None of them is stored.",
};

const TypeSpec coil::vm::kRangeIteratorSpec = {
    .name = "range_iterator",
    .size = sizeof(RangeIterator),
    .flags = kTypeNoInstantiate,
    .fillSlots = [](Slots &s) { s.iter = selfIter, s.next = iteratorNext; },
    .methods = kIteratorMethods,
};
