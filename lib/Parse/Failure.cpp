// The second pass over a refused program.
#include "Parse/Failure.h"
#include "Parse/PegParser.h"

using namespace coil;
using namespace coil::parse;

// Should the second pass find nothing wrong, the first was: that is our error, and it says so.
static Diagnostic disagreement(const ParserShared &shared) {
  Diagnostic d;
  d.kind = DiagnosticKind::SystemError;
  d.filename = shared.options.filename;
  d.message = "the parser refuses a program that the grammar accepts";
  d.hasPlace = false;
  return d;
}

Diagnostic coil::parse::explainFailure(ParserShared &shared, const lex::TokenBuffer &buffer, bool charColumns,
                                       uint32_t &tokensRead) {
  static constexpr llvm::StringLiteral kStart[] = {"file", "interactive", "eval", "func_type"};
  shared.warnings.clear(); // those of the fast parser, which CPython does not have
  shared.readStrings.clear();
  PegParser parser(shared, buffer, charColumns, std::nullopt);
  auto error = parser.run(kStart[unsigned(shared.options.mode)]);
  tokensRead = parser.tokensRead();
  return error ? *error : disagreement(shared);
}

Diagnostic coil::parse::explainFString(ParserShared &shared, const lex::TokenBuffer &buffer, uint32_t line,
                                       uint32_t column) {
  PegParser parser(shared, buffer, false, PegParser::FStringPlace{line, column});
  auto error = parser.run("fstring");
  return error ? *error : disagreement(shared);
}

Diagnostic coil::parse::errorAtToken(ParserShared &shared, const lex::TokenBuffer &buffer, bool charColumns,
                                     const Token &token, std::string message) {
  return PegParser(shared, buffer, charColumns, std::nullopt).errorAt(token, std::move(message));
}
