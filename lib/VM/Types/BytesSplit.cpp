// bytes and bytearray methods that take bytes apart and put them together: split, partition, strip, join.
#include "VM/Types/BytesMethods.h"
#include "VM/Types/Str/TextAlgorithms.h"
#include "VM/Types/Str/TextArguments.h"

using namespace coil::vm;

namespace {

Status openSeparator(Thread &t, Value v, Buffer &separator) {
  TRY(separator.open(t, v));
  if (!separator.size()) return raise(t, types::ValueError, "empty separator");
  return Status::ok();
}

Ref splitMethod(Thread &t, const Value *args, bool fromRight) {
  int64_t limit = TRY(sizeArgument(t, args[2]));
  Buffer separator;
  if (args[1].isNone())
    return fromRight ? rsplitSpace(BytesView(args[0]), limit) : splitSpace(BytesView(args[0]), limit);
  TRY(openSeparator(t, args[1], separator));
  BytesView b(args[0]), on(separator);
  return fromRight ? rsplitOn(b, on, limit) : splitOn(b, on, limit);
}

Ref bytesSplit(Thread &t, const Value *args) { return splitMethod(t, args, false); }
Ref bytesRsplit(Thread &t, const Value *args) { return splitMethod(t, args, true); }

Ref bytesSplitLines(Thread &t, const Value *args) {
  bool keepEnds = TRY(intArgument(t, args[1])) != 0;
  return splitLines(BytesView(args[0]), keepEnds);
}

Ref partitionMethod(Thread &t, const Value *args, bool fromRight) {
  Buffer buffer;
  TRY(openSeparator(t, args[1], buffer));
  BytesView b(args[0]), separator(buffer);
  Ref object = b.mutableParts ? b.make(separator.bytes()) : Ref::share(args[1]);
  return partitionText(b, separator, object, fromRight);
}

Ref bytesPartition(Thread &t, const Value *args) { return partitionMethod(t, args, false); }
Ref bytesRpartition(Thread &t, const Value *args) { return partitionMethod(t, args, true); }

Ref stripMethod(Thread &t, const Value *args, int sides) {
  if (args[1].isNone()) return stripText(BytesView(args[0]), sides, BytesView::isSpace);
  Buffer buffer;
  TRY(buffer.open(t, args[1]));
  llvm::ArrayRef<uint8_t> drop = buffer.bytes();
  return stripText(BytesView(args[0]), sides,
                   [drop](char32_t c) { return llvm::is_contained(drop, uint8_t(c)); });
}

Ref bytesStrip(Thread &t, const Value *args) { return stripMethod(t, args, kStripBoth); }
Ref bytesLstrip(Thread &t, const Value *args) { return stripMethod(t, args, kStripLeft); }
Ref bytesRstrip(Thread &t, const Value *args) { return stripMethod(t, args, kStripRight); }

// Appends one item of join().
Status appendJoined(Thread &t, Value item, size_t number, llvm::SmallVectorImpl<uint8_t> &out) {
  if (isBytes(item)) {
    llvm::ArrayRef<uint8_t> bytes = item.as<Bytes>()->bytes();
    out.append(bytes.begin(), bytes.end());
    return Status::ok();
  }
  Buffer part;
  if (!exportsBuffer(item) || !part.open(t, item)) {
    clearPending(t);
    return raise(t, types::TypeError, "sequence item %: expected a bytes-like object, % found", number,
                 typeName(item));
  }
  out.append(part.bytes().begin(), part.bytes().end());
  return Status::ok();
}

Ref bytesJoin(Thread &t, const Value *args) {
  ObjectRef<Object> sequence = TRY(fastSequence(t, args[1], "can only join an iterable"));
  llvm::ArrayRef<Value> parts =
      isTuple(sequence) ? Value(sequence).as<Tuple>()->values() : Value(sequence).as<List>()->values();
  BytesView separator(args[0]);
  if (parts.size() == 1 && isExactly(parts[0], types::Bytes) && !separator.mutableParts)
    return Ref::share(parts[0]);
  llvm::SmallVector<uint8_t, 256> out;
  for (size_t i = 0; i < parts.size(); ++i) {
    if (i) out.append(separator.data, separator.data + separator.length);
    TRY(appendJoined(t, parts[i], i, out));
  }
  return separator.make(out);
}

} // namespace

llvm::ArrayRef<NativeDef> coil::vm::bytesSplitMethods() {
  static const NativeDef kMethods[] = {
      {"split", bytesSplit, "($self, /, sep=None, maxsplit=-1)",
       "Split at a separator, from the left, into a list of bytes objects.\n\nNone stands for runs of ASCII "
       "whitespace, of which those at the ends make no empty parts.\nmaxsplit limits the splits unless it is "
       "-1."},
      {"rsplit", bytesRsplit, "($self, /, sep=None, maxsplit=-1)",
       "Split at a separator, from the right, into a list of bytes objects.\n\nNone stands for runs of ASCII "
       "whitespace, of which those at the ends make no empty parts.\nmaxsplit limits the splits unless it is "
       "-1."},
      {"splitlines", bytesSplitLines, "($self, /, keepends=False)",
       "The lines as a list, with their ends if keepends is true. \\n, \\r and \\r\\n end a line."},
      {"partition", bytesPartition, "($self, sep, /)",
       "Split at the first separator: (what is before it, the separator, what is behind it).\n\nWithout one: "
       "(all, empty, empty)."},
      {"rpartition", bytesRpartition, "($self, sep, /)",
       "Split at the last separator: (what is before it, the separator, what is behind it).\n\nWithout one: "
       "(empty, empty, all)."},
      {"strip", bytesStrip, "($self, bytes=None, /)",
       "A copy without those bytes at both ends that the argument contains; None stands for "
       "ASCII\nwhitespace."},
      {"lstrip", bytesLstrip, "($self, bytes=None, /)",
       "A copy without those bytes at the beginning that the argument contains; None stands for\nASCII "
       "whitespace."},
      {"rstrip", bytesRstrip, "($self, bytes=None, /)",
       "A copy without those bytes at the end that the argument contains; None stands for ASCII whitespace."},
      {"join", bytesJoin, "($self, iterable_of_bytes, /)",
       "Join the items of an iterable of bytes-like objects, with this one between them."},
  };
  return kMethods;
}
