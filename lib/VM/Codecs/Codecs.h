// The native text encodings: one-shot and stateful. Encoders give bytes, decoders a str.
#pragma once

#include "VM/Codecs/ErrorHandlers.h"
#include "VM/Types/Bytes.h"
#include "llvm/ADT/ArrayRef.h"

namespace coil::vm {

// A decoding's input and outcome. Unless `final`, an incomplete sequence at the end is left over: `consumed`
// says how many bytes were taken.
struct DecodeRequest {
  llvm::ArrayRef<uint8_t> bytes;
  llvm::StringRef errors = "strict";
  bool final = true;
  int64_t consumed = 0;
  int byteOrder = 0; // of UTF-16 and UTF-32: -1 little, 1 big, 0 by a mark, which is then dropped
};

Ref encodeUtf8(Thread &t, Str *s, llvm::StringRef errors);
Ref encodeAscii(Thread &t, Str *s, llvm::StringRef errors);
Ref encodeLatin1(Thread &t, Str *s, llvm::StringRef errors);
// With a mark in front for byte order 0.
Ref encodeUtf16(Thread &t, Str *s, llvm::StringRef errors, int byteOrder);
Ref encodeUtf32(Thread &t, Str *s, llvm::StringRef errors, int byteOrder);
Ref encodeUtf7(Str *s);
Ref encodeUnicodeEscape(Str *s);
Ref encodeRawUnicodeEscape(Str *s);
Ref encodeCharmap(Thread &t, Str *s, llvm::StringRef errors, Value mapping);

Ref decodeUtf8(Thread &t, DecodeRequest &request);
Ref decodeAscii(Thread &t, DecodeRequest &request);
Ref decodeUtf16(Thread &t, DecodeRequest &request);
Ref decodeUtf32(Thread &t, DecodeRequest &request);
Ref decodeUtf7(Thread &t, DecodeRequest &request);
Ref decodeUnicodeEscape(Thread &t, DecodeRequest &request);
Ref decodeRawUnicodeEscape(Thread &t, DecodeRequest &request);
Ref decodeCharmap(Thread &t, DecodeRequest &request, Value mapping);

// The DeprecationWarning for an escape that means nothing: what stands behind the backslash, one byte or
// three octal digits.
Status warnInvalidEscape(Thread &t, llvm::StringRef sequence);

// The table that charmap_encode uses: an EncodingMap, or a dict where that is too small.
Ref buildCharmap(Thread &t, Str *table);

// --- Registry.cpp ---
Status registerCodecSearch(Thread &t, Value function);
Status unregisterCodecSearch(Thread &t, Value function);
// The codec's 4-tuple (a CodecInfo, mostly).
Ref lookupCodec(Thread &t, llvm::StringRef encoding);
// codecs.encode and codecs.decode: any object to any object. `textOnly`: str.encode and bytes.decode, which
// refuse codecs that are no text encodings.
Ref encodeWithCodec(Thread &t, Value object, llvm::StringRef encoding, Value errorsOrEmpty, bool textOnly);
Ref decodeWithCodec(Thread &t, Value object, llvm::StringRef encoding, Value errorsOrEmpty, bool textOnly);

} // namespace coil::vm
