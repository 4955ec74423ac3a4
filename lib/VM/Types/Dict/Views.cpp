// dict_keys, dict_values, dict_items, and the iterators over a dict.
#include "VM/Types/Dict/Views.h"
#include "VM/Bind/Native.h"
#include "VM/Core/Names.h"
#include "VM/Protocol/Protocol.h"
#include "VM/Types/Int/Int.h"
#include "VM/Types/List.h"
#include "VM/Types/Sequence.h"
#include "VM/Types/Set.h"
#include "VM/Types/Tuple.h"
#include "VM/Types/Type/Mro.h"
#include "VM/Types/Type/TypeObject.h"

using namespace coil::vm;

namespace {

Dict *dictOfView(Value v) { return v.as<DictView>()->dict; }
bool isItems(Value v) { return isInstance(v, types::DictItems); }
bool isSetView(Value v) { return isInstance(v, types::DictKeys) || isItems(v); }

Result<int64_t> viewLen(Thread &, Value v) { return dictOfView(v)->used; }

Ref viewRepr(Thread &t, Value v) {
  ReprGuard guard(v);
  if (!guard.entered()) return makeStrAscii("...");
  ListRef list = TRY(listFrom(t, v));
  return makeStr(typeName(v).str() + "(" + TRY(reprText(t, list)) + ")");
}

Result<bool> keysContains(Thread &t, Value v, Value key) {
  return !TRY(dictGet(t, dictOfView(v), key)).empty();
}

Result<bool> itemsContains(Thread &t, Value v, Value item) {
  if (!isTuple(item) || item.as<Tuple>()->length != 2) return false;
  Ref found = Ref::share(TRY(dictGet(t, dictOfView(v), (*item.as<Tuple>())[0])));
  if (!found) return false;
  return equal(t, found, (*item.as<Tuple>())[1]);
}

Ref keysIter(Thread &, Value v) { return newDictIterator(types::DictKeyIterator, dictOfView(v)); }
Ref valuesIter(Thread &, Value v) { return newDictIterator(types::DictValueIterator, dictOfView(v)); }
Ref itemsIter(Thread &, Value v) { return newDictIterator(types::DictItemIterator, dictOfView(v)); }

// --- set operations
// ----------------------------------------------------------------------------------------------

Ref setFrom(Thread &t, Value iterable) {
  Ref set = newSet();
  TRY(setUpdate(t, set.as<Set>(), iterable));
  return set;
}

Ref viewMethod(Thread &t, Value a, Value b, const char *method) {
  Ref set = TRY(setFrom(t, a));
  CHECK(callMethod(t, set, internText(method), {b}));
  return set;
}

Ref viewSub(Thread &t, Value a, Value b) { return viewMethod(t, a, b, "difference_update"); }
Ref viewAnd(Thread &t, Value a, Value b) {
  if (!isSetView(a)) std::swap(a, b);
  Ref set = newSet();
  TRY(forEach(t, b, [&](Value item) -> Status {
    return TRY(contains(t, a, item)) ? setAdd(t, set.as<Set>(), item) : Status::ok();
  }));
  return set;
}
Ref viewXor(Thread &t, Value a, Value b) { return viewMethod(t, a, b, "symmetric_difference_update"); }
Ref viewOr(Thread &t, Value a, Value b) {
  Ref set = TRY(setFrom(t, a));
  TRY(setUpdate(t, set.as<Set>(), b));
  return set;
}

Result<bool> allIn(Thread &t, Value items, Value container) {
  Ref iterator = TRY(iterate(t, items));
  while (Ref item = nextItem(t, iterator))
    if (!TRY(contains(t, container, item))) return false;
  if (t.hasPending()) return {};
  return true;
}

Ref viewCompare(Thread &t, Value a, Value b, CompareOp op) {
  if (!isAnySet(b) && !isSetView(b)) return Ref::notImplemented();
  int64_t n = TRY(length(t, a)), m = TRY(length(t, b));
  switch (op) {
  case CompareOp::Eq: return Ref::boolean(n == m && TRY(allIn(t, a, b)));
  case CompareOp::Ne: return Ref::boolean(!(n == m && TRY(allIn(t, a, b))));
  case CompareOp::Lt: return Ref::boolean(n < m && TRY(allIn(t, a, b)));
  case CompareOp::Le: return Ref::boolean(n <= m && TRY(allIn(t, a, b)));
  case CompareOp::Gt: return Ref::boolean(n > m && TRY(allIn(t, b, a)));
  case CompareOp::Ge: return Ref::boolean(n >= m && TRY(allIn(t, b, a)));
  }
  return Ref::none();
}

Ref viewIsDisjoint(Thread &t, const Value *args) {
  Ref iterator = TRY(iterate(t, args[1]));
  while (Ref item = nextItem(t, iterator))
    if (TRY(contains(t, args[0], item))) return Ref::boolean(false);
  if (t.hasPending()) return {};
  return Ref::boolean(true);
}

template <Type *kIterator> Ref viewReversed(Thread &, const Value *args) {
  return newDictIterator(*kIterator, dictOfView(args[0]));
}
Ref viewMapping(Thread &, Value v) { return newMappingProxy(Value(dictOfView(v))); }

constexpr const char *kDisjointDoc =
    "isdisjoint(other): tell whether the view and an iterable have no item in common.";
NativeDef kKeysMethods[] = {
    {"isdisjoint", viewIsDisjoint, "!($self, other, /)", kDisjointDoc},
    {"__reversed__", viewReversed<&types::DictReverseKeyIterator>, "!($self, /)",
     "An iterator over the keys, the last one first."},
};
NativeDef kItemsMethods[] = {
    {"isdisjoint", viewIsDisjoint, "!($self, other, /)", kDisjointDoc},
    {"__reversed__", viewReversed<&types::DictReverseItemIterator>, "!($self, /)",
     "An iterator over the items, the last one first."},
};
NativeDef kValuesMethods[] = {
    {"__reversed__", viewReversed<&types::DictReverseValueIterator>, "!($self, /)",
     "An iterator over the values, the last one first."},
};
const GetSetDef kViewGetSets[] = {
    {"mapping", viewMapping, nullptr, "a read-only proxy of the view's dictionary"}};

void viewTraverse(Object *o, Visitor &v) { v.visitPointer(static_cast<DictView *>(o)->dict); }
void viewClear(Object *o) {
  if (o->refCount == 0) replaceOwned<Dict>(static_cast<DictView *>(o)->dict, nullptr);
}

void fillSetSlots(Slots &s) {
  s.repr = viewRepr, s.len = viewLen, s.compare = viewCompare, s.hash = hashNotImplemented;
  s.sub = viewSub, s.bitAnd = viewAnd, s.bitXor = viewXor, s.bitOr = viewOr;
}

// --- iterators
// -----------------------------------------------------------------------------------------------------

bool isReverse(const Type *type) {
  return type == &types::DictReverseKeyIterator || type == &types::DictReverseValueIterator ||
         type == &types::DictReverseItemIterator;
}

// The next entry, or null at the end or when the dict has changed (which raises).
DictEntry *step(Thread &t, DictIterator *it) {
  Dict *dict = it->dict;
  if (!dict) return nullptr;
  if (dict->used != it->used) {
    it->used = -1; // stays in error
    (void)raise(t, types::RuntimeError, "dictionary changed size during iteration");
    return nullptr;
  }
  bool reverse = isReverse(it->type);
  while (reverse ? it->position >= 0 : it->position < dict->entryCount) {
    if (reverse && it->position >= dict->entryCount) it->position = dict->entryCount - 1;
    if (it->position < 0) break;
    DictEntry &entry = dict->entries[it->position];
    it->position += reverse ? -1 : 1;
    if (entry.key.empty()) continue;
    if (it->left == 0) {
      (void)raise(t, types::RuntimeError, "dictionary keys changed during iteration");
      return nullptr;
    }
    --it->left;
    return &entry;
  }
  replaceOwned<Dict>(it->dict, nullptr);
  return nullptr;
}

Ref keyNext(Thread &t, Value v) {
  DictEntry *entry = step(t, v.as<DictIterator>());
  return entry ? Ref::share(entry->key) : Ref();
}
Ref valueNext(Thread &t, Value v) {
  DictEntry *entry = step(t, v.as<DictIterator>());
  return entry ? Ref::share(entry->value) : Ref();
}
Ref itemNext(Thread &t, Value v) {
  DictEntry *entry = step(t, v.as<DictIterator>());
  return entry ? Ref(packTuple(entry->key, entry->value)) : Ref();
}

Ref iteratorHint(Thread &, const Value *args) {
  auto *it = args[0].as<DictIterator>();
  return makeInt(it->dict && it->dict->used == it->used ? it->left : int64_t(0));
}

Ref iteratorReduce(Thread &t, const Value *args) {
  auto *it = args[0].as<DictIterator>();
  auto copy = ObjectRef<DictIterator>::take(heap::make<DictIterator>(*it->type));
  copy->dict = DictRef::share(it->dict).release();
  copy->position = it->position, copy->used = it->used, copy->left = it->left;
  ListRef rest = TRY(listFrom(t, copy));
  Ref whole = TRY(reduceIterator(t, rest, 0));
  return makeTuple(whole.as<Tuple>()->values().take_front(2));
}

NativeDef kIteratorMethods[] = {
    {"__length_hint__", iteratorHint, "!($self, /)", "How many items are still to come, as far as is known."},
    {"__reduce__", iteratorReduce, "!($self, /)", "What pickle and copy need to go on from the same place."},
};

TypeSpec iteratorSpec(const char *name, void (*fill)(Slots &)) {
  TypeSpec spec{
      .name = name, .size = sizeof(DictIterator), .flags = kTypeGc | kTypeNoInstantiate, .fillSlots = fill};
  spec.traverse = [](Object *o, Visitor &v) { v.visitPointer(static_cast<DictIterator *>(o)->dict); };
  spec.clear = [](Object *o) { replaceOwned<Dict>(static_cast<DictIterator *>(o)->dict, nullptr); };
  spec.methods = kIteratorMethods;
  return spec;
}

void fillKeyIterator(Slots &s) { s.iter = selfIter, s.next = keyNext; }
void fillValueIterator(Slots &s) { s.iter = selfIter, s.next = valueNext; }
void fillItemIterator(Slots &s) { s.iter = selfIter, s.next = itemNext; }

} // namespace

