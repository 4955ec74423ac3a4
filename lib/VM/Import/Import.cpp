// import statements: from a name to a module, through sys.modules and importlib (CPython's import.c).
#include "VM/Import/Import.h"
#include "VM/Builtins/Builtins.h"
#include "VM/Core/Audit.h"
#include "VM/Core/Names.h"
#include "VM/Core/Runtime.h"
#include "VM/Exceptions/Exception.h"
#include "VM/Exceptions/Warnings.h"
#include "VM/Import/ImportTrace.h"
#include "VM/Types/FrameObject.h"
#include "VM/Types/List.h"

using namespace coil::vm;

namespace {

// A str key of a globals dict; empty if it is not there.
Value global(Value globals, Str *name) { return dictGetStr(globals.as<Dict>(), name); }

Failure raiseKeyError(Thread &t, const char *text) {
  StrRef message = makeStr(text);
  return raiseWith(t, types::KeyError, message);
}

Status warnPackageMismatch(Thread &t, Value package, Value parent) {
  if (TRY(equal(t, package, parent))) return Status::ok();
  return warn(t, types::ImportWarning,
              "__package__ != __spec__.parent (" + TRY(reprText(t, package)) +
                  " != " + TRY(reprText(t, parent)) + ")");
}

// The package of a module that has neither __package__ nor __spec__.
Ref packageByName(Thread &t, Value globals) {
  CHECK(warn(t, types::ImportWarning,
             "can't resolve package from __spec__ or __package__, falling back on __name__ and __path__"));
  Value name = global(globals, names::special_name);
  if (name.empty()) return raiseKeyError(t, "'__name__' not in globals");
  if (!isStr(name)) return raise(t, types::TypeError, "__name__ must be a string");
  if (!global(globals, names::special_path).empty()) return Ref::share(name);
  std::string text = toUtf8(name.as<Str>());
  size_t dot = text.rfind('.');
  if (dot == std::string::npos)
    return raise(t, types::ImportError, "attempted relative import with no known parent package");
  return makeStr(text.substr(0, dot));
}

// The package that a relative import starts from (PEP 366, PEP 451).
Ref packageOf(Thread &t, Value globals) {
  Value package = global(globals, names::special_package), spec = global(globals, names::special_spec);
  bool hasSpec = !spec.empty() && !spec.isNone();
  Str *parentName = internText("parent");
  if (!package.empty() && !package.isNone()) {
    if (!isStr(package)) return raise(t, types::TypeError, "package must be a string");
    if (!hasSpec) return Ref::share(package);
    Ref keep = Ref::share(package), parent = TRY(getAttr(t, spec, parentName));
    CHECK(warnPackageMismatch(t, keep, parent));
    return keep;
  }
  if (!hasSpec) return packageByName(t, globals);
  Ref parent = TRY(getAttr(t, spec, parentName));
  if (!isStr(parent)) return raise(t, types::TypeError, "__spec__.parent must be a string");
  return parent;
}

// The absolute name of a relative one.
StrRef resolveName(Thread &t, Str *name, Value globals, int level) {
  if (globals.empty()) return raiseKeyError(t, "'__name__' not in globals");
  if (!isDict(globals)) return raise(t, types::TypeError, "globals must be a dict");
  Ref package = TRY(packageOf(t, globals));
  std::string text = toUtf8(package.as<Str>());
  if (text.empty())
    return raise(t, types::ImportError, "attempted relative import with no known parent package");
  llvm::StringRef base = text;
  for (int i = 1; i < level; ++i) {
    size_t dot = base.rfind('.');
    if (dot == llvm::StringRef::npos)
      return raise(t, types::ImportError, "attempted relative import beyond top-level package");
    base = base.take_front(dot);
  }
  return makeStr(name->length ? base.str() + "." + toUtf8(name) : base.str());
}

// A module that another import is in the middle of is waited for.
Status ensureInitialized(Thread &t, Value module, Str *name) {
  Ref spec, busy;
  CHECK(lookupAttr(t, module, names::special_spec, spec));
  if (!spec || spec->isNone()) return Status::ok();
  CHECK(lookupAttr(t, spec, internText("_initializing"), busy));
  if (!busy || !TRY(truth(t, busy))) return Status::ok();
  CHECK(callMethod(t, runtime.importlib, internText("_lock_unlock_module"), {Value(name)}));
  return Status::ok();
}

bool isImportlibFrame(const Traceback *tb) {
  std::string file = toUtf8(tb->frame->frame->code->filename);
  return file == "<frozen importlib._bootstrap>" || file == "<frozen importlib._bootstrap_external>";
}

// Takes importlib's own frames out of the pending exception's traceback: all of them for an ImportError, else
// the runs that end where importlib calls out.
void removeImportlibFrames(Thread &t) {
  if (runtime.options.verbose) return;
  auto *exception = t.pending.as<BaseExceptionObject>();
  bool always = isInstance(t.pending, types::ImportError);
  Traceback **link = &exception->traceback, **start = nullptr;
  bool inside = false;
  while (Traceback *tb = *link) {
    bool now = isImportlibFrame(tb);
    if (now && !inside) start = link;
    inside = now;
    if (inside && (always || toUtf8(tb->frame->frame->code->name) == "_call_with_frames_removed")) {
      ObjectRef<Traceback> rest = ObjectRef<Traceback>::share(tb->next);
      replaceOwned(*start, rest.release());
      link = start;
    } else {
      link = &tb->next;
    }
  }
}

Status auditImport(Thread &t, Str *name) {
  if (!auditing) return Status::ok();
  auto found = [](const char *attribute) {
    Value value = sysLookup(internText(attribute));
    return value.empty() ? Ref::none() : Ref::share(value);
  };
  Ref path = found("path"), finders = found("meta_path"), hooks = found("path_hooks");
  return audit(t, "import", {Value(name), Value::none(), path.get(), finders.get(), hooks.get()});
}

Ref findAndLoad(Thread &t, Str *name) {
  CHECK(auditImport(t, name));
  ImportTimer timer(name);
  Ref module =
      callMethod(t, runtime.importlib, internText("_find_and_load"), {Value(name), runtime.importFunction});
  if (!module) removeImportlibFrames(t);
  return module;
}

// The module of an absolute name.
Ref loadedModule(Thread &t, Str *name) {
  Value loaded = TRY(dictGet(t, runtime.modules, Value(name)));
  if (loaded.empty() || loaded.isNone()) return findAndLoad(t, name);
  Ref module = Ref::share(loaded);
  CHECK(ensureInitialized(t, module, name));
  return module;
}

// `import a.b.c` binds a; of a relative name, what precedes its first dot is bound.
Ref boundModule(Thread &t, Str *name, Str *absolute, Ref module, int level) {
  if (level > 0 && !name->length) return module;
  std::string given = toUtf8(name);
  size_t dot = given.find('.');
  if (dot == std::string::npos) return module;
  if (level == 0) {
    StrRef front = makeStr(given.substr(0, dot));
    return importModuleLevel(t, front, Value(), Value(), 0);
  }
  std::string full = toUtf8(absolute);
  StrRef front = internText(full.substr(0, full.size() - (given.size() - dot)));
  Value found = dictGetStr(runtime.modules, front);
  if (found.empty())
    return raise(t, types::KeyError, "% not in sys.modules as expected", TRY(reprText(t, Value(front))));
  return Ref::share(found);
}

// A module's text attribute; empty if it has none.
StrRef textAttribute(Thread &t, Value module, Str *name) {
  Ref found;
  if (!lookupAttr(t, module, name, found)) clearPending(t);
  if (!found || !isStr(found)) return {};
  return StrRef::share(found.as<Str>());
}

// True while the module's own import has not finished.
bool isInitializing(Thread &t, Value module) {
  Ref spec, busy;
  if (!lookupAttr(t, module, names::special_spec, spec) ||
      (spec && !spec->isNone() && !lookupAttr(t, spec, internText("_initializing"), busy)))
    clearPending(t);
  return busy && busy.get() == Value::trueValue();
}

Failure raiseCannotImport(Thread &t, Value module, Str *name) {
  StrRef moduleName = textAttribute(t, module, names::special_name);
  StrRef file = textAttribute(t, module, names::special_file);
  auto quoted = [&](Str *s) {
    auto text = s ? reprText(t, Value(static_cast<Object *>(s))) : Result<std::string>();
    return text ? *text : std::string("'<unknown module name>'");
  };
  const char *partially = file && isInitializing(t, module) ? "partially initialized module " : "";
  std::string message = "cannot import name " + quoted(name) + " from " + partially + quoted(moduleName) +
                        (*partially ? " (most likely due to a circular import)" : "") + " (" +
                        (file ? toUtf8(file) : std::string("unknown location")) + ")";
  StrRef text = makeStr(message);
  TupleRef args = packTuple(text);
  Ref exception = newException(types::ImportError, args);
  exceptionField(exception, 0) = retained(text);
  if (moduleName) exceptionField(exception, 1) = retained(moduleName);
  if (file) exceptionField(exception, 2) = retained(file);
  return raiseObject(t, exception);
}

// The names that `from module import *` takes; `hidden` if leading underscores hide a name.
Ref starNames(Thread &t, Value module, bool &hidden) {
  Ref all;
  CHECK(lookupAttr(t, module, names::special_all, all));
  hidden = !all;
  if (all) return all;
  Ref dict;
  CHECK(lookupAttr(t, module, names::special_dict, dict));
  if (!dict) return raise(t, types::ImportError, "from-import-* object has no __dict__ and no __all__");
  return callMethod(t, dict, names::keys);
}

Failure raiseBadStarName(Thread &t, Value module, Value key, bool hidden) {
  StrRef moduleName = textAttribute(t, module, names::special_name);
  std::string text = moduleName ? toUtf8(moduleName) : std::string("?");
  return raise(t, types::TypeError, "% in %.% must be str, not %", hidden ? "Key" : "Item", text,
               hidden ? "__dict__" : "__all__", typeName(key));
}

} // namespace

