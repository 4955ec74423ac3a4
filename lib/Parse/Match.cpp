// The match statement and its patterns (PEP 634).
#include "Parse/Parser.h"

using namespace coil;
using namespace coil::parse;

// `match` is a keyword only if a whole match statement follows; the caller goes back where it does not.
AnyStmt *Parser::parseMatch() {
  const Token *start = t++;
  if (!version(10) || !(startsExpression() || at(TokenKind::Star))) return nullptr;
  AnyExpr *subject = parseSubject();
  if (!subject || !eat(TokenKind::Colon) || !eat(TokenKind::Newline) || !eat(TokenKind::Indent))
    return nullptr;
  DepthGuard guard(*this);
  Collector<MatchCase> cases(*this);
  while (!at(TokenKind::Dedent)) {
    MatchCase *one = guard ? parseCase() : nullptr;
    if (!one) return nullptr;
    cases.push(one);
  }
  if (!cases.size()) return nullptr;
  ++t;
  return ctx.make<Match>(blockSpan(start), subject, cases.take());
}

AnyExpr *Parser::parseSubject() {
  const Token *start = t;
  AnyExpr *first = parseStarNamedExpression();
  if (!first) return nullptr;
  if (!at(TokenKind::Comma)) return isa<Starred>(first) ? nullptr : first;
  Collector<AnyExpr> elements(*this);
  elements.push(first);
  while (eat(TokenKind::Comma)) {
    if (!startsExpression() && !at(TokenKind::Star)) break;
    AnyExpr *next = parseStarNamedExpression();
    if (!next) return nullptr;
    elements.push(next);
  }
  return make<Tuple>(start, elements.take(), ExprContext::Load);
}

MatchCase *Parser::parseCase() {
  if (!atSoft("case")) return nullptr;
  ++t;
  AnyPattern *pattern = parsePatterns();
  if (!pattern) return nullptr;
  AnyExpr *guard = nullptr;
  if (eat(TokenKind::KwIf) && !(guard = parseNamedExpression())) return nullptr;
  Seq<AnyStmt *> body;
  if (!eat(TokenKind::Colon) || !parseBlock(body)) return nullptr;
  return ctx.make<MatchCase>({}, pattern, guard, body);
}

// A pattern, or an open sequence of them.
AnyPattern *Parser::parsePatterns() {
  const Token *start = t;
  AnyPattern *first = parseStarOrPattern();
  if (!first) return nullptr;
  if (!at(TokenKind::Comma)) return isa<MatchStar>(first) ? nullptr : first;
  Collector<AnyPattern> patterns(*this);
  patterns.push(first);
  while (eat(TokenKind::Comma)) {
    if (at(TokenKind::Colon) || at(TokenKind::KwIf)) break;
    AnyPattern *next = parseStarOrPattern();
    if (!next) return nullptr;
    patterns.push(next);
  }
  return make<MatchSequence>(start, patterns.take());
}

AnyPattern *Parser::parseStarOrPattern() {
  const Token *start = t;
  if (!eat(TokenKind::Star)) return parsePattern();
  if (atSoft("_")) {
    ++t;
    return make<MatchStar>(start);
  }
  if (!isCaptureName()) return nullptr;
  Identifier name = eatName();
  return make<MatchStar>(start, name);
}

// !"_" NAME !('.' | '(' | '=')
bool Parser::isCaptureName() const {
  if (!at(TokenKind::Name) || atSoft("_")) return false;
  TokenKind next = t[1].kind;
  return next != TokenKind::Dot && next != TokenKind::LPar && next != TokenKind::Equal;
}

AnyPattern *Parser::parsePattern() {
  DepthGuard guard(*this);
  const Token *start = t;
  AnyPattern *pattern = guard ? parseOrPattern() : nullptr;
  if (!pattern || !eat(TokenKind::KwAs)) return pattern;
  if (!isCaptureName()) return nullptr;
  Identifier name = eatName();
  return make<MatchAs>(start, pattern, name);
}

AnyPattern *Parser::parseOrPattern() {
  const Token *start = t;
  AnyPattern *first = parseClosedPattern();
  if (!first || !at(TokenKind::VBar)) return first;
  Collector<AnyPattern> patterns(*this);
  patterns.push(first);
  while (eat(TokenKind::VBar)) {
    AnyPattern *next = parseClosedPattern();
    if (!next) return nullptr;
    patterns.push(next);
  }
  return make<MatchOr>(start, patterns.take());
}

static ConstantKind singletonKind(TokenKind kind) {
  return kind == TokenKind::KwNone   ? ConstantKind::None
         : kind == TokenKind::KwTrue ? ConstantKind::True
                                     : ConstantKind::False;
}

AnyPattern *Parser::parseClosedPattern() {
  const Token *start = t;
  switch (t->kind) {
  case TokenKind::KwNone:
  case TokenKind::KwTrue:
  case TokenKind::KwFalse: {
    ConstantValue value = ConstantValue::singleton(singletonKind(t->kind));
    ++t;
    return make<MatchSingleton>(start, value);
  }
  case TokenKind::Number:
  case TokenKind::Minus:
  case TokenKind::String: {
    AnyExpr *value = at(TokenKind::String) ? parseStrings() : parseSignedNumber(true);
    return value ? make<MatchValue>(start, value) : nullptr;
  }
  case TokenKind::Name: return parseNamePattern();
  case TokenKind::LPar:
  case TokenKind::LSqb: return parseSequencePattern();
  case TokenKind::LBrace: return parseMappingPattern();
  default: return nullptr;
  }
}

