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
  static Type &type =
      makeStructSequenceType("posix.waitid_result",
                             "waitid_result: Result from waitid.\n\nThis object may be accessed either as a "
                             "tuple of\n  (si_pid, si_uid, si_signo, si_status, si_code),\nor via the "
                             "attributes si_pid, si_uid, and so on.\n\nSee os.waitid for more information.",
                             kWaitidResultFields, true);
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
  int which = TRY(readInt(t, args[0])), options = TRY(readInt(t, args[1])), status = 0;
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
  int options = TRY(readInt(t, args[0])), status = 0;
  rusage usage{};
  pid_t pid = retrying([&] { return ::wait3(&status, options, &usage); });
  return withUsage(t, pid, status, usage);
}
Ref posixWait4(Thread &t, const Value *args) {
  int which = TRY(readInt(t, args[0])), options = TRY(readInt(t, args[1])), status = 0;
  rusage usage{};
  pid_t pid = retrying([&] { return ::wait4(which, &status, options, &usage); });
  return withUsage(t, pid, status, usage);
}

Ref posixWaitid(Thread &t, const Value *args) {
  int kind = TRY(readInt(t, args[0])), which = TRY(readInt(t, args[1])), options = TRY(readInt(t, args[2]));
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
  return Ref::boolean(kTest(TRY(readInt(t, args[0]))));
}
template <int (*kPart)(int)> Ref part(Thread &t, const Value *args) {
  return makeInt(kPart(TRY(readInt(t, args[0]))));
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
  int status = TRY(readInt(t, args[0]));
  if (WIFEXITED(status)) return makeInt(WEXITSTATUS(status));
  if (WIFSIGNALED(status)) return makeInt(-WTERMSIG(status));
  if (WIFSTOPPED(status))
    return raise(t, types::ValueError, "process stopped by delivery of signal %", WSTOPSIG(status));
  return raise(t, types::ValueError, "invalid wait status: %", status);
}

NativeDef kFunctions[] = {
    {"wait", posixWait, "($module, /)",
     "Wait for completion of a child process.\n\nReturns a tuple of information about the child process:\n   "
     " (pid, status)"},
    {"waitpid", posixWaitpid, "($module, pid, options, /)",
     "Wait for completion of a given child process.\n\nReturns a tuple of information regarding the child "
     "process:\n    (pid, status)\n\nThe options argument is ignored on Windows."},
    {"wait3", posixWait3, "($module, /, options)",
     "Wait for completion of a child process.\n\nReturns a tuple of information about the child process:\n  "
     "(pid, status, rusage)"},
    {"wait4", posixWait4, "($module, /, pid, options)",
     "Wait for completion of a specific child process.\n\nReturns a tuple of information about the child "
     "process:\n  (pid, status, rusage)"},
    {"waitid", posixWaitid, "($module, idtype, id, options, /)",
     "Returns the result of waiting for a process or processes.\n\n  idtype\n    Must be one of be P_PID, "
     "P_PGID or P_ALL.\n  id\n    The id to wait on.\n  options\n    Constructed from the ORing of one or "
     "more of WEXITED, WSTOPPED\n    or WCONTINUED and additionally may be ORed with WNOHANG or "
     "WNOWAIT.\n\nReturns either waitid_result or None if WNOHANG is specified and there are\nno children in "
     "a waitable state."},
    {"WCOREDUMP", posixWCOREDUMP, "($module, status, /)",
     "Return True if the process returning status was dumped to a core file."},
    {"WIFCONTINUED", posixWIFCONTINUED, "($module, /, status)",
     "Return True if a particular process was continued from a job control stop.\n\nReturn True if the "
     "process returning status was continued from a\njob control stop."},
    {"WIFEXITED", posixWIFEXITED, "($module, /, status)",
     "Return True if the process returning status exited via the exit() system call."},
    {"WIFSIGNALED", posixWIFSIGNALED, "($module, /, status)",
     "Return True if the process returning status was terminated by a signal."},
    {"WIFSTOPPED", posixWIFSTOPPED, "($module, /, status)",
     "Return True if the process returning status was stopped."},
    {"WEXITSTATUS", posixWEXITSTATUS, "($module, /, status)", "Return the process return code from status."},
    {"WSTOPSIG", posixWSTOPSIG, "($module, /, status)",
     "Return the signal that stopped the process that provided the status value."},
    {"WTERMSIG", posixWTERMSIG, "($module, /, status)",
     "Return the signal that terminated the process that provided the status value."},
    {"waitstatus_to_exitcode", posixWaitstatusToExitcode, "($module, /, status)",
     "Convert a wait status to an exit code.\n\nOn Unix:\n\n* If WIFEXITED(status) is true, return "
     "WEXITSTATUS(status).\n* If WIFSIGNALED(status) is true, return -WTERMSIG(status).\n* Otherwise, raise "
     "a ValueError.\n\nOn Windows, return status shifted right by 8 bits.\n\nOn Unix, if the process is "
     "being traced or if waitpid() was called with\nWUNTRACED option, the caller must first check if "
     "WIFSTOPPED(status) is true.\nThis function must not be called if WIFSTOPPED(status) is true."},
};

} // namespace

llvm::ArrayRef<NativeDef> coil::vm::posixWaitFunctions() { return kFunctions; }
void coil::vm::addWaitTypes(Dict *dict) {
  dictSetStr(dict, internText("waitid_result"), Value(&waitidResultType()));
}
