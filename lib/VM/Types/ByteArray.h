// bytearray: a mutable sequence of bytes.
#pragma once

#include "VM/Heap/Heap.h"
#include "VM/Types/Types.h"
#include "llvm/ADT/ArrayRef.h"

namespace coil::vm {

struct ByteArray : Object {
  uint8_t *block;    // owned; null until there was a byte
  uint8_t *start;    // the first byte; del b[:n] moves it instead of the others
  int64_t length;    // a NUL follows
  int64_t allocated; // bytes of `block`, as CPython counts them
  int64_t exports;   // buffers that others hold: while there are any, the size is fixed

  llvm::ArrayRef<uint8_t> bytes() const { return {start, size_t(length)}; }
};

using ByteArrayRef = ObjectRef<ByteArray>;
template <> inline Type &typeFor<ByteArray>() { return types::ByteArray; }
inline bool isByteArray(Value v) { return isExactly(v, types::ByteArray) || isInstance(v, types::ByteArray); }

ByteArrayRef makeByteArray(llvm::ArrayRef<uint8_t> bytes);
// Gives `b` this length, new bytes uninitialised; BufferError while somebody holds its buffer.
Status resizeByteArray(Thread &t, ByteArray *b, int64_t length);

} // namespace coil::vm
