// What BufferedReader, BufferedWriter and BufferedRandom share: one buffer over a raw stream.
#pragma once

#include "VM/Core/Gil.h"
#include "VM/Modules/_io/FileIO.h"

namespace coil::vm {

// The buffer holds a stretch of the raw stream: bytes [0, readEnd) are what was read from it, bytes
// [writePos, writeEnd) are what is still to be written. `pos` is the logical position in it, `rawPos` the raw
// stream's.
struct Buffered : IOBase {
  Value raw; // owned; empty once detached
  bool ok, detached, readable, writable, finalizing;
  bool fastClosed;     // the raw stream is an exact FileIO, so that asking it runs no Python code
  bool busy;           // an operation is under way, which the raw stream's code must not start again
  Thread *busyThread;  // whose operation it is; other threads wait
  int64_t absolutePos; // the raw stream's position in the file; -1: not known
  uint8_t *buffer;     // malloc'ed; null once closed
  int64_t pos, rawPos;
  int64_t readEnd;                // -1: the buffer holds nothing read
  int64_t writePos, writeEnd;     // writeEnd -1: nothing to write
  int64_t bufferSize, bufferMask; // mask: size - 1 for powers of two, else 0

  bool hasRead() const { return readable && readEnd != -1; }
  bool hasWrites() const { return writable && writeEnd != -1; }
  int64_t ahead() const { return hasRead() ? readEnd - pos : 0; }
  int64_t rawOffset() const { return (hasRead() || hasWrites()) && rawPos >= 0 ? rawPos - pos : 0; }
  void resetRead() { readEnd = -1; }
  void resetWrite() { writePos = 0, writeEnd = -1; }
  // Moves the position; what lies before it counts as read.
  void moveTo(int64_t position) {
    pos = position;
    if (hasRead() && readEnd < pos) readEnd = pos;
  }
};

namespace io {

// While it lives, the stream is busy. Fails when it is already: "reentrant call inside <...>".
class [[nodiscard]] Busy {
  Buffered *self = nullptr;

public:
  Busy(Thread &t, Buffered *stream);
  ~Busy() { leave(); }
  void leave() {
    if (!self) return;
    self->busy = false;
    gil::notify();
    self = nullptr;
  }
  explicit operator bool() const { return self; }
};
#define ENTER(t, stream)                                                                                     \
  Busy busy(t, stream);                                                                                      \
  if (!busy) return {                                                                                        \
    }

// Set up, attached, and not closed: "read of closed file".
Status checkReady(Thread &t, Buffered *self);
Status checkNotClosed(Thread &t, Buffered *self, const char *message);
Result<bool> bufferedClosed(Thread &t, Buffered *self);

// __init__ of all three.
Status bufferedInit(Thread &t, Buffered *self, Value raw, int64_t bufferSize, bool readable, bool writable);

// --- the raw stream
Result<int64_t> rawTell(Thread &t, Buffered *self);
Result<int64_t> rawSeek(Thread &t, Buffered *self, int64_t target, int whence);
// kWouldBlock where the raw stream says None.
Result<int64_t> rawReadInto(Thread &t, Buffered *self, uint8_t *to, int64_t size);
Result<int64_t> rawWriteFrom(Thread &t, Buffered *self, const uint8_t *from, int64_t size);

// --- reading (BufferedReading.cpp); the stream is busy already where a name says Locked
Result<int64_t> fillBuffer(Thread &t, Buffered *self);
Ref bufferedReadLine(Thread &t, Buffered *self, int64_t limit);
// read(size) and read1(size) with everything checked as the methods do.
Ref bufferedRead(Thread &t, Buffered *self, int64_t size);
Ref bufferedRead1(Thread &t, Buffered *self, int64_t size);

// --- writing (BufferedWriting.cpp)
Status flushWritesLocked(Thread &t, Buffered *self);
// Writes what is to be written and brings the raw stream to the logical position.
Status flushAndRewindLocked(Thread &t, Buffered *self);
Result<int64_t> bufferedWrite(Thread &t, Buffered *self, llvm::ArrayRef<uint8_t> data);
Status bufferedFlush(Thread &t, Buffered *self);

// The methods, one function for all three types, with `args` as the tables bind them.
#define METHOD(Name) Ref buffered##Name(Thread &t, const Value *args);
METHOD(Close)
METHOD(Detach)
METHOD(SeekableMethod)
METHOD(ReadableMethod)
METHOD(WritableMethod)
METHOD(Fileno)
METHOD(Isatty)
METHOD(DeallocWarn)
METHOD(FlushMethod)
METHOD(SimpleFlush)
METHOD(Seek)
METHOD(Tell)
METHOD(Truncate)
METHOD(ReadMethod)
METHOD(Read1Method)
METHOD(Readinto)
METHOD(Readinto1)
METHOD(Readline)
METHOD(Peek)
METHOD(WriteMethod)
METHOD(Sizeof)
#undef METHOD
Ref bufferedNew(Thread &t, Value, const CallArgs &args);
Ref bufferedNext(Thread &t, Value self);
Ref bufferedRepr(Thread &t, Value self);
void bufferedTraverse(Object *o, Visitor &visitor);
void bufferedClear(Object *o);
extern const GetSetDef kBufferedGetSets[5];

inline bool isBuffered(Value v) {
  return isExactly(v, types::BufferedReader) || isExactly(v, types::BufferedWriter) ||
         isExactly(v, types::BufferedRandom);
}

} // namespace io
} // namespace coil::vm
