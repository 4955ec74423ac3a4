// Writing marshal version 4 under either reference policy.
#include "Bytecode/Marshal.h"

#include "Support/ShortText.h"
#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/SmallString.h"
#include "llvm/ADT/StringMap.h"
#include "llvm/Support/Endian.h"
#include <algorithm>
#include <bit>
#include <cstring>

namespace coil::bytecode {

namespace {

constexpr char kFlagRef = static_cast<char>(0x80);

class Writer {
public:
  Writer(RefPolicy policy, llvm::SmallVectorImpl<char> &out)
      : policy(policy), out(out), at(out.end()), limit(out.end()) {}
  ~Writer() {
    if (policy == RefPolicy::CPython)
      for (const Object *object : numbered) object->number = 0;
  }
  // Writes all of it; false if it is nested too deeply.
  bool run(const Object &object) {
    bool good = write(object);
    out.truncate(static_cast<size_t>(at - out.data()));
    return good;
  }
  // For the canonical policy: which objects are reached more than once.
  bool count(const Object &object, uint32_t depth);

private:
  RefPolicy policy;
  llvm::SmallVectorImpl<char> &out;
  char *at, *limit; // what is written ends at `at`; there is memory up to `limit`
  // Those written with FLAG_REF. The number of each is its index plus one: in the object itself, or in a map
  // under the canonical policy, where another writer may be at work on an item of a set.
  llvm::SmallVector<const Object *, 0> numbered;
  llvm::DenseMap<const Object *, uint32_t> numbers;
  llvm::DenseMap<const Object *, uint32_t> uses;
  llvm::DenseMap<const Object *, const Object *> same; // an object to the first that is written the same
  llvm::StringMap<const Object *> byContent;
  uint32_t depth = 0;

  // There is always room for this many bytes more: enough for all numbers of an object. Whoever writes more
  // than that, or writes after another object, asks for it again.
  static constexpr size_t kRoom = 32;
  void makeRoom(size_t more = 0) {
    if (static_cast<size_t>(limit - at) < more + kRoom) grow(more + kRoom);
  }
  void grow(size_t more) {
    size_t used = static_cast<size_t>(at - out.data());
    out.resize_for_overwrite(std::max(out.capacity(), used + used / 2 + more));
    at = out.data() + used;
    limit = out.end();
  }
  void byte(char value) { *at++ = value; }
  void int32(uint32_t value) {
    llvm::support::endian::write32le(at, value);
    at += 4;
  }
  void real(double value) {
    llvm::support::endian::write64le(at, std::bit_cast<uint64_t>(value));
    at += 8;
  }
  void raw(llvm::StringRef bytes) {
    size_t size = bytes.size();
    makeRoom(size);
    if (size > 16) {
      std::memcpy(at, bytes.data(), size);
    } else if (size >= 8) { // most are names, too short for a call
      uint64_t tail = loadWord(bytes.data() + size - 8);
      llvm::support::endian::write64le(at, loadWord(bytes.data()));
      llvm::support::endian::write64le(at + size - 8, tail);
    } else {
      llvm::support::endian::write64le(at, loadShort(bytes.data(), size));
    }
    at += size;
  }
  void type(char code, bool flag) { byte(flag ? static_cast<char>(code | kFlagRef) : code); }

