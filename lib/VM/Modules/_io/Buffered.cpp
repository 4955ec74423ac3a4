// What BufferedReader, BufferedWriter and BufferedRandom share: the raw stream, position, closing.
#include "VM/Modules/_io/Buffered.h"
#include "VM/Core/Gil.h"
#include "VM/Core/Names.h"
#include "VM/Core/Runtime.h"
#include "VM/Exceptions/Exception.h"
#include "VM/Modules/_io/ByteArrays.h"
#include "VM/Types/Int/Int.h"
#include <cerrno>
#include <cstdlib>
#include <unistd.h>

using namespace coil::vm;
using namespace coil::vm::io;

static Buffered *self(const Value *args) { return args[0].as<Buffered>(); }

io::Busy::Busy(Thread &t, Buffered *stream) {
  while (stream->busy && stream->busyThread != &t && !runtime.finalizing) gil::wait(t);
  if (!stream->busy) {
    stream->busy = true;
    stream->busyThread = &t;
    self = stream;
    return;
  }
  auto shown = reprText(t, Value(stream));
  if (shown) (void)raise(t, types::RuntimeError, "reentrant call inside %", *shown);
}

Status io::checkReady(Thread &t, Buffered *self) {
  if (self->ok) [[likely]]
    return Status::ok();
  return raise(t, types::ValueError,
               self->detached ? "raw stream has been detached" : "I/O operation on uninitialized object");
}

Result<bool> io::bufferedClosed(Thread &t, Buffered *self) {
  CHECK(checkReady(t, self));
  if (self->fastClosed) return self->raw.as<FileIO>()->fd < 0;
  return isClosed(t, self->raw);
}

// What has been read ahead can still be read from a closed stream.
Status io::checkNotClosed(Thread &t, Buffered *self, const char *message) {
  bool closed = !self->buffer || TRY(bufferedClosed(t, self));
  if (closed && self->ahead() == 0) return raise(t, types::ValueError, "%", message);
  return Status::ok();
}

Status io::bufferedInit(Thread &t, Buffered *self, Value raw, int64_t bufferSize, bool readable,
                        bool writable) {
  replaceOwned(self->raw, retained(raw));
  self->bufferSize = bufferSize;
  self->readable = readable, self->writable = writable;
  self->pos = self->rawPos = 0;
  if (bufferSize <= 0) return raise(t, types::ValueError, "buffer size must be strictly positive");
  if (bufferSize > int64_t(1) << 46) return raise(t, types::MemoryError, "");
  std::free(self->buffer);
  self->buffer = static_cast<uint8_t *>(std::malloc(size_t(bufferSize)));
  self->bufferMask = (bufferSize & (bufferSize - 1)) == 0 ? bufferSize - 1 : 0;
  Type *type = self->type;
  self->fastClosed =
      (type == &types::BufferedReader || type == &types::BufferedWriter || type == &types::BufferedRandom) &&
      isExactly(raw, types::FileIO);
  if (!rawTell(t, self)) clearPending(t);
  self->resetRead();
  self->resetWrite();
  self->ok = true;
  return Status::ok();
}

// --- the raw stream ----------------------------------------------------------------------------------------

Result<int64_t> io::rawTell(Thread &t, Buffered *self) {
  int64_t n;
  self->absolutePos = -1;
  if (self->fastClosed) {
    n = TRY(fileSeek(t, self->raw.as<FileIO>(), 0, SEEK_CUR));
  } else {
    Ref answer = TRY(callMethod(t, self->raw, names::tell));
    n = TRY(offsetArgument(t, answer));
  }
  if (n < 0) return raise(t, types::OSError, "Raw stream returned invalid position %", n);
  return self->absolutePos = n;
}

Result<int64_t> io::rawSeek(Thread &t, Buffered *self, int64_t target, int whence) {
  int64_t n;
  if (self->fastClosed) {
    n = TRY(fileSeek(t, self->raw.as<FileIO>(), target, whence));
  } else {
    Ref to = makeInt(target);
    Ref answer = TRY(callMethod(t, self->raw, names::seek, {to.get(), Value::smallInt(whence)}));
    n = TRY(offsetArgument(t, answer));
  }
  if (n < 0) return raise(t, types::OSError, "Raw stream returned invalid position %", n);
  return self->absolutePos = n;
}

static Failure raiseLength(Thread &t, const char *function, int64_t n, int64_t size) {
  return raise(t, types::OSError, "raw %() returned invalid length % (should have been between 0 and %)",
               function, n, size);
}

