// The module _signal: actions and timers. Waiting.cpp has masks and waiting for signals.
#include "VM/Core/Audit.h"
#include "VM/Core/Clock.h"
#include "VM/Core/Runtime.h"
#include "VM/Core/Signals.h"
#include "VM/Modules/Modules.h"
#include "VM/Modules/_signal/Signal.h"
#include "VM/Protocol/Protocol.h"
#include "VM/Types/Int/Int.h"
#include "VM/Types/Tuple.h"
#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <unistd.h>

using namespace coil::vm;

namespace {

constexpr struct {
  const char *name;
  int value;
} kConstants[] = {
#define SIGNAL(name) {#name, name},
#include "VM/Modules/_signal/Signals.def"
};

Type *itimerError = nullptr; // owned; made with the module

// --- actions

Ref defaultIntHandler(Thread &t) { return raiseObject(t, TRY(call(t, Value(&types::KeyboardInterrupt)))); }
Ref signalDefaultIntHandler(Thread &t, const Value *args) {
  TRY(asCInt(t, args[0]));
  return defaultIntHandler(t);
}

// The C action for what signal() was given; fails with TypeError for anything else.
Result<void (*)(int)> actionFor(Thread &t, Value handler) {
  if (TRY(compareBool(t, handler, Value::smallInt(1), CompareOp::Eq))) return SIG_IGN;
  if (TRY(compareBool(t, handler, Value::smallInt(0), CompareOp::Eq))) return SIG_DFL;
  if (isCallable(handler)) return &signals::note;
  return raise(t, types::TypeError,
               "signal handler must be signal.SIG_IGN, signal.SIG_DFL, or a callable object");
}

Ref signalSignal(Thread &t, const Value *args) {
  int number = TRY(asCInt(t, args[0]));
  if (!signals::isMainThread(t))
    return raise(t, types::ValueError, "signal only works in main thread of the main interpreter");
  auto action = TRY(actionFor(t, args[1]));
  CHECK(checkSignalNumber(t, number));
  CHECK(runSignalHandlers(t));
  if (!signals::install(number, action)) return raiseOSError(t, errno);
  Value stored = action == SIG_IGN   ? Value::smallInt(1)
                 : action == SIG_DFL ? Value::smallInt(0)
                                     : retained(args[1]);
  return Ref::take(std::exchange(signals::handlers[number], stored));
}

Ref signalGetsignal(Thread &t, const Value *args) {
  int number = TRY(readSignalNumber(t, args[0]));
  return Ref::share(signals::handlers[number]);
}

Ref signalSiginterrupt(Thread &t, const Value *args) {
  int number = TRY(asCInt(t, args[0])), flag = TRY(asCInt(t, args[1]));
  CHECK(checkSignalNumber(t, number));
  struct sigaction action;
  if (::sigaction(number, nullptr, &action)) return raiseOSError(t, errno);
  action.sa_flags = flag ? action.sa_flags & ~SA_RESTART : action.sa_flags | SA_RESTART;
  if (::sigaction(number, &action, nullptr)) return raiseOSError(t, errno);
  return Ref::none();
}

Ref signalStrsignal(Thread &t, const Value *args) {
  const char *text = ::strsignal(TRY(readSignalNumber(t, args[0])));
  if (!text || llvm::StringRef(text).starts_with("Unknown signal")) return Ref::none();
  return makeStr(text);
}

// --- sending

Ref signalRaiseSignal(Thread &t, const Value *args) {
  int number = TRY(asCInt(t, args[0]));
  if (::raise(number)) return raiseOSError(t, errno);
  CHECK(runSignalHandlers(t));
  return Ref::none();
}

Ref signalPthreadKill(Thread &t, const Value *args) {
  int64_t thread = TRY(asInt64(t, args[0]));
  int number = TRY(asCInt(t, args[1]));
  CHECK(audit(t, "signal.pthread_kill", {args[0], Value::smallInt(number)}));
  // threading.get_ident() is the address of our Thread, and there is one thread only.
  bool own = thread == int64_t(reinterpret_cast<uintptr_t>(&t));
  if (int error = ::pthread_kill(own ? ::pthread_self() : pthread_t(thread), number))
    return raiseOSError(t, error);
  CHECK(runSignalHandlers(t));
  return Ref::none();
}

Ref signalPidfdSendSignal(Thread &t, const Value *args) {
  int fd = TRY(asCInt(t, args[0])), number = TRY(asCInt(t, args[1]));
  int64_t flags = TRY(asInt64(t, args[3]));
  if (!args[2].isNone()) return raise(t, types::TypeError, "siginfo must be None");
  if (::syscall(SYS_pidfd_send_signal, fd, number, nullptr, unsigned(flags)) < 0)
    return raiseOSError(t, errno);
  return Ref::none();
}

// --- timers

Ref signalAlarm(Thread &t, const Value *args) {
  return makeInt(int64_t(::alarm(unsigned(TRY(asCInt(t, args[0]))))));
}

double timeOf(const timeval &v) { return double(v.tv_sec) + double(v.tv_usec) / 1e6; }

Ref timerPair(const itimerval &timer) {
  return packTuple(Value::number(timeOf(timer.it_value)), Value::number(timeOf(timer.it_interval)));
}

Failure raiseItimerError(Thread &t) {
  int error = errno;
  StrRef text = makeStr(std::strerror(error));
  Ref exception = call(t, Value(itimerError), {Value::smallInt(error), Value(text)});
  return exception ? raiseObject(t, exception) : Failure();
}

// Microseconds, rounded up: a timer that is not zero shall not be switched off.
Result<timeval> readInterval(Thread &t, Value v) {
  if (v.empty()) return timeval{};
  int64_t nanoseconds = TRY(nanosecondsFrom(t, v, Round::Ceiling));
  int64_t micro = nanoseconds / 1000 + (nanoseconds % 1000 > 0);
  int64_t whole = micro / 1000000, rest = micro % 1000000;
  if (rest < 0) --whole, rest += 1000000;
  return timeval{time_t(whole), suseconds_t(rest)};
}

Ref signalSetitimer(Thread &t, const Value *args) {
  int which = TRY(asCInt(t, args[0]));
  itimerval fresh, old;
  fresh.it_value = TRY(readInterval(t, args[1]));
  fresh.it_interval = TRY(readInterval(t, args[2]));
  if (::setitimer(__itimer_which_t(which), &fresh, &old)) return raiseItimerError(t);
  return timerPair(old);
}

Ref signalGetitimer(Thread &t, const Value *args) {
  itimerval now;
  if (::getitimer(__itimer_which_t(TRY(asCInt(t, args[0]))), &now)) return raiseItimerError(t);
  return timerPair(now);
}

// --- the wake-up descriptor

Ref signalSetWakeupFd(Thread &t, const Value *args) {
  int fd = TRY(asCInt(t, args[0]));
  bool warnOnFullBuffer = TRY(truth(t, args[1]));
  if (!signals::isMainThread(t))
    return raise(t, types::ValueError, "set_wakeup_fd only works in main thread of the main interpreter");
  if (fd != -1) {
    struct stat status;
    if (::fstat(fd, &status)) return raiseOSError(t, errno);
    int flags = ::fcntl(fd, F_GETFL);
    if (flags < 0) return raiseOSError(t, errno);
    if (!(flags & O_NONBLOCK))
      return raise(t, types::ValueError, "the fd % must be in non-blocking mode", fd);
  }
  return makeInt(std::exchange(signals::wakeup, {fd, warnOnFullBuffer}).fd);
}

// --- the module

Status populate(Thread &t, Module *module) {
  dictSetStr(module->dict, internText("SIG_DFL"), Value::smallInt(0));
  dictSetStr(module->dict, internText("SIG_IGN"), Value::smallInt(1));
  for (auto &[name, value] : kConstants) dictSetStr(module->dict, internText(name), Value::smallInt(value));
  dictSetStr(module->dict, internText("SIGRTMIN"), makeInt(SIGRTMIN));
  dictSetStr(module->dict, internText("SIGRTMAX"), makeInt(SIGRTMAX));
  CHECK(addException(t, module, itimerError, "signal.itimer_error", types::OSError, "ItimerError"));
  addSignalWaiting(module);
  // What the process inherited may say to ignore SIGINT (a background job); that stays so.
  Value &interrupt = signals::handlers[SIGINT];
  if (interrupt == Value::smallInt(0)) {
    interrupt = retained(dictGetStr(module->dict, internText("default_int_handler")));
    signals::install(SIGINT, signals::note);
  }
  return Status::ok();
}

NativeDef kFunctions[] = {
    {"alarm", signalAlarm, "($module, seconds, /)",
     "Have SIGALRM sent after so many seconds; 0 calls it off.\n"
     "Returns how many seconds an earlier alarm had left, 0 if there was none."},
    {"default_int_handler", signalDefaultIntHandler, "($module, signalnum, frame, /)",
     "What Python does on SIGINT unless told otherwise: raise KeyboardInterrupt."},
    {"getitimer", signalGetitimer, "($module, which, /)",
     "The state of an interval timer, as setitimer() returns it."},
    {"getsignal", signalGetsignal, "($module, signalnum, /)",
     "What happens on a signal: a Python function, SIG_IGN, SIG_DFL, or None for a handler\n"
     "that is not Python's."},
    {"pidfd_send_signal", signalPidfdSendSignal, "($module, pidfd, signalnum, siginfo=None, flags=0, /)",
     "Send a signal to the process that a pid file descriptor stands for; OSError if that fails."},
    {"pthread_kill", signalPthreadKill, "($module, thread_id, signalnum, /)",
     "Send a signal to a thread of this process, named by its ident."},
    {"raise_signal", signalRaiseSignal, "($module, signalnum, /)", "Send a signal to this process."},
    {"set_wakeup_fd", signalSetWakeupFd, "!($module, fd, /, *, warn_on_full_buffer=True)",
     "set_wakeup_fd(fd, *, warn_on_full_buffer=True): write a byte, the signal's number, to fd\n"
     "whenever one comes. That wakes up select() and the like. fd must not block; -1 turns it\n"
     "off. Returns what was set before. Main thread only."},
    {"setitimer", signalSetitimer, "($module, which, seconds, interval=0.0, /)",
     "Start an interval timer: a signal after so many seconds, and again after each interval\n"
     "unless that is 0. which is ITIMER_REAL (SIGALRM), ITIMER_VIRTUAL (SIGVTALRM) or\n"
     "ITIMER_PROF (SIGPROF). seconds = 0 stops it. Returns the state before, as (time left,\n"
     "interval)."},
    {"siginterrupt", signalSiginterrupt, "($module, signalnum, flag, /)",
     "Say whether system calls that a signal interrupts fail (flag true) or go on (flag false)."},
    {"signal", signalSignal, "($module, signalnum, handler, /)",
     "Say what happens on a signal: SIG_DFL, SIG_IGN, or handler(signalnum, frame). Returns\n"
     "what happened on it before, as getsignal() does. Main thread only; handlers run there,\n"
     "too, between two instructions."},
    {"strsignal", signalStrsignal, "($module, signalnum, /)",
     "The system's description of a signal, such as 'Interrupt' for SIGINT, or None if it has\n"
     "none. ValueError if there is no such signal."},
};

} // namespace

Status coil::vm::checkSignalNumber(Thread &t, int number) {
  if (number >= 1 && number < signals::kCount) return Status::ok();
  return raise(t, types::ValueError, "signal number out of range");
}

Result<int> coil::vm::readSignalNumber(Thread &t, Value v) {
  int number = TRY(asCInt(t, v));
  CHECK(checkSignalNumber(t, number));
  return number;
}

const ModuleSpec coil::vm::kSignalModule = {
    .name = "_signal",
    .doc = "Signals: how to handle, send, block and await them, and timers that send them.\n"
           "\n"
           "The constants SIG... are the numbers of this system's signals.",
    .functions = kFunctions,
    .populate = populate,
};
