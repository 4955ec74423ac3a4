// The bytes of a memory map: items, slices, iteration, and the buffer protocol.
#include "VM/Bind/Native.h"
#include "VM/Modules/mmap/Mmap.h"
#include "VM/Protocol/Buffer.h"
#include "VM/Types/Bytes.h"
#include "VM/Types/Int/Int.h"
#include "VM/Types/Sequence.h"
#include <cstring>

using namespace coil::vm;
using namespace coil::vm::memorymap;

Type coil::vm::types::MMapIterator;

namespace {

bool isIndex(Value v) { return isIntLike(v) || typeOf(v)->slots.index; }

Failure raiseOutOfRange(Thread &t) { return raise(t, types::IndexError, "mmap index out of range"); }

// The place of an item; the map may have been closed by the key's __index__.
Result<int64_t> placeOf(Thread &t, Value v, Value key) {
  Ref number = TRY(index(t, key));
  int64_t i;
  if (!toInt64(number, i))
    return raise(t, types::IndexError, "cannot fit '%' into an index-sized integer", typeName(key));
  if (i < 0) i += map(v)->size;
  if (i < 0 || i >= map(v)->size) return raiseOutOfRange(t);
  CHECK(opened(t, v));
  return i;
}

// The bounds of a slice, whose __index__ methods may have closed or resized the map.
Result<MMap *> boundsOf(Thread &t, Value v, Value key, SliceBounds &b) {
  int64_t size = map(v)->size;
  CHECK(sliceBounds(t, key, size, b));
  MMap *m = TRY(opened(t, v));
  if (m->size != size) return raise(t, types::IndexError, "mmap was resized by an index");
  return m;
}

Result<int64_t> mmapLen(Thread &t, Value v) { return TRY(opened(t, v))->size; }

Ref mmapGetItem(Thread &t, Value v, Value key) {
  CHECK(opened(t, v));
  if (isIndex(key)) {
    int64_t i = TRY(placeOf(t, v, key));
    return makeInt(int(map(v)->data[i]));
  }
  if (!isExactly(key, types::Slice)) return raise(t, types::TypeError, "mmap indices must be integers");
  SliceBounds b;
  MMap *m = TRY(boundsOf(t, v, key, b));
  BytesRef result = newBytes(b.count);
  if (b.step == 1)
    std::memcpy(result->data, m->data + b.start, size_t(b.count));
  else
    for (int64_t i = 0; i < b.count; ++i) result->data[i] = m->data[b.start + i * b.step];
  return result;
}

Status setSlice(Thread &t, Value v, Value key, Value value) {
  SliceBounds b;
  MMap *m = TRY(boundsOf(t, v, key, b));
  if (value.empty()) return raise(t, types::TypeError, "mmap object doesn't support slice deletion");
  Buffer source;
  TRY(source.open(t, value));
  if (source.size() != b.count) return raise(t, types::IndexError, "mmap slice assignment is wrong size");
  if (b.step == 1)
    std::memmove(m->data + b.start, source.data(), size_t(b.count));
  else
    for (int64_t i = 0; i < b.count; ++i) m->data[b.start + i * b.step] = source.data()[i];
  return Status::ok();
}

Status mmapSetItem(Thread &t, Value v, Value key, Value value) {
  TRY(writable(t, v));
  if (isExactly(key, types::Slice)) return setSlice(t, v, key, value);
  if (!isIndex(key)) return raise(t, types::TypeError, "mmap indices must be integer");
  int64_t i = TRY(placeOf(t, v, key));
  if (value.empty()) return raise(t, types::TypeError, "mmap doesn't support item deletion");
  if (!isIndex(value)) return raise(t, types::TypeError, "mmap item value must be an int");
  Ref number = TRY(index(t, value));
  int64_t byte;
  if (!toInt64(number, byte))
    return raise(t, types::TypeError, "cannot fit '%' into an index-sized integer", typeName(value));
  if (byte < 0 || byte > 255) return raise(t, types::ValueError, "mmap item value must be in range(0, 256)");
  MMap *m = TRY(opened(t, v));
  if (i < m->size) m->data[i] = uint8_t(byte);
  return Status::ok();
}

// Iteration gives bytes of length 1, unlike subscripts.
struct MMapIterator : Object {
  Value source; // owned; empty once exhausted
  int64_t index;
};

Ref mmapIter(Thread &, Value v) {
  auto *iterator = heap::make<MMapIterator>(types::MMapIterator);
  iterator->source = retained(v);
  return Ref::take(Value(iterator));
}

Ref iteratorNext(Thread &t, Value v) {
  auto *iterator = v.as<MMapIterator>();
  if (iterator->source.empty()) return {};
  MMap *m = TRY(opened(t, iterator->source));
  if (iterator->index < m->size) return makeBytes(m->data[iterator->index++]);
  replaceOwned(iterator->source, Value());
  return {};
}

Status mmapGetBuffer(Thread &t, Value v, BufferInfo &info, int request) {
  MMap *m = TRY(opened(t, v));
  TRY(fillBuffer(t, info, v, m->data, m->size, m->access == kRead, request));
  ++m->exports;
  return Status::ok();
}

void mmapReleaseBuffer(Value v, BufferInfo &) { --map(v)->exports; }

} // namespace

void memorymap::fillAccess(Slots &s) {
  s.len = mmapLen;
  s.getItem = mmapGetItem;
  s.setItem = mmapSetItem;
  s.iter = mmapIter;
  s.getBuffer = mmapGetBuffer;
  s.releaseBuffer = mmapReleaseBuffer;
}

const TypeSpec coil::vm::kMMapIteratorSpec = {
    .name = "iterator",
    .size = sizeof(MMapIterator),
    .flags = kTypeGc | kTypeNoInstantiate,
    .fillSlots = [](Slots &s) { s.iter = selfIter, s.next = iteratorNext; },
    .traverse = [](Object *o, Visitor &v) { v.visit(static_cast<MMapIterator *>(o)->source); },
    .clear = [](Object *o) { replaceOwned(static_cast<MMapIterator *>(o)->source, Value()); },
};
