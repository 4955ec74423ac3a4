// posix: processes: making and ending them, signals to them, their groups and priorities.
#include "VM/Builtins/Builtins.h"
#include "VM/Core/Audit.h"
#include "VM/Core/Runtime.h"
#include "VM/Import/Import.h"
#include "VM/Modules/_thread/Lock.h"
#include "VM/Modules/posix/Path.h"
#include "VM/Types/Bytes.h"
#include "VM/Types/Dict/Dict.h"
#include "VM/Types/Int/Int.h"
#include "VM/Types/List.h"
#include "VM/Types/Set.h"
#include "VM/Types/StructSequence.h"
#include "VM/Types/Tuple.h"
#include <csignal>
#include <cstdlib>
#include <pty.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

using namespace coil::vm;

namespace {

Ref done(Thread &t, int status) { return status < 0 ? Ref(raiseErrno(t)) : Ref::none(); }
[[maybe_unused]] Ref number(Thread &t, int64_t result) {
  return result < 0 ? Ref(raiseErrno(t)) : makeInt(result);
}

// --- fork

// What os.register_at_fork() was given, each list owned: before runs backwards.
struct {
  Value before, inParent, inChild;
} atFork;

void remember(Value &list, Value function) {
  if (function.empty()) return;
  if (list.empty()) {
    list = Ref(newList()).release();
    releaseAtEnd([] {
      for (Value *v : {&atFork.before, &atFork.inParent, &atFork.inChild}) replaceOwned(*v, Value());
    });
  }
  listAppend(list.as<List>(), function);
}

// register_at_fork(*, before, after_in_child, after_in_parent)
Ref posixRegisterAtFork(Thread &t, const Value *args) {
  if (args[0].empty() && args[1].empty() && args[2].empty())
    return raise(t, types::TypeError, "At least one argument is required.");
  for (auto [v, name] : {std::pair(args[0], "before"), std::pair(args[1], "after_in_child"),
                         std::pair(args[2], "after_in_parent")})
    if (!v.empty() && !isCallable(v))
      return raise(t, types::TypeError, "'%' must be callable, not %", name, typeName(v));
  remember(atFork.before, args[0]);
  remember(atFork.inChild, args[1]);
  remember(atFork.inParent, args[2]);
  return Ref::none();
}

void runFunctions(Thread &t, Value list, bool backwards) {
  if (list.empty()) return;
  auto functions = ListRef::share(list.as<List>());
  for (int64_t i = 0, n = functions->length; i < n; ++i) {
    Ref function = Ref::share(functions->values()[size_t(backwards ? n - 1 - i : i)]);
    if (!call(t, function)) writeUnraisable(t, nullptr, function);
  }
}

} // namespace

void coil::vm::beforeFork(Thread &t) { runFunctions(t, atFork.before, true); }

void coil::vm::afterFork(Thread &t, bool child) {
  if (child) {
    keepOnlyThread(t);
    signals::setMainThread(t);
    signals::forgetPending();
    importLockAfterFork(t);
    threadsAfterFork(t);
  }
  runFunctions(t, child ? atFork.inChild : atFork.inParent, false);
}

