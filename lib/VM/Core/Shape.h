// Shape: which attribute of an instance stands in which value slot (a hidden class).
#pragma once

#include "VM/Core/Type.h"
#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/SmallVector.h"

namespace coil::vm {

// Shapes form a tree per class: a child has one attribute more than its parent. They live as long as their
// class. The first `type->slotCount` values belong to __slots__ members and have no names here.
struct Shape {
  Type *type;      // borrowed: the class whose instances have this shape
  Shape *parent;   // null at the root
  Str *name;       // the attribute added last (interned, owned); null at the root
  uint32_t count;  // values in use, slot members included
  bool dictionary; // the attributes are in a dict (value number slotCount) that somebody has asked for
  llvm::SmallVector<Shape *, 2> children;
  uint32_t serial;                        // unique among all shapes that ever were; never 0
  llvm::DenseMap<Str *, uint32_t> *index; // name to value number, built when the shape is looked up in often

  // The number of the value of an interned name, or -1.
  int64_t find(Str *name);
  // The shape with `name` added.
  Shape *extended(Str *name);
};

inline uint32_t shapeNumber(const Shape *shape) { return shape->serial; }
// A class's root shape; `dictionaryShape` is its sibling for instances that have a real dict.
Shape *makeRootShape(Type &type);
Shape *dictionaryShape(Type &type);
void destroyShapes(Type &type);

// Makes sure that an instance whose class has __slots__ members has storage for them.
void ensureSlotValues(Object *object);
// The instance attribute, borrowed, or empty; `name` must be interned.
Value instanceGet(Object *object, Str *name);
// Sets (an empty value: deletes) an instance attribute without consulting the class. False: there was nothing
// to delete.
bool instanceSet(Object *object, Str *name, Value valueOrEmpty);
// The instance's __dict__, made on first demand; from then on the attributes live in it. Borrowed.
Dict *instanceDict(Object *object);
// Replaces it (obj.__dict__ = d).
void setInstanceDict(Object *object, Dict *dict);
// Makes the object an instance of `type`, whose layout must fit, with its attributes kept (obj.__class__ =
// type).
void moveAttributes(Object *object, Type &type);
void traverseAttributes(Object *object, Visitor &visitor);
void releaseAttributes(Object *object);

} // namespace coil::vm
