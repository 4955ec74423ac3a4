// The process-wide state of the virtual machine, and starting and ending it.
#pragma once

#include "VM/Core/Thread.h"
#include "llvm/ADT/ArrayRef.h"
#include <string>
#include <vector>

namespace coil::vm {

struct Dict;
struct Module;

// How the program was started: what becomes of sys.argv, sys.flags and the like.
struct RuntimeOptions {
  std::vector<std::string> argv;
  int optimize = 0;
  bool unbuffered = false;
  bool checkLeaks = false;
  int64_t hashSeed = -1; // PYTHONHASHSEED; -1: random
};

struct Runtime {
  RuntimeOptions options;
  Dict *builtins = nullptr; // the namespace of the builtins module
  Module *sysModule = nullptr;
  Dict *modules = nullptr; // sys.modules
  bool finalizing = false;
  int64_t maxStrDigits = 4300; // sys.get_int_max_str_digits(); 0: no limit
};
extern Runtime runtime;

// Makes the types, the names, builtins and sys. Called once.
void startRuntime(Thread &t, RuntimeOptions options);
// Flushes the standard streams and drops the modules. Returns the exit status if flushing failed, else 0.
int endRuntime(Thread &t);

// SipHash-1-3 of bytes under the process's hash secret, as CPython hashes str and bytes; 0 for no bytes,
// never -1.
int64_t hashBytes(llvm::ArrayRef<uint8_t> bytes);
// Sets the secret from a seed as PYTHONHASHSEED does: 0 gives an all-zero secret.
void setHashSeed(int64_t seed);

} // namespace coil::vm