namespace {

Ref posixFork(Thread &t, const Value *) {
  CHECK(audit(t, "os.fork"));
  beforeFork(t);
  pid_t pid = ::fork();
  int error = errno;
  afterFork(t, pid == 0);
  errno = error;
  return number(t, pid);
}

Ref posixForkpty(Thread &t, const Value *) {
  CHECK(audit(t, "os.forkpty"));
  beforeFork(t);
  int terminal = -1;
  pid_t pid = ::forkpty(&terminal, nullptr, nullptr, nullptr);
  int error = errno;
  afterFork(t, pid == 0);
  errno = error;
  if (pid < 0) return raiseErrno(t);
  return packTuple(Value::smallInt(pid), Value::smallInt(terminal));
}

// --- ending, signals

Ref posixExit(Thread &t, const Value *args) {
  int status = TRY(asCInt(t, args[0]));
  std::_Exit(status);
}
Ref posixAbort(Thread &, const Value *) { std::abort(); }

Ref posixKill(Thread &t, const Value *args) {
  int pid = TRY(readPid(t, args[0])), signal = TRY(asCInt(t, args[1]));
  CHECK(audit(t, "os.kill", {Value::smallInt(pid), Value::smallInt(signal)}));
  if (::kill(pid, signal) < 0) return raiseErrno(t);
  CHECK(runSignalHandlers(t));
  return Ref::none();
}
Ref posixKillpg(Thread &t, const Value *args) {
  int group = TRY(asCInt(t, args[0])), signal = TRY(asCInt(t, args[1]));
  CHECK(audit(t, "os.killpg", {Value::smallInt(group), Value::smallInt(signal)}));
  if (::killpg(group, signal) < 0) return raiseErrno(t);
  CHECK(runSignalHandlers(t));
  return Ref::none();
}
Ref posixPidfdOpen(Thread &t, const Value *args) {
  int pid = TRY(readPid(t, args[0]));
  int64_t flags = TRY(indexInt64(t, args[1]));
  return number(t, ::syscall(SYS_pidfd_open, pid, unsigned(flags)));
}

Ref posixSystem(Thread &t, const Value *args) {
  Path command;
  CHECK(readPath(t, args[0], {.function = "system", .argument = "command"}, command));
  if (auditing) {
    Ref shown = asBytes(command);
    CHECK(audit(t, "os.system", {shown.get()}));
  }
  return makeInt(::system(command.c_str()));
}

// --- groups and sessions

Ref posixGetpid(Thread &, const Value *) { return makeInt(int64_t(::getpid())); }
Ref posixGetppid(Thread &, const Value *) { return makeInt(int64_t(::getppid())); }
Ref posixGetpgrp(Thread &, const Value *) { return makeInt(int64_t(::getpgrp())); }
Ref posixGetpgid(Thread &t, const Value *args) { return number(t, ::getpgid(TRY(readPid(t, args[0])))); }
Ref posixSetpgid(Thread &t, const Value *args) {
  int pid = TRY(readPid(t, args[0])), group = TRY(asCInt(t, args[1]));
  return done(t, ::setpgid(pid, group));
}
Ref posixSetpgrp(Thread &t, const Value *) { return done(t, ::setpgrp()); }
Ref posixGetsid(Thread &t, const Value *args) { return number(t, ::getsid(TRY(readPid(t, args[0])))); }
Ref posixSetsid(Thread &t, const Value *) { return done(t, ::setsid()); }

// --- priorities: -1 may be one, so errno decides

Ref posixNice(Thread &t, const Value *args) {
  int increment = TRY(asCInt(t, args[0]));
  errno = 0;
  int value = ::nice(increment);
  return value == -1 && errno ? Ref(raiseErrno(t)) : makeInt(value);
}
Ref posixGetpriority(Thread &t, const Value *args) {
  int which = TRY(asCInt(t, args[0])), who = TRY(asCInt(t, args[1]));
  errno = 0;
  int value = ::getpriority(__priority_which_t(which), id_t(who));
  return errno ? Ref(raiseErrno(t)) : makeInt(value);
}
Ref posixSetpriority(Thread &t, const Value *args) {
  int which = TRY(asCInt(t, args[0])), who = TRY(asCInt(t, args[1])), priority = TRY(asCInt(t, args[2]));
  return done(t, ::setpriority(__priority_which_t(which), id_t(who), priority));
}

NativeDef kFunctions[] = {
    {"fork", posixFork, "($module, /)",
     "Split this process in two: 0 is returned in the new one, its process ID in the old one."},
    {"forkpty", posixForkpty, "($module, /)",
     "Split this process in two and give the new one a terminal of its own, which the old one\n"
     "holds the other end of. (process ID, descriptor): the ID is 0 in the new process."},
    {"register_at_fork", posixRegisterAtFork,
     "($module, /, *, before=<unrepresentable>,\n                 after_in_child=<unrepresentable>,\n        "
     "         after_in_parent=<unrepresentable>)",
     "Have functions called whenever this process forks. before runs before it, in reverse\n"
     "order of registration; after_in_parent and after_in_child run behind it, in each of the\n"
     "two processes."},
    {"_exit", posixExit, "($module, /, status)", "End this process at once, without cleaning up."},
    {"abort", posixAbort, "($module, /)",
     "End this process at once with SIGABRT, which may leave a core file."},
    {"kill", posixKill, "($module, pid, signal, /)",
     "Send a signal to a process; 0 only checks whether one could."},
    {"killpg", posixKillpg, "($module, pgid, signal, /)", "Send a signal to all processes of a group."},
    {"pidfd_open", posixPidfdOpen, "($module, /, pid, flags=0)",
     "A descriptor that stands for a process, so that its ID cannot come to mean another one."},
    {"system", posixSystem, "($module, /, command)",
     "Run a command in a shell and return its wait status, which waitstatus_to_exitcode()\n"
     "explains."},
    {"getpid", posixGetpid, "($module, /)", "The ID of this process."},
    {"getppid", posixGetppid, "($module, /)",
     "The ID of the process that started this one, or of the one that took over if it has ended."},
    {"getpgrp", posixGetpgrp, "($module, /)", "The ID of the process group this process is in."},
    {"getpgid", posixGetpgid, "($module, /, pid)",
     "The ID of the process group that a process is in; 0 means this one."},
    {"setpgid", posixSetpgid, "($module, pid, pgrp, /)",
     "Put a process into a process group; 0 means this process, or a group named after the\n"
     "process."},
    {"setpgrp", posixSetpgrp, "($module, /)", "Make this process the leader of a process group of its own."},
    {"getsid", posixGetsid, "($module, pid, /)",
     "The ID of the session that a process is in; 0 means this one."},
    {"setsid", posixSetsid, "($module, /)",
     "Make this process the leader of a new session, and of a new process group in it."},
    {"nice", posixNice, "($module, increment, /)",
     "Add to how nice this process is, which leaves more time to others, and return the sum."},
    {"getpriority", posixGetpriority, "($module, /, which, who)",
     "How nice a process, the processes of a group or those of a user are, as which says:\n"
     "PRIO_PROCESS, PRIO_PGRP or PRIO_USER."},
    {"setpriority", posixSetpriority, "($module, /, which, who, priority)",
     "Set how nice a process, the processes of a group or those of a user are, as which says:\n"
     "PRIO_PROCESS, PRIO_PGRP or PRIO_USER."},
};

} // namespace

llvm::ArrayRef<NativeDef> coil::vm::posixProcessFunctions() { return kFunctions; }
