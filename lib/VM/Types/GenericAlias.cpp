// types.GenericAlias (PEP 585), and generic_alias_iterator, which unpacks one (PEP 646).
#include "VM/Bind/Native.h"
#include "VM/Core/Names.h"
#include "VM/Import/Import.h"
#include "VM/Protocol/Protocol.h"
#include "VM/Types/Iterators.h"
#include "VM/Types/List.h"
#include "VM/Types/Sequence.h"
#include "VM/Types/Type/TypeObject.h"
#include "VM/Types/TypeParameters.h"
#include "llvm/ADT/STLExtras.h"

using namespace coil::vm;

namespace {

struct GenericAlias : Object {
  Value origin;      // owned
  Tuple *args;       // owned
  Tuple *parameters; // owned; null: not looked for yet
  bool starred;      // *tuple[int]: stands for what it holds
};

struct AliasIterator : Object {
  Value alias; // owned; empty once it has been given
};

GenericAlias *alias(Value v) { return v.as<GenericAlias>(); }

Ref newAlias(Value origin, Value item, bool starred = false, Type &type = types::GenericAlias) {
  auto *a = static_cast<GenericAlias *>(heap::allocateObject(type));
  a->origin = retained(origin);
  a->args = (isTuple(item) ? TupleRef::share(item.as<Tuple>()) : packTuple(item)).release();
  a->starred = starred;
  return Ref::take(Value(a));
}

Ref aliasRepr(Thread &t, Value v) {
  std::string text = (alias(v)->starred ? "*" : "") + TRY(typeItemText(t, alias(v)->origin)) + "[";
  for (int64_t i = 0; i < alias(v)->args->length; ++i)
    text += (i ? ", " : "") + TRY(typeItemText(t, (*alias(v)->args)[i]));
  if (!alias(v)->args->length) text += "()";
  return makeStr(text + "]");
}

// What is made through an alias remembers it, where it can.
Ref aliasCall(Thread &t, Value v, const CallArgs &args) {
  Ref made = TRY(call(t, alias(v)->origin, args));
  if (setAttr(t, made, names::special_orig_class, v)) return made;
  if (!catchPending(t, types::AttributeError) && !catchPending(t, types::TypeError)) return {};
  return made;
}

// The attributes that are the alias's own; all others are its origin's.
constexpr const char *kOwnAttributes[] = {
    "__class__",       "__origin__",     "__args__",
    "__unpacked__",    "__parameters__", "__typing_unpacked_tuple_args__",
    "__mro_entries__", "__reduce_ex__",  "__reduce__",
    "__copy__",        "__deepcopy__",
};

Ref aliasGetAttr(Thread &t, Value v, Str *name) {
  std::string text = toUtf8(name);
  if (llvm::is_contained(kOwnAttributes, llvm::StringRef(text))) return genericGetAttr(t, v, name);
  return getAttr(t, alias(v)->origin, name);
}

Ref aliasCompare(Thread &t, Value a, Value b, CompareOp op) {
  if ((op != CompareOp::Eq && op != CompareOp::Ne) || !isInstance(b, types::GenericAlias))
    return Ref::notImplemented();
  bool same = alias(a)->starred == alias(b)->starred && TRY(equal(t, alias(a)->origin, alias(b)->origin)) &&
              TRY(equal(t, Value(alias(a)->args), Value(alias(b)->args)));
  return Ref::boolean(same == (op == CompareOp::Eq));
}

Result<int64_t> aliasHash(Thread &t, Value v) {
  int64_t h = TRY(hash(t, alias(v)->origin)) ^ TRY(hash(t, Value(alias(v)->args)));
  return h == -1 ? -2 : h;
}

Ref aliasParameters(Thread &t, Value v) {
  if (!alias(v)->parameters) {
    TupleRef found = TRY(typeParameters(t, alias(v)->args));
    replaceOwned(alias(v)->parameters, found.release());
  }
  return TupleRef::share(alias(v)->parameters);
}

Ref aliasGetItem(Thread &t, Value v, Value item) {
  Ref parameters = TRY(aliasParameters(t, v));
  TupleRef args = TRY(substituteParameters(t, v, alias(v)->args, parameters.as<Tuple>(), item));
  return newAlias(alias(v)->origin, Value(args), alias(v)->starred);
}

Ref aliasIter(Thread &, Value v) {
  auto *iterator = heap::make<AliasIterator>(types::GenericAliasIterator);
  iterator->alias = newAlias(alias(v)->origin, Value(alias(v)->args), true).release();
  return Ref::take(Value(iterator));
}

Ref aliasMroEntries(Thread &, const Value *args) { return packTuple(alias(args[0])->origin); }
Ref aliasInstanceCheck(Thread &t, const Value *) {
  return raise(t, types::TypeError, "isinstance() argument 2 cannot be a parameterized generic");
}
Ref aliasSubclassCheck(Thread &t, const Value *) {
  return raise(t, types::TypeError, "issubclass() argument 2 cannot be a parameterized generic");
}

// A starred alias is what the iterator of the plain one gives.
Ref aliasReduce(Thread &t, const Value *args) {
  GenericAlias *a = alias(args[0]);
  TupleRef parts = packTuple(a->origin, Value(a->args));
  if (!a->starred) return packTuple(Value(typeOf(args[0])), Value(parts));
  Ref next = TRY(importAttribute(t, "builtins", "next")), plain = newAlias(a->origin, Value(a->args));
  Ref iterator = TRY(iterate(t, plain));
  TupleRef arguments = packTuple(iterator);
  return packTuple(next, arguments);
}

Ref aliasDir(Thread &t, const Value *args) {
  bool found;
  Ref listing = TRY(callSpecial(t, alias(args[0])->origin, names::special_dir, {}, found));
  ListRef names = TRY(listFrom(t, listing));
  for (const char *own : kOwnAttributes) {
    StrRef name = internText(own);
    if (!TRY(contains(t, names, name))) listAppend(names, name);
  }
  return names;
}

Ref aliasNew(Thread &, const Value *args) { return newAlias(args[1], args[2], false, *args[0].as<Type>()); }
Ref aliasOrigin(Thread &, Value v) { return Ref::share(alias(v)->origin); }
Ref aliasArgs(Thread &, Value v) { return TupleRef::share(alias(v)->args); }
Ref aliasUnpacked(Thread &, Value v) { return Ref::boolean(alias(v)->starred); }
Ref aliasTupleArgs(Thread &, Value v) {
  bool tuple = alias(v)->origin.isObject() && alias(v)->origin.object() == &types::Tuple;
  return alias(v)->starred && tuple ? Ref(TupleRef::share(alias(v)->args)) : Ref::none();
}

NativeDef kAliasMethods[] = {
    {"__new__", aliasNew, "!($type, origin, args, /)", "Make a new object of the class."},
    {"__mro_entries__", aliasMroEntries, "!($self, bases, /)", nullptr},
    {"__instancecheck__", aliasInstanceCheck, "!($self, instance, /)", nullptr},
    {"__subclasscheck__", aliasSubclassCheck, "!($self, subclass, /)", nullptr},
    {"__reduce__", aliasReduce, "!($self, /)", nullptr},
    {"__dir__", aliasDir, "!($self, /)", nullptr},
};

const GetSetDef kAliasGetSets[] = {
    {"__origin__", aliasOrigin, nullptr, nullptr, true},
    {"__args__", aliasArgs, nullptr, nullptr, true},
    {"__unpacked__", aliasUnpacked, nullptr, nullptr, true},
    {"__parameters__", aliasParameters, nullptr, "The type variables among the arguments."},
    {"__typing_unpacked_tuple_args__", aliasTupleArgs, nullptr, nullptr},
};

// --- generic_alias_iterator
// --------------------------------------------------------------------------------------------------------

Ref aliasIteratorNext(Thread &, Value v) {
  return Ref::take(std::exchange(v.as<AliasIterator>()->alias, Value()));
}

Ref aliasIteratorReduce(Thread &t, const Value *args) {
  Ref iter = TRY(importAttribute(t, "builtins", "iter"));
  Value left = args[0].as<AliasIterator>()->alias;
  Ref source = left.empty() ? Ref(emptyTuple()) : newAlias(alias(left)->origin, Value(alias(left)->args));
  TupleRef arguments = packTuple(source);
  return packTuple(iter, arguments);
}

NativeDef kAliasIteratorMethods[] = {{"__reduce__", aliasIteratorReduce, "!($self, /)", nullptr}};

} // namespace

