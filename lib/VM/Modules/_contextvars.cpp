// _contextvars (PEP 567): variables whose values belong to a context, of which every thread has a current
// one.
#include "VM/Core/Names.h"
#include "VM/Modules/Modules.h"
#include "VM/Protocol/Protocol.h"
#include "VM/Types/Dict/Dict.h"
#include "VM/Types/Sequence.h"
#include "VM/Types/Tuple.h"
#include "VM/Types/Type/Mro.h"

using namespace coil::vm;

namespace {

Type contextType, variableType, tokenType, missingType, keysType, valuesType, itemsType;
Object missing; // Token.MISSING

// Contexts share their dict of values with copies of them and with iterators; who sets a variable copies a
// shared one before.
struct Context : Object {
  Dict *values;   // owned; ContextVar -> value
  Value previous; // owned; the context that was current when this one was entered; may be empty
  bool entered;
};

struct Variable : Object {
  Str *name;          // owned
  Value defaultValue; // owned; may be empty
  int64_t hash;
};

struct Token : Object {
  Context *context;   // owned
  Variable *variable; // owned
  Value oldValue;     // owned; empty: there was none
  bool used;
};

struct ContextIterator : Object {
  Dict *values; // owned; null once exhausted
  int64_t position;
};

Context *context(Value v) { return v.as<Context>(); }
Variable *variable(Value v) { return v.as<Variable>(); }
Token *token(Value v) { return v.as<Token>(); }

ObjectRef<Context> newContext(Dict *shared) {
  auto c = ObjectRef<Context>::take(heap::make<Context>(contextType));
  c->values = shared ? DictRef::share(shared).release() : newDict().release();
  return c;
}

// The calling thread's current context, made on demand.
Context *currentContext(Thread &t) {
  if (t.context.empty()) t.context = Ref(newContext(nullptr)).release();
  return context(t.context);
}

// --- contexts

Ref contextNew(Thread &t, Value, const CallArgs &args) {
  if (args.positional > 1 || args.keywordCount())
    return raise(t, types::TypeError, "Context() does not accept any arguments");
  return newContext(nullptr);
}

// The value of a variable in a context; empty if it has none there.
Result<Value> lookup(Thread &t, Value c, Value key) {
  if (!isExactly(key, variableType))
    return raise(t, types::TypeError, "a ContextVar key was expected, got %", TRY(reprText(t, key)));
  return dictGetHashed(t, context(c)->values, key, variable(key)->hash);
}

Ref contextGetItem(Thread &t, Value c, Value key) {
  Value found = TRY(lookup(t, c, key));
  if (found.empty()) return raiseWith(t, types::KeyError, key);
  return Ref::share(found);
}
Result<bool> contextContains(Thread &t, Value c, Value key) { return !TRY(lookup(t, c, key)).empty(); }
Result<int64_t> contextLen(Thread &, Value c) { return context(c)->values->used; }

Ref contextGet(Thread &t, const Value *args) {
  Value found = TRY(lookup(t, args[0], args[1]));
  return Ref::share(found.empty() ? args[2] : found);
}

Ref contextCompare(Thread &t, Value a, Value b, CompareOp op) {
  bool equality = op == CompareOp::Eq || op == CompareOp::Ne;
  if (!isExactly(a, contextType) || !isExactly(b, contextType) || !equality) return Ref::notImplemented();
  DictRef x = DictRef::share(context(a)->values), y = DictRef::share(context(b)->values);
  return compare(t, x, y, op);
}

Ref newIterator(Type &type, Value c) {
  auto *iterator = heap::make<ContextIterator>(type);
  iterator->values = DictRef::share(context(c)->values).release();
  return Ref::take(Value(iterator));
}
Ref contextIter(Thread &, Value c) { return newIterator(keysType, c); }
Ref contextKeys(Thread &, const Value *args) { return newIterator(keysType, args[0]); }
Ref contextValues(Thread &, const Value *args) { return newIterator(valuesType, args[0]); }
Ref contextItems(Thread &, const Value *args) { return newIterator(itemsType, args[0]); }
Ref contextCopy(Thread &, const Value *args) { return newContext(context(args[0])->values); }

Ref iteratorNext(Thread &, Value v) {
  auto *iterator = v.as<ContextIterator>();
  DictEntry *entry;
  if (!iterator->values) return {};
  if (!dictNext(iterator->values, iterator->position, entry)) {
    replaceOwned<Dict>(iterator->values, nullptr);
    return {};
  }
  if (iterator->type == &keysType) return Ref::share(entry->key);
  if (iterator->type == &valuesType) return Ref::share(entry->value);
  return packTuple(entry->key, entry->value);
}

// Context.run(callable, *args, **kwargs)
Ref contextRun(Thread &t, Value self, const CallArgs &args) {
  Context *c = context(self);
  if (args.positional < 1) return raise(t, types::TypeError, "run() missing 1 required positional argument");
  if (c->entered)
    return raise(t, types::RuntimeError, "cannot enter context: % is already entered",
                 TRY(reprText(t, self)));
  Ref keep = Ref::share(self);
  c->entered = true;
  c->previous = std::exchange(t.context, keep.copy().release());
  Ref result = call(t, args.values[0], CallArgs(args.values + 1, args.positional - 1, args.kwNames));
  c->entered = false;
  replaceOwned(t.context, std::exchange(c->previous, Value()));
  return result;
}

Ref copyContext(Thread &t, const Value *) { return newContext(currentContext(t)->values); }

// --- variables

Ref variableNew(Thread &t, const Value *args) {
  if (!isStr(args[1])) return raise(t, types::TypeError, "context variable name must be a str");
  auto *v = heap::make<Variable>(variableType);
  v->name = StrRef::share(args[1].as<Str>()).release();
  if (!args[2].empty()) v->defaultValue = retained(args[2]);
  v->hash = int64_t(reinterpret_cast<uintptr_t>(v) >> 4) ^ hashStr(v->name);
  if (v->hash == -1) v->hash = -2;
  return Ref::take(Value(v));
}

Ref variableRepr(Thread &t, Value v) {
  std::string text = "<ContextVar name=" + TRY(reprText(t, Value(static_cast<Object *>(variable(v)->name))));
  if (!variable(v)->defaultValue.empty()) text += " default=" + TRY(reprText(t, variable(v)->defaultValue));
  return makeStr(text + " at " + addressText(v) + ">");
}
Result<int64_t> variableHash(Thread &, Value v) { return variable(v)->hash; }

Ref variableGet(Thread &t, const Value *args) {
  Value found;
  if (!t.context.empty()) found = TRY(lookup(t, t.context, args[0]));
  if (found.empty()) found = args[1];
  if (found.empty()) found = variable(args[0])->defaultValue;
  if (found.empty()) return raiseWith(t, types::LookupError, args[0]);
  return Ref::share(found);
}

// The values of a context for a change.
Dict *ownValues(Context *c) {
  if (c->values->refCount > 1) replaceOwned(c->values, dictCopy(c->values).release());
  return c->values;
}

Ref variableSet(Thread &t, const Value *args) {
  Context *c = currentContext(t);
  Value old = TRY(lookup(t, Value(c), args[0]));
  auto made = ObjectRef<Token>::take(heap::make<Token>(tokenType));
  made->context = ObjectRef<Context>::share(c).release();
  made->variable = ObjectRef<Variable>::share(variable(args[0])).release();
  made->oldValue = retained(old);
  CHECK(dictSetHashed(t, ownValues(c), args[0], variable(args[0])->hash, args[1]));
  return made;
}

Ref variableReset(Thread &t, const Value *args) {
  auto shown = [&] { return reprText(t, args[1]); };
  if (!isExactly(args[1], tokenType))
    return raise(t, types::TypeError, "expected an instance of Token, got %", TRY(shown()));
  Token *k = token(args[1]);
  if (k->used) return raise(t, types::RuntimeError, "% has already been used once", TRY(shown()));
  if (k->variable != variable(args[0]))
    return raise(t, types::ValueError, "% was created by a different ContextVar", TRY(shown()));
  if (k->context != currentContext(t))
    return raise(t, types::ValueError, "% was created in a different Context", TRY(shown()));
  k->used = true;
  if (!k->oldValue.empty()) {
    CHECK(dictSetHashed(t, ownValues(k->context), args[0], k->variable->hash, k->oldValue));
    return Ref::none();
  }
  if (TRY(lookup(t, Value(k->context), args[0])).empty()) return raiseWith(t, types::LookupError, args[0]);
  Value gone = TRY(dictPopHashed(t, ownValues(k->context), args[0], k->variable->hash));
  release(gone);
  return Ref::none();
}

Ref variableName(Thread &, Value v) { return StrRef::share(variable(v)->name); }

// --- tokens

Ref tokenNew(Thread &t, Value, const CallArgs &) {
  return raise(t, types::RuntimeError, "Tokens can only be created by ContextVars");
}
Ref tokenRepr(Thread &t, Value v) {
  Value of(static_cast<Object *>(token(v)->variable));
  return makeStr(std::string("<Token") + (token(v)->used ? " used" : "") + " var=" + TRY(reprText(t, of)) +
                 " at " + addressText(v) + ">");
}
Ref tokenVariable(Thread &, Value v) { return ObjectRef<Variable>::share(token(v)->variable); }
Ref tokenOldValue(Thread &, Value v) {
  return Ref::share(token(v)->oldValue.empty() ? Value(&missing) : token(v)->oldValue);
}
Ref missingRepr(Thread &, Value) { return makeStrAscii("<Token.MISSING>"); }

// --- the tables

NativeDef kContextMethods[] = {
    {"__new__", contextNew, "!($type, *args, **kwargs)", "Make a new object of the class."},
    {"get", contextGet, "($self, key, default=None, /)",
     "The value that the variable has in this context, or default if it has none here."},
    {"items", contextItems, "($self, /)",
     "A list of (variable, value) pairs, one for each variable set in this context."},
    {"keys", contextKeys, "($self, /)", "A list of the variables that are set in this context."},
    {"values", contextValues, "($self, /)", "A list of the values that variables have in this context."},
    {"copy", contextCopy, "($self, /)",
     "A new context with the same values, which changes on its own from here."},
    {"run", contextRun, "!($self, /, *args, **kwargs)", nullptr},
};

const TypeSpec kContextSpec = {
    .name = "_contextvars.Context",
    .size = sizeof(Context),
    .flags = kTypeGc | kTypeHasWeakRefs,
    .fillSlots =
        [](Slots &s) {
          s.getItem = contextGetItem, s.contains = contextContains, s.len = contextLen, s.iter = contextIter,
          s.compare = contextCompare, s.hash = hashNotImplemented, s.getAttr = genericGetAttr;
        },
    .traverse =
        [](Object *o, Visitor &v) {
          v.visitPointer(static_cast<Context *>(o)->values);
          v.visit(static_cast<Context *>(o)->previous);
        },
    .clear =
        [](Object *o) {
          replaceOwned<Dict>(static_cast<Context *>(o)->values, nullptr);
          replaceOwned(static_cast<Context *>(o)->previous, Value());
        },
    .methods = kContextMethods,
};

NativeDef kVariableMethods[] = {
    {"__new__", variableNew, "!($type, name, /, *, default=<unrepresentable>)",
     "Make a new object of the class."},
    {"get", variableGet, "($self, default=<unrepresentable>, /)",
     "The variable's value in the current context. Where it is not set, the default given here\n"
     "counts, then that of the variable; LookupError if neither exists."},
    {"set", variableSet, "($self, value, /)",
     "Give the variable a value in the current context.\n"
     "The token that comes back lets reset() bring the earlier state back."},
    {"reset", variableReset, "($self, token, /)",
     "Undo the set() that returned this token. ValueError if the token is of another variable\n"
     "or another context, RuntimeError if it was used before."},
    {"__class_getitem__", newGenericAliasMethod, "!($type, item, /)", "See PEP 585", NativeKind::Class},
};

const GetSetDef kVariableGetSets[] = {{"name", variableName, nullptr, nullptr, true}};

const TypeSpec kVariableSpec = {
    .name = "_contextvars.ContextVar",
    .size = sizeof(Variable),
    .flags = kTypeGc,
    .fillSlots = [](Slots &s) { s.repr = variableRepr, s.hash = variableHash, s.getAttr = genericGetAttr; },
    .traverse = [](Object *o, Visitor &v) { v.visit(static_cast<Variable *>(o)->defaultValue); },
    .clear =
        [](Object *o) {
          replaceOwned(static_cast<Variable *>(o)->defaultValue, Value());
          if (o->refCount == 0) replaceOwned<Str>(static_cast<Variable *>(o)->name, nullptr);
        },
    .methods = kVariableMethods,
    .getsets = kVariableGetSets,
};

NativeDef kTokenMethods[] = {
    {"__new__", tokenNew, "!($type, *args, **kwargs)", "Make a new object of the class."},
    {"__class_getitem__", newGenericAliasMethod, "!($type, item, /)", "See PEP 585", NativeKind::Class},
};

const GetSetDef kTokenGetSets[] = {{"var", tokenVariable, nullptr, nullptr},
                                   {"old_value", tokenOldValue, nullptr, nullptr}};

const TypeSpec kTokenSpec = {
    .name = "_contextvars.Token",
    .size = sizeof(Token),
    .flags = kTypeGc,
    .fillSlots =
        [](Slots &s) { s.repr = tokenRepr, s.hash = hashNotImplemented, s.getAttr = genericGetAttr; },
    .traverse =
        [](Object *o, Visitor &v) {
          auto *k = static_cast<Token *>(o);
          v.visitPointer(k->context), v.visitPointer(k->variable), v.visit(k->oldValue);
        },
    .clear =
        [](Object *o) {
          auto *k = static_cast<Token *>(o);
          replaceOwned<Context>(k->context, nullptr);
          replaceOwned<Variable>(k->variable, nullptr);
          replaceOwned(k->oldValue, Value());
        },
    .methods = kTokenMethods,
    .getsets = kTokenGetSets,
};

const TypeSpec kMissingSpec = {
    .name = "Token.MISSING",
    .flags = kTypeNoInstantiate,
    .fillSlots = [](Slots &s) { s.repr = missingRepr; },
};

TypeSpec iteratorSpec(const char *name) {
  TypeSpec spec{.name = name};
  spec.size = sizeof(ContextIterator);
  spec.flags = kTypeGc | kTypeNoInstantiate;
  spec.fillSlots = [](Slots &s) { s.iter = selfIter, s.next = iteratorNext; };
  spec.traverse = [](Object *o, Visitor &v) { v.visitPointer(static_cast<ContextIterator *>(o)->values); };
  spec.clear = [](Object *o) { replaceOwned<Dict>(static_cast<ContextIterator *>(o)->values, nullptr); };
  return spec;
}
const TypeSpec kKeysSpec = iteratorSpec("keys"), kValuesSpec = iteratorSpec("values"),
               kItemsSpec = iteratorSpec("items");

const ModuleType kTypes[] = {
    {contextType, kContextSpec, types::Object},    {variableType, kVariableSpec, types::Object},
    {tokenType, kTokenSpec, types::Object},        {missingType, kMissingSpec, types::Object, false},
    {keysType, kKeysSpec, types::Object, false},   {valuesType, kValuesSpec, types::Object, false},
    {itemsType, kItemsSpec, types::Object, false},
};

NativeDef kFunctions[] = {{"copy_context", copyContext, "($module, /)", nullptr}};

Status populate(Thread &, Module *) {
  if (!missing.type) missing.refCount = 1, missing.flags = kImmortal, missing.type = &missingType;
  dictSetStr(tokenType.dict, internText("MISSING"), Value(&missing));
  return Status::ok();
}

} // namespace

const ModuleSpec coil::vm::kContextVarsModule = {
    .name = "_contextvars",
    .doc = "Values that each context, such as each asyncio task, has of its own.",
    .functions = kFunctions,
    .populate = populate,
    .types = kTypes,
};
