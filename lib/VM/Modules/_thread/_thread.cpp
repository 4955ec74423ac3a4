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
    {"exc_type", "Exception type"},
    {"exc_value", "Exception value"},
    {"exc_traceback", "Exception traceback"},
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
      "_thread._ExceptHookArgs", "ExceptHookArgs\n\nType used to pass arguments to threading.excepthook.",
      kHookFields, true);
  auto set = [&](const char *name, Value v) { dictSetStr(module->dict, internText(name), v); };
  set("_ExceptHookArgs", Value(&hookArgs));
  set("LockType", Value(&types::Lock));
  set("error", Value(&types::RuntimeError));
  set("TIMEOUT_MAX", Value::number(kTimeoutMax));
  return Status::ok();
}

constexpr char kStartDoc[] =
    "start_new_thread(function, args[, kwargs])\n(start_new() is an obsolete synonym)\n\nStart a new "
    "thread and return its identifier.";
constexpr char kAllocateDoc[] =
    "allocate_lock() -> lock object\n(allocate() is an obsolete synonym)\n\nCreate a new lock "
    "object. See help(type(threading.Lock())) for\ninformation about locks.";
constexpr char kExitDoc[] =
    "exit()\n(exit_thread() is an obsolete synonym)\n\nThis is synonymous to ``raise SystemExit''.";

NativeDef kFunctions[] = {
    {"start_new_thread", startThread, "!($module, function, args, kwargs=<unrepresentable>, /)", kStartDoc},
    {"start_new", startThread, "!($module, function, args, kwargs=<unrepresentable>, /)", kStartDoc},
    {"allocate_lock", threadAllocateLock, "!($module, /)", kAllocateDoc},
    {"allocate", threadAllocateLock, "!($module, /)", kAllocateDoc},
    {"exit", threadExit, "!($module, /)", kExitDoc},
    {"exit_thread", threadExit, "!($module, /)", kExitDoc},
    {"interrupt_main", threadInterruptMain, "!($module, signum=2, /)",
     "interrupt_main(signum=signal.SIGINT, /)\n\nSimulate the arrival of the given signal in the main "
     "thread."},
    {"get_ident", threadGetIdent, "!($module, /)",
     "get_ident() -> integer\n\nReturn a non-zero integer that identifies the thread."},
    {"get_native_id", threadGetNativeId, "!($module, /)",
     "get_native_id() -> integer\n\nReturn the thread's identifier as assigned by the operating system."},
    {"_count", threadCount, "!($module, /)",
     "_count() -> integer\n\nReturn the number of currently running Python threads."},
    {"stack_size", threadStackSize, "!p($module, size=0, /)",
     "stack_size([size]) -> size\n\nReturn the thread stack size used when creating new threads."},
    {"_set_sentinel", threadSetSentinel, "!($module, /)",
     "_set_sentinel() -> lock\n\nSet a sentinel lock that will be released when the current thread\nstate is "
     "finalized."},
    {"_excepthook", threadExcepthook, "!($module, args, /)",
     "excepthook(exc_type, exc_value, exc_traceback, thread)\n\nHandle uncaught Thread.run() exception."},
};

const ModuleType kTypes[] = {
    {types::Lock, kLockSpec, types::Object, false},
    {types::RLock, kRLockSpec, types::Object},
    {types::ThreadLocal, kThreadLocalSpec, types::Object},
};

} // namespace

const ModuleSpec coil::vm::kThreadModule = {
    .name = "_thread",
    .doc = "This module provides primitive operations to write multi-threaded programs.\nThe 'threading' "
           "module provides a "
           "more convenient interface.",
    .functions = kFunctions,
    .populate = populate,
    .types = kTypes,
};
