// What the combinatoric iterators share: pools to choose from, and indices into them.
#pragma once

#include "VM/Modules/itertools/Itertools.h"

namespace coil::vm {

// The pool (or pools), the tuple that was given last (empty before the first), and a vector of indices.
struct Chooser : ValueRow<2> {
  std::vector<int64_t> *indices; // owned
  int64_t length;                // r, where it is no property of the indices
  bool stopped;

  Tuple *pool() const { return values[0].as<Tuple>(); }
  Tuple *result() const { return values[1].empty() ? nullptr : values[1].as<Tuple>(); }
  void setResult(TupleRef result) { replaceOwned(values[1], Value(static_cast<Object *>(result.release()))); }
};

inline void clearChooser(Object *o) {
  clearRow<Chooser>(o);
  if (!o->refCount) delete std::exchange(static_cast<Chooser *>(o)->indices, nullptr);
}

// The chosen items, one for each of the first `length` indices.
inline TupleRef chosen(const Chooser *c, int64_t length) {
  TupleRef items = newTuple(length);
  for (int64_t i = 0; i < length; ++i) items->items()[i] = retained((*c->pool())[(*c->indices)[size_t(i)]]);
  return items;
}

// The length argument: an int that is not negative.
Result<int64_t> chooserLength(Thread &t, Value v);
// The indices as a tuple of ints, and from one: out of range ones are moved into the range.
TupleRef indexTuple(llvm::ArrayRef<int64_t> indices);
Status setIndices(Thread &t, Chooser *c, Value state, size_t count, llvm::function_ref<int64_t(size_t)> least,
                  llvm::function_ref<int64_t(size_t)> most);
// __sizeof__
Ref chooserSizeof(Thread &t, const Value *args);
// __reduce__ of combinations and combinations_with_replacement.
Ref reduceChooser(Thread &t, const Value *args);

} // namespace coil::vm
