// Declaring native functions, attributes and types: the tables at the end of each file.
#pragma once

#include "VM/Core/Type.h"
#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/SmallVector.h"
#include <memory>

namespace coil::vm {

struct Signature;

// A native function whose arguments its signature has bound: one Value per parameter, in the signature's
// order, borrowed. A parameter that was left out holds its default if that is None, a bool, a number or a
// string literal in the signature, else an empty Value. *args holds a tuple, **kwargs a dict.
using NativeFn = Ref (*)(Thread &, const Value *args);
// A native function that takes its arguments apart itself. `self` is empty for plain functions.
using RawFn = Ref (*)(Thread &, Value self, const CallArgs &args);

enum class NativeKind : uint8_t { Plain, Static, Class };

// One row of a method or function table.
struct NativeDef {
  const char *name;
  NativeFn bound = nullptr;
  RawFn raw = nullptr;
  // __text_signature__ syntax: "($self, sep=None, /, maxsplit=-1)". `$self` and `$type` receive the instance
  // or class; `$module` is not passed. Marks may stand in front:
  //   !      it is hidden from Python: functions whose __text_signature__ is None in CPython
  //   v      CPython's function takes a tuple (METH_VARARGS), where its errors show that
  //   p      the same, and has it taken apart by PyArg_ParseTuple, which counts in words of its own
  //   k      takes keywords, though no parameter can be given by name
  //   @name  the last: what it calls itself in errors
  const char *signature;
  const char *doc;
  NativeKind kind = NativeKind::Plain;
  mutable const Signature *parsed = nullptr;
  // Qualifies a function's name in messages; null for methods and for functions of builtins.
  mutable Str *module = nullptr; // owned

