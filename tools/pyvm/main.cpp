// pyvm: bytecode (or what comes before it) in, the program's effects out.
#include "Bytecode/Verify.h"
#include "Pipeline/Pipeline.h"
#include "VM/Core/RunProgram.h"
#include "llvm/Support/FileSystem.h"
#include <cerrno>
#include <csignal>
#include <cstring>
#include <unistd.h>

using namespace coil;

namespace {

struct Options : ToolOptions {
  std::vector<std::string> program; // -c COMMAND or FILE, then the program's own arguments
  std::optional<std::string> command_;
  int optimize = 0;
  bool unbuffered = false;
  bool checkLeaks = false;
};

const ToolInfo kInfo = {"pyvm", "Run Python bytecode, or what comes before it.",
                        "  pytok fib.py | pyparse | pycomp | pyvm   run a script, stage by stage\n"
                        "  pyvm fib.py 30                           run it at once, with an argument"};

void declare(CommandLine &cl, Options &o) {
  cl.program("[FILE] [ARG...]", o.program, {"-c"});
  cl.option("-c", "COMMAND", o.command_, "run this text; the rest are its arguments");
  cl.choice("--from", o.from,
            {{"source", ArtifactKind::Source},
             {"tokens", ArtifactKind::Tokens},
             {"ast", ArtifactKind::Ast},
             {"asm", ArtifactKind::Asm},
             {"pyc", ArtifactKind::Pyc},
             {"marshal", ArtifactKind::Marshal}},
            "what the input is, instead of finding out by its content");
  cl.option("--source-name", "NAME", o.sourceName, "the file name that is recorded");
  cl.flag("-O", o.optimize, "leave out asserts; -OO: docstrings too");
  cl.flag("-u", o.unbuffered, "write standard output at each line");
  cl.flag("--check-leaks", o.checkLeaks, "report what is still alive at the end; then the status is 1");
}

// The input as an Input of its own: the text of -c, a file, or standard input.
std::optional<Input> inputOf(Options &o, std::vector<std::string> &argv) {
  if (o.command_) {
    Input input;
    input.buffer = llvm::MemoryBuffer::getMemBufferCopy(*o.command_ + "\n", "<string>");
    input.path = "<string>";
    argv = o.program;
    argv.insert(argv.begin(), "-c");
    return input;
  }
  argv = o.program;
  if (argv.empty()) argv.push_back("");
  o.operand = argv[0].empty() ? "-" : argv[0];
  if (o.sourceName) argv[0] = *o.sourceName;
  if (o.operand != "-" && ::access(o.operand.c_str(), R_OK) != 0) {
    int error = errno;
    llvm::SmallString<128> path(o.operand);
    llvm::sys::fs::make_absolute(path);
    llvm::errs() << "pyvm: can't open file '" << path << "': [Errno " << error << "] " << std::strerror(error)
                 << '\n';
    return std::nullopt;
  }
  return readInput(o);
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

// __file__ and co_filename: the absolute path of a script that is given by name, as CPython has it; else what
// the artifact says. Empty for standard input and -c, which have no file.
std::string mainFile(const Options &o, const Input &input, const bytecode::Code &code) {
  std::string name = code.filename->text.str();
  if (name.empty() || name[0] == '<') return "";
  if (input.artifact.kind != ArtifactKind::Source || o.sourceName || o.operand == "-") return name;
  llvm::SmallString<128> path(name);
  if (llvm::StringRef(path).starts_with("./")) path.erase(path.begin(), path.begin() + 2);
  llvm::sys::fs::make_absolute(path);
  return path.str().str();
}

int run(const Options &given) {
  Options o = given;
  std::vector<std::string> argv;
  std::optional<Input> input = inputOf(o, argv);
  if (!input) return kUsage;
  pipeline::PipelineOptions options;
  options.compile.optimize = o.optimize;
  pipeline::Loaded loaded = pipeline::loadCode(*input, o, options);
  if (!loaded.code) return loaded.status;
  if (!isSound(*input, *loaded.code)) return kFault;
  std::string file = mainFile(o, *input, *loaded.code);
  vm::Thread thread;
  vm::RuntimeOptions runtimeOptions;
  runtimeOptions.argv = argv;
  runtimeOptions.optimize = o.optimize;
  runtimeOptions.unbuffered = o.unbuffered;
  runtimeOptions.checkLeaks = o.checkLeaks;
  vm::startRuntime(thread, runtimeOptions);
  const bytecode::Code *code = loaded.code.object;
  int status = vm::runMain(thread, *code, std::move(loaded.code.pool), file);
  if (int failed = vm::endRuntime(thread)) status = failed;
  if (o.checkLeaks && vm::reportLeaks(thread) && status == 0) status = 1;
  if (status == vm::kInterrupted) { // as CPython does, so that a shell sees what ended it
    std::signal(SIGINT, SIG_DFL);
    std::raise(SIGINT);
  }
  // Everything is flushed and finalized; the memory goes back with the process.
  std::_Exit(status);
}

} // namespace

int main(int argc, char **argv) { return toolMain<Options>(argc, argv, kInfo, declare, run); }
