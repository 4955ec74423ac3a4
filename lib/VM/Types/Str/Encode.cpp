// str.encode and bytes.decode.
#include "VM/Codecs/Codecs.h"
#include "VM/Core/Runtime.h"
#include "VM/Exceptions/Warnings.h"
#include "VM/Protocol/Buffer.h"
#include "VM/Types/ByteArray.h"
#include "VM/Types/Str/Codec.h"
#include "VM/Types/Str/FormatMethod.h"
#include "VM/Types/Str/StrMethods.h"
#include "VM/Types/Str/TextArguments.h"
#include "llvm/ADT/StringSwitch.h"

using namespace coil::vm;

std::string coil::vm::normalizeEncoding(llvm::StringRef name) {
  std::string normal;
  bool gap = false;
  for (char c : name) {
    if (!llvm::isAlnum(c) && c != '.') {
      gap = true;
      continue;
    }
    if (gap && !normal.empty()) normal += '_';
    gap = false;
    normal += llvm::toLower(c);
  }
  return normal;
}

Codec coil::vm::findCodec(llvm::StringRef name) {
  return llvm::StringSwitch<Codec>(normalizeEncoding(name))
      .Cases("utf_8", "utf8", "u8", "utf", "cp65001", Codec::Utf8)
      .Cases("ascii", "us_ascii", "646", "ansi_x3.4_1968", "us", "iso646_us", Codec::Ascii)
      .Cases("latin_1", "latin1", "latin", "l1", "iso_8859_1", "iso8859_1", "iso8859", "8859", "cp819",
             Codec::Latin1)
      .Default(Codec::Unknown);
}

// 16 or 32 for those Unicode encodings; 0: it is neither.
static int wideEncoding(llvm::StringRef name) {
  return llvm::StringSwitch<int>(normalizeEncoding(name))
      .Cases("utf_16", "utf16", 16)
      .Cases("utf_32", "utf32", 32)
      .Default(0);
}

static Ref strEncode(Thread &t, const Value *args) {
  TRY(needStr(t, args[1], "encode", "encoding"));
  std::string encoding = TRY(cText(t, args[1]));
  TRY(needStr(t, args[2], "encode", "errors"));
  std::string errors = TRY(cText(t, args[2]));
  return encodeStr(t, selfStr(args), encoding, errors);
}

// What a codec of the registry makes of the text, which must be bytes.
static Ref encodeByRegistry(Thread &t, Str *s, llvm::StringRef encoding, llvm::StringRef errors) {
  StrRef errorsText = makeStr(errors);
  Ref result = TRY(encodeWithCodec(t, Value(s), encoding, errorsText, true));
  if (isBytes(result)) return result;
  if (isByteArray(result)) {
    CHECK(warn(t, types::RuntimeWarning,
               "encoder " + encoding.str() +
                   " returned bytearray instead of bytes; use codecs.encode() to encode to arbitrary types"));
    return makeBytes(result.as<ByteArray>()->bytes());
  }
  return raise(
      t, types::TypeError,
      "'%' encoder returned '%' instead of 'bytes'; use codecs.encode() to encode to arbitrary types",
      encoding, typeOf(result)->fullName());
}

static Ref decodeByRegistry(Thread &t, llvm::ArrayRef<uint8_t> bytes, llvm::StringRef encoding,
                            llvm::StringRef errors) {
  StrRef errorsText = makeStr(errors);
  BytesRef copy = makeBytes(bytes);
  Ref view = TRY(call(t, Value(&types::MemoryView), {Value(copy)}));
  Ref result = TRY(decodeWithCodec(t, view, encoding, errorsText, true));
  if (isStr(result)) return result;
  return raise(t, types::TypeError,
               "'%' decoder returned '%' instead of 'str'; use codecs.decode() to decode to arbitrary types",
               encoding, typeOf(result)->fullName());
}

// In development mode, names that nothing will ask for are looked up all the same.
static Status checkNames(Thread &t, llvm::StringRef encoding, llvm::StringRef errors) {
  static constexpr llvm::StringLiteral kEncodings[] = {"utf-8", "utf8", "ascii"};
  static constexpr llvm::StringLiteral kErrors[] = {"strict", "ignore", "replace", "surrogateescape",
                                                    "surrogatepass"};
  if (!runtime.options.devMode) return Status::ok();
  if (!llvm::is_contained(kEncodings, encoding)) CHECK(lookupCodec(t, encoding));
  if (!llvm::is_contained(kErrors, errors)) CHECK(lookupErrorHandler(t, errors));
  return Status::ok();
}

Ref coil::vm::encodeStr(Thread &t, Str *s, llvm::StringRef encoding, llvm::StringRef errors) {
  CHECK(checkNames(t, encoding, errors));
  switch (findCodec(encoding)) {
  case Codec::Utf8: return encodeUtf8(t, s, errors);
  case Codec::Ascii: return encodeAscii(t, s, errors);
  case Codec::Latin1: return encodeLatin1(t, s, errors);
  case Codec::Unknown:
    if (int bits = wideEncoding(encoding))
      return bits == 16 ? encodeUtf16(t, s, errors, 0) : encodeUtf32(t, s, errors, 0);
    return encodeByRegistry(t, s, encoding, errors);
  }
  llvm_unreachable("all codecs are handled");
}

Ref coil::vm::decodeBytes(Thread &t, llvm::ArrayRef<uint8_t> bytes, llvm::StringRef encoding,
                          llvm::StringRef errors) {
  CHECK(checkNames(t, encoding, errors));
  if (bytes.empty()) return emptyStr(); // whatever the names
  DecodeRequest request{bytes, errors};
  switch (findCodec(encoding)) {
  case Codec::Utf8: return decodeUtf8(t, request);
  case Codec::Ascii: return decodeAscii(t, request);
  case Codec::Latin1: return makeStrLatin1(bytes);
  case Codec::Unknown:
    if (int bits = wideEncoding(encoding))
      return bits == 16 ? decodeUtf16(t, request) : decodeUtf32(t, request);
    return decodeByRegistry(t, bytes, encoding, errors);
  }
  llvm_unreachable("all codecs are handled");
}

llvm::ArrayRef<NativeDef> coil::vm::strCodecMethods() {
  static const NativeDef kMethods[] = {
      {"encode", strEncode, "($self, /, encoding='utf-8', errors='strict')",
       "Encode to bytes. errors names the handler for characters that the encoding lacks."},
      {"format", strFormatMethod, "!($self, *args, **kwargs)",
       "format(*args, **kwargs): the string with the values of the arguments in place of its {fields}."},
      {"format_map", strFormatMapMethod, "!($self, mapping, /)",
       "format_map(mapping): the string with values of the mapping in place of its {fields}."},
  };
  return kMethods;
}
