// bytes: storage, operators, construction and iterator. The methods are in the Bytes*.cpp beside it.
#include "VM/Types/Bytes.h"
#include "VM/Bind/Native.h"
#include "VM/Core/Names.h"
#include "VM/Core/Runtime.h"
#include "VM/Protocol/Buffer.h"
#include "VM/Types/BytesMethods.h"
#include "VM/Types/Int/Int.h"
#include "VM/Types/Sequence.h"
#include "VM/Types/Str/Codec.h"
#include "VM/Types/Str/PercentFormat.h"
#include "VM/Types/Str/StrMethods.h"
#include "VM/Types/Str/TextAlgorithms.h"
#include "VM/Types/Tuple.h"
#include <cstdlib>
#include <cstring>
#include <vector>

using namespace coil::vm;

namespace {

struct BytesIterator : Object {
  Bytes *bytes; // owned; null once exhausted
  int64_t index;
};

// Uninitialised, for the caller to fill.
Bytes *allocate(Type &type, int64_t length) {
  auto *b = type.has(kTypeHeap) ? heap::make<Bytes>(type, Bytes::dataSize(length))
                                : static_cast<Bytes *>(heap::allocateLeaf(type, Bytes::dataSize(length)));
  b->length = length;
  b->hash = -1;
  return b;
}

Bytes *makeFresh(Type &type, llvm::ArrayRef<uint8_t> bytes) {
  Bytes *b = allocate(type, int64_t(bytes.size()));
  if (!bytes.empty()) std::memcpy(b->data, bytes.data(), bytes.size());
  return b;
}

} // namespace

BytesRef coil::vm::newBytes(int64_t length) { return BytesRef::take(allocate(types::Bytes, length)); }

BytesRef coil::vm::tryNewBytes(Thread &t, int64_t length) {
  if (length < int64_t(1) << 24) return newBytes(length);
  void *volatile probe = std::malloc(size_t(length) + sizeof(Bytes) + 8); // volatile: it must really be made
  bool possible = probe;
  std::free(probe);
  if (possible) return newBytes(length);
  return raise(t, types::MemoryError, "");
}

BytesRef coil::vm::makeBytes(llvm::ArrayRef<uint8_t> bytes) {
  static Bytes *empty, *single[256];
  if (bytes.size() > 1) return BytesRef::take(makeFresh(types::Bytes, bytes));
  Bytes *&cached = bytes.empty() ? empty : single[bytes[0]];
  if (!cached) cached = makeFresh(types::Bytes, bytes);
  return BytesRef::share(cached);
}

Ref coil::vm::exactBytes(Bytes *b) {
  if (b->type == &types::Bytes) return Ref::share(Value(b));
  return makeBytes(b->bytes());
}

std::string coil::vm::bytesLiteral(llvm::ArrayRef<uint8_t> bytes, bool escapeApostrophe) {
  bool dbl = llvm::is_contained(bytes, '\'') && !llvm::is_contained(bytes, '"');
  uint8_t quote = dbl ? '"' : '\'';
  std::string out{'b', char(quote)};
  for (uint8_t c : bytes) {
    if (c == quote || c == '\\' || (c == '\'' && escapeApostrophe)) {
      out += {'\\', char(c)};
    } else if (c == '\t' || c == '\n' || c == '\r') {
      out += {'\\', c == '\t' ? 't' : c == '\n' ? 'n' : 'r'};
    } else if (c >= ' ' && c < 127) {
      out += char(c);
    } else {
      out += {'\\', 'x', "0123456789abcdef"[c >> 4], "0123456789abcdef"[c & 15]};
    }
  }
  out += char(quote);
  return out;
}

Result<bool> coil::vm::bytesContain(Thread &t, Value v, Value key) {
  if (!isIntLike(key) && !typeOf(key)->slots.index) {
    Buffer part;
    TRY(part.open(t, key));
    BytesView b(v);
    return b.find(BytesView(part), 0, b.size()) >= 0;
  }
  int64_t byte = TRY(indexInt64(t, key, true));
  if (byte < 0 || byte > 255) return raise(t, types::ValueError, "byte must be in range(0, 256)");
  BytesView b(v);
  return b.size() && std::memchr(b.data, int(byte), size_t(b.size()));
}

