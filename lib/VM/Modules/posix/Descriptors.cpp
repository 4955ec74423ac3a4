// posix: what can be done to descriptors and to files as a whole.
#include "VM/Core/Audit.h"
#include "VM/Modules/posix/Path.h"
#include "VM/Protocol/Buffer.h"
#include "VM/Types/Bytes.h"
#include "VM/Types/Dict/Dict.h"
#include "VM/Types/Int/Int.h"
#include "VM/Types/List.h"
#include "VM/Types/Set.h"
#include "VM/Types/StructSequence.h"
#include "VM/Types/Tuple.h"
#include <langinfo.h>
#include <sys/eventfd.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/sysmacros.h>
#include <unistd.h>

using namespace coil::vm;

namespace {

// What a call that gives 0 or -1 means.
Ref done(Thread &t, int status) { return status < 0 ? Ref(raiseErrno(t)) : Ref::none(); }
Ref number(Thread &t, int64_t result) { return result < 0 ? Ref(raiseErrno(t)) : makeInt(result); }

Ref posixDup(Thread &t, const Value *args) {
  int fd = TRY(readInt(t, args[0]));
  return number(t, ::fcntl(fd, F_DUPFD_CLOEXEC, 0));
}

Ref posixDup2(Thread &t, const Value *args) {
  int from = TRY(readInt(t, args[0])), to = TRY(readInt(t, args[1]));
  bool inheritable = TRY(truth(t, args[2]));
  int result =
      retrying([&] { return inheritable || from == to ? ::dup2(from, to) : ::dup3(from, to, O_CLOEXEC); });
  return number(t, result);
}

Ref posixCloserange(Thread &t, const Value *args) {
  int low = std::max(0, TRY(readInt(t, args[0]))), high = TRY(readInt(t, args[1]));
  if (low < high) ::close_range(unsigned(low), unsigned(high) - 1, 0);
  return Ref::none();
}

Ref posixFsync(Thread &t, const Value *args) {
  int fd = TRY(readFd(t, args[0]));
  return done(t, retrying([&] { return ::fsync(fd); }));
}
Ref posixFdatasync(Thread &t, const Value *args) {
  int fd = TRY(readFd(t, args[0]));
  return done(t, retrying([&] { return ::fdatasync(fd); }));
}
Ref posixFchdir(Thread &t, const Value *args) {
  int fd = TRY(readFd(t, args[0]));
  CHECK(audit(t, "os.chdir", {Value::smallInt(fd)}));
  return done(t, retrying([&] { return ::fchdir(fd); }));
}
Ref posixSync(Thread &, const Value *) {
  ::sync();
  return Ref::none();
}

Ref posixFtruncate(Thread &t, const Value *args) {
  int fd = TRY(readInt(t, args[0]));
  int64_t length = TRY(indexInt64(t, args[1]));
  CHECK(audit(t, "os.truncate", {Value::smallInt(fd), args[1]}));
  return done(t, retrying([&] { return ::ftruncate(fd, length); }));
}
Ref posixTruncate(Thread &t, const Value *args) {
  Path path;
  CHECK(readPath(t, args[0], {.function = "truncate", .allowFd = true}, path));
  int64_t length = TRY(indexInt64(t, args[1]));
  CHECK(audit(t, "os.truncate", {args[0], args[1]}));
  int status = path.fd >= 0 ? ::ftruncate(path.fd, length) : ::truncate(path.c_str(), length);
  return status < 0 ? Ref(raiseErrno(t, path)) : Ref::none();
}

Ref posixLockf(Thread &t, const Value *args) {
  int fd = TRY(readInt(t, args[0])), command = TRY(readInt(t, args[1]));
  int64_t length = TRY(indexInt64(t, args[2]));
  CHECK(audit(t, "os.lockf", {args[0], args[1], args[2]}));
  return done(t, ::lockf(fd, command, length));
}

Ref posixPipe2(Thread &t, const Value *args) {
  int ends[2];
  if (::pipe2(ends, TRY(readInt(t, args[0])))) return raiseErrno(t);
  return packTuple(Value::smallInt(ends[0]), Value::smallInt(ends[1]));
}

// --- flags of descriptors

Ref posixGetInheritable(Thread &t, const Value *args) {
  int flags = ::fcntl(TRY(readInt(t, args[0])), F_GETFD);
  return flags < 0 ? Ref(raiseErrno(t)) : Ref::boolean(!(flags & FD_CLOEXEC));
}
Ref posixSetInheritable(Thread &t, const Value *args) {
  int fd = TRY(readInt(t, args[0])), on = TRY(readInt(t, args[1]));
  int flags = ::fcntl(fd, F_GETFD);
  if (flags < 0) return raiseErrno(t);
  return done(t, ::fcntl(fd, F_SETFD, on ? flags & ~FD_CLOEXEC : flags | FD_CLOEXEC));
}
Ref posixGetBlocking(Thread &t, const Value *args) {
  int flags = ::fcntl(TRY(readInt(t, args[0])), F_GETFL);
  return flags < 0 ? Ref(raiseErrno(t)) : Ref::boolean(!(flags & O_NONBLOCK));
}
Ref posixSetBlocking(Thread &t, const Value *args) {
  int fd = TRY(readInt(t, args[0]));
  bool on = TRY(truth(t, args[1]));
  int flags = ::fcntl(fd, F_GETFL);
  if (flags < 0) return raiseErrno(t);
  return done(t, ::fcntl(fd, F_SETFL, on ? flags & ~O_NONBLOCK : flags | O_NONBLOCK));
}

Ref posixDeviceEncoding(Thread &t, const Value *args) {
  if (!::isatty(TRY(readInt(t, args[0])))) return Ref::none();
  return makeStr(::nl_langinfo(CODESET));
}

// --- space

Ref posixPosixFallocate(Thread &t, const Value *args) {
  int fd = TRY(readInt(t, args[0]));
  int64_t offset = TRY(indexInt64(t, args[1])), length = TRY(indexInt64(t, args[2]));
  int error;
  do error = ::posix_fallocate(fd, offset, length);
  while (error == EINTR && runSignalHandlers(t));
  if (t.hasPending()) return {};
  return error ? Ref(raiseOSError(t, error)) : Ref::none();
}
Ref posixPosixFadvise(Thread &t, const Value *args) {
  int fd = TRY(readInt(t, args[0])), advice = TRY(readInt(t, args[3]));
  int64_t offset = TRY(indexInt64(t, args[1])), length = TRY(indexInt64(t, args[2]));
  int error;
  do error = ::posix_fadvise(fd, offset, length, advice);
  while (error == EINTR && runSignalHandlers(t));
  if (t.hasPending()) return {};
  return error ? Ref(raiseOSError(t, error)) : Ref::none();
}

// --- descriptors of other kinds

Ref posixMemfdCreate(Thread &t, const Value *args) {
  Path name;
  CHECK(readPath(t, args[0], {.function = "memfd_create", .argument = "name"}, name));
  unsigned flags = args[1].empty() ? MFD_CLOEXEC : unsigned(TRY(readInt(t, args[1])));
  return number(t, ::memfd_create(name.c_str(), flags));
}
Ref posixEventfd(Thread &t, const Value *args) {
  int64_t initial = TRY(indexInt64(t, args[0]));
  int flags = args[1].empty() ? EFD_CLOEXEC : TRY(readInt(t, args[1]));
  return number(t, ::eventfd(unsigned(initial), flags));
}
Ref posixEventfdRead(Thread &t, const Value *args) {
  int fd = TRY(readFd(t, args[0]));
  eventfd_t value;
  if (::eventfd_read(fd, &value)) return raiseErrno(t);
  return makeIntUnsigned(value);
}
Ref posixEventfdWrite(Thread &t, const Value *args) {
  int fd = TRY(readFd(t, args[0]));
  Ref whole = TRY(index(t, args[1]));
  if (isNegativeInt(whole)) return raise(t, types::ValueError, "Cannot convert negative int");
  IntView view(whole);
  if (view.size() > 1)
    return raise(t, types::OverflowError, "Python int too large to convert to C unsigned long long");
  return done(t, ::eventfd_write(fd, view.size() ? view.limbs()[0] : 0));
}

// --- special files

Ref posixMkfifo(Thread &t, const Value *args) {
  Path path;
  CHECK(readPath(t, args[0], {.function = "mkfifo"}, path));
  int mode = TRY(readInt(t, args[1])), directory = TRY(readDirFd(t, args[2]));
  int status = retrying([&] { return ::mkfifoat(directory, path.c_str(), mode_t(mode)); });
  return status < 0 ? Ref(raiseErrno(t, path)) : Ref::none();
}
Ref posixMknod(Thread &t, const Value *args) {
  Path path;
  CHECK(readPath(t, args[0], {.function = "mknod"}, path));
  int mode = TRY(readInt(t, args[1])), directory = TRY(readDirFd(t, args[3]));
  int64_t device = TRY(indexInt64(t, args[2]));
  int status = retrying([&] { return ::mknodat(directory, path.c_str(), mode_t(mode), dev_t(device)); });
  return status < 0 ? Ref(raiseErrno(t, path)) : Ref::none();
}
Ref posixMajor(Thread &t, const Value *args) {
  return makeInt(int64_t(gnu_dev_major(dev_t(TRY(requiredInt64(t, args[0]))))));
}
Ref posixMinor(Thread &t, const Value *args) {
  return makeInt(int64_t(gnu_dev_minor(dev_t(TRY(requiredInt64(t, args[0]))))));
}
Ref posixMakedev(Thread &t, const Value *args) {
  int high = TRY(readInt(t, args[0])), low = TRY(readInt(t, args[1]));
  return makeInt(int64_t(gnu_dev_makedev(unsigned(high), unsigned(low))));
}
Ref posixChroot(Thread &t, const Value *args) {
  Path path;
  CHECK(readPath(t, args[0], {.function = "chroot"}, path));
  return ::chroot(path.c_str()) < 0 ? Ref(raiseErrno(t, path)) : Ref::none();
}

NativeDef kFunctions[] = {
    {"dup", posixDup, "($module, fd, /)", "Return a duplicate of a file descriptor."},
    {"dup2", posixDup2, "($module, /, fd, fd2, inheritable=True)", "Duplicate file descriptor."},
    {"closerange", posixCloserange, "($module, fd_low, fd_high, /)",
     "Closes all file descriptors in [fd_low, fd_high), ignoring errors."},
    {"fsync", posixFsync, "($module, /, fd)", "Force write of fd to disk."},
    {"fdatasync", posixFdatasync, "($module, /, fd)",
     "Force write of fd to disk without forcing update of metadata."},
    {"fchdir", posixFchdir, "($module, /, fd)",
     "Change to the directory of the given file descriptor.\n\nfd must be opened on a directory, not a "
     "file.\nEquivalent to os.chdir(fd)."},
    {"sync", posixSync, "($module, /)", "Force write of everything to disk."},
    {"ftruncate", posixFtruncate, "($module, fd, length, /)",
     "Truncate a file, specified by file descriptor, to a specific length."},
    {"truncate", posixTruncate, "($module, /, path, length)",
     "Truncate a file, specified by path, to a specific length.\n\nOn some platforms, path may also be "
     "specified as an open file descriptor.\n  If this functionality is unavailable, using it raises an "
     "exception."},
    {"lockf", posixLockf, "($module, fd, command, length, /)",
     "Apply, test or remove a POSIX lock on an open file descriptor.\n\n  fd\n    An open file descriptor.\n "
     " command\n    One of F_LOCK, F_TLOCK, F_ULOCK or F_TEST.\n  length\n    The number of bytes to lock, "
     "starting at the current position."},
    {"pipe2", posixPipe2, "($module, flags, /)",
     "Create a pipe with flags set atomically.\n\nReturns a tuple of two file descriptors:\n  (read_fd, "
     "write_fd)\n\nflags can be constructed by ORing together one or more of these values:\nO_NONBLOCK, "
     "O_CLOEXEC."},
    {"get_inheritable", posixGetInheritable, "($module, fd, /)",
     "Get the close-on-exe flag of the specified file descriptor."},
    {"set_inheritable", posixSetInheritable, "($module, fd, inheritable, /)",
     "Set the inheritable flag of the specified file descriptor."},
    {"get_blocking", posixGetBlocking, "($module, fd, /)",
     "Get the blocking mode of the file descriptor.\n\nReturn False if the O_NONBLOCK flag is set, True if "
     "the flag is cleared."},
    {"set_blocking", posixSetBlocking, "($module, fd, blocking, /)",
     "Set the blocking mode of the specified file descriptor.\n\nSet the O_NONBLOCK flag if blocking is "
     "False,\nclear the O_NONBLOCK flag otherwise."},
    {"device_encoding", posixDeviceEncoding, "($module, /, fd)",
     "Return a string describing the encoding of a terminal's file descriptor.\n\nThe file descriptor must "
     "be attached to a terminal.\nIf the device is not a terminal, return None."},
    {"posix_fallocate", posixPosixFallocate, "($module, fd, offset, length, /)",
     "Ensure a file has allocated at least a particular number of bytes on disk.\n\nEnsure that the file "
     "specified by fd encompasses a range of bytes\nstarting at offset bytes from the beginning and "
     "continuing for length bytes."},
    {"posix_fadvise", posixPosixFadvise, "($module, fd, offset, length, advice, /)",
     "Announce an intention to access data in a specific pattern.\n\nAnnounce an intention to access data in "
     "a specific pattern, thus allowing\nthe kernel to make optimizations.\nThe advice applies to the region "
     "of the file specified by fd starting at\noffset and continuing for length bytes.\nadvice is one of "
     "POSIX_FADV_NORMAL, POSIX_FADV_SEQUENTIAL,\nPOSIX_FADV_RANDOM, POSIX_FADV_NOREUSE, POSIX_FADV_WILLNEED, "
     "or\nPOSIX_FADV_DONTNEED."},
    {"memfd_create", posixMemfdCreate, "($module, /, name, flags=MFD_CLOEXEC)", nullptr},
    {"eventfd", posixEventfd, "($module, /, initval, flags=EFD_CLOEXEC)",
     "Creates and returns an event notification file descriptor."},
    {"eventfd_read", posixEventfdRead, "($module, /, fd)", "Read eventfd value"},
    {"eventfd_write", posixEventfdWrite, "($module, /, fd, value)", "Write eventfd value."},
    {"mkfifo", posixMkfifo, "($module, /, path, mode=438, *, dir_fd=None)",
     "Create a \"fifo\" (a POSIX named pipe).\n\nIf dir_fd is not None, it should be a file descriptor open "
     "to a directory,\n  and path should be relative; path will then be relative to that directory.\ndir_fd "
     "may not be implemented on your platform.\n  If it is unavailable, using it will raise a "
     "NotImplementedError."},
    {"mknod", posixMknod, "($module, /, path, mode=384, device=0, *, dir_fd=None)",
     "Create a node in the file system.\n\nCreate a node in the file system (file, device special file or "
     "named pipe)\nat path.  mode specifies both the permissions to use and the\ntype of node to be created, "
     "being combined (bitwise OR) with one of\nS_IFREG, S_IFCHR, S_IFBLK, and S_IFIFO.  If S_IFCHR or "
     "S_IFBLK is set on mode,\ndevice defines the newly created device special file (probably "
     "using\nos.makedev()).  Otherwise device is ignored.\n\nIf dir_fd is not None, it should be a file "
     "descriptor open to a directory,\n  and path should be relative; path will then be relative to that "
     "directory.\ndir_fd may not be implemented on your platform.\n  If it is unavailable, using it will "
     "raise a NotImplementedError."},
    {"major", posixMajor, "($module, device, /)", "Extracts a device major number from a raw device number."},
    {"minor", posixMinor, "($module, device, /)", "Extracts a device minor number from a raw device number."},
    {"makedev", posixMakedev, "($module, major, minor, /)",
     "Composes a raw device number from the major and minor device numbers."},
    {"chroot", posixChroot, "($module, /, path)", "Change root directory to path."},
};

} // namespace

llvm::ArrayRef<NativeDef> coil::vm::posixDescriptorFunctions() { return kFunctions; }
