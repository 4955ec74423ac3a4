// Atoms, displays, comprehensions, calls, subscripts.
#include "Parse/Parser.h"

using namespace coil;
using namespace coil::parse;

AnyExpr *Parser::parsePrimary() {
  const Token *start = t;
  AnyExpr *value = parseAtom();
  while (value) {
    switch (t->kind) {
    case TokenKind::Dot: {
      ++t;
      Identifier attr = eatName();
      if (!attr) return nullptr;
      value = make<Attribute>(start, value, attr, ExprContext::Load);
      break;
    }
    case TokenKind::LPar: {
      const Token *open = t++;
      Seq<AnyExpr *> args;
      Seq<Keyword *> keywords;
      if (!parseArguments(open, args, keywords)) return nullptr;
      value = make<Call>(start, value, args, keywords);
      break;
    }
    case TokenKind::LSqb: {
      ++t;
      AnyExpr *slice = parseSlices();
      if (!slice || !eat(TokenKind::RSqb)) return nullptr;
      value = make<Subscript>(start, value, slice, ExprContext::Load);
      break;
    }
    default: return value;
    }
  }
  return nullptr;
}

AnyExpr *Parser::parseAtom() {
  const Token *start = t;
  auto constant = [&](ConstantKind kind) {
    ++t;
    return make<Constant>(start, ConstantValue::singleton(kind));
  };
  switch (t->kind) {
  case TokenKind::Name: {
    Identifier id = identifier(*t++);
    return make<Name>(start, id, ExprContext::Load);
  }
  case TokenKind::KwTrue: return constant(ConstantKind::True);
  case TokenKind::KwFalse: return constant(ConstantKind::False);
  case TokenKind::KwNone: return constant(ConstantKind::None);
  case TokenKind::Ellipsis: return constant(ConstantKind::Ellipsis);
  case TokenKind::String: return parseStrings();
  case TokenKind::Number: return parseNumber();
  case TokenKind::LPar: return parseParenthesized();
  case TokenKind::LSqb: return parseListDisplay();
  case TokenKind::LBrace: return parseBraces();
  default: return nullptr;
  }
}

// A group, a tuple or a generator expression.
AnyExpr *Parser::parseParenthesized() {
  const Token *start = t++;
  if (eat(TokenKind::RPar)) return make<Tuple>(start, Seq<AnyExpr *>(), ExprContext::Load);
  if (at(TokenKind::KwYield)) {
    AnyExpr *value = parseYield();
    return value && eat(TokenKind::RPar) ? value : nullptr;
  }
  AnyExpr *first = parseStarNamedExpression();
  if (!first) return nullptr;
  if (at(TokenKind::Comma)) {
    Collector<AnyExpr> elements(*this);
    elements.push(first);
    while (eat(TokenKind::Comma)) {
      if (at(TokenKind::RPar)) break;
      AnyExpr *next = parseStarNamedExpression();
      if (!next) return nullptr;
      elements.push(next);
    }
    if (!eat(TokenKind::RPar)) return nullptr;
    return make<Tuple>(start, elements.take(), ExprContext::Load);
  }
  if (isa<Starred>(first)) return nullptr;
  if (atComprehension()) {
    Seq<Comprehension *> generators;
    if (!parseComprehensions(generators) || !eat(TokenKind::RPar)) return nullptr;
    return make<GeneratorExp>(start, first, generators);
  }
  return eat(TokenKind::RPar) ? first : nullptr;
}

AnyExpr *Parser::parseListDisplay() {
  const Token *start = t++;
  Collector<AnyExpr> elements(*this);
  while (!at(TokenKind::RSqb)) {
    AnyExpr *element = parseStarNamedExpression();
    if (!element) return nullptr;
    if (!elements.size() && atComprehension()) {
      Seq<Comprehension *> generators;
      if (isa<Starred>(element) || !parseComprehensions(generators) || !eat(TokenKind::RSqb)) return nullptr;
      return make<ListComp>(start, element, generators);
    }
    elements.push(element);
    if (!eat(TokenKind::Comma)) break;
  }
  if (!eat(TokenKind::RSqb)) return nullptr;
  return make<List>(start, elements.take(), ExprContext::Load);
}

AnyExpr *Parser::parseBraces() {
  const Token *start = t++;
  if (eat(TokenKind::RBrace)) return make<Dict>(start);
  if (at(TokenKind::DoubleStar)) return parseDictRest(start, nullptr);
  bool walrus = at(TokenKind::Name) && t[1].kind == TokenKind::ColonEqual;
  AnyExpr *first = parseStarNamedExpression();
  if (!first) return nullptr;
  if (at(TokenKind::Colon)) return walrus || isa<Starred>(first) ? nullptr : parseDictRest(start, first);
  return parseSetRest(start, first);
}

// A dict, after its first key (null: before a first `**`).
AnyExpr *Parser::parseDictRest(const Token *start, AnyExpr *key) {
  Collector<AnyExpr> keys(*this);
  llvm::SmallVector<AnyExpr *, 16> values;
  for (;;) {
    AnyExpr *value;
    if (!key && eat(TokenKind::DoubleStar)) {
      value = parseBinary(1);
    } else {
      if (!key) key = parseExpression();
      if (!key || !eat(TokenKind::Colon)) return nullptr;
      value = parseExpression();
      if (value && !keys.size() && atComprehension()) {
        Seq<Comprehension *> generators;
        if (!parseComprehensions(generators) || !eat(TokenKind::RBrace)) return nullptr;
        return make<DictComp>(start, key, value, generators);
      }
    }
    if (!value) return nullptr;
    keys.push(key);
    values.push_back(value);
    key = nullptr;
    if (!eat(TokenKind::Comma) || at(TokenKind::RBrace)) break;
  }
  if (!eat(TokenKind::RBrace)) return nullptr;
  return make<Dict>(start, keys.take(), ctx.makeSeq<AnyExpr *>(values));
}

