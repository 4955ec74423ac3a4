// set and frozenset: the types, their operators and methods.
#include "VM/Bind/Native.h"
#include "VM/Core/Names.h"
#include "VM/Core/Runtime.h"
#include "VM/Protocol/Protocol.h"
#include "VM/Types/Dict/Dict.h"
#include "VM/Types/Int/Int.h"
#include "VM/Types/List.h"
#include "VM/Types/Sequence.h"
#include "VM/Types/Set.h"
#include "VM/Types/Tuple.h"
#include "VM/Types/Type/Mro.h"
#include <cstdlib>

using namespace coil::vm;

namespace {

Set *self(Value v) { return v.as<Set>(); }
Set *self(const Value *args) { return args[0].as<Set>(); }
bool isFrozen(Value v) { return isInstance(v, types::FrozenSet); }

// Any iterable as a set, without a copy if it is one. A dict's keys are not hashed again.
Ref asSet(Thread &t, Value v) {
  if (isAnySet(v)) return Ref::share(v);
  Ref set = newSet();
  TRY(setUpdate(t, set.as<Set>(), v));
  return set;
}

// A new set of the base type of `like` with the items of `source`.
Ref copyAs(Thread &t, Value like, Value source) {
  Ref copy = isFrozen(like) ? newFrozenSet() : newSet();
  TRY(setUpdate(t, copy.as<Set>(), source));
  return copy;
}

Ref setRepr(Thread &t, Value v) {
  bool plain = isExactly(v, types::Set);
  std::string name = typeName(v).str();
  if (!self(v)->used) return makeStr(name + "()");
  ReprGuard guard(v);
  if (!guard.entered()) return makeStr(name + "(...)");
  ListRef items = TRY(listFrom(t, v));
  Ref text = TRY(reprOfItems(t, items, "{", "}"));
  if (plain) return text;
  return makeStr(name + "(" + toUtf8(text.as<Str>()) + ")");
}

Result<int64_t> setLen(Thread &, Value v) { return self(v)->used; }

// An unhashable set looked up in a set stands for the frozenset of its items.
Ref lookupKey(Thread &t, Value key, Ref error) {
  if (!isInstance(key, types::Set)) return setPending(t, std::move(error));
  Ref frozen = newFrozenSet();
  TRY(setUpdate(t, frozen.as<Set>(), key));
  return frozen;
}

Result<bool> setContainsSlot(Thread &t, Value v, Value key) {
  auto found = setContains(t, self(v), key);
  if (found || !pendingIs(t, types::TypeError)) return found;
  Ref frozen = TRY(lookupKey(t, key, takePending(t)));
  return setContains(t, self(v), frozen);
}

Result<bool> isSubset(Thread &t, Value a, Value b) {
  if (self(a)->used > self(b)->used) return false;
  bool all = true;
  TRY(eachSetEntry(self(a), [&](Value key, int64_t h) -> Status {
    all = all && TRY(setContainsHashed(t, self(b), key, h));
    return Status::ok();
  }));
  return all;
}

Ref setCompare(Thread &t, Value a, Value b, CompareOp op) {
  if (!isAnySet(b)) return Ref::notImplemented();
  int64_t n = self(a)->used, m = self(b)->used;
  switch (op) {
  case CompareOp::Eq: return Ref::boolean(n == m && TRY(isSubset(t, a, b)));
  case CompareOp::Ne: return Ref::boolean(!(n == m && TRY(isSubset(t, a, b))));
  case CompareOp::Lt: return Ref::boolean(n < m && TRY(isSubset(t, a, b)));
  case CompareOp::Le: return Ref::boolean(TRY(isSubset(t, a, b)));
  case CompareOp::Gt: return Ref::boolean(n > m && TRY(isSubset(t, b, a)));
  case CompareOp::Ge: return Ref::boolean(TRY(isSubset(t, b, a)));
  }
  return Ref::none();
}

// Independent of the order of the items: each hash is dispersed, then all are combined by exclusive or.
Result<int64_t> frozenHash(Thread &, Value v) {
  Set *set = self(v);
  if (set->hash != -1) return set->hash;
  auto shuffled = [](uint64_t h) { return ((h ^ 89869747) ^ (h << 16)) * 3644798167; };
  uint64_t hash = 0;
  for (int64_t i = 0; set->table && i <= set->mask; ++i)
    if (!set->table[i].key.empty()) hash ^= shuffled(uint64_t(set->table[i].hash));
  hash ^= (uint64_t(set->used) + 1) * 1927868237;
  hash ^= (hash >> 11) ^ (hash >> 25);
  hash = hash * 69069 + 907133923;
  if (hash == uint64_t(-1)) hash = 590923713;
  return set->hash = int64_t(hash);
}

// --- operations
// ----------------------------------------------------------------------------------------------------

Status intersectInto(Thread &t, Value result, Value a, Value other) {
  if (isAnySet(other)) {
    Value small = a, large = other;
    if (self(other)->used < self(a)->used) std::swap(small, large);
    return eachSetEntry(self(small), [&](Value key, int64_t h) -> Status {
      return TRY(setContainsHashed(t, self(large), key, h)) ? setAddHashed(t, self(result), key, h)
                                                            : Status::ok();
    });
  }
  return forEach(t, other, [&](Value key) -> Status {
    int64_t h = TRY(hash(t, key));
    return TRY(setContainsHashed(t, self(a), key, h)) ? setAddHashed(t, self(result), key, h) : Status::ok();
  });
}

Ref intersection(Thread &t, Value a, Value other) {
  if (a == other) return copyAs(t, a, a);
  Ref result = isFrozen(a) ? newFrozenSet() : newSet();
  TRY(intersectInto(t, result, a, other));
  return result;
}

Status differenceUpdate(Thread &t, Value a, Value other) {
  if (a == other) {
    setClear(self(a));
    return Status::ok();
  }
  if (isAnySet(other))
    return eachSetEntry(self(other), [&](Value key, int64_t h) -> Status {
      TRY(setDiscardHashed(t, self(a), key, h));
      return Status::ok();
    });
  return forEach(t, other, [&](Value key) -> Status {
    TRY(setDiscard(t, self(a), key));
    return Status::ok();
  });
}

Ref difference(Thread &t, Value a, Value other) {
  if (isAnySet(other) && self(a)->used >> 2 <= self(other)->used) {
    Ref result = isFrozen(a) ? newFrozenSet() : newSet();
    TRY(eachSetEntry(self(a), [&](Value key, int64_t h) -> Status {
      return TRY(setContainsHashed(t, self(other), key, h)) ? Status::ok()
                                                            : setAddHashed(t, result.as<Set>(), key, h);
    }));
    return result;
  }
  if (isExactDict(other) && self(a)->used >> 2 <= other.as<Dict>()->used) {
    Ref result = isFrozen(a) ? newFrozenSet() : newSet();
    TRY(eachSetEntry(self(a), [&](Value key, int64_t h) -> Status {
      return TRY(dictGetHashed(t, other.as<Dict>(), key, h)).empty() ? setAddHashed(t, self(result), key, h)
                                                                     : Status::ok();
    }));
    return result;
  }
  Ref result = TRY(copyAs(t, a, a));
  TRY(differenceUpdate(t, result, other));
  return result;
}

Status symmetricUpdate(Thread &t, Value a, Value other) {
  if (a == other) {
    setClear(self(a));
    return Status::ok();
  }
  Ref set = TRY(asSet(t, other));
  return eachSetEntry(self(set), [&](Value key, int64_t h) -> Status {
    if (TRY(setDiscardHashed(t, self(a), key, h))) return Status::ok();
    return setAddHashed(t, self(a), key, h);
  });
}

Ref setOr(Thread &t, Value a, Value b) {
  if (!isAnySet(a) || !isAnySet(b)) return Ref::notImplemented();
  Ref result = TRY(copyAs(t, a, a));
  TRY(setUpdate(t, result.as<Set>(), b));
  return result;
}
Ref setAnd(Thread &t, Value a, Value b) {
  return isAnySet(a) && isAnySet(b) ? intersection(t, a, b) : Ref::notImplemented();
}
Ref setSub(Thread &t, Value a, Value b) {
  return isAnySet(a) && isAnySet(b) ? difference(t, a, b) : Ref::notImplemented();
}
Ref setXor(Thread &t, Value a, Value b) {
  if (!isAnySet(a) || !isAnySet(b)) return Ref::notImplemented();
  Ref result = TRY(copyAs(t, b, b));
  if (isFrozen(a) != isFrozen(b)) result = TRY(copyAs(t, a, result));
  TRY(symmetricUpdate(t, result, a));
  return result;
}

// Exchanges the contents of a set with those of `result`, which is new.
void takeContents(Value v, Value result) {
  Thread &t = Thread::current();
  setClear(self(v));
  (void)bool(setUpdate(t, self(v), result));
}

Ref inplaceOr(Thread &t, Value a, Value b) {
  if (!isAnySet(b)) return Ref::notImplemented();
  TRY(setUpdate(t, self(a), b));
  return Ref::share(a);
}
Ref inplaceAnd(Thread &t, Value a, Value b) {
  if (!isAnySet(b)) return Ref::notImplemented();
  Ref result = TRY(intersection(t, a, b));
  takeContents(a, result);
  return Ref::share(a);
}
Ref inplaceSub(Thread &t, Value a, Value b) {
  if (!isAnySet(b)) return Ref::notImplemented();
  TRY(differenceUpdate(t, a, b));
  return Ref::share(a);
}
Ref inplaceXor(Thread &t, Value a, Value b) {
  if (!isAnySet(b)) return Ref::notImplemented();
  TRY(symmetricUpdate(t, a, b));
  return Ref::share(a);
}

// --- construction
// --------------------------------------------------------------------------------------------------

Ref setNew(Thread &, Value, const CallArgs &args) {
  return Ref::take(Value(heap::allocateObject(*args.values[0].as<Type>())));
}

Ref setInit(Thread &t, const Value *args) {
  setClear(self(args));
  if (!args[1].empty()) TRY(setUpdate(t, self(args), args[1]));
  return Ref::none();
}

Ref frozenNew(Thread &t, const Value *args) {
  Type *type = args[0].as<Type>();
  if (type == &types::FrozenSet && !args[1].empty() && isExactly(args[1], types::FrozenSet))
    return Ref::share(args[1]);
  Ref set = Ref::take(Value(heap::allocateObject(*type)));
  self(set)->hash = -1;
  if (!args[1].empty()) TRY(setUpdate(t, self(set), args[1]));
  return set;
}

// --- methods
// -------------------------------------------------------------------------------------------------------

llvm::ArrayRef<Value> others(const Value *args) { return args[1].as<Tuple>()->values(); }

Ref setAddMethod(Thread &t, const Value *args) {
  TRY(setAdd(t, self(args), args[1]));
  return Ref::none();
}

Result<bool> discardAny(Thread &t, const Value *args) {
  auto removed = setDiscard(t, self(args), args[1]);
  if (removed || !pendingIs(t, types::TypeError)) return removed;
  Ref frozen = TRY(lookupKey(t, args[1], takePending(t)));
  return setDiscard(t, self(args), frozen);
}

Ref setDiscardMethod(Thread &t, const Value *args) {
  TRY(discardAny(t, args));
  return Ref::none();
}

Ref setRemove(Thread &t, const Value *args) {
  if (TRY(discardAny(t, args))) return Ref::none();
  return raiseWith(t, types::KeyError, args[1]);
}

Ref setPop(Thread &t, const Value *args) {
  Set *set = self(args);
  if (!set->used) return raiseWith(t, types::KeyError, makeStr("pop from an empty set"));
  auto i = set->finger & set->mask;
  while (set->table[i].key.empty()) i = (i + 1) & set->mask;
  Ref key = Ref::take(set->table[i].key);
  set->table[i] = {Value(), -1};
  --set->used;
  set->finger = i + 1;
  return key;
}

Ref setClearMethod(Thread &, const Value *args) {
  setClear(self(args));
  return Ref::none();
}

Ref setCopy(Thread &t, const Value *args) {
  if (isExactly(args[0], types::FrozenSet)) return Ref::share(args[0]);
  return copyAs(t, args[0], args[0]);
}

Ref setUnion(Thread &t, const Value *args) {
  Ref result = TRY(copyAs(t, args[0], args[0]));
  for (Value other : others(args)) TRY(setUpdate(t, result.as<Set>(), other));
  return result;
}

Ref setUpdateMethod(Thread &t, const Value *args) {
  for (Value other : others(args)) TRY(setUpdate(t, self(args), other));
  return Ref::none();
}

Ref setIntersection(Thread &t, const Value *args) {
  if (others(args).empty()) return copyAs(t, args[0], args[0]);
  Ref result = Ref::share(args[0]);
  for (Value other : others(args)) result = TRY(intersection(t, result, other));
  return result;
}

Ref setIntersectionUpdate(Thread &t, const Value *args) {
  Ref result = TRY(setIntersection(t, args));
  if (result.get() != args[0]) takeContents(args[0], result);
  return Ref::none();
}

Ref setDifference(Thread &t, const Value *args) {
  if (others(args).empty()) return copyAs(t, args[0], args[0]);
  Ref result = TRY(difference(t, args[0], others(args)[0]));
  for (Value other : others(args).drop_front()) TRY(differenceUpdate(t, result, other));
  return result;
}

Ref setDifferenceUpdate(Thread &t, const Value *args) {
  for (Value other : others(args)) TRY(differenceUpdate(t, args[0], other));
  return Ref::none();
}

Ref setSymmetric(Thread &t, const Value *args) {
  Ref result = TRY(copyAs(t, args[0], args[1]));
  TRY(symmetricUpdate(t, result, args[0]));
  return result;
}

Ref setSymmetricUpdate(Thread &t, const Value *args) {
  TRY(symmetricUpdate(t, args[0], args[1]));
  return Ref::none();
}

Ref setIsSubset(Thread &t, const Value *args) {
  Ref other = TRY(asSet(t, args[1]));
  return Ref::boolean(TRY(isSubset(t, args[0], other)));
}

Ref setIsSuperset(Thread &t, const Value *args) {
  Ref other = TRY(asSet(t, args[1]));
  return Ref::boolean(TRY(isSubset(t, other, args[0])));
}

Ref setIsDisjoint(Thread &t, const Value *args) {
  Ref iterator = TRY(iterate(t, args[1]));
  while (Ref item = nextItem(t, iterator))
    if (TRY(setContains(t, self(args), item))) return Ref::boolean(false);
  if (t.hasPending()) return {};
  return Ref::boolean(true);
}

Ref setContainsMethod(Thread &t, const Value *args) {
  return Ref::boolean(TRY(setContainsSlot(t, args[0], args[1])));
}

Ref setSizeOf(Thread &, const Value *args) {
  bool own = self(args)->table && self(args)->table != self(args)->small;
  return makeInt(int64_t(sizeof(Set) + 16 + (own ? (self(args)->mask + 1) * sizeof(SetEntry) : 0)));
}

Ref setReduce(Thread &t, const Value *args) {
  ListRef items = TRY(listFrom(t, args[0]));
  TupleRef inner = packTuple(Value(items));
  Ref state = TRY(callMethod(t, args[0], names::special_getstate));
  return packTuple(Value(typeOf(args[0])), Value(inner), state.get());
}

constexpr const char *kNewDoc = "Make a new object of the class.";

#define SHARED_METHODS                                                                                       \
  {"__contains__", setContainsMethod, "!($self, object, /)",                                                 \
   "x.__contains__(y): tell whether y is an element of x."},                                                 \
      {"copy", setCopy, "!($self, /)", "copy(): a set of the same elements."},                               \
      {"difference", setDifference, "!v($self, /, *others)",                                                 \
       "difference(*others): the elements that are in none of the other iterables, as a new set."},          \
      {"intersection", setIntersection, "!v($self, /, *others)",                                             \
       "intersection(*others): the elements that are in all the other iterables, too, as a new set."},       \
      {"isdisjoint", setIsDisjoint, "!($self, other, /)",                                                    \
       "isdisjoint(other): tell whether the set and an iterable have no element in common."},                \
      {"issubset", setIsSubset, "!($self, other, /)",                                                        \
       "issubset(other): tell whether all elements are in the other iterable."},                             \
      {"issuperset", setIsSuperset, "!($self, other, /)",                                                    \
       "issuperset(other): tell whether all items of the other iterable are in the set."},                   \
      {"symmetric_difference", setSymmetric, "!($self, other, /)",                                           \
       "symmetric_difference(other): the elements that are in one of the set and the iterable, but\nnot in " \
       "both, as a new set."},                                                                               \
      {"union", setUnion, "!v($self, /, *others)",                                                           \
       "union(*others): the elements of the set and of the other iterables, as a new set."},                 \
      {"__reduce__", setReduce, "!($self, /)", "What pickle and copy need to make an equal set."},           \
      {"__sizeof__", setSizeOf, "!($self, /)", "__sizeof__(): the bytes of memory the set occupies."}, {     \
    "__class_getitem__", newGenericAliasMethod, "!($type, item, /)", "See PEP 585", NativeKind::Class        \
  }

NativeDef kSetMethods[] = {
    {"__new__", setNew, "!($type, *args, **kwargs)", kNewDoc},
    {"__init__", setInit, "!($self, iterable=<absent>, /)",
     "Set the object up from the arguments; the help of its class tells which they are."},
    SHARED_METHODS,
    {"add", setAddMethod, "!($self, object, /)",
     "add(element): put an element into the set, unless it is there."},
    {"clear", setClearMethod, "!($self, /)", "clear(): remove all elements."},
    {"discard", setDiscardMethod, "!($self, object, /)",
     "discard(element): remove an element, if it is in the set."},
    {"difference_update", setDifferenceUpdate, "!v($self, /, *others)",
     "difference_update(*others): remove all that is in one of the other iterables."},
    {"intersection_update", setIntersectionUpdate, "!v($self, /, *others)",
     "intersection_update(*others): keep only what is in all the other iterables, too."},
    {"pop", setPop, "!($self, /)", "pop(): remove any one element and return it. KeyError if there is none."},
    {"remove", setRemove, "!($self, object, /)",
     "remove(element): remove an element; KeyError if it is not in the set."},
    {"symmetric_difference_update", setSymmetricUpdate, "!($self, other, /)",
     "symmetric_difference_update(other): remove what is in the other iterable, too, and add what\nis only "
     "there."},
    {"update", setUpdateMethod, "!v($self, /, *others)",
     "update(*others): add the items of the other iterables."},
};

NativeDef kFrozenMethods[] = {
    {"__new__", frozenNew, "!($type, iterable=<absent>, /)", kNewDoc},
    SHARED_METHODS,
};

// --- iterator
// ------------------------------------------------------------------------------------------------------

struct SetIterator : Object {
  Set *set; // owned; null once exhausted
  int64_t position, used, left;
};

Ref setIter(Thread &, Value v) {
  auto *it = heap::make<SetIterator>(types::SetIterator);
  it->set = ObjectRef<Set>::share(self(v)).release();
  it->used = it->left = self(v)->used;
  return Ref::take(Value(it));
}

Ref iteratorNext(Thread &t, Value v) {
  auto *it = v.as<SetIterator>();
  if (!it->set) return {};
  if (it->used != it->set->used) {
    it->used = -1;
    return raise(t, types::RuntimeError, "Set changed size during iteration");
  }
  Value key;
  if (setNext(it->set, it->position, key)) {
    --it->left;
    return Ref::share(key);
  }
  replaceOwned<Set>(it->set, nullptr);
  return {};
}

Ref iteratorHint(Thread &, const Value *args) {
  auto *it = args[0].as<SetIterator>();
  return makeInt(it->set && it->used == it->set->used ? it->left : int64_t(0));
}

Ref iteratorReduce(Thread &t, const Value *args) {
  auto *it = args[0].as<SetIterator>();
  auto copy = ObjectRef<SetIterator>::take(heap::make<SetIterator>(types::SetIterator));
  copy->set = ObjectRef<Set>::share(it->set).release();
  copy->position = it->position, copy->used = it->used, copy->left = it->left;
  ListRef rest = TRY(listFrom(t, copy));
  Ref whole = TRY(reduceIterator(t, rest, 0));
  return makeTuple(whole.as<Tuple>()->values().take_front(2));
}

NativeDef kIteratorMethods[] = {
    {"__length_hint__", iteratorHint, "!($self, /)", "How many items are still to come, as far as is known."},
    {"__reduce__", iteratorReduce, "!($self, /)", "What pickle and copy need to go on from the same place."},
};

void setTraverse(Object *o, Visitor &visitor) {
  auto *set = static_cast<Set *>(o);
  for (int64_t i = 0; set->table && i <= set->mask; ++i) visitor.visit(set->table[i].key);
}

void fillShared(Slots &s) {
  s.repr = setRepr, s.len = setLen, s.contains = setContainsSlot, s.compare = setCompare, s.iter = setIter;
  s.bitOr = setOr, s.bitAnd = setAnd, s.sub = setSub, s.bitXor = setXor;
}

} // namespace

