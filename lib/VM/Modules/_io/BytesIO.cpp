// _io.BytesIO: a stream of bytes in memory.
#include "VM/Core/Names.h"
#include "VM/Modules/_io/IO.h"
#include "VM/Protocol/Buffer.h"
#include "VM/Types/Int/Int.h"
#include "VM/Types/List.h"
#include "VM/Types/Sequence.h"
#include "VM/Types/Tuple.h"
#include <cstdlib>
#include <cstring>

using namespace coil::vm;
using namespace coil::vm::io;

namespace {

struct BytesIO : IOBase {
  uint8_t *data; // malloc'ed
  int64_t length, capacity, pos;
  int64_t exports; // views that getbuffer() has given away: the size is fixed while there are any
  bool closed;
};
BytesIO *self(Value v) { return v.as<BytesIO>(); }

Status checkOpen(Thread &t, Value v) {
  if (self(v)->closed) return raise(t, types::ValueError, "I/O operation on closed file.");
  return Status::ok();
}
Status checkResizable(Thread &t, BytesIO *b) {
  if (!b->exports) return Status::ok();
  return raise(t, types::BufferError, "Existing exports of data: object cannot be re-sized");
}

Ref bytesNew(Thread &, Value, const CallArgs &args) { return Ref::take(Value(newInstance<BytesIO>(args))); }

void reserve(BytesIO *b, int64_t size) {
  if (size <= b->capacity) return;
  b->capacity = size + (size >> 3) + (size < 9 ? 3 : 6);
  b->data = static_cast<uint8_t *>(std::realloc(b->data, size_t(b->capacity)));
}

Result<int64_t> writeBytes(Thread &t, BytesIO *b, Value source) {
  CHECK(checkOpen(t, Value(b)));
  CHECK(checkResizable(t, b));
  Buffer buffer;
  llvm::ArrayRef<uint8_t> data;
  if (isExactly(source, types::Bytes)) {
    data = source.as<Bytes>()->bytes();
  } else {
    CHECK(buffer.open(t, source));
    data = buffer.bytes();
  }
  int64_t size = int64_t(data.size());
  if (!size) return 0;
  if (b->pos > INT64_MAX - size) return raise(t, types::OverflowError, "new buffer size too large");
  int64_t end = b->pos + size;
  if (end > int64_t(1) << 46) return raise(t, types::MemoryError, "");
  reserve(b, end);
  // A seek may have gone beyond the end.
  if (b->pos > b->length) std::memset(b->data + b->length, 0, size_t(b->pos - b->length));
  std::memmove(b->data + b->pos, data.data(), size_t(size));
  b->pos = end;
  b->length = std::max(b->length, end);
  return size;
}

// initial_bytes
Ref init(Thread &t, const Value *args) {
  BytesIO *b = self(args[0]);
  CHECK(checkResizable(t, b));
  b->length = b->pos = 0;
  if (args[1].empty() || args[1].isNone()) return Ref::none();
  CHECK(writeBytes(t, b, args[1]));
  b->pos = 0;
  return Ref::none();
}
const NativeDef kInit{"BytesIO", init, "($self, initial_bytes=b'')", nullptr};

Ref bytesReadable(Thread &t, const Value *args) {
  CHECK(checkOpen(t, args[0]));
  return Ref::boolean(true);
}
Ref bytesSeekable(Thread &t, const Value *args) { return bytesReadable(t, args); }
Ref bytesWritable(Thread &t, const Value *args) { return bytesReadable(t, args); }
Ref bytesIsatty(Thread &t, const Value *args) {
  CHECK(checkOpen(t, args[0]));
  return Ref::boolean(false);
}
Ref bytesFlush(Thread &t, const Value *args) {
  CHECK(checkOpen(t, args[0]));
  return Ref::none();
}
Ref bytesTell(Thread &t, const Value *args) {
  CHECK(checkOpen(t, args[0]));
  return makeInt(self(args[0])->pos);
}
Ref bytesGetvalue(Thread &t, const Value *args) {
  CHECK(checkOpen(t, args[0]));
  return makeBytes({self(args[0])->data, size_t(self(args[0])->length)});
}

// Takes up to `size` bytes at the position; all that are left if it is negative.
llvm::ArrayRef<uint8_t> take(BytesIO *b, int64_t size) {
  int64_t left = std::max<int64_t>(b->length - b->pos, 0);
  if (size < 0 || size > left) size = left;
  llvm::ArrayRef<uint8_t> bytes(b->data + (size ? b->pos : 0), size_t(size));
  b->pos += size;
  return bytes;
}

llvm::ArrayRef<uint8_t> takeLine(BytesIO *b, int64_t limit) {
  int64_t left = std::max<int64_t>(b->length - b->pos, 0);
  if (limit >= 0 && limit < left) left = limit;
  const void *end = left ? std::memchr(b->data + b->pos, '\n', size_t(left)) : nullptr;
  return take(b, end ? static_cast<const uint8_t *>(end) - b->data - b->pos + 1 : left);
}

Ref bytesRead(Thread &t, const Value *args) {
  int64_t size = TRY(sizeArgument(t, args[1]));
  CHECK(checkOpen(t, args[0]));
  return makeBytes(take(self(args[0]), size));
}
Ref bytesRead1(Thread &t, const Value *args) { return bytesRead(t, args); }

Ref bytesReadline(Thread &t, const Value *args) {
  int64_t limit = TRY(sizeArgument(t, args[1]));
  CHECK(checkOpen(t, args[0]));
  return makeBytes(takeLine(self(args[0]), limit));
}

Ref bytesReadlines(Thread &t, const Value *args) {
  CHECK(checkOpen(t, args[0]));
  int64_t limit = 0, total = 0;
  if (isIntLike(args[1]))
    limit = TRY(asInt64(t, args[1]));
  else if (!args[1].isNone())
    return raise(t, types::TypeError, "integer argument expected, got '%'", typeName(args[1]));
  ListRef lines = newList();
  for (;;) {
    llvm::ArrayRef<uint8_t> line = takeLine(self(args[0]), -1);
    if (line.empty()) break;
    listAppendOwned(lines, Ref(makeBytes(line)).release());
    total += int64_t(line.size());
    if (limit > 0 && total >= limit) break;
  }
  return lines;
}

Ref bytesReadinto(Thread &t, const Value *args) {
  Buffer room;
  CHECK(room.openWritable(t, args[1], "readinto", "argument"));
  CHECK(checkOpen(t, args[0]));
  llvm::ArrayRef<uint8_t> bytes = take(self(args[0]), room.size());
  if (!bytes.empty()) std::memmove(room.data(), bytes.data(), bytes.size());
  return makeInt(int64_t(bytes.size()));
}

Ref bytesNext(Thread &t, Value v) {
  CHECK(checkOpen(t, v));
  llvm::ArrayRef<uint8_t> line = takeLine(self(v), -1);
  if (line.empty()) return {};
  return makeBytes(line);
}

Ref bytesTruncate(Thread &t, const Value *args) {
  int64_t size = TRY(sizeArgument(t, args[1], self(args[0])->pos));
  CHECK(checkOpen(t, args[0]));
  CHECK(checkResizable(t, self(args[0])));
  if (size < 0) return raise(t, types::ValueError, "negative size value %", size);
  if (size < self(args[0])->length) self(args[0])->length = size;
  return makeInt(size);
}

Ref bytesSeek(Thread &t, const Value *args) {
  int64_t pos = TRY(asInt64(t, args[1]));
  int whence = TRY(intArgument(t, args[2]));
  CHECK(checkOpen(t, args[0]));
  BytesIO *b = self(args[0]);
  if (pos < 0 && whence == 0) return raise(t, types::ValueError, "negative seek value %", pos);
  if (whence != 0 && whence != 1 && whence != 2)
    return raise(t, types::ValueError, "invalid whence (%, should be 0, 1 or 2)", whence);
  int64_t origin = whence == 1 ? b->pos : whence == 2 ? b->length : 0;
  if (pos > INT64_MAX - origin) return raise(t, types::OverflowError, "new position too large");
  b->pos = std::max<int64_t>(origin + pos, 0);
  return makeInt(b->pos);
}

Ref bytesWrite(Thread &t, const Value *args) { return makeInt(TRY(writeBytes(t, self(args[0]), args[1]))); }

Ref bytesWritelines(Thread &t, const Value *args) {
  CHECK(checkOpen(t, args[0]));
  CHECK(forEach(t, args[1], [&](Value line) -> Status {
    CHECK(writeBytes(t, self(args[0]), line));
    return Status::ok();
  }));
  return Ref::none();
}

Ref bytesClose(Thread &t, const Value *args) {
  BytesIO *b = self(args[0]);
  CHECK(checkResizable(t, b));
  std::free(std::exchange(b->data, nullptr));
  b->length = b->capacity = 0;
  b->closed = true;
  return Ref::none();
}

// (value, position, attributes)
Ref bytesGetstate(Thread &t, const Value *args) {
  BytesIO *b = self(args[0]);
  Ref value = TRY(bytesGetvalue(t, args));
  Ref attributes = b->dict ? Ref(dictCopy(b->dict)) : Ref::none();
  return packTuple(value.get(), makeInt(b->pos).get(), attributes.get());
}

Ref bytesSetstate(Thread &t, const Value *args) {
  if (!isTuple(args[1]) || args[1].as<Tuple>()->length < 3)
    return raise(t, types::TypeError, "%.__setstate__ argument should be 3-tuple, got %",
                 typeOf(args[0])->fullName(), typeOf(args[1])->fullName());
  Tuple &state = *args[1].as<Tuple>();
  BytesIO *b = self(args[0]);
  CHECK(checkResizable(t, b));
  b->length = b->pos = 0;
  CHECK(writeBytes(t, b, state[0]));
  if (!isIntLike(state[1]))
    return raise(t, types::TypeError, "second item of state must be an integer, not %",
                 typeOf(state[1])->fullName());
  int64_t pos = TRY(asInt64(t, state[1]));
  if (pos < 0) return raise(t, types::ValueError, "position value cannot be negative");
  b->pos = pos;
  if (state[2].isNone()) return Ref::none();
  if (!isDict(state[2]))
    return raise(t, types::TypeError, "third item of state should be a dict, got a %",
                 typeOf(state[2])->fullName());
  CHECK(dictUpdate(t, dictOf(b, true), state[2]));
  return Ref::none();
}

Ref bytesSizeof(Thread &, const Value *args) {
  return makeInt(int64_t(sizeof(BytesIO)) + 16 + self(args[0])->capacity);
}

Ref getClosed(Thread &, Value v) { return Ref::boolean(self(v)->closed); }

// --- getbuffer(): an object that exports the memory, and counts who looks at it

struct BytesIOBuffer : Object {
  BytesIO *source; // owned
  int64_t exports; // views of this exporter
};

Status getBuffer(Thread &t, Value v, BufferInfo &info, int request) {
  BytesIO *b = v.as<BytesIOBuffer>()->source;
  static uint8_t nothing;
  CHECK(fillBuffer(t, info, v, b->data ? b->data : &nothing, b->length, false, request));
  ++b->exports;
  ++v.as<BytesIOBuffer>()->exports;
  return Status::ok();
}
void releaseBuffer(Value v, BufferInfo &) {
  auto *exporter = v.as<BytesIOBuffer>();
  --exporter->exports;
  if (exporter->source) --exporter->source->exports;
}

// The collector may clear the exporter before those who look.
void clearExporter(Object *o) {
  auto *exporter = static_cast<BytesIOBuffer *>(o);
  if (exporter->source) exporter->source->exports -= exporter->exports;
  replaceOwned<BytesIO>(exporter->source, nullptr);
}

Ref bytesGetbuffer(Thread &t, const Value *args) {
  CHECK(checkOpen(t, args[0]));
  auto *exporter = heap::make<BytesIOBuffer>(types::BytesIOBuffer);
  Ref keep = Ref::take(Value(exporter));
  retain(args[0].object());
  exporter->source = self(args[0]);
  return call(t, Value(&types::MemoryView), {keep.get()});
}

NativeDef kMethods[] = {
    {"__new__", bytesNew, "($type, *args, **kwargs)", "Make a new object of the class."},
    {"readable", bytesReadable, "($self, /)", "True: the bytes can be read."},
    {"seekable", bytesSeekable, "($self, /)", "True: the position can be moved."},
    {"writable", bytesWritable, "($self, /)", "True: bytes can be written."},
    {"close", bytesClose, "($self, /)", "Drop the bytes; whatever is tried afterwards raises ValueError."},
    {"flush", bytesFlush, "($self, /)", "Does nothing."},
    {"isatty", bytesIsatty, "($self, /)", "False: memory is no terminal."},
    {"tell", bytesTell, "($self, /)", "The position, in bytes from the start."},
    {"write", bytesWrite, "($self, b, /)",
     "Write a bytes-like object at the position, over what is there, and return its length."},
    {"writelines", bytesWritelines, "($self, lines, /)",
     "Write the bytes-like objects of an iterable, one behind the other."},
    {"read1", bytesRead1, "($self, size=-1, /)",
     "Read up to size bytes, all that are left if size is negative; the same as read()."},
    {"readinto", bytesReadinto, "($self, buffer, /)",
     "Read into a writable buffer until it is full or the end is reached; return how many\n"
     "bytes that were."},
    {"readline", bytesReadline, "($self, size=-1, /)",
     "Read one line, up to and with its newline, but no more than size bytes unless that is\n"
     "None or negative. An empty result means the end."},
    {"readlines", bytesReadlines, "($self, size=None, /)",
     "The remaining lines as a list; size, if positive, ends it with the line in which so many\n"
     "bytes are reached."},
    {"read", bytesRead, "($self, size=-1, /)",
     "Read up to size bytes; all that are left if size is None or negative. An empty result\n"
     "means the end."},
    {"getbuffer", bytesGetbuffer, "($self, /)",
     "A memoryview of all bytes, through which they can be changed.\n"
     "While it exists the object cannot be resized or closed."},
    {"getvalue", bytesGetvalue, "($self, /)", "All bytes, wherever the position is."},
    {"seek", bytesSeek, "($self, pos, whence=0, /)",
     "Move the position to pos, counted from the start (whence 0), from the position (1) or\n"
     "from the end (2), and return it."},
    {"truncate", bytesTruncate, "($self, size=None, /)",
     "Drop all bytes from size on, which is the position unless given, and return size.\n"
     "The position stays, and nothing is added where there are fewer bytes."},
    {"__getstate__", bytesGetstate, "!($self, /)", nullptr},
    {"__setstate__", bytesSetstate, "!($self, state, /)", nullptr},
    {"__sizeof__", bytesSizeof, "!($self, /)", nullptr},
};
const GetSetDef kGetSets[] = {
    {"closed", getClosed, nullptr, "Whether close() has been called."},
};

} // namespace

