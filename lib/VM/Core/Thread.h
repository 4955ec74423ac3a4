// Thread: the state of one thread of Python execution: frames, the pending exception, depth limits.
#pragma once

#include "VM/Core/Ref.h"
#include <atomic>
#include <string>

namespace coil::vm {

struct Frame;
struct Tracing;
struct Type;
class FrameStack;

// The exception being handled (sys.exc_info), one entry for the thread and one per running generator.
struct HandledException {
  Value exception; // owned; empty when there is none
  HandledException *previous = nullptr;
};

class Thread {
public:
  Value pending;               // owned; the exception being raised, or empty
  Frame *frame = nullptr;      // the innermost Python frame
  HandledException *handled;   // the innermost entry
  HandledException ownHandled; // the thread's own
  FrameStack *frames;
  int depth = 0; // Python calls that are active, as the recursion limit counts them
  int recursionLimit = 1000;
  // Not zero: the interpreter stops at its next backward jump, function entry or native call (BreakReason).
  std::atomic<uint32_t> breaker{0};
  Tracing *tracing = nullptr;   // sys.settrace() and sys.setprofile(), while one of them is on
  uintptr_t stackLimit;         // C++ frames below this address raise RecursionError
  const int64_t identifier;     // what Python knows it by: pthread_self()
  int coroutineOriginDepth = 0; // sys.set_coroutine_origin_tracking_depth()
  Value context;                // owned; the current contextvars.Context, or empty
  Value endLock;                // owned; a lock that is released when the thread has ended, or empty
  Thread *next = nullptr;       // in the list of all threads

  // Makes it the calling native thread's. The first one is the main thread and holds the interpreter lock;
  // others are not in the list before enterThread().
  Thread();
  ~Thread();
  Thread(const Thread &) = delete;

  static Thread &current();
  // Null where the native thread is none of Python's.
  static Thread *currentOrNull();
  bool hasPending() const { return !pending.empty(); }
};

// All threads of Python, the main thread last.
Thread *firstThread();
// Announces a thread that is about to be started (which then calls enterThread), so that from now on blocking
// calls give up the interpreter lock; or takes that back, since it could not be started.
void expectThread();
void expectNoThread();
// Waits for the interpreter lock and becomes one of the threads.
void enterThread(Thread &t);
// Drops what the thread owns, then it is none of the threads any more; gives the interpreter lock back.
void leaveThread(Thread &t);
// Drops what the thread owns: its context, its trace functions, its attributes of thread-local objects.
void clearThread(Thread &t);
// In the child of a fork: the calling thread is the main thread, and the only one.
void keepOnlyThread(Thread &t);
// Has `drop` called for every thread that ends, the main thread included.
void atThreadEnd(void (*drop)(Thread &));

// Counts one Python frame more at the recursion limit; false: RecursionError.
bool enterPythonCall(Thread &t);

// Counts a C++ level of Python execution; fails with RecursionError when the native stack or the limit is
// exhausted. `where` completes the message: "maximum recursion depth exceeded while calling a Python object".
class [[nodiscard]] RecursionGuard {
  Thread &thread;
  bool entered;

public:
  RecursionGuard(Thread &t, const char *where = "") : thread(t), entered(enter(t, where)) {}
  ~RecursionGuard() {
    if (entered) --thread.depth;
  }
  explicit operator bool() const { return entered; }

private:
  static bool enter(Thread &t, const char *where) {
    uintptr_t here = reinterpret_cast<uintptr_t>(__builtin_frame_address(0));
    if (t.depth >= t.recursionLimit || here < t.stackLimit) [[unlikely]]
      return enterSlow(t, where, here);
    ++t.depth;
    return true;
  }
  static bool enterSlow(Thread &t, const char *where, uintptr_t here);
};

} // namespace coil::vm
