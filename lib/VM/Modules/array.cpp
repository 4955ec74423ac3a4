// array: sequences of machine values.
#include "VM/Core/Audit.h"
#include "VM/Core/Names.h"
#include "VM/Import/Import.h"
#include "VM/Modules/Modules.h"
#include "VM/Modules/_struct/Format.h"
#include "VM/Protocol/Buffer.h"
#include "VM/Types/ByteArray.h"
#include "VM/Types/Bytes.h"
#include "VM/Types/Int/Int.h"
#include "VM/Types/List.h"
#include "VM/Types/Sequence.h"
#include "VM/Types/Str/Codec.h"
#include "VM/Types/Str/TextArguments.h"
#include "VM/Types/Tuple.h"
#include "VM/Types/Type/Mro.h"
#include <cstring>

using namespace coil::vm;

namespace {

Type arrayType, arrayIteratorType;

// The type codes, with the code of their format in pickles (the little-endian one, and how many follow each
// other for it: the big-endian one is the next).
struct Kind {
  char code;
  uint8_t size;
  uint8_t machineFormat;
  const char *format;
};
constexpr Kind kKinds[] = {
    {'b', 1, 1, "b"},  {'B', 1, 0, "B"},  {'u', 4, 20, "w"}, {'h', 2, 4, "h"},  {'H', 2, 2, "H"},
    {'i', 4, 8, "i"},  {'I', 4, 6, "I"},  {'l', 8, 12, "l"}, {'L', 8, 10, "L"}, {'q', 8, 12, "q"},
    {'Q', 8, 10, "Q"}, {'f', 4, 14, "f"}, {'d', 8, 16, "d"},
};

const Kind *findKind(char32_t code) {
  for (const Kind &kind : kKinds)
    if (char32_t(kind.code) == code) return &kind;
  return nullptr;
}

struct Array : Object {
  const Kind *kind;
  uint8_t *items; // owned
  int64_t length, allocated, exports;

