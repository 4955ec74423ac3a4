// list: a growable sequence.
#pragma once

#include "VM/Heap/Heap.h"
#include "VM/Types/Types.h"
#include "llvm/ADT/ArrayRef.h"

namespace coil::vm {

struct List : Object {
  Value *items; // owned values; a block of `capacity` from heap::allocate, or null
  int64_t length;
  int64_t capacity;

  llvm::ArrayRef<Value> values() const { return {items, size_t(length)}; }
};

using ListRef = ObjectRef<List>;
template <> inline Type &typeFor<List>() { return types::List; }

ListRef newList(int64_t capacity = 0);
ListRef makeList(llvm::ArrayRef<Value> borrowed);
// Takes over the reference in `owned`.
void listAppendOwned(List *list, Value owned);
inline void listAppend(List *list, Value borrowed) { listAppendOwned(list, retained(borrowed)); }
void listReserve(List *list, int64_t capacity);
void listInsert(List *list, int64_t index, Value borrowed);
// list.extend(iterable).
Status listExtend(Thread &t, List *list, Value iterable);
// list[start:end] = replacement (borrowed values), indices in range.
void listReplace(List *list, int64_t start, int64_t end, llvm::ArrayRef<Value> replacement);
// list.sort(key=keyOrNone, reverse=reverse): stable; the list is empty to others meanwhile.
Status listSort(Thread &t, List *list, Value keyOrNone, bool reverse);

} // namespace coil::vm
