// unicode_escape and raw_unicode_escape.
#include "Support/UnicodeNames.h"
#include "VM/Codecs/Encoders.h"
#include "VM/Exceptions/Warnings.h"

using namespace coil::vm;

namespace {

void putText(ByteVector &out, const char *format, char32_t c) {
  char text[16];
  int n = snprintf(text, sizeof text, format, unsigned(c));
  out.append(text, text + n);
}

int hexDigit(uint8_t c) {
  return c - '0' < 10u ? c - '0' : (c | 0x20) - 'a' < 6u && c != '@' ? (c | 0x20) - 'a' + 10 : -1;
}

// Decodes the escapes of one text; the bytes between them are Latin-1.
class EscapeReader {
  Thread &t;
  DecodeRequest &request;
  DecodeErrors source;
  StrBuilder out;
  bool raw;
  int64_t at = 0;
  std::string suspect; // the first invalid escape
  const char *error = nullptr;
  bool incomplete = false;

public:
  EscapeReader(Thread &t, DecodeRequest &request, bool raw)
      : t(t), request(request),
        source(t, request.bytes, raw ? "rawunicodeescape" : "unicodeescape", request.errors), raw(raw) {}

  Ref read() {
    while (at < source.size) {
      uint8_t c = source.data[at++];
      if (c != '\\' || (raw && at == source.size && request.final)) {
        out.append(char32_t(c));
        continue;
      }
      int64_t start = at - 1;
      error = nullptr;
      incomplete = false;
      readEscape();
      if (!error) continue;
      if (incomplete && !request.final) {
        at = start;
        break;
      }
      CHECK(source.handle(start, at, error, out, at));
    }
    request.consumed = at;
    if (!suspect.empty()) CHECK(warnInvalidEscape(t, suspect));
    return out.finish();
  }

private:
  void readEscape() {
    if (at == source.size) {
      error = "\\ at end of string";
      incomplete = true;
      return;
    }
    uint8_t c = source.data[at++];
    if (c == 'u') return readHex(4, "truncated \\uXXXX escape");
    if (c == 'U') return readHex(8, "truncated \\UXXXXXXXX escape");
    if (raw) {
      out.append(U'\\');
      out.append(char32_t(c));
      return;
    }
    readSimple(c);
  }

  void readSimple(uint8_t c) {
    static constexpr llvm::StringLiteral kFrom = "\\'\"bftnrva", kTo = "\\'\"\b\f\t\n\r\v\a";
    if (c == '\n') return;
    if (c == 'x') return readHex(2, "truncated \\xXX escape");
    if (c == 'N') return readName();
    if (size_t i = kFrom.find(char(c)); i != llvm::StringRef::npos) {
      out.append(char32_t(uint8_t(kTo[i])));
    } else if (c >= '0' && c <= '7') {
      int64_t start = at - 1;
      char32_t code = c - '0';
      for (int i = 0; i < 2 && at < source.size && (source.data[at] & 0xf8) == '0'; ++i)
        code = code << 3 | (source.data[at++] - '0');
      if (code > 0377 && suspect.empty()) suspect = text(start, 3);
      out.append(code);
    } else {
      if (suspect.empty()) suspect = text(at - 1, 1);
      out.append(U'\\');
      out.append(char32_t(c));
    }
  }

  std::string text(int64_t from, int64_t n) const {
    return {reinterpret_cast<const char *>(source.data + from), size_t(n)};
  }

  void readHex(int count, const char *message) {
    uint32_t c = 0;
    for (; count; --count, ++at) {
      int digit = at < source.size ? hexDigit(source.data[at]) : -1;
      if (digit < 0) {
        error = message;
        incomplete = at == source.size;
        return;
      }
      c = c << 4 | uint32_t(digit);
    }
    if (c > 0x10ffff)
      error = raw ? "\\Uxxxxxxxx out of range" : "illegal Unicode character";
    else
      out.append(char32_t(c));
  }

  void readName() {
    error = "malformed \\N character escape";
    incomplete = at == source.size;
    if (incomplete || source.data[at] != '{') return;
    int64_t start = ++at;
    while (at < source.size && source.data[at] != '}') ++at;
    incomplete = at == source.size;
    if (incomplete || at == start) return;
    uint32_t c;
    std::string name = text(start, at++ - start);
    if (!coil::unicode::lookupName(name, c)) {
      error = "unknown Unicode character name";
      return;
    }
    out.append(char32_t(c));
    error = nullptr;
  }
};

} // namespace

Status coil::vm::warnInvalidEscape(Thread &t, llvm::StringRef sequence) {
  const char *kind =
      sequence.size() == 3 ? "invalid octal escape sequence '\\" : "invalid escape sequence '\\";
  StrRef shown = makeStrLatin1({reinterpret_cast<const uint8_t *>(sequence.data()), sequence.size()});
  return warn(t, types::DeprecationWarning, kind + toUtf8(shown) + "'");
}

Ref coil::vm::decodeUnicodeEscape(Thread &t, DecodeRequest &request) {
  return EscapeReader(t, request, false).read();
}

Ref coil::vm::decodeRawUnicodeEscape(Thread &t, DecodeRequest &request) {
  return EscapeReader(t, request, true).read();
}

Ref coil::vm::encodeUnicodeEscape(Str *s) {
  ByteVector out;
  for (int64_t i = 0; i < s->length; ++i) {
    char32_t c = s->at(i);
    if (c == '\\' || c == '\t' || c == '\n' || c == '\r') {
      out.push_back('\\');
      out.push_back(c == '\\' ? '\\' : c == '\t' ? 't' : c == '\n' ? 'n' : 'r');
    } else if (c >= ' ' && c < 127) {
      out.push_back(uint8_t(c));
    } else {
      putText(out, c < 0x100 ? "\\x%02x" : c < 0x10000 ? "\\u%04x" : "\\U%08x", c);
    }
  }
  return makeBytes(out);
}

Ref coil::vm::encodeRawUnicodeEscape(Str *s) {
  ByteVector out;
  for (int64_t i = 0; i < s->length; ++i) {
    char32_t c = s->at(i);
    if (c < 0x100)
      out.push_back(uint8_t(c));
    else
      putText(out, c < 0x10000 ? "\\u%04x" : "\\U%08x", c);
  }
  return makeBytes(out);
}