Type types::BytesIO, types::BytesIOBuffer;

const TypeSpec coil::vm::kBytesIOSpec = {
    .name = "_io.BytesIO",
    .size = sizeof(BytesIO),
    .flags = kTypeBase,
    .fillSlots =
        [](Slots &s) {
          s.iter = selfIter, s.next = bytesNext;
          s.init = [](Thread &t, Value v, const CallArgs &args) { return callInit(t, kInit, v, args); };
        },
    .clear =
        [](Object *o) {
          std::free(std::exchange(static_cast<BytesIO *>(o)->data, nullptr));
          ioClear(o);
        },
    .methods = kMethods,
    .getsets = kGetSets,
    .doc = "A binary stream whose bytes are kept in memory: BytesIO(initial_bytes=b'').",
    .signature = "(initial_bytes=b'')",
};

const TypeSpec coil::vm::kBytesIOBufferSpec = {
    .name = "_io._BytesIOBuffer",
    .size = sizeof(BytesIOBuffer),
    .flags = kTypeGc | kTypeNoInstantiate,
    .fillSlots = [](Slots &s) { s.getBuffer = getBuffer, s.releaseBuffer = releaseBuffer; },
    .traverse = [](Object *o,
                   Visitor &visitor) { visitor.visitPointer(static_cast<BytesIOBuffer *>(o)->source); },
    .clear = clearExporter,
    .own = 0,
};
