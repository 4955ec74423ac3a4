// What the files of mmap share.
#pragma once

#include "VM/Modules/Modules.h"
#include "VM/Protocol/Protocol.h"

namespace coil::vm {

namespace types {
extern vm::Type MMap, MMapIterator;
}
extern const TypeSpec kMMapSpec, kMMapIteratorSpec;

namespace memorymap {

enum Access { kDefault, kRead, kWrite, kCopy };

struct MMap : Object {
  uint8_t *data; // null once closed
  int64_t size, position, offset;
  int fd; // a duplicate; -1: anonymous memory
  int access;
  int64_t exports; // buffers that are in use
};

inline MMap *map(Value v) { return v.as<MMap>(); }
// The object, as long as it is open: "mmap closed or invalid".
Result<MMap *> opened(Thread &t, Value v);
// The same if it may be written to.
Result<MMap *> writable(Thread &t, Value v);
// "find() takes at least 1 argument (0 given)"; no keywords.
Status countArguments(Thread &t, const char *function, const CallArgs &args, size_t least, size_t most);

Ref mmapNew(Thread &t, Value, const CallArgs &args);
llvm::ArrayRef<NativeDef> methods();
// Items, slices, iteration and the buffer.
void fillAccess(Slots &slots);
void unmap(MMap *m);

} // namespace memorymap
} // namespace coil::vm
