// The methods of bytes and bytearray: their tables, and what they share.
#pragma once

#include "VM/Bind/Native.h"
#include "VM/Protocol/Protocol.h"
#include "VM/Types/Bytes.h"

namespace coil::vm {

// One table per theme, each in the file of its name.
llvm::ArrayRef<NativeDef> bytesSearchMethods();
llvm::ArrayRef<NativeDef> bytesSplitMethods();
llvm::ArrayRef<NativeDef> bytesTextMethods();

inline Bytes *selfBytes(const Value *args) { return args[0].as<Bytes>(); }
// The object itself if it is an exact bytes, else an exact copy.
Ref exactBytes(Bytes *b);

// b'...'; bytearray escapes an apostrophe between double quotes, too.
std::string bytesLiteral(llvm::ArrayRef<uint8_t> bytes, bool escapeApostrophe);
// `key in v` and `v * count`, v a bytes or bytearray.
Result<bool> bytesContain(Thread &t, Value v, Value key);
Ref repeatBytes(Thread &t, Value v, Value count);
// bytes.hex(sep, bytes_per_sep).
Ref hexOfBytes(Thread &t, llvm::ArrayRef<uint8_t> bytes, Value separatorOrEmpty, Value groupSize);
// The constructors' arguments: a text and how to encode it (empty: the defaults); a number of zeros (false:
// it is none); an iterable of ints; hexadecimal digits.
Ref encodedArgument(Thread &t, Value text, Value encoding, Value errors);
Result<bool> byteCount(Thread &t, Value source, int64_t &count);
Status collectBytes(Thread &t, Value iterable, const char *outOfRange, llvm::SmallVectorImpl<uint8_t> &out);
Status parseHex(Thread &t, Value text, llvm::SmallVectorImpl<uint8_t> &out);

} // namespace coil::vm
