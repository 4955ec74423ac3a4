// builtins.__import__.
#include "VM/Import/Import.h"
#include "VM/Builtins/Builtins.h"
#include "VM/Builtins/Tables.h"

using namespace coil::vm;

namespace {

// __import__(name, globals=None, locals=None, fromlist=(), level=0)
Ref builtinImport(Thread &t, const Value *args) {
  if (!isStr(args[0])) return raise(t, types::TypeError, "module name must be a string");
  int64_t level = TRY(asInt64(t, args[4]));
  if (level < 0) return raise(t, types::ValueError, "level must be >= 0");
  Value globals = args[1].isNone() ? Value() : args[1];
  return importModuleLevel(t, args[0].as<Str>(), globals, args[3], int(std::min<int64_t>(level, 1 << 20)));
}

NativeDef kFunctions[] = {
    {"__import__", builtinImport,
     "($module, /, name, globals=None, locals=None, fromlist=(),\n           level=0)", "Import a module."},
};

} // namespace

llvm::ArrayRef<NativeDef> coil::vm::importFunctions() { return kFunctions; }
