// bytearray: storage, construction, operators and iterator. The methods that change one are in
// ByteArrayMethods.cpp, those that it shares with bytes in Bytes*.cpp.
#include "VM/Types/ByteArray.h"
#include "VM/Bind/Native.h"
#include "VM/Protocol/Buffer.h"
#include "VM/Types/ByteArrayMethods.h"
#include "VM/Types/BytesMethods.h"
#include "VM/Types/Int/Int.h"
#include "VM/Types/Sequence.h"
#include "VM/Types/Str/PercentFormat.h"
#include "VM/Types/Str/StrMethods.h"
#include "VM/Types/Str/TextAlgorithms.h"
#include "VM/Types/Type/Mro.h"
#include <cstring>

using namespace coil::vm;

namespace {

struct ByteArrayIterator : Object {
  ByteArray *bytes; // owned; null once exhausted
  int64_t index;
};

uint8_t emptyContents[1]; // where an array without a block starts

} // namespace

ByteArrayRef coil::vm::makeByteArray(llvm::ArrayRef<uint8_t> bytes) {
  auto *b = heap::make<ByteArray>(types::ByteArray);
  b->start = emptyContents;
  if (!bytes.empty()) {
    b->length = int64_t(bytes.size());
    b->allocated = b->length + 1;
    b->block = b->start = static_cast<uint8_t *>(std::malloc(size_t(b->allocated)));
    std::memcpy(b->start, bytes.data(), bytes.size());
    b->start[b->length] = 0;
  }
  return ByteArrayRef::take(b);
}

Status coil::vm::checkResizable(Thread &t, ByteArray *b) {
  if (!b->exports) return Status::ok();
  return raise(t, types::BufferError, "Existing exports of data: object cannot be re-sized");
}

// CPython's rules, which __alloc__ shows.
Status coil::vm::resizeByteArray(Thread &t, ByteArray *b, int64_t length) {
  if (length == b->length) return Status::ok();
  TRY(checkResizable(t, b));
  int64_t offset = b->block ? b->start - b->block : 0, allocated = b->allocated;
  if (length + offset + 1 <= allocated) {
    if (length >= allocated / 2) {
      b->length = length;
      b->start[length] = 0;
      return Status::ok();
    }
    allocated = length + 1;
  } else if (double(length) <= double(allocated) * 1.125) {
    allocated = length + (length >> 3) + (length < 9 ? 3 : 6);
  } else {
    allocated = length + 1;
  }
  auto *block = static_cast<uint8_t *>(std::malloc(size_t(allocated)));
  if (!block) return raise(t, types::MemoryError, "");
  std::memcpy(block, b->start, size_t(std::min(length, b->length)));
  std::free(b->block);
  b->block = b->start = block;
  b->length = length;
  b->allocated = allocated;
  block[length] = 0;
  return Status::ok();
}

Status coil::vm::replaceBytes(Thread &t, ByteArray *b, int64_t from, int64_t to,
                              llvm::ArrayRef<uint8_t> with) {
  int64_t size = int64_t(with.size()), growth = size - (to - from);
  if (growth < 0) {
    TRY(checkResizable(t, b));
    if (from == 0)
      b->start -= growth; // dropping bytes at the front moves nothing
    else
      std::memmove(b->start + from + size, b->start + to, size_t(b->length - to));
    TRY(resizeByteArray(t, b, b->length + growth));
  } else if (growth > 0) {
    int64_t tail = b->length - to;
    TRY(resizeByteArray(t, b, b->length + growth));
    std::memmove(b->start + from + size, b->start + to, size_t(tail));
  }
  if (size) std::memcpy(b->start + from, with.data(), with.size());
  return Status::ok();
}

Result<uint8_t> coil::vm::byteValue(Thread &t, Value v) {
  int64_t byte = TRY(indexInt64(t, v, true));
  if (byte < 0 || byte > 255) return raise(t, types::ValueError, "byte must be in range(0, 256)");
  return uint8_t(byte);
}

