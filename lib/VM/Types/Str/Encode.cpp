// str.encode: UTF-8, ASCII and Latin-1, and the handlers of encoding errors.
#include "Support/Unicode.h"
#include "VM/Protocol/Protocol.h"
#include "VM/Types/Int/Int.h"
#include "VM/Types/Str/Codec.h"
#include "VM/Types/Str/FormatMethod.h"
#include "VM/Types/Str/StrMethods.h"
#include "llvm/ADT/StringSwitch.h"

using namespace coil::vm;

Codec coil::vm::findCodec(llvm::StringRef name) {
  std::string normal;
  for (char c : name) normal += c == '-' || c == ' ' ? '_' : c >= 'A' && c <= 'Z' ? char(c | 0x20) : c;
  return llvm::StringSwitch<Codec>(normal)
      .Cases("utf_8", "utf8", "u8", "utf", "utf8_ucs2", "utf8_ucs4", "cp65001", Codec::Utf8)
      .Cases("ascii", "us_ascii", "646", "ansi_x3.4_1968", "us", "iso646_us", Codec::Ascii)
      .Cases("latin_1", "latin1", "latin", "l1", "iso_8859_1", "iso8859_1", "iso8859", "8859", "cp819",
             Codec::Latin1)
      .Default(Codec::Unknown);
}

namespace {

using ByteBuffer = llvm::SmallVector<char, 128>;

class Encoder {
  Thread &t;
  Str *s;
  Codec codec;
  llvm::StringRef errors;
  ByteBuffer out;

public:
  Encoder(Thread &t, Str *s, Codec codec, llvm::StringRef errors)
      : t(t), s(s), codec(codec), errors(errors) {}

  Ref run() {
    out.reserve(s->length);
    for (int64_t i = 0; i < s->length;) {
      char32_t c = s->at(i);
      if (encodes(c)) {
        put(c);
        ++i;
        continue;
      }
      int64_t end = i + 1;
      while (end < s->length && !encodes(s->at(end))) ++end;
      TRY(handle(i, end));
      i = end;
    }
    return makeBytes({reinterpret_cast<const uint8_t *>(out.data()), out.size()});
  }

private:
  bool encodes(char32_t c) const {
    switch (codec) {
    case Codec::Ascii: return c < 128;
    case Codec::Latin1: return c < 256;
    default: return c - 0xd800 >= 0x800;
    }
  }

  void put(char32_t c) {
    if (codec == Codec::Utf8)
      coil::unicode::appendUtf8(out, c);
    else
      out.push_back(char(c));
  }

  void put(llvm::StringRef ascii) { out.append(ascii.begin(), ascii.end()); }

  Failure fail(int64_t start, int64_t end) {
    const char *name = codec == Codec::Utf8 ? "utf-8" : codec == Codec::Ascii ? "ascii" : "latin-1";
    const char *reason = codec == Codec::Utf8    ? "surrogates not allowed"
                         : codec == Codec::Ascii ? "ordinal not in range(128)"
                                                 : "ordinal not in range(256)";
    Ref nameObject = makeStrAscii(name), reasonObject = makeStrAscii(reason), from = makeInt(start),
        to = makeInt(end);
    Ref error = call(t, Value(&types::UnicodeEncodeError),
                     {nameObject.get(), Value(s), from.get(), to.get(), reasonObject.get()});
    if (!error) return {};
    return raiseObject(t, error);
  }

  static std::string escaped(char32_t c) {
    char text[16];
    snprintf(text, sizeof text, c < 0x100 ? "\\x%02x" : c < 0x10000 ? "\\u%04x" : "\\U%08x", unsigned(c));
    return text;
  }

  // Does for the characters [start, end) what the error handler says.
  Status handle(int64_t start, int64_t end) {
    if (errors == "strict") return fail(start, end);
    if (errors == "ignore") return Status::ok();
    if (errors == "surrogateescape") {
      while (start < end && s->at(start) - 0xdc80 < 0x80) out.push_back(char(s->at(start++) & 0xff));
      return start == end ? Status::ok() : Status(fail(start, end));
    }
    if (errors == "surrogatepass") {
      if (codec != Codec::Utf8) return fail(start, end);
      for (; start < end; ++start) coil::unicode::appendUtf8(out, s->at(start));
      return Status::ok();
    }
    if (errors == "namereplace") return raiseNotImplemented(t, "the error handler 'namereplace'");
    for (; start < end; ++start) {
      if (errors == "replace")
        out.push_back('?');
      else if (errors == "backslashreplace")
        put(escaped(s->at(start)));
      else if (errors == "xmlcharrefreplace")
        put("&#" + std::to_string(uint32_t(s->at(start))) + ";");
      else
        return raise(t, types::LookupError, "unknown error handler name '%'", errors);
    }
    return Status::ok();
  }
};

// UTF-8 of text without surrogates; empty, without an exception, if there is one.
template <class Char> Ref encodeUtf8(const Char *from, int64_t n) {
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

Ref encodeUtf8(const Str *s) {
  switch (s->width) {
  case 1: return encodeUtf8(s->data1(), s->length);
  case 2: return encodeUtf8(s->data2(), s->length);
  default: return encodeUtf8(s->data4(), s->length);
  }
}

Ref strEncode(Thread &t, const Value *args) {
  TRY(needStr(t, args[1], "encode", "encoding"));
  TRY(needStr(t, args[2], "encode", "errors"));
  return encodeStr(t, selfStr(args), toUtf8(args[1].as<Str>()), toUtf8(args[2].as<Str>()));
}

} // namespace

Ref coil::vm::encodeStr(Thread &t, Str *s, llvm::StringRef encoding, llvm::StringRef errors) {
  Codec codec = findCodec(encoding);
  if (codec == Codec::Unknown) return raise(t, types::LookupError, "unknown encoding: %", encoding);
  if (s->ascii || (codec == Codec::Latin1 && s->width == 1))
    return makeBytes({s->data1(), size_t(s->length)});
  if (codec == Codec::Utf8)
    if (Ref bytes = encodeUtf8(s)) return bytes;
  return Encoder(t, s, codec, errors).run();
}

llvm::ArrayRef<NativeDef> coil::vm::strCodecMethods() {
  static const NativeDef kMethods[] = {
      {"encode", strEncode, "($self, /, encoding='utf-8', errors='strict')",
       "Encode the string using the codec registered for encoding."},
      {"format", strFormatMethod, "!($self, *args, **kwargs)", "S.format(*args, **kwargs) -> str"},
      {"format_map", strFormatMapMethod, "!($self, mapping, /)", "S.format_map(mapping) -> str"},
  };
  return kMethods;
}
