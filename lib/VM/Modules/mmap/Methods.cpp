// The methods of memory maps: they read and write like files.
#include "VM/Bind/Native.h"
#include "VM/Core/Gil.h"
#include "VM/Modules/mmap/Mmap.h"
#include "VM/Modules/posix/Path.h"
#include "VM/Protocol/Buffer.h"
#include "VM/Types/Bytes.h"
#include "VM/Types/Int/Int.h"
#include "VM/Types/Str/TextArguments.h"
#include <cstring>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

using namespace coil::vm;
using namespace coil::vm::memorymap;

namespace {

Ref mmapClose(Thread &t, const Value *args) {
  if (map(args[0])->exports) return raise(t, types::BufferError, "cannot close exported pointers exist");
  unmap(map(args[0]));
  return Ref::none();
}

// --- reading

Ref taken(MMap *m, int64_t count) {
  BytesRef result = makeBytes({m->data + m->position, size_t(count)});
  m->position += count;
  return result;
}

int64_t remaining(const MMap *m) { return std::max<int64_t>(m->size - m->position, 0); }

// read([n])
Ref mmapRead(Thread &t, Value v, const CallArgs &args) {
  CHECK(opened(t, v));
  CHECK(countArguments(t, "read", args, 0, 1));
  int64_t count = INT64_MAX;
  if (args.positional && !args.values[0].isNone()) {
    Value given = args.values[0];
    if (!isIntLike(given) && !typeOf(given)->slots.index)
      return raise(t, types::TypeError, "argument should be integer or None, not '%'", typeName(given));
    count = TRY(sizeArgument(t, given));
  }
  MMap *m = TRY(opened(t, v));
  return taken(m, count < 0 || count > remaining(m) ? remaining(m) : count);
}

Ref mmapReadByte(Thread &t, const Value *args) {
  MMap *m = TRY(opened(t, args[0]));
  if (m->position >= m->size) return raise(t, types::ValueError, "read byte out of range");
  return makeInt(int(m->data[m->position++]));
}

Ref mmapReadLine(Thread &t, const Value *args) {
  MMap *m = TRY(opened(t, args[0]));
  const uint8_t *begin = m->data + m->position;
  auto *end = static_cast<const uint8_t *>(std::memchr(begin, '\n', size_t(remaining(m))));
  return taken(m, end ? end + 1 - begin : remaining(m));
}

// find(sub[, start[, end]]) and rfind()
template <bool kLast> Ref find(Thread &t, Value v, const CallArgs &args) {
  CHECK(opened(t, v));
  CHECK(countArguments(t, kLast ? "rfind" : "find", args, 1, 3));
  Buffer sub;
  CHECK(sub.open(t, args.values[0]));
  int64_t start = map(v)->position, end = map(v)->size;
  if (args.positional > 1) start = TRY(sizeArgument(t, args.values[1]));
  if (args.positional > 2) end = TRY(sizeArgument(t, args.values[2]));
  MMap *m = TRY(opened(t, v));
  for (int64_t *bound : {&start, &end})
    *bound = std::clamp<int64_t>(*bound < 0 ? *bound + m->size : *bound, 0, m->size);
  if (end - start < sub.size()) return makeInt(-1);
  llvm::StringRef text(reinterpret_cast<const char *>(m->data) + start, size_t(end - start));
  llvm::StringRef wanted(reinterpret_cast<const char *>(sub.data()), size_t(sub.size()));
  size_t at;
  if (kLast) {
    at = wanted.empty() ? text.size() : text.rfind(wanted);
  } else {
    const void *found = ::memmem(text.data(), text.size(), wanted.data(), wanted.size());
    at = found ? size_t(static_cast<const char *>(found) - text.data()) : llvm::StringRef::npos;
  }
  return makeInt(at == llvm::StringRef::npos ? -1 : start + int64_t(at));
}

// --- writing

Ref mmapWrite(Thread &t, Value v, const CallArgs &args) {
  CHECK(opened(t, v));
  CHECK(countArguments(t, "write", args, 1, 1));
  Buffer data;
  CHECK(data.open(t, args.values[0]));
  MMap *m = TRY(writable(t, v));
  if (remaining(m) < data.size()) return raise(t, types::ValueError, "data out of range");
  std::memmove(m->data + m->position, data.data(), size_t(data.size()));
  m->position += data.size();
  return makeInt(data.size());
}

Ref mmapWriteByte(Thread &t, Value v, const CallArgs &args) {
  CHECK(opened(t, v));
  CHECK(countArguments(t, "write_byte", args, 1, 1));
  int64_t byte = TRY(sizeArgument(t, args.values[0]));
  if (byte < 0) return raise(t, types::OverflowError, "unsigned byte integer is less than minimum");
  if (byte > 255) return raise(t, types::OverflowError, "unsigned byte integer is greater than maximum");
  MMap *m = TRY(writable(t, v));
  if (m->position >= m->size) return raise(t, types::ValueError, "write byte out of range");
  m->data[m->position++] = uint8_t(byte);
  return Ref::none();
}

// move(dest, src, count)
Ref mmapMove(Thread &t, Value v, const CallArgs &args) {
  CHECK(opened(t, v));
  CHECK(countArguments(t, "move", args, 3, 3));
  int64_t to = TRY(sizeArgument(t, args.values[0])), from = TRY(sizeArgument(t, args.values[1]));
  int64_t count = TRY(sizeArgument(t, args.values[2]));
  MMap *m = TRY(writable(t, v));
  if (to < 0 || from < 0 || count < 0 || m->size - to < count || m->size - from < count)
    return raise(t, types::ValueError, "source, destination, or count out of range");
  std::memmove(m->data + to, m->data + from, size_t(count));
  return Ref::none();
}

// flush([offset[, size]])
Ref mmapFlush(Thread &t, Value v, const CallArgs &args) {
  CHECK(opened(t, v));
  CHECK(countArguments(t, "flush", args, 0, 2));
  int64_t offset = 0, size = map(v)->size;
  if (args.positional > 0) offset = TRY(sizeArgument(t, args.values[0]));
  if (args.positional > 1) size = TRY(sizeArgument(t, args.values[1]));
  MMap *m = TRY(opened(t, v));
  if (offset < 0 || size < 0 || m->size - offset < size)
    return raise(t, types::ValueError, "flush values out of range");
  if (m->access == kRead || m->access == kCopy) return Ref::none();
  if (::msync(m->data + offset, size_t(size), MS_SYNC) == -1) return raiseErrno(t);
  return Ref::none();
}

// madvise(option[, start[, length]])
Ref mmapAdvise(Thread &t, Value v, const CallArgs &args) {
  CHECK(opened(t, v));
  CHECK(countArguments(t, "madvise", args, 1, 3));
  int option = TRY(intArgument(t, args.values[0]));
  int64_t start = 0, length = map(v)->size;
  if (args.positional > 1) start = TRY(sizeArgument(t, args.values[1]));
  if (args.positional > 2) length = TRY(sizeArgument(t, args.values[2]));
  MMap *m = TRY(opened(t, v));
  if (start < 0 || start >= m->size) return raise(t, types::ValueError, "madvise start out of bounds");
  if (length < 0) return raise(t, types::ValueError, "madvise length invalid");
  if (INT64_MAX - start < length) return raise(t, types::OverflowError, "madvise length too large");
  if (::madvise(m->data + start, size_t(std::min(length, m->size - start)), option) != 0)
    return raiseErrno(t);
  return Ref::none();
}

// --- size and position

Status checkResizable(Thread &t, const MMap *m) {
  if (m->exports) return raise(t, types::BufferError, "mmap can't resize with extant buffers exported.");
  if (m->access == kWrite || m->access == kDefault) return Status::ok();
  return raise(t, types::TypeError, "mmap can't resize a readonly or copy-on-write memory map.");
}

Ref mmapResize(Thread &t, Value v, const CallArgs &args) {
  CHECK(opened(t, v));
  CHECK(countArguments(t, "resize", args, 1, 1));
  int64_t size = TRY(sizeArgument(t, args.values[0]));
  MMap *m = TRY(opened(t, v));
  CHECK(checkResizable(t, m));
  if (size < 0 || INT64_MAX - size < m->offset) return raise(t, types::ValueError, "new size out of range");
  if (m->fd != -1 && ::ftruncate(m->fd, m->offset + size) == -1) return raiseErrno(t);
  void *moved = ::mremap(m->data, size_t(m->size), size_t(size), MREMAP_MAYMOVE);
  if (moved == MAP_FAILED) return raiseErrno(t);
  m->data = static_cast<uint8_t *>(moved);
  m->size = size;
  return Ref::none();
}

// seek(distance, whence=0)
Ref mmapSeek(Thread &t, Value v, const CallArgs &args) {
  CHECK(opened(t, v));
  CHECK(countArguments(t, "seek", args, 1, 2));
  int64_t where = TRY(sizeArgument(t, args.values[0]));
  int whence = args.positional > 1 ? TRY(intArgument(t, args.values[1])) : 0;
  MMap *m = TRY(opened(t, v));
  if (whence < 0 || whence > 2) return raise(t, types::ValueError, "unknown seek type");
  int64_t base = whence == 1 ? m->position : whence == 2 ? m->size : 0;
  if (__builtin_add_overflow(where, base, &where) || where < 0 || where > m->size)
    return raise(t, types::ValueError, "seek out of range");
  m->position = where;
  return Ref::none();
}

Ref mmapSize(Thread &t, const Value *args) {
  MMap *m = TRY(opened(t, args[0]));
  struct stat status;
  if (unlocked(t, [&] { return ::fstat(m->fd, &status); }) != 0) return raiseErrno(t);
  return makeInt(int64_t(status.st_size));
}

Ref mmapTell(Thread &t, const Value *args) { return makeInt(TRY(opened(t, args[0]))->position); }

Ref mmapEnter(Thread &t, const Value *args) {
  CHECK(opened(t, args[0]));
  return Ref::share(args[0]);
}

NativeDef kMethods[] = {
    {"__new__", mmapNew, "!($type, *args, **kwargs)",
     "Create and return a new object.  See help(type) for accurate signature."},
    {"close", mmapClose, "!($self, /)", nullptr},
    {"find", find<false>, "!($self, *args)", nullptr},
    {"rfind", find<true>, "!($self, *args)", nullptr},
    {"flush", mmapFlush, "!($self, *args)", nullptr},
    {"madvise", mmapAdvise, "!($self, *args)", nullptr},
    {"move", mmapMove, "!($self, *args)", nullptr},
    {"read", mmapRead, "!($self, *args)", nullptr},
    {"read_byte", mmapReadByte, "!($self, /)", nullptr},
    {"readline", mmapReadLine, "!($self, /)", nullptr},
    {"resize", mmapResize, "!($self, *args)", nullptr},
    {"seek", mmapSeek, "!($self, *args)", nullptr},
    {"size", mmapSize, "!($self, /)", nullptr},
    {"tell", mmapTell, "!($self, /)", nullptr},
    {"write", mmapWrite, "!($self, *args)", nullptr},
    {"write_byte", mmapWriteByte, "!($self, *args)", nullptr},
    {"__enter__", mmapEnter, "!($self, /)", nullptr},
    {"__exit__", mmapClose, "!($self, /, *args)", nullptr},
};

} // namespace

llvm::ArrayRef<NativeDef> memorymap::methods() { return kMethods; }
