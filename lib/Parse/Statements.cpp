// Statement lists, simple statements, and the plain compound ones: if, while, for.
#include "Parse/Parser.h"

using namespace coil;
using namespace coil::parse;

bool Parser::parseStatements(Collector<AnyStmt> &out, TokenKind until) {
  while (!at(until))
    if (!parseStatement(out)) return false;
  return true;
}

bool Parser::parseStatement(Collector<AnyStmt> &out) {
  AnyStmt *stmt = nullptr;
  const Token *start = t;
  switch (t->kind) {
  case TokenKind::KwDef: stmt = parseFunctionDef(t, false, {}); break;
  case TokenKind::At: stmt = parseDecorated(); break;
  case TokenKind::Async: stmt = parseAsync(); break;
  case TokenKind::KwIf: stmt = parseIf(); break;
  case TokenKind::KwClass: stmt = parseClassDef(t, {}); break;
  case TokenKind::KwWith: stmt = parseWith(t, false); break;
  case TokenKind::KwFor: stmt = parseFor(t, false); break;
  case TokenKind::KwTry: stmt = parseTry(); break;
  case TokenKind::KwWhile: stmt = parseWhile(); break;
  case TokenKind::Name:
    if (atSoft("match")) {
      size_t mark = scratch.size();
      if ((stmt = parseMatch())) break;
      t = start; // `match` is a name here
      scratch.truncate(mark);
    }
    [[fallthrough]];
  default: return parseSimpleStatements(out);
  }
  if (!stmt) return false;
  out.push(stmt);
  return true;
}

bool Parser::parseSimpleStatements(Collector<AnyStmt> &out) {
  for (;;) {
    AnyStmt *stmt = parseSimpleStatement();
    if (!stmt) return false;
    out.push(stmt);
    if (eat(TokenKind::Newline)) return true;
    if (!eat(TokenKind::Semi)) return false;
    if (eat(TokenKind::Newline)) return true;
  }
}

AnyStmt *Parser::parseSimpleStatement() {
  const Token *start = t;
  switch (t->kind) {
  case TokenKind::KwReturn: return parseReturn();
  case TokenKind::KwImport: return parseImport();
  case TokenKind::KwFrom: return parseFromImport();
  case TokenKind::KwRaise: return parseRaise();
  case TokenKind::KwPass: ++t; return make<Pass>(start);
  case TokenKind::KwDel: return parseDelete();
  case TokenKind::KwAssert: return parseAssert();
  case TokenKind::KwBreak: ++t; return make<Break>(start);
  case TokenKind::KwContinue: ++t; return make<Continue>(start);
  case TokenKind::KwGlobal:
  case TokenKind::KwNonlocal: return parseGlobal();
  default: return parseExpressionStatement();
  }
}

AnyExpr *Parser::parseYieldOrStarExpressions() {
  return at(TokenKind::KwYield) ? parseYield() : parseStarExpressions();
}

AnyStmt *Parser::parseExpressionStatement() {
  const Token *start = t;
  AnyExpr *value = parseYieldOrStarExpressions();
  if (!value) return nullptr;
  switch (t->kind) {
  case TokenKind::Newline:
  case TokenKind::Semi: return make<Expr>(start, value);
  case TokenKind::Equal: return parseAssignment(start, value);
  case TokenKind::Colon: return parseAnnotation(start, value);
  default: return parseAugmented(start, value);
  }
}

AnyStmt *Parser::parseAssignment(const Token *start, AnyExpr *first) {
  Collector<AnyExpr> targets(*this);
  AnyExpr *value = first;
  while (eat(TokenKind::Equal)) {
    if (!storeTarget(value)) return nullptr;
    targets.push(value);
    value = parseYieldOrStarExpressions();
    if (!value) return nullptr;
  }
  field::String comment = parseTypeComment();
  return make<Assign>(start, targets.take(), value, comment);
}

// single_target ':' expression ['=' value]
AnyStmt *Parser::parseAnnotation(const Token *start, AnyExpr *target) {
  bool isName = isa<Name>(target);
  if (!version(6) || !(isName || isa<Attribute>(target) || isa<Subscript>(target))) return nullptr;
  storeTarget(target);
  int simple = isName && start->kind != TokenKind::LPar;
  ++t;
  AnyExpr *annotation = parseExpression();
  if (!annotation) return nullptr;
  AnyExpr *value = nullptr;
  if (eat(TokenKind::Equal) && !(value = parseYieldOrStarExpressions())) return nullptr;
  return make<AnnAssign>(start, target, annotation, value, simple);
}

AnyStmt *Parser::parseAugmented(const Token *start, AnyExpr *target) {
  Operator op;
  switch (t->kind) {
  case TokenKind::PlusEqual: op = Operator::Add; break;
  case TokenKind::MinEqual: op = Operator::Sub; break;
  case TokenKind::StarEqual: op = Operator::Mult; break;
  case TokenKind::AtEqual:
    if (!version(5)) return nullptr;
    op = Operator::MatMult;
    break;
  case TokenKind::SlashEqual: op = Operator::Div; break;
  case TokenKind::PercentEqual: op = Operator::Mod; break;
  case TokenKind::AmperEqual: op = Operator::BitAnd; break;
  case TokenKind::VBarEqual: op = Operator::BitOr; break;
  case TokenKind::CircumflexEqual: op = Operator::BitXor; break;
  case TokenKind::LeftShiftEqual: op = Operator::LShift; break;
  case TokenKind::RightShiftEqual: op = Operator::RShift; break;
  case TokenKind::DoubleStarEqual: op = Operator::Pow; break;
  case TokenKind::DoubleSlashEqual: op = Operator::FloorDiv; break;
  default: return nullptr;
  }
  if (!isa<Name>(target) && !isa<Attribute>(target) && !isa<Subscript>(target)) return nullptr;
  storeTarget(target);
  ++t;
  AnyExpr *value = parseYieldOrStarExpressions();
  return value ? make<AugAssign>(start, target, op, value) : nullptr;
}

