// UTF-8, ASCII and Latin-1.
#include "VM/Codecs/Encoders.h"

using namespace coil::vm;

namespace {

// Appends UTF-8 of anything but surrogates.
struct Utf8Target {
  static constexpr const char *kReason = "surrogates not allowed";
  static constexpr bool kRuns = true;
  const char *name() const { return "utf-8"; }
  Result<bool> put(char32_t c, ByteVector &out) {
    if (c < 0x80) {
      out.push_back(uint8_t(c));
      return true;
    }
    if (c - 0xd800 < 0x800) return false;
    if (c < 0x800) {
      out.push_back(uint8_t(0xc0 | c >> 6));
    } else {
      if (c < 0x10000) {
        out.push_back(uint8_t(0xe0 | c >> 12));
      } else {
        out.push_back(uint8_t(0xf0 | c >> 18));
        out.push_back(uint8_t(0x80 | (c >> 12 & 0x3f)));
      }
      out.push_back(uint8_t(0x80 | (c >> 6 & 0x3f)));
    }
    out.push_back(uint8_t(0x80 | (c & 0x3f)));
    return true;
  }
  bool fits(llvm::ArrayRef<uint8_t>) const { return true; }
  bool replaces(char32_t c) const { return c < 0x80; }
};

template <char32_t kLimit> struct NarrowTarget {
  static constexpr const char *kReason =
      kLimit == 128 ? "ordinal not in range(128)" : "ordinal not in range(256)";
  static constexpr bool kRuns = true;
  const char *name() const { return kLimit == 128 ? "ascii" : "latin-1"; }
  Result<bool> put(char32_t c, ByteVector &out) {
    if (c >= kLimit) return false;
    out.push_back(uint8_t(c));
    return true;
  }
  bool fits(llvm::ArrayRef<uint8_t>) const { return true; }
  bool replaces(char32_t) const { return true; }
};

// UTF-8 of text without surrogates, sized before it is written; empty, without an exception, if there is one.
template <class Char> Ref encodeValid(const Char *from, int64_t n) {
  int64_t size = 0;
  for (int64_t i = 0; i < n; ++i) {
    uint32_t c = from[i];
    if (c - 0xd800 < 0x800) return {};
    size += c < 0x80 ? 1 : c < 0x800 ? 2 : c < 0x10000 ? 3 : 4;
  }
  BytesRef result = newBytes(size);
  uint8_t *to = result->data;
  for (int64_t i = 0; i < n; ++i) {
    uint32_t c = from[i];
    if (c < 0x80) {
      *to++ = uint8_t(c);
      continue;
    }
    if (c < 0x800) {
      *to++ = uint8_t(0xc0 | c >> 6);
    } else {
      if (c < 0x10000) {
        *to++ = uint8_t(0xe0 | c >> 12);
      } else {
        *to++ = uint8_t(0xf0 | c >> 18);
        *to++ = uint8_t(0x80 | (c >> 12 & 0x3f));
      }
      *to++ = uint8_t(0x80 | (c >> 6 & 0x3f));
    }
    *to++ = uint8_t(0x80 | (c & 0x3f));
  }
  return result;
}

Ref encodeValid(const Str *s) {
  switch (s->width) {
  case 1: return encodeValid(s->data1(), s->length);
  case 2: return encodeValid(s->data2(), s->length);
  default: return encodeValid(s->data4(), s->length);
  }
}

bool continues(uint8_t c) { return (c & 0xc0) == 0x80; }

// What the bytes at `p` begin with: a character and its size, or what is wrong with how many bytes.
// `missing`: they are right as far as they go.
struct Sequence {
  char32_t c = 0;
  int size = 1;
  const char *error = nullptr;
  bool missing = false;

  Sequence(const uint8_t *p, int64_t room) {
    uint8_t lead = p[0];
    if (lead < 0xc2 || lead >= 0xf5) {
      error = "invalid start byte";
      return;
    }
    int extra = lead < 0xe0 ? 1 : lead < 0xf0 ? 2 : 3;
    c = lead & (0x3f >> extra);
    for (int i = 1; i <= extra; ++i) {
      if (i >= room) {
        size = int(room);
        error = "unexpected end of data";
        missing = true;
        return;
      }
      bool bad = !continues(p[i]);
      if (i == 1) // overlong forms, surrogates, beyond the last code point
        bad |= (lead == 0xe0 && p[1] < 0xa0) || (lead == 0xed && p[1] >= 0xa0) ||
               (lead == 0xf0 && p[1] < 0x90) || (lead == 0xf4 && p[1] >= 0x90);
      if (bad) {
        size = i;
        error = "invalid continuation byte";
        // Two bytes of a surrogate may be what surrogatepass is waiting for.
        missing = lead == 0xed && i == 1 && room == 2 && continues(p[1]);
        return;
      }
      c = c << 6 | (p[i] & 0x3f);
    }
    size = extra + 1;
  }
};

} // namespace

Ref coil::vm::encodeUtf8(Thread &t, Str *s, llvm::StringRef errors) {
  if (s->ascii) return makeBytes({s->data1(), size_t(s->length)});
  if (Ref bytes = encodeValid(s)) return bytes;
  Utf8Target target;
  ByteVector out;
  return encodeWith(t, s, errors, target, out);
}

Ref coil::vm::encodeAscii(Thread &t, Str *s, llvm::StringRef errors) {
  if (s->ascii) return makeBytes({s->data1(), size_t(s->length)});
  NarrowTarget<128> target;
  ByteVector out;
  return encodeWith(t, s, errors, target, out);
}

Ref coil::vm::encodeLatin1(Thread &t, Str *s, llvm::StringRef errors) {
  if (s->width == 1) return makeBytes({s->data1(), size_t(s->length)});
  NarrowTarget<256> target;
  ByteVector out;
  return encodeWith(t, s, errors, target, out);
}

Ref coil::vm::decodeUtf8(Thread &t, DecodeRequest &request) {
  request.consumed = int64_t(request.bytes.size());
  StrRef narrow = makeStrLatin1(request.bytes);
  if (narrow->ascii) return narrow;
  DecodeErrors source(t, request.bytes, "utf-8", request.errors);
  StrBuilder out;
  int64_t i = 0;
  while (i < source.size) {
    int64_t start = i;
    while (i < source.size && source.data[i] < 128) ++i;
    out.appendAscii({reinterpret_cast<const char *>(source.data + start), size_t(i - start)});
    if (i == source.size) break;
    Sequence sequence(source.data + i, source.size - i);
    if (!sequence.error) {
      out.append(sequence.c);
      i += sequence.size;
      continue;
    }
    if (sequence.missing && !request.final) break;
    CHECK(source.handle(i, i + sequence.size, sequence.error, out, i));
  }
  if (!request.final) request.consumed = i; // of what a handler has made of the input
  return out.finish();
}

Ref coil::vm::decodeAscii(Thread &t, DecodeRequest &request) {
  StrRef narrow = makeStrLatin1(request.bytes);
  if (narrow->ascii) return narrow;
  DecodeErrors source(t, request.bytes, "ascii", request.errors);
  StrBuilder out;
  for (int64_t i = 0; i < source.size;) {
    if (source.data[i] < 128)
      out.append(char32_t(source.data[i++]));
    else
      CHECK(source.handle(i, i + 1, "ordinal not in range(128)", out, i));
  }
  return out.finish();
}
