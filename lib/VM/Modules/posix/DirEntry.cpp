// os.DirEntry: one entry of a directory, with what is known of it at no cost.
#include "VM/Core/Names.h"
#include "VM/Modules/posix/Path.h"
#include "VM/Modules/posix/ScanDir.h"
#include "VM/Protocol/Protocol.h"
#include "VM/Types/Int/Int.h"
#include "VM/Types/Sequence.h"
#include <cerrno>
#include <dirent.h>

using namespace coil::vm;

Type coil::vm::types::DirEntry;

namespace {

struct DirEntry : Object {
  Value name, path;     // owned; str or bytes
  Value stat, linkStat; // owned: what stat() and lstat() gave; empty: not asked yet
  uint64_t inode;
  int directory;      // the descriptor that was scanned, or AT_FDCWD
  unsigned char type; // DT_DIR and the like; DT_UNKNOWN where the file system does not say
};

DirEntry *self(Value v) { return v.as<DirEntry>(); }

Ref fetchStat(Thread &t, Value v, bool follow) {
  Path path;
  Value text = self(v)->directory == AT_FDCWD ? self(v)->path : self(v)->name;
  CHECK(readPath(t, text, {.function = "DirEntry.stat"}, path));
  struct stat s;
  if (::fstatat(self(v)->directory, path.c_str(), &s, follow ? 0 : AT_SYMLINK_NOFOLLOW)) {
    path.object = Ref::share(self(v)->path);
    return raiseErrno(t, path);
  }
  return makeStatResult(s);
}

Ref cachedStat(Thread &t, Value v, bool follow) {
  bool same = follow && self(v)->type != DT_LNK && self(v)->type != DT_UNKNOWN;
  Value &slot = follow && !same ? self(v)->stat : self(v)->linkStat;
  if (slot.empty()) {
    Ref result = TRY(fetchStat(t, v, follow));
    replaceOwned(slot, result.release());
  }
  return Ref::share(slot);
}

// Whether the entry is of this file type; one that is gone is of none.
Ref isType(Thread &t, Value v, unsigned char type, mode_t mode, bool follow) {
  unsigned char known = self(v)->type;
  if (known != DT_UNKNOWN && !(follow && known == DT_LNK)) return Ref::boolean(known == type);
  Ref result = cachedStat(t, v, follow);
  if (!result) return catchPending(t, types::FileNotFoundError) ? Ref::boolean(false) : Ref();
  Ref bits = TRY(getAttr(t, result, internText("st_mode")));
  int64_t number = 0;
  toInt64(bits, number);
  return Ref::boolean((mode_t(number) & S_IFMT) == mode);
}

Ref entryIsDir(Thread &t, const Value *args) {
  return isType(t, args[0], DT_DIR, S_IFDIR, TRY(truth(t, args[1])));
}
Ref entryIsFile(Thread &t, const Value *args) {
  return isType(t, args[0], DT_REG, S_IFREG, TRY(truth(t, args[1])));
}
Ref entryIsSymlink(Thread &t, const Value *args) { return isType(t, args[0], DT_LNK, S_IFLNK, false); }
Ref entryStat(Thread &t, const Value *args) { return cachedStat(t, args[0], TRY(truth(t, args[1]))); }
Ref entryInode(Thread &, const Value *args) { return makeIntUnsigned(self(args[0])->inode); }
Ref entryFspath(Thread &, const Value *args) { return Ref::share(self(args[0])->path); }

Ref getName(Thread &, Value v) { return Ref::share(self(v)->name); }
Ref getPath(Thread &, Value v) { return Ref::share(self(v)->path); }
Ref entryRepr(Thread &t, Value v) { return makeStr("<DirEntry " + TRY(reprText(t, self(v)->name)) + ">"); }

NativeDef kMethods[] = {
    {"is_dir", entryIsDir, "($self, /, *, follow_symlinks=True)",
     "Whether the entry is a directory, or a link to one unless follow_symlinks is false.\n"
     "Mostly known without a system call."},
    {"is_file", entryIsFile, "($self, /, *, follow_symlinks=True)",
     "Whether the entry is a regular file, or a link to one unless follow_symlinks is false.\n"
     "Mostly known without a system call."},
    {"is_symlink", entryIsSymlink, "($self, /)",
     "Whether the entry is a symbolic link. Mostly known without a system call."},
    {"stat", entryStat, "($self, /, *, follow_symlinks=True)",
     "The entry's stat_result, that of a link's target unless follow_symlinks is false. It is\n"
     "asked for once and kept."},
    {"inode", entryInode, "($self, /)", "The number of the entry's inode, known from the directory."},
    {"__fspath__", entryFspath, "($self, /)",
     "The path, so that the entry can be passed wherever a path is wanted."},
    {"__class_getitem__", newGenericAliasMethod, "!($type, item, /)", "See PEP 585", NativeKind::Class},
};

const GetSetDef kGetSets[] = {
    {"name", getName, nullptr, "what the entry is called in its directory", true},
    {"path", getPath, nullptr, "the path that was scanned, joined with the name", true},
};

} // namespace

Ref coil::vm::newDirEntry(const Path &path, llvm::StringRef name, uint64_t inode, unsigned char type) {
  auto *entry = heap::make<DirEntry>(types::DirEntry);
  Ref result = Ref::take(Value(entry));
  entry->name = fileName(path, name).release();
  std::string full;
  if (path.fd < 0 && !path.absent)
    full = path.bytes + (path.bytes.empty() || path.bytes.back() == '/' ? "" : "/");
  entry->path = fileName(path, path.absent ? "./" + name.str() : full + name.str()).release();
  entry->inode = inode;
  entry->type = type;
  entry->directory = path.fd >= 0 ? path.fd : AT_FDCWD;
  return result;
}

const TypeSpec coil::vm::kDirEntrySpec = {
    .name = "posix.DirEntry",
    .size = sizeof(DirEntry),
    .flags = kTypeNoInstantiate,
    .fillSlots = [](Slots &s) { s.repr = entryRepr; },
    .clear =
        [](Object *o) {
          auto *entry = static_cast<DirEntry *>(o);
          for (Value *v : {&entry->name, &entry->path, &entry->stat, &entry->linkStat})
            replaceOwned(*v, Value());
        },
    .methods = kMethods,
    .getsets = kGetSets,
    .heapType = true,
    .own = 0,
};
