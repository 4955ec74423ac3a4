// collections.OrderedDict: the type and its methods. Views and iterators are in OrderedDictViews.cpp.
#include "VM/Modules/_collections/OrderedDict.h"
#include "VM/Core/Names.h"
#include "VM/Types/Type/Mro.h"
#include "VM/Types/Type/TypeObject.h"

using namespace coil::vm;

namespace {

Dict *self(const Value *args) { return args[0].as<Dict>(); }
bool isOrderedDict(Value v) { return isInstance(v, types::OrderedDict); }
bool isExact(Value v) { return isExactly(v, types::OrderedDict); }

// --- update ------------------------------------------------------------------------------------------------

Status addPairs(Thread &t, Value dict, Value pairs) {
  return forEach(t, pairs, [&](Value pair) -> Status {
    Ref parts = TRY(iterate(t, pair)), key = nextItem(t, parts);
    if (!key)
      return t.hasPending() ? Status()
                            : Status(raise(t, types::ValueError, "need more than 0 values to unpack"));
    Ref value = nextItem(t, parts);
    if (!value)
      return t.hasPending() ? Status()
                            : Status(raise(t, types::ValueError, "need more than 1 value to unpack"));
    Ref third = nextItem(t, parts);
    if (third) return raise(t, types::ValueError, "too many values to unpack (expected 2)");
    if (t.hasPending()) return {};
    return setItem(t, dict, key, value);
  });
}

Status addKeys(Thread &t, Value dict, Value mapping, Value keysMethod) {
  Ref keys = TRY(call(t, keysMethod));
  return forEach(t, keys, [&](Value key) -> Status {
    Ref value = TRY(getItem(t, mapping, key));
    return setItem(t, dict, key, value);
  });
}

// MutableMapping.update() with one argument.
Status updateFrom(Thread &t, Value dict, Value other) {
  Ref method;
  if (isExactDict(other)) {
    Ref items = TRY(callMethod(t, other, names::items)), list = TRY(listFrom(t, items));
    return addPairs(t, dict, list);
  }
  CHECK(lookupAttr(t, other, names::keys, method));
  if (method) return addKeys(t, dict, other, method);
  CHECK(lookupAttr(t, other, names::items, method));
  if (!method) return addPairs(t, dict, other);
  Ref items = TRY(call(t, method));
  return addPairs(t, dict, items);
}

Status update(Thread &t, Value dict, const CallArgs &args) {
  if (args.positional > 1)
    return raise(t, types::TypeError, "update() takes at most 1 positional argument (% given)",
                 args.positional);
  if (args.positional) CHECK(updateFrom(t, dict, args.values[0]));
  for (size_t k = 0; k < args.keywordCount(); ++k)
    CHECK(setItem(t, dict, (*args.kwNames)[k], args.values[args.positional + k]));
  return Status::ok();
}

Status orderedDictInit(Thread &t, Value v, const CallArgs &args) {
  if (args.positional > 1)
    return raise(t, types::TypeError, "expected at most 1 arguments, got %", args.positional);
  return update(t, v, args);
}

Ref orderedDictUpdate(Thread &t, Value v, const CallArgs &args) {
  CHECK(update(t, v, args));
  return Ref::none();
}

// --- operators ---------------------------------------------------------------------------------------------

Ref orderedDictRepr(Thread &t, Value v) {
  std::string name = typeOf(v)->nameText().str();
  if (!v.as<Dict>()->used) return makeStr(name + "()");
  ReprGuard guard(v);
  if (!guard.entered()) return makeStrAscii("...");
  ListRef pieces;
  if (isExact(v)) {
    pieces = newList(v.as<Dict>()->used);
    int64_t position = 0;
    for (DictEntry *entry; dictNext(v.as<Dict>(), position, entry);) {
      TupleRef pair = packTuple(entry->key, entry->value);
      listAppend(pieces, pair);
    }
  } else {
    Ref items = TRY(callMethod(t, v, names::items));
    pieces = TRY(listFrom(t, items));
  }
  return makeStr(name + "(" + TRY(reprText(t, pieces)) + ")");
}

// The keys of two dicts of the same size, one after the other.
Result<bool> sameOrder(Thread &t, Dict *a, Dict *b) {
  uint32_t before = a->keysVersion, beforeOther = b->keysVersion;
  int64_t i = 0, k = 0;
  DictEntry *left, *right;
  while (dictNext(a, i, left) && dictNext(b, k, right)) {
    Ref x = Ref::share(left->key), y = Ref::share(right->key);
    bool same = TRY(equal(t, x, y));
    if (a->keysVersion != before || b->keysVersion != beforeOther)
      return raise(t, types::RuntimeError, "OrderedDict mutated during iteration");
    if (!same) return false;
  }
  return true;
}

Ref orderedDictCompare(Thread &t, Value a, Value b, CompareOp op) {
  if (!isOrderedDict(a) || !isDict(b) || (op != CompareOp::Eq && op != CompareOp::Ne))
    return Ref::notImplemented();
  Ref same = TRY(types::Dict.slots.compare(t, a, b, CompareOp::Eq));
  bool equals = same->isTrue();
  if (equals && isOrderedDict(b)) equals = TRY(sameOrder(t, a.as<Dict>(), b.as<Dict>()));
  return Ref::boolean(equals == (op == CompareOp::Eq));
}

Ref orderedDictOr(Thread &t, Value a, Value b) {
  Type *type = typeOf(isOrderedDict(a) ? a : b);
  if (!isDict(a) || !isDict(b)) return Ref::notImplemented();
  Ref result = TRY(call(t, Value(type), {a}));
  CHECK(updateFrom(t, result, b));
  return result;
}

Ref orderedDictInplaceOr(Thread &t, Value a, Value b) {
  CHECK(updateFrom(t, a, b));
  return Ref::share(a);
}

Ref orderedDictIter(Thread &, Value v) { return newOrderedDictIterator(v, OrderedDictPart::Keys, false); }

// --- methods -----------------------------------------------------------------------------------------------

// Takes the entry out and gives its value, whatever the methods of a subclass say.
Ref takeEntry(Dict *dict, int64_t entry) {
  Ref value = Ref::share(dict->entries[entry].value);
  dictRemoveEntry(dict, entry);
  return value;
}

Ref orderedDictPop(Thread &t, const Value *args) {
  int64_t h = TRY(hash(t, args[1])), entry = TRY(dictFind(t, self(args), args[1], h));
  if (entry >= 0) return takeEntry(self(args), entry);
  if (args[2].empty()) return raiseWith(t, types::KeyError, args[1]);
  return Ref::share(args[2]);
}

Ref orderedDictPopItem(Thread &t, const Value *args) {
  bool last = TRY(truth(t, args[1]));
  if (!self(args)->used) return raise(t, types::KeyError, "dictionary is empty");
  int64_t entry = last ? dictLast(self(args)) : dictFirst(self(args));
  Ref key = Ref::share(self(args)->entries[entry].key), value = takeEntry(self(args), entry);
  return packTuple(key, value);
}

Ref orderedDictMoveToEnd(Thread &t, const Value *args) {
  bool last = TRY(truth(t, args[2]));
  if (!self(args)->used) return raiseWith(t, types::KeyError, args[1]);
  int64_t h = TRY(hash(t, args[1])), entry = TRY(dictFind(t, self(args), args[1], h));
  if (entry < 0) return raiseWith(t, types::KeyError, args[1]);
  (last ? dictMoveToEnd : dictMoveToStart)(self(args), entry);
  return Ref::none();
}

Ref orderedDictSetDefault(Thread &t, const Value *args) {
  if (isExact(args[0])) {
    int64_t h = TRY(hash(t, args[1]));
    Value found = TRY(dictGetHashed(t, self(args), args[1], h));
    if (!found.empty()) return Ref::share(found);
    CHECK(dictSetHashed(t, self(args), args[1], h, args[2]));
    return Ref::share(args[2]);
  }
  if (TRY(contains(t, args[0], args[1]))) return getItem(t, args[0], args[1]);
  CHECK(setItem(t, args[0], args[1], args[2]));
  return Ref::share(args[2]);
}

Ref orderedDictCopy(Thread &t, const Value *args) {
  Ref copy = TRY(call(t, Value(isExact(args[0]) ? &types::OrderedDict : typeOf(args[0]))));
  int64_t position = 0;
  for (DictEntry *entry; dictNext(self(args), position, entry);) {
    Ref key = Ref::share(entry->key), value = Ref::share(entry->value);
    if (isExact(args[0])) {
      CHECK(dictSetHashed(t, copy.as<Dict>(), key, entry->hash, value));
    } else {
      value = TRY(getItem(t, args[0], key));
      CHECK(setItem(t, copy, key, value));
    }
  }
  return copy;
}

Ref orderedDictFromKeys(Thread &t, const Value *args) {
  Ref dict = TRY(call(t, args[0]));
  CHECK(forEach(t, args[1], [&](Value key) { return setItem(t, dict, key, args[2]); }));
  return dict;
}

Ref orderedDictReduce(Thread &t, const Value *args) {
  Ref state = TRY(callMethod(t, args[0], names::special_getstate));
  Ref items = TRY(callMethod(t, args[0], names::items)), iterator = TRY(iterate(t, items));
  TupleRef none = emptyTuple();
  return packTuple(Value(typeOf(args[0])), none, state, Value::none(), iterator);
}

Ref orderedDictClear(Thread &, const Value *args) {
  dictClear(self(args));
  return Ref::none();
}

Ref orderedDictSizeOf(Thread &, const Value *args) {
  return makeInt(int64_t(sizeof(OrderedDict) + 16 + self(args)->entryCount * sizeof(DictEntry)));
}

Ref orderedDictKeys(Thread &, const Value *args) {
  return newOrderedDictView(types::OrderedDictKeys, args[0]);
}
Ref orderedDictValues(Thread &, const Value *args) {
  return newOrderedDictView(types::OrderedDictValues, args[0]);
}
Ref orderedDictItems(Thread &, const Value *args) {
  return newOrderedDictView(types::OrderedDictItems, args[0]);
}
Ref orderedDictReversed(Thread &, const Value *args) {
  return newOrderedDictIterator(args[0], OrderedDictPart::Keys, true);
}

NativeDef kMethods[] = {
    {"fromkeys", orderedDictFromKeys, "($type, /, iterable, value=None)",
     "A new ordered dict that has the items of iterable for keys, each with the same value.",
     NativeKind::Class},
    {"__sizeof__", orderedDictSizeOf, "!($self, /)", nullptr},
    {"__reduce__", orderedDictReduce, "!($self, /)",
     "What pickle and copy need to make an equal OrderedDict."},
    {"setdefault", orderedDictSetDefault, "($self, /, key, default=None)",
     "The value of key; if there is none, enter default under it at the end, and return that."},
    {"pop", orderedDictPop, "($self, /, key, default=<unrepresentable>)",
     "pop(key[, default]): take key out and return its value, or default if it is not there.\n"
     "Without a default that is a KeyError."},
    {"popitem", orderedDictPopItem, "($self, /, last=True)",
     "Take the last item, or the first if last is false, out and return it as (key, value).\n"
     "KeyError if there is none."},
    {"keys", orderedDictKeys, "!($self, /)", nullptr},
    {"values", orderedDictValues, "!($self, /)", nullptr},
    {"items", orderedDictItems, "!($self, /)", nullptr},
    {"update", orderedDictUpdate, "!($self, /, *args, **kwargs)", nullptr},
    {"clear", orderedDictClear, "!($self, /)", "Drop all items."},
    {"copy", orderedDictCopy, "!($self, /)", "A new OrderedDict with the same items in the same order."},
    {"__reversed__", orderedDictReversed, "!($self, /)",
     "An iterator that goes over the keys from the last to the first."},
    {"move_to_end", orderedDictMoveToEnd, "($self, /, key, last=True)",
     "Move a key that is there to the end, or to the front if last is false; KeyError if it is\n"
     "not there."},
};

Ref getAttributes(Thread &, Value v) { return DictRef::share(dictOf(v.object(), true)); }
const GetSetDef kGetSets[] = {{"__dict__", getAttributes, setInstanceDictAttribute, nullptr}};

Status orderedDictSetItem(Thread &t, Value v, Value key, Value value) {
  return types::Dict.slots.setItem(t, v, key, value);
}

} // namespace

const TypeSpec coil::vm::kOrderedDictSpec = {
    .name = "collections.OrderedDict",
    .size = sizeof(OrderedDict),
    .flags = kTypeGc | kTypeBase | kTypeHasWeakRefs,
    .fillSlots =
        [](Slots &s) {
          s.repr = orderedDictRepr, s.compare = orderedDictCompare, s.iter = orderedDictIter;
          s.bitOr = orderedDictOr, s.inplaceOr = orderedDictInplaceOr, s.setItem = orderedDictSetItem;
          s.init = orderedDictInit, s.hash = hashNotImplemented;
        },
    .traverse =
        [](Object *o, Visitor &v) {
          types::Dict.traverse(o, v);
          v.visitPointer(static_cast<OrderedDict *>(o)->attributes);
        },
    .clear =
        [](Object *o) {
          types::Dict.clear(o);
          replaceOwned<Dict>(static_cast<OrderedDict *>(o)->attributes, nullptr);
        },
    .dictOffset = offsetof(OrderedDict, attributes),
    .methods = kMethods,
    .getsets = kGetSets,
    .doc = "A dict whose order of items counts in comparisons and can be changed.",
};
