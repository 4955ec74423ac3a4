// pycomp: a tree (or what comes before it) in, bytecode out.
#include "Pipeline/Pipeline.h"

using namespace coil;
using namespace coil::bytecode;

namespace {

enum class Emit { Pyc, Marshal };

struct Options : ToolOptions {
  Emit emit = Emit::Pyc;
  RefPolicy refs = RefPolicy::CPython;
  int optimize = 0;
  bool noDebugRanges = false;
  bool topLevelAwait = false;
  parse::Mode mode = parse::Mode::Exec;
};

const ToolInfo kInfo = {"pycomp", "Compile Python to bytecode.",
                        "  pytok fib.py | pyparse | pycomp -o fib.pyc   compile a script, stage by stage\n"
                        "  pycomp fib.py | pydis                        list what the compiler makes of it"};

void declare(CommandLine &cl, Options &o) {
  declareInput(cl, o);
  declareOutput(cl, o);
  declareWarnings(cl, o);
  cl.choice("--emit", o.emit, {{"pyc", Emit::Pyc}, {"marshal", Emit::Marshal}},
            "a .pyc file, or bare marshal data");
  cl.choice("--refs", o.refs, {{"cpython", RefPolicy::CPython}, {"canonical", RefPolicy::Canonical}},
            "which objects are marked for reference: as py_compile does, or those that are referred to");
  cl.choice("-O,--optimize", o.optimize, {{"0", 0}, {"1", 1}, {"2", 2}, {"O", 2}},
            "1: leave out asserts; 2 (or -OO): docstrings too");
  cl.choice("-m,--mode", o.mode,
            {{"exec", parse::Mode::Exec}, {"single", parse::Mode::Single}, {"eval", parse::Mode::Eval}},
            "what the source is");
  cl.flag("--top-level-await", o.topLevelAwait,
          "take await outside of functions, as ast.PyCF_ALLOW_TOP_LEVEL_AWAIT does");
  cl.flag("--no-debug-ranges", o.noDebugRanges, "leave out columns, as -X no_debug_ranges does");
}

int writeCode(const Options &o, const Code &code, const PycHeader &header, Output &output) {
  llvm::SmallVector<char, 0> bytes;
  if (o.emit == Emit::Pyc) writePycHeader(header, bytes);
  if (!writeMarshal(code, o.refs, bytes)) return inputError("code objects are nested too deeply for marshal");
  output.os() << llvm::StringRef(bytes.data(), bytes.size());
  return output.keep();
}

int run(const Options &o) {
  Output output(o, Output::Content::Binary);
  if (!output.allowed()) return kUsage;
  std::optional<Input> input = readInput(o);
  if (!input) return kUsage;
  ArtifactKind kind = input->artifact.kind;
  if (kind == ArtifactKind::Pyc || kind == ArtifactKind::Marshal)
    return inputError(input->path + ": this is " + artifactKindName(kind) + " already, nothing to compile");
  pipeline::PipelineOptions stages;
  stages.mode = o.mode;
  stages.compile.optimize = o.optimize;
  stages.compile.debugRanges = !o.noDebugRanges;
  stages.compile.topLevelAwait = o.topLevelAwait;
  pipeline::Loaded loaded = pipeline::loadCode(*input, o, stages);
  if (!loaded.code) return loaded.status;
  return writeCode(o, *loaded.code, loaded.header.value_or(PycHeader::unchecked()), output);
}

} // namespace

int main(int argc, char **argv) { return toolMain<Options>(argc, argv, kInfo, declare, run); }
