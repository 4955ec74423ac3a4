// The JSON form of tokens.
#include "Lex/Relayout.h"
#include "Lex/TokenList.h"
#include "Support/JsonText.h"
#include "llvm/Support/JSON.h"
#include "llvm/Support/raw_ostream.h"

using namespace coil;
using namespace coil::lex;

void coil::lex::writeTokenJson(llvm::raw_ostream &os, const TokenList &list) {
  os << "{\"coil\":\"tokens\",\"version\":" << kTokensVersion << ",\"source\":";
  writeJsonString(os, list.filename);
  os << ",\"encoding\":";
  writeJsonString(os, list.encoding);
  os << ",\"tokens\":[";
  bool first = true;
  for (const ModuleToken &token : list.tokens) {
    os << (first ? "\n" : ",\n");
    first = false;
    os << "{\"type\":\"" << (isPunctuator(token.kind) ? "OP" : tokenName(token.kind))
       << "\",\"exact_type\":\"" << tokenName(token.kind) << "\",\"string\":";
    writeJsonString(os, list.spelling(token));
    os << ",\"start\":[" << token.startLine << ',' << token.startColumn << "],\"end\":[" << token.endLine
       << ',' << token.endColumn << "]}";
  }
  os << "\n]}\n";
}

static bool readPlace(const llvm::json::Value *value, uint32_t &line, uint32_t &column) {
  const llvm::json::Array *pair = value ? value->getAsArray() : nullptr;
  if (!pair || pair->size() != 2) return false;
  auto a = (*pair)[0].getAsUINT64(), b = (*pair)[1].getAsUINT64();
  if (!a || !b || *a > UINT32_MAX || *b > UINT32_MAX) return false;
  line = uint32_t(*a);
  column = uint32_t(*b);
  return true;
}

std::optional<TokenList> coil::lex::readTokenJson(llvm::StringRef bytes, std::string &error) {
  auto fail = [&](std::string message) {
    error = std::move(message);
    return std::nullopt;
  };
  auto parsed = parseJson(bytes, error);
  if (!parsed) return std::nullopt;
  const llvm::json::Object *root = parsed->getAsObject();
  if (!root || root->getString("coil") != "tokens") return fail("not a token artifact");
  if (root->getInteger("version") != kTokensVersion)
    return fail("this version of the token JSON is not supported");
  TokenList list;
  if (auto source = root->getString("source")) list.filename = fromJsonString(*source);
  const llvm::json::Array *tokens = root->getArray("tokens");
  if (!tokens) return fail("\"tokens\" is missing");
  Relayout layout(list);
  size_t index = 0;
  for (const llvm::json::Value &value : *tokens) {
    const llvm::json::Object *object = value.getAsObject();
    auto name = object ? object->getString("exact_type") : std::nullopt;
    auto string = object ? object->getString("string") : std::nullopt;
    std::optional<TokenKind> kind = name ? tokenKindFromName(*name) : std::nullopt;
    ModuleToken token{};
    if (!kind || !string || !readPlace(object->get("start"), token.startLine, token.startColumn) ||
        !readPlace(object->get("end"), token.endLine, token.endColumn))
      return fail("token " + std::to_string(index) + " is malformed");
    token.kind = *kind;
    layout.add(token, fromJsonString(*string), error);
    if (!error.empty()) return fail("token " + std::to_string(index) + ": " + error);
    ++index;
  }
  if (list.tokens.empty() || list.tokens.back().kind != TokenKind::EndMarker)
    return fail("the tokens do not end with ENDMARKER");
  return list;
}
