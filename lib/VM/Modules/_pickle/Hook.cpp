// What both directions need: hooks, dotted names, modules.
#include "VM/Core/Names.h"
#include "VM/Core/Runtime.h"
#include "VM/Exceptions/Warnings.h"
#include "VM/Import/Import.h"
#include "VM/Modules/_pickle/Pickle.h"
#include "VM/Types/Function.h"
#include "VM/Types/Int/Int.h"
#include "VM/Types/List.h"

using namespace coil::vm;
using namespace coil::vm::pickle;

Dict *pickle::dictOfState(Value v) { return v.as<Dict>(); }

Status Hook::find(Thread &t, Value self, Str *name) {
  Ref found;
  CHECK(lookupAttr(t, self, name, found));
  clear();
  if (!found) return Status::ok();
  bound = isExactly(found, types::Method) && found.as<Method>()->self == self;
  function = bound ? retained(found.as<Method>()->function) : found.release();
  return Status::ok();
}

Ref Hook::call(Thread &t, Value self, Value argument) const {
  Ref callee = Ref::share(function);
  return bound ? vm::call(t, callee, {self, argument}) : vm::call(t, callee, {argument});
}

Ref Hook::get(Thread &t, Value self, const char *name) const {
  if (function.empty()) return raise(t, types::AttributeError, "%", name);
  return bound ? newMethod(function, self) : Ref::share(function);
}

Status Hook::set(Thread &t, Value callable, const char *name) {
  if (callable.empty()) return raise(t, types::TypeError, "attribute deletion is not supported");
  if (!isCallable(callable))
    return raise(t, types::TypeError, "% must be a callable taking one argument", name);
  bound = false;
  replaceOwned(function, retained(callable));
  return Status::ok();
}

Status pickle::setIntMember(Thread &t, int &member, Value value) {
  if (value.empty()) return raise(t, types::TypeError, "can't delete numeric/char attribute");
  int64_t number = TRY(asInt64(t, value));
  member = int(number);
  if (member != number) return warn(t, types::RuntimeWarning, "Truncation of value to int");
  return Status::ok();
}

Ref pickle::deepAttribute(Thread &t, Value object, Value parts, Ref &parent) {
  Ref at = Ref::share(object);
  Ref keep = Ref::share(parts);
  for (int64_t i = 0; i < parts.as<List>()->length; ++i) {
    Ref part = Ref::share(parts.as<List>()->items[i]), found;
    CHECK(lookupAttr(t, at, part.as<Str>(), found));
    parent = std::move(at);
    at = std::move(found);
    if (!at) return {};
  }
  return at;
}

Ref pickle::dottedPath(Thread &t, Value object, Str *name) {
  ListRef parts = newList();
  int64_t start = 0;
  for (int64_t i = 0; i <= name->length; ++i) {
    if (i < name->length && name->at(i) != U'.') continue;
    StrRef part = start == 0 && i == name->length && isExactStr(Value(name)) ? StrRef::share(name)
                                                                             : substring(name, start, i);
    if (part->ascii && part->asciiText() == "<locals>") {
      std::string shown = TRY(reprText(t, Value(name)));
      if (object.empty()) return raise(t, types::AttributeError, "Can't pickle local object %", shown);
      return raise(t, types::AttributeError, "Can't pickle local attribute % on %", shown,
                   TRY(reprText(t, object)));
    }
    listAppend(parts, part);
    start = i + 1;
  }
  return parts;
}

// As PyImport_Import: through whatever __import__ the builtins have, then from sys.modules.
Ref pickle::moduleNamed(Thread &t, Value name) {
  if (!isStr(name)) return raise(t, types::TypeError, "module name must be a string");
  Value import = dictGetStr(runtime.builtins, names::special_import);
  if (import.empty() || import == runtime.importFunction) return importModule(t, toUtf8(name.as<Str>()));
  DictRef globals = newDict();
  dictSetStr(globals, names::special_builtins, Value(static_cast<Object *>(runtime.builtins)));
  ListRef from = newList();
  Ref zero = Ref::smallInt(0);
  Ref done = TRY(call(t, import, {name, Value(globals), Value(globals), Value(from), Value(zero)}));
  return importModule(t, toUtf8(name.as<Str>()));
}
