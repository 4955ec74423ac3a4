// Threads and their limits.
#include "VM/Core/Thread.h"
#include "VM/Exceptions/Raise.h"
#include "VM/Interp/Frame.h"
#include <sys/resource.h>

using namespace coil::vm;

static thread_local Thread *currentThread = nullptr;

Thread &Thread::current() { return *currentThread; }

// The lowest address that the C++ stack may reach, with room left for what runs without a check.
static uintptr_t stackLimitHere() {
  constexpr uintptr_t kReserve = 256 * 1024, kUnlimited = 64 * 1024 * 1024;
  rlimit limit;
  uintptr_t size =
      getrlimit(RLIMIT_STACK, &limit) == 0 && limit.rlim_cur != RLIM_INFINITY ? limit.rlim_cur : kUnlimited;
  auto here = reinterpret_cast<uintptr_t>(__builtin_frame_address(0));
  return here - (size > 2 * kReserve ? size - kReserve : size / 2);
}

Thread::Thread() : handled(&ownHandled), frames(new FrameStack()), stackLimit(stackLimitHere()) {
  currentThread = this;
}

Thread::~Thread() {
  delete frames;
  currentThread = nullptr;
}

static bool raiseTooDeep(Thread &t, const char *where) {
  // Handling the error needs a few levels: grant them while it is raised.
  int limit = std::exchange(t.recursionLimit, t.recursionLimit + 50);
  (void)raise(t, types::RecursionError, "maximum recursion depth exceeded%", where);
  t.recursionLimit = limit;
  return false;
}

bool coil::vm::enterPythonCall(Thread &t) { return raiseTooDeep(t, ""); }

bool RecursionGuard::enterSlow(Thread &t, const char *where, uintptr_t) { return raiseTooDeep(t, where); }
