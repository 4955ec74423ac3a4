// _struct: values to bytes and back, by format strings. The formats are in Format.cpp.
#include "VM/Core/Runtime.h"
#include "VM/Heap/Heap.h"
#include "VM/Modules/Modules.h"
#include "VM/Modules/_struct/Format.h"
#include "VM/Protocol/Buffer.h"
#include "VM/Types/ByteArray.h"
#include "VM/Types/Bytes.h"
#include "VM/Types/Int/Int.h"
#include "VM/Types/Sequence.h"
#include "VM/Types/Str/Codec.h"
#include "VM/Types/Tuple.h"
#include "llvm/ADT/StringMap.h"
#include <cmath>
#include <cstring>

using namespace coil::vm;

namespace {

Type structType, unpackIteratorType;
Type *errorType = nullptr; // owned; struct.error

struct StructObject : Object {
  StructFormat *format; // owned; null before __init__
  Value text;           // owned; bytes, or empty
};

struct UnpackIterator : Object {
  StructObject *source; // owned; null once exhausted
  Buffer buffer;
  int64_t offset;
};

const StructFormat kUninitialised;

const StructFormat &formatOf(Value v) {
  auto *s = v.as<StructObject>();
  return s->format ? *s->format : kUninitialised;
}

template <class... Args> Failure raiseStruct(Thread &t, const char *pattern, const Args &...args) {
  return raise(t, *errorType, pattern, args...);
}

// --- values to bytes ---------------------------------------------------------------------------------------

Failure raiseRange(Thread &t, FormatCode code, bool isSigned) {
  uint64_t most = ~uint64_t(0) >> (64 - 8 * code.size);
  if (code.size == 1 ||
      (code.size == 2 && !code.bigEndian)) { // CPython's big-endian shorts go the general way
    std::string name = code.code == 'b'   ? "byte"
                       : code.code == 'B' ? "ubyte"
                       : code.code == 'h' ? "short"
                                          : "ushort";
    if (!isSigned) return raiseStruct(t, "% format requires 0 <= number <= %", name, most);
    return raiseStruct(t, "% format requires % <= number <= %", name, ~int64_t(most >> 1), most >> 1);
  }
  std::string shown(1, code.code);
  if (!isSigned) return raiseStruct(t, "'%' format requires 0 <= number <= %", shown, most);
  return raiseStruct(t, "'%' format requires % <= number <= %", shown, ~int64_t(most >> 1), most >> 1);
}

Status packInteger(Thread &t, FormatCode code, Value v, uint8_t *to) {
  if (!isIntLike(v) && !typeOf(v)->slots.index) return raiseStruct(t, "required argument is not an integer");
  Ref number = TRY(index(t, v));
  IntView view(number);
  bool isSigned = llvm::StringRef("bhilqn").contains(code.code);
  bool small = code.size < 2 || (code.size == 2 && !code.bigEndian);
  // CPython reads small items as a long before it looks at their range, others as what they are.
  uint64_t bits = view.size() ? view.limbs()[0] : 0;
  bool fits = isSigned || small ? view.fitsInt64() : view.size() <= 1;
  if (code.code == 'P') { // any 64 bits, signed or not
    if (view.size() > 1 || (view.negative() && !view.fitsInt64()))
      return raiseStruct(t, "int too large to convert");
  } else if (!fits || (view.negative() && !isSigned && !small)) {
    return raiseStruct(t, code.size == 8 && code.bigEndian ? "int too large to convert"
                                                           : "argument out of range");
  } else if (code.size < 8) {
    uint64_t most = (~uint64_t(0) >> (64 - 8 * code.size)) >> isSigned;
    bool inside = view.negative() ? isSigned && bits <= most + 1 : bits <= most;
    if (!inside) return raiseRange(t, code, isSigned);
  }
  storeInteger(view.negative() ? 0 - bits : bits, to, code.size, code.bigEndian);
  return Status::ok();
}

Status packReal(Thread &t, FormatCode code, Value v, uint8_t *to, bool native) {
  Result<double> number = asDouble(t, v);
  if (!number) {
    if (isIntLike(v) && catchPending(t, types::OverflowError))
      return raiseStruct(t, "int too large to convert");
    clearPending(t);
    return raiseStruct(t, "required argument is not a float");
  }
  double d = *number;
  uint64_t bits = std::bit_cast<uint64_t>(d);
  if (code.code == 'f') {
    auto f = float(d);
    if (!native && std::isinf(f) && !std::isinf(d))
      return isIntLike(v) ? Status(raiseStruct(t, "int too large to convert"))
                          : Status(raise(t, types::OverflowError, "float too large to pack with f format"));
    bits = std::bit_cast<uint32_t>(f);
  } else if (code.code == 'e') {
    uint16_t half;
    if (!packHalf(d, half))
      return isIntLike(v) ? Status(raiseStruct(t, "int too large to convert"))
                          : Status(raise(t, types::OverflowError, "float too large to pack with e format"));
    bits = half;
  }
  storeInteger(bits, to, code.size, code.bigEndian);
  return Status::ok();
}

// s and p: a text that is cut or filled up with zeros; p has its length in front.
Status packBytes(Thread &t, const FormatField &field, Value v, uint8_t *to) {
  bool pascal = field.code.code == 'p';
  if (!isBytes(v) && !isByteArray(v))
    return raiseStruct(t, pascal ? "argument for 'p' must be a bytes object"
                                 : "argument for 's' must be a bytes object");
  Buffer text;
  TRY(text.open(t, v));
  int64_t room = pascal ? std::max<int64_t>(field.size - 1, 0) : field.size;
  int64_t n = std::min(room, text.size());
  if (n) std::memcpy(to + pascal, text.data(), size_t(n));
  if (pascal && field.size) *to = uint8_t(std::min<int64_t>(n, 255));
  return Status::ok();
}

Status packItem(Thread &t, const FormatField &field, Value v, uint8_t *to, bool native) {
  switch (field.code.code) {
  case 's':
  case 'p': return packBytes(t, field, v, to);
  case 'c':
    if (!isBytes(v) || v.as<Bytes>()->length != 1)
      return raiseStruct(t, "char format requires a bytes object of length 1");
    *to = v.as<Bytes>()->data[0];
    return Status::ok();
  case '?': *to = TRY(truth(t, v)); return Status::ok();
  case 'e':
  case 'f':
  case 'd': return packReal(t, field.code, v, to, native);
  default: return packInteger(t, field.code, v, to);
  }
}

// Packs the values into zeroed memory at `to`.
Status packValues(Thread &t, Value self, llvm::ArrayRef<Value> values, uint8_t *to) {
  llvm::StringRef text = llvm::toStringRef(self.as<StructObject>()->text.as<Bytes>()->bytes());
  bool native = text.empty() || !llvm::StringRef("<>!=").contains(text.front());
  const auto &fields = formatOf(self).fields;
  const FormatField *first = fields.data();
  for (size_t k = 0; k < fields.size(); ++k) {
    const FormatField field = fields[k];
    for (int64_t i = 0; i < field.repeat; ++i) {
      CHECK(packItem(t, field, values.front(), to + field.offset + i * field.size, native));
      if (formatOf(self).fields.data() != first) // an item's __index__ has called __init__
        return raiseStruct(t, "the format has changed while packing");
      values = values.drop_front();
    }
  }
  return Status::ok();
}

Ref packStruct(Thread &t, Value self, llvm::ArrayRef<Value> values) {
  const StructFormat &format = formatOf(self);
  if (int64_t(values.size()) != format.count)
    return raiseStruct(t, "pack expected % items for packing (got %)", format.count, values.size());
  BytesRef result = newBytes(format.size);
  std::memset(result->data, 0, size_t(format.size));
  CHECK(packValues(t, self, values, result->data));
  return result;
}

Ref packStructInto(Thread &t, Value self, llvm::ArrayRef<Value> args) {
  const StructFormat &format = formatOf(self);
  if (args.empty()) return raiseStruct(t, "pack_into expected buffer argument");
  if (args.size() == 1) return raiseStruct(t, "pack_into expected offset argument");
  if (int64_t(args.size()) - 2 != format.count)
    return raiseStruct(t, "pack_into expected % items for packing (got %)", format.count, args.size() - 2);
  Buffer buffer;
  if (!exportsBuffer(args[0]) || !buffer.open(t, args[0], kBufferWritable)) {
    clearPending(t);
    return raise(t, types::TypeError, "argument must be read-write bytes-like object, not %",
                 args[0].isNone() ? llvm::StringRef("None") : argumentTypeName(args[0]));
  }
  Ref number = TRY(index(t, args[1]));
  int64_t offset, size = format.size;
  if (!toInt64(number, offset))
    return raise(t, types::IndexError, "cannot fit '%' into an index-sized integer", typeName(args[1]));
  if (offset < 0) {
    if (offset + size > 0) return raiseStruct(t, "no space to pack % bytes at offset %", size, offset);
    if (offset + buffer.size() < 0)
      return raiseStruct(t, "offset % out of range for %-byte buffer", offset, buffer.size());
    offset += buffer.size();
  }
  if (buffer.size() - offset < size)
    return raiseStruct(
        t,
        "pack_into requires a buffer of at least % bytes for packing % bytes at offset % (actual "
        "buffer size is %)",
        uint64_t(size) + uint64_t(offset), size, offset, buffer.size());
  std::memset(buffer.data() + offset, 0, size_t(size));
  CHECK(packValues(t, self, args.drop_front(2), buffer.data() + offset));
  return Ref::none();
}

// --- bytes to values ---------------------------------------------------------------------------------------

Ref unpackWhole(Thread &t, Value self, Value source) {
  const StructFormat &format = formatOf(self);
  Buffer buffer;
  CHECK(buffer.open(t, source));
  if (buffer.size() != format.size) return raiseStruct(t, "unpack requires a buffer of % bytes", format.size);
  return unpackFields(format, buffer.data());
}

Ref unpackFrom(Thread &t, Value self, Value source, Value offsetArgument) {
  const StructFormat &format = formatOf(self);
  Buffer buffer;
  CHECK(buffer.open(t, source));
  Ref number = TRY(index(t, offsetArgument));
  int64_t offset, size = format.size;
  if (!toInt64(number, offset))
    return raise(t, types::OverflowError, "Python int too large to convert to C ssize_t");
  if (offset < 0) {
    if (offset + size > 0)
      return raiseStruct(t, "not enough data to unpack % bytes at offset %", size, offset);
    if (offset + buffer.size() < 0)
      return raiseStruct(t, "offset % out of range for %-byte buffer", offset, buffer.size());
    offset += buffer.size();
  }
  if (buffer.size() - offset < size)
    return raiseStruct(t,
                       "unpack_from requires a buffer of at least % bytes for unpacking % bytes at offset % "
                       "(actual buffer size is %)",
                       uint64_t(size) + uint64_t(offset), size, offset, buffer.size());
  return unpackFields(format, buffer.data() + offset);
}

Ref iterUnpack(Thread &t, Value self, Value source) {
  const StructFormat &format = formatOf(self);
  if (!format.size) return raiseStruct(t, "cannot iteratively unpack with a struct of length 0");
  Buffer buffer;
  CHECK(buffer.open(t, source));
  if (buffer.size() % format.size)
    return raiseStruct(t, "iterative unpacking requires a buffer of a multiple of % bytes", format.size);
  auto *it = heap::make<UnpackIterator>(unpackIteratorType);
  new (&it->buffer) Buffer(std::move(buffer));
  it->source = ObjectRef<StructObject>::share(self.as<StructObject>()).release();
  return Ref::take(Value(it));
}

Ref unpackNext(Thread &, Value v) {
  auto *it = v.as<UnpackIterator>();
  if (!it->source) return {};
  const StructFormat &format = *it->source->format;
  if (it->offset >= it->buffer.size()) {
    replaceOwned<StructObject>(it->source, nullptr);
    it->buffer.release();
    return {};
  }
  Ref item = unpackFields(format, it->buffer.data() + it->offset);
  it->offset += format.size;
  return item;
}

Ref unpackHint(Thread &, const Value *args) {
  auto *it = args[0].as<UnpackIterator>();
  return makeInt(it->source ? (it->buffer.size() - it->offset) / it->source->format->size : 0);
}

// --- Struct ------------------------------------------------------------------------------------------------

Ref structNew(Thread &, Value, const CallArgs &args) {
  return Ref::take(Value(heap::allocateObject(*args.values[0].as<Type>())));
}

Ref structInit(Thread &t, const Value *args) {
  Ref text = Ref::share(args[1]);
  if (isStr(args[1])) text = TRY(encodeStr(t, args[1].as<Str>(), "ascii", "strict"));
  if (!isBytes(text))
    return raise(t, types::TypeError, "Struct() argument 1 must be a str or bytes object, not %",
                 typeOf(args[1])->fullName());
  auto *s = args[0].as<StructObject>();
  auto format = std::make_unique<StructFormat>();
  if (const char *error = parseStructFormat(llvm::toStringRef(text.as<Bytes>()->bytes()), *format))
    return raiseStruct(t, error);
  replaceOwned(s->text, text.release());
  delete s->format;
  s->format = format.release();
  return Ref::none();
}

void structClear(Object *o) {
  auto *s = static_cast<StructObject *>(o);
  delete std::exchange(s->format, nullptr);
  replaceOwned(s->text, Value());
}

Ref structPack(Thread &t, Value self, const CallArgs &args) {
  if (args.keywordCount()) return raise(t, types::TypeError, "Struct.pack() takes no keyword arguments");
  return packStruct(t, self, {args.values, args.positional});
}
Ref structPackInto(Thread &t, Value self, const CallArgs &args) {
  if (args.keywordCount()) return raise(t, types::TypeError, "Struct.pack_into() takes no keyword arguments");
  return packStructInto(t, self, {args.values, args.positional});
}
Ref structUnpack(Thread &t, const Value *args) { return unpackWhole(t, args[0], args[1]); }
Ref structUnpackFrom(Thread &t, const Value *args) { return unpackFrom(t, args[0], args[1], args[2]); }
Ref structIterUnpack(Thread &t, const Value *args) { return iterUnpack(t, args[0], args[1]); }

// As large as CPython's object and its table of fields would be.
Ref structSizeOf(Thread &, const Value *args) {
  return makeInt(int64_t(56 + 32 * (formatOf(args[0]).fields.size() + 1)));
}

Ref getFormat(Thread &t, Value v) {
  auto *s = v.as<StructObject>();
  if (!s->format) return raise(t, types::AttributeError, "format");
  return makeStrLatin1(s->text.as<Bytes>()->bytes());
}
Ref getSize(Thread &, Value v) { return makeInt(formatOf(v).size); }

// --- functions ---------------------------------------------------------------------------------------------

// The compiled formats of the module's functions, by kind ('s' or 'b') and text.
constexpr size_t kMaxCache = 100;
llvm::StringMap<Value> &cache() {
  static llvm::StringMap<Value> map;
  return map;
}

void clearCache() {
  llvm::StringMap<Value> old;
  std::swap(old, cache());
  for (auto &row : old) release(row.second);
}

Ref structFor(Thread &t, Value format) {
  if (isExactly(format, structType)) return Ref::share(format);
  std::string key;
  if (isExactStr(format))
    key = "s" + toUtf8(format.as<Str>());
  else if (isExactly(format, types::Bytes))
    key = "b" + llvm::toStringRef(format.as<Bytes>()->bytes()).str();
  auto found = cache().find(key);
  if (found != cache().end()) return Ref::share(found->second);
  Ref made = TRY(call(t, Value(&structType), {format}));
  if (key.empty()) return made;
  if (cache().size() >= kMaxCache) clearCache();
  cache()[key] = retained(made);
  return made;
}

// The first argument is the format, the others are the method's.
Status takeFormat(Thread &t, const char *name, const CallArgs &args, Ref &self) {
  if (args.keywordCount()) return raise(t, types::TypeError, "_struct.%() takes no keyword arguments", name);
  if (!args.positional) return raise(t, types::TypeError, "missing format argument");
  self = TRY(structFor(t, args.values[0]));
  return Status::ok();
}

Ref modulePack(Thread &t, Value, const CallArgs &args) {
  Ref self;
  CHECK(takeFormat(t, "pack", args, self));
  return packStruct(t, self, {args.values + 1, args.positional - 1});
}

Ref modulePackInto(Thread &t, Value, const CallArgs &args) {
  Ref self;
  CHECK(takeFormat(t, "pack_into", args, self));
  return packStructInto(t, self, {args.values + 1, args.positional - 1});
}

Ref moduleUnpack(Thread &t, const Value *args) {
  Ref self = TRY(structFor(t, args[0]));
  return unpackWhole(t, self, args[1]);
}

Ref moduleUnpackFrom(Thread &t, const Value *args) {
  Ref self = TRY(structFor(t, args[0]));
  return unpackFrom(t, self, args[1], args[2]);
}

Ref moduleIterUnpack(Thread &t, const Value *args) {
  Ref self = TRY(structFor(t, args[0]));
  return iterUnpack(t, self, args[1]);
}

Ref moduleCalcSize(Thread &t, const Value *args) {
  Ref self = TRY(structFor(t, args[0]));
  return makeInt(formatOf(self).size);
}

Ref moduleClearCache(Thread &, const Value *) {
  clearCache();
  return Ref::none();
}

// --- tables ------------------------------------------------------------------------------------------------

NativeDef kStructMethods[] = {
    {"__new__", structNew, "!($type, *args, **kwargs)", "Make a new object of the class."},
    {"__init__", structInit, "!($self, /, format)", "Compile the format."},
    {"__sizeof__", structSizeOf, "!($self, /)", "The bytes of memory the object occupies."},
    {"iter_unpack", structIterUnpack, "($self, buffer, /)",
     "An iterator over the structs in a buffer, each as a tuple of values.\n"
     "error unless the buffer's length is a multiple of size."},
    {"pack", structPack, "!($self, *args)",
     "pack(v1, v2, ...): the values as bytes in this format; error if they do not fit it."},
    {"pack_into", structPackInto, "!($self, *args)",
     "pack_into(buffer, offset, v1, v2, ...): write the values in this format into a buffer,\n"
     "from offset on."},
    {"unpack", structUnpack, "($self, buffer, /)",
     "The values in a buffer, as a tuple; error unless it is just size bytes long."},
    {"unpack_from", structUnpackFrom, "($self, /, buffer, offset=0)",
     "The values in the size bytes of a buffer from offset on, as a tuple."},
};

const GetSetDef kStructGetSets[] = {
    {"format", getFormat, nullptr, "the format as a str"},
    {"size", getSize, nullptr, "how many bytes the format takes"},
};

const TypeSpec kStructSpec = {
    .name = "_struct.Struct",
    .size = sizeof(StructObject),
    .flags = kTypeBase | kTypeHasWeakRefs,
    .clear = structClear,
    .methods = kStructMethods,
    .getsets = kStructGetSets,
    .doc = "A compiled format of binary data: Struct(format).",
    .heapType = true,
    .own = kOwnGetAttr | kOwnSetAttr,
};

NativeDef kIteratorMethods[] = {
    {"__length_hint__", unpackHint, "!($self, /)", nullptr},
};

const TypeSpec kUnpackIteratorSpec = {
    .name = "_struct.unpack_iterator",
    .size = sizeof(UnpackIterator),
    .flags = kTypeGc | kTypeNoInstantiate,
    .fillSlots = [](Slots &s) { s.iter = selfIter, s.next = unpackNext; },
    .traverse =
        [](Object *o, Visitor &v) {
          auto *it = static_cast<UnpackIterator *>(o);
          v.visitPointer(it->source);
          v.visit(it->buffer.info().exporter);
        },
    .clear =
        [](Object *o) {
          auto *it = static_cast<UnpackIterator *>(o);
          replaceOwned<StructObject>(it->source, nullptr);
          it->buffer.release();
        },
    .methods = kIteratorMethods,
    .heapType = true,
};

NativeDef kFunctions[] = {
    {"_clearcache", moduleClearCache, "($module, /)", "Forget the compiled formats."},
    {"calcsize", moduleCalcSize, "($module, format, /)", "How many bytes the format takes."},
    {"iter_unpack", moduleIterUnpack, "($module, format, buffer, /)",
     "An iterator over the structs in a buffer, each as a tuple of values.\n"
     "error unless the buffer's length is a multiple of the format's."},
    {"pack", modulePack, "!($module, *args)",
     "pack(format, v1, v2, ...): the values as bytes in a format; error if they do not fit it."},
    {"pack_into", modulePackInto, "!($module, *args)",
     "pack_into(format, buffer, offset, v1, v2, ...): write the values in a format into a\n"
     "buffer, from offset on."},
    {"unpack", moduleUnpack, "($module, format, buffer, /)",
     "The values in a buffer, as a tuple; error unless it is just as long as the format says."},
    {"unpack_from", moduleUnpackFrom, "($module, format, /, buffer, offset=0)",
     "The values in a buffer from offset on, as a tuple."},
};

const ModuleType kTypes[] = {
    {structType, kStructSpec, types::Object},
    {unpackIteratorType, kUnpackIteratorSpec, types::Object, false},
};

Status populate(Thread &t, Module *module) {
  if (!errorType) releaseAtEnd(clearCache);
  return addException(t, module, errorType, "struct.error", types::Exception);
}

} // namespace

const ModuleSpec coil::vm::kStructModule = {
    .name = "_struct",
    .doc = "Values to binary data and back, as C lays it out or as files and protocols have it.\n"
           "\n"
           "A format is a str or bytes. It begins with the order of bytes: '@' this machine's, with\n"
           "its sizes and alignment (the default), '=' this machine's with standard sizes, '<'\n"
           "little endian, '>' or '!' big endian. A letter for each value follows, after a count if\n"
           "there are several:\n"
           "  x  a byte of padding       c  a byte as bytes\n"
           "  b  B  8 bits               h  H  16 bits\n"
           "  i  I  l  L  32 bits        q  Q  64 bits\n"
           "  n  N  size_t, with '@'     P  a pointer, with '@'\n"
           "  e  f  d  floats of 16, 32 and 64 bits\n"
           "  ?  bool                    s  p  bytes, of which the count is the length\n"
           "Small letters are signed. With '@', l and L are as long as C has them.",
    .functions = kFunctions,
    .populate = populate,
    .types = kTypes,
};
