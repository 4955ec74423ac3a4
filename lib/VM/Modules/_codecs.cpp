// _codecs: the codec registry and the native encodings as functions. They live in VM/Codecs.
#include "VM/Codecs/Codecs.h"
#include "VM/Codecs/EncodingMap.h"
#include "VM/Exceptions/Warnings.h"
#include "VM/Modules/Modules.h"
#include "VM/Protocol/Buffer.h"
#include "VM/Types/BytesMethods.h"
#include "VM/Types/Int/Int.h"
#include "VM/Types/Str/StrMethods.h"
#include "VM/Types/Str/TextArguments.h"
#include "VM/Types/Tuple.h"

using namespace coil::vm;

namespace {

// --- arguments and results ---------------------------------------------------------------------------------

Status readErrors(Thread &t, const char *function, Value v, std::string &errors) {
  errors = "strict";
  if (v.isNone()) return Status::ok();
  if (!isStr(v))
    return raise(t, types::TypeError, "%() argument 2 must be str or None, not %", function,
                 argumentTypeName(v));
  errors = toUtf8(v.as<Str>());
  return Status::ok();
}

// The bytes of a decoder's data; text counts as its UTF-8 where a str may be given.
Status openData(Thread &t, Value v, bool allowText, Buffer &buffer) {
  Ref source = Ref::share(v);
  if (allowText && isStr(v)) source = TRY(encodeUtf8(t, v.as<Str>(), "strict"));
  return buffer.open(t, source);
}

Ref pair(Ref value, int64_t size) {
  Ref number = makeInt(size);
  return packTuple(value.get(), number.get());
}

// --- encoders and decoders ---------------------------------------------------------------------------------

template <class Encode> Ref encoded(Thread &t, const char *name, const Value *args, Encode &&encode) {
  std::string errors;
  TRY(needStr(t, args[0], name, 1));
  TRY(readErrors(t, name, args[1], errors));
  auto *s = args[0].as<Str>();
  return pair(TRY(encode(s, llvm::StringRef(errors))), s->length);
}

// `final` is empty for those that are never stateful.
template <class Decode>
Ref decoded(Thread &t, const char *name, const Value *args, Value final, bool allowText, Decode &&decode) {
  std::string errors;
  Buffer buffer;
  TRY(openData(t, args[0], allowText, buffer));
  TRY(readErrors(t, name, args[1], errors));
  DecodeRequest request{buffer.bytes(), errors};
  request.final = final.empty() || TRY(truth(t, final));
  request.consumed = buffer.size();
  Ref text = TRY(decode(request));
  return pair(std::move(text), request.consumed);
}

#define ENCODER(name, ...)                                                                                   \
  Ref name##_encode(Thread &t, const Value *args) {                                                          \
    return encoded(t, #name "_encode", args, [&](Str *s, llvm::StringRef errors) { return __VA_ARGS__; });   \
  }
#define DECODER(name, final, allowText, ...)                                                                 \
  Ref name##_decode(Thread &t, const Value *args) {                                                          \
    return decoded(t, #name "_decode", args, final, allowText,                                               \
                   [&](DecodeRequest &request) -> Ref { __VA_ARGS__; });                                     \
  }

ENCODER(utf_8, encodeUtf8(t, s, errors))
ENCODER(utf_7, encodeUtf7(s))
ENCODER(utf_16_le, encodeUtf16(t, s, errors, -1))
ENCODER(utf_16_be, encodeUtf16(t, s, errors, 1))
ENCODER(utf_32_le, encodeUtf32(t, s, errors, -1))
ENCODER(utf_32_be, encodeUtf32(t, s, errors, 1))
ENCODER(latin_1, encodeLatin1(t, s, errors))
ENCODER(ascii, encodeAscii(t, s, errors))
ENCODER(unicode_escape, encodeUnicodeEscape(s))
ENCODER(raw_unicode_escape, encodeRawUnicodeEscape(s))
ENCODER(charmap, encodeCharmap(t, s, errors, args[2]))