Ref coil::vm::repeatBytes(Thread &t, Value v, Value count) {
  BytesView b(v);
  int64_t n = TRY(repeatCount(t, count, b.size(), "repeated bytes are too long"));
  if (n == 1) return b.slice(0, b.size());
  size_t unit = size_t(b.size()), total = unit * size_t(n);
  if (!total) return b.make({});
  Ref result;
  uint8_t *to;
  if (b.mutableParts) {
    ByteArrayRef fresh = makeByteArray({});
    CHECK(resizeByteArray(t, fresh, int64_t(total)));
    to = fresh->start;
    result = std::move(fresh);
  } else {
    BytesRef fresh = newBytes(int64_t(total));
    to = fresh->data;
    result = std::move(fresh);
  }
  std::memcpy(to, b.data, unit);
  for (size_t done = unit; done < total; done *= 2) std::memcpy(to + done, to, std::min(done, total - done));
  return result;
}

Ref coil::vm::encodedArgument(Thread &t, Value text, Value encoding, Value errors) {
  return encodeStr(t, text.as<Str>(), encoding.empty() ? "utf-8" : toUtf8(encoding.as<Str>()),
                   errors.empty() ? "strict" : toUtf8(errors.as<Str>()));
}

Result<bool> coil::vm::byteCount(Thread &t, Value source, int64_t &count) {
  if (!isIntLike(source) && !typeOf(source)->slots.index) return false;
  Ref number = index(t, source);
  if (!number) {
    if (catchPending(t, types::TypeError)) return false;
    return {};
  }
  if (!toInt64(number, count))
    return raise(t, types::OverflowError, "cannot fit '%' into an index-sized integer", typeName(source));
  if (count < 0) return raise(t, types::ValueError, "negative count");
  if (count > int64_t(1) << 40) return raise(t, types::MemoryError, "");
  return true;
}

Status coil::vm::collectBytes(Thread &t, Value iterable, const char *outOfRange,
                              llvm::SmallVectorImpl<uint8_t> &out) {
  return forEach(t, iterable, [&](Value item) -> Status {
    int64_t byte = TRY(indexInt64(t, item, true));
    if (byte < 0 || byte > 255) return raise(t, types::ValueError, outOfRange);
    out.push_back(uint8_t(byte));
    return Status::ok();
  });
}

// The position of the first character that a string of hexadecimal digits cannot have, or -1.
static int64_t findBadHex(const Str *text, llvm::SmallVectorImpl<uint8_t> &out) {
  for (int64_t i = 0; i < text->length; ++i)
    if (text->at(i) >= 128) return i;
  auto digit = [text](int64_t i) -> int {
    char32_t c = i < text->length ? text->at(i) : 0;
    return coil::unicode::isAsciiDigit(c) ? int(c - '0')
           : (c | 0x20) - 'a' < 6u        ? int((c | 0x20) - 'a' + 10)
                                          : -1;
  };
  for (int64_t i = 0; i < text->length;) {
    if (BytesView::isSpace(text->at(i))) {
      ++i;
      continue;
    }
    if (digit(i) < 0) return i;
    if (digit(i + 1) < 0) return i + 1;
    out.push_back(uint8_t(digit(i) << 4 | digit(i + 1)));
    i += 2;
  }
  return -1;
}

Status coil::vm::parseHex(Thread &t, Value text, llvm::SmallVectorImpl<uint8_t> &out) {
  TRY(needStr(t, text, "fromhex", 0));
  int64_t bad = findBadHex(text.as<Str>(), out);
  if (bad >= 0)
    return raise(t, types::ValueError, "non-hexadecimal number found in fromhex() arg at position %", bad);
  return Status::ok();
}

