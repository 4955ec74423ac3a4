// bytes and bytearray methods that look for a part, replace it or test for it.
#include "VM/Types/BytesMethods.h"
#include "VM/Types/Int/Int.h"
#include "VM/Types/Str/TextAlgorithms.h"
#include "VM/Types/Str/TextArguments.h"

using namespace coil::vm;

namespace {

using ByteVector = llvm::SmallVector<uint8_t, 128>;

// What find() and the like search for: bytes, or one byte given by its number.
class Needle {
  uint8_t byte = 0;
  Buffer buffer;

public:
  Status read(Thread &t, Value v) {
    if (exportsBuffer(v)) return buffer.open(t, v);
    if (!isIntLike(v) && !typeOf(v)->slots.index)
      return raise(t, types::TypeError, "argument should be integer or bytes-like object, not '%'",
                   typeName(v));
    int64_t number = TRY(indexInt64(t, v, true));
    if (number < 0 || number > 255) return raise(t, types::ValueError, "byte must be in range(0, 256)");
    byte = uint8_t(number);
    return Status::ok();
  }
  BytesView view() const { return buffer ? BytesView(buffer) : BytesView(llvm::ArrayRef<uint8_t>(byte)); }
};

// The arguments of a search. A bound's __index__ may have shrunk a bytearray: the end is that of the bytes as
// they are now.
Status readSearch(Thread &t, Value self, const char *name, const CallArgs &args, SearchArguments &search) {
  CHECK(searchArguments(t, name, args, BytesView(self).size(), search));
  search.to = std::min<int64_t>(search.to, BytesView(self).size());
  return Status::ok();
}

Result<int64_t> findFor(Thread &t, Value self, const char *name, const CallArgs &args, bool fromRight) {
  SearchArguments search;
  TRY(readSearch(t, self, name, args, search));
  Needle needle;
  TRY(needle.read(t, search.needle));
  BytesView b(self);
  return fromRight ? b.rfind(needle.view(), search.from, search.to)
                   : b.find(needle.view(), search.from, search.to);
}

Ref indexFor(Thread &t, Value self, const char *name, const CallArgs &args, bool fromRight) {
  int64_t at = TRY(findFor(t, self, name, args, fromRight));
  if (at < 0) return raise(t, types::ValueError, "subsection not found");
  return makeInt(at);
}

Ref bytesFind(Thread &t, Value self, const CallArgs &args) {
  return makeInt(TRY(findFor(t, self, "find", args, false)));
}
Ref bytesRfind(Thread &t, Value self, const CallArgs &args) {
  return makeInt(TRY(findFor(t, self, "rfind", args, true)));
}
Ref bytesIndex(Thread &t, Value self, const CallArgs &args) {
  return indexFor(t, self, "index", args, false);
}
Ref bytesRindex(Thread &t, Value self, const CallArgs &args) {
  return indexFor(t, self, "rindex", args, true);
}

Ref bytesCount(Thread &t, Value self, const CallArgs &args) {
  SearchArguments search;
  TRY(readSearch(t, self, "count", args, search));
  Needle needle;
  TRY(needle.read(t, search.needle));
  return makeInt(countIn(BytesView(self), needle.view(), search.from, search.to));
}

Ref matchEnd(Thread &t, Value self, const CallArgs &args, const char *name, bool atEnd) {
  SearchArguments search;
  TRY(readSearch(t, self, name, args, search));
  Buffer part;
  if (isTuple(search.needle)) {
    for (Value v : search.needle.as<Tuple>()->values()) {
      TRY(part.open(t, v));
      if (matchesEnd(BytesView(self), BytesView(part), search.from, search.to, atEnd))
        return Ref::boolean(true);
    }
    return Ref::boolean(false);
  }
  if (!exportsBuffer(search.needle))
    return raise(t, types::TypeError, "% first arg must be bytes or a tuple of bytes, not %", name,
                 typeName(search.needle));
  TRY(part.open(t, search.needle));
  return Ref::boolean(matchesEnd(BytesView(self), BytesView(part), search.from, search.to, atEnd));
}

Ref bytesStartsWith(Thread &t, Value self, const CallArgs &args) {
  return matchEnd(t, self, args, "startswith", false);
}
Ref bytesEndsWith(Thread &t, Value self, const CallArgs &args) {
  return matchEnd(t, self, args, "endswith", true);
}

Ref bytesRemovePrefix(Thread &t, const Value *args) {
  Buffer part;
  TRY(part.open(t, args[1]));
  BytesView b(args[0]), prefix(part);
  return b.slice(matchesEnd(b, prefix, 0, b.size(), false) ? prefix.size() : 0, b.size());
}

Ref bytesRemoveSuffix(Thread &t, const Value *args) {
  Buffer part;
  TRY(part.open(t, args[1]));
  BytesView b(args[0]), suffix(part);
  return b.slice(0, b.size() - (matchesEnd(b, suffix, 0, b.size(), true) ? suffix.size() : 0));
}

Ref bytesReplace(Thread &t, const Value *args) {
  Buffer oldBuffer, newBuffer;
  TRY(oldBuffer.open(t, args[1]));
  TRY(newBuffer.open(t, args[2]));
  int64_t limit = TRY(sizeArgument(t, args[3]));
  BytesView b(args[0]), old(oldBuffer), replacement(newBuffer);
  if (!limit || b.find(old, 0, b.size()) < 0) return b.slice(0, b.size());
  ByteVector out;
  bool first = true;
  replacePieces(b, old, limit, [&](int64_t from, int64_t to) {
    if (!first) out.append(replacement.data, replacement.data + replacement.length);
    first = false;
    out.append(b.data + from, b.data + to);
  });
  return b.make(out);
}

Ref bytesTranslate(Thread &t, const Value *args) {
  Buffer table, dropped;
  if (!args[1].isNone()) {
    TRY(table.open(t, args[1]));
    if (table.size() != 256)
      return raise(t, types::ValueError, "translation table must be 256 characters long");
  }
  bool drop[256] = {};
  if (!args[2].empty()) {
    TRY(dropped.open(t, args[2]));
    for (uint8_t c : dropped.bytes()) drop[c] = true;
  }
  ByteVector out;
  BytesView b(args[0]);
  for (uint8_t c : b.bytes())
    if (!drop[c]) out.push_back(table ? table.data()[c] : c);
  return b.owner && out == b.bytes() ? Ref::share(args[0]) : b.make(out);
}

Ref bytesMakeTrans(Thread &t, const Value *args) {
  Buffer fromBuffer, toBuffer;
  TRY(fromBuffer.open(t, args[0]));
  TRY(toBuffer.open(t, args[1]));
  llvm::ArrayRef<uint8_t> from = fromBuffer.bytes(), to = toBuffer.bytes();
  if (from.size() != to.size())
    return raise(t, types::ValueError, "maketrans arguments must have same length");
  uint8_t table[256];
  for (int i = 0; i < 256; ++i) table[i] = uint8_t(i);
  for (size_t i = 0; i < from.size(); ++i) table[from[i]] = to[i];
  return makeBytes(table);
}

} // namespace

