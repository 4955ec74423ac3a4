// The builtins module: functions, types, exceptions and constants in one namespace.
#include "VM/Builtins/Builtins.h"
#include "VM/Builtins/Tables.h"
#include "VM/Core/Names.h"
#include "VM/Core/Runtime.h"
#include "VM/Exceptions/Exception.h"
#include "VM/Modules/Modules.h"

using namespace coil::vm;

namespace {

void setName(Module *module, const char *name, Value value) {
  StrRef key = internText(name);
  dictSetStr(module->dict, key, value);
}

// Under the names that their specs give.
void addTypes(Module *module) {
  Type *const exposed[] = {
      &types::Bool,         &types::ByteArray, &types::Bytes,    &types::ClassMethod, &types::Complex,
      &types::Dict,         &types::Enumerate, &types::Filter,   &types::Float,       &types::FrozenSet,
      &types::Int,          &types::List,      &types::Map,      &types::MemoryView,  &types::Object,
      &types::Property,     &types::Range,     &types::Reversed, &types::Set,         &types::Slice,
      &types::StaticMethod, &types::Str,       &types::Super,    &types::Tuple,       &types::Type,
      &types::Zip,
  };
  for (Type *type : exposed) dictSetStr(module->dict, type->name, Value(type));
}

void addExceptions(Module *module) {
#define EXCEPTION(Name, Base, Layout, Doc) setName(module, #Name, Value(&types::Name));
#include "VM/Exceptions/Exceptions.def"
  setName(module, "ExceptionGroup", Value(exceptionGroupType()));
  setName(module, "EnvironmentError", Value(&types::OSError));
  setName(module, "IOError", Value(&types::OSError));
}

Status populate(Thread &, Module *module) {
  for (auto table : {attributeFunctions, numberFunctions, iterationFunctions, textFunctions, classFunctions,
                     executeFunctions, importFunctions})
    addFunctions(module, table(), dictGetStr(module->dict, names::special_name).as<Str>());
  addTypes(module);
  addExceptions(module);
  setName(module, "None", Value::none());
  setName(module, "True", Value::trueValue());
  setName(module, "False", Value::falseValue());
  setName(module, "Ellipsis", Value::ellipsis());
  setName(module, "NotImplemented", Value::notImplemented());
  setName(module, "__debug__", Value::boolean(runtime.options.optimize == 0));
  return Status::ok();
}

} // namespace

const ModuleSpec coil::vm::kBuiltinsModule = {
    .name = "builtins",
    .doc = "The functions, types, exceptions and constants that every program can name without an import.",
    .populate = populate,
};

void coil::vm::initializeBuiltins(Thread &t) {
  ObjectRef<Module> module = makeNativeModule(t, kBuiltinsModule);
  // The module's dict becomes the namespace of built-in names.
  replaceOwned(runtime.builtins, DictRef::share(module->dict).release());
}
