// The interactive loop, as PyRun_InteractiveLoop() and its surroundings in CPython's main.c are.
#include "VM/Core/Interactive.h"
#include "VM/Builtins/Builtins.h"
#include "VM/Core/Audit.h"
#include "VM/Core/Names.h"
#include "VM/Core/RunProgram.h"
#include "VM/Core/Runtime.h"
#include "VM/Exceptions/Exception.h"
#include "VM/Exceptions/Raise.h"
#include "VM/Import/Import.h"
#include "VM/Interp/Frame.h"
#include "VM/Types/Module.h"
#include "VM/Types/Str/TextAlgorithms.h"
#include "llvm/Support/MemoryBuffer.h"
#include <cstdlib>
#include <unistd.h>

using namespace coil::vm;

namespace {

// str(sys.ps1) or str(sys.ps2); nothing if that fails, as in CPython.
std::string promptText(Thread &t, const char *name) {
  Value prompt = sysLookup(internText(name));
  if (prompt.empty()) return "";
  auto text = strText(t, Ref::share(prompt));
  if (!text) clearPending(t);
  return text ? *text : std::string();
}

// The next line of standard input; empty at its end, and (with an exception) when reading fails.
Result<std::string> readLine(Thread &t, const std::string &prompt) {
  flushStandardStreams(t);
  writeStandardError(t, prompt);
  Ref input = TRY(sysAttribute(t, names::stdin));
  Ref line = callMethod(t, input, internText("readline"));
  if (!line && pendingIs(t, types::KeyboardInterrupt)) writeStandardError(t, "\n");
  if (!line) return {};
  if (!isStr(line))
    return raise(t, types::TypeError, "object.readline() returned non-string, not %", typeName(line));
  return toUtf8(line.as<Str>());
}

// The code of one statement, of as many lines as it takes. `ended`: there was none, but the end of the input.
CodeRef readStatement(Thread &t, int64_t &flags, bool &ended) {
  std::string lines;
  for (const char *prompt = "ps1";; prompt = "ps2") {
    std::string line = TRY(readLine(t, promptText(t, prompt)));
    bool last = line.empty();
    ended = last && lines.empty();
    if (last) writeStandardError(t, "\n");
    if (ended) return {};
    lines += line;
    if (!llvm::StringRef(lines).ends_with("\n")) lines += '\n';
    bool incomplete = false;
    CodeRef code = compileInteractive(t, lines, last, flags, incomplete);
    if (!incomplete) return code;
  }
}

void setDefaultPrompt(const char *name, const char *text) {
  Str *key = internText(name);
  if (sysLookup(key).empty()) dictSetStr(runtime.sysModule->dict, key, makeStr(text));
}

DictRef mainNamespace() {
  return DictRef::share(dictGetStr(runtime.modules, names::special_main).as<Module>()->dict);
}

// sys.__interactivehook__, with which site prepares line editing.
void runInteractiveHook(Thread &t) {
  Value hook = sysLookup(internText("__interactivehook__"));
  if (hook.empty()) return;
  Ref keep = Ref::share(hook);
  if (audit(t, "cpython.run_interactivehook", {hook}) && call(t, keep)) return;
  writeStandardError(t, "Failed calling sys.__interactivehook__\n");
  reportUncaught(t);
}

} // namespace

bool coil::vm::standardInputIsInteractive() { return runtime.options.interactive || ::isatty(0); }

void coil::vm::writeInteractiveHeader() {
  if (runtime.options.quiet) return;
  std::string header = "Python " + toUtf8(sysLookup(internText("version")).as<Str>()) + " on linux\n";
  if (!runtime.options.noSite)
    header += "Type \"help\", \"copyright\", \"credits\" or \"license\" for more information.\n";
  (void)!::write(2, header.data(), header.size());
}

void coil::vm::runStartupFile(Thread &t) {
  const char *path = runtime.options.ignoreEnvironment ? nullptr : std::getenv("PYTHONSTARTUP");
  if (!path || !*path) return;
  StrRef name = makeStr(path);
  StrRef mode = makeStr("r");
  if (!audit(t, "cpython.run_startup", {Value(name)}) ||
      !audit(t, "open", {Value(name), Value(mode), Value::smallInt(0)})) {
    reportUncaught(t);
    return;
  }
  auto file = llvm::MemoryBuffer::getFile(path);
  if (!file) {
    writeStandardError(t, std::string("Could not open PYTHONSTARTUP\nFileNotFoundError: [Errno ") +
                              std::to_string(file.getError().value()) + "] " + file.getError().message() +
                              ": '" + path + "'\n");
    return;
  }
  CodeRef code = compileProgram(t, (*file)->getBuffer(), false, path);
  DictRef globals = mainNamespace();
  if (!code || !audit(t, "exec", {Value(code)}) || !execute(t, code, globals, globals)) reportUncaught(t);
}

int coil::vm::runInteractive(Thread &t) {
  runtime.options.inspect = 0; // from here on, SystemExit ends the program
  runInteractiveHook(t);
  if (!audit(t, "cpython.run_stdin")) return reportUncaught(t);
  setDefaultPrompt("ps1", ">>> ");
  setDefaultPrompt("ps2", "... ");
  DictRef globals = mainNamespace();
  for (int64_t flags = 0;;) {
    bool ended = false;
    CodeRef code = readStatement(t, flags, ended);
    if (ended) break;
    if (code && audit(t, "exec", {Value(code)}) && execute(t, code, globals, globals)) continue;
    bool exits = pendingIs(t, types::SystemExit);
    int status = reportUncaught(t);
    if (exits) return status;
  }
  flushStandardStreams(t);
  return 0;
}
