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
  int fd = TRY(readInt(t, args[0]));
  int64_t length = TRY(indexInt64(t, args[1])), offset = TRY(indexInt64(t, args[2]));
  if (length < 0) return errno = EINVAL, raiseErrno(t);
  llvm::SmallVector<uint8_t, 0> buffer;
  buffer.resize_for_overwrite(size_t(length));
  ssize_t got = retrying([&] { return ::pread(fd, buffer.data(), buffer.size(), offset); });
  if (got < 0) return raiseErrno(t);
  return makeBytes({buffer.data(), size_t(got)});
}
Ref posixPwrite(Thread &t, const Value *args) {
  int fd = TRY(readInt(t, args[0]));
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
  int fd = TRY(readInt(t, args[0]));
  Pieces p;
  CHECK(p.open(t, args[1], "readv", true));
  return number(t, retrying([&] { return ::readv(fd, p.vectors.data(), int(p.vectors.size())); }));
}
Ref posixWritev(Thread &t, const Value *args) {
  int fd = TRY(readInt(t, args[0]));
  Pieces p;
  CHECK(p.open(t, args[1], "writev", false));
  return number(t, retrying([&] { return ::writev(fd, p.vectors.data(), int(p.vectors.size())); }));
}
Ref posixPreadv(Thread &t, const Value *args) {
  int fd = TRY(readInt(t, args[0])), flags = TRY(readInt(t, args[3]));
  int64_t offset = TRY(indexInt64(t, args[2]));
  Pieces p;
  CHECK(p.open(t, args[1], "preadv", true));
  return number(
      t, retrying([&] { return ::preadv2(fd, p.vectors.data(), int(p.vectors.size()), offset, flags); }));
}
Ref posixPwritev(Thread &t, const Value *args) {
  int fd = TRY(readInt(t, args[0])), flags = TRY(readInt(t, args[3]));
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
  int out = TRY(readInt(t, args[0])), in = TRY(readInt(t, args[1]));
  Offset offset;
  CHECK(offset.read(t, args[2]));
  int64_t count = TRY(indexInt64(t, args[3]));
  return number(t, retrying([&] { return ::sendfile(out, in, offset.pointer, size_t(count)); }));
}
Ref posixSplice(Thread &t, const Value *args) {
  int from = TRY(readInt(t, args[0])), to = TRY(readInt(t, args[1]));
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
  int from = TRY(readInt(t, args[0])), to = TRY(readInt(t, args[1]));
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
     "Read a number of bytes from a file descriptor starting at a particular offset.\n\nRead length bytes "
     "from file descriptor fd, starting at offset bytes from\nthe beginning of the file.  The file offset "
     "remains unchanged."},
    {"pwrite", posixPwrite, "($module, fd, buffer, offset, /)",
     "Write bytes to a file descriptor starting at a particular offset.\n\nWrite buffer to fd, starting at "
     "offset bytes from the beginning of\nthe file.  Returns the number of bytes writte.  Does not change "
     "the\ncurrent file offset."},
    {"readv", posixReadv, "($module, fd, buffers, /)",
     "Read from a file descriptor fd into an iterable of buffers.\n\nThe buffers should be mutable buffers "
     "accepting bytes.\nreadv will transfer data into each buffer until it is full\nand then move on to the "
     "next buffer in the sequence to hold\nthe rest of the data.\n\nreadv returns the total number of bytes "
     "read,\nwhich may be less than the total capacity of all the buffers."},
    {"writev", posixWritev, "($module, fd, buffers, /)",
     "Iterate over buffers, and write the contents of each to a file descriptor.\n\nReturns the total number "
     "of bytes written.\nbuffers must be a sequence of bytes-like objects."},
    {"preadv", posixPreadv, "($module, fd, buffers, offset, flags=0, /)",
     "Reads from a file descriptor into a number of mutable bytes-like objects.\n\nCombines the "
     "functionality of readv() and pread(). As readv(), it will\ntransfer data into each buffer until it is "
     "full and then move on to the next\nbuffer in the sequence to hold the rest of the data. Its fourth "
     "argument,\nspecifies the file offset at which the input operation is to be performed. It\nwill return "
     "the total number of bytes read (which can be less than the total\ncapacity of all the objects).\n\nThe "
     "flags argument contains a bitwise OR of zero or more of the following flags:\n\n- RWF_HIPRI\n- "
     "RWF_NOWAIT\n\nUsing non-zero flags requires Linux 4.6 or newer."},
    {"pwritev", posixPwritev, "($module, fd, buffers, offset, flags=0, /)",
     "Writes the contents of bytes-like objects to a file descriptor at a given offset.\n\nCombines the "
     "functionality of writev() and pwrite(). All buffers must be a sequence\nof bytes-like objects. Buffers "
     "are processed in array order. Entire contents of first\nbuffer is written before proceeding to second, "
     "and so on. The operating system may\nset a limit (sysconf() value SC_IOV_MAX) on the number of buffers "
     "that can be used.\nThis function writes the contents of each object to the file descriptor and "
     "returns\nthe total number of bytes written.\n\nThe flags argument contains a bitwise OR of zero or "
     "more of the following flags:\n\n- RWF_DSYNC\n- RWF_SYNC\n- RWF_APPEND\n\nUsing non-zero flags requires "
     "Linux 4.7 or newer."},
    {"sendfile", posixSendfile, "($module, /, out_fd, in_fd, offset, count)",
     "Copy count bytes from file descriptor in_fd to file descriptor out_fd."},
    {"splice", posixSplice,
     "($module, /, src, dst, count, offset_src=None, offset_dst=None,\n       flags=0)",
     "Transfer count bytes from one pipe to a descriptor or vice versa.\n\n  src\n    Source file "
     "descriptor.\n  dst\n    Destination file descriptor.\n  count\n    Number of bytes to copy.\n  "
     "offset_src\n    Starting offset in src.\n  offset_dst\n    Starting offset in dst.\n  flags\n    Flags "
     "to modify the semantics of the call.\n\nIf offset_src is None, then src is read from the current "
     "position;\nrespectively for offset_dst. The offset associated to the file\ndescriptor that refers to a "
     "pipe must be None."},
    {"copy_file_range", posixCopyFileRange,
     "($module, /, src, dst, count, offset_src=None,\n                offset_dst=None)",
     "Copy count bytes from one file descriptor to another.\n\n  src\n    Source file descriptor.\n  dst\n   "
     " Destination file descriptor.\n  count\n    Number of bytes to copy.\n  offset_src\n    Starting "
     "offset in src.\n  offset_dst\n    Starting offset in dst.\n\nIf offset_src is None, then src is read "
     "from the current position;\nrespectively for offset_dst."},
};

} // namespace

llvm::ArrayRef<NativeDef> coil::vm::posixTransferFunctions() { return kFunctions; }
