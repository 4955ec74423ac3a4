// Making native modules from their specs.
#include "VM/Modules/Modules.h"
#include "VM/Core/Names.h"
#include "VM/Core/Runtime.h"
#include "VM/Protocol/Protocol.h"
#include "VM/Types/Str.h"
#include "VM/Types/Tuple.h"

using namespace coil::vm;

static const ModuleSpec *const kModules[] = {
#define MODULE(Name, text) &k##Name##Module,
#include "VM/Modules/Modules.def"
};

llvm::ArrayRef<const ModuleSpec *> coil::vm::nativeModules() { return kModules; }

const ModuleSpec *coil::vm::findNativeModule(llvm::StringRef name) {
  for (const ModuleSpec *spec : kModules)
    if (name == spec->name) return spec;
  return nullptr;
}

void coil::vm::addFunctions(Module *module, llvm::ArrayRef<NativeDef> functions, Str *moduleName) {
  for (const NativeDef &def : functions) {
    StrRef name = internText(def.name);
    if (!def.module && !equalStr(moduleName, names::builtins))
      def.module = StrRef::share(moduleName).release();
    dictSetStr(module->dict, name,
               newNativeFunction(def, Value(static_cast<Object *>(module)), nullptr, moduleName));
  }
}

// Makes the module's types, once in a process, and puts those for export into its dict.
static void addTypes(Module *module, llvm::ArrayRef<ModuleType> types) {
  for (const ModuleType &row : types) {
    if (!row.type.spec) initializeType(row.type, row.spec, row.base);
    if (row.exported) dictSetStr(module->dict, row.type.name, Value(&row.type));
  }
}

ObjectRef<Module> coil::vm::makeNativeModule(Thread &t, const ModuleSpec &spec) {
  // An import statement's name is interned; builtins and sys are there before, with names of their own, which
  // a pickle tells apart.
  StrRef key = internText(spec.name);
  StrRef name = runtime.importlib.empty() ? makeStr(spec.name) : StrRef::share(key);
  Ref doc = spec.doc ? Ref(makeStr(spec.doc)) : Ref::none();
  ObjectRef<Module> module = newModule(name, doc);
  addFunctions(module, spec.functions, name);
  addTypes(module, spec.types);
  if (spec.populate) CHECK(spec.populate(t, module));
  dictSetStr(runtime.modules, key, module);
  return module;
}

static Ref newExceptionClass(Thread &t, const char *fullName, Type &base, const char *doc) {
  auto [module, name] = llvm::StringRef(fullName).rsplit('.');
  DictRef nameSpace = newDict();
  if (doc) dictSetStr(nameSpace, names::special_doc, makeStr(doc));
  StrRef moduleName = internText(module), className = internText(name);
  dictSetStr(nameSpace, names::special_module, moduleName);
  TupleRef bases = packTuple(Value(&base));
  return call(t, Value(&types::Type), {Value(className), Value(bases), Value(nameSpace)});
}

Status coil::vm::addException(Thread &t, Module *module, Type *&slot, const char *fullName, Type &base,
                              const char *attribute, const char *doc) {
  static std::vector<Type **> slots;
  if (!slot) {
    slot = TRY(newExceptionClass(t, fullName, base, doc)).release().as<Type>();
    if (slots.empty())
      releaseAtEnd([] {
        for (Type **each : slots) replaceOwned<Type>(*each, nullptr);
      });
    slots.push_back(&slot);
  }
  llvm::StringRef name = attribute ? attribute : llvm::StringRef(fullName).rsplit('.').second;
  dictSetStr(module->dict, internText(name), Value(slot));
  return Status::ok();
}
