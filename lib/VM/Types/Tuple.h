// tuple: an immutable sequence.
#pragma once

#include "VM/Heap/Heap.h"
#include "VM/Types/Types.h"
#include "llvm/ADT/ArrayRef.h"

namespace coil::vm {

struct Tuple : Object {
  int64_t length;

  Value *items() { return reinterpret_cast<Value *>(this + 1); }
  const Value *items() const { return reinterpret_cast<const Value *>(this + 1); }
  Value operator[](int64_t i) const { return items()[i]; }
  llvm::ArrayRef<Value> values() const { return {items(), size_t(length)}; }
};

using TupleRef = ObjectRef<Tuple>;
template <> inline Type &typeFor<Tuple>() { return types::Tuple; }

// A tuple of `length` empty items, which the caller fills with owned values before anybody else sees it.
TupleRef newTuple(int64_t length);
TupleRef makeTuple(llvm::ArrayRef<Value> borrowed);
// Takes over the references in `owned`.
TupleRef takeTuple(llvm::MutableArrayRef<Value> owned);
TupleRef emptyTuple();
template <class... Values> TupleRef packTuple(const Values &...values) {
  const Value array[] = {Value(values)...};
  return makeTuple(array);
}

} // namespace coil::vm
