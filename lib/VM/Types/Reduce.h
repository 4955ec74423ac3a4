// object's part in pickling and copying (PEP 307): __reduce__, __reduce_ex__ and __getstate__.
#pragma once

#include "VM/Core/Ref.h"

namespace coil::vm {

class Thread;

Ref objectReduce(Thread &t, const Value *args);
Ref objectReduceEx(Thread &t, const Value *args);
Ref objectGetState(Thread &t, const Value *args);

} // namespace coil::vm
