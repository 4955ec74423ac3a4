// odict_keys, odict_values, odict_items and odict_iterator.
#include "VM/Core/Runtime.h"
#include "VM/Modules/_collections/OrderedDict.h"
#include "VM/Types/Dict/Views.h"

using namespace coil::vm;

namespace {

struct OrderedDictIterator : Object {
  OrderedDict *dict; // owned; null once exhausted
  int64_t position;  // entry number; -1 or the number of entries: the end is reached
  int64_t used;      // the dict's size at the start
  uint32_t version;  // of its keys at the start
  OrderedDictPart part;
  bool reverse;
};

// The next live entry from the position on, or -1.
int64_t nextEntry(const OrderedDictIterator *it) {
  int64_t i = it->position;
  if (it->reverse)
    while (i >= 0 && it->dict->entries[i].key.empty()) --i;
  else
    while (i < it->dict->entryCount && it->dict->entries[i].key.empty()) ++i;
  return i < it->dict->entryCount ? i : -1;
}

Failure finish(OrderedDictIterator *it) {
  replaceOwned<OrderedDict>(it->dict, nullptr);
  return {};
}

Ref iteratorNext(Thread &t, Value v) {
  auto *it = v.as<OrderedDictIterator>();
  OrderedDict *dict = it->dict;
  if (!dict) return {};
  if (it->position < 0) return finish(it); // the end comes before any complaint
  if (it->used != dict->used || it->version != dict->keysVersion) {
    const char *text = it->used != dict->used && it->version == dict->keysVersion
                           ? "OrderedDict changed size during iteration"
                           : "OrderedDict mutated during iteration";
    (void)raise(t, types::RuntimeError, text);
    return finish(it);
  }
  int64_t i = nextEntry(it);
  if (i < 0) return finish(it);
  DictEntry &entry = dict->entries[i];
  it->position = it->reverse ? i - 1 : i + 1;
  if (nextEntry(it) < 0) it->position = -1;
  switch (it->part) {
  case OrderedDictPart::Keys: return Ref::share(entry.key);
  case OrderedDictPart::Values: return Ref::share(entry.value);
  case OrderedDictPart::Items: return packTuple(entry.key, entry.value);
  }
  return {};
}

// (iter, ([the rest],)): the iterator itself stays where it is.
Ref iteratorReduce(Thread &t, const Value *args) {
  auto *it = args[0].as<OrderedDictIterator>();
  auto copy =
      ObjectRef<OrderedDictIterator>::take(heap::make<OrderedDictIterator>(types::OrderedDictIterator));
  copy->dict = ObjectRef<OrderedDict>::share(it->dict).release();
  copy->position = it->position, copy->used = it->used, copy->version = it->version;
  copy->part = it->part, copy->reverse = it->reverse;
  ListRef rest = TRY(listFrom(t, copy));
  TupleRef arguments = packTuple(rest);
  return packTuple(dictGetStr(runtime.builtins, internText("iter")), arguments);
}

template <OrderedDictPart kPart> Ref viewIter(Thread &, Value v) {
  return newOrderedDictIterator(Value(v.as<DictView>()->dict), kPart, false);
}
template <OrderedDictPart kPart> Ref viewReversed(Thread &, const Value *args) {
  return newOrderedDictIterator(Value(args[0].as<DictView>()->dict), kPart, true);
}

NativeDef kKeysMethods[] = {{"__reversed__", viewReversed<OrderedDictPart::Keys>, "!($self, /)", nullptr}};
NativeDef kValuesMethods[] = {
    {"__reversed__", viewReversed<OrderedDictPart::Values>, "!($self, /)", nullptr}};
NativeDef kItemsMethods[] = {{"__reversed__", viewReversed<OrderedDictPart::Items>, "!($self, /)", nullptr}};
NativeDef kIteratorMethods[] = {
    {"__reduce__", iteratorReduce, "!($self, /)", "What pickle and copy need to go on from the same place."}};

} // namespace

Ref coil::vm::newOrderedDictView(Type &type, Value dict) { return newDictView(type, dict.as<Dict>()); }

Ref coil::vm::newOrderedDictIterator(Value v, OrderedDictPart part, bool reverse) {
  auto *dict = v.as<OrderedDict>();
  auto *it = heap::make<OrderedDictIterator>(types::OrderedDictIterator);
  it->dict = ObjectRef<OrderedDict>::share(dict).release();
  it->position = reverse ? dictLast(dict) : dictFirst(dict); // -1 if it is empty
  it->used = dict->used, it->version = dict->keysVersion;
  it->part = part, it->reverse = reverse;
  return Ref::take(Value(it));
}

const TypeSpec coil::vm::kOrderedDictKeysSpec = {
    .name = "odict_keys",
    .flags = kTypeNoInstantiate,
    .fillSlots = [](Slots &s) { s.iter = viewIter<OrderedDictPart::Keys>; },
    .methods = kKeysMethods,
};
const TypeSpec coil::vm::kOrderedDictValuesSpec = {
    .name = "odict_values",
    .flags = kTypeNoInstantiate,
    .fillSlots = [](Slots &s) { s.iter = viewIter<OrderedDictPart::Values>; },
    .methods = kValuesMethods,
};
const TypeSpec coil::vm::kOrderedDictItemsSpec = {
    .name = "odict_items",
    .flags = kTypeNoInstantiate,
    .fillSlots = [](Slots &s) { s.iter = viewIter<OrderedDictPart::Items>; },
    .methods = kItemsMethods,
};
const TypeSpec coil::vm::kOrderedDictIteratorSpec = {
    .name = "odict_iterator",
    .size = sizeof(OrderedDictIterator),
    .flags = kTypeGc | kTypeNoInstantiate,
    .fillSlots = [](Slots &s) { s.iter = selfIter, s.next = iteratorNext; },
    .traverse = [](Object *o, Visitor &v) { v.visitPointer(static_cast<OrderedDictIterator *>(o)->dict); },
    .clear =
        [](Object *o) { replaceOwned<OrderedDict>(static_cast<OrderedDictIterator *>(o)->dict, nullptr); },
    .methods = kIteratorMethods,
};
