// posix: running another program: execv, execve, posix_spawn.
#include "VM/Core/Audit.h"
#include "VM/Modules/posix/Path.h"
#include "VM/Types/Bytes.h"
#include "VM/Types/Dict/Dict.h"
#include "VM/Types/Int/Int.h"
#include "VM/Types/List.h"
#include "VM/Types/Set.h"
#include "VM/Types/StructSequence.h"
#include "VM/Types/Tuple.h"
#include <csignal>
#include <deque>
#include <sched.h>
#include <spawn.h>
#include <unistd.h>

using namespace coil::vm;

namespace {

enum SpawnAction { kSpawnOpen, kSpawnClose, kSpawnDup2 };

// Strings in the form that exec wants.
struct Strings {
  std::vector<std::string> owned;
  std::vector<char *> pointers;
  char *const *finish() {
    for (std::string &s : owned) pointers.push_back(s.data());
    pointers.push_back(nullptr);
    return pointers.data();
  }
};

Result<std::string> readText(Thread &t, Value v) {
  Path path;
  CHECK(readPath(t, v, {.function = "fsconvert", .argument = "argument"}, path));
  return path.bytes;
}

Status readArguments(Thread &t, Value argv, const char *function, Strings &out) {
  if (!isTuple(argv) && !isList(argv))
    return raise(t, types::TypeError, "%: argv must be a tuple or list", function);
  CHECK(forEach(t, argv, [&](Value v) -> Status {
    out.owned.push_back(TRY(readText(t, v)));
    return Status::ok();
  }));
  if (out.owned.empty()) return raise(t, types::ValueError, "% must not be empty", "argv");
  return Status::ok();
}

Status readEnvironment(Thread &t, Value env, Strings &out) {
  Ref keys = TRY(callMethod(t, env, internText("keys")));
  return forEach(t, keys, [&](Value key) -> Status {
    Ref value = TRY(getItem(t, env, key));
    std::string name = TRY(readText(t, key));
    if (name.empty() || name.find('=', 1) != std::string::npos)
      return raise(t, types::ValueError, "illegal environment variable name");
    out.owned.push_back(name + "=" + TRY(readText(t, value)));
    return Status::ok();
  });
}

Ref posixExecv(Thread &t, const Value *args) {
  Path path;
  CHECK(readPath(t, args[0], {.function = "execv"}, path));
  if (!isTuple(args[1]) && !isList(args[1]))
    return raise(t, types::TypeError, "execv() arg 2 must be a tuple or list");
  Strings arguments;
  if (TRY(length(t, args[1])) < 1) return raise(t, types::ValueError, "execv() arg 2 must not be empty");
  CHECK(readArguments(t, args[1], "execv", arguments));
  if (arguments.owned[0].empty())
    return raise(t, types::ValueError, "execv() arg 2 first element cannot be empty");
  CHECK(audit(t, "os.exec", {path.object.get(), args[1], Value::none()}));
  ::execv(path.c_str(), arguments.finish());
  return raiseErrno(t);
}

Ref posixExecve(Thread &t, const Value *args) {
  Path path;
  CHECK(readPath(t, args[0], {.function = "execve", .allowFd = true}, path));
  if (!isTuple(args[1]) && !isList(args[1]))
    return raise(t, types::TypeError, "execve: argv must be a tuple or list");
  if (TRY(length(t, args[1])) < 1) return raise(t, types::ValueError, "execve: argv must not be empty");
  if (!typeOf(args[2])->slots.getItem)
    return raise(t, types::TypeError, "execve: environment must be a mapping object");
  Strings arguments, environment;
  CHECK(readArguments(t, args[1], "execve", arguments));
  if (arguments.owned[0].empty())
    return raise(t, types::ValueError, "execve: argv first element cannot be empty");
  CHECK(readEnvironment(t, args[2], environment));
  CHECK(audit(t, "os.exec", {path.object.get(), args[1], args[2]}));
  if (path.fd >= 0)
    ::fexecve(path.fd, arguments.finish(), environment.finish());
  else
    ::execve(path.c_str(), arguments.finish(), environment.finish());
  return raiseErrno(t, path);
}

// --- posix_spawn

struct Spawn {
  posix_spawn_file_actions_t actions;
  posix_spawnattr_t attributes;
  std::deque<std::string> names; // of files to be opened
  short flags = 0;
  Spawn() {
    posix_spawn_file_actions_init(&actions);
    posix_spawnattr_init(&attributes);
  }
  ~Spawn() {
    posix_spawn_file_actions_destroy(&actions);
    posix_spawnattr_destroy(&attributes);
  }
};

Status checkError(Thread &t, int error) { return error ? Status(raiseOSError(t, error)) : Status::ok(); }

// One of (POSIX_SPAWN_OPEN, fd, path, flags, mode), (POSIX_SPAWN_CLOSE, fd), (POSIX_SPAWN_DUP2, fd, new_fd).
Status addFileAction(Thread &t, Spawn &spawn, Value action) {
  if (!isTuple(action) || !action.as<Tuple>()->length)
    return raise(t, types::TypeError, "Each file_actions element must be a non-empty tuple");
  auto *parts = action.as<Tuple>();
  int kind = TRY(asCInt(t, (*parts)[0]));
  auto shape = [&](int64_t count, const char *what) -> Status {
    if (parts->length == count) return Status::ok();
    return raise(t, types::TypeError, "A % file_action tuple must have % elements", what, count);
  };
  switch (kind) {
  case kSpawnOpen: {
    CHECK(shape(5, "open"));
    int fd = TRY(asCInt(t, (*parts)[1])), flags = TRY(asCInt(t, (*parts)[3])),
        mode = TRY(asCInt(t, (*parts)[4]));
    spawn.names.push_back(TRY(readText(t, (*parts)[2])));
    return checkError(t, posix_spawn_file_actions_addopen(&spawn.actions, fd, spawn.names.back().c_str(),
                                                          flags, mode_t(mode)));
  }
  case kSpawnClose:
    CHECK(shape(2, "close"));
    return checkError(t, posix_spawn_file_actions_addclose(&spawn.actions, TRY(asCInt(t, (*parts)[1]))));
  case kSpawnDup2: {
    CHECK(shape(3, "dup2"));
    int from = TRY(asCInt(t, (*parts)[1])), to = TRY(asCInt(t, (*parts)[2]));
    return checkError(t, posix_spawn_file_actions_adddup2(&spawn.actions, from, to));
  }
  }
  return raise(t, types::TypeError, "Unknown file_actions identifier");
}

Result<sigset_t> readSignals(Thread &t, Value v) {
  sigset_t set;
  sigemptyset(&set);
  CHECK(forEach(t, v, [&](Value item) -> Status {
    int number = TRY(asCInt(t, item));
    if (number < 1 || number >= signals::kCount || sigaddset(&set, number))
      return raise(t, types::ValueError, "signal number % out of range [1; %]", number, signals::kCount - 1);
    return Status::ok();
  }));
  return set;
}

// args: file_actions, setpgroup, resetids, setsid, setsigmask, setsigdef, scheduler
Status prepareSpawn(Thread &t, const char *function, const Value *args, Spawn &spawn) {
  if (!args[0].empty() && !args[0].isNone())
    CHECK(forEach(t, args[0], [&](Value action) { return addFileAction(t, spawn, action); }));
  if (!args[1].empty()) {
    posix_spawnattr_setpgroup(&spawn.attributes, TRY(asCInt(t, args[1])));
    spawn.flags |= POSIX_SPAWN_SETPGROUP;
  }
  if (TRY(asCInt(t, args[2]))) spawn.flags |= POSIX_SPAWN_RESETIDS;
  if (TRY(asCInt(t, args[3]))) spawn.flags |= POSIX_SPAWN_SETSID;
  if (!args[4].empty()) {
    sigset_t mask = TRY(readSignals(t, args[4]));
    if (TRY(length(t, args[4]))) spawn.flags |= POSIX_SPAWN_SETSIGMASK;
    posix_spawnattr_setsigmask(&spawn.attributes, &mask);
  }
  if (!args[5].empty()) {
    sigset_t defaults = TRY(readSignals(t, args[5]));
    if (TRY(length(t, args[5]))) spawn.flags |= POSIX_SPAWN_SETSIGDEF;
    posix_spawnattr_setsigdefault(&spawn.attributes, &defaults);
  }
  if (!args[6].empty()) {
    if (!isTuple(args[6]) || args[6].as<Tuple>()->length != 2)
      return raise(t, types::TypeError, "%: scheduler must be a tuple or None", function);
    auto *pair = args[6].as<Tuple>();
    sched_param param{};
    Ref priority = TRY(getAttr(t, (*pair)[1], internText("sched_priority")));
    param.sched_priority = TRY(asCInt(t, priority));
    if (!(*pair)[0].isNone()) {
      posix_spawnattr_setschedpolicy(&spawn.attributes, TRY(asCInt(t, (*pair)[0])));
      spawn.flags |= POSIX_SPAWN_SETSCHEDULER;
    }
    posix_spawnattr_setschedparam(&spawn.attributes, &param);
    spawn.flags |= POSIX_SPAWN_SETSCHEDPARAM;
  }
  return checkError(t, posix_spawnattr_setflags(&spawn.attributes, spawn.flags));
}

Ref spawnProgram(Thread &t, const char *function, const Value *args, decltype(&::posix_spawn) start) {
  Path path;
  CHECK(readPath(t, args[0], {.function = function}, path));
  if (!isTuple(args[1]) && !isList(args[1]))
    return raise(t, types::TypeError, "%: argv must be a tuple or list", function);
  if (TRY(length(t, args[1])) < 1) return raise(t, types::ValueError, "%: argv must not be empty", function);
  if (!typeOf(args[2])->slots.getItem)
    return raise(t, types::TypeError, "%: environment must be a mapping object", function);
  Strings arguments, environment;
  CHECK(readArguments(t, args[1], function, arguments));
  if (arguments.owned[0].empty())
    return raise(t, types::ValueError, "%: argv first element cannot be empty", function);
  CHECK(readEnvironment(t, args[2], environment));
  Spawn spawn;
  CHECK(prepareSpawn(t, function, args + 3, spawn));
  CHECK(audit(t, "os.posix_spawn", {path.object.get(), args[1], args[2]}));
  pid_t pid;
  if (int error = start(&pid, path.c_str(), &spawn.actions, &spawn.attributes, arguments.finish(),
                        environment.finish()))
    return raiseOSError(t, error, path.object);
  return makeInt(int64_t(pid));
}

Ref posixPosixSpawn(Thread &t, const Value *args) {
  return spawnProgram(t, "posix_spawn", args, ::posix_spawn);
}
Ref posixPosixSpawnp(Thread &t, const Value *args) {
  return spawnProgram(t, "posix_spawnp", args, ::posix_spawnp);
}

NativeDef kFunctions[] = {
    {"execv", posixExecv, "($module, path, argv, /)",
     "Run another program in this process, which ends what runs in it now; OSError if it\n"
     "cannot start. argv is a list or tuple whose first item is the program's name."},
    {"execve", posixExecve, "($module, /, path, argv, env)",
     "Run another program in this process, as execv(), with env for its environment. path may\n"
     "be a descriptor."},
    {"posix_spawn", posixPosixSpawn,
     "($module, path, argv, env, /, *, file_actions=(),\n            setpgroup=<unrepresentable>, "
     "resetids=False, setsid=False,\n            setsigmask=(), setsigdef=(), scheduler=<unrepresentable>)",
     "Run a program in a new process and return its process ID, with the system's\n"
     "posix_spawn(). argv is a list or tuple whose first item is the program's name, env its\n"
     "environment. file_actions are tuples of a POSIX_SPAWN_ constant and its arguments, done\n"
     "in order. setpgroup names its process group; setsid makes it a session leader; resetids\n"
     "gives it the real user and group; setsigmask blocks signals, setsigdef gives them their\n"
     "default action; scheduler is (policy, parameters)."},
    {"posix_spawnp", posixPosixSpawnp,
     "($module, path, argv, env, /, *, file_actions=(),\n             setpgroup=<unrepresentable>, "
     "resetids=False, setsid=False,\n             setsigmask=(), setsigdef=(), scheduler=<unrepresentable>)",
     "posix_spawn() that looks for a program without a '/' in its name along PATH."},
};

} // namespace

llvm::ArrayRef<NativeDef> coil::vm::posixExecFunctions() { return kFunctions; }
