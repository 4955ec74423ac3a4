// The module atexit: functions that run when the program ends.
#include "VM/Modules/atexit.h"
#include "VM/Core/Names.h"
#include "VM/Core/Runtime.h"
#include "VM/Exceptions/Raise.h"
#include "VM/Modules/Modules.h"
#include "VM/Protocol/Protocol.h"
#include "VM/Types/Int/Int.h"
#include "VM/Types/Tuple.h"

using namespace coil::vm;

namespace {

struct Callback {
  Ref function, args, kwargs;
};

// In the order of their registration; what was unregistered while they run is empty.
std::vector<Callback> callbacks;

Ref atexitRegister(Thread &t, Value, const CallArgs &args) {
  if (!args.positional) return raise(t, types::TypeError, "register() takes at least 1 argument (0 given)");
  if (!isCallable(args.values[0])) return raise(t, types::TypeError, "the first argument must be callable");
  DictRef kwargs = newDict();
  for (size_t i = 0; i < args.keywordCount(); ++i)
    dictSetStr(kwargs, (*args.kwNames)[int64_t(i)].as<Str>(), args.values[args.positional + i]);
  callbacks.push_back(
      {Ref::share(args.values[0]), makeTuple({args.values + 1, args.positional - 1}), std::move(kwargs)});
  return Ref::share(args.values[0]);
}

Ref atexitUnregister(Thread &t, const Value *args) {
  for (size_t i = 0; i < callbacks.size(); ++i) {
    if (!callbacks[i].function) continue;
    Ref function = callbacks[i].function.copy();
    bool same = TRY(equal(t, function, args[0]));
    if (same && i < callbacks.size()) callbacks[i] = {};
  }
  return Ref::none();
}

Ref atexitClear(Thread &, const Value *) {
  auto dropped = std::exchange(callbacks, {});
  return Ref::none();
}

Ref atexitRun(Thread &t, const Value *) {
  runExitFunctions(t);
  return Ref::none();
}

Ref atexitCount(Thread &, const Value *) {
  return makeInt(int64_t(llvm::count_if(callbacks, [](const Callback &c) { return bool(c.function); })));
}

NativeDef kFunctions[] = {
    {"register", atexitRegister, "!($module, func, /, *args, **kwargs)",
     "register(func, *args, **kwargs) -> func\n\nRegister a function to be executed upon normal program "
     "termination\n\n    "
     "func - function to be called at exit\n    args - optional arguments to pass to func\n    kwargs - "
     "optional keyword "
     "arguments to pass to func\n\n    func is returned to facilitate usage as a decorator."},
    {"_clear", atexitClear, "!($module, /)",
     "_clear() -> None\n\nClear the list of previously registered exit functions."},
    {"unregister", atexitUnregister, "!($module, func, /)",
     "unregister(func) -> None\n\nUnregister an exit function which was previously registered "
     "using\natexit.register\n\n    func "
     "- function to be unregistered"},
    {"_run_exitfuncs", atexitRun, "!($module, /)",
     "_run_exitfuncs() -> None\n\nRun all registered exit functions.\n\nIf a callback raises an exception, "
     "it is logged with "
     "sys.unraisablehook."},
    {"_ncallbacks", atexitCount, "!($module, /)",
     "_ncallbacks() -> int\n\nReturn the number of registered exit functions."},
};

} // namespace

void coil::vm::runExitFunctions(Thread &t) {
  for (size_t i = callbacks.size(); i-- > 0;) {
    if (i >= callbacks.size() || !callbacks[i].function) continue;
    Callback callback = std::move(callbacks[i]);
    callbacks[i] = {};
    if (!call(t, callback.function, callback.args.as<Tuple>(), callback.kwargs.as<Dict>()))
      writeUnraisable(t, "Exception ignored in atexit callback", callback.function);
  }
  callbacks.clear();
}

const ModuleSpec coil::vm::kAtexitModule = {
    .name = "atexit",
    .doc = "allow programmer to define multiple exit functions to be executed\nupon normal program "
           "termination.\n\nTwo public "
           "functions, register and unregister, are defined.\n",
    .functions = kFunctions,
};
