// What the files of bytearray share.
#pragma once

#include "VM/Bind/Native.h"
#include "VM/Protocol/Protocol.h"
#include "VM/Types/ByteArray.h"

namespace coil::vm {

// The methods that bytes does not have.
llvm::ArrayRef<NativeDef> byteArrayOwnMethods();

// BufferError while somebody holds the buffer.
Status checkResizable(Thread &t, ByteArray *b);
// Replaces b[from:to] by bytes that do not lie in `b`.
Status replaceBytes(Thread &t, ByteArray *b, int64_t from, int64_t to, llvm::ArrayRef<uint8_t> with);
// An int in range(256).
Result<uint8_t> byteValue(Thread &t, Value v);
inline Status appendByte(Thread &t, ByteArray *b, uint8_t byte) {
  return replaceBytes(t, b, b->length, b->length, byte);
}
// Appends a buffer's contents or an iterable's ints.
Status extendByteArray(Thread &t, ByteArray *b, Value source);

} // namespace coil::vm
