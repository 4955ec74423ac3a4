// String and bytes literals: prefixes, decoding, concatenation.
#include "Parse/Escapes.h"
#include "Parse/StringBuilder.h"
#include "Support/Codecs.h"
#include "Support/Utf8.h"
#include <cstring>

using namespace coil;
using namespace coil::parse;

StringParts coil::parse::splitString(llvm::StringRef spelling) {
  StringParts parts;
  while (spelling[0] != '"' && spelling[0] != '\'') {
    switch (spelling[0] | 32) {
    case 'b': parts.bytes = true; break;
    case 'r': parts.raw = true; break;
    case 'f': parts.format = true; break;
    default: break; // u
    }
    spelling = spelling.drop_front();
  }
  size_t quotes = spelling.size() >= 6 && spelling[1] == spelling[0] && spelling[2] == spelling[0] ? 3 : 1;
  parts.body = spelling.drop_front(quotes).drop_back(quotes);
  return parts;
}

StringBuilder::StringBuilder(ParserShared &shared, const lex::TokenBuffer &buf, const Token *first,
                             const Token *last, Position pos)
    : shared(shared), ctx(shared.context), buf(buf), first(first), last(last), pos(pos) {}

AnyExpr *StringBuilder::buildNode() {
  llvm::SmallVector<AnyExpr *, 8> nodes;
  values = &nodes;
  for (const Token *token = first; token <= last; ++token) {
    StringParts parts = splitString(buf.spelling(*token));
    if (parts.format && shared.options.featureVersion < 6) {
      fail("Format strings are only supported in Python 3.6 and greater");
      return nullptr;
    }
    if (token == first) bytes = parts.bytes;
    if (!parts.format && !addLiteral(token, parts)) return nullptr;
    if (bytes != parts.bytes) {
      fail("cannot mix bytes and nonbytes literals");
      return nullptr;
    }
    if (!parts.format) continue;
    formatted = true;
    const char *p = parts.body.begin();
    if (!addFormatted(p, parts.body.end(), parts.raw, 0, token)) return nullptr;
  }
  if (!formatted) {
    llvm::StringRef text = borrowed.data() ? borrowed : ctx.copy(pending);
    if (bytes) return ctx.make<Constant>(pos, ConstantValue::text(ConstantKind::Bytes, text));
    Constant *constant = ctx.make<Constant>(pos, ConstantValue::text(ConstantKind::Str, text));
    if (buf.spelling(*first)[0] == 'u') constant->kind = ctx.intern("u");
    return constant;
  }
  if (Constant *text = takeText()) nodes.push_back(text);
  return ctx.make<JoinedStr>(pos, ctx.makeSeq<AnyExpr *>(nodes));
}

// The literal text so far as a node; null if there is none.
Constant *StringBuilder::takeText() {
  llvm::StringRef text = borrowed.data() ? borrowed : llvm::StringRef(pending);
  if (text.empty()) {
    borrowed = {};
    return nullptr;
  }
  if (!borrowed.data()) text = ctx.copy(text);
  Constant *constant = ctx.make<Constant>(pos, ConstantValue::text(ConstantKind::Str, text));
  if (buf.spelling(*first)[0] == 'u') constant->kind = ctx.intern("u");
  borrowed = {};
  pending.clear();
  return constant;
}

// Whether a piece is UTF-8. Where it may have escapes CPython decodes the non-ASCII bytes of each run apart.
bool StringBuilder::checkUtf8(llvm::StringRef text, bool raw) {
  auto high = [](char c) { return uint8_t(c) >= 0x80; };
  while (!text.empty()) {
    llvm::StringRef part = raw ? text : text.drop_until(high).take_while(high);
    if (validUtf8Prefix(part) != part.size()) return fail("(unicode error) " + utf8Error(part));
    text = raw ? llvm::StringRef() : text.drop_until(high).drop_while(high);
  }
  return true;
}

bool StringBuilder::addLiteral(const Token *token, const StringParts &parts) {
  bool raw = parts.raw || !parts.body.contains('\\');
  if (!parts.bytes)
    return (!shared.undecodable || checkUtf8(parts.body, raw)) && appendDecoded(parts.body, raw, token);
  for (char c : parts.body)
    if (uint8_t(c) >= 0x80) return fail("bytes can only contain ASCII literal characters");
  return appendDecoded(parts.body, parts.raw, token);
}

// Appends a piece of a literal. The first piece is not copied while it needs no decoding: the source outlives
// it.
bool StringBuilder::appendDecoded(llvm::StringRef text, bool raw, const Token *token) {
  raw |= std::memchr(text.data(), '\\', text.size()) == nullptr;
  if (text.empty()) return true;
  if (raw && pending.empty() && !borrowed.data()) {
    borrowed = text;
    return true;
  }
  if (borrowed.data()) {
    pending = borrowed;
    borrowed = {};
  }
  if (raw) {
    pending += text;
    return true;
  }
  std::optional<std::string> invalid;
  auto failure =
      bytes ? decodeBytesEscapes(text, pending, invalid) : decodeStringEscapes(text, pending, invalid);
  if (failure) return fail(failure->message);
  if (invalid) warnEscape(*invalid, token);
  return true;
}

void StringBuilder::warnEscape(llvm::StringRef escape, const Token *token) {
  if (shared.quiet) return;
  const char *what = escape.size() == 3 ? "invalid octal escape sequence '\\" : "invalid escape sequence '\\";
  shared.warnings.push_back({what + escape.str() + "'", *token, shared.outerString, shared.pass});
}

// Strings are read again where the parser tries another reading, but CPython reads them once; those inside of
// an f-string belong to the outer one.
AnyExpr *StringBuilder::build() {
  bool outermost = shared.stringDepth++ == 0;
  bool before = shared.quiet;
  if (outermost) {
    shared.outerString = first->start;
    shared.quiet = !shared.readStrings.insert(first->start).second;
  }
  AnyExpr *result = buildNode();
  shared.quiet = before;
  --shared.stringDepth;
  return result;
}

AnyExpr *Parser::parseStrings() {
  const Token *first = t++;
  while (at(TokenKind::String)) ++t;
  return StringBuilder(shared, buf, first, t - 1, span(first)).build();
}
