// property: what the interpreter needs to know of it.
#pragma once

#include "VM/Core/Value.h"

namespace coil::vm {

// The function that reads the attribute, borrowed; empty if there is none.
Value propertyGetter(Value property);

} // namespace coil::vm
