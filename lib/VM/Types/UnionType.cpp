// types.UnionType (PEP 604).
#include "VM/Bind/Native.h"
#include "VM/Core/Names.h"
#include "VM/Protocol/Protocol.h"
#include "VM/Types/List.h"
#include "VM/Types/Sequence.h"
#include "VM/Types/Set.h"
#include "VM/Types/Type/TypeObject.h"
#include "VM/Types/TypeParameters.h"

using namespace coil::vm;

namespace {

struct UnionType : Object {
  Tuple *args;       // owned
  Tuple *parameters; // owned; null: not looked for yet
};

Tuple *members(Value v) { return v.as<UnionType>()->args; }

bool isUnionable(Value v) {
  return v.isNone() || isType(v) || isInstance(v, types::GenericAlias) || isExactly(v, types::UnionType);
}

// Aliases are compared, everything else is itself.
Result<bool> isMember(Thread &t, List *items, Value part) {
  for (Value item : items->values()) {
    if (item == part) return true;
    if (isInstance(item, types::GenericAlias) && isInstance(part, types::GenericAlias) &&
        TRY(equal(t, item, part)))
      return true;
  }
  return false;
}

Ref unionRepr(Thread &t, Value v) {
  std::string text;
  for (Value item : members(v)->values()) {
    bool none = item.isObject() && item.object() == &types::NoneType;
    text += (text.empty() ? "" : " | ") + (none ? std::string("None") : TRY(typeItemText(t, item)));
  }
  return makeStr(text);
}

Ref memberSet(Thread &t, Value v) {
  Ref set = newFrozenSet();
  TRY(setUpdate(t, set.as<Set>(), Value(members(v))));
  return set;
}

Ref unionCompare(Thread &t, Value a, Value b, CompareOp op) {
  if ((op != CompareOp::Eq && op != CompareOp::Ne) || !isExactly(b, types::UnionType))
    return Ref::notImplemented();
  Ref left = TRY(memberSet(t, a)), right = TRY(memberSet(t, b));
  return compare(t, left, right, op);
}

Result<int64_t> unionHash(Thread &t, Value v) {
  Ref set = TRY(memberSet(t, v));
  return hash(t, set);
}

Ref unionGetAttr(Thread &t, Value v, Str *name) {
  if (name == names::special_module) return makeStr("types");
  return genericGetAttr(t, v, name);
}

Ref unionArgs(Thread &, Value v) { return TupleRef::share(members(v)); }

Ref unionParameters(Thread &t, Value v) {
  if (!v.as<UnionType>()->parameters) {
    TupleRef found = TRY(typeParameters(t, members(v)));
    replaceOwned(v.as<UnionType>()->parameters, found.release());
  }
  return TupleRef::share(v.as<UnionType>()->parameters);
}

Ref unionGetItem(Thread &t, Value v, Value item) {
  Ref parameters = TRY(unionParameters(t, v));
  TupleRef args = TRY(substituteParameters(t, v, members(v), parameters.as<Tuple>(), item));
  Ref result = Ref::share((*args)[0]);
  for (Value arg : args->values().drop_front()) result = TRY(binary(t, BinaryOp::Or, result, arg));
  return result;
}

const GetSetDef kGetSets[] = {
    {"__args__", unionArgs, nullptr, nullptr, true},
    {"__parameters__", unionParameters, nullptr, "The type variables among the types."},
};

} // namespace

Tuple *coil::vm::unionMembers(Value v) { return isExactly(v, types::UnionType) ? members(v) : nullptr; }

Ref coil::vm::newUnion(Thread &t, Value a, Value b) {
  if (!isUnionable(a) || !isUnionable(b)) return Ref::notImplemented();
  ListRef items = newList();
  for (Value side : {a, b}) {
    Value one[] = {side.isNone() ? Value(&types::NoneType) : side};
    llvm::ArrayRef<Value> parts =
        isExactly(side, types::UnionType) ? members(side)->values() : llvm::ArrayRef<Value>(one);
    for (Value part : parts)
      if (!TRY(isMember(t, items, part))) listAppend(items, part);
  }
  if (items->length == 1) return Ref::share(items->items[0]);
  auto *u = heap::make<UnionType>(types::UnionType);
  u->args = makeTuple(items->values()).release();
  return Ref::take(Value(u));
}

const TypeSpec coil::vm::kUnionTypeSpec = {
    .name = "types.UnionType",
    .size = sizeof(UnionType),
    .flags = kTypeGc | kTypeNoInstantiate,
    .fillSlots =
        [](Slots &s) {
          s.repr = unionRepr, s.compare = unionCompare, s.hash = unionHash, s.bitOr = newUnion,
          s.getItem = unionGetItem, s.getAttr = unionGetAttr;
        },
    .traverse =
        [](Object *o, Visitor &v) {
          v.visitPointer(static_cast<UnionType *>(o)->args);
          v.visitPointer(static_cast<UnionType *>(o)->parameters);
        },
    .clear =
        [](Object *o) {
          replaceOwned<Tuple>(static_cast<UnionType *>(o)->args, nullptr);
          replaceOwned<Tuple>(static_cast<UnionType *>(o)->parameters, nullptr);
        },
    .getsets = kGetSets,
    .doc = "Several types as one, like int | str, for annotations and isinstance().",
};
