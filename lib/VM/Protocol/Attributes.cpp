// Attribute access: object.__getattribute__ and object.__setattr__ over descriptors, shapes and dicts
// (https://docs.python.org/3/howto/descriptor.html).
#include "VM/Bind/Native.h"
#include "VM/Core/Names.h"
#include "VM/Core/Shape.h"
#include "VM/Exceptions/Exception.h"
#include "VM/Heap/Heap.h"
#include "VM/Protocol/Protocol.h"
#include "VM/Types/Function.h"

using namespace coil::vm;

namespace {

Dict *&dictField(Object *object) {
  return *reinterpret_cast<Dict **>(reinterpret_cast<char *>(object) + object->type->dictOffset);
}

// The instance's own attribute, borrowed, or empty.
Value ownAttribute(Value object, Str *name) {
  if (!object.isObject()) return Value();
  Object *o = object.object();
  if (o->type->dictOffset) {
    Dict *dict = dictField(o);
    return dict ? dictGetStr(dict, name) : Value();
  }
  if (o->type->has(kTypeHasDict) && o->type->has(kTypeAttributes)) return instanceGet(o, name);
  return Value();
}

bool hasOwnAttributes(Type *type) {
  return type->dictOffset || (type->has(kTypeHasDict) && type->has(kTypeAttributes));
}

bool setOwnAttribute(Object *o, Str *name, Value valueOrEmpty) {
  if (!o->type->dictOffset) return instanceSet(o, name, valueOrEmpty);
  Dict *&dict = dictField(o);
  if (!dict) {
    if (valueOrEmpty.empty()) return false;
    dict = newDict().release();
  }
  if (valueOrEmpty.empty()) return dictDeleteStr(dict, name);
  dictSetStr(dict, name, valueOrEmpty);
  return true;
}

// What genericGetAttr finds; an empty Ref without an exception when there is no such attribute.
Ref findAttribute(Thread &t, Value object, Str *name) {
  Type *type = typeOf(object);
  Value attribute = typeLookup(type, name);
  DescrGetFn get = nullptr;
  if (!attribute.empty()) {
    get = typeOf(attribute)->slots.descrGet;
    if (get && typeOf(attribute)->slots.descrSet) {
      Ref keep = Ref::share(attribute);
      return get(t, attribute, object, Value(type));
    }
  }
  if (Value own = ownAttribute(object, name); !own.empty()) return Ref::share(own);
  if (get) {
    Ref keep = Ref::share(attribute);
    return get(t, attribute, object, Value(type));
  }
  return Ref::share(attribute);
}

} // namespace

Dict *coil::vm::dictOf(Object *object, bool create) {
  if (object->type->dictOffset) {
    Dict *&dict = dictField(object);
    if (!dict && create) dict = newDict().release();
    return dict;
  }
  if (object->type->has(kTypeHasDict) && object->type->has(kTypeAttributes)) return instanceDict(object);
  return nullptr;
}

static std::string noAttributeMessage(Value object, Str *name) {
  std::string what = isType(object) ? "type object '" + object.as<Type>()->nameText().str() + "'"
                                    : "'" + typeName(object).str() + "' object";
  return what + " has no attribute '" + toUtf8(name) + "'";
}

Failure coil::vm::raiseNoAttribute(Thread &t, Value object, Str *name) {
  return raiseAttributeError(t, object, name, noAttributeMessage(object, name));
}

Failure coil::vm::raiseCannotSet(Thread &t, Value object, Str *name) {
  return raise(t, types::AttributeError, "%", noAttributeMessage(object, name));
}

Ref coil::vm::genericGetAttr(Thread &t, Value object, Str *name) {
  Ref found = findAttribute(t, object, name);
  if (!found && !t.hasPending()) return raiseNoAttribute(t, object, name);
  return found;
}

Status coil::vm::genericSetAttr(Thread &t, Value object, Str *givenName, Value valueOrEmpty) {
  StrRef name = intern(StrRef::share(givenName));
  Type *type = typeOf(object);
  Value attribute = typeLookup(type, name);
  if (!attribute.empty())
    if (DescrSetFn set = typeOf(attribute)->slots.descrSet) {
      Ref keep = Ref::share(attribute);
      return set(t, attribute, object, valueOrEmpty);
    }
  if (object.isObject() && hasOwnAttributes(type)) {
    Ref keep = Ref::share(object);
    if (setOwnAttribute(object.object(), name, valueOrEmpty)) return Status::ok();
    return raiseCannotSet(t, object, name);
  }
  if (attribute.empty()) return raiseCannotSet(t, object, name);
  return raise(t, types::AttributeError, "'%' object attribute '%' is read-only", type->fullName(),
               name.get());
}

// An AttributeError that says nothing of its object gets to know it, for the suggestions.
static void completeAttributeError(Thread &t, Value object, Str *name) {
  if (!pendingIs(t, types::AttributeError)) return;
  Ref exception = takePending(t);
  Value &theObject = exceptionField(exception, 0), &theName = exceptionField(exception, 1);
  if (theObject.empty() && theName.empty()) {
    theObject = retained(object);
    theName = retained(Value(name));
  }
  (void)setPending(t, std::move(exception));
}

Ref coil::vm::getAttr(Thread &t, Value object, Str *name) {
  Ref found = typeOf(object)->slots.getAttr(t, object, name);
  if (!found) [[unlikely]]
    completeAttributeError(t, object, name);
  return found;
}

Status coil::vm::setAttr(Thread &t, Value object, Str *name, Value valueOrEmpty) {
  SetAttrFn set = typeOf(object)->slots.setAttr;
  return set(t, object, name, valueOrEmpty);
}

Result<Value> coil::vm::lookupAttr(Thread &t, Value object, Str *name, Ref &found) {
  GetAttrFn get = typeOf(object)->slots.getAttr;
  found = get == genericGetAttr ? findAttribute(t, object, name) : get(t, object, name);
  if (found) return found.get();
  if (t.hasPending() && !catchPending(t, types::AttributeError)) return {};
  return Value();
}

Result<Value> coil::vm::lookupSpecial(Thread &t, Value object, Str *name, Ref &found) {
  Value method = typeLookup(typeOf(object), name);
  if (method.empty()) return Value();
  Ref keep = Ref::share(method);
  DescrGetFn get = typeOf(method)->slots.descrGet;
  found = get ? get(t, method, object, Value(typeOf(object))) : std::move(keep);
  if (!found) return {};
  return found.get();
}

Ref coil::vm::callSpecial(Thread &t, Value object, Str *name, llvm::ArrayRef<Value> args, bool &found) {
  Value method = typeLookup(typeOf(object), name);
  found = !method.empty();
  if (!found) return {};
  Ref keep = Ref::share(method);
  if (typeOf(method)->has(kTypeMethodDescriptor)) {
    llvm::SmallVector<Value, 8> values{object};
    values.append(args.begin(), args.end());
    return call(t, method, values);
  }
  DescrGetFn get = typeOf(method)->slots.descrGet;
  if (!get) return call(t, method, args);
  Ref bound = TRY(get(t, method, object, Value(typeOf(object))));
  return call(t, bound, args);
}
