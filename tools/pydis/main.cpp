// pydis: lists bytecode as the dis module does, and shows it in other ways.
#include "Bytecode/Asm.h"
#include "Bytecode/Verify.h"
#include "Disasm/Views.h"
#include "Pipeline/Pipeline.h"

using namespace coil;
using namespace coil::bytecode;

namespace {

enum class Emit { Listing, Json, Asm };

struct Options : ToolOptions {
  Emit emit = Emit::Listing;
  disasm::ListingOptions listing;
  std::optional<int> depth;
  std::string function;
  int optimize = 0;
  bool source = false;
  bool header = false, codeInfo = false, json = false, stats = false, marshal = false, cfg = false,
       verify = false;
};

const ToolInfo kInfo{
    "pydis", "Lists bytecode as Python's dis module does, and shows it in other ways.",
    "  pydis __pycache__/fib.cpython-311.pyc      list a cached module\n"
    "  pytok fib.py | pyparse | pycomp | pydis    list what the compiler makes of a script\n"};

void declare(CommandLine &cl, Options &o) {
  declareInput(cl, o);
  cl.flag("--optimize", o.optimize, "compile source without asserts; twice: without docstrings");
  declareOutput(cl, o);
  declareWarnings(cl, o);
  cl.choice("--emit", o.emit, {{"listing", Emit::Listing}, {"asm", Emit::Asm}, {"json", Emit::Json}},
            "the form of the output");
  cl.group("listing");
  cl.flag("-C,--show-caches", o.listing.showCaches, "show inline cache entries");
  cl.flag("-O,--show-offsets", o.listing.showOffsets, "show offsets beside labels");
  cl.flag("-P,--show-positions", o.listing.showPositions, "show line and column ranges");
  cl.flag("--labels", o.listing.labels, "name jump targets L1, L2, ... and leave offsets out");
  cl.flag("--source", o.source, "show the source's lines before their instructions");
  cl.option("--depth", "N", o.depth, "how deep to go into nested functions");
  cl.option("--function", "QUALNAME", o.function, "show only this function or class body");
  cl.group("other views, in place of the listing");
  cl.flag("--code-info", o.codeInfo, "the summary of dis.code_info()");
  cl.flag("--json", o.json, "everything, for programs");
  cl.flag("--stats", o.stats, "how often each instruction occurs");
  cl.flag("--cfg", o.cfg, "basic blocks in the DOT language");
  cl.flag("--header", o.header, "the header of the .pyc");
  cl.flag("--marshal", o.marshal, "every marshalled object with its offset and reference number");
  cl.flag("--verify", o.verify, "check that the bytecode is sound");
}

// The source's lines, for --source: the input itself, or the file that the code names.
class SourceLines {
public:
  bool load(const Input &input, const Code &code) {
    llvm::StringRef text = input.bytes();
    if (input.artifact.kind != ArtifactKind::Source) {
      file = readInput(code.filename->text, ArtifactKind::Source);
      if (!file) return false;
      text = file->bytes();
    }
    text.split(lines, '\n');
    return true;
  }
  llvm::StringRef at(int line) const {
    return line > 0 && static_cast<size_t>(line) <= lines.size() ? lines[static_cast<size_t>(line) - 1] : "";
  }

private:
  std::optional<Input> file;
  llvm::SmallVector<llvm::StringRef> lines;
};

// One line for each thing that is wrong with the bytecode; nothing if it is sound.
int reportProblems(const Input &input, const Code &code) {
  std::vector<VerifyProblem> problems = verify(code);
  for (const VerifyProblem &p : problems)
    llvm::errs() << input.path << ": " << p.code->qualname->text << ", offset " << 2 * p.unit << ": "
                 << p.message << '\n';
  return problems.empty() ? kDone : kFault;
}

int writeViews(const Options &o, const Input &input, const pipeline::Loaded &loaded,
               llvm::ArrayRef<MarshalEvent> events, llvm::raw_ostream &os) {
  std::vector<const Code *> roots{loaded.code.object};
  if (!o.function.empty()) roots = disasm::findFunctions(*loaded.code, o.function);
  if (roots.empty()) return inputError(input.path + ": there is no function '" + o.function + "'");
  int depth = o.depth.value_or(-1);
  if (o.verify) return reportProblems(input, *loaded.code);
  if (o.emit == Emit::Asm) {
    writeAsm(os, *loaded.code, loaded.header ? &*loaded.header : nullptr, loaded.code->filename->text);
  } else if (o.header) {
    if (!loaded.header)
      return inputError(input.path + ": there is no .pyc header in " + artifactKindName(input.artifact.kind));
    disasm::writeHeader(os, *loaded.header);
  } else if (o.marshal) {
    if (events.empty()) return inputError(input.path + ": this is not marshalled");
    disasm::writeMarshalView(os, events, loaded.header ? kPycHeaderSize : 0);
  } else if (o.json || o.emit == Emit::Json) {
    disasm::writeJson(os, roots, depth);
  } else if (o.stats) {
    disasm::writeStats(os, roots);
  } else if (o.cfg) {
    disasm::writeFlowGraph(os, roots, depth);
  } else if (o.codeInfo) {
    for (const Code *root : roots) disasm::writeCodeInfo(os, *root);
  } else {
    disasm::ListingOptions listing = o.listing;
    listing.depth = depth;
    SourceLines lines;
    if (o.source) {
      if (!lines.load(input, *loaded.code)) return kUsage;
      listing.source = [&](int line) { return lines.at(line); };
    }
    for (const Code *root : roots) disasm::writeListing(os, *root, listing);
  }
  return kDone;
}

int run(const Options &o) {
  std::optional<Input> input = readInput(o);
  if (!input) return kUsage;
  std::vector<MarshalEvent> events;
  MarshalReadOptions marshal;
  if (o.marshal) marshal.events = &events;
  pipeline::PipelineOptions stages;
  stages.compile.optimize = std::min(o.optimize, 2);
  pipeline::Loaded loaded = pipeline::loadCode(*input, o, stages, marshal);
  if (!loaded.code) return loaded.status;
  Output output(o, Output::Content::Text);
  if (int status = writeViews(o, *input, loaded, events, output.os())) return status;
  return output.keep();
}

} // namespace

int main(int argc, char **argv) { return toolMain(argc, argv, kInfo, declare, run); }
