// Signals: noting them, and running their Python handlers.
#include "VM/Core/Signals.h"
#include "VM/Builtins/Builtins.h"
#include "VM/Core/Gil.h"
#include "VM/Core/Runtime.h"
#include "VM/Exceptions/Raise.h"
#include "VM/Protocol/Protocol.h"
#include "VM/Types/FrameObject.h"
#include <atomic>
#include <cerrno>
#include <unistd.h>

using namespace coil::vm;

Value signals::handlers[signals::kCount];
signals::WakeupFd signals::wakeup;

static std::atomic<bool> arrived[signals::kCount];
static std::atomic<bool> anyArrived;
static std::atomic<int> wakeupError; // errno of the last write to the wake-up descriptor; 0: none
static Thread *mainThread = nullptr;

bool signals::isPending(int number) { return arrived[number].load(std::memory_order_relaxed); }

void signals::forgetPending() {
  for (std::atomic<bool> &flag : arrived) flag.store(false);
  anyArrived = false;
}

bool signals::isMainThread(const Thread &t) { return &t == mainThread; }
void signals::setMainThread(Thread &t) { mainThread = &t; }

static void interruptMainThread() {
  anyArrived = true;
  if (mainThread) mainThread->breaker.fetch_or(kBreakSignal);
}

void signals::note(int number) {
  int saved = errno;
  arrived[number] = true;
  interruptMainThread();
  if (wakeup.fd >= 0) {
    auto byte = static_cast<unsigned char>(number);
    ssize_t written;
    do written = ::write(wakeup.fd, &byte, 1);
    while (written < 0 && errno == EINTR);
    bool full = errno == EAGAIN || errno == EWOULDBLOCK;
    if (written < 0 && (wakeup.warnOnFullBuffer || !full)) wakeupError = errno;
  }
  errno = saved;
}

bool signals::install(int number, void (*handler)(int)) {
  struct sigaction action{};
  action.sa_handler = handler;
  sigemptyset(&action.sa_mask);
  return ::sigaction(number, &action, nullptr) == 0;
}

void signals::start(Thread &t) {
  mainThread = &t;
  install(SIGPIPE, SIG_IGN); // a write to a closed pipe is to raise BrokenPipeError
  install(SIGXFSZ, SIG_IGN);
  for (int number = 1; number < kCount; ++number) {
    struct sigaction action;
    handlers[number] = Value::none();
    if (::sigaction(number, nullptr, &action) != 0) continue;
    if (action.sa_handler == SIG_DFL) handlers[number] = Value::smallInt(0);
    if (action.sa_handler == SIG_IGN) handlers[number] = Value::smallInt(1);
  }
  releaseAtEnd([] {
    for (Value &handler : handlers) replaceOwned(handler, Value::none());
  });
}

static void reportWakeupError(Thread &t) {
  int error = wakeupError.exchange(0);
  if (!error) return;
  writeStandardError(t, "Exception ignored when trying to write to the signal wakeup fd:\n");
  (void)raiseOSError(t, error);
  writeUnraisable(t, nullptr, Value());
}

static Status runHandler(Thread &t, int number) {
  Ref handler = Ref::share(signals::handlers[number]);
  if (!handler->isObject()) { // the action was changed between the arrival and now
    (void)raise(t, types::OSError, "Signal % ignored due to race condition", number);
    writeUnraisable(t, nullptr, Value::none());
    return Status::ok();
  }
  Ref frame = t.frame ? Ref(frameObjectOf(t.frame)) : Ref::none();
  CHECK(call(t, handler, {Value::smallInt(number), frame.get()}));
  return Status::ok();
}

Status coil::vm::runSignalHandlers(Thread &t) {
  if (&t != mainThread || !anyArrived.exchange(false)) return Status::ok();
  t.breaker.fetch_and(~kBreakSignal);
  reportWakeupError(t);
  for (int number = 1; number < signals::kCount; ++number) {
    if (!arrived[number].exchange(false)) continue;
    if (runHandler(t, number)) continue;
    interruptMainThread(); // others may wait still
    return {};
  }
  return Status::ok();
}

Status coil::vm::handleBreak(Thread &t) {
  if (t.breaker.fetch_and(~(kBreakSignal | kBreakSwitch)) & kBreakSwitch) gil::yield(t);
  return runSignalHandlers(t);
}
