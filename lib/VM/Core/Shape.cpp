// Shapes and the attribute storage of instances.
#include "VM/Core/Shape.h"
#include "VM/Heap/Heap.h"
#include "VM/Types/Dict/Dict.h"
#include "VM/Types/Str.h"
#include <cstring>

using namespace coil::vm;

namespace {

constexpr uint32_t kScanLimit = 6;       // up to here a chain walk beats a hash lookup
constexpr uint32_t kMaxShapedCount = 64; // instances with more attributes go over to a dict

uint32_t nextSerial = 1;

uint32_t firstNamed(const Shape *shape) { return shape->type->slotCount; }

uint32_t capacityFor(const Type *type, uint32_t count) {
  if (count <= type->inlineValues) return type->inlineValues;
  uint32_t capacity = 4;
  while (capacity < count) capacity *= 2;
  return capacity;
}

bool valuesAreInline(const Object *object, const Shape *shape) {
  return shape->count <= object->type->inlineValues;
}

// Makes room for one value more than `shape` has.
void growValues(Object *object, const Shape *shape) {
  ensureSlotValues(object);
  Attributes *own = attributes(object);
  Type *type = object->type;
  uint32_t old = shape->count ? capacityFor(type, shape->count) : type->inlineValues;
  uint32_t wanted = capacityFor(type, shape->count + 1);
  if (wanted == old && own->values) return;
  auto *values = static_cast<Value *>(heap::allocate(wanted * sizeof(Value)));
  for (uint32_t i = 0; i < shape->count; ++i) values[i] = own->values[i];
  if (own->values && !valuesAreInline(object, shape)) heap::deallocate(own->values, old * sizeof(Value));
  own->values = values;
}

Dict *&dictValue(Object *object) {
  return *reinterpret_cast<Dict **>(&attributes(object)->values[firstNamed(attributes(object)->shape)]);
}

} // namespace

Shape *coil::vm::makeRootShape(Type &type) {
  auto *shape = new Shape();
  shape->type = &type;
  shape->parent = nullptr;
  shape->name = nullptr;
  shape->count = type.slotCount;
  shape->serial = nextSerial++;
  shape->dictionary = false;
  shape->index = nullptr;
  return shape;
}

Shape *coil::vm::dictionaryShape(Type &type) {
  for (Shape *child : type.rootShape->children)
    if (child->dictionary) return child;
  Shape *shape = makeRootShape(type);
  shape->parent = type.rootShape;
  shape->count = type.slotCount + 1;
  shape->dictionary = true;
  type.rootShape->children.push_back(shape);
  return shape;
}

static void destroyShape(Shape *shape) {
  llvm::SmallVector<Shape *, 16> work{shape};
  while (!work.empty()) {
    Shape *next = work.pop_back_val();
    work.append(next->children.begin(), next->children.end());
    if (next->name) release(static_cast<Object *>(next->name));
    delete next->index;
    delete next;
  }
}

void coil::vm::destroyShapes(Type &type) {
  if (type.rootShape) destroyShape(type.rootShape);
  type.rootShape = nullptr;
}

int64_t Shape::find(Str *wanted) {
  if (dictionary) return -1;
  if (count - firstNamed(this) <= kScanLimit) {
    for (Shape *s = this; s->name; s = s->parent)
      if (s->name == wanted) return s->count - 1;
    return -1;
  }
  if (!index) {
    index = new llvm::DenseMap<Str *, uint32_t>();
    for (Shape *s = this; s->name; s = s->parent) (*index)[s->name] = s->count - 1;
  }
  auto found = index->find(wanted);
  return found == index->end() ? -1 : int64_t(found->second);
}

Shape *Shape::extended(Str *added) {
  for (Shape *child : children)
    if (child->name == added) return child;
  auto *child = new Shape();
  child->type = type;
  child->parent = this;
  retain(static_cast<Object *>(added));
  child->name = added;
  child->count = count + 1;
  child->serial = nextSerial++;
  child->dictionary = false;
  child->index = nullptr;
  children.push_back(child);
  return child;
}

void coil::vm::ensureSlotValues(Object *object) {
  Attributes *own = attributes(object);
  if (own->values || !own->shape->count) return;
  size_t bytes = capacityFor(object->type, own->shape->count) * sizeof(Value);
  own->values = static_cast<Value *>(heap::allocate(bytes));
  std::memset(static_cast<void *>(own->values), 0, bytes);
}

Value coil::vm::instanceGet(Object *object, Str *name) {
  Attributes *own = attributes(object);
  if (own->shape->dictionary) return dictGetStr(dictValue(object), name);
  int64_t number = own->shape->find(name);
  return number < 0 ? Value() : own->values[number];
}

