// sys: the knobs of the implementation, and the names of the standard library.
#include "VM/Builtins/Builtins.h"
#include "VM/Core/Gil.h"
#include "VM/Heap/Heap.h"
#include "VM/Modules/SysInfo.h"
#include "VM/Types/AsyncGenerator.h"
#include "VM/Types/Int/Int.h"
#include "VM/Types/Set.h"
#include <dlfcn.h>

using namespace coil::vm;

namespace {

int dlopenFlags = RTLD_NOW;
double switchInterval = 0.005;

Result<int> readCInt(Thread &t, Value v) {
  if (isFloatLike(v)) return raise(t, types::TypeError, "'float' object cannot be interpreted as an integer");
  Ref whole = TRY(index(t, v));
  int64_t number;
  if (!toInt64(whole, number) || number != int32_t(number))
    return raise(t, types::OverflowError,
                 isNegativeInt(whole) ? "signed integer is less than minimum"
                                      : "signed integer is greater than maximum");
  return int(number);
}

Ref sysGetdlopenflags(Thread &, const Value *) { return makeInt(dlopenFlags); }
Ref sysSetdlopenflags(Thread &t, const Value *args) {
  dlopenFlags = TRY(readCInt(t, args[0]));
  return Ref::none();
}

Ref sysGetswitchinterval(Thread &, const Value *) { return Ref::number(switchInterval); }
Ref sysSetswitchinterval(Thread &t, const Value *args) {
  double interval = TRY(asDouble(t, args[0]));
  if (interval <= 0) return raise(t, types::ValueError, "switch interval must be strictly positive");
  switchInterval = double(int64_t(interval * 1e6)) / 1e6; // kept in microseconds
  gil::setInterval(int64_t(interval * 1e6) * 1000);
  return Ref::none();
}

Ref sysGetCoroutineOriginTrackingDepth(Thread &t, const Value *) { return makeInt(t.coroutineOriginDepth); }
Ref sysSetCoroutineOriginTrackingDepth(Thread &t, const Value *args) {
  int depth = TRY(readCInt(t, args[0]));
  if (depth < 0) return raise(t, types::ValueError, "depth must be >= 0");
  t.coroutineOriginDepth = depth;
  return Ref::none();
}

// There are no blocks of one size to count: what is in use in units of the least one.
Ref sysGetallocatedblocks(Thread &, const Value *) { return makeInt(int64_t(heap::bytesInUse() / 16)); }

// Types have versions of their own, which an attribute cache checks: there is no table to clear.
Ref sysClearTypeCache(Thread &, const Value *) { return Ref::none(); }

Ref sysGetquickenedcount(Thread &, const Value *) { return Ref::smallInt(0); }

Ref sysDebugmallocstats(Thread &t, const Value *) {
  writeStandardError(t, std::to_string(heap::bytesInUse()) + " bytes in use by objects\n");
  return Ref::none();
}

NativeDef kFunctions[] = {
    {"_clear_type_cache", sysClearTypeCache, "($module, /)", "Clear the internal type lookup cache."},
    {"_debugmallocstats", sysDebugmallocstats, "($module, /)",
     "Print summary info to stderr about the state of pymalloc's structures.\n\nIn Py_DEBUG mode, also "
     "perform some expensive internal consistency\nchecks."},
    {"_getquickenedcount", sysGetquickenedcount, "($module, /)", nullptr},
    {"getallocatedblocks", sysGetallocatedblocks, "($module, /)",
     "Return the number of memory blocks currently allocated."},
    {"getdlopenflags", sysGetdlopenflags, "($module, /)",
     "Return the current value of the flags that are used for dlopen calls.\n\nThe flag constants are "
     "defined in the os module."},
    {"setdlopenflags", sysSetdlopenflags, "($module, flags, /)",
     "Set the flags used by the interpreter for dlopen calls.\n\nThis is used, for example, when the "
     "interpreter loads extension\nmodules. Among other things, this will enable a lazy resolving "
     "of\nsymbols when importing a module, if called as sys.setdlopenflags(0).\nTo share symbols across "
     "extension modules, call as\nsys.setdlopenflags(os.RTLD_GLOBAL).  Symbolic names for the flag\nmodules "
     "can be found in the os module (RTLD_xxx constants, e.g.\nos.RTLD_LAZY)."},
    {"getswitchinterval", sysGetswitchinterval, "($module, /)",
     "Return the current thread switch interval; see sys.setswitchinterval()."},
    {"setswitchinterval", sysSetswitchinterval, "($module, interval, /)",
     "Set the ideal thread switching delay inside the Python interpreter.\n\nThe actual frequency of "
     "switching threads can be lower if the\ninterpreter executes long sequences of uninterruptible "
     "code\n(this is implementation-specific and workload-dependent).\n\nThe parameter must represent the "
     "desired switching delay in seconds\nA typical value is 0.005 (5 milliseconds)."},
    {"get_coroutine_origin_tracking_depth", sysGetCoroutineOriginTrackingDepth, "($module, /)",
     "Check status of origin tracking for coroutine objects in this thread."},
    {"set_coroutine_origin_tracking_depth", sysSetCoroutineOriginTrackingDepth, "($module, /, depth)",
     "Enable or disable origin tracking for coroutine objects in this thread.\n\nCoroutine objects will "
     "track 'depth' frames of traceback information\nabout where they came from, available in their "
     "cr_origin attribute.\n\nSet a depth of 0 to disable."},
};

const char *const kStdlibModules[] = {
#define STDLIB(name) #name,
#include "VM/Modules/StdlibModules.def"
};

} // namespace

llvm::ArrayRef<NativeDef> coil::vm::sysControlFunctions() { return kFunctions; }

Ref coil::vm::makeStdlibModuleNames(Thread &t) {
  Ref names = newFrozenSet();
  for (const char *name : kStdlibModules) {
    StrRef text = internText(name);
    CHECK(setAdd(t, names.as<Set>(), Value(text)));
  }
  return names;
}
