// The buffer protocol (PEP 3118): the memory of an object, seen by others while they hold it.
#pragma once

#include "VM/Core/Type.h"
#include "VM/Types/Types.h"
#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/ADT/StringExtras.h"

namespace coil::vm {

// What the one who asks can deal with, and must have. The numbers are CPython's.
enum BufferRequest : int {
  kBufferSimple = 0,
  kBufferWritable = 1,
  kBufferFormat = 4,
  kBufferNd = 8,
  kBufferStrides = 0x10 | kBufferNd,
  kBufferCContiguous = 0x20 | kBufferStrides,
  kBufferFContiguous = 0x40 | kBufferStrides,
  kBufferAnyContiguous = 0x80 | kBufferStrides,
  kBufferIndirect = 0x100 | kBufferStrides,
  kBufferContigReadOnly = kBufferNd,
  kBufferFullReadOnly = kBufferIndirect | kBufferFormat,
  kBufferFull = kBufferFullReadOnly | kBufferWritable,
};

// Some object's memory, as its getBuffer slot describes it. `length` is in bytes. Where the request did not
// ask for them, `format`, `shape` and `strides` are null: then the memory is contiguous.
struct BufferInfo {
  uint8_t *data = nullptr;
  int64_t length = 0;
  int64_t itemSize = 1;
  bool readOnly = true;
  int dimensions = 1;
  const char *format = nullptr;
  int64_t *shape = nullptr, *strides = nullptr, *suboffsets = nullptr;
  void *internal = nullptr; // the exporter's own
  Value exporter;           // owned; whose releaseBuffer ends the export

  bool wants(int request, int flags) const { return (request & flags) == flags; }
};

// For getBuffer slots: describes `length` plain bytes. BufferError if they are read-only and must not be.
Status fillBuffer(Thread &t, BufferInfo &info, Value exporter, uint8_t *data, int64_t length, bool readOnly,
                  int request);

// `v` can give a buffer.
bool exportsBuffer(Value v);

// Holds a buffer, and with it the exporter, for as long as it lives.
class Buffer {
  BufferInfo view;

public:
  Buffer() = default;
  Buffer(Buffer &&other) noexcept { *this = std::move(other); }
  Buffer &operator=(Buffer &&other) noexcept;
  ~Buffer() { release(); }

  // "a bytes-like object is required, not 'int'", or the exporter's own BufferError.
  Status open(Thread &t, Value v, int request = kBufferSimple);
  // Writable bytes for `function`, whose argument `argument` ("argument 1") it is: "readinto() argument 1
  // must be read-write bytes-like object, not bytes".
  Status openWritable(Thread &t, Value v, const char *function, const char *argument);
  void release();

  explicit operator bool() const { return !view.exporter.empty(); }
  const BufferInfo &info() const { return view; }
  BufferInfo &info() { return view; }
  // Of a contiguous buffer.
  llvm::ArrayRef<uint8_t> bytes() const { return {view.data, size_t(view.length)}; }
  llvm::MutableArrayRef<uint8_t> mutableBytes() const { return {view.data, size_t(view.length)}; }
  uint8_t *data() const { return view.data; }
  int64_t size() const { return view.length; }
};

// The elements lie without gaps, the last ('C') or the first ('F') index changing fastest; 'A': either.
bool isContiguous(const BufferInfo &info, char order);
// Copies the elements, in that order of indices, to info.length bytes at `to`. 'A': in Fortran's order if
// they lie so.
void copyContiguous(const BufferInfo &info, uint8_t *to, char order);
// The address of an element.
uint8_t *bufferElement(const BufferInfo &info, llvm::ArrayRef<int64_t> indices);

} // namespace coil::vm
