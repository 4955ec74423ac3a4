// pydis: lists bytecode as the dis module does, and shows it in other ways.
#include "Bytecode/PycHeader.h"
#include "Disasm/Listing.h"
#include "Support/Tool.h"

using namespace coil;
using namespace coil::bytecode;

namespace {

enum class View { Listing, CodeInfo };

struct Options : ToolOptions {
  disasm::ListingOptions listing;
  bool codeInfo = false;
  std::optional<int> depth;
  std::string function;
};

const ToolInfo kInfo{
    "pydis", "Lists bytecode as Python's dis module does.",
    "  pydis __pycache__/fib.cpython-311.pyc      list a cached module\n"
    "  pytok fib.py | pyparse | pycomp | pydis    list what the compiler makes of a script\n"};

void declare(CommandLine &cl, Options &options) {
  declareInput(cl, options);
  declareOutput(cl, options);
  cl.group("listing");
  cl.flag("-C,--show-caches", options.listing.showCaches, "show inline cache entries");
  cl.flag("-O,--show-offsets", options.listing.showOffsets, "show offsets beside labels");
  cl.flag("-P,--show-positions", options.listing.showPositions, "show line and column ranges");
  cl.flag("--labels", options.listing.labels, "name jump targets L1, L2, ... and leave offsets out");
  cl.option("--depth", "N", options.depth, "how deep to go into nested functions");
  cl.option("--function", "QUALNAME", options.function, "show only this function or class body");
  cl.group("other views");
  cl.flag("--code-info", options.codeInfo, "the summary of dis.code_info()");
}

std::optional<OwnedCode> load(const Input &input) {
  switch (input.artifact.kind) {
  case ArtifactKind::Pyc: {
    PycReadResult result = readPyc(input.bytes());
    if (result.code) return std::move(result.code);
    inputError(input.path + ": " + result.error);
    return std::nullopt;
  }
  case ArtifactKind::Marshal: {
    MarshalReadResult result = readMarshal(input.bytes());
    const Code *code = result.object ? dynCast<Code>(result.object.object) : nullptr;
    if (code) return OwnedCode{std::move(result.object.pool), code};
    inputError(input.path + ": " + (result.object ? "not a code object" : result.error));
    return std::nullopt;
  }
  default: notImplemented("listing " + artifactKindName(input.artifact.kind)); return std::nullopt;
  }
}

int run(const Options &options) {
  std::optional<Input> input = readInput(options);
  if (!input) return kUsage;
  std::optional<OwnedCode> code = load(*input);
  if (!code) return kFault;
  Output output(options, Output::Content::Text);
  disasm::ListingOptions listing = options.listing;
  if (options.depth) listing.depth = *options.depth;
  if (options.codeInfo)
    disasm::writeCodeInfo(output.os(), **code);
  else
    disasm::writeListing(output.os(), **code, listing);
  return output.keep();
}

} // namespace

int main(int argc, char **argv) { return toolMain(argc, argv, kInfo, declare, run); }