AnyStmt *Parser::parseReturn() {
  const Token *start = t++;
  AnyExpr *value = nullptr;
  if (!at(TokenKind::Newline) && !at(TokenKind::Semi) && !(value = parseStarExpressions())) return nullptr;
  return make<Return>(start, value);
}

AnyStmt *Parser::parseRaise() {
  const Token *start = t++;
  AnyExpr *exc = nullptr, *cause = nullptr;
  if (!at(TokenKind::Newline) && !at(TokenKind::Semi)) {
    if (!(exc = parseExpression())) return nullptr;
    if (eat(TokenKind::KwFrom) && !(cause = parseExpression())) return nullptr;
  }
  return make<Raise>(start, exc, cause);
}

AnyStmt *Parser::parseDelete() {
  const Token *start = t++;
  Collector<AnyExpr> targets(*this);
  do {
    if (targets.size() && (at(TokenKind::Newline) || at(TokenKind::Semi))) break;
    AnyExpr *target = parsePrimary();
    if (!target || !deleteTarget(target)) return nullptr;
    targets.push(target);
  } while (eat(TokenKind::Comma));
  if (!at(TokenKind::Newline) && !at(TokenKind::Semi)) return nullptr;
  return make<Delete>(start, targets.take());
}

AnyStmt *Parser::parseAssert() {
  const Token *start = t++;
  AnyExpr *test = parseExpression(), *message = nullptr;
  if (!test) return nullptr;
  if (eat(TokenKind::Comma) && !(message = parseExpression())) return nullptr;
  return make<Assert>(start, test, message);
}

AnyStmt *Parser::parseGlobal() {
  const Token *start = t++;
  Collector<const IdentifierInfo> names(*this);
  do {
    Identifier name = eatName();
    if (!name) return nullptr;
    names.push(name);
  } while (eat(TokenKind::Comma));
  if (start->kind == TokenKind::KwGlobal) return make<Global>(start, names.take());
  return make<Nonlocal>(start, names.take());
}

field::String Parser::parseTypeComment() {
  if (!at(TokenKind::TypeComment)) return nullptr;
  return ctx.intern(buf.spelling(*t++));
}

// What follows the colon of a compound statement.
bool Parser::parseBlock(Seq<AnyStmt *> &body) {
  Collector<AnyStmt> out(*this);
  if (!eat(TokenKind::Newline)) {
    if (!parseSimpleStatements(out)) return false;
  } else {
    DepthGuard guard(*this);
    if (!guard || !eat(TokenKind::Indent) || !parseStatements(out, TokenKind::Dedent)) return false;
    ++t;
  }
  body = out.take();
  return true;
}

bool Parser::parseElse(Seq<AnyStmt *> &orelse) {
  if (!eat(TokenKind::KwElse)) return true;
  return eat(TokenKind::Colon) && parseBlock(orelse);
}

// A chain of elifs nests in the tree, but is parsed in a loop and closed from the inside out.
// CPython's parser goes down a level for each elif, and there ends its patience: the second pass says so.
static constexpr size_t kMaxArms = 5964;

AnyStmt *Parser::parseIf() {
  struct Arm {
    const Token *start;
    AnyExpr *test;
    Seq<AnyStmt *> body;
  };
  llvm::SmallVector<Arm, 4> arms;
  do {
    const Token *start = t++;
    AnyExpr *test = parseNamedExpression();
    Seq<AnyStmt *> body;
    if (!test || !eat(TokenKind::Colon) || !parseBlock(body) || arms.size() == kMaxArms) return nullptr;
    arms.push_back({start, test, body});
  } while (at(TokenKind::KwElif));
  Seq<AnyStmt *> orelse;
  if (!parseElse(orelse)) return nullptr;
  for (;;) {
    Arm &arm = arms.back();
    AnyStmt *stmt = ctx.make<If>(blockSpan(arm.start), arm.test, arm.body, orelse);
    arms.pop_back();
    if (arms.empty()) return stmt;
    orelse = ctx.makeSeq<AnyStmt *>({stmt});
  }
}

AnyStmt *Parser::parseWhile() {
  const Token *start = t++;
  AnyExpr *test = parseNamedExpression();
  Seq<AnyStmt *> body, orelse;
  if (!test || !eat(TokenKind::Colon) || !parseBlock(body) || !parseElse(orelse)) return nullptr;
  return ctx.make<While>(blockSpan(start), test, body, orelse);
}

AnyStmt *Parser::parseFor(const Token *start, bool async) {
  ++t;
  AnyExpr *target = parseStarTargets();
  if (!target || !eat(TokenKind::KwIn)) return nullptr;
  AnyExpr *iter = parseStarExpressions();
  if (!iter || !eat(TokenKind::Colon)) return nullptr;
  field::String comment = parseTypeComment();
  Seq<AnyStmt *> body, orelse;
  if (!parseBlock(body) || !parseElse(orelse)) return nullptr;
  Position pos = blockSpan(start);
  if (!async) return ctx.make<For>(pos, target, iter, body, orelse, comment);
  return version(5) ? ctx.make<AsyncFor>(pos, target, iter, body, orelse, comment) : nullptr;
}

AnyStmt *Parser::parseAsync() {
  const Token *start = t++;
  switch (t->kind) {
  case TokenKind::KwDef: return parseFunctionDef(start, true, {});
  case TokenKind::KwWith: return parseWith(start, true);
  case TokenKind::KwFor: return parseFor(start, true);
  default: return nullptr;
  }
}
