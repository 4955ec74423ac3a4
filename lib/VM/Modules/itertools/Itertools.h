// The types of itertools, one file each, and what they share.
#pragma once

#include "VM/Bind/Native.h"
#include "VM/Protocol/Protocol.h"
#include "VM/Types/Int/Int.h"
#include "VM/Types/List.h"
#include "VM/Types/Sequence.h"
#include "VM/Types/Tuple.h"

namespace coil::vm {

// ITERTOOL(Name, text): the C++ name of a type and its Python name.
#define COIL_ITERTOOLS(ITERTOOL)                                                                             \
  ITERTOOL(Accumulate, accumulate)                                                                           \
  ITERTOOL(Chain, chain)                                                                                     \
  ITERTOOL(Combinations, combinations)                                                                       \
  ITERTOOL(CombinationsWithReplacement, combinations_with_replacement)                                       \
  ITERTOOL(Compress, compress)                                                                               \
  ITERTOOL(Count, count)                                                                                     \
  ITERTOOL(Cycle, cycle)                                                                                     \
  ITERTOOL(DropWhile, dropwhile)                                                                             \
  ITERTOOL(FilterFalse, filterfalse)                                                                         \
  ITERTOOL(GroupBy, groupby)                                                                                 \
  ITERTOOL(Grouper, _grouper)                                                                                \
  ITERTOOL(ISlice, islice)                                                                                   \
  ITERTOOL(Pairwise, pairwise)                                                                               \
  ITERTOOL(Permutations, permutations)                                                                       \
  ITERTOOL(Product, product)                                                                                 \
  ITERTOOL(Repeat, repeat)                                                                                   \
  ITERTOOL(StarMap, starmap)                                                                                 \
  ITERTOOL(TakeWhile, takewhile)                                                                             \
  ITERTOOL(Tee, _tee)                                                                                        \
  ITERTOOL(TeeData, _tee_dataobject)                                                                         \
  ITERTOOL(ZipLongest, zip_longest)

namespace types {
#define ITERTOOL(Name, text) extern vm::Type Itertools##Name;
COIL_ITERTOOLS(ITERTOOL)
#undef ITERTOOL
} // namespace types
#define ITERTOOL(Name, text) extern const TypeSpec kItertools##Name##Spec;
COIL_ITERTOOLS(ITERTOOL)
#undef ITERTOOL

// An object whose owned values stand in a row; traverse and clear follow from their number. An empty value:
// none.
template <int N> struct ValueRow : Object {
  Value values[N];
};

// The parts that the specs of such types share.
template <class T> void traverseRow(Object *o, Visitor &visitor) {
  for (Value value : static_cast<T *>(o)->values) visitor.visit(value);
}
template <class T> void clearRow(Object *o) {
  for (Value &value : static_cast<T *>(o)->values) replaceOwned(value, Value());
}

// An instance of `type` with these values, borrowed.
template <class T> T *newRow(Type &type, llvm::ArrayRef<Value> values) {
  T *object = heap::make<T>(type);
  for (size_t i = 0; i < values.size(); ++i) object->values[i] = retained(values[i]);
  return object;
}

inline constexpr char kNewDoc[] = "Make a new object of the class.";
inline constexpr char kReduceDoc[] = "What pickle and copy need to go on from the same place.";
inline constexpr char kSetStateDoc[] = "Go to the place that the argument describes.";

// (type, arguments) and (type, arguments, state), for __reduce__.
Ref reduceTo(Value self, llvm::ArrayRef<Value> arguments);
Ref reduceTo(Value self, llvm::ArrayRef<Value> arguments, Value state);
// The state of an unpickled iterator as a flag, as __setstate__ of some gets it.
Result<bool> stateFlag(Thread &t, Value state);
// A tuple of `size` items for __setstate__; TypeError and ValueError as CPython words them.
Result<Tuple *> stateTuple(Thread &t, Value state, int64_t size);
// Refuses keyword arguments of the type itself (subclasses may take some).
Status refuseKeywords(Thread &t, const Type &type, const Type &base, const CallArgs &args, const char *name);
// itertools.tee
Ref itertoolsTee(Thread &t, const Value *args);

} // namespace coil::vm
