// posix: scheduling.
#include "VM/Core/Audit.h"
#include "VM/Modules/posix/Path.h"
#include "VM/Types/Bytes.h"
#include "VM/Types/Dict/Dict.h"
#include "VM/Types/Int/Int.h"
#include "VM/Types/List.h"
#include "VM/Types/Set.h"
#include "VM/Types/StructSequence.h"
#include "VM/Types/Tuple.h"
#include <sched.h>

using namespace coil::vm;

namespace {

[[maybe_unused]] Ref done(Thread &t, int status) { return status < 0 ? Ref(raiseErrno(t)) : Ref::none(); }
[[maybe_unused]] Ref number(Thread &t, int64_t result) {
  return result < 0 ? Ref(raiseErrno(t)) : makeInt(result);
}

constexpr StructField kParamFields[] = {{"sched_priority", "the scheduling priority"}};

// sched_param(sched_priority): made from its one field, not from a sequence.
Ref schedParamNew(Thread &, const Value *args) {
  Ref values[] = {Ref::share(args[1])};
  return newStructSequence(*args[0].as<Type>(), values);
}
Ref schedParamReduce(Thread &, const Value *args) {
  TupleRef arguments = packTuple((*args[0].as<Tuple>())[0]);
  return packTuple(Value(typeOf(args[0])), Value(arguments));
}

NativeDef kParamMethods[] = {
    {"__reduce__", schedParamReduce, "!($self, /)", nullptr},
    {"__new__", schedParamNew, "($type, sched_priority)",
     "Create and return a new object.  See help(type) for accurate signature."},
};

Type &schedParamType() {
  static Type &type = makeStructSequenceType(
      "posix.sched_param",
      "Currently has only one field: sched_priority\n\n  sched_priority\n    A scheduling parameter.",
      kParamFields, true, 0, kParamMethods);
  return type;
}

Ref makeParam(int priority) {
  Ref values[] = {makeInt(priority)};
  return newStructSequence(schedParamType(), values);
}
Result<sched_param> readParam(Thread &t, Value v) {
  if (!isExactly(v, schedParamType())) return raise(t, types::TypeError, "must have a sched_param object");
  Ref number = TRY(index(t, (*v.as<Tuple>())[0]));
  int64_t priority;
  if (!toInt64(number, priority) || priority != int32_t(priority))
    return raise(t, types::OverflowError, "sched_priority out of range");
  sched_param param{};
  param.sched_priority = int(priority);
  return param;
}

Ref posixSchedGetPriorityMax(Thread &t, const Value *args) {
  return number(t, ::sched_get_priority_max(TRY(readInt(t, args[0]))));
}
Ref posixSchedGetPriorityMin(Thread &t, const Value *args) {
  return number(t, ::sched_get_priority_min(TRY(readInt(t, args[0]))));
}
Ref posixSchedGetscheduler(Thread &t, const Value *args) {
  return number(t, ::sched_getscheduler(TRY(readPid(t, args[0]))));
}
Ref posixSchedSetscheduler(Thread &t, const Value *args) {
  int pid = TRY(readPid(t, args[0])), policy = TRY(readInt(t, args[1]));
  sched_param param = TRY(readParam(t, args[2]));
  return done(t, ::sched_setscheduler(pid, policy, &param));
}
Ref posixSchedGetparam(Thread &t, const Value *args) {
  sched_param param;
  if (::sched_getparam(TRY(readPid(t, args[0])), &param) < 0) return raiseErrno(t);
  return makeParam(param.sched_priority);
}
Ref posixSchedSetparam(Thread &t, const Value *args) {
  int pid = TRY(readPid(t, args[0]));
  sched_param param = TRY(readParam(t, args[1]));
  return done(t, ::sched_setparam(pid, &param));
}
Ref posixSchedRrGetInterval(Thread &t, const Value *args) {
  timespec interval;
  if (::sched_rr_get_interval(TRY(readPid(t, args[0])), &interval) < 0) return raiseErrno(t);
  return Ref::number(double(interval.tv_sec) + 1e-9 * double(interval.tv_nsec));
}
Ref posixSchedYield(Thread &t, const Value *) { return done(t, ::sched_yield()); }

// --- affinity; sets of any number of processors

struct CpuSet {
  std::vector<unsigned long> words;
  explicit CpuSet(size_t count) : words((count + 63) / 64) {}
  cpu_set_t *get() { return reinterpret_cast<cpu_set_t *>(words.data()); }
  size_t bytes() const { return words.size() * sizeof(unsigned long); }
};

Ref posixSchedGetaffinity(Thread &t, const Value *args) {
  int pid = TRY(readPid(t, args[0]));
  for (size_t count = 64; count <= (1u << 20); count *= 2) {
    CpuSet set(count);
    if (::sched_getaffinity(pid, set.bytes(), set.get()) < 0) {
      if (errno == EINVAL) continue;
      return raiseErrno(t);
    }
    Ref result = newSet();
    for (size_t i = 0; i < count; ++i)
      if (CPU_ISSET_S(i, set.bytes(), set.get()))
        CHECK(setAdd(t, result.as<Set>(), Value::smallInt(int64_t(i))));
    return result;
  }
  return raiseErrno(t);
}
Ref posixSchedSetaffinity(Thread &t, const Value *args) {
  int pid = TRY(readPid(t, args[0]));
  std::vector<int64_t> cpus;
  int64_t highest = 0;
  CHECK(forEach(t, args[1], [&](Value v) -> Status {
    if (!isIntLike(v))
      return raise(t, types::TypeError, "expected an iterator of ints, but iterator yielded %", typeName(v));
    int64_t cpu = TRY(asInt64(t, v));
    if (cpu < 0) return raise(t, types::ValueError, "negative CPU number");
    if (cpu > INT32_MAX - 1) return raise(t, types::OverflowError, "CPU number too large");
    cpus.push_back(cpu);
    highest = std::max(highest, cpu);
    return Status::ok();
  }));
  CpuSet set(size_t(highest) + 1);
  for (int64_t cpu : cpus) CPU_SET_S(size_t(cpu), set.bytes(), set.get());
  return done(t, ::sched_setaffinity(pid, set.bytes(), set.get()));
}

NativeDef kFunctions[] = {
    {"sched_get_priority_max", posixSchedGetPriorityMax, "($module, /, policy)",
     "Get the maximum scheduling priority for policy."},
    {"sched_get_priority_min", posixSchedGetPriorityMin, "($module, /, policy)",
     "Get the minimum scheduling priority for policy."},
    {"sched_getscheduler", posixSchedGetscheduler, "($module, pid, /)",
     "Get the scheduling policy for the process identified by pid.\n\nPassing 0 for pid returns the "
     "scheduling policy for the calling process."},
    {"sched_setscheduler", posixSchedSetscheduler, "($module, pid, policy, param, /)",
     "Set the scheduling policy for the process identified by pid.\n\nIf pid is 0, the calling process is "
     "changed.\nparam is an instance of sched_param."},
    {"sched_getparam", posixSchedGetparam, "($module, pid, /)",
     "Returns scheduling parameters for the process identified by pid.\n\nIf pid is 0, returns parameters "
     "for the calling process.\nReturn value is an instance of sched_param."},
    {"sched_setparam", posixSchedSetparam, "($module, pid, param, /)",
     "Set scheduling parameters for the process identified by pid.\n\nIf pid is 0, sets parameters for the "
     "calling process.\nparam should be an instance of sched_param."},
    {"sched_rr_get_interval", posixSchedRrGetInterval, "($module, pid, /)",
     "Return the round-robin quantum for the process identified by pid, in seconds.\n\nValue returned is a "
     "float."},
    {"sched_yield", posixSchedYield, "($module, /)", "Voluntarily relinquish the CPU."},
    {"sched_getaffinity", posixSchedGetaffinity, "($module, pid, /)",
     "Return the affinity of the process identified by pid (or the current process if zero).\n\nThe affinity "
     "is returned as a set of CPU identifiers."},
    {"sched_setaffinity", posixSchedSetaffinity, "($module, pid, mask, /)",
     "Set the CPU affinity of the process identified by pid to mask.\n\nmask should be an iterable of "
     "integers identifying CPUs."},
};

} // namespace

llvm::ArrayRef<NativeDef> coil::vm::posixSchedulerFunctions() { return kFunctions; }
void coil::vm::addSchedulerTypes(Dict *dict) {
  dictSetStr(dict, internText("sched_param"), Value(&schedParamType()));
}