  bool write(const Object &object);
  const Object *canonical(const Object &object);
  void integer(const IntObject &object, bool flag);
  void str(const StrObject &object, bool flag);
  bool sequence(const SequenceObject &object, bool flag);
  bool frozen(const SequenceObject &object);
  bool code(const Code &code, bool flag);
};

// Objects that are written alike become one under the canonical policy: by type and content, leaves only;
// tuples and code objects are left as they are shared already.
const Object *Writer::canonical(const Object &object) {
  auto known = same.find(&object);
  if (known != same.end()) return known->second;
  llvm::SmallString<64> key;
  llvm::SmallVector<char, 64> bytes;
  switch (object.kind) {
  case ObjectKind::Int:
  case ObjectKind::Float:
  case ObjectKind::Complex:
  case ObjectKind::Bytes: {
    llvm::SmallVector<char, 64> scratch;
    Writer leaf(RefPolicy::CPython, scratch);
    (void)leaf.run(object);
    scratch[0] &= 0x7F;
    key.assign(scratch.begin(), scratch.end());
    break;
  }
  case ObjectKind::Str: {
    const auto &text = static_cast<const StrObject &>(object);
    key = text.interned ? "I" : "S";
    key += text.text;
    break;
  }
  default: return same[&object] = &object;
  }
  const Object *first = byContent.try_emplace(key, &object).first->second;
  return same[&object] = first;
}

bool Writer::count(const Object &given, uint32_t level) {
  if (level >= kMaxMarshalDepth) return false;
  const Object &object = *canonical(given);
  if (object.kind <= ObjectKind::StopIteration) return true;
  if (++uses[&object] > 1) return true;
  if (const auto *items = dynCast<SequenceObject>(&object)) {
    for (const Object *item : items->items)
      if (!count(*item, level + 1)) return false;
  } else if (const auto *code = dynCast<Code>(&object)) {
    const Object *fields[] = {
        code->code,     code->consts, code->names,    code->localsplusnames, code->localspluskinds,
        code->filename, code->name,   code->qualname, code->linetable,       code->exceptiontable};
    for (const Object *field : fields)
      if (!count(*field, level + 1)) return false;
  }
  return true;
}

void Writer::integer(const IntObject &object, bool flag) {
  if (object.isSmall() && object.value >= INT32_MIN && object.value <= INT32_MAX) {
    type('i', flag);
    int32(static_cast<uint32_t>(object.value));
    return;
  }
  type('l', flag);
  uint64_t single = 0;
  llvm::ArrayRef<uint64_t> limbs = object.limbs;
  if (object.isSmall()) {
    single = object.value < 0 ? 0 - static_cast<uint64_t>(object.value) : static_cast<uint64_t>(object.value);
    limbs = single;
  }
  size_t bits = limbs.size() * 64 - static_cast<size_t>(std::countl_zero(limbs.back()));
  size_t digits = (bits + 14) / 15;
  makeRoom(2 * digits);
  int32(object.negative ? 0u - static_cast<uint32_t>(digits) : static_cast<uint32_t>(digits));
  for (size_t i = 0; i < digits; ++i) {
    size_t bit = i * 15, limb = bit / 64, shift = bit % 64;
    uint64_t digit = limbs[limb] >> shift;
    if (shift > 49 && limb + 1 < limbs.size()) digit |= limbs[limb + 1] << (64 - shift);
    byte(static_cast<char>(digit & 0xFF));
    byte(static_cast<char>((digit >> 8) & 0x7F));
  }
}

void Writer::str(const StrObject &object, bool flag) {
  if (object.ascii && object.text.size() < 256) {
    type(object.interned ? 'Z' : 'z', flag);
    byte(static_cast<char>(object.text.size()));
  } else {
    char code = object.ascii ? (object.interned ? 'A' : 'a') : (object.interned ? 't' : 'u');
    type(code, flag);
    int32(static_cast<uint32_t>(object.text.size()));
  }
  raw(object.text);
}

// CPython writes sets in the order of their elements' own marshal bytes, so that files are reproducible.
// Under the CPython policy the items stand in that order already; the canonical one has to sort, since flags
// are part of those bytes.
bool Writer::frozen(const SequenceObject &object) {
  if (policy == RefPolicy::CPython) {
    for (const Object *item : object.items)
      if (!write(*item)) return false;
    return true;
  }
  struct Entry {
    llvm::SmallVector<char, 32> bytes;
    const Object *item;
  };
  std::vector<Entry> entries;
  for (const Object *item : object.items) {
    Entry entry;
    if (!writeMarshal(*item, RefPolicy::Canonical, entry.bytes)) return false;
    entry.item = item;
    entries.push_back(std::move(entry));
  }
  // The elements are distinct, and so are their bytes: an unstable sort has one result.
  std::sort(entries.begin(), entries.end(), [](const Entry &a, const Entry &b) {
    return llvm::StringRef(a.bytes.data(), a.bytes.size()) < llvm::StringRef(b.bytes.data(), b.bytes.size());
  });
  for (const Entry &entry : entries)
    if (!write(*entry.item)) return false;
  return true;
}

bool Writer::sequence(const SequenceObject &object, bool flag) {
  switch (object.kind) {
  case ObjectKind::Tuple:
    if (object.size() < 256) {
      type(')', flag);
      byte(static_cast<char>(object.size()));
    } else {
      type('(', flag);
      int32(static_cast<uint32_t>(object.size()));
    }
    break;
  case ObjectKind::List:
    type('[', flag);
    int32(static_cast<uint32_t>(object.size()));
    break;
  case ObjectKind::Dict: type('{', flag); break;
  default:
    type(object.kind == ObjectKind::Set ? '<' : '>', flag);
    int32(static_cast<uint32_t>(object.size()));
    return frozen(object);
  }
  for (const Object *item : object.items)
    if (!write(*item)) return false;
  makeRoom();
  if (object.kind == ObjectKind::Dict) byte('0');
  return true;
}

bool Writer::code(const Code &code, bool flag) {
  type('c', flag);
  for (uint32_t n : {code.argcount, code.posonlyargcount, code.kwonlyargcount, code.stacksize, code.flags})
    int32(n);
  const Object *before[] = {
      code.code,     code.consts, code.names,   code.localsplusnames, code.localspluskinds,
      code.filename, code.name,   code.qualname};
  for (const Object *field : before)
    if (!write(*field)) return false;
  makeRoom();
  int32(code.firstlineno);
  return write(*code.linetable) && write(*code.exceptiontable);
}

bool Writer::write(const Object &given) {
  const Object &object = policy == RefPolicy::Canonical ? *canonical(given) : given;
  makeRoom();
  switch (object.kind) {
  case ObjectKind::None: return byte('N'), true;
  case ObjectKind::True: return byte('T'), true;
  case ObjectKind::False: return byte('F'), true;
  case ObjectKind::Ellipsis: return byte('.'), true;
  case ObjectKind::StopIteration: return byte('S'), true;
  default: break;
  }
  bool flag = policy == RefPolicy::Canonical ? uses.lookup(&object) > 1 : object.refFlag;
  if (flag) {
    uint32_t &number = policy == RefPolicy::Canonical ? numbers[&object] : object.number;
    if (number) {
      byte('r');
      int32(number - 1);
      return true;
    }
    numbered.push_back(&object);
    number = static_cast<uint32_t>(numbered.size());
  }
  if (depth >= kMaxMarshalDepth) return false;
  ++depth;
  bool good = true;
  switch (object.kind) {
  case ObjectKind::Int: integer(static_cast<const IntObject &>(object), flag); break;
  case ObjectKind::Float:
    type('g', flag);
    real(static_cast<const FloatObject &>(object).value);
    break;
  case ObjectKind::Complex:
    type('y', flag);
    real(static_cast<const ComplexObject &>(object).real);
    real(static_cast<const ComplexObject &>(object).imag);
    break;
  case ObjectKind::Str: str(static_cast<const StrObject &>(object), flag); break;
  case ObjectKind::Bytes: {
    llvm::StringRef data = static_cast<const BytesObject &>(object).data;
    type('s', flag);
    int32(static_cast<uint32_t>(data.size()));
    raw(data);
    break;
  }
  case ObjectKind::Code: good = code(static_cast<const Code &>(object), flag); break;
  default: good = sequence(static_cast<const SequenceObject &>(object), flag); break;
  }
  --depth;
  return good;
}

} // namespace

bool writeMarshal(const Object &object, RefPolicy policy, llvm::SmallVectorImpl<char> &out) {
  Writer writer(policy, out);
  if (policy == RefPolicy::Canonical && !writer.count(object, 0)) return false;
  return writer.run(object);
}

} // namespace coil::bytecode
