// list: storage, operators and methods. Sorting is in ListSort.cpp.
#include "VM/Types/List.h"
#include "VM/Bind/Native.h"
#include "VM/Heap/Gc.h"
#include "VM/Protocol/Protocol.h"
#include "VM/Types/Int/Int.h"
#include "VM/Types/Iterators.h"
#include "VM/Types/Sequence.h"
#include "VM/Types/Tuple.h"
#include "VM/Types/Type/Mro.h"
#include <cstdlib>
#include <cstring>

using namespace coil::vm;

ListRef coil::vm::newList(int64_t capacity) {
  auto *list = heap::make<List>(types::List);
  if (capacity) listReserve(list, capacity);
  return ListRef::take(list);
}

ListRef coil::vm::makeList(llvm::ArrayRef<Value> borrowed) {
  ListRef list = newList(borrowed.size());
  for (Value v : borrowed) list->items[list->length++] = retained(v);
  return list;
}

void coil::vm::listReserve(List *list, int64_t capacity) {
  if (capacity <= list->capacity) return;
  size_t bytes = size_t(capacity) * sizeof(Value);
  void *moved = list->items ? heap::reallocate(list->items, size_t(list->capacity) * sizeof(Value), bytes)
                            : heap::allocate(bytes);
  list->items = static_cast<Value *>(moved);
  list->capacity = capacity;
}

void coil::vm::listAppendOwned(List *list, Value owned) {
  if (list->length == list->capacity) listReserve(list, list->capacity + (list->capacity >> 3) + 6);
  list->items[list->length++] = owned;
}

void coil::vm::listInsert(List *list, int64_t index, Value borrowed) {
  listAppendOwned(list, Value());
  std::memmove(static_cast<void *>(list->items + index + 1), list->items + index,
               (list->length - 1 - index) * sizeof(Value));
  list->items[index] = retained(borrowed);
}

// Makes room for as many items as `iterable` announces to have; MemoryError if there cannot be so much.
static Status reserveAnnounced(Thread &t, List *list, Value iterable) {
  constexpr int64_t kMost = 1 << 16; // beyond it, the list grows as the items come
  int64_t hint = TRY(lengthHint(t, iterable, 0));
  if (hint > INT64_MAX - list->length) return Status::ok(); // it cannot be true
  if (!heap::couldAllocate(hint, sizeof(Value))) return raise(t, types::MemoryError, "");
  if (hint) listReserve(list, list->length + std::min(hint, kMost));
  return Status::ok();
}

Status coil::vm::listExtend(Thread &t, List *list, Value iterable) {
  if (isExactly(iterable, types::List) || isExactly(iterable, types::Tuple)) {
    Ref keep = Ref::share(iterable);
    llvm::ArrayRef<Value> source =
        isTuple(iterable) ? iterable.as<Tuple>()->values() : iterable.as<List>()->values();
    size_t n = source.size();
    listReserve(list, list->length + n);
    source = isTuple(iterable) ? iterable.as<Tuple>()->values()
                               : iterable.as<List>()->values(); // may be the list itself
    for (size_t i = 0; i < n; ++i) list->items[list->length++] = retained(source[i]);
    return Status::ok();
  }
  Ref iterator = TRY(iterate(t, iterable));
  CHECK(reserveAnnounced(t, list, iterable));
  while (Ref item = nextItem(t, iterator)) listAppend(list, item);
  return t.hasPending() ? Status() : Status::ok();
}

void coil::vm::listReplace(List *list, int64_t start, int64_t end, llvm::ArrayRef<Value> replacement) {
  end = std::min(end, list->length); // who found the place may have run code that shortened the list
  start = std::min(start, end);
  llvm::SmallVector<Value, 16> fresh, old(list->items + start, list->items + end);
  for (Value v : replacement) fresh.push_back(retained(v));
  int64_t tail = list->length - end, length = list->length - (end - start) + int64_t(fresh.size());
  listReserve(list, length);
  if (tail)
    std::memmove(static_cast<void *>(list->items + start + fresh.size()), list->items + end,
                 tail * sizeof(Value));
  std::copy(fresh.begin(), fresh.end(), list->items + start);
  list->length = length;
  for (Value v : old) release(v);
}

