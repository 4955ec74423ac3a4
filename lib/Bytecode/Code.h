// Code objects, and the pool that owns them and their constants.
#pragma once

#include "Bytecode/Object.h"
#include "Support/Arena.h"
#include <memory>

namespace coil::bytecode {

// co_flags, under CPython's names.
enum CodeFlag : uint32_t {
  CO_OPTIMIZED = 0x1,
  CO_NEWLOCALS = 0x2,
  CO_VARARGS = 0x4,
  CO_VARKEYWORDS = 0x8,
  CO_NESTED = 0x10,
  CO_GENERATOR = 0x20,
  CO_COROUTINE = 0x80,
  CO_ITERABLE_COROUTINE = 0x100,
  CO_ASYNC_GENERATOR = 0x200,
  CO_FUTURE_DIVISION = 0x20000,
  CO_FUTURE_ABSOLUTE_IMPORT = 0x40000,
  CO_FUTURE_WITH_STATEMENT = 0x80000,
  CO_FUTURE_PRINT_FUNCTION = 0x100000,
  CO_FUTURE_UNICODE_LITERALS = 0x200000,
  CO_FUTURE_BARRY_AS_BDFL = 0x400000,
  CO_FUTURE_GENERATOR_STOP = 0x800000,
  CO_FUTURE_ANNOTATIONS = 0x1000000,
};

// The kind of a localsplus slot (co_localspluskinds). A slot can be both local and cell: an argument that a
// closure uses.
enum LocalKind : uint8_t { kLocalFast = 0x20, kLocalCell = 0x40, kLocalFree = 0x80 };

// A code object with 3.11's fields, as marshal holds them. All pointers are set and of the kind that is
// named.
struct Code : Object {
  uint32_t argcount = 0; // positional-only ones included
  uint32_t posonlyargcount = 0;
  uint32_t kwonlyargcount = 0;
  uint32_t stacksize = 0;
  uint32_t flags = 0;
  const BytesObject *code = nullptr;               // instruction units of two bytes, caches included (zero)
  const SequenceObject *consts = nullptr;          // tuple
  const SequenceObject *names = nullptr;           // tuple of str
  const SequenceObject *localsplusnames = nullptr; // tuple of str
  const BytesObject *localspluskinds = nullptr;    // one LocalKind mask for each of localsplusnames
  const StrObject *filename = nullptr;
  const StrObject *name = nullptr;
  const StrObject *qualname = nullptr;
  uint32_t firstlineno = 0;
  const BytesObject *linetable = nullptr;      // LineTable.h
  const BytesObject *exceptiontable = nullptr; // ExceptionTable.h

  Code() : Object(ObjectKind::Code) {}

  size_t units() const { return code->data.size() / 2; }
  const Object *constant(size_t i) const { return consts->items[i]; }
  llvm::StringRef nameAt(size_t i) const { return static_cast<const StrObject *>(names->items[i])->text; }
  size_t localsplus() const { return localsplusnames->items.size(); }
  llvm::StringRef localName(size_t i) const {
    return static_cast<const StrObject *>(localsplusnames->items[i])->text;
  }
  uint8_t localKind(size_t i) const { return static_cast<uint8_t>(localspluskinds->data[i]); }
};

template <> inline const Code *dynCast(const Object *o) {
  return o->kind == ObjectKind::Code ? static_cast<const Code *>(o) : nullptr;
}

// Owns objects. The singletons and the results of its functions live as long as the pool.
class ObjectPool {
public:
  ObjectPool() = default;
  ObjectPool(const ObjectPool &) = delete;
  ObjectPool &operator=(const ObjectPool &) = delete;

  // The singletons do not belong to a pool and are the same in all of them.
  static const Object *none();
  static const Object *trueObject();
  static const Object *falseObject();
  static const Object *ellipsis();
  static const Object *stopIteration();
  static const Object *boolean(bool b) { return b ? trueObject() : falseObject(); }

  IntObject *makeInt(int64_t value);
  // Copies the limbs, drops leading zeros, and gives the small form where it fits.
  IntObject *makeInt(bool negative, llvm::ArrayRef<uint64_t> limbs);
  FloatObject *makeFloat(double value);
  ComplexObject *makeComplex(double real, double imag);
  // Copies the text. `interned` is a mark only; no object is looked up.
  StrObject *makeStr(llvm::StringRef text, bool interned = false);
  // As makeStr, for text that outlives the pool and whose ASCII-ness is known.
  StrObject *makeStrNoCopy(llvm::StringRef text, bool ascii, bool interned);
  BytesObject *makeBytes(llvm::StringRef data);
  // `room` is where the bytes are to be written.
  BytesObject *makeBytes(size_t size, llvm::MutableArrayRef<char> &room);
  BytesObject *makeBytesNoCopy(llvm::StringRef data);
  // Copies the array of pointers.
  SequenceObject *makeSequence(ObjectKind kind, llvm::ArrayRef<const Object *> items);
  SequenceObject *makeTuple(llvm::ArrayRef<const Object *> items) {
    return makeSequence(ObjectKind::Tuple, items);
  }
  Code *makeCode();

  // Raw storage with the pool's lifetime.
  llvm::StringRef copy(llvm::StringRef bytes);
  llvm::MutableArrayRef<const Object *> array(size_t n);
  Arena &allocator() { return arena; }

private:
  Arena arena;
};

// An object together with the pool that keeps it alive: what a reader or the compiler hands out.
template <typename T> struct Owned {
  std::unique_ptr<ObjectPool> pool;
  const T *object = nullptr;
  const T *operator->() const { return object; }
  const T &operator*() const { return *object; }
  explicit operator bool() const { return object != nullptr; }
};
using OwnedObject = Owned<Object>;
using OwnedCode = Owned<Code>;

} // namespace coil::bytecode