// A capture, the wildcard, a dotted value, or a class.
AnyPattern *Parser::parseNamePattern() {
  const Token *start = t;
  if (atSoft("_")) {
    ++t;
    return make<MatchAs>(start);
  }
  if (isCaptureName()) {
    Identifier name = eatName();
    return make<MatchAs>(start, nullptr, name);
  }
  AnyExpr *value = parseNameOrAttribute();
  if (!value) return nullptr;
  if (at(TokenKind::LPar)) return parseClassPattern(start, value);
  if (!isa<Attribute>(value) || at(TokenKind::Equal)) return nullptr;
  return make<MatchValue>(start, value);
}

AnyExpr *Parser::parseNameOrAttribute() {
  const Token *start = t;
  AnyExpr *value = eatNameExpr(ExprContext::Load);
  while (value && eat(TokenKind::Dot)) {
    Identifier attr = eatName();
    if (!attr) return nullptr;
    value = make<Attribute>(start, value, attr, ExprContext::Load);
  }
  return value;
}

static bool isComplex(const AnyExpr *e) {
  const auto *constant = dyn<Constant>(e);
  return constant && constant->value.kind() == ConstantKind::Complex;
}

// ['-'] NUMBER, or the sum or difference of a real and an imaginary one.
AnyExpr *Parser::parseSignedNumber(bool allowComplex) {
  const Token *start = t;
  bool minus = eat(TokenKind::Minus);
  AnyExpr *number = at(TokenKind::Number) ? parseNumber() : nullptr;
  if (!number) return nullptr;
  bool imaginary = isComplex(number);
  if (minus) number = make<UnaryOp>(start, UnaryOperator::USub, number);
  if (!at(TokenKind::Plus) && !at(TokenKind::Minus)) return number;
  if (!allowComplex || imaginary) return nullptr;
  Operator op = at(TokenKind::Plus) ? Operator::Add : Operator::Sub;
  ++t;
  AnyExpr *imag = at(TokenKind::Number) ? parseNumber() : nullptr;
  if (!imag || !isComplex(imag)) return nullptr;
  return make<BinOp>(start, number, op, imag);
}

// A group, or a sequence in parentheses or brackets.
AnyPattern *Parser::parseSequencePattern() {
  const Token *start = t;
  bool round = at(TokenKind::LPar);
  TokenKind close = round ? TokenKind::RPar : TokenKind::RSqb;
  ++t;
  Collector<AnyPattern> patterns(*this);
  bool comma = false;
  while (!at(close)) {
    if (patterns.size() && !comma) return nullptr;
    AnyPattern *pattern = parseStarOrPattern();
    if (!pattern) return nullptr;
    patterns.push(pattern);
    comma = eat(TokenKind::Comma);
  }
  ++t;
  if (round && patterns.size() == 1 && !comma) return isa<MatchStar>(patterns[0]) ? nullptr : patterns[0];
  return make<MatchSequence>(start, patterns.take());
}

AnyExpr *Parser::parseLiteralKey() {
  const Token *start = t;
  switch (t->kind) {
  case TokenKind::KwNone:
  case TokenKind::KwTrue:
  case TokenKind::KwFalse: {
    ConstantValue value = ConstantValue::singleton(singletonKind(t->kind));
    ++t;
    return make<Constant>(start, value);
  }
  case TokenKind::Number:
  case TokenKind::Minus: return parseSignedNumber(true);
  case TokenKind::String: return parseStrings();
  default: {
    AnyExpr *value = parseNameOrAttribute();
    return value && isa<Attribute>(value) ? value : nullptr;
  }
  }
}

AnyPattern *Parser::parseMappingPattern() {
  const Token *start = t++;
  Collector<AnyExpr> keys(*this);
  llvm::SmallVector<AnyPattern *, 8> patterns;
  Identifier rest = nullptr;
  while (!at(TokenKind::RBrace)) {
    if (eat(TokenKind::DoubleStar)) {
      if (!isCaptureName()) return nullptr;
      rest = eatName();
      eat(TokenKind::Comma);
      break;
    }
    AnyExpr *key = parseLiteralKey();
    if (!key || !eat(TokenKind::Colon)) return nullptr;
    keys.push(key);
    AnyPattern *pattern = parsePattern();
    if (!pattern) return nullptr;
    patterns.push_back(pattern);
    if (!eat(TokenKind::Comma)) break;
  }
  if (!eat(TokenKind::RBrace)) return nullptr;
  return make<MatchMapping>(start, keys.take(), ctx.makeSeq<AnyPattern *>(patterns), rest);
}

AnyPattern *Parser::parseClassPattern(const Token *start, AnyExpr *cls) {
  ++t;
  Collector<AnyPattern> patterns(*this);
  llvm::SmallVector<Identifier, 4> names;
  llvm::SmallVector<AnyPattern *, 4> values;
  while (!at(TokenKind::RPar)) {
    bool keyword = at(TokenKind::Name) && t[1].kind == TokenKind::Equal;
    if (keyword) {
      names.push_back(eatName());
      ++t;
    } else if (!names.empty()) {
      return nullptr; // positional patterns follow keyword patterns
    }
    AnyPattern *pattern = parsePattern();
    if (!pattern) return nullptr;
    if (keyword) {
      values.push_back(pattern);
    } else {
      patterns.push(pattern);
    }
    if (!eat(TokenKind::Comma)) break;
  }
  if (!eat(TokenKind::RPar)) return nullptr;
  return make<MatchClass>(start, cls, patterns.take(), ctx.makeSeq<Identifier>(names),
                          ctx.makeSeq<AnyPattern *>(values));
}
