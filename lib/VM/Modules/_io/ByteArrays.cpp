// Memory that raw streams written in Python are given to read into and to write from.
#include "VM/Modules/_io/ByteArrays.h"
#include "VM/Protocol/Buffer.h"
#include "VM/Types/ByteArray.h"
#include <cstring>

using namespace coil::vm;

Ref io::newByteArray(Thread &t, int64_t size) {
  if (size > int64_t(1) << 46) return raise(t, types::MemoryError, "");
  ByteArrayRef array = makeByteArray({});
  CHECK(resizeByteArray(t, array, size));
  if (size) std::memset(array->start, 0, size_t(size));
  return array;
}

Ref io::bytesOfArray(Thread &t, Value array, int64_t size) {
  // CPython believes a count that is too large, and shows what lies behind the array.
  if (size < 0) return raise(t, types::SystemError, "Negative size passed to PyBytes_FromStringAndSize");
  return makeBytes(array.as<ByteArray>()->bytes().take_front(size_t(size)));
}

namespace {

struct RawMemory : Object {
  uint8_t *data;
  int64_t size;
  bool readOnly;
};

Status getBuffer(Thread &t, Value v, BufferInfo &info, int request) {
  auto *memory = v.as<RawMemory>();
  return fillBuffer(t, info, v, memory->data, memory->size, memory->readOnly, request);
}

} // namespace

Type types::RawMemory;

const TypeSpec coil::vm::kRawMemorySpec = {
    .name = "_io._RawMemory",
    .size = sizeof(RawMemory),
    .flags = kTypeNoInstantiate,
    .fillSlots = [](Slots &s) { s.getBuffer = getBuffer; },
};

Ref io::viewOfMemory(Thread &t, uint8_t *data, int64_t size, bool readOnly) {
  auto *memory = heap::make<RawMemory>(types::RawMemory);
  Ref keep = Ref::take(Value(memory));
  memory->data = data, memory->size = size, memory->readOnly = readOnly;
  return call(t, Value(&types::MemoryView), {keep.get()});
}
