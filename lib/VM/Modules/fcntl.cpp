// fcntl: control of descriptors, and locks.
#include "VM/Core/Audit.h"
#include "VM/Modules/Modules.h"
#include "VM/Modules/posix/Path.h"
#include "VM/Protocol/Buffer.h"
#include "VM/Types/Bytes.h"
#include "VM/Types/Int/Int.h"
#include <fcntl.h>
#include <sys/file.h>
#include <sys/ioctl.h>

using namespace coil::vm;

namespace {

constexpr size_t kMostBytes = 1024;

// The lowest 32 bits of any int.
Result<uint32_t> maskedInt(Thread &t, Value v) {
  Ref number = TRY(index(t, v));
  IntView view(number);
  uint64_t low = view.size() ? view.limbs()[0] : 0;
  return uint32_t(view.negative() ? 0 - low : low);
}

bool isBuffer(Value v) { return isStr(v) || exportsBuffer(v); }

// A buffer argument, with a NUL behind it; text as UTF-8.
Status readBuffer(Thread &t, Value v, const char *function, llvm::SmallVectorImpl<char> &out) {
  if (isStr(v)) {
    std::string text = toUtf8(v.as<Str>());
    out.assign(text.begin(), text.end());
  } else {
    Buffer buffer;
    TRY(buffer.open(t, v));
    out.assign(buffer.bytes().begin(), buffer.bytes().end());
  }
  if (out.size() > kMostBytes) return raise(t, types::ValueError, "% string arg too long", function);
  return Status::ok();
}

// Calls with the bytes of an argument and gives what they have become.
template <class Call> Ref withBytes(Thread &t, llvm::SmallVectorImpl<char> &bytes, Call call) {
  size_t size = bytes.size();
  bytes.resize(kMostBytes + 1);
  if (retrying([&] { return call(bytes.data()); }) < 0) return raiseErrno(t);
  return makeBytes({reinterpret_cast<uint8_t *>(bytes.data()), size});
}

// fcntl(fd, cmd, arg=0)
Ref fcntlFcntl(Thread &t, const Value *args) {
  int fd = TRY(readFd(t, args[0])), command = TRY(asCInt(t, args[1]));
  CHECK(audit(t, "fcntl.fcntl",
              {Value::smallInt(fd), Value::smallInt(command), args[2].empty() ? Value::none() : args[2]}));
  if (isBuffer(args[2])) {
    llvm::SmallVector<char, kMostBytes + 1> bytes;
    CHECK(readBuffer(t, args[2], "fcntl", bytes));
    return withBytes(t, bytes, [&](char *data) { return ::fcntl(fd, command, data); });
  }
  auto number = int(TRY(maskedInt(t, args[2])));
  int result = retrying([&] { return ::fcntl(fd, command, number); });
  return result < 0 ? Ref(raiseErrno(t)) : makeInt(result);
}

// What ioctl changes in a buffer that can be written stays there.
Ref ioctlInPlace(Thread &t, int fd, unsigned long request, Buffer &buffer) {
  char copy[kMostBytes + 1] = {};
  auto size = size_t(buffer.size());
  char *data = reinterpret_cast<char *>(buffer.data());
  bool fits = size <= kMostBytes; // the copy has a NUL behind it
  if (fits) std::copy_n(data, size, copy);
  int result = unlocked(t, [&] { return ::ioctl(fd, request, fits ? copy : data); });
  int error = errno;
  if (fits) std::copy_n(copy, size, data);
  return result < 0 ? Ref(raiseOSError(t, error)) : makeInt(result);
}

// ioctl(fd, request, arg=0, mutate_flag=True)
Ref fcntlIoctl(Thread &t, const Value *args) {
  int fd = TRY(readFd(t, args[0]));
  uint32_t request = TRY(maskedInt(t, args[1]));
  bool mutate = TRY(truth(t, args[3]));
  CHECK(audit(t, "fcntl.ioctl",
              {Value::smallInt(fd), Value::smallInt(request), args[2].empty() ? Value::none() : args[2]}));
  if (isBuffer(args[2])) {
    Buffer writable;
    if (mutate && !isStr(args[2])) {
      if (writable.open(t, args[2], kBufferWritable)) return ioctlInPlace(t, fd, request, writable);
      clearPending(t);
    }
    llvm::SmallVector<char, kMostBytes + 1> bytes;
    CHECK(readBuffer(t, args[2], "ioctl", bytes));
    return withBytes(t, bytes, [&](char *data) { return ::ioctl(fd, request, data); });
  }
  auto number = int(TRY(maskedInt(t, args[2])));
  int result = unlocked(t, [&] { return ::ioctl(fd, request, number); });
  return result < 0 ? Ref(raiseOSError(t, errno)) : makeInt(result);
}

Ref fcntlFlock(Thread &t, const Value *args) {
  int fd = TRY(readFd(t, args[0])), operation = TRY(asCInt(t, args[1]));
  CHECK(audit(t, "fcntl.flock", {Value::smallInt(fd), Value::smallInt(operation)}));
  return retrying([&] { return ::flock(fd, operation); }) < 0 ? Ref(raiseErrno(t)) : Ref::none();
}

// lockf(fd, cmd, len=0, start=0, whence=0)
Ref fcntlLockf(Thread &t, const Value *args) {
  int fd = TRY(readFd(t, args[0])), command = TRY(asCInt(t, args[1])), whence = TRY(asCInt(t, args[4]));
  CHECK(audit(t, "fcntl.lockf",
              {Value::smallInt(fd), Value::smallInt(command), args[2], args[3], Value::smallInt(whence)}));
  struct flock lock{};
  if (command == LOCK_UN)
    lock.l_type = F_UNLCK;
  else if (command & LOCK_SH)
    lock.l_type = F_RDLCK;
  else if (command & LOCK_EX)
    lock.l_type = F_WRLCK;
  else
    return raise(t, types::ValueError, "unrecognized lockf argument");
  lock.l_start = TRY(indexInt64(t, args[3]));
  lock.l_len = TRY(indexInt64(t, args[2]));
  lock.l_whence = short(whence);
  int wait = command & LOCK_NB ? F_SETLK : F_SETLKW;
  return retrying([&] { return ::fcntl(fd, wait, &lock); }) < 0 ? Ref(raiseErrno(t)) : Ref::none();
}

NativeDef kFunctions[] = {
    {"fcntl", fcntlFcntl, "($module, fd, cmd, arg=0, /)",
     "Have the system call fcntl() do something with a file descriptor, or with an object that\n"
     "has a fileno() method. cmd is one of the F_ constants. With an int arg the result is the\n"
     "call's; with bytes or str, of up to 1024 bytes, it is what the call has made of a copy\n"
     "of them."},
    {"ioctl", fcntlIoctl, "($module, fd, request, arg=0, mutate_flag=True, /)",
     "Have the system call ioctl() do something with a file descriptor, or with an object that\n"
     "has a fileno() method. request is one of the system's constants. With an int arg the\n"
     "result is the call's; with bytes, of up to 1024, it is what the call has made of a copy\n"
     "of them. A writable buffer is changed in place, and the result is the call's, unless\n"
     "mutate_flag is false: then it is treated as bytes are."},
    {"flock", fcntlFlock, "($module, fd, operation, /)",
     "Lock or unlock a file as a whole, with the system call flock(). operation is LOCK_SH\n"
     "(shared), LOCK_EX (exclusive) or LOCK_UN (unlock); with LOCK_NB in addition it raises\n"
     "OSError rather than wait."},
    {"lockf", fcntlLockf, "($module, fd, cmd, len=0, start=0, whence=0, /)",
     "Lock or unlock part of a file, with the system call fcntl(). cmd is LOCK_SH (shared),\n"
     "LOCK_EX (exclusive) or LOCK_UN (unlock); with LOCK_NB in addition it raises OSError\n"
     "rather than wait. The part is len bytes long, or up to the end if len is 0, and begins\n"
     "at start, counted as whence says: from the start of the file (0), the position (1) or\n"
     "the end (2)."},
};

Status populate(Thread &, Module *module) {
  auto set = [&](const char *name, Ref v) { dictSetStr(module->dict, internText(name), v); };
  set("DN_ACCESS", makeInt(int64_t(1)));
  set("DN_ATTRIB", makeInt(int64_t(32)));
  set("DN_CREATE", makeInt(int64_t(4)));
  set("DN_DELETE", makeInt(int64_t(8)));
  set("DN_MODIFY", makeInt(int64_t(2)));
  set("DN_MULTISHOT", makeInt(int64_t(2147483648)));
  set("DN_RENAME", makeInt(int64_t(16)));
  set("FASYNC", makeInt(int64_t(8192)));
  set("FD_CLOEXEC", makeInt(int64_t(1)));
  set("F_ADD_SEALS", makeInt(int64_t(1033)));
  set("F_DUPFD", makeInt(int64_t(0)));
  set("F_DUPFD_CLOEXEC", makeInt(int64_t(1030)));
  set("F_EXLCK", makeInt(int64_t(4)));
  set("F_GETFD", makeInt(int64_t(1)));
  set("F_GETFL", makeInt(int64_t(3)));
  set("F_GETLEASE", makeInt(int64_t(1025)));
  set("F_GETLK", makeInt(int64_t(5)));
  set("F_GETLK64", makeInt(int64_t(5)));
  set("F_GETOWN", makeInt(int64_t(9)));
  set("F_GETPIPE_SZ", makeInt(int64_t(1032)));
  set("F_GETSIG", makeInt(int64_t(11)));
  set("F_GET_SEALS", makeInt(int64_t(1034)));
  set("F_NOTIFY", makeInt(int64_t(1026)));
  set("F_OFD_GETLK", makeInt(int64_t(36)));
  set("F_OFD_SETLK", makeInt(int64_t(37)));
  set("F_OFD_SETLKW", makeInt(int64_t(38)));
  set("F_RDLCK", makeInt(int64_t(0)));
  set("F_SEAL_GROW", makeInt(int64_t(4)));
  set("F_SEAL_SEAL", makeInt(int64_t(1)));
  set("F_SEAL_SHRINK", makeInt(int64_t(2)));
  set("F_SEAL_WRITE", makeInt(int64_t(8)));
  set("F_SETFD", makeInt(int64_t(2)));
  set("F_SETFL", makeInt(int64_t(4)));
  set("F_SETLEASE", makeInt(int64_t(1024)));
  set("F_SETLK", makeInt(int64_t(6)));
  set("F_SETLK64", makeInt(int64_t(6)));
  set("F_SETLKW", makeInt(int64_t(7)));
  set("F_SETLKW64", makeInt(int64_t(7)));
  set("F_SETOWN", makeInt(int64_t(8)));
  set("F_SETPIPE_SZ", makeInt(int64_t(1031)));
  set("F_SETSIG", makeInt(int64_t(10)));
  set("F_SHLCK", makeInt(int64_t(8)));
  set("F_UNLCK", makeInt(int64_t(2)));
  set("F_WRLCK", makeInt(int64_t(1)));
  set("LOCK_EX", makeInt(int64_t(2)));
  set("LOCK_MAND", makeInt(int64_t(32)));
  set("LOCK_NB", makeInt(int64_t(4)));
  set("LOCK_READ", makeInt(int64_t(64)));
  set("LOCK_RW", makeInt(int64_t(192)));
  set("LOCK_SH", makeInt(int64_t(1)));
  set("LOCK_UN", makeInt(int64_t(8)));
  set("LOCK_WRITE", makeInt(int64_t(128)));
  return Status::ok();
}

} // namespace

const ModuleSpec coil::vm::kFcntlModule = {
    .name = "fcntl",
    .doc = "Control of open files: the system calls fcntl() and ioctl(), and locks.",
    .functions = kFunctions,
    .populate = populate,
};
