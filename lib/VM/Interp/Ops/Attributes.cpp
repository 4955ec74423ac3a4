// Attribute instructions. Each begins as the general one, which puts a handler for the case it has met in its
// place; that one hands back what it does not fit. Caches are keyed by type version, shape, or the version of
// a module's keys.
#include "VM/Bind/Native.h"
#include "VM/Core/Shape.h"
#include "VM/Exceptions/Raise.h"
#include "VM/Interp/PushCall.h"
#include "VM/Protocol/Protocol.h"
#include "VM/Types/Module.h"
#include "VM/Types/Property.h"
#include "VM/Types/Type/Mro.h"

namespace coil::vm::ops {

static Str *nameOf(Frame *f, uint32_t i) { return f->code->names->items()[i].as<Str>(); }

static bool hasVersion(const Instr *pc, Value object) {
  return object.isObject() && object.object()->type->version == pc->version;
}

// The cached shape is that of `object` and its class has not changed since.
static bool cacheHits(const Instr *pc, Value object) {
  return hasVersion(pc, object) && attributes(object.object())->shape == pc->shape;
}

// Instances whose attributes are in shapes and whose class does not interfere.
static bool isCacheable(Type *type) {
  return type->has(kTypeAttributes) && type->has(kTypeHasDict) && !type->dictOffset;
}

// The value slot of a __slots__ member of `type`, or -1.
static int64_t memberSlot(Type *type, Value classAttribute) {
  if (!isExactly(classAttribute, types::MemberDescriptor)) return -1;
  auto *member = classAttribute.as<MemberDescriptor>();
  return member->def || !isSubtype(type, member->owner) ? -1 : int64_t(member->number);
}

static bool isDataDescriptor(Value attribute) {
  return !attribute.empty() && typeOf(attribute)->slots.descrSet;
}

// What an instance finds in its class as it is, if it has no attribute of that name itself.
static bool isPlainAttribute(Value attribute) {
  return !attribute.empty() && !typeOf(attribute)->slots.descrGet && !typeOf(attribute)->slots.descrSet;
}

// --- loading -----------------------------------------------------------------------------------------------

static COIL_OP Value loadInstanceValue(Frame *f, Instr *pc, Value *sp, Thread *t) {
  Value object = sp[-1];
  if (!cacheHits(pc, object)) [[unlikely]]
    [[clang::musttail]] return op_LOAD_ATTR(f, pc, sp, t);
  sp[-1] = retained(attributes(object.object())->values[pc->number]);
  release(object.object());
  NEXT();
}

static COIL_OP Value loadMember(Frame *f, Instr *pc, Value *sp, Thread *t) {
  Value object = sp[-1];
  Value *values;
  if (!hasVersion(pc, object) || !(values = attributes(object.object())->values) ||
      values[pc->number].empty()) [[unlikely]]
    [[clang::musttail]] return op_LOAD_ATTR(f, pc, sp, t);
  sp[-1] = retained(values[pc->number]);
  release(object.object());
  NEXT();
}

// An attribute of the class; `number` is the shape of instances that can have attributes.
static COIL_OP Value loadFromClass(Frame *f, Instr *pc, Value *sp, Thread *t) {
  Value object = sp[-1];
  if (!hasVersion(pc, object) ||
      (pc->number && pc->number != shapeNumber(attributes(object.object())->shape))) [[unlikely]]
    [[clang::musttail]] return op_LOAD_ATTR(f, pc, sp, t);
  sp[-1] = retained(Value::fromBits(pc->bits));
  release(object.object());
  NEXT();
}

static COIL_OP Value loadFromType(Frame *f, Instr *pc, Value *sp, Thread *t) {
  Value object = sp[-1];
  if (!isExactly(object, types::Type) || object.as<Type>()->version != pc->version) [[unlikely]]
    [[clang::musttail]] return op_LOAD_ATTR(f, pc, sp, t);
  sp[-1] = retained(Value::fromBits(pc->bits));
  release(object.object());
  NEXT();
}

static bool moduleHits(const Instr *pc, Value object) {
  return isExactly(object, types::Module) && object.as<Module>()->dict &&
         object.as<Module>()->dict->keysVersion == pc->version;
}

static COIL_OP Value loadFromModule(Frame *f, Instr *pc, Value *sp, Thread *t) {
  Value object = sp[-1];
  if (!moduleHits(pc, object)) [[unlikely]]
    [[clang::musttail]] return op_LOAD_ATTR(f, pc, sp, t);
  sp[-1] = retained(object.as<Module>()->dict->entries[pc->number].value);
  release(object.object());
  NEXT();
}

// A property's getter in Python is called in this loop: what it returns comes onto the stack.
static COIL_OP Value loadProperty(Frame *f, Instr *pc, Value *sp, Thread *t) {
  Value object = sp[-1];
  if (!hasVersion(pc, object)) [[unlikely]]
    [[clang::musttail]] return op_LOAD_ATTR(f, pc, sp, t);
  auto *getter = static_cast<Function *>(pc->object);
  if (!isSimpleCall(getter->code, 1)) [[unlikely]]
    [[clang::musttail]] return op_LOAD_ATTR(f, pc, sp, t);
  SAVE_STATE();
  if (!canEnter(t, getter)) FAIL();
  retain(static_cast<Object *>(getter));
  Frame *frame = pushSimpleFrame(t, getter);
  frame->slots[0] = object;
  f->sp = sp - 1;
  ENTER(frame);
}

static Handler fillFromType(Instr *pc, Value object, Str *name) {
  Type *type = object.as<Type>();
  if (typeOf(object) != &types::Type || isDataDescriptor(typeLookup(&types::Type, name))) return nullptr;
  Value attribute = typeLookup(type, name);
  if (!isPlainAttribute(attribute) && !isExactly(attribute, types::Function)) return nullptr;
  pc->version = typeVersion(*type);
  pc->bits = attribute.bits();
  return loadFromType;
}

// Fills the cache for a module's attribute that its type does not interfere with.
static bool fillFromModule(Instr *pc, Value object, Str *name) {
  Dict *dict = object.as<Module>()->dict;
  if (!dict || !typeLookup(&types::Module, name).empty()) return false;
  int64_t entry = dictFindStr(dict, name);
  if (entry < 0) return false;
  pc->version = dict->keysVersion;
  pc->number = uint32_t(entry);
  return true;
}

static Handler fillFromClass(Instr *pc, Value object, Value attribute) {
  Type *type = typeOf(object);
  if (type->dictOffset || !isPlainAttribute(attribute)) return nullptr;
  uint32_t number = 0;
  if (type->has(kTypeHasDict)) {
    Shape *shape = attributes(object.object())->shape;
    if (shape->dictionary) return nullptr; // with the cache as it was: its handler may still be there
    number = shapeNumber(shape);
  }
  pc->number = number;
  pc->version = typeVersion(*type);
  pc->bits = attribute.bits();
  return loadFromClass;
}

static Handler fillFromInstance(Instr *pc, Value object, Str *name) {
  Shape *shape = attributes(object.object())->shape;
  int64_t number = shape->find(name);
  if (number < 0) return nullptr;
  pc->version = typeVersion(*typeOf(object));
  pc->number = uint32_t(number);
  pc->shape = shape;
  return loadInstanceValue;
}

// The handler for further loads like this one, its cache filled; null: the general one.
static Handler fillLoadCache(Instr *pc, Value object, Str *name) {
  if (!object.isObject()) return nullptr;
  if (isType(object)) return fillFromType(pc, object, name);
  if (isExactly(object, types::Module)) return fillFromModule(pc, object, name) ? loadFromModule : nullptr;
  Type *type = object.object()->type;
  if (type->slots.getAttr != genericGetAttr) return nullptr;
  Value attribute = typeLookup(type, name);
  if (int64_t slot = memberSlot(type, attribute); slot >= 0) {
    pc->version = typeVersion(*type);
    pc->number = uint32_t(slot);
    return loadMember;
  }
  if (isExactly(attribute, types::Property)) {
    Value getter = propertyGetter(attribute);
    if (!isExactly(getter, types::Function)) return nullptr;
    pc->version = typeVersion(*type);
    pc->object = getter.object();
    return loadProperty;
  }
  if (isDataDescriptor(attribute)) return nullptr;
  if (isCacheable(type))
    if (Handler handler = fillFromInstance(pc, object, name)) return handler;
  return fillFromClass(pc, object, attribute);
}

OP(LOAD_ATTR) {
  CACHE_MISS(LOAD_ATTR);
  Value object = sp[-1];
  SAVE_STATE();
  Str *name = nameOf(f, pc->arg);
  Value value = getAttr(*t, object, name).release();
  if (value.empty()) FAIL();
  if (Handler handler = fillLoadCache(pc, object, name)) specialize(f, pc, handler);
  replaceOwned(sp[-1], value);
  NEXT();
}

// The instance's value without a count for the instance.
COIL_OP Value loadFastLoadAttr(Frame *f, Instr *pc, Value *sp, Thread *t) {
  Value object = f->slots[pc->arg];
  Instr *load = pc + 1;
  Value value;
  if (load->handler == loadInstanceValue) {
    if (cacheHits(load, object)) value = attributes(object.object())->values[load->number];
  } else if (load->handler == loadMember && hasVersion(load, object)) {
    if (Value *values = attributes(object.object())->values) value = values[load->number];
  }
  if (value.empty()) [[unlikely]]
    [[clang::musttail]] return op_LOAD_FAST(f, pc, sp, t);
  *sp++ = retained(value);
  pc = load;
  NEXT();
}

// --- storing -----------------------------------------------------------------------------------------------

static COIL_OP Value storeInstanceValue(Frame *f, Instr *pc, Value *sp, Thread *t) {
  Value object = sp[-1];
  if (!cacheHits(pc, object)) [[unlikely]]
    [[clang::musttail]] return op_STORE_ATTR(f, pc, sp, t);
  SAVE_STATE();
  sp -= 2;
  replaceOwned(attributes(object.object())->values[pc->number], sp[0]);
  release(object.object());
  NEXT();
}

// A new attribute, whose value the instance has room for: its shape becomes the cached one.
static COIL_OP Value addInstanceValue(Frame *f, Instr *pc, Value *sp, Thread *t) {
  Value object = sp[-1];
  Attributes *own;
  if (!hasVersion(pc, object) || (own = attributes(object.object()))->shape != pc->shape->parent ||
      !own->values) [[unlikely]]
    [[clang::musttail]] return op_STORE_ATTR(f, pc, sp, t);
  own->values[pc->number] = sp[-2];
  own->shape = pc->shape;
  sp -= 2;
  release(object.object());
  NEXT();
}

static COIL_OP Value storeMember(Frame *f, Instr *pc, Value *sp, Thread *t) {
  Value object = sp[-1];
  Value *values;
  if (!hasVersion(pc, object) || !(values = attributes(object.object())->values)) [[unlikely]]
    [[clang::musttail]] return op_STORE_ATTR(f, pc, sp, t);
  SAVE_STATE();
  sp -= 2;
  replaceOwned(values[pc->number], sp[0]);
  release(object.object());
  NEXT();
}

// The handler for further stores like this one, which has found the instance with the shape `before`.
static Handler fillStoreCache(Instr *pc, Value object, Str *name, Shape *before) {
  if (!object.isObject()) return nullptr;
  Type *type = object.object()->type;
  if (type->slots.setAttr != genericSetAttr) return nullptr;
  Value attribute = typeLookup(type, name);
  if (int64_t slot = memberSlot(type, attribute); slot >= 0) {
    pc->version = typeVersion(*type);
    pc->number = uint32_t(slot);
    return storeMember;
  }
  if (isDataDescriptor(attribute) || !isCacheable(type)) return nullptr;
  Shape *shape = attributes(object.object())->shape;
  int64_t number = shape->find(name);
  if (number < 0) return nullptr;
  bool added = shape != before;
  if (added && (shape->parent != before || shape->count > type->inlineValues)) return nullptr;
  pc->version = typeVersion(*type);
  pc->number = uint32_t(number);
  pc->shape = shape;
  return added ? addInstanceValue : storeInstanceValue;
}

OP(STORE_ATTR) {
  CACHE_MISS(STORE_ATTR);
  Value object = sp[-1];
  SAVE_STATE();
  Str *name = nameOf(f, pc->arg);
  Shape *before = hasFlag(object, kTypeAttributes) ? attributes(object.object())->shape : nullptr;
  if (!setAttr(*t, object, name, sp[-2])) FAIL();
  if (Handler handler = fillStoreCache(pc, object, name, before)) specialize(f, pc, handler);
  release(*--sp);
  release(*--sp);
  NEXT();
}

OP(DELETE_ATTR) {
  SAVE_STATE();
  if (!setAttr(*t, sp[-1], nameOf(f, pc->arg), Value())) FAIL();
  release(*--sp);
  NEXT();
}

// --- methods
// -------------------------------------------------------------------------------------------------------

// The function behind object.name if calling it with `object` first is the same as calling the attribute;
// borrowed.
static Value unboundMethod(Value object, Str *name) {
  Type *type = typeOf(object);
  if (type->slots.getAttr != genericGetAttr) return Value();
  Value attribute = typeLookup(type, name);
  if (attribute.empty() || !typeOf(attribute)->has(kTypeMethodDescriptor)) return Value();
  if (!object.isObject()) return attribute;
  if (type->dictOffset) {
    Dict *dict = dictOf(object.object(), false);
    return dict && !dictGetStr(dict, name).empty() ? Value() : attribute;
  }
  if (type->has(kTypeHasDict) && !instanceGet(object.object(), name).empty()) return Value();
  return attribute;
}

// The method is cached for objects whose attributes are known: those without any, by version alone (shape
// null).
static bool fillMethodCache(Instr *pc, Value object, Value method) {
  Type *type = typeOf(object);
  if (type->dictOffset) return false;
  Shape *shape = nullptr;
  if (type->has(kTypeHasDict)) {
    shape = attributes(object.object())->shape;
    if (shape->dictionary) return false;
  }
  pc->version = typeVersion(*type);
  pc->object = method.object();
  pc->number = shape ? shapeNumber(shape) : 0;
  return true;
}

static COIL_OP Value loadMethodCached(Frame *f, Instr *pc, Value *sp, Thread *t) {
  Value object = sp[-1];
  Type *type = typeOf(object);
  if (pc->version != type->version ||
      (pc->number && pc->number != shapeNumber(attributes(object.object())->shape))) [[unlikely]]
    [[clang::musttail]] return op_LOAD_METHOD(f, pc, sp, t);
  retain(pc->object);
  sp[-1] = Value(pc->object);
  *sp++ = object;
  NEXT();
}

static COIL_OP Value loadCallableFromModule(Frame *f, Instr *pc, Value *sp, Thread *t) {
  Value object = sp[-1];
  if (!moduleHits(pc, object)) [[unlikely]]
    [[clang::musttail]] return op_LOAD_METHOD(f, pc, sp, t);
  sp[-1] = Value();
  *sp++ = retained(object.as<Module>()->dict->entries[pc->number].value);
  release(object.object());
  NEXT();
}

COIL_OP Value loadFastLoadMethod(Frame *f, Instr *pc, Value *sp, Thread *t) {
  Value object = f->slots[pc->arg];
  Instr *load = pc + 1;
  if (load->handler != loadMethodCached || !hasVersion(load, object) ||
      (load->number && load->number != shapeNumber(attributes(object.object())->shape))) [[unlikely]]
    [[clang::musttail]] return op_LOAD_FAST(f, pc, sp, t);
  retain(load->object);
  sp[0] = Value(load->object);
  sp[1] = retained(object);
  sp += 2;
  pc = load;
  NEXT();
}

OP(LOAD_METHOD) {
  CACHE_MISS(LOAD_METHOD);
  Value object = sp[-1];
  SAVE_STATE();
  Str *name = nameOf(f, pc->arg);
  Value method = unboundMethod(object, name);
  if (!method.empty()) {
    if (fillMethodCache(pc, object, method)) specialize(f, pc, loadMethodCached);
    sp[-1] = retained(method);
    *sp++ = object;
    NEXT();
  }
  if (Value self; isExactly(object, types::Super) && superMethod(object, name, method, self)) {
    sp[-1] = retained(method);
    *sp++ = retained(self);
    release(object);
    NEXT();
  }
  Value value = getAttr(*t, object, name).release();
  if (value.empty()) FAIL();
  if (isExactly(object, types::Module) && fillFromModule(pc, object, name))
    specialize(f, pc, loadCallableFromModule);
  sp[-1] = Value();
  *sp++ = value;
  release(object);
  NEXT();
}

} // namespace coil::vm::ops
