// Running a whole program: __main__, its end by return, exit or exception, and the exit status.
#pragma once

#include "Bytecode/Code.h"
#include "VM/Core/Runtime.h"

namespace coil::vm {

// The status of a program that KeyboardInterrupt has ended: its process is to end by SIGINT.
inline constexpr int kInterrupted = 130;

// What runs as __main__. One of `code`, `isSource`, `module` and `importerPath` says where it comes from.
struct MainProgram {
  const bytecode::Code *code = nullptr; // bytecode that is ready; `pool` owns it
  std::shared_ptr<bytecode::ObjectPool> pool;
  bool interactive = false; // statements from standard input, one by one
  bool isSource = false;    // `source`: a script's bytes, or (`decoded`) the text of -c
  bool decoded = false;
  std::string source;
  std::string module;       // -m
  std::string importerPath; // a folder or zip file with a __main__
  std::string filename;     // co_filename of a source: "<string>", "<stdin>" or the file
  std::string file;         // __file__ and co_filename; empty: none
  std::string pathEntry;    // becomes sys.path[0]
  bool hasPathEntry = false;
};

// Runs the program and reports what it leaves behind as CPython does: SystemExit gives the status, other
// exceptions are printed through sys.excepthook and give 1 (KeyboardInterrupt: kInterrupted).
int runMain(Thread &t, MainProgram program);

// Reports the pending exception as one that nobody has caught, and gives the status that it ends a program
// with. Under -i, SystemExit is reported like the others.
int reportUncaught(Thread &t);

// Says on standard error which objects are alive after the runtime has ended that were not when the program
// started. Returns their number.
size_t reportLeaks(Thread &t);

} // namespace coil::vm
