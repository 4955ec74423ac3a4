// The lock types of _thread.
#pragma once

#include "VM/Bind/Native.h"
#include <semaphore.h>

namespace coil::vm {

namespace types {
extern vm::Type Lock, RLock, ThreadLocal;
}
extern const TypeSpec kLockSpec, kRLockSpec, kThreadLocalSpec;

// What a lock object waits by. Only the interpreter lock's holder touches it, but for waiting.
class WaitLock {
  sem_t semaphore;

public:
  bool held;

  void initialize() {
    sem_init(&semaphore, 0, 1);
    held = false;
  }
  void destroy() { sem_destroy(&semaphore); }
  // Waits up to so many nanoseconds, without end if negative, others running meanwhile. False: not taken.
  // Signals' handlers run; fails with what they raise.
  Result<bool> acquire(Thread &t, int64_t nanoseconds);
  // The same without an end, whatever signals arrive.
  void acquireSurely(Thread &t);
  void release() {
    held = false;
    sem_post(&semaphore);
  }
};

// A new, unlocked lock.
Ref newLock();
// Releases a lock if it is held.
void releaseIfHeld(Value lock);
// The largest timeout of acquire, in seconds.
inline constexpr double kTimeoutMax = 9223372036.0;

// The timeout of an acquire in nanoseconds: -1 for no end, 0 not to wait. Checks the two arguments against
// each other.
Result<int64_t> acquireTimeout(Thread &t, Value blocking, Value timeout);

// Drops the attributes of thread-local objects that the thread sees.
void dropThreadLocals(Thread &t);

// The same for all threads but this one.
void keepThreadLocalsOf(Thread &t);

// start_new_thread(function, args, kwargs), and how many threads it has running.
Ref startThread(Thread &t, const Value *args);
int64_t startedThreads();
// In the child of a fork, where only this thread is left.
void threadsAfterFork(Thread &t);
// stack_size([size])
Ref threadStackSize(Thread &t, const Value *args);

} // namespace coil::vm
