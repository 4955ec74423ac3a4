// Expressions above the primaries: tuples without brackets, conditionals, and the operators.
#include "Parse/Parser.h"
#include <array>

using namespace coil;
using namespace coil::parse;

namespace {

constexpr std::array<bool, 256> kStarts = [] {
  std::array<bool, 256> table{};
  for (TokenKind kind : {TokenKind::Name, TokenKind::Number, TokenKind::String, TokenKind::LPar,
                         TokenKind::LSqb, TokenKind::LBrace, TokenKind::Minus, TokenKind::Plus,
                         TokenKind::Tilde, TokenKind::Ellipsis, TokenKind::KwNot, TokenKind::KwLambda,
                         TokenKind::Await, TokenKind::KwNone, TokenKind::KwTrue, TokenKind::KwFalse})
    table[unsigned(kind)] = true;
  return table;
}();

struct BinaryRow {
  uint8_t precedence = 0;
  Operator op = Operator::Add;
};

constexpr std::array<BinaryRow, 256> kBinary = [] {
  std::array<BinaryRow, 256> table{};
  auto set = [&](TokenKind kind, uint8_t precedence, Operator op) {
    table[unsigned(kind)] = {precedence, op};
  };
  set(TokenKind::VBar, 1, Operator::BitOr);
  set(TokenKind::Circumflex, 2, Operator::BitXor);
  set(TokenKind::Amper, 3, Operator::BitAnd);
  set(TokenKind::LeftShift, 4, Operator::LShift);
  set(TokenKind::RightShift, 4, Operator::RShift);
  set(TokenKind::Plus, 5, Operator::Add);
  set(TokenKind::Minus, 5, Operator::Sub);
  set(TokenKind::Star, 6, Operator::Mult);
  set(TokenKind::Slash, 6, Operator::Div);
  set(TokenKind::DoubleSlash, 6, Operator::FloorDiv);
  set(TokenKind::Percent, 6, Operator::Mod);
  set(TokenKind::At, 6, Operator::MatMult);
  return table;
}();

// What begins a primary.
constexpr std::array<bool, 256> kStartsPrimary = [] {
  std::array<bool, 256> table = kStarts;
  for (TokenKind kind : {TokenKind::Minus, TokenKind::Plus, TokenKind::Tilde, TokenKind::KwNot,
                         TokenKind::KwLambda, TokenKind::Await})
    table[unsigned(kind)] = false;
  return table;
}();

// What may follow an operand and take it for one.
constexpr std::array<bool, 256> kOperators = [] {
  std::array<bool, 256> table{};
  for (unsigned kind = 0; kind < 256; ++kind) table[kind] = kBinary[kind].precedence != 0;
  for (TokenKind kind : {TokenKind::DoubleStar, TokenKind::EqEqual, TokenKind::NotEqual, TokenKind::Less,
                         TokenKind::LessEqual, TokenKind::Greater, TokenKind::GreaterEqual, TokenKind::KwIn,
                         TokenKind::KwIs, TokenKind::KwNot, TokenKind::KwAnd, TokenKind::KwOr})
    table[unsigned(kind)] = true;
  return table;
}();

} // namespace

bool Parser::startsExpression() const { return kStarts[unsigned(t->kind)]; }

template <typename Element> AnyExpr *Parser::parseTupleOf(Element parseElement) {
  const Token *start = t;
  AnyExpr *first = (this->*parseElement)();
  if (!first || !at(TokenKind::Comma)) return first;
  Collector<AnyExpr> elements(*this);
  elements.push(first);
  while (eat(TokenKind::Comma)) {
    if (!startsExpression() && !at(TokenKind::Star)) break;
    AnyExpr *next = (this->*parseElement)();
    if (!next) return nullptr;
    elements.push(next);
  }
  return make<Tuple>(start, elements.take(), ExprContext::Load);
}

AnyExpr *Parser::parseStarExpressions() { return parseTupleOf(&Parser::parseStarExpression); }
AnyExpr *Parser::parseExpressions() { return parseTupleOf(&Parser::parseExpression); }

AnyExpr *Parser::parseStarExpression() {
  const Token *start = t;
  if (!eat(TokenKind::Star)) return parseExpression();
  AnyExpr *value = parseBinary(1);
  return value ? make<Starred>(start, value, ExprContext::Load) : nullptr;
}

AnyExpr *Parser::parseStarNamedExpression() {
  return at(TokenKind::Star) ? parseStarExpression() : parseNamedExpression();
}

AnyExpr *Parser::parseNamedExpression() {
  if (!at(TokenKind::Name) || t[1].kind != TokenKind::ColonEqual) return parseExpression();
  if (!version(8)) return nullptr;
  const Token *start = t;
  AnyExpr *target = eatNameExpr(ExprContext::Store);
  ++t;
  AnyExpr *value = parseExpression();
  return value ? make<NamedExpr>(start, target, value) : nullptr;
}

AnyExpr *Parser::parseYield() {
  const Token *start = t++;
  if (eat(TokenKind::KwFrom)) {
    AnyExpr *value = parseExpression();
    return value ? make<YieldFrom>(start, value) : nullptr;
  }
  AnyExpr *value = nullptr;
  if ((startsExpression() || at(TokenKind::Star)) && !(value = parseStarExpressions())) return nullptr;
  return make<Yield>(start, value);
}

AnyExpr *Parser::parseExpression() {
  DepthGuard guard(*this);
  if (!guard) return nullptr;
  if (at(TokenKind::KwLambda)) return parseLambda();
  const Token *start = t;
  AnyExpr *body = parseDisjunction();
  if (!body || !at(TokenKind::KwIf)) return body;
  ++t;
  AnyExpr *test = parseDisjunction();
  if (!test || !eat(TokenKind::KwElse)) return nullptr;
  AnyExpr *orelse = parseExpression();
  return orelse ? make<IfExp>(start, test, body, orelse) : nullptr;
}

