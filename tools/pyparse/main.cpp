// pyparse: tokens or source in, a tree out.
#include "AST/AstArtifact.h"
#include "AST/Fields.h"
#include "AST/Unparse.h"
#include "Parse/Load.h"
#include "Support/Tool.h"

using namespace coil;

namespace {

struct Options : ToolOptions {
  ArtifactForm emit = ArtifactForm::Text;
  bool noHeader = false;
  bool noAttributes = false;
  bool typeComments = false;
  bool unparse = false;
  int indent = 3;
  std::optional<std::string> featureVersion;
  parse::Mode mode = parse::Mode::Exec;
};

const ToolInfo kInfo = {
    "pyparse", "Parse Python tokens or source and write the abstract syntax tree.",
    "  pytok fib.py | pyparse          the tree of fib.py, as ast.dump() prints it\n"
    "  pyparse -m eval --emit=json -   the tree of an expression on standard input, as JSON"};

void declare(CommandLine &cl, Options &o) {
  declareInput(cl, o);
  declareOutput(cl, o);
  cl.choice("--emit", o.emit,
            {{"text", ArtifactForm::Text}, {"json", ArtifactForm::Json}, {"binary", ArtifactForm::Binary}},
            "the form to write");
  cl.choice("-m,--mode", o.mode,
            {{"exec", parse::Mode::Exec},
             {"single", parse::Mode::Single},
             {"eval", parse::Mode::Eval},
             {"func_type", parse::Mode::FuncType}},
            "what the source is");
  cl.flag("--type-comments", o.typeComments, "keep type comments");
  cl.option("--feature-version", "3.N", o.featureVersion, "refuse syntax that Python 3.N lacks");
  declareWarnings(cl, o);
  cl.flag("--no-attributes", o.noAttributes, "leave out positions");
  cl.option("-i,--indent", "N", o.indent, "blanks per level of the text form");
  cl.flag("--unparse", o.unparse, "write source again, as ast.unparse() does");
  cl.flag("--no-header", o.noHeader, "leave out the header line of the text form");
}

// "3.8", or "8"
bool parseFeatureVersion(llvm::StringRef text, int &minor) {
  text.consume_front("3.");
  return !text.getAsInteger(10, minor) && minor >= 0;
}

int run(const Options &o) {
  bool binary = o.emit == ArtifactForm::Binary && !o.unparse;
  Output output(o, binary ? Output::Content::Binary : Output::Content::Text);
  if (!output.allowed()) return kUsage;
  std::optional<Input> input = readInput(o);
  if (!input) return kUsage;
  parse::ParseOptions options;
  options.filename =
      o.sourceName.value_or(input->artifact.kind == ArtifactKind::Source ? sourceNameFor(o, *input) : "");
  options.mode = o.mode;
  options.typeComments = o.typeComments;
  if (o.featureVersion && !parseFeatureVersion(*o.featureVersion, options.featureVersion))
    return usageError("--feature-version: expected 3.N, found '" + *o.featureVersion + "'");
  Diagnostics diagnostics;
  std::string error;
  auto tree = parse::loadTree(input->artifact, input->bytes(), options, diagnostics, error);
  if (!error.empty()) return inputError(input->path + ": " + error);
  if (tree && ast::deeperThan(tree->root, ast::kMaxObjectDepth)) {
    diagnostics.error.emplace();
    diagnostics.error->kind = DiagnosticKind::RecursionError;
    diagnostics.error->message = "maximum recursion depth exceeded during ast construction";
    diagnostics.error->hasPlace = false;
  }
  if (int status = reportDiagnostics(diagnostics, o)) return status;
  if (tree->filename.empty()) tree->filename = sourceNameFor(o, *input);
  if (o.unparse) {
    std::string text;
    if (!ast::unparse(tree->root, text, error)) return inputError("ValueError: " + error);
    output.os() << text << '\n';
    return output.keep();
  }
  switch (o.emit) {
  case ArtifactForm::Text:
    if (!o.noHeader) writeArtifactHeader(output.os(), {ArtifactKind::Ast, ast::kAstVersion, tree->filename});
    ast::dump(output.os(), tree->root, {!o.noAttributes, o.indent});
    output.os() << '\n';
    break;
  case ArtifactForm::Json: ast::writeAstJson(output.os(), *tree); break;
  case ArtifactForm::Binary: ast::writeAstBinary(output.os(), *tree); break;
  }
  return output.keep();
}

} // namespace

int main(int argc, char **argv) { return toolMain<Options>(argc, argv, kInfo, declare, run); }