Ref coil::vm::importModuleLevel(Thread &t, Str *name, Value globals, Value fromList, int level) {
  StrRef absolute = StrRef::share(name);
  if (level > 0)
    absolute = TRY(resolveName(t, name, globals, level));
  else if (!name->length)
    return raise(t, types::ValueError, "Empty module name");
  Ref module = TRY(loadedModule(t, absolute));
  bool hasFrom = !fromList.empty() && !fromList.isNone() && TRY(truth(t, fromList));
  if (!hasFrom) return boundModule(t, name, absolute, std::move(module), level);
  Ref path;
  CHECK(lookupAttr(t, module, names::special_path, path));
  if (!path) return module;
  Ref imported = callMethod(t, runtime.importlib, internText("_handle_fromlist"),
                            {module, fromList, runtime.importFunction});
  if (!imported) removeImportlibFrames(t);
  return imported;
}

Ref coil::vm::importModule(Thread &t, llvm::StringRef name) {
  StrRef key = internText(name);
  return loadedModule(t, key);
}

Ref coil::vm::importAttribute(Thread &t, llvm::StringRef module, llvm::StringRef name) {
  Ref found = TRY(importModule(t, module));
  StrRef attribute = internText(name);
  return getAttr(t, found, attribute);
}

Ref coil::vm::importFrom(Thread &t, Value module, Str *name) {
  Ref found;
  CHECK(lookupAttr(t, module, name, found));
  if (found) return found;
  // A submodule that is being imported is in sys.modules before it is an attribute of its package.
  if (StrRef package = textAttribute(t, module, names::special_name)) {
    StrRef full = internText(toUtf8(package) + "." + toUtf8(name));
    Value loaded = dictGetStr(runtime.modules, full);
    if (!loaded.empty()) return Ref::share(loaded);
  }
  return raiseCannotImport(t, module, name);
}

Status coil::vm::importStar(Thread &t, Value module, Value nameSpace) {
  bool hidden;
  Ref names = TRY(starNames(t, module, hidden));
  ListRef keys = TRY(listFrom(t, names));
  for (Value key : keys->values()) {
    if (!isStr(key)) return raiseBadStarName(t, module, key, hidden);
    auto *name = key.as<Str>();
    if (hidden && name->length && name->at(0) == '_') continue;
    StrRef interned = internText(toUtf8(name));
    Ref value = TRY(getAttr(t, module, interned));
    CHECK(setItem(t, nameSpace, interned, value));
  }
  return Status::ok();
}
