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

constexpr StructField kUnameResultFields[] = {{"sysname", "what the system is called"},
                                              {"nodename", "what the machine is called on the network"},
                                              {"release", "which release of the system it is"},
                                              {"version", "which build of the release it is"},
                                              {"machine", "what kind of machine it is"}};

Type &unameResultType() {
  static Type &type = makeStructSequenceType("posix.uname_result", "What uname() tells about the system.",
                                             kUnameResultFields, true);
  return type;
}
constexpr StructField kTimesResultFields[] = {
    {"user", "CPU time"},
    {"system", "CPU time of the kernel"},
    {"children_user", "CPU time of ended children"},
    {"children_system", "CPU time of the kernel for ended children"},
    {"elapsed", "seconds since some moment in the past"}};

Type &timesResultType() {
  static Type &type = makeStructSequenceType("posix.times_result", "What times() tells, in seconds.",
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
  return makeInt(int64_t(::umask(mode_t(TRY(asCInt(t, args[0]))))));
}
Ref posixStrerror(Thread &t, const Value *args) {
  return decodeFileName(std::strerror(TRY(asCInt(t, args[0]))));
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
  return randomBytes(t, size, unsigned(TRY(asCInt(t, args[1]))), false);
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
  if (isIntLike(v)) return asCInt(t, v);
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
     "What system this is and on which machine, as a named tuple of strings."},
    {"times", posixTimes, "($module, /)",
     "How much CPU time this process and its ended children took, and the time of day, as a\n"
     "named tuple of floats."},
    {"getloadavg", posixGetloadavg, "($module, /)",
     "How many processes wanted to run on average over the last 1, 5 and 15 minutes; OSError\n"
     "if that is unknown."},
    {"cpu_count", posixCpuCount, "($module, /)",
     "How many CPUs the machine has; None if that is unknown.\n"
     "How many this process may use is len(os.sched_getaffinity(0))."},
    {"umask", posixUmask, "($module, mask, /)",
     "Set which permissions new files do not get, and return what it was before."},
    {"strerror", posixStrerror, "($module, code, /)", "What an error number means, in words."},
    {"urandom", posixUrandom, "($module, size, /)",
     "So many random bytes from the system's generator, fit for cryptography."},
    {"getrandom", posixGetrandom, "($module, /, size, flags=0)",
     "Up to size random bytes from the kernel; flags may be GRND_NONBLOCK and GRND_RANDOM."},
    {"putenv", posixPutenv, "($module, name, value, /)",
     "Set a variable in the environment of programs started later. os.environ does so itself."},
    {"unsetenv", posixUnsetenv, "($module, name, /)",
     "Remove a variable from the environment of programs started later. os.environ does so itself."},
    {"sysconf", posixSysconf, "($module, name, /)",
     "A number the system is set up with, by a name in sysconf_names; -1 if it has none."},
    {"confstr", posixConfstr, "($module, name, /)",
     "A text the system is set up with, by a name in confstr_names; None if it has none."},
    {"pathconf", posixPathconf, "($module, /, path, name)",
     "A limit that holds at a path or a descriptor, by a name in pathconf_names; -1 if there\n"
     "is none."},
    {"fpathconf", posixFpathconf, "($module, fd, name, /)",
     "A limit that holds at a descriptor, by a name in pathconf_names; -1 if there is none."},
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
