// sys: tracing, profiling, auditing, breakpoints, and what the threads are doing.
#include "VM/Builtins/Builtins.h"
#include "VM/Core/Audit.h"
#include "VM/Core/Runtime.h"
#include "VM/Exceptions/Exception.h"
#include "VM/Exceptions/Warnings.h"
#include "VM/Import/Import.h"
#include "VM/Interp/Tracing.h"
#include "VM/Modules/SysInfo.h"
#include "VM/Modules/_thread/Lock.h"
#include "VM/Types/Dict/Dict.h"
#include "VM/Types/FrameObject.h"
#include "VM/Types/Int/Int.h"
#include "VM/Types/Tuple.h"
#include <cstdlib>

using namespace coil::vm;

namespace {

// --- tracing

Value orNothing(Value v) { return v.isNone() ? Value() : v; }

Ref sysSettrace(Thread &t, const Value *args) {
  CHECK(audit(t, "sys.settrace"));
  CHECK(installTraceFunction(t, orNothing(args[0])));
  return Ref::none();
}
Ref sysSetprofile(Thread &t, const Value *args) {
  CHECK(audit(t, "sys.setprofile"));
  CHECK(installProfileFunction(t, orNothing(args[0])));
  return Ref::none();
}
Ref sysGettrace(Thread &t, const Value *) {
  return t.tracing && !t.tracing->trace.empty() ? Ref::share(t.tracing->trace) : Ref::none();
}
Ref sysGetprofile(Thread &t, const Value *) {
  return t.tracing && !t.tracing->profile.empty() ? Ref::share(t.tracing->profile) : Ref::none();
}

Ref sysCallTracing(Thread &t, const Value *args) {
  if (!isTuple(args[1]))
    return raise(t, types::TypeError, "call_tracing() argument 2 must be tuple, not %",
                 argumentTypeName(args[1]));
  return callTracing(t, args[0], args[1].as<Tuple>());
}

// --- threads

// {identifier: value(thread)} of all threads.
template <class ValueOf> Ref byThread(Thread &t, ValueOf value) {
  DictRef dict = newDict();
  for (Thread *thread = firstThread(); thread; thread = thread->next) {
    Ref identifier = makeInt(thread->identifier), shown = value(*thread);
    if (shown) CHECK(dictSet(t, dict, identifier, shown));
  }
  return dict;
}

Ref sysCurrentFrames(Thread &t, const Value *) {
  CHECK(audit(t, "sys._current_frames"));
  return byThread(t, [](Thread &thread) { return thread.frame ? Ref(frameObjectOf(thread.frame)) : Ref(); });
}

Ref sysCurrentExceptions(Thread &t, const Value *) {
  CHECK(audit(t, "sys._current_exceptions"));
  return byThread(t, [](Thread &thread) -> Ref {
    Value exception = handledException(thread);
    if (exception.empty() || exception.isNone())
      return packTuple(Value::none(), Value::none(), Value::none());
    Ref traceback = tracebackOf(exception);
    return packTuple(Value(typeOf(exception)), exception, traceback.get());
  });
}

// --- auditing

Ref sysAddaudithook(Thread &t, const Value *args) {
  // A hook that is there may refuse another one, silently, by an Exception.
  if (!audit(t, "sys.addaudithook")) {
    if (!catchPending(t, types::Exception)) return {};
    return Ref::none();
  }
  addAuditHook(args[0]);
  return Ref::none();
}

// audit(event, *args)
Ref sysAudit(Thread &t, Value, const CallArgs &args) {
  if (args.keywordCount()) return raise(t, types::TypeError, "sys.audit() takes no keyword arguments");
  if (!args.positional)
    return raise(t, types::TypeError, "audit() missing 1 required positional argument: 'event'");
  if (!auditing) return Ref::none();
  if (!isStr(args.values[0]))
    return raise(t, types::TypeError, "expected str for argument 'event', not %", typeName(args.values[0]));
  TupleRef rest = makeTuple(llvm::ArrayRef(args.values + 1, args.positional - 1));
  CHECK(callAuditHooks(t, args.values[0], rest));
  return Ref::none();
}

// --- breakpoints

// breakpointhook(*args, **kws): calls what PYTHONBREAKPOINT names, pdb.set_trace by default.
Ref sysBreakpointhook(Thread &t, Value, const CallArgs &args) {
  const char *given = runtime.options.ignoreEnvironment ? nullptr : std::getenv("PYTHONBREAKPOINT");
  llvm::StringRef name = given && *given ? given : "pdb.set_trace";
  if (name == "0") return Ref::none();
  auto [module, attribute] =
      name.contains('.') ? name.rsplit('.') : std::pair(llvm::StringRef("builtins"), name);
  Ref function = importAttribute(t, module.str().c_str(), attribute.str().c_str());
  if (function) return call(t, function, args);
  if (!catchPending(t, types::ImportError) && !catchPending(t, types::AttributeError)) return {};
  CHECK(warn(t, types::RuntimeWarning, "Ignoring unimportable $PYTHONBREAKPOINT: \"" + name.str() + "\""));
  return Ref::none();
}

NativeDef kFunctions[] = {
    {"settrace", sysSettrace, "!($module, function, /)",
     "settrace(function): have function(frame, event, arg) called when this thread enters a\n"
     "function, or none with None. What it returns is called in the same way for the lines,\n"
     "the return and the exceptions of that function."},
    {"gettrace", sysGettrace, "($module, /)", "The function that settrace() set in this thread, or None."},
    {"setprofile", sysSetprofile, "!($module, function, /)",
     "setprofile(function): have function(frame, event, arg) called when this thread enters or\n"
     "leaves a function, or none with None."},
    {"getprofile", sysGetprofile, "($module, /)",
     "The function that setprofile() set in this thread, or None."},
    {"call_tracing", sysCallTracing, "($module, func, args, /)",
     "Call func(*args) with tracing turned on within a trace function, where it is off\n"
     "otherwise, and return the result."},
    {"_current_frames", sysCurrentFrames, "($module, /)",
     "A dict from the ident of each thread to the frame it is in just now. For debugging."},
    {"_current_exceptions", sysCurrentExceptions, "($module, /)",
     "A dict from the ident of each thread to what exc_info() says there. For debugging."},
    {"addaudithook", sysAddaudithook, "($module, /, hook)",
     "Have hook(event, args) called for each audit event from now on. A hook stays for good."},
    {"audit", sysAudit, "!($module, /, event, *args)",
     "audit(event, *args): tell all audit hooks of an event; an exception that one raises\n"
     "comes out of here."},
    {"breakpointhook", sysBreakpointhook, "!($module, /, *args, **kws)",
     "breakpointhook(*args, **kws): what breakpoint() calls. It calls the function that the\n"
     "environment variable PYTHONBREAKPOINT names, pdb.set_trace unless set, and does nothing\n"
     "if that is 0."},
};

} // namespace

llvm::ArrayRef<NativeDef> coil::vm::sysHookFunctions() { return kFunctions; }
