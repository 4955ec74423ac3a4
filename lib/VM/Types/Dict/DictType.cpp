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
    {"__new__", dictNew, "!($type, *args, **kwargs)",
     "Create and return a new object.  See help(type) for accurate signature."},
    {"__init__", dictInit, "($self, /, *args, **kwargs)",
     "Initialize self.  See help(type(self)) for accurate signature."},
    {"__contains__", dictContainsMethod, "($self, key, /)",
     "True if the dictionary has the specified key, else False."},
    {"__getitem__", dictGetItemMethod, "!($self, key, /)", "x.__getitem__(y) <==> x[y]"},
    {"__sizeof__", dictSizeOf, "!($self, /)", "D.__sizeof__() -> size of D in memory, in bytes"},
    {"get", dictGetMethod, "($self, key, default=None, /)",
     "Return the value for key if key is in the dictionary, else default."},
    {"setdefault", dictSetDefault, "($self, key, default=None, /)",
     "Insert key with a value of default if key is not in the dictionary.\n\nReturn the value for key if key "
     "is in the dictionary, else default."},
    {"pop", dictPopMethod, "($self, key, default=<unrepresentable>, /)",
     "D.pop(k[,d]) -> v, remove specified key and return the corresponding value.\n\nIf the key is not "
     "found, return the default if given; otherwise,\nraise "
     "a KeyError."},
    {"popitem", dictPopItem, "($self, /)",
     "Remove and return a (key, value) pair as a 2-tuple.\n\nPairs are returned in LIFO (last-in, first-out) "
     "order.\nRaises KeyError if the dict is empty."},
    {"keys", dictKeys, "!($self, /)", "D.keys() -> a set-like object providing a view on D's keys"},
    {"items", dictItems, "!($self, /)", "D.items() -> a set-like object providing a view on D's items"},
    {"values", dictValues, "!($self, /)", "D.values() -> an object providing a view on D's values"},
    {"update", dictUpdateMethod, "!($self, /, *args, **kwargs)",
     "D.update([E, ]**F) -> None.  Update D from dict/iterable E and F.\nIf E is present and has a .keys() "
     "method, then does:  for k in E: D[k] = E[k]\nIf E "
     "is present and lacks a .keys() method, then does:  for k, v in E: D[k] = v\nIn either case, this is "
     "followed by: for k in F:  D[k] = F[k]"},
    {"fromkeys", dictFromKeys, "($type, iterable, value=None, /)",
     "Create a new dictionary with keys from iterable and values set to value.", NativeKind::Class},
    {"clear", dictClearMethod, "!($self, /)", "D.clear() -> None.  Remove all items from D."},
    {"copy", dictCopyMethod, "!($self, /)", "D.copy() -> a shallow copy of D"},
    {"__reversed__", dictReversed, "($self, /)", "Return a reverse iterator over the dict keys."},
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
    .doc = "dict() -> new empty dictionary\ndict(mapping) -> new dictionary initialized from a mapping "
           "object's\n    (key, value) pairs\ndict(iterable) -> new "
           "dictionary initialized as if via:\n    d = {}\n    for k, v in iterable:\n        d[k] = "
           "v\ndict(**kwargs) -> new dictionary initialized with the "
           "name=value pairs\n    in the keyword argument list.  For example:  dict(one=1, two=2)",
};