Ref utf_16_encode(Thread &t, const Value *args) {
  int order = TRY(intArgument(t, args[2]));
  return encoded(t, "utf_16_encode", args,
                 [&](Str *s, llvm::StringRef errors) { return encodeUtf16(t, s, errors, order); });
}
Ref utf_32_encode(Thread &t, const Value *args) {
  int order = TRY(intArgument(t, args[2]));
  return encoded(t, "utf_32_encode", args,
                 [&](Str *s, llvm::StringRef errors) { return encodeUtf32(t, s, errors, order); });
}

DECODER(utf_8, args[2], false, return decodeUtf8(t, request))
DECODER(utf_7, args[2], false, return decodeUtf7(t, request))
DECODER(utf_16, args[2], false, return decodeUtf16(t, request))
DECODER(utf_16_le, args[2], false, request.byteOrder = -1; return decodeUtf16(t, request))
DECODER(utf_16_be, args[2], false, request.byteOrder = 1; return decodeUtf16(t, request))
DECODER(utf_32, args[2], false, return decodeUtf32(t, request))
DECODER(utf_32_le, args[2], false, request.byteOrder = -1; return decodeUtf32(t, request))
DECODER(utf_32_be, args[2], false, request.byteOrder = 1; return decodeUtf32(t, request))
DECODER(latin_1, Value(), false, return makeStrLatin1(request.bytes))
DECODER(ascii, Value(), false, return decodeAscii(t, request))
DECODER(unicode_escape, args[2], true, return decodeUnicodeEscape(t, request))
DECODER(raw_unicode_escape, args[2], true, return decodeRawUnicodeEscape(t, request))
DECODER(charmap, Value(), false, return decodeCharmap(t, request, args[2]))

// (text, consumed, byte order)
template <Ref (*kDecode)(Thread &, DecodeRequest &)>
Ref decodeEx(Thread &t, const char *name, const Value *args) {
  std::string errors;
  Buffer buffer;
  TRY(openData(t, args[0], false, buffer));
  TRY(readErrors(t, name, args[1], errors));
  DecodeRequest request{buffer.bytes(), errors};
  request.byteOrder = TRY(intArgument(t, args[2]));
  request.final = TRY(truth(t, args[3]));
  Ref text = TRY(kDecode(t, request)), consumed = makeInt(request.consumed),
      order = makeInt(request.byteOrder);
  return packTuple(text.get(), consumed.get(), order.get());
}
Ref utf_16_ex_decode(Thread &t, const Value *args) {
  return decodeEx<decodeUtf16>(t, "utf_16_ex_decode", args);
}
Ref utf_32_ex_decode(Thread &t, const Value *args) {
  return decodeEx<decodeUtf32>(t, "utf_32_ex_decode", args);
}

Ref charmap_build(Thread &t, const Value *args) {
  TRY(needStr(t, args[0], "charmap_build", 0));
  return buildCharmap(t, args[0].as<Str>());
}

Ref readbuffer_encode(Thread &t, const Value *args) {
  std::string errors;
  Buffer buffer;
  TRY(openData(t, args[0], true, buffer));
  TRY(readErrors(t, "readbuffer_encode", args[1], errors));
  return pair(makeBytes(buffer.bytes()), buffer.size());
}

// --- escapes in bytes --------------------------------------------------------------------------------------

Ref escape_encode(Thread &t, const Value *args) {
  if (!isBytes(args[0]))
    return raise(t, types::TypeError, "escape_encode() argument 1 must be bytes, not %",
                 args[0].isNone() ? llvm::StringRef("None") : argumentTypeName(args[0]));
  std::string out;
  for (uint8_t c : args[0].as<Bytes>()->bytes()) {
    if (c == '\'') { // a literal would not need it
      out += "\\'";
      continue;
    }
    std::string literal = bytesLiteral(c, false);
    out += literal.substr(2, literal.size() - 3);
  }
  return pair(makeBytes({reinterpret_cast<const uint8_t *>(out.data()), out.size()}),
              args[0].as<Bytes>()->length);
}

class BytesEscapeReader {
  Thread &t;
  llvm::ArrayRef<uint8_t> in;
  llvm::StringRef errors;
  size_t at = 0;
  llvm::SmallVector<uint8_t, 64> out;
  std::string suspect; // the first invalid escape

public:
  BytesEscapeReader(Thread &t, llvm::ArrayRef<uint8_t> in, llvm::StringRef errors)
      : t(t), in(in), errors(errors) {}

