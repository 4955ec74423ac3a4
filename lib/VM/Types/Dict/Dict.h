// dict: a compact hash table that keeps insertion order.
#pragma once

#include "VM/Heap/Heap.h"
#include "VM/Types/Types.h"

namespace coil::vm {

struct DictEntry {
  int64_t hash;
  Value key;   // owned; empty: deleted
  Value value; // owned
};

struct Dict : Object {
  int64_t used;         // live entries
  int64_t entryCount;   // entries in use, deleted ones included
  int64_t room;         // insertions that are possible before the table is rebuilt, which keeps a slot empty
  uint8_t logSize;      // of the index table: 2^logSize slots; 0: nothing allocated
  bool strKeysOnly;     // every key so far is an exact str
  uint32_t keysVersion; // changes when a key is added, removed or moved, not when a value changes; unique
                        // among all dicts
  DictEntry *entries;   // capacity: two thirds of the table
  void *indices;        // int8/16/32 by size: entry number, -1 empty, -2 deleted
};

using DictRef = ObjectRef<Dict>;
template <> inline Type &typeFor<Dict>() { return types::Dict; }

DictRef newDict(int64_t expected = 0);
// Readies the zeroed memory of an instance (of a subclass, say).
void initializeDict(Dict *dict);

// Lookup by any key: may hash and compare through Python code. An empty Value: absent (Result failed:
// raised). Borrowed.
Result<Value> dictGet(Thread &t, Dict *dict, Value key);
Result<Value> dictGetHashed(Thread &t, Dict *dict, Value key, int64_t hash);
// Lookup by a str key: cannot raise when the keys are all str, and treats others as different.
Value dictGetStr(Dict *dict, Str *key);
// The entry number of a str key, or -1.
int64_t dictFindStr(Dict *dict, Str *key);

Status dictSet(Thread &t, Dict *dict, Value key, Value value);
Status dictSetHashed(Thread &t, Dict *dict, Value key, int64_t hash, Value value);
// The value that is there (borrowed); `value` is set if there is none.
Result<Value> dictSetDefaultHashed(Thread &t, Dict *dict, Value key, int64_t hash, Value value);
void dictSetStr(Dict *dict, Str *key, Value value);
// Removes a key; the old value, owned, or empty when it was absent.
Result<Value> dictPop(Thread &t, Dict *dict, Value key);
Result<Value> dictPopHashed(Thread &t, Dict *dict, Value key, int64_t hash);
// Removes a live entry by its number.
void dictRemoveEntry(Dict *dict, int64_t entry);
bool dictDeleteStr(Dict *dict, Str *key);
// The numbers of the first and the last live entry, in constant time on average; -1 if there is none.
int64_t dictFirst(Dict *dict);
int64_t dictLast(Dict *dict);
// The entry number of a key, or -1.
Result<int64_t> dictFind(Thread &t, Dict *dict, Value key, int64_t hash);
// Make a live entry the last or the first one.
void dictMoveToEnd(Dict *dict, int64_t entry);
void dictMoveToStart(Dict *dict, int64_t entry);
void dictClear(Dict *dict);
DictRef dictCopy(Dict *dict);
// dict.update(other): a mapping or an iterable of pairs. `override` false keeps keys that are there.
Status dictUpdate(Thread &t, Dict *dict, Value other, bool override = true);

// Steps through the live entries: `position` starts at 0; false at the end.
inline bool dictNext(const Dict *dict, int64_t &position, DictEntry *&entry) {
  while (position < dict->entryCount) {
    entry = &dict->entries[position++];
    if (!entry->key.empty()) return true;
  }
  return false;
}

} // namespace coil::vm
