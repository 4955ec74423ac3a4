// The sys module.
#include "VM/Builtins/Builtins.h"
#include "VM/Builtins/Tables.h"
#include "VM/Core/Audit.h"
#include "VM/Core/Names.h"
#include "VM/Core/Runtime.h"
#include "VM/Exceptions/Exception.h"
#include "VM/Exceptions/Unraisable.h"
#include "VM/Import/Paths.h"
#include "VM/Modules/Modules.h"
#include "VM/Modules/SysInfo.h"
#include "VM/Modules/posix/Path.h"
#include "VM/Types/AsyncGenerator.h"
#include "VM/Types/FrameObject.h"
#include "VM/Types/Int/Int.h"
#include "VM/Types/List.h"
#include "VM/Types/SimpleNamespace.h"
#include "VM/Types/StructSequence.h"

using namespace coil::vm;

namespace {

constexpr int64_t kHexVersion = 0x030B02F0;
constexpr int64_t kMaxStrDigitsThreshold = 640;

// --- the exception being handled, hooks

Ref sysExcInfo(Thread &t, const Value *) {
  Value exception = handledException(t);
  if (exception.empty() || exception.isNone()) return packTuple(Value::none(), Value::none(), Value::none());
  Ref traceback = tracebackOf(exception);
  return packTuple(Value(typeOf(exception)), exception, traceback.get());
}

Ref sysException(Thread &t, const Value *) {
  Value exception = handledException(t);
  return exception.empty() ? Ref::none() : Ref::share(exception);
}

Ref sysExit(Thread &t, const Value *args) {
  Ref exception;
  if (isTuple(args[0]))
    exception = call(t, Value(&types::SystemExit), args[0].as<Tuple>(), nullptr);
  else if (args[0].isNone())
    exception = call(t, Value(&types::SystemExit));
  else
    exception = call(t, Value(&types::SystemExit), {args[0]});
  if (!exception) return {};
  return raiseObject(t, exception);
}

Ref writeToStderr(Thread &t, const std::string &text) {
  Value stream = sysLookup(names::stderr);
  if (stream.empty() || stream.isNone()) return Ref::none();
  Ref keep = Ref::share(stream);
  StrRef shown = makeStr(text);
  CHECK(writeToFile(t, keep, shown));
  return Ref::none();
}

// excepthook(exctype, value, traceback)
Ref sysExcepthook(Thread &t, const Value *args) {
  Value stdoutStream = sysLookup(names::stdout);
  if (!stdoutStream.empty() && !stdoutStream.isNone() && !callMethod(t, stdoutStream, names::flush))
    clearPending(t);
  if (!isException(args[1]))
    return writeToStderr(t, "TypeError: print_exception(): Exception expected for value, " +
                                typeName(args[1]).str() + " found\n");
  auto *exception = args[1].as<BaseExceptionObject>();
  if (isExactly(args[2], types::Traceback) && !exception->traceback)
    exception->traceback = ObjectRef<Traceback>::share(args[2].as<Traceback>()).release();
  return writeToStderr(t, formatException(t, args[1]));
}

Ref sysUnraisablehook(Thread &t, const Value *args) { return defaultUnraisableHook(t, args[0]); }

// The text as a stream with another encoding could show it, when it cannot show it as it is.
Status writeRepr(Thread &t, Value stream, Value value) {
  Ref text = TRY(repr(t, value));
  if (writeToFile(t, stream, text.as<Str>())) return Status::ok();
  if (!catchPending(t, types::UnicodeEncodeError)) return {};
  Ref plain = TRY(ascii(t, value));
  return writeToFile(t, stream, plain.as<Str>());
}

// displayhook(object): what interactive statements do with a value.
Ref sysDisplayhook(Thread &t, const Value *args) {
  if (args[0].isNone()) return Ref::none();
  Value builtins = dictGetStr(runtime.modules, names::builtins);
  if (builtins.empty()) return raise(t, types::RuntimeError, "lost builtins module");
  Ref module = Ref::share(builtins);
  CHECK(setAttr(t, module, names::underscore, Value::none()));
  Ref stream = TRY(sysAttribute(t, names::stdout));
  if (stream->isNone()) return raise(t, types::RuntimeError, "lost sys.stdout");
  CHECK(writeRepr(t, stream, args[0]));
  StrRef newline = makeStrAscii("\n");
  CHECK(writeToFile(t, stream, newline));
  CHECK(setAttr(t, module, names::underscore, args[0]));
  return Ref::none();
}

// --- limits and the state of the interpreter

Ref sysGetRecursionLimit(Thread &t, const Value *) { return makeInt(t.recursionLimit); }

Ref sysSetRecursionLimit(Thread &t, const Value *args) {
  int limit = TRY(asCInt(t, args[0]));
  if (limit < 1) return raise(t, types::ValueError, "recursion limit must be greater or equal than 1");
  if (t.depth >= limit)
    return raise(t, types::RecursionError,
                 "cannot set the recursion limit to % at the recursion depth %: the limit is too low", limit,
                 t.depth);
  for (Thread *thread = firstThread(); thread; thread = thread->next) thread->recursionLimit = int(limit);
  return Ref::none();
}

Ref sysGetIntMaxStrDigits(Thread &, const Value *) { return makeInt(runtime.maxStrDigits); }

Ref sysSetIntMaxStrDigits(Thread &t, const Value *args) {
  int64_t digits = TRY(asInt64(t, args[0]));
  if (digits != 0 && digits < kMaxStrDigitsThreshold)
    return raise(t, types::ValueError, "maxdigits must be 0 or larger than %", kMaxStrDigitsThreshold);
  runtime.maxStrDigits = digits;
  return Ref::none();
}

Ref sysIntern(Thread &t, const Value *args) {
  if (!isStr(args[0]))
    return raise(t, types::TypeError, "intern() argument must be str, not %", argumentTypeName(args[0]));
  if (!isExactStr(args[0])) return raise(t, types::TypeError, "can't intern %", typeName(args[0]));
  return intern(StrRef::share(args[0].as<Str>()));
}

// Immediates have no count; they are as immortal as PEP 683's objects and answer as those do.
Ref sysGetRefcount(Thread &, const Value *args) {
  return makeInt(args[0].isObject() ? int64_t(args[0].object()->refCount) : int64_t(UINT32_MAX));
}

Ref sysGetSizeof(Thread &t, const Value *args) {
  bool found;
  Ref answer = callSpecial(t, args[0], names::special_sizeof, {}, found);
  if (!found) return raise(t, types::TypeError, "Type % doesn't define __sizeof__", typeName(args[0]));
  if (answer && !isIntLike(answer)) answer = raise(t, types::TypeError, "an integer is required");
  if (!answer) { // the default stands in for any TypeError
    if (args[1].empty() || !catchPending(t, types::TypeError)) return {};
    return Ref::share(args[1]);
  }
  int64_t size = TRY(asInt64(t, answer));
  if (size < 0) return raise(t, types::ValueError, "__sizeof__() should return >= 0");
  return makeInt(size);
}

Ref sysGetFrame(Thread &t, const Value *args) {
  int depth = TRY(asCInt(t, args[0]));
  Frame *frame = t.frame;
  for (; frame && depth > 0; --depth) frame = frame->back;
  if (!frame) return raise(t, types::ValueError, "call stack is not deep enough");
  Ref object = frameObjectOf(frame);
  CHECK(audit(t, "sys._getframe", {object.get()}));
  return object;
}

Ref sysUtf8(Thread &, const Value *) { return internText("utf-8"); }
Ref sysEncodeErrors(Thread &, const Value *) { return internText("surrogateescape"); }
Ref sysIsFinalizing(Thread &, const Value *) { return Ref::boolean(runtime.finalizing); }

// --- asynchronous generators

constexpr StructField kHookFields[] = {{"firstiter", nullptr}, {"finalizer", nullptr}};

Ref sysGetAsyncgenHooks(Thread &, const Value *) {
  static Type &type = makeStructSequenceType("sys.asyncgen_hooks", nullptr, kHookFields, true);
  auto shown = [](Value hook) { return hook.empty() ? Ref::none() : Ref::share(hook); };
  Ref values[] = {shown(asyncGeneratorHooks.firstIter), shown(asyncGeneratorHooks.finalizer)};
  return newStructSequence(type, values);
}

// set_asyncgen_hooks(firstiter=<absent>, finalizer=<absent>): None takes a hook away, an absent argument
// leaves it.
Ref sysSetAsyncgenHooks(Thread &t, const Value *args) {
  for (auto [value, name] : {std::pair(args[1], "finalizer"), std::pair(args[0], "firstiter")})
    if (!value.empty() && !value.isNone() && !isCallable(value))
      return raise(t, types::TypeError, "callable % expected, got %", name, typeName(value));
  auto set = [&](const char *event, Value &hook, Value value) -> Status {
    if (value.empty()) return Status::ok();
    CHECK(audit(t, event));
    replaceOwned(hook, value.isNone() ? Value() : retained(value));
    return Status::ok();
  };
  CHECK(set("sys.set_asyncgen_hook_finalizer", asyncGeneratorHooks.finalizer, args[1]));
  CHECK(set("sys.set_asyncgen_hook_firstiter", asyncGeneratorHooks.firstIter, args[0]));
  return Ref::none();
}

// --- attributes that are no functions

struct Names {
  Dict *dict;
  void set(const char *name, Value value) const {
    StrRef key = internText(name);
    dictSetStr(dict, key, value);
  }
  void text(const char *name, llvm::StringRef value) const { set(name, makeStr(value)); }
};

// Texts of the system's, in which bytes that are not UTF-8 become surrogates.
Ref textList(llvm::ArrayRef<std::string> texts) {
  ListRef list = newList();
  for (const std::string &text : texts) listAppend(list, decodeFileName(text));
  return list;
}

void addPaths(const Names &sys) {
  SearchPaths paths = findSearchPaths(runtime.options);
  sys.set("path", textList(paths.path));
  sys.set("meta_path", newList());
  sys.set("path_hooks", newList());
  sys.set("path_importer_cache", newDict());
  sys.text("executable", paths.executable);
  sys.text("_base_executable", paths.executable);
  sys.text("_stdlib_dir", paths.stdlib);
  for (const char *name : {"prefix", "base_prefix"}) sys.text(name, paths.prefix);
  for (const char *name : {"exec_prefix", "base_exec_prefix"}) sys.text(name, paths.execPrefix);
  sys.set("_home", Value::none());
  sys.text("_framework", "");
}

void addOptions(const Names &sys) {
  const RuntimeOptions &o = runtime.options;
  sys.set("argv", textList(o.argv));
  sys.set("orig_argv", textList(o.originalArgv));
  sys.set("modules", DictRef::share(runtime.modules));
  sys.set("warnoptions", textList(o.warnOptions));
  DictRef extra = newDict();
  for (auto &[name, value] : o.xOptions)
    dictSetStr(extra, internText(name), value ? Ref(makeStr(*value)) : Ref::boolean(true));
  sys.set("_xoptions", extra);
  sys.set("dont_write_bytecode", Value::boolean(o.dontWriteBytecode));
  sys.set("pycache_prefix", o.pycachePrefix ? Ref(makeStr(*o.pycachePrefix)) : Ref::none());
  sys.set("flags", makeFlags());
  if (o.maxStrDigits >= 0) runtime.maxStrDigits = o.maxStrDigits;
}

void addImplementation(const Names &sys) {
  DictRef attributes = newDict();
  Names implementation{attributes};
  Ref version = makeVersionInfo();
  implementation.text("name", "coil");
  implementation.text("cache_tag", "cpython-311");
  implementation.set("version", version);
  implementation.set("hexversion", Value::smallInt(kHexVersion));
  implementation.text("_multiarch", "x86_64-linux-gnu");
  sys.set("implementation", newSimpleNamespace(attributes));
  sys.set("version_info", version);
  sys.text("version", "3.11.2 (coil) [Clang " __clang_version__ "]");
  sys.set("hexversion", Value::smallInt(kHexVersion));
  sys.set("api_version", Value::smallInt(1013));
}

void addLimits(const Names &sys) {
  sys.set("float_info", makeFloatInfo());
  sys.set("int_info", makeIntInfo());
  sys.set("hash_info", makeHashInfo());
  sys.set("thread_info", makeThreadInfo());
  sys.set("maxsize", makeInt(INT64_MAX));
  sys.set("maxunicode", Value::smallInt(0x10FFFF));
  sys.text("byteorder", "little");
  sys.text("platform", "linux");
  sys.text("platlibdir", "lib");
  sys.text("abiflags", "");
  sys.text("float_repr_style", "short");
  sys.text("copyright", "Copyright (c) the authors of Coil.");
  llvm::SmallVector<std::string, 8> names;
  for (const ModuleSpec *spec : nativeModules()) names.push_back(spec->name);
  llvm::sort(names);
  ListRef list = newList();
  for (const std::string &name : names) listAppend(list, makeStr(name));
  sys.set("builtin_module_names", makeTuple(list->values()));
}

Status populate(Thread &t, Module *module) {
  Names sys{module->dict};
  addOptions(sys);
  addPaths(sys);
  addImplementation(sys);
  addLimits(sys);
  addFunctions(module, sysHookFunctions(), internText("sys"));
  addFunctions(module, sysControlFunctions(), internText("sys"));
  sys.set("stdlib_module_names", TRY(makeStdlibModuleNames(t)));
  StrRef project = makeStr("Coil"), none = makeStr("");
  sys.set("_git", packTuple(Value(project), Value(none), Value(none)));
  for (const char *name : {"excepthook", "displayhook", "unraisablehook", "breakpointhook"}) {
    Value hook = dictGetStr(module->dict, internText(name));
    sys.set((std::string("__") + name + "__").c_str(), hook);
  }
  return Status::ok();
}

NativeDef kFunctions[] = {
    {"exc_info", sysExcInfo, "($module, /)",
     "The exception that is being handled, as (type, value, traceback); (None, None, None) if\n"
     "there is none."},
    {"exception", sysException, "($module, /)", "The exception that is being handled, or None."},
    {"exit", sysExit, "($module, status=None, /)",
     "End the program, by raising SystemExit(status). None stands for success, an int is the\n"
     "exit status, and anything else is written to stderr before an exit with status 1."},
    {"excepthook", sysExcepthook, "($module, exctype, value, traceback, /)",
     "Write an exception and its traceback to stderr, as it is done for one that nobody caught."},
    {"unraisablehook", sysUnraisablehook, "($module, unraisable, /)",
     "Write an exception that cannot be raised, as one in __del__(), to stderr. The argument\n"
     "has the attributes exc_type, exc_value, exc_traceback, err_msg (the text to begin with)\n"
     "and object (where it happened); all but the first may be None."},
    {"displayhook", sysDisplayhook, "($module, object, /)",
     "Write the repr of a value to stdout and keep it in builtins._, unless it is None."},
    {"getrecursionlimit", sysGetRecursionLimit, "($module, /)",
     "How deep calls may be nested before RecursionError is raised."},
    {"setrecursionlimit", sysSetRecursionLimit, "($module, limit, /)",
     "Set how deep calls may be nested before RecursionError is raised.\n"
     "RecursionError if they are nested that deep already."},
    {"get_int_max_str_digits", sysGetIntMaxStrDigits, "($module, /)",
     "How many digits an int that is converted to or from decimal text may have; 0 for any number."},
    {"set_int_max_str_digits", sysSetIntMaxStrDigits, "($module, /, maxdigits)",
     "Set how many digits an int that is converted to or from decimal text may have: 0 for any\n"
     "number, or at least 640."},
    {"intern", sysIntern, "($module, string, /)",
     "The one copy of a str that stands for all equal ones passed to this function, so that\n"
     "comparing them by identity will do."},
    {"getrefcount", sysGetRefcount, "($module, object, /)",
     "How many references there are to an object, the one in this call's argument included."},
    {"getsizeof", sysGetSizeof, "!($module, /, object, default=<unrepresentable>)",
     "getsizeof(object[, default]): the bytes of memory an object occupies, without what it\n"
     "refers to. default is for objects that do not tell; without it they are a TypeError."},
    {"_getframe", sysGetFrame, "($module, depth=0, /)",
     "The frame of the caller, or one so many calls further out; ValueError if there are not\n"
     "so many."},
    {"getdefaultencoding", sysUtf8, "($module, /)",
     "The encoding of str.encode() and bytes.decode() when none is given: 'utf-8'."},
    {"getfilesystemencoding", sysUtf8, "($module, /)",
     "The encoding between file names as str and those of the system."},
    {"getfilesystemencodeerrors", sysEncodeErrors, "($module, /)",
     "The error handler for the encoding of file names."},
    {"is_finalizing", sysIsFinalizing, "($module, /)", "Whether the interpreter is shutting down."},
    {"get_asyncgen_hooks", sysGetAsyncgenHooks, "($module, /)",
     "The hooks that set_asyncgen_hooks() set in this thread, as (firstiter, finalizer)."},
    {"set_asyncgen_hooks", sysSetAsyncgenHooks, "!($module, /, firstiter=<absent>, finalizer=<absent>)",
     "set_asyncgen_hooks(*[, firstiter][, finalizer]): have functions called with each\n"
     "asynchronous generator in this thread: firstiter when it is iterated for the first time,\n"
     "finalizer when it is about to be collected. None means no hook."},
};

} // namespace

