// set and frozenset: a hash table that probes as CPython's does, so that iteration order is CPython's.
#pragma once

#include "VM/Heap/Heap.h"
#include "VM/Types/Types.h"

namespace coil::vm {

struct SetEntry {
  Value key; // owned; empty: unused, unless hash is -1: deleted
  int64_t hash;
};

struct Set : Object {
  int64_t fill; // slots in use or deleted
  int64_t used; // live keys
  int64_t mask; // slots - 1
  SetEntry *table;
  SetEntry small[8];
  int64_t hash;   // frozenset only; -1: not computed
  int64_t finger; // where pop() looks next
};

Ref newSet();
Ref newFrozenSet();
Status setAdd(Thread &t, Set *set, Value key);
Result<bool> setContains(Thread &t, Set *set, Value key);
// Removes a key; says whether it was there.
Result<bool> setDiscard(Thread &t, Set *set, Value key);
// The same with the key's hash at hand.
Status setAddHashed(Thread &t, Set *set, Value key, int64_t hash);
Result<bool> setContainsHashed(Thread &t, Set *set, Value key, int64_t hash);
Result<bool> setDiscardHashed(Thread &t, Set *set, Value key, int64_t hash);
void setClear(Set *set);
Status setUpdate(Thread &t, Set *set, Value iterable);
// Steps through the keys in table order; `position` starts at 0. Borrowed.
bool setNext(const Set *set, int64_t &position, Value &key);
// Calls `body(key, hash)`, which returns Status and may change the set, for each entry.
template <class Body> Status eachSetEntry(Set *set, Body &&body) {
  Ref keep = Ref::share(Value(set));
  for (int64_t i = 0; set->table && i <= set->mask; ++i) {
    SetEntry entry = set->table[i];
    if (entry.key.empty()) continue;
    Ref held = Ref::share(entry.key);
    TRY(body(held.get(), entry.hash));
  }
  return Status::ok();
}

} // namespace coil::vm
