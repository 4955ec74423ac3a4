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
     "register(func, *args, **kwargs): have func(*args, **kwargs) called when the program ends.\n"
     "What was registered last is called first. Returns func, so that it serves as a decorator."},
    {"_clear", atexitClear, "!($module, /)", "_clear(): forget all registered calls."},
    {"unregister", atexitUnregister, "!($module, func, /)",
     "unregister(func): drop all calls of functions equal to func, so that they do not happen\n"
     "at the end."},
    {"_run_exitfuncs", atexitRun, "!($module, /)",
     "_run_exitfuncs(): do all registered calls now and forget them.\n"
     "An exception in one goes to sys.unraisablehook and stops none of the others."},
    {"_ncallbacks", atexitCount, "!($module, /)", "_ncallbacks(): how many calls are registered."},
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
    .doc = "Calls that are put off until the program ends in the normal way.",
    .functions = kFunctions,
};
