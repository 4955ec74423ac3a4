// The methods of bytes: their tables, and what they share.
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
// An argument that must be bytes: "a bytes-like object is required, not 'str'".
Status needBytes(Thread &t, Value v);

} // namespace coil::vm
