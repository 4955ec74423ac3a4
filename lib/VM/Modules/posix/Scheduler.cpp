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

constexpr StructField kParamFields[] = {
    {"sched_priority", "the priority among processes of the same policy"}};

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
    {"__new__", schedParamNew, "($type, sched_priority)", "Make a new object of the class."},
};

Type &schedParamType() {
  static Type &type = makeStructSequenceType(
      "posix.sched_param", "How a process is scheduled; so far that is only sched_priority.", kParamFields,
      true, 0, kParamMethods);
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
  return number(t, ::sched_get_priority_max(TRY(asCInt(t, args[0]))));
}
Ref posixSchedGetPriorityMin(Thread &t, const Value *args) {
  return number(t, ::sched_get_priority_min(TRY(asCInt(t, args[0]))));
}
Ref posixSchedGetscheduler(Thread &t, const Value *args) {
  return number(t, ::sched_getscheduler(TRY(readPid(t, args[0]))));
}
Ref posixSchedSetscheduler(Thread &t, const Value *args) {
  int pid = TRY(readPid(t, args[0])), policy = TRY(asCInt(t, args[1]));
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
     "The highest priority that processes of a scheduling policy can have."},
    {"sched_get_priority_min", posixSchedGetPriorityMin, "($module, /, policy)",
     "The lowest priority that processes of a scheduling policy can have."},
    {"sched_getscheduler", posixSchedGetscheduler, "($module, pid, /)",
     "The scheduling policy of a process, one of the SCHED_ constants; 0 means this process."},
    {"sched_setscheduler", posixSchedSetscheduler, "($module, pid, policy, param, /)",
     "Set the scheduling policy of a process, one of the SCHED_ constants, and its\n"
     "sched_param; 0 means this process."},
    {"sched_getparam", posixSchedGetparam, "($module, pid, /)",
     "How a process is scheduled, as a sched_param; 0 means this process."},
    {"sched_setparam", posixSchedSetparam, "($module, pid, param, /)",
     "Set how a process is scheduled, with a sched_param; 0 means this process."},
    {"sched_rr_get_interval", posixSchedRrGetInterval, "($module, pid, /)",
     "How many seconds a process runs before others of its priority have their turn, under\n"
     "SCHED_RR; 0 means this process."},
    {"sched_yield", posixSchedYield, "($module, /)", "Let others run now."},
    {"sched_getaffinity", posixSchedGetaffinity, "($module, pid, /)",
     "The set of CPUs that a process may run on, by number; 0 means this process."},
    {"sched_setaffinity", posixSchedSetaffinity, "($module, pid, mask, /)",
     "Say which CPUs a process may run on, by an iterable of their numbers; 0 means this process."},
};

} // namespace

llvm::ArrayRef<NativeDef> coil::vm::posixSchedulerFunctions() { return kFunctions; }
void coil::vm::addSchedulerTypes(Dict *dict) {
  dictSetStr(dict, internText("sched_param"), Value(&schedParamType()));
}
