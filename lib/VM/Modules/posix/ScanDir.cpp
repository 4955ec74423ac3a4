// os.scandir and its iterator.
#include "VM/Modules/posix/ScanDir.h"
#include "VM/Core/Audit.h"
#include "VM/Exceptions/Warnings.h"
#include "VM/Modules/posix/Path.h"
#include "VM/Types/Sequence.h"
#include <cerrno>
#include <dirent.h>
#include <unistd.h>

using namespace coil::vm;

Type coil::vm::types::ScandirIterator;

namespace {

struct ScandirIterator : Object {
  Path *path;     // owned
  DIR *directory; // owned; null once exhausted or closed
};

ScandirIterator *self(Value v) { return v.as<ScandirIterator>(); }

void closeDirectory(ScandirIterator *it) {
  DIR *directory = std::exchange(it->directory, nullptr);
  if (!directory) return;
  if (it->path->fd >= 0) ::rewinddir(directory);
  ::closedir(directory);
}

Ref scandirNext(Thread &t, Value v) {
  ScandirIterator *it = self(v);
  if (!it->directory) return {};
  errno = 0;
  while (dirent *entry = ::readdir(it->directory)) {
    llvm::StringRef name = entry->d_name;
    if (name != "." && name != "..") return newDirEntry(*it->path, name, entry->d_ino, entry->d_type);
    errno = 0;
  }
  int error = errno;
  closeDirectory(it);
  errno = error;
  return error ? Ref(raiseErrno(t, *it->path)) : Ref();
}

Ref scandirClose(Thread &, const Value *args) {
  closeDirectory(self(args[0]));
  return Ref::none();
}

Ref scandirEnter(Thread &, const Value *args) { return Ref::share(args[0]); }

void scandirDel(Thread &t, Value v) {
  if (!self(v)->directory) return;
  auto text = reprText(t, v);
  bool warned = text && warn(t, types::ResourceWarning, "unclosed scandir iterator " + *text, 1, v);
  if (!warned) writeUnraisable(t, nullptr, v);
  closeDirectory(self(v));
}

NativeDef kMethods[] = {
    {"__enter__", scandirEnter, "!($self, /)", nullptr},
    {"__exit__", scandirClose, "!v($self, /, *args)", nullptr},
    {"close", scandirClose, "!($self, /)", nullptr},
};

} // namespace

Ref coil::vm::posixScandir(Thread &t, const Value *args) {
  auto path = std::make_unique<Path>();
  CHECK(readPath(t, args[0], {.function = "scandir", .allowFd = true, .allowNone = true}, *path));
  CHECK(audit(t, "os.scandir", {args[0].empty() ? Value::none() : path->object.get()}));
  DIR *directory = path->fd >= 0 ? ::fdopendir(::dup(path->fd)) : ::opendir(path->c_str());
  if (!directory) return raiseErrno(t, *path);
  auto *it = heap::make<ScandirIterator>(types::ScandirIterator);
  it->path = path.release();
  it->directory = directory;
  return Ref::take(Value(it));
}

const TypeSpec coil::vm::kScandirIteratorSpec = {
    .name = "posix.ScandirIterator",
    .size = sizeof(ScandirIterator),
    .flags = kTypeNoInstantiate,
    .fillSlots = [](Slots &s) { s.iter = selfIter, s.next = scandirNext, s.del = scandirDel; },
    .clear =
        [](Object *o) {
          auto *it = static_cast<ScandirIterator *>(o);
          if (it->directory) closeDirectory(it);
          delete std::exchange(it->path, nullptr);
        },
    .methods = kMethods,
    .heapType = true,
    .own = 0,
};
