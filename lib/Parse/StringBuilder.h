// Adjacent string literals become one Constant or JoinedStr. Internal to Parse.
#pragma once

#include "Parse/Parser.h"
#include "llvm/ADT/SmallString.h"
#include <optional>

namespace coil::parse {

// What a literal's prefix and quotes say.
struct StringParts {
  bool bytes = false, raw = false, format = false;
  llvm::StringRef body; // between the quotes
};
StringParts splitString(llvm::StringRef spelling);

// Collects the pieces of a run of literals and makes the node. With errors wanted (the second pass), `error`
// says what is wrong with them and `errorToken` where; the fast parser only sees that something is.
class StringBuilder {
public:
  StringBuilder(ParserShared &shared, const lex::TokenBuffer &buf, const Token *first, const Token *last,
                Position pos);
  AnyExpr *build();

  bool explain = false; // find out what is wrong inside of an f-string

  std::optional<Diagnostic> innerError; // of an f-string's expression
  std::string error;                    // the message, without place
  const Token *errorToken = nullptr;    // null: the last token that was read

private:
  bool addLiteral(const Token *token, const StringParts &parts);
  bool addFormatted(const char *&p, const char *end, bool raw, unsigned level, const Token *token);
  bool literalPiece(const char *&p, const char *end, bool raw, unsigned level, const Token *token,
                    bool &again);
  bool expression(const char *&p, const char *end, bool raw, unsigned level, const Token *token,
                  AnyExpr *&result);
  bool skipExpression(const char *&p, const char *end);
  AnyExpr *compile(const char *start, const char *stop, const Token *token);
  void moveTo(const char *brace, const Token *token);
  bool checkUtf8(llvm::StringRef text, bool raw);
  bool appendDecoded(llvm::StringRef text, bool raw, const Token *token);
  bool fail(std::string message, const Token *token = nullptr) {
    error = std::move(message);
    errorToken = token;
    return false;
  }
  AnyExpr *buildNode();
  void warnEscape(llvm::StringRef escape, const Token *token);
  Constant *takeText();
  Position tokenPosition(const Token &token) const {
    return {int32_t(token.line), int32_t(buf.column(token)), int32_t(buf.endLine(token)),
            int32_t(buf.endColumn(token))};
  }

  ParserShared &shared;
  ASTContext &ctx;
  const lex::TokenBuffer &buf;
  const Token *first, *last;
  Position pos;
  bool formatted = false, bytes = false;
  llvm::SmallString<128> pending; // literal text that is not in a node yet
  llvm::StringRef borrowed;       // the same, while it is a single piece of the source
  llvm::SmallVector<AnyExpr *, 8> *values = nullptr;

  // How far the lines of `token` have been counted, so that a literal of many expressions is read once.
  struct {
    const Token *token = nullptr;
    const char *at = nullptr, *lineStart = nullptr; // lineStart: of `at`; no further back than the literal
    uint32_t lines = 0;                             // of the literal, before `at`
  } counted;
};

} // namespace coil::parse
