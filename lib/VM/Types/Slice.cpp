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

static Status boundary(Thread &t, Value v, int64_t fallback, int64_t &out) {
  out = fallback;
  if (v.isNone()) return Status::ok();
  if (!isIntLike(v) && !typeOf(v)->slots.index)
    return raise(t, types::TypeError, "slice indices must be integers or None or have an __index__ method");
  out = TRY(indexInt64(t, v, true));
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

Ref sliceIndices(Thread &t, const Value *args) {
  int64_t length = TRY(indexInt64(t, args[1], true));
  if (length < 0) return raise(t, types::ValueError, "length should not be negative");
  SliceBounds b;
  TRY(sliceBounds(t, args[0], length, b));
  Ref start = makeInt(b.start), stop = makeInt(b.stop), step = makeInt(b.step);
  return packTuple(start.get(), stop.get(), step.get());
}

Ref sliceReduce(Thread &, const Value *args) {
  return packTuple(Value(&types::Slice), Value(parts(args[0])));
}

Ref getStart(Thread &, Value v) { return Ref::share(self(v)->start); }
Ref getStop(Thread &, Value v) { return Ref::share(self(v)->stop); }
Ref getStep(Thread &, Value v) { return Ref::share(self(v)->step); }

NativeDef kMethods[] = {
    {"__new__", sliceNew, "!($type, *args, **kwargs)",
     "Create and return a new object.  See help(type) for accurate signature."},
    {"indices", sliceIndices, "!($self, length, /)",
     "S.indices(len) -> (start, stop, stride)\n\nAssuming a sequence of length len, calculate the start and "
     "stop\nindices, and the stride length of the "
     "extended slice described by\nS. Out of bounds indices are clipped in a manner consistent with "
     "the\nhandling of normal slices."},
    {"__reduce__", sliceReduce, "!($self, /)", "Return state information for pickling."},
};

const GetSetDef kGetSets[] = {
    {"start", getStart, nullptr, nullptr, true},
    {"stop", getStop, nullptr, nullptr, true},
    {"step", getStep, nullptr, nullptr, true},
};

} // namespace

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
    .doc = "slice(stop)\nslice(start, stop[, step])\n\nCreate a slice object.  This is used for extended "
           "slicing (e.g. a[0:10:2]).",
};
