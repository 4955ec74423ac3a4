// Running a program as __main__.
#include "VM/Core/RunProgram.h"
#include "VM/Builtins/Builtins.h"
#include "VM/Core/Audit.h"
#include "VM/Core/Interactive.h"
#include "VM/Core/Names.h"
#include "VM/Exceptions/Exception.h"
#include "VM/Heap/Gc.h"
#include "VM/Import/Import.h"
#include "VM/Interp/Frame.h"
#include "VM/Modules/posix/Path.h"
#include "VM/Types/Int/Int.h"
#include "VM/Types/List.h"
#include "VM/Types/Module.h"
#include "llvm/ADT/DenseSet.h"
#include "llvm/ADT/MapVector.h"
#include <cstdlib>
#include <unistd.h>

using namespace coil::vm;

namespace {

// The exit status that SystemExit asks for; prints its argument when that is neither None nor a number.
int exitStatus(Thread &t, Value exception) {
  Value code = exceptionField(exception, 0);
  if (code.empty() || code.isNone()) return 0;
  if (isIntLike(code)) {
    int64_t status = -1;
    toInt64(code, status);
    return int(status & 0xFF);
  }
  auto text = strText(t, code);
  if (!text) clearPending(t);
  flushStandardStreams(t);
  writeStandardError(t, text ? *text : std::string());
  writeStandardError(t, "\n");
  return 1;
}

// For debuggers: pdb.pm() looks at the last exception that ended something.
void rememberLast(Value exception, Value traceback) {
  Dict *sys = runtime.sysModule->dict;
  dictSetStr(sys, internText("last_type"), Value(typeOf(exception)));
  dictSetStr(sys, internText("last_value"), exception);
  dictSetStr(sys, internText("last_traceback"), traceback);
}

llvm::SmallVector<Object *, 0> aliveAtStart;

void rememberAlive() {
  aliveAtStart.clear();
  gc::forEachTracked([](Object *object, void *) { aliveAtStart.push_back(object); }, nullptr);
}

// A hook that raises RuntimeError keeps the exception from being shown.
bool auditExcepthook(Thread &t, Value hook, Value exception, Value traceback) {
  if (audit(t, "sys.excepthook",
            {hook.empty() ? Value::none() : hook, Value(typeOf(exception)), exception, traceback}))
    return true;
  if (catchPending(t, types::RuntimeError)) return false;
  writeUnraisable(t, "Exception ignored in audit hook", Value());
  return true;
}

} // namespace

int coil::vm::reportUncaught(Thread &t) {
  Ref exception = takePending(t);
  if (isInstance(exception, types::SystemExit) && !runtime.options.inspect) return exitStatus(t, exception);
  flushStandardStreams(t);
  Value hook = sysLookup(names::excepthook);
  bool ours = hook.empty() || isExactly(hook, types::NativeFunction);
  Ref traceback = tracebackOf(exception);
  rememberLast(exception, traceback);
  if (!auditExcepthook(t, hook, exception, traceback)) return 1;
  if (!ours) {
    if (call(t, hook, {Value(typeOf(exception)), exception.get(), traceback.get()})) return 1;
    Ref second = takePending(t);
    if (isInstance(second, types::SystemExit)) return exitStatus(t, second);
    flushStandardStreams(t);
    writeStandardError(t, "Error in sys.excepthook:\n" + formatException(t, second) +
                              "\nOriginal exception was:\n");
  }
  writeStandardError(t, formatException(t, exception));
  return isInstance(exception, types::KeyboardInterrupt) ? kInterrupted : 1;
}

static Status insertPath(Thread &t, const std::string &entry) {
  Ref path = TRY(sysAttribute(t, names::path));
  Ref text = decodeFileName(entry);
  if (isList(path)) listInsert(path.as<List>(), 0, text);
  return Status::ok();
}

// __loader__ of a script, so that its source can be found by what asks for it (linecache, inspect).
static Status setMainLoader(Thread &t, Module *main, const std::string &file, bool isSource) {
  const char *className = isSource ? "SourceFileLoader" : "SourcelessFileLoader";
  if (!dictGetStr(runtime.modules, internText("_frozen_importlib_external")).empty()) {
    Ref loaderClass = TRY(importAttribute(t, "_frozen_importlib_external", className));
    Ref path = decodeFileName(file);
    Ref loader = TRY(call(t, loaderClass, {Value(names::special_main), Value(path)}));
    dictSetStr(main->dict, names::special_loader, loader);
  }
  return Status::ok();
}

