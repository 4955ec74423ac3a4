// The values that marshal can hold (constants and code objects), as plain arena-owned structures.
#pragma once

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/StringRef.h"
#include <cstdint>

namespace coil::bytecode {

enum class ObjectKind : uint8_t {
  None,
  True,
  False,
  Ellipsis,
  StopIteration,
  Int,
  Float,
  Complex,
  Str,
  Bytes,
  Tuple,
  List,
  Set,
  FrozenSet,
  Dict,
  Code,
};

// One value. All objects are owned by an ObjectPool and never freed singly; identity is the address, and two
// uses of one address are what marshal calls a reference. Objects never contain themselves, but they can be
// shared, so a small file can describe a tree that is exponentially large when walked without regard to
// identity.
struct Object {
  // Scratch of the writer that follows RefPolicy::CPython; 0 otherwise.
  mutable uint32_t number = 0;
  const ObjectKind kind;
  // RefPolicy::CPython writes FLAG_REF for this object: the bit that was read, or the one that the compiler's
  // model of CPython's reference counts gives.
  bool refFlag : 1 = false;
  // Scratch for one pass over the objects of a pool; false otherwise.
  bool mark : 1 = false;

  bool isNone() const { return kind == ObjectKind::None; }

protected:
  explicit Object(ObjectKind k) : kind(k) {}
  friend class ObjectPool;
};

// An integer of any size. Whatever fits in 64 bits has no limbs and lies in `value`; else `limbs` is the
// magnitude, least significant first, no leading zero (GMP's mpn form), and `negative` the sign.
struct IntObject : Object {
  bool negative = false;
  int64_t value = 0;
  llvm::ArrayRef<uint64_t> limbs;
  bool isSmall() const { return limbs.empty(); }
  explicit IntObject() : Object(ObjectKind::Int) {}
};

struct FloatObject : Object {
  double value;
  explicit FloatObject(double v) : Object(ObjectKind::Float), value(v) {}
};

struct ComplexObject : Object {
  double real, imag;
  ComplexObject(double re, double im) : Object(ObjectKind::Complex), real(re), imag(im) {}
};

// A str. `text` is UTF-8, where a lone surrogate is the three bytes that CPython's "surrogatepass" gives it.
struct StrObject : Object {
  bool ascii;    // every code point is below 128
  bool interned; // CPython interned it, which chooses its type code
  llvm::StringRef text;
  StrObject(llvm::StringRef t, bool isAscii, bool isInterned)
      : Object(ObjectKind::Str), ascii(isAscii), interned(isInterned), text(t) {}
};

struct BytesObject : Object {
  llvm::StringRef data;
  explicit BytesObject(llvm::StringRef d) : Object(ObjectKind::Bytes), data(d) {}
};

// A tuple, list, set or frozenset (elements in the order in which they were written), or a dict (key, value,
// key, ...).
struct SequenceObject : Object {
  llvm::ArrayRef<const Object *> items;
  SequenceObject(ObjectKind k, llvm::ArrayRef<const Object *> i) : Object(k), items(i) {}
  size_t size() const { return items.size(); }
};

// `object` as its own type, or null when it is of another kind.
template <typename T> const T *dynCast(const Object *object);
template <> inline const IntObject *dynCast(const Object *o) {
  return o->kind == ObjectKind::Int ? static_cast<const IntObject *>(o) : nullptr;
}
template <> inline const FloatObject *dynCast(const Object *o) {
  return o->kind == ObjectKind::Float ? static_cast<const FloatObject *>(o) : nullptr;
}
template <> inline const ComplexObject *dynCast(const Object *o) {
  return o->kind == ObjectKind::Complex ? static_cast<const ComplexObject *>(o) : nullptr;
}
template <> inline const StrObject *dynCast(const Object *o) {
  return o->kind == ObjectKind::Str ? static_cast<const StrObject *>(o) : nullptr;
}
template <> inline const BytesObject *dynCast(const Object *o) {
  return o->kind == ObjectKind::Bytes ? static_cast<const BytesObject *>(o) : nullptr;
}
template <> inline const SequenceObject *dynCast(const Object *o) {
  return o->kind >= ObjectKind::Tuple && o->kind <= ObjectKind::Dict ? static_cast<const SequenceObject *>(o)
                                                                     : nullptr;
}

} // namespace coil::bytecode
