// Decoding and encoding by CPython's codecs.
#include "Support/Codecs.h"
#include "Support/Utf8.h"
#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/StringMap.h"
#include <cerrno>
#include <iconv.h>

using namespace coil;
using llvm::StringRef;

namespace {

constexpr uint32_t kUndefined = 0xFFFF;

struct Charmap {
  llvm::StringLiteral codec;
  uint16_t characters[256];
};

struct Exception {
  llvm::StringLiteral codec;
  uint16_t bytes;
  uint32_t character;
};

#define COIL_ALIAS(alias, codec)
#define COIL_CODEC(name, Kind, iconvName) {name, CodecKind::Kind, iconvName},
#define COIL_CHARMAP(codec, ...)
#define COIL_EXCEPTION(codec, bytes, character)
constexpr Codec kCodecs[] = {
#include "Support/CodecData.inc"
};

#define COIL_ALIAS(alias, codec)
#define COIL_CODEC(name, Kind, iconvName)
#define COIL_CHARMAP(codec, ...) {codec, {__VA_ARGS__}},
#define COIL_EXCEPTION(codec, bytes, character)
constexpr Charmap kCharmaps[] = {
#include "Support/CodecData.inc"
};

#define COIL_ALIAS(alias, codec)
#define COIL_CODEC(name, Kind, iconvName)
#define COIL_CHARMAP(codec, ...)
#define COIL_EXCEPTION(codec, bytes, character) {codec, bytes, character},
constexpr Exception kExceptions[] = {
#include "Support/CodecData.inc"
};

#define COIL_ALIAS(alias, codec) {alias, codec},
#define COIL_CODEC(name, Kind, iconvName)
#define COIL_CHARMAP(codec, ...)
#define COIL_EXCEPTION(codec, bytes, character)
constexpr struct {
  llvm::StringLiteral alias, codec;
} kAliases[] = {
#include "Support/CodecData.inc"
};

const uint16_t *charmapOf(const Codec &codec) {
  for (const Charmap &map : kCharmaps)
    if (map.codec == codec.name) return map.characters;
  return nullptr;
}

// An open conversion.
class Iconv {
public:
  Iconv(const char *to, const char *from) : handle(iconv_open(to, from)) {}
  ~Iconv() {
    if (ok()) iconv_close(handle);
  }
  Iconv(const Iconv &) = delete;
  Iconv &operator=(const Iconv &) = delete;
  bool ok() const { return handle != iconv_t(-1); }

  // Converts as much as it can and appends it; gives how many bytes it took. `error` is 0, EILSEQ or EINVAL.
  size_t convert(StringRef bytes, std::string &out, int &error) {
    iconv(handle, nullptr, nullptr, nullptr, nullptr);
    char *in = const_cast<char *>(bytes.data());
    size_t left = bytes.size();
    error = 0;
    for (bool flushed = false; !flushed;) {
      char buffer[4096];
      char *to = buffer;
      size_t room = sizeof buffer;
      flushed = left == 0;
      size_t done =
          flushed ? iconv(handle, nullptr, nullptr, &to, &room) : iconv(handle, &in, &left, &to, &room);
      int reason = errno;
      out.append(buffer, size_t(to - buffer));
      if (done != size_t(-1)) continue;
      if (reason == E2BIG) {
        flushed = false;
        continue;
      }
      error = reason;
      break;
    }
    return bytes.size() - left;
  }

private:
  iconv_t handle;
};

std::string failure(const Codec &codec, StringRef bytes, size_t at, size_t size, StringRef why) {
  return ("'" + codec.name + "' codec can't decode " + undecodable(bytes, at, size) + ": " + why).str();
}

std::optional<std::string> decodeAscii(StringRef bytes, std::string &out) {
  for (size_t i = 0; i < bytes.size(); ++i)
    if (uint8_t(bytes[i]) >= 0x80)
      return "'ascii' codec can't decode " + undecodable(bytes, i, 1) + ": ordinal not in range(128)";
  out = bytes.str();
  return std::nullopt;
}

std::optional<std::string> decodeCharmap(const Codec &codec, StringRef bytes, std::string &out) {
  const uint16_t *map = charmapOf(codec);
  for (size_t i = 0; i < bytes.size(); ++i) {
    uint32_t c = map[uint8_t(bytes[i])];
    if (c == kUndefined)
      return "'charmap' codec can't decode " + undecodable(bytes, i, 1) + ": character maps to <undefined>";
    appendUtf8(out, c);
  }
  return std::nullopt;
}

// One character from a byte above ASCII on.
class MultibyteDecoder {
public:
  explicit MultibyteDecoder(const Codec &codec) : codec(codec), converter("UTF-8", codec.iconvName.data()) {
    for (const Exception &e : kExceptions)
      if (e.codec == codec.name) exceptions[e.bytes] = e.character;
  }

