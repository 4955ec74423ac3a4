// What the files of _signal share.
#pragma once

#include "VM/Modules/Modules.h"
#include "VM/Protocol/Protocol.h"

namespace coil::vm {

// An argument that is the number of a signal; ValueError ("signal number out of range").
Result<int> readSignalNumber(Thread &t, Value v);
Status checkSignalNumber(Thread &t, int number);

// Adds the functions of masks and of waiting.
void addSignalWaiting(Module *module);

} // namespace coil::vm
