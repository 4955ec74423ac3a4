// The object pool: allocation of constants and code objects.
#include "Bytecode/Code.h"

#include <cstring>

namespace coil::bytecode {

namespace {
struct Singleton : Object {
  explicit Singleton(ObjectKind kind) : Object(kind) {}
};
const Singleton kNone(ObjectKind::None), kTrue(ObjectKind::True), kFalse(ObjectKind::False),
    kEllipsis(ObjectKind::Ellipsis), kStopIteration(ObjectKind::StopIteration);

// True if no byte has its high bit set; eight at a time.
bool allAscii(llvm::StringRef text) {
  const char *p = text.data();
  size_t n = text.size();
  for (; n >= 8; p += 8, n -= 8) {
    uint64_t word;
    std::memcpy(&word, p, 8);
    if (word & 0x8080808080808080u) return false;
  }
  for (; n; ++p, --n)
    if (*p & 0x80) return false;
  return true;
}
} // namespace

const Object *ObjectPool::none() { return &kNone; }
const Object *ObjectPool::trueObject() { return &kTrue; }
const Object *ObjectPool::falseObject() { return &kFalse; }
const Object *ObjectPool::ellipsis() { return &kEllipsis; }
const Object *ObjectPool::stopIteration() { return &kStopIteration; }

IntObject *ObjectPool::makeInt(int64_t value) {
  IntObject *object = new (arena.Allocate<IntObject>()) IntObject();
  object->value = value;
  object->negative = value < 0;
  return object;
}

IntObject *ObjectPool::makeInt(bool negative, llvm::ArrayRef<uint64_t> limbs) {
  while (!limbs.empty() && limbs.back() == 0) limbs = limbs.drop_back();
  if (limbs.empty()) return makeInt(0);
  constexpr uint64_t kSign = uint64_t(1) << 63;
  if (limbs.size() == 1) {
    uint64_t magnitude = limbs[0];
    if (!negative && magnitude < kSign) return makeInt(static_cast<int64_t>(magnitude));
    if (negative && magnitude <= kSign) return makeInt(static_cast<int64_t>(0 - magnitude));
  }
  IntObject *object = new (arena.Allocate<IntObject>()) IntObject();
  object->negative = negative;
  uint64_t *copy = arena.Allocate<uint64_t>(limbs.size());
  std::memcpy(copy, limbs.data(), limbs.size() * sizeof(uint64_t));
  object->limbs = {copy, limbs.size()};
  return object;
}

FloatObject *ObjectPool::makeFloat(double value) {
  return new (arena.Allocate<FloatObject>()) FloatObject(value);
}

ComplexObject *ObjectPool::makeComplex(double real, double imag) {
  return new (arena.Allocate<ComplexObject>()) ComplexObject(real, imag);
}

StrObject *ObjectPool::makeStr(llvm::StringRef text, bool interned) {
  return makeStrNoCopy(copy(text), allAscii(text), interned);
}

StrObject *ObjectPool::makeStrNoCopy(llvm::StringRef text, bool ascii, bool interned) {
  return new (arena.Allocate<StrObject>()) StrObject(text, ascii, interned);
}

BytesObject *ObjectPool::makeBytes(llvm::StringRef data) { return makeBytesNoCopy(copy(data)); }

BytesObject *ObjectPool::makeBytes(size_t size, llvm::MutableArrayRef<char> &room) {
  room = {arena.Allocate<char>(size), size};
  return makeBytesNoCopy({room.data(), size});
}

BytesObject *ObjectPool::makeBytesNoCopy(llvm::StringRef data) {
  return new (arena.Allocate<BytesObject>()) BytesObject(data);
}

SequenceObject *ObjectPool::makeSequence(ObjectKind kind, llvm::ArrayRef<const Object *> items) {
  auto storage = array(items.size());
  if (!items.empty()) std::memcpy(storage.data(), items.data(), items.size() * sizeof(items[0]));
  return new (arena.Allocate<SequenceObject>()) SequenceObject(kind, storage);
}

Code *ObjectPool::makeCode() { return new (arena.Allocate<Code>()) Code(); }

llvm::StringRef ObjectPool::copy(llvm::StringRef bytes) {
  char *data = arena.Allocate<char>(bytes.size() + 1);
  if (!bytes.empty()) std::memcpy(data, bytes.data(), bytes.size());
  data[bytes.size()] = 0;
  return {data, bytes.size()};
}

llvm::MutableArrayRef<const Object *> ObjectPool::array(size_t n) {
  if (n == 0) return {};
  return {arena.Allocate<const Object *>(n), n};
}

} // namespace coil::bytecode
