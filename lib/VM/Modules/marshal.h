// What others need of marshal's conversions.
#pragma once

#include "Bytecode/Code.h"
#include "VM/Core/Ref.h"

namespace coil::vm {

class Thread;

// A value as an object of marshal's, in `pool`; null with an exception for what marshal cannot hold.
const bytecode::Object *marshalObject(Thread &t, bytecode::ObjectPool &pool, Value value);

} // namespace coil::vm
