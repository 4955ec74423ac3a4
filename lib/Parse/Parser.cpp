// The roots of the grammar, and names.
#include "Parse/Parser.h"
#include "Support/ShortText.h"
#include "Support/Unicode.h"

using namespace coil;
using namespace coil::parse;

Parser::Parser(ParserShared &shared, const lex::TokenBuffer &buffer)
    : shared(shared), ctx(shared.context), buf(buffer), t(buffer.tokens.data()) {}

bool coil::parse::nothingFollows(const Token *next) {
  for (; next->kind != TokenKind::EndMarker; ++next)
    if (next->kind != TokenKind::Newline && next->kind != TokenKind::Dedent &&
        next->kind != TokenKind::Indent)
      return false;
  return true;
}

Mod *Parser::parseRoot(Mode mode) {
  switch (mode) {
  case Mode::Exec: {
    Collector<AnyStmt> body(*this);
    if (!parseStatements(body, TokenKind::EndMarker)) return nullptr;
    return ctx.make<Module>({}, body.take());
  }
  case Mode::Single: {
    Collector<AnyStmt> body(*this);
    const Token *start = t;
    if (eat(TokenKind::Newline)) {
      body.push(make<Pass>(start));
    } else if (at(TokenKind::EndMarker)) {
      return nullptr;
    } else {
      size_t before = body.size();
      if (!parseStatement(body)) return nullptr;
      // A compound statement is followed by an empty line.
      AnyStmt *first = body[before];
      switch (first->kind) {
      case Kind::FunctionDef:
      case Kind::AsyncFunctionDef:
      case Kind::ClassDef:
      case Kind::For:
      case Kind::AsyncFor:
      case Kind::While:
      case Kind::If:
      case Kind::With:
      case Kind::AsyncWith:
      case Kind::Match:
      case Kind::Try:
      case Kind::TryStar:
        if (!eat(TokenKind::Newline)) return nullptr;
        break;
      default: break;
      }
    }
    return shared.options.interactive || nothingFollows(t) ? ctx.make<Interactive>({}, body.take()) : nullptr;
  }
  case Mode::Eval: {
    AnyExpr *body = parseExpressions();
    if (!body) return nullptr;
    while (eat(TokenKind::Newline)) {
    }
    return at(TokenKind::EndMarker) ? ctx.make<Expression>({}, body) : nullptr;
  }
  case Mode::FuncType: break;
  }
  // '(' [types] ')' '->' type, where * and ** before a type are dropped
  if (!eat(TokenKind::LPar)) return nullptr;
  Collector<AnyExpr> types(*this);
  int stage = 0;
  while (!at(TokenKind::RPar)) {
    int now = eat(TokenKind::Star) ? 1 : eat(TokenKind::DoubleStar) ? 2 : 0;
    if (now < stage || (now == stage && now > 0)) return nullptr;
    stage = now;
    AnyExpr *type = parseExpression();
    if (!type) return nullptr;
    types.push(type);
    if (!eat(TokenKind::Comma)) break;
    if (at(TokenKind::RPar) || stage == 2) return nullptr;
  }
  if (!eat(TokenKind::RPar) || !eat(TokenKind::RArrow)) return nullptr;
  AnyExpr *returns = parseExpression();
  if (!returns) return nullptr;
  while (eat(TokenKind::Newline)) {
  }
  return at(TokenKind::EndMarker) ? ctx.make<FunctionType>({}, types.take(), returns) : nullptr;
}

AnyExpr *Parser::parseFStringExpression() { return parseStarExpressions(); }

Identifier Parser::identifier(const Token &token) {
  llvm::StringRef text(buf.text.data() + token.start, token.end - token.start);
  return isAsciiText(text) ? ctx.intern(text) : normalIdentifier(text);
}

Identifier Parser::normalIdentifier(llvm::StringRef text) {
  llvm::SmallString<64> normal;
  return ctx.intern(unicode::normalizeIdentifier(text, normal) ? llvm::StringRef(normal) : text);
}

AnyExpr *Parser::eatNameExpr(ExprContext context) {
  const Token *start = t;
  Identifier id = eatName();
  return id ? make<Name>(start, id, context) : nullptr;
}
