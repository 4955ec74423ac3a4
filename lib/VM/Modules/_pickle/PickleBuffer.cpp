// pickle.PickleBuffer.
#include "VM/Modules/_pickle/PickleBuffer.h"
#include "VM/Heap/Heap.h"
#include "VM/Types/MemoryView/MemoryView.h"

using namespace coil::vm;
using namespace coil::vm::pickle;

Type coil::vm::types::PickleBuffer;

Status pickle::checkUsable(Thread &t, PickleBuffer *b) {
  if (b->buffer) return Status::ok();
  return raise(t, types::ValueError, "operation forbidden on released PickleBuffer object");
}

namespace {

PickleBuffer *self(Value v) { return v.as<PickleBuffer>(); }

Ref bufferNew(Thread &t, const Value *args) {
  Buffer buffer;
  CHECK(buffer.open(t, args[1], kBufferFullReadOnly));
  auto *made = heap::make<PickleBuffer>(*args[0].as<Type>());
  made->buffer = std::move(buffer);
  return Ref::take(Value(made));
}

Ref bufferRelease(Thread &, const Value *args) {
  self(args[0])->buffer.release();
  return Ref::none();
}

// The bytes as they lie, in Fortran's order, too, as a flat view.
Ref bufferRaw(Thread &t, const Value *args) {
  PickleBuffer *b = self(args[0]);
  CHECK(checkUsable(t, b));
  const BufferInfo &info = b->buffer.info();
  if (info.suboffsets || !isContiguous(info, 'A'))
    return raise(t, types::BufferError, "cannot extract raw buffer from non-contiguous buffer");
  Ref whole = TRY(call(t, Value(&types::MemoryView), {args[0]}));
  MemoryView *view = memoryView(whole);
  BufferInfo flat = view->view;
  flat.dimensions = 1;
  int64_t shape = flat.length, stride = 1;
  flat.format = "B";
  flat.itemSize = 1;
  flat.shape = &shape;
  flat.strides = &stride;
  flat.suboffsets = nullptr;
  return newMemoryView(view->managed, flat, 1);
}

// Another export of the object itself, which is released by its own slot.
Status getBuffer(Thread &t, Value v, BufferInfo &info, int request) {
  CHECK(checkUsable(t, self(v)));
  Value exporter = self(v)->buffer.info().exporter;
  return typeOf(exporter)->slots.getBuffer(t, exporter, info, request);
}

NativeDef kMethods[] = {
    {"__new__", bufferNew, "!pk($type, object, /)",
     "Create and return a new object.  See help(type) for accurate signature."},
    {"raw", bufferRaw, "($self, /)",
     "Give the memory as a flat memoryview of bytes.\n\nBufferError is raised unless it lies without gaps, "
     "in "
     "C's or Fortran's order."},
    {"release", bufferRelease, "($self, /)", "Let go of the underlying buffer."},
};

} // namespace

const TypeSpec coil::vm::kPickleBufferSpec = {
    .name = "pickle.PickleBuffer",
    .size = sizeof(PickleBuffer),
    .flags = kTypeGc | kTypeHasWeakRefs,
    .fillSlots = [](Slots &s) { s.getBuffer = getBuffer; },
    .traverse = [](Object *o,
                   Visitor &v) { v.visit(static_cast<PickleBuffer *>(o)->buffer.info().exporter); },
    .clear = [](Object *o) { static_cast<PickleBuffer *>(o)->buffer.release(); },
    .methods = kMethods,
    .doc = "A buffer that a pickler may hand over apart from the pickle.",
    .own = 0,
};
