// try, except, except*, finally.
#include "Parse/Parser.h"

using namespace coil;
using namespace coil::parse;

ExceptHandler *Parser::parseHandler(bool &star) {
  const Token *start = t++;
  star = eat(TokenKind::Star);
  AnyExpr *type = nullptr;
  Identifier name = nullptr;
  if (star || !at(TokenKind::Colon)) {
    if (!(type = parseExpression())) return nullptr;
    if (eat(TokenKind::KwAs) && !(name = eatName())) return nullptr;
  }
  Seq<AnyStmt *> body;
  if (!eat(TokenKind::Colon) || !parseBlock(body)) return nullptr;
  return ctx.make<ExceptHandler>(blockSpan(start), type, name, body);
}

AnyStmt *Parser::parseTry() {
  const Token *start = t++;
  Seq<AnyStmt *> body, orelse, finalbody;
  if (!eat(TokenKind::Colon) || !parseBlock(body)) return nullptr;
  Collector<ExceptHandler> handlers(*this);
  bool star = false;
  while (at(TokenKind::KwExcept)) {
    bool thisStar;
    ExceptHandler *handler = parseHandler(thisStar);
    if (!handler || (handlers.size() && thisStar != star)) return nullptr;
    star = thisStar;
    handlers.push(handler);
  }
  if (handlers.size() && !parseElse(orelse)) return nullptr;
  if (eat(TokenKind::KwFinally)) {
    if (!eat(TokenKind::Colon) || !parseBlock(finalbody)) return nullptr;
  } else if (!handlers.size()) {
    return nullptr;
  }
  Position pos = blockSpan(start);
  if (!star) return ctx.make<Try>(pos, body, handlers.take(), orelse, finalbody);
  return version(11) ? ctx.make<TryStar>(pos, body, handlers.take(), orelse, finalbody) : nullptr;
}
