// sys.unraisablehook.
#pragma once

#include "VM/Core/Ref.h"

namespace coil::vm {

class Thread;

// What sys.unraisablehook does at start, with the arguments object that hooks get.
Ref defaultUnraisableHook(Thread &t, Value args);

} // namespace coil::vm
