// __import__ of what Coil can import: native modules and whatever is in sys.modules; and the halves of import
// statements that come after it.
#include "VM/Builtins/Builtins.h"
#include "VM/Builtins/Tables.h"
#include "VM/Core/Names.h"
#include "VM/Core/Runtime.h"
#include "VM/Exceptions/Exception.h"
#include "VM/Modules/Modules.h"
#include "VM/Types/Int/Int.h"
#include "VM/Types/List.h"
#include "llvm/Support/FileSystem.h"

using namespace coil::vm;

#ifndef COIL_STDLIB
#define COIL_STDLIB "/usr/lib/python3.11"
#endif

namespace {

// Modules that CPython 3.11 has inside its executable.
constexpr llvm::StringLiteral kCPythonBuiltins[] = {
    "_abc",
    "_ast",
    "_bisect",
    "_blake2",
    "_codecs",
    "_collections",
    "_csv",
    "_datetime",
    "_elementtree",
    "_functools",
    "_heapq",
    "_imp",
    "_io",
    "_locale",
    "_md5",
    "_opcode",
    "_operator",
    "_pickle",
    "_posixsubprocess",
    "_random",
    "_sha1",
    "_sha256",
    "_sha3",
    "_sha512",
    "_signal",
    "_socket",
    "_sre",
    "_stat",
    "_statistics",
    "_string",
    "_struct",
    "_symtable",
    "_thread",
    "_tokenize",
    "_tracemalloc",
    "_warnings",
    "_weakref",
    "array",
    "atexit",
    "binascii",
    "cmath",
    "errno",
    "faulthandler",
    "fcntl",
    "gc",
    "grp",
    "itertools",
    "marshal",
    "math",
    "posix",
    "pwd",
    "pyexpat",
    "select",
    "spwd",
    "syslog",
    "time",
    "unicodedata",
    "xxsubtype",
    "zlib",
};

bool isPlainName(llvm::StringRef name) {
  return !name.empty() && name.find('/') == llvm::StringRef::npos && name.find('\0') == llvm::StringRef::npos;
}

// CPython's installation has a module of this name.
bool isStandardModule(llvm::StringRef name) {
  if (!isPlainName(name)) return false;
  if (llvm::is_contained(kCPythonBuiltins, name)) return true;
  std::string root = COIL_STDLIB "/";
  const std::string candidates[] = {
      root + name.str() + ".py",
      root + name.str() + "/__init__.py",
      root + "lib-dynload/" + name.str() + ".cpython-311-x86_64-linux-gnu.so",
  };
  return llvm::any_of(candidates, [](const std::string &path) { return llvm::sys::fs::exists(path); });
}

// Raises `type` with the message and its name (and path) attributes.
Failure raiseImportError(Thread &t, Type &type, const std::string &message, Value name,
                         Value path = Value()) {
  StrRef text = makeStr(message);
  TupleRef args = packTuple(text);
  Ref exception = newException(type, args);
  exceptionField(exception, 0) = retained(text);
  exceptionField(exception, 1) = retained(name);
  exceptionField(exception, 2) = retained(path);
  return raiseObject(t, exception);
}

Failure raiseNoModule(Thread &t, llvm::StringRef full, llvm::StringRef parent = {}) {
  std::string message = "No module named '" + full.str() + "'";
  if (!parent.empty()) message += "; '" + parent.str() + "' is not a package";
  return raiseImportError(t, types::ModuleNotFoundError, message, makeStr(full));
}

// The module of an absolute name, importing it and the packages around it first.
Ref findModule(Thread &t, llvm::StringRef name) {
  StrRef key = internText(name);
  Value loaded = dictGetStr(runtime.modules, key);
  if (loaded.isNone())
    return raiseImportError(t, types::ModuleNotFoundError,
                            "import of " + name.str() + " halted; None in sys.modules", key);
  if (!loaded.empty()) return Ref::share(loaded);
  llvm::StringRef parent = name.rsplit('.').first;
  if (name.contains('.')) {
    RecursionGuard guard(t);
    if (!guard) return {};
    Ref package = TRY(findModule(t, parent));
    loaded = dictGetStr(runtime.modules, key); // importing the package may have loaded it
    if (!loaded.empty() && !loaded.isNone()) return Ref::share(loaded);
    Ref path;
    CHECK(lookupAttr(t, package, names::special_path, path));
    return path ? raiseNoModule(t, name) : raiseNoModule(t, name, parent);
  }
  if (const ModuleSpec *spec = findNativeModule(name)) return makeNativeModule(t, *spec);
  if (isStandardModule(name))
    return raiseImportError(t, types::ImportError, "coil does not import '" + name.str() + "' yet", key);
  return raiseNoModule(t, name);
}

// The package that a relative import starts from (PEP 366), as importlib._bootstrap._calc___package__ finds
// it.
Result<std::string> packageOf(Thread &t, Value globals) {
  if (globals.empty() || !isDict(globals)) return raise(t, types::TypeError, "globals must be a dict");
  auto *dict = globals.as<Dict>();
  Value package = dictGetStr(dict, names::special_package);
  if (!package.empty() && !package.isNone()) {
    if (!isStr(package)) return raise(t, types::TypeError, "package must be a string");
    return toUtf8(package.as<Str>());
  }
  Value name = dictGetStr(dict, names::special_name);
  if (name.empty()) {
    StrRef text = makeStr("'__name__' not in globals");
    return raiseWith(t, types::KeyError, text);
  }
  if (!isStr(name)) return raise(t, types::TypeError, "__name__ must be a string");
  std::string text = toUtf8(name.as<Str>());
  if (!dictGetStr(dict, names::special_path).empty()) return text;
  size_t dot = text.rfind('.');
  return dot == std::string::npos ? std::string() : text.substr(0, dot);
}

Result<std::string> resolveName(Thread &t, llvm::StringRef name, Value globals, int level) {
  std::string package = TRY(packageOf(t, globals));
  if (package.empty())
    return raiseImportError(t, types::ImportError, "attempted relative import with no known parent package",
                            Value());
  llvm::StringRef base = package;
  for (int i = 1; i < level; ++i) {
    size_t dot = base.rfind('.');
    if (dot == llvm::StringRef::npos)
      return raiseImportError(t, types::ImportError, "attempted relative import beyond top-level package",
                              Value());
    base = base.take_front(dot);
  }
  return name.empty() ? base.str() : base.str() + "." + name.str();
}

// What the statement binds: the module itself for `from`, else the package that the name begins with.
Ref importNamed(Thread &t, Str *name, Value globals, Value fromList, int level) {
  std::string given = toUtf8(name), full = given;
  if (level > 0)
    full = TRY(resolveName(t, given, globals, level));
  else if (given.empty())
    return raise(t, types::ValueError, "Empty module name");
  Ref module = TRY(findModule(t, full));
  if (!fromList.empty() && !fromList.isNone() && TRY(truth(t, fromList))) return module;
  size_t dot = given.find('.');
  if (given.empty() || dot == std::string::npos) return module;
  // `import a.b` binds a; relative names are cut by what follows the first dot.
  return findModule(t, llvm::StringRef(full).drop_back(given.size() - dot));
}

// __import__(name, globals=None, locals=None, fromlist=(), level=0)
Ref builtinImport(Thread &t, const Value *args) {
  if (!isStr(args[0])) return raise(t, types::TypeError, "module name must be a string");
  int64_t level = TRY(asInt64(t, args[4]));
  if (level < 0) return raise(t, types::ValueError, "level must be >= 0");
  if (level > 0 && args[1].isNone()) {
    StrRef text = makeStr("'__name__' not in globals");
    return raiseWith(t, types::KeyError, text);
  }
  return importNamed(t, args[0].as<Str>(), args[1], args[3], int(std::min<int64_t>(level, 1 << 20)));
}

// A module's text attribute; empty if it has none.
StrRef textAttribute(Thread &t, Value module, Str *name) {
  Ref found;
  if (!lookupAttr(t, module, name, found)) clearPending(t);
  if (!found || !isStr(found)) return {};
  return StrRef::share(found.as<Str>());
}

Failure raiseCannotImport(Thread &t, Value module, Str *name) {
  StrRef moduleName = textAttribute(t, module, names::special_name);
  StrRef file = textAttribute(t, module, names::special_file);
  auto quoted = [&](Str *s) {
    auto text = s ? reprText(t, Value(static_cast<Object *>(s))) : Result<std::string>();
    return text ? *text : std::string("'<unknown module name>'");
  };
  std::string message = "cannot import name " + quoted(name) + " from " + quoted(moduleName) + " (" +
                        (file ? toUtf8(file) : std::string("unknown location")) + ")";
  return raiseImportError(t, types::ImportError, message, moduleName ? Value(moduleName) : Value(),
                          file ? Value(file) : Value());
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

NativeDef kFunctions[] = {
    {"__import__", builtinImport, "($module, /, name, globals=None, locals=None, fromlist=(), level=0)",
     "Import a module."},
};

} // namespace

Ref coil::vm::importModule(Thread &t, Str *name, Value fromList, int level) {
  Dict *globals = level > 0 ? TRY(currentGlobals(t)) : nullptr;
  return importNamed(t, name, globals ? Value(static_cast<Object *>(globals)) : Value(), fromList, level);
}

Ref coil::vm::importFrom(Thread &t, Value module, Str *name) {
  Ref found;
  CHECK(lookupAttr(t, module, name, found));
  if (found) return found;
  // A submodule that is being imported is in sys.modules before it is an attribute of its package.
  if (StrRef package = textAttribute(t, module, names::special_name)) {
    StrRef full = internText(toUtf8(package) + "." + toUtf8(name));
    Value loaded = dictGetStr(runtime.modules, full);
    if (!loaded.empty() && !loaded.isNone()) return Ref::share(loaded);
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

llvm::ArrayRef<NativeDef> coil::vm::importFunctions() { return kFunctions; }