  std::optional<std::string> decode(StringRef bytes, std::string &out) {
    if (!converter.ok()) return ("unknown encoding: " + codec.name).str();
    for (size_t at = 0; at < bytes.size();) {
      if (uint8_t(bytes[at]) < 0x80) {
        out += bytes[at++];
        continue;
      }
      int error;
      size_t size = take(bytes.substr(at, 4), out, error);
      if (error == EINVAL)
        return failure(codec, bytes, at, bytes.size() - at, "incomplete multibyte sequence");
      if (error) return failure(codec, bytes, at, 1, "illegal multibyte sequence");
      at += size;
    }
    return std::nullopt;
  }

private:
  size_t take(StringRef bytes, std::string &out, int &error) {
    for (size_t size = 1; size <= bytes.size(); ++size) {
      if (size <= 2) {
        uint32_t key = size == 1 ? uint8_t(bytes[0]) : uint32_t(uint8_t(bytes[0])) << 8 | uint8_t(bytes[1]);
        auto it = exceptions.find(key);
        if (it != exceptions.end()) {
          error = it->second ? 0 : EILSEQ;
          if (it->second) appendUtf8(out, it->second);
          return size;
        }
      }
      converter.convert(bytes.take_front(size), out, error);
      if (error != EINVAL) return size;
    }
    return bytes.size();
  }

  const Codec &codec;
  Iconv converter;
  llvm::DenseMap<uint32_t, uint32_t> exceptions;
};

std::optional<std::string> decodeStateful(const Codec &codec, StringRef bytes, std::string &out) {
  Iconv converter("UTF-8", codec.iconvName.data());
  if (!converter.ok()) return ("unknown encoding: " + codec.name).str();
  int error;
  size_t at = converter.convert(bytes, out, error);
  if (!error) return std::nullopt;
  if (codec.name == "utf_7")
    return "'utf7' codec can't decode " + undecodable(bytes, at, 1) + ": unexpected special character";
  return failure(codec, bytes, at, error == EINVAL ? bytes.size() - at : 1,
                 error == EINVAL ? "incomplete multibyte sequence" : "illegal multibyte sequence");
}

// UTF-16 and UTF-32. Without a mark they are little-endian, unless the name says other.
class WideDecoder {
public:
  WideDecoder(const Codec &codec, StringRef bytes)
      : unit(codec.kind == CodecKind::Utf16 ? 2 : 4), bytes(bytes), big(codec.name.ends_with("_be")) {
    if (codec.name.size() != StringRef("utf_16").size() || bytes.size() < unit) return;
    big = peek(0, true) == 0xFEFF;
    if (big || peek(0, false) == 0xFEFF) at = unit;
  }

  std::optional<std::string> decode(std::string &out) {
    while (at < bytes.size()) {
      if (bytes.size() - at < unit) return fail(bytes.size() - at, "truncated data");
      uint32_t c = peek(at, big);
      size_t size = unit;
      if (unit == 4 && c > 0x10FFFF) return fail(4, "code point not in range(0x110000)");
      if (unit == 4 && c >= 0xD800 && c < 0xE000)
        return fail(4, "code point in surrogate code point range(0xd800, 0xe000)");
      if (unit == 2 && c >= 0xDC00 && c < 0xE000) return fail(2, "illegal encoding");
      if (unit == 2 && c >= 0xD800 && c < 0xDC00) {
        if (bytes.size() - at < 4) return fail(bytes.size() - at, "unexpected end of data");
        uint32_t low = peek(at + 2, big);
        if (low < 0xDC00 || low >= 0xE000) return fail(2, "illegal UTF-16 surrogate");
        c = 0x10000 + ((c - 0xD800) << 10) + (low - 0xDC00);
        size = 4;
      }
      appendUtf8(out, c);
      at += size;
    }
    return std::nullopt;
  }

private:
  uint32_t peek(size_t from, bool bigEndian) const {
    uint32_t value = 0;
    for (size_t i = 0; i < unit; ++i)
      value |= uint32_t(uint8_t(bytes[from + i])) << 8 * (bigEndian ? unit - 1 - i : i);
    return value;
  }
  std::string fail(size_t size, StringRef why) const {
    return ("'utf-" + llvm::Twine(unit * 8) + (big ? "-be" : "-le") + "' codec can't decode " +
            undecodable(bytes, at, size) + ": " + why)
        .str();
  }

