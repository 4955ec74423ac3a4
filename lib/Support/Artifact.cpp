// Recognising artifacts by content, and reading and writing the header line of the text forms.
#include "Support/Artifact.h"
#include "Support/Repr.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/StringSwitch.h"
#include "llvm/Support/ConvertUTF.h"
#include "llvm/Support/raw_ostream.h"

using namespace coil;
using llvm::StringRef;

static constexpr llvm::StringLiteral kHeaderPrefix("# coil: ");

StringRef coil::artifactKindName(ArtifactKind kind) {
  switch (kind) {
  case ArtifactKind::Source: return "source";
  case ArtifactKind::Tokens: return "tokens";
  case ArtifactKind::Ast: return "ast";
  case ArtifactKind::Asm: return "asm";
  case ArtifactKind::Pyc: return "pyc";
  case ArtifactKind::Marshal: return "marshal";
  }
  return "";
}

std::optional<ArtifactKind> coil::artifactKindFromName(StringRef name) {
  return llvm::StringSwitch<std::optional<ArtifactKind>>(name)
      .Case("source", ArtifactKind::Source)
      .Case("tokens", ArtifactKind::Tokens)
      .Case("ast", ArtifactKind::Ast)
      .Case("asm", ArtifactKind::Asm)
      .Case("pyc", ArtifactKind::Pyc)
      .Case("marshal", ArtifactKind::Marshal)
      .Default(std::nullopt);
}

// A .pyc of any version: two bytes of magic number, CR LF, then flags of which at most three bits are in use,
// so that NUL bytes follow, which no source may hold.
static bool looksLikePyc(StringRef bytes) {
  if (bytes.size() < 4 || bytes[2] != '\r' || bytes[3] != '\n') return false;
  if (bytes[0] == '\xa7' && bytes[1] == '\r') return true;
  return bytes.size() >= 16 && (bytes[4] & ~3) == 0 && bytes.substr(5, 3) == StringRef("\0\0\0", 3);
}

// A marshalled code object: its type code and then the argument count, 32 bits of which source has no NULs to
// offer.
static bool looksLikeMarshal(StringRef bytes) {
  return bytes.size() > 5 && (bytes[0] & 0x7f) == 'c' && bytes.substr(2, 3) == StringRef("\0\0\0", 3);
}

// "0,0-0,0:" at the start of a line, as the tokenize module prints; never valid source.
static bool looksLikeTokenText(StringRef text) {
  for (char end : {',', '-', ',', ':'}) {
    size_t digits = text.take_while(llvm::isDigit).size();
    if (digits == 0 || digits == text.size() || text[digits] != end) return false;
    text = text.drop_front(digits + 1);
  }
  return true;
}

// "Module(body=" and the like, as ast.dump prints.
static bool looksLikeAstText(StringRef text) {
  bool function = text.consume_front("FunctionType(");
  if (!function && !text.consume_front("Module(") && !text.consume_front("Interactive(") &&
      !text.consume_front("Expression("))
    return false;
  return text.ltrim().starts_with(function ? "argtypes=" : "body=");
}

static std::optional<Artifact> detectHeader(StringRef text) {
  if (!text.consume_front(kHeaderPrefix)) return std::nullopt;
  auto [word, rest] = text.split(' ');
  std::optional<ArtifactKind> kind = artifactKindFromName(word);
  if (!kind || rest.empty() || !llvm::isDigit(rest[0])) return std::nullopt;
  if (*kind != ArtifactKind::Tokens && *kind != ArtifactKind::Ast && *kind != ArtifactKind::Asm)
    return std::nullopt;
  return Artifact{*kind, ArtifactForm::Text};
}

Artifact coil::detectArtifact(StringRef bytes) {
  if (bytes.starts_with(kTokensMagic)) return {ArtifactKind::Tokens, ArtifactForm::Binary};
  if (bytes.starts_with(kAstMagic)) return {ArtifactKind::Ast, ArtifactForm::Binary};
  if (bytes.starts_with("{\"coil\":\"tokens\"")) return {ArtifactKind::Tokens, ArtifactForm::Json};
  if (bytes.starts_with("{\"coil\":\"ast\"")) return {ArtifactKind::Ast, ArtifactForm::Json};
  if (std::optional<Artifact> artifact = detectHeader(bytes)) return *artifact;
  if (looksLikePyc(bytes)) return {ArtifactKind::Pyc, ArtifactForm::Binary};
  if (looksLikeMarshal(bytes)) return {ArtifactKind::Marshal, ArtifactForm::Binary};
  if (looksLikeTokenText(bytes)) return {ArtifactKind::Tokens, ArtifactForm::Text};
  if (looksLikeAstText(bytes)) return {ArtifactKind::Ast, ArtifactForm::Text};
  return {};
}

