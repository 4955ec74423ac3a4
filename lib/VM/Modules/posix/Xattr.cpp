// posix: extended attributes.
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
#include <sys/xattr.h>

using namespace coil::vm;

namespace {

Status readBoth(Thread &t, const Value *args, const char *function, Path &path, Path &name) {
  CHECK(readPath(t, args[0], {.function = function, .allowFd = true}, path));
  return readPath(t, args[1], {.function = function, .argument = "attribute"}, name);
}

// What the call gives with a buffer that is large enough; EINVAL and such are errors of the path.
template <class Call> Status readAll(Thread &t, const Path &path, std::string &buffer, Call call) {
  for (size_t size : {size_t(128), size_t(65536)}) {
    buffer.resize(size);
    ssize_t length = call(buffer.data(), size);
    if (length >= 0) {
      buffer.resize(size_t(length));
      return Status::ok();
    }
    if (errno != ERANGE) break;
  }
  return raiseErrno(t, path);
}

Ref posixGetxattr(Thread &t, const Value *args) {
  Path path, name;
  CHECK(readBoth(t, args, "getxattr", path, name));
  bool follow = TRY(truth(t, args[2]));
  CHECK(audit(t, "os.getxattr", {path.object.get(), name.object.get()}));
  std::string buffer;
  CHECK(readAll(t, path, buffer, [&](char *to, size_t size) {
    if (path.fd >= 0) return ::fgetxattr(path.fd, name.c_str(), to, size);
    return follow ? ::getxattr(path.c_str(), name.c_str(), to, size)
                  : ::lgetxattr(path.c_str(), name.c_str(), to, size);
  }));
  return makeBytes({reinterpret_cast<const uint8_t *>(buffer.data()), buffer.size()});
}

Ref posixSetxattr(Thread &t, const Value *args) {
  Path path, name;
  CHECK(readBoth(t, args, "setxattr", path, name));
  Buffer value;
  CHECK(value.open(t, args[2]));
  int flags = TRY(asCInt(t, args[3]));
  bool follow = TRY(truth(t, args[4]));
  if (auditing) {
    Ref bytes = makeBytes(value.bytes());
    CHECK(
        audit(t, "os.setxattr", {path.object.get(), name.object.get(), bytes.get(), Value::smallInt(flags)}));
  }
  auto size = size_t(value.size());
  int status = path.fd >= 0 ? ::fsetxattr(path.fd, name.c_str(), value.data(), size, flags)
               : follow     ? ::setxattr(path.c_str(), name.c_str(), value.data(), size, flags)
                            : ::lsetxattr(path.c_str(), name.c_str(), value.data(), size, flags);
  return status < 0 ? Ref(raiseErrno(t, path)) : Ref::none();
}

Ref posixRemovexattr(Thread &t, const Value *args) {
  Path path, name;
  CHECK(readBoth(t, args, "removexattr", path, name));
  bool follow = TRY(truth(t, args[2]));
  CHECK(audit(t, "os.removexattr", {path.object.get(), name.object.get()}));
  int status = path.fd >= 0 ? ::fremovexattr(path.fd, name.c_str())
               : follow     ? ::removexattr(path.c_str(), name.c_str())
                            : ::lremovexattr(path.c_str(), name.c_str());
  return status < 0 ? Ref(raiseErrno(t, path)) : Ref::none();
}

Ref posixListxattr(Thread &t, const Value *args) {
  Path path;
  CHECK(readPath(t, args[0], {.function = "listxattr", .allowFd = true, .allowNone = true}, path));
  bool follow = TRY(truth(t, args[1]));
  CHECK(audit(t, "os.listxattr", {args[0].empty() ? Value::none() : path.object.get()}));
  std::string buffer;
  CHECK(readAll(t, path, buffer, [&](char *to, size_t size) {
    if (path.fd >= 0) return ::flistxattr(path.fd, to, size);
    return follow ? ::listxattr(path.c_str(), to, size) : ::llistxattr(path.c_str(), to, size);
  }));
  ListRef names = newList();
  for (llvm::StringRef rest = buffer; !rest.empty();) {
    auto [name, more] = rest.split('\0');
    listAppend(names, decodeFileName(name));
    rest = more;
  }
  return names;
}

NativeDef kFunctions[] = {
    {"getxattr", posixGetxattr, "($module, /, path, attribute, *, follow_symlinks=True)",
     "The value of an extended attribute of a file, a path or a descriptor, as bytes.\n"
     "A symbolic link counts for its target unless follow_symlinks is false."},
    {"setxattr", posixSetxattr,
     "($module, /, path, attribute, value, flags=0, *,\n         follow_symlinks=True)",
     "Set an extended attribute of a file, a path or a descriptor. flags may be XATTR_CREATE\n"
     "(it must be new) or XATTR_REPLACE (it must exist). A symbolic link counts for its target\n"
     "unless follow_symlinks is false."},
    {"removexattr", posixRemovexattr, "($module, /, path, attribute, *, follow_symlinks=True)",
     "Remove an extended attribute of a file, a path or a descriptor.\n"
     "A symbolic link counts for its target unless follow_symlinks is false."},
    {"listxattr", posixListxattr, "($module, /, path=None, *, follow_symlinks=True)",
     "A list of the names of the extended attributes of a file, a path or a descriptor; None\n"
     "means the current directory. A symbolic link counts for its target unless\n"
     "follow_symlinks is false."},
};

} // namespace

llvm::ArrayRef<NativeDef> coil::vm::posixXattrFunctions() { return kFunctions; }
