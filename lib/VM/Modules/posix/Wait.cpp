// posix: waiting for processes, and what their status says.
#include "VM/Core/Audit.h"
#include "VM/Import/Import.h"
#include "VM/Modules/posix/Path.h"
#include "VM/Types/Bytes.h"
#include "VM/Types/Dict/Dict.h"
#include "VM/Types/Int/Int.h"
#include "VM/Types/List.h"
#include "VM/Types/Set.h"
#include "VM/Types/StructSequence.h"
#include "VM/Types/Tuple.h"
#include <sys/resource.h>
#include <sys/wait.h>

using namespace coil::vm;

namespace {

[[maybe_unused]] Ref done(Thread &t, int status) { return status < 0 ? Ref(raiseErrno(t)) : Ref::none(); }
[[maybe_unused]] Ref number(Thread &t, int64_t result) {
  return result < 0 ? Ref(raiseErrno(t)) : makeInt(result);
}

constexpr StructField kWaitidResultFields[] = {{"si_pid", nullptr},
                                               {"si_uid", nullptr},
                                               {"si_signo", nullptr},
                                               {"si_status", nullptr},
                                               {"si_code", nullptr}};

Type &waitidResultType() {
  static Type &type = makeStructSequenceType(
      "posix.waitid_result", "What waitid() tells about a child process.", kWaitidResultFields, true);
  return type;
}
Ref pidAndStatus(Thread &t, pid_t pid, int status) {
  if (pid < 0) return raiseErrno(t);
  return packTuple(Value::smallInt(pid), Value::smallInt(status));
}

Ref posixWait(Thread &t, const Value *) {
  int status = 0;
  pid_t pid = retrying([&] { return ::wait(&status); });
  return pidAndStatus(t, pid, status);
}
Ref posixWaitpid(Thread &t, const Value *args) {
  int which = TRY(asCInt(t, args[0])), options = TRY(asCInt(t, args[1])), status = 0;
  pid_t pid = retrying([&] { return ::waitpid(which, &status, options); });
  return pidAndStatus(t, pid, status);
}

// (pid, status, resource.struct_rusage)
Ref withUsage(Thread &t, pid_t pid, int status, const rusage &usage) {
  if (pid < 0) return raiseErrno(t);
  Ref type = TRY(importAttribute(t, "resource", "struct_rusage"));
  auto seconds = [](const timeval &v) {
    return Ref::number(double(v.tv_sec) + double(v.tv_usec) * 0.000001);
  };
  ListRef values = newList();
  listAppend(values, seconds(usage.ru_utime));
  listAppend(values, seconds(usage.ru_stime));
  for (long n : {usage.ru_maxrss, usage.ru_ixrss, usage.ru_idrss, usage.ru_isrss, usage.ru_minflt,
                 usage.ru_majflt, usage.ru_nswap, usage.ru_inblock, usage.ru_oublock, usage.ru_msgsnd,
                 usage.ru_msgrcv, usage.ru_nsignals, usage.ru_nvcsw, usage.ru_nivcsw})
    listAppend(values, makeInt(int64_t(n)));
  Ref shown = TRY(call(t, type, {Value(values)}));
  return packTuple(Value::smallInt(pid), Value::smallInt(status), shown.get());
}
Ref posixWait3(Thread &t, const Value *args) {
  int options = TRY(asCInt(t, args[0])), status = 0;
  rusage usage{};
  pid_t pid = retrying([&] { return ::wait3(&status, options, &usage); });
  return withUsage(t, pid, status, usage);
}
Ref posixWait4(Thread &t, const Value *args) {
  int which = TRY(asCInt(t, args[0])), options = TRY(asCInt(t, args[1])), status = 0;
  rusage usage{};
  pid_t pid = retrying([&] { return ::wait4(which, &status, options, &usage); });
  return withUsage(t, pid, status, usage);
}

Ref posixWaitid(Thread &t, const Value *args) {
  int kind = TRY(asCInt(t, args[0])), which = TRY(asCInt(t, args[1])), options = TRY(asCInt(t, args[2]));
  siginfo_t info{};
  if (retrying([&] { return ::waitid(idtype_t(kind), id_t(which), &info, options); }) < 0)
    return raiseErrno(t);
  if (info.si_pid == 0) return Ref::none();
  Ref values[] = {makeInt(int64_t(info.si_pid)), makeInt(int64_t(info.si_uid)), makeInt(info.si_signo),
                  makeInt(info.si_status), makeInt(info.si_code)};
  return newStructSequence(waitidResultType(), values);
}

// --- the parts of a status

template <bool (*kTest)(int)> Ref test(Thread &t, const Value *args) {
  return Ref::boolean(kTest(TRY(asCInt(t, args[0]))));
}
template <int (*kPart)(int)> Ref part(Thread &t, const Value *args) {
  return makeInt(kPart(TRY(asCInt(t, args[0]))));
}
constexpr NativeFn posixWCOREDUMP = test<[](int s) { return bool(WCOREDUMP(s)); }>;
constexpr NativeFn posixWIFCONTINUED = test<[](int s) { return bool(WIFCONTINUED(s)); }>;
constexpr NativeFn posixWIFEXITED = test<[](int s) { return bool(WIFEXITED(s)); }>;
constexpr NativeFn posixWIFSIGNALED = test<[](int s) { return bool(WIFSIGNALED(s)); }>;
constexpr NativeFn posixWIFSTOPPED = test<[](int s) { return bool(WIFSTOPPED(s)); }>;
constexpr NativeFn posixWEXITSTATUS = part<[](int s) { return WEXITSTATUS(s); }>;
constexpr NativeFn posixWSTOPSIG = part<[](int s) { return WSTOPSIG(s); }>;
constexpr NativeFn posixWTERMSIG = part<[](int s) { return WTERMSIG(s); }>;

Ref posixWaitstatusToExitcode(Thread &t, const Value *args) {
  int status = TRY(asCInt(t, args[0]));
  if (WIFEXITED(status)) return makeInt(WEXITSTATUS(status));
  if (WIFSIGNALED(status)) return makeInt(-WTERMSIG(status));
  if (WIFSTOPPED(status))
    return raise(t, types::ValueError, "process stopped by delivery of signal %", WSTOPSIG(status));
  return raise(t, types::ValueError, "invalid wait status: %", status);
}

NativeDef kFunctions[] = {
    {"wait", posixWait, "($module, /)",
     "Wait for a child process to end: (process ID, status).\n"
     "waitstatus_to_exitcode() explains the status. ChildProcessError if there are no children."},
    {"waitpid", posixWaitpid, "($module, pid, options, /)",
     "Wait for the child process pid, or any for -1, to end: (process ID, status). options may\n"
     "contain WNOHANG (do not wait: (0, 0) if there is none), WUNTRACED and WCONTINUED.\n"
     "waitstatus_to_exitcode() explains the status."},
    {"wait3", posixWait3, "($module, /, options)",
     "waitpid() for any child process that also tells what the child has used: (process ID,\n"
     "status, struct_rusage)."},
    {"wait4", posixWait4, "($module, /, pid, options)",
     "waitpid() that also tells what the child has used: (process ID, status, struct_rusage)."},
    {"waitid", posixWaitid, "($module, idtype, id, options, /)",
     "Wait until something happens to a child process and return a waitid_result; None if\n"
     "WNOHANG is set and nothing has. idtype says what id names: P_PID a process, P_PGID a\n"
     "group, P_PIDFD a descriptor, P_ALL none. options combines what to wait for, WEXITED,\n"
     "WSTOPPED and WCONTINUED, with WNOHANG and WNOWAIT."},
    {"WCOREDUMP", posixWCOREDUMP, "($module, status, /)",
     "Whether the process that a wait status tells of left a core file."},
    {"WIFCONTINUED", posixWIFCONTINUED, "($module, /, status)",
     "Whether a wait status tells of a process that was stopped and goes on."},
    {"WIFEXITED", posixWIFEXITED, "($module, /, status)",
     "Whether a wait status tells of a process that has ended by itself."},
    {"WIFSIGNALED", posixWIFSIGNALED, "($module, /, status)",
     "Whether a wait status tells of a process that a signal has ended."},
    {"WIFSTOPPED", posixWIFSTOPPED, "($module, /, status)",
     "Whether a wait status tells of a process that a signal has stopped."},
    {"WEXITSTATUS", posixWEXITSTATUS, "($module, /, status)",
     "The exit code in the wait status of a process that has ended by itself."},
    {"WSTOPSIG", posixWSTOPSIG, "($module, /, status)",
     "The signal in the wait status of a process that was stopped."},
    {"WTERMSIG", posixWTERMSIG, "($module, /, status)",
     "The signal in the wait status of a process that a signal has ended."},
    {"waitstatus_to_exitcode", posixWaitstatusToExitcode, "($module, /, status)",
     "What a wait status says as one number: the exit code, or the negative number of the\n"
     "signal that ended the process. ValueError if the process has not ended."},
};

} // namespace

llvm::ArrayRef<NativeDef> coil::vm::posixWaitFunctions() { return kFunctions; }
void coil::vm::addWaitTypes(Dict *dict) {
  dictSetStr(dict, internText("waitid_result"), Value(&waitidResultType()));
}
