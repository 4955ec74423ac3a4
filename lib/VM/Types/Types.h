// The type objects of the built-in types, and the quick type tests.
#pragma once

#include "VM/Core/Type.h"

namespace coil::vm {

namespace types {
#define TYPE(Name, Base) extern vm::Type Name;
#include "VM/Types/Types.def"
#define EXCEPTION(Name, Base, Layout, Doc) extern vm::Type Name;
#include "VM/Exceptions/Exceptions.def"
} // namespace types

// The specs that the type objects are made from, each defined in its type's file.
struct TypeSpec;
#define TYPE(Name, Base) extern const TypeSpec k##Name##Spec;
#include "VM/Types/Types.def"

// The type of a singleton or immediate number, and of nothing else.
Type *typeOfImmediate(Value value);

inline Type *typeOf(Value value) {
  if (value.isObject()) [[likely]]
    return value.object()->type;
  return typeOfImmediate(value);
}

inline bool isExactly(Value value, const Type &type) {
  return value.isObject() && value.object()->type == &type;
}
inline bool hasFlag(Value value, TypeFlags flag) {
  return value.isObject() && value.object()->type->has(flag);
}

inline bool isStr(Value v) { return hasFlag(v, kTypeStrSubclass); }
inline bool isBytes(Value v) { return hasFlag(v, kTypeBytesSubclass); }
inline bool isTuple(Value v) { return hasFlag(v, kTypeTupleSubclass); }
inline bool isList(Value v) { return hasFlag(v, kTypeListSubclass); }
inline bool isDict(Value v) { return hasFlag(v, kTypeDictSubclass); }
inline bool isType(Value v) { return hasFlag(v, kTypeTypeSubclass); }
inline bool isException(Value v) { return hasFlag(v, kTypeExceptionSubclass); }
inline bool isAnySet(Value v) { return hasFlag(v, kTypeSetSubclass); }
// int, bool and their subclasses.
inline bool isIntLike(Value v) { return v.isInt() || v.isBool() || hasFlag(v, kTypeIntSubclass); }
inline bool isExactFloat(Value v) { return v.isDouble() || isExactly(v, types::Float); }
inline bool isFloatLike(Value v) { return v.isDouble() || hasFlag(v, kTypeFloatSubclass); }
inline bool isExactStr(Value v) { return isExactly(v, types::Str); }
inline bool isExactDict(Value v) { return isExactly(v, types::Dict); }

// isinstance(value, type) by the real class only.
inline bool isInstance(Value value, const Type &type) { return isSubtype(typeOf(value), &type); }

// The class name for messages, as UTF-8.
llvm::StringRef typeName(Value value);
// The same where an argument is of the wrong type: None is called "None" there.
llvm::StringRef argumentTypeName(Value value);

// The type object of each C++ object layout: typeFor<List>() is types::List.
template <class T> Type &typeFor();

} // namespace coil::vm
