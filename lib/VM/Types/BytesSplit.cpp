// bytes methods that take bytes apart and put them together: split, partition, strip, join.
#include "VM/Types/BytesMethods.h"
#include "VM/Types/Str/TextAlgorithms.h"
#include "VM/Types/Str/TextArguments.h"

using namespace coil::vm;

namespace {

Status checkSeparator(Thread &t, Value separator) {
  TRY(needBytes(t, separator));
  if (!separator.as<Bytes>()->length) return raise(t, types::ValueError, "empty separator");
  return Status::ok();
}

Ref splitMethod(Thread &t, const Value *args, bool fromRight) {
  int64_t limit = TRY(sizeArgument(t, args[2]));
  BytesView b(args[0]);
  if (args[1].isNone()) return fromRight ? rsplitSpace(b, limit) : splitSpace(b, limit);
  TRY(checkSeparator(t, args[1]));
  return fromRight ? rsplitOn(b, BytesView(args[1]), limit) : splitOn(b, BytesView(args[1]), limit);
}

Ref bytesSplit(Thread &t, const Value *args) { return splitMethod(t, args, false); }
Ref bytesRsplit(Thread &t, const Value *args) { return splitMethod(t, args, true); }

Ref bytesSplitLines(Thread &t, const Value *args) {
  return splitLines(BytesView(args[0]), TRY(intArgument(t, args[1])) != 0);
}

Ref partitionMethod(Thread &t, const Value *args, bool fromRight) {
  TRY(checkSeparator(t, args[1]));
  return partitionText(BytesView(args[0]), BytesView(args[1]), args[1], fromRight);
}

Ref bytesPartition(Thread &t, const Value *args) { return partitionMethod(t, args, false); }
Ref bytesRpartition(Thread &t, const Value *args) { return partitionMethod(t, args, true); }

Ref stripMethod(Thread &t, const Value *args, int sides) {
  BytesView b(args[0]);
  if (args[1].isNone()) return stripText(b, sides, BytesView::isSpace);
  TRY(needBytes(t, args[1]));
  llvm::ArrayRef<uint8_t> drop = args[1].as<Bytes>()->bytes();
  return stripText(b, sides, [drop](char32_t c) { return llvm::is_contained(drop, uint8_t(c)); });
}

Ref bytesStrip(Thread &t, const Value *args) { return stripMethod(t, args, kStripBoth); }
Ref bytesLstrip(Thread &t, const Value *args) { return stripMethod(t, args, kStripLeft); }
Ref bytesRstrip(Thread &t, const Value *args) { return stripMethod(t, args, kStripRight); }

Ref bytesJoin(Thread &t, const Value *args) {
  llvm::ArrayRef<uint8_t> separator = selfBytes(args)->bytes();
  ObjectRef<Object> sequence = TRY(fastSequence(t, args[1], "can only join an iterable"));
  llvm::ArrayRef<Value> parts =
      isTuple(sequence) ? Value(sequence).as<Tuple>()->values() : Value(sequence).as<List>()->values();
  if (parts.size() == 1 && isExactly(parts[0], types::Bytes)) return Ref::share(parts[0]);
  llvm::SmallVector<uint8_t, 256> out;
  for (size_t i = 0; i < parts.size(); ++i) {
    if (!isBytes(parts[i]))
      return raise(t, types::TypeError, "sequence item %: expected a bytes-like object, % found", i,
                   typeName(parts[i]));
    if (i) out.append(separator.begin(), separator.end());
    llvm::ArrayRef<uint8_t> part = parts[i].as<Bytes>()->bytes();
    out.append(part.begin(), part.end());
  }
  return makeBytes(out);
}

} // namespace

llvm::ArrayRef<NativeDef> coil::vm::bytesSplitMethods() {
  static const NativeDef kMethods[] = {
      {"split", bytesSplit, "($self, /, sep=None, maxsplit=-1)",
       "Return a list of the sections in the bytes, using sep as the delimiter."},
      {"rsplit", bytesRsplit, "($self, /, sep=None, maxsplit=-1)",
       "Return a list of the sections in the bytes, using sep as the delimiter."},
      {"splitlines", bytesSplitLines, "($self, /, keepends=False)",
       "Return a list of the lines in the bytes, breaking at line boundaries."},
      {"partition", bytesPartition, "($self, sep, /)",
       "Partition the bytes into three parts using the given separator."},
      {"rpartition", bytesRpartition, "($self, sep, /)",
       "Partition the bytes into three parts using the given separator."},
      {"strip", bytesStrip, "($self, bytes=None, /)",
       "Strip leading and trailing bytes contained in the argument."},
      {"lstrip", bytesLstrip, "($self, bytes=None, /)", "Strip leading bytes contained in the argument."},
      {"rstrip", bytesRstrip, "($self, bytes=None, /)", "Strip trailing bytes contained in the argument."},
      {"join", bytesJoin, "($self, iterable_of_bytes, /)", "Concatenate any number of bytes objects."},
  };
  return kMethods;
}
