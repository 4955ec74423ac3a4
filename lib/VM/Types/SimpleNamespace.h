// types.SimpleNamespace: an object that is nothing but attributes.
#pragma once

#include "VM/Types/Dict/Dict.h"

namespace coil::vm {

struct SimpleNamespace : Object {
  Dict *dict; // owned; null until there is an attribute
};

// Takes the attributes' dict, shared.
Ref newSimpleNamespace(Dict *attributes);

} // namespace coil::vm
