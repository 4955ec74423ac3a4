// dict: the hash table. Indices and entries lie apart, so that entries keep insertion order
// (https://mail.python.org/pipermail/python-dev/2012-December/123028.html).
#include "VM/Types/Dict/Dict.h"
#include "VM/Core/Names.h"
#include "VM/Protocol/Protocol.h"
#include "VM/Types/Tuple.h"
#include <cstdlib>
#include <cstring>

using namespace coil::vm;

namespace {

constexpr int64_t kEmpty = -1, kDeleted = -2;
constexpr uint8_t kMinLogSize = 3;
constexpr int kPerturbShift = 5;

uint32_t nextKeysVersion = 1;

int64_t usable(uint8_t logSize) { return (int64_t(1) << logSize) * 2 / 3; }
size_t indexBytes(uint8_t logSize) { return logSize < 8 ? 1 : logSize < 16 ? 2 : 4; }

int64_t readIndex(const Dict *d, size_t slot) {
  if (d->logSize < 8) return static_cast<const int8_t *>(d->indices)[slot];
  if (d->logSize < 16) return static_cast<const int16_t *>(d->indices)[slot];
  return static_cast<const int32_t *>(d->indices)[slot];
}

void writeIndex(Dict *d, size_t slot, int64_t entry) {
  if (d->logSize < 8)
    static_cast<int8_t *>(d->indices)[slot] = int8_t(entry);
  else if (d->logSize < 16)
    static_cast<int16_t *>(d->indices)[slot] = int16_t(entry);
  else
    static_cast<int32_t *>(d->indices)[slot] = int32_t(entry);
}

// CPython's probe sequence.
struct Probe {
  size_t mask, slot;
  uint64_t perturb;
  Probe(const Dict *d, int64_t hash)
      : mask((size_t(1) << d->logSize) - 1), slot(size_t(hash) & mask), perturb(uint64_t(hash)) {}
  void next() {
    perturb >>= kPerturbShift;
    slot = (slot * 5 + perturb + 1) & mask;
  }
};

void allocateTable(Dict *d, uint8_t logSize) {
  d->logSize = logSize;
  size_t slots = size_t(1) << logSize;
  size_t entryBytes = usable(logSize) * sizeof(DictEntry), indexSize = slots * indexBytes(logSize);
  d->entries = static_cast<DictEntry *>(heap::allocate(entryBytes + indexSize));
  d->indices = reinterpret_cast<char *>(d->entries) + entryBytes;
  std::memset(d->indices, 0xFF, indexSize);
}

void freeTable(DictEntry *entries, uint8_t logSize) {
  if (!logSize) return;
  heap::deallocate(entries,
                   usable(logSize) * sizeof(DictEntry) + (size_t(1) << logSize) * indexBytes(logSize));
}

void insertIndex(Dict *d, int64_t hash, int64_t entry) {
  Probe probe(d, hash);
  while (readIndex(d, probe.slot) >= 0) probe.next();
  writeIndex(d, probe.slot, entry);
}

// Rebuilds the table for at least `wanted` live entries, squeezing deleted ones out, with `gap` deleted ones
// in front.
void resize(Dict *d, int64_t wanted, int64_t gap = 0) {
  uint8_t logSize = kMinLogSize;
  while (usable(logSize) < wanted + gap) ++logSize;
  DictEntry *old = d->entries;
  uint8_t oldLog = d->logSize;
  int64_t oldCount = d->entryCount;
  allocateTable(d, logSize);
  for (int64_t i = 0; i < gap; ++i) d->entries[i] = {gap, Value(), Value()};
  d->entryCount = gap;
  for (int64_t i = 0; i < oldCount; ++i) {
    if (old[i].key.empty()) continue;
    d->entries[d->entryCount] = old[i];
    insertIndex(d, old[i].hash, d->entryCount++);
  }
  d->room = usable(logSize) - d->entryCount;
  freeTable(old, oldLog);
  d->keysVersion = nextKeysVersion++;
}

// The number of entries to make room for when the table is full.
int64_t grown(const Dict *d) { return std::max<int64_t>(d->used * 2, d->used + 1); }

void insertNew(Dict *d, Value key, int64_t hash, Value value) {
  if (!d->room) resize(d, grown(d));
  --d->room;
  if (!isExactStr(key)) d->strKeysOnly = false;
  d->entries[d->entryCount] = {hash, retained(key), retained(value)};
  insertIndex(d, hash, d->entryCount++);
  ++d->used;
  d->keysVersion = nextKeysVersion++;
}

// The first entry on the probe path of `hash` for which `found` holds, or -1; the indices in their real
// width.
template <class Index, class Found> int64_t searchIn(const Dict *d, int64_t hash, Found &&found) {
  auto *indices = static_cast<const Index *>(d->indices);
  for (Probe probe(d, hash);; probe.next()) {
    int64_t i = indices[probe.slot];
    if (i >= 0) {
      if (found(d->entries[i])) return i;
    } else if (i == kEmpty) {
      return -1;
    }
  }
}
template <class Found> int64_t search(const Dict *d, int64_t hash, Found &&found) {
  if (d->logSize < 8) return searchIn<int8_t>(d, hash, found);
  if (d->logSize < 16) return searchIn<int16_t>(d, hash, found);
  return searchIn<int32_t>(d, hash, found);
}

// The entry of a str key in a dict whose keys are all str.
int64_t findStrOnly(const Dict *d, Str *key, int64_t hash) {
  return search(d, hash, [&](const DictEntry &e) {
    return e.key.object() == key || (e.hash == hash && equalStr(e.key.as<Str>(), key));
  });
}

// The entry of any key; comparing may run Python code, which may change the dict: then the search starts
// again.
Result<int64_t> find(Thread &t, Dict *d, Value key, int64_t hash) {
  if (!d->logSize) return -1;
  if (d->strKeysOnly && isExactStr(key)) return findStrOnly(d, key.as<Str>(), hash);
  if (key.isInt()) {
    // Only numbers of other types, and instances of classes, can be equal to an integer that is not the same.
    int64_t i = search(
        d, hash, [&](const DictEntry &e) { return e.key == key || (e.hash == hash && !e.key.isInt()); });
    if (i < 0 || d->entries[i].key == key) return i;
  }
restart:
  for (Probe probe(d, hash);; probe.next()) {
    int64_t i = readIndex(d, probe.slot);
    if (i == kEmpty) return -1;
    if (i == kDeleted) continue;
    const DictEntry &e = d->entries[i];
    if (e.key == key) return i;
    if (e.hash != hash) continue;
    DictEntry *before = d->entries;
    Ref held = Ref::share(e.key);
    bool same = TRY(compareBool(t, held, key, CompareOp::Eq));
    if (d->entries != before || i >= d->entryCount || d->entries[i].key != held.get()) {
      if (!d->logSize) return -1;
      goto restart;
    }
    if (same) return i;
  }
}

void removeEntry(Dict *d, int64_t entry) {
  DictEntry &e = d->entries[entry];
  Probe probe(d, e.hash);
  while (readIndex(d, probe.slot) != entry) probe.next();
  writeIndex(d, probe.slot, kDeleted);
  Value key = e.key;
  e.key = Value();
  e.value = Value();
  if (entry == 0) e.hash = 1;
  --d->used;
  d->keysVersion = nextKeysVersion++;
  release(key);
}

} // namespace

