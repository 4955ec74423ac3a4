// Ways to crash, by which the handlers can be tried out.
#include "VM/Core/Gil.h"
#include "VM/Modules/faulthandler/Faulthandler.h"
#include "VM/Types/Int/Int.h"
#include "VM/Types/Str/TextArguments.h"
#include <csignal>
#include <cstdlib>
#include <pthread.h>
#include <sys/resource.h>

using namespace coil::vm;
using namespace coil::vm::faults;

namespace {

constexpr size_t kOverflow = 100 * 1024 * 1024; // as much stack is tried

void suppressCoreFile() {
  rlimit limit;
  if (::getrlimit(RLIMIT_CORE, &limit) != 0) return;
  limit.rlim_cur = 0;
  ::setrlimit(RLIMIT_CORE, &limit);
}

// An address that the compiler does not know to be null.
volatile int *nullAddress() {
  volatile int *p = nullptr;
  asm volatile("" : "+r"(p));
  return p;
}

[[gnu::noinline]] uintptr_t recurse(uintptr_t least, uintptr_t most, size_t &depth) {
  volatile char room[4096];
  auto here = reinterpret_cast<uintptr_t>(&room);
  room[0] = 1;
  room[sizeof room - 1] = 2;
  ++depth;
  if (here < least || most < here) return here;
  uintptr_t deeper = recurse(least, most, depth);
  return room[0] ? deeper : here;
}

void *fail(void *) {
  endWatchdog();
  put(2, "Fatal Python error: faulthandler_fatal_error_thread: in new thread\n"
         "Python runtime state: initialized\n\n");
  dumpAllThreads(2, nullptr);
  dumpExtensionModules(2);
  disableFatal();
  std::abort();
}

} // namespace

Ref faults::readNull(Thread &, const Value *) {
  suppressCoreFile();
  return makeInt(int64_t(*nullAddress()));
}

// _sigsegv(release_gil=False)
Ref faults::raiseSegv(Thread &t, const Value *args) {
  bool release = TRY(intArgument(t, args[0])) != 0;
  suppressCoreFile();
  if (release)
    unlocked(t, [] { return ::raise(SIGSEGV); });
  else
    ::raise(SIGSEGV);
  return Ref::none();
}

Ref faults::raiseAbort(Thread &, const Value *) {
  suppressCoreFile();
  std::abort();
}

Ref faults::raiseFpe(Thread &, const Value *) {
  suppressCoreFile();
  ::raise(SIGFPE);
  return makeInt(0);
}

Ref faults::overflowStack(Thread &t, const Value *) {
  suppressCoreFile();
  auto here = reinterpret_cast<uintptr_t>(__builtin_frame_address(0));
  size_t depth = 0;
  uintptr_t end = recurse(here > kOverflow ? here - kOverflow : 0, here + kOverflow, depth);
  return raise(t, types::RuntimeError,
               "unable to raise a stack overflow (allocated % bytes on the stack, % recursive calls)",
               uint64_t(end < here ? here - end : end - here), depth);
}

Ref faults::failInThread(Thread &t, const Value *) {
  suppressCoreFile();
  pthread_t thread;
  if (::pthread_create(&thread, nullptr, fail, nullptr) != 0)
    return raise(t, types::RuntimeError, "unable to start the thread");
  ::pthread_join(thread, nullptr); // it ends the process
  return Ref::none();
}
