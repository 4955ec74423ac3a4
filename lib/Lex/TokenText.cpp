// The text form of tokens: the lines of `python -m tokenize`.
#include "Lex/PythonLiteral.h"
#include "Lex/Relayout.h"
#include "Lex/TokenList.h"
#include "Support/Codecs.h"
#include "Support/Repr.h"
#include "Support/Utf8.h"
#include "llvm/ADT/SmallString.h"
#include "llvm/ADT/StringMap.h"
#include "llvm/Support/raw_ostream.h"

using namespace coil;
using namespace coil::lex;

static constexpr unsigned kNamed = unsigned(TokenKind::KwFalse);

std::optional<TokenKind> coil::lex::tokenKindFromName(llvm::StringRef name) {
  static const llvm::StringMap<TokenKind> map = [] {
    llvm::StringMap<TokenKind> m;
    for (unsigned i = 0; i < kNamed; ++i) m[tokenName(TokenKind(i))] = TokenKind(i);
    return m;
  }();
  auto it = map.find(name);
  return it == map.end() ? std::nullopt : std::optional(it->second);
}

TokenKind coil::lex::operatorKind(llvm::StringRef text) {
  auto packed = [](llvm::StringRef s) {
    uint32_t word = 0;
    for (char c : s) word = word << 8 | uint8_t(c);
    return word;
  };
  switch (text.size() <= 3 ? packed(text) : 0) {
#define COIL_PUNCTUATOR(Kind, NAME, Text)                                                                    \
  case sizeof(Text) == 2 ? uint32_t(Text[0]):                                                                \
    sizeof(Text) == 3 ? uint32_t(Text[0]) << 8 | uint32_t(Text[1])                                           \
                      : uint32_t(Text[0]) << 16 | uint32_t(Text[1]) << 8 |                                   \
                            uint32_t(Text[sizeof(Text) - 2]) : return TokenKind::Kind;
#include "Lex/TokenKinds.def"
  default: return TokenKind::Op;
  }
}

bool coil::lex::untokenize(const TokenList &list, std::string &out) {
  const Codec *codec = findCodec(list.encoding);
  if (list.laidOutAgain) return codec && encodeWith(*codec, list.text, out);
  out = list.original.empty() ? list.text : list.original;
  return true;
}

static void pad(llvm::SmallVectorImpl<char> &out, size_t from, size_t width, size_t characters) {
  (void)from;
  if (characters < width) out.append(width - characters, ' ');
}

void coil::lex::writeTokenText(llvm::raw_ostream &os, const TokenList &list, bool exact) {
  llvm::SmallString<256> line;
  auto number = [&](uint32_t value, char after) {
    char digits[12];
    int n = 0;
    do digits[n++] = char('0' + value % 10);
    while (value /= 10);
    while (n > 0) line.push_back(digits[--n]);
    line.push_back(after);
  };
  for (const ModuleToken &token : list.tokens) {
    line.clear();
    number(token.startLine, ',');
    number(token.startColumn, '-');
    number(token.endLine, ',');
    number(token.endColumn, ':');
    pad(line, 0, 20, line.size());
    size_t at = line.size();
    line += !exact && isPunctuator(token.kind) ? "OP" : tokenName(token.kind);
    pad(line, at, 15, line.size() - at);
    at = line.size();
    llvm::raw_svector_ostream text(line);
    reprStr(text, list.spelling(token));
    pad(line, at, 15, countCodePoints(line.str().drop_front(at)));
    line.push_back('\n');
    os << line;
  }
}

namespace {

// One line as it was printed.
struct TextRow {
  ModuleToken token;
  std::string string;
};

bool parseRow(llvm::StringRef line, TextRow &row, std::string &error) {
  uint32_t *numbers[] = {&row.token.startLine, &row.token.startColumn, &row.token.endLine,
                         &row.token.endColumn};
  const char ends[] = {',', '-', ',', ':'};
  for (int i = 0; i < 4; ++i) {
    if (line.consumeInteger(10, *numbers[i]) || !line.consume_front(llvm::StringRef(&ends[i], 1))) {
      error = "expected LINE,COLUMN-LINE,COLUMN:";
      return false;
    }
  }
  line = line.ltrim(' ');
  llvm::StringRef name = line.take_until([](char c) { return c == ' '; });
  std::optional<TokenKind> kind = tokenKindFromName(name);
  if (!kind) {
    error = "unknown token type '" + name.str() + "'";
    return false;
  }
  row.token.kind = *kind;
  line = line.drop_front(name.size()).ltrim(' ');
  if (!takePythonString(line, row.string) || !line.trim(" \r").empty()) {
    error = "expected the token's string as a Python literal";
    return false;
  }
  if (*kind == TokenKind::Op) row.token.kind = operatorKind(row.string);
  return true;
}

} // namespace

std::optional<TokenList> coil::lex::readTokenText(llvm::StringRef bytes, std::string &error) {
  TokenList list;
  size_t number = 0;
  if (auto header = takeArtifactHeader(bytes, error)) {
    ++number;
    if (header->kind != ArtifactKind::Tokens || header->version != kTokensVersion) {
      error = "version " + std::to_string(header->version) + " of the token text is not supported";
      return std::nullopt;
    }
    list.filename = header->source;
  } else if (!error.empty()) {
    return std::nullopt;
  }
  if (size_t valid = validUtf8Prefix(bytes); valid != bytes.size()) {
    number += bytes.take_front(valid).count('\n') + 1;
    error = "line " + std::to_string(number) + ": the text is not valid UTF-8";
    return std::nullopt;
  }
  Relayout layout(list);
  bool ended = false;
  while (!bytes.empty()) {
    auto [line, rest] = bytes.split('\n');
    bytes = rest;
    ++number;
    TextRow row;
    if (line.trim().empty()) continue;
    if (ended)
      error = "a token follows ENDMARKER";
    else if (parseRow(line, row, error))
      layout.add(row.token, row.string, error);
    if (!error.empty()) {
      error = "line " + std::to_string(number) + ": " + error;
      return std::nullopt;
    }
    ended = row.token.kind == TokenKind::EndMarker;
  }
  if (!ended) {
    error = "the tokens do not end with ENDMARKER";
    return std::nullopt;
  }
  return list;
}

std::optional<TokenList> coil::lex::readTokens(llvm::StringRef bytes, ArtifactForm form, std::string &error) {
  switch (form) {
  case ArtifactForm::Text: return readTokenText(bytes, error);
  case ArtifactForm::Json: return readTokenJson(bytes, error);
  case ArtifactForm::Binary: return readTokenBinary(bytes, error);
  }
  return std::nullopt;
}
