// The interpreter lock. Who waits longer than the interval sets a bit in the breaker of the thread that runs;
// that one gives the lock up at its next backward jump, function entry or native call, and waits until
// another has had it.
#include "VM/Core/Gil.h"
#include "VM/Core/Clock.h"
#include "VM/Core/Signals.h"
#include <pthread.h>
#include <unistd.h>

using namespace coil::vm;

bool gil::shared = false;

namespace {

struct Lock {
  pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
  pthread_cond_t released, switched, event;
  Thread *holder = nullptr;
  Thread *only = nullptr;  // while the program ends
  uint64_t switches = 0;   // how often it was taken
  uint64_t events = 0;     // how often notify() had somebody to wake
  int waiting = 0;         // threads in acquire()
  int waitingForEvent = 0; // threads in wait(); guarded by the lock itself

  Lock() { initializeConditions(); }
  void initializeConditions() {
    pthread_condattr_t monotonic;
    pthread_condattr_init(&monotonic);
    pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
    for (pthread_cond_t *condition : {&released, &switched, &event}) pthread_cond_init(condition, &monotonic);
    pthread_condattr_destroy(&monotonic);
  }
};
Lock lock;
int64_t interval = 5'000'000;

[[noreturn]] void sleepForEver() {
  for (;;) ::pause();
}

void takeLocked(Thread &t) {
  ++lock.waiting;
  while (lock.holder || lock.only) {
    if (lock.only && lock.only != &t) { // the process ends without this thread
      pthread_mutex_unlock(&lock.mutex);
      sleepForEver();
    }
    if (!lock.holder) break;
    uint64_t seen = lock.switches;
    timespec until = timespecFrom(monotonicNanoseconds() + interval);
    int status = pthread_cond_timedwait(&lock.released, &lock.mutex, &until);
    if (status == ETIMEDOUT && lock.holder && lock.switches == seen)
      lock.holder->breaker.fetch_or(kBreakSwitch);
  }
  --lock.waiting;
  lock.holder = &t;
  ++lock.switches;
  pthread_cond_broadcast(&lock.switched);
}

void releaseLocked() {
  lock.holder = nullptr;
  pthread_cond_signal(&lock.released);
}

} // namespace

void gil::acquire(Thread &t) {
  pthread_mutex_lock(&lock.mutex);
  takeLocked(t);
  pthread_mutex_unlock(&lock.mutex);
}

void gil::release() {
  pthread_mutex_lock(&lock.mutex);
  releaseLocked();
  pthread_mutex_unlock(&lock.mutex);
}

void gil::yield(Thread &t) {
  pthread_mutex_lock(&lock.mutex);
  if (lock.waiting && !lock.only) {
    uint64_t seen = lock.switches;
    releaseLocked();
    while (lock.switches == seen) pthread_cond_wait(&lock.switched, &lock.mutex);
    takeLocked(t);
  }
  pthread_mutex_unlock(&lock.mutex);
}

void gil::wait(Thread &t) {
  ++lock.waitingForEvent;
  pthread_mutex_lock(&lock.mutex);
  uint64_t seen = lock.events;
  releaseLocked();
  while (lock.events == seen) pthread_cond_wait(&lock.event, &lock.mutex);
  takeLocked(t);
  pthread_mutex_unlock(&lock.mutex);
  --lock.waitingForEvent;
}

void gil::notify() {
  if (!lock.waitingForEvent) return;
  pthread_mutex_lock(&lock.mutex);
  ++lock.events;
  pthread_cond_broadcast(&lock.event);
  pthread_mutex_unlock(&lock.mutex);
}

void gil::setInterval(int64_t nanoseconds) { interval = nanoseconds; }

void gil::closeToOthers(Thread &t) {
  pthread_mutex_lock(&lock.mutex);
  lock.holder = lock.only = &t;
  pthread_mutex_unlock(&lock.mutex);
}

void gil::resetAfterFork(Thread &t) {
  lock = Lock();
  lock.holder = &t;
  shared = false;
}