Ref coil::vm::newGenericAliasMethod(Thread &, const Value *args) { return newAlias(args[0], args[1]); }

const TypeSpec coil::vm::kGenericAliasSpec = {
    .name = "types.GenericAlias",
    .size = sizeof(GenericAlias),
    .flags = kTypeBase | kTypeGc | kTypeHasWeakRefs,
    .fillSlots =
        [](Slots &s) {
          s.repr = aliasRepr, s.call = aliasCall, s.getAttr = aliasGetAttr, s.compare = aliasCompare,
          s.hash = aliasHash, s.bitOr = newUnion, s.getItem = aliasGetItem, s.iter = aliasIter;
        },
    .traverse =
        [](Object *o, Visitor &v) {
          v.visit(alias(Value(o))->origin), v.visitPointer(alias(Value(o))->args);
          v.visitPointer(alias(Value(o))->parameters);
        },
    .clear =
        [](Object *o) {
          replaceOwned(static_cast<GenericAlias *>(o)->origin, Value());
          replaceOwned<Tuple>(static_cast<GenericAlias *>(o)->args, nullptr);
          replaceOwned<Tuple>(static_cast<GenericAlias *>(o)->parameters, nullptr);
        },
    .methods = kAliasMethods,
    .getsets = kAliasGetSets,
    .doc = "A class with type arguments, like list[int], which has __origin__ list and __args__ (int,).",
};

const TypeSpec coil::vm::kGenericAliasIteratorSpec = {
    .name = "generic_alias_iterator",
    .size = sizeof(AliasIterator),
    .flags = kTypeGc | kTypeNoInstantiate,
    .fillSlots = [](Slots &s) { s.iter = selfIter, s.next = aliasIteratorNext; },
    .traverse = [](Object *o, Visitor &v) { v.visit(static_cast<AliasIterator *>(o)->alias); },
    .clear = [](Object *o) { replaceOwned(static_cast<AliasIterator *>(o)->alias, Value()); },
    .methods = kAliasIteratorMethods,
    .own = 0,
};