static Status runModule(Thread &t, const std::string &name, bool alterArgv) {
  Ref run = TRY(importAttribute(t, "runpy", "_run_module_as_main"));
  StrRef text = makeStr(name);
  CHECK(call(t, run, {Value(text), Value::smallInt(alterArgv)}));
  return Status::ok();
}

// A file name as Python has it, in UTF-8: bytes that are not UTF-8 become surrogates.
static std::string pythonName(const std::string &name) { return toUtf8(decodeFileName(name).as<Str>()); }

static Status runCode(Thread &t, MainProgram &program) {
  Value found = dictGetStr(runtime.modules, names::special_main);
  auto main = ObjectRef<Module>::share(found.as<Module>());
  if (!program.file.empty()) {
    dictSetStr(main->dict, names::special_file, decodeFileName(program.file));
    dictSetStr(main->dict, names::special_cached, Value::none());
    CHECK(setMainLoader(t, main, program.file, program.isSource));
  }
  CodeRef code = program.isSource
                     ? compileProgram(t, program.source, program.decoded, pythonName(program.filename))
                     : makeCode(*program.code, std::move(program.pool), pythonName(program.file));
  if (!code) return {};
  DictRef globals = DictRef::share(main->dict);
  CHECK(audit(t, "exec", {Value(code.get())}));
  CHECK(execute(t, code, globals, globals));
  return Status::ok();
}

// PYTHONINSPECT is looked at when the program has ended: it can ask for the interactive loop itself.
static bool goesOnInteractively() {
  if (!runtime.options.ignoreEnvironment && std::getenv("PYTHONINSPECT")) runtime.options.inspect = 1;
  return runtime.options.inspect && standardInputIsInteractive();
}

// What is about to run: cpython.run_command and its like.
static Status auditProgram(Thread &t, const MainProgram &program) {
  if (!auditing) return Status::ok();
  auto tell = [&](const char *event, const std::string &what) {
    StrRef text = makeStr(what);
    return audit(t, event, {Value(text)});
  };
  if (!program.module.empty()) return tell("cpython.run_module", program.module);
  if (!program.importerPath.empty()) return Status::ok();
  if (program.isSource && program.decoded) return tell("cpython.run_command", program.source);
  if (program.file.empty()) return audit(t, "cpython.run_stdin");
  CHECK(tell("cpython.run_file", program.file));
  StrRef path = makeStr(program.file), mode = makeStr("rb");
  return audit(t, "open", {Value(path), Value(mode), Value::smallInt(0)});
}

static Status runProgram(Thread &t, MainProgram &program) {
  CHECK(auditProgram(t, program));
  if (program.hasPathEntry) CHECK(insertPath(t, program.pathEntry));
  if (!program.module.empty()) return runModule(t, program.module, true);
  if (program.importerPath.empty()) return runCode(t, program);
  CHECK(insertPath(t, program.importerPath));
  return runModule(t, "__main__", false);
}

int coil::vm::runMain(Thread &t, MainProgram program) {
  if (runtime.options.checkLeaks) rememberAlive();
  if (program.interactive) {
    writeInteractiveHeader();
    if (program.hasPathEntry && !insertPath(t, program.pathEntry)) return reportUncaught(t);
    runStartupFile(t);
    return runInteractive(t);
  }
  int status = runProgram(t, program) ? 0 : reportUncaught(t);
  return goesOnInteractively() ? runInteractive(t) : status;
}

size_t coil::vm::reportLeaks(Thread &t) {
  if (firstThread() != &t) { // what they hold, on native stacks too, is in use
    constexpr llvm::StringLiteral kNote = "leaks not checked: daemon threads are still running\n";
    (void)!::write(2, kNote.data(), kNote.size());
    return 0;
  }
  llvm::MapVector<Type *, size_t> counts;
  struct Context {
    llvm::DenseSet<Object *> before;
    llvm::MapVector<Type *, size_t> &counts;
  } context{{aliveAtStart.begin(), aliveAtStart.end()}, counts};
  gc::forEachTracked(
      [](Object *object, void *p) {
        auto *c = static_cast<Context *>(p);
        if (!c->before.contains(object)) ++c->counts[object->type];
      },
      &context);
  size_t total = 0;
  for (auto &[type, count] : counts) {
    std::string line = "leak: " + std::to_string(count) + " x " + type->nameText().str() + "\n";
    (void)!::write(2, line.data(), line.size());
    total += count;
  }
  return total;
}
