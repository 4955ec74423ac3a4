// posix: what the file system knows of a file.
#include "VM/Core/Audit.h"
#include "VM/Core/Names.h"
#include "VM/Modules/posix/Path.h"
#include "VM/Types/Dict/Dict.h"
#include "VM/Types/Int/Int.h"
#include "VM/Types/StructSequence.h"
#include "VM/Types/Tuple.h"
#include <cerrno>
#include <cmath>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

using namespace coil::vm;

namespace {

constexpr StructField kStatFields[] = {
    {"st_mode", "type of file and permissions"},
    {"st_ino", "inode"},
    {"st_dev", "device"},
    {"st_nlink", "how many names it has"},
    {"st_uid", "which user it belongs to"},
    {"st_gid", "which group it belongs to"},
    {"st_size", "its size in bytes"},
    {nullptr, "last access, in whole s since the epoch"},
    {nullptr, "last change of the content, in whole s since the epoch"},
    {nullptr, "last change of anything, in whole s since the epoch"},
    {"st_atime", "last access, in s since the epoch"},
    {"st_mtime", "last change of the content, in s since the epoch"},
    {"st_ctime", "last change of anything, in s since the epoch"},
    {"st_atime_ns", "last access, in ns since the epoch"},
    {"st_mtime_ns", "last change of the content, in ns since the epoch"},
    {"st_ctime_ns", "last change of anything, in ns since the epoch"},
    {"st_blksize", "how many bytes are best read or written at once"},
    {"st_blocks", "how many blocks of 512 bytes it takes on the disk"},
    {"st_rdev", "which device it is, for a device file"},
};
constexpr size_t kStatItems = 10;

constexpr StructField kStatVfsFields[] = {
    {"f_bsize", nullptr},  {"f_frsize", nullptr},  {"f_blocks", nullptr}, {"f_bfree", nullptr},
    {"f_bavail", nullptr}, {"f_files", nullptr},   {"f_ffree", nullptr},  {"f_favail", nullptr},
    {"f_flag", nullptr},   {"f_namemax", nullptr}, {"f_fsid", nullptr},
};
constexpr size_t kStatVfsItems = 10;

Type &statResultType() {
  static Type &type = makeStructSequenceType(
      "os.stat_result",
      "What stat() and its like tell about a file.\n"
      "As a tuple it has ten items, with times in whole seconds; more is to be had by name.",
      kStatFields, true, kStatItems);
  return type;
}

Type &statVfsType() {
  static Type &type =
      makeStructSequenceType("os.statvfs_result", "What statvfs() and fstatvfs() tell about a file system.",
                             kStatVfsFields, true, kStatVfsItems);
  return type;
}

Ref nanoseconds(const timespec &time) {
  return intAdd(intMul(makeInt(int64_t(time.tv_sec)), Value::smallInt(1000000000)),
                makeInt(int64_t(time.tv_nsec)));
}

} // namespace

Ref coil::vm::makeStatResult(const struct stat &s) {
  auto seconds = [](const timespec &time) {
    return Ref::number(double(time.tv_sec) + 1e-9 * double(time.tv_nsec));
  };
  Ref values[] = {
      makeInt(int64_t(s.st_mode)),
      makeIntUnsigned(s.st_ino),
      makeIntUnsigned(s.st_dev),
      makeInt(int64_t(s.st_nlink)),
      makeInt(int64_t(s.st_uid)),
      makeInt(int64_t(s.st_gid)),
      makeInt(int64_t(s.st_size)),
      makeInt(int64_t(s.st_atim.tv_sec)),
      makeInt(int64_t(s.st_mtim.tv_sec)),
      makeInt(int64_t(s.st_ctim.tv_sec)),
      seconds(s.st_atim),
      seconds(s.st_mtim),
      seconds(s.st_ctim),
      nanoseconds(s.st_atim),
      nanoseconds(s.st_mtim),
      nanoseconds(s.st_ctim),
      makeInt(int64_t(s.st_blksize)),
      makeInt(int64_t(s.st_blocks)),
      makeIntUnsigned(s.st_rdev),
  };
  return newStructSequence(statResultType(), values);
}

