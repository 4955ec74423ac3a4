// Decoding source text.
#include "Support/SourceBuffer.h"
#include "Support/Codecs.h"

using namespace coil;

static bool isCookieChar(char c) { return isalnum(uint8_t(c)) || c == '-' || c == '_' || c == '.'; }

// The cookie of one line, or empty. `other`: the line holds more than blanks and a comment.
static llvm::StringRef cookieInLine(llvm::StringRef line, bool &other) {
  size_t i = line.find_first_not_of(" \t\f");
  other = i != llvm::StringRef::npos && line[i] != '#';
  if (i == llvm::StringRef::npos || other) return {};
  llvm::StringRef comment = line.drop_front(i);
  for (size_t at = comment.find("coding"); at != llvm::StringRef::npos; at = comment.find("coding", at + 1)) {
    llvm::StringRef rest = comment.drop_front(at + 6);
    if (!rest.starts_with(":") && !rest.starts_with("=")) continue;
    rest = rest.drop_front().ltrim(" \t");
    llvm::StringRef name = rest.take_while(isCookieChar);
    if (!name.empty()) return name;
  }
  return {};
}

std::string coil::findCodingCookie(llvm::StringRef bytes) {
  for (int line = 0; line < 2 && !bytes.empty(); ++line) {
    size_t end = bytes.find_first_of("\r\n");
    llvm::StringRef text = bytes.substr(0, end);
    bool other;
    llvm::StringRef cookie = cookieInLine(text, other);
    if (!cookie.empty()) return cookie.str();
    if (other || end == llvm::StringRef::npos) break;
    bytes = bytes.drop_front(end + (bytes.substr(end, 2) == "\r\n" ? 2 : 1));
  }
  return {};
}

std::string coil::normalizeEncoding(llvm::StringRef name) {
  std::string lower; // CPython looks at the first 12 characters
  for (char c : name.take_front(12)) lower += c == '_' ? '-' : char(tolower(uint8_t(c)));
  llvm::StringRef n = lower;
  if (n == "utf-8" || n.starts_with("utf-8-")) return "utf-8";
  for (llvm::StringRef latin : {"latin-1", "iso-8859-1", "iso-latin-1"})
    if (n == latin || (n.starts_with(latin) && n[latin.size()] == '-')) return "iso-8859-1";
  return name.str();
}

std::optional<std::string> coil::decodeBytes(llvm::StringRef bytes, llvm::StringRef encoding,
                                             std::string &out) {
  const Codec *codec = findCodec(encoding);
  return codec ? decodeWith(*codec, encoding, bytes, out) : "unknown encoding: " + encoding.str();
}

void coil::translateNewlines(llvm::StringRef bytes, bool endLastLine, SourceText &out) {
  std::string &text = out.text;
  text.clear();
  text.reserve(bytes.size() + 1);
  while (!bytes.empty()) {
    size_t at = bytes.find('\r');
    text.append(bytes.data(), std::min(at, bytes.size()));
    if (at == llvm::StringRef::npos) break;
    text += '\n';
    bytes = bytes.drop_front(at + (bytes.substr(at, 2) == "\r\n" ? 2 : 1));
  }
  out.addedNewline = endLastLine && !text.empty() && text.back() != '\n';
  if (out.addedNewline) text += '\n';
}

std::optional<std::string> coil::decodeSource(llvm::StringRef bytes, bool ignoreCookie, bool endLastLine,
                                              SourceText &out) {
  bool mark = !ignoreCookie && bytes.consume_front("\xEF\xBB\xBF");
  out.byteOrderMark = mark;
  if (mark) out.encoding = "utf-8";
  std::string cookie = ignoreCookie ? std::string() : findCodingCookie(bytes);
  if (cookie.empty()) {
    translateNewlines(bytes, endLastLine, out);
    return std::nullopt;
  }
  out.encoding = normalizeEncoding(cookie);
  if (mark && out.encoding != "utf-8") return "encoding problem: " + out.encoding + " with BOM";
  if (out.encoding == "utf-8") {
    translateNewlines(bytes, endLastLine, out);
    return std::nullopt;
  }
  // CPython's positions are those after the translation of line ends.
  translateNewlines(bytes, endLastLine, out);
  std::string decoded;
  if (auto error = decodeBytes(out.text, out.encoding, decoded)) return error;
  bool addedNewline = out.addedNewline;
  translateNewlines(decoded, endLastLine, out);
  out.addedNewline |= addedNewline;
  return std::nullopt;
}
