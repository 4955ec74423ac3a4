// bytes: an immutable sequence of bytes.
#pragma once

#include "VM/Heap/Heap.h"
#include "VM/Types/Types.h"
#include "llvm/ADT/ArrayRef.h"

namespace coil::vm {

struct Bytes : Object {
  int64_t length;
  int64_t hash; // -1: not computed
  uint8_t data[0];

  // The bytes behind the struct; whole words, because attributes may follow them.
  static size_t dataSize(int64_t length) { return (size_t(length) + 7) & ~size_t(7); }
  llvm::ArrayRef<uint8_t> bytes() const { return {data, size_t(length)}; }
};

using BytesRef = ObjectRef<Bytes>;
template <> inline Type &typeFor<Bytes>() { return types::Bytes; }

// `length` uninitialised bytes, for the caller to fill.
BytesRef newBytes(int64_t length);
// The same where somebody else says how many; MemoryError if there cannot be so many.
BytesRef tryNewBytes(Thread &t, int64_t length);
BytesRef makeBytes(llvm::ArrayRef<uint8_t> bytes);

// PyObject_Bytes: __bytes__, a buffer's contents, or an iterable of ints.
Ref bytesFrom(Thread &t, Value source);

// What -b warns of, and -bb refuses: text compared with bytes of type `kind`, and str() of them.
Status warnOfComparison(Thread &t, const char *kind, Value a, Value b, CompareOp op);
Status warnOfStr(Thread &t, const char *kind);

} // namespace coil::vm
