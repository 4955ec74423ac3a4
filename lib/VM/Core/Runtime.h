// The process-wide state of the virtual machine, and starting and ending it.
#pragma once

#include "VM/Core/RuntimeOptions.h"
#include "VM/Core/Thread.h"
#include "llvm/ADT/ArrayRef.h"

namespace coil::vm {

struct Dict;
struct Module;

struct Runtime {
  RuntimeOptions options;
  Dict *builtins = nullptr;        // the namespace of the builtins module
  Dict *builtinsAtStart = nullptr; // its copy
  Dict *noBuiltins = nullptr;      // always empty
  Module *sysModule = nullptr;
  Dict *modules = nullptr; // sys.modules
  Value importFunction;    // builtins.__import__ as it is at start; borrowed
  Value importlib;         // the module _frozen_importlib; owned
  bool finalizing = false;
  int64_t maxStrDigits = 4300; // sys.get_int_max_str_digits(); 0: no limit
};
extern Runtime runtime;

// Makes the types, the names, builtins and sys, starts the import system, and imports site. Called once.
// False: it failed, and standard error says why.
bool startRuntime(Thread &t, RuntimeOptions options);
// Flushes the standard streams and drops the modules. Returns the exit status if flushing failed, else 0.
int endRuntime(Thread &t);

// Has `release` called at the end of endRuntime: it drops what native code keeps alive (registries, caches).
void releaseAtEnd(void (*release)());

// SipHash-1-3 of bytes under the process's hash secret, as CPython hashes str and bytes; 0 for no bytes,
// never -1.
int64_t hashBytes(llvm::ArrayRef<uint8_t> bytes);
// Sets the secret from a seed as PYTHONHASHSEED does: 0 gives an all-zero secret.
void setHashSeed(int64_t seed);

} // namespace coil::vm