DictRef coil::vm::newDict(int64_t expected) {
  auto *d = heap::make<Dict>(types::Dict);
  initializeDict(d);
  if (expected > 0) resize(d, expected);
  return DictRef::take(d);
}

void coil::vm::initializeDict(Dict *d) {
  d->strKeysOnly = true;
  d->keysVersion = nextKeysVersion++;
}

Result<Value> coil::vm::dictGetHashed(Thread &t, Dict *dict, Value key, int64_t hash) {
  int64_t i = TRY(find(t, dict, key, hash));
  return i < 0 ? Value() : dict->entries[i].value;
}

Result<Value> coil::vm::dictGet(Thread &t, Dict *dict, Value key) {
  int64_t h = TRY(hash(t, key));
  return dictGetHashed(t, dict, key, h);
}

int64_t coil::vm::dictFindStr(Dict *dict, Str *key) {
  if (!dict->used) return -1;
  int64_t h = hashStr(key);
  if (dict->strKeysOnly) return findStrOnly(dict, key, h);
  for (Probe probe(dict, h);; probe.next()) {
    int64_t i = readIndex(dict, probe.slot);
    if (i == kEmpty) return -1;
    if (i == kDeleted) continue;
    const DictEntry &e = dict->entries[i];
    if (e.hash == h && isStr(e.key) && equalStr(e.key.as<Str>(), key)) return i;
  }
}

