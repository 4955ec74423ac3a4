// What the files of faulthandler share. What writes here runs in signal handlers, too: it calls write() and
// nothing that allocates or locks, and looks at threads that run meanwhile, whose frames may be in between.
#pragma once

#include "VM/Modules/Modules.h"
#include "VM/Protocol/Protocol.h"

namespace coil::vm::faults {

// --- Dump.cpp ---
void put(int fd, const char *text);
void putDecimal(int fd, uint64_t number, int width = 1);
// "Stack (most recent call first):" and the thread's frames.
void dumpThread(int fd, const Thread *t);
// All threads; `current` (or null) is told apart.
void dumpAllThreads(int fd, const Thread *current);
// The native modules that do not belong to the standard library, as sys.stdlib_module_names has it.
void dumpExtensionModules(int fd);

// --- Files: where the traceback goes ---
struct Target {
  int fd = -1;
  bool allThreads = true;
  Value file; // owned; keeps the descriptor open, unless a number was given

  // From the arguments file=sys.stderr and all_threads=True.
  Status read(Thread &t, Value file, Value allThreads);
  void dump() const;
  void forget() { replaceOwned(file, Value()); }
};

// --- Fatal.cpp: the handler of fatal signals ---
bool isFatal(int number);
bool enabled();
bool enableFatal(Target target);
bool disableFatal();
Ref enable(Thread &t, const Value *args);
Ref disable(Thread &t, const Value *args);
Ref isEnabled(Thread &t, const Value *args);

// --- UserSignals.cpp ---
Ref registerSignal(Thread &t, const Value *args);
Ref unregisterSignal(Thread &t, Value, const CallArgs &args);
void unregisterAll();

// --- Later.cpp: the watchdog ---
Ref dumpLater(Thread &t, const Value *args);
Ref cancelLater(Thread &t, const Value *args);
void endWatchdog();

// --- Crashes.cpp: to try it out ---
Ref readNull(Thread &t, const Value *args);
Ref raiseSegv(Thread &t, const Value *args);
Ref raiseAbort(Thread &t, const Value *args);
Ref raiseFpe(Thread &t, const Value *args);
Ref overflowStack(Thread &t, const Value *args);
Ref failInThread(Thread &t, const Value *args);

} // namespace coil::vm::faults
