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

Ref sysGetdlopenflags(Thread &, const Value *) { return makeInt(dlopenFlags); }
Ref sysSetdlopenflags(Thread &t, const Value *args) {
  dlopenFlags = TRY(asCInt(t, args[0]));
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
  int depth = TRY(asCInt(t, args[0]));
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
    {"_clear_type_cache", sysClearTypeCache, "($module, /)",
     "Forget the attributes that were looked up in types."},
    {"_debugmallocstats", sysDebugmallocstats, "($module, /)",
     "Write what the allocator of small objects knows about its memory to stderr."},
    {"_getquickenedcount", sysGetquickenedcount, "($module, /)", nullptr},
    {"getallocatedblocks", sysGetallocatedblocks, "($module, /)",
     "How many blocks of memory objects occupy at present."},
    {"getdlopenflags", sysGetdlopenflags, "($module, /)",
     "The flags that extension modules are loaded with, a combination of the RTLD_ constants\n"
     "in os."},
    {"setdlopenflags", sysSetdlopenflags, "($module, flags, /)",
     "Set the flags that extension modules are loaded with, a combination of the RTLD_\n"
     "constants in os."},
    {"getswitchinterval", sysGetswitchinterval, "($module, /)",
     "How many seconds a thread may run before another one gets its turn."},
    {"setswitchinterval", sysSetswitchinterval, "($module, interval, /)",
     "Set how many seconds a thread may run before another one gets its turn.\n"
     "It is a request: a thread is not stopped within a long call of native code."},
    {"get_coroutine_origin_tracking_depth", sysGetCoroutineOriginTrackingDepth, "($module, /)",
     "How many frames coroutines record of where they were created; 0 for none."},
    {"set_coroutine_origin_tracking_depth", sysSetCoroutineOriginTrackingDepth, "($module, /, depth)",
     "Let coroutines record, in cr_origin, up to so many frames of where they were created.\n"
     "0 turns that off. It counts for this thread."},
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
