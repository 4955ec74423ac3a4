// itertools.tee: several iterators over one, through a chain of blocks that they share.
#include "VM/Core/Names.h"
#include "VM/Modules/itertools/Itertools.h"

using namespace coil::vm;

namespace {

// CPython's block size; it shows in pickles.
constexpr int64_t kBlock = 57;

struct TeeData : Object {
  Value source;        // owned: the iterator
  Value items[kBlock]; // owned
  int64_t count;
  TeeData *next; // owned; null: not made yet
  bool running;  // the iterator is being asked, and asked this object in turn
};

struct Tee : Object {
  TeeData *data; // owned
  int64_t index;
};

Ref newData(Value source) {
  auto *data = heap::make<TeeData>(types::ItertoolsTeeData);
  data->source = retained(source);
  return Ref::take(Value(data));
}

Ref newTee(Type &type, TeeData *data, int64_t index) {
  auto *tee = heap::make<Tee>(type);
  tee->data = ObjectRef<TeeData>::share(data).release();
  tee->index = index;
  return Ref::take(Value(tee));
}

Ref itemAt(Thread &t, TeeData *data, int64_t i) {
  if (i < data->count) return Ref::share(data->items[i]);
  if (data->running) return raise(t, types::RuntimeError, "cannot re-enter the tee iterator");
  ObjectRef<TeeData> keep = ObjectRef<TeeData>::share(data);
  data->running = true;
  Ref item = nextItem(t, data->source);
  data->running = false;
  if (item) data->items[data->count++] = retained(item);
  return item;
}

TeeData *nextBlock(TeeData *data) {
  if (!data->next) data->next = newData(data->source).release().as<TeeData>();
  return data->next;
}

Ref teeNext(Thread &t, Value v) {
  auto *self = v.as<Tee>();
  if (self->index >= kBlock) {
    replaceOwned(self->data, ObjectRef<TeeData>::share(nextBlock(self->data)).release());
    self->index = 0;
  }
  Ref item = itemAt(t, self->data, self->index);
  if (item) ++self->index;
  return item;
}

// An iterator that can be copied: a tee is, others are wrapped.
Ref teeFrom(Thread &t, Type &type, Value iterable) {
  Ref iterator = TRY(iterate(t, iterable));
  if (isExactly(iterator, types::ItertoolsTee))
    return newTee(types::ItertoolsTee, iterator.as<Tee>()->data, iterator.as<Tee>()->index);
  Ref data = newData(iterator);
  return newTee(type, data.as<TeeData>(), 0);
}

Ref teeNew(Thread &t, const Value *args) { return teeFrom(t, *args[0].as<Type>(), args[1]); }

Ref teeCopy(Thread &, const Value *args) {
  auto *self = args[0].as<Tee>();
  return newTee(types::ItertoolsTee, self->data, self->index);
}

Ref teeReduce(Thread &, const Value *args) {
  auto *self = args[0].as<Tee>();
  TupleRef none = emptyTuple(), arguments = packTuple(none);
  Ref index = makeInt(self->index);
  TupleRef state = packTuple(Value(self->data), index);
  return packTuple(Value(typeOf(args[0])), arguments, state);
}

Ref teeSetState(Thread &t, const Value *args) {
  if (!isTuple(args[1])) return raise(t, types::TypeError, "state is not a tuple");
  auto *state = args[1].as<Tuple>();
  if (state->length != 2 || !isExactly((*state)[0], types::ItertoolsTeeData))
    return raise(t, types::TypeError, "state is not a tuple of a tee dataobject and an index");
  int64_t index = TRY(asInt64(t, (*state)[1]));
  if (index < 0 || index > kBlock) return raise(t, types::ValueError, "Index out of range");
  auto *self = args[0].as<Tee>();
  replaceOwned(self->data, ObjectRef<TeeData>::share((*state)[0].as<TeeData>()).release());
  self->index = index;
  return Ref::none();
}

// _tee_dataobject(iterable, values, next)
Ref dataNew(Thread &t, const Value *args) {
  if (!isList(args[2]))
    return raise(t, types::TypeError, "teedataobject() argument 2 must be list, not %",
                 argumentTypeName(args[2]));
  Ref result = newData(args[1]);
  auto *data = result.as<TeeData>();
  auto *values = args[2].as<List>();
  bool full = values->length == kBlock, hasNext = !args[3].isNone();
  if (values->length > kBlock || (hasNext && (!full || !isExactly(args[3], types::ItertoolsTeeData))))
    return raise(t, types::ValueError, "Invalid arguments");
  for (Value v : values->values()) data->items[data->count++] = retained(v);
  if (hasNext) data->next = ObjectRef<TeeData>::share(args[3].as<TeeData>()).release();
  return result;
}

Ref dataReduce(Thread &, const Value *args) {
  auto *data = args[0].as<TeeData>();
  ListRef values = makeList({data->items, size_t(data->count)});
  return reduceTo(args[0], {data->source, Value(values), data->next ? Value(data->next) : Value::none()});
}

void dataTraverse(Object *o, Visitor &v) {
  auto *data = static_cast<TeeData *>(o);
  v.visit(data->source);
  for (int64_t i = 0; i < data->count; ++i) v.visit(data->items[i]);
  v.visitPointer(data->next);
}

// A long chain goes block by block, not by recursion.
void dataClear(Object *o) {
  auto *data = static_cast<TeeData *>(o);
  replaceOwned(data->source, Value());
  for (int64_t i = 0, n = std::exchange(data->count, 0); i < n; ++i) replaceOwned(data->items[i], Value());
  TeeData *next = std::exchange(data->next, nullptr);
  while (next && next->refCount == 1) {
    TeeData *after = std::exchange(next->next, nullptr);
    release(static_cast<Object *>(next));
    next = after;
  }
  if (next) release(static_cast<Object *>(next));
}

NativeDef kTeeMethods[] = {
    {"__new__", teeNew, "($type, iterable, /)", kNewDoc},
    {"__copy__", teeCopy, "!($self, /)",
     "Another iterator at the same place, which goes its own way from here."},
    {"__reduce__", teeReduce, "!($self, /)", kReduceDoc},
    {"__setstate__", teeSetState, "!($self, state, /)", kSetStateDoc},
};

NativeDef kDataMethods[] = {
    {"__new__", dataNew, "!@teedataobject($type, iterable, values, next, /)", kNewDoc},
    {"__reduce__", dataReduce, "!($self, /)", kReduceDoc},
};

} // namespace

