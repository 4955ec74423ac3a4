// _io.FileIO: the methods. Opening is in FileOpen.cpp.
#include "VM/Modules/_io/FileIO.h"
#include "VM/Core/Gil.h"
#include "VM/Core/Names.h"
#include "VM/Core/Signals.h"
#include "VM/Exceptions/Exception.h"
#include "VM/Modules/_io/FileOpen.h"
#include "VM/Protocol/Buffer.h"
#include "VM/Types/Int/Int.h"
#include "llvm/ADT/SmallVector.h"
#include <cerrno>
#include <sys/stat.h>
#include <unistd.h>

using namespace coil::vm;
using namespace coil::vm::io;

namespace {

// The most that one read() or write() may be asked for.
constexpr int64_t kMaxTransfer = 0x7ffff000;

FileIO *self(Value v) { return v.as<FileIO>(); }

Status checkOpen(Thread &t, Value v) {
  // Unlike the other streams' message, CPython's has no full stop here.
  if (self(v)->fd < 0) return raise(t, types::ValueError, "I/O operation on closed file");
  return Status::ok();
}

Status checkMode(Thread &t, bool able, const char *message) {
  if (!able) return raiseUnsupported(t, message);
  return Status::ok();
}
Status checkReading(Thread &t, Value v) {
  CHECK(checkOpen(t, v));
  return checkMode(t, self(v)->readable, "File not open for reading");
}
Status checkWriting(Thread &t, Value v) {
  CHECK(checkOpen(t, v));
  return checkMode(t, self(v)->writable, "File not open for writing");
}

Ref fileNew(Thread &, Value, const CallArgs &args) {
  auto *file = newInstance<FileIO>(args);
  file->fd = -1;
  file->seekable = -1;
  file->closefd = true;
  return Ref::take(Value(file));
}

Status closeDescriptor(Thread &t, FileIO *file) {
  int fd = std::exchange(file->fd, -1);
  if (fd >= 0 && ::close(fd) < 0) return raiseOSError(t, errno);
  return Status::ok();
}

const NativeDef &initDef();

// file, mode, closefd, opener
Ref fileInit(Thread &t, const Value *args) {
  FileIO *file = self(args[0]);
  if (file->fd >= 0) { // initialised once before
    if (file->closefd)
      CHECK(closeDescriptor(t, file));
    else
      file->fd = -1;
  }
  if (!isStr(args[2]))
    return raise(t, types::TypeError, "FileIO() argument 'mode' must be str, not %",
                 argumentTypeName(args[2]));
  bool closefd = TRY(intArgument(t, args[3]));
  CHECK(openFile(t, file, args[1], toUtf8(args[2].as<Str>()), closefd, args[4]));
  return Ref::none();
}

const NativeDef &initDef() {
  static const NativeDef def{"FileIO", fileInit, "($self, file, mode='r', closefd=True, opener=None)",
                             nullptr};
  return def;
}

void warnIfOpen(Thread &t, FileIO *file, Value source) {
  if (file->fd >= 0 && file->closefd) warnUnclosed(t, source, Value(file));
}

Ref fileDeallocWarn(Thread &t, const Value *args) {
  warnIfOpen(t, self(args[0]), args[1]);
  return Ref::none();
}

Ref fileClose(Thread &t, const Value *args) {
  FileIO *file = self(args[0]);
  Value method = typeLookup(&types::RawIOBase, names::close);
  Ref closed = call(t, method, {args[0]});
  if (!file->closefd) {
    file->fd = -1;
    return closed;
  }
  Ref error = takePending(t);
  if (file->finalizing) warnIfOpen(t, file, args[0]);
  (void)!closeDescriptor(t, file);
  CHECK(chainPending(t, std::move(error)));
  return Ref::none();
}

Ref orNone(int64_t n) { return n == kWouldBlock ? Ref::none() : makeInt(n); }

Ref fileReadinto(Thread &t, const Value *args) {
  Buffer room;
  CHECK(room.openWritable(t, args[1], "readinto", "argument"));
  CHECK(checkReading(t, args[0]));
  return orNone(TRY(fileRead(t, self(args[0]), room.data(), room.size())));
}

// What is left of a regular file, by its size, and one byte more to see its end; else a guess that grows.
int64_t firstGuess(FileIO *file) {
  struct stat info;
  if (::fstat(file->fd, &info) || info.st_size <= 0) return kDefaultBufferSize;
  off_t at = ::lseek(file->fd, 0, SEEK_CUR);
  if (at < 0 || at > info.st_size || info.st_size - at > int64_t(1) << 40) return kDefaultBufferSize;
  return info.st_size - at + 1;
}

Ref fileReadall(Thread &t, const Value *args) {
  CHECK(checkOpen(t, args[0]));
  FileIO *file = self(args[0]);
  llvm::SmallVector<uint8_t, 0> all;
  int64_t room = firstGuess(file);
  for (;;) {
    size_t have = all.size();
    all.resize_for_overwrite(have + size_t(room));
    int64_t n = TRY(fileRead(t, file, all.data() + have, room));
    all.truncate(have + (n > 0 ? size_t(n) : 0));
    if (n == kWouldBlock && all.empty()) return Ref::none();
    if (n <= 0) break;
    if (n == room)
      room = std::max<int64_t>(kDefaultBufferSize, int64_t(all.size()) / 2);
    else
      room -= n;
    if (room <= 0) room = kDefaultBufferSize;
  }
  return makeBytes(all);
}

Ref fileReadMethod(Thread &t, const Value *args) {
  CHECK(checkReading(t, args[0]));
  int64_t size = TRY(sizeArgument(t, args[1]));
  if (size < 0) return fileReadall(t, args);
  size = std::min(size, kMaxTransfer);
  BytesRef bytes = TRY(tryNewBytes(t, size));
  int64_t n = TRY(fileRead(t, self(args[0]), bytes->data, size));
  if (n == kWouldBlock) return Ref::none();
  if (n == size && n > 1) return bytes;
  return makeBytes({bytes->data, size_t(n)});
}

Ref fileWriteMethod(Thread &t, const Value *args) {
  Buffer data;
  CHECK(data.open(t, args[1]));
  CHECK(checkWriting(t, args[0]));
  return orNone(TRY(fileWrite(t, self(args[0]), data.data(), data.size())));
}

Ref fileSeekMethod(Thread &t, const Value *args) {
  int whence = TRY(intArgument(t, args[2]));
  CHECK(checkOpen(t, args[0]));
  Ref number = TRY(index(t, args[1]));
  int64_t position;
  if (!toInt64(number, position))
    return raise(t, types::OverflowError, "Python int too large to convert to C long");
  return makeInt(TRY(fileSeek(t, self(args[0]), position, whence)));
}

Ref fileTell(Thread &t, const Value *args) {
  CHECK(checkOpen(t, args[0]));
  return makeInt(TRY(fileSeek(t, self(args[0]), 0, SEEK_CUR)));
}

Ref fileTruncate(Thread &t, const Value *args) {
  CHECK(checkWriting(t, args[0]));
  Ref size = args[1].isNone() ? fileTell(t, args) : Ref::share(args[1]);
  if (!size) return {};
  Ref number = TRY(index(t, size));
  int64_t length;
  if (!toInt64(number, length))
    return raise(t, types::OverflowError, "Python int too large to convert to C long");
  int status;
  do status = ::ftruncate(self(args[0])->fd, length);
  while (status != 0 && errno == EINTR && runSignalHandlers(t));
  if (status != 0) return t.hasPending() ? Failure() : raiseOSError(t, errno);
  return size;
}

Ref fileSeekable(Thread &t, const Value *args) {
  CHECK(checkOpen(t, args[0]));
  FileIO *file = self(args[0]);
  if (file->seekable < 0) file->seekable = ::lseek(file->fd, 0, SEEK_CUR) >= 0;
  return Ref::boolean(file->seekable == 1);
}
Ref fileReadable(Thread &t, const Value *args) {
  CHECK(checkOpen(t, args[0]));
  return Ref::boolean(self(args[0])->readable);
}
Ref fileWritable(Thread &t, const Value *args) {
  CHECK(checkOpen(t, args[0]));
  return Ref::boolean(self(args[0])->writable);
}
Ref fileFileno(Thread &t, const Value *args) {
  CHECK(checkOpen(t, args[0]));
  return makeInt(self(args[0])->fd);
}
Ref fileIsatty(Thread &t, const Value *args) {
  CHECK(checkOpen(t, args[0]));
  return Ref::boolean(::isatty(self(args[0])->fd));
}

const char *modeText(const FileIO *file) {
  if (file->created) return file->readable ? "xb+" : "xb";
  if (file->appending) return file->readable ? "ab+" : "ab";
  if (file->readable) return file->writable ? "rb+" : "rb";
  return "wb";
}

Ref fileRepr(Thread &t, Value v) {
  FileIO *file = self(v);
  if (file->fd < 0) return makeStrAscii("<_io.FileIO [closed]>");
  std::string tail =
      std::string(" mode='") + modeText(file) + "' closefd=" + (file->closefd ? "True" : "False") + ">";
  Ref name;
  if (!lookupAttr(t, v, names::name, name)) return {};
  if (!name) return makeStr("<_io.FileIO fd=" + std::to_string(file->fd) + tail);
  ReprGuard guard(v);
  if (!guard.entered()) return raiseReentrantRepr(t, v);
  return makeStr("<_io.FileIO name=" + TRY(reprText(t, name)) + tail);
}

Ref getBlockSize(Thread &, Value v) { return makeInt(int64_t(self(v)->blockSize)); }
Status setBlockSize(Thread &t, Value v, Value value) {
  if (value.empty()) return raise(t, types::TypeError, "can't delete numeric/char attribute");
  self(v)->blockSize = uint32_t(TRY(asInt64(t, value)));
  return Status::ok();
}
Ref getFinalizing(Thread &, Value v) { return Ref::boolean(self(v)->finalizing); }
Status setFinalizing(Thread &t, Value v, Value value) {
  if (value.empty()) return raise(t, types::TypeError, "can't delete numeric/char attribute");
  if (!value.isBool()) return raise(t, types::TypeError, "attribute value type must be bool");
  self(v)->finalizing = value.isTrue();
  return Status::ok();
}
Ref getClosed(Thread &, Value v) { return Ref::boolean(self(v)->fd < 0); }
Ref getClosefd(Thread &, Value v) { return Ref::boolean(self(v)->closefd); }
Ref getMode(Thread &, Value v) { return internText(modeText(self(v))); }

NativeDef kMethods[] = {
    {"__new__", fileNew, "($type, *args, **kwargs)", "Make a new object of the class."},
    {"read", fileReadMethod, "($self, size=-1, /)",
     "Read up to size bytes with one system call, so that fewer may come; all that are left if\n"
     "size is negative. b'' means the end of the file, None that nothing can be read now\n"
     "without blocking."},
    {"readall", fileReadall, "($self, /)",
     "Read to the end of the file.\n"
     "None if nothing can be read now without blocking."},
    {"readinto", fileReadinto, "($self, buffer, /)",
     "Read into a writable buffer with one system call and return how many bytes came.\n"
     "0 means the end of the file, None that nothing can be read now without blocking."},
    {"write", fileWriteMethod, "($self, b, /)",
     "Write a bytes-like object with one system call and return how many of its bytes were taken.\n"
     "None if nothing can be written now without blocking."},
    {"seek", fileSeekMethod, "($self, pos, whence=0, /)",
     "Move the position by pos bytes from the start (whence 0), the position (1) or the end\n"
     "(2), and return it. OSError if the file has no position, as a pipe."},
    {"tell", fileTell, "($self, /)", "The position, in bytes from the start; OSError if the file has none."},
    {"truncate", fileTruncate, "($self, size=None, /)",
     "Make the file size bytes long, by default as long as its position says, and return size.\n"
     "The position stays."},
    {"close", fileClose, "($self, /)",
     "Close the file, and its descriptor unless closefd is false. Closing again does nothing."},
    {"seekable", fileSeekable, "($self, /)", "Whether the file has a position that can be moved."},
    {"readable", fileReadable, "($self, /)", "Whether the mode allows reading."},
    {"writable", fileWritable, "($self, /)", "Whether the mode allows writing."},
    {"fileno", fileFileno, "($self, /)", "The number of the file descriptor."},
    {"isatty", fileIsatty, "($self, /)", "Whether the file is a terminal."},
    {"_dealloc_warn", fileDeallocWarn, "!($self, source, /)", nullptr},
};
const GetSetDef kGetSets[] = {
    {"_blksize", getBlockSize, setBlockSize, nullptr, true},
    {"_finalizing", getFinalizing, setFinalizing, nullptr, true},
    {"closed", getClosed, nullptr, "True if the file is closed"},
    {"closefd", getClosefd, nullptr, "Whether close() closes the descriptor as well."},
    {"mode", getMode, nullptr, "The mode as a string, with a 'b' in it."},
};

} // namespace

