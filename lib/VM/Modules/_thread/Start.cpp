// _thread.start_new_thread: native threads that run Python functions.
#include "VM/Exceptions/Raise.h"
#include "VM/Modules/_thread/Lock.h"
#include "VM/Protocol/Protocol.h"
#include "VM/Types/Dict/Dict.h"
#include "VM/Types/Int/Int.h"
#include "VM/Types/Tuple.h"
#include <memory>
#include <pthread.h>

using namespace coil::vm;

namespace {

int64_t stackSize = 0; // 0: the system's
int64_t started = 0;

// What a new thread is to do.
struct Task {
  Ref function, args, kwargs; // kwargs may be empty
};

void runTask(Thread &t, Task &task) {
  ++started;
  Ref result = call(t, task.function, task.args.as<Tuple>(), task.kwargs ? task.kwargs.as<Dict>() : nullptr);
  if (!result && !catchPending(t, types::SystemExit))
    writeUnraisable(t, "Exception ignored in thread started by", task.function);
  result.reset();
  task = Task();
  --started;
}

void *threadMain(void *argument) {
  std::unique_ptr<Task> task(static_cast<Task *>(argument));
  Thread t;
  enterThread(t);
  runTask(t, *task);
  leaveThread(t);
  return nullptr;
}

bool startNative(Task *task, pthread_t &thread) {
  pthread_attr_t attributes;
  pthread_attr_init(&attributes);
  if (stackSize) pthread_attr_setstacksize(&attributes, size_t(stackSize));
  pthread_attr_setdetachstate(&attributes, PTHREAD_CREATE_DETACHED);
  int error = pthread_create(&thread, &attributes, threadMain, task);
  pthread_attr_destroy(&attributes);
  return error == 0;
}

} // namespace

Ref coil::vm::startThread(Thread &t, const Value *args) {
  if (!isCallable(args[0])) return raise(t, types::TypeError, "first arg must be callable");
  if (!isTuple(args[1])) return raise(t, types::TypeError, "2nd arg must be a tuple");
  if (!args[2].empty() && !isDict(args[2]))
    return raise(t, types::TypeError, "optional 3rd arg must be a dictionary");
  auto task = std::make_unique<Task>();
  task->function = Ref::share(args[0]);
  task->args = Ref::share(args[1]);
  if (!args[2].empty()) task->kwargs = Ref::share(args[2]);
  pthread_t thread;
  expectThread();
  if (!startNative(task.get(), thread)) {
    expectNoThread();
    return raise(t, types::RuntimeError, "can't start new thread");
  }
  (void)task.release(); // the thread's own
  return makeInt(int64_t(thread));
}

int64_t coil::vm::startedThreads() { return started; }
void coil::vm::threadsAfterFork(Thread &t) {
  started = 0;
  keepThreadLocalsOf(t);
}

Ref coil::vm::threadStackSize(Thread &t, const Value *args) {
  constexpr int64_t kLeast = 32768;
  int64_t size = TRY(asInt64(t, args[0]));
  if (size < 0) return raise(t, types::ValueError, "size must be 0 or a positive value");
  if (size && size < kLeast) return raise(t, types::ValueError, "size not valid: % bytes", size);
  return makeInt(std::exchange(stackSize, size));
}
