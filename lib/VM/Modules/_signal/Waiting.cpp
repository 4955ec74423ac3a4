// _signal: sets of signals, the thread's mask, and waiting for signals.
#include "VM/Core/Clock.h"
#include "VM/Core/Gil.h"
#include "VM/Core/Signals.h"
#include "VM/Exceptions/Warnings.h"
#include "VM/Modules/_signal/Signal.h"
#include "VM/Types/Int/Int.h"
#include "VM/Types/Set.h"
#include "VM/Types/StructSequence.h"
#include <cerrno>
#include <unistd.h>

using namespace coil::vm;

namespace {

constexpr StructField kInfoFields[] = {
    {"si_signo", "signal number"},
    {"si_code", "signal code"},
    {"si_errno", "An error number, mostly 0."},
    {"si_pid", "sending process ID"},
    {"si_uid", "Who sent it: the real user ID of the process."},
    {"si_status", "exit value or signal"},
    {"si_band", "band event for SIGPOLL"},
};

Type &structSiginfo() {
  static Type &type = makeStructSequenceType(
      "signal.struct_siginfo", "What sigwaitinfo() and sigtimedwait() say about the signal that came.",
      kInfoFields, true);
  return type;
}

Ref makeSiginfo(const siginfo_t &info) {
  Ref values[] = {makeInt(info.si_signo),        makeInt(info.si_code),         makeInt(info.si_errno),
                  makeInt(int64_t(info.si_pid)), makeInt(int64_t(info.si_uid)), makeInt(info.si_status),
                  makeInt(int64_t(info.si_band))};
  return newStructSequence(structSiginfo(), values);
}

// An iterable of signal numbers as a set.
Result<sigset_t> readSet(Thread &t, Value iterable) {
  sigset_t set;
  sigemptyset(&set);
  CHECK(forEach(t, iterable, [&](Value item) -> Status {
    Ref whole = TRY(index(t, item));
    int64_t number;
    if (!toInt64(whole, number)) number = -1;
    if (number <= 0 || number >= signals::kCount)
      return raise(t, types::ValueError, "signal number % out of range [1; %]", number, signals::kCount - 1);
    if (sigaddset(&set, int(number)) == 0) return Status::ok();
    return warn(t, types::RuntimeWarning,
                "invalid signal number " + std::to_string(number) + ", please use valid_signals()");
  }));
  return set;
}

Ref makeSet(Thread &t, const sigset_t &set) {
  Ref result = newSet();
  for (int number = 1; number < signals::kCount; ++number)
    if (sigismember(&set, number) == 1) CHECK(setAdd(t, result.as<Set>(), Value::smallInt(number)));
  return result;
}

Ref signalPthreadSigmask(Thread &t, const Value *args) {
  int how = TRY(asCInt(t, args[0]));
  sigset_t mask = TRY(readSet(t, args[1])), previous;
  if (int error = ::pthread_sigmask(how, &mask, &previous)) return raiseOSError(t, error);
  CHECK(runSignalHandlers(t)); // what was unblocked has arrived by now
  return makeSet(t, previous);
}

Ref signalSigpending(Thread &t, const Value *) {
  sigset_t set;
  if (::sigpending(&set)) return raiseOSError(t, errno);
  return makeSet(t, set);
}

Ref signalPause(Thread &t, const Value *) {
  ::pause();
  CHECK(runSignalHandlers(t));
  return Ref::none();
}

Ref signalSigwait(Thread &t, const Value *args) {
  sigset_t set = TRY(readSet(t, args[0]));
  int number;
  if (int error = unlocked(t, [&] { return ::sigwait(&set, &number); })) return raiseOSError(t, error);
  return makeInt(number);
}

Ref signalSigwaitinfo(Thread &t, const Value *args) {
  sigset_t set = TRY(readSet(t, args[0]));
  siginfo_t info;
  while (unlocked(t, [&] { return ::sigwaitinfo(&set, &info); }) == -1) {
    if (errno != EINTR) return raiseOSError(t, errno);
    CHECK(runSignalHandlers(t));
  }
  return makeSiginfo(info);
}

Ref signalSigtimedwait(Thread &t, const Value *args) {
  sigset_t set = TRY(readSet(t, args[0]));
  int64_t span = TRY(nanosecondsFrom(t, args[1], Round::Ceiling));
  if (span < 0) return raise(t, types::ValueError, "timeout must be non-negative");
  int64_t end = monotonicNanoseconds();
  if (__builtin_add_overflow(end, span, &end)) end = INT64_MAX;
  for (;;) {
    timespec rest = timespecFrom(std::max<int64_t>(span, 0));
    siginfo_t info;
    if (unlocked(t, [&] { return ::sigtimedwait(&set, &info, &rest); }) != -1) return makeSiginfo(info);
    if (errno == EAGAIN) return Ref::none();
    if (errno != EINTR) return raiseOSError(t, errno);
    CHECK(runSignalHandlers(t));
    span = end - monotonicNanoseconds();
    if (span < 0) return Ref::none();
  }
}

Ref signalValidSignals(Thread &t, const Value *) {
  sigset_t all;
  sigfillset(&all);
  return makeSet(t, all);
}

NativeDef kFunctions[] = {
    {"pause", signalPause, "($module, /)", "Sleep until a signal has come and its handler has run."},
    {"pthread_sigmask", signalPthreadSigmask, "($module, how, mask, /)",
     "Change the set of signals this thread blocks, and return the set it was before.\n"
     "how is SIG_BLOCK (add mask), SIG_UNBLOCK (take it away) or SIG_SETMASK (replace the set)."},
    {"sigpending", signalSigpending, "($module, /)",
     "The set of signals that have come but are blocked in this thread."},
    {"sigtimedwait", signalSigtimedwait, "($module, sigset, timeout, /)",
     "sigwaitinfo() that waits at most timeout seconds and then returns None."},
    {"sigwait", signalSigwait, "($module, sigset, /)",
     "Wait until one of the signals in sigset comes, take it, so that no handler runs, and\n"
     "return its number."},
    {"sigwaitinfo", signalSigwaitinfo, "($module, sigset, /)",
     "Wait until one of the signals in sigset comes, take it, and return what is known about\n"
     "it, a struct_siginfo."},
    {"valid_signals", signalValidSignals, "($module, /)", "The set of all signals this system has."},
};

} // namespace

void coil::vm::addSignalWaiting(Module *module) {
  addFunctions(module, kFunctions, internText("_signal"));
  dictSetStr(module->dict, internText("struct_siginfo"), Value(&structSiginfo()));
}
