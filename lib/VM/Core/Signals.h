// Signals: the C handler notes them, the main thread runs their Python handlers between instructions.
#pragma once

#include "VM/Core/Thread.h"
#include <csignal>

namespace coil::vm {

// Bits of Thread::breaker: why the interpreter is to stop for a moment at the next backward jump, function
// entry or return from a native function.
enum BreakReason : uint32_t {
  kBreakSignal = 1 << 0,
  kBreakSwitch = 1 << 1, // another thread waits for the interpreter lock
};

// Does what the breaker asks for. Fails with what a handler raised.
Status handleBreak(Thread &t);
// Runs the Python handlers of the signals that have arrived; blocking calls do so after EINTR (PEP 475).
Status runSignalHandlers(Thread &t);

namespace signals {
inline constexpr int kCount = NSIG; // as CPython's: the real-time signals are below it

// What signal.getsignal() says: a callable, 0 (SIG_DFL), 1 (SIG_IGN), or None for a handler not set from
// Python. Owned by the table.
extern Value handlers[kCount];

struct WakeupFd {
  int fd = -1;
  bool warnOnFullBuffer = true;
};
extern WakeupFd wakeup;

// Lets the C handler note this signal. False: errno says why not.
bool install(int number, void (*handler)(int));
// The C handler that notes a signal.
void note(int number);
// The signal has arrived and its handler has not run yet.
bool isPending(int number);
// Forgets what has arrived, in a child process.
void forgetPending();
// The thread that runs the Python handlers.
bool isMainThread(const Thread &t);
void setMainThread(Thread &t);
// Reads what the process inherited; the calling thread becomes the one that runs handlers.
void start(Thread &t);
} // namespace signals

} // namespace coil::vm
