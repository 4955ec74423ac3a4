// os.scandir: its iterator and the entries that it gives.
#pragma once

#include "VM/Bind/Native.h"

namespace coil::vm {

namespace types {
extern vm::Type ScandirIterator, DirEntry;
}
extern const TypeSpec kScandirIteratorSpec, kDirEntrySpec;

struct Path;
// An entry of the directory `path`; `type` is dirent's d_type.
Ref newDirEntry(const Path &path, llvm::StringRef name, uint64_t inode, unsigned char type);
// scandir(path=None)
Ref posixScandir(Thread &t, const Value *args);

} // namespace coil::vm
