// module.
#pragma once

#include "VM/Types/Dict/Dict.h"

namespace coil::vm {

struct Module : Object {
  Dict *dict; // owned
};

// A module with __name__, __doc__, __package__, __loader__ and __spec__ set as types.ModuleType does.
ObjectRef<Module> newModule(Str *name, Value doc);

} // namespace coil::vm
