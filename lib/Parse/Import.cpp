// import and from ... import.
#include "Parse/Parser.h"

using namespace coil;
using namespace coil::parse;

Identifier Parser::parseDottedName() {
  Identifier first = eatName();
  if (!first || !at(TokenKind::Dot)) return first;
  llvm::SmallString<64> text(first->str());
  while (eat(TokenKind::Dot)) {
    Identifier next = eatName();
    if (!next) return nullptr;
    text += '.';
    text += next->str();
  }
  return ctx.intern(text);
}

Alias *Parser::parseAlias(bool dotted) {
  const Token *start = t;
  Identifier name = dotted ? parseDottedName() : eatName(), asname = nullptr;
  if (!name || (eat(TokenKind::KwAs) && !(asname = eatName()))) return nullptr;
  return make<Alias>(start, name, asname);
}

AnyStmt *Parser::parseImport() {
  const Token *start = t++;
  Collector<Alias> names(*this);
  do {
    Alias *alias = parseAlias(true);
    if (!alias) return nullptr;
    names.push(alias);
  } while (eat(TokenKind::Comma));
  return make<Import>(start, names.take());
}

AnyStmt *Parser::parseFromImport() {
  const Token *start = t++;
  int level = 0;
  for (;; ++t) {
    if (at(TokenKind::Dot)) {
      level += 1;
    } else if (at(TokenKind::Ellipsis)) {
      level += 3;
    } else {
      break;
    }
  }
  Identifier module = nullptr;
  if (!(level > 0 && at(TokenKind::KwImport)) && !(module = parseDottedName())) return nullptr;
  if (!eat(TokenKind::KwImport)) return nullptr;
  Collector<Alias> names(*this);
  const Token *first = t;
  if (eat(TokenKind::Star)) {
    names.push(make<Alias>(first, ctx.intern("*")));
    return make<ImportFrom>(start, module, names.take(), level);
  }
  bool parenthesized = eat(TokenKind::LPar);
  do {
    if (parenthesized && names.size() && at(TokenKind::RPar)) break;
    Alias *alias = parseAlias(false);
    if (!alias) return nullptr;
    names.push(alias);
  } while (eat(TokenKind::Comma));
  if (parenthesized && !eat(TokenKind::RPar)) return nullptr;
  return make<ImportFrom>(start, module, names.take(), level);
}
