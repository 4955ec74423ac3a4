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
     "Disconnect this buffer from its underlying raw stream and return it.\n\nAfter the raw stream has been "
     "detached, the buffer is in an unusable\nstate."},
    {"read", bufferedBaseRead, "!v($self, *args)",
     "Read and return up to n bytes.\n\nIf the argument is omitted, None, or negative, reads and\nreturns "
     "all data until EOF.\n\nIf the argument is positive, and the underlying raw stream is\nnot "
     "'interactive', multiple raw reads may be issued to satisfy\nthe byte count (unless EOF is reached "
     "first).  But for\ninteractive raw streams (as well as sockets and pipes), at most\none raw read will "
     "be issued, and a short result does not imply\nthat EOF is imminent.\n\nReturns an empty bytes object "
     "on EOF.\n\nReturns None if the underlying raw stream was open in non-blocking\nmode and no data is "
     "available at the moment.\n"},
    {"read1", bufferedBaseRead1, "!v($self, *args)",
     "Read and return up to n bytes, with at most one read() call\nto the underlying raw stream. A short "
     "result does not imply\nthat EOF is imminent.\n\nReturns an empty bytes object on EOF.\n"},
    {"readinto", bufferedBaseReadinto, "($self, buffer, /)", nullptr},
    {"readinto1", bufferedBaseReadinto1, "($self, buffer, /)", nullptr},
    {"write", bufferedBaseWrite, "!v($self, *args)",
     "Write the given buffer to the IO stream.\n\nReturns the number of bytes written, which is always the "
     "length of b\nin bytes.\n\nRaises BlockingIOError if the buffer is full and the\nunderlying raw stream "
     "cannot accept more data at the moment.\n"},
};

} // namespace

Type types::BufferedIOBase;

const TypeSpec coil::vm::kBufferedIOBaseSpec = {
    .name = "_io._BufferedIOBase",
    .flags = kTypeBase,
    .methods = kMethods,
    .doc = "Base class for buffered IO objects.\n\nThe main difference with RawIOBase is that the read() "
           "method\nsupports omitting the size argument, and does not have a default\nimplementation that "
           "defers to readinto().\n\nIn addition, read(), readinto() and write() may raise\nBlockingIOError "
           "if the underlying raw stream is in non-blocking\nmode and not ready; unlike their raw "
           "counterparts, they will never\nreturn None.\n\nA typical implementation should not inherit from "
           "a RawIOBase\nimplementation, but wrap one.\n",
    .signature = "",
};