Value coil::vm::dictGetStr(Dict *dict, Str *key) {
  int64_t i = dictFindStr(dict, key);
  return i < 0 ? Value() : dict->entries[i].value;
}

Status coil::vm::dictSetHashed(Thread &t, Dict *dict, Value key, int64_t hash, Value value) {
  int64_t i = TRY(find(t, dict, key, hash));
  if (i >= 0)
    replaceOwned(dict->entries[i].value, retained(value));
  else
    insertNew(dict, key, hash, value);
  return Status::ok();
}

Result<Value> coil::vm::dictSetDefaultHashed(Thread &t, Dict *dict, Value key, int64_t hash, Value value) {
  int64_t i = TRY(find(t, dict, key, hash));
  if (i >= 0) return dict->entries[i].value;
  insertNew(dict, key, hash, value);
  return value;
}

Status coil::vm::dictSet(Thread &t, Dict *dict, Value key, Value value) {
  int64_t h = TRY(hash(t, key));
  return dictSetHashed(t, dict, key, h, value);
}

void coil::vm::dictSetStr(Dict *dict, Str *key, Value value) {
  int64_t i = dictFindStr(dict, key);
  if (i >= 0)
    replaceOwned(dict->entries[i].value, retained(value));
  else
    insertNew(dict, Value(static_cast<Object *>(key)), hashStr(key), value);
}

Result<Value> coil::vm::dictPopHashed(Thread &t, Dict *dict, Value key, int64_t hash) {
  int64_t i = TRY(find(t, dict, key, hash));
  if (i < 0) return Value();
  Value value = retained(dict->entries[i].value);
  Value old = dict->entries[i].value;
  removeEntry(dict, i);
  release(old);
  return value;
}

Result<Value> coil::vm::dictPop(Thread &t, Dict *dict, Value key) {
  int64_t h = TRY(hash(t, key));
  return dictPopHashed(t, dict, key, h);
}

bool coil::vm::dictDeleteStr(Dict *dict, Str *key) {
  int64_t i = dictFindStr(dict, key);
  if (i < 0) return false;
  Value old = dict->entries[i].value;
  removeEntry(dict, i);
  release(old);
  return true;
}

void coil::vm::dictRemoveEntry(Dict *dict, int64_t entry) {
  Value old = dict->entries[entry].value;
  removeEntry(dict, entry);
  release(old);
}

void coil::vm::dictClear(Dict *dict) {
  DictEntry *entries = dict->entries;
  int64_t count = dict->entryCount;
  uint8_t logSize = dict->logSize;
  dict->entries = nullptr;
  dict->indices = nullptr;
  dict->logSize = 0;
  dict->used = dict->entryCount = dict->room = 0;
  dict->strKeysOnly = true;
  dict->keysVersion = nextKeysVersion++;
  for (int64_t i = 0; i < count; ++i)
    if (!entries[i].key.empty()) {
      release(entries[i].key);
      release(entries[i].value);
    }
  freeTable(entries, logSize);
}

int64_t coil::vm::dictFirst(Dict *dict) {
  if (!dict->used) return -1;
  if (!dict->entries[0].key.empty()) return 0;
  // The hash of entry 0, when that is deleted, says how many entries behind it certainly are, too.
  int64_t i = dict->entries[0].hash;
  while (dict->entries[i].key.empty()) ++i;
  return dict->entries[0].hash = i;
}

int64_t coil::vm::dictLast(Dict *dict) {
  if (!dict->used) return -1;
  while (dict->entries[dict->entryCount - 1].key.empty()) --dict->entryCount;
  return dict->entryCount - 1;
}

Result<int64_t> coil::vm::dictFind(Thread &t, Dict *dict, Value key, int64_t hash) {
  return find(t, dict, key, hash);
}

// Gives an entry another number. Its slot in the index stays, so that no empty slot is used up.
static void renumber(Dict *d, int64_t from, int64_t to) {
  DictEntry &e = d->entries[from];
  Probe probe(d, e.hash);
  while (readIndex(d, probe.slot) != from) probe.next();
  writeIndex(d, probe.slot, to);
  d->entries[to] = e;
  e.key = e.value = Value();
  if (from == 0) e.hash = 1;
  d->keysVersion = nextKeysVersion++;
}

// Rebuilds the table; the new number of a live entry.
static int64_t resizeAround(Dict *d, int64_t entry, int64_t wanted, int64_t gap) {
  int64_t number = gap;
  for (int64_t i = 0; i < entry; ++i) number += !d->entries[i].key.empty();
  resize(d, wanted, gap);
  return number;
}

