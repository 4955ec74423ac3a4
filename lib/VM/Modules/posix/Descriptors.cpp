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
  int fd = TRY(asCInt(t, args[0]));
  return number(t, ::fcntl(fd, F_DUPFD_CLOEXEC, 0));
}

Ref posixDup2(Thread &t, const Value *args) {
  int from = TRY(asCInt(t, args[0])), to = TRY(asCInt(t, args[1]));
  bool inheritable = TRY(truth(t, args[2]));
  int result =
      retrying([&] { return inheritable || from == to ? ::dup2(from, to) : ::dup3(from, to, O_CLOEXEC); });
  return number(t, result);
}

Ref posixCloserange(Thread &t, const Value *args) {
  int low = std::max(0, TRY(asCInt(t, args[0]))), high = TRY(asCInt(t, args[1]));
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
  int fd = TRY(asCInt(t, args[0]));
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
  int fd = TRY(asCInt(t, args[0])), command = TRY(asCInt(t, args[1]));
  int64_t length = TRY(indexInt64(t, args[2]));
  CHECK(audit(t, "os.lockf", {args[0], args[1], args[2]}));
  return done(t, ::lockf(fd, command, length));
}

Ref posixPipe2(Thread &t, const Value *args) {
  int ends[2];
  if (::pipe2(ends, TRY(asCInt(t, args[0])))) return raiseErrno(t);
  return packTuple(Value::smallInt(ends[0]), Value::smallInt(ends[1]));
}

// --- flags of descriptors

Ref posixGetInheritable(Thread &t, const Value *args) {
  int flags = ::fcntl(TRY(asCInt(t, args[0])), F_GETFD);
  return flags < 0 ? Ref(raiseErrno(t)) : Ref::boolean(!(flags & FD_CLOEXEC));
}
Ref posixSetInheritable(Thread &t, const Value *args) {
  int fd = TRY(asCInt(t, args[0])), on = TRY(asCInt(t, args[1]));
  int flags = ::fcntl(fd, F_GETFD);
  if (flags < 0) return raiseErrno(t);
  return done(t, ::fcntl(fd, F_SETFD, on ? flags & ~FD_CLOEXEC : flags | FD_CLOEXEC));
}
Ref posixGetBlocking(Thread &t, const Value *args) {
  int flags = ::fcntl(TRY(asCInt(t, args[0])), F_GETFL);
  return flags < 0 ? Ref(raiseErrno(t)) : Ref::boolean(!(flags & O_NONBLOCK));
}
Ref posixSetBlocking(Thread &t, const Value *args) {
  int fd = TRY(asCInt(t, args[0]));
  bool on = TRY(truth(t, args[1]));
  int flags = ::fcntl(fd, F_GETFL);
  if (flags < 0) return raiseErrno(t);
  return done(t, ::fcntl(fd, F_SETFL, on ? flags & ~O_NONBLOCK : flags | O_NONBLOCK));
}

Ref posixDeviceEncoding(Thread &t, const Value *args) {
  if (!::isatty(TRY(asCInt(t, args[0])))) return Ref::none();
  return makeStr(::nl_langinfo(CODESET));
}

// --- space

Ref posixPosixFallocate(Thread &t, const Value *args) {
  int fd = TRY(asCInt(t, args[0]));
  int64_t offset = TRY(indexInt64(t, args[1])), length = TRY(indexInt64(t, args[2]));
  int error;
  do error = ::posix_fallocate(fd, offset, length);
  while (error == EINTR && runSignalHandlers(t));
  if (t.hasPending()) return {};
  return error ? Ref(raiseOSError(t, error)) : Ref::none();
}
Ref posixPosixFadvise(Thread &t, const Value *args) {
  int fd = TRY(asCInt(t, args[0])), advice = TRY(asCInt(t, args[3]));
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
  unsigned flags = args[1].empty() ? MFD_CLOEXEC : unsigned(TRY(asCInt(t, args[1])));
  return number(t, ::memfd_create(name.c_str(), flags));
}
Ref posixEventfd(Thread &t, const Value *args) {
  int64_t initial = TRY(indexInt64(t, args[0]));
  int flags = args[1].empty() ? EFD_CLOEXEC : TRY(asCInt(t, args[1]));
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
  int mode = TRY(asCInt(t, args[1])), directory = TRY(readDirFd(t, args[2]));
  int status = retrying([&] { return ::mkfifoat(directory, path.c_str(), mode_t(mode)); });
  return status < 0 ? Ref(raiseErrno(t, path)) : Ref::none();
}
Ref posixMknod(Thread &t, const Value *args) {
  Path path;
  CHECK(readPath(t, args[0], {.function = "mknod"}, path));
  int mode = TRY(asCInt(t, args[1])), directory = TRY(readDirFd(t, args[3]));
  int64_t device = TRY(indexInt64(t, args[2]));
  int status = retrying([&] { return ::mknodat(directory, path.c_str(), mode_t(mode), dev_t(device)); });
  return status < 0 ? Ref(raiseErrno(t, path)) : Ref::none();
}
// A device number: what fits 64 bits without a sign.
Result<dev_t> readDevice(Thread &t, Value v) {
  if (!isIntLike(v)) return raise(t, types::TypeError, "an integer is required");
  IntView number(v);
  if (number.negative()) return raise(t, types::OverflowError, "can't convert negative int to unsigned");
  if (number.size() > 1) return raise(t, types::OverflowError, "int too big to convert");
  return dev_t(number.size() ? number.limbs()[0] : 0);
}

