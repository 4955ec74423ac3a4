// set and frozenset: the hash table. The operations are in SetType.cpp.
#include "VM/Types/Set.h"
#include "VM/Protocol/Protocol.h"
#include "VM/Types/Dict/Dict.h"
#include <cstdlib>
#include <cstring>

using namespace coil::vm;

namespace {

constexpr int64_t kMinSize = 8;
constexpr int kLinearProbes = 9, kPerturbShift = 5;

void useSmallTable(Set *set) {
  set->table = set->small;
  set->mask = kMinSize - 1;
}

SetEntry *tableOf(Set *set) {
  if (!set->table) useSmallTable(set);
  return set->table;
}

bool isUnused(const SetEntry &e) { return e.key.empty() && e.hash == 0; }

// Puts a key that is known to be new into a table without deleted entries.
void insertClean(SetEntry *table, uint64_t mask, Value key, int64_t hash) {
  uint64_t perturb = uint64_t(hash), i = perturb & mask;
  for (;;) {
    SetEntry *entry = &table[i];
    int64_t probes = i + kLinearProbes <= mask ? kLinearProbes : 0;
    for (;; ++entry) {
      if (entry->key.empty()) {
        *entry = {key, hash};
        return;
      }
      if (probes-- == 0) break;
    }
    perturb >>= kPerturbShift;
    i = (i * 5 + 1 + perturb) & mask;
  }
}

void resize(Set *set, int64_t minimum) {
  int64_t size = kMinSize;
  while (size <= minimum) size <<= 1;
  SetEntry *old = tableOf(set);
  int64_t oldMask = set->mask;
  SetEntry saved[kMinSize];
  bool wasSmall = old == set->small;
  if (wasSmall) std::memcpy(static_cast<void *>(saved), old, sizeof saved);
  if (size == kMinSize) {
    set->table = set->small;
    std::memset(static_cast<void *>(set->small), 0, sizeof set->small);
  } else {
    set->table = static_cast<SetEntry *>(std::calloc(size, sizeof(SetEntry)));
  }
  set->mask = size - 1;
  SetEntry *from = wasSmall ? saved : old;
  for (int64_t i = 0; i <= oldMask; ++i)
    if (!from[i].key.empty()) insertClean(set->table, uint64_t(set->mask), from[i].key, from[i].hash);
  set->fill = set->used;
  if (!wasSmall) std::free(old);
}

// The entry of a key; null if it is absent. Comparing may run Python code that changes the set: then the
// search starts again.
Result<SetEntry *> look(Thread &t, Set *set, Value key, int64_t hash) {
restart:
  SetEntry *table = tableOf(set);
  auto mask = uint64_t(set->mask), perturb = uint64_t(hash), i = perturb & mask;
  for (;;) {
    SetEntry *entry = &table[i];
    int64_t probes = i + kLinearProbes <= mask ? kLinearProbes : 0;
    for (;; ++entry) {
      if (isUnused(*entry)) return nullptr;
      if (entry->hash == hash && !entry->key.empty()) {
        if (entry->key == key) return entry;
        Ref held = Ref::share(entry->key);
        bool same = TRY(compareBool(t, held, key, CompareOp::Eq));
        if (set->table != table || entry->key != held.get()) goto restart;
        if (same) return entry;
      }
      if (probes-- == 0) break;
    }
    perturb >>= kPerturbShift;
    i = (i * 5 + 1 + perturb) & mask;
  }
}

// The first place on the key's probe path that holds nothing; a deleted place does as well.
void insertNew(Set *set, Value key, int64_t hash) {
  SetEntry *table = tableOf(set);
  auto mask = uint64_t(set->mask), perturb = uint64_t(hash), i = perturb & mask;
  SetEntry *place = nullptr;
  while (!place) {
    SetEntry *entry = &table[i];
    int64_t probes = i + kLinearProbes <= mask ? kLinearProbes : 0;
    for (; !place; ++entry) {
      if (isUnused(*entry)) place = entry;
      if (probes-- == 0) break;
    }
    perturb >>= kPerturbShift;
    i = (i * 5 + 1 + perturb) & mask;
  }
  *place = {retained(key), hash};
  ++set->fill;
  ++set->used;
  if (uint64_t(set->fill) * 5 >= mask * 3) resize(set, set->used > 50000 ? set->used * 2 : set->used * 4);
}

} // namespace

Ref coil::vm::newSet() {
  auto *set = heap::make<Set>(types::Set);
  useSmallTable(set);
  return Ref::take(Value(set));
}

Ref coil::vm::newFrozenSet() {
  auto *set = heap::make<Set>(types::FrozenSet);
  useSmallTable(set);
  set->hash = -1;
  return Ref::take(Value(set));
}

