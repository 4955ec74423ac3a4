// Writing to a buffered stream.
#include "VM/Core/Names.h"
#include "VM/Exceptions/Exception.h"
#include "VM/Modules/_io/Buffered.h"
#include "VM/Protocol/Buffer.h"
#include "VM/Types/Int/Int.h"
#include <cerrno>
#include <cstring>

using namespace coil::vm;
using namespace coil::vm::io;

namespace {

constexpr char kWouldBlockMessage[] = "write could not complete without blocking";

// A raw stream written in Python leaves no errno.
Failure raiseBlocking(Thread &t, const Buffered *b, int64_t written) {
  StrRef message = makeStr(kWouldBlockMessage);
  Ref error = call(t, Value(&types::BlockingIOError),
                   {Value::smallInt(b->fastClosed ? EAGAIN : 0), Value(message), makeInt(written).get()});
  if (!error) return {};
  return setPending(t, std::move(error));
}

void store(Buffered *b, int64_t at, const uint8_t *from, int64_t size) {
  if (size) std::memcpy(b->buffer + at, from, size_t(size));
}

// The buffer could not be emptied because the raw stream would block (that is pending): keeps what fits.
Result<int64_t> keepWhatFits(Thread &t, Buffered *b, llvm::ArrayRef<uint8_t> data) {
  if (b->readable) b->resetRead();
  std::memmove(b->buffer, b->buffer + b->writePos, size_t(b->writeEnd - b->writePos));
  b->writeEnd -= b->writePos;
  b->rawPos -= b->writePos;
  b->pos -= b->writePos;
  b->writePos = 0;
  int64_t size = int64_t(data.size()), room = b->bufferSize - b->writeEnd, kept = std::min(size, room);
  clearPending(t);
  store(b, b->writeEnd, data.data(), kept);
  b->writeEnd += kept;
  b->pos += kept;
  if (kept == size) return size;
  return raiseBlocking(t, b, room);
}

// Writes to the raw stream what is too much for the buffer, and buffers the rest.
Result<int64_t> writeThrough(Thread &t, Buffered *b, llvm::ArrayRef<uint8_t> data) {
  int64_t size = int64_t(data.size()), written = 0;
  while (size - written > b->bufferSize) {
    int64_t n = TRY(rawWriteFrom(t, b, data.data() + written, size - written));
    if (n == kWouldBlock) {
      store(b, 0, data.data() + written, b->bufferSize);
      b->rawPos = 0;
      b->moveTo(b->bufferSize);
      b->writePos = 0; // all of it waits
      b->writeEnd = b->bufferSize;
      return raiseBlocking(t, b, written + b->bufferSize);
    }
    written += n;
  }
  if (b->readable) b->resetRead();
  int64_t rest = size - written;
  store(b, 0, data.data() + written, rest);
  b->writePos = 0;
  b->writeEnd = rest;
  b->moveTo(rest);
  b->rawPos = 0;
  return size;
}

} // namespace

Status io::flushWritesLocked(Thread &t, Buffered *b) {
  if (!b->hasWrites() || b->writePos == b->writeEnd) {
    b->resetWrite();
    return Status::ok();
  }
  int64_t rewind = b->rawOffset() + (b->pos - b->writePos);
  if (rewind) {
    CHECK(rawSeek(t, b, -rewind, SEEK_CUR));
    b->rawPos -= rewind;
  }
  while (b->writePos < b->writeEnd) {
    int64_t n = TRY(rawWriteFrom(t, b, b->buffer + b->writePos, b->writeEnd - b->writePos));
    if (n == kWouldBlock) return raiseBlocking(t, b, 0);
    b->writePos += n;
    b->rawPos = b->writePos;
  }
  b->resetWrite();
  return Status::ok();
}

Status io::flushAndRewindLocked(Thread &t, Buffered *b) {
  CHECK(flushWritesLocked(t, b));
  if (!b->readable) return Status::ok();
  auto at = rawSeek(t, b, -b->rawOffset(), SEEK_CUR);
  b->resetRead();
  CHECK(at);
  return Status::ok();
}

Result<int64_t> io::bufferedWrite(Thread &t, Buffered *b, llvm::ArrayRef<uint8_t> data) {
  CHECK(checkReady(t, b));
  ENTER(t, b);
  if (!b->buffer || TRY(bufferedClosed(t, b))) return raise(t, types::ValueError, "write to closed file");
  if (!b->hasRead() && !b->hasWrites()) b->pos = b->rawPos = 0;
  int64_t size = int64_t(data.size());
  if (size <= b->bufferSize - b->pos) {
    store(b, b->pos, data.data(), size);
    if (!b->hasWrites() || b->writePos > b->pos) b->writePos = b->pos;
    b->moveTo(b->pos + size);
    if (b->writeEnd < b->pos) b->writeEnd = b->pos;
    return size;
  }
  if (!flushWritesLocked(t, b)) {
    if (!pendingIs(t, types::BlockingIOError)) return {};
    return keepWhatFits(t, b, data);
  }
  // The raw stream may be elsewhere, if something was read ahead and not changed.
  if (int64_t offset = b->rawOffset()) {
    CHECK(rawSeek(t, b, -offset, SEEK_CUR));
    b->rawPos -= offset;
  }
  return writeThrough(t, b, data);
}

Status io::bufferedFlush(Thread &t, Buffered *b) {
  CHECK(checkReady(t, b));
  CHECK(checkNotClosed(t, b, "flush of closed file"));
  ENTER(t, b);
  return flushAndRewindLocked(t, b);
}

Ref io::bufferedFlushMethod(Thread &t, const Value *args) {
  CHECK(bufferedFlush(t, args[0].as<Buffered>()));
  return Ref::none();
}

Ref io::bufferedWriteMethod(Thread &t, const Value *args) {
  if (isExactly(args[1], types::Bytes))
    return makeInt(TRY(bufferedWrite(t, args[0].as<Buffered>(), args[1].as<Bytes>()->bytes())));
  Buffer data;
  CHECK(data.open(t, args[1]));
  return makeInt(TRY(bufferedWrite(t, args[0].as<Buffered>(), data.bytes())));
}
