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

  llvm::ArrayRef<uint8_t> bytes() const { return {data, size_t(length)}; }
};

using BytesRef = ObjectRef<Bytes>;
template <> inline Type &typeFor<Bytes>() { return types::Bytes; }

BytesRef makeBytes(llvm::ArrayRef<uint8_t> bytes);

} // namespace coil::vm
