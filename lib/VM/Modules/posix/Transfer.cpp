// posix: reading and writing at a place, in pieces, and from file to file.
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
#include <deque>
#include <sys/sendfile.h>
#include <sys/uio.h>
#include <unistd.h>

using namespace coil::vm;

namespace {

Ref number(Thread &t, int64_t result) { return result < 0 ? Ref(raiseErrno(t)) : makeInt(result); }

Ref posixPread(Thread &t, const Value *args) {
  int fd = TRY(asCInt(t, args[0]));
  int64_t length = TRY(indexInt64(t, args[1])), offset = TRY(indexInt64(t, args[2]));
  if (length < 0) return errno = EINVAL, raiseErrno(t);
  llvm::SmallVector<uint8_t, 0> buffer;
  buffer.resize_for_overwrite(size_t(length));
  ssize_t got = retrying([&] { return ::pread(fd, buffer.data(), buffer.size(), offset); });
  if (got < 0) return raiseErrno(t);
  return makeBytes({buffer.data(), size_t(got)});
}
Ref posixPwrite(Thread &t, const Value *args) {
  int fd = TRY(asCInt(t, args[0]));
  Buffer bytes;
  CHECK(bytes.open(t, args[1]));
  int64_t offset = TRY(indexInt64(t, args[2]));
  return number(t, retrying([&] { return ::pwrite(fd, bytes.data(), size_t(bytes.size()), offset); }));
}

// The buffers of a sequence, held open together.
struct Pieces {
  std::deque<Buffer> buffers;
  std::vector<iovec> vectors;