static void listClearItems(List *list) {
  Value *items = list->items;
  int64_t n = list->length;
  size_t bytes = size_t(list->capacity) * sizeof(Value);
  list->items = nullptr;
  list->length = list->capacity = 0;
  while (n > 0) release(items[--n]);
  if (items) heap::deallocate(items, bytes);
}

namespace {

List *self(const Value *args) { return args[0].as<List>(); }

Ref listRepr(Thread &t, Value v) {
  if (!v.as<List>()->length) return makeStrAscii("[]");
  ReprGuard guard(v);
  if (!guard.entered()) return makeStrAscii("[...]");
  return reprOfItems(t, v, "[", "]");
}

Ref listCompare(Thread &t, Value a, Value b, CompareOp op) {
  if (!isList(a) || !isList(b)) return Ref::notImplemented();
  return compareSequences(t, a, b, op);
}

Result<int64_t> listLen(Thread &, Value v) { return v.as<List>()->length; }

Ref listGetItem(Thread &t, Value v, Value key) {
  auto *list = v.as<List>();
  if (isExactly(key, types::Slice)) {
    SliceBounds b;
    TRY(sliceBounds(t, key, list->length, b));
    ListRef result = newList(b.count);
    for (int64_t i = 0; i < b.count; ++i)
      result->items[result->length++] = retained(list->items[b.start + i * b.step]);
    return result;
  }
  int64_t i;
  TRY(sequenceIndex(t, key, list->length, "list", "list index out of range", i));
  return Ref::share(list->items[i]);
}

Status deleteSlice(List *list, SliceBounds b) {
  if (!b.count) return Status::ok();
  if (b.step < 0) b.start += (b.count - 1) * b.step, b.step = -b.step;
  llvm::SmallVector<Value, 16> removed;
  int64_t to = b.start, next = b.start, left = b.count;
  for (int64_t i = b.start; i < list->length; ++i) {
    if (left && i == next) {
      removed.push_back(list->items[i]);
      next += b.step;
      --left;
    } else {
      list->items[to++] = list->items[i];
    }
  }
  list->length = to;
  for (Value item : removed) release(item);
  return Status::ok();
}

Status assignSlice(Thread &t, List *list, Value key, Value value) {
  SliceBounds b;
  TRY(sliceBounds(t, key, list->length, b));
  if (value.empty()) return deleteSlice(list, b);
  Type *type = typeOf(value);
  if (!type->slots.iter && !type->slots.getItem)
    return raise(t, types::TypeError,
                 b.step == 1 ? "can only assign an iterable" : "must assign iterable to extended slice");
  Ref source = isList(value) || isTuple(value) ? Ref::share(value) : TRY(iterate(t, value));
  ListRef items = TRY(listFrom(t, source));
  TRY(sliceBounds(t, key, list->length, b)); // the iteration may have changed the list
  if (b.step == 1) {
    listReplace(list, b.start, std::max(b.start, b.stop), items->values());
    return Status::ok();
  }
  if (items->length != b.count)
    return raise(t, types::ValueError, "attempt to assign sequence of size % to extended slice of size %",
                 items->length, b.count);
  // Nothing is released before all is in place: a destructor may change the list.
  for (int64_t i = 0; i < b.count; ++i) std::swap(list->items[b.start + i * b.step], items->items[i]);
  return Status::ok();
}

Status listSetItem(Thread &t, Value v, Value key, Value value) {
  auto *list = v.as<List>();
  if (isExactly(key, types::Slice)) return assignSlice(t, list, key, value);
  int64_t i;
  TRY(sequenceIndex(t, key, list->length, "list", "list assignment index out of range", i));
  if (value.empty())
    listReplace(list, i, i + 1, {});
  else
    replaceOwned(list->items[i], retained(value));
  return Status::ok();
}

Result<bool> listContains(Thread &t, Value v, Value key) {
  for (int64_t i = 0; i < v.as<List>()->length; ++i) {
    Ref item = Ref::share(v.as<List>()->items[i]);
    if (TRY(equal(t, item, key))) return true;
  }
  return false;
}

Ref listConcat(Thread &t, Value a, Value b) {
  if (!isList(b))
    return raise(t, types::TypeError, "can only concatenate list (not \"%\") to list", typeName(b));
  ListRef result = newList(a.as<List>()->length + b.as<List>()->length);
  for (Value part : {a, b})
    for (Value item : part.as<List>()->values()) result->items[result->length++] = retained(item);
  return result;
}

Ref listInplaceConcat(Thread &t, Value a, Value b) {
  TRY(listExtend(t, a.as<List>(), b));
  return Ref::share(a);
}

Ref listRepeat(Thread &t, Value v, Value count) {
  auto *list = v.as<List>();
  int64_t n = TRY(repeatCount(t, count, list->length));
  ListRef result = newList(n * list->length);
  for (int64_t i = 0; i < n; ++i)
    for (Value item : list->values()) result->items[result->length++] = retained(item);
  return result;
}

Ref listInplaceRepeat(Thread &t, Value v, Value count) {
  auto *list = v.as<List>();
  int64_t n = TRY(repeatCount(t, count, list->length));
  if (n == 0) {
    listClearItems(list);
    return Ref::share(v);
  }
  int64_t length = list->length;
  listReserve(list, n * length);
  for (int64_t i = 1; i < n; ++i)
    for (int64_t k = 0; k < length; ++k) list->items[list->length++] = retained(list->items[k]);
  return Ref::share(v);
}

Ref makeIterator(Type &type, Value v, int64_t index) {
  auto *it = heap::make<ListIterator>(type);
  it->list = ListRef::share(v.as<List>()).release();
  it->index = index;
  return Ref::take(Value(it));
}

Ref listIter(Thread &, Value v) { return makeIterator(types::ListIterator, v, 0); }

// --- methods
// ---------------------------------------------------------------------------------------------------

Ref listInit(Thread &t, const Value *args) {
  listClearItems(self(args));
  if (!args[1].empty()) TRY(listExtend(t, self(args), args[1]));
  return Ref::none();
}

Ref listNew(Thread &, Value, const CallArgs &args) {
  return Ref::take(Value(heap::allocateObject(*args.values[0].as<Type>())));
}

Ref listAppendMethod(Thread &, const Value *args) {
  listAppend(self(args), args[1]);
  return Ref::none();
}

Ref listExtendMethod(Thread &t, const Value *args) {
  TRY(listExtend(t, self(args), args[1]));
  return Ref::none();
}

Ref listInsertMethod(Thread &t, const Value *args) {
  int64_t i = TRY(asInt64(t, args[1])), n = self(args)->length;
  if (i < 0) i = std::max<int64_t>(i + n, 0);
  listInsert(self(args), std::min(i, n), args[2]);
  return Ref::none();
}

Ref listPop(Thread &t, const Value *args) {
  List *list = self(args);
  int64_t i = TRY(asInt64(t, args[1]));
  if (!list->length) return raise(t, types::IndexError, "pop from empty list");
  if (i < 0) i += list->length;
  if (i < 0 || i >= list->length) return raise(t, types::IndexError, "pop index out of range");
  Ref item = Ref::take(list->items[i]);
  std::memmove(static_cast<void *>(list->items + i), list->items + i + 1,
               (list->length - i - 1) * sizeof(Value));
  --list->length;
  return item;
}

// The index of the first item equal to `value` in [start, stop), or -1.
Result<int64_t> findItem(Thread &t, List *list, Value value, int64_t start, int64_t stop) {
  for (int64_t i = start; i < std::min(stop, list->length); ++i) {
    Ref item = Ref::share(list->items[i]);
    if (TRY(equal(t, item, value))) return i;
  }
  return -1;
}

Ref listRemove(Thread &t, const Value *args) {
  int64_t i = TRY(findItem(t, self(args), args[1], 0, INT64_MAX));
  if (i < 0) return raise(t, types::ValueError, "list.remove(x): x not in list");
  listReplace(self(args), i, i + 1, {});
  return Ref::none();
}

Ref listIndex(Thread &t, const Value *args) {
  int64_t start, stop;
  TRY(searchBounds(t, args[2], args[3], self(args)->length, start, stop));
  int64_t i = TRY(findItem(t, self(args), args[1], start, stop));
  if (i < 0) return raise(t, types::ValueError, "% is not in list", TRY(reprText(t, args[1])));
  return makeInt(i);
}

Ref listCount(Thread &t, const Value *args) {
  int64_t n = 0;
  for (int64_t i = 0; i < self(args)->length; ++i) {
    Ref item = Ref::share(self(args)->items[i]);
    n += TRY(equal(t, item, args[1]));
  }
  return makeInt(n);
}

Ref listReverse(Thread &, const Value *args) {
  std::reverse(self(args)->items, self(args)->items + self(args)->length);
  return Ref::none();
}

Ref listClearMethod(Thread &, const Value *args) {
  listClearItems(self(args));
  return Ref::none();
}

Ref listCopy(Thread &, const Value *args) { return makeList(self(args)->values()); }

Ref listSortMethod(Thread &t, const Value *args) {
  bool reverse = TRY(truth(t, args[2]));
  TRY(listSort(t, self(args), args[1], reverse));
  return Ref::none();
}

Ref listReversed(Thread &, const Value *args) {
  return makeIterator(types::ListReverseIterator, args[0], self(args)->length - 1);
}

Ref listSizeOf(Thread &, const Value *args) {
  return makeInt(int64_t(sizeof(List) + 16 + self(args)->capacity * sizeof(Value)));
}

Ref listGetItemMethod(Thread &t, const Value *args) { return listGetItem(t, args[0], args[1]); }

void listTraverse(Object *o, Visitor &visitor) {
  for (Value v : static_cast<List *>(o)->values()) visitor.visit(v);
}

// --- iterators
// ---------------------------------------------------------------------------------------------------

Ref listIteratorNextSlot(Thread &, Value v) { return Ref::share(listIteratorNext(v.object())); }

Ref listReverseNext(Thread &, Value v) {
  auto *it = v.as<ListIterator>();
  if (!it->list) return {};
  if (it->index >= 0 && it->index < it->list->length) return Ref::share(it->list->items[it->index--]);
  replaceOwned<List>(it->list, nullptr);
  return {};
}

Ref listIteratorHint(Thread &, const Value *args) {
  auto *it = args[0].as<ListIterator>();
  if (!it->list) return makeInt(0);
  bool forward = it->type == &types::ListIterator;
  return makeInt(forward ? std::max<int64_t>(it->list->length - it->index, 0) : it->index + 1);
}

Ref listIteratorReduce(Thread &t, const Value *args) {
  auto *it = args[0].as<ListIterator>();
  if (!it->list) return reduceExhausted(newList());
  if (it->type == &types::ListIterator) return reduceIterator(t, Value(it->list), it->index);
  return packTuple(Value(&types::Reversed), packTuple(Value(it->list)), makeInt(it->index));
}

Ref listIteratorSetState(Thread &t, const Value *args) {
  auto *it = args[0].as<ListIterator>();
  int64_t i = TRY(requiredInt64(t, args[1]));
  if (it->list)
    it->index = std::clamp<int64_t>(i, it->type == &types::ListIterator ? 0 : -1, it->list->length);
  return Ref::none();
}

NativeDef kListIteratorMethods[] = {
    {"__length_hint__", listIteratorHint, "!($self, /)",
     "How many items are still to come, as far as is known."},
    {"__reduce__", listIteratorReduce, "!($self, /)",
     "What pickle and copy need to go on from the same place."},
    {"__setstate__", listIteratorSetState, "!($self, state, /)",
     "Go to the given position, which __reduce__ told."},
};

NativeDef kListMethods[] = {
    {"__new__", listNew, "!($type, *args, **kwargs)", "Make a new object of the class."},
    {"__init__", listInit, "($self, iterable=(), /)",
     "Set the object up from the arguments; the help of its class tells which they are."},
    {"__getitem__", listGetItemMethod, "!($self, key, /)", "Return self[key]."},
    {"__reversed__", listReversed, "($self, /)", "An iterator over the items, the last one first."},
    {"__sizeof__", listSizeOf, "($self, /)", "The bytes of memory the object occupies."},
    {"clear", listClearMethod, "($self, /)", "Remove all items."},
    {"copy", listCopy, "($self, /)", "A new list of the same items."},
    {"append", listAppendMethod, "($self, object, /)", "Add an item at the end."},
    {"insert", listInsertMethod, "($self, index, object, /)",
     "Put an item before the one at the index; an index beyond the end means the end."},
    {"extend", listExtendMethod, "($self, iterable, /)", "Add all items of an iterable at the end."},
    {"pop", listPop, "($self, index=-1, /)",
     "Take out the item at the index, by default the last, and return it. IndexError if there is none."},
    {"remove", listRemove, "($self, value, /)",
     "Take out the first item that is equal to value; ValueError if there is none."},
    {"index", listIndex, "($self, value, start=0, stop=sys.maxsize, /)",
     "The index of the first item in self[start:stop] that is equal to value; ValueError if there is none."},
    {"count", listCount, "($self, value, /)", "How many items are equal to value."},
    {"reverse", listReverse, "($self, /)", "Turn the order of the items round, in place."},
    {"sort", listSortMethod, "($self, /, *, key=None, reverse=False)",
     "Sort the items in place, from the smallest to the largest. Equal ones keep their order.\n\nkey, a "
     "function of one argument, computes what an item is compared by; it is called once for\neach. "
     "reverse=True puts the largest first."},
    {"__class_getitem__", newGenericAliasMethod, "!($type, item, /)", "See PEP 585", NativeKind::Class},
};

} // namespace

