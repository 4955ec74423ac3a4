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
    {"st_mode", "protection bits"},
    {"st_ino", "inode"},
    {"st_dev", "device"},
    {"st_nlink", "number of hard links"},
    {"st_uid", "user ID of owner"},
    {"st_gid", "group ID of owner"},
    {"st_size", "total size, in bytes"},
    {nullptr, "integer time of last access"},
    {nullptr, "integer time of last modification"},
    {nullptr, "integer time of last change"},
    {"st_atime", "time of last access"},
    {"st_mtime", "time of last modification"},
    {"st_ctime", "time of last change"},
    {"st_atime_ns", "time of last access in nanoseconds"},
    {"st_mtime_ns", "time of last modification in nanoseconds"},
    {"st_ctime_ns", "time of last change in nanoseconds"},
    {"st_blksize", "blocksize for filesystem I/O"},
    {"st_blocks", "number of blocks allocated"},
    {"st_rdev", "device type (if inode device)"},
};
constexpr size_t kStatItems = 10;

constexpr StructField kStatVfsFields[] = {
    {"f_bsize", nullptr},  {"f_frsize", nullptr},  {"f_blocks", nullptr}, {"f_bfree", nullptr},
    {"f_bavail", nullptr}, {"f_files", nullptr},   {"f_ffree", nullptr},  {"f_favail", nullptr},
    {"f_flag", nullptr},   {"f_namemax", nullptr}, {"f_fsid", nullptr},
};
constexpr size_t kStatVfsItems = 10;

Type &statResultType() {
  static Type &type = makeStructSequenceType("os.stat_result",
                                             "stat_result: Result from stat, fstat, or lstat.\n\nThis object "
                                             "may be accessed either as a tuple of\n  (mode, ino, dev, "
                                             "nlink, uid, gid, size, atime, mtime, ctime)\nor via the "
                                             "attributes st_mode, st_ino, st_dev, st_nlink, st_uid, and so "
                                             "on.\n\nPosix/windows: If your platform supports st_blksize, "
                                             "st_blocks, st_rdev,\nor st_flags, they are available as "
                                             "attributes only.\n\nSee os.stat for more information.",
                                             kStatFields, true, kStatItems);
  return type;
}

