// pyvm: bytecode (or what comes before it) in, the program's effects out.
#include "Bytecode/Verify.h"
#include "Pipeline/Pipeline.h"
#include "VM/Core/RunProgram.h"
#include "VM/Import/Paths.h"
#include "VM/Interp/Switches.h"
#include "llvm/Support/FileSystem.h"
#include <cerrno>
#include <csignal>
#include <cstring>
#include <unistd.h>

using namespace coil;

// In builds that count what runs (utils/release): normal exits write the counts, ours does not go through
// them.
extern "C" [[gnu::weak]] int __llvm_profile_write_file(void);

namespace {

llvm::ArrayRef<char *> givenArguments; // argv as main has it

struct Options : ToolOptions {
  std::vector<std::string> program; // -c COMMAND or FILE, then the program's own arguments
  std::optional<std::string> command_, module;
  std::vector<std::string> xOptions;
  bool skipFirstLine = false, ignored = false;
  vm::Switches switches;
  std::optional<std::string> maxSteps, maxMemory;
  int inspect = 0;
  vm::RuntimeOptions runtime;
};

const ToolInfo kInfo = {"pyvm", "Run Python bytecode, or what comes before it.",
                        "  pytok fib.py | pyparse | pycomp | pyvm   run a script, stage by stage\n"
                        "  pyvm fib.py 30                           run it at once, with an argument"};

void declare(CommandLine &cl, Options &o) {
  vm::RuntimeOptions &r = o.runtime;
  cl.program("[FILE] [ARG...]", o.program, {"-c", "-m"});
  cl.option("-c", "COMMAND", o.command_, "run this text; the rest are its arguments");
  cl.option("-m", "MODULE", o.module, "run a library module as a script; the rest are its arguments");
  cl.choice("--from", o.from,
            {{"source", ArtifactKind::Source},
             {"tokens", ArtifactKind::Tokens},
             {"ast", ArtifactKind::Ast},
             {"asm", ArtifactKind::Asm},
             {"pyc", ArtifactKind::Pyc},
             {"marshal", ArtifactKind::Marshal}},
            "what the input is, instead of finding out by its content");
  cl.option("--source-name", "NAME", o.sourceName, "the file name that is recorded");
  cl.flag("--verify", r.verify, "refuse unsound bytecode in imported .pyc files, too, not only in FILE");
  cl.flag("--check-leaks", r.checkLeaks, "report what is still alive at the end; then the status is 1");
  cl.choice(
      "--trace", o.switches.trace,
      {{"opcodes", std::string("opcodes")}, {"calls", std::string("calls")}, {"lines", std::string("lines")}},
      "write to standard error what the program does");
  cl.flag("--stats", o.switches.stats, "write how many instructions ran, and which");
  cl.option("--max-steps", "N", o.maxSteps, "end the program with an error after N instructions");
  cl.option("--max-memory", "BYTES", o.maxMemory, "end the program with an error when its objects take more");
  cl.group("CPython's switches");
  cl.flag("-b", r.bytesWarning, "warn about comparing bytes with str; -bb: raise");
  cl.flag("-B", r.dontWriteBytecode, "write no .pyc files on import");
  cl.flag("-d", r.debug, "sets sys.flags.debug");
  cl.flag("-E", r.ignoreEnvironment, "ignore PYTHON* environment variables");
  cl.flag("-i", o.inspect, "go on interactively after the program");
  cl.flag("-I", r.isolated, "isolate from the user's environment; implies -E, -P and -s");
  cl.flag("-O", r.optimize, "leave out asserts; -OO: docstrings too");
  cl.flag("-P", r.safePath, "put no folder of the program's in front of sys.path");
  cl.flag("-q", r.quiet, "no version and copyright at interactive start");
  cl.flag("-R", r.randomHashes, "hash texts with a random secret, whatever PYTHONHASHSEED says");
  cl.flag("-s", r.noUserSite, "leave the user's site-packages out of sys.path");
  cl.flag("-S", r.noSite, "do not import site");
  cl.flag("-t", o.ignored, "is accepted and does nothing");
  cl.flag("-u", r.unbuffered, "write the standard streams without delay");
  cl.flag("-v", r.verbose, "trace imports; -vv: every file that is looked for");
  cl.list("-W", "FILTER", r.warnOptions, "filter warnings: action:message:category:module:line");
  cl.flag("-x", o.skipFirstLine, "skip the first line of the source");
  cl.list("-X", "OPTION", o.xOptions,
          "an option of the implementation, as dev, utf8, importtime, pycache_prefix=DIR");
  cl.choice("--check-hash-based-pycs", r.checkHashBasedPycs,
            {{"default", std::string("default")},
             {"always", std::string("always")},
             {"never", std::string("never")}},
            "whether hash-based .pyc files are checked against their source");
}

// Bytecode from outside could do anything to the interpreter: it is run only if it is sound.
bool isSound(const Input &input, const bytecode::Code &code) {
  if (input.artifact.kind < ArtifactKind::Asm) return true; // our own compiler's
  auto problems = bytecode::verify(code);
  for (const bytecode::VerifyProblem &p : problems)
    inputError(input.path + ": " + p.code->qualname->text + ", offset " + llvm::Twine(2 * p.unit) + ": " +
               p.message);
  return problems.empty();
}

// __file__ and co_filename of bytecode: what it says itself. Empty for standard input and -c, which have no
// file.
std::string mainFile(const bytecode::Code &code) {
  std::string name = code.filename->text.str();
  return name.empty() || name[0] == '<' ? "" : name;
}

std::string absolutePath(llvm::StringRef name) {
  llvm::SmallString<128> path(name);
  if (llvm::StringRef(path).starts_with("./")) path.erase(path.begin(), path.begin() + 2);
  llvm::sys::fs::make_absolute(path);
  return path.str().str();
}

// A zip archive: its directory ends within the last 64 KiB (zipimport looks there, too).
bool looksLikeZip(llvm::StringRef bytes) { return bytes.take_back(65535 + 22).contains("PK\x05\x06"); }

// sys.argv, and the operand in `o`.
std::vector<std::string> argumentsOf(Options &o) {
  std::vector<std::string> argv = o.program;
  if (o.command_ || o.module) {
    argv.insert(argv.begin(), o.command_ ? "-c" : "-m");
    return argv;
  }
  if (argv.empty()) argv.push_back("");
  o.operand = argv[0].empty() ? "-" : argv[0];
  if (o.sourceName) argv[0] = *o.sourceName;
  return argv;
}

// Fills in a program that is read from the operand. Gives kDone, or the status to end with.
int loadOperand(Options &o, vm::MainProgram &program) {
  bool standardInput = o.operand == "-";
  if (standardInput && !o.from && (o.inspect || ::isatty(0))) {
    program.interactive = true;
    program.hasPathEntry = !o.runtime.safePath;
    return kDone;
  }
  if (!standardInput && llvm::sys::fs::is_directory(o.operand)) {
    program.importerPath = absolutePath(o.operand);
    return kDone;
  }
  if (!standardInput && ::access(o.operand.c_str(), R_OK) != 0) {
    int error = errno;
    llvm::errs() << "pyvm: can't open file '" << absolutePath(o.operand) << "': [Errno " << error << "] "
                 << std::strerror(error) << '\n';
    return kUsage;
  }
  std::optional<Input> input = readInput(o);
  if (!input) return kUsage;
  if (!o.runtime.safePath) {
    program.hasPathEntry = true;
    program.pathEntry = standardInput ? "" : vm::scriptFolder(o.operand);
  }
  if (input->artifact.kind == ArtifactKind::Source) {
    if (!standardInput && !o.from && looksLikeZip(input->bytes())) {
      program.importerPath = absolutePath(o.operand);
      program.hasPathEntry = false;
      return kDone;
    }
    program.isSource = true;
    program.source = input->bytes().str();
    if (o.skipFirstLine) // its newline stays, so that the lines keep their numbers
      program.source.erase(0, std::min(program.source.find('\n'), program.source.size()));
    program.file = o.sourceName ? *o.sourceName : standardInput ? "" : absolutePath(o.operand);
    program.filename = program.file.empty() ? "<stdin>" : program.file;
    return kDone;
  }
  pipeline::PipelineOptions options;
  options.compile.optimize = o.runtime.optimize;
  pipeline::Loaded loaded = pipeline::loadCode(*input, o, options);
  if (!loaded.code) return loaded.status;
  if (!isSound(*input, *loaded.code)) return kFault;
  program.file = mainFile(*loaded.code);
  program.code = loaded.code.object;
  program.pool = std::move(loaded.code.pool);
  return kDone;
}

int loadProgram(Options &o, vm::MainProgram &program) {
  if (!o.command_ && !o.module) return loadOperand(o, program);
  program.hasPathEntry = !o.runtime.safePath;
  if (o.module) {
    program.module = *o.module;
    llvm::SmallString<128> here;
    if (!llvm::sys::fs::current_path(here)) program.pathEntry = here.str().str();
    return kDone;
  }
  program.isSource = program.decoded = true;
  program.source = *o.command_ + "\n";
  program.filename = "<string>";
  return kDone;
}

// A limit that is a number above zero; false: it is none, and standard error says so.
bool readLimit(const char *name, const std::optional<std::string> &text, uint64_t &limit) {
  if (!text || (!llvm::StringRef(*text).getAsInteger(10, limit) && limit)) return true;
  llvm::errs() << "pyvm: error: " << name << " takes a number above zero, not '" << *text << "'\n";
  return false;
}

int run(const Options &given) {
  Options o = given;
  if (!readLimit("--max-steps", o.maxSteps, o.switches.maxSteps) ||
      !readLimit("--max-memory", o.maxMemory, o.switches.maxMemory))
    return kUsage;
  o.runtime.argv = argumentsOf(o);
  o.runtime.originalArgv.assign(givenArguments.begin(), givenArguments.end());
  o.runtime.inspect = o.runtime.interactive = o.inspect;
  for (const std::string &option : o.xOptions) {
    auto [name, value] = llvm::StringRef(option).split('=');
    bool hasValue = llvm::StringRef(option).contains('=');
    o.runtime.xOptions.emplace_back(name.str(), hasValue ? std::optional(value.str()) : std::nullopt);
  }
  if (std::string error = vm::readEnvironment(o.runtime); !error.empty()) {
    llvm::errs() << error;
    return kFault;
  }
  vm::MainProgram program;
  if (int status = loadProgram(o, program)) return status;
  vm::Thread thread;
  if (!vm::startRuntime(thread, o.runtime)) return kFault;
  vm::startSwitches(o.switches);
  int status = vm::runMain(thread, std::move(program));
  vm::reportSwitches(thread);
  if (int failed = vm::endRuntime(thread)) status = failed;
  if (o.runtime.checkLeaks && vm::reportLeaks(thread) && status == 0) status = 1;
  if (status == vm::kInterrupted) { // as CPython does, so that a shell sees what ended it
    std::signal(SIGINT, SIG_DFL);
    std::raise(SIGINT);
  }
  // Everything is flushed and finalized; the memory goes back with the process.
  if (__llvm_profile_write_file) __llvm_profile_write_file();
  std::_Exit(status);
}

} // namespace

int main(int argc, char **argv) {
  givenArguments = {argv, size_t(argc)};
  return toolMain<Options>(argc, argv, kInfo, declare, run);
}
