// type: the class of classes.
#pragma once

#include "VM/Types/Dict/Dict.h"
#include "VM/Types/Tuple.h"

namespace coil::vm {

// The create slot of types whose __new__ is a native function: binds and calls it.
Ref createNative(Thread &t, Type &type, const CallArgs &args);
// The init slot of types whose __init__ is a native method.
Status initNative(Thread &t, Value self, const CallArgs &args);
// The native __init__ of one class, whatever its subclasses make of it.
Status initAs(Thread &t, Type &owner, Value self, const CallArgs &args);
// type.__call__: make an instance, then initialise it.
Ref callType(Thread &t, Value callee, const CallArgs &args);

// type.__new__(metatype, name, bases, namespace, **kwargs): the whole of PEP 487's protocol.
Ref newClass(Thread &t, Type &metatype, Str *name, Tuple *bases, Dict *nameSpace, const CallArgs &keywords);
// The metaclass that fits all bases: `metatype` or a more derived one among theirs.
ObjectRef<Type> calculateMetaclass(Thread &t, Type &metatype, Tuple *bases);

Ref newStaticMethod(Value callable);
Ref newClassMethod(Value callable);
Ref newMappingProxy(Value mapping);

// super(type, objectOrType), bound.
Ref newSuper(Thread &t, Type &type, Value objectOrType);
// int | str (PEP 604); NotImplemented for what is no type.
// What can be no class's name raises an error.
Status checkTypeName(Thread &t, Str *name);
Ref newUnion(Thread &t, Value a, Value b);
// What a types.UnionType consists of, borrowed; null for anything else.
Tuple *unionMembers(Value v);
// __name__ of the module that the innermost Python frame runs in; borrowed, may be empty.
Value currentModuleName(Thread &t);

// The __dict__ descriptor that classes get whose instances are the first of their line to have attributes.
struct GetSetDef;
extern const GetSetDef kInstanceDictAttribute;
extern const GetSetDef kInstanceWeakRefAttribute;
// Attributes of type (TypeLayout.cpp).
Ref typeGetFlags(Thread &t, Value self);
Ref typeGetDictOffset(Thread &t, Value self);
Ref typeGetWeakRefOffset(Thread &t, Value self);
Ref typeGetItemSize(Thread &t, Value self);
Status setInstanceDictAttribute(Thread &t, Value self, Value valueOrEmpty);
// The same for instances of built-in types, whose __dict__ cannot be deleted.
Status setNativeDictAttribute(Thread &t, Value self, Value valueOrEmpty);

// The base that fixes the layout of instances; TypeError where the bases' layouts conflict.
ObjectRef<Type> bestBase(Thread &t, Tuple *bases);
// Objects of one class can become objects of the other.
bool sameLayout(const Type *a, const Type *b);
// object.__class__ = value (ClassAssignment.cpp).
Status objectSetClass(Thread &t, Value object, Value valueOrEmpty);
// cls.__bases__ = value
Status typeSetBases(Thread &t, Value self, Value value);
// Sets or deletes an attribute in the class's dict and brings slots and caches up to date.
Status setTypeAttribute(Thread &t, Type &type, Str *name, Value valueOrEmpty);

// The module-qualified name as reprs and tracebacks show it: without "builtins.".
std::string qualifiedTypeName(Type &type);

} // namespace coil::vm