void coil::vm::dictMoveToEnd(Dict *dict, int64_t entry) {
  if (dictLast(dict) == entry) return;
  if (!dict->room) entry = resizeAround(dict, entry, grown(dict), 0);
  --dict->room;
  renumber(dict, entry, dict->entryCount++);
}

void coil::vm::dictMoveToStart(Dict *dict, int64_t entry) {
  int64_t first = dictFirst(dict);
  if (first == entry) return;
  if (first == 0) {
    entry = resizeAround(dict, entry, grown(dict), dict->used / 2 + 1);
    first = dictFirst(dict);
  }
  renumber(dict, entry, first - 1);
  if (first > 1) dict->entries[0].hash = first - 1;
}

// Makes an empty dict without a table the copy of one without deleted entries, table and all; false if they
// are not that.
static bool cloneTable(Dict *dict, const Dict *other) {
  if (dict->logSize || !other->used || other->entryCount != other->used) return false;
  allocateTable(dict, other->logSize);
  std::memcpy(static_cast<void *>(dict->entries), other->entries, size_t(other->used) * sizeof(DictEntry));
  std::memcpy(dict->indices, other->indices, (size_t(1) << other->logSize) * indexBytes(other->logSize));
  for (int64_t i = 0; i < other->used; ++i) {
    retain(dict->entries[i].key);
    retain(dict->entries[i].value);
  }
  dict->used = dict->entryCount = other->used;
  dict->room = other->room;
  dict->strKeysOnly = other->strKeysOnly;
  dict->keysVersion = nextKeysVersion++;
  return true;
}

DictRef coil::vm::dictCopy(Dict *dict) {
  if (DictRef clone = newDict(); cloneTable(clone, dict)) return clone;
  DictRef copy = newDict(dict->used);
  int64_t position = 0;
  DictEntry *entry;
  while (dictNext(dict, position, entry)) insertNew(copy, entry->key, entry->hash, entry->value);
  return copy;
}

namespace {

Status mergeDict(Thread &t, Dict *dict, Dict *other, bool override) {
  if (cloneTable(dict, other)) return Status::ok();
  int64_t position = 0;
  DictEntry *entry;
  int64_t before = other->used;
  while (dictNext(other, position, entry)) {
    Ref key = Ref::share(entry->key), value = Ref::share(entry->value);
    int64_t h = entry->hash;
    if (override || TRY(dictGetHashed(t, dict, key, h)).empty()) {
      TRY(dictSetHashed(t, dict, key, h, value));
    }
    if (other->used != before) return raise(t, types::RuntimeError, "dict mutated during update");
  }
  return Status::ok();
}

Status mergeKeys(Thread &t, Dict *dict, Value mapping, Value keysMethod, bool override) {
  Ref keys = TRY(call(t, keysMethod));
  return forEach(t, keys, [&](Value key) -> Status {
    if (!override && !TRY(dictGet(t, dict, key)).empty()) return Status::ok();
    Ref value = TRY(getItem(t, mapping, key));
    return dictSet(t, dict, key, value);
  });
}

Status mergePairs(Thread &t, Dict *dict, Value pairs, bool override) {
  int64_t number = 0;
  return forEach(t, pairs, [&](Value item) -> Status {
    TupleRef pair = tupleFrom(t, item);
    if (!pair) {
      if (!pendingIs(t, types::TypeError)) return {};
      clearPending(t);
      return raise(t, types::TypeError, "cannot convert dictionary update sequence element #% to a sequence",
                   number);
    }
    if (pair->length != 2)
      return raise(t, types::ValueError, "dictionary update sequence element #% has length %; 2 is required",
                   number, pair->length);
    ++number;
    if (!override && !TRY(dictGet(t, dict, (*pair)[0])).empty()) return Status::ok();
    return dictSet(t, dict, (*pair)[0], (*pair)[1]);
  });
}

} // namespace

Status coil::vm::dictUpdate(Thread &t, Dict *dict, Value other, bool override) {
  if (isDict(other) && typeOf(other)->slots.iter == types::Dict.slots.iter)
    return mergeDict(t, dict, other.as<Dict>(), override);
  Ref keys;
  TRY(lookupAttr(t, other, names::keys, keys));
  return keys ? mergeKeys(t, dict, other, keys, override) : mergePairs(t, dict, other, override);
}
