// types.GenericAlias (PEP 585) and types.UnionType (PEP 604).
#include "VM/Bind/Native.h"
#include "VM/Core/Names.h"
#include "VM/Protocol/Protocol.h"
#include "VM/Types/Dict/Dict.h"
#include "VM/Types/List.h"
#include "VM/Types/Sequence.h"
#include "VM/Types/Tuple.h"
#include "VM/Types/Type/TypeObject.h"

using namespace coil::vm;

namespace {

struct GenericAlias : Object {
  Value origin; // owned
  Tuple *args;  // owned
};

struct UnionType : Object {
  Tuple *args; // owned
};

GenericAlias *alias(Value v) { return v.as<GenericAlias>(); }

Ref newAlias(Value origin, Value item) {
  auto *a = heap::make<GenericAlias>(types::GenericAlias);
  a->origin = retained(origin);
  a->args = (isTuple(item) ? TupleRef::share(item.as<Tuple>()) : packTuple(item)).release();
  return Ref::take(Value(a));
}

// One argument of an alias or member of a union, as their reprs show it.
Result<std::string> itemText(Thread &t, Value item) {
  if (item == Value::ellipsis()) return std::string("...");
  if (isExactly(item, types::GenericAlias)) return reprText(t, item);
  if (isType(item))
    return item.object() == &types::NoneType ? std::string("None") : qualifiedTypeName(*item.as<Type>());
  return reprText(t, item);
}

Ref aliasRepr(Thread &t, Value v) {
  std::string text = TRY(itemText(t, alias(v)->origin)) + "[";
  for (int64_t i = 0; i < alias(v)->args->length; ++i)
    text += (i ? ", " : "") + TRY(itemText(t, (*alias(v)->args)[i]));
  if (!alias(v)->args->length) text += "()";
  return makeStr(text + "]");
}

Ref aliasCall(Thread &t, Value v, const CallArgs &args) { return call(t, alias(v)->origin, args); }

Ref aliasGetAttr(Thread &t, Value v, Str *name) {
  if (!typeLookup(&types::GenericAlias, name).empty() && name != names::special_class)
    return genericGetAttr(t, v, name);
  return getAttr(t, alias(v)->origin, name);
}

Ref aliasCompare(Thread &t, Value a, Value b, CompareOp op) {
  if ((op != CompareOp::Eq && op != CompareOp::Ne) || !isExactly(b, types::GenericAlias))
    return Ref::notImplemented();
  bool same = TRY(equal(t, alias(a)->origin, alias(b)->origin)) &&
              TRY(equal(t, Value(alias(a)->args), Value(alias(b)->args)));
  return Ref::boolean(same == (op == CompareOp::Eq));
}

Result<int64_t> aliasHash(Thread &t, Value v) {
  return TRY(hash(t, alias(v)->origin)) ^ TRY(hash(t, Value(alias(v)->args)));
}

Ref aliasMroEntries(Thread &, const Value *args) { return packTuple(alias(args[0])->origin); }
Ref aliasInstanceCheck(Thread &t, const Value *) {
  return raise(t, types::TypeError, "isinstance() argument 2 cannot be a parameterized generic");
}
Ref aliasSubclassCheck(Thread &t, const Value *) {
  return raise(t, types::TypeError, "issubclass() argument 2 cannot be a parameterized generic");
}
Ref aliasNew(Thread &, const Value *args) { return newAlias(args[1], args[2]); }
Ref aliasOrigin(Thread &, Value v) { return Ref::share(alias(v)->origin); }
Ref aliasArgs(Thread &, Value v) { return TupleRef::share(alias(v)->args); }

NativeDef kAliasMethods[] = {
    {"__new__", aliasNew, "!($type, origin, args, /)",
     "Create and return a new object.  See help(type) for accurate signature."},
    {"__mro_entries__", aliasMroEntries, "!($self, bases, /)", nullptr},
    {"__instancecheck__", aliasInstanceCheck, "!($self, instance, /)", nullptr},
    {"__subclasscheck__", aliasSubclassCheck, "!($self, subclass, /)", nullptr},
};

const GetSetDef kAliasGetSets[] = {
    {"__origin__", aliasOrigin, nullptr, nullptr, true},
    {"__args__", aliasArgs, nullptr, nullptr, true},
};

// --- unions
// --------------------------------------------------------------------------------------------------------

Tuple *members(Value v) { return v.as<UnionType>()->args; }

bool isUnionable(Value v) {
  return v.isNone() || isType(v) || isExactly(v, types::GenericAlias) || isExactly(v, types::UnionType);
}

Ref unionRepr(Thread &t, Value v) {
  std::string text;
  for (Value item : members(v)->values()) text += (text.empty() ? "" : " | ") + TRY(itemText(t, item));
  return makeStr(text);
}

Ref unionCompare(Thread &t, Value a, Value b, CompareOp op) {
  if ((op != CompareOp::Eq && op != CompareOp::Ne) || !isExactly(b, types::UnionType))
    return Ref::notImplemented();
  bool same = members(a)->length == members(b)->length;
  for (Value item : members(a)->values()) same = same && TRY(contains(t, Value(members(b)), item));
  return Ref::boolean(same == (op == CompareOp::Eq));
}

Result<int64_t> unionHash(Thread &t, Value v) {
  int64_t h = 0;
  for (Value item : members(v)->values()) h ^= TRY(hash(t, item));
  return h == -1 ? -2 : h;
}

template <Result<bool> (*kAsk)(Thread &, Value, Value)> Ref unionCheck(Thread &t, const Value *args) {
  for (Value item : members(args[0])->values())
    if (isExactly(item, types::GenericAlias))
      return raise(t, types::TypeError, "isinstance() argument 2 cannot be a parameterized generic");
  return Ref::boolean(TRY(kAsk(t, args[1], Value(members(args[0])))));
}

Ref unionArgs(Thread &, Value v) { return TupleRef::share(members(v)); }

NativeDef kUnionMethods[] = {
    {"__instancecheck__", unionCheck<isInstanceOf>, "!($self, instance, /)", nullptr},
    {"__subclasscheck__", unionCheck<isSubclassOf>, "!($self, subclass, /)", nullptr},
};

const GetSetDef kUnionGetSets[] = {{"__args__", unionArgs, nullptr, nullptr, true}};

} // namespace

