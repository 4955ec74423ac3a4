// sys.stdin, sys.stdout and sys.stderr.
#pragma once

#include "VM/Core/Thread.h"

namespace coil::vm {

// Makes the _io module and the three streams, as `sys.stdin` and `sys.__stdin__` and so on.
Status initializeStandardStreams(Thread &t);

} // namespace coil::vm