llvm::ArrayRef<NativeDef> coil::vm::bytesSearchMethods() {
  static const NativeDef kMethods[] = {
      {"count", bytesCount, "!v($self, *args)",
       "count(sub[, start[, end]]): how often sub, bytes or one byte's value, stands in\nself[start:end] "
       "without overlapping."},
      {"endswith", bytesEndsWith, "!v($self, *args)",
       "endswith(suffix[, start[, end]]): tell whether self[start:end] ends with the suffix, or with\none of "
       "a tuple of them."},
      {"find", bytesFind, "!v($self, *args)",
       "find(sub[, start[, end]]): the lowest index at which sub, bytes or one byte's value, stands\nin "
       "self[start:end]; else -1."},
      {"index", bytesIndex, "!v($self, *args)",
       "index(sub[, start[, end]]): the lowest index at which sub, bytes or one byte's value, stands\nin "
       "self[start:end]; else ValueError."},
      {"rfind", bytesRfind, "!v($self, *args)",
       "rfind(sub[, start[, end]]): the highest index at which sub, bytes or one byte's value,\nstands in "
       "self[start:end]; else -1."},
      {"rindex", bytesRindex, "!v($self, *args)",
       "rindex(sub[, start[, end]]): the highest index at which sub, bytes or one byte's value,\nstands in "
       "self[start:end]; else ValueError."},
      {"startswith", bytesStartsWith, "!v($self, *args)",
       "startswith(prefix[, start[, end]]): tell whether self[start:end] begins with the prefix, or\nwith "
       "one of a tuple of them."},
      {"removeprefix", bytesRemovePrefix, "($self, prefix, /)",
       "The bytes without the prefix, if they begin with that."},
      {"removesuffix", bytesRemoveSuffix, "($self, suffix, /)",
       "The bytes without the suffix, if they end with that."},
      {"replace", bytesReplace, "($self, old, new, count=-1, /)",
       "A copy with new in place of old; of the first count ones if count is not negative."},
      {"translate", bytesTranslate, "($self, table, /, delete=b'')",
       "A copy without the bytes in delete, and the others replaced by what the table, 256 bytes or\nNone, "
       "has at their values."},
      {"maketrans", bytesMakeTrans, "(frm, to, /)",
       "A table for translate() that maps each byte of frm to the one at the same place in to.",
       NativeKind::Static},
  };
  return kMethods;
}
