// UTF-16 and UTF-32, in either byte order.
#include "VM/Codecs/Encoders.h"

using namespace coil::vm;

namespace {

void putUnit(uint32_t unit, int size, bool big, ByteVector &out) {
  for (int i = 0; i < size; ++i) out.push_back(uint8_t(unit >> 8 * (big ? size - 1 - i : i)));
}

template <int kUnit> struct WideTarget {
  static constexpr const char *kReason = "surrogates not allowed";
  static constexpr bool kRuns = false;
  int byteOrder;
  const char *name() const {
    if (kUnit == 2) return byteOrder < 0 ? "utf-16-le" : byteOrder ? "utf-16-be" : "utf-16";
    return byteOrder < 0 ? "utf-32-le" : byteOrder ? "utf-32-be" : "utf-32";
  }
  Result<bool> put(char32_t c, ByteVector &out) {
    if (c - 0xd800 < 0x800) return false;
    if (kUnit == 2 && c >= 0x10000) {
      putUnit(0xd7c0 + (c >> 10), 2, byteOrder > 0, out);
      c = 0xdc00 | (c & 0x3ff);
    }
    putUnit(c, kUnit, byteOrder > 0, out);
    return true;
  }
  bool fits(llvm::ArrayRef<uint8_t> bytes) const { return bytes.size() % kUnit == 0; }
  bool replaces(char32_t c) const { return c < 0x80; }
};

template <int kUnit> Ref encodeWide(Thread &t, Str *s, llvm::StringRef errors, int byteOrder) {
  WideTarget<kUnit> target{byteOrder};
  ByteVector out;
  if (!byteOrder) putUnit(0xfeff, kUnit, false, out);
  return encodeWith(t, s, errors, target, out);
}

// The bytes of a decoding as units of its order.
class UnitReader {
public:
  DecodeErrors source;
  DecodeRequest &request;
  int64_t at = 0;
  StrBuilder out;
  int unit;
  bool big;

  UnitReader(Thread &t, DecodeRequest &request, int unit, const char *little, const char *bigName)
      : source(t, request.bytes, little, request.errors), request(request), unit(unit) {
    if (!request.byteOrder && source.size >= unit) {
      if (read(0, false) == 0xfeff)
        request.byteOrder = -1, at = unit;
      else if (read(0, true) == 0xfeff)
        request.byteOrder = 1, at = unit;
    }
    big = request.byteOrder > 0;
    if (big) source.setEncoding(bigName);
  }
  uint32_t read(int64_t offset, bool bigEndian) const {
    uint32_t value = 0;
    for (int i = 0; i < unit; ++i)
      value |= uint32_t(source.data[offset + i]) << 8 * (bigEndian ? unit - 1 - i : i);
    return value;
  }
  uint32_t read(int64_t offset) const { return read(offset, big); }
  int64_t left() const { return source.size - at; }
  Status fail(int64_t size, const char *reason) { return source.handle(at, at + size, reason, out, at); }
  Ref finish() {
    request.consumed = at;
    return out.finish();
  }
};

} // namespace

Ref coil::vm::encodeUtf16(Thread &t, Str *s, llvm::StringRef errors, int byteOrder) {
  return encodeWide<2>(t, s, errors, byteOrder);
}

Ref coil::vm::encodeUtf32(Thread &t, Str *s, llvm::StringRef errors, int byteOrder) {
  return encodeWide<4>(t, s, errors, byteOrder);
}

Ref coil::vm::decodeUtf16(Thread &t, DecodeRequest &request) {
  UnitReader r(t, request, 2, "utf-16-le", "utf-16-be");
  while (r.left()) {
    if (r.left() < 2) {
      if (!request.final) break;
      CHECK(r.fail(1, "truncated data"));
      continue;
    }
    uint32_t unit = r.read(r.at);
    if (unit - 0xd800 >= 0x800) {
      r.out.append(char32_t(unit));
      r.at += 2;
    } else if (unit >= 0xdc00) {
      CHECK(r.fail(2, "illegal encoding"));
    } else if (r.left() < 4) {
      if (!request.final) break;
      CHECK(r.fail(r.left(), "unexpected end of data"));
    } else if (uint32_t low = r.read(r.at + 2); low - 0xdc00 < 0x400) {
      r.out.append(char32_t(0x10000 + ((unit & 0x3ff) << 10) + (low & 0x3ff)));
      r.at += 4;
    } else {
      CHECK(r.fail(2, "illegal UTF-16 surrogate"));
    }
  }
  return r.finish();
}

Ref coil::vm::decodeUtf32(Thread &t, DecodeRequest &request) {
  UnitReader r(t, request, 4, "utf-32-le", "utf-32-be");
  while (r.left()) {
    if (r.left() < 4) {
      if (!request.final) break;
      CHECK(r.fail(r.left(), "truncated data"));
      continue;
    }
    uint32_t c = r.read(r.at);
    if (c - 0xd800 < 0x800) {
      CHECK(r.fail(4, "code point in surrogate code point range(0xd800, 0xe000)"));
    } else if (c > 0x10ffff) {
      CHECK(r.fail(4, "code point not in range(0x110000)"));
    } else {
      r.out.append(char32_t(c));
      r.at += 4;
    }
  }
  return r.finish();
}
