// faulthandler: tracebacks when the process crashes, hangs or is asked by a signal.
#include "VM/Modules/faulthandler/Faulthandler.h"
#include "VM/Core/Runtime.h"

using namespace coil::vm;
using namespace coil::vm::faults;

namespace {

// dump_traceback(file=sys.stderr, all_threads=True)
Ref dumpTraceback(Thread &t, const Value *args) {
  Target to;
  CHECK(to.read(t, args[0], args[1]));
  to.dump();
  to.forget();
  return Ref::none();
}

NativeDef kFunctions[] = {
    {"enable", enable, "!($module, /, file=None, all_threads=True)",
     "enable(file=sys.stderr, all_threads=True): enable the fault handler"},
    {"disable", disable, "!($module, /)", "disable(): disable the fault handler"},
    {"is_enabled", isEnabled, "!($module, /)", "is_enabled()->bool: check if the handler is enabled"},
    {"dump_traceback", dumpTraceback, "!($module, /, file=None, all_threads=True)",
     "dump_traceback(file=sys.stderr, all_threads=True): dump the traceback of the current thread, or of all "
     "threads if all_threads is True, into file"},
    {"dump_traceback_later", dumpLater, "!($module, /, timeout, repeat=False, file=None, exit=False)",
     "dump_traceback_later(timeout, repeat=False, file=sys.stderrn, exit=False):\ndump the traceback of all "
     "threads in timeout seconds,\nor each timeout seconds if repeat is True. If exit is True, call _exit(1) "
     "which is not safe."},
    {"cancel_dump_traceback_later", cancelLater, "!($module, /)",
     "cancel_dump_traceback_later():\ncancel the previous call to dump_traceback_later()."},
    {"register", registerSignal, "!($module, /, signum, file=None, all_threads=True, chain=False)",
     "register(signum, file=sys.stderr, all_threads=True, chain=False): register a handler for the signal "
     "'signum': dump the traceback of the current thread, or of all threads if all_threads is True, into "
     "file"},
    {"unregister", unregisterSignal, "!($module, /, *args)",
     "unregister(signum): unregister the handler of the signal 'signum' registered by register()"},
    {"_read_null", readNull, "!($module, /)",
     "_read_null(): read from NULL, raise a SIGSEGV or SIGBUS signal depending on the platform"},
    {"_sigsegv", raiseSegv, "!($module, release_gil=False, /)",
     "_sigsegv(release_gil=False): raise a SIGSEGV signal"},
    {"_fatal_error_c_thread", failInThread, "!($module, /)",
     "fatal_error_c_thread(): call Py_FatalError() in a new C thread."},
    {"_sigabrt", raiseAbort, "!($module, /)", "_sigabrt(): raise a SIGABRT signal"},
    {"_sigfpe", raiseFpe, "!($module, /)", "_sigfpe(): raise a SIGFPE signal"},
    {"_stack_overflow", overflowStack, "!($module, /)",
     "_stack_overflow(): recursive call to raise a stack overflow"},
};

Status populate(Thread &, Module *) {
  static bool done = false;
  if (std::exchange(done, true)) return Status::ok();
  releaseAtEnd([] {
    endWatchdog();
    unregisterAll();
    disableFatal();
  });
  return Status::ok();
}

} // namespace

const ModuleSpec coil::vm::kFaulthandlerModule = {
    .name = "faulthandler",
    .doc = "faulthandler module.",
    .functions = kFunctions,
    .populate = populate,
};