namespace {

ByteArray *self(const Value *args) { return args[0].as<ByteArray>(); }

// --- construction ------------------------------------------------------------------------------------------

Ref byteArrayNew(Thread &, Value, const CallArgs &args) {
  auto *b = heap::make<ByteArray>(*args.values[0].as<Type>());
  b->start = emptyContents;
  return Ref::take(Value(b));
}

Status fillFromText(Thread &t, ByteArray *b, Value text, Value encoding, Value errors) {
  if (encoding.empty()) return raise(t, types::TypeError, "string argument without an encoding");
  Ref encoded = TRY(encodedArgument(t, text, encoding, errors));
  Buffer buffer;
  TRY(buffer.open(t, encoded));
  return replaceBytes(t, b, 0, b->length, buffer.bytes());
}

Status fillFromObject(Thread &t, ByteArray *b, Value source) {
  int64_t count;
  if (TRY(byteCount(t, source, count))) {
    TRY(resizeByteArray(t, b, count));
    std::memset(b->start, 0, size_t(count));
    return Status::ok();
  }
  if (exportsBuffer(source)) {
    Buffer buffer;
    TRY(buffer.open(t, source, kBufferFullReadOnly));
    TRY(resizeByteArray(t, b, buffer.size()));
    copyContiguous(buffer.info(), b->start, 'C');
    return Status::ok();
  }
  if (!typeOf(source)->slots.iter && !typeOf(source)->slots.getItem)
    return raise(t, types::TypeError, "cannot convert '%' object to bytearray", typeName(source));
  Ref iterator = TRY(iterate(t, source));
  while (Ref item = nextItem(t, iterator)) {
    uint8_t byte = TRY(byteValue(t, item));
    TRY(appendByte(t, b, byte));
  }
  return t.hasPending() ? Status() : Status::ok();
}

Ref byteArrayInit(Thread &t, const Value *args) {
  ByteArray *b = self(args);
  Value source = args[1], encoding = args[2], errors = args[3];
  if (!encoding.empty()) TRY(needStr(t, encoding, "bytearray", "encoding"));
  if (!errors.empty()) TRY(needStr(t, errors, "bytearray", "errors"));
  TRY(resizeByteArray(t, b, 0));
  if (!source.empty() && isStr(source)) {
    TRY(fillFromText(t, b, source, encoding, errors));
    return Ref::none();
  }
  if (!encoding.empty() || !errors.empty())
    return raise(t, types::TypeError, "% without a string argument",
                 encoding.empty() ? "errors" : "encoding");
  if (!source.empty()) TRY(fillFromObject(t, b, source));
  return Ref::none();
}

// --- operators ---------------------------------------------------------------------------------------------

Ref byteArrayRepr(Thread &, Value v) {
  std::string text =
      v.object()->type->nameText().str() + "(" + bytesLiteral(v.as<ByteArray>()->bytes(), true);
  return makeStr(text + ")");
}

Result<int64_t> byteArrayLen(Thread &, Value v) { return v.as<ByteArray>()->length; }

Ref byteArrayStr(Thread &t, Value v) {
  CHECK(warnOfStr(t, "bytearray"));
  return byteArrayRepr(t, v);
}

Ref byteArrayCompare(Thread &t, Value a, Value b, CompareOp op) {
  CHECK(warnOfComparison(t, "bytearray", a, b, op));
  Buffer x, y;
  if (!exportsBuffer(b) || !x.open(t, a) || !y.open(t, b)) {
    clearPending(t);
    return Ref::notImplemented();
  }
  if ((op == CompareOp::Eq || op == CompareOp::Ne) && x.size() != y.size())
    return Ref::boolean(op == CompareOp::Ne);
  int order = std::memcmp(x.data(), y.data(), size_t(std::min(x.size(), y.size())));
  if (!order) order = x.size() < y.size() ? -1 : x.size() > y.size();
  return compareResult(order, op);
}

Ref byteArrayGetItem(Thread &t, Value v, Value key) {
  auto *b = v.as<ByteArray>();
  if (!isExactly(key, types::Slice)) {
    int64_t i;
    TRY(sequenceIndex(t, key, b->length, "bytearray", "bytearray index out of range", i));
    return Ref::smallInt(b->start[i]);
  }
  SliceBounds bounds;
  TRY(sliceBounds(t, key, b->length, bounds));
  if (bounds.step == 1) return makeByteArray({b->start + bounds.start, size_t(bounds.count)});
  llvm::SmallVector<uint8_t, 64> picked;
  for (int64_t i = 0; i < bounds.count; ++i) picked.push_back(b->start[bounds.start + i * bounds.step]);
  return makeByteArray(picked);
}

Status deleteExtended(Thread &t, ByteArray *b, SliceBounds s) {
  TRY(checkResizable(t, b));
  if (!s.count) return Status::ok();
  if (s.step < 0) s.start += (s.count - 1) * s.step, s.step = -s.step;
  int64_t to = s.start, next = s.start, left = s.count;
  for (int64_t i = s.start; i < b->length; ++i) {
    if (left && i == next)
      next += s.step, --left;
    else
      b->start[to++] = b->start[i];
  }
  return resizeByteArray(t, b, to);
}

Status assignSlice(Thread &t, ByteArray *b, Value key, llvm::ArrayRef<uint8_t> bytes) {
  SliceBounds s;
  TRY(sliceBounds(t, key, b->length, s));
  if (s.step == 1) return replaceBytes(t, b, s.start, std::max(s.start, s.stop), bytes);
  if (bytes.empty()) return deleteExtended(t, b, s);
  if (int64_t(bytes.size()) != s.count)
    return raise(t, types::ValueError, "attempt to assign bytes of size % to extended slice of size %",
                 bytes.size(), s.count);
  for (int64_t i = 0; i < s.count; ++i) b->start[s.start + i * s.step] = bytes[size_t(i)];
  return Status::ok();
}

// b[slice] = value: a bytearray made of the value comes first, since that may run Python code.
Status setSlice(Thread &t, ByteArray *b, Value key, Value value) {
  if (value.empty()) return assignSlice(t, b, key, {});
  const Slots &slots = typeOf(value)->slots;
  bool number = isIntLike(value) || isFloatLike(value) || slots.toInt || slots.index || slots.toFloat ||
                isInstance(value, types::Complex);
  if (number || isStr(value))
    return raise(t, types::TypeError,
                 "can assign only bytes, buffers, or iterables of ints in range(0, 256)");
  ByteArrayRef copy = makeByteArray({});
  TRY(fillFromObject(t, copy, value));
  return assignSlice(t, b, key, copy->bytes());
}

Status byteArraySetItem(Thread &t, Value v, Value key, Value value) {
  auto *b = v.as<ByteArray>();
  if (isExactly(key, types::Slice)) return setSlice(t, b, key, value);
  if (!isIntLike(key) && !typeOf(key)->slots.index)
    return raise(t, types::TypeError, "bytearray indices must be integers or slices, not %", typeName(key));
  int64_t i = TRY(indexInt64(t, key));
  uint8_t byte = value.empty() ? 0 : TRY(byteValue(t, value)); // may change the size
  if (i < 0) i += b->length;
  if (i < 0 || i >= b->length) return raise(t, types::IndexError, "bytearray index out of range");
  if (value.empty()) return replaceBytes(t, b, i, i + 1, {});
  b->start[i] = byte;
  return Status::ok();
}

Ref byteArrayConcat(Thread &t, Value a, Value b) {
  Buffer x, y;
  if (!exportsBuffer(a) || !exportsBuffer(b) || !x.open(t, a) || !y.open(t, b)) {
    clearPending(t);
    return raise(t, types::TypeError, "can't concat % to %", typeOf(b)->fullName(), typeOf(a)->fullName());
  }
  ByteArrayRef result = makeByteArray(x.bytes());
  CHECK(replaceBytes(t, result, result->length, result->length, y.bytes()));
  return result;
}

Ref byteArrayInplaceConcat(Thread &t, Value a, Value b) {
  auto *array = a.as<ByteArray>();
  Buffer other; // of the array itself, too, which then cannot grow
  if (!exportsBuffer(b) || !other.open(t, b)) {
    clearPending(t);
    return raise(t, types::TypeError, "can't concat % to %", typeOf(b)->fullName(), typeOf(a)->fullName());
  }
  CHECK(replaceBytes(t, array, array->length, array->length, other.bytes()));
  return Ref::share(a);
}

Ref byteArrayInplaceRepeat(Thread &t, Value v, Value count) {
  auto *b = v.as<ByteArray>();
  int64_t length = b->length, n = TRY(repeatCount(t, count, length));
  CHECK(resizeByteArray(t, b, n * length));
  for (int64_t i = 1; i < n; ++i) std::memcpy(b->start + i * length, b->start, size_t(length));
  return Ref::share(v);
}

Ref byteArrayMod(Thread &t, Value a, Value b) {
  if (!isByteArray(a)) return Ref::notImplemented();
  return percentFormatBytes(t, a, b);
}

Ref byteArrayIter(Thread &, Value v) {
  auto *it = heap::make<ByteArrayIterator>(types::ByteArrayIterator);
  it->bytes = ByteArrayRef::share(v.as<ByteArray>()).release();
  return Ref::take(Value(it));
}

Status byteArrayGetBuffer(Thread &t, Value v, BufferInfo &info, int request) {
  auto *b = v.as<ByteArray>();
  TRY(fillBuffer(t, info, v, b->start, b->length, false, request));
  ++b->exports;
  return Status::ok();
}

void byteArrayReleaseBuffer(Value v, BufferInfo &) { --v.as<ByteArray>()->exports; }

void byteArrayClear(Object *o) {
  auto *b = static_cast<ByteArray *>(o);
  std::free(b->block);
  b->block = nullptr;
  b->start = emptyContents;
  b->length = b->allocated = 0;
}

NativeDef kByteArrayTypeMethods[] = {
    {"__new__", byteArrayNew, "!($type, *args, **kwargs)", "Make a new object of the class."},
    {"__init__", byteArrayInit, "!($self, source=<absent>, encoding=<absent>, errors=<absent>)",
     "Set the object up from the arguments; the help of its class tells which they are."},
};

// --- iterator ----------------------------------------------------------------------------------------------

Ref iteratorNext(Thread &, Value v) {
  auto *it = v.as<ByteArrayIterator>();
  if (!it->bytes) return {};
  if (it->index < it->bytes->length) return Ref::smallInt(it->bytes->start[it->index++]);
  replaceOwned<ByteArray>(it->bytes, nullptr);
  return {};
}

Ref iteratorHint(Thread &, const Value *args) {
  auto *it = args[0].as<ByteArrayIterator>();
  return makeInt(it->bytes ? std::max<int64_t>(it->bytes->length - it->index, 0) : 0);
}

Ref iteratorReduce(Thread &t, const Value *args) {
  auto *it = args[0].as<ByteArrayIterator>();
  return reduceIterator(t, it->bytes ? Value(it->bytes) : Value(), it->index);
}

Ref iteratorSetState(Thread &t, const Value *args) {
  auto *it = args[0].as<ByteArrayIterator>();
  int64_t i = TRY(requiredInt64(t, args[1]));
  if (it->bytes) it->index = std::clamp<int64_t>(i, 0, it->bytes->length);
  return Ref::none();
}

NativeDef kIteratorMethods[] = {
    {"__length_hint__", iteratorHint, "!($self, /)", "How many items are still to come, as far as is known."},
    {"__reduce__", iteratorReduce, "($self, /)", "What pickle and copy need to go on from the same place."},
    {"__setstate__", iteratorSetState, "!($self, state, /)",
     "Go to the given position, which __reduce__ told."},
};

// Of the rows that bytes has, too, those whose description names the type.
void describe(std::vector<NativeDef> &rows) {
  static constexpr std::pair<const char *, const char *> kDocs[] = {
      {"decode", "Decode to a string. errors names the handler for bytes that are no text in the encoding."},
      {"hex", "The bytes as hexadecimal digits, with the character sep between groups of bytes_per_sep "
              "bytes.\n\nGroups are counted from the right, or from the left if the number is "
              "negative.\n\n>>> data = bytearray(b'\\x01\\x23\\x45\\x67\\x89')\n>>> "
              "data.hex()\n'0123456789'\n>>> data.hex(':')\n'01:23:45:67:89'\n>>> data.hex(':', "
              "2)\n'01:2345:6789'\n>>> data.hex(':', -2)\n'0123:4567:89'"},
      {"join",
       "Join the items of an iterable of bytes-like objects, with this one between them, to a bytearray."},
      {"partition", "Split at the first separator: (what is before it, the separator, what is behind "
                    "it).\n\nWithout one: (a copy of all, empty, empty)."},
      {"rpartition", "Split at the last separator: (what is before it, the separator, what is behind "
                     "it).\n\nWithout one: (empty, empty, a copy of all)."},
      {"removeprefix", "A copy without the prefix, if it begins with that."},
      {"removesuffix", "A copy without the suffix, if it ends with that."},
      {"split", "Split at a separator, from the left, into a list of bytearrays.\n\nNone stands for runs of "
                "ASCII whitespace, of which those at the ends make no empty parts.\nmaxsplit limits the "
                "splits unless it is -1."},
      {"rsplit", "Split at a separator, from the right, into a list of bytearrays.\n\nNone stands for runs "
                 "of ASCII whitespace, of which those at the ends make no empty parts.\nmaxsplit limits the "
                 "splits unless it is -1."},
      {"splitlines", "The lines as a list of bytearrays, with their ends if keepends is true. \\n, \\r and "
                     "\\r\\n end a line."},
  };
  for (NativeDef &row : rows)
    for (auto [name, doc] : kDocs)
      if (row.name == llvm::StringRef(name)) row.doc = doc;
}

llvm::ArrayRef<NativeDef> byteArrayMethods() {
  static const std::vector<NativeDef> all = [] {
    std::vector<NativeDef> rows(std::begin(kByteArrayTypeMethods), std::end(kByteArrayTypeMethods));
    for (llvm::ArrayRef<NativeDef> table : {bytesSearchMethods(), bytesSplitMethods(), bytesTextMethods()})
      rows.insert(rows.end(), table.begin(), table.end());
    describe(rows);
    llvm::ArrayRef<NativeDef> own = byteArrayOwnMethods();
    rows.insert(rows.end(), own.begin(), own.end());
    return rows;
  }();
  return all;
}

} // namespace

