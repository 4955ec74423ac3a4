// tuple.
#include "VM/Types/Tuple.h"
#include "VM/Bind/Native.h"
#include "VM/Heap/Gc.h"
#include "VM/Protocol/Protocol.h"
#include "VM/Types/Int/Int.h"
#include "VM/Types/List.h"
#include "VM/Types/Sequence.h"
#include "VM/Types/Type/TypeObject.h"

using namespace coil::vm;

TupleRef coil::vm::emptyTuple() {
  static Tuple *empty = heap::make<Tuple>(types::Tuple);
  return TupleRef::share(empty);
}

TupleRef coil::vm::newTuple(int64_t length) {
  if (length == 0) return emptyTuple();
  // The length is set last: a collection during allocation sees an empty tuple.
  auto *tuple = heap::make<Tuple>(types::Tuple, length * sizeof(Value));
  tuple->length = length;
  return TupleRef::take(tuple);
}

TupleRef coil::vm::makeTuple(llvm::ArrayRef<Value> borrowed) {
  TupleRef tuple = newTuple(borrowed.size());
  for (size_t i = 0; i < borrowed.size(); ++i) tuple->items()[i] = retained(borrowed[i]);
  return tuple;
}

TupleRef coil::vm::takeTuple(llvm::MutableArrayRef<Value> owned) {
  TupleRef tuple = newTuple(owned.size());
  for (size_t i = 0; i < owned.size(); ++i) tuple->items()[i] = owned[i];
  return tuple;
}

