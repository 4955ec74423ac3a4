// The with statement, whose parenthesised form can only be told from an expression by reading on.
#include "Parse/Parser.h"

using namespace coil;
using namespace coil::parse;

WithItem *Parser::parseWithItem() {
  AnyExpr *value = parseExpression(), *target = nullptr;
  if (!value) return nullptr;
  if (eat(TokenKind::KwAs)) {
    target = parseStarTarget();
    if (!target || !(at(TokenKind::Comma) || at(TokenKind::RPar) || at(TokenKind::Colon))) return nullptr;
  }
  return ctx.make<WithItem>({}, value, target);
}

bool Parser::parseWithItems(Collector<WithItem> &items, bool parenthesized) {
  do {
    if (parenthesized && items.size() && at(TokenKind::RPar)) break;
    WithItem *item = parseWithItem();
    if (!item) return false;
    items.push(item);
  } while (eat(TokenKind::Comma));
  return !parenthesized || eat(TokenKind::RPar);
}

AnyStmt *Parser::parseWith(const Token *start, bool async) {
  ++t;
  if (async && !version(5)) return nullptr;
  Seq<WithItem *> list;
  bool parenthesized = false;
  if (at(TokenKind::LPar)) {
    const Token *open = t++;
    Collector<WithItem> items(*this);
    parenthesized = parseWithItems(items, true) && at(TokenKind::Colon);
    if (parenthesized) {
      if (!async && !version(9)) return nullptr;
      list = items.take();
    } else {
      t = open;
    }
  }
  if (!parenthesized) {
    Collector<WithItem> items(*this);
    if (!parseWithItems(items, false)) return nullptr;
    list = items.take();
  }
  if (!eat(TokenKind::Colon)) return nullptr;
  field::String comment = parenthesized ? nullptr : parseTypeComment();
  Seq<AnyStmt *> body;
  if (!parseBlock(body)) return nullptr;
  Position pos = blockSpan(start);
  if (async) return ctx.make<AsyncWith>(pos, list, body, comment);
  return ctx.make<With>(pos, list, body, comment);
}