Type &statVfsType() {
  static Type &type = makeStructSequenceType("os.statvfs_result",
                                             "statvfs_result: Result from statvfs or fstatvfs.\n\nThis "
                                             "object may be accessed either as a tuple of\n  (bsize, frsize, "
                                             "blocks, bfree, bavail, files, ffree, favail, flag, "
                                             "namemax),\nor via the attributes f_bsize, f_frsize, f_blocks, "
                                             "f_bfree, and so on.\n\nSee os.statvfs for more information.",
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
  int fd = TRY(readInt(t, args[0]));
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
  int fd = TRY(readInt(t, args[0]));
  struct statvfs s;
  if (retrying([&] { return ::fstatvfs(fd, &s); })) return raiseErrno(t);
  return makeStatVfs(s);
}

// access(path, mode, *, dir_fd=None, effective_ids=False, follow_symlinks=True)
Ref posixAccess(Thread &t, const Value *args) {
  Path path;
  CHECK(readPath(t, args[0], {.function = "access"}, path));
  int mode = TRY(readInt(t, args[1])), directory = TRY(readDirFd(t, args[2]));
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
  int mode = TRY(readInt(t, args[1])), directory = TRY(readDirFd(t, args[2]));
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
  int fd = TRY(readInt(t, args[0])), mode = TRY(readInt(t, args[1]));
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
  int fd = TRY(readInt(t, args[0]));
  uint32_t user = TRY(readIdentity(t, args[1], "uid")), group = TRY(readIdentity(t, args[2], "gid"));
  CHECK(audit(t, "os.chown",
              {Value::smallInt(fd), Value::smallInt(user), Value::smallInt(group), Value::smallInt(-1)}));
  if (retrying([&] { return ::fchown(fd, user, group); })) return raiseErrno(t);
  return Ref::none();
}

NativeDef kFunctions[] = {
    {"stat", posixStat, "($module, /, path, *, dir_fd=None, follow_symlinks=True)",
     "Perform a stat system call on the given path.\n\n  path\n    Path to be examined; can be string, "
     "bytes, a path-like object or\n    open-file-descriptor int.\n  dir_fd\n    If not None, it should be a "
     "file descriptor open to a directory,\n    and path should be a relative string; path will then be "
     "relative to\n    that directory.\n  follow_symlinks\n    If False, and the last element of the path is "
     "a symbolic link,\n    stat will examine the symbolic link itself instead of the file\n    the link "
     "points to.\n\ndir_fd and follow_symlinks may not be implemented\n  on your platform.  If they are "
     "unavailable, using them will raise a\n  NotImplementedError.\n\nIt's an error to use dir_fd or "
     "follow_symlinks when specifying path as\n  an open file descriptor."},
    {"lstat", posixLstat, "($module, /, path, *, dir_fd=None)",
     "Perform a stat system call on the given path, without following symbolic links.\n\nLike stat(), but do "
     "not follow symbolic links.\nEquivalent to stat(path, follow_symlinks=False)."},
    {"fstat", posixFstat, "($module, /, fd)",
     "Perform a stat system call on the given file descriptor.\n\nLike stat(), but for an open file "
     "descriptor.\nEquivalent to os.stat(fd)."},
    {"statvfs", posixStatvfs, "($module, /, path)",
     "Perform a statvfs system call on the given path.\n\npath may always be specified as a string.\nOn some "
     "platforms, path may also be specified as an open file descriptor.\n  If this functionality is "
     "unavailable, using it raises an exception."},
    {"fstatvfs", posixFstatvfs, "($module, fd, /)",
     "Perform an fstatvfs system call on the given fd.\n\nEquivalent to statvfs(fd)."},
    {"access", posixAccess,
     "($module, /, path, mode, *, dir_fd=None, effective_ids=False,\n       follow_symlinks=True)",
     "Use the real uid/gid to test for access to a path.\n\n  path\n    Path to be tested; can be string, "
     "bytes, or a path-like object.\n  mode\n    Operating-system mode bitfield.  Can be F_OK to test "
     "existence,\n    or the inclusive-OR of R_OK, W_OK, and X_OK.\n  dir_fd\n    If not None, it should be "
     "a file descriptor open to a directory,\n    and path should be relative; path will then be relative to "
     "that\n    directory.\n  effective_ids\n    If True, access will use the effective uid/gid instead of\n "
     "   the real uid/gid.\n  follow_symlinks\n    If False, and the last element of the path is a symbolic "
     "link,\n    access will examine the symbolic link itself instead of the file\n    the link points "
     "to.\n\ndir_fd, effective_ids, and follow_symlinks may not be implemented\n  on your platform.  If they "
     "are unavailable, using them will raise a\n  NotImplementedError.\n\nNote that most operations will use "
     "the effective uid/gid, therefore this\n  routine can be used in a suid/sgid environment to test if the "
     "invoking user\n  has the specified access to the path."},
    {"utime", posixUtime,
     "($module, /, path, times=None, *, ns=<unrepresentable>,\n      dir_fd=None, follow_symlinks=True)",
     "Set the access and modified time of path.\n\npath may always be specified as a string.\nOn some "
     "platforms, path may also be specified as an open file descriptor.\n  If this functionality is "
     "unavailable, using it raises an exception.\n\nIf times is not None, it must be a tuple (atime, "
     "mtime);\n    atime and mtime should be expressed as float seconds since the epoch.\nIf ns is "
     "specified, it must be a tuple (atime_ns, mtime_ns);\n    atime_ns and mtime_ns should be expressed as "
     "integer nanoseconds\n    since the epoch.\nIf times is None and ns is unspecified, utime uses the "
     "current time.\nSpecifying tuples for both times and ns is an error.\n\nIf dir_fd is not None, it "
     "should be a file descriptor open to a directory,\n  and path should be relative; path will then be "
     "relative to that directory.\nIf follow_symlinks is False, and the last element of the path is a "
     "symbolic\n  link, utime will modify the symbolic link itself instead of the file the\n  link points "
     "to.\nIt is an error to use dir_fd or follow_symlinks when specifying path\n  as an open file "
     "descriptor.\ndir_fd and follow_symlinks may not be available on your platform.\n  If they are "
     "unavailable, using them will raise a NotImplementedError."},
    {"chmod", posixChmod, "($module, /, path, mode, *, dir_fd=None, follow_symlinks=True)",
     "Change the access permissions of a file.\n\n  path\n    Path to be modified.  May always be specified "
     "as a str, bytes, or a path-like object.\n    On some platforms, path may also be specified as an open "
     "file descriptor.\n    If this functionality is unavailable, using it raises an exception.\n  mode\n    "
     "Operating-system mode bitfield.\n  dir_fd\n    If not None, it should be a file descriptor open to a "
     "directory,\n    and path should be relative; path will then be relative to that\n    directory.\n  "
     "follow_symlinks\n    If False, and the last element of the path is a symbolic link,\n    chmod will "
     "modify the symbolic link itself instead of the file\n    the link points to.\n\nIt is an error to use "
     "dir_fd or follow_symlinks when specifying path as\n  an open file descriptor.\ndir_fd and "
     "follow_symlinks may not be implemented on your platform.\n  If they are unavailable, using them will "
     "raise a NotImplementedError."},
    {"fchmod", posixFchmod, "($module, /, fd, mode)",
     "Change the access permissions of the file given by file descriptor fd.\n\nEquivalent to os.chmod(fd, "
     "mode)."},
    {"chown", posixChown, "($module, /, path, uid, gid, *, dir_fd=None, follow_symlinks=True)",
     "Change the owner and group id of path to the numeric uid and gid.\\\n\n  path\n    Path to be "
     "examined; can be string, bytes, a path-like object, or open-file-descriptor int.\n  dir_fd\n    If not "
     "None, it should be a file descriptor open to a directory,\n    and path should be relative; path will "
     "then be relative to that\n    directory.\n  follow_symlinks\n    If False, and the last element of the "
     "path is a symbolic link,\n    stat will examine the symbolic link itself instead of the file\n    the "
     "link points to.\n\npath may always be specified as a string.\nOn some platforms, path may also be "
     "specified as an open file descriptor.\n  If this functionality is unavailable, using it raises an "
     "exception.\nIf dir_fd is not None, it should be a file descriptor open to a directory,\n  and path "
     "should be relative; path will then be relative to that directory.\nIf follow_symlinks is False, and "
     "the last element of the path is a symbolic\n  link, chown will modify the symbolic link itself instead "
     "of the file the\n  link points to.\nIt is an error to use dir_fd or follow_symlinks when specifying "
     "path as\n  an open file descriptor.\ndir_fd and follow_symlinks may not be implemented on your "
     "platform.\n  If they are unavailable, using them will raise a NotImplementedError."},
    {"lchown", posixLchown, "($module, /, path, uid, gid)",
     "Change the owner and group id of path to the numeric uid and gid.\n\nThis function will not follow "
     "symbolic links.\nEquivalent to os.chown(path, uid, gid, follow_symlinks=False)."},
    {"fchown", posixFchown, "($module, /, fd, uid, gid)",
     "Change the owner and group id of the file specified by file descriptor.\n\nEquivalent to os.chown(fd, "
     "uid, gid)."},
};

} // namespace

llvm::ArrayRef<NativeDef> coil::vm::posixStatFunctions() { return kFunctions; }

void coil::vm::addStatTypes(Dict *dict) {
  dictSetStr(dict, internText("stat_result"), Value(&statResultType()));
  dictSetStr(dict, internText("statvfs_result"), Value(&statVfsType()));
}
