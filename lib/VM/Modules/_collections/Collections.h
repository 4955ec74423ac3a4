// The types of _collections, one file each, and what they share.
#pragma once

#include "VM/Bind/Native.h"
#include "VM/Protocol/Protocol.h"
#include "VM/Types/Int/Int.h"
#include "VM/Types/List.h"
#include "VM/Types/Sequence.h"
#include "VM/Types/Tuple.h"

namespace coil::vm {

namespace types {
extern vm::Type Deque, DequeIterator, DequeReverseIterator, DefaultDict, TupleGetter;
extern vm::Type OrderedDict, OrderedDictKeys, OrderedDictValues, OrderedDictItems, OrderedDictIterator;
} // namespace types
extern const TypeSpec kDequeSpec, kDequeIteratorSpec, kDequeReverseIteratorSpec, kDefaultDictSpec,
    kTupleGetterSpec;
extern const TypeSpec kOrderedDictSpec, kOrderedDictKeysSpec, kOrderedDictValuesSpec, kOrderedDictItemsSpec,
    kOrderedDictIteratorSpec;

// _collections._count_elements
Ref collectionsCountElements(Thread &t, const Value *args);

} // namespace coil::vm