Value coil::vm::listIteratorNext(Object *iterator) {
  auto *it = static_cast<ListIterator *>(iterator);
  if (!it->list) return Value();
  if (it->index < it->list->length) [[likely]]
    return it->list->items[it->index++];
  replaceOwned<List>(it->list, nullptr);
  return Value();
}

const TypeSpec coil::vm::kListSpec = {
    .name = "list",
    .size = sizeof(List),
    .flags = kTypeBase | kTypeGc | kTypeListSubclass | kTypeMatchSequence | kTypeMatchSelf,
    .fillSlots =
        [](Slots &s) {
          s.repr = listRepr, s.compare = listCompare, s.len = listLen, s.getItem = listGetItem,
          s.setItem = listSetItem;
          s.contains = listContains, s.concat = listConcat, s.inplaceConcat = listInplaceConcat,
          s.repeat = listRepeat;
          s.inplaceRepeat = listInplaceRepeat, s.iter = listIter, s.hash = hashNotImplemented;
        },
    .traverse = listTraverse,
    .clear = [](Object *o) { listClearItems(static_cast<List *>(o)); },
    .methods = kListMethods,
    .doc = "A sequence that can be changed: empty, or of the items of an iterable.",
    .signature = "(iterable=(), /)",
};

static const TypeSpec iteratorSpec(const char *name, NextFn next) {
  TypeSpec spec{.name = name, .size = sizeof(ListIterator), .flags = kTypeGc | kTypeNoInstantiate};
  spec.fillSlots = next == listReverseNext
                       ? [](Slots &s) { s.iter = selfIter, s.next = listReverseNext; }
                       : [](Slots &s) { s.iter = selfIter, s.next = listIteratorNextSlot; };
  spec.traverse = [](Object *o, Visitor &v) { v.visitPointer(static_cast<ListIterator *>(o)->list); };
  spec.clear = [](Object *o) { replaceOwned<List>(static_cast<ListIterator *>(o)->list, nullptr); };
  spec.methods = kListIteratorMethods;
  return spec;
}
const TypeSpec coil::vm::kListIteratorSpec = iteratorSpec("list_iterator", listIteratorNextSlot);
const TypeSpec coil::vm::kListReverseIteratorSpec = iteratorSpec("list_reverseiterator", listReverseNext);
