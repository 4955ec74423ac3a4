// mmap: files, or anonymous memory, as an array of bytes.
#include "VM/Modules/mmap/Mmap.h"
#include "VM/Bind/KeywordArguments.h"
#include "VM/Core/Audit.h"
#include "VM/Modules/posix/Path.h"
#include "VM/Types/Dict/Dict.h"
#include "VM/Types/Int/Int.h"
#include "VM/Types/Str/TextArguments.h"
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

using namespace coil::vm;
using namespace coil::vm::memorymap;

Type coil::vm::types::MMap;

Result<MMap *> memorymap::opened(Thread &t, Value v) {
  if (map(v)->data) return map(v);
  return raise(t, types::ValueError, "mmap closed or invalid");
}

Result<MMap *> memorymap::writable(Thread &t, Value v) {
  MMap *m = TRY(opened(t, v));
  if (m->access != kRead) return m;
  return raise(t, types::TypeError, "mmap can't modify a readonly memory map.");
}

Status memorymap::countArguments(Thread &t, const char *function, const CallArgs &args, size_t least,
                                 size_t most) {
  size_t given = args.positional;
  if (args.keywordCount()) return raise(t, types::TypeError, "mmap.%() takes no keyword arguments", function);
  if (given >= least && given <= most) return Status::ok();
  size_t bound = given < least ? least : most;
  return raise(t, types::TypeError, "%() takes % % argument% (% given)", function,
               least == most   ? "exactly"
               : given < least ? "at least"
                               : "at most",
               bound, bound == 1 ? "" : "s", given);
}

void memorymap::unmap(MMap *m) {
  int fd = std::exchange(m->fd, -1);
  uint8_t *data = std::exchange(m->data, nullptr);
  if (fd >= 0) ::close(fd);
  if (data) ::munmap(data, size_t(m->size));
}

namespace {

struct Request {
  int fd = -1, flags = MAP_SHARED, prot = PROT_WRITE | PROT_READ, access = kDefault;
  int64_t length = 0, offset = 0;

  Status bind(Thread &t, const CallArgs &args);
  Status applyAccess(Thread &t);
  Status fitFile(Thread &t);
};

Status Request::bind(Thread &t, const CallArgs &args) {
  Value size, start;
  const KeywordSlot slots[] = {{"fileno", &fd}, {"length", nullptr, &size}, {"flags", &flags},
                               {"prot", &prot}, {"access", &access},        {"offset", nullptr, &start}};
  TRY(bindKeywords(t, nullptr, slots, 2, args));
  length = TRY(sizeArgument(t, size));
  if (start) {
    Ref number = TRY(index(t, start));
    if (!toInt64(number, offset))
      return raise(t, types::OverflowError, "Python int too large to convert to C long");
  }
  if (length < 0) return raise(t, types::OverflowError, "memory mapped length must be positive");
  if (offset < 0) return raise(t, types::OverflowError, "memory mapped offset must be positive");
  return Status::ok();
}

// An access stands for flags and protection, and the other way round.
Status Request::applyAccess(Thread &t) {
  if (access != kDefault && (flags != MAP_SHARED || prot != (PROT_WRITE | PROT_READ)))
    return raise(t, types::ValueError, "mmap can't specify both access and flags, prot.");
  switch (access) {
  case kRead: prot = PROT_READ; break;
  case kWrite: break;
  case kCopy: flags = MAP_PRIVATE; break;
  case kDefault:
    if (!(prot & PROT_READ) || !(prot & PROT_WRITE)) access = prot & PROT_WRITE ? kWrite : kRead;
    break;
  default: return raise(t, types::ValueError, "mmap invalid access parameter.");
  }
  return Status::ok();
}

// A length of 0 means the rest of the file.
Status Request::fitFile(Thread &t) {
  struct stat status;
  if (fd == -1 || ::fstat(fd, &status) != 0 || !S_ISREG(status.st_mode)) return Status::ok();
  if (length) {
    if (offset > status.st_size || status.st_size - offset < length)
      return raise(t, types::ValueError, "mmap length is greater than file size");
    return Status::ok();
  }
  if (status.st_size == 0) return raise(t, types::ValueError, "cannot mmap an empty file");
  if (offset >= status.st_size) return raise(t, types::ValueError, "mmap offset is greater than file size");
  length = status.st_size - offset;
  return Status::ok();
}

} // namespace

Ref memorymap::mmapNew(Thread &t, Value, const CallArgs &args) {
  Request request;
  CHECK(request.bind(t, CallArgs(args.values + 1, args.positional - 1, args.kwNames)));
  CHECK(request.applyAccess(t));
  Ref length = makeInt(request.length), offset = makeInt(request.offset);
  CHECK(audit(t, "mmap.__new__",
              {Value::smallInt(request.fd), length.get(), Value::smallInt(request.access), offset.get()}));
  CHECK(request.fitFile(t));
  int fd = -1;
  if (request.fd == -1) {
    request.flags |= MAP_ANONYMOUS;
  } else if ((fd = ::fcntl(request.fd, F_DUPFD_CLOEXEC, 0)) < 0) {
    return raiseErrno(t);
  }
  void *data = ::mmap(nullptr, size_t(request.length), request.prot, request.flags, fd, request.offset);
  if (data == MAP_FAILED) {
    int error = errno;
    if (fd >= 0) ::close(fd);
    errno = error;
    return raiseErrno(t);
  }
  auto *m = heap::make<MMap>(*args.values[0].as<Type>());
  m->data = static_cast<uint8_t *>(data);
  m->size = request.length;
  m->offset = request.offset;
  m->fd = fd;
  m->access = request.access;
  return Ref::take(Value(m));
}