Ref coil::vm::newDictView(Type &type, Dict *dict) {
  auto *view = heap::make<DictView>(type);
  view->dict = DictRef::share(dict).release();
  return Ref::take(Value(view));
}

Ref coil::vm::newDictIterator(Type &type, Dict *dict) {
  auto *it = heap::make<DictIterator>(type);
  it->dict = DictRef::share(dict).release();
  it->position = isReverse(&type) ? dictLast(dict) : std::max<int64_t>(dictFirst(dict), 0);
  it->used = it->left = dict->used;
  return Ref::take(Value(it));
}

const TypeSpec coil::vm::kDictKeysSpec = {
    .name = "dict_keys",
    .size = sizeof(DictView),
    .flags = kTypeGc | kTypeNoInstantiate,
    .fillSlots = [](Slots &s) { fillSetSlots(s), s.iter = keysIter, s.contains = keysContains; },
    .traverse = viewTraverse,
    .clear = viewClear,
    .methods = kKeysMethods,
    .getsets = kViewGetSets,
};
const TypeSpec coil::vm::kDictItemsSpec = {
    .name = "dict_items",
    .size = sizeof(DictView),
    .flags = kTypeGc | kTypeNoInstantiate,
    .fillSlots = [](Slots &s) { fillSetSlots(s), s.iter = itemsIter, s.contains = itemsContains; },
    .traverse = viewTraverse,
    .clear = viewClear,
    .methods = kItemsMethods,
    .getsets = kViewGetSets,
};
const TypeSpec coil::vm::kDictValuesSpec = {
    .name = "dict_values",
    .size = sizeof(DictView),
    .flags = kTypeGc | kTypeNoInstantiate,
    .fillSlots = [](Slots &s) { s.repr = viewRepr, s.len = viewLen, s.iter = valuesIter; },
    .traverse = viewTraverse,
    .clear = viewClear,
    .methods = kValuesMethods,
    .getsets = kViewGetSets,
};

const TypeSpec coil::vm::kDictKeyIteratorSpec = iteratorSpec("dict_keyiterator", fillKeyIterator);
const TypeSpec coil::vm::kDictValueIteratorSpec = iteratorSpec("dict_valueiterator", fillValueIterator);
const TypeSpec coil::vm::kDictItemIteratorSpec = iteratorSpec("dict_itemiterator", fillItemIterator);
const TypeSpec coil::vm::kDictReverseKeyIteratorSpec =
    iteratorSpec("dict_reversekeyiterator", fillKeyIterator);
const TypeSpec coil::vm::kDictReverseValueIteratorSpec =
    iteratorSpec("dict_reversevalueiterator", fillValueIterator);
const TypeSpec coil::vm::kDictReverseItemIteratorSpec =
    iteratorSpec("dict_reverseitemiterator", fillItemIterator);
