// slice.
#include "VM/Types/Slice.h"
#include "VM/Bind/Native.h"
#include "VM/Protocol/Protocol.h"
#include "VM/Types/Int/Int.h"
#include "VM/Types/Tuple.h"
#include "VM/Types/Type/Mro.h"

using namespace coil::vm;

Ref coil::vm::newSlice(Value start, Value stop, Value step) {
  auto *s = heap::make<Slice>(types::Slice);
  s->start = retained(start), s->stop = retained(stop), s->step = retained(step);
  return Ref::take(Value(s));
}

static Ref sliceIndex(Thread &t, Value v) {
  if (!isIntLike(v) && !typeOf(v)->slots.index)
    return raise(t, types::TypeError, "slice indices must be integers or None or have an __index__ method");
  return index(t, v);
}

static Status boundary(Thread &t, Value v, int64_t fallback, int64_t &out) {
  out = fallback;
  if (v.isNone()) return Status::ok();
  if (v.isInt()) {
    out = v.asInt();
    return Status::ok();
  }
  Ref number = TRY(sliceIndex(t, v));
  out = TRY(indexInt64(t, number, true));
  return Status::ok();
}

static int64_t clipped(int64_t i, int64_t length, bool backward) {
  if (i < 0) {
    i += length;
    return i < 0 ? (backward ? -1 : 0) : i;
  }
  return i >= length ? (backward ? length - 1 : length) : i;
}

Status coil::vm::sliceBounds(Thread &t, Value slice, const int64_t &length, SliceBounds &b) {
  auto *s = slice.as<Slice>();
  TRY(boundary(t, s->step, 1, b.step));
  if (b.step == 0) return raise(t, types::ValueError, "slice step cannot be zero");
  b.step = std::max(b.step, -INT64_MAX);
  bool backward = b.step < 0;
  TRY(boundary(t, s->start, backward ? INT64_MAX : 0, b.start));
  TRY(boundary(t, s->stop, backward ? INT64_MIN : INT64_MAX, b.stop));
  b.start = clipped(b.start, length, backward);
  b.stop = s->stop.isNone() && backward ? -1 : clipped(b.stop, length, backward);
  if (backward)
    b.count = b.stop < b.start ? (b.start - b.stop - 1) / -b.step + 1 : 0;
  else
    b.count = b.start < b.stop ? (b.stop - b.start - 1) / b.step + 1 : 0;
  return Status::ok();
}

namespace {

Slice *self(Value v) { return v.as<Slice>(); }

Ref sliceRepr(Thread &t, Value v) {
  return makeStr("slice(" + TRY(reprText(t, self(v)->start)) + ", " + TRY(reprText(t, self(v)->stop)) + ", " +
                 TRY(reprText(t, self(v)->step)) + ")");
}

TupleRef parts(Value v) { return packTuple(self(v)->start, self(v)->stop, self(v)->step); }

Ref sliceCompare(Thread &t, Value a, Value b, CompareOp op) {
  if (!isExactly(b, types::Slice)) return Ref::notImplemented();
  return compare(t, parts(a), parts(b), op);
}

Ref sliceNew(Thread &t, Value, const CallArgs &args) {
  if (args.keywordCount()) return raise(t, types::TypeError, "slice() takes no keyword arguments");
  const Value *v = args.values + 1;
  switch (args.positional) {
  case 2: return newSlice(Value::none(), v[0], Value::none());
  case 3: return newSlice(v[0], v[1], Value::none());
  case 4: return newSlice(v[0], v[1], v[2]);
  }
  bool few = args.positional < 2;
  return raise(t, types::TypeError, "slice expected at % argument%, got %", few ? "least 1" : "most 3",
               few ? "" : "s", args.positional - 1);
}

// One end of a slice of `length` items as an int of any size, kept between `low` and `high`.
Ref clippedEnd(Thread &t, Value v, Value length, Value low, Value high, Value fallback) {
  if (v.isNone()) return Ref::share(fallback);
  Ref i = TRY(sliceIndex(t, v));
  if (isNegativeInt(i)) {
    i = intAdd(i, length);
    return compareInts(i, low) < 0 ? Ref::share(low) : std::move(i);
  }
  return compareInts(i, high) > 0 ? Ref::share(high) : std::move(i);
}

Ref sliceIndices(Thread &t, const Value *args) {
  Ref length = TRY(index(t, args[1])), start, stop, step;
  if (isNegativeInt(length)) return raise(t, types::ValueError, "length should not be negative");
  TRY(sliceOfLength(t, args[0], length, start, stop, step));
  return packTuple(start.get(), stop.get(), step.get());
}

Ref sliceReduce(Thread &, const Value *args) {
  return packTuple(Value(&types::Slice), Value(parts(args[0])));
}

Ref getStart(Thread &, Value v) { return Ref::share(self(v)->start); }
Ref getStop(Thread &, Value v) { return Ref::share(self(v)->stop); }
Ref getStep(Thread &, Value v) { return Ref::share(self(v)->step); }

NativeDef kMethods[] = {
    {"__new__", sliceNew, "!($type, *args, **kwargs)", "Make a new object of the class."},
    {"indices", sliceIndices, "!($self, length, /)",
     "indices(length): the slice for a sequence of this length, as (start, stop, step) to be given\nto "
     "range()."},
    {"__reduce__", sliceReduce, "!($self, /)", "What pickle and copy need to make an equal slice."},
};

const GetSetDef kGetSets[] = {
    {"start", getStart, nullptr, nullptr, true},
    {"stop", getStop, nullptr, nullptr, true},
    {"step", getStep, nullptr, nullptr, true},
};

} // namespace

Status coil::vm::sliceOfLength(Thread &t, Value slice, Value length, Ref &start, Ref &stop, Ref &step) {
  Slice *s = self(slice);
  step = s->step.isNone() ? Ref::smallInt(1) : TRY(sliceIndex(t, s->step));
  if (isZeroInt(step)) return raise(t, types::ValueError, "slice step cannot be zero");
  bool backward = isNegativeInt(step);
  Ref low = Ref::smallInt(backward ? -1 : 0);
  Ref high = backward ? intSub(length, Value::smallInt(1)) : Ref::share(length);
  start = TRY(clippedEnd(t, s->start, length, low, high, backward ? high : low));
  stop = TRY(clippedEnd(t, s->stop, length, low, high, backward ? low : high));
  return Status::ok();
}

const TypeSpec coil::vm::kSliceSpec = {
    .name = "slice",
    .size = sizeof(Slice),
    .flags = kTypeGc,
    .fillSlots = [](Slots &s) { s.repr = sliceRepr, s.compare = sliceCompare, s.hash = hashNotImplemented; },
    .traverse =
        [](Object *o, Visitor &v) {
          v.visit(self(Value(o))->start), v.visit(self(Value(o))->stop), v.visit(self(Value(o))->step);
        },
    .clear =
        [](Object *o) {
          auto *s = static_cast<Slice *>(o);
          if (s->refCount) return;
          release(s->start), release(s->stop), release(s->step);
        },
    .methods = kMethods,
    .getsets = kGetSets,
    .doc = "slice(stop), slice(start, stop[, step]): what a[start:stop:step] hands to a's __getitem__.",
};
