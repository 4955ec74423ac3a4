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
  int flags = TRY(asCInt(t, args[1])), mode = TRY(asCInt(t, args[2])), directory = TRY(readDirFd(t, args[3]));
  flags |= O_CLOEXEC;
  CHECK(audit(t, "open", {path.object.get(), Value::none(), Value::smallInt(flags)}));
  int fd = retrying([&] { return ::openat(directory, path.c_str(), flags, mode_t(mode)); });
  if (fd < 0) return raiseErrno(t, path);
  return makeInt(fd);
}

Ref posixClose(Thread &t, const Value *args) {
  int fd = TRY(asCInt(t, args[0]));
  if (::close(fd) && errno != EINTR) return raiseErrno(t); // after EINTR it is closed, too
  return Ref::none();
}

Ref posixRead(Thread &t, const Value *args) {
  int fd = TRY(asCInt(t, args[0]));
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
  int fd = TRY(asCInt(t, args[0]));
  Buffer bytes;
  CHECK(bytes.open(t, args[1]));
  ssize_t written = retrying([&] { return ::write(fd, bytes.data(), size_t(bytes.size())); });
  if (written < 0) return raiseErrno(t);
  return makeInt(int64_t(written));
}

Ref posixIsatty(Thread &t, const Value *args) { return Ref::boolean(::isatty(TRY(asCInt(t, args[0])))); }

Ref posixLseek(Thread &t, const Value *args) {
  int fd = TRY(asCInt(t, args[0])), how = TRY(asCInt(t, args[2]));
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
     "Open a file with the system's flags and return its descriptor, which programs started\n"
     "later do not inherit. mode are the permissions of a new file. A relative path starts at\n"
     "the directory dir_fd if that is given."},
    {"close", posixClose, "($module, /, fd)", "Close a descriptor; OSError if it is not open."},
    {"read", posixRead, "($module, fd, length, /)",
     "Read up to length bytes from a descriptor; b'' means the end."},
    {"write", posixWrite, "($module, fd, data, /)",
     "Write a bytes-like object to a descriptor and return how many of its bytes were written."},
    {"isatty", posixIsatty, "($module, fd, /)", "Whether a descriptor is open and stands for a terminal."},
    {"lseek", posixLseek, "($module, fd, position, how, /)",
     "Move the position of a descriptor and return it. whence is SEEK_SET (from the start),\n"
     "SEEK_CUR (from the position) or SEEK_END (from the end)."},
    {"pipe", posixPipe, "($module, /)",
     "A pipe as the pair (end to read, end to write), which programs started later do not inherit."},
};

} // namespace

llvm::ArrayRef<NativeDef> coil::vm::posixFileFunctions() { return kFunctions; }
