// Running a whole program: __main__, its end by return, exit or exception, and the exit status.
#pragma once

#include "Bytecode/Code.h"
#include "VM/Core/Runtime.h"

namespace coil::vm {

// The status of a program that KeyboardInterrupt has ended: its process is to end by SIGINT.
inline constexpr int kInterrupted = 130;

// Executes the code as module __main__ (`file` becomes __file__ and co_filename unless it is empty) and
// reports what it leaves behind as CPython does: SystemExit gives the status, other exceptions are printed
// through sys.excepthook and give 1 (KeyboardInterrupt: kInterrupted).
int runMain(Thread &t, const bytecode::Code &code, std::shared_ptr<bytecode::ObjectPool> pool,
            const std::string &file);

// Says on standard error which objects are alive after the runtime has ended that were not when the program
// started. Returns their number.
size_t reportLeaks(Thread &t);

} // namespace coil::vm
