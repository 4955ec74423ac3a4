// The handler of fatal signals: it writes a traceback and lets the signal do what it would have done.
#include "VM/Core/Names.h"
#include "VM/Core/Runtime.h"
#include "VM/Modules/SysInfo.h"
#include "VM/Modules/faulthandler/Faulthandler.h"
#include "VM/Types/Int/Int.h"
#include "VM/Types/Str/TextArguments.h"
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <fcntl.h>

using namespace coil::vm;
using namespace coil::vm::faults;

namespace {

struct FatalSignal {
  int number;
  const char *name;
  struct sigaction previous;
};

FatalSignal fatalSignals[] = {{SIGBUS, "Bus error", {}},
                              {SIGILL, "Illegal instruction", {}},
                              {SIGFPE, "Floating point exception", {}},
                              {SIGABRT, "Aborted", {}},
                              {SIGSEGV, "Segmentation fault", {}}};
bool isOn = false;
Target target;

// A handler's own stack: the thread's may be what has run out.
void provideStack() {
  static bool done = false;
  if (done) return;
  done = true;
  stack_t stack{};
  stack.ss_size = size_t(SIGSTKSZ) * 4;
  stack.ss_sp = std::malloc(stack.ss_size);
  if (stack.ss_sp) ::sigaltstack(&stack, nullptr);
}

void onFatal(int number) {
  static volatile sig_atomic_t busy = 0;
  int error = errno;
  const char *name = "unknown";
  for (FatalSignal &each : fatalSignals) {
    if (each.number != number) continue;
    name = each.name;
    ::sigaction(number, &each.previous, nullptr);
  }
  if (!busy) {
    busy = 1;
    put(target.fd, "Fatal Python error: ");
    put(target.fd, name);
    put(target.fd, "\n\n");
    target.dump();
    dumpExtensionModules(target.fd);
    busy = 0;
  }
  errno = error;
  ::raise(number);
}

// The descriptor that file.fileno() names; the file is flushed.
Result<int> descriptorOf(Thread &t, Value file) {
  Ref number = TRY(callMethod(t, file, names::fileno));
  int64_t fd = -1;
  if (isIntLike(number) && !toInt64(number, fd)) fd = -1;
  if (fd < 0 || fd != int(fd))
    return raise(t, types::RuntimeError, "file.fileno() is not a valid file descriptor");
  if (!callMethod(t, file, names::flush)) clearPending(t);
  return int(fd);
}

} // namespace

Status Target::read(Thread &t, Value given, Value all) {
  Ref stream = Ref::share(given);
  if (given.isNone()) {
    stream = Ref::share(dictGetStr(runtime.sysModule->dict, names::stderr));
    if (!stream) return raise(t, types::RuntimeError, "unable to get sys.stderr");
    if (stream->isNone()) return raise(t, types::RuntimeError, "sys.stderr is None");
  } else if (isIntLike(given)) {
    fd = TRY(intArgument(t, given));
    if (fd < 0 || ::fcntl(fd, F_GETFD) < 0)
      return raise(t, types::ValueError, "file is not a valid file descripter");
    allThreads = TRY(intArgument(t, all)) != 0;
    return Status::ok();
  }
  allThreads = TRY(intArgument(t, all)) != 0;
  fd = TRY(descriptorOf(t, stream));
  file = stream.release();
  return Status::ok();
}

void Target::dump() const {
  const Thread *current = Thread::currentOrNull();
  if (allThreads)
    dumpAllThreads(fd, current);
  else if (current)
    dumpThread(fd, current);
}

bool faults::isFatal(int number) {
  for (const FatalSignal &each : fatalSignals)
    if (each.number == number) return true;
  return false;
}

bool faults::enabled() { return isOn; }

bool faults::enableFatal(Target to) {
  replaceOwned(target.file, to.file);
  target.fd = to.fd;
  target.allThreads = to.allThreads;
  if (isOn) return true;
  isOn = true;
  provideStack();
  for (FatalSignal &each : fatalSignals) {
    struct sigaction action{};
    action.sa_handler = onFatal;
    sigemptyset(&action.sa_mask);
    action.sa_flags = SA_NODEFER | SA_ONSTACK; // the signal is raised again while it is handled
    if (::sigaction(each.number, &action, &each.previous) != 0) return false;
  }
  return true;
}

bool faults::disableFatal() {
  if (!std::exchange(isOn, false)) return false;
  for (FatalSignal &each : fatalSignals) ::sigaction(each.number, &each.previous, nullptr);
  target.forget();
  return true;
}

// enable(file=sys.stderr, all_threads=True)
Ref faults::enable(Thread &t, const Value *args) {
  Target to;
  CHECK(to.read(t, args[0], args[1]));
  if (!enableFatal(to)) return raiseOSError(t, errno);
  return Ref::none();
}

Ref faults::disable(Thread &, const Value *) { return Ref::boolean(disableFatal()); }
Ref faults::isEnabled(Thread &, const Value *) { return Ref::boolean(enabled()); }
