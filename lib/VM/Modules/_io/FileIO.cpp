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
    {"__new__", fileNew, "($type, *args, **kwargs)",
     "Create and return a new object.  See help(type) for accurate signature."},
    {"read", fileReadMethod, "($self, size=-1, /)",
     "Read at most size bytes, returned as bytes.\n\nOnly makes one system call, so less data may be "
     "returned than requested.\nIn non-blocking mode, returns None if no data is available.\nReturn an empty "
     "bytes object at EOF."},
    {"readall", fileReadall, "($self, /)",
     "Read all data from the file, returned as bytes.\n\nIn non-blocking mode, returns as much as is "
     "immediately available,\nor None if no data is available.  Return an empty bytes object at EOF."},
    {"readinto", fileReadinto, "($self, buffer, /)", "Same as RawIOBase.readinto()."},
    {"write", fileWriteMethod, "($self, b, /)",
     "Write buffer b to file, return number of bytes written.\n\nOnly makes one system call, so not all of "
     "the data may be written.\nThe number of bytes actually written is returned.  In non-blocking "
     "mode,\nreturns None if the write would block."},
    {"seek", fileSeekMethod, "($self, pos, whence=0, /)",
     "Move to new file position and return the file position.\n\nArgument offset is a byte count.  Optional "
     "argument whence defaults to\nSEEK_SET or 0 (offset from start of file, offset should be >= 0); other "
     "values\nare SEEK_CUR or 1 (move relative to current position, positive or negative),\nand SEEK_END or "
     "2 (move relative to end of file, usually negative, although\nmany platforms allow seeking beyond the "
     "end of a file).\n\nNote that not all file objects are seekable."},
    {"tell", fileTell, "($self, /)", "Current file position.\n\nCan raise OSError for non seekable files."},
    {"truncate", fileTruncate, "($self, size=None, /)",
     "Truncate the file to at most size bytes and return the truncated size.\n\nSize defaults to the current "
     "file position, as returned by tell().\nThe current file position is changed to the value of size."},
    {"close", fileClose, "($self, /)",
     "Close the file.\n\nA closed file cannot be used for further I/O operations.  close() may be\ncalled "
     "more than once without error."},
    {"seekable", fileSeekable, "($self, /)", "True if file supports random-access."},
    {"readable", fileReadable, "($self, /)", "True if file was opened in a read mode."},
    {"writable", fileWritable, "($self, /)", "True if file was opened in a write mode."},
    {"fileno", fileFileno, "($self, /)", "Return the underlying file descriptor (an integer)."},
    {"isatty", fileIsatty, "($self, /)", "True if the file is connected to a TTY device."},
    {"_dealloc_warn", fileDeallocWarn, "!($self, source, /)", nullptr},
};
const GetSetDef kGetSets[] = {
    {"_blksize", getBlockSize, setBlockSize, nullptr, true},
    {"_finalizing", getFinalizing, setFinalizing, nullptr, true},
    {"closed", getClosed, nullptr, "True if the file is closed"},
    {"closefd", getClosefd, nullptr, "True if the file descriptor will be closed by close()."},
    {"mode", getMode, nullptr, "String giving the file mode"},
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
    .doc = "Open a file.\n\nThe mode can be 'r' (default), 'w', 'x' or 'a' for reading,\nwriting, exclusive "
           "creation or appending.  The file will be created if it\ndoesn't exist when opened for writing or "
           "appending; it will be truncated\nwhen opened for writing.  A FileExistsError will be raised if "
           "it already\nexists when opened for creating. Opening a file for creating implies\nwriting so "
           "this mode behaves in a similar way to 'w'.Add a '+' to the mode\nto allow simultaneous reading "
           "and writing. A custom opener can be used by\npassing a callable as *opener*. The underlying file "
           "descriptor for the file\nobject is then obtained by calling opener with (*name*, "
           "*flags*).\n*opener* must return an open file descriptor (passing os.open as *opener*\nresults in "
           "functionality similar to passing None).",
    .signature = "(file, mode='r', closefd=True, opener=None)",
};
