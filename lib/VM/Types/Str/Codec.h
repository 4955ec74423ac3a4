// str.encode and bytes.decode: the native encodings directly, all others through the registry (VM/Codecs).
#pragma once

#include "VM/Types/Bytes.h"
#include "VM/Types/Str.h"

namespace coil::vm {

// s.encode(encoding, errors), names in any spelling that CPython knows.
Ref encodeStr(Thread &t, Str *s, llvm::StringRef encoding, llvm::StringRef errors);
// bytes.decode(encoding, errors); the bytes must stay where they are.
Ref decodeBytes(Thread &t, llvm::ArrayRef<uint8_t> bytes, llvm::StringRef encoding, llvm::StringRef errors);

// The encodings that have no state but an incomplete sequence at the end, and no mark at the start.
enum class Codec { Unknown, Utf8, Ascii, Latin1 };
Codec findCodec(llvm::StringRef name);
// In lower case, what is neither letter, digit nor dot as single underscores.
std::string normalizeEncoding(llvm::StringRef name);

} // namespace coil::vm
