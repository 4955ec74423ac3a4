// _io._IOBase: what all streams do alike.
#include "VM/Core/Names.h"
#include "VM/Modules/_io/IO.h"
#include "VM/Types/Int/Int.h"
#include "VM/Types/List.h"
#include "VM/Types/Tuple.h"
#include "llvm/ADT/SmallVector.h"

using namespace coil::vm;
using namespace coil::vm::io;

namespace {

Ref iobaseNew(Thread &, Value, const CallArgs &args) { return Ref::take(Value(newInstance<IOBase>(args))); }

// close() leaves a mark in the instance, which subclasses see: that is what `closed` says unless they
// override it.
Result<bool> markedClosed(Thread &t, Value self) {
  Ref mark;
  if (!lookupAttr(t, self, names::iobaseClosed, mark)) return {};
  return bool(mark);
}

Ref iobaseSeek(Thread &t, const Value *) { return raiseUnsupported(t, "seek"); }
Ref iobaseTruncate(Thread &t, const Value *) { return raiseUnsupported(t, "truncate"); }
Ref iobaseFileno(Thread &t, const Value *) { return raiseUnsupported(t, "fileno"); }

Ref iobaseTell(Thread &t, const Value *args) {
  return callMethod(t, args[0], names::seek, {Value::smallInt(0), Value::smallInt(1)});
}

Ref iobaseFlush(Thread &t, const Value *args) {
  if (TRY(markedClosed(t, args[0]))) return raise(t, types::ValueError, "I/O operation on closed file.");
  return Ref::none();
}

Ref iobaseClose(Thread &t, const Value *args) {
  if (TRY(markedClosed(t, args[0]))) return Ref::none();
  Ref flushed = callMethod(t, args[0], names::flush);
  Ref error = takePending(t);
  (void)!setAttr(t, args[0], names::iobaseClosed, Value::trueValue());
  CHECK(chainPending(t, std::move(error)));
  return Ref::none();
}

Ref iobaseSeekable(Thread &, const Value *) { return Ref::boolean(false); }
Ref iobaseReadable(Thread &, const Value *) { return Ref::boolean(false); }
Ref iobaseWritable(Thread &, const Value *) { return Ref::boolean(false); }

Ref iobaseIsatty(Thread &t, const Value *args) {
  CHECK(checkClosed(t, args[0]));
  return Ref::boolean(false);
}

Ref iobaseCheckClosed(Thread &t, const Value *args) {
  CHECK(checkClosed(t, args[0]));
  return Ref::none();
}
Ref iobaseCheckSeekable(Thread &t, const Value *args) {
  CHECK(checkSeekable(t, args[0]));
  return Ref::boolean(true);
}
Ref iobaseCheckReadable(Thread &t, const Value *args) {
  CHECK(checkReadable(t, args[0]));
  return Ref::boolean(true);
}
Ref iobaseCheckWritable(Thread &t, const Value *args) {
  CHECK(checkWritable(t, args[0]));
  return Ref::boolean(true);
}

Ref iobaseEnter(Thread &t, const Value *args) {
  CHECK(checkClosed(t, args[0]));
  return Ref::share(args[0]);
}
Ref iobaseExit(Thread &t, const Value *args) { return callMethod(t, args[0], names::close); }

Ref iobaseIter(Thread &t, Value self) {
  CHECK(checkClosed(t, self));
  return Ref::share(self);
}

Ref iobaseNext(Thread &t, Value self) {
  Ref line = TRY(callMethod(t, self, names::readline));
  if (TRY(length(t, line)) <= 0) return {};
  return line;
}

// How many bytes to ask for next: up to the newline that peek() shows; 1 without a peek.
Result<int64_t> readAhead(Thread &t, Value peek, int64_t limit) {
  if (peek.empty()) return 1;
  Ref ahead = call(t, peek, {Value::smallInt(1)});
  while (!ahead && trapInterrupted(t)) ahead = call(t, peek, {Value::smallInt(1)});
  if (!ahead) return {};
  if (!isBytes(ahead))
    return raise(t, types::OSError, "peek() should have returned a bytes object, not '%'", typeName(ahead));
  llvm::ArrayRef<uint8_t> bytes = ahead.as<Bytes>()->bytes();
  if (bytes.empty()) return 1;
  int64_t n = 0, end = int64_t(bytes.size());
  if (limit >= 0) end = std::min(end, limit);
  while (n < end)
    if (bytes[n++] == '\n') break;
  return n;
}

Ref iobaseReadline(Thread &t, const Value *args) {
  int64_t limit = TRY(sizeArgument(t, args[1]));
  Ref peek;
  if (!lookupAttr(t, args[0], names::peek, peek)) return {};
  llvm::SmallVector<uint8_t, 128> line;
  while (limit < 0 || int64_t(line.size()) < limit) {
    int64_t n = TRY(readAhead(t, peek, limit));
    Ref part = callMethod(t, args[0], names::read, {makeInt(n).get()});
    if (!part && trapInterrupted(t)) continue;
    if (!part) return {};
    if (!isBytes(part))
      return raise(t, types::OSError, "read() should have returned a bytes object, not '%'", typeName(part));
    llvm::ArrayRef<uint8_t> bytes = part.as<Bytes>()->bytes();
    if (bytes.empty()) break;
    line.append(bytes.begin(), bytes.end());
    if (line.back() == '\n') break;
  }
  return makeBytes(line);
}

Ref iobaseReadlines(Thread &t, const Value *args) {
  int64_t hint = TRY(sizeArgument(t, args[1])), total = 0;
  ListRef lines = newList();
  if (hint <= 0) {
    CHECK(listExtend(t, lines, args[0]));
    return lines;
  }
  Ref iterator = TRY(iterate(t, args[0]));
  while (Ref line = nextItem(t, iterator)) {
    listAppend(lines, line);
    int64_t n = TRY(length(t, line));
    if (n > hint - total) break;
    total += n;
  }
  if (t.hasPending()) return {};
  return lines;
}

Ref iobaseWritelines(Thread &t, const Value *args) {
  CHECK(checkClosed(t, args[0]));
  CHECK(forEach(t, args[1], [&](Value line) -> Status {
    while (!callMethod(t, args[0], names::write, {line}))
      if (!trapInterrupted(t)) return {};
    return Status::ok();
  }));
  return Ref::none();
}

Ref getClosed(Thread &t, Value self) { return Ref::boolean(TRY(markedClosed(t, self))); }
Ref getDict(Thread &, Value self) { return DictRef::share(dictOf(self.object(), true)); }

// Closes the stream. Errors of streams that are in no usable state, or that closing meets, have nobody to go
// to.
void iobaseDel(Thread &t, Value self) {
  Ref closed;
  bool open = false;
  if (lookupAttr(t, self, names::closed, closed) && closed) {
    auto is = truth(t, closed);
    open = is && !*is;
  }
  clearPending(t);
  if (!open) return;
  // close() is to know that it is called on the way out.
  if (!setAttr(t, self, names::finalizing_, Value::trueValue())) clearPending(t);
  if (!callMethod(t, self, names::close)) clearPending(t);
}

NativeDef kMethods[] = {
    {"__new__", iobaseNew, "($type, *args, **kwargs)",
     "Create and return a new object.  See help(type) for accurate signature."},
    {"seek", iobaseSeek, "!($self, *args)",
     "Change stream position.\n\nChange the stream position to the given byte offset. The offset "
     "is\ninterpreted relative to the position indicated by whence.  Values\nfor whence are:\n\n* 0 -- start "
     "of stream (the default); offset should be zero or positive\n* 1 -- current stream position; offset may "
     "be negative\n* 2 -- end of stream; offset is usually negative\n\nReturn the new absolute position."},
    {"tell", iobaseTell, "($self, /)", "Return current stream position."},
    {"truncate", iobaseTruncate, "!($self, *args)",
     "Truncate file to size bytes.\n\nFile pointer is left unchanged.  Size defaults to the current "
     "IO\nposition as reported by tell().  Returns the new size."},
    {"flush", iobaseFlush, "($self, /)",
     "Flush write buffers, if applicable.\n\nThis is not implemented for read-only and non-blocking "
     "streams."},
    {"close", iobaseClose, "($self, /)",
     "Flush and close the IO object.\n\nThis method has no effect if the file is already closed."},
    {"seekable", iobaseSeekable, "($self, /)",
     "Return whether object supports random access.\n\nIf False, seek(), tell() and truncate() will raise "
     "OSError.\nThis method may need to do a test seek()."},
    {"readable", iobaseReadable, "($self, /)",
     "Return whether object was opened for reading.\n\nIf False, read() will raise OSError."},
    {"writable", iobaseWritable, "($self, /)",
     "Return whether object was opened for writing.\n\nIf False, write() will raise OSError."},
    {"_checkClosed", iobaseCheckClosed, "!($self, /)", nullptr},
    {"_checkSeekable", iobaseCheckSeekable, "!($self, /)", nullptr},
    {"_checkReadable", iobaseCheckReadable, "!($self, /)", nullptr},
    {"_checkWritable", iobaseCheckWritable, "!($self, /)", nullptr},
    {"fileno", iobaseFileno, "($self, /)",
     "Returns underlying file descriptor if one exists.\n\nOSError is raised if the IO object does not use a "
     "file descriptor."},
    {"isatty", iobaseIsatty, "($self, /)",
     "Return whether this is an 'interactive' stream.\n\nReturn False if it can't be determined."},
    {"__enter__", iobaseEnter, "!($self, /)", nullptr},
    {"__exit__", iobaseExit, "!v($self, *args)", nullptr},
    {"readline", iobaseReadline, "($self, size=-1, /)",
     "Read and return a line from the stream.\n\nIf size is specified, at most size bytes will be "
     "read.\n\nThe line terminator is always b'\\n' for binary files; for text\nfiles, the newlines argument "
     "to open can be used to select the line\nterminator(s) recognized."},
    {"readlines", iobaseReadlines, "($self, hint=-1, /)",
     "Return a list of lines from the stream.\n\nhint can be specified to control the number of lines read: "
     "no more\nlines will be read if the total size (in bytes/characters) of all\nlines so far exceeds "
     "hint."},
    {"writelines", iobaseWritelines, "($self, lines, /)",
     "Write a list of lines to stream.\n\nLine separators are not added, so it is usual for each of "
     "the\nlines provided to have a line separator at the end."},
};
const GetSetDef kGetSets[] = {
    {"__dict__", getDict, nullptr, nullptr},
    {"closed", getClosed, nullptr, nullptr},
};

} // namespace