namespace {

Ref mmapRepr(Thread &, Value v) {
  static const char *const kAccess[] = {"ACCESS_DEFAULT", "ACCESS_READ", "ACCESS_WRITE", "ACCESS_COPY"};
  MMap *m = map(v);
  if (!m->data) return makeStr(formatMessage("<% closed=True>", {typeOf(v)->fullName()}));
  return makeStr(formatMessage("<% closed=False, access=%, length=%, pos=%, offset=%>",
                               {typeOf(v)->fullName(), kAccess[m->access], m->size, m->position, m->offset}));
}

Ref mmapClosed(Thread &, Value v) { return Ref::boolean(!map(v)->data); }

const GetSetDef kAttributes[] = {{"closed", mmapClosed, nullptr, nullptr}};

const struct {
  const char *name;
  int value;
} kConstants[] = {{"ACCESS_DEFAULT", kDefault},
                  {"ACCESS_READ", kRead},
                  {"ACCESS_WRITE", kWrite},
                  {"ACCESS_COPY", kCopy},
#define CONSTANT(name) {#name, name},
                  CONSTANT(MADV_DODUMP) CONSTANT(MADV_DOFORK) CONSTANT(MADV_DONTDUMP) CONSTANT(MADV_DONTFORK)
                      CONSTANT(MADV_DONTNEED) CONSTANT(MADV_FREE) CONSTANT(MADV_HUGEPAGE)
                          CONSTANT(MADV_HWPOISON) CONSTANT(MADV_MERGEABLE) CONSTANT(MADV_NOHUGEPAGE)
                              CONSTANT(MADV_NORMAL) CONSTANT(MADV_RANDOM) CONSTANT(MADV_REMOVE)
                                  CONSTANT(MADV_SEQUENTIAL) CONSTANT(MADV_UNMERGEABLE) CONSTANT(MADV_WILLNEED)
                                      CONSTANT(MAP_ANON) CONSTANT(MAP_ANONYMOUS) CONSTANT(MAP_DENYWRITE)
                                          CONSTANT(MAP_EXECUTABLE) CONSTANT(MAP_POPULATE)
                                              CONSTANT(MAP_PRIVATE) CONSTANT(MAP_SHARED) CONSTANT(MAP_STACK)
                                                  CONSTANT(PROT_EXEC) CONSTANT(PROT_READ) CONSTANT(PROT_WRITE)
#undef CONSTANT
};

const ModuleType kTypes[] = {{types::MMap, kMMapSpec, types::Object},
                             {types::MMapIterator, kMMapIteratorSpec, types::Object, false}};

Status populate(Thread &, Module *module) {
  auto set = [&](const char *name, Value v) { dictSetStr(module->dict, internText(name), v); };
  // In CPython it can be iterated over as a sequence, which needs no method.
  dictDeleteStr(types::MMap.dict, internText("__iter__"));
  set("error", Value(&types::OSError));
  Ref pageSize = makeInt(int64_t(::sysconf(_SC_PAGESIZE)));
  set("PAGESIZE", pageSize);
  set("ALLOCATIONGRANULARITY", pageSize);
  for (auto &[name, value] : kConstants) set(name, makeInt(value));
  return Status::ok();
}

} // namespace

const TypeSpec coil::vm::kMMapSpec = {
    .name = "mmap.mmap",
    .size = sizeof(MMap),
    .flags = kTypeBase | kTypeGc | kTypeHasWeakRefs,
    .fillSlots =
        [](Slots &s) {
          s.repr = mmapRepr;
          fillAccess(s);
        },
    .clear =
        [](Object *o) {
          if (o->refCount == 0) unmap(static_cast<MMap *>(o));
        },
    .methods = methods(),
    .getsets = kAttributes,
    .doc =
        "Windows: mmap(fileno, length[, tagname[, access[, offset]]])\n\nMaps length bytes from the file "
        "specified by the file handle fileno,\nand returns a mmap object.  If length is larger than the "
        "current size\nof the file, the file is extended to contain length bytes.  If length\nis 0, the "
        "maximum length of the map is the current size of the file,\nexcept that if the file is empty "
        "Windows raises an exception (you cannot\ncreate an empty mapping on Windows).\n\nUnix: mmap(fileno, "
        "length[, flags[, prot[, access[, offset]]]])\n\nMaps length bytes from the file specified by the "
        "file descriptor fileno,\nand returns a mmap object.  If length is 0, the maximum length of the "
        "map\nwill be the current size of the file when mmap is called.\nflags specifies the nature of the "
        "mapping. MAP_PRIVATE creates a\nprivate copy-on-write mapping, so changes to the contents of the "
        "mmap\nobject will be private to this process, and MAP_SHARED creates a mapping\nthat's shared with "
        "all other processes mapping the same areas of the file.\nThe default value is MAP_SHARED.\n\nTo map "
        "anonymous memory, pass -1 as the fileno (both versions).",
    .heapType = true,
};

const ModuleSpec coil::vm::kMmapModule = {
    .name = "mmap",
    .doc = nullptr,
    .populate = populate,
    .types = kTypes,
};