Status coil::vm::setAddHashed(Thread &t, Set *set, Value key, int64_t hash) {
  Ref held = Ref::share(key);
  if (TRY(look(t, set, key, hash))) return Status::ok();
  insertNew(set, key, hash);
  return Status::ok();
}

Status coil::vm::setAdd(Thread &t, Set *set, Value key) {
  int64_t h = TRY(hash(t, key));
  return setAddHashed(t, set, key, h);
}

Result<bool> coil::vm::setContainsHashed(Thread &t, Set *set, Value key, int64_t hash) {
  return TRY(look(t, set, key, hash)) != nullptr;
}

Result<bool> coil::vm::setContains(Thread &t, Set *set, Value key) {
  int64_t h = TRY(hash(t, key));
  return setContainsHashed(t, set, key, h);
}

Result<bool> coil::vm::setDiscardHashed(Thread &t, Set *set, Value key, int64_t hash) {
  SetEntry *entry = TRY(look(t, set, key, hash));
  if (!entry) return false;
  Value old = entry->key;
  *entry = {Value(), -1};
  --set->used;
  release(old);
  return true;
}

Result<bool> coil::vm::setDiscard(Thread &t, Set *set, Value key) {
  int64_t h = TRY(hash(t, key));
  return setDiscardHashed(t, set, key, h);
}

void coil::vm::setClear(Set *set) {
  SetEntry *table = tableOf(set);
  int64_t mask = set->mask;
  SetEntry saved[kMinSize];
  bool wasSmall = table == set->small;
  if (wasSmall) std::memcpy(static_cast<void *>(saved), table, sizeof saved);
  std::memset(static_cast<void *>(set->small), 0, sizeof set->small);
  useSmallTable(set);
  set->fill = set->used = 0;
  SetEntry *from = wasSmall ? saved : table;
  for (int64_t i = 0; i <= mask; ++i) release(from[i].key);
  if (!wasSmall) std::free(table);
}

// As in CPython, copying another set keeps the order that its table gives.
static Status mergeSet(Thread &t, Set *set, Set *other) {
  if (other == set || !other->used) return Status::ok();
  if ((set->fill + other->used) * 5 >= set->mask * 3) resize(set, (set->used + other->used) * 2);
  if (set->fill == 0 && set->mask == other->mask && other->fill == other->used) {
    SetEntry *from = tableOf(other), *to = tableOf(set);
    for (int64_t i = 0; i <= other->mask; ++i) to[i] = {retained(from[i].key), from[i].hash};
    set->fill = set->used = other->used;
    return Status::ok();
  }
  if (set->fill == 0) {
    SetEntry *from = tableOf(other);
    for (int64_t i = 0; i <= other->mask; ++i)
      if (!from[i].key.empty())
        insertClean(tableOf(set), uint64_t(set->mask), retained(from[i].key), from[i].hash);
    set->fill = set->used = other->used;
    return Status::ok();
  }
  for (int64_t i = 0; i <= other->mask; ++i) {
    SetEntry entry = tableOf(other)[i];
    if (entry.key.empty()) continue;
    Ref key = Ref::share(entry.key); // a comparison may empty the source
    TRY(setAddHashed(t, set, key, entry.hash));
  }
  return Status::ok();
}

Status coil::vm::setUpdate(Thread &t, Set *set, Value iterable) {
  tableOf(set);
  if (isAnySet(iterable)) {
    Ref keep = Ref::share(iterable);
    return mergeSet(t, set, iterable.as<Set>());
  }
  if (isExactDict(iterable)) {
    Ref keep = Ref::share(iterable);
    auto *dict = iterable.as<Dict>();
    if ((set->fill + dict->used) * 5 >= set->mask * 3) resize(set, (set->used + dict->used) * 2);
    int64_t position = 0;
    DictEntry *entry;
    if (set->fill == 0) { // the keys are all different
      while (dictNext(dict, position, entry))
        insertClean(tableOf(set), uint64_t(set->mask), retained(entry->key), entry->hash);
      set->fill = set->used = dict->used;
      return Status::ok();
    }
    while (dictNext(dict, position, entry)) {
      Ref key = Ref::share(entry->key); // a comparison may empty the source
      TRY(setAddHashed(t, set, key, entry->hash));
    }
    return Status::ok();
  }
  return forEach(t, iterable, [&](Value item) { return setAdd(t, set, item); });
}

bool coil::vm::setNext(const Set *set, int64_t &position, Value &key) {
  if (!set->table) return false;
  while (position <= set->mask) {
    key = set->table[position++].key;
    if (!key.empty()) return true;
  }
  return false;
}