  Ref read() {
    while (at < in.size()) {
      uint8_t c = in[at++];
      if (c != '\\')
        out.push_back(c);
      else if (at == in.size())
        return raise(t, types::ValueError, "Trailing \\ in string");
      else
        CHECK(readEscape(in[at++]));
    }
    if (!suspect.empty()) CHECK(warnInvalidEscape(t, suspect));
    return makeBytes(out);
  }

private:
  static int hex(uint8_t c) { return llvm::isHexDigit(char(c)) ? int(llvm::hexDigitValue(char(c))) : -1; }

  Status readEscape(uint8_t c) {
    static constexpr llvm::StringLiteral kFrom = "\\'\"bftnrva", kTo = "\\'\"\b\f\t\n\r\v\a";
    if (c == '\n') return Status::ok();
    if (c == 'x') return readHex();
    if (size_t i = kFrom.find(char(c)); i != llvm::StringRef::npos) {
      out.push_back(uint8_t(kTo[i]));
    } else if (c >= '0' && c <= '7') {
      unsigned code = c - '0';
      size_t start = at - 1;
      for (int i = 0; i < 2 && at < in.size() && (in[at] & 0xf8) == '0'; ++i)
        code = code << 3 | (in[at++] - '0');
      if (code > 0377 && suspect.empty()) suspect = llvm::toStringRef(in.slice(start, 3)).str();
      out.push_back(uint8_t(code));
    } else {
      if (suspect.empty()) suspect = std::string(1, char(c));
      out.push_back('\\');
      --at; // the character is then taken as it is
      out.push_back(in[at++]);
    }
    return Status::ok();
  }

  Status readHex() {
    int high = at < in.size() ? hex(in[at]) : -1, low = at + 1 < in.size() ? hex(in[at + 1]) : -1;
    if (high >= 0 && low >= 0) {
      out.push_back(uint8_t(high << 4 | low));
      at += 2;
      return Status::ok();
    }
    if (errors == "strict") return raise(t, types::ValueError, "invalid \\x escape at position %", at - 2);
    if (errors == "replace")
      out.push_back('?');
    else if (errors != "ignore")
      return raise(t, types::ValueError, "decoding error; unknown error handling code: %", errors);
    if (high >= 0) ++at; // one digit alone is dropped, too
    return Status::ok();
  }
};

Ref escape_decode(Thread &t, const Value *args) {
  std::string errors;
  Buffer buffer;
  TRY(openData(t, args[0], true, buffer));
  TRY(readErrors(t, "escape_decode", args[1], errors));
  return pair(TRY(BytesEscapeReader(t, buffer.bytes(), errors).read()), buffer.size());
}

// --- the registry ------------------------------------------------------------------------------------------

Status readName(Thread &t, Value v, const char *function, std::string &name) {
  TRY(needStr(t, v, function, 0));
  name = TRY(cText(t, v));
  return Status::ok();
}

Ref codecsRegister(Thread &t, const Value *args) {
  TRY(registerCodecSearch(t, args[0]));
  return Ref::none();
}
Ref codecsUnregister(Thread &t, const Value *args) {
  TRY(unregisterCodecSearch(t, args[0]));
  return Ref::none();
}
Ref codecsLookup(Thread &t, const Value *args) {
  std::string name;
  TRY(readName(t, args[0], "lookup", name));
  return lookupCodec(t, name);
}
Ref codecsEncode(Thread &t, const Value *args) {
  TRY(needStr(t, args[1], "encode", "encoding"));
  TRY(needStr(t, args[2], "encode", "errors"));
  return encodeWithCodec(t, args[0], toUtf8(args[1].as<Str>()), args[2], false);
}
Ref codecsDecode(Thread &t, const Value *args) {
  TRY(needStr(t, args[1], "decode", "encoding"));
  TRY(needStr(t, args[2], "decode", "errors"));
  return decodeWithCodec(t, args[0], toUtf8(args[1].as<Str>()), args[2], false);
}
Ref codecsRegisterError(Thread &t, const Value *args) {
  TRY(needStr(t, args[0], "register_error", 1));
  TRY(registerErrorHandler(t, args[0].as<Str>(), args[1]));
  return Ref::none();
}
Ref codecsLookupError(Thread &t, const Value *args) {
  std::string name;
  TRY(readName(t, args[0], "lookup_error", name));
  return lookupErrorHandler(t, name);
}

