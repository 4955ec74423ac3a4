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
    {"__new__", iobaseNew, "($type, *args, **kwargs)", "Make a new object of the class."},
    {"seek", iobaseSeek, "!($self, *args)",
     "Move the position by offset from the start (whence 0), the position (1) or the end (2),\n"
     "and return it."},
    {"tell", iobaseTell, "($self, /)", "The position in the stream."},
    {"truncate", iobaseTruncate, "!($self, *args)",
     "Make the file size bytes long, by default as long as its position says, and return size.\n"
     "The position stays."},
    {"flush", iobaseFlush, "($self, /)",
     "Pass on what is still in write buffers. Streams that are only read do nothing."},
    {"close", iobaseClose, "($self, /)", "Flush and close the stream. Closing again does nothing."},
    {"seekable", iobaseSeekable, "($self, /)",
     "Whether the stream has a position; if not, seek(), tell() and truncate() raise OSError."},
    {"readable", iobaseReadable, "($self, /)",
     "Whether the stream can be read; if not, read() raises OSError."},
    {"writable", iobaseWritable, "($self, /)",
     "Whether the stream can be written; if not, write() raises OSError."},
    {"_checkClosed", iobaseCheckClosed, "!($self, /)", nullptr},
    {"_checkSeekable", iobaseCheckSeekable, "!($self, /)", nullptr},
    {"_checkReadable", iobaseCheckReadable, "!($self, /)", nullptr},
    {"_checkWritable", iobaseCheckWritable, "!($self, /)", nullptr},
    {"fileno", iobaseFileno, "($self, /)",
     "The number of the file descriptor behind the stream; OSError if there is none."},
    {"isatty", iobaseIsatty, "($self, /)", "Whether the stream is a terminal."},
    {"__enter__", iobaseEnter, "!($self, /)", nullptr},
    {"__exit__", iobaseExit, "!v($self, *args)", nullptr},
    {"readline", iobaseReadline, "($self, size=-1, /)",
     "Read one line, but at most size bytes (or characters of a text) unless that is None or\n"
     "negative. A line of bytes ends with b'\\n', one of a text as the argument newline of\n"
     "open() said. An empty result means the end."},
    {"readlines", iobaseReadlines, "($self, hint=-1, /)",
     "The remaining lines as a list; hint, if positive, ends it with the line in which so many\n"
     "bytes or characters are reached."},
    {"writelines", iobaseWritelines, "($self, lines, /)",
     "Write the items of an iterable, one behind the other. Nothing is put between them."},
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
    .doc = "The base of all streams.\n"
           "\n"
           "What it defines suits a stream that can do nothing; subclasses override what they can. A\n"
           "stream is an iterator over its lines, and a context manager that closes it. After\n"
           "close() nearly everything raises ValueError.",
    .signature = "",
    .own = 0,
};
