// The second pass over a refused program.
#include "Parse/Failure.h"
#include "Support/Utf8.h"

using namespace coil;
using namespace coil::parse;

Diagnostic coil::parse::explainFailure(ASTContext &context, const lex::TokenBuffer &buffer,
                                       const ParseOptions &options) {
  Diagnostic d;
  d.filename = options.filename;
  const lex::TokenizerStop &stop = buffer.stop;
  d.message = stop.reason == lex::StopReason::Syntax ? stop.message : "invalid syntax";
  d.line = int(stop.line);
  d.column = stop.column;
  d.endLine = int(stop.line);
  d.endColumn = stop.endColumn;
  d.text = buffer.lineText(stop.line).str();
  return d;
}
