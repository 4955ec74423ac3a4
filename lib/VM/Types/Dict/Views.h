// The views of a dict (keys, values, items) and its iterators.
#pragma once

#include "VM/Types/Dict/Dict.h"

namespace coil::vm {

struct DictView : Object {
  Dict *dict; // owned
};

struct DictIterator : Object {
  Dict *dict;       // owned; null once exhausted
  int64_t position; // entry number
  int64_t used;     // the dict's size at the start: a change is an error
  int64_t left;     // items still to come
};

Ref newDictView(Type &type, Dict *dict);
// Any of the six iterator types; reverse ones start at the end.
Ref newDictIterator(Type &type, Dict *dict);

} // namespace coil::vm
