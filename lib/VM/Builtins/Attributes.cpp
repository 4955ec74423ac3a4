// getattr, setattr, hasattr, delattr, dir, vars, globals, locals.
#include "VM/Builtins/Tables.h"
#include "VM/Core/Names.h"
#include "VM/Interp/Frame.h"
#include "VM/Types/Dict/Dict.h"
#include "VM/Types/FrameObject.h"
#include "VM/Types/List.h"

using namespace coil::vm;

Ref coil::vm::currentLocals(Thread &t) {
  if (!t.frame) return raise(t, types::SystemError, "frame does not exist");
  return frameLocals(t, t.frame);
}

Dict *coil::vm::currentGlobals(Thread &t) {
  if (t.frame) return t.frame->globals;
  (void)raise(t, types::SystemError, "frame does not exist");
  return nullptr;
}

namespace {

// Attribute names are interned, exact strings everywhere inside the VM.
StrRef attributeName(Thread &t, Value name) {
  if (isExactStr(name)) return intern(StrRef::share(name.as<Str>()));
  if (isStr(name)) return internText(toUtf8(name.as<Str>()));
  return raise(t, types::TypeError, "attribute name must be string, not '%'", typeName(name));
}

Ref builtinGetattr(Thread &t, const Value *args) {
  StrRef name = TRY(attributeName(t, args[1]));
  if (args[2].empty()) return getAttr(t, args[0], name);
  Ref found;
  CHECK(lookupAttr(t, args[0], name, found));
  return found ? std::move(found) : Ref::share(args[2]);
}

Ref builtinHasattr(Thread &t, const Value *args) {
  StrRef name = TRY(attributeName(t, args[1]));
  Ref found;
  CHECK(lookupAttr(t, args[0], name, found));
  return Ref::boolean(bool(found));
}

Ref builtinSetattr(Thread &t, const Value *args) {
  StrRef name = TRY(attributeName(t, args[1]));
  CHECK(setAttr(t, args[0], name, args[2]));
  return Ref::none();
}

Ref builtinDelattr(Thread &t, const Value *args) {
  StrRef name = TRY(attributeName(t, args[1]));
  CHECK(setAttr(t, args[0], name, Value()));
  return Ref::none();
}

Ref dirOfLocals(Thread &t) {
  Ref locals = TRY(currentLocals(t));
  Ref keys = isExactDict(locals) ? locals.copy() : callMethod(t, locals, names::keys);
  if (!keys) return {};
  ListRef list = TRY(listFrom(t, keys));
  CHECK(listSort(t, list, Value::none(), false));
  return list;
}

Ref builtinDir(Thread &t, const Value *args) {
  if (args[0].empty()) return dirOfLocals(t);
  bool found;
  Ref answer = callSpecial(t, args[0], names::special_dir, {}, found);
  if (!found) return raise(t, types::TypeError, "object does not provide __dir__");
  if (!answer) return {};
  ListRef list = TRY(listFrom(t, answer));
  CHECK(listSort(t, list, Value::none(), false));
  return list;
}

Ref builtinVars(Thread &t, const Value *args) {
  if (args[0].empty()) return currentLocals(t);
  Ref found;
  CHECK(lookupAttr(t, args[0], names::special_dict, found));
  if (!found) return raise(t, types::TypeError, "vars() argument must have __dict__ attribute");
  return found;
}

Ref builtinGlobals(Thread &t, const Value *) { return DictRef::share(TRY(currentGlobals(t))); }
Ref builtinLocals(Thread &t, const Value *) { return currentLocals(t); }

NativeDef kFunctions[] = {
    {"getattr", builtinGetattr, "!($module, object, name, default=<unrepresentable>, /)",
     "getattr(object, name[, default]): the value of object.name, whose name is given as a "
     "string.\n\nWithout such an attribute the result is the default, or AttributeError is raised if none is "
     "given."},
    {"hasattr", builtinHasattr, "($module, obj, name, /)",
     "Tell whether obj.name can be had: False if asking for it raises AttributeError."},
    {"setattr", builtinSetattr, "($module, obj, name, value, /)",
     "Do what obj.name = value does, with the name given as a string."},
    {"delattr", builtinDelattr, "($module, obj, name, /)",
     "Do what del obj.name does, with the name given as a string."},
    {"dir", builtinDir, "!($module, object=<unrepresentable>, /)",
     "dir([object]): the sorted names of an object's attributes, as its __dir__ tells them;\nwithout an "
     "argument, the names of the caller's scope."},
    {"vars", builtinVars, "!($module, object=<unrepresentable>, /)",
     "vars([object]): the object's __dict__; without an argument, the same as locals(). TypeError\nif it has "
     "none."},
    {"globals", builtinGlobals, "($module, /)",
     "The namespace of the caller's module. Changes to the dict are changes to the module."},
    {"locals", builtinLocals, "($module, /)",
     "A dict of the variables in the caller's scope.\n\nIn a function it is a snapshot, whose changes the "
     "variables do not see; elsewhere it is the\nnamespace itself."},
};

} // namespace

llvm::ArrayRef<NativeDef> coil::vm::attributeFunctions() { return kFunctions; }
