// type.__flags__, __dictoffset__, __weakrefoffset__ and __itemsize__: what CPython's object layout would say.
#include "VM/Types/Int/Int.h"
#include "VM/Types/Type/TypeObject.h"

using namespace coil::vm;

namespace {

// Where instances of Python classes have their dict (before the object, PEP 412) and their weak references.
constexpr int64_t kManagedDict = -48, kWeakRefs = 16;

// Py_TPFLAGS_* of object.h, by our own bits.
struct FlagPair {
  uint32_t ours;
  int theirs;
};
constexpr FlagPair kFlags[] = {
    {kTypeMatchSequence, 5},
    {kTypeMatchMapping, 6},
    {kTypeNoInstantiate, 7},
    {kTypeHeap, 9},
    {kTypeBase, 10},
    {kTypeReady, 12},
    {kTypeGc, 14},
    {kTypeMethodDescriptor, 17},
    {kTypeAbstract, 20},
    {kTypeMatchSelf, 22},
    {kTypeIntSubclass, 24},
    {kTypeListSubclass, 25},
    {kTypeTupleSubclass, 26},
    {kTypeBytesSubclass, 27},
    {kTypeStrSubclass, 28},
    {kTypeDictSubclass, 29},
    {kTypeExceptionSubclass, 30},
    {kTypeTypeSubclass, 31},
};
constexpr int kImmutableBit = 8, kManagedDictBit = 4;

} // namespace

Ref coil::vm::typeGetFlags(Thread &, Value self) {
  auto *type = self.as<Type>();
  uint64_t flags = 0;
  for (const FlagPair &pair : kFlags)
    if (type->typeFlags & pair.ours) flags |= uint64_t(1) << pair.theirs;
  if (!type->has(kTypeHeap)) flags |= uint64_t(1) << kImmutableBit;
  if (type->has(kTypeHeap) && type->has(kTypeHasDict) && !type->dictOffset)
    flags |= uint64_t(1) << kManagedDictBit;
  return makeIntUnsigned(flags);
}

Ref coil::vm::typeGetDictOffset(Thread &, Value self) {
  auto *type = self.as<Type>();
  if (type->dictOffset) return makeInt(int64_t(type->dictOffset));
  return makeInt(type->has(kTypeHasDict) ? kManagedDict : int64_t(0));
}

Ref coil::vm::typeGetWeakRefOffset(Thread &, Value self) {
  return makeInt(self.as<Type>()->has(kTypeHasWeakRefs) ? kWeakRefs : int64_t(0));
}

Ref coil::vm::typeGetItemSize(Thread &, Value self) {
  auto *type = self.as<Type>();
  if (type->has(kTypeIntSubclass)) return makeInt(4);
  if (type->has(kTypeTupleSubclass)) return makeInt(8);
  if (type->has(kTypeTypeSubclass)) return makeInt(40);
  return makeInt(int(type->has(kTypeBytesSubclass)));
}