namespace {

Ref statPath(Thread &t, const char *function, Value pathValue, Value dirFd, bool follow) {
  Path path;
  CHECK(readPath(t, pathValue,
                 {.function = function, .allowFd = follow && llvm::StringRef(function) == "stat"}, path));
  int directory = TRY(readDirFd(t, dirFd));
  if (path.fd >= 0 && directory != AT_FDCWD)
    return raise(t, types::ValueError, "%: can't specify dir_fd without matching path", function);
  struct stat s;
  int failed = path.fd >= 0 ? ::fstat(path.fd, &s)
                            : ::fstatat(directory, path.c_str(), &s, follow ? 0 : AT_SYMLINK_NOFOLLOW);
  if (failed) return raiseErrno(t, path);
  return makeStatResult(s);
}

// stat(path, *, dir_fd=None, follow_symlinks=True)
Ref posixStat(Thread &t, const Value *args) {
  bool follow = TRY(truth(t, args[2]));
  if (!follow && isIntLike(args[0]))
    return raise(t, types::ValueError, "stat: cannot use fd and follow_symlinks together");
  return statPath(t, "stat", args[0], args[1], follow);
}

Ref posixLstat(Thread &t, const Value *args) { return statPath(t, "lstat", args[0], args[1], false); }

Ref posixFstat(Thread &t, const Value *args) {
  int fd = TRY(asCInt(t, args[0]));
  struct stat s;
  if (retrying([&] { return ::fstat(fd, &s); })) return raiseErrno(t);
  return makeStatResult(s);
}

Ref makeStatVfs(const struct statvfs &s) {
  Ref values[] = {
      makeIntUnsigned(s.f_bsize),   makeIntUnsigned(s.f_frsize), makeIntUnsigned(s.f_blocks),
      makeIntUnsigned(s.f_bfree),   makeIntUnsigned(s.f_bavail), makeIntUnsigned(s.f_files),
      makeIntUnsigned(s.f_ffree),   makeIntUnsigned(s.f_favail), makeIntUnsigned(s.f_flag),
      makeIntUnsigned(s.f_namemax), makeIntUnsigned(s.f_fsid),
  };
  return newStructSequence(statVfsType(), values);
}

Ref posixStatvfs(Thread &t, const Value *args) {
  Path path;
  CHECK(readPath(t, args[0], {.function = "statvfs", .allowFd = true}, path));
  struct statvfs s;
  if (path.fd >= 0 ? ::fstatvfs(path.fd, &s) : ::statvfs(path.c_str(), &s)) return raiseErrno(t, path);
  return makeStatVfs(s);
}

Ref posixFstatvfs(Thread &t, const Value *args) {
  int fd = TRY(asCInt(t, args[0]));
  struct statvfs s;
  if (retrying([&] { return ::fstatvfs(fd, &s); })) return raiseErrno(t);
  return makeStatVfs(s);
}

// access(path, mode, *, dir_fd=None, effective_ids=False, follow_symlinks=True)
Ref posixAccess(Thread &t, const Value *args) {
  Path path;
  CHECK(readPath(t, args[0], {.function = "access"}, path));
  int mode = TRY(asCInt(t, args[1])), directory = TRY(readDirFd(t, args[2]));
  bool effective = TRY(truth(t, args[3])), follow = TRY(truth(t, args[4]));
  int flags = (effective ? AT_EACCESS : 0) | (follow ? 0 : AT_SYMLINK_NOFOLLOW);
  return Ref::boolean(::faccessat(directory, path.c_str(), mode, flags) == 0);
}

// A time in seconds as utime() takes it.
Status readSeconds(Thread &t, Value v, timespec &time) {
  if (isIntLike(v)) {
    int64_t seconds;
    if (!toInt64(v, seconds))
      return raise(t, types::OverflowError, "timestamp out of range for platform time_t");
    time = {time_t(seconds), 0};
    return Status::ok();
  }
  double d = TRY(asDouble(t, v));
  if (std::isnan(d)) return raise(t, types::ValueError, "Invalid value NaN (not a number)");
  double whole = std::floor(d), part = std::floor((d - whole) * 1e9);
  if (!(std::fabs(whole) < 9e18))
    return raise(t, types::OverflowError, "timestamp out of range for platform time_t");
  time = {time_t(whole), long(part)};
  return Status::ok();
}

Status readNanoseconds(Thread &t, Value v, timespec &time) {
  Ref quotient, remainder;
  Ref number = TRY(index(t, v));
  CHECK(intDivmod(t, number, Value::smallInt(1000000000), quotient, remainder));
  int64_t seconds, rest;
  if (!toInt64(quotient, seconds) || !toInt64(remainder, rest))
    return raise(t, types::OverflowError, "Python int too large to convert to C long");
  time = {time_t(seconds), long(rest)};
  return Status::ok();
}

// The two times of utime(): `times` in seconds, `ns` in nanoseconds; neither: now.
Status readTimes(Thread &t, Value times, Value ns, timespec (&out)[2]) {
  bool hasTimes = !times.empty() && !times.isNone(), hasNs = !ns.empty();
  if (hasTimes && hasNs)
    return raise(t, types::ValueError, "utime: you may specify either 'times' or 'ns' but not both");
  out[0] = out[1] = {0, UTIME_NOW};
  if (!hasTimes && !hasNs) return Status::ok();
  Value pair = hasTimes ? times : ns;
  if (!isTuple(pair) || pair.as<Tuple>()->length != 2)
    return raise(t, types::TypeError,
                 hasTimes ? "utime: 'times' must be either a tuple of two ints or None"
                          : "utime: 'ns' must be a tuple of two ints");
  for (int i = 0; i < 2; ++i)
    CHECK((hasTimes ? readSeconds : readNanoseconds)(t, (*pair.as<Tuple>())[i], out[i]));
  return Status::ok();
}

// utime(path, times=None, *, ns=<unrepresentable>, dir_fd=None, follow_symlinks=True)
Ref posixUtime(Thread &t, const Value *args) {
  Path path;
  CHECK(readPath(t, args[0], {.function = "utime", .allowFd = true}, path));
  timespec times[2];
  CHECK(readTimes(t, args[1], args[2], times));
  int directory = TRY(readDirFd(t, args[3]));
  bool follow = TRY(truth(t, args[4]));
  CHECK(audit(t, "os.utime",
              {path.object.get(), args[1].empty() ? Value::none() : args[1],
               args[2].empty() ? Value::none() : args[2], shownDirFd(directory)}));
  int failed = path.fd >= 0 ? ::futimens(path.fd, times)
                            : ::utimensat(directory, path.c_str(), times, follow ? 0 : AT_SYMLINK_NOFOLLOW);
  if (failed) return raiseErrno(t, path);
  return Ref::none();
}

// chmod(path, mode, *, dir_fd=None, follow_symlinks=True)
Ref posixChmod(Thread &t, const Value *args) {
  Path path;
  CHECK(readPath(t, args[0], {.function = "chmod", .allowFd = true}, path));
  int mode = TRY(asCInt(t, args[1])), directory = TRY(readDirFd(t, args[2]));
  bool follow = TRY(truth(t, args[3]));
  CHECK(audit(t, "os.chmod", {path.object.get(), Value::smallInt(mode), shownDirFd(directory)}));
  int failed = path.fd >= 0
                   ? ::fchmod(path.fd, mode_t(mode))
                   : ::fchmodat(directory, path.c_str(), mode_t(mode), follow ? 0 : AT_SYMLINK_NOFOLLOW);
  if (failed && !follow && errno == ENOTSUP)
    return raise(t, types::NotImplementedError, "chmod: follow_symlinks unavailable on this platform");
  if (failed) return raiseErrno(t, path);
  return Ref::none();
}

Ref posixFchmod(Thread &t, const Value *args) {
  int fd = TRY(asCInt(t, args[0])), mode = TRY(asCInt(t, args[1]));
  CHECK(audit(t, "os.chmod", {Value::smallInt(fd), Value::smallInt(mode), Value::smallInt(-1)}));
  if (retrying([&] { return ::fchmod(fd, mode_t(mode)); })) return raiseErrno(t);
  return Ref::none();
}

Ref changeOwner(Thread &t, const char *function, const Value *args, int directory, bool follow,
                bool allowFd) {
  Path path;
  CHECK(readPath(t, args[0], {.function = function, .allowFd = allowFd}, path));
  uint32_t user = TRY(readIdentity(t, args[1], "uid")), group = TRY(readIdentity(t, args[2], "gid"));
  CHECK(audit(t, "os.chown",
              {path.object.get(), Value::smallInt(user), Value::smallInt(group), shownDirFd(directory)}));
  int failed = path.fd >= 0
                   ? ::fchown(path.fd, user, group)
                   : ::fchownat(directory, path.c_str(), user, group, follow ? 0 : AT_SYMLINK_NOFOLLOW);
  if (failed) return raiseErrno(t, path);
  return Ref::none();
}

// chown(path, uid, gid, *, dir_fd=None, follow_symlinks=True)
Ref posixChown(Thread &t, const Value *args) {
  int directory = TRY(readDirFd(t, args[3]));
  bool follow = TRY(truth(t, args[4]));
  return changeOwner(t, "chown", args, directory, follow, true);
}

Ref posixLchown(Thread &t, const Value *args) {
  return changeOwner(t, "lchown", args, AT_FDCWD, false, false);
}

Ref posixFchown(Thread &t, const Value *args) {
  int fd = TRY(asCInt(t, args[0]));
  uint32_t user = TRY(readIdentity(t, args[1], "uid")), group = TRY(readIdentity(t, args[2], "gid"));
  CHECK(audit(t, "os.chown",
              {Value::smallInt(fd), Value::smallInt(user), Value::smallInt(group), Value::smallInt(-1)}));
  if (retrying([&] { return ::fchown(fd, user, group); })) return raiseErrno(t);
  return Ref::none();
}

NativeDef kFunctions[] = {
    {"stat", posixStat, "($module, /, path, *, dir_fd=None, follow_symlinks=True)",
     "Ask about a file, a path or a descriptor: a stat_result with its type, size, times and\n"
     "so on. A symbolic link counts for its target unless follow_symlinks is false. A relative\n"
     "path starts at the directory dir_fd if that is given."},
    {"lstat", posixLstat, "($module, /, path, *, dir_fd=None)",
     "stat() that tells about a symbolic link itself.\n"
     "A relative path starts at the directory dir_fd if that is given."},
    {"fstat", posixFstat, "($module, /, fd)", "stat() for a descriptor."},
    {"statvfs", posixStatvfs, "($module, /, path)",
     "Ask about the file system that a path or a descriptor is on: its size, what is free, its\n"
     "limits."},
    {"fstatvfs", posixFstatvfs, "($module, fd, /)", "statvfs() for a descriptor."},
    {"access", posixAccess,
     "($module, /, path, mode, *, dir_fd=None, effective_ids=False,\n       follow_symlinks=True)",
     "Tell whether the real user may do something with a file, or the effective one with\n"
     "effective_ids. mode is F_OK (it exists) or a combination of R_OK, W_OK and X_OK. A\n"
     "symbolic link counts for its target unless follow_symlinks is false; a relative path\n"
     "starts at the directory dir_fd if that is given."},
    {"utime", posixUtime,
     "($module, /, path, times=None, *, ns=<unrepresentable>,\n      dir_fd=None, follow_symlinks=True)",
     "Set when a file was last read and changed: times is (atime, mtime) in seconds, ns the\n"
     "same in nanoseconds. Without either both are set to now. A symbolic link counts for its\n"
     "target unless follow_symlinks is false; a relative path starts at the directory dir_fd\n"
     "if that is given."},
    {"chmod", posixChmod, "($module, /, path, mode, *, dir_fd=None, follow_symlinks=True)",
     "Set the permissions of a file, a path or a descriptor. A symbolic link counts for its\n"
     "target unless follow_symlinks is false; a relative path starts at the directory dir_fd\n"
     "if that is given."},
    {"fchmod", posixFchmod, "($module, /, fd, mode)", "chmod() for a descriptor."},
    {"chown", posixChown, "($module, /, path, uid, gid, *, dir_fd=None, follow_symlinks=True)",
     "Give a file, a path or a descriptor, to a user and a group; -1 leaves one as it is. A\n"
     "symbolic link counts for its target unless follow_symlinks is false; a relative path\n"
     "starts at the directory dir_fd if that is given."},
    {"lchown", posixLchown, "($module, /, path, uid, gid)",
     "chown() that gives away a symbolic link itself."},
    {"fchown", posixFchown, "($module, /, fd, uid, gid)", "chown() for a descriptor."},
};

} // namespace

llvm::ArrayRef<NativeDef> coil::vm::posixStatFunctions() { return kFunctions; }

void coil::vm::addStatTypes(Dict *dict) {
  dictSetStr(dict, internText("stat_result"), Value(&statResultType()));
  dictSetStr(dict, internText("statvfs_result"), Value(&statVfsType()));
}
