// posix: file descriptors.
#include "VM/Core/Audit.h"
#include "VM/Modules/posix/Path.h"
#include "VM/Protocol/Buffer.h"
#include "VM/Types/Bytes.h"
#include "VM/Types/Int/Int.h"
#include "VM/Types/Tuple.h"
#include <cerrno>
#include <unistd.h>

using namespace coil::vm;

namespace {

// open(path, flags, mode=511, *, dir_fd=None): descriptors are not inherited (PEP 446).
Ref posixOpen(Thread &t, const Value *args) {
  Path path;
  CHECK(readPath(t, args[0], {.function = "open"}, path));
  int flags = TRY(readInt(t, args[1])), mode = TRY(readInt(t, args[2])),
      directory = TRY(readDirFd(t, args[3]));
  flags |= O_CLOEXEC;
  CHECK(audit(t, "open", {path.object.get(), Value::none(), Value::smallInt(flags)}));
  int fd = retrying([&] { return ::openat(directory, path.c_str(), flags, mode_t(mode)); });
  if (fd < 0) return raiseErrno(t, path);
  return makeInt(fd);
}

Ref posixClose(Thread &t, const Value *args) {
  int fd = TRY(readInt(t, args[0]));
  if (::close(fd) && errno != EINTR) return raiseErrno(t); // after EINTR it is closed, too
  return Ref::none();
}

Ref posixRead(Thread &t, const Value *args) {
  int fd = TRY(readInt(t, args[0]));
  int64_t length = TRY(indexInt64(t, args[1]));
  if (length < 0) {
    errno = EINVAL;
    return raiseErrno(t);
  }
  llvm::SmallVector<uint8_t, 4096> buffer;
  buffer.resize_for_overwrite(size_t(length));
  ssize_t got = retrying([&] { return ::read(fd, buffer.data(), buffer.size()); });
  if (got < 0) return raiseErrno(t);
  return makeBytes({buffer.data(), size_t(got)});
}

Ref posixWrite(Thread &t, const Value *args) {
  int fd = TRY(readInt(t, args[0]));
  Buffer bytes;
  CHECK(bytes.open(t, args[1]));
  ssize_t written = retrying([&] { return ::write(fd, bytes.data(), size_t(bytes.size())); });
  if (written < 0) return raiseErrno(t);
  return makeInt(int64_t(written));
}

Ref posixIsatty(Thread &t, const Value *args) { return Ref::boolean(::isatty(TRY(readInt(t, args[0])))); }

Ref posixLseek(Thread &t, const Value *args) {
  int fd = TRY(readInt(t, args[0])), how = TRY(readInt(t, args[2]));
  int64_t offset = TRY(indexInt64(t, args[1]));
  off_t position = ::lseek(fd, offset, how);
  if (position < 0) return raiseErrno(t);
  return makeInt(int64_t(position));
}

Ref posixPipe(Thread &t, const Value *) {
  int ends[2];
  if (::pipe2(ends, O_CLOEXEC)) return raiseErrno(t);
  return packTuple(Value::smallInt(ends[0]), Value::smallInt(ends[1]));
}

NativeDef kFunctions[] = {
    {"open", posixOpen, "($module, /, path, flags, mode=511, *, dir_fd=None)",
     "Open a file for low level IO.  Returns a file descriptor (integer).\n\nIf dir_fd is not None, it "
     "should be a file descriptor open to a directory,\n  and path should be relative; path will then be "
     "relative to that directory.\ndir_fd may not be implemented on your platform.\n  If it is unavailable, "
     "using it will raise a NotImplementedError."},
    {"close", posixClose, "($module, /, fd)", "Close a file descriptor."},
    {"read", posixRead, "($module, fd, length, /)", "Read from a file descriptor.  Returns a bytes object."},
    {"write", posixWrite, "($module, fd, data, /)", "Write a bytes object to a file descriptor."},
    {"isatty", posixIsatty, "($module, fd, /)",
     "Return True if the fd is connected to a terminal.\n\nReturn True if the file descriptor is an open "
     "file descriptor\nconnected to the slave end of a terminal."},
    {"lseek", posixLseek, "($module, fd, position, how, /)",
     "Set the position of a file descriptor.  Return the new position.\n\nReturn the new cursor position in "
     "number of bytes\nrelative to the beginning of the file."},
    {"pipe", posixPipe, "($module, /)",
     "Create a pipe.\n\nReturns a tuple of two file descriptors:\n  (read_fd, write_fd)"},
};

} // namespace

llvm::ArrayRef<NativeDef> coil::vm::posixFileFunctions() { return kFunctions; }
