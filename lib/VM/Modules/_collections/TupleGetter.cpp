// _collections._tuplegetter: the descriptor of a named tuple's field.
#include "VM/Modules/_collections/Collections.h"

using namespace coil::vm;

namespace {

struct TupleGetter : Object {
  int64_t index;
  Value doc; // owned
};

Ref tupleGetterNew(Thread &t, const Value *args) {
  int64_t index = TRY(indexInt64(t, args[1]));
  auto *getter = heap::make<TupleGetter>(*args[0].as<Type>());
  getter->index = index;
  getter->doc = retained(args[2]);
  return Ref::take(Value(getter));
}

Ref tupleGetterGet(Thread &t, Value v, Value instance, Value) {
  if (instance.empty() || instance.isNone()) return Ref::share(v);
  int64_t i = v.as<TupleGetter>()->index;
  if (!isTuple(instance))
    return raise(t, types::TypeError,
                 "descriptor for index '%' for tuple subclasses doesn't apply to '%' object", i,
                 typeOf(instance)->fullName());
  auto *tuple = instance.as<Tuple>();
  if (i < 0 || i >= tuple->length) return raise(t, types::IndexError, "tuple index out of range");
  return Ref::share((*tuple)[i]);
}

Status tupleGetterSet(Thread &t, Value, Value, Value value) {
  return raise(t, types::AttributeError, value.empty() ? "can't delete attribute" : "can't set attribute");
}

Ref tupleGetterRepr(Thread &t, Value v) {
  auto *getter = v.as<TupleGetter>();
  return makeStr("_tuplegetter(" + std::to_string(getter->index) + ", " + TRY(reprText(t, getter->doc)) +
                 ")");
}

Ref tupleGetterReduce(Thread &, const Value *args) {
  auto *getter = args[0].as<TupleGetter>();
  Ref index = makeInt(getter->index);
  TupleRef arguments = packTuple(index, getter->doc);
  return packTuple(Value(typeOf(args[0])), arguments);
}

Ref getDoc(Thread &, Value v) { return Ref::share(v.as<TupleGetter>()->doc); }
Status setDoc(Thread &, Value v, Value value) {
  replaceOwned(v.as<TupleGetter>()->doc, value.empty() ? Value::none() : retained(value));
  return Status::ok();
}

NativeDef kMethods[] = {
    {"__new__", tupleGetterNew, "!($type, index, doc, /)", "Make a new object of the class."},
    {"__reduce__", tupleGetterReduce, "!($self, /)", nullptr},
};
const GetSetDef kGetSets[] = {{"__doc__", getDoc, setDoc, nullptr, true}};

} // namespace

const TypeSpec coil::vm::kTupleGetterSpec = {
    .name = "_collections._tuplegetter",
    .size = sizeof(TupleGetter),
    .flags = kTypeGc,
    .fillSlots =
        [](Slots &s) { s.repr = tupleGetterRepr, s.descrGet = tupleGetterGet, s.descrSet = tupleGetterSet; },
    .traverse = [](Object *o, Visitor &v) { v.visit(static_cast<TupleGetter *>(o)->doc); },
    .clear = [](Object *o) { replaceOwned(static_cast<TupleGetter *>(o)->doc, Value::none()); },
    .methods = kMethods,
    .getsets = kGetSets,
    .own = 0,
};