  Status open(Thread &t, Value sequence, const char *function, bool writable) {
    if (!typeOf(sequence)->slots.getItem || isDict(sequence))
      return raise(t, types::TypeError, "%() arg 2 must be a sequence", function);
    ObjectRef<Object> items = TRY(fastSequence(t, sequence, "must be a sequence"));
    return forEach(t, Value(items.get()), [&](Value item) -> Status {
      Buffer &buffer = buffers.emplace_back();
      CHECK(writable ? buffer.open(t, item, kBufferWritable) : buffer.open(t, item));
      vectors.push_back({const_cast<uint8_t *>(buffer.data()), size_t(buffer.size())});
      return Status::ok();
    });
  }
};

Ref posixReadv(Thread &t, const Value *args) {
  int fd = TRY(asCInt(t, args[0]));
  Pieces p;
  CHECK(p.open(t, args[1], "readv", true));
  return number(t, retrying([&] { return ::readv(fd, p.vectors.data(), int(p.vectors.size())); }));
}
Ref posixWritev(Thread &t, const Value *args) {
  int fd = TRY(asCInt(t, args[0]));
  Pieces p;
  CHECK(p.open(t, args[1], "writev", false));
  return number(t, retrying([&] { return ::writev(fd, p.vectors.data(), int(p.vectors.size())); }));
}
Ref posixPreadv(Thread &t, const Value *args) {
  int fd = TRY(asCInt(t, args[0])), flags = TRY(asCInt(t, args[3]));
  int64_t offset = TRY(indexInt64(t, args[2]));
  Pieces p;
  CHECK(p.open(t, args[1], "preadv", true));
  return number(
      t, retrying([&] { return ::preadv2(fd, p.vectors.data(), int(p.vectors.size()), offset, flags); }));
}
Ref posixPwritev(Thread &t, const Value *args) {
  int fd = TRY(asCInt(t, args[0])), flags = TRY(asCInt(t, args[3]));
  int64_t offset = TRY(indexInt64(t, args[2]));
  Pieces p;
  CHECK(p.open(t, args[1], "pwritev", false));
  return number(
      t, retrying([&] { return ::pwritev2(fd, p.vectors.data(), int(p.vectors.size()), offset, flags); }));
}

// --- from descriptor to descriptor

// An offset argument: None goes on from the descriptor's own position.
struct Offset {
  off64_t value = 0;
  off64_t *pointer = nullptr;
  Status read(Thread &t, Value v) {
    if (v.isNone()) return Status::ok();
    value = TRY(indexInt64(t, v));
    pointer = &value;
    return Status::ok();
  }
};

Ref posixSendfile(Thread &t, const Value *args) {
  int out = TRY(asCInt(t, args[0])), in = TRY(asCInt(t, args[1]));
  Offset offset;
  CHECK(offset.read(t, args[2]));
  int64_t count = TRY(indexInt64(t, args[3]));
  return number(t, retrying([&] { return ::sendfile(out, in, offset.pointer, size_t(count)); }));
}
Ref posixSplice(Thread &t, const Value *args) {
  int from = TRY(asCInt(t, args[0])), to = TRY(asCInt(t, args[1]));
  int64_t count = TRY(indexInt64(t, args[2])), flags = TRY(indexInt64(t, args[5]));
  if (count < 0) return raise(t, types::ValueError, "negative value for 'count' not allowed");
  Offset source, target;
  CHECK(source.read(t, args[3]));
  CHECK(target.read(t, args[4]));
  return number(t, retrying([&] {
                  return ::splice(from, source.pointer, to, target.pointer, size_t(count), unsigned(flags));
                }));
}
Ref posixCopyFileRange(Thread &t, const Value *args) {
  int from = TRY(asCInt(t, args[0])), to = TRY(asCInt(t, args[1]));
  int64_t count = TRY(indexInt64(t, args[2]));
  if (count < 0) return raise(t, types::ValueError, "negative value for 'count' not allowed");
  Offset source, target;
  CHECK(source.read(t, args[3]));
  CHECK(target.read(t, args[4]));
  return number(t, retrying([&] {
                  return ::copy_file_range(from, source.pointer, to, target.pointer, size_t(count), 0);
                }));
}

NativeDef kFunctions[] = {
    {"pread", posixPread, "($module, fd, length, offset, /)",
     "Read up to length bytes at an offset, whatever the position, which stays."},
    {"pwrite", posixPwrite, "($module, fd, buffer, offset, /)",
     "Write a bytes-like object at an offset, whatever the position, which stays, and return\n"
     "how many bytes were written."},
    {"readv", posixReadv, "($module, fd, buffers, /)",
     "Read into several writable buffers, one after the other, and return how many bytes came."},
    {"writev", posixWritev, "($module, fd, buffers, /)",
     "Write several bytes-like objects, one after the other, and return how many bytes were\n"
     "written."},
    {"preadv", posixPreadv, "($module, fd, buffers, offset, flags=0, /)",
     "readv() at an offset, whatever the position, which stays.\n"
     "flags may be RWF_HIPRI and RWF_NOWAIT."},
    {"pwritev", posixPwritev, "($module, fd, buffers, offset, flags=0, /)",
     "writev() at an offset, whatever the position, which stays.\n"
     "flags may be RWF_DSYNC, RWF_SYNC and RWF_APPEND."},
    {"sendfile", posixSendfile, "($module, /, out_fd, in_fd, offset, count)",
     "Have the kernel copy count bytes of in_fd to out_fd, from offset on or from the position\n"
     "if that is None; return how many it copied."},
    {"splice", posixSplice,
     "($module, /, src, dst, count, offset_src=None, offset_dst=None,\n       flags=0)",
     "Move count bytes between a pipe and another descriptor within the kernel and return how\n"
     "many it moved; 0 means the end. Offsets, for the side that is no pipe, leave its\n"
     "position alone; flags are SPLICE_F_ constants."},
    {"copy_file_range", posixCopyFileRange,
     "($module, /, src, dst, count, offset_src=None,\n                offset_dst=None)",
     "Have the kernel copy count bytes between two files and return how many it copied; 0\n"
     "means the end. An offset leaves the position of its side alone."},
};

} // namespace

llvm::ArrayRef<NativeDef> coil::vm::posixTransferFunctions() { return kFunctions; }
