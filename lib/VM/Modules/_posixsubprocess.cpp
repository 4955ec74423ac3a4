// _posixsubprocess.fork_exec: a child process with its descriptors, identity and program.
#include "VM/Core/Audit.h"
#include "VM/Modules/Modules.h"
#include "VM/Modules/posix/Path.h"
#include "VM/Types/Bytes.h"
#include "VM/Types/Int/Int.h"
#include "VM/Types/Str/TextArguments.h"
#include "VM/Types/Tuple.h"
#include <csignal>
#include <dirent.h>
#include <grp.h>
#include <unistd.h>

using namespace coil::vm;

namespace {

// Parameters of fork_exec.
enum Argument {
  kArgs,
  kExecutables,
  kCloseFds,
  kKeptFds,
  kCwd,
  kEnv,
  kP2cRead,
  kP2cWrite,
  kC2pRead,
  kC2pWrite,
  kErrRead,
  kErrWrite,
  kErrPipeRead,
  kErrPipeWrite,
  kRestoreSignals,
  kSetsid,
  kProcessGroup,
  kGid,
  kGroups,
  kUid,
  kUmask,
  kPreexec,
  kAllowVfork,
};

struct Strings {
  std::vector<std::string> owned;
  std::vector<char *> pointers;
  char *const *finish() {
    for (std::string &s : owned) pointers.push_back(s.data());
    pointers.push_back(nullptr);
    return pointers.data();
  }
};

struct Child {
  Strings args, executables, env;
  bool hasEnv = false, hasCwd = false, closeFds = false, restoreSignals = false, setsid = false;
  std::vector<int> kept;
  std::string cwd;
  int p2cRead, p2cWrite, c2pRead, c2pWrite, errRead, errWrite, errPipeRead, errPipeWrite;
  int processGroup, umask;
  bool hasGid = false, hasUid = false, hasGroups = false;
  gid_t gid = 0;
  uid_t uid = 0;
  std::vector<gid_t> groups;
  Value preexec;
};

Status readStrings(Thread &t, Value v, const char *message, Strings &out) {
  auto items = TRY(fastSequence(t, v, message));
  Value list(items);
  for (int64_t i = 0; i < TRY(length(t, list)); ++i) {
    Ref item = TRY(getItem(t, list, Value::smallInt(i)));
    Path path;
    TRY(readPath(t, item, {.function = "fsconvert", .argument = "argument"}, path));
    out.owned.push_back(path.bytes);
  }
  return Status::ok();
}

// The descriptors must be sorted and distinct: "bad value(s) in fds_to_keep".
Status readKept(Thread &t, Value v, Child &child) {
  if (!isTuple(v))
    return raise(t, types::TypeError, "fork_exec() argument 4 must be tuple, not %", argumentTypeName(v));
  int64_t previous = -1;
  for (Value item : v.as<Tuple>()->values()) {
    int64_t fd;
    if (!isIntLike(item) || !toInt64(item, fd) || fd < 0 || fd <= previous || fd > INT32_MAX)
      return raise(t, types::ValueError, "bad value(s) in fds_to_keep");
    child.kept.push_back(int(fd));
    previous = fd;
  }
  return Status::ok();
}

Status readIdentities(Thread &t, const Value *args, Child &child) {
  if (!args[kGroups].isNone()) {
    if (!isList(args[kGroups])) return raise(t, types::TypeError, "setgroups argument must be a sequence");
    child.hasGroups = true;
    int64_t count = TRY(length(t, args[kGroups]));
    if (count > 65536) return raise(t, types::ValueError, "too many groups");
    for (int64_t i = 0; i < count; ++i) {
      Ref item = TRY(getItem(t, args[kGroups], Value::smallInt(i)));
      if (!isIntLike(item)) return raise(t, types::TypeError, "groups must be integers");
      auto group = readIdentity(t, item, "gid");
      if (!group) {
        clearPending(t);
        return raise(t, types::ValueError, "invalid group id");
      }
      child.groups.push_back(*group);
    }
  }
  child.hasGid = !args[kGid].isNone();
  if (child.hasGid) child.gid = TRY(readIdentity(t, args[kGid], "gid"));
  child.hasUid = !args[kUid].isNone();
  if (child.hasUid) child.uid = TRY(readIdentity(t, args[kUid], "uid"));
  return Status::ok();
}

Status readNumbers(Thread &t, const Value *args, Child &child) {
  int *const targets[] = {&child.p2cRead, &child.p2cWrite, &child.c2pRead,     &child.c2pWrite,
                          &child.errRead, &child.errWrite, &child.errPipeRead, &child.errPipeWrite};
  for (int i = 0; i < 8; ++i) *targets[i] = TRY(intArgument(t, args[kP2cRead + i]));
  child.closeFds = TRY(truth(t, args[kCloseFds]));
  child.restoreSignals = TRY(truth(t, args[kRestoreSignals]));
  child.setsid = TRY(truth(t, args[kSetsid]));
  child.processGroup = TRY(intArgument(t, args[kProcessGroup]));
  child.umask = TRY(intArgument(t, args[kUmask]));
  if (child.closeFds && child.errPipeWrite < 3)
    return raise(t, types::ValueError, "errpipe_write must be >= 3");
  return Status::ok();
}

// --- in the child

bool makeInheritable(int fd) {
  int flags = ::fcntl(fd, F_GETFD);
  return flags >= 0 && ::fcntl(fd, F_SETFD, flags & ~FD_CLOEXEC) >= 0;
}

// Puts `from` in the place of the standard descriptor `to`.
bool placeFd(int from, int to) {
  if (from == to) return makeInheritable(from);
  return from == -1 || ::dup2(from, to) >= 0;
}

bool arrangeFds(Child &child) {
  for (int fd : child.kept)
    if (fd != child.errPipeWrite && !makeInheritable(fd) && errno != EBADF) return false;
  for (int fd : {child.p2cWrite, child.c2pRead, child.errRead, child.errPipeRead})
    if (fd != -1 && ::close(fd) < 0) return false;
  // What lies in the way of the standard descriptors moves.
  if (child.c2pWrite == 0 && (child.c2pWrite = ::dup(0)) < 0) return false;
  while (child.errWrite == 0 || child.errWrite == 1)
    if ((child.errWrite = ::dup(child.errWrite)) < 0) return false;
  return placeFd(child.p2cRead, 0) && placeFd(child.c2pWrite, 1) && placeFd(child.errWrite, 2);
}

bool becomeOther(const Child &child) {
  if (child.hasCwd && ::chdir(child.cwd.c_str()) < 0) return false;
  if (child.umask >= 0) ::umask(mode_t(child.umask));
  if (child.restoreSignals)
    for (int number : {SIGPIPE, SIGXFSZ}) ::signal(number, SIG_DFL);
  if (child.setsid) ::setsid();
  if (child.processGroup >= 0 && ::setpgid(0, child.processGroup) < 0) return false;
  if (child.hasGroups && ::setgroups(child.groups.size(), child.groups.data()) < 0) return false;
  if (child.hasGid && ::setregid(child.gid, child.gid) < 0) return false;
  return !child.hasUid || ::setreuid(child.uid, child.uid) >= 0;
}

void closeOthers(const Child &child) {
  DIR *directory = ::opendir("/proc/self/fd");
  std::vector<int> open;
  if (directory) {
    while (dirent *entry = ::readdir(directory))
      if (int fd = std::atoi(entry->d_name); fd > 2 && fd != ::dirfd(directory)) open.push_back(fd);
    ::closedir(directory);
  } else {
    for (int fd = 3; fd < int(::sysconf(_SC_OPEN_MAX)); ++fd) open.push_back(fd);
  }
  for (int fd : open)
    if (!std::binary_search(child.kept.begin(), child.kept.end(), fd)) ::close(fd);
}

// Tries one name of the program after the other. The error that counts is the first one that says more than
// that a file is not there.
void execute(Child &child) {
  int error = 0;
  for (std::string &name : child.executables.owned) {
    if (child.hasEnv)
      ::execve(name.c_str(), child.args.pointers.data(), child.env.pointers.data());
    else
      ::execv(name.c_str(), child.args.pointers.data());
    if (errno != ENOENT && errno != ENOTDIR && !error) error = errno;
  }
  if (error) errno = error;
}

void tell(int fd, llvm::StringRef text) { (void)!::write(fd, text.data(), text.size()); }

// What subprocess reads from the error pipe: "OSError:<errno in hex>:noexec", or the message of a
// SubprocessError.
[[noreturn]] void runChild(Thread &t, Child &child) {
  bool early = true;
  const char *message = "";
  if (arrangeFds(child) && becomeOther(child)) {
    early = false;
    bool ready = true;
    if (!child.preexec.isNone()) {
      ready = bool(call(t, child.preexec));
      if (!ready) message = "Exception occurred in preexec_fn.", errno = 0;
    }
    if (ready) {
      if (child.closeFds) closeOthers(child);
      execute(child);
    }
  }
  int error = errno;
  char hex[16];
  snprintf(hex, sizeof hex, "%X", unsigned(error));
  if (error)
    tell(child.errPipeWrite, std::string("OSError:") + hex + (early ? ":noexec" : ":"));
  else
    tell(child.errPipeWrite, std::string("SubprocessError:0:") + message);
  ::_exit(255);
}

Ref forkExec(Thread &t, const Value *args) {
  Child child;
  child.preexec = args[kPreexec];
  CHECK(readKept(t, args[kKeptFds], child));
  CHECK(readNumbers(t, args, child));
  CHECK(readStrings(t, args[kExecutables], "executable_list must be a sequence", child.executables));
  CHECK(readStrings(t, args[kArgs], "argv must be a tuple", child.args));
  child.hasEnv = !args[kEnv].isNone();
  if (child.hasEnv) CHECK(readStrings(t, args[kEnv], "env must be a sequence", child.env));
  child.hasCwd = !args[kCwd].isNone();
  if (child.hasCwd) {
    Path path;
    CHECK(readPath(t, args[kCwd], {.function = "fsconvert", .argument = "argument"}, path));
    child.cwd = path.bytes;
  }
  CHECK(readIdentities(t, args, child));
  (void)child.args.finish(), (void)child.env.finish();
  bool runsPython = !child.preexec.isNone();
  if (runsPython) beforeFork(t);
  pid_t pid = ::fork();
  int error = errno;
  if (pid == 0) {
    if (runsPython) afterFork(t, true);
    runChild(t, child);
  }
  if (runsPython) afterFork(t, false);
  return pid < 0 ? Ref(raiseOSError(t, error)) : makeInt(int64_t(pid));
}

NativeDef kFunctions[] = {
    {"fork_exec", forkExec,
     "!($module, args, executable_list, close_fds, pass_fds, cwd, env, p2cread, p2cwrite, c2pread, c2pwrite, "
     "errread, errwrite, errpipe_read, errpipe_write, restore_signals, start_new_session, process_group, "
     "gid, "
     "groups_list, uid, child_umask, preexec_fn, allow_vfork, /)",
     "Forks and runs another program in the child. Used by subprocess only."},
};

} // namespace

const ModuleSpec coil::vm::kPosixSubprocessModule = {
    .name = "_posixsubprocess",
    .doc = "fork_exec(), the step from one process to two that subprocess.Popen is built on.",
    .functions = kFunctions,
};
