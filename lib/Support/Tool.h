// The contract of the six tools, written once: operand, input, output, common options, exit status.
//
// A tool is an options struct, a function that declares the options, a function that runs, and a main of
// three lines; docs/architecture.md shows one whole.
#pragma once

#include "Support/Artifact.h"
#include "Support/CommandLine.h"
#include "Support/Diagnostic.h"
#include "Support/WarningFilter.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/raw_ostream.h"
#include <memory>
#include <optional>
#include <string>
#include <system_error>

namespace coil {

// Exit statuses.
inline constexpr int kDone = 0;  // it worked
inline constexpr int kFault = 1; // the input was at fault
inline constexpr int kUsage = 2; // the command line was, or a file cannot be read or written

// What --help and --version say of a tool. The examples are lines, each indented by two spaces.
struct ToolInfo {
  const char *name;
  const char *summary;
  const char *examples;
};

// The options that every tool with one input has. An options struct derives from it.
struct ToolOptions {
  std::string operand = "-";         // the input file; "-" is standard input
  std::optional<std::string> output; // -o: nullopt is standard output, "-" too, even if that is a terminal
  std::optional<ArtifactKind> from;  // --from: overrides detection by content
  std::optional<std::string> sourceName; // --source-name: the file name to record
  std::vector<std::string> warnings;     // -W
};

// Declares the operand, --from and --source-name / -o / -W.
void declareInput(CommandLine &cl, ToolOptions &options);
void declareOutput(CommandLine &cl, ToolOptions &options);
void declareWarnings(CommandLine &cl, ToolOptions &options);

// An input that was read whole. The buffer ends with a NUL byte that is not part of it.
struct Input {
  std::unique_ptr<llvm::MemoryBuffer> buffer;
  std::string path; // the operand, or "<stdin>"
  Artifact artifact;
  llvm::StringRef bytes() const { return buffer->getBuffer(); }
};

// The file name that a stage records: --source-name, else the one that travelled in the artifact (`recorded`,
// if not empty), else the operand.
std::string sourceNameFor(const ToolOptions &options, const Input &input, llvm::StringRef recorded = {});

// Reads the operand. On failure it reports ("pytok: error: cannot read 'x.py': no such file or directory")
// and gives nullopt; the tool then ends with kUsage.
std::optional<Input> readInput(const ToolOptions &options);
std::optional<Input> readInput(llvm::StringRef path, std::optional<ArtifactKind> from = std::nullopt);

// The output of one run, held back until keep(): a run that fails writes nothing, to no file and not to
// standard output.
class Output {
public:
  enum class Content { Text, Binary };
  // For an -o FILE, keep() writes a temporary file beside it and renames it.
  Output(const ToolOptions &options, Content content) : path(options.output), content(content) {}
  // False (and reported) where binary content would go to a terminal; the tool then ends with kUsage. Ask
  // before working.
  bool allowed() const;
  llvm::raw_ostream &os() { return stream; }
  // Writes it all; gives the exit status. A closed pipe is no failure: who closed it has seen enough.
  int keep();

private:
  std::optional<std::string> path;
  Content content;
  llvm::SmallVector<char, 0> bytes;
  llvm::raw_svector_ostream stream{bytes};
};

// Writes `bytes` to `path` through a temporary file beside it and a rename. Gives what went wrong, or an
// empty string.
std::string writeFileAtomically(llvm::StringRef path, llvm::StringRef bytes, unsigned mode = 0666);
// The same where `path` is known to be a regular file or none; gives the errno, or 0.
int replaceRegularFile(const std::string &path, llvm::StringRef bytes, unsigned mode);
// What an errno or a system error says, in lower case as our messages are.
std::string errorText(int code);
std::string errorText(const std::error_code &code);
// Writes everything to a file descriptor. 0, or the errno.
int writeAll(int fd, llvm::StringRef bytes);

// "pytok: error: MESSAGE" on standard error; gives kUsage and kFault, so that one can `return
// usageError(...)`.
int usageError(const llvm::Twine &message);
int inputError(const llvm::Twine &message);

// The filters of PYTHONWARNINGS and -W. Those that make no sense are reported and ignored, as in CPython.
WarningFilters warningFilters(const ToolOptions &options);

// Prints warnings, filtered, and the error of a stage in CPython's layout. Gives kFault after an error, else
// kDone.
int reportDiagnostics(Diagnostics &diagnostics, const ToolOptions &options);

// The running tool's name.
llvm::StringRef toolName();

namespace detail {
void startTool(const ToolInfo &info);
void describe(CommandLine &cl, const ToolInfo &info);
} // namespace detail

// The whole of a main(): declares, parses, runs. An options struct with a string `command` is told the
// sub-command.
template <typename Options>
int toolMain(int argc, char **argv, const ToolInfo &info, void (*declare)(CommandLine &, Options &),
             int (*run)(const Options &)) {
  detail::startTool(info);
  Options options;
  CommandLine cl(info.name, info.summary);
  declare(cl, options);
  detail::describe(cl, info);
  if (std::optional<int> status = cl.parse({argv + 1, static_cast<size_t>(argc - (argc > 0))}))
    return *status;
  if constexpr (requires { options.command = std::string(); }) options.command = cl.chosen().str();
  return run(options);
}

} // namespace coil
