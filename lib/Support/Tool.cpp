// The tools' start, common options, reading of the operand and reports.
#include "Support/Tool.h"
#include "Support/PythonVersion.h"
#include "llvm/ADT/StringExtras.h"
#include <csignal>
#include <cstdlib>

using namespace coil;
using llvm::StringRef;

static const char *currentTool = "coil";

StringRef coil::toolName() { return currentTool; }

void coil::detail::startTool(const ToolInfo &info) {
  currentTool = info.name;
  // As CPython does: a closed pipe is an errno for the writer to see, not a signal.
  std::signal(SIGPIPE, SIG_IGN);
  // And so is a file that grows beyond its limit: what was half written can be removed.
  std::signal(SIGXFSZ, SIG_IGN);
}

void coil::detail::describe(CommandLine &cl, const ToolInfo &info) {
  cl.examples(info.examples);
  cl.version(std::string(info.name) + " (Coil) for Python " + kPython311.name + ", magic " +
             std::to_string(kPython311.magic));
}

void coil::declareInput(CommandLine &cl, ToolOptions &options) {
  cl.group("input");
  cl.operand("FILE", options.operand, "the input; '-' or none is standard input");
  std::vector<std::pair<std::string, std::optional<ArtifactKind>>> kinds;
  for (auto kind : {ArtifactKind::Source, ArtifactKind::Tokens, ArtifactKind::Ast, ArtifactKind::Asm,
                    ArtifactKind::Pyc, ArtifactKind::Marshal})
    kinds.emplace_back(artifactKindName(kind).str(), kind);
  cl.choice("--from", options.from, std::move(kinds), "what the input is, in place of a look at its content");
  cl.option("--source-name", "NAME", options.sourceName, "the file name to record");
}

void coil::declareOutput(CommandLine &cl, ToolOptions &options) {
  cl.group("output");
  cl.option("-o,--output", "FILE", options.output,
            "write to FILE, through a temporary file beside it;\n'-' is standard output");
}

void coil::declareWarnings(CommandLine &cl, ToolOptions &options) {
  cl.list("-W", "FILTER", options.warnings,
          "filter warnings: action:message:category:module:line, as python3.11 -W does");
}

std::optional<Input> coil::readInput(StringRef path, std::optional<ArtifactKind> from) {
  Input input;
  bool isStdin = path == "-";
  auto buffer = isStdin ? llvm::MemoryBuffer::getSTDIN() : llvm::MemoryBuffer::getFile(path);
  if (!buffer) {
    usageError("cannot read " + (isStdin ? llvm::Twine("standard input") : "'" + path + "'") + ": " +
               errorText(buffer.getError()));
    return std::nullopt;
  }
  input.buffer = std::move(*buffer);
  input.path = isStdin ? "<stdin>" : path.str();
  if (from)
    input.artifact = {*from, detectForm(*from, input.bytes())};
  else
    input.artifact = detectArtifact(input.bytes());
  return input;
}

std::optional<Input> coil::readInput(const ToolOptions &options) {
  return readInput(options.operand, options.from);
}

std::string coil::sourceNameFor(const ToolOptions &options, const Input &input, StringRef recorded) {
  if (options.sourceName) return *options.sourceName;
  return recorded.empty() ? input.path : recorded.str();
}

int coil::usageError(const llvm::Twine &message) {
  llvm::errs() << currentTool << ": error: " << message << '\n';
  return kUsage;
}

int coil::inputError(const llvm::Twine &message) {
  llvm::errs() << currentTool << ": error: " << message << '\n';
  return kFault;
}

WarningFilters coil::warningFilters(const ToolOptions &options) {
  WarningFilters filters;
  auto add = [&](StringRef option) {
    std::string error;
    if (!filters.add(option, error)) llvm::errs() << "Invalid -W option ignored: " << error << '\n';
  };
  if (const char *environment = std::getenv("PYTHONWARNINGS")) {
    llvm::SmallVector<StringRef> parts;
    StringRef(environment).split(parts, ',', -1, /*KeepEmpty=*/false);
    llvm::for_each(parts, add);
  }
  llvm::for_each(options.warnings, add);
  return filters;
}

int coil::reportDiagnostics(Diagnostics &diagnostics, const ToolOptions &options) {
  applyWarningFilters(warningFilters(options), diagnostics);
  for (const Diagnostic &warning : diagnostics.warnings) printDiagnostic(llvm::errs(), warning);
  if (!diagnostics.error) return kDone;
  printDiagnostic(llvm::errs(), *diagnostics.error);
  return kFault;
}