AnyExpr *Parser::parseSetRest(const Token *start, AnyExpr *first) {
  if (atComprehension()) {
    Seq<Comprehension *> generators;
    if (isa<Starred>(first) || !parseComprehensions(generators) || !eat(TokenKind::RBrace)) return nullptr;
    return make<SetComp>(start, first, generators);
  }
  Collector<AnyExpr> elements(*this);
  elements.push(first);
  while (eat(TokenKind::Comma)) {
    if (at(TokenKind::RBrace)) break;
    AnyExpr *next = parseStarNamedExpression();
    if (!next) return nullptr;
    elements.push(next);
  }
  return eat(TokenKind::RBrace) ? make<Set>(start, elements.take()) : nullptr;
}

bool Parser::parseComprehensions(Seq<Comprehension *> &generators) {
  Collector<Comprehension> list(*this);
  while (atComprehension()) {
    bool async = eat(TokenKind::Async);
    if (async && !version(6)) return false;
    ++t;
    AnyExpr *target = parseStarTargets();
    if (!target || !eat(TokenKind::KwIn)) return false;
    AnyExpr *iter = parseDisjunction();
    if (!iter) return false;
    llvm::SmallVector<AnyExpr *, 2> ifs;
    while (eat(TokenKind::KwIf)) {
      AnyExpr *test = parseDisjunction();
      if (!test) return false;
      ifs.push_back(test);
    }
    Seq<AnyExpr *> tests = ctx.makeSeq<AnyExpr *>(ifs);
    list.push(ctx.make<Comprehension>({}, target, iter, tests, int(async)));
  }
  generators = list.take();
  return true;
}

AnyExpr *Parser::parseSlices() {
  const Token *start = t;
  auto element = [&]() -> AnyExpr * { return at(TokenKind::Star) ? parseStarredArgument() : parseSlice(); };
  AnyExpr *first = element();
  if (!first) return nullptr;
  if (!at(TokenKind::Comma) && !isa<Starred>(first)) return first;
  Collector<AnyExpr> elements(*this);
  elements.push(first);
  while (eat(TokenKind::Comma)) {
    if (at(TokenKind::RSqb)) break;
    AnyExpr *next = element();
    if (!next) return nullptr;
    elements.push(next);
  }
  return make<Tuple>(start, elements.take(), ExprContext::Load);
}

AnyExpr *Parser::parseSlice() {
  const Token *start = t;
  AnyExpr *lower = nullptr, *upper = nullptr, *step = nullptr;
  if (!at(TokenKind::Colon)) {
    bool walrus = at(TokenKind::Name) && t[1].kind == TokenKind::ColonEqual;
    lower = parseNamedExpression();
    if (!lower || walrus || !at(TokenKind::Colon)) return lower;
  }
  ++t;
  if (startsExpression() && !(upper = parseExpression())) return nullptr;
  if (eat(TokenKind::Colon) && startsExpression() && !(step = parseExpression())) return nullptr;
  return make<Slice>(start, lower, upper, step);
}

// '*' expression, as in calls and subscripts: elsewhere a bitwise_or follows the star.
AnyExpr *Parser::parseStarredArgument() {
  const Token *start = t++;
  AnyExpr *value = parseExpression();
  return value ? make<Starred>(start, value, ExprContext::Load) : nullptr;
}

// The arguments after the parenthesis at `open`, and the closing one. Null for a class, whose only argument
// may not be a generator expression.
bool Parser::parseArguments(const Token *open, Seq<AnyExpr *> &args, Seq<Keyword *> &keywords) {
  if (eat(TokenKind::RPar)) return true;
  llvm::SmallVector<Keyword *, 8> named;
  Collector<AnyExpr> positional(*this);
  int stage = 0; // 1 after a keyword, 2 after `**`
  while (!at(TokenKind::RPar)) {
    const Token *start = t;
    if (at(TokenKind::Star)) {
      AnyExpr *value = stage < 2 ? parseStarredArgument() : nullptr;
      if (!value) return false;
      positional.push(value);
    } else if (at(TokenKind::DoubleStar) || (at(TokenKind::Name) && t[1].kind == TokenKind::Equal)) {
      Identifier name = eatName();
      ++t; // the `=`, or the `**`
      stage = name ? (stage ? stage : 1) : 2;
      AnyExpr *value = parseExpression();
      if (!value) return false;
      named.push_back(make<Keyword>(start, name, value));
    } else {
      AnyExpr *value = stage == 0 ? parseNamedExpression() : nullptr;
      if (!value) return false;
      if (atComprehension()) {
        Seq<Comprehension *> generators;
        if (!open || positional.size() || !parseComprehensions(generators) || !eat(TokenKind::RPar))
          return false;
        args = ctx.makeSeq<AnyExpr *>({make<GeneratorExp>(open, value, generators)});
        return true;
      }
      positional.push(value);
    }
    if (!eat(TokenKind::Comma)) break;
  }
  args = positional.take();
  keywords = ctx.makeSeq<Keyword *>(named);
  return eat(TokenKind::RPar);
}