Ref coil::vm::itertoolsTee(Thread &t, const Value *args) {
  int64_t n = TRY(asInt64(t, args[1]));
  if (n < 0) return raise(t, types::ValueError, "n must be >= 0");
  ListRef copies = newList(n);
  if (n > 0) {
    Ref iterator = TRY(iterate(t, args[0])), copy;
    CHECK(lookupAttr(t, iterator, names::special_copy, copy));
    Ref current = copy ? iterator.copy() : TRY(teeFrom(t, types::ItertoolsTee, iterator));
    listAppend(copies, current);
    for (int64_t i = 1; i < n; ++i) listAppend(copies, TRY(callMethod(t, current, names::special_copy)));
  }
  return makeTuple(copies->values());
}

const TypeSpec coil::vm::kItertoolsTeeSpec = {
    .name = "itertools._tee",
    .size = sizeof(Tee),
    .flags = kTypeGc | kTypeHasWeakRefs,
    .fillSlots = [](Slots &s) { s.iter = selfIter, s.next = teeNext; },
    .traverse = [](Object *o, Visitor &v) { v.visitPointer(static_cast<Tee *>(o)->data); },
    .clear = [](Object *o) { replaceOwned<TeeData>(static_cast<Tee *>(o)->data, nullptr); },
    .methods = kTeeMethods,
    .doc = "One of the iterators that tee() makes.",
    .own = 0,
};

const TypeSpec coil::vm::kItertoolsTeeDataSpec = {
    .name = "itertools._tee_dataobject",
    .size = sizeof(TeeData),
    .flags = kTypeGc,
    .traverse = dataTraverse,
    .clear = dataClear,
    .methods = kDataMethods,
    .doc = "Items that the iterators of one tee() have read, or still have to read.",
};