static Result<int64_t> askRead(Thread &t, Buffered *self, uint8_t *to, int64_t size) {
  Ref window = TRY(viewOfMemory(t, to, size, false));
  Ref answer;
  do answer = callMethod(t, self->raw, names::readinto, {window.get()});
  while (!answer && trapInterrupted(t));
  if (!answer) return {};
  if (answer->isNone()) return kWouldBlock;
  auto n = indexOr(t, answer, types::ValueError);
  if (!n) {
    Ref cause = takePending(t);
    (void)raise(t, types::OSError, "raw readinto() failed");
    return chainCause(t, cause);
  }
  if (*n < 0 || *n > size) return raiseLength(t, "readinto", *n, size);
  return n;
}

Result<int64_t> io::rawReadInto(Thread &t, Buffered *self, uint8_t *to, int64_t size) {
  int64_t n;
  if (self->fastClosed && self->raw.as<FileIO>()->readable)
    n = TRY(fileRead(t, self->raw.as<FileIO>(), to, size));
  else
    n = TRY(askRead(t, self, to, size));
  if (n > 0 && self->absolutePos != -1) self->absolutePos += n;
  return n;
}

static Result<int64_t> askWrite(Thread &t, Buffered *self, const uint8_t *from, int64_t size) {
  Ref window = TRY(viewOfMemory(t, const_cast<uint8_t *>(from), size, true));
  Ref answer;
  do answer = callMethod(t, self->raw, names::write, {window.get()});
  while (!answer && trapInterrupted(t));
  if (!answer) return {};
  if (answer->isNone()) return kWouldBlock;
  auto n = indexOr(t, answer, types::ValueError);
  if (!n) clearPending(t);
  int64_t written = n ? *n : -1;
  if (written < 0 || written > size) return raiseLength(t, "write", written, size);
  return written;
}

Result<int64_t> io::rawWriteFrom(Thread &t, Buffered *self, const uint8_t *from, int64_t size) {
  int64_t n;
  if (self->fastClosed && self->raw.as<FileIO>()->writable)
    n = TRY(fileWrite(t, self->raw.as<FileIO>(), from, size));
  else
    n = TRY(askWrite(t, self, from, size));
  if (n > 0 && self->absolutePos != -1) self->absolutePos += n;
  return n;
}

// --- closing -----------------------------------------------------------------------------------------------

Ref io::bufferedDeallocWarn(Thread &t, const Value *args) {
  if (self(args)->ok && !self(args)->raw.empty() &&
      !callMethod(t, self(args)->raw, names::deallocWarn, {args[1]}))
    clearPending(t);
  return Ref::none();
}

Ref io::bufferedClose(Thread &t, const Value *args) {
  Buffered *b = self(args);
  CHECK(checkReady(t, b));
  {
    ENTER(t, b);
    if (TRY(bufferedClosed(t, b))) return Ref::none();
    if (b->finalizing) {
      const Value warn[] = {args[0], args[0]};
      (void)!bufferedDeallocWarn(t, warn);
    }
  }
  // flush() takes the stream again, so it must not be busy here.
  (void)!callMethod(t, args[0], names::flush);
  Ref error = takePending(t);
  ENTER(t, b);
  Ref closed = callMethod(t, b->raw, names::close);
  std::free(std::exchange(b->buffer, nullptr));
  b->readEnd = 0;
  b->pos = 0;
  CHECK(chainPending(t, std::move(error)));
  return closed;
}

Ref io::bufferedDetach(Thread &t, const Value *args) {
  CHECK(checkReady(t, self(args)));
  CHECK(callMethod(t, args[0], names::flush));
  Ref raw = Ref::take(std::exchange(self(args)->raw, Value()));
  self(args)->detached = true;
  self(args)->ok = false;
  return raw;
}

// --- what the raw stream answers ---------------------------------------------------------------------------

static Ref forward(Thread &t, const Value *args, Str *method) {
  CHECK(checkReady(t, self(args)));
  return callMethod(t, self(args)->raw, method);
}
Ref io::bufferedSeekableMethod(Thread &t, const Value *args) { return forward(t, args, names::seekable); }
Ref io::bufferedReadableMethod(Thread &t, const Value *args) { return forward(t, args, names::readable); }
Ref io::bufferedWritableMethod(Thread &t, const Value *args) { return forward(t, args, names::writable); }
Ref io::bufferedFileno(Thread &t, const Value *args) { return forward(t, args, names::fileno); }
Ref io::bufferedIsatty(Thread &t, const Value *args) { return forward(t, args, names::isatty); }
// A reader has nothing to flush itself.
Ref io::bufferedSimpleFlush(Thread &t, const Value *args) { return forward(t, args, names::flush); }

// --- position ----------------------------------------------------------------------------------------------

Ref io::bufferedTell(Thread &t, const Value *args) {
  CHECK(checkReady(t, self(args)));
  int64_t at = TRY(rawTell(t, self(args)));
  return makeInt(at - self(args)->rawOffset());
}

