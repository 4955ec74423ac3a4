// Functions, classes, lambdas, and their parameters.
#include "Parse/Parser.h"

using namespace coil;
using namespace coil::parse;

AnyStmt *Parser::parseDecorated() {
  Collector<AnyExpr> decorators(*this);
  while (eat(TokenKind::At)) {
    AnyExpr *decorator = parseNamedExpression();
    if (!decorator || !eat(TokenKind::Newline)) return nullptr;
    decorators.push(decorator);
  }
  Seq<AnyExpr *> list = decorators.take();
  const Token *start = t; // the definition begins at its keyword, not at the decorators
  if (at(TokenKind::KwClass)) return parseClassDef(start, list);
  bool async = eat(TokenKind::Async);
  return at(TokenKind::KwDef) ? parseFunctionDef(start, async, list) : nullptr;
}

AnyStmt *Parser::parseFunctionDef(const Token *start, bool async, Seq<AnyExpr *> decorators) {
  ++t;
  Identifier name = eatName();
  if (!name || !eat(TokenKind::LPar)) return nullptr;
  Arguments *args = parseParameters(TokenKind::RPar);
  if (!args || !eat(TokenKind::RPar)) return nullptr;
  AnyExpr *returns = nullptr;
  if (eat(TokenKind::RArrow) && !(returns = parseExpression())) return nullptr;
  field::String comment = nullptr;
  Seq<AnyStmt *> body;
  if (!eat(TokenKind::Colon) || !parseFunctionTypeComment(comment) || !parseBlock(body)) return nullptr;
  Position pos = blockSpan(start);
  if (!async) return ctx.make<FunctionDef>(pos, name, args, body, decorators, returns, comment);
  if (!version(5)) return nullptr;
  return ctx.make<AsyncFunctionDef>(pos, name, args, body, decorators, returns, comment);
}

// The type comment stands after the colon or on a line of its own, before the block.
bool Parser::parseFunctionTypeComment(field::String &comment) {
  if (at(TokenKind::Newline) && t[1].kind == TokenKind::TypeComment) {
    if (t[2].kind != TokenKind::Newline || t[3].kind != TokenKind::Indent) return false;
    ++t;
  }
  comment = parseTypeComment();
  return true;
}

AnyStmt *Parser::parseClassDef(const Token *start, Seq<AnyExpr *> decorators) {
  ++t;
  Identifier name = eatName();
  if (!name) return nullptr;
  Seq<AnyExpr *> bases;
  Seq<Keyword *> keywords;
  if (eat(TokenKind::LPar) && !parseArguments(nullptr, bases, keywords)) return nullptr;
  Seq<AnyStmt *> body;
  if (!eat(TokenKind::Colon) || !parseBlock(body)) return nullptr;
  return ctx.make<ClassDef>(blockSpan(start), name, bases, keywords, body, decorators);
}

Arg *Parser::parseParameter(bool annotations, bool star) {
  const Token *start = t;
  Identifier name = eatName();
  if (!name) return nullptr;
  AnyExpr *annotation = nullptr;
  if (annotations && eat(TokenKind::Colon)) {
    // PEP 646: *args: *Ts
    annotation = star ? parseStarExpression() : parseExpression();
    if (!annotation) return nullptr;
  }
  return make<Arg>(start, name, annotation);
}

// After a parameter and its default: a comma or the end. Type comments belong to the parameter before them.
bool Parser::finishParameter(Arg *arg, TokenKind close, bool &more) {
  more = eat(TokenKind::Comma);
  if (field::String comment = parseTypeComment()) {
    if (arg)
      arg->type_comment = comment;
    else
      return false;
  }
  return more || at(close);
}

// The parameters of a function (close is ')') or a lambda (':'), up to and without the closing token.
Arguments *Parser::parseParameters(TokenKind close) {
  Arguments *result = emptyArguments();
  if (at(close)) return result;
  bool annotations = close == TokenKind::RPar;
  llvm::SmallVector<Arg *, 8> args, keywordOnly;
  llvm::SmallVector<AnyExpr *, 8> defaults, keywordDefaults;
  bool sawStar = false, sawSlash = false, more = true;
  while (more && !at(close)) {
    if (at(TokenKind::Slash)) {
      if (sawSlash || sawStar || args.empty() || !version(8)) return nullptr;
      sawSlash = true;
      ++t;
      result->posonlyargs = ctx.makeSeq<Arg *>(args);
      args.clear();
      more = eat(TokenKind::Comma);
      if (!more && !at(close)) return nullptr;
      continue;
    }
    if (eat(TokenKind::Star)) {
      if (sawStar) return nullptr;
      sawStar = true;
      if (eat(TokenKind::Comma)) {
        if (!at(TokenKind::Name)) return nullptr; // a name must follow the bare star
        continue;
      }
      result->vararg = parseParameter(annotations, true);
      if (!result->vararg || !finishParameter(result->vararg, close, more)) return nullptr;
      continue;
    }
    if (eat(TokenKind::DoubleStar)) {
      result->kwarg = parseParameter(annotations, false);
      if (!result->kwarg || !finishParameter(result->kwarg, close, more) || !at(close)) return nullptr;
      break;
    }
    Arg *arg = parseParameter(annotations, false);
    AnyExpr *value = nullptr;
    if (!arg || (eat(TokenKind::Equal) && !(value = parseExpression()))) return nullptr;
    if (sawStar) {
      keywordOnly.push_back(arg);
      keywordDefaults.push_back(value);
    } else {
      if (!value && !defaults.empty()) return nullptr;
      args.push_back(arg);
      if (value) defaults.push_back(value);
    }
    if (!finishParameter(arg, close, more)) return nullptr;
  }
  result->args = ctx.makeSeq<Arg *>(args);
  result->kwonlyargs = ctx.makeSeq<Arg *>(keywordOnly);
  result->kw_defaults = ctx.makeSeq<AnyExpr *>(keywordDefaults);
  result->defaults = ctx.makeSeq<AnyExpr *>(defaults);
  return result;
}

AnyExpr *Parser::parseLambda() {
  const Token *start = t++;
  Arguments *args = parseParameters(TokenKind::Colon);
  if (!args || !eat(TokenKind::Colon)) return nullptr;
  AnyExpr *body = parseExpression();
  return body ? make<Lambda>(start, args, body) : nullptr;
}
