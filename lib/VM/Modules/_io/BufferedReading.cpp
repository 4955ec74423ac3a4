// Reading from a buffered stream.
#include "VM/Core/Names.h"
#include "VM/Modules/_io/Buffered.h"
#include "VM/Protocol/Buffer.h"
#include "VM/Types/Int/Int.h"
#include "llvm/ADT/SmallVector.h"
#include <cstring>

using namespace coil::vm;
using namespace coil::vm::io;

using ByteVector = llvm::SmallVector<uint8_t, 0>;

static Buffered *self(const Value *args) { return args[0].as<Buffered>(); }

Result<int64_t> io::fillBuffer(Thread &t, Buffered *b) {
  int64_t start = b->hasRead() ? b->readEnd : 0;
  int64_t n = TRY(rawReadInto(t, b, b->buffer + start, b->bufferSize - start));
  if (n <= 0) return n;
  b->readEnd = b->rawPos = start + n;
  return n;
}

namespace {

// Takes up to `size` bytes of what has been read ahead.
llvm::ArrayRef<uint8_t> take(Buffered *b, int64_t size) {
  llvm::ArrayRef<uint8_t> bytes(b->buffer + b->pos, size_t(std::min(size, b->ahead())));
  b->pos += int64_t(bytes.size());
  return bytes;
}

Status flushIfWritable(Thread &t, Buffered *b) {
  if (b->writable) return flushAndRewindLocked(t, b);
  return Status::ok();
}

// The whole buffers in `size`, which can be read past the buffer.
int64_t wholeBlocks(const Buffered *b, int64_t size) {
  return b->bufferMask ? size & ~b->bufferMask : size / b->bufferSize * b->bufferSize;
}

Ref trimmed(BytesRef bytes, int64_t size) {
  if (size == bytes->length && size > 1) return bytes;
  return makeBytes({bytes->data, size_t(size)});
}

// What read(size) gives when it meets the end or would block after `written` bytes.
Ref endedEarly(BytesRef bytes, int64_t written, int64_t n) {
  if (n == 0 || written > 0) return trimmed(std::move(bytes), written);
  return Ref::none();
}

Ref readGeneric(Thread &t, Buffered *b, int64_t size) {
  if (size <= b->ahead()) return makeBytes(take(b, size));
  BytesRef bytes = TRY(tryNewBytes(t, size));
  int64_t written = 0, remaining = size;
  if (llvm::ArrayRef<uint8_t> ahead = take(b, size); !ahead.empty()) {
    std::memcpy(bytes->data, ahead.data(), ahead.size());
    written = int64_t(ahead.size()), remaining -= written;
  }
  CHECK(flushIfWritable(t, b));
  b->resetRead();
  while (remaining > 0) {
    int64_t block = wholeBlocks(b, remaining);
    if (!block) break;
    int64_t n = TRY(rawReadInto(t, b, bytes->data + written, block));
    if (n == 0 || n == kWouldBlock) return endedEarly(std::move(bytes), written, n);
    remaining -= n, written += n;
  }
  b->pos = b->rawPos = b->readEnd = 0;
  // No more reads than it takes: another one could block on a socket.
  while (remaining > 0 && b->readEnd < b->bufferSize) {
    int64_t n = TRY(fillBuffer(t, b));
    if (n == 0 || n == kWouldBlock) return endedEarly(std::move(bytes), written, n);
    int64_t part = std::min(n, remaining);
    std::memcpy(bytes->data + written, b->buffer + b->pos, size_t(part));
    written += part, b->pos += part, remaining -= part;
  }
  return trimmed(std::move(bytes), written);
}

void append(ByteVector &to, Value bytes) {
  llvm::ArrayRef<uint8_t> part = bytes.as<Bytes>()->bytes();
  to.append(part.begin(), part.end());
}

// By read() calls, for raw streams without readall().
Ref readAllByChunks(Thread &t, Buffered *b, ByteVector all) {
  bool any = !all.empty();
  for (;;) {
    Ref chunk = TRY(callMethod(t, b->raw, names::read));
    if (!chunk->isNone() && !isBytes(chunk)) return raise(t, types::TypeError, "read() should return bytes");
    int64_t n = chunk->isNone() ? 0 : chunk.as<Bytes>()->length;
    if (!n) return any ? Ref(makeBytes(all)) : std::move(chunk);
    any = true;
    append(all, chunk);
    if (b->absolutePos != -1) b->absolutePos += n;
  }
}

Ref readAll(Thread &t, Buffered *b) {
  llvm::ArrayRef<uint8_t> ahead = take(b, INT64_MAX);
  ByteVector all(ahead.begin(), ahead.end());
  CHECK(flushIfWritable(t, b));
  b->resetRead();
  Ref readall;
  if (!lookupAttr(t, b->raw, names::readall, readall)) return {};
  if (!readall) return readAllByChunks(t, b, std::move(all));
  Ref rest = TRY(call(t, readall));
  if (!rest->isNone() && !isBytes(rest)) return raise(t, types::TypeError, "readall() should return bytes");
  if (all.empty()) return rest;
  if (!rest->isNone()) append(all, rest);
  return makeBytes(all);
}

// readinto() and, with `once`, readinto1(): no more than one read of the raw stream.
Ref readInto(Thread &t, const Value *args, bool once) {
  Buffered *b = self(args);
  Buffer room;
  CHECK(room.openWritable(t, args[1], once ? "readinto1" : "readinto", "argument"));
  CHECK(checkReady(t, b));
  CHECK(checkNotClosed(t, b, "readinto of closed file"));
  llvm::ArrayRef<uint8_t> ahead = take(b, room.size());
  if (!ahead.empty()) std::memcpy(room.data(), ahead.data(), ahead.size());
  int64_t written = int64_t(ahead.size());
  if (b->ahead() || (written && written == room.size())) return makeInt(written);
  ENTER(t, b);
  CHECK(flushIfWritable(t, b));
  b->resetRead();
  b->pos = 0;
  for (int64_t n, remaining = room.size() - written; remaining > 0; remaining -= n, written += n) {
    if (remaining > b->bufferSize) {
      n = TRY(rawReadInto(t, b, room.data() + written, remaining));
    } else if (once && written) {
      break;
    } else {
      n = TRY(fillBuffer(t, b));
      if (n > 0) {
        n = std::min(n, remaining);
        std::memcpy(room.data() + written, b->buffer + b->pos, size_t(n));
        b->pos += n;
        continue;
      }
    }
    if (n == 0 || (n == kWouldBlock && written > 0)) break;
    if (n == kWouldBlock) return Ref::none();
    if (once) {
      written += n;
      break;
    }
  }
  return makeInt(written);
}

// The end of the first line in `bytes`, or -1.
int64_t lineEnd(llvm::ArrayRef<uint8_t> bytes) {
  if (bytes.empty()) return -1;
  const void *found = std::memchr(bytes.data(), '\n', bytes.size());
  return found ? static_cast<const uint8_t *>(found) - bytes.data() + 1 : -1;
}

} // namespace

