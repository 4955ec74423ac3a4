// functools.partial: a callable with some of its arguments.
#include "VM/Core/Names.h"
#include "VM/Modules/_functools/Functools.h"

using namespace coil::vm;

namespace {

struct Partial : Object {
  Value function; // owned, as all below
  Tuple *args;
  Dict *keywords;
  Dict *dict; // may be null
};

using Values = llvm::SmallVector<Value, 8>;

Ref partialCall(Thread &t, Value v, const CallArgs &args);

// partial(function, *args, **keywords). A partial object's own arguments become those of the new one.
Ref partialNew(Thread &t, Value, const CallArgs &args) {
  Type &type = *args.values[0].as<Type>();
  if (args.positional < 2) return raise(t, types::TypeError, "type 'partial' takes at least one argument");
  Value function = args.values[1];
  Partial *inner = nullptr;
  if (typeOf(function)->slots.call == partialCall && !function.as<Partial>()->dict) {
    inner = function.as<Partial>();
    function = inner->function;
  }
  if (!isCallable(function)) return raise(t, types::TypeError, "the first argument must be callable");
  Values positional;
  if (inner) llvm::append_range(positional, inner->args->values());
  positional.append(args.values + 2, args.values + args.positional);
  auto *partial = heap::make<Partial>(type);
  Ref result = Ref::take(Value(partial));
  partial->function = retained(function);
  partial->args = makeTuple(positional).release();
  partial->keywords = (inner ? dictCopy(inner->keywords) : newDict()).release();
  for (size_t k = 0; k < args.keywordCount(); ++k)
    CHECK(dictSet(t, partial->keywords, (*args.kwNames)[k], args.values[args.positional + k]));
  return result;
}

// The call's own keywords override those of the object, in whose places they go.
Status mergeKeywords(Thread &t, Dict *own, const CallArgs &args, Values &values, Values &names) {
  DictRef merged = dictCopy(own);
  for (size_t k = 0; k < args.keywordCount(); ++k)
    CHECK(dictSet(t, merged, (*args.kwNames)[k], args.values[args.positional + k]));
  int64_t position = 0;
  for (DictEntry *entry; dictNext(merged, position, entry);) {
    if (!isStr(entry->key)) return raise(t, types::TypeError, "keywords must be strings");
    names.push_back(entry->key);
    values.push_back(entry->value); // borrowed from `own` and from the call
  }
  return Status::ok();
}

Ref partialCall(Thread &t, Value v, const CallArgs &args) {
  auto *self = v.as<Partial>();
  Ref function = Ref::share(self->function);
  TupleRef first = TupleRef::share(self->args);
  Values values(first->values().begin(), first->values().end());
  values.append(args.values, args.values + args.positional);
  size_t positional = values.size();
  if (!self->keywords->used) {
    values.append(args.values + args.positional, args.values + args.positional + args.keywordCount());
    return call(t, function, CallArgs(values.data(), positional, args.kwNames));
  }
  DictRef own = DictRef::share(self->keywords);
  Values names;
  CHECK(mergeKeywords(t, own, args, values, names));
  TupleRef kwNames = makeTuple(names), keep = makeTuple(values); // `own` may change during the call
  return call(t, function, CallArgs(values.data(), positional, kwNames));
}

Ref partialRepr(Thread &t, Value v) {
  ReprGuard guard(v);
  if (!guard.entered()) return makeStrAscii("...");
  auto *self = v.as<Partial>();
  Ref function = Ref::share(self->function);
  TupleRef args = TupleRef::share(self->args);
  DictRef keywords = DictRef::share(self->keywords);
  StrBuilder rest;
  for (Value item : args->values()) {
    Ref text = TRY(repr(t, item));
    rest.appendAscii(", ");
    rest.append(text.as<Str>());
  }
  int64_t position = 0;
  for (DictEntry *entry; dictNext(keywords, position, entry);) {
    Ref key = Ref::share(entry->key), value = Ref::share(entry->value);
    Ref name = TRY(str(t, key)), text = TRY(repr(t, value));
    rest.appendAscii(", ");
    rest.append(name.as<Str>());
    rest.append('=');
    rest.append(text.as<Str>());
  }
  Ref functionText = TRY(repr(t, function));
  StrRef tail = rest.finish();
  StrBuilder out;
  out.append(typeName(v));
  out.append('(');
  out.append(functionText.as<Str>());
  out.append(tail);
  out.append(')');
  return out.finish();
}

Ref partialReduce(Thread &, const Value *args) {
  auto *self = args[0].as<Partial>();
  TupleRef arguments = packTuple(self->function);
  TupleRef state = packTuple(self->function, Value(self->args), Value(self->keywords),
                             self->dict ? Value(self->dict) : Value::none());
  return packTuple(Value(self->type), arguments, state);
}

// (function, args, keywords, __dict__); subclasses of tuple and dict are not kept.
Ref partialSetState(Thread &t, const Value *args) {
  auto *state = isTuple(args[1]) ? args[1].as<Tuple>() : nullptr;
  if (!state || state->length != 4 || !isCallable((*state)[0]) || !isTuple((*state)[1]) ||
      !((*state)[2].isNone() || isDict((*state)[2])))
    return raise(t, types::TypeError, "invalid partial state");
  Value given = (*state)[1], keywords = (*state)[2], dict = (*state)[3];
  TupleRef positional =
      isExactly(given, types::Tuple) ? TupleRef::share(given.as<Tuple>()) : TRY(tupleFrom(t, given));
  DictRef named = keywords.isNone()       ? newDict()
                  : isExactDict(keywords) ? DictRef::share(keywords.as<Dict>())
                                          : dictCopy(keywords.as<Dict>());
  auto *self = args[0].as<Partial>();
  replaceOwned(self->function, retained((*state)[0]));
  replaceOwned(self->args, positional.release());
  replaceOwned(self->keywords, named.release());
  replaceOwned<Dict>(self->dict, isDict(dict) ? DictRef::share(dict.as<Dict>()).release() : nullptr);
  return Ref::none();
}

Ref getFunction(Thread &, Value v) { return Ref::share(v.as<Partial>()->function); }
Ref getArgs(Thread &, Value v) { return Ref::share(Value(v.as<Partial>()->args)); }
Ref getKeywords(Thread &, Value v) { return Ref::share(Value(v.as<Partial>()->keywords)); }
Ref getDict(Thread &, Value v) { return DictRef::share(dictOf(v.object(), true)); }
// A layout detail of CPython, which its class shows.
Ref getVectorcallOffset(Thread &, Value) { return Ref::smallInt(0); }

NativeDef kMethods[] = {
    {"__new__", partialNew, "!($type, *args, **kwargs)", "Make a new object of the class."},
    {"__reduce__", partialReduce, "!($self, /)", nullptr},
    {"__setstate__", partialSetState, "!($self, state, /)", nullptr},
    {"__class_getitem__", newGenericAliasMethod, "!($type, item, /)", "See PEP 585", NativeKind::Class},
};

const GetSetDef kGetSets[] = {
    {"func", getFunction, nullptr, "The function that is called in the end.", true},
    {"args", getArgs, nullptr, "The positional arguments that come before those of the call.", true},
    {"keywords", getKeywords, nullptr, "The keyword arguments that are passed unless the call gives its own.",
     true},
    {"__vectorcalloffset__", getVectorcallOffset, nullptr, nullptr, true},
    {"__dict__", getDict, setNativeDictAttribute, nullptr},
};

void partialClear(Object *o) {
  if (o->refCount) return; // the call of a cleared partial would find nothing; its parts break the cycle
  auto *self = static_cast<Partial *>(o);
  replaceOwned(self->function, Value());
  replaceOwned<Tuple>(self->args, nullptr);
  replaceOwned<Dict>(self->keywords, nullptr);
  replaceOwned<Dict>(self->dict, nullptr);
}

} // namespace

const TypeSpec coil::vm::kPartialSpec = {
    .name = "functools.partial",
    .size = sizeof(Partial),
    .flags = kTypeGc | kTypeBase | kTypeHasWeakRefs,
    .fillSlots =
        [](Slots &s) {
          s.repr = partialRepr, s.call = partialCall, s.getAttr = genericGetAttr, s.setAttr = genericSetAttr;
        },
    .traverse =
        [](Object *o, Visitor &v) {
          auto *self = static_cast<Partial *>(o);
          v.visit(self->function);
          v.visitPointer(self->args);
          v.visitPointer(self->keywords);
          v.visitPointer(self->dict);
        },
    .clear = partialClear,
    .dictOffset = offsetof(Partial, dict),
    .methods = kMethods,
    .getsets = kGetSets,
    .doc = "A function of which some arguments are fixed already: partial(func, /, *args,\n"
           "**keywords). A call adds its own arguments: positional ones behind these, keywords in\n"
           "addition to or in place of these.",
    .heapType = true,
};
