// What the end of the program needs of atexit.
#pragma once

namespace coil::vm {

class Thread;

// Runs the registered functions, last first; what they raise is reported and ignored.
void runExitFunctions(Thread &t);

} // namespace coil::vm
