// _io._BufferedIOBase: what buffered streams of bytes do alike.
#include "VM/Core/Names.h"
#include "VM/Modules/_io/IO.h"
#include "VM/Protocol/Buffer.h"
#include "VM/Types/Int/Int.h"
#include <cstring>

using namespace coil::vm;
using namespace coil::vm::io;

namespace {

Ref bufferedBaseDetach(Thread &t, const Value *) { return raiseUnsupported(t, "detach"); }
Ref bufferedBaseRead(Thread &t, const Value *) { return raiseUnsupported(t, "read"); }
Ref bufferedBaseRead1(Thread &t, const Value *) { return raiseUnsupported(t, "read1"); }
Ref bufferedBaseWrite(Thread &t, const Value *) { return raiseUnsupported(t, "write"); }

Ref readInto(Thread &t, const Value *args, Str *method) {
  Buffer room;
  CHECK(room.openWritable(t, args[1], method == names::read ? "readinto" : "readinto1", "argument"));
  Ref data = TRY(callMethod(t, args[0], method, {makeInt(room.size()).get()}));
  if (!isBytes(data)) return raise(t, types::TypeError, "read() should return bytes");
  llvm::ArrayRef<uint8_t> bytes = data.as<Bytes>()->bytes();
  if (int64_t(bytes.size()) > room.size())
    return raise(t, types::ValueError, "read() returned too much data: % bytes requested, % returned",
                 room.size(), bytes.size());
  if (!bytes.empty()) std::memcpy(room.data(), bytes.data(), bytes.size());
  return makeInt(int64_t(bytes.size()));
}
Ref bufferedBaseReadinto(Thread &t, const Value *args) { return readInto(t, args, names::read); }
Ref bufferedBaseReadinto1(Thread &t, const Value *args) { return readInto(t, args, names::read1); }

NativeDef kMethods[] = {
    {"detach", bufferedBaseDetach, "($self, /)",
     "Part with the raw stream below and return it; this object cannot be used any more."},
    {"read", bufferedBaseRead, "!v($self, *args)",
     "Read up to n bytes; all until the end of the file if n is None or negative. An empty\n"
     "result means the end of the file, and None that a raw stream which does not block has\n"
     "nothing yet. A raw stream may be read several times for one call."},
    {"read1", bufferedBaseRead1, "!v($self, *args)",
     "Read up to n bytes with at most one read of the raw stream, so that it waits at most once."},
    {"readinto", bufferedBaseReadinto, "($self, buffer, /)", nullptr},
    {"readinto1", bufferedBaseReadinto1, "($self, buffer, /)", nullptr},
    {"write", bufferedBaseWrite, "!v($self, *args)",
     "Take all bytes of b to be written and return how many they are.\n"
     "BlockingIOError if the buffer is full and the raw stream does not block."},
};

} // namespace

Type types::BufferedIOBase;

const TypeSpec coil::vm::kBufferedIOBaseSpec = {
    .name = "_io._BufferedIOBase",
    .flags = kTypeBase,
    .methods = kMethods,
    .doc = "The base of streams of bytes that keep a buffer. In contrast to raw ones their read()\n"
           "fetches all that is asked for, and their write() takes all that it gets.",
    .signature = "",
};
