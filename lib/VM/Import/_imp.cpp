// The module _imp: what importlib's bootstrap needs of the virtual machine.
#include "Bytecode/PycHeader.h"
#include "Support/SipHash.h"
#include "VM/Builtins/Builtins.h"
#include "VM/Core/Gil.h"
#include "VM/Core/Names.h"
#include "VM/Core/Runtime.h"
#include "VM/Exceptions/Exception.h"
#include "VM/Import/Frozen.h"
#include "VM/Import/Import.h"
#include "VM/Modules/Modules.h"
#include "VM/Protocol/Buffer.h"
#include "VM/Types/Bytes.h"
#include "VM/Types/Int/Int.h"
#include "VM/Types/List.h"

using namespace coil::vm;

namespace {

// The import lock: how often its owner holds it.
int lockDepth = 0;
Thread *lockOwner = nullptr;
// _override_frozen_modules_for_tests: > 0 all embedded modules, < 0 only the needed ones, 0 as -X
// frozen_modules says.
int frozenOverride = 0;

Failure raiseImportError(Thread &t, const std::string &message, Value name) {
  StrRef text = makeStr(message);
  TupleRef args = packTuple(text);
  Ref exception = newException(types::ImportError, args);
  exceptionField(exception, 0) = retained(text);
  exceptionField(exception, 1) = retained(name);
  return raiseObject(t, exception);
}

// `which` is the argument in words: functions of one argument leave its number out.
Result<std::string> nameArgument(Thread &t, Value v, const char *function, const char *which = "") {
  if (isStr(v)) return toUtf8(v.as<Str>());
  return raise(t, types::TypeError, "%() argument% must be str, not %", function, which, argumentTypeName(v));
}

// --- the import lock

Ref impLockHeld(Thread &, const Value *) { return Ref::boolean(lockDepth > 0); }

Ref impAcquireLock(Thread &t, const Value *) {
  while (lockDepth && lockOwner != &t) gil::wait(t);
  lockOwner = &t;
  ++lockDepth;
  return Ref::none();
}

Ref impReleaseLock(Thread &t, const Value *) {
  if (lockDepth == 0 || lockOwner != &t) return raise(t, types::RuntimeError, "not holding the import lock");
  if (--lockDepth == 0) gil::notify();
  return Ref::none();
}

// --- native modules

Ref impIsBuiltin(Thread &t, const Value *args) {
  std::string name = TRY(nameArgument(t, args[0], "is_builtin"));
  if (!findNativeModule(name)) return Ref::smallInt(0);
  return Ref::smallInt(name == "sys" || name == "builtins" ? -1 : 1); // those two cannot be made again
}

// create_builtin(spec): the module for a spec, or None if its name has no native module.
Ref impCreateBuiltin(Thread &t, const Value *args) {
  Ref name = TRY(getAttr(t, args[0], names::name));
  std::string text = TRY(nameArgument(t, name, "create_builtin"));
  const ModuleSpec *spec = findNativeModule(text);
  if (!spec) return Ref::none();
  if (text == "sys") return Ref::share(Value(static_cast<Object *>(runtime.sysModule)));
  return makeNativeModule(t, *spec);
}

Ref impExecBuiltin(Thread &, const Value *) { return Ref::smallInt(0); }

// Extension modules of CPython's are compiled against its C API, which Coil does not have.
Ref impCreateDynamic(Thread &t, const Value *args) {
  Ref name = TRY(getAttr(t, args[0], names::name));
  std::string text = TRY(nameArgument(t, name, "create_dynamic"));
  return raiseImportError(t, "coil does not load extension modules ('" + text + "')", name);
}

Ref impExtensionSuffixes(Thread &, const Value *) {
  ListRef list = newList();
  for (const char *suffix : {".cpython-311-x86_64-linux-gnu.so", ".abi3.so", ".so"})
    listAppend(list, makeStr(suffix));
  return list;
}

// --- embedded modules

// The bootstrap itself is always found.
bool isEssential(llvm::StringRef name) {
  return name == "_frozen_importlib" || name == "_frozen_importlib_external" || name == "zipimport";
}

const FrozenModule *visibleFrozen(llvm::StringRef name) {
  bool all = frozenOverride ? frozenOverride > 0 : runtime.options.frozenModules;
  return all || isEssential(name) ? findFrozenModule(name) : nullptr;
}

Failure raiseNoFrozen(Thread &t, Value name) {
  return raiseImportError(t, "No such frozen object named '" + toUtf8(name.as<Str>()) + "'", name);
}

Ref impIsFrozen(Thread &t, const Value *args) {
  return Ref::boolean(visibleFrozen(TRY(nameArgument(t, args[0], "is_frozen"))));
}

Ref impIsFrozenPackage(Thread &t, const Value *args) {
  const FrozenModule *module = visibleFrozen(TRY(nameArgument(t, args[0], "is_frozen_package")));
  return module ? Ref::boolean(module->isPackage) : Ref(raiseNoFrozen(t, args[0]));
}

// get_frozen_object(name, data=None)
Ref impGetFrozenObject(Thread &t, const Value *args) {
  std::string name = TRY(nameArgument(t, args[0], "get_frozen_object", " 1"));
  if (args[1].isNone()) {
    const FrozenModule *module = visibleFrozen(name);
    return module ? Ref(frozenCode(t, *module)) : Ref(raiseNoFrozen(t, args[0]));
  }
  Buffer data;
  CHECK(data.open(t, args[1]));
  FrozenModule given{"", llvm::toStringRef(data.bytes()), false, nullptr};
  return frozenCode(t, given);
}

// find_frozen(name, *, withdata=False): (data, is a package, original name), or None.
Ref impFindFrozen(Thread &t, const Value *args) {
  const FrozenModule *module = visibleFrozen(TRY(nameArgument(t, args[0], "find_frozen", " 1")));
  if (!module) return Ref::none();
  Ref data = TRY(truth(t, args[1])) ? Ref(makeBytes({module->marshal.bytes_begin(), module->marshal.size()}))
                                    : Ref::none();
  Ref origin = module->origin ? Ref(makeStr(module->origin)) : Ref::none();
  return packTuple(data, Value::boolean(module->isPackage), origin);
}

Ref impInitFrozen(Thread &t, const Value *args) {
  std::string name = TRY(nameArgument(t, args[0], "init_frozen"));
  return visibleFrozen(name) ? importFrozen(t, name) : Ref::none();
}

Ref impFrozenModuleNames(Thread &, const Value *) {
  ListRef list = newList();
  for (const FrozenModule &module : frozenModules()) listAppend(list, makeStr(module.name));
  return list;
}

Ref impOverrideFrozen(Thread &t, const Value *args) {
  frozenOverride = int(TRY(asInt64(t, args[0])));
  return Ref::none();
}

// --- code

void setFilename(Code *code, Str *old, Str *path) {
  if (!equalStr(code->filename, old)) return;
  replaceOwned(code->filename, StrRef::share(path).release());
  for (Value constant : code->consts->values())
    if (isExactly(constant, types::Code)) setFilename(constant.as<Code>(), old, path);
}

// _fix_co_filename(code, path): a cached file may have moved since its code was compiled.
Ref impFixCoFilename(Thread &t, const Value *args) {
  if (!isExactly(args[0], types::Code))
    return raise(t, types::TypeError, "_fix_co_filename() argument 1 must be code, not %",
                 argumentTypeName(args[0]));
  if (!isStr(args[1]))
    return raise(t, types::TypeError, "_fix_co_filename() argument 2 must be str, not %",
                 argumentTypeName(args[1]));
  auto *code = args[0].as<Code>();
  StrRef old = StrRef::share(code->filename);
  if (!equalStr(old, args[1].as<Str>())) setFilename(code, old, args[1].as<Str>());
  return Ref::none();
}

// source_hash(key, source): what a hash-based .pyc records (PEP 552).
Ref impSourceHash(Thread &t, const Value *args) {
  int64_t key = TRY(asInt64(t, args[0]));
  Buffer source;
  CHECK(source.open(t, args[1]));
  uint64_t hash = coil::sipHash13(uint64_t(key), 0, llvm::toStringRef(source.bytes()));
  uint8_t little[8];
  for (int i = 0; i < 8; ++i) little[i] = uint8_t(hash >> (8 * i));
  return makeBytes(little);
}

Status populate(Thread &, Module *module) {
  dictSetStr(module->dict, internText("check_hash_based_pycs"), makeStr(runtime.options.checkHashBasedPycs));
  return Status::ok();
}

NativeDef kFunctions[] = {
    {"lock_held", impLockHeld, "($module, /)", "Tell whether any thread has the global import lock."},
    {"acquire_lock", impAcquireLock, "($module, /)",
     "Take the global import lock, waiting while another thread has it.\n"
     "The same thread may take it several times, and must release it as often."},
    {"release_lock", impReleaseLock, "($module, /)",
     "Give back the global import lock; RuntimeError if this thread does not have it."},
    {"is_builtin", impIsBuiltin, "($module, name, /)",
     "Tell whether a module is compiled into the interpreter: 1 if so, 0 if not, -1 if it is\n"
     "but cannot be made a second time."},
    {"create_builtin", impCreateBuiltin, "($module, spec, /)",
     "Make the built-in module that the spec names, or None if there is none."},
    {"exec_builtin", impExecBuiltin, "($module, mod, /)",
     "Run the second step of a built-in module's import: fill its namespace."},
    {"create_dynamic", impCreateDynamic, "($module, spec, file=<unrepresentable>, /)",
     "Load the shared library of an extension module and make the module that the spec names."},
    {"exec_dynamic", impExecBuiltin, "($module, mod, /)",
     "Run the second step of an extension module's import: fill its namespace."},
    {"extension_suffixes", impExtensionSuffixes, "($module, /)",
     "A list of the endings a file name may have to be taken for an extension module."},
    {"is_frozen", impIsFrozen, "($module, name, /)",
     "Tell whether the interpreter carries frozen code for a module of this name."},
    {"is_frozen_package", impIsFrozenPackage, "($module, name, /)",
     "Tell whether the frozen module of this name is a package; ImportError if there is no\n"
     "such module."},
    {"get_frozen_object", impGetFrozenObject, "($module, name, data=None, /)",
     "The code object of a frozen module, read from data if that is given instead."},
    {"find_frozen", impFindFrozen, "($module, name, /, *, withdata=False)",
     "Look up a frozen module: None if there is none, else (data, is_package, origname). The\n"
     "data is a memoryview of its marshalled code, and only there if withdata is true;\n"
     "origname is what the module was called before it got an alias."},
    {"init_frozen", impInitFrozen, "($module, name, /)",
     "Import a frozen module and return it, or None if there is none of the name."},
    {"_frozen_module_names", impFrozenModuleNames, "($module, /)",
     "The names of all frozen modules, as a list."},
    {"_override_frozen_modules_for_tests", impOverrideFrozen, "($module, override, /)",
     "For tests: 1 turns frozen modules on, -1 off, whatever the command line says; 0 takes\n"
     "that back."},
    {"_fix_co_filename", impFixCoFilename, "($module, code, path, /)",
     "Make path the file name of the code object and of all code objects within it."},
    {"source_hash", impSourceHash, "($module, /, key, source)", nullptr},
};

} // namespace

void coil::vm::importLockAfterFork(Thread &t) {
  if (lockOwner != &t) lockDepth = 0;
}

const ModuleSpec coil::vm::kImpModule = {
    .name = "_imp",
    .doc = "What importlib needs from the interpreter: locks, built-in and frozen modules.",
    .functions = kFunctions,
    .populate = populate,
};
