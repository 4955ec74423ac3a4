// The module _collections, and Counter's counting loop.
#include "VM/Core/Names.h"
#include "VM/Modules/Modules.h"
#include "VM/Modules/_collections/Collections.h"

using namespace coil::vm;

namespace coil::vm::types {
vm::Type Deque, DequeIterator, DequeReverseIterator, DefaultDict, TupleGetter;
vm::Type OrderedDict, OrderedDictKeys, OrderedDictValues, OrderedDictItems, OrderedDictIterator;
} // namespace coil::vm::types

namespace {

Status countInDict(Thread &t, Dict *counts, Value iterable) {
  Ref one = makeInt(1);
  return forEach(t, iterable, [&](Value item) -> Status {
    int64_t h = TRY(hash(t, item)), entry = TRY(dictFind(t, counts, item, h));
    if (entry < 0) return dictSetHashed(t, counts, item, h, one);
    Value &slot = counts->entries[entry].value;
    if (slot.isInt() && slot.asInt() < Value::kIntMax) { // an immediate, which nobody owns
      slot = Value::smallInt(slot.asInt() + 1);
      return Status::ok();
    }
    Ref old = Ref::share(slot), count = TRY(binary(t, BinaryOp::Add, old, one));
    return dictSetHashed(t, counts, item, h, count);
  });
}

Status countInMapping(Thread &t, Value counts, Value iterable) {
  Ref get = TRY(getAttr(t, counts, names::get)), zero = makeInt(0), one = makeInt(1);
  return forEach(t, iterable, [&](Value item) -> Status {
    Ref old = TRY(call(t, get, {item, zero})), count = TRY(binary(t, BinaryOp::Add, old, one));
    return setItem(t, counts, item, count);
  });
}

// A dict, or a subclass that leaves get() and item assignment as they are.
bool countsAsDict(Value mapping) {
  if (!isDict(mapping)) return false;
  Type *type = typeOf(mapping);
  return type == &types::Dict ||
         (typeLookup(type, names::get) == typeLookup(&types::Dict, names::get) &&
          typeLookup(type, names::special_setitem) == typeLookup(&types::Dict, names::special_setitem));
}

NativeDef kFunctions[] = {
    {"_count_elements", collectionsCountElements, "($module, mapping, iterable, /)",
     "Add to mapping, for each item of iterable, one to that item's count."},
};

const ModuleType kTypes[] = {
    {types::Deque, kDequeSpec, types::Object},
    {types::DefaultDict, kDefaultDictSpec, types::Dict},
    {types::OrderedDict, kOrderedDictSpec, types::Dict},
    {types::DequeIterator, kDequeIteratorSpec, types::Object},
    {types::DequeReverseIterator, kDequeReverseIteratorSpec, types::Object},
    {types::TupleGetter, kTupleGetterSpec, types::Object},
    {types::OrderedDictKeys, kOrderedDictKeysSpec, types::DictKeys, false},
    {types::OrderedDictValues, kOrderedDictValuesSpec, types::DictValues, false},
    {types::OrderedDictItems, kOrderedDictItemsSpec, types::DictItems, false},
    {types::OrderedDictIterator, kOrderedDictIteratorSpec, types::Object, false},
};

} // namespace

Ref coil::vm::collectionsCountElements(Thread &t, const Value *args) {
  CHECK(countsAsDict(args[0]) ? countInDict(t, args[0].as<Dict>(), args[1])
                              : countInMapping(t, args[0], args[1]));
  return Ref::none();
}

const ModuleSpec coil::vm::kCollectionsModule = {
    .name = "_collections",
    .doc = "The containers behind the module collections: deque, defaultdict, OrderedDict.",
    .functions = kFunctions,
    .types = kTypes,
};
