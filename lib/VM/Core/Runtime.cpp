// Starting and ending the virtual machine.
#include "VM/Core/Runtime.h"
#include "VM/Bind/Native.h"
#include "VM/Builtins/Builtins.h"
#include "VM/Builtins/Tables.h"
#include "VM/Core/Names.h"
#include "VM/Core/Signals.h"
#include "VM/Exceptions/Exception.h"
#include "VM/Heap/Gc.h"
#include "VM/Import/Import.h"
#include "VM/Modules/Modules.h"
#include "VM/Modules/SysInfo.h"
#include "VM/Modules/_io/StandardStreams.h"
#include "VM/Modules/faulthandler/Faulthandler.h"
#include "VM/Types/Module.h"
#include <unistd.h>

using namespace coil::vm;

Runtime coil::vm::runtime;

namespace coil::vm::types {
#define TYPE(Name, Base) vm::Type Name;
#include "VM/Types/Types.def"
#define EXCEPTION(Name, Base, Layout, Doc) vm::Type Name;
#include "VM/Exceptions/Exceptions.def"
} // namespace coil::vm::types

Type *coil::vm::typeOfImmediate(Value value) {
  if (value.isInt()) return &types::Int;
  if (value.isDouble()) return &types::Float;
  if (value.isNone()) return &types::NoneType;
  if (value.isBool()) return &types::Bool;
  if (value.isNotImplemented()) return &types::NotImplementedType;
  assert(value == Value::ellipsis());
  return &types::EllipsisType;
}

// The layout of strings, tuples and dicts must be known before any type object can have a name, an MRO or a
// dict.
static void prepareLayouts() {
  struct Layout {
    Type *type;
    const TypeSpec *spec;
  };
  const Layout layouts[] = {
#define TYPE(Name, Base) {&types::Name, &k##Name##Spec},
#include "VM/Types/Types.def"
  };
  for (const Layout &layout : layouts) {
    layout.type->refCount = 1;
    layout.type->flags = kImmortal;
    layout.type->Object::type = &types::Type;
    layout.type->size = layout.spec->size ? layout.spec->size : sizeof(Object);
    layout.type->typeFlags = layout.spec->flags;
    layout.type->traverse = layout.spec->traverse;
    layout.type->clear = layout.spec->clear;
    layout.type->spec = layout.spec;
  }
}

static void initializeTypes() {
  prepareLayouts();
  initializeNames();
#define TYPE(Name, Base) initializeType(types::Name, k##Name##Spec, types::Base);
#include "VM/Types/Types.def"
#define EXCEPTION(Name, Base, Layout, Doc)                                                                   \
  static const TypeSpec spec##Name = exceptionSpec(#Name, sizeof(Layout), Doc);                              \
  initializeType(types::Name, spec##Name, types::Base);
#include "VM/Exceptions/Exceptions.def"
  (void)exceptionGroupType();
}

// __main__ is there before anything runs in it.
static Status makeMainModule(Thread &t) {
  ObjectRef<Module> main = newModule(names::special_main, Value::none());
  dictSetStr(main->dict, names::special_annotations, newDict());
  dictSetStr(main->dict, names::special_builtins, dictGetStr(runtime.modules, names::builtins));
  Ref loader = TRY(importAttribute(t, "_frozen_importlib", "BuiltinImporter"));
  dictSetStr(main->dict, names::special_loader, loader);
  dictSetStr(runtime.modules, names::special_main, main);
  return Status::ok();
}

static Status startModules(Thread &t) {
  // What -v tells of imports goes to sys.stderr: it begins when there is one.
  int verbose = std::exchange(runtime.options.verbose, 0);
  // What is made now stays: no cycle is worth looking for.
  gc::settings.enabled = false;
  dictSetStr(runtime.sysModule->dict, internText("flags"), makeFlags());
  CHECK(startImport(t));
  CHECK(startExternalImport(t));
  signals::start(t);
  CHECK(importModule(t, "_signal"));
  CHECK(initializeStandardStreams(t));
  runtime.options.verbose = verbose;
  gc::settings.enabled = true;
  gc::settings.count[0] = 0;
  dictSetStr(runtime.sysModule->dict, internText("flags"), makeFlags());
  if (runtime.options.faultHandler) {
    CHECK(importModule(t, "faulthandler"));
    faults::enableFatal({2, true, Value()});
  }
  CHECK(makeMainModule(t));
  if (!runtime.options.warnOptions.empty()) CHECK(importModule(t, "warnings"));
  if (!runtime.options.noSite) CHECK(importModule(t, "site"));
  return Status::ok();
}

bool coil::vm::startRuntime(Thread &t, RuntimeOptions options) {
  runtime.options = std::move(options);
  setHashSeed(runtime.options.hashSeed);
  initializeTypes();
  runtime.builtins = newDict().release();
  runtime.noBuiltins = newDict().release();
  runtime.modules = newDict().release();
  initializeBuiltins(t);
  initializeSys(t);
  runtime.importFunction = dictGetStr(runtime.builtins, names::special_import);
  if (startModules(t)) {
    runtime.builtinsAtStart = dictCopy(runtime.builtins).release();
    return true;
  }
  Ref exception = takePending(t);
  std::string text = "pyvm: fatal error: cannot start\n" + formatException(t, exception);
  (void)!::write(2, text.data(), text.size());
  return false;
}

void coil::vm::writeStandardError(Thread &t, const std::string &text) {
  Value stream = sysLookup(names::stderr);
  if (stream.empty()) {
    (void)!::write(2, text.data(), text.size());
    return;
  }
  if (stream.isNone()) return;
  Ref saved = takePending(t), keep = Ref::share(stream);
  StrRef shown = makeStr(text);
  if (!writeToFile(t, keep, shown) || !callMethod(t, keep, names::flush)) clearPending(t);
  if (saved) (void)setPending(t, std::move(saved));
}

void coil::vm::flushStandardStreams(Thread &t) {
  Ref saved = takePending(t);
  for (Str *name : {names::stdout, names::stderr}) {
    Value stream = sysLookup(name);
    if (stream.empty() || stream.isNone()) continue;
    if (!callMethod(t, stream, names::flush)) clearPending(t);
  }
  if (saved) (void)setPending(t, std::move(saved));
}
