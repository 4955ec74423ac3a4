// Attribute instructions, with inline caches keyed by type version and shape.
#include "VM/Core/Shape.h"
#include "VM/Exceptions/Raise.h"
#include "VM/Interp/Instr.h"
#include "VM/Protocol/Protocol.h"
#include "VM/Types/Type/Mro.h"

namespace coil::vm::ops {

static Str *nameOf(Frame *f, uint32_t i) { return f->code->names->items()[i].as<Str>(); }

// The cached shape is that of `object` and its class has not changed since.
static bool cacheHits(const Instr *pc, Value object) {
  if (!object.isObject()) return false;
  Type *type = object.object()->type;
  return type->version == pc->version && pc->version != 0 && attributes(object.object())->shape == pc->shape;
}

// Instances whose attributes are in shapes and whose class does not interfere.
static bool isCacheable(Type *type) {
  return type->has(kTypeAttributes) && type->has(kTypeHasDict) && !type->dictOffset;
}

static void fillLoadCache(Instr *pc, Value object, Str *name) {
  if (!object.isObject()) return;
  Type *type = object.object()->type;
  if (!isCacheable(type) || type->slots.getAttr != genericGetAttr) return;
  Value classAttribute = typeLookup(type, name);
  if (!classAttribute.empty() && typeOf(classAttribute)->slots.descrGet &&
      typeOf(classAttribute)->slots.descrSet)
    return;
  Shape *shape = attributes(object.object())->shape;
  int64_t number = shape->find(name);
  if (number < 0) return;
  pc->version = typeVersion(*type);
  pc->number = uint32_t(number);
  pc->shape = shape;
}

OP(LOAD_ATTR) {
  Value object = sp[-1];
  if (cacheHits(pc, object)) [[likely]] {
    Value value = retained(attributes(object.object())->values[pc->number]);
    sp[-1] = value;
    release(object);
    NEXT();
  }
  SAVE_STATE();
  Value value = getAttr(*t, object, nameOf(f, pc->arg)).release();
  if (value.empty()) FAIL();
  fillLoadCache(pc, object, nameOf(f, pc->arg));
  replaceOwned(sp[-1], value);
  NEXT();
}

static void fillStoreCache(Instr *pc, Value object, Str *name) {
  if (!object.isObject()) return;
  Type *type = object.object()->type;
  if (!isCacheable(type) || type->slots.setAttr != genericSetAttr) return;
  Value classAttribute = typeLookup(type, name);
  if (!classAttribute.empty() && typeOf(classAttribute)->slots.descrSet) return;
  Shape *shape = attributes(object.object())->shape;
  int64_t number = shape->find(name);
  if (number < 0) return;
  pc->version = typeVersion(*type);
  pc->number = uint32_t(number);
  pc->shape = shape;
}

OP(STORE_ATTR) {
  Value object = sp[-1];
  if (cacheHits(pc, object)) [[likely]] {
    replaceOwned(attributes(object.object())->values[pc->number], sp[-2]);
    sp -= 2;
    release(object);
    NEXT();
  }
  SAVE_STATE();
  if (!setAttr(*t, object, nameOf(f, pc->arg), sp[-2])) FAIL();
  fillStoreCache(pc, object, nameOf(f, pc->arg));
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
static void fillMethodCache(Instr *pc, Value object, Value method) {
  Type *type = typeOf(object);
  if (type->dictOffset) return;
  Shape *shape = nullptr;
  if (type->has(kTypeHasDict)) {
    shape = attributes(object.object())->shape;
    if (shape->dictionary) return;
  }
  pc->version = typeVersion(*type);
  pc->object = method.object();
  pc->number = shape ? shapeNumber(shape) : 0;
}

OP(LOAD_METHOD) {
  Value object = sp[-1];
  Type *type = typeOf(object);
  if (pc->version == type->version && pc->version != 0 &&
      (pc->number == 0 || pc->number == shapeNumber(attributes(object.object())->shape))) [[likely]] {
    sp[-1] = retained(Value(pc->object));
    *sp++ = object;
    NEXT();
  }
  SAVE_STATE();
  Str *name = nameOf(f, pc->arg);
  Value method = unboundMethod(object, name);
  if (!method.empty()) {
    fillMethodCache(pc, object, method);
    sp[-1] = retained(method);
    *sp++ = object;
    NEXT();
  }
  Value value = getAttr(*t, object, name).release();
  if (value.empty()) FAIL();
  sp[-1] = Value();
  *sp++ = value;
  release(object);
  NEXT();
}

} // namespace coil::vm::ops