Ref coil::vm::newGenericAliasMethod(Thread &, const Value *args) { return newAlias(args[0], args[1]); }

Ref coil::vm::newUnion(Thread &t, Value a, Value b) {
  if (!isUnionable(a) || !isUnionable(b)) return Ref::notImplemented();
  ListRef items = newList();
  for (Value side : {a, b}) {
    Value one[] = {side.isNone() ? Value(&types::NoneType) : side};
    llvm::ArrayRef<Value> parts =
        isExactly(side, types::UnionType) ? members(side)->values() : llvm::ArrayRef<Value>(one);
    for (Value part : parts)
      if (!TRY(contains(t, items, part))) listAppend(items, part);
  }
  if (items->length == 1) return Ref::share(items->items[0]);
  auto *u = heap::make<UnionType>(types::UnionType);
  u->args = makeTuple(items->values()).release();
  return Ref::take(Value(u));
}

const TypeSpec coil::vm::kGenericAliasSpec = {
    .name = "types.GenericAlias",
    .size = sizeof(GenericAlias),
    .flags = kTypeBase | kTypeGc,
    .fillSlots =
        [](Slots &s) {
          s.repr = aliasRepr, s.call = aliasCall, s.getAttr = aliasGetAttr, s.compare = aliasCompare,
          s.hash = aliasHash, s.bitOr = newUnion;
        },
    .traverse = [](Object *o,
                   Visitor &v) { v.visit(alias(Value(o))->origin), v.visitPointer(alias(Value(o))->args); },
    .clear =
        [](Object *o) {
          replaceOwned(static_cast<GenericAlias *>(o)->origin, Value());
          replaceOwned<Tuple>(static_cast<GenericAlias *>(o)->args, nullptr);
        },
    .methods = kAliasMethods,
    .getsets = kAliasGetSets,
    .doc = "Represent a PEP 585 generic type\n\nE.g. for t = list[int], t.__origin__ is list and t.__args__ "
           "is (int,).",
};

const TypeSpec coil::vm::kUnionTypeSpec = {
    .name = "types.UnionType",
    .size = sizeof(UnionType),
    .flags = kTypeGc | kTypeNoInstantiate,
    .fillSlots =
        [](Slots &s) {
          s.repr = unionRepr, s.compare = unionCompare, s.hash = unionHash, s.bitOr = newUnion;
        },
    .traverse = [](Object *o, Visitor &v) { v.visitPointer(static_cast<UnionType *>(o)->args); },
    .clear = [](Object *o) { replaceOwned<Tuple>(static_cast<UnionType *>(o)->args, nullptr); },
    .methods = kUnionMethods,
    .getsets = kUnionGetSets,
    .doc = "Represent a PEP 604 union type\n\nE.g. for int | str",
};
