// Decoding source text.
#include "Support/SourceBuffer.h"
#include "Support/Utf8.h"
#include <cstring>
#include <iconv.h>

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

static std::string positionText(llvm::StringRef bytes, size_t first, size_t size) {
  static const char *hex = "0123456789abcdef";
  if (size <= 1) {
    uint8_t c = uint8_t(bytes[first]);
    return std::string("byte 0x") + hex[c >> 4] + hex[c & 15] + " in position " + std::to_string(first);
  }
  return "bytes in position " + std::to_string(first) + "-" + std::to_string(first + size - 1);
}

// The text of CPython's UnicodeDecodeError for the bad sequence at `at`.
static std::string utf8Error(llvm::StringRef bytes, size_t at) {
  uint8_t c = uint8_t(bytes[at]);
  size_t want = c >= 0xF0 ? 4 : c >= 0xE0 ? 3 : 2, have = 1;
  bool start = c >= 0xC2 && c <= 0xF4;
  if (start) {
    auto valid = [&](size_t i) {
      uint8_t d = uint8_t(bytes[at + i]);
      if (i == 1 && ((c == 0xE0 && d < 0xA0) || (c == 0xED && d > 0x9F) || (c == 0xF0 && d < 0x90) ||
                     (c == 0xF4 && d > 0x8F)))
        return false;
      return (d & 0xC0) == 0x80;
    };
    while (have < want && at + have < bytes.size() && valid(have)) ++have;
  }
  const char *why = !start                      ? "invalid start byte"
                    : at + have >= bytes.size() ? "unexpected end of data"
                                                : "invalid continuation byte";
  return "'utf-8' codec can't decode " + positionText(bytes, at, have) + ": " + why;
}

static std::optional<std::string> decodeWithIconv(llvm::StringRef bytes, llvm::StringRef encoding,
                                                  std::string &out) {
  iconv_t handle = iconv_open("UTF-8", encoding.str().c_str());
  if (handle == iconv_t(-1)) return "unknown encoding: " + encoding.str();
  char buffer[4096];
  char *in = const_cast<char *>(bytes.data());
  size_t left = bytes.size();
  std::optional<std::string> error;
  while (left > 0) {
    char *to = buffer;
    size_t room = sizeof buffer;
    size_t done = iconv(handle, &in, &left, &to, &room);
    out.append(buffer, size_t(to - buffer));
    if (done == size_t(-1) && errno != E2BIG) {
      error = "'" + encoding.str() + "' codec can't decode " +
              positionText(bytes, size_t(in - bytes.data()), 1) + ": " +
              (errno == EINVAL ? "incomplete multibyte sequence" : "illegal multibyte sequence");
      break;
    }
  }
  iconv_close(handle);
  return error;
}

std::optional<std::string> coil::decodeBytes(llvm::StringRef bytes, llvm::StringRef encoding,
                                             std::string &out) {
  std::string normal = normalizeEncoding(encoding);
  if (normal == "utf-8") {
    size_t valid = validUtf8Prefix(bytes);
    if (valid != bytes.size()) return utf8Error(bytes, valid);
    out = bytes.str();
    return std::nullopt;
  }
  std::string lower = llvm::StringRef(normal).lower();
  if (lower == "iso-8859-1" || lower == "latin1" || lower == "l1") {
    out.reserve(bytes.size());
    for (char c : bytes) appendUtf8(out, uint8_t(c));
    return std::nullopt;
  }
  if (lower == "ascii" || lower == "us-ascii") {
    for (size_t i = 0; i < bytes.size(); ++i)
      if (uint8_t(bytes[i]) >= 0x80)
        return "'ascii' codec can't decode " + positionText(bytes, i, 1) + ": ordinal not in range(128)";
    out = bytes.str();
    return std::nullopt;
  }
  return decodeWithIconv(bytes, normal, out);
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
    size_t valid = validUtf8Prefix(out.text);
    if (valid != out.text.size()) return "(unicode error) " + utf8Error(out.text, valid);
    return std::nullopt;
  }
  std::string decoded;
  if (auto error = decodeBytes(bytes, out.encoding, decoded)) return error;
  translateNewlines(decoded, endLastLine, out);
  return std::nullopt;
}
