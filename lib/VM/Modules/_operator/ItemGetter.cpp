// operator.itemgetter.
#include "VM/Modules/_operator/Operator.h"

using namespace coil::vm;

namespace {

struct ItemGetter : Object {
  Tuple *items; // owned
};

Ref itemGetterNew(Thread &t, Value, const CallArgs &args) {
  if (args.keywordCount()) return raise(t, types::TypeError, "itemgetter() takes no keyword arguments");
  if (args.positional < 2) return raise(t, types::TypeError, "itemgetter expected 1 argument, got 0");
  auto *getter = heap::make<ItemGetter>(*args.values[0].as<Type>());
  getter->items = makeTuple({args.values + 1, args.positional - 1}).release();
  return Ref::take(Value(getter));
}

Ref itemGetterCall(Thread &t, Value v, const CallArgs &args) {
  CHECK(takeOneArgument(t, args, "itemgetter"));
  TupleRef items = TupleRef::share(v.as<ItemGetter>()->items);
  if (items->length == 1) return getItem(t, args.values[0], (*items)[0]);
  TupleRef result = newTuple(items->length);
  for (int64_t i = 0; i < items->length; ++i)
    result->items()[i] = TRY(getItem(t, args.values[0], (*items)[i])).release();
  return result;
}

Ref itemGetterRepr(Thread &t, Value v) {
  ReprGuard guard(v);
  std::string name = typeName(v).str();
  if (!guard.entered()) return makeStr(name + "(...)");
  Tuple *items = v.as<ItemGetter>()->items;
  if (items->length != 1) return makeStr(name + TRY(reprText(t, Value(items))));
  return makeStr(name + "(" + TRY(reprText(t, (*items)[0])) + ")");
}

Ref itemGetterReduce(Thread &, const Value *args) {
  return packTuple(Value(typeOf(args[0])), Value(args[0].as<ItemGetter>()->items));
}

NativeDef kMethods[] = {
    {"__new__", itemGetterNew, "!($type, *args, **kwargs)", kNewDoc},
    {"__reduce__", itemGetterReduce, "!($self, /)", kReduceDoc},
};
const GetSetDef kGetSets[] = {{"__vectorcalloffset__", getVectorcallOffset, nullptr, nullptr, true}};

} // namespace

const TypeSpec coil::vm::kItemGetterSpec = {
    .name = "operator.itemgetter",
    .size = sizeof(ItemGetter),
    .flags = kTypeGc,
    .fillSlots =
        [](Slots &s) { s.repr = itemGetterRepr, s.call = itemGetterCall, s.getAttr = genericGetAttr; },
    .traverse = [](Object *o, Visitor &v) { v.visitPointer(static_cast<ItemGetter *>(o)->items); },
    .clear =
        [](Object *o) {
          if (!o->refCount) replaceOwned<Tuple>(static_cast<ItemGetter *>(o)->items, nullptr);
        },
    .methods = kMethods,
    .getsets = kGetSets,
    .doc = "Fetches items: itemgetter(2)(x) is x[2], itemgetter(2, 5)(x) is (x[2], x[5]).",
    .heapType = true,
};
