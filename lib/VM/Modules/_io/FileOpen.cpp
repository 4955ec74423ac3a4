// Opening the descriptor of a FileIO.
#include "VM/Modules/_io/FileOpen.h"
#include "VM/Core/Audit.h"
#include "VM/Core/Gil.h"
#include "VM/Core/Names.h"
#include "VM/Core/Signals.h"
#include "VM/Exceptions/Exception.h"
#include "VM/Types/Int/Int.h"
#include "VM/Types/Str/Codec.h"
#include <cerrno>
#include <fcntl.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>

using namespace coil::vm;
using namespace coil::vm::io;

namespace {

Failure raiseBadMode(Thread &t) {
  return raise(t, types::ValueError,
               "Must have exactly one of create/read/write/append mode and at most one plus");
}

// Sets what the mode says in the file, and gives the flags of open(2). A second __init__ adds to the first.
Result<int> readMode(Thread &t, FileIO *file, const std::string &mode) {
  bool main = false, plus = false;
  int flags = 0;
  for (char c : mode) {
    if (llvm::StringRef("xrwa").contains(c)) {
      if (std::exchange(main, true)) return raiseBadMode(t);
      (c == 'r' ? file->readable : file->writable) = true;
      if (c == 'x') file->created = true, flags |= O_EXCL | O_CREAT;
      if (c == 'w') flags |= O_CREAT | O_TRUNC;
      if (c == 'a') file->appending = true, flags |= O_APPEND | O_CREAT;
    } else if (c == '+') {
      if (std::exchange(plus, true)) return raiseBadMode(t);
      file->readable = file->writable = true;
    } else if (c != 'b') {
      return raise(t, types::ValueError, "invalid mode: %", mode);
    }
  }
  if (!main) return raiseBadMode(t);
  flags |= file->readable && file->writable ? O_RDWR : file->readable ? O_RDONLY : O_WRONLY;
  return flags | O_CLOEXEC;
}

// A descriptor given as a number; -1 if the argument is something else.
Result<int> descriptorOf(Thread &t, Value file) {
  if (!isIntLike(file) && !typeOf(file)->slots.index) return -1;
  auto fd = intArgument(t, file);
  if (!fd) {
    clearPending(t);
    return -1;
  }
  if (*fd < 0) return raise(t, types::ValueError, "negative file descriptor");
  return *fd;
}

Status openByName(Thread &t, FileIO *self, Value file, const std::string &path, int flags) {
  do self->fd = unlocked(t, [&] { return ::open(path.c_str(), flags, 0666); });
  while (self->fd < 0 && errno == EINTR && runSignalHandlers(t));
  if (self->fd < 0) return t.hasPending() ? Failure() : raiseOSError(t, errno, file);
  return Status::ok();
}

Status openByOpener(Thread &t, FileIO *self, Value file, int flags, Value opener) {
  Ref made = TRY(call(t, opener, {file, makeInt(flags).get()}));
  if (!isIntLike(made)) return raise(t, types::TypeError, "expected integer from opener");
  int fd = TRY(intArgument(t, made));
  if (fd < 0) return raise(t, types::ValueError, "opener returned %", fd);
  self->fd = fd;
  if (::ioctl(fd, FIOCLEX, nullptr) < 0 && errno != ENOTTY && errno != EACCES) return raiseOSError(t, errno);
  return Status::ok();
}

// What can only be done with the descriptor at hand.
Status finishOpening(Thread &t, FileIO *self, Value file) {
  self->blockSize = uint32_t(kDefaultBufferSize);
  struct stat info;
  if (::fstat(self->fd, &info) < 0) {
    if (errno == EBADF) return raiseOSError(t, errno);
  } else {
    if (S_ISDIR(info.st_mode)) return raiseOSError(t, EISDIR, file);
    if (info.st_blksize > 1) self->blockSize = uint32_t(info.st_blksize);
  }
  CHECK(setAttr(t, Value(self), names::name, file));
  // Appending starts at the end, so that tell() says so at once; pipes have none.
  if (self->appending && ::lseek(self->fd, 0, SEEK_END) < 0 && errno != ESPIPE) return raiseOSError(t, errno);
  return Status::ok();
}

} // namespace

Result<std::string> io::pathText(Thread &t, Value given) {
  Ref path = Ref::share(given);
  if (!isStr(path) && !isBytes(path)) {
    bool found;
    path = callSpecial(t, given, names::special_fspath, {}, found);
    if (!found)
      return raise(t, types::TypeError, "expected str, bytes or os.PathLike object, not %", typeName(given));
    if (!path) return {};
    if (!isStr(path) && !isBytes(path))
      return raise(t, types::TypeError, "expected %.__fspath__() to return str or bytes, not %",
                   typeName(given), typeName(path));
  }
  if (isStr(path)) path = TRY(encodeStr(t, path.as<Str>(), "utf-8", "surrogateescape"));
  llvm::ArrayRef<uint8_t> bytes = path.as<Bytes>()->bytes();
  if (llvm::is_contained(bytes, 0)) return raise(t, types::ValueError, "embedded null byte");
  return std::string(bytes.begin(), bytes.end());
}

Status io::openFile(Thread &t, FileIO *self, Value file, const std::string &mode, bool closefd,
                    Value opener) {
  int fd = TRY(descriptorOf(t, file));
  std::string path;
  if (fd < 0) path = TRY(pathText(t, file));
  int flags = TRY(readMode(t, self, mode));
  self->seekable = -1;
  if (auditing) {
    StrRef text = makeStr(mode);
    CHECK(audit(t, "open", {file, Value(text), Value::smallInt(flags | O_CLOEXEC)}));
  }
  bool own = fd < 0;
  auto open = [&]() -> Status {
    if (!own) {
      self->fd = fd;
      self->closefd = closefd;
    } else {
      self->closefd = true;
      if (!closefd) return raise(t, types::ValueError, "Cannot use closefd=False with file name");
      if (opener.isNone()) {
        CHECK(openByName(t, self, file, path, flags));
      } else {
        CHECK(openByOpener(t, self, file, flags, opener));
      }
    }
    return finishOpening(t, self, file);
  };
  if (open()) return Status::ok();
  if (own && self->fd >= 0) ::close(self->fd);
  self->fd = -1;
  return {};
}
