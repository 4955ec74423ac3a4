// posix: the system: its name, limits and load, the environment, random bytes.
#include "VM/Builtins/Builtins.h"
#include "VM/Core/Audit.h"
#include "VM/Modules/posix/Path.h"
#include "VM/Types/Bytes.h"
#include "VM/Types/Dict/Dict.h"
#include "VM/Types/Int/Int.h"
#include "VM/Types/List.h"
#include "VM/Types/Set.h"
#include "VM/Types/StructSequence.h"
#include "VM/Types/Tuple.h"
#include <cstdlib>
#include <cstring>
#include <sys/random.h>
#include <sys/times.h>
#include <sys/utsname.h>
#include <unistd.h>

using namespace coil::vm;

namespace {

[[maybe_unused]] Ref done(Thread &t, int status) { return status < 0 ? Ref(raiseErrno(t)) : Ref::none(); }
[[maybe_unused]] Ref number(Thread &t, int64_t result) {
  return result < 0 ? Ref(raiseErrno(t)) : makeInt(result);
}

constexpr StructField kUnameResultFields[] = {
    {"sysname", "operating system name"},
    {"nodename", "name of machine on network (implementation-defined)"},
    {"release", "operating system release"},
    {"version", "operating system version"},
    {"machine", "hardware identifier"}};

Type &unameResultType() {
  static Type &type = makeStructSequenceType(
      "posix.uname_result",
      "uname_result: Result from os.uname().\n\nThis object may be accessed either as a tuple of\n  "
      "(sysname, nodename, release, version, machine),\nor via the attributes sysname, nodename, release, "
      "version, and machine.\n\nSee os.uname for more information.",
      kUnameResultFields, true);
  return type;
}
constexpr StructField kTimesResultFields[] = {
    {"user", "user time"},
    {"system", "system time"},
    {"children_user", "user time of children"},
    {"children_system", "system time of children"},
    {"elapsed", "elapsed time since an arbitrary point in the past"}};

Type &timesResultType() {
  static Type &type = makeStructSequenceType(
      "posix.times_result",
      "times_result: Result from os.times().\n\nThis object may be accessed either as a tuple of\n  (user, "
      "system, children_user, children_system, elapsed),\nor via the attributes user, system, children_user, "
      "children_system,\nand elapsed.\n\nSee os.times for more information.",
      kTimesResultFields, true);
  return type;
}
Ref posixUname(Thread &t, const Value *) {
  utsname name;
  if (::uname(&name) < 0) return raiseErrno(t);
  Ref values[] = {decodeFileName(name.sysname), decodeFileName(name.nodename), decodeFileName(name.release),
                  decodeFileName(name.version), decodeFileName(name.machine)};
  return newStructSequence(unameResultType(), values);
}
Ref posixTimes(Thread &t, const Value *) {
  tms used;
  clock_t now = ::times(&used);
  if (now == clock_t(-1)) return raiseErrno(t);
  auto ticks = double(::sysconf(_SC_CLK_TCK));
  Ref values[] = {Ref::number(double(used.tms_utime) / ticks), Ref::number(double(used.tms_stime) / ticks),
                  Ref::number(double(used.tms_cutime) / ticks), Ref::number(double(used.tms_cstime) / ticks),
                  Ref::number(double(now) / ticks)};
  return newStructSequence(timesResultType(), values);
}
Ref posixGetloadavg(Thread &t, const Value *) {
  double load[3];
  if (::getloadavg(load, 3) != 3) return raise(t, types::OSError, "Load averages are unobtainable");
  return packTuple(Value::number(load[0]), Value::number(load[1]), Value::number(load[2]));
}
Ref posixCpuCount(Thread &, const Value *) {
  long count = ::sysconf(_SC_NPROCESSORS_ONLN);
  return count >= 1 ? makeInt(int64_t(count)) : Ref::none();
}
Ref posixUmask(Thread &t, const Value *args) {
  return makeInt(int64_t(::umask(mode_t(TRY(readInt(t, args[0]))))));
}
Ref posixStrerror(Thread &t, const Value *args) {
  return decodeFileName(std::strerror(TRY(readInt(t, args[0]))));
}

// --- random bytes

Ref randomBytes(Thread &t, int64_t size, unsigned flags, bool all) {
  if (size < 0) return errno = EINVAL, raiseErrno(t);
  std::vector<uint8_t> bytes(static_cast<size_t>(size));
  size_t filled = 0;
  while (filled < bytes.size()) {
    ssize_t got = retrying([&] { return ::getrandom(bytes.data() + filled, bytes.size() - filled, flags); });
    if (got < 0) return raiseErrno(t);
    filled += size_t(got);
    if (!all) break;
  }
  return makeBytes({bytes.data(), filled});
}
Ref posixUrandom(Thread &t, const Value *args) {
  int64_t size = TRY(indexInt64(t, args[0]));
  if (size < 0) return raise(t, types::ValueError, "negative argument not allowed");
  return randomBytes(t, size, 0, true);
}
Ref posixGetrandom(Thread &t, const Value *args) {
  int64_t size = TRY(indexInt64(t, args[0]));
  return randomBytes(t, size, unsigned(TRY(readInt(t, args[1]))), false);
}

// --- the environment

Ref posixPutenv(Thread &t, const Value *args) {
  Path name, value;
  CHECK(readPath(t, args[0], {.function = nullptr}, name));
  CHECK(readPath(t, args[1], {.function = nullptr}, value));
  if (name.bytes.find('=') != std::string::npos)
    return raise(t, types::ValueError, "illegal environment variable name");
  if (auditing) {
    Ref shownName = asBytes(name), shownValue = asBytes(value);
    CHECK(audit(t, "os.putenv", {shownName.get(), shownValue.get()}));
  }
  return done(t, ::setenv(name.c_str(), value.c_str(), 1));
}
Ref posixUnsetenv(Thread &t, const Value *args) {
  Path name;
  CHECK(readPath(t, args[0], {.function = nullptr}, name));
  if (auditing) {
    Ref shown = asBytes(name);
    CHECK(audit(t, "os.unsetenv", {shown.get()}));
  }
  return done(t, ::unsetenv(name.c_str()));
}

// --- sysconf, confstr, pathconf

struct Named {
  const char *name;
  int value;
};
constexpr Named kSysconf[] = {
#define SYSCONF(name) {#name, _##name},
#include "VM/Modules/posix/Configuration.def"
};
constexpr Named kConfstr[] = {
#define CONFSTR(name) {#name, _##name},
#include "VM/Modules/posix/Configuration.def"
};
constexpr Named kPathconf[] = {
#define PATHCONF(name) {#name, _##name},
#include "VM/Modules/posix/Configuration.def"
};

Result<int> readName(Thread &t, Value v, llvm::ArrayRef<Named> names) {
  if (isIntLike(v)) return readInt(t, v);
  if (!isStr(v)) return raise(t, types::TypeError, "configuration names must be strings or integers");
  std::string text = toUtf8(v.as<Str>());
  for (const Named &named : names)
    if (text == named.name) return named.value;
  return raise(t, types::ValueError, "unrecognized configuration name");
}

// -1 is an answer ("no limit") unless errno says otherwise.
Ref limit(Thread &t, long value) {
  return value == -1 && errno ? Ref(raiseErrno(t)) : makeInt(int64_t(value));
}

Ref posixSysconf(Thread &t, const Value *args) {
  int name = TRY(readName(t, args[0], kSysconf));
  errno = 0;
  return limit(t, ::sysconf(name));
}
Ref posixConfstr(Thread &t, const Value *args) {
  int name = TRY(readName(t, args[0], kConfstr));
  errno = 0;
  char small[255];
  size_t length = ::confstr(name, small, sizeof small);
  if (!length) return errno ? Ref(raiseErrno(t)) : Ref::none();
  std::string text(length, '\0');
  ::confstr(name, text.data(), length);
  return decodeFileName(llvm::StringRef(text).drop_back());
}
Ref posixPathconf(Thread &t, const Value *args) {
  Path path;
  CHECK(readPath(t, args[0], {.function = "pathconf", .allowFd = true}, path));
  int name = TRY(readName(t, args[1], kPathconf));
  errno = 0;
  long value = path.fd >= 0 ? ::fpathconf(path.fd, name) : ::pathconf(path.c_str(), name);
  if (value == -1 && errno) return errno == EINVAL ? Ref(raiseErrno(t)) : Ref(raiseErrno(t, path));
  return makeInt(int64_t(value));
}
Ref posixFpathconf(Thread &t, const Value *args) {
  int fd = TRY(readFd(t, args[0])), name = TRY(readName(t, args[1], kPathconf));
  errno = 0;
  return limit(t, ::fpathconf(fd, name));
}

Ref dictOfNames(llvm::ArrayRef<Named> names) {
  DictRef dict = newDict();
  for (const Named &named : names) dictSetStr(dict, internText(named.name), makeInt(named.value));
  return dict;
}

NativeDef kFunctions[] = {
    {"uname", posixUname, "($module, /)",
     "Return an object identifying the current operating system.\n\nThe object behaves like a named tuple "
     "with the following fields:\n  (sysname, nodename, release, version, machine)"},
    {"times", posixTimes, "($module, /)",
     "Return a collection containing process timing information.\n\nThe object returned behaves like a named "
     "tuple with these fields:\n  (utime, stime, cutime, cstime, elapsed_time)\nAll fields are floating "
     "point numbers."},
    {"getloadavg", posixGetloadavg, "($module, /)",
     "Return average recent system load information.\n\nReturn the number of processes in the system run "
     "queue averaged over\nthe last 1, 5, and 15 minutes as a tuple of three floats.\nRaises OSError if the "
     "load average was unobtainable."},
    {"cpu_count", posixCpuCount, "($module, /)",
     "Return the number of CPUs in the system; return None if indeterminable.\n\nThis number is not "
     "equivalent to the number of CPUs the current process can\nuse.  The number of usable CPUs can be "
     "obtained with\n``len(os.sched_getaffinity(0))``"},
    {"umask", posixUmask, "($module, mask, /)",
     "Set the current numeric umask and return the previous umask."},
    {"strerror", posixStrerror, "($module, code, /)", "Translate an error code to a message string."},
    {"urandom", posixUrandom, "($module, size, /)",
     "Return a bytes object containing random bytes suitable for cryptographic use."},
    {"getrandom", posixGetrandom, "($module, /, size, flags=0)", "Obtain a series of random bytes."},
    {"putenv", posixPutenv, "($module, name, value, /)", "Change or add an environment variable."},
    {"unsetenv", posixUnsetenv, "($module, name, /)", "Delete an environment variable."},
    {"sysconf", posixSysconf, "($module, name, /)",
     "Return an integer-valued system configuration variable."},
    {"confstr", posixConfstr, "($module, name, /)", "Return a string-valued system configuration variable."},
    {"pathconf", posixPathconf, "($module, /, path, name)",
     "Return the configuration limit name for the file or directory path.\n\nIf there is no limit, return "
     "-1.\nOn some platforms, path may also be specified as an open file descriptor.\n  If this "
     "functionality is unavailable, using it raises an exception."},
    {"fpathconf", posixFpathconf, "($module, fd, name, /)",
     "Return the configuration limit name for the file descriptor fd.\n\nIf there is no limit, return -1."},
};

} // namespace

llvm::ArrayRef<NativeDef> coil::vm::posixSystemFunctions() { return kFunctions; }
void coil::vm::addSystemTypes(Dict *dict) {
  auto set = [&](const char *name, Value v) { dictSetStr(dict, internText(name), v); };
  set("uname_result", Value(&unameResultType()));
  set("times_result", Value(&timesResultType()));
  set("sysconf_names", dictOfNames(kSysconf));
  set("confstr_names", dictOfNames(kConfstr));
  set("pathconf_names", dictOfNames(kPathconf));
}
