// dump_traceback_later(): a thread that waits, and writes a traceback of all others when nobody has cancelled
// it.
#include "VM/Core/Clock.h"
#include "VM/Modules/faulthandler/Faulthandler.h"
#include "VM/Types/Str/TextArguments.h"
#include <csignal>
#include <pthread.h>
#include <semaphore.h>
#include <unistd.h>

using namespace coil::vm;
using namespace coil::vm::faults;

namespace {

struct Watchdog {
  pthread_t thread;
  sem_t cancelled;
  pid_t process = 0; // it runs in this one; 0: it does not run
  int64_t timeout = 0;
  bool repeat = false, exit = false;
  Target target;
};
Watchdog watchdog;

void putTimeout(int fd, int64_t nanoseconds) {
  int64_t micros = nanoseconds / 1000, seconds = micros / 1'000'000;
  put(fd, "Timeout (");
  putDecimal(fd, uint64_t(seconds / 3600));
  put(fd, ":");
  putDecimal(fd, uint64_t(seconds / 60 % 60), 2);
  put(fd, ":");
  putDecimal(fd, uint64_t(seconds % 60), 2);
  if (micros % 1'000'000) {
    put(fd, ".");
    putDecimal(fd, uint64_t(micros % 1'000'000), 6);
  }
  put(fd, ")!\n");
}

// Whether it was cancelled within the timeout.
bool waitForCancel() {
  int64_t end;
  if (__builtin_add_overflow(monotonicNanoseconds(), watchdog.timeout, &end)) end = INT64_MAX;
  timespec until = timespecFrom(end);
  while (::sem_clockwait(&watchdog.cancelled, CLOCK_MONOTONIC, &until) != 0)
    if (errno != EINTR) return false;
  return true;
}

void *watch(void *) {
  sigset_t all;
  sigfillset(&all);
  ::pthread_sigmask(SIG_SETMASK, &all, nullptr); // signals are for the threads of Python
  do {
    if (waitForCancel()) return nullptr;
    putTimeout(watchdog.target.fd, watchdog.timeout);
    dumpAllThreads(watchdog.target.fd, nullptr);
    if (watchdog.exit) ::_exit(1);
  } while (watchdog.repeat);
  return nullptr;
}

} // namespace

void faults::endWatchdog() {
  if (watchdog.process == ::getpid()) {
    ::sem_post(&watchdog.cancelled);
    ::pthread_join(watchdog.thread, nullptr);
    ::sem_destroy(&watchdog.cancelled);
  }
  watchdog.process = 0;
  watchdog.target.forget();
}

// dump_traceback_later(timeout, repeat=False, file=sys.stderr, exit=False)
Ref faults::dumpLater(Thread &t, const Value *args) {
  bool repeat = TRY(intArgument(t, args[1])) != 0, leave = TRY(intArgument(t, args[3])) != 0;
  int64_t timeout = TRY(nanosecondsFrom(t, args[0], Round::Up));
  if (timeout <= 0) return raise(t, types::ValueError, "timeout must be greater than 0");
  Target to;
  CHECK(to.read(t, args[2], Value::smallInt(1)));
  endWatchdog();
  watchdog.timeout = (timeout + 999) / 1000 * 1000;
  watchdog.repeat = repeat;
  watchdog.exit = leave;
  watchdog.target = to;
  ::sem_init(&watchdog.cancelled, 0, 0);
  if (::pthread_create(&watchdog.thread, nullptr, watch, nullptr) != 0) {
    watchdog.target.forget();
    return raise(t, types::RuntimeError, "unable to start watchdog thread");
  }
  watchdog.process = ::getpid();
  return Ref::none();
}

Ref faults::cancelLater(Thread &, const Value *) {
  endWatchdog();
  return Ref::none();
}
