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
     "getattr(object, name[, default]) -> value\n\nGet a named attribute from an object; getattr(x, 'y') is "
     "equivalent to x.y."},
    {"hasattr", builtinHasattr, "($module, obj, name, /)",
     "Return whether the object has an attribute with the given name."},
    {"setattr", builtinSetattr, "($module, obj, name, value, /)",
     "Sets the named attribute on the given object to the specified value."},
    {"delattr", builtinDelattr, "($module, obj, name, /)",
     "Deletes the named attribute from the given object."},
    {"dir", builtinDir, "!($module, object=<unrepresentable>, /)", "dir([object]) -> list of strings"},
    {"vars", builtinVars, "!($module, object=<unrepresentable>, /)", "vars([object]) -> dictionary"},
    {"globals", builtinGlobals, "($module, /)",
     "Return the dictionary containing the current scope's global variables."},
    {"locals", builtinLocals, "($module, /)",
     "Return a dictionary containing the current scope's local variables."},
};

} // namespace

llvm::ArrayRef<NativeDef> coil::vm::attributeFunctions() { return kFunctions; }