Ref posixMajor(Thread &t, const Value *args) {
  return makeInt(int64_t(gnu_dev_major(TRY(readDevice(t, args[0])))));
}
Ref posixMinor(Thread &t, const Value *args) {
  return makeInt(int64_t(gnu_dev_minor(TRY(readDevice(t, args[0])))));
}
Ref posixMakedev(Thread &t, const Value *args) {
  int high = TRY(asCInt(t, args[0])), low = TRY(asCInt(t, args[1]));
  return makeInt(int64_t(gnu_dev_makedev(unsigned(high), unsigned(low))));
}
Ref posixChroot(Thread &t, const Value *args) {
  Path path;
  CHECK(readPath(t, args[0], {.function = "chroot"}, path));
  return ::chroot(path.c_str()) < 0 ? Ref(raiseErrno(t, path)) : Ref::none();
}

NativeDef kFunctions[] = {
    {"dup", posixDup, "($module, fd, /)",
     "A new descriptor for the same open file, which programs started later do not inherit."},
    {"dup2", posixDup2, "($module, /, fd, fd2, inheritable=True)",
     "Let fd2 stand for the same open file as fd, closing what it stood for before, and return it.\n"
     "Unless inheritable is false, programs started later inherit it."},
    {"closerange", posixCloserange, "($module, fd_low, fd_high, /)",
     "Close the descriptors from fd_low up to, but without, fd_high; those not open do not matter."},
    {"fsync", posixFsync, "($module, /, fd)", "Wait until all that was written to a file is on the disk."},
    {"fdatasync", posixFdatasync, "($module, /, fd)",
     "Wait until the data written to a file is on the disk, though not necessarily its times."},
    {"fchdir", posixFchdir, "($module, /, fd)", "Make the open directory fd the current one."},
    {"sync", posixSync, "($module, /)", "Have all that was written anywhere put on disk."},
    {"ftruncate", posixFtruncate, "($module, fd, length, /)",
     "Make an open file length bytes long, dropping what is behind or adding zeros."},
    {"truncate", posixTruncate, "($module, /, path, length)",
     "Make a file, a path or a descriptor, length bytes long, dropping what is behind or\n"
     "adding zeros."},
    {"lockf", posixLockf, "($module, fd, command, length, /)",
     "Lock length bytes of a file from its position on, 0 meaning all the rest, or unlock or\n"
     "test them. command is F_LOCK (wait for it), F_TLOCK (raise if it is taken), F_ULOCK or\n"
     "F_TEST (raise if it is taken)."},
    {"pipe2", posixPipe2, "($module, flags, /)",
     "A pipe as the pair (end to read, end to write), with flags out of O_CLOEXEC, O_NONBLOCK\n"
     "and the like."},
    {"get_inheritable", posixGetInheritable, "($module, fd, /)",
     "Whether programs started later inherit a descriptor."},
    {"set_inheritable", posixSetInheritable, "($module, fd, inheritable, /)",
     "Say whether programs started later inherit a descriptor."},
    {"get_blocking", posixGetBlocking, "($module, fd, /)",
     "Whether reading and writing a descriptor waits until it is possible."},
    {"set_blocking", posixSetBlocking, "($module, fd, blocking, /)",
     "Say whether reading and writing a descriptor waits until it is possible."},
    {"device_encoding", posixDeviceEncoding, "($module, /, fd)",
     "The encoding of the terminal that a descriptor stands for; None if it is no terminal."},
    {"posix_fallocate", posixPosixFallocate, "($module, fd, offset, length, /)",
     "Reserve space on the disk for length bytes of a file from offset on, making the file\n"
     "longer if need be."},
    {"posix_fadvise", posixPosixFadvise, "($module, fd, offset, length, advice, /)",
     "Tell the kernel how length bytes of a file from offset on are going to be used, 0\n"
     "meaning all the rest. advice is one of the POSIX_FADV_ constants."},
    {"memfd_create", posixMemfdCreate, "($module, /, name, flags=MFD_CLOEXEC)", nullptr},
    {"eventfd", posixEventfd, "($module, /, initval, flags=EFD_CLOEXEC)",
     "A descriptor that threads or processes can signal one another with: a counter that\n"
     "starts at initval."},
    {"eventfd_read", posixEventfdRead, "($module, /, fd)",
     "Wait until the counter of an eventfd is not 0; return it and set it to 0, or take 1 away\n"
     "with EFD_SEMAPHORE."},
    {"eventfd_write", posixEventfdWrite, "($module, /, fd, value)", "Add to the counter of an eventfd."},
    {"mkfifo", posixMkfifo, "($module, /, path, mode=438, *, dir_fd=None)",
     "Make a named pipe. A relative path starts at the directory dir_fd if that is given."},
    {"mknod", posixMknod, "($module, /, path, mode=384, device=0, *, dir_fd=None)",
     "Make an entry in a directory: a file, a named pipe or a device. mode combines\n"
     "permissions with S_IFREG, S_IFIFO, S_IFCHR or S_IFBLK; device is the number of a device,\n"
     "as makedev() makes it. A relative path starts at the directory dir_fd if that is given."},
    {"major", posixMajor, "($module, device, /)", "The major part of a device number: which driver."},
    {"minor", posixMinor, "($module, device, /)",
     "The minor part of a device number: which device of a driver."},
    {"makedev", posixMakedev, "($module, major, minor, /)", "Put a device number together."},
    {"chroot", posixChroot, "($module, /, path)",
     "Make path the root directory of this process, which takes a privilege."},
};

} // namespace

llvm::ArrayRef<NativeDef> coil::vm::posixDescriptorFunctions() { return kFunctions; }