AnyExpr *Parser::parseDisjunction() {
  const Token *start = t;
  // Most operands stand alone: they need not go through all levels.
  AnyExpr *operand = nullptr;
  if (kStartsPrimary[unsigned(t->kind)]) {
    operand = parsePrimary();
    if (!operand || !kOperators[unsigned(t->kind)]) return operand;
  }
  AnyExpr *first = parseConjunction(start, operand);
  if (!first || !at(TokenKind::KwOr)) return first;
  Collector<AnyExpr> values(*this);
  values.push(first);
  while (eat(TokenKind::KwOr)) {
    AnyExpr *next = parseConjunction(t, nullptr);
    if (!next) return nullptr;
    values.push(next);
  }
  return make<BoolOp>(start, BoolOperator::Or, values.take());
}

AnyExpr *Parser::parseConjunction(const Token *start, AnyExpr *operand) {
  AnyExpr *first = parseInversion(start, operand);
  if (!first || !at(TokenKind::KwAnd)) return first;
  Collector<AnyExpr> values(*this);
  values.push(first);
  while (eat(TokenKind::KwAnd)) {
    AnyExpr *next = parseInversion(t, nullptr);
    if (!next) return nullptr;
    values.push(next);
  }
  return make<BoolOp>(start, BoolOperator::And, values.take());
}

AnyExpr *Parser::parseInversion(const Token *start, AnyExpr *operand) {
  if (operand || !at(TokenKind::KwNot)) return parseComparison(start, operand);
  DepthGuard guard(*this);
  if (!guard) return nullptr;
  ++t;
  operand = parseInversion(t, nullptr);
  return operand ? make<UnaryOp>(start, UnaryOperator::Not, operand) : nullptr;
}

// Takes a comparison operator if one is there.
bool Parser::parseCmpOperator(CmpOperator &op) {
  switch (t->kind) {
  case TokenKind::EqEqual: op = CmpOperator::Eq; break;
  case TokenKind::NotEqual:
    // PEP 401: the bars of the Uncle-In-Law.
    if ((buf.spelling(*t) == "<>") != shared.options.barryAsFlufl) return false;
    op = CmpOperator::NotEq;
    break;
  case TokenKind::Less: op = CmpOperator::Lt; break;
  case TokenKind::LessEqual: op = CmpOperator::LtE; break;
  case TokenKind::Greater: op = CmpOperator::Gt; break;
  case TokenKind::GreaterEqual: op = CmpOperator::GtE; break;
  case TokenKind::KwIn: op = CmpOperator::In; break;
  case TokenKind::KwIs:
    op = CmpOperator::Is;
    if (t[1].kind == TokenKind::KwNot) {
      ++t;
      op = CmpOperator::IsNot;
    }
    break;
  case TokenKind::KwNot:
    if (t[1].kind != TokenKind::KwIn) return false;
    ++t;
    op = CmpOperator::NotIn;
    break;
  default: return false;
  }
  ++t;
  return true;
}

AnyExpr *Parser::parseComparison(const Token *start, AnyExpr *operand) {
  AnyExpr *left = parseBinary(1, start, operand);
  CmpOperator op;
  if (!left || !parseCmpOperator(op)) return left;
  Collector<AnyExpr> comparators(*this);
  llvm::SmallVector<CmpOperator, 4> ops;
  do {
    ops.push_back(op);
    AnyExpr *next = parseBinary(1);
    if (!next) return nullptr;
    comparators.push(next);
  } while (parseCmpOperator(op));
  return make<Compare>(start, left, ctx.makeSeq<CmpOperator>(ops), comparators.take());
}

// The operators from | (1) to * and / (6), by precedence climbing; all are left-associative.
AnyExpr *Parser::parseBinary(unsigned minPrecedence, const Token *start, AnyExpr *operand) {
  AnyExpr *left = operand ? parsePowerOf(start, operand) : parseFactor();
  while (left) {
    BinaryRow row = kBinary[unsigned(t->kind)];
    if (row.precedence < minPrecedence || row.precedence == 0) break;
    if (row.op == Operator::MatMult && !version(5)) return nullptr;
    ++t;
    AnyExpr *right = parseBinary(row.precedence + 1);
    if (!right) return nullptr;
    left = make<BinOp>(start, left, row.op, right);
  }
  return left;
}

AnyExpr *Parser::parseFactor() {
  UnaryOperator op;
  switch (t->kind) {
  case TokenKind::Plus: op = UnaryOperator::UAdd; break;
  case TokenKind::Minus: op = UnaryOperator::USub; break;
  case TokenKind::Tilde: op = UnaryOperator::Invert; break;
  default: return parsePower();
  }
  DepthGuard guard(*this);
  if (!guard) return nullptr;
  const Token *start = t++;
  AnyExpr *operand = parseFactor();
  return operand ? make<UnaryOp>(start, op, operand) : nullptr;
}

AnyExpr *Parser::parsePower() {
  const Token *start = t;
  bool await = eat(TokenKind::Await);
  AnyExpr *base = parsePrimary();
  if (!base) return nullptr;
  if (await) {
    if (!version(5)) return nullptr;
    base = make<Await>(start, base);
  }
  return parsePowerOf(start, base);
}

AnyExpr *Parser::parsePowerOf(const Token *start, AnyExpr *base) {
  if (!eat(TokenKind::DoubleStar)) return base;
  DepthGuard guard(*this);
  AnyExpr *exponent = guard ? parseFactor() : nullptr;
  return exponent ? make<BinOp>(start, base, Operator::Pow, exponent) : nullptr;
}