bool coil::vm::instanceSet(Object *object, Str *name, Value valueOrEmpty) {
  Attributes *own = attributes(object);
  if (!own->shape->dictionary) {
    int64_t number = own->shape->find(name);
    if (!valueOrEmpty.empty()) {
      if (number >= 0) {
        replaceOwned(own->values[number], retained(valueOrEmpty));
        return true;
      }
      if (own->shape->count - firstNamed(own->shape) < kMaxShapedCount && name->isInterned()) {
        growValues(object, own->shape);
        own->values[own->shape->count] = retained(valueOrEmpty);
        own->shape = own->shape->extended(name);
        return true;
      }
    } else if (number < 0) {
      return false;
    }
  }
  Dict *dict = instanceDict(object);
  if (valueOrEmpty.empty()) return dictDeleteStr(dict, name);
  dictSetStr(dict, name, valueOrEmpty);
  return true;
}

// Moves the attributes out of the value slots into `dict` (owned), which takes the first named slot.
static void installDict(Object *object, Dict *dict) {
  Attributes *own = attributes(object);
  Shape *old = own->shape;
  uint32_t first = firstNamed(old);
  llvm::SmallVector<Value, 8> released;
  for (uint32_t i = first; i < old->count; ++i) released.push_back(own->values[i]);
  if (old->count == first) growValues(object, old);
  Shape *shape = dictionaryShape(*object->type);
  uint32_t oldCapacity = capacityFor(object->type, old->count),
           newCapacity = capacityFor(object->type, shape->count);
  if (old->count > first && oldCapacity != newCapacity) {
    bool toInline = shape->count <= object->type->inlineValues;
    Value *values = toInline
                        ? reinterpret_cast<Value *>(reinterpret_cast<char *>(object) + object->type->size)
                        : static_cast<Value *>(heap::allocate(newCapacity * sizeof(Value)));
    for (uint32_t i = 0; i < first; ++i) values[i] = own->values[i];
    heap::deallocate(own->values, oldCapacity * sizeof(Value));
    own->values = values;
  }
  own->shape = shape;
  own->values[first] = Value(static_cast<Object *>(dict));
  for (Value value : released) release(value);
}

Dict *coil::vm::instanceDict(Object *object) {
  Attributes *own = attributes(object);
  if (own->shape->dictionary) return dictValue(object);
  llvm::SmallVector<Shape *, 16> chain;
  for (Shape *s = own->shape; s->name; s = s->parent) chain.push_back(s);
  DictRef dict = newDict(chain.size());
  for (Shape *s : llvm::reverse(chain)) dictSetStr(dict, s->name, own->values[s->count - 1]);
  Dict *result = dict.get();
  installDict(object, dict.release());
  return result;
}

void coil::vm::setInstanceDict(Object *object, Dict *dict) {
  retain(static_cast<Object *>(dict));
  if (attributes(object)->shape->dictionary) {
    Dict *old = dictValue(object);
    dictValue(object) = dict;
    release(static_cast<Object *>(old));
    return;
  }
  installDict(object, dict);
}

void coil::vm::moveAttributes(Object *object, Type &type) {
  Attributes *own = attributes(object);
  Type *old = object->type;
  if (own->shape->dictionary) {
    own->shape = dictionaryShape(type);
  } else {
    llvm::SmallVector<Str *, 16> order;
    for (Shape *s = own->shape; s->name; s = s->parent) order.push_back(s->name);
    Shape *shape = type.rootShape;
    for (Str *name : llvm::reverse(order)) shape = shape->extended(name);
    own->shape = shape;
  }
  if (type.has(kTypeHeap)) retain(static_cast<Object *>(&type));
  object->type = &type;
  if (old->has(kTypeHeap)) release(static_cast<Object *>(old));
}

void coil::vm::traverseAttributes(Object *object, Visitor &visitor) {
  Attributes *own = attributes(object);
  if (!own->values) return;
  for (uint32_t i = 0; i < own->shape->count; ++i) visitor.visit(own->values[i]);
}

void coil::vm::releaseAttributes(Object *object) {
  Attributes *own = attributes(object);
  Shape *shape = own->shape;
  Value *values = own->values;
  if (!values) return;
  Type *type = object->type;
  bool inlineValues = valuesAreInline(object, shape);
  uint32_t count = shape->count;
  // An instance can be looked at again (by a finalizer of the same cycle): leave it without attributes. What
  // it is given then goes to a block of its own, so that nobody else gets at these values.
  own->shape = type->rootShape;
  own->values = nullptr;
  for (uint32_t i = 0; i < count; ++i) release(values[i]);
  if (!inlineValues) heap::deallocate(values, capacityFor(type, count) * sizeof(Value));
}
