// The second pass: why a program that the parser refused is wrong. Internal to Parse.
#pragma once

#include "Parse/Parser.h"

namespace coil::parse {

// CPython's error for the source in `buffer`, which the fast parser refused. `charColumns`: the encoding is
// known, so that CPython counts columns in characters; else they are bytes.
// Sets `tokensRead` to how many tokens CPython had read.
Diagnostic explainFailure(ParserShared &shared, const lex::TokenBuffer &buffer, bool charColumns,
                          uint32_t &tokensRead);

// The same for an expression of an f-string; `line` and `column` are where its (added) parenthesis stands.
Diagnostic explainFString(ParserShared &shared, const lex::TokenBuffer &buffer, uint32_t line,
                          uint32_t column);

// An error at a token, where a filter makes a warning one.
Diagnostic errorAtToken(ParserShared &shared, const lex::TokenBuffer &buffer, bool charColumns,
                        const Token &token, std::string message);

// A UnicodeDecodeError, which is what CPython raises for some text that is not UTF-8.
Diagnostic decodeError(llvm::StringRef bytes);

} // namespace coil::parse