const TypeSpec coil::vm::kSetSpec = {
    .name = "set",
    .size = sizeof(Set),
    .flags = kTypeBase | kTypeGc | kTypeSetSubclass | kTypeMatchSelf | kTypeHasWeakRefs,
    .fillSlots =
        [](Slots &s) {
          fillShared(s);
          s.hash = hashNotImplemented;
          s.inplaceOr = inplaceOr, s.inplaceAnd = inplaceAnd, s.inplaceSub = inplaceSub,
          s.inplaceXor = inplaceXor;
        },
    .traverse = setTraverse,
    .clear = [](Object *o) { setClear(static_cast<Set *>(o)); },
    .methods = kSetMethods,
    .doc = "set([iterable]): a set, which holds each of its elements once and in no order.",
};

const TypeSpec coil::vm::kFrozenSetSpec = {
    .name = "frozenset",
    .size = sizeof(Set),
    .flags = kTypeBase | kTypeGc | kTypeSetSubclass | kTypeMatchSelf | kTypeHasWeakRefs,
    .fillSlots = [](Slots &s) { fillShared(s), s.hash = frozenHash; },
    .traverse = setTraverse,
    .clear = [](Object *o) { setClear(static_cast<Set *>(o)); },
    .methods = kFrozenMethods,
    .doc =
        "frozenset([iterable]): a set that cannot be changed, and so can be an element of others or a key.",
};

const TypeSpec coil::vm::kSetIteratorSpec = {
    .name = "set_iterator",
    .size = sizeof(SetIterator),
    .flags = kTypeGc | kTypeNoInstantiate,
    .fillSlots = [](Slots &s) { s.iter = selfIter, s.next = iteratorNext; },
    .traverse = [](Object *o,
                   Visitor &v) { v.visitPointer(static_cast<Object *>(static_cast<SetIterator *>(o)->set)); },
    .clear = [](Object *o) { replaceOwned<Set>(static_cast<SetIterator *>(o)->set, nullptr); },
    .methods = kIteratorMethods,
};
