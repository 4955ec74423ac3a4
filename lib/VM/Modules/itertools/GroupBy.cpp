// itertools.groupby, and the iterators of its groups.
#include "VM/Modules/itertools/Itertools.h"

using namespace coil::vm;

namespace {

enum { kSource, kKeyFunction, kTargetKey, kCurrentKey, kCurrentItem };
struct GroupBy : ValueRow<5> {
  const void *grouper; // the group that may still take items; only its address counts
};

enum { kParent, kGroupKey };
using Grouper = ValueRow<2>;

// groupby(iterable, key=None)
Ref groupbyNew(Thread &t, const Value *args) {
  Ref source = TRY(iterate(t, args[1]));
  return Ref::take(Value(newRow<GroupBy>(*args[0].as<Type>(), {source, args[2]})));
}

// Takes the next item and its key; false at the end, and when it raised.
bool step(Thread &t, GroupBy *g) {
  Ref item = nextItem(t, g->values[kSource]);
  if (!item) return false;
  Ref key = g->values[kKeyFunction].isNone() ? item.copy() : call(t, g->values[kKeyFunction], {item});
  if (!key) return false;
  replaceOwned(g->values[kCurrentItem], item.release());
  replaceOwned(g->values[kCurrentKey], key.release());
  return true;
}

Ref makeGrouper(GroupBy *parent) {
  auto *grouper = newRow<Grouper>(types::ItertoolsGrouper, {Value(parent), parent->values[kTargetKey]});
  parent->grouper = grouper;
  return Ref::take(Value(grouper));
}

Ref groupbyNext(Thread &t, Value v) {
  auto *self = v.as<GroupBy>();
  self->grouper = nullptr;
  // Skips to the next group.
  for (;;) {
    if (!self->values[kCurrentKey].empty()) {
      if (self->values[kTargetKey].empty()) break;
      Ref target = Ref::share(self->values[kTargetKey]), current = Ref::share(self->values[kCurrentKey]);
      if (!TRY(equal(t, target, current))) break;
    }
    if (!step(t, self)) return {};
  }
  replaceOwned(self->values[kTargetKey], retained(self->values[kCurrentKey]));
  Ref grouper = makeGrouper(self);
  return packTuple(self->values[kCurrentKey], grouper);
}

Ref groupbyReduce(Thread &, const Value *args) {
  auto &values = args[0].as<GroupBy>()->values;
  if (values[kTargetKey].empty() || values[kCurrentKey].empty() || values[kCurrentItem].empty())
    return reduceTo(args[0], {values[kSource], values[kKeyFunction]});
  TupleRef state = packTuple(values[kCurrentKey], values[kCurrentItem], values[kTargetKey]);
  return reduceTo(args[0], {values[kSource], values[kKeyFunction]}, state);
}

Ref groupbySetState(Thread &t, const Value *args) {
  Tuple *state = TRY(stateTuple(t, args[1], 3));
  auto &values = args[0].as<GroupBy>()->values;
  replaceOwned(values[kCurrentKey], retained((*state)[0]));
  replaceOwned(values[kCurrentItem], retained((*state)[1]));
  replaceOwned(values[kTargetKey], retained((*state)[2]));
  return Ref::none();
}

Ref grouperNew(Thread &t, const Value *args) {
  if (!isInstance(args[1], types::ItertoolsGroupBy))
    return raise(t, types::TypeError, "_grouper() argument 1 must be itertools.groupby, not %",
                 argumentTypeName(args[1]));
  auto *parent = args[1].as<GroupBy>();
  auto *grouper = newRow<Grouper>(*args[0].as<Type>(), {args[1], args[2]});
  parent->grouper = grouper;
  return Ref::take(Value(grouper));
}

Ref grouperNext(Thread &t, Value v) {
  auto &values = v.as<Grouper>()->values;
  auto *parent = values[kParent].as<GroupBy>();
  if (parent->grouper != v.object()) return {};
  if (parent->values[kCurrentItem].empty() && !step(t, parent)) return {};
  Ref target = Ref::share(values[kGroupKey]), current = Ref::share(parent->values[kCurrentKey]);
  if (!TRY(equal(t, target, current))) return {};
  return Ref::take(std::exchange(parent->values[kCurrentItem], Value()));
}

Ref grouperReduce(Thread &t, const Value *args) {
  auto &values = args[0].as<Grouper>()->values;
  if (values[kParent].as<GroupBy>()->grouper == args[0].object()) return reduceTo(args[0], values);
  return reduceIterator(t, Value(), 0); // done: another group has begun
}

NativeDef kMethods[] = {
    {"__new__", groupbyNew, "($type, iterable, key=None)", kNewDoc},
    {"__reduce__", groupbyReduce, "!($self, /)", kReduceDoc},
    {"__setstate__", groupbySetState, "!($self, state, /)", kSetStateDoc},
};

NativeDef kGrouperMethods[] = {
    {"__new__", grouperNew, "!($type, parent, tgtkey, /)", kNewDoc},
    {"__reduce__", grouperReduce, "!($self, /)", kReduceDoc},
};

} // namespace

const TypeSpec coil::vm::kItertoolsGroupBySpec = {
    .name = "itertools.groupby",
    .size = sizeof(GroupBy),
    .flags = kTypeGc | kTypeBase,
    .fillSlots = [](Slots &s) { s.iter = selfIter, s.next = groupbyNext; },
    .traverse = traverseRow<GroupBy>,
    .clear = clearRow<GroupBy>,
    .methods = kMethods,
    .doc = "An iterator over (key, group) pairs, one for each run of items with equal keys.\n"
           "key(item) is an item's key, the item itself if key is None. A group is an iterator over\n"
           "the run, which is of use only until the next pair is taken.",
};

const TypeSpec coil::vm::kItertoolsGrouperSpec = {
    .name = "itertools._grouper",
    .size = sizeof(Grouper),
    .flags = kTypeGc,
    .fillSlots = [](Slots &s) { s.iter = selfIter, s.next = grouperNext; },
    .traverse = traverseRow<Grouper>,
    .clear = clearRow<Grouper>,
    .methods = kGrouperMethods,
};
