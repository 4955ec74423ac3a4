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
  int mode = TRY(asCInt(t, args[1]));
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
     "A list of what is in a directory, without '.' and '..' and in no particular order. path\n"
     "may be a descriptor; None means the current directory. A path of bytes gives names of\n"
     "bytes."},
    {"getcwd", posixGetcwd, "($module, /)", "The path of the current directory."},
    {"getcwdb", posixGetcwdb, "($module, /)", "The path of the current directory as bytes."},
    {"chdir", posixChdir, "($module, /, path)", "Make a directory, a path or a descriptor, the current one."},
    {"mkdir", posixMkdir, "($module, /, path, mode=511, *, dir_fd=None)",
     "Make a directory, with the permissions mode less those in the umask.\n"
     "A relative path starts at the directory dir_fd if that is given."},
    {"rmdir", posixRmdir, "($module, /, path, *, dir_fd=None)",
     "Remove an empty directory. A relative path starts at the directory dir_fd if that is given."},
    {"unlink", posixUnlink, "($module, /, path, *, dir_fd=None)",
     "Remove a file; also known as remove(). A relative path starts at the directory dir_fd if\n"
     "that is given."},
    {"remove", posixRemove, "($module, /, path, *, dir_fd=None)",
     "Remove a file; also known as unlink(). A relative path starts at the directory dir_fd if\n"
     "that is given."},
    {"rename", posixRename, "($module, /, src, dst, *, src_dir_fd=None, dst_dir_fd=None)",
     "Give a file or directory another name; here that replaces a file which has it, as\n"
     "replace() does. Relative paths start at the directories src_dir_fd and dst_dir_fd if\n"
     "those are given."},
    {"replace", posixReplace, "($module, /, src, dst, *, src_dir_fd=None, dst_dir_fd=None)",
     "Give a file or directory another name, replacing a file which has it.\n"
     "Relative paths start at the directories src_dir_fd and dst_dir_fd if those are given."},
    {"link", posixLink,
     "($module, /, src, dst, *, src_dir_fd=None, dst_dir_fd=None,\n     follow_symlinks=True)",
     "Give a file a second name. If src is a symbolic link and follow_symlinks false, the link\n"
     "gets it. Relative paths start at the directories src_dir_fd and dst_dir_fd if those are\n"
     "given."},
    {"symlink", posixSymlink, "($module, /, src, dst, target_is_directory=False, *, dir_fd=None)",
     "Make dst a symbolic link to src, which need not exist; target_is_directory matters on\n"
     "Windows only. A relative dst starts at the directory dir_fd if that is given."},
    {"readlink", posixReadlink, "($module, /, path, *, dir_fd=None)",
     "Where a symbolic link points; bytes if path is bytes.\n"
     "A relative path starts at the directory dir_fd if that is given."},
    {"fspath", posixFspath, "($module, /, path)",
     "A path as str or bytes: those are returned as they are, others are asked by __fspath__().\n"
     "TypeError if an object has no such method."},
    {"_path_normpath", posixPathNormpath, "($module, /, path)",
     "A path without '.' and empty parts, and with each '..' taking the part before it away."},
};

} // namespace

llvm::ArrayRef<NativeDef> coil::vm::posixDirectoryFunctions() { return kFunctions; }