Type types::IOBase;

const TypeSpec coil::vm::kIOBaseSpec = {
    .name = "_io._IOBase",
    .size = sizeof(IOBase),
    .flags = kTypeBase | kTypeGc | kTypeHasWeakRefs,
    .fillSlots = [](Slots &s) { s.iter = iobaseIter, s.next = iobaseNext, s.del = iobaseDel; },
    .traverse = ioTraverse,
    .clear = ioClear,
    .dictOffset = offsetof(IOBase, dict),
    .methods = kMethods,
    .getsets = kGetSets,
    .doc = "The abstract base class for all I/O classes.\n\nThis class provides dummy implementations for "
           "many methods that\nderived classes can override selectively; the default "
           "implementations\nrepresent a file that cannot be read, written or seeked.\n\nEven though IOBase "
           "does not declare read, readinto, or write because\ntheir signatures will vary, implementations "
           "and clients should\nconsider those methods part of the interface. Also, implementations\nmay "
           "raise UnsupportedOperation when operations they do not support are\ncalled.\n\nThe basic type "
           "used for binary data read from or written to a file is\nbytes. Other bytes-like objects are "
           "accepted as method arguments too.\nIn some cases (such as readinto), a writable object is "
           "required. Text\nI/O classes work with str data.\n\nNote that calling any method (except "
           "additional calls to close(),\nwhich are ignored) on a closed stream should raise a "
           "ValueError.\n\nIOBase (and its subclasses) support the iterator protocol, meaning\nthat an "
           "IOBase object can be iterated over yielding the lines in a\nstream.\n\nIOBase also supports the "
           ":keyword:`with` statement. In this example,\nfp is closed after the suite of the with statement "
           "is complete:\n\nwith open('spam.txt', 'r') as fp:\n    fp.write('Spam and eggs!')\n",
    .signature = "",
    .own = 0,
};
