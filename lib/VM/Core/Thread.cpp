// Threads and their limits.
#include "VM/Core/Thread.h"
#include "VM/Core/Gil.h"
#include "VM/Exceptions/Raise.h"
#include "VM/Interp/Frame.h"
#include "VM/Interp/Tracing.h"
#include <pthread.h>
#include <sys/resource.h>

using namespace coil::vm;

static thread_local Thread *currentThread = nullptr;
static Thread *allThreads = nullptr;
static llvm::SmallVector<void (*)(Thread &), 2> endFunctions;

Thread &Thread::current() { return *currentThread; }
Thread *Thread::currentOrNull() { return currentThread; }

// The size of the calling thread's stack, if it is not the main thread.
static uintptr_t threadStackSize() {
  pthread_attr_t attributes;
  size_t size = 0;
  if (pthread_getattr_np(pthread_self(), &attributes) != 0) return 0;
  pthread_attr_getstacksize(&attributes, &size);
  pthread_attr_destroy(&attributes);
  return size;
}

// The lowest address that the C++ stack may reach, with room left for what runs without a check.
static uintptr_t stackLimitHere() {
  constexpr uintptr_t kReserve = 256 * 1024, kUnlimited = 64 * 1024 * 1024;
  if (allThreads)
    if (uintptr_t size = threadStackSize())
      return reinterpret_cast<uintptr_t>(__builtin_frame_address(0)) -
             (size > 2 * kReserve ? size - kReserve : size / 2);
  rlimit limit;
  uintptr_t size =
      getrlimit(RLIMIT_STACK, &limit) == 0 && limit.rlim_cur != RLIM_INFINITY ? limit.rlim_cur : kUnlimited;
  auto here = reinterpret_cast<uintptr_t>(__builtin_frame_address(0));
  return here - (size > 2 * kReserve ? size - kReserve : size / 2);
}

Thread::Thread()
    : handled(&ownHandled), frames(new FrameStack()), stackLimit(stackLimitHere()),
      identifier(int64_t(pthread_self())) {
  currentThread = this;
  if (allThreads) return;
  allThreads = this;
  gil::acquire(*this);
}

Thread *coil::vm::firstThread() { return allThreads; }

// Threads that have been started and wait for the interpreter lock for the first time; it guards the number.
static int expectedThreads = 0;

static void updateShared() { gil::shared = expectedThreads || allThreads->next; }

void coil::vm::expectThread() {
  ++expectedThreads;
  updateShared();
}

void coil::vm::expectNoThread() {
  --expectedThreads;
  updateShared();
}

void coil::vm::enterThread(Thread &t) {
  gil::acquire(t);
  --expectedThreads;
  t.recursionLimit = allThreads->recursionLimit;
  t.next = std::exchange(allThreads, &t);
}

void coil::vm::atThreadEnd(void (*drop)(Thread &)) { endFunctions.push_back(drop); }

void coil::vm::clearThread(Thread &t) {
  setTraceFunction(t, Value());
  setProfileFunction(t, Value());
  replaceOwned(t.context, Value());
  for (size_t i = 0; i < endFunctions.size(); ++i) endFunctions[i](t);
}

void coil::vm::leaveThread(Thread &t) {
  clearThread(t);
  Thread **link = &allThreads;
  while (*link != &t) link = &(*link)->next;
  *link = t.next;
  updateShared();
  gil::release();
}

void coil::vm::keepOnlyThread(Thread &t) {
  allThreads = &t;
  t.next = nullptr;
  expectedThreads = 0;
  gil::resetAfterFork(t);
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
