// collections.OrderedDict: a dict whose order can be changed and counts in comparisons.
#pragma once

#include "VM/Modules/_collections/Collections.h"
#include "VM/Types/Dict/Dict.h"

namespace coil::vm {

// The order is that of the dict's own entries.
struct OrderedDict : Dict {
  Dict *attributes; // owned; may be null
};

Ref newOrderedDictView(Type &type, Value dict);
// `kind`: what the items are.
enum class OrderedDictPart : uint8_t { Keys, Values, Items };
Ref newOrderedDictIterator(Value dict, OrderedDictPart part, bool reverse);

} // namespace coil::vm
