// Names and spellings of token kinds.
#include "Lex/Token.h"

using namespace coil::lex;

llvm::StringRef coil::lex::tokenName(TokenKind kind) {
  static constexpr llvm::StringLiteral kNames[] = {
#define COIL_TOKEN(Kind, NAME) NAME,
#define COIL_PUNCTUATOR(Kind, NAME, Text) NAME,
#define COIL_KEYWORD(Kind, Text) "NAME",
#include "Lex/TokenKinds.def"
  };
  return kNames[unsigned(kind)];
}

llvm::StringRef coil::lex::tokenText(TokenKind kind) {
  static constexpr llvm::StringLiteral kTexts[] = {
#define COIL_TOKEN(Kind, NAME) "",
#define COIL_PUNCTUATOR(Kind, NAME, Text) Text,
#define COIL_KEYWORD(Kind, Text) Text,
#include "Lex/TokenKinds.def"
  };
  return kTexts[unsigned(kind)];
}
