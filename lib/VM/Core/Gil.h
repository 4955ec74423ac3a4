// The interpreter lock (GIL): of all threads, one at a time runs Python code.
#pragma once

#include "VM/Core/Thread.h"
#include <cerrno>

namespace coil::vm {

namespace gil {
// There is more than one thread. Only who holds the lock changes it.
extern bool shared;

void acquire(Thread &t);
void release();
// Gives the lock to a thread that waits for it, and takes it back later.
void yield(Thread &t);
// Lets others run until one of them calls notify(): for what is busy by another thread for a while.
void wait(Thread &t);
void notify();
// After how many nanoseconds of waiting a thread asks the one that runs to let it run.
void setInterval(int64_t nanoseconds);
// From now on only this thread runs: the program ends.
void closeToOthers(Thread &t);
// In the child of a fork, where this is the only thread.
void resetAfterFork(Thread &t);
} // namespace gil

// While it lives, other threads may run: around system calls that may block. Keeps errno. The code meanwhile
// must not touch Python objects, other than memory that they cannot move.
class Unlocked {
  Thread *thread;

public:
  explicit Unlocked(Thread &t) : thread(gil::shared ? &t : nullptr) {
    if (thread) gil::release();
  }
  ~Unlocked() {
    if (!thread) return;
    int error = errno;
    gil::acquire(*thread);
    errno = error;
  }
  Unlocked(const Unlocked &) = delete;
};

// The outcome of `call`, other threads running meanwhile.
template <class Call> auto unlocked(Thread &t, Call call) {
  Unlocked others(t);
  return call();
}

} // namespace coil::vm
