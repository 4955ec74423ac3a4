// EncodingMap: which byte each character of a one-byte encoding is; made by charmap_build.
#pragma once

#include "VM/Bind/Native.h"
#include "llvm/ADT/DenseMap.h"

namespace coil::vm {

struct EncodingMap : Object {
  llvm::DenseMap<uint32_t, uint8_t> *bytes; // owned
  int64_t size;                             // what CPython's table takes
};

extern Type encodingMapType;
extern const TypeSpec kEncodingMapSpec;

} // namespace coil::vm