namespace {

Ref bytesRepr(Thread &, Value v) { return makeStrAscii(bytesLiteral(v.as<Bytes>()->bytes(), false)); }

Result<int64_t> bytesHash(Thread &, Value v) {
  auto *b = v.as<Bytes>();
  if (b->hash == -1) b->hash = hashBytes(b->bytes());
  return b->hash;
}

Result<int64_t> bytesLen(Thread &, Value v) { return v.as<Bytes>()->length; }

Ref bytesStr(Thread &t, Value v) {
  CHECK(warnOfStr(t, "bytes"));
  return bytesRepr(t, v);
}

Ref bytesCompare(Thread &t, Value a, Value b, CompareOp op) {
  if (!isBytes(a) || !isBytes(b)) {
    CHECK(warnOfComparison(t, "bytes", a, b, op));
    return Ref::notImplemented();
  }
  auto *x = a.as<Bytes>(), *y = b.as<Bytes>();
  if ((op == CompareOp::Eq || op == CompareOp::Ne) && x->length != y->length)
    return Ref::boolean(op == CompareOp::Ne);
  int order = std::memcmp(x->data, y->data, std::min(x->length, y->length));
  if (!order) order = x->length < y->length ? -1 : x->length > y->length;
  return compareResult(order, op);
}

Ref bytesGetItem(Thread &t, Value v, Value key) {
  auto *b = v.as<Bytes>();
  if (!isExactly(key, types::Slice)) {
    int64_t i;
    TRY(sequenceIndex(t, key, b->length, "byte", "index out of range", i));
    return makeInt(int64_t(b->data[i]));
  }
  SliceBounds bounds;
  TRY(sliceBounds(t, key, b->length, bounds));
  if (bounds.step == 1) return BytesView(v).slice(bounds.start, bounds.start + bounds.count);
  llvm::SmallVector<uint8_t, 64> picked;
  for (int64_t i = 0; i < bounds.count; ++i) picked.push_back(b->data[bounds.start + i * bounds.step]);
  return makeBytes(picked);
}

Ref bytesConcat(Thread &t, Value a, Value b) {
  Buffer x, y;
  if (!exportsBuffer(a) || !exportsBuffer(b) || !x.open(t, a) || !y.open(t, b)) {
    clearPending(t);
    return raise(t, types::TypeError, "can't concat % to %", typeOf(b)->fullName(), typeOf(a)->fullName());
  }
  if (!x.size() && isExactly(b, types::Bytes)) return Ref::share(b);
  if (!y.size() && isExactly(a, types::Bytes)) return Ref::share(a);
  Bytes *result = allocate(types::Bytes, x.size() + y.size());
  std::memcpy(result->data, x.data(), size_t(x.size()));
  std::memcpy(result->data + x.size(), y.data(), size_t(y.size()));
  return Ref::take(Value(result));
}

Ref bytesMod(Thread &t, Value a, Value b) {
  if (!isBytes(a)) return Ref::notImplemented();
  return percentFormatBytes(t, a, b);
}

Status bytesGetBuffer(Thread &t, Value v, BufferInfo &info, int request) {
  auto *b = v.as<Bytes>();
  return fillBuffer(t, info, v, b->data, b->length, true, request);
}

Ref bytesIter(Thread &, Value v) {
  auto *it = heap::make<BytesIterator>(types::BytesIterator);
  it->bytes = BytesRef::share(v.as<Bytes>()).release();
  return Ref::take(Value(it));
}

// --- construction ------------------------------------------------------------------------------------------

// Of a buffer or an iterable of ints.
Ref fromContents(Thread &t, Value source) {
  if (exportsBuffer(source)) {
    Buffer buffer;
    TRY(buffer.open(t, source, kBufferFullReadOnly));
    BytesRef copy = newBytes(buffer.size());
    copyContiguous(buffer.info(), copy->data, 'C');
    return copy;
  }
  if (isStr(source) || (!typeOf(source)->slots.iter && !typeOf(source)->slots.getItem))
    return raise(t, types::TypeError, "cannot convert '%' object to bytes", typeName(source));
  llvm::SmallVector<uint8_t, 64> bytes;
  if (!isList(source) && !isTuple(source)) CHECK(lengthHint(t, source, 0)); // what it raises counts
  TRY(collectBytes(t, source, "bytes must be in range(0, 256)", bytes));
  return makeBytes(bytes);
}

Ref ofZeros(int64_t n) {
  if (!n) return makeBytes({});
  BytesRef zeros = newBytes(n);
  std::memset(zeros->data, 0, size_t(n));
  return zeros;
}

Ref fromObject(Thread &t, Value source) {
  if (isExactly(source, types::Bytes)) return Ref::share(source);
  bool found;
  Ref converted = callSpecial(t, source, names::special_bytes, {}, found);
  if (found) {
    if (converted && !isBytes(converted))
      return raise(t, types::TypeError, "__bytes__ returned non-bytes (type %)", typeName(converted));
    return converted;
  }
  if (t.hasPending()) return {};
  if (isStr(source)) return raise(t, types::TypeError, "string argument without an encoding");
  int64_t size;
  if (TRY(byteCount(t, source, size))) return ofZeros(size);
  return fromContents(t, source);
}

Ref fromArguments(Thread &t, Value source, Value encoding, Value errors) {
  if (!encoding.empty()) {
    TRY(needStr(t, encoding, "bytes", "encoding"));
  }
  if (!errors.empty()) {
    TRY(needStr(t, errors, "bytes", "errors"));
  }
  if (!encoding.empty()) {
    if (source.empty() || !isStr(source))
      return raise(t, types::TypeError, "encoding without a string argument");
    return encodedArgument(t, source, encoding, errors);
  }
  if (!errors.empty())
    return raise(t, types::TypeError,
                 !source.empty() && isStr(source) ? "string argument without an encoding"
                                                  : "errors without a string argument");
  return source.empty() ? Ref(makeBytes({})) : fromObject(t, source);
}

Ref bytesNew(Thread &t, const Value *args) {
  Ref bytes = TRY(fromArguments(t, args[1], args[2], args[3]));
  Type *type = args[0].as<Type>();
  if (type == &types::Bytes) return bytes;
  return Ref::take(Value(makeFresh(*type, bytes.as<Bytes>()->bytes())));
}

Ref bytesFromHex(Thread &t, const Value *args) {
  llvm::SmallVector<uint8_t, 64> bytes;
  TRY(parseHex(t, args[1], bytes));
  Ref result = makeBytes(bytes);
  if (args[0].object() == &types::Bytes) return result;
  return call(t, args[0], {result.get()});
}

Ref bytesBytes(Thread &, const Value *args) { return exactBytes(selfBytes(args)); }

Ref bytesGetNewArgs(Thread &, const Value *args) {
  Ref copy = exactBytes(selfBytes(args));
  return packTuple(copy.get());
}

Ref bytesSizeOf(Thread &, const Value *args) { return makeInt(33 + selfBytes(args)->length); }

NativeDef kBytesTypeMethods[] = {
    {"__new__", bytesNew, "!($type, source=<absent>, encoding=<absent>, errors=<absent>)",
     "Make a new object of the class."},
    {"__bytes__", bytesBytes, "($self, /)", "Return the bytes as an object of the very class bytes."},
    {"__getnewargs__", bytesGetNewArgs, "!($self, /)", nullptr},
    {"__sizeof__", bytesSizeOf, "($self, /)", "The bytes of memory the object occupies."},
    {"fromhex", bytesFromHex, "($type, string, /)",
     "Make a bytes object from pairs of hexadecimal digits, between which there may be whitespace.",
     NativeKind::Class},
};

llvm::ArrayRef<NativeDef> bytesMethods() {
  static const std::vector<NativeDef> all = [] {
    std::vector<NativeDef> rows(std::begin(kBytesTypeMethods), std::end(kBytesTypeMethods));
    for (llvm::ArrayRef<NativeDef> table : {bytesSearchMethods(), bytesSplitMethods(), bytesTextMethods()})
      rows.insert(rows.end(), table.begin(), table.end());
    return rows;
  }();
  return all;
}

} // namespace

