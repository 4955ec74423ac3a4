// The second pass: why a program that the parser refused is wrong. Internal to Parse.
#pragma once

#include "Parse/Parser.h"

namespace coil::parse {

// CPython's error for the source in `buffer`, which the fast parser refused.
Diagnostic explainFailure(ASTContext &context, const lex::TokenBuffer &buffer, const ParseOptions &options);

} // namespace coil::parse