ArtifactForm coil::detectForm(ArtifactKind kind, StringRef bytes) {
  switch (kind) {
  case ArtifactKind::Source:
  case ArtifactKind::Asm: return ArtifactForm::Text;
  case ArtifactKind::Pyc:
  case ArtifactKind::Marshal: return ArtifactForm::Binary;
  case ArtifactKind::Tokens:
  case ArtifactKind::Ast: break;
  }
  if (bytes.starts_with("\x89")) return ArtifactForm::Binary;
  return bytes.starts_with("{") ? ArtifactForm::Json : ArtifactForm::Text;
}

void coil::writeArtifactHeader(llvm::raw_ostream &os, const ArtifactHeader &header) {
  os << kHeaderPrefix << artifactKindName(header.kind) << ' ' << header.version << " source=";
  writeQuoted(os, header.source);
  os << '\n';
}

std::optional<ArtifactHeader> coil::takeArtifactHeader(StringRef &text, std::string &error) {
  StringRef rest = text;
  if (!rest.consume_front(kHeaderPrefix)) return std::nullopt;
  ArtifactHeader header;
  StringRef word = rest.take_until([](char c) { return c == ' ' || c == '\n'; });
  std::optional<ArtifactKind> kind = artifactKindFromName(word);
  if (!kind) {
    error = "unknown artifact '" + word.str() + "' in the header line";
    return std::nullopt;
  }
  header.kind = *kind;
  rest = rest.drop_front(word.size()).ltrim(' ');
  if (rest.consumeInteger(10, header.version)) {
    error = "the header line lacks a version number";
    return std::nullopt;
  }
  rest = rest.ltrim(' ');
  std::optional<std::string> source;
  if (rest.consume_front("source=")) source = takeQuoted(rest);
  if (!source || !(rest.empty() || rest.consume_front("\n") || rest.consume_front("\r\n"))) {
    error = "malformed header line: expected source=\"...\" and the end of the line";
    return std::nullopt;
  }
  header.source = std::move(*source);
  text = rest;
  return header;
}

void coil::writeQuoted(llvm::raw_ostream &os, StringRef text) {
  os << '"';
  while (!text.empty()) {
    auto byte = static_cast<unsigned char>(text[0]);
    if (byte >= 0x80) {
      unsigned length = llvm::getNumBytesForUTF8(byte);
      auto *bytes = reinterpret_cast<const llvm::UTF8 *>(text.data());
      if (length <= text.size() && llvm::isLegalUTF8Sequence(bytes, bytes + length)) {
        os << text.take_front(length);
        text = text.drop_front(length);
        continue;
      }
      writeHex(os << "\\udc", byte, 2);
    } else if (byte == '"' || byte == '\\')
      os << '\\' << text[0];
    else if (byte == '\n')
      os << "\\n";
    else if (byte == '\r')
      os << "\\r";
    else if (byte == '\t')
      os << "\\t";
    else if (byte < 0x20 || byte == 0x7f)
      writeHex(os << "\\x", byte, 2);
    else
      os << text[0];
    text = text.drop_front();
  }
  os << '"';
}

// The character behind a backslash, or nullopt where the escape is none that writeQuoted writes.
static std::optional<char> takeEscape(StringRef &text) {
  if (text.empty()) return std::nullopt;
  char letter = text[0];
  text = text.drop_front();
  switch (letter) {
  case '"':
  case '\\': return letter;
  case 'n': return '\n';
  case 'r': return '\r';
  case 't': return '\t';
  case 'u':
    if (!text.consume_front("dc")) return std::nullopt;
    [[fallthrough]];
  case 'x': {
    unsigned value = 0;
    if (text.size() < 2 || text.take_front(2).getAsInteger(16, value)) return std::nullopt;
    if ((letter == 'u') != (value >= 0x80)) return std::nullopt;
    text = text.drop_front(2);
    return static_cast<char>(value);
  }
  default: return std::nullopt;
  }
}

std::optional<std::string> coil::takeQuoted(StringRef &text) {
  StringRef rest = text;
  if (!rest.consume_front("\"")) return std::nullopt;
  std::string value;
  while (!rest.empty() && rest[0] != '\n') {
    char c = rest[0];
    rest = rest.drop_front();
    if (c == '"') {
      text = rest;
      return value;
    }
    if (c == '\\') {
      std::optional<char> escaped = takeEscape(rest);
      if (!escaped) return std::nullopt;
      c = *escaped;
    }
    value += c;
  }
  return std::nullopt;
}