  NativeDef(const char *name, NativeFn fn, const char *signature, const char *doc,
            NativeKind kind = NativeKind::Plain)
      : name(name), bound(fn), signature(signature), doc(doc), kind(kind) {}
  NativeDef(const char *name, RawFn fn, const char *signature, const char *doc,
            NativeKind kind = NativeKind::Plain)
      : name(name), raw(fn), signature(signature), doc(doc), kind(kind) {}
};

using GetterFn = Ref (*)(Thread &, Value self);
// An empty value means deletion.
using SetterFn = Status (*)(Thread &, Value self, Value valueOrEmpty);

// One row of an attribute table. `member`: a member_descriptor in CPython, not a getset_descriptor.
struct GetSetDef {
  const char *name;
  GetterFn get;
  SetterFn set;
  const char *doc;
  bool member = false;
};

// Slots that a type has as its own, so that its dict has their wrappers, though the functions are its base's.
enum OwnSlots : uint8_t {
  kOwnGetAttr = 1 << 0, // CPython fills it in nearly every type
  kOwnSetAttr = 1 << 1,
  kOwnInit = 1 << 2,
  kOwnNew = 1 << 3,
};

// A built-in type. `name` is CPython's tp_name: with the module in front unless that is builtins.
struct TypeSpec {
  const char *name;
  uint32_t size = 0;  // sizeof the instance struct; 0: the base's
  uint32_t flags = 0; // TypeFlags beyond the inherited ones
  void (*fillSlots)(Slots &) = nullptr;
  TraverseFn traverse = nullptr;
  ClearFn clear =
      nullptr; // releases what an instance owns, at destruction and when the collector breaks a cycle
  size_t (*extraSize)(const Object *) = nullptr; // bytes behind `size`, for types of variable size
  uint16_t dictOffset = 0; // where the struct holds a `Dict *` with its attributes; 0: it has none
  llvm::ArrayRef<NativeDef> methods = {};
  llvm::ArrayRef<GetSetDef> getsets = {};
  const char *doc = nullptr;
  // __text_signature__ of a class whose __init__ takes the arguments ("": none); null: what __new__ says.
  const char *signature = nullptr;
  bool heapType = false;     // one of CPython's heap types: __module__ stands in its dict
  uint8_t own = kOwnGetAttr; // OwnSlots; getting attributes counts for types directly below object
};

// One row of a module's type table: a type that is made when its module is first imported.
struct ModuleType {
  Type &type;
  const TypeSpec &spec;
  Type &base;
  bool exported = true; // an attribute of the module
};

// One native module. `populate` may add what is neither a function nor a type; both are there when it runs.
struct ModuleSpec {
  const char *name;
  const char *doc;
  llvm::ArrayRef<NativeDef> functions = {};
  Status (*populate)(Thread &, struct Module *) = nullptr;
  llvm::ArrayRef<ModuleType> types = {};
};

// --- calling -----------------------------------------------------------------------------------------------

struct Parameter {
  Str *name; // interned
  enum Kind : uint8_t { PositionalOnly, Ordinary, KeywordOnly, VarPositional, VarKeyword } kind;
  bool optional;
  Value defaultValue; // owned; empty where the function itself supplies it
};

struct Signature {
  llvm::SmallVector<Parameter, 4> parameters;
  uint16_t positional = 0; // parameters that can be given by position, self included
  uint16_t required = 0;   // of these
  uint16_t nameless = 0;   // of these: those that cannot be given by name
  bool takesSelf = false;
  bool isNew = false;          // of a __new__
  bool positionalOnly = false; // no keyword can be given
  bool hasVarArgs = false;
  bool tuple = false;     // METH_VARARGS
  bool parsed = false;    // by PyArg_ParseTuple
  bool named = false;     // with keywords
  std::string spokenName; // instead of the function's or class's own; empty: that
  // Binding positional arguments is copying them and the defaults behind them: the required parameters come
  // first, and there is neither *args nor **kwargs.
  bool simple = false;
};

const Signature &parseSignatureOf(const NativeDef &def);
inline const Signature &signatureOf(const NativeDef &def) {
  return def.parsed ? *def.parsed : parseSignatureOf(def);
}
// The text for __text_signature__, or empty.
llvm::StringRef visibleSignature(const NativeDef &def);

// Calls with args.values[0] as self if the signature takes one. `owner` qualifies the name in messages, or
// (if `named` is a bound method's object) the type of self; null for functions.
enum class NamedBy : bool { Owner, Self };
Ref callNative(Thread &t, const NativeDef &def, const Type *owner, const CallArgs &args,
               NamedBy named = NamedBy::Owner);
// The same with self apart from the arguments.
Ref callNativeBound(Thread &t, const NativeDef &def, const Type *owner, Value self, const CallArgs &args,
                    NamedBy named = NamedBy::Owner);

// --- objects -----------------------------------------------------------------------------------------------

// builtin_function_or_method: a native function, with the object it is bound to.
struct NativeFunction : Object {
  const NativeDef *def;
  Value self;  // owned; empty for a static or plain function
  Type *owner; // the class whose method it is; null for functions
  Str *module; // owned; may be null
};

// method_descriptor and classmethod_descriptor.
struct MethodDescriptor : Object {
  const NativeDef *def;
  Type *owner;
};

// wrapper_descriptor: the special method that stands for a slot.
struct SlotDef;
struct SlotWrapper : Object {
  const SlotDef *def;
  Type *owner;
};
struct MethodWrapper : Object {
  SlotWrapper *wrapper; // owned
  Value self;           // owned
};

// getset_descriptor.
struct GetSetDescriptor : Object {
  const GetSetDef *def;
  Type *owner;
};
// member_descriptor: of a __slots__ entry, or (with `def`) of a built-in type's member.
struct MemberDescriptor : GetSetDescriptor {
  Str *name;       // owned; null if there is a def
  uint32_t number; // value slot of the instance
};

Ref newNativeFunction(const NativeDef &def, Value selfOrEmpty, Type *owner, Str *module);

// Makes `type` a working type object from its spec: layout, method resolution order, dict, inherited slots.
void initializeType(Type &type, const TypeSpec &spec, Type &base);

} // namespace coil::vm
