// resource: limits and use of the system's resources.
#include "VM/Core/Audit.h"
#include "VM/Modules/Modules.h"
#include "VM/Modules/posix/Path.h"
#include "VM/Types/Int/Int.h"
#include "VM/Types/StructSequence.h"
#include "VM/Types/Tuple.h"
#include <sys/resource.h>
#include <unistd.h>

using namespace coil::vm;

namespace {

constexpr StructField kFields[] = {
    {"ru_utime", "CPU time, in s"},
    {"ru_stime", "CPU time of the kernel, in s"},
    {"ru_maxrss", "most memory at once, in KiB"},
    {"ru_ixrss", "always 0 on Linux"},
    {"ru_idrss", "always 0 on Linux"},
    {"ru_isrss", "always 0 on Linux"},
    {"ru_minflt", "page faults that needed no disk"},
    {"ru_majflt", "page faults that needed the disk"},
    {"ru_nswap", "always 0 on Linux"},
    {"ru_inblock", "how often blocks were read"},
    {"ru_oublock", "how often blocks were written"},
    {"ru_msgsnd", "always 0 on Linux"},
    {"ru_msgrcv", "always 0 on Linux"},
    {"ru_nsignals", "always 0 on Linux"},
    {"ru_nvcsw", "how often it waited and let others run"},
    {"ru_nivcsw", "how often it was made to let others run"},
};

Type &usageType() {
  static Type &type = makeStructSequenceType(
      "resource.struct_rusage", "What getrusage() tells: how much of the machine a process has used.",
      kFields, true);
  return type;
}

double seconds(const timeval &time) { return double(time.tv_sec) + double(time.tv_usec) * 1e-6; }

Ref resourceGetrusage(Thread &t, const Value *args) {
  int who = TRY(asCInt(t, args[0]));
  rusage r;
  if (::getrusage(__rusage_who_t(who), &r) < 0)
    return errno == EINVAL ? Ref(raise(t, types::ValueError, "invalid who parameter"))
                           : Ref(raiseOSError(t, errno));
  Ref values[] = {Ref::number(seconds(r.ru_utime)),
                  Ref::number(seconds(r.ru_stime)),
                  makeInt(r.ru_maxrss),
                  makeInt(r.ru_ixrss),
                  makeInt(r.ru_idrss),
                  makeInt(r.ru_isrss),
                  makeInt(r.ru_minflt),
                  makeInt(r.ru_majflt),
                  makeInt(r.ru_nswap),
                  makeInt(r.ru_inblock),
                  makeInt(r.ru_oublock),
                  makeInt(r.ru_msgsnd),
                  makeInt(r.ru_msgrcv),
                  makeInt(r.ru_nsignals),
                  makeInt(r.ru_nvcsw),
                  makeInt(r.ru_nivcsw)};
  return newStructSequence(usageType(), values);
}

Result<int> readResource(Thread &t, Value v) {
  int resource = TRY(asCInt(t, v));
  if (resource < 0 || resource >= int(RLIM_NLIMITS))
    return raise(t, types::ValueError, "invalid resource specified");
  return resource;
}

Ref limitValue(const rlimit &limit) {
  Ref current = makeInt(int64_t(limit.rlim_cur)), most = makeInt(int64_t(limit.rlim_max));
  return packTuple(current, most);
}

Result<rlim_t> readLimit(Thread &t, Value v) {
  Ref number = TRY(index(t, v));
  int64_t limit;
  if (!toInt64(number, limit))
    return raise(t, types::OverflowError, "Python int too large to convert to C long");
  return rlim_t(limit);
}

Status readLimits(Thread &t, Value v, rlimit &limits) {
  auto parts = TRY(tupleFrom(t, v));
  if (parts->length != 2) return raise(t, types::ValueError, "expected a tuple of 2 integers");
  limits.rlim_cur = TRY(readLimit(t, (*parts)[0]));
  limits.rlim_max = TRY(readLimit(t, (*parts)[1]));
  return Status::ok();
}

Ref raiseLimitError(Thread &t) {
  if (errno == EINVAL) return raise(t, types::ValueError, "current limit exceeds maximum limit");
  if (errno == EPERM) return raise(t, types::ValueError, "not allowed to raise maximum limit");
  return raiseOSError(t, errno);
}

Ref resourceGetrlimit(Thread &t, const Value *args) {
  int resource = TRY(readResource(t, args[0]));
  rlimit limits;
  if (::getrlimit(__rlimit_resource_t(resource), &limits) < 0) return raiseOSError(t, errno);
  return limitValue(limits);
}

Ref resourceSetrlimit(Thread &t, const Value *args) {
  int resource = TRY(asCInt(t, args[0]));
  CHECK(audit(t, "resource.setrlimit", {args[0], args[1]}));
  resource = TRY(readResource(t, args[0]));
  rlimit limits;
  CHECK(readLimits(t, args[1], limits));
  if (::setrlimit(__rlimit_resource_t(resource), &limits) < 0) return raiseLimitError(t);
  return Ref::none();
}

// prlimit(pid, resource[, limits]): the limits as they were.
Ref resourcePrlimit(Thread &t, const Value *args) {
  int pid = TRY(asCInt(t, args[0]));
  int resource = TRY(readResource(t, args[1]));
  rlimit fresh, old;
  CHECK(audit(t, "resource.prlimit", {args[0], args[1], args[2].empty() ? Value::none() : args[2]}));
  bool change = !args[2].empty() && !args[2].isNone();
  if (change) CHECK(readLimits(t, args[2], fresh));
  if (::prlimit(pid, __rlimit_resource(resource), change ? &fresh : nullptr, &old) < 0)
    return errno == EINVAL ? Ref(raise(t, types::ValueError, "current limit exceeds maximum limit"))
                           : Ref(raiseOSError(t, errno));
  return limitValue(old);
}

Ref resourceGetpagesize(Thread &, const Value *) { return makeInt(int64_t(::sysconf(_SC_PAGESIZE))); }

NativeDef kFunctions[] = {
    {"getrusage", resourceGetrusage, "($module, who, /)", nullptr},
    {"getrlimit", resourceGetrlimit, "($module, resource, /)", nullptr},
    {"prlimit", resourcePrlimit, "!($module, pid, resource, limits=<unrepresentable>, /)",
     "prlimit(pid, resource[, limits]): set a limit of a process, 0 for this one, and return\n"
     "what it was before, as (soft, hard)."},
    {"setrlimit", resourceSetrlimit, "($module, resource, limits, /)", nullptr},
    {"getpagesize", resourceGetpagesize, "($module, /)", nullptr},
};

Status populate(Thread &, Module *module) {
  auto set = [&](const char *name, Ref v) { dictSetStr(module->dict, internText(name), v); };
  set("RLIMIT_AS", makeInt(int64_t(9)));
  set("RLIMIT_CORE", makeInt(int64_t(4)));
  set("RLIMIT_CPU", makeInt(int64_t(0)));
  set("RLIMIT_DATA", makeInt(int64_t(2)));
  set("RLIMIT_FSIZE", makeInt(int64_t(1)));
  set("RLIMIT_MEMLOCK", makeInt(int64_t(8)));
  set("RLIMIT_MSGQUEUE", makeInt(int64_t(12)));
  set("RLIMIT_NICE", makeInt(int64_t(13)));
  set("RLIMIT_NOFILE", makeInt(int64_t(7)));
  set("RLIMIT_NPROC", makeInt(int64_t(6)));
  set("RLIMIT_OFILE", makeInt(int64_t(7)));
  set("RLIMIT_RSS", makeInt(int64_t(5)));
  set("RLIMIT_RTPRIO", makeInt(int64_t(14)));
  set("RLIMIT_RTTIME", makeInt(int64_t(15)));
  set("RLIMIT_SIGPENDING", makeInt(int64_t(11)));
  set("RLIMIT_STACK", makeInt(int64_t(3)));
  set("RLIM_INFINITY", makeInt(int64_t(-1)));
  set("RUSAGE_CHILDREN", makeInt(int64_t(-1)));
  set("RUSAGE_SELF", makeInt(int64_t(0)));
  set("RUSAGE_THREAD", makeInt(int64_t(1)));
  set("error", Ref::share(Value(&types::OSError)));
  set("struct_rusage", Ref::share(Value(&usageType())));
  return Status::ok();
}

} // namespace

const ModuleSpec coil::vm::kResourceModule = {
    .name = "resource",
    .doc = nullptr,
    .functions = kFunctions,
    .populate = populate,
};
