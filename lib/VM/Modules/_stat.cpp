// The module _stat: the bits of st_mode and questions about them.
#include "VM/Modules/Modules.h"
#include "VM/Protocol/Protocol.h"
#include "VM/Types/Int/Int.h"
#include <sys/stat.h>

using namespace coil::vm;

namespace {

// File types and flags that Linux does not have are zero, or as BSD numbers them.
constexpr int S_IFDOOR = 0, S_IFPORT = 0, S_IFWHT = 0, S_ENFMT = S_ISGID;
enum : int {
  UF_NODUMP = 0x1,
  UF_IMMUTABLE = 0x2,
  UF_APPEND = 0x4,
  UF_OPAQUE = 0x8,
  UF_NOUNLINK = 0x10,
  UF_COMPRESSED = 0x20,
  UF_HIDDEN = 0x8000,
  SF_ARCHIVED = 0x10000,
  SF_IMMUTABLE = 0x20000,
  SF_APPEND = 0x40000,
  SF_NOUNLINK = 0x100000,
  SF_SNAPSHOT = 0x200000,
};
// Places in the sequence that os.stat() gives.
enum : int { ST_MODE, ST_INO, ST_DEV, ST_NLINK, ST_UID, ST_GID, ST_SIZE, ST_ATIME, ST_MTIME, ST_CTIME };

struct Constant {
  const char *name;
  int value;
};
#define ROW(name) {#name, int(name)}
const Constant kConstants[] = {
    ROW(S_IFDIR),      ROW(S_IFCHR),     ROW(S_IFBLK),      ROW(S_IFREG),     ROW(S_IFIFO),
    ROW(S_IFLNK),      ROW(S_IFSOCK),    ROW(S_IFDOOR),     ROW(S_IFPORT),    ROW(S_IFWHT),
    ROW(S_ISUID),      ROW(S_ISGID),     ROW(S_ISVTX),      ROW(S_ENFMT),     ROW(S_IREAD),
    ROW(S_IWRITE),     ROW(S_IEXEC),     ROW(S_IRWXU),      ROW(S_IRUSR),     ROW(S_IWUSR),
    ROW(S_IXUSR),      ROW(S_IRWXG),     ROW(S_IRGRP),      ROW(S_IWGRP),     ROW(S_IXGRP),
    ROW(S_IRWXO),      ROW(S_IROTH),     ROW(S_IWOTH),      ROW(S_IXOTH),     ROW(UF_NODUMP),
    ROW(UF_IMMUTABLE), ROW(UF_APPEND),   ROW(UF_OPAQUE),    ROW(UF_NOUNLINK), ROW(UF_COMPRESSED),
    ROW(UF_HIDDEN),    ROW(SF_ARCHIVED), ROW(SF_IMMUTABLE), ROW(SF_APPEND),   ROW(SF_NOUNLINK),
    ROW(SF_SNAPSHOT),  ROW(ST_MODE),     ROW(ST_INO),       ROW(ST_DEV),      ROW(ST_NLINK),
    ROW(ST_UID),       ROW(ST_GID),      ROW(ST_SIZE),      ROW(ST_ATIME),    ROW(ST_MTIME),
    ROW(ST_CTIME),
};
#undef ROW

Result<uint32_t> readMode(Thread &t, Value v) {
  if (!isIntLike(v)) return raise(t, types::TypeError, "an integer is required");
  if (!isNegativeInt(v) && IntView(v).bitLength() > 64)
    return raise(t, types::OverflowError, "Python int too large to convert to C unsigned long");
  int64_t mode;
  if (!toInt64(v, mode)) mode = isNegativeInt(v) ? INT64_MIN : INT64_MAX;
  if (mode < 0) return raise(t, types::OverflowError, "can't convert negative value to unsigned int");
  if (mode > UINT32_MAX) return raise(t, types::OverflowError, "mode out of range");
  return uint32_t(mode);
}

// S_ISDIR and the like: whether the file type is this one. Zero stands for a type that does not exist.
template <uint32_t kType> Ref statIs(Thread &t, const Value *args) {
  uint32_t mode = TRY(readMode(t, args[0]));
  return Ref::boolean(kType != 0 && (mode & S_IFMT) == kType);
}

Ref statImode(Thread &t, const Value *args) { return makeInt(int64_t(TRY(readMode(t, args[0])) & 07777)); }
Ref statIfmt(Thread &t, const Value *args) { return makeInt(int64_t(TRY(readMode(t, args[0])) & S_IFMT)); }

char typeLetter(uint32_t mode) {
  switch (mode & S_IFMT) {
  case S_IFREG: return '-';
  case S_IFDIR: return 'd';
  case S_IFLNK: return 'l';
  case S_IFBLK: return 'b';
  case S_IFCHR: return 'c';
  case S_IFIFO: return 'p';
  case S_IFSOCK: return 's';
  default: return '?';
  }
}

// As ls -l shows it.
Ref statFilemode(Thread &t, const Value *args) {
  uint32_t mode = TRY(readMode(t, args[0]));
  std::string text(1, typeLetter(mode));
  for (int shift = 6; shift >= 0; shift -= 3)
    for (int bit = 2; bit >= 0; --bit) text += mode >> shift >> bit & 1 ? "xwr"[bit] : '-';
  if (mode & S_ISUID) text[3] = mode & S_IXUSR ? 's' : 'S';
  if (mode & S_ISGID) text[6] = mode & S_IXGRP ? 's' : 'S';
  if (mode & S_ISVTX) text[9] = mode & S_IXOTH ? 't' : 'T';
  return makeStr(text);
}

Status populate(Thread &, Module *module) {
  for (const Constant &row : kConstants)
    dictSetStr(module->dict, internText(row.name), Value::smallInt(row.value));
  return Status::ok();
}

#define TYPE_TEST(name, type, what)                                                                          \
  {name, statIs<type>, "!($module, mode, /)", name "(mode): whether a file's mode is that of a " what "."}
NativeDef kFunctions[] = {
    TYPE_TEST("S_ISDIR", S_IFDIR, "directory"),
    TYPE_TEST("S_ISCHR", S_IFCHR, "character device"),
    TYPE_TEST("S_ISBLK", S_IFBLK, "block device"),
    TYPE_TEST("S_ISREG", S_IFREG, "regular file"),
    TYPE_TEST("S_ISFIFO", S_IFIFO, "FIFO (named pipe)"),
    TYPE_TEST("S_ISLNK", S_IFLNK, "symbolic link"),
    TYPE_TEST("S_ISSOCK", S_IFSOCK, "socket"),
    TYPE_TEST("S_ISDOOR", S_IFDOOR, "door"),
    TYPE_TEST("S_ISPORT", S_IFPORT, "event port"),
    TYPE_TEST("S_ISWHT", S_IFWHT, "whiteout"),
    {"S_IMODE", statImode, "!($module, mode, /)",
     "The permissions in a file's mode, and the set-ID and sticky bits."},
    {"S_IFMT", statIfmt, "!($module, mode, /)",
     "The type of file in a file's mode, one of the S_IF constants."},
    {"filemode", statFilemode, "!($module, mode, /)", "A file's mode as ls writes it, such as '-rwxr-xr-x'."},
};
#undef TYPE_TEST

} // namespace

const ModuleSpec coil::vm::kStatModule = {
    .name = "_stat",
    .doc = "The bits of a file's mode, and of its flags, by their names in C.",
    .functions = kFunctions,
    .populate = populate,
};
