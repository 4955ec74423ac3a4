// dict: the type and its methods.
#include "VM/Bind/Native.h"
#include "VM/Core/Names.h"
#include "VM/Protocol/Protocol.h"
#include "VM/Types/Dict/Dict.h"
#include "VM/Types/Dict/Views.h"
#include "VM/Types/Int/Int.h"
#include "VM/Types/Sequence.h"
#include "VM/Types/Set.h"
#include "VM/Types/Str/StrText.h"
#include "VM/Types/Tuple.h"
#include "VM/Types/Type/Mro.h"

using namespace coil::vm;

namespace {

Dict *self(Value v) { return v.as<Dict>(); }
Dict *self(const Value *args) { return args[0].as<Dict>(); }

Ref dictRepr(Thread &t, Value v) {
  if (!self(v)->used) return makeStrAscii("{}");
  ReprGuard guard(v);
  if (!guard.entered()) return makeStrAscii("{...}");
  StrBuilder out;
  out.append('{');
  int64_t position = 0;
  DictEntry *entry;
  bool first = true;
  while (dictNext(self(v), position, entry)) {
    Ref key = Ref::share(entry->key), value = Ref::share(entry->value);
    if (!std::exchange(first, false)) out.appendAscii(", ");
    Ref keyText = TRY(repr(t, key)), valueText = TRY(repr(t, value));
    out.append(keyText.as<Str>());
    out.appendAscii(": ");
    out.append(valueText.as<Str>());
  }
  out.append('}');
  return out.finish();
}

Ref dictCompare(Thread &t, Value a, Value b, CompareOp op) {
  if ((op != CompareOp::Eq && op != CompareOp::Ne) || !isDict(b)) return Ref::notImplemented();
  bool same = self(a)->used == self(b)->used;
  int64_t position = 0;
  DictEntry *entry;
  while (same && dictNext(self(a), position, entry)) {
    Ref key = Ref::share(entry->key), value = Ref::share(entry->value);
    Ref other = Ref::share(TRY(dictGetHashed(t, self(b), key, entry->hash)));
    same = other && TRY(equal(t, value, other));
  }
  return Ref::boolean(same == (op == CompareOp::Eq));
}

Result<int64_t> dictLen(Thread &, Value v) { return self(v)->used; }

Ref dictGetItem(Thread &t, Value v, Value key) {
  Value found = TRY(dictGet(t, self(v), key));
  if (!found.empty()) return Ref::share(found);
  if (!isExactDict(v)) {
    bool has;
    Ref made = callSpecial(t, v, names::special_missing, {key}, has);
    if (has) return made;
  }
  return raiseWith(t, types::KeyError, key);
}

Status dictSetItem(Thread &t, Value v, Value key, Value value) {
  if (!value.empty()) return dictSet(t, self(v), key, value);
  Value old = TRY(dictPop(t, self(v), key));
  if (old.empty()) return raiseWith(t, types::KeyError, key);
  release(old);
  return Status::ok();
}

Result<bool> dictContains(Thread &t, Value v, Value key) { return !TRY(dictGet(t, self(v), key)).empty(); }

Ref dictOr(Thread &t, Value a, Value b) {
  if (!isDict(a) || !isDict(b)) return Ref::notImplemented();
  DictRef result = dictCopy(self(a));
  TRY(dictUpdate(t, result, b));
  return result;
}

Ref dictInplaceOr(Thread &t, Value a, Value b) {
  TRY(dictUpdate(t, self(a), b));
  return Ref::share(a);
}

Ref dictIter(Thread &, Value v) { return newDictIterator(types::DictKeyIterator, self(v)); }

// --- methods
// -----------------------------------------------------------------------------------------------------

Ref dictNew(Thread &, Value, const CallArgs &args) {
  auto *dict = static_cast<Dict *>(heap::allocateObject(*args.values[0].as<Type>()));
  initializeDict(dict);
  return Ref::take(Value(dict));
}

Status updateFromCall(Thread &t, Value v, const CallArgs &args, const char *name) {
  if (args.positional > 1)
    return raise(t, types::TypeError, "% expected at most 1 argument, got %", name, args.positional);
  if (args.positional) TRY(dictUpdate(t, self(v), args.values[0]));
  for (size_t k = 0; k < args.keywordCount(); ++k)
    TRY(dictSet(t, self(v), (*args.kwNames)[k], args.values[args.positional + k]));
  return Status::ok();
}

Ref dictInit(Thread &t, Value v, const CallArgs &args) {
  TRY(updateFromCall(t, v, args, "dict"));
  return Ref::none();
}

Ref dictUpdateMethod(Thread &t, Value v, const CallArgs &args) {
  TRY(updateFromCall(t, v, args, "update"));
  return Ref::none();
}

Ref dictGetMethod(Thread &t, const Value *args) {
  Value found = TRY(dictGet(t, self(args), args[1]));
  return Ref::share(found.empty() ? args[2] : found);
}

Ref dictSetDefault(Thread &t, const Value *args) {
  int64_t h = TRY(hash(t, args[1]));
  return Ref::share(TRY(dictSetDefaultHashed(t, self(args), args[1], h, args[2])));
}

Ref dictPopMethod(Thread &t, const Value *args) {
  Ref value = Ref::take(TRY(dictPop(t, self(args), args[1])));
  if (value) return value;
  if (!args[2].empty()) return Ref::share(args[2]);
  return raiseWith(t, types::KeyError, args[1]);
}

Ref dictPopItem(Thread &t, const Value *args) {
  Dict *dict = self(args);
  if (!dict->used) return raiseWith(t, types::KeyError, makeStr("popitem(): dictionary is empty"));
  int64_t last = dictLast(dict);
  TupleRef item = packTuple(dict->entries[last].key, dict->entries[last].value);
  dictRemoveEntry(dict, last);
  return item;
}

Ref dictClearMethod(Thread &, const Value *args) {
  dictClear(self(args));
  return Ref::none();
}

Ref dictCopyMethod(Thread &, const Value *args) { return dictCopy(self(args)); }
Ref dictKeys(Thread &, const Value *args) { return newDictView(types::DictKeys, self(args)); }
Ref dictValues(Thread &, const Value *args) { return newDictView(types::DictValues, self(args)); }
Ref dictItems(Thread &, const Value *args) { return newDictView(types::DictItems, self(args)); }
Ref dictReversed(Thread &, const Value *args) {
  return newDictIterator(types::DictReverseKeyIterator, self(args));
}
Ref dictSizeOf(Thread &, const Value *args) {
  return makeInt(int64_t(sizeof(Dict) + 16 + self(args)->entryCount * sizeof(DictEntry)));
}
Ref dictContainsMethod(Thread &t, const Value *args) {
  return Ref::boolean(TRY(dictContains(t, args[0], args[1])));
}
Ref dictGetItemMethod(Thread &t, const Value *args) { return dictGetItem(t, args[0], args[1]); }

Ref dictFromKeys(Thread &t, const Value *args) {
  Ref dict = TRY(call(t, args[0]));
  if (isExactDict(dict) && dict.as<Dict>()->used == 0 && isExactDict(args[1])) { // the hashes are known
    Ref keep = Ref::share(args[1]);
    int64_t position = 0;
    for (DictEntry *entry; dictNext(args[1].as<Dict>(), position, entry);) {
      Ref key = Ref::share(entry->key); // a comparison may empty the source
      CHECK(dictSetHashed(t, dict.as<Dict>(), key, entry->hash, args[2]));
    }
    return dict;
  }
  if (isExactDict(dict) && dict.as<Dict>()->used == 0 &&
      (isExactly(args[1], types::Set) || isExactly(args[1], types::FrozenSet))) {
    CHECK(eachSetEntry(args[1].as<Set>(), [&](Value key, int64_t h) {
      return dictSetHashed(t, dict.as<Dict>(), key, h, args[2]);
    }));
    return dict;
  }
  TRY(forEach(t, args[1], [&](Value key) { return setItem(t, dict, key, args[2]); }));
  return dict;
}

void dictTraverse(Object *o, Visitor &visitor) {
  auto *dict = static_cast<Dict *>(o);
  for (int64_t i = 0; i < dict->entryCount; ++i) {
    visitor.visit(dict->entries[i].key);
    visitor.visit(dict->entries[i].value);
  }
}

NativeDef kMethods[] = {
    {"__new__", dictNew, "!($type, *args, **kwargs)", "Make a new object of the class."},
    {"__init__", dictInit, "($self, /, *args, **kwargs)",
     "Set the object up from the arguments; the help of its class tells which they are."},
    {"__contains__", dictContainsMethod, "($self, key, /)", "Tell whether the key is in the dictionary."},
    {"__getitem__", dictGetItemMethod, "!($self, key, /)", "Return self[key]."},
    {"__sizeof__", dictSizeOf, "!($self, /)", "__sizeof__(): the bytes of memory the dictionary occupies."},
    {"get", dictGetMethod, "($self, key, default=None, /)",
     "The key's value, or the default if it is not in the dictionary."},
    {"setdefault", dictSetDefault, "($self, key, default=None, /)",
     "The key's value; a key that is not in the dictionary is put there first, with the default."},
    {"pop", dictPopMethod, "($self, key, default=<unrepresentable>, /)",
     "pop(key[, default]): remove the key and return its value.\n\nIf there is none, the result is the "
     "default, or KeyError is raised if none is given."},
    {"popitem", dictPopItem, "($self, /)",
     "Remove the item that was added last and return it as (key, value). KeyError if there is none."},
    {"keys", dictKeys, "!($self, /)", "keys(): a view of the keys, which is like a set."},
    {"items", dictItems, "!($self, /)", "items(): a view of the (key, value) pairs, which is like a set."},
    {"values", dictValues, "!($self, /)", "values(): a view of the values."},
    {"update", dictUpdateMethod, "!($self, /, *args, **kwargs)",
     "update([source, ]**kwargs): set the keys and values of another mapping, or an iterable of\npairs, and "
     "then those given by name.\n\nWhat has a keys() method counts as a mapping."},
    {"fromkeys", dictFromKeys, "($type, iterable, value=None, /)",
     "Make a dictionary with the keys of an iterable, all with the same value.", NativeKind::Class},
    {"clear", dictClearMethod, "!($self, /)", "clear(): remove all items."},
    {"copy", dictCopyMethod, "!($self, /)", "copy(): a dictionary with the same items."},
    {"__reversed__", dictReversed, "($self, /)", "An iterator over the keys, the last one first."},
    {"__class_getitem__", newGenericAliasMethod, "!($type, item, /)", "See PEP 585", NativeKind::Class},
};

} // namespace

const TypeSpec coil::vm::kDictSpec = {
    .name = "dict",
    .size = sizeof(Dict),
    .flags = kTypeBase | kTypeGc | kTypeDictSubclass | kTypeMatchMapping | kTypeMatchSelf,
    .fillSlots =
        [](Slots &s) {
          s.repr = dictRepr, s.compare = dictCompare, s.len = dictLen, s.getItem = dictGetItem,
          s.setItem = dictSetItem;
          s.contains = dictContains, s.bitOr = dictOr, s.inplaceOr = dictInplaceOr, s.iter = dictIter,
          s.hash = hashNotImplemented;
        },
    .traverse = dictTraverse,
    .clear = [](Object *o) { dictClear(static_cast<Dict *>(o)); },
    .methods = kMethods,
    .doc = "dict(**kwargs), dict(mapping, **kwargs), dict(iterable, **kwargs): a dictionary, which "
           "maps\nkeys to values.\n\nIt has the items of the mapping, or the (key, value) pairs of the "
           "iterable, and those given by name.",
};
