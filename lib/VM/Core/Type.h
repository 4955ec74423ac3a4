// Type: a Python class, built in or not, with its slots.
#pragma once

#include "VM/Core/Ref.h"
#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/StringRef.h"
#include <vector>

namespace coil::vm {

class Thread;
class Visitor;
struct BufferInfo;
struct Dict;
struct Shape;
struct Str;
struct Tuple;
struct TypeSpec;
struct NativeDef;

// The arguments of a call, in vectorcall order: `positional` values, then one value per name of `kwNames`.
// All borrowed.
struct CallArgs {
  const Value *values = nullptr;
  size_t positional = 0;
  Tuple *kwNames = nullptr;

  CallArgs() = default;
  CallArgs(const Value *values, size_t positional, Tuple *kwNames = nullptr)
      : values(values), positional(positional), kwNames(kwNames) {}
  size_t keywordCount() const;
};

enum class CompareOp : uint8_t { Lt, Le, Eq, Ne, Gt, Ge };

using UnaryFn = Ref (*)(Thread &, Value self);
// Returns an empty Ref when the iterator is exhausted: without an exception, or with StopIteration pending
// where that may have a value.
using NextFn = Ref (*)(Thread &, Value self);
// Binary slots are called with the operands in source order, whichever operand's type provides the slot.
using BinaryFn = Ref (*)(Thread &, Value left, Value right);
using PowerFn = Ref (*)(Thread &, Value base, Value exponent, Value modulus);
using CompareFn = Ref (*)(Thread &, Value self, Value other, CompareOp op);
using HashFn = Result<int64_t> (*)(Thread &, Value self);
using LenFn = Result<int64_t> (*)(Thread &, Value self);
using BoolFn = Result<bool> (*)(Thread &, Value self);
using ContainsFn = Result<bool> (*)(Thread &, Value self, Value key);
// An empty value means deletion, in the three setters below.
using SetItemFn = Status (*)(Thread &, Value self, Value key, Value valueOrEmpty);
using SetAttrFn = Status (*)(Thread &, Value self, Str *name, Value valueOrEmpty);
using DescrSetFn = Status (*)(Thread &, Value descr, Value instance, Value valueOrEmpty);
using GetAttrFn = Ref (*)(Thread &, Value self, Str *name);
// `instance` is empty when the attribute is looked up on the class itself.
using DescrGetFn = Ref (*)(Thread &, Value descr, Value instance, Value owner);
using CallFn = Ref (*)(Thread &, Value callee, const CallArgs &args);
using InitFn = Status (*)(Thread &, Value self, const CallArgs &args);
using NewFn = Ref (*)(Thread &, Type &type, const CallArgs &args);
using DelFn = void (*)(Thread &, Value self);
// Describes the object's memory as far as `request` (Protocol/Buffer.h) asks for; sets info.exporter, owned.
using GetBufferFn = Status (*)(Thread &, Value self, BufferInfo &info, int request);
// Ends what getBuffer began; the reference to the exporter is dropped by the caller. May not raise.
using ReleaseBufferFn = void (*)(Value self, BufferInfo &info);

struct Slots {
  GetAttrFn getAttr;
  SetAttrFn setAttr;
  UnaryFn repr, str;
  HashFn hash;
  CallFn call;
  CompareFn compare;
  UnaryFn iter;
  NextFn next;
  DescrGetFn descrGet;
  DescrSetFn descrSet;
  InitFn init;
  NewFn create; // __new__; not in Slots.def because its wrapper is a static method
  DelFn del;
  UnaryFn await, aiter, anext;
  BinaryFn add, sub, mul, mod, divmod, lshift, rshift, bitAnd, bitXor, bitOr, floorDiv, trueDiv, matMul;
  PowerFn pow;
  UnaryFn negative, positive, absolute, invert, toInt, toFloat, index;
  BoolFn boolean;
  BinaryFn inplaceAdd, inplaceSub, inplaceMul, inplaceMod, inplacePow, inplaceLshift, inplaceRshift,
      inplaceAnd, inplaceXor, inplaceOr, inplaceFloorDiv, inplaceTrueDiv, inplaceMatMul;
  LenFn len;
  BinaryFn getItem;
  SetItemFn setItem;
  BinaryFn concat, repeat, inplaceConcat, inplaceRepeat;
  ContainsFn contains;
  GetBufferFn getBuffer; // the buffer protocol has no special methods in 3.11, so it is not in Slots.def
  ReleaseBufferFn releaseBuffer;
};

// Bits of Type::flags.
enum TypeFlags : uint32_t {
  kTypeGc = 1 << 0,         // instances carry GcLinks and are tracked
  kTypeAttributes = 1 << 1, // instances carry Attributes (shape and values)
  kTypeHeap = 1 << 2,       // made by a class statement or type()
  kTypeBase = 1 << 3,       // can be subclassed
  kTypeReady = 1 << 4,
  kTypeHasDict = 1 << 5,       // instances have a __dict__
  kTypeHasWeakRefs = 1 << 6,   // instances can be weakly referenced
  kTypeNoInstantiate = 1 << 7, // no __new__: "cannot create 'x' instances"
  kTypeIntSubclass = 1 << 8,   // the quick isinstance tests of the hot paths
  kTypeStrSubclass = 1 << 9,
  kTypeBytesSubclass = 1 << 10,
  kTypeTupleSubclass = 1 << 11,
  kTypeListSubclass = 1 << 12,
  kTypeDictSubclass = 1 << 13,
  kTypeTypeSubclass = 1 << 14,
  kTypeExceptionSubclass = 1 << 15,
  kTypeFloatSubclass = 1 << 16,
  kTypeSetSubclass = 1 << 17,      // set or frozenset
  kTypeMatchSequence = 1 << 18,    // a sequence pattern accepts it
  kTypeMatchMapping = 1 << 19,     // a mapping pattern accepts it
  kTypeMatchSelf = 1 << 20,        // a class pattern's one positional sub-pattern matches the subject itself
  kTypeMethodDescriptor = 1 << 21, // __get__ binds self: LOAD_METHOD may pass self unbound
  kTypeAbstract = 1 << 22,         // has abstract methods
  kTypeImmutable = 1 << 23,        // attributes cannot be set (built-in types)
};
inline constexpr uint32_t kTypeFastSubclassMask =
    kTypeIntSubclass | kTypeStrSubclass | kTypeBytesSubclass | kTypeTupleSubclass | kTypeListSubclass |
    kTypeDictSubclass | kTypeTypeSubclass | kTypeExceptionSubclass | kTypeFloatSubclass | kTypeSetSubclass;

// Visits every value that the object owns.
using TraverseFn = void (*)(Object *self, Visitor &visitor);
// Releases everything the object owns and leaves it in a state that finalize and clear can see again.
using ClearFn = void (*)(Object *self);

struct Type : Object {
  const TypeSpec *spec = nullptr; // of a built-in type
  Str *name = nullptr;
  Str *qualname = nullptr;
  Type *base = nullptr; // the base that fixes the layout
  Tuple *bases = nullptr;
  Tuple *mro = nullptr;
  Dict *dict = nullptr;
  uint32_t typeFlags = 0;
  uint32_t version =
      0;             // unique; 0: none assigned. Changes whenever an attribute of the type or a base changes
  uint32_t size = 0; // bytes of an instance, header included, attribute storage excluded
  uint16_t slotCount = 0;    // members from __slots__ (bases' included): the first values of every instance
  uint16_t dictOffset = 0;   // where the struct holds a Dict pointer with the attributes; 0: nowhere
  uint16_t inlineValues = 0; // attribute values that instances hold without a second allocation
  Shape *rootShape = nullptr;
  const NativeDef *newDef = nullptr;  // the native __new__ that `create` binds and calls
  const NativeDef *initDef = nullptr; // of a built-in type: the native __init__ that `init` binds and calls
  TraverseFn traverse = nullptr;
  ClearFn clear = nullptr;                   // also runs at destruction
  std::vector<Type *> *subclasses = nullptr; // borrowed, direct
  Slots slots{};

  bool has(TypeFlags flag) const { return typeFlags & flag; }
  // The part of the name behind the last dot, as UTF-8.
  llvm::StringRef nameText() const;
  // CPython's tp_name, for messages: the same with the module in front for built-in types outside of
  // builtins.
  llvm::StringRef fullName() const;
};

// `type` is `base` or derives from it, by the method resolution order.
bool isSubtype(const Type *type, const Type *base);

} // namespace coil::vm
