// Starting importlib: the embedded bootstrap modules, run and installed (PEP 302, PEP 451; CPython's
// pylifecycle.c and import.c).
#include "Bytecode/Marshal.h"
#include "VM/Builtins/Builtins.h"
#include "VM/Core/Names.h"
#include "VM/Core/Runtime.h"
#include "VM/Import/Frozen.h"
#include "VM/Import/Import.h"
#include "VM/Interp/Frame.h"
#include "VM/Modules/Modules.h"
#include "VM/Types/List.h"

using namespace coil::vm;
namespace bc = coil::bytecode;

CodeRef coil::vm::frozenCode(Thread &t, const FrozenModule &module) {
  bc::MarshalReadResult read = bc::readMarshal(module.marshal);
  const auto *code = read.object ? bc::dynCast<bc::Code>(read.object.object) : nullptr;
  if (!code) return raise(t, types::ImportError, "frozen object named '%' is invalid", module.name);
  return makeCode(*code, std::shared_ptr<bc::ObjectPool>(std::move(read.object.pool)));
}

Ref coil::vm::importFrozen(Thread &t, llvm::StringRef name) {
  const FrozenModule *frozen = findFrozenModule(name);
  if (!frozen) return raise(t, types::ImportError, "No such frozen object named %", name);
  CodeRef code = TRY(frozenCode(t, *frozen));
  StrRef key = internText(name);
  ObjectRef<Module> module = newModule(key, Value::none());
  dictSetStr(module->dict, names::special_builtins, dictGetStr(runtime.modules, names::builtins));
  dictSetStr(runtime.modules, key, module);
  DictRef globals = DictRef::share(module->dict);
  if (!execute(t, code, globals, globals)) {
    dictDeleteStr(runtime.modules, key);
    return {};
  }
  dictSetStr(module->dict, internText("__origname__"), makeStr(frozen->origin));
  return module;
}

Status coil::vm::startImport(Thread &t) {
  Ref bootstrap = TRY(importFrozen(t, "_frozen_importlib"));
  runtime.importlib = bootstrap.copy().release();
  ObjectRef<Module> imp = TRY(makeNativeModule(t, *findNativeModule("_imp")));
  CHECK(callMethod(t, bootstrap, internText("_install"),
                   {Value(static_cast<Object *>(runtime.sysModule)), Value(imp)}));
  return Status::ok();
}

// zipimport stands before the finder of folders, unless it cannot be imported.
static Status installZipImport(Thread &t) {
  Ref hooks = TRY(sysAttribute(t, internText("path_hooks")));
  Ref importer = importAttribute(t, "zipimport", "zipimporter");
  if (!importer) {
    clearPending(t);
    return Status::ok();
  }
  if (isList(hooks)) listInsert(hooks.as<List>(), 0, importer);
  return Status::ok();
}

// The finder of folders looks for sources first: where a package ships an extension module compiled from a
// source beside it, the source is what can be run here.
static Status preferSources(Thread &t) {
  Ref hooks = TRY(sysAttribute(t, internText("path_hooks")));
  if (!isList(hooks) || !hooks.as<List>()->length) return Status::ok();
  Ref supported = TRY(importAttribute(t, "_frozen_importlib_external", "_get_supported_file_loaders"));
  Ref finder = TRY(importAttribute(t, "_frozen_importlib_external", "FileFinder"));
  ListRef loaders = TRY(listFrom(t, TRY(call(t, supported))));
  std::rotate(loaders->items, loaders->items + 1, loaders->items + loaders->length);
  Ref hook = TRY(callMethod(t, finder, internText("path_hook"), loaders->values()));
  List *list = hooks.as<List>();
  replaceOwned(list->items[list->length - 1], hook.release());
  return Status::ok();
}

Status coil::vm::startExternalImport(Thread &t) {
  CHECK(callMethod(t, runtime.importlib, internText("_install_external_importers")));
  CHECK(preferSources(t));
  return installZipImport(t);
}