namespace {

llvm::ArrayRef<Value> itemsOf(Value v) { return v.as<Tuple>()->values(); }

Ref tupleRepr(Thread &t, Value self) {
  if (!self.as<Tuple>()->length) return makeStrAscii("()");
  ReprGuard guard(self);
  if (!guard.entered()) return makeStrAscii("(...)");
  return reprOfItems(t, self, "(", self.as<Tuple>()->length == 1 ? ",)" : ")");
}

// xxHash's mixing, as CPython's tuple hash has it.
Result<int64_t> tupleHash(Thread &t, Value self) {
  constexpr uint64_t kPrime1 = 11400714785074694791u, kPrime2 = 14029467366897019727u,
                     kPrime5 = 2870177450012600261u;
  uint64_t acc = kPrime5;
  for (Value item : itemsOf(self)) {
    auto lane = uint64_t(TRY(hash(t, item)));
    acc += lane * kPrime2;
    acc = acc << 31 | acc >> 33;
    acc *= kPrime1;
  }
  acc += uint64_t(itemsOf(self).size()) ^ (kPrime5 ^ 3527539u);
  return acc == uint64_t(-1) ? 1546275796 : int64_t(acc);
}

// Whether all items are equal; tuples of one length.
Result<bool> equalItems(Thread &t, const Tuple *x, const Tuple *y) {
  for (int64_t i = 0; i < x->length; ++i) {
    Value p = (*x)[i], q = (*y)[i];
    if (p == q) continue;
    if (bothInts(p, q)) return false;
    bool same = isExactStr(p) && isExactStr(q) ? equalStr(p.as<Str>(), q.as<Str>()) : TRY(equal(t, p, q));
    if (!same) return false;
  }
  return true;
}

Ref tupleCompare(Thread &t, Value a, Value b, CompareOp op) {
  if (!isTuple(a) || !isTuple(b)) return Ref::notImplemented();
  if (op == CompareOp::Eq || op == CompareOp::Ne) {
    bool same =
        a.as<Tuple>()->length == b.as<Tuple>()->length && TRY(equalItems(t, a.as<Tuple>(), b.as<Tuple>()));
    return Ref::boolean(same == (op == CompareOp::Eq));
  }
  return compareSequences(t, a, b, op);
}

Result<int64_t> tupleLen(Thread &, Value self) { return self.as<Tuple>()->length; }

Ref tupleGetItem(Thread &t, Value self, Value key) {
  auto *tuple = self.as<Tuple>();
  if (isExactly(key, types::Slice)) {
    SliceBounds b;
    TRY(sliceBounds(t, key, tuple->length, b));
    if (b.count == tuple->length && b.step == 1 && isExactly(self, types::Tuple)) return Ref::share(self);
    TupleRef result = newTuple(b.count);
    for (int64_t i = 0; i < b.count; ++i) result->items()[i] = retained((*tuple)[b.start + i * b.step]);
    return result;
  }
  int64_t i;
  TRY(sequenceIndex(t, key, tuple->length, "tuple", "tuple index out of range", i));
  return Ref::share((*tuple)[i]);
}

Result<bool> tupleContains(Thread &t, Value self, Value key) {
  for (Value item : itemsOf(self))
    if (TRY(equal(t, item, key))) return true;
  return false;
}

Ref tupleConcat(Thread &t, Value a, Value b) {
  if (!isTuple(b))
    return raise(t, types::TypeError, "can only concatenate tuple (not \"%\") to tuple", typeName(b));
  if (!itemsOf(a).size() && isExactly(b, types::Tuple)) return Ref::share(b);
  if (!itemsOf(b).size() && isExactly(a, types::Tuple)) return Ref::share(a);
  llvm::SmallVector<Value, 16> items(itemsOf(a));
  items.append(itemsOf(b).begin(), itemsOf(b).end());
  return makeTuple(items);
}

Ref tupleRepeat(Thread &t, Value self, Value count) {
  int64_t n = TRY(repeatCount(t, count, itemsOf(self).size()));
  if (n == 1 && isExactly(self, types::Tuple)) return Ref::share(self);
  TupleRef result = newTuple(n * itemsOf(self).size());
  Value *to = result->items();
  for (int64_t i = 0; i < n; ++i)
    for (Value item : itemsOf(self)) *to++ = retained(item);
  return result;
}

Ref tupleIter(Thread &, Value self) {
  auto *it = heap::make<TupleIterator>(types::TupleIterator);
  it->tuple = TupleRef::share(self.as<Tuple>()).release();
  return Ref::take(Value(it));
}

// __new__(iterable=())
Ref tupleNew(Thread &t, const Value *args) {
  Type *type = args[0].as<Type>();
  TupleRef items;
  if (args[1].empty())
    items = emptyTuple();
  else if (type == &types::Tuple && isExactly(args[1], types::Tuple))
    return Ref::share(args[1]);
  else
    items = TRY(tupleFrom(t, args[1]));
  if (type == &types::Tuple) return items;
  auto *instance = heap::make<Tuple>(*type, items->length * sizeof(Value));
  for (int64_t i = 0; i < items->length; ++i) instance->items()[i] = retained((*items)[i]);
  instance->length = items->length;
  return Ref::take(Value(instance));
}

Ref tupleCount(Thread &t, const Value *args) {
  int64_t n = 0;
  for (Value item : itemsOf(args[0])) n += TRY(equal(t, item, args[1]));
  return makeInt(n);
}

Ref tupleIndex(Thread &t, const Value *args) {
  int64_t start, stop;
  TRY(searchBounds(t, args[2], args[3], itemsOf(args[0]).size(), start, stop));
  for (int64_t i = start; i < stop; ++i)
    if (TRY(equal(t, itemsOf(args[0])[i], args[1]))) return makeInt(i);
  return raise(t, types::ValueError, "tuple.index(x): x not in tuple");
}

Ref tupleGetNewArgs(Thread &, const Value *args) { return packTuple(Value(makeTuple(itemsOf(args[0])))); }

void tupleTraverse(Object *self, Visitor &visitor) {
  for (Value v : static_cast<Tuple *>(self)->values()) visitor.visit(v);
}

void tupleClear(Object *self) {
  auto *tuple = static_cast<Tuple *>(self);
  if (tuple->refCount) return; // reachable from a cycle still: others release what it holds
  for (int64_t i = 0; i < tuple->length; ++i) release(std::exchange(tuple->items()[i], Value()));
}

// --- iterator
// ----------------------------------------------------------------------------------------------------

Ref tupleIteratorNext(Thread &, Value self) {
  auto *it = self.as<TupleIterator>();
  if (!it->tuple) return {};
  if (it->index < it->tuple->length) return Ref::share((*it->tuple)[it->index++]);
  replaceOwned<Tuple>(it->tuple, nullptr);
  return {};
}

Ref tupleIteratorHint(Thread &, const Value *args) {
  auto *it = args[0].as<TupleIterator>();
  return makeInt(it->tuple ? it->tuple->length - it->index : 0);
}

Ref tupleIteratorReduce(Thread &t, const Value *args) {
  auto *it = args[0].as<TupleIterator>();
  return reduceIterator(t, it->tuple ? Value(it->tuple) : Value(), it->index);
}

Ref tupleIteratorSetState(Thread &t, const Value *args) {
  auto *it = args[0].as<TupleIterator>();
  int64_t i = TRY(requiredInt64(t, args[1]));
  if (it->tuple) it->index = std::clamp<int64_t>(i, 0, it->tuple->length);
  return Ref::none();
}

NativeDef kTupleIteratorMethods[] = {
    {"__length_hint__", tupleIteratorHint, "!($self, /)",
     "How many items are still to come, as far as is known."},
    {"__reduce__", tupleIteratorReduce, "!($self, /)",
     "What pickle and copy need to go on from the same place."},
    {"__setstate__", tupleIteratorSetState, "!($self, state, /)",
     "Go to the given position, which __reduce__ told."},
};

NativeDef kTupleMethods[] = {
    {"__new__", tupleNew, "($type, iterable=(), /)", "Make a new object of the class."},
    {"__getnewargs__", tupleGetNewArgs, "($self, /)", nullptr},
    {"index", tupleIndex, "($self, value, start=0, stop=sys.maxsize, /)",
     "The index of the first item in self[start:stop] that is equal to value; ValueError if there is none."},
    {"count", tupleCount, "($self, value, /)", "How many items are equal to value."},
    {"__class_getitem__", newGenericAliasMethod, "!($type, item, /)", "See PEP 585", NativeKind::Class},
};

} // namespace