const ModuleSpec coil::vm::kSysModule = {
    .name = "sys",
    .doc = "The interpreter: what it was started with, what it is made of, and how it is told to behave.\n"
           "\n"
           "argv: the arguments, after the program's name; flags: the switches; path: where modules\n"
           "are looked for; modules: those imported so far\n"
           "stdin, stdout, stderr: the standard streams, for input() and print() and for errors\n"
           "exc_info(), exception(): the exception being handled; excepthook(): what happens if\n"
           "nobody does\n"
           "version_info, implementation, platform, executable, prefix: which Python this is, and where\n"
           "float_info, int_info, hash_info, maxsize, maxunicode: how values are kept, and their limits\n"
           "settrace(), setprofile(), addaudithook(): to watch a program running",
    .functions = kFunctions,
    .populate = populate,
};

void coil::vm::initializeSys(Thread &t) { runtime.sysModule = makeNativeModule(t, kSysModule).release(); }

Value coil::vm::sysLookup(Str *name) {
  return runtime.sysModule ? dictGetStr(runtime.sysModule->dict, name) : Value();
}

Ref coil::vm::sysAttribute(Thread &t, Str *name) {
  Value found = sysLookup(name);
  if (found.empty()) return raise(t, types::RuntimeError, "lost sys.%", name);
  return Ref::share(found);
}
