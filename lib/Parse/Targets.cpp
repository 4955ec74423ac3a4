// Assignment and deletion targets: they are parsed as expressions and then turned, or refused.
#include "Parse/Parser.h"

using namespace coil;
using namespace coil::parse;

AnyExpr *Parser::parseStarTarget() {
  const Token *start = t;
  bool star = eat(TokenKind::Star);
  AnyExpr *target = parsePrimary();
  if (!target || !storeTarget(target)) return nullptr;
  return star ? make<Starred>(start, target, ExprContext::Store) : target;
}

// star_target (',' star_target)* [','], as after `for`.
AnyExpr *Parser::parseStarTargets() {
  const Token *start = t;
  AnyExpr *first = parseStarTarget();
  if (!first || !at(TokenKind::Comma)) return first;
  Collector<AnyExpr> elements(*this);
  elements.push(first);
  while (eat(TokenKind::Comma)) {
    if (!startsExpression() && !at(TokenKind::Star)) break;
    AnyExpr *next = parseStarTarget();
    if (!next) return nullptr;
    elements.push(next);
  }
  return make<Tuple>(start, elements.take(), ExprContext::Store);
}

bool Parser::storeTarget(AnyExpr *e) {
  auto all = [&](Seq<AnyExpr *> elements) {
    for (AnyExpr *element : elements)
      if (!storeTarget(element)) return false;
    return true;
  };
  switch (e->kind) {
  case Kind::Name: as<Name>(e)->ctx = ExprContext::Store; return true;
  case Kind::Attribute: as<Attribute>(e)->ctx = ExprContext::Store; return true;
  case Kind::Subscript: as<Subscript>(e)->ctx = ExprContext::Store; return true;
  case Kind::Starred:
    as<Starred>(e)->ctx = ExprContext::Store;
    return !isa<Starred>(as<Starred>(e)->value) && storeTarget(as<Starred>(e)->value);
  case Kind::Tuple: as<Tuple>(e)->ctx = ExprContext::Store; return all(as<Tuple>(e)->elts);
  case Kind::List: as<List>(e)->ctx = ExprContext::Store; return all(as<List>(e)->elts);
  default: return false;
  }
}

bool Parser::deleteTarget(AnyExpr *e) {
  auto all = [&](Seq<AnyExpr *> elements) {
    for (AnyExpr *element : elements)
      if (!deleteTarget(element)) return false;
    return true;
  };
  switch (e->kind) {
  case Kind::Name: as<Name>(e)->ctx = ExprContext::Del; return true;
  case Kind::Attribute: as<Attribute>(e)->ctx = ExprContext::Del; return true;
  case Kind::Subscript: as<Subscript>(e)->ctx = ExprContext::Del; return true;
  case Kind::Tuple: as<Tuple>(e)->ctx = ExprContext::Del; return all(as<Tuple>(e)->elts);
  case Kind::List: as<List>(e)->ctx = ExprContext::Del; return all(as<List>(e)->elts);
  default: return false;
  }
}