Ref coil::vm::bytesFrom(Thread &t, Value source) {
  if (isExactly(source, types::Bytes)) return Ref::share(source);
  bool found;
  Ref converted = callSpecial(t, source, names::special_bytes, {}, found);
  if (!found) return t.hasPending() ? Ref() : fromContents(t, source);
  if (converted && !isBytes(converted))
    return raise(t, types::TypeError, "__bytes__ returned non-bytes (type %)", typeName(converted));
  return converted;
}

namespace {

// --- iterator ----------------------------------------------------------------------------------------------

Ref bytesIteratorNext(Thread &, Value v) {
  auto *it = v.as<BytesIterator>();
  if (!it->bytes) return {};
  if (it->index < it->bytes->length) return Ref::smallInt(it->bytes->data[it->index++]);
  replaceOwned<Bytes>(it->bytes, nullptr);
  return {};
}

Ref bytesIteratorHint(Thread &, const Value *args) {
  auto *it = args[0].as<BytesIterator>();
  return makeInt(it->bytes ? it->bytes->length - it->index : 0);
}

Ref bytesIteratorReduce(Thread &t, const Value *args) {
  auto *it = args[0].as<BytesIterator>();
  return reduceIterator(t, it->bytes ? Value(it->bytes) : Value(), it->index);
}

Ref bytesIteratorSetState(Thread &t, const Value *args) {
  auto *it = args[0].as<BytesIterator>();
  int64_t i = TRY(requiredInt64(t, args[1]));
  if (it->bytes) it->index = std::clamp<int64_t>(i, 0, it->bytes->length);
  return Ref::none();
}

NativeDef kBytesIteratorMethods[] = {
    {"__length_hint__", bytesIteratorHint, "!($self, /)",
     "How many items are still to come, as far as is known."},
    {"__reduce__", bytesIteratorReduce, "!($self, /)",
     "What pickle and copy need to go on from the same place."},
    {"__setstate__", bytesIteratorSetState, "!($self, state, /)",
     "Go to the given position, which __reduce__ told."},
};

} // namespace

