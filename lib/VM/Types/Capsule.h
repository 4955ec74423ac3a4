// PyCapsule: what CPython's modules offer other C code. Nothing is in it here but its name.
#pragma once

#include "VM/Core/Ref.h"

namespace coil::vm {

// `name` must live for ever.
Ref newCapsule(const char *name);

} // namespace coil::vm
