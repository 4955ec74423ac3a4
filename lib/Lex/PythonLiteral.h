// Reading what repr() prints: string and bytes literals in the text forms.
#pragma once

#include "llvm/ADT/StringRef.h"
#include <string>

namespace coil::lex {

// Takes a string literal ('...' or "...", with the escapes that repr() uses) off the front of `text`.
// Surrogates come out as three bytes each. False if there is none.
bool takePythonString(llvm::StringRef &text, std::string &out);

// The same for b'...'.
bool takePythonBytes(llvm::StringRef &text, std::string &out);

} // namespace coil::lex
