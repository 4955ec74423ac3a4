// The module _thread.
#include "VM/Builtins/Builtins.h"
#include "VM/Core/Names.h"
#include "VM/Core/Runtime.h"
#include "VM/Core/Signals.h"
#include "VM/Exceptions/Exception.h"
#include "VM/Modules/Modules.h"
#include "VM/Modules/_thread/Lock.h"
#include "VM/Types/Int/Int.h"
#include "VM/Types/StructSequence.h"
#include <csignal>
#include <sys/syscall.h>
#include <unistd.h>

using namespace coil::vm;

namespace {

Ref threadAllocateLock(Thread &, const Value *) { return newLock(); }
Ref threadGetIdent(Thread &t, const Value *) { return makeInt(t.identifier); }
Ref threadGetNativeId(Thread &, const Value *) { return makeInt(int64_t(::syscall(SYS_gettid))); }
Ref threadCount(Thread &, const Value *) { return makeInt(startedThreads()); }
Ref threadExit(Thread &t, const Value *) { return raiseObject(t, TRY(call(t, Value(&types::SystemExit)))); }

Ref threadInterruptMain(Thread &t, const Value *args) {
  int64_t number = TRY(asInt64(t, args[0]));
  if (number < 1 || number >= NSIG) return raise(t, types::ValueError, "signal number out of range");
  // Through the wake-up descriptor and all, as the C handler does; not if the signal does nothing.
  Value handler = signals::handlers[number];
  if (handler != Value::smallInt(0) && handler != Value::smallInt(1) && !handler.isNone())
    signals::note(int(number));
  return Ref::none();
}

// A lock that the end of the thread releases.
Ref threadSetSentinel(Thread &t, const Value *) {
  replaceOwned(t.endLock, newLock().release());
  return Ref::share(t.endLock);
}

void releaseEndLock(Thread &t) {
  if (t.endLock.empty()) return;
  releaseIfHeld(t.endLock);
  replaceOwned(t.endLock, Value());
}

constexpr StructField kHookFields[] = {
    {"exc_type", "what was raised: its class"},
    {"exc_value", "what was raised, or None"},
    {"exc_traceback", "where it was raised, or None"},
    {"thread", "Thread"},
};

// What threading.excepthook is: says which thread ended, and by what.
Ref threadExcepthook(Thread &t, const Value *args) {
  if (!isTuple(args[0]) || args[0].as<Tuple>()->length < 4)
    return raise(t, types::TypeError, "_thread.excepthook argument type must be ExceptHookArgs");
  auto *fields = args[0].as<Tuple>();
  if ((*fields)[0] == Value(&types::SystemExit)) return Ref::none();
  std::string name = "<failed to get thread name>";
  if ((*fields)[3].isNone()) {
    name = std::to_string(t.identifier);
  } else if (Ref attribute = getAttr(t, (*fields)[3], internText("_name"))) {
    name = TRY(strText(t, attribute));
  } else {
    clearPending(t);
  }
  Ref stream = TRY(sysAttribute(t, names::stderr));
  if (stream->isNone()) return Ref::none();
  StrRef text = makeStr("Exception in thread " + name + ":\n" + formatException(t, (*fields)[1]));
  CHECK(callMethod(t, stream, names::write, {Value(text)}));
  CHECK(callMethod(t, stream, names::flush));
  return Ref::none();
}

Status populate(Thread &, Module *module) {
  static bool registered = false;
  if (!std::exchange(registered, true)) {
    atThreadEnd(dropThreadLocals);
    atThreadEnd(releaseEndLock);
  }
  static Type &hookArgs = makeStructSequenceType(
      "_thread._ExceptHookArgs", "What threading.excepthook is told of an exception that ended a thread.",
      kHookFields, true);
  auto set = [&](const char *name, Value v) { dictSetStr(module->dict, internText(name), v); };
  set("_ExceptHookArgs", Value(&hookArgs));
  set("LockType", Value(&types::Lock));
  set("error", Value(&types::RuntimeError));
  set("TIMEOUT_MAX", Value::number(kTimeoutMax));
  return Status::ok();
}

constexpr char kStartDoc[] =
    "start_new_thread(function, args[, kwargs]): call a function in a new thread, and return\n"
    "that thread's ident. An exception that ends it is reported by sys.unraisablehook;\n"
    "SystemExit ends it quietly. start_new() is an old name of it.";
constexpr char kAllocateDoc[] =
    "allocate_lock(): a new lock, which nobody has taken yet. allocate() is an old name of it.";
constexpr char kExitDoc[] =
    "exit(): end this thread, by raising SystemExit. exit_thread() is an old name of it.";

NativeDef kFunctions[] = {
    {"start_new_thread", startThread, "!($module, function, args, kwargs=<unrepresentable>, /)", kStartDoc},
    {"start_new", startThread, "!($module, function, args, kwargs=<unrepresentable>, /)", kStartDoc},
    {"allocate_lock", threadAllocateLock, "!($module, /)", kAllocateDoc},
    {"allocate", threadAllocateLock, "!($module, /)", kAllocateDoc},
    {"exit", threadExit, "!($module, /)", kExitDoc},
    {"exit_thread", threadExit, "!($module, /)", kExitDoc},
    {"interrupt_main", threadInterruptMain, "!($module, signum=2, /)",
     "interrupt_main(signum=signal.SIGINT, /): let the main thread run its handler of a\n"
     "signal, as if that had come. Nothing happens if the signal is ignored or has its default\n"
     "action."},
    {"get_ident", threadGetIdent, "!($module, /)",
     "get_ident(): a number, never 0, that no other thread has as long as this one runs."},
    {"get_native_id", threadGetNativeId, "!($module, /)",
     "get_native_id(): the number by which the operating system knows this thread."},
    {"_count", threadCount, "!($module, /)",
     "_count(): how many threads are running, those that were started here and have not ended yet."},
    {"stack_size", threadStackSize, "!p($module, size=0, /)",
     "stack_size([size]): how many bytes of stack new threads get, 0 for the system's default.\n"
     "With an argument that is set for threads still to come, and the result is what it was\n"
     "before."},
    {"_set_sentinel", threadSetSentinel, "!($module, /)",
     "_set_sentinel(): a lock that will be freed when this thread ends; threading waits for that."},
    {"_excepthook", threadExcepthook, "!($module, args, /)",
     "excepthook(args): report an exception that ended a thread, where and how, on sys.stderr;\n"
     "SystemExit is not reported."},
};

const ModuleType kTypes[] = {
    {types::Lock, kLockSpec, types::Object, false},
    {types::RLock, kRLockSpec, types::Object},
    {types::ThreadLocal, kThreadLocalSpec, types::Object},
};

} // namespace

const ModuleSpec coil::vm::kThreadModule = {
    .name = "_thread",
    .doc = "Threads and locks, the bricks of which the module threading is made.",
    .functions = kFunctions,
    .populate = populate,
    .types = kTypes,
};
