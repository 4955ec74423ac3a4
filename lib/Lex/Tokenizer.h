// The tokenizer of the parser: CPython's C tokenizer in one pass over the decoded text.
#pragma once

#include "Lex/TokenBuffer.h"

namespace coil::lex {

struct TokenizerOptions {
  bool typeComments = false;  // deliver TYPE_COMMENT and TYPE_IGNORE
  bool asyncAsNames = false;  // feature_version < 3.7: async and await are names outside async functions
  bool reportWarnings = true; // keep warnings (the second pass has no need of them)
  bool interactive = false;   // an empty line is a NEWLINE, and behind the text more may come (E_EOF)
  uint32_t firstLine = 1;     // the number of the first line
  uint32_t firstColumn = 0;   // what to add to columns in it
};

// Tokenizes `text`, which must end with a line feed (or be empty), contain no NUL, and be followed by one.
void tokenize(llvm::StringRef text, const TokenizerOptions &options, TokenBuffer &out);

// Whether a UTF-8 sequence spells a valid identifier; sets `badOffset` and `badChar` to the first character
// that cannot stand where it is.
bool isIdentifier(llvm::StringRef text, size_t &badOffset, uint32_t &badChar);

} // namespace coil::lex
