// Tokens: a kind and a range of the source; text is never copied.
#pragma once

#include "llvm/ADT/StringRef.h"
#include <cstdint>

namespace coil::lex {

enum class TokenKind : uint8_t {
#define COIL_TOKEN(Kind, NAME) Kind,
#define COIL_PUNCTUATOR(Kind, NAME, Text) Kind,
#define COIL_KEYWORD(Kind, Text) Kind,
#include "Lex/TokenKinds.def"
};

inline bool isKeyword(TokenKind kind) { return kind >= TokenKind::KwFalse; }
inline bool isPunctuator(TokenKind kind) { return kind >= TokenKind::LPar && kind <= TokenKind::ColonEqual; }

// CPython's name of a kind: "NAME", "LPAR"; keywords are "NAME".
llvm::StringRef tokenName(TokenKind kind);
// The spelling of a punctuator or keyword, else empty.
llvm::StringRef tokenText(TokenKind kind);

// A token of the parser's tokenizer: offsets into the decoded source.
struct Token {
  uint32_t start;
  uint32_t end;
  uint32_t line; // where it starts, from 1
  TokenKind kind;
  uint8_t level;      // how many brackets are open after it
  uint16_t lineCount; // how many line ends are inside it; kManyLines or more: look the end up
};
inline constexpr uint16_t kManyLines = 0xFFFF;

} // namespace coil::lex
