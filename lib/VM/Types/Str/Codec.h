// The built-in text encodings: UTF-8, ASCII and Latin-1, with their error handlers.
#pragma once

#include "VM/Types/Bytes.h"
#include "VM/Types/Str.h"

namespace coil::vm {

// s.encode(encoding, errors), names in any spelling that CPython knows.
Ref encodeStr(Thread &t, Str *s, llvm::StringRef encoding, llvm::StringRef errors);
// bytes.decode(encoding, errors); the bytes must stay where they are.
Ref decodeBytes(Thread &t, llvm::ArrayRef<uint8_t> bytes, llvm::StringRef encoding, llvm::StringRef errors);

enum class Codec { Unknown, Utf8, Ascii, Latin1 };
Codec findCodec(llvm::StringRef name);

} // namespace coil::vm