Result<int64_t> io::fileRead(Thread &t, FileIO *file, uint8_t *to, int64_t size) {
  if (file->fd < 0) return raise(t, types::ValueError, "I/O operation on closed file");
  for (;;) {
    ssize_t n = unlocked(t, [&] { return ::read(file->fd, to, size_t(std::min(size, kMaxTransfer))); });
    if (n >= 0) return n;
    if (errno == EAGAIN) return kWouldBlock;
    if (errno != EINTR) return raiseOSError(t, errno);
    CHECK(runSignalHandlers(t));
  }
}

Result<int64_t> io::fileWrite(Thread &t, FileIO *file, const uint8_t *from, int64_t size) {
  if (file->fd < 0) return raise(t, types::ValueError, "I/O operation on closed file");
  for (;;) {
    ssize_t n = unlocked(t, [&] { return ::write(file->fd, from, size_t(std::min(size, kMaxTransfer))); });
    if (n >= 0) return n;
    if (errno == EAGAIN) return kWouldBlock;
    if (errno != EINTR) return raiseOSError(t, errno);
    CHECK(runSignalHandlers(t));
  }
}

Result<int64_t> io::fileSeek(Thread &t, FileIO *file, int64_t position, int whence) {
  if (file->fd < 0) return raise(t, types::ValueError, "I/O operation on closed file");
  off_t at = ::lseek(file->fd, position, whence);
  if (file->seekable < 0) file->seekable = at >= 0;
  if (at < 0) return raiseOSError(t, errno);
  return at;
}

Type types::FileIO;

const TypeSpec coil::vm::kFileIOSpec = {
    .name = "_io.FileIO",
    .size = sizeof(FileIO),
    .flags = kTypeBase,
    .fillSlots =
        [](Slots &s) {
          s.repr = fileRepr, s.getAttr = genericGetAttr;
          s.init = [](Thread &t, Value v, const CallArgs &args) { return callInit(t, initDef(), v, args); };
        },
    .methods = kMethods,
    .getsets = kGetSets,
    .doc = "A file of the operating system, read and written without a buffer.\n"
           "\n"
           "file is a path or an open descriptor. mode is 'r', 'w' (start with an empty file), 'x'\n"
           "(the file must not exist yet) or 'a' (write at the end), with a '+' for both directions.\n"
           "closefd=False leaves a given descriptor open in the end. opener(path, flags), if given,\n"
           "returns the descriptor in place of os.open().",
    .signature = "(file, mode='r', closefd=True, opener=None)",
};