Ref io::bufferedReadLine(Thread &t, Buffered *b, int64_t limit) {
  CHECK(checkNotClosed(t, b, "readline of closed file"));
  int64_t n = limit >= 0 ? std::min(limit, b->ahead()) : b->ahead();
  int64_t end = lineEnd({b->buffer + b->pos, size_t(n)});
  if (end >= 0) return makeBytes(take(b, end));
  if (n == limit) return makeBytes(take(b, n));
  ENTER(t, b);
  llvm::ArrayRef<uint8_t> first = take(b, n);
  ByteVector line(first.begin(), first.end());
  if (limit >= 0) limit -= n;
  CHECK(flushIfWritable(t, b));
  for (;;) {
    b->resetRead();
    n = TRY(fillBuffer(t, b));
    b->pos = 0;
    if (n <= 0) break;
    if (limit >= 0) n = std::min(n, limit);
    end = lineEnd({b->buffer, size_t(n)});
    b->pos = end >= 0 ? end : n;
    line.append(b->buffer, b->buffer + b->pos);
    if (end >= 0 || n == limit) break;
    if (limit >= 0) limit -= n;
  }
  return makeBytes(line);
}

Ref io::bufferedRead(Thread &t, Buffered *b, int64_t size) {
  CHECK(checkReady(t, b));
  if (size < -1) return raise(t, types::ValueError, "read length must be non-negative or -1");
  CHECK(checkNotClosed(t, b, "read of closed file"));
  if (size >= 0 && size <= b->ahead()) return makeBytes(take(b, size));
  ENTER(t, b);
  return size == -1 ? readAll(t, b) : readGeneric(t, b, size);
}

Ref io::bufferedRead1(Thread &t, Buffered *b, int64_t size) {
  CHECK(checkReady(t, b));
  if (size < 0) size = b->bufferSize;
  CHECK(checkNotClosed(t, b, "read of closed file"));
  if (size == 0) return makeBytes({});
  if (b->ahead() > 0) return makeBytes(take(b, size));
  BytesRef bytes = TRY(tryNewBytes(t, size));
  ENTER(t, b);
  b->resetRead();
  int64_t n = TRY(rawReadInto(t, b, bytes->data, size));
  return trimmed(std::move(bytes), std::max<int64_t>(n, 0));
}

Ref io::bufferedReadMethod(Thread &t, const Value *args) {
  return bufferedRead(t, self(args), TRY(sizeArgument(t, args[1])));
}

Ref io::bufferedRead1Method(Thread &t, const Value *args) {
  return bufferedRead1(t, self(args), TRY(asInt64(t, args[1])));
}

Ref io::bufferedReadinto(Thread &t, const Value *args) { return readInto(t, args, false); }
Ref io::bufferedReadinto1(Thread &t, const Value *args) { return readInto(t, args, true); }

Ref io::bufferedReadline(Thread &t, const Value *args) {
  int64_t limit = TRY(sizeArgument(t, args[1]));
  CHECK(checkReady(t, self(args)));
  return bufferedReadLine(t, self(args), limit);
}

Ref io::bufferedPeek(Thread &t, const Value *args) {
  Buffered *b = self(args);
  CHECK(asInt64(t, args[1]));
  CHECK(checkReady(t, b));
  CHECK(checkNotClosed(t, b, "peek of closed file"));
  ENTER(t, b);
  CHECK(flushIfWritable(t, b));
  if (int64_t have = b->ahead()) return makeBytes({b->buffer + b->pos, size_t(have)});
  b->resetRead();
  int64_t n = TRY(fillBuffer(t, b));
  b->pos = 0;
  return makeBytes({b->buffer, size_t(std::max<int64_t>(n, 0))});
}

Ref io::bufferedNext(Thread &t, Value v) {
  auto *b = v.as<Buffered>();
  CHECK(checkReady(t, b));
  Ref line;
  if (isExactly(v, types::BufferedReader) || isExactly(v, types::BufferedRandom)) {
    line = TRY(bufferedReadLine(t, b, -1));
  } else {
    line = TRY(callMethod(t, v, names::readline));
    if (!isBytes(line))
      return raise(t, types::OSError, "readline() should have returned a bytes object, not '%'",
                   typeName(line));
  }
  if (!line.as<Bytes>()->length) return {};
  return line;
}
