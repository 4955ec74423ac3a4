// Iteration.
#include "VM/Core/Names.h"
#include "VM/Protocol/Protocol.h"
#include "VM/Types/Dict/Dict.h"
#include "VM/Types/Iterators.h"
#include "VM/Types/List.h"
#include "VM/Types/Tuple.h"

using namespace coil::vm;

Ref coil::vm::iterate(Thread &t, Value iterable) {
  Slots &slots = typeOf(iterable)->slots;
  if (slots.iter) {
    Ref iterator = TRY(slots.iter(t, iterable));
    if (!typeOf(iterator)->slots.next)
      return raise(t, types::TypeError, "iter() returned non-iterator of type '%'", typeName(iterator));
    return iterator;
  }
  if (slots.getItem && !isDict(iterable)) return newSequenceIterator(iterable);
  return raise(t, types::TypeError, "'%' object is not iterable", typeName(iterable));
}

Ref coil::vm::nextItemOrStop(Thread &t, Value iterator) {
  NextFn next = typeOf(iterator)->slots.next;
  if (!next) return raise(t, types::TypeError, "'%' object is not an iterator", typeName(iterator));
  // Iterators over iterators recurse natively: only the stack bounds them.
  if (reinterpret_cast<uintptr_t>(__builtin_frame_address(0)) < t.stackLimit) [[unlikely]]
    return raise(t, types::RecursionError, "maximum recursion depth exceeded");
  return next(t, iterator);
}

Ref coil::vm::nextItem(Thread &t, Value iterator) {
  Ref item = nextItemOrStop(t, iterator);
  if (!item && t.hasPending()) catchPending(t, types::StopIteration);
  return item;
}

ListRef coil::vm::listFrom(Thread &t, Value iterable) {
  ListRef list = newList();
  TRY(listExtend(t, list, iterable));
  return list;
}

TupleRef coil::vm::tupleFrom(Thread &t, Value iterable) {
  if (isExactly(iterable, types::Tuple)) return TupleRef::share(iterable.as<Tuple>());
  ListRef list = TRY(listFrom(t, iterable));
  return makeTuple(list->values());
}

ObjectRef<Object> coil::vm::fastSequence(Thread &t, Value iterable, const char *message) {
  if (isList(iterable) || isTuple(iterable)) return ObjectRef<Object>::share(iterable.object());
  Slots &slots = typeOf(iterable)->slots;
  if (!slots.iter && !slots.getItem) return raise(t, types::TypeError, "%", message);
  Ref iterator = TRY(iterate(t, iterable)); // whose length hint it is that counts
  ListRef list = TRY(listFrom(t, iterator));
  return ObjectRef<Object>::take(list.release());
}