Status coil::vm::extendByteArray(Thread &t, ByteArray *b, Value source) {
  if (!exportsBuffer(source)) return fillFromObject(t, b, source);
  Buffer other;
  if (source.object() == b) { // its own buffer would forbid it to grow
    llvm::SmallVector<uint8_t, 64> copy(b->bytes());
    return replaceBytes(t, b, b->length, b->length, copy);
  }
  TRY(other.open(t, source));
  return replaceBytes(t, b, b->length, b->length, other.bytes());
}

const TypeSpec coil::vm::kByteArraySpec = {
    .name = "bytearray",
    .size = sizeof(ByteArray),
    .flags = kTypeBase | kTypeMatchSelf,
    .fillSlots =
        [](Slots &s) {
          s.repr = byteArrayRepr, s.str = byteArrayStr, s.hash = hashNotImplemented,
          s.compare = byteArrayCompare, s.iter = byteArrayIter, s.len = byteArrayLen,
          s.getItem = byteArrayGetItem, s.setItem = byteArraySetItem, s.contains = bytesContain,
          s.concat = byteArrayConcat, s.repeat = repeatBytes, s.inplaceConcat = byteArrayInplaceConcat,
          s.inplaceRepeat = byteArrayInplaceRepeat, s.mod = byteArrayMod, s.getBuffer = byteArrayGetBuffer,
          s.releaseBuffer = byteArrayReleaseBuffer;
        },
    .clear = byteArrayClear,
    .methods = byteArrayMethods(),
    .doc = "bytearray(), bytearray(size), bytearray(source), bytearray(string, encoding[, errors]): "
           "a\nmutable array of bytes.\n\nA size gives that many zeros. A source is a bytes-like object, "
           "which is copied, or an\niterable of integers from 0 to 255. A string is encoded.",
};

const TypeSpec coil::vm::kByteArrayIteratorSpec = {
    .name = "bytearray_iterator",
    .size = sizeof(ByteArrayIterator),
    .flags = kTypeGc | kTypeNoInstantiate,
    .fillSlots = [](Slots &s) { s.iter = selfIter, s.next = iteratorNext; },
    .traverse = [](Object *o, Visitor &v) { v.visitPointer(static_cast<ByteArrayIterator *>(o)->bytes); },
    .clear = [](Object *o) { replaceOwned<ByteArray>(static_cast<ByteArrayIterator *>(o)->bytes, nullptr); },
    .methods = kIteratorMethods,
};
