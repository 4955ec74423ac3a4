// posix: directories and the names in them.
#include "VM/Core/Audit.h"
#include "VM/Core/Names.h"
#include "VM/Modules/posix/Path.h"
#include "VM/Types/Bytes.h"
#include "VM/Types/List.h"
#include <cerrno>
#include <climits>
#include <dirent.h>
#include <unistd.h>

using namespace coil::vm;

namespace {

// listdir(path=None)
Ref posixListdir(Thread &t, const Value *args) {
  Path path;
  CHECK(readPath(t, args[0], {.function = "listdir", .allowFd = true, .allowNone = true}, path));
  CHECK(audit(t, "os.listdir", {args[0].empty() ? Value::none() : path.object.get()}));
  DIR *directory = path.fd >= 0 ? ::fdopendir(::dup(path.fd)) : ::opendir(path.c_str());
  if (!directory) return raiseErrno(t, path);
  if (path.fd >= 0) ::rewinddir(directory);
  ListRef list = newList();
  errno = 0;
  while (dirent *entry = ::readdir(directory)) {
    llvm::StringRef name = entry->d_name;
    if (name != "." && name != "..") listAppend(list, fileName(path, name));
    errno = 0;
  }
  int error = errno;
  ::closedir(directory);
  errno = error;
  return error ? Ref(raiseErrno(t, path)) : Ref(std::move(list));
}

Result<std::string> currentDirectory(Thread &t) {
  char buffer[PATH_MAX + 1];
  if (!::getcwd(buffer, sizeof buffer)) return raiseErrno(t);
  return std::string(buffer);
}

Ref posixGetcwd(Thread &t, const Value *) { return decodeFileName(TRY(currentDirectory(t))); }

Ref posixGetcwdb(Thread &t, const Value *) {
  std::string text = TRY(currentDirectory(t));
  return makeBytes({reinterpret_cast<const uint8_t *>(text.data()), text.size()});
}

Ref posixChdir(Thread &t, const Value *args) {
  Path path;
  CHECK(readPath(t, args[0], {.function = "chdir", .allowFd = true}, path));
  CHECK(audit(t, "os.chdir", {path.object.get()}));
  if (path.fd >= 0 ? ::fchdir(path.fd) : ::chdir(path.c_str())) return raiseErrno(t, path);
  return Ref::none();
}

// A path and a dir_fd, as most functions of this file begin with.
Status readPlace(Thread &t, const char *function, Value pathValue, Value dirFd, Path &path, int &directory) {
  CHECK(readPath(t, pathValue, {.function = function}, path));
  directory = TRY(readDirFd(t, dirFd));
  return Status::ok();
}

// mkdir(path, mode=511, *, dir_fd=None)
Ref posixMkdir(Thread &t, const Value *args) {
  Path path;
  int directory;
  CHECK(readPlace(t, "mkdir", args[0], args[2], path, directory));
  int mode = TRY(readInt(t, args[1]));
  CHECK(audit(t, "os.mkdir", {path.object.get(), Value::smallInt(mode), shownDirFd(directory)}));
  if (::mkdirat(directory, path.c_str(), mode_t(mode))) return raiseErrno(t, path);
  return Ref::none();
}

Ref removeEntry(Thread &t, const char *function, const Value *args, int flags) {
  Path path;
  int directory;
  CHECK(readPlace(t, function, args[0], args[1], path, directory));
  CHECK(audit(t, flags ? "os.rmdir" : "os.remove", {path.object.get(), shownDirFd(directory)}));
  if (::unlinkat(directory, path.c_str(), flags)) return raiseErrno(t, path);
  return Ref::none();
}

Ref posixRmdir(Thread &t, const Value *args) { return removeEntry(t, "rmdir", args, AT_REMOVEDIR); }
Ref posixUnlink(Thread &t, const Value *args) { return removeEntry(t, "unlink", args, 0); }
Ref posixRemove(Thread &t, const Value *args) { return removeEntry(t, "remove", args, 0); }

// rename(src, dst, *, src_dir_fd=None, dst_dir_fd=None)
Ref renameEntry(Thread &t, const char *function, const Value *args) {
  Path source, target;
  CHECK(readPath(t, args[0], {.function = function, .argument = "src"}, source));
  CHECK(readPath(t, args[1], {.function = function, .argument = "dst"}, target));
  int sourceFd = TRY(readDirFd(t, args[2])), targetFd = TRY(readDirFd(t, args[3]));
  CHECK(audit(t, "os.rename",
              {source.object.get(), target.object.get(), shownDirFd(sourceFd), shownDirFd(targetFd)}));
  if (::renameat(sourceFd, source.c_str(), targetFd, target.c_str())) return raiseErrno(t, source, target);
  return Ref::none();
}

Ref posixRename(Thread &t, const Value *args) { return renameEntry(t, "rename", args); }
Ref posixReplace(Thread &t, const Value *args) { return renameEntry(t, "replace", args); }

// link(src, dst, *, src_dir_fd=None, dst_dir_fd=None, follow_symlinks=True)
Ref posixLink(Thread &t, const Value *args) {
  Path source, target;
  CHECK(readPath(t, args[0], {.function = "link", .argument = "src"}, source));
  CHECK(readPath(t, args[1], {.function = "link", .argument = "dst"}, target));
  int sourceFd = TRY(readDirFd(t, args[2])), targetFd = TRY(readDirFd(t, args[3]));
  bool follow = TRY(truth(t, args[4]));
  CHECK(audit(t, "os.link",
              {source.object.get(), target.object.get(), shownDirFd(sourceFd), shownDirFd(targetFd)}));
  if (::linkat(sourceFd, source.c_str(), targetFd, target.c_str(), follow ? AT_SYMLINK_FOLLOW : 0))
    return raiseErrno(t, source, target);
  return Ref::none();
}

// symlink(src, dst, target_is_directory=False, *, dir_fd=None)
Ref posixSymlink(Thread &t, const Value *args) {
  Path source, target;
  CHECK(readPath(t, args[0], {.function = "symlink", .argument = "src"}, source));
  CHECK(readPath(t, args[1], {.function = "symlink", .argument = "dst"}, target));
  int directory = TRY(readDirFd(t, args[3]));
  CHECK(audit(t, "os.symlink", {source.object.get(), target.object.get(), shownDirFd(directory)}));
  if (::symlinkat(source.c_str(), directory, target.c_str())) return raiseErrno(t, source, target);
  return Ref::none();
}

// readlink(path, *, dir_fd=None)
Ref posixReadlink(Thread &t, const Value *args) {
  Path path;
  int directory;
  CHECK(readPlace(t, "readlink", args[0], args[1], path, directory));
  char buffer[PATH_MAX + 1];
  ssize_t length = ::readlinkat(directory, path.c_str(), buffer, sizeof buffer);
  if (length < 0) return raiseErrno(t, path);
  return fileName(path, {buffer, size_t(length)});
}

// --- paths as text

// fspath(path): str and bytes as they are, other objects by __fspath__ (PEP 519).
Ref posixFspath(Thread &t, const Value *args) {
  if (isStr(args[0]) || isBytes(args[0])) return Ref::share(args[0]);
  bool found;
  Ref text = callSpecial(t, args[0], names::special_fspath, {}, found);
  if (!found)
    return raise(t, types::TypeError, "expected str, bytes or os.PathLike object, not %", typeName(args[0]));
  if (!text || isStr(text) || isBytes(text)) return text;
  return raise(t, types::TypeError, "expected %.__fspath__() to return str or bytes, not %",
               typeName(args[0]), typeName(text));
}

// A path without empty and "." parts, and without the parts that ".." takes back. Two slashes in front are
// kept (POSIX).
std::string normalized(llvm::StringRef path) {
  if (path.empty()) return ".";
  llvm::StringRef root = path.starts_with("///")  ? "/"
                         : path.starts_with("//") ? "//"
                         : path.starts_with("/")  ? "/"
                                                  : "";
  llvm::SmallVector<llvm::StringRef, 16> parts, kept;
  path.split(parts, '/');
  for (llvm::StringRef part : parts) {
    if (part.empty() || part == ".") continue;
    if (part != ".." || (root.empty() && (kept.empty() || kept.back() == "..")))
      kept.push_back(part);
    else if (!kept.empty())
      kept.pop_back();
  }
  std::string out = root.str();
  for (size_t i = 0; i < kept.size(); ++i) out += (i ? "/" : "") + kept[i].str();
  return out.empty() ? "." : out;
}

Ref posixPathNormpath(Thread &t, const Value *args) {
  if (!isStr(args[0])) return raise(t, types::TypeError, "expected 'str', not '%'", typeName(args[0]));
  return makeStr(normalized(toUtf8(args[0].as<Str>())));
}

NativeDef kFunctions[] = {
    {"listdir", posixListdir, "($module, /, path=None)",
     "Return a list containing the names of the files in the directory.\n\npath can be specified as either "
     "str, bytes, or a path-like object.  If path is bytes,\n  the filenames returned will also be bytes; in "
     "all other circumstances\n  the filenames returned will be str.\nIf path is None, uses the "
     "path='.'.\nOn some platforms, path may also be specified as an open file descriptor;\\\n  the file "
     "descriptor must refer to a directory.\n  If this functionality is unavailable, using it raises "
     "NotImplementedError.\n\nThe list is in arbitrary order.  It does not include the special\nentries '.' "
     "and '..' even if they are present in the directory."},
    {"getcwd", posixGetcwd, "($module, /)",
     "Return a unicode string representing the current working directory."},
    {"getcwdb", posixGetcwdb, "($module, /)",
     "Return a bytes string representing the current working directory."},
    {"chdir", posixChdir, "($module, /, path)",
     "Change the current working directory to the specified path.\n\npath may always be specified as a "
     "string.\nOn some platforms, path may also be specified as an open file descriptor.\n  If this "
     "functionality is unavailable, using it raises an exception."},
    {"mkdir", posixMkdir, "($module, /, path, mode=511, *, dir_fd=None)",
     "Create a directory.\n\nIf dir_fd is not None, it should be a file descriptor open to a directory,\n  "
     "and path should be relative; path will then be relative to that directory.\ndir_fd may not be "
     "implemented on your platform.\n  If it is unavailable, using it will raise a "
     "NotImplementedError.\n\nThe mode argument is ignored on Windows. Where it is used, the current "
     "umask\nvalue is first masked out."},
    {"rmdir", posixRmdir, "($module, /, path, *, dir_fd=None)",
     "Remove a directory.\n\nIf dir_fd is not None, it should be a file descriptor open to a directory,\n  "
     "and path should be relative; path will then be relative to that directory.\ndir_fd may not be "
     "implemented on your platform.\n  If it is unavailable, using it will raise a NotImplementedError."},
    {"unlink", posixUnlink, "($module, /, path, *, dir_fd=None)",
     "Remove a file (same as remove()).\n\nIf dir_fd is not None, it should be a file descriptor open to a "
     "directory,\n  and path should be relative; path will then be relative to that directory.\ndir_fd may "
     "not be implemented on your platform.\n  If it is unavailable, using it will raise a "
     "NotImplementedError."},
    {"remove", posixRemove, "($module, /, path, *, dir_fd=None)",
     "Remove a file (same as unlink()).\n\nIf dir_fd is not None, it should be a file descriptor open to a "
     "directory,\n  and path should be relative; path will then be relative to that directory.\ndir_fd may "
     "not be implemented on your platform.\n  If it is unavailable, using it will raise a "
     "NotImplementedError."},
    {"rename", posixRename, "($module, /, src, dst, *, src_dir_fd=None, dst_dir_fd=None)",
     "Rename a file or directory.\n\nIf either src_dir_fd or dst_dir_fd is not None, it should be a file\n  "
     "descriptor open to a directory, and the respective path string (src or dst)\n  should be relative; the "
     "path will then be relative to that directory.\nsrc_dir_fd and dst_dir_fd, may not be implemented on "
     "your platform.\n  If they are unavailable, using them will raise a NotImplementedError."},
    {"replace", posixReplace, "($module, /, src, dst, *, src_dir_fd=None, dst_dir_fd=None)",
     "Rename a file or directory, overwriting the destination.\n\nIf either src_dir_fd or dst_dir_fd is not "
     "None, it should be a file\n  descriptor open to a directory, and the respective path string (src or "
     "dst)\n  should be relative; the path will then be relative to that directory.\nsrc_dir_fd and "
     "dst_dir_fd, may not be implemented on your platform.\n  If they are unavailable, using them will raise "
     "a NotImplementedError."},
    {"link", posixLink,
     "($module, /, src, dst, *, src_dir_fd=None, dst_dir_fd=None,\n     follow_symlinks=True)",
     "Create a hard link to a file.\n\nIf either src_dir_fd or dst_dir_fd is not None, it should be a file\n "
     " descriptor open to a directory, and the respective path string (src or dst)\n  should be relative; "
     "the path will then be relative to that directory.\nIf follow_symlinks is False, and the last element "
     "of src is a symbolic\n  link, link will create a link to the symbolic link itself instead of the\n  "
     "file the link points to.\nsrc_dir_fd, dst_dir_fd, and follow_symlinks may not be implemented on your\n "
     " platform.  If they are unavailable, using them will raise a\n  NotImplementedError."},
    {"symlink", posixSymlink, "($module, /, src, dst, target_is_directory=False, *, dir_fd=None)",
     "Create a symbolic link pointing to src named dst.\n\ntarget_is_directory is required on Windows if the "
     "target is to be\n  interpreted as a directory.  (On Windows, symlink requires\n  Windows 6.0 or "
     "greater, and raises a NotImplementedError otherwise.)\n  target_is_directory is ignored on non-Windows "
     "platforms.\n\nIf dir_fd is not None, it should be a file descriptor open to a directory,\n  and path "
     "should be relative; path will then be relative to that directory.\ndir_fd may not be implemented on "
     "your platform.\n  If it is unavailable, using it will raise a NotImplementedError."},
    {"readlink", posixReadlink, "($module, /, path, *, dir_fd=None)",
     "Return a string representing the path to which the symbolic link points.\n\nIf dir_fd is not None, it "
     "should be a file descriptor open to a directory,\nand path should be relative; path will then be "
     "relative to that directory.\n\ndir_fd may not be implemented on your platform.  If it is "
     "unavailable,\nusing it will raise a NotImplementedError."},
    {"fspath", posixFspath, "($module, /, path)",
     "Return the file system path representation of the object.\n\nIf the object is str or bytes, then allow "
     "it to pass through as-is. If the\nobject defines __fspath__(), then return the result of that method. "
     "All other\ntypes raise a TypeError."},
    {"_path_normpath", posixPathNormpath, "($module, /, path)", "Basic path normalization."},
};

} // namespace

llvm::ArrayRef<NativeDef> coil::vm::posixDirectoryFunctions() { return kFunctions; }
