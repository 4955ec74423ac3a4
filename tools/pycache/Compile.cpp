// pycache compile: compileall's options, Coil's compiler.
#include "Cache/Compile.h"
#include "Commands.h"
#include "Compile/Compile.h"
#include "Parse/Parse.h"
#include "llvm/Support/JSON.h"
#include <cstdlib>
#include <optional>
#include <regex>
#include <unistd.h>

using namespace coil;
using namespace coil::bytecode;
using namespace coil::cache;
using llvm::StringRef;

namespace {

Diagnostics compileSource(const WarningFilters &filters, StringRef source, const std::string &filename,
                          int level, llvm::SmallVectorImpl<char> &out) {
  Diagnostics diagnostics;
  parse::ParseOptions parseOptions;
  parseOptions.filename = filename;
  auto tree = parse::parseBytes(source, parseOptions, diagnostics);
  OwnedCode code;
  if (tree) {
    compile::CompileOptions options;
    options.filename = filename;
    options.optimize = level;
    code = compile::compile(*tree, options, diagnostics);
  }
  applyWarningFilters(filters, diagnostics);
  if (diagnostics.error || writeMarshal(*code, RefPolicy::CPython, out)) return diagnostics;
  Diagnostic error;
  error.kind = DiagnosticKind::ValueError;
  error.message = "object too deeply nested to marshal";
  error.hasPlace = false;
  diagnostics.error = error;
  return diagnostics;
}

// -i: names, one per line.
bool readList(const std::string &path, std::vector<std::string> &names) {
  std::optional<Input> input = readInput(path, ArtifactKind::Source);
  if (!input) return false;
  llvm::SmallVector<StringRef> lines;
  StringRef text = input->bytes();
  text.consume_back("\n");
  text.split(lines, '\n');
  for (StringRef line : lines) names.push_back(line.trim().str());
  return true;
}

// Options that need a look; the exit status where they are wrong.
std::optional<int> prepare(const Options &o, cache::CompileOptions &c, std::vector<std::string> &operands) {
  operands = o.paths;
  if (!o.listFile.empty() && !readList(o.listFile, operands)) return kUsage;
  if (operands.empty()) return usageError("compile needs a file or a folder");
  if (c.destination && (c.strip || c.prepend))
    return usageError("-d cannot be used in combination with -s or -p");
  if (o.levels.size() == 1 && c.hardlinkDuplicates)
    return usageError("--hardlink-dupes makes sense only for more than one optimization level");
  if (!o.levels.empty()) c.levels.clear();
  for (const std::string &text : o.levels) {
    int level = 0;
    if (StringRef(text).getAsInteger(10, level) || level < -1 || level > 2)
      return usageError("-o: '" + text + "' is not an optimization level from -1 to 2");
    c.levels.push_back(level);
  }
  if (o.workers < 0) return usageError("-j: the number of workers must not be negative");
  c.workers = static_cast<unsigned>(o.workers);
  if (o.recursion)
    c.maxLevels = *o.recursion;
  else if (o.local)
    c.maxLevels = 0;
  if (c.linkRoot && c.linkRoot->empty()) c.linkRoot.reset();
  const char *epoch = std::getenv("SOURCE_DATE_EPOCH");
  c.mode = o.mode.value_or(epoch && *epoch ? Invalidation::CheckedHash : Invalidation::Timestamp);
  c.prefix = o.prefix ? o.prefix : prefixFromEnvironment();
  if (o.regex.empty()) return std::nullopt;
  try {
    auto regex = std::make_shared<std::regex>(o.regex, std::regex::ECMAScript | std::regex::optimize);
    c.skip = [regex](StringRef path) { return std::regex_search(path.begin(), path.end(), *regex); };
  } catch (const std::regex_error &e) {
    return usageError("-x: '" + o.regex + "': " + e.what());
  }
  return std::nullopt;
}

StringRef outcomeName(Outcome outcome) {
  switch (outcome) {
  case Outcome::UpToDate: return "up-to-date";
  case Outcome::Compiled: return "compiled";
  case Outcome::Failed: return "failed";
  case Outcome::Skipped: return "skipped";
  }
  return "";
}

// The report: compileall's lines, or a progress bar in their place on a terminal, or JSON.
class Reporter {
public:
  explicit Reporter(const Options &options)
      : json(options.json), bar(!json && options.compile.quiet == 0 && ::isatty(STDOUT_FILENO)) {
    if (!json) return;
    writer.emplace(llvm::outs(), 2);
    writer->objectBegin();
    writer->attributeBegin("files");
    writer->arrayBegin();
  }
  void event(const Event &event, size_t done, size_t total) {
    llvm::errs() << event.warnings;
    ++counts[static_cast<size_t>(event.outcome)];
    if (json) return jsonEvent(event);
    if (!bar) {
      llvm::outs() << event.output;
      return;
    }
    if (event.outcome == Outcome::Failed) llvm::outs() << "\r\033[K" << StringRef(event.output).ltrim();
    llvm::outs() << "\r\033[K[" << done << '/' << total << "] " << StringRef(event.path).take_back(60);
    llvm::outs().flush();
  }
  void finish() {
    if (json) {
      writer->arrayEnd();
      writer->attributeEnd();
      for (Outcome outcome : {Outcome::Compiled, Outcome::UpToDate, Outcome::Failed})
        writer->attribute(outcomeName(outcome), static_cast<int64_t>(counts[static_cast<size_t>(outcome)]));
      writer->objectEnd();
      llvm::outs() << '\n';
    } else if (bar) {
      llvm::outs() << "\r\033[K";
    }
    llvm::outs().flush();
  }

private:
  bool json, bar;
  size_t counts[4] = {};
  std::optional<llvm::json::OStream> writer; // for --json

  void jsonEvent(const Event &event) {
    if (event.path.empty() || event.outcome == Outcome::Skipped) return;
    writer->object([&] {
      writer->attribute("file", jsonText(event.path));
      writer->attribute("outcome", outcomeName(event.outcome));
      StringRef text = event.output;
      size_t stars = text.find("*** ");
      if (event.outcome == Outcome::Failed && stars != StringRef::npos)
        writer->attribute("error", jsonText(text.drop_front(stars + 4).rtrim()));
    });
  }
};

} // namespace

int cache::runCompile(const Options &options) {
  cache::CompileOptions compile = options.compile;
  std::vector<std::string> operands;
  if (std::optional<int> status = prepare(options, compile, operands)) return *status;
  if (options.json) compile.quiet = 1;
  Reporter reporter(options);
  WarningFilters filters = warningFilters(options);
  auto compiler = [&](StringRef source, const std::string &filename, int level,
                      llvm::SmallVectorImpl<char> &out) {
    return compileSource(filters, source, filename, level, out);
  };
  bool success =
      compileTrees(operands, compile, compiler, [&](const Event &event, size_t done, size_t total) {
        reporter.event(event, done, total);
      });
  reporter.finish();
  return success ? kDone : kFault;
}
