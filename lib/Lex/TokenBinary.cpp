// The binary form of tokens: header, file name, encoding, source text, then one flat table. See
// docs/formats/tokens.md.
#include "Lex/TokenList.h"
#include "Support/ByteStream.h"
#include "Support/Utf8.h"
#include "llvm/Support/raw_ostream.h"

using namespace coil;
using namespace coil::lex;

static constexpr uint32_t kBinaryVersion = 2;

void coil::lex::writeTokenBinary(llvm::raw_ostream &os, const TokenList &list) {
  ByteWriter out;
  out.bytes(kTokensMagic);
  out.u32(kBinaryVersion);
  out.string(list.filename);
  out.string(list.encoding);
  out.string(list.text);
  out.string(list.original);
  out.u32(uint32_t(list.tokens.size()));
  out.align(4);
  for (const ModuleToken &token : list.tokens) {
    out.u32(uint32_t(token.kind));
    for (uint32_t n :
         {token.startLine, token.startColumn, token.endLine, token.endColumn, token.start, token.end})
      out.u32(n);
  }
  os << out.data();
}

std::optional<TokenList> coil::lex::readTokenBinary(llvm::StringRef bytes, std::string &error) {
  auto fail = [&](const char *message) {
    error = message;
    return std::nullopt;
  };
  ByteReader in(bytes);
  if (in.bytes(kTokensMagic.size()) != kTokensMagic) return fail("not a token artifact");
  if (in.u32() != kBinaryVersion || !in.ok())
    return fail("this version of the binary tokens is not supported");
  TokenList list;
  list.filename = in.string().str();
  list.encoding = in.string().str();
  if (validUtf8Prefix(list.encoding) != list.encoding.size()) return fail("the encoding is not valid UTF-8");
  llvm::StringRef text = in.string();
  list.original = in.string().str();
  uint32_t count = in.u32();
  in.align(4);
  if (!in.ok() || in.left() != size_t(count) * 28) return fail("the binary tokens are truncated or too long");
  if (validUtf8Prefix(text) != text.size()) return fail("the source text is not valid UTF-8");
  list.text = text.str();
  list.tokens.reserve(count);
  uint32_t last = 0;
  auto insideCharacter = [&](uint32_t at) { return at < text.size() && (uint8_t(text[at]) & 0xC0) == 0x80; };
  for (uint32_t i = 0; i < count; ++i) {
    uint32_t kind = in.u32();
    ModuleToken token;
    for (uint32_t *n :
         {&token.startLine, &token.startColumn, &token.endLine, &token.endColumn, &token.start, &token.end})
      *n = in.u32();
    if (kind >= uint32_t(TokenKind::KwFalse)) return fail("unknown token type in the binary tokens");
    token.kind = TokenKind(kind);
    bool inText = token.start <= token.end && token.end <= text.size();
    if (!inText || token.start < last) return fail("a token lies outside of the source text");
    if (insideCharacter(token.start) || insideCharacter(token.end))
      return fail("a token begins or ends within a character");
    last = token.start;
    list.tokens.push_back(token);
  }
  if (list.tokens.empty() || list.tokens.back().kind != TokenKind::EndMarker)
    return fail("the tokens do not end with ENDMARKER");
  return list;
}