  llvm::ArrayRef<uint8_t> bytes() const { return {items, size_t(length * kind->size)}; }
  uint8_t *at(int64_t i) const { return items + i * kind->size; }
};
using ArrayObject = ObjectRef<Array>;

struct ArrayIterator : Object {
  Array *array; // owned; null once exhausted
  int64_t index;
};

Array *self(Value v) { return v.as<Array>(); }
Array *self(const Value *args) { return args[0].as<Array>(); }
bool isArray(Value v) { return isInstance(v, arrayType); }

// --- storage -----------------------------------------------------------------------------------------------

// CPython's growth, which __sizeof__ shows.
Status resize(Thread &t, Array *a, int64_t length) {
  if (a->exports && length != a->length)
    return raise(t, types::BufferError, "cannot resize an array that is exporting buffers");
  if (a->allocated >= length && a->length < length + 16 && a->items) {
    a->length = length;
    return Status::ok();
  }
  int64_t room = length ? (length >> 4) + (a->length < 8 ? 3 : 7) + length : 0;
  if (!room) {
    std::free(std::exchange(a->items, nullptr));
  } else {
    void *moved = std::realloc(a->items, size_t(room * a->kind->size));
    if (!moved) return raise(t, types::MemoryError, "");
    a->items = static_cast<uint8_t *>(moved);
  }
  a->length = length;
  a->allocated = room;
  return Status::ok();
}

ArrayObject newArray(Type &type, const Kind *kind, int64_t length) {
  auto *a = heap::make<Array>(type);
  a->kind = kind;
  a->length = a->allocated = length;
  if (length) a->items = static_cast<uint8_t *>(std::malloc(size_t(length * kind->size)));
  return ArrayObject::take(a);
}

ArrayObject copyOf(Array *a, int64_t from, int64_t to) {
  ArrayObject copy = newArray(arrayType, a->kind, std::max<int64_t>(to - from, 0));
  if (copy->length) std::memcpy(copy->items, a->at(from), copy->bytes().size());
  return copy;
}

// Replaces [from, to) by items of the same kind that do not lie in `a`.
Status replace(Thread &t, Array *a, int64_t from, int64_t to, llvm::ArrayRef<uint8_t> with) {
  int64_t size = a->kind->size, count = int64_t(with.size()) / size, length = a->length, tail = length - to;
  int64_t changed = length - (to - from) + count;
  if (a->exports && changed != length)
    return raise(t, types::BufferError, "cannot resize an array that is exporting buffers");
  if (changed < length)
    std::memmove(a->items + (from + count) * size, a->items + to * size, size_t(tail * size));
  TRY(resize(t, a, changed));
  if (changed > length && tail)
    std::memmove(a->items + (from + count) * size, a->items + to * size, size_t(tail * size));
  if (count) std::memcpy(a->at(from), with.data(), with.size());
  return Status::ok();
}

// --- items -------------------------------------------------------------------------------------------------

Ref itemAt(const Kind *kind, const uint8_t *from) {
  if (kind->code != 'u') return unpackItem({kind->code, kind->size, false}, from);
  uint32_t c;
  std::memcpy(&c, from, 4);
  return makeStrFromCodePoint(c);
}

Ref readItem(Thread &t, Array *a, int64_t i) {
  uint32_t c;
  if (a->kind->code == 'u' && (std::memcpy(&c, a->at(i), 4), c > 0x10ffff)) {
    char text[16];
    snprintf(text, sizeof text, "U+%x", c);
    return raise(t, types::ValueError, "character % is not in range [U+0000; U+10ffff]", std::string(text));
  }
  return itemAt(a->kind, a->at(i));
}

const char *smallName(char code) {
  switch (code) {
  case 'b': return "signed char";
  case 'B': return "unsigned byte integer";
  case 'h': return "signed short integer";
  case 'H': return "unsigned short";
  case 'i': return "signed integer";
  default: return "unsigned int";
  }
}

Status packInteger(Thread &t, const Kind *kind, Value v, uint8_t *to) {
  Ref number = TRY(index(t, v));
  IntView view(number);
  char code = kind->code;
  bool isSigned = code >= 'a', minus = view.negative();
  uint64_t bits = view.size() ? view.limbs()[0] : 0,
           most = (~uint64_t(0) >> (64 - 8 * kind->size)) >> isSigned;
  bool inside = view.size() <= 1 && (minus ? isSigned && bits <= most + 1 : bits <= most);
  if (!inside) {
    if (minus && (code == 'I' || code == 'L'))
      return raise(t, types::OverflowError, "can't convert negative value to unsigned int");
    if (minus && code == 'Q') return raise(t, types::OverflowError, "can't convert negative int to unsigned");
    if (code == 'q' || code == 'Q') return raise(t, types::OverflowError, "int too big to convert");
    bool wide = code == 'I' || code == 'L' ? view.size() > 1 : !view.fitsInt64();
    if (code == 'l' || code == 'L' || wide)
      return raise(t, types::OverflowError, "Python int too large to convert to C %",
                   code == 'L' || code == 'I' ? "unsigned long" : "long");
    return raise(t, types::OverflowError, "% is % than %", smallName(code), minus ? "less" : "greater",
                 minus ? "minimum" : "maximum");
  }
  storeInteger(minus ? 0 - bits : bits, to, kind->size, false);
  return Status::ok();
}

// Writes one item into 8 bytes of its own: the conversion may run Python code that changes the array.
Status packItem(Thread &t, const Kind *kind, Value v, uint8_t *to) {
  if (kind->code == 'u') {
    if (!isStr(v) || v.as<Str>()->length != 1)
      return raise(t, types::TypeError, "array item must be unicode character");
    storeInteger(v.as<Str>()->at(0), to, 4, false);
    return Status::ok();
  }
  if (kind->code != 'f' && kind->code != 'd') return packInteger(t, kind, v, to);
  double d = TRY(asDouble(t, v));
  uint64_t bits = kind->code == 'd' ? std::bit_cast<uint64_t>(d) : std::bit_cast<uint32_t>(float(d));
  storeInteger(bits, to, kind->size, false);
  return Status::ok();
}

Status insertItem(Thread &t, Array *a, int64_t i, Value v) {
  uint8_t packed[8];
  TRY(packItem(t, a->kind, v, packed));
  if (i < 0) i = std::max<int64_t>(i + a->length, 0);
  i = std::min(i, a->length);
  return replace(t, a, i, i, {packed, a->kind->size});
}

Status extendFrom(Thread &t, Array *a, Value source) {
  if (!isArray(source))
    return forEach(t, source, [&](Value item) { return insertItem(t, a, a->length, item); });
  if (self(source)->kind != a->kind)
    return raise(t, types::TypeError, "can only extend with array of same kind");
  llvm::SmallVector<uint8_t, 64> copy(self(source)->bytes());
  return replace(t, a, a->length, a->length, copy);
}

Status appendBytes(Thread &t, Array *a, llvm::ArrayRef<uint8_t> bytes) {
  if (bytes.size() % a->kind->size)
    return raise(t, types::ValueError, "bytes length not a multiple of item size");
  return replace(t, a, a->length, a->length, bytes);
}

Status appendText(Thread &t, Array *a, Str *s) {
  llvm::SmallVector<uint32_t, 32> units;
  for (int64_t i = 0; i < s->length; ++i) units.push_back(s->at(i));
  return replace(t, a, a->length, a->length,
                 {reinterpret_cast<const uint8_t *>(units.data()), units.size() * sizeof(uint32_t)});
}

// --- operators ---------------------------------------------------------------------------------------------

Ref textOf(Thread &t, Array *a) {
  StrBuilder out;
  for (int64_t i = 0; i < a->length; ++i) {
    Ref c = TRY(readItem(t, a, i));
    out.append(c.as<Str>());
  }
  return out.finish();
}

Ref listOf(Thread &t, Array *a) {
  ListRef list = newList(a->length);
  for (int64_t i = 0; i < a->length; ++i) listAppendOwned(list, TRY(readItem(t, a, i)).release());
  return list;
}

Ref arrayRepr(Thread &t, Value v) {
  Array *a = self(v);
  std::string head = a->type->nameText().str() + "('" + a->kind->code + "'";
  if (!a->length) return makeStr(head + ")");
  Ref contents = TRY(a->kind->code == 'u' ? textOf(t, a) : listOf(t, a));
  return makeStr(head + ", " + TRY(reprText(t, contents)) + ")");
}

Result<int64_t> arrayLen(Thread &, Value v) { return self(v)->length; }

Ref arrayCompare(Thread &t, Value x, Value y, CompareOp op) {
  if (!isArray(x) || !isArray(y)) return Ref::notImplemented();
  Array *a = self(x), *b = self(y);
  bool equality = op == CompareOp::Eq || op == CompareOp::Ne;
  if (equality && a->length != b->length) return Ref::boolean(op == CompareOp::Ne);
  for (int64_t i = 0; i < std::min(a->length, b->length); ++i) {
    Ref p = TRY(readItem(t, a, i)), q = TRY(readItem(t, b, i));
    if (TRY(compareBool(t, p, q, CompareOp::Eq))) continue;
    return equality ? Ref::boolean(op == CompareOp::Ne) : compare(t, p, q, op);
  }
  return compareResult(a->length < b->length ? -1 : a->length > b->length, op);
}

bool isIndex(Value v) { return isIntLike(v) || typeOf(v)->slots.index; }

Ref arrayGetItem(Thread &t, Value v, Value key) {
  Array *a = self(v);
  if (isExactly(key, types::Slice)) {
    SliceBounds b;
    CHECK(sliceBounds(t, key, a->length, b));
    if (b.step == 1) return copyOf(a, b.start, b.start + b.count);
    ArrayObject result = newArray(arrayType, a->kind, b.count);
    for (int64_t i = 0; i < b.count; ++i)
      std::memcpy(result->at(i), a->at(b.start + i * b.step), a->kind->size);
    return result;
  }
  if (!isIndex(key)) return raise(t, types::TypeError, "array indices must be integers");
  int64_t i;
  CHECK(sequenceIndex(t, key, a->length, "array", "array index out of range", i));
  return readItem(t, a, i);
}

Status deleteExtended(Thread &t, Array *a, SliceBounds b) {
  if (a->exports && b.count)
    return raise(t, types::BufferError, "cannot resize an array that is exporting buffers");
  if (b.step < 0) b.start += (b.count - 1) * b.step, b.step = -b.step;
  int64_t to = b.start, next = b.start, left = b.count;
  for (int64_t i = b.start; i < a->length; ++i) {
    if (left && i == next)
      next += b.step, --left;
    else
      std::memmove(a->at(to++), a->at(i), a->kind->size);
  }
  return b.count ? resize(t, a, to) : Status::ok();
}

Status setSlice(Thread &t, Array *a, Value key, Value value) {
  llvm::SmallVector<uint8_t, 64> with;
  if (!value.empty()) {
    if (!isArray(value))
      return raise(t, types::TypeError, "can only assign array (not \"%\") to array slice", typeName(value));
    if (self(value)->kind != a->kind)
      return raise(t, types::TypeError, "bad argument type for built-in operation");
    with.assign(self(value)->bytes().begin(), self(value)->bytes().end());
  }
  SliceBounds b;
  TRY(sliceBounds(t, key, a->length, b));
  if (b.step == 1) return replace(t, a, b.start, std::max(b.start, b.stop), with);
  if (with.empty()) return deleteExtended(t, a, b);
  int64_t count = int64_t(with.size()) / a->kind->size;
  if (count != b.count)
    return raise(t, types::ValueError, "attempt to assign array of size % to extended slice of size %", count,
                 b.count);
  for (int64_t i = 0; i < count; ++i)
    std::memcpy(a->at(b.start + i * b.step), with.data() + i * a->kind->size, a->kind->size);
  return Status::ok();
}

Status arraySetItem(Thread &t, Value v, Value key, Value value) {
  Array *a = self(v);
  if (isExactly(key, types::Slice)) return setSlice(t, a, key, value);
  if (!isIndex(key)) return raise(t, types::TypeError, "array indices must be integers");
  int64_t i;
  constexpr const char *kRange = "array assignment index out of range";
  TRY(sequenceIndex(t, key, a->length, "array", kRange, i));
  if (value.empty()) return replace(t, a, i, i + 1, {});
  uint8_t packed[8];
  TRY(packItem(t, a->kind, value, packed));
  if (i >= a->length) return raise(t, types::IndexError, kRange);
  std::memcpy(a->at(i), packed, a->kind->size);
  return Status::ok();
}

Result<int64_t> findItem(Thread &t, Array *a, Value v, int64_t from, int64_t to) {
  for (int64_t i = from; i < a->length && i < to; ++i) {
    Ref item = TRY(readItem(t, a, i));
    if (TRY(compareBool(t, item, v, CompareOp::Eq))) return i;
  }
  return -1;
}

Result<bool> arrayContains(Thread &t, Value v, Value key) {
  return TRY(findItem(t, self(v), key, 0, INT64_MAX)) >= 0;
}

Ref arrayConcat(Thread &t, Value x, Value y) {
  if (!isArray(y))
    return raise(t, types::TypeError, "can only append array (not \"%\") to array", typeName(y));
  if (self(x)->kind != self(y)->kind)
    return raise(t, types::TypeError, "bad argument type for built-in operation");
  ArrayObject result = newArray(arrayType, self(x)->kind, self(x)->length + self(y)->length);
  if (self(x)->length) std::memcpy(result->items, self(x)->items, self(x)->bytes().size());
  if (self(y)->length) std::memcpy(result->at(self(x)->length), self(y)->items, self(y)->bytes().size());
  return result;
}

Ref arrayInplaceConcat(Thread &t, Value x, Value y) {
  if (!isArray(y))
    return raise(t, types::TypeError, "can only extend array with array (not \"%\")", typeName(y));
  CHECK(extendFrom(t, self(x), y));
  return Ref::share(x);
}

Ref arrayRepeat(Thread &t, Value v, Value count) {
  Array *a = self(v);
  int64_t n = TRY(repeatCount(t, count, a->length * a->kind->size));
  ArrayObject result = newArray(arrayType, a->kind, n * a->length);
  for (int64_t i = 0; i < n && a->length; ++i)
    std::memcpy(result->at(i * a->length), a->items, a->bytes().size());
  return result;
}

Ref arrayInplaceRepeat(Thread &t, Value v, Value count) {
  Array *a = self(v);
  int64_t length = a->length, n = TRY(repeatCount(t, count, length * a->kind->size));
  if (length) CHECK(resize(t, a, n * length));
  for (int64_t i = 1; i < n && length; ++i)
    std::memcpy(a->at(i * length), a->items, size_t(length * a->kind->size));
  return Ref::share(v);
}

Ref arrayIter(Thread &, Value v) {
  auto *it = heap::make<ArrayIterator>(arrayIteratorType);
  it->array = ArrayObject::share(self(v)).release();
  return Ref::take(Value(it));
}

uint8_t emptyItems[8];

Status arrayGetBuffer(Thread &, Value v, BufferInfo &info, int request) {
  Array *a = self(v);
  info = {};
  info.exporter = retained(v);
  info.data = a->items ? a->items : emptyItems;
  info.length = int64_t(a->bytes().size());
  info.readOnly = false;
  info.itemSize = a->kind->size;
  info.format = (request & kBufferFormat) ? a->kind->format : nullptr;
  info.shape = (request & kBufferNd) ? &a->length : nullptr;
  info.strides = info.wants(request, kBufferStrides) ? &info.itemSize : nullptr;
  ++a->exports;
  return Status::ok();
}

void arrayReleaseBuffer(Value v, BufferInfo &) { --self(v)->exports; }

// --- construction ------------------------------------------------------------------------------------------

Status fill(Thread &t, Array *a, Value source) {
  if (isStr(source)) return appendText(t, a, source.as<Str>());
  if (isBytes(source) || isByteArray(source)) {
    Buffer buffer;
    TRY(buffer.open(t, source));
    return appendBytes(t, a, buffer.bytes());
  }
  if (isArray(source) && self(source)->kind == a->kind) return extendFrom(t, a, source);
  return forEach(t, source, [&](Value item) { return insertItem(t, a, a->length, item); });
}

Ref arrayNew(Thread &t, Value, const CallArgs &args) {
  Type &type = *args.values[0].as<Type>();
  if (args.keywordCount() && &type == &arrayType)
    return raise(t, types::TypeError, "array.array() takes no keyword arguments");
  size_t given = args.positional - 1;
  if (given < 1) return raise(t, types::TypeError, "array() takes at least 1 argument (0 given)");
  if (given > 2) return raise(t, types::TypeError, "array() takes at most 2 arguments (% given)", given);
  Value code = args.values[1], source = given > 1 ? args.values[2] : Value();
  if (!isStr(code) || code.as<Str>()->length != 1)
    return raise(t, types::TypeError, "array() argument 1 must be a unicode character, not %",
                 argumentTypeName(code));
  CHECK(audit(t, "array.__new__", {code, source.empty() ? Value::none() : source}));
  char32_t c = code.as<Str>()->at(0);
  if (!source.empty() && c != 'u' && (isStr(source) || (isArray(source) && self(source)->kind->code == 'u')))
    return raise(t, types::TypeError, "cannot use a % to initialize an array with typecode '%'",
                 isStr(source) ? "str" : "unicode array", code.as<Str>());
  const Kind *kind = findKind(c);
  if (!kind)
    return raise(t, types::ValueError, "bad typecode (must be b, B, u, h, H, i, I, l, L, q, Q, f or d)");
  ArrayObject a = newArray(type, kind, 0);
  if (!source.empty()) CHECK(fill(t, a, source));
  // What comes all at once gets no room to grow.
  if (a->length && !source.empty() && (isList(source) || isTuple(source))) {
    a->items = static_cast<uint8_t *>(std::realloc(a->items, a->bytes().size()));
    a->allocated = a->length;
  }
  return a;
}

// --- methods -----------------------------------------------------------------------------------------------

Ref arrayAppend(Thread &t, const Value *args) {
  TRY(insertItem(t, self(args), INT64_MAX, args[1]));
  return Ref::none();
}

Ref arrayInsert(Thread &t, const Value *args) {
  int64_t i = TRY(sizeArgument(t, args[1]));
  TRY(insertItem(t, self(args), i, args[2]));
  return Ref::none();
}

Ref arrayExtend(Thread &t, const Value *args) {
  TRY(extendFrom(t, self(args), args[1]));
  return Ref::none();
}

Ref arrayBufferInfo(Thread &, const Value *args) {
  Ref address = makeIntUnsigned(reinterpret_cast<uint64_t>(self(args)->items)),
      n = makeInt(self(args)->length);
  return packTuple(address.get(), n.get());
}

Ref arrayByteSwap(Thread &, const Value *args) {
  Array *a = self(args);
  for (int64_t i = 0; i < a->length; ++i) std::reverse(a->at(i), a->at(i) + a->kind->size);
  return Ref::none();
}

Ref arrayCount(Thread &t, const Value *args) {
  int64_t n = 0;
  for (int64_t i = 0; i < self(args)->length; ++i) {
    Ref item = TRY(readItem(t, self(args), i));
    n += TRY(compareBool(t, item, args[1], CompareOp::Eq));
  }
  return makeInt(n);
}

Ref arrayIndex(Thread &t, const Value *args) {
  int64_t from, to;
  TRY(searchBounds(t, args[2], args[3], self(args)->length, from, to));
  int64_t i = TRY(findItem(t, self(args), args[1], from, to));
  if (i < 0) return raise(t, types::ValueError, "array.index(x): x not in array");
  return makeInt(i);
}

Ref arrayRemove(Thread &t, const Value *args) {
  int64_t i = TRY(findItem(t, self(args), args[1], 0, INT64_MAX));
  if (i < 0) return raise(t, types::ValueError, "array.remove(x): x not in array");
  if (i < self(args)->length) TRY(replace(t, self(args), i, i + 1, {})); // a comparison may have emptied it
  return Ref::none();
}

Ref arrayPop(Thread &t, const Value *args) {
  int64_t i = TRY(sizeArgument(t, args[1]));
  Array *a = self(args);
  if (!a->length) return raise(t, types::IndexError, "pop from empty array");
  if (i < 0) i += a->length;
  if (i < 0 || i >= a->length) return raise(t, types::IndexError, "pop index out of range");
  Ref item = TRY(readItem(t, a, i));
  TRY(replace(t, a, i, i + 1, {}));
  return item;
}

Ref arrayFromBytes(Thread &t, const Value *args) {
  Buffer buffer;
  TRY(buffer.open(t, args[1]));
  if (buffer.info().itemSize != 1) return raise(t, types::TypeError, "a bytes-like object is required");
  TRY(appendBytes(t, self(args), buffer.bytes()));
  return Ref::none();
}

Ref arrayFromFile(Thread &t, const Value *args) {
  int64_t n = TRY(sizeArgument(t, args[2])), size = self(args)->kind->size;
  if (n < 0) return raise(t, types::ValueError, "negative count");
  Ref wanted = makeInt(n * size), bytes = TRY(callMethod(t, args[1], names::read, {wanted.get()}));
  if (!isBytes(bytes)) return raise(t, types::TypeError, "read() didn't return bytes");
  bool enough = bytes.as<Bytes>()->length == n * size;
  TRY(appendBytes(t, self(args), bytes.as<Bytes>()->bytes()));
  if (!enough) return raise(t, types::EOFError, "read() didn't return enough bytes");
  return Ref::none();
}

Ref arrayToFile(Thread &t, const Value *args) {
  constexpr int64_t kBlock = 64 * 1024;
  for (int64_t at = 0; at < int64_t(self(args)->bytes().size()); at += kBlock) {
    BytesRef block = makeBytes(self(args)->bytes().drop_front(size_t(at)).take_front(kBlock));
    CHECK(callMethod(t, args[1], names::write, {Value(block)}));
  }
  return Ref::none();
}

Ref arrayFromList(Thread &t, const Value *args) {
  Array *a = self(args);
  if (!isList(args[1])) return raise(t, types::TypeError, "arg must be list");
  int64_t old = a->length;
  for (int64_t i = 0; i < args[1].as<List>()->length; ++i) {
    Ref item = Ref::share(args[1].as<List>()->items[i]);
    if (insertItem(t, a, a->length, item)) continue;
    a->length = std::min(old, a->length);
    return {};
  }
  return Ref::none();
}

Ref arrayFromUnicode(Thread &t, const Value *args) {
  if (!isStr(args[1]))
    return raise(t, types::TypeError, "fromunicode() argument must be str, not %", argumentTypeName(args[1]));
  if (self(args)->kind->code != 'u')
    return raise(t, types::ValueError, "fromunicode() may only be called on unicode type arrays");
  TRY(appendText(t, self(args), args[1].as<Str>()));
  return Ref::none();
}

Ref arrayToUnicode(Thread &t, const Value *args) {
  if (self(args)->kind->code != 'u')
    return raise(t, types::ValueError, "tounicode() may only be called on unicode type arrays");
  return textOf(t, self(args));
}

Ref arrayReverse(Thread &, const Value *args) {
  Array *a = self(args);
  for (int64_t i = 0, k = a->length - 1; i < k; ++i, --k)
    std::swap_ranges(a->at(i), a->at(i) + a->kind->size, a->at(k));
  return Ref::none();
}

Ref arrayToBytes(Thread &, const Value *args) { return makeBytes(self(args)->bytes()); }
Ref arrayToList(Thread &t, const Value *args) { return listOf(t, self(args)); }
Ref arrayCopy(Thread &, const Value *args) { return copyOf(self(args), 0, self(args)->length); }
Ref arraySizeOf(Thread &, const Value *args) {
  return makeInt(64 + self(args)->allocated * self(args)->kind->size);
}

Ref arrayReduceEx(Thread &t, const Value *args) {
  Array *a = self(args);
  if (!isIntLike(args[1])) return raise(t, types::TypeError, "__reduce_ex__ argument should be an integer");
  int64_t protocol = TRY(asInt64(t, args[1]));
  Ref dict;
  TRY(lookupAttr(t, args[0], names::special_dict, dict));
  if (!dict) dict = Ref::none();
  StrRef code = makeStrAscii({&a->kind->code, 1});
  if (protocol < 3) {
    Ref list = TRY(listOf(t, a));
    TupleRef parts = packTuple(Value(code), list.get());
    return packTuple(Value(a->type), Value(parts), dict.get());
  }
  BytesRef bytes = makeBytes(a->bytes());
  TupleRef parts =
      packTuple(Value(a->type), Value(code), Value::smallInt(a->kind->machineFormat), Value(bytes));
  Ref reconstructor = TRY(importAttribute(t, "array", "_array_reconstructor"));
  return packTuple(reconstructor.get(), Value(parts), dict.get());
}

Ref getTypeCode(Thread &, Value v) { return makeStrAscii({&self(v)->kind->code, 1}); }
Ref getItemSize(Thread &, Value v) { return makeInt(int(self(v)->kind->size)); }

// --- pickles of other machines -----------------------------------------------------------------------------

// One machine format code: how its items look.
struct MachineFormat {
  char code;
  uint8_t size;
  bool bigEndian;
};
constexpr MachineFormat kMachineFormats[] = {
    {'B', 1, false}, {'b', 1, false}, {'H', 2, false}, {'H', 2, true}, {'h', 2, false}, {'h', 2, true},
    {'I', 4, false}, {'I', 4, true},  {'i', 4, false}, {'i', 4, true}, {'Q', 8, false}, {'Q', 8, true},
    {'q', 8, false}, {'q', 8, true},  {'f', 4, false}, {'f', 4, true}, {'d', 8, false}, {'d', 8, true},
    {'u', 2, false}, {'u', 2, true},  {'u', 4, false}, {'u', 4, true},
};

Ref textItems(Thread &t, const MachineFormat &format, Value items) {
  const char *encoding = format.size == 2   ? format.bigEndian ? "utf-16-be" : "utf-16-le"
                         : format.bigEndian ? "utf-32-be"
                                            : "utf-32-le";
  return decodeBytes(t, items.as<Bytes>()->bytes(), encoding, "strict");
}

// The array's items from those of another machine, converted one by one where they look different here.
Ref arrayReconstruct(Thread &t, const Value *args) {
  if (!isType(args[0]))
    return raise(t, types::TypeError, "first argument must be a type object, not %",
                 argumentTypeName(args[0]));
  Type *type = args[0].as<Type>();
  if (!isStr(args[1]) || args[1].as<Str>()->length != 1)
    return raise(t, types::TypeError, "_array_reconstructor() argument 2 must be a unicode character, not %",
                 argumentTypeName(args[1]));
  int number = TRY(intArgument(t, args[2]));
  if (!isSubtype(type, &arrayType))
    return raise(t, types::TypeError, "% is not a subtype of array.array", type->fullName());
  const Kind *kind = findKind(args[1].as<Str>()->at(0));
  if (!kind) return raise(t, types::ValueError, "second argument must be a valid type code");
  if (number < 0 || number >= int(std::size(kMachineFormats)))
    return raise(t, types::ValueError, "third argument must be a valid machine format code.");
  if (!isBytes(args[3]))
    return raise(t, types::TypeError, "fourth argument should be bytes, not %", typeName(args[3]));
  const MachineFormat &format = kMachineFormats[number];
  Ref code = Ref::share(args[1]), contents = Ref::share(args[3]);
  if (number != kind->machineFormat) {
    llvm::ArrayRef<uint8_t> bytes = args[3].as<Bytes>()->bytes();
    if (bytes.size() % (format.code == 'u' ? 4 : format.size)) // CPython takes 4 for UTF-16, too
      return raise(t, types::ValueError, "string length not a multiple of item size");
    if (format.code == 'u') {
      contents = TRY(textItems(t, format, args[3]));
    } else {
      ListRef list = newList();
      for (size_t i = 0; i < bytes.size(); i += format.size)
        listAppendOwned(list,
                        unpackItem({format.code, format.size, format.bigEndian}, bytes.data() + i).release());
      contents = std::move(list);
    }
    // Integers go into the type that has their size and sign here.
    int little = format.size > 1 ? number & ~1 : number;
    for (const Kind &same : kKinds)
      if (little < 14 && same.machineFormat == little) code = makeStrAscii({&same.code, 1});
  }
  return call(t, args[0], {code.get(), contents.get()});
}

// --- iterator ----------------------------------------------------------------------------------------------

Ref iteratorNext(Thread &t, Value v) {
  auto *it = v.as<ArrayIterator>();
  if (!it->array) return {};
  if (it->index < it->array->length) return readItem(t, it->array, it->index++);
  replaceOwned<Array>(it->array, nullptr);
  return {};
}

Ref iteratorReduce(Thread &t, const Value *args) {
  auto *it = args[0].as<ArrayIterator>();
  return reduceIterator(t, it->array ? Value(it->array) : Value(), it->index);
}

Ref iteratorSetState(Thread &t, const Value *args) {
  auto *it = args[0].as<ArrayIterator>();
  int64_t i = TRY(requiredInt64(t, args[1]));
  if (it->array) it->index = std::clamp<int64_t>(i, 0, it->array->length);
  return Ref::none();
}

// --- tables ------------------------------------------------------------------------------------------------

NativeDef kMethods[] = {
    {"__new__", arrayNew, "!($type, *args, **kwargs)", "Make a new object of the class."},
    {"__copy__", arrayCopy, "($self, /)", "A new array with the same items."},
    {"__deepcopy__", arrayCopy, "($self, unused, /)", "A new array with the same items."},
    {"__reduce_ex__", arrayReduceEx, "($self, value, /)",
     "What pickle and copy need to make an equal array."},
    {"__sizeof__", arraySizeOf, "($self, /)", "The bytes of memory the array occupies, items included."},
    {"append", arrayAppend, "($self, v, /)", "Add an item at the end; v must fit the array's type."},
    {"buffer_info", arrayBufferInfo, "($self, /)",
     "The address of the items in memory and how many there are, as a pair.\n"
     "Multiplied by itemsize that is the length of the buffer."},
    {"byteswap", arrayByteSwap, "($self, /)",
     "Reverse the bytes of each item, for data from a machine of the other byte order.\n"
     "TypeError unless the items are of 1, 2, 4 or 8 bytes."},
    {"count", arrayCount, "($self, v, /)", "How many items are equal to v."},
    {"extend", arrayExtend, "k($self, bb, /)",
     "Add all items of bb at the end: an array of the same typecode, or any iterable."},
    {"frombytes", arrayFromBytes, "($self, buffer, /)",
     "Add the items whose machine representation is in buffer at the end.\n"
     "ValueError unless its length is a multiple of itemsize."},
    {"fromfile", arrayFromFile, "k($self, f, n, /)",
     "Read n items in machine representation from the binary file f and add them at the end.\n"
     "EOFError if there are fewer; those are added nevertheless."},
    {"fromlist", arrayFromList, "($self, list, /)",
     "Add the elements of list at the end; if one does not fit, none is added."},
    {"fromunicode", arrayFromUnicode, "($self, ustr, /)",
     "Add the characters of ustr at the end; ValueError unless the typecode is 'u'."},
    {"index", arrayIndex, "($self, v, start=0, stop=sys.maxsize, /)",
     "Where, from start and before stop, the first item equal to v is; ValueError if there is\n"
     "none."},
    {"insert", arrayInsert, "($self, i, v, /)", "Put an item in front of position i."},
    {"pop", arrayPop, "($self, i=-1, /)",
     "Take the item at position i, by default the last, out and return it; IndexError if there\n"
     "is none."},
    {"remove", arrayRemove, "($self, v, /)",
     "Take the first item equal to v out; ValueError if there is none."},
    {"reverse", arrayReverse, "($self, /)", "Turn the order of the items round, in place."},
    {"tobytes", arrayToBytes, "($self, /)", "The items in machine representation, as bytes."},
    {"tofile", arrayToFile, "k($self, f, /)",
     "Write the items in machine representation to the binary file f."},
    {"tolist", arrayToList, "($self, /)", "A list of the items."},
    {"tounicode", arrayToUnicode, "($self, /)", "The items as a str; ValueError unless the typecode is 'u'."},
};

const GetSetDef kGetSets[] = {
    {"itemsize", getItemSize, nullptr, "How many bytes an item takes."},
    {"typecode", getTypeCode, nullptr, "The letter that stands for the type of the items."},
};

const TypeSpec kArraySpec = {
    .name = "array.array",
    .size = sizeof(Array),
    .flags = kTypeBase | kTypeHasWeakRefs | kTypeMatchSequence,
    .fillSlots =
        [](Slots &s) {
          s.repr = arrayRepr, s.hash = hashNotImplemented, s.compare = arrayCompare, s.iter = arrayIter,
          s.len = arrayLen, s.getItem = arrayGetItem, s.setItem = arraySetItem, s.contains = arrayContains,
          s.concat = arrayConcat, s.repeat = arrayRepeat, s.inplaceConcat = arrayInplaceConcat,
          s.inplaceRepeat = arrayInplaceRepeat, s.getBuffer = arrayGetBuffer,
          s.releaseBuffer = arrayReleaseBuffer;
        },
    .clear = [](Object *o) { std::free(std::exchange(static_cast<Array *>(o)->items, nullptr)); },
    .methods = kMethods,
    .getsets = kGetSets,
    .doc = "A list of numbers or characters, all of one type: array(typecode[, initializer]).\n"
           "The initializer is an iterable of items, or bytes that hold them. The typecode is one of\n"
           "  b B  8 bits      h H  16 bits     i I  32 bits     f  float of 32 bits\n"
           "  l L  64 bits     q Q  64 bits     u    character   d  float of 64 bits\n"
           "Small letters are signed.",
    .heapType = true,
};

NativeDef kIteratorMethods[] = {
    {"__reduce__", iteratorReduce, "($self, /)",
     "What pickle and copy need to continue from the same place."},
    {"__setstate__", iteratorSetState, "($self, state, /)", "Go to the given position."},
};

const TypeSpec kArrayIteratorSpec = {
    .name = "array.arrayiterator",
    .size = sizeof(ArrayIterator),
    .flags = kTypeGc | kTypeNoInstantiate,
    .fillSlots = [](Slots &s) { s.iter = selfIter, s.next = iteratorNext; },
    .traverse = [](Object *o, Visitor &v) { v.visitPointer(static_cast<ArrayIterator *>(o)->array); },
    .clear = [](Object *o) { replaceOwned<Array>(static_cast<ArrayIterator *>(o)->array, nullptr); },
    .methods = kIteratorMethods,
    .heapType = true,
};

NativeDef kFunctions[] = {
    {"_array_reconstructor", arrayReconstruct,
     "($module, arraytype, typecode, mformat_code, items,\n                     /)",
     "What unpickling an array calls, to read items that another kind of machine may have written."},
};

const ModuleType kTypes[] = {{arrayType, kArraySpec, types::Object},
                             {arrayIteratorType, kArrayIteratorSpec, types::Object, false}};

Status populate(Thread &t, Module *module) {
  dictSetStr(module->dict, internText("ArrayType"), Value(&arrayType));
  dictSetStr(module->dict, internText("typecodes"), makeStrAscii("bBuhHiIlLqQfd"));
  Ref mutableSequence = TRY(importAttribute(t, "collections.abc", "MutableSequence"));
  CHECK(callMethod(t, mutableSequence, internText("register"), {Value(&arrayType)}));
  return Status::ok();
}

} // namespace

const ModuleSpec coil::vm::kArrayModule = {
    .name = "array",
    .doc = "Compact sequences of numbers or characters, all of the type a letter, the typecode, names.",
    .functions = kFunctions,
    .populate = populate,
    .types = kTypes,
};
