// Reading marshal data of versions 0 to 4, from any bytes, with bounded depth and memory.
#include "Bytecode/Marshal.h"

#include "llvm/ADT/DenseMap.h"
#include "llvm/Support/ConvertUTF.h"
#include "llvm/Support/Endian.h"
#include <bit>
#include <cctype>
#include <cmath>
#include <cstdlib>

namespace coil::bytecode {

namespace {

constexpr uint8_t kFlagRef = 0x80;

// Lone surrogates pass as three bytes each; everything else must be shortest-form UTF-8 below U+110000.
bool validText(llvm::StringRef text) {
  const uint8_t *p = text.bytes_begin(), *end = text.bytes_end();
  while (p < end) {
    if (*p < 0x80) {
      ++p;
      continue;
    }
    auto continues = [&](int i) { return end - p > i && (p[i] & 0xC0) == 0x80; };
    if (*p >= 0xC2 && *p <= 0xDF && continues(1)) {
      p += 2;
    } else if ((*p & 0xF0) == 0xE0 && continues(1) && continues(2) && !(*p == 0xE0 && p[1] < 0xA0)) {
      p += 3;
    } else if (*p >= 0xF0 && *p <= 0xF4 && continues(1) && continues(2) && continues(3) &&
               !(*p == 0xF0 && p[1] < 0x90) && !(*p == 0xF4 && p[1] >= 0x90)) {
      p += 4;
    } else {
      return false;
    }
  }
  return true;
}

class Reader {
public:
  Reader(llvm::StringRef data, const MarshalReadOptions &options, ObjectPool &pool)
      : data(data), options(options), pool(pool) {}

  // The object at the position. Null with an error; or without one, where the data says NULL.
  const Object *object();
  const Object *root();
  size_t position = 0;
  std::string error;
  bool eof = false;

private:
  llvm::StringRef data;
  const MarshalReadOptions &options;
  ObjectPool &pool;
  std::vector<const Object *> refs; // null while the object is being read
  uint32_t depth = 0;

