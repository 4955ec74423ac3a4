// The common parts of product, permutations and the combinations.
#include "VM/Modules/itertools/Combinatorics.h"

using namespace coil::vm;

Result<int64_t> coil::vm::chooserLength(Thread &t, Value v) {
  Ref number = TRY(index(t, v));
  int64_t length;
  if (!toInt64(number, length))
    return raise(t, types::OverflowError, "Python int too large to convert to C ssize_t");
  if (length < 0) return raise(t, types::ValueError, "r must be non-negative");
  if (!heap::couldAllocate(length, sizeof(int64_t))) return raise(t, types::MemoryError, "");
  return length;
}

TupleRef coil::vm::indexTuple(llvm::ArrayRef<int64_t> indices) {
  llvm::SmallVector<Value, 8> items;
  for (int64_t i : indices) items.push_back(Value::smallInt(i));
  return makeTuple(items);
}

Status coil::vm::setIndices(Thread &t, Chooser *c, Value state, size_t count,
                            llvm::function_ref<int64_t(size_t)> least,
                            llvm::function_ref<int64_t(size_t)> most) {
  if (!isTuple(state) || state.as<Tuple>()->length != int64_t(count))
    return raise(t, types::ValueError, "invalid arguments");
  for (size_t i = 0; i < count; ++i) {
    int64_t index = TRY(asInt64(t, (*state.as<Tuple>())[int64_t(i)]));
    (*c->indices)[i] = std::max(least(i), std::min(index, most(i)));
  }
  return Status::ok();
}

Ref coil::vm::chooserSizeof(Thread &, const Value *args) {
  auto *c = args[0].as<Chooser>();
  return makeInt(int64_t(sizeof(Chooser) + c->indices->size() * sizeof(int64_t)));
}

Ref coil::vm::reduceChooser(Thread &, const Value *args) {
  auto *c = args[0].as<Chooser>();
  Ref length = makeInt(c->length);
  if (!c->result()) return reduceTo(args[0], {c->values[0], length});
  if (c->stopped) {
    TupleRef none = emptyTuple();
    return reduceTo(args[0], {Value(none), length});
  }
  TupleRef state = indexTuple(*c->indices);
  return reduceTo(args[0], {c->values[0], length}, state);
}
