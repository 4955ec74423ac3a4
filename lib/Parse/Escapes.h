// Backslash escapes in string and bytes literals.
#pragma once

#include "llvm/ADT/SmallVector.h"
#include "llvm/ADT/StringRef.h"
#include <optional>
#include <string>

namespace coil::parse {

// What went wrong in a literal: CPython's message with its "(unicode error) " or "(value error) ".
struct EscapeError {
  std::string message;
};

// Appends the characters that `text` (UTF-8, without prefix and quotes) means. `invalidEscape` becomes the
// character after the first backslash that begins no escape, if there is one (CPython warns of the first
// only).
std::optional<EscapeError> decodeStringEscapes(llvm::StringRef text, llvm::SmallVectorImpl<char> &out,
                                               std::optional<std::string> &invalidEscape);
std::optional<EscapeError> decodeBytesEscapes(llvm::StringRef text, llvm::SmallVectorImpl<char> &out,
                                              std::optional<std::string> &invalidEscape);

} // namespace coil::parse