  std::nullptr_t fail(const char *message) {
    if (error.empty()) error = message;
    return nullptr;
  }
  std::nullptr_t short_() {
    eof = error.empty();
    return fail("marshal data too short");
  }
  bool need(size_t n) {
    if (data.size() - position >= n) return true;
    short_();
    return false;
  }
  bool byte(uint8_t &value) {
    if (!need(1)) return false;
    value = static_cast<uint8_t>(data[position++]);
    return true;
  }
  bool int16(int &value) {
    if (!need(2)) return false;
    value = static_cast<int16_t>(llvm::support::endian::read16le(data.data() + position));
    position += 2;
    return true;
  }
  bool int32(int32_t &value) {
    if (!need(4)) return false;
    value = static_cast<int32_t>(llvm::support::endian::read32le(data.data() + position));
    position += 4;
    return true;
  }
  bool bytes(size_t n, llvm::StringRef &value) {
    if (!need(n)) return false;
    value = data.substr(position, n);
    position += n;
    return true;
  }
  // A size in four bytes; negative ones are refused with CPython's words.
  bool size(size_t &n, const char *message) {
    int32_t value;
    if (!int32(value)) return false;
    if (value < 0) {
      fail(message);
      return false;
    }
    n = static_cast<size_t>(value);
    return true;
  }
  const Object *value(uint8_t type, MarshalEvent *event);
  const Object *longInt();
  bool realText(double &value);
  bool realBinary(double &value);
  const Object *text(llvm::StringRef bytes, bool interned);
  const Object *latin1(llvm::StringRef raw, bool interned);
  const Object *sized(bool interned, bool ascii);
  const Object *shortText(bool interned);
  const Object *sequence(ObjectKind kind, size_t n);
  bool hashable(const Object *object);
  llvm::DenseMap<const Object *, bool> hashableTuples;
  const Object *dict();
  const Object *reference(MarshalEvent *event);
  const Object *code();
  template <typename T> bool field(const T *&out, const char *name);
  bool tupleOfStr(const SequenceObject *&out, const char *name);
};

const Object *Reader::object() {
  if (depth >= kMaxMarshalDepth) return fail("recursion limit exceeded");
  size_t start = position;
  uint8_t type;
  if (!byte(type)) return (error.clear(), eof = true, fail("EOF read where object expected"));
  // Singletons have no number, flagged or not.
  bool flagged =
      (type & kFlagRef) && !llvm::StringRef("0NFTS.r").contains(static_cast<char>(type & ~kFlagRef));
  size_t slot = refs.size();
  size_t eventIndex = options.events ? options.events->size() : 0;
  if (options.events)
    options.events->push_back({start, type, flagged ? static_cast<int>(slot) : -1, depth, nullptr});
  if (flagged) refs.push_back(nullptr);
  ++depth;
  MarshalEvent event{};
  const Object *result = value(type & ~kFlagRef, &event);
  --depth;
  if (!result) return nullptr;
  if (flagged) {
    refs[slot] = result;
    const_cast<Object *>(result)->refFlag = true; // the bit survives for RefPolicy::CPython
  }
  if (options.events) {
    (*options.events)[eventIndex].object = result;
    if ((type & ~kFlagRef) == 'r') (*options.events)[eventIndex].refIndex = event.refIndex;
  }
  return result;
}

const Object *Reader::value(uint8_t type, MarshalEvent *event) {
  uint8_t n8;
  int32_t n32;
  size_t n;
  switch (type) {
  case '0': return nullptr;
  case 'N': return ObjectPool::none();
  case 'F': return ObjectPool::falseObject();
  case 'T': return ObjectPool::trueObject();
  case 'S': return ObjectPool::stopIteration();
  case '.': return ObjectPool::ellipsis();
  case 'i': return int32(n32) ? pool.makeInt(n32) : nullptr;
  case 'I': { // written by old 64-bit platforms
    if (!need(8)) return nullptr;
    int64_t wide = static_cast<int64_t>(llvm::support::endian::read64le(data.data() + position));
    position += 8;
    return pool.makeInt(wide);
  }
  case 'l': return longInt();
  case 'f':
  case 'g': {
    double real;
    return (type == 'f' ? realText(real) : realBinary(real)) ? pool.makeFloat(real) : nullptr;
  }
  case 'x':
  case 'y': {
    double real, imag;
    if (!(type == 'x' ? realText(real) && realText(imag) : realBinary(real) && realBinary(imag)))
      return nullptr;
    return pool.makeComplex(real, imag);
  }
  case 's': {
    llvm::StringRef raw;
    if (!size(n, "bad marshal data (bytes object size out of range)") || !bytes(n, raw)) return nullptr;
    return pool.makeBytes(raw);
  }
  case 'u': return sized(false, false);
  case 't': return sized(true, false);
  case 'a': return sized(false, true);
  case 'A': return sized(true, true);
  case 'z': return shortText(false);
  case 'Z': return shortText(true);
  case ')': return byte(n8) ? sequence(ObjectKind::Tuple, n8) : nullptr;
  case '(':
    return size(n, "bad marshal data (tuple size out of range)") ? sequence(ObjectKind::Tuple, n) : nullptr;
  case '[':
    return size(n, "bad marshal data (list size out of range)") ? sequence(ObjectKind::List, n) : nullptr;
  case '<':
    return size(n, "bad marshal data (set size out of range)") ? sequence(ObjectKind::Set, n) : nullptr;
  case '>':
    return size(n, "bad marshal data (set size out of range)") ? sequence(ObjectKind::FrozenSet, n) : nullptr;
  case '{': return dict();
  case 'r': return reference(event);
  case 'c': return code();
  default: return fail("bad marshal data (unknown type code)");
  }
}

const Object *Reader::longInt() {
  int32_t count;
  if (!int32(count)) return nullptr;
  bool negative = count < 0;
  if (count == INT32_MIN) return fail("bad marshal data (long size out of range)");
  size_t digits = static_cast<size_t>(negative ? -count : count);
  if (digits == 0) return pool.makeInt(0);
  if (!need(digits * 2)) return nullptr;
  llvm::SmallVector<uint64_t, 8> limbs((digits * 15 + 63) / 64 + 1, 0);
  int digit = 0;
  for (size_t i = 0; i < digits; ++i) {
    if (!int16(digit)) return nullptr;
    if (digit < 0) return fail("bad marshal data (digit out of range in long)");
    size_t bit = i * 15;
    limbs[bit / 64] |= static_cast<uint64_t>(digit) << (bit % 64);
    if (bit % 64 > 49) limbs[bit / 64 + 1] |= static_cast<uint64_t>(digit) >> (64 - bit % 64);
  }
  if (digit == 0) return fail("bad marshal data (unnormalized long data)");
  return pool.makeInt(negative, limbs);
}

bool Reader::realText(double &value) {
  uint8_t n;
  llvm::StringRef raw;
  if (!byte(n) || !bytes(n, raw)) return false;
  // What float() takes here is what repr() wrote, including inf and nan.
  std::string text = raw.str();
  char *end = nullptr;
  value = std::strtod(text.c_str(), &end);
  bool blank = !text.empty() && std::isspace(static_cast<unsigned char>(text.front()));
  if (text.empty() || blank || end != text.c_str() + text.size() ||
      llvm::StringRef(text).contains_insensitive("x")) {
    fail("could not convert string to float");
    return false;
  }
  return true;
}

bool Reader::realBinary(double &value) {
  if (!need(8)) return false;
  value = std::bit_cast<double>(llvm::support::endian::read64le(data.data() + position));
  position += 8;
  return true;
}

const Object *Reader::text(llvm::StringRef raw, bool interned) {
  if (!validText(raw)) return fail("'utf-8' codec can't decode marshal data");
  return pool.makeStr(raw, interned);
}

const Object *Reader::latin1(llvm::StringRef raw, bool interned) {
  StrObject *object = pool.makeStr(raw, interned);
  if (object->ascii) return object;
  // The type says ASCII, CPython takes Latin-1: bytes above 127 become two bytes of UTF-8 each.
  std::string wide;
  for (char c : raw) {
    uint8_t b = static_cast<uint8_t>(c);
    if (b >= 0x80) wide.push_back(static_cast<char>(0xC0 | b >> 6));
    wide.push_back(static_cast<char>(b >= 0x80 ? 0x80 | (b & 0x3F) : b));
  }
  return pool.makeStr(wide, interned);
}

const Object *Reader::sized(bool interned, bool ascii) {
  size_t n;
  llvm::StringRef raw;
  if (!size(n, "bad marshal data (string size out of range)") || !bytes(n, raw)) return nullptr;
  return ascii ? latin1(raw, interned) : text(raw, interned);
}

const Object *Reader::shortText(bool interned) {
  uint8_t n;
  llvm::StringRef raw;
  if (!byte(n) || !bytes(n, raw)) return nullptr;
  return latin1(raw, interned);
}

const Object *Reader::sequence(ObjectKind kind, size_t n) {
  // Each element takes a byte at least, so a lying size is found before it costs memory.
  if (!need(n)) return nullptr;
  auto items = pool.array(n);
  for (size_t i = 0; i < n; ++i) {
    items[i] = object();
    if (!items[i])
      return fail(kind == ObjectKind::Tuple  ? "NULL object in marshal data for tuple"
                  : kind == ObjectKind::List ? "NULL object in marshal data for list"
                                             : "NULL object in marshal data for set");
    if (kind >= ObjectKind::Set && !hashable(items[i])) return nullptr;
  }
  return new (pool.allocator().Allocate<SequenceObject>()) SequenceObject(kind, items);
}

// Sets and keys of dicts hold no lists, sets or dicts.
bool Reader::hashable(const Object *object) {
  if (object->kind == ObjectKind::Tuple) {
    if (auto known = hashableTuples.find(object); known != hashableTuples.end()) return known->second;
    bool good = true; // no tuple contains itself
    for (const Object *item : static_cast<const SequenceObject *>(object)->items)
      good = good && hashable(item);
    return hashableTuples[object] = good;
  }
  const char *message = object->kind == ObjectKind::List   ? "unhashable type: 'list'"
                        : object->kind == ObjectKind::Set  ? "unhashable type: 'set'"
                        : object->kind == ObjectKind::Dict ? "unhashable type: 'dict'"
                                                           : nullptr;
  if (message) fail(message);
  return !message;
}

// CPython takes a NULL in the place of a value for the end, too.
const Object *Reader::dict() {
  llvm::SmallVector<const Object *, 16> items;
  for (;;) {
    const Object *key = object();
    const Object *item = key ? object() : nullptr;
    if (!error.empty()) return nullptr;
    if (!item) break;
    if (!hashable(key)) return nullptr;
    items.push_back(key);
    items.push_back(item);
  }
  return pool.makeSequence(ObjectKind::Dict, items);
}

const Object *Reader::reference(MarshalEvent *event) {
  int32_t n;
  if (!int32(n)) return nullptr;
  if (n < 0 || static_cast<size_t>(n) >= refs.size()) return fail("bad marshal data (invalid reference)");
  event->refIndex = n;
  if (!refs[n]) return fail("bad marshal data (invalid reference: the object contains itself)");
  return refs[n];
}

// An object that must be one.
const Object *Reader::root() {
  const Object *result = object();
  return result ? result : fail("NULL object in marshal data for object");
}

template <typename T> bool Reader::field(const T *&out, const char *name) {
  const Object *object = root();
  if (!object) return false;
  out = dynCast<T>(object);
  if (out) return true;
  error = std::string("bad marshal data (wrong type of code field ") + name + ")";
  return false;
}

bool Reader::tupleOfStr(const SequenceObject *&out, const char *name) {
  if (!field(out, name)) return false;
  bool good = out->kind == ObjectKind::Tuple;
  for (const Object *item : out->items) good = good && item->kind == ObjectKind::Str;
  if (good) return true;
  error = std::string("bad marshal data (code field ") + name + " is not a tuple of str)";
  return false;
}

const Object *Reader::code() {
  Code *code = pool.makeCode();
  int32_t argcount, posonly, kwonly, stacksize, flags, firstline;
  if (!int32(argcount) || !int32(posonly) || !int32(kwonly) || !int32(stacksize) || !int32(flags))
    return nullptr;
  if (!field(code->code, "co_code") || !field(code->consts, "co_consts")) return nullptr;
  if (!tupleOfStr(code->names, "co_names") || !tupleOfStr(code->localsplusnames, "co_localsplusnames"))
    return nullptr;
  if (!field(code->localspluskinds, "co_localspluskinds") || !field(code->filename, "co_filename") ||
      !field(code->name, "co_name") || !field(code->qualname, "co_qualname"))
    return nullptr;
  if (!int32(firstline)) return nullptr;
  if (!field(code->linetable, "co_linetable") || !field(code->exceptiontable, "co_exceptiontable"))
    return nullptr;
  if (code->consts->kind != ObjectKind::Tuple)
    return fail("bad marshal data (wrong type of code field co_consts)");
  if (code->code->data.size() % 2) return fail("code: co_code is malformed");
  size_t slots = code->localsplusnames->size();
  if (code->localspluskinds->data.size() != slots) return fail("code: co_localspluskinds is malformed");
  if (posonly < 0 || argcount < posonly || kwonly < 0 || stacksize < 0 || firstline < 0 || flags < 0)
    return fail("code: negative or inconsistent counts");
  uint64_t parameters =
      uint64_t(argcount) + uint64_t(kwonly) + (flags & CO_VARARGS ? 1 : 0) + (flags & CO_VARKEYWORDS ? 1 : 0);
  uint64_t locals = 0;
  for (char kind : code->localspluskinds->data) locals += (kind & kLocalFast) != 0;
  if (parameters > locals) return fail("code: co_varnames is too small");
  code->argcount = static_cast<uint32_t>(argcount);
  code->posonlyargcount = static_cast<uint32_t>(posonly);
  code->kwonlyargcount = static_cast<uint32_t>(kwonly);
  code->stacksize = static_cast<uint32_t>(stacksize);
  code->flags = static_cast<uint32_t>(flags);
  code->firstlineno = static_cast<uint32_t>(firstline);
  return code;
}

} // namespace

MarshalReadResult readMarshal(llvm::StringRef data, const MarshalReadOptions &options) {
  MarshalReadResult result;
  auto pool = std::make_unique<ObjectPool>();
  Reader reader(data, options, *pool);
  const Object *object = reader.root();
  result.consumed = reader.position;
  if (!object) {
    result.error = reader.error;
    result.errorOffset = reader.position;
    result.eof = reader.eof;
    return result;
  }
  result.object.pool = std::move(pool);
  result.object.object = object;
  return result;
}

} // namespace coil::bytecode
