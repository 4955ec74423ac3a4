// collections.defaultdict: a dict that makes the values of missing keys.
#include "VM/Core/Names.h"
#include "VM/Modules/_collections/Collections.h"
#include "VM/Types/Dict/Dict.h"

using namespace coil::vm;

namespace {

struct DefaultDict : Dict {
  Value factory; // owned; empty: None
};

Value factoryOf(Value v) {
  Value factory = v.as<DefaultDict>()->factory;
  return factory.empty() ? Value::none() : factory;
}

Status defaultDictInit(Thread &t, Value v, const CallArgs &args) {
  Value factory;
  if (args.positional) {
    factory = args.values[0];
    if (!isCallable(factory) && !factory.isNone())
      return raise(t, types::TypeError, "first argument must be callable or None");
  }
  Ref old = Ref::take(v.as<DefaultDict>()->factory); // given up last: it may run Python code
  v.as<DefaultDict>()->factory = factory.isNone() ? Value() : retained(factory);
  llvm::SmallVector<Value, 8> rest{v};
  size_t skipped = args.positional ? 1 : 0;
  rest.append(args.values + skipped, args.values + args.positional + args.keywordCount());
  Value init = typeLookup(&types::Dict, names::special_init);
  CHECK(call(t, init, CallArgs(rest.data(), args.positional - skipped + 1, args.kwNames)));
  return Status::ok();
}

Ref defaultDictMissing(Thread &t, const Value *args) {
  Ref factory = Ref::share(factoryOf(args[0]));
  if (factory->isNone()) return raiseWith(t, types::KeyError, args[1]);
  Ref value = TRY(call(t, factory));
  CHECK(setItem(t, args[0], args[1], value));
  return value;
}

// type(v)(factory, items)
Ref newLike(Thread &t, Value v, Value items) { return call(t, Value(typeOf(v)), {factoryOf(v), items}); }

Ref defaultDictCopy(Thread &t, const Value *args) { return newLike(t, args[0], args[0]); }

Ref defaultDictReduce(Thread &t, const Value *args) {
  Value factory = factoryOf(args[0]);
  TupleRef arguments = factory.isNone() ? emptyTuple() : packTuple(factory);
  Ref items = TRY(callMethod(t, args[0], names::items)), iterator = TRY(iterate(t, items));
  return packTuple(Value(typeOf(args[0])), arguments, Value::none(), Value::none(), iterator);
}

Ref defaultDictOr(Thread &t, Value a, Value b) {
  bool left = isInstance(a, types::DefaultDict);
  if (!isDict(left ? b : a)) return Ref::notImplemented();
  Ref result = TRY(newLike(t, left ? a : b, a));
  CHECK(dictUpdate(t, result.as<Dict>(), b));
  return result;
}

Ref defaultDictRepr(Thread &t, Value v) {
  Ref items = TRY(types::Dict.slots.repr(t, v)), factory = Ref::share(factoryOf(v));
  Ref factoryText;
  if (factory->isNone()) {
    factoryText = makeStrAscii("None");
  } else {
    ReprGuard guard(factory);
    factoryText = guard.entered() ? TRY(repr(t, factory)) : Ref(makeStrAscii("..."));
  }
  StrBuilder out;
  out.append(typeOf(v)->nameText());
  out.append('(');
  out.append(factoryText.as<Str>());
  out.appendAscii(", ");
  out.append(items.as<Str>());
  out.append(')');
  return out.finish();
}

Ref getFactory(Thread &, Value v) { return Ref::share(factoryOf(v)); }

Status setFactory(Thread &, Value v, Value value) {
  replaceOwned(v.as<DefaultDict>()->factory, value.empty() || value.isNone() ? Value() : retained(value));
  return Status::ok();
}

NativeDef kMethods[] = {
    {"__missing__", defaultDictMissing, "!($self, key, /)",
     "What d[key] does when there is no such key: enter default_factory() under it and return\n"
     "that. KeyError if default_factory is None."},
    {"copy", defaultDictCopy, "!($self, /)",
     "A defaultdict with the same items and the same default_factory."},
    {"__copy__", defaultDictCopy, "!($self, /)",
     "A defaultdict with the same items and the same default_factory."},
    {"__reduce__", defaultDictReduce, "!($self, /)",
     "What pickle and copy need to make an equal defaultdict."},
    {"__class_getitem__", newGenericAliasMethod, "!($type, item, /)", "See PEP 585", NativeKind::Class},
};

const GetSetDef kGetSets[] = {
    {"default_factory", getFactory, setFactory,
     "Called without arguments to make the value of a missing key; None for no such help.", true}};

} // namespace

const TypeSpec coil::vm::kDefaultDictSpec = {
    .name = "collections.defaultdict",
    .size = sizeof(DefaultDict),
    .flags = kTypeGc | kTypeBase,
    .fillSlots =
        [](Slots &s) {
          s.init = defaultDictInit, s.getAttr = genericGetAttr, s.repr = defaultDictRepr,
          s.bitOr = defaultDictOr;
        },
    .traverse =
        [](Object *o, Visitor &v) {
          types::Dict.traverse(o, v);
          v.visit(static_cast<DefaultDict *>(o)->factory);
        },
    .clear =
        [](Object *o) {
          types::Dict.clear(o);
          replaceOwned(static_cast<DefaultDict *>(o)->factory, Value());
        },
    .methods = kMethods,
    .getsets = kGetSets,
    .doc = "A dict that makes the value of a key which is looked up and not there, by calling\n"
           "default_factory(). Only d[key] does so, not d.get(key). The arguments behind the factory\n"
           "are those of dict().",
};
