// itertools.starmap.
#include "VM/Modules/itertools/Itertools.h"

using namespace coil::vm;

namespace {

enum { kFunction, kSource };
using StarMap = ValueRow<2>;

Ref starmapNew(Thread &t, const Value *args) {
  Ref source = TRY(iterate(t, args[2]));
  return Ref::take(Value(newRow<StarMap>(*args[0].as<Type>(), {args[1], source})));
}

Ref starmapNext(Thread &t, Value v) {
  auto &values = v.as<StarMap>()->values;
  Ref item = nextItem(t, values[kSource]);
  if (!item) return {};
  TupleRef arguments = TRY(tupleFrom(t, item));
  return call(t, values[kFunction], arguments->values());
}

Ref starmapReduce(Thread &, const Value *args) { return reduceTo(args[0], args[0].as<StarMap>()->values); }

NativeDef kMethods[] = {
    {"__new__", starmapNew, "($type, function, iterable, /)", kNewDoc},
    {"__reduce__", starmapReduce, "!($self, /)", kReduceDoc},
};

} // namespace

const TypeSpec coil::vm::kItertoolsStarMapSpec = {
    .name = "itertools.starmap",
    .size = sizeof(StarMap),
    .flags = kTypeGc | kTypeBase,
    .fillSlots = [](Slots &s) { s.iter = selfIter, s.next = starmapNext; },
    .traverse = traverseRow<StarMap>,
    .clear = clearRow<StarMap>,
    .methods = kMethods,
    .doc = "An iterator over function(*item) for each item.",
};