const TypeSpec coil::vm::kTupleSpec = {
    .name = "tuple",
    .size = sizeof(Tuple),
    .flags = kTypeBase | kTypeGc | kTypeTupleSubclass | kTypeMatchSequence | kTypeMatchSelf,
    .fillSlots =
        [](Slots &s) {
          s.repr = tupleRepr, s.hash = tupleHash, s.compare = tupleCompare, s.len = tupleLen,
          s.getItem = tupleGetItem;
          s.contains = tupleContains, s.concat = tupleConcat, s.repeat = tupleRepeat, s.iter = tupleIter;
        },
    .traverse = tupleTraverse,
    .clear = tupleClear,
    .extraSize =
        [](const Object *o) { return size_t(static_cast<const Tuple *>(o)->length) * sizeof(Value); },
    .methods = kTupleMethods,
    .doc = "A sequence that cannot be changed: empty, or of the items of an iterable. Of a tuple it is\nthe "
           "tuple itself.",
};

const TypeSpec coil::vm::kTupleIteratorSpec = {
    .name = "tuple_iterator",
    .size = sizeof(TupleIterator),
    .flags = kTypeGc | kTypeNoInstantiate,
    .fillSlots = [](Slots &s) { s.iter = selfIter, s.next = tupleIteratorNext; },
    .traverse = [](Object *self, Visitor &v) { v.visitPointer(static_cast<TupleIterator *>(self)->tuple); },
    .clear = [](Object *self) { replaceOwned<Tuple>(static_cast<TupleIterator *>(self)->tuple, nullptr); },
    .methods = kTupleIteratorMethods,
};
