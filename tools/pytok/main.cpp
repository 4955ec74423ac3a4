// pytok: source in, tokens out.
#include "Lex/TokenList.h"
#include "Support/Tool.h"

using namespace coil;

namespace {

struct Options : ToolOptions {
  ArtifactForm emit = ArtifactForm::Text;
  bool exact = false;
  bool noHeader = false;
  bool untokenize = false;
};

const ToolInfo kInfo = {"pytok", "Write the tokens of Python source, as the tokenize module sees them.",
                        "  pytok fib.py                        the tokens of fib.py, a line for each\n"
                        "  pytok --emit=json -e fib.py | jq .  the same as JSON"};

void declare(CommandLine &cl, Options &o) {
  declareInput(cl, o);
  declareOutput(cl, o);
  cl.choice("--emit", o.emit,
            {{"text", ArtifactForm::Text}, {"json", ArtifactForm::Json}, {"binary", ArtifactForm::Binary}},
            "the form to write");
  cl.flag("-e,--exact", o.exact, "name operators by their exact type (LPAR, not OP)");
  cl.flag("--no-header", o.noHeader, "leave out the header line of the text form");
  cl.flag("--untokenize", o.untokenize, "write the source that the tokens were made from");
}

int run(const Options &o) {
  bool binary = o.emit == ArtifactForm::Binary && !o.untokenize;
  Output output(o, binary ? Output::Content::Binary : Output::Content::Text);
  if (!output.allowed()) return kUsage;
  std::optional<Input> input = readInput(o);
  if (!input) return kUsage;
  lex::TokenList list;
  if (input->artifact.kind == ArtifactKind::Tokens) {
    std::string error;
    std::optional<lex::TokenList> read = lex::readTokens(input->bytes(), input->artifact.form, error);
    if (!read) return inputError(input->path + ": " + error);
    list = std::move(*read);
    list.filename = sourceNameFor(o, *input, list.filename);
  } else if (input->artifact.kind == ArtifactKind::Source) {
    if (auto error = lex::tokenizeModule(input->bytes(), sourceNameFor(o, *input), list)) {
      llvm::errs() << error->message << '\n';
      return kFault;
    }
  } else {
    return inputError("cannot tokenize " + artifactKindName(input->artifact.kind));
  }
  if (o.untokenize) {
    std::string source;
    if (!lex::untokenize(list, source))
      return inputError(input->path + ": cannot write the source in the encoding '" + list.encoding + "'");
    output.os() << source;
    return output.keep();
  }
  switch (o.emit) {
  case ArtifactForm::Text:
    if (!o.noHeader)
      writeArtifactHeader(output.os(), {ArtifactKind::Tokens, lex::kTokensVersion, list.filename});
    lex::writeTokenText(output.os(), list, o.exact);
    break;
  case ArtifactForm::Json: lex::writeTokenJson(output.os(), list); break;
  case ArtifactForm::Binary: lex::writeTokenBinary(output.os(), list); break;
  }
  return output.keep();
}

} // namespace

int main(int argc, char **argv) { return toolMain<Options>(argc, argv, kInfo, declare, run); }