const TypeSpec coil::vm::kBytesSpec = {
    .name = "bytes",
    .size = sizeof(Bytes),
    .flags = kTypeBase | kTypeBytesSubclass | kTypeMatchSelf,
    .fillSlots =
        [](Slots &s) {
          s.repr = bytesRepr, s.str = bytesStr, s.hash = bytesHash, s.compare = bytesCompare,
          s.iter = bytesIter, s.len = bytesLen, s.getItem = bytesGetItem, s.contains = bytesContain,
          s.concat = bytesConcat, s.repeat = repeatBytes, s.mod = bytesMod, s.getBuffer = bytesGetBuffer;
        },
    .extraSize = [](const Object *o) { return Bytes::dataSize(static_cast<const Bytes *>(o)->length); },
    .methods = bytesMethods(),
    .doc = "bytes(), bytes(size), bytes(source), bytes(string, encoding[, errors]): an immutable array of "
           "bytes.\n\nA size gives that many zeros. A source is a bytes-like object, an object with "
           "__bytes__, or\nan iterable of integers from 0 to 255. A string is encoded.",
};

const TypeSpec coil::vm::kBytesIteratorSpec = {
    .name = "bytes_iterator",
    .size = sizeof(BytesIterator),
    .flags = kTypeGc | kTypeNoInstantiate,
    .fillSlots = [](Slots &s) { s.iter = selfIter, s.next = bytesIteratorNext; },
    .traverse = [](Object *o, Visitor &v) { v.visitPointer(static_cast<BytesIterator *>(o)->bytes); },
    .clear = [](Object *o) { replaceOwned<Bytes>(static_cast<BytesIterator *>(o)->bytes, nullptr); },
    .methods = kBytesIteratorMethods,
};
