// The buffer protocol: getting, releasing and copying buffers.
#include "VM/Protocol/Buffer.h"
#include "VM/Protocol/Protocol.h"
#include <cstring>

using namespace coil::vm;

Status coil::vm::fillBuffer(Thread &t, BufferInfo &info, Value exporter, uint8_t *data, int64_t length,
                            bool readOnly, int request) {
  if (readOnly && (request & kBufferWritable)) return raise(t, types::BufferError, "Object is not writable.");
  info.exporter = retained(exporter);
  info.data = data;
  info.length = length;
  info.readOnly = readOnly;
  info.itemSize = 1;
  info.dimensions = 1;
  info.format = (request & kBufferFormat) ? "B" : nullptr;
  info.shape = (request & kBufferNd) ? &info.length : nullptr;
  info.strides = info.wants(request, kBufferStrides) ? &info.itemSize : nullptr;
  info.suboffsets = nullptr;
  info.internal = nullptr;
  return Status::ok();
}

bool coil::vm::exportsBuffer(Value v) { return typeOf(v)->slots.getBuffer; }

Buffer &Buffer::operator=(Buffer &&other) noexcept {
  release();
  view = other.view;
  // A plain buffer's shape and stride are members of the info itself.
  if (view.shape == &other.view.length) view.shape = &view.length;
  if (view.strides == &other.view.itemSize) view.strides = &view.itemSize;
  other.view = {};
  return *this;
}

Status Buffer::open(Thread &t, Value v, int request) {
  release();
  GetBufferFn getBuffer = typeOf(v)->slots.getBuffer;
  if (!getBuffer)
    return raise(t, types::TypeError, "a bytes-like object is required, not '%'", typeOf(v)->fullName());
  if (getBuffer(t, v, view, request)) return Status::ok();
  view = {};
  return {};
}

Status Buffer::openWritable(Thread &t, Value v, const char *function, const char *argument) {
  if (exportsBuffer(v)) {
    if (open(t, v, kBufferWritable)) return Status::ok();
    clearPending(t);
  }
  return raise(t, types::TypeError, "%() % must be read-write bytes-like object, not %", function, argument,
               v.isNone() ? llvm::StringRef("None") : argumentTypeName(v));
}

void Buffer::release() {
  if (view.exporter.empty()) return;
  BufferInfo ending = view;
  if (ending.shape == &view.length) ending.shape = &ending.length;
  if (ending.strides == &view.itemSize) ending.strides = &ending.itemSize;
  view = {};
  if (ReleaseBufferFn end = typeOf(ending.exporter)->slots.releaseBuffer) end(ending.exporter, ending);
  vm::release(ending.exporter);
}

static bool contiguousInOrder(const BufferInfo &info, bool fortran) {
  int64_t expected = info.itemSize;
  for (int i = 0; i < info.dimensions; ++i) {
    int k = fortran ? i : info.dimensions - 1 - i;
    if (info.shape[k] > 1 && info.strides[k] != expected) return false;
    expected *= info.shape[k];
  }
  return true;
}

bool coil::vm::isContiguous(const BufferInfo &info, char order) {
  if (info.suboffsets) return false;
  if (info.length == 0) return true;
  if (!info.strides) // C order by definition; with one long dimension at most it is Fortran's, too
    return order != 'F' || info.dimensions <= 1 || !info.shape ||
           llvm::count_if(llvm::ArrayRef(info.shape, size_t(info.dimensions)),
                          [](int64_t n) { return n > 1; }) <= 1;
  if (order != 'F' && contiguousInOrder(info, false)) return true;
  return order != 'C' && contiguousInOrder(info, true);
}

uint8_t *coil::vm::bufferElement(const BufferInfo &info, llvm::ArrayRef<int64_t> indices) {
  uint8_t *at = info.data;
  for (size_t i = 0; i < indices.size(); ++i) {
    at += info.strides[i] * indices[i];
    if (info.suboffsets && info.suboffsets[i] >= 0)
      at = *reinterpret_cast<uint8_t **>(at) + info.suboffsets[i];
  }
  return at;
}

void coil::vm::copyContiguous(const BufferInfo &info, uint8_t *to, char order) {
  if (!info.length) return;
  if (order == 'A') order = isContiguous(info, 'F') && !isContiguous(info, 'C') ? 'F' : 'C';
  if (isContiguous(info, order)) {
    std::memcpy(to, info.data, size_t(info.length));
    return;
  }
  // C order of the elements where no strides are given is what the memory has.
  llvm::SmallVector<int64_t, 8> strides(size_t(info.dimensions)), indices(size_t(info.dimensions), 0);
  int64_t step = info.itemSize;
  for (int i = info.dimensions; i-- > 0;) {
    strides[size_t(i)] = info.strides ? info.strides[i] : step;
    step *= info.shape[i];
  }
  BufferInfo full = info;
  full.strides = strides.data();
  for (int64_t done = 0; done < info.length; done += info.itemSize) {
    std::memcpy(to + done, bufferElement(full, indices), size_t(info.itemSize));
    for (int i = 0; i < info.dimensions; ++i) {
      size_t k = size_t(order == 'F' ? i : info.dimensions - 1 - i);
      if (++indices[k] < info.shape[k]) break;
      indices[k] = 0;
    }
  }
}