constexpr const char *kStr = "($module, str, errors=None, /)";
constexpr const char *kData = "($module, data, errors=None, /)";
constexpr const char *kStateful = "($module, data, errors=None, final=False, /)";
constexpr const char *kFinal = "($module, data, errors=None, final=True, /)";
constexpr const char *kOrdered = "($module, str, errors=None, byteorder=0, /)";
constexpr const char *kEx = "($module, data, errors=None, byteorder=0, final=False,\n                 /)";

#define ROW(name, signature) {#name, name, signature, nullptr}

NativeDef kFunctions[] = {
    {"register", codecsRegister, "($module, search_function, /)",
     "Add a search function for codecs. It is called with an encoding's normalized name and\n"
     "returns a CodecInfo, or None if it has no such codec."},
    {"unregister", codecsUnregister, "($module, search_function, /)",
     "Remove a search function and forget all codecs found so far.\n"
     "Nothing happens if it was not registered."},
    {"lookup", codecsLookup, "($module, encoding, /)",
     "Find the codec of an encoding by name; LookupError if there is none.\n"
     "What comes back is its CodecInfo."},
    {"encode", codecsEncode, "($module, /, obj, encoding='utf-8', errors='strict')",
     "Encode obj with the named codec, which need not make bytes of a str.\n"
     "errors names the handler for what cannot be encoded; 'strict', the default, raises."},
    {"decode", codecsDecode, "($module, /, obj, encoding='utf-8', errors='strict')",
     "Decode obj with the named codec, which need not make a str of bytes.\n"
     "errors names the handler for what cannot be decoded; 'strict', the default, raises."},
    {"register_error", codecsRegisterError, "($module, errors, handler, /)",
     "Make handler the error handler of that name. It is called with the UnicodeError and\n"
     "returns (replacement, position to go on from), or raises."},
    {"lookup_error", codecsLookupError, "($module, name, /)",
     "lookup_error(name): the error handler of that name; LookupError if there is none."},
    ROW(escape_encode, kData),
    ROW(escape_decode, kData),
    ROW(utf_8_encode, kStr),
    ROW(utf_8_decode, kStateful),
    ROW(utf_7_encode, kStr),
    ROW(utf_7_decode, kStateful),
    ROW(utf_16_encode, kOrdered),
    ROW(utf_16_le_encode, kStr),
    ROW(utf_16_be_encode, kStr),
    ROW(utf_16_decode, kStateful),
    ROW(utf_16_le_decode, kStateful),
    ROW(utf_16_be_decode, kStateful),
    ROW(utf_16_ex_decode, kEx),
    ROW(utf_32_encode, kOrdered),
    ROW(utf_32_le_encode, kStr),
    ROW(utf_32_be_encode, kStr),
    ROW(utf_32_decode, kStateful),
    ROW(utf_32_le_decode, kStateful),
    ROW(utf_32_be_decode, kStateful),
    ROW(utf_32_ex_decode, kEx),
    ROW(unicode_escape_encode, kStr),
    ROW(unicode_escape_decode, kFinal),
    ROW(raw_unicode_escape_encode, kStr),
    ROW(raw_unicode_escape_decode, kFinal),
    ROW(latin_1_encode, kStr),
    ROW(latin_1_decode, kData),
    ROW(ascii_encode, kStr),
    ROW(ascii_decode, kData),
    ROW(charmap_encode, "($module, str, errors=None, mapping=None, /)"),
    ROW(charmap_decode, "($module, data, errors=None, mapping=None, /)"),
    ROW(charmap_build, "($module, map, /)"),
    ROW(readbuffer_encode, kData),
};

const ModuleType kTypes[] = {{encodingMapType, kEncodingMapSpec, types::Object, false}};

} // namespace

const ModuleSpec coil::vm::kCodecsModule = {
    .name = "_codecs", .doc = nullptr, .functions = kFunctions, .types = kTypes};
