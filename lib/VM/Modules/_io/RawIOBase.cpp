// _io._RawIOBase: unbuffered streams of bytes, whose subclasses say how to read and write.
#include "VM/Core/Names.h"
#include "VM/Modules/_io/ByteArrays.h"
#include "VM/Modules/_io/IO.h"
#include "VM/Types/Int/Int.h"
#include "llvm/ADT/SmallVector.h"

using namespace coil::vm;
using namespace coil::vm::io;

namespace {

Ref rawRead(Thread &t, const Value *args) {
  int64_t n = TRY(asInt64(t, args[1]));
  if (n < 0) return callMethod(t, args[0], names::readall);
  Ref room = TRY(newByteArray(t, n));
  Ref count = TRY(callMethod(t, args[0], names::readinto, {room.get()}));
  if (count->isNone()) return count;
  int64_t got = TRY(indexOr(t, count, types::ValueError));
  return bytesOfArray(t, room, got);
}

Ref rawReadall(Thread &t, const Value *args) {
  llvm::SmallVector<uint8_t, 0> all;
  for (bool first = true;; first = false) {
    Ref chunk = callMethod(t, args[0], names::read, {Value::smallInt(kDefaultBufferSize)});
    if (!chunk && trapInterrupted(t)) continue;
    if (!chunk) return {};
    if (chunk->isNone()) {
      if (first || all.empty()) return chunk;
      break;
    }
    if (!isBytes(chunk)) return raise(t, types::TypeError, "read() should return bytes");
    llvm::ArrayRef<uint8_t> bytes = chunk.as<Bytes>()->bytes();
    if (bytes.empty()) break;
    all.append(bytes.begin(), bytes.end());
  }
  return makeBytes(all);
}

Failure raiseAbstract(Thread &t) {
  Ref exception = call(t, Value(&types::NotImplementedError));
  if (!exception) return {};
  return raiseObject(t, exception);
}
Ref rawReadinto(Thread &t, const Value *) { return raiseAbstract(t); }
Ref rawWrite(Thread &t, const Value *) { return raiseAbstract(t); }

NativeDef kMethods[] = {
    {"read", rawRead, "($self, size=-1, /)", nullptr},
    {"readall", rawReadall, "($self, /)", "Read until the end of the file, as many reads as that takes."},
    {"readinto", rawReadinto, "!($self, *args)", nullptr},
    {"write", rawWrite, "!v($self, *args)", nullptr},
};

} // namespace

Type types::RawIOBase;

const TypeSpec coil::vm::kRawIOBaseSpec = {
    .name = "_io._RawIOBase",
    .flags = kTypeBase,
    .methods = kMethods,
    .doc = "The base of raw streams of bytes, those without a buffer.",
    .signature = "",
};