// The new position if it lies in what has been read ahead, else -1.
static Result<int64_t> seekInside(Thread &t, Buffered *b, int64_t target, int whence) {
  if (whence == SEEK_END || whence > SEEK_END || !b->readable) return -1;
  int64_t ahead = b->ahead();
  if (ahead <= 0) return -1;
  int64_t current = b->absolutePos != -1 ? b->absolutePos : TRY(rawTell(t, b));
  int64_t offset = whence == SEEK_SET ? target - (current - b->rawOffset()) : target;
  if (offset < -b->pos || offset > ahead) return -1;
  b->pos += offset;
  return current - ahead + offset;
}

Ref io::bufferedSeek(Thread &t, const Value *args) {
  Buffered *b = self(args);
  int whence = TRY(intArgument(t, args[2]));
  CHECK(checkReady(t, b));
  if (whence < 0 || whence > SEEK_HOLE)
    return raise(t, types::ValueError, "whence value % unsupported", whence);
  CHECK(checkNotClosed(t, b, "seek of closed file"));
  CHECK(checkSeekable(t, b->raw));
  int64_t target = TRY(offsetArgument(t, args[1]));
  int64_t inside = TRY(seekInside(t, b, target, whence));
  if (inside >= 0) return makeInt(inside);
  ENTER(t, b);
  if (b->writable) CHECK(flushWritesLocked(t, b));
  if (whence == SEEK_CUR) target -= b->rawOffset();
  int64_t at = TRY(rawSeek(t, b, target, whence));
  b->rawPos = -1;
  if (b->readable) b->resetRead();
  return makeInt(at);
}

Ref io::bufferedTruncate(Thread &t, const Value *args) {
  Buffered *b = self(args);
  CHECK(checkReady(t, b));
  CHECK(checkNotClosed(t, b, "truncate of closed file"));
  if (!b->writable) return raiseUnsupported(t, "truncate");
  ENTER(t, b);
  CHECK(flushAndRewindLocked(t, b));
  Ref size = TRY(callMethod(t, b->raw, names::truncate, {args[1]}));
  if (!rawTell(t, b)) clearPending(t);
  return size;
}

// --- attributes and the rest -------------------------------------------------------------------------------

Ref io::bufferedRepr(Thread &t, Value v) {
  std::string type = "<" + typeOf(v)->fullName().str();
  ReprGuard guard(v);
  if (!guard.entered()) return raiseReentrantRepr(t, v);
  std::string name = TRY(reprOfName(t, v, types::ValueError));
  return makeStr(name.empty() ? type + ">" : type + " name=" + name + ">");
}

Ref io::bufferedSizeof(Thread &, const Value *args) {
  return makeInt(int64_t(sizeof(Buffered)) + (self(args)->buffer ? self(args)->bufferSize : 0));
}

Ref io::bufferedNew(Thread &, Value, const CallArgs &args) {
  return Ref::take(Value(newInstance<Buffered>(args)));
}

void io::bufferedTraverse(Object *o, Visitor &visitor) {
  ioTraverse(o, visitor);
  visitor.visit(static_cast<Buffered *>(o)->raw);
}

void io::bufferedClear(Object *o) {
  auto *b = static_cast<Buffered *>(o);
  b->ok = false;
  std::free(std::exchange(b->buffer, nullptr));
  replaceOwned(b->raw, Value());
  ioClear(o);
}

static Ref getRaw(Thread &, Value v) {
  Value raw = v.as<Buffered>()->raw;
  return raw.empty() ? Ref::none() : Ref::share(raw);
}
static Ref getFinalizing(Thread &, Value v) { return Ref::boolean(v.as<Buffered>()->finalizing); }
static Status setFinalizing(Thread &t, Value v, Value value) {
  if (value.empty()) return raise(t, types::TypeError, "can't delete numeric/char attribute");
  if (!value.isBool()) return raise(t, types::TypeError, "attribute value type must be bool");
  v.as<Buffered>()->finalizing = value.isTrue();
  return Status::ok();
}
static Ref getClosed(Thread &t, Value v) { return Ref::boolean(TRY(bufferedClosed(t, v.as<Buffered>()))); }
static Ref getName(Thread &t, Value v) {
  CHECK(checkReady(t, v.as<Buffered>()));
  return getAttr(t, v.as<Buffered>()->raw, names::name);
}
static Ref getMode(Thread &t, Value v) {
  CHECK(checkReady(t, v.as<Buffered>()));
  return getAttr(t, v.as<Buffered>()->raw, names::mode);
}

const GetSetDef io::kBufferedGetSets[5] = {
    {"raw", getRaw, nullptr, nullptr, true}, {"_finalizing", getFinalizing, setFinalizing, nullptr, true},
    {"closed", getClosed, nullptr, nullptr}, {"name", getName, nullptr, nullptr},
    {"mode", getMode, nullptr, nullptr},
};
