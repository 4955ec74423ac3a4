// module.
#include "VM/Types/Module.h"
#include "VM/Bind/Native.h"
#include "VM/Core/Names.h"
#include "VM/Core/Runtime.h"
#include "VM/Protocol/Protocol.h"
#include "VM/Types/List.h"
#include "VM/Types/Type/TypeObject.h"

using namespace coil::vm;

static void fillModule(Module *module, Str *name, Value doc) {
  dictSetStr(module->dict, names::special_name, Value(name));
  dictSetStr(module->dict, names::special_doc, doc);
  dictSetStr(module->dict, names::special_package, Value::none());
  dictSetStr(module->dict, names::special_loader, Value::none());
  dictSetStr(module->dict, names::special_spec, Value::none());
}

ObjectRef<Module> coil::vm::newModule(Str *name, Value doc) {
  auto *module = heap::make<Module>(types::Module);
  module->dict = newDict().release();
  fillModule(module, name, doc);
  return ObjectRef<Module>::take(module);
}

namespace {

Dict *dictOfModule(Value v) { return v.as<Module>()->dict; }

Ref moduleNew(Thread &, Value, const CallArgs &args) {
  Object *object = heap::allocateObject(*args.values[0].as<Type>());
  static_cast<Module *>(object)->dict = newDict().release();
  return Ref::take(Value(object));
}

Ref moduleInit(Thread &t, const Value *args) {
  if (!isStr(args[1]))
    return raise(t, types::TypeError, "module() argument 'name' must be str, not %",
                 argumentTypeName(args[1]));
  fillModule(args[0].as<Module>(), args[1].as<Str>(), args[2]);
  return Ref::none();
}

// Whether the import of the module is under way.
Result<bool> isInitializing(Thread &t, Value v) {
  Value spec = dictGetStr(dictOfModule(v), names::special_spec);
  if (spec.empty() || spec.isNone()) return false;
  Ref busy;
  CHECK(lookupAttr(t, spec, internText("_initializing"), busy));
  return busy ? truth(t, busy) : Result<bool>(false);
}

// Whether `name` is a submodule whose own import is under way.
Result<bool> isSubmoduleUnderWay(Thread &t, Value v, Str *name) {
  Value spec = dictGetStr(dictOfModule(v), names::special_spec);
  if (spec.empty() || spec.isNone()) return false;
  Ref submodules;
  CHECK(lookupAttr(t, spec, internText("_uninitialized_submodules"), submodules));
  return submodules ? contains(t, submodules, Value(name)) : Result<bool>(false);
}

// What the class does not answer, the module's own __getattr__ may (PEP 562).
Ref moduleGetAttr(Thread &t, Value v, Str *name) {
  Ref found = genericGetAttr(t, v, name);
  if (found || !pendingIs(t, types::AttributeError)) return found;
  clearPending(t);
  if (Value getter = dictGetStr(dictOfModule(v), names::special_getattr); !getter.empty())
    return call(t, getter, {Value(name)});
  Value moduleName = dictGetStr(dictOfModule(v), names::special_name);
  if (moduleName.empty() || !isStr(moduleName))
    return raiseAttributeError(t, v, name, "module has no attribute '" + toUtf8(name) + "'");
  bool partial = TRY(isInitializing(t, v));
  if (!partial && TRY(isSubmoduleUnderWay(t, v, name)))
    return raiseAttributeError(t, v, name,
                               "cannot access submodule '" + toUtf8(name) + "' of module '" +
                                   toUtf8(moduleName.as<Str>()) + "' (most likely due to a circular import)");
  return raiseAttributeError(t, v, name,
                             (partial ? "partially initialized module '" : "module '") +
                                 toUtf8(moduleName.as<Str>()) + "' has no attribute '" + toUtf8(name) + "'" +
                                 (partial ? " (most likely due to a circular import)" : ""));
}

Ref moduleRepr(Thread &t, Value v) {
  return callMethod(t, runtime.importlib, internText("_module_repr"), {v});
}

Ref moduleDir(Thread &t, const Value *args) {
  Ref dict = TRY(getAttr(t, args[0], names::special_dict)); // a subclass can have another
  if (!isDict(dict)) {
    Ref name = TRY(getAttr(t, args[0], names::special_name));
    return raise(t, types::TypeError, "%.__dict__ is not a dictionary", TRY(strText(t, name)));
  }
  Ref hook = Ref::share(dictGetStr(dict.as<Dict>(), names::special_dir));
  return hook ? call(t, hook) : Ref(listFrom(t, dict));
}

Ref getDict(Thread &, Value v) { return DictRef::share(dictOfModule(v)); }

Ref getAnnotations(Thread &, Value v) {
  Value found = dictGetStr(dictOfModule(v), names::special_annotations);
  if (!found.empty()) return Ref::share(found);
  DictRef dict = newDict();
  dictSetStr(dictOfModule(v), names::special_annotations, dict);
  return dict;
}

Status setAnnotations(Thread &t, Value v, Value value) {
  if (!value.empty())
    dictSetStr(dictOfModule(v), names::special_annotations, value);
  else if (!dictDeleteStr(dictOfModule(v), names::special_annotations))
    return raise(t, types::AttributeError, "__annotations__");
  return Status::ok();
}

NativeDef kMethods[] = {
    {"__new__", moduleNew, "!($type, *args, **kwargs)", "Make a new object of the class."},
    {"__init__", moduleInit, "($self, /, name, doc=None)",
     "Set the object up from the arguments; the help of its class tells which they are."},
    {"__dir__", moduleDir, "!($self, /)",
     "__dir__(): the names in the module's namespace, or what its own __dir__ says."},
};

const GetSetDef kGetSets[] = {
    {"__dict__", getDict, nullptr, nullptr, true},
    {"__annotations__", getAnnotations, setAnnotations, nullptr},
};

} // namespace

const TypeSpec coil::vm::kModuleSpec = {
    .name = "module",
    .size = sizeof(Module),
    .flags = kTypeBase | kTypeGc | kTypeHasWeakRefs | kTypeAttributes, // as its subclasses: see __class__
    .fillSlots = [](Slots &s) { s.getAttr = moduleGetAttr, s.repr = moduleRepr; },
    .traverse = [](Object *o, Visitor &v) { v.visitPointer(static_cast<Module *>(o)->dict); },
    .clear = [](Object *o) { replaceOwned<Dict>(static_cast<Module *>(o)->dict, nullptr); },
    .dictOffset = offsetof(Module, dict),
    .methods = kMethods,
    .getsets = kGetSets,
    .doc = "A module, whose attributes are its namespace. The name is a string; doc is its documentation.",
    .signature = "(name, doc=None)",
    .own = kOwnGetAttr | kOwnSetAttr,
};
