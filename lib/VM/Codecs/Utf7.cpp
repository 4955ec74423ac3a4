// UTF-7 (RFC 2152).
#include "VM/Codecs/Encoders.h"

using namespace coil::vm;

namespace {

constexpr char kDigits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

int digitOf(char32_t c) {
  const char *found = c && c < 128 ? static_cast<const char *>(memchr(kDigits, int(c), 64)) : nullptr;
  return found ? int(found - kDigits) : -1;
}

bool encodesItself(char32_t c) {
  return c == '\t' || c == '\n' || c == '\r' || (c >= ' ' && c < 127 && c != '+' && c != '\\' && c != '~');
}

class Encoder {
  ByteVector out;
  uint32_t buffer = 0;
  int bits = 0;
  bool shifted = false;

public:
  Ref run(Str *s) {
    for (int64_t i = 0; i < s->length; ++i) put(s->at(i));
    flush();
    if (shifted) out.push_back('-');
    return makeBytes(out);
  }

private:
  void put(char32_t c) {
    if (encodesItself(c)) {
      flush();
      if (shifted && (digitOf(c) >= 0 || c == '-')) out.push_back('-');
      shifted = false;
      out.push_back(uint8_t(c));
    } else if (!shifted && c == '+') {
      out.append({'+', '-'});
    } else {
      if (!shifted) out.push_back('+');
      shifted = true;
      if (c >= 0x10000) putUnit(0xd7c0 + (c >> 10));
      putUnit(c >= 0x10000 ? 0xdc00 | (c & 0x3ff) : c);
    }
  }
  void putUnit(uint32_t unit) {
    buffer = buffer << 16 | unit;
    for (bits += 16; bits >= 6; bits -= 6) out.push_back(uint8_t(kDigits[buffer >> (bits - 6) & 63]));
    buffer &= (1u << bits) - 1;
  }
  void flush() {
    if (bits) out.push_back(uint8_t(kDigits[buffer << (6 - bits) & 63]));
    bits = 0;
    buffer = 0;
  }
};

class Decoder {
  DecodeErrors source;
  DecodeRequest &request;
  StrBuilder out;
  int64_t at = 0, start = 0; // `start`: of what an error is about
  int64_t shiftedLength = 0; // of the result when the shift began
  uint32_t buffer = 0;
  int bits = 0;
  char32_t surrogate = 0;
  bool shifted = false;
  const char *error = nullptr;

public:
  Decoder(Thread &t, DecodeRequest &request)
      : source(t, request.bytes, "utf7", request.errors), request(request) {}

  Ref run() {
    do {
      while (at < source.size) {
        error = nullptr;
        shifted ? readShifted(source.data[at]) : readDirect(source.data[at]);
        if (error) CHECK(source.handle(start, at, error, out, at));
      }
      if (!shifted || !request.final || !unterminated()) break;
      shifted = false;
      CHECK(source.handle(start, source.size, "unterminated shift sequence", out, at));
    } while (at < source.size);
    request.consumed = at;
    StrRef text = out.finish();
    if (request.final || !shifted) return text;
    request.consumed = start; // an open shift is decoded anew with what follows
    return substring(text, 0, shiftedLength);
  }

private:
  bool unterminated() const { return surrogate || bits >= 6 || (bits > 0 && buffer); }

  void readShifted(uint8_t c) {
    int digit = digitOf(c);
    if (digit >= 0) {
      ++at;
      buffer = buffer << 6 | uint32_t(digit);
      if ((bits += 6) >= 16) takeUnit();
      return;
    }
    shifted = false;
    if (bits >= 6 || (bits > 0 && buffer)) {
      ++at;
      error = bits >= 6 ? "partial character in base64 sequence" : "non-zero padding bits in shift sequence";
      return;
    }
    if (surrogate && c < 128 && c != '+') out.append(surrogate);
    surrogate = 0;
    if (c == '-') ++at;
  }

  void takeUnit() {
    bits -= 16;
    char32_t unit = buffer >> bits & 0xffff;
    buffer &= (1u << bits) - 1;
    if (surrogate) {
      char32_t high = surrogate;
      surrogate = 0;
      if (unit - 0xdc00 < 0x400) {
        out.append(0x10000 + ((high & 0x3ff) << 10) + (unit & 0x3ff));
        return;
      }
      out.append(high);
    }
    if (unit - 0xd800 < 0x400)
      surrogate = unit;
    else
      out.append(unit);
  }

  void readDirect(uint8_t c) {
    ++at;
    if (c < 128 && c != '+') {
      out.append(char32_t(c));
      return;
    }
    start = at - 1;
    if (c != '+') {
      error = "unexpected special character";
    } else if (at < source.size && source.data[at] == '-') {
      ++at;
      out.append(U'+');
    } else if (at < source.size && digitOf(source.data[at]) < 0) {
      ++at;
      error = "ill-formed sequence";
    } else {
      shifted = true;
      surrogate = 0;
      bits = 0;
      buffer = 0;
      shiftedLength = out.length();
    }
  }
};

} // namespace

Ref coil::vm::encodeUtf7(Str *s) { return Encoder().run(s); }
Ref coil::vm::decodeUtf7(Thread &t, DecodeRequest &request) { return Decoder(t, request).run(); }
