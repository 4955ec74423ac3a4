// The stages between an artifact and its bytecode, in process.
#include "Pipeline/Pipeline.h"
#include "Bytecode/Asm.h"
#include "Compile/Validate.h"
#include "Parse/Load.h"

using namespace coil;
using namespace coil::bytecode;
using namespace coil::pipeline;

static Loaded fail(int status) {
  Loaded loaded;
  loaded.status = status;
  return loaded;
}

static Loaded readPycFile(const Input &input, const MarshalReadOptions &marshal) {
  Loaded loaded;
  PycReadResult result = readPyc(input.bytes(), marshal);
  if (!result.code) return fail(inputError(input.path + ": " + result.error));
  loaded.code = std::move(result.code);
  loaded.header = result.header;
  return loaded;
}

static Loaded readMarshalData(const Input &input, const MarshalReadOptions &marshal) {
  MarshalReadResult result = readMarshal(input.bytes(), marshal);
  if (!result.object) return fail(inputError(input.path + ": " + result.error));
  auto *code = dynCast<Code>(result.object.object);
  if (!code) return fail(inputError(input.path + ": not a code object"));
  Loaded loaded;
  loaded.code = OwnedCode{std::move(result.object.pool), code};
  return loaded;
}

static Loaded readAssembly(const Input &input) {
  AsmReadResult result = readAsm(input.bytes());
  if (!result.code)
    return fail(inputError(input.path + (result.line ? ":" + std::to_string(result.line) : "") + ": " +
                           result.error));
  Loaded loaded;
  loaded.code = std::move(result.code);
  loaded.header = result.header;
  return loaded;
}

// Source, tokens and trees.
static Loaded compileInput(const Input &input, const ToolOptions &options, const PipelineOptions &pipeline) {
  bool isSource = input.artifact.kind == ArtifactKind::Source;
  parse::ParseOptions parseOptions;
  parseOptions.filename = options.sourceName.value_or(isSource ? sourceNameFor(options, input) : "");
  parseOptions.mode = pipeline.mode;
  Diagnostics diagnostics;
  std::string error;
  Loaded loaded;
  auto tree = parse::loadTree(input.artifact, input.bytes(), parseOptions, diagnostics, error);
  if (!error.empty()) return fail(inputError(input.path + ": " + error));
  // A tree that no parser made is looked at first, as CPython does.
  bool isTree = input.artifact.kind == ArtifactKind::Ast;
  if (tree && (!isTree || compile::validateTree(*tree, diagnostics))) {
    compile::CompileOptions compileOptions = pipeline.compile;
    compileOptions.filename = sourceNameFor(options, input, tree->filename);
    loaded.code = compile::compile(*tree, compileOptions, diagnostics);
  }
  loaded.status = reportDiagnostics(diagnostics, options);
  if (loaded.status) loaded.code = {};
  return loaded;
}

Loaded pipeline::loadCode(const Input &input, const ToolOptions &options, const PipelineOptions &pipeline,
                          const MarshalReadOptions &marshal) {
  switch (input.artifact.kind) {
  case ArtifactKind::Pyc: return readPycFile(input, marshal);
  case ArtifactKind::Marshal: return readMarshalData(input, marshal);
  case ArtifactKind::Source:
  case ArtifactKind::Tokens:
  case ArtifactKind::Ast: return compileInput(input, options, pipeline);
  case ArtifactKind::Asm: return readAssembly(input);
  }
  llvm_unreachable("an artifact of no kind");
}