  const size_t unit;
  StringRef bytes;
  bool big;
  size_t at = 0;
};

} // namespace

const Codec *coil::findCodec(StringRef name) {
  static const llvm::StringMap<const Codec *> codecs = [] {
    llvm::StringMap<const Codec *> map;
    for (const Codec &codec : kCodecs) map[codec.name] = &codec;
    return map;
  }();
  static const llvm::StringMap<StringRef> aliases = [] {
    llvm::StringMap<StringRef> map;
    for (const auto &row : kAliases) map[row.alias] = row.codec;
    return map;
  }();
  // Letters, digits and dots stay; whatever else stands between them is one underscore.
  std::string normal;
  for (char c : name) {
    if (llvm::isAlnum(c) || c == '.')
      normal += llvm::toLower(c);
    else if (!normal.empty() && normal.back() != '_')
      normal += '_';
  }
  if (!normal.empty() && normal.back() == '_') normal.pop_back();
  std::string undotted = normal;
  std::replace(undotted.begin(), undotted.end(), '.', '_');
  auto alias = aliases.find(normal);
  if (alias == aliases.end()) alias = aliases.find(undotted);
  if (alias != aliases.end())
    if (const Codec *codec = codecs.lookup(alias->second)) return codec;
  return codecs.lookup(normal);
}

std::optional<std::string> coil::decodeWith(const Codec &codec, StringRef name, StringRef bytes,
                                            std::string &out) {
  out.clear();
  switch (codec.kind) {
  case CodecKind::Utf8: {
    if (codec.name == "utf_8_sig") bytes.consume_front("\xEF\xBB\xBF");
    size_t valid = validUtf8Prefix(bytes);
    if (valid != bytes.size()) return utf8Error(bytes, valid);
    out = bytes.str();
    return std::nullopt;
  }
  case CodecKind::Latin1:
    out.reserve(bytes.size());
    for (char c : bytes) appendUtf8(out, uint8_t(c));
    return std::nullopt;
  case CodecKind::Ascii: return decodeAscii(bytes, out);
  case CodecKind::Charmap: return decodeCharmap(codec, bytes, out);
  case CodecKind::Multibyte: return MultibyteDecoder(codec).decode(bytes, out);
  case CodecKind::Stateful: return decodeStateful(codec, bytes, out);
  case CodecKind::Utf16:
  case CodecKind::Utf32: return WideDecoder(codec, bytes).decode(out);
  case CodecKind::NotText:
    return ("'" + name + "' is not a text encoding; use codecs.decode() to handle arbitrary codecs").str();
  case CodecKind::Undefined:
    return ("decoding with '" + name + "' codec failed (UnicodeError: undefined encoding)").str();
  case CodecKind::Unserved: break;
  }
  return ("unknown encoding: " + name).str();
}

bool coil::encodeWith(const Codec &codec, StringRef utf8, std::string &out) {
  const uint16_t *map = codec.kind == CodecKind::Charmap ? charmapOf(codec) : nullptr;
  switch (codec.kind) {
  case CodecKind::Utf8: out += utf8; return true;
  case CodecKind::Multibyte:
  case CodecKind::Stateful: {
    Iconv converter(codec.iconvName.data(), "UTF-8");
    int error = 0;
    return converter.ok() && converter.convert(utf8, out, error) == utf8.size() && !error;
  }
  case CodecKind::Latin1:
  case CodecKind::Ascii:
  case CodecKind::Charmap: break;
  default: return false;
  }
  for (const char *p = utf8.begin(); p < utf8.end();) {
    uint32_t c = decodeUtf8(p, utf8.end());
    if (map) {
      const uint16_t *found = std::find(map, map + 256, c);
      if (found == map + 256 || c == kUndefined) return false;
      c = uint32_t(found - map);
    }
    if (c >= (codec.kind == CodecKind::Ascii ? 0x80u : 0x100u)) return false;
    out += char(c);
  }
  return true;
}

std::string coil::undecodable(StringRef bytes, size_t first, size_t size) {
  if (size > 1) return "bytes in position " + std::to_string(first) + "-" + std::to_string(first + size - 1);
  uint8_t c = uint8_t(bytes[first]);
  return std::string("byte 0x") + llvm::hexdigit(c >> 4, true) + llvm::hexdigit(c & 15, true) +
         " in position " + std::to_string(first);
}

std::string coil::utf8Error(StringRef bytes, size_t at) {
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
  return "'utf-8' codec can't decode " + undecodable(bytes, at, have) + ": " + why;
}

std::string coil::utf8Error(StringRef bytes) { return utf8Error(bytes, validUtf8Prefix(bytes)); }
