// property, staticmethod, classmethod and super.
#include "VM/Types/Property.h"
#include "VM/Bind/Native.h"
#include "VM/Core/Names.h"
#include "VM/Core/Runtime.h"
#include "VM/Heap/Gc.h"
#include "VM/Interp/Frame.h"
#include "VM/Protocol/Protocol.h"
#include "VM/Types/Dict/Dict.h"
#include "VM/Types/Function.h"
#include "VM/Types/Sequence.h"
#include "VM/Types/Tuple.h"
#include "VM/Types/Type/TypeObject.h"

using namespace coil::vm;

namespace {

Ref orNone(Value v) { return v.empty() ? Ref::none() : Ref::share(v); }

// --- property
// ----------------------------------------------------------------------------------------------------

struct Property : Object {
  Value get, set, del; // owned; empty: none
  Value doc;           // owned
  Value name;          // owned; from __set_name__
  bool getterDoc;      // the docstring came from the getter
};

Property *property(Value v) { return v.as<Property>(); }

Failure raiseNo(Thread &t, Value v, Value instance, const char *what) {
  Value name = property(v)->name;
  std::string owner = toUtf8(typeOf(instance)->qualname);
  if (!name.empty()) {
    auto text = reprText(t, name);
    return text ? raise(t, types::AttributeError, "property % of '%' object has no %", *text, owner, what)
                : Failure();
  }
  return raise(t, types::AttributeError, "property of '%' object has no %", owner, what);
}

Ref propertyGet(Thread &t, Value descr, Value instance, Value) {
  if (instance.empty()) return Ref::share(descr);
  Value getter = property(descr)->get;
  if (getter.empty()) return raiseNo(t, descr, instance, "getter");
  return call(t, getter, {instance});
}

Status propertySet(Thread &t, Value descr, Value instance, Value valueOrEmpty) {
  auto *p = property(descr);
  if (valueOrEmpty.empty()) {
    if (p->del.empty()) return raiseNo(t, descr, instance, "deleter");
    CHECK(call(t, p->del, {instance}));
  } else {
    if (p->set.empty()) return raiseNo(t, descr, instance, "setter");
    CHECK(call(t, p->set, {instance, valueOrEmpty}));
  }
  return Status::ok();
}

Ref propertyNew(Thread &, Value, const CallArgs &args) {
  return Ref::take(Value(heap::allocateObject(*args.values[0].as<Type>())));
}

Ref propertyInit(Thread &t, const Value *args) {
  auto *p = property(args[0]);
  auto take = [](Value &slot, Value v) { replaceOwned(slot, v.isNone() ? Value() : retained(v)); };
  take(p->get, args[1]);
  take(p->set, args[2]);
  take(p->del, args[3]);
  take(p->doc, args[4]);
  p->getterDoc = false;
  if (p->doc.empty() && !p->get.empty()) {
    Ref doc;
    TRY(lookupAttr(t, p->get, names::special_doc, doc));
    if (doc && !doc->isNone()) {
      p->getterDoc = true;
      if (isExactly(args[0], types::Property))
        replaceOwned(p->doc, doc.release());
      else
        TRY(setAttr(t, args[0], names::special_doc, doc));
    }
  }
  return Ref::none();
}

// A copy with one of the functions exchanged.
Ref copyWith(Thread &t, Value v, Value get, Value set, Value del) {
  auto *p = property(v);
  auto pick = [](Value fresh, Value old) {
    return fresh.empty() ? (old.empty() ? Value::none() : old) : fresh;
  };
  Value doc = p->getterDoc && !get.empty() ? Value::none()
                                           : (p->doc.empty() || p->getterDoc ? Value::none() : p->doc);
  Ref copy = TRY(call(t, Value(typeOf(v)), {pick(get, p->get), pick(set, p->set), pick(del, p->del), doc}));
  if (isExactly(copy, types::Property)) replaceOwned(property(copy)->name, retained(p->name));
  return copy;
}

// None leaves the function as it is.
Value given(Value v) { return v.isNone() ? Value() : v; }

Ref propertyGetter(Thread &t, const Value *args) {
  return copyWith(t, args[0], given(args[1]), Value(), Value());
}
Ref propertySetter(Thread &t, const Value *args) {
  return copyWith(t, args[0], Value(), given(args[1]), Value());
}
Ref propertyDeleter(Thread &t, const Value *args) {
  return copyWith(t, args[0], Value(), Value(), given(args[1]));
}

Ref propertySetName(Thread &t, Value self, const CallArgs &args) {
  if (args.positional != 2)
    return raise(t, types::TypeError, "__set_name__() takes 2 positional arguments but % were given",
                 args.positional);
  replaceOwned(property(self)->name, retained(args.values[1]));
  return Ref::none();
}

Ref getGet(Thread &, Value v) { return orNone(property(v)->get); }
Ref getSet(Thread &, Value v) { return orNone(property(v)->set); }
Ref getDel(Thread &, Value v) { return orNone(property(v)->del); }
Ref getDoc(Thread &, Value v) { return orNone(property(v)->doc); }
Status setDoc(Thread &, Value v, Value value) {
  replaceOwned(property(v)->doc, retained(value));
  return Status::ok();
}

Ref getAbstract(Thread &t, Value v) {
  for (Value function : {property(v)->get, property(v)->set, property(v)->del}) {
    if (function.empty()) continue;
    Ref mark;
    TRY(lookupAttr(t, function, names::special_isabstractmethod, mark));
    if (mark && TRY(truth(t, mark))) return Ref::boolean(true);
  }
  return Ref::boolean(false);
}

constexpr const char *kNewDoc = "Make a new object of the class.";
constexpr const char *kInitDoc =
    "Set the object up from the arguments; the help of its class tells which they are.";

NativeDef kPropertyMethods[] = {
    {"__new__", propertyNew, "!($type, *args, **kwargs)", kNewDoc},
    {"__init__", propertyInit, "($self, /, fget=None, fset=None, fdel=None, doc=None)", kInitDoc},
    {"getter", propertyGetter, "!($self, fget, /)",
     "getter(fget): a copy of the property with another function for getting; for use as a decorator."},
    {"setter", propertySetter, "!($self, fset, /)",
     "setter(fset): a copy of the property with another function for setting; for use as a decorator."},
    {"deleter", propertyDeleter, "!($self, fdel, /)",
     "deleter(fdel): a copy of the property with another function for deleting; for use as a decorator."},
    {"__set_name__", propertySetName, "!v($self, *args)", "Tell the property which name its class gave it."},
};

const GetSetDef kPropertyGetSets[] = {
    {"fget", getGet, nullptr, nullptr, true},
    {"fset", getSet, nullptr, nullptr, true},
    {"fdel", getDel, nullptr, nullptr, true},
    {"__doc__", getDoc, setDoc, nullptr, true},
    {"__isabstractmethod__", getAbstract, nullptr, nullptr},
};

// --- staticmethod and classmethod
// ----------------------------------------------------------------------------------

struct Wrapper : Object {
  Dict *dict;
  Value callable; // owned
};

Wrapper *wrapper(Value v) { return v.as<Wrapper>(); }

Ref newWrapper(Type &type, Value callable) {
  auto *w = heap::make<Wrapper>(type);
  w->callable = retained(callable);
  return Ref::take(Value(w));
}

Ref wrapperNew(Thread &, Value, const CallArgs &args) {
  return Ref::take(Value(heap::allocateObject(*args.values[0].as<Type>())));
}

Ref wrapperInit(Thread &t, const Value *args) {
  replaceOwned(wrapper(args[0])->callable, retained(args[1]));
  // As functools.wraps does, the wrapper takes over what describes the function.
  for (Str *name : {names::special_module, names::special_name, names::special_qualname, names::special_doc,
                    names::special_annotations}) {
    Ref value;
    TRY(lookupAttr(t, args[1], name, value));
    if (value) TRY(genericSetAttr(t, args[0], name, value));
  }
  return Ref::none();
}

Ref staticGet(Thread &t, Value descr, Value, Value) {
  Value callable = wrapper(descr)->callable;
  if (callable.empty()) return raise(t, types::RuntimeError, "uninitialized staticmethod object");
  return Ref::share(callable);
}

Ref staticCall(Thread &t, Value callee, const CallArgs &args) {
  return call(t, wrapper(callee)->callable, args);
}

Ref classGet(Thread &t, Value descr, Value instance, Value owner) {
  Value callable = wrapper(descr)->callable;
  if (callable.empty()) return raise(t, types::RuntimeError, "uninitialized classmethod object");
  Value cls = owner.empty() ? Value(typeOf(instance)) : owner;
  if (DescrGetFn get = typeOf(callable)->slots.descrGet) return get(t, callable, cls, cls);
  return newMethod(callable, cls);
}

Ref wrapperRepr(Thread &t, Value v) {
  const char *name = isInstance(v, types::StaticMethod) ? "staticmethod" : "classmethod";
  return makeStr(std::string("<") + name + "(" + TRY(reprText(t, wrapper(v)->callable)) + ")>");
}

Ref getFunc(Thread &, Value v) { return orNone(wrapper(v)->callable); }
Ref getWrapped(Thread &, Value v) { return orNone(wrapper(v)->callable); }
Ref getWrapperDict(Thread &, Value v) { return DictRef::share(dictOf(v.object(), true)); }
Ref getWrapperAbstract(Thread &t, Value v) {
  Ref mark;
  TRY(lookupAttr(t, wrapper(v)->callable, names::special_isabstractmethod, mark));
  return Ref::boolean(mark && TRY(truth(t, mark)));
}

NativeDef kWrapperMethods[] = {
    {"__new__", wrapperNew, "!($type, *args, **kwargs)", kNewDoc},
    {"__init__", wrapperInit, "!($self, function, /)", kInitDoc},
};

const GetSetDef kWrapperGetSets[] = {
    {"__func__", getFunc, nullptr, nullptr, true},
    {"__wrapped__", getWrapped, nullptr, nullptr, true},
    {"__isabstractmethod__", getWrapperAbstract, nullptr, nullptr},
    {"__dict__", getWrapperDict, setNativeDictAttribute, nullptr},
};

void wrapperTraverse(Object *o, Visitor &v) {
  v.visitPointer(static_cast<Wrapper *>(o)->dict);
  v.visit(static_cast<Wrapper *>(o)->callable);
}
void wrapperClear(Object *o) {
  replaceOwned<Dict>(static_cast<Wrapper *>(o)->dict, nullptr);
  replaceOwned(static_cast<Wrapper *>(o)->callable, Value());
}

// --- super
// -------------------------------------------------------------------------------------------------------

struct Super : Object {
  Type *type;     // owned: the class after which the search starts
  Value object;   // owned; empty: unbound
  Type *selfType; // owned: whose MRO is searched
};

Super *super(Value v) { return v.as<Super>(); }

// The class whose MRO a super object searches: object's own class, or `object` itself when it is a subclass.
ObjectRef<Type> superCheck(Thread &t, Type *type, Value object) {
  if (isType(object) && isSubtype(object.as<Type>(), type)) return ObjectRef<Type>::share(object.as<Type>());
  if (isSubtype(typeOf(object), type)) return ObjectRef<Type>::share(typeOf(object));
  Ref claimed;
  TRY(lookupAttr(t, object, names::special_class, claimed));
  if (claimed && isType(claimed) && isSubtype(claimed.as<Type>(), type))
    return ObjectRef<Type>::share(claimed.as<Type>());
  return raise(t, types::TypeError, "super(type, obj): obj must be an instance or subtype of type");
}

Ref superGetAttr(Thread &t, Value v, Str *name) {
  Super *s = super(v);
  if (!s->object.empty() && name != names::special_class && s->selfType->mro) {
    llvm::ArrayRef<Value> order = s->selfType->mro->values();
    size_t i = 0;
    while (i < order.size() && order[i].object() != s->type) ++i;
    TupleRef keep = TupleRef::share(s->selfType->mro);
    for (++i; i < order.size(); ++i) {
      Value found = dictGetStr(order[i].as<Type>()->dict, name);
      if (found.empty()) continue;
      Ref attribute = Ref::share(found);
      DescrGetFn get = typeOf(found)->slots.descrGet;
      if (!get) return attribute;
      return get(t, found, s->object == Value(s->selfType) ? Value() : s->object, Value(s->selfType));
    }
  }
  return genericGetAttr(t, v, name);
}

// super() without arguments: the first argument and the __class__ cell of the calling frame.
Status superFromFrame(Thread &t, Type *&type, Value &object) {
  Frame *f = t.frame;
  if (!f) return raise(t, types::RuntimeError, "super(): no current frame");
  if (!f->code->argcount && !(f->code->codeFlags & coil::bytecode::CO_VARARGS))
    return raise(t, types::RuntimeError, "super(): no arguments");
  object = f->slots[0];
  if (isExactly(object, types::Cell) && (f->code->localKind(0) & coil::bytecode::kLocalCell))
    object = object.as<Cell>()->value;
  if (object.empty()) return raise(t, types::RuntimeError, "super(): arg[0] deleted");
  for (int i = 0; i < f->code->localsplusCount; ++i) {
    if (!(f->code->localKind(i) & coil::bytecode::kLocalFree)) continue;
    if (!equalStr((*f->code->localsplusNames)[i].as<Str>(), names::special_class)) continue;
    Value cell = f->slots[i];
    if (!isExactly(cell, types::Cell)) return raise(t, types::RuntimeError, "super(): bad __class__ cell");
    if (cell.as<Cell>()->value.empty()) return raise(t, types::RuntimeError, "super(): empty __class__ cell");
    if (!isType(cell.as<Cell>()->value))
      return raise(t, types::RuntimeError, "super(): __class__ is not a type (%)",
                   typeName(cell.as<Cell>()->value));
    type = cell.as<Cell>()->value.as<Type>();
    return Status::ok();
  }
  return raise(t, types::RuntimeError, "super(): __class__ cell not found");
}

Ref superInit(Thread &t, const Value *args) {
  Super *s = super(args[0]);
  Type *type = nullptr;
  Value object = args[2].isNone() ? Value() : args[2];
  if (args[1].empty()) {
    TRY(superFromFrame(t, type, object));
  } else {
    if (!isType(args[1]))
      return raise(t, types::TypeError, "super() argument 1 must be a type, not %", typeName(args[1]));
    type = args[1].as<Type>();
  }
  ObjectRef<Type> selfType;
  if (!object.empty()) selfType = TRY(superCheck(t, type, object));
  replaceOwned(s->type, ObjectRef<Type>::share(type).release());
  replaceOwned(s->object, retained(object));
  replaceOwned(s->selfType, selfType.release());
  return Ref::none();
}

Ref superGet(Thread &t, Value descr, Value instance, Value) {
  Super *s = super(descr);
  if (instance.empty() || !s->object.empty()) return Ref::share(descr);
  if (!isExactly(descr, types::Super)) return call(t, Value(typeOf(descr)), {Value(s->type), instance});
  return newSuper(t, *s->type, instance);
}

Ref superRepr(Thread &, Value v) {
  Super *s = super(v);
  std::string name = s->type ? s->type->nameText().str() : "NULL";
  if (!s->selfType) return makeStr("<super: <class '" + name + "'>, NULL>");
  return makeStr("<super: <class '" + name + "'>, <" + s->selfType->nameText().str() + " object>>");
}

Ref typeOrNone(Type *type) { return type ? Ref::share(Value(type)) : Ref::none(); }
Ref getThisClass(Thread &, Value v) { return typeOrNone(super(v)->type); }
Ref getSelf(Thread &, Value v) { return orNone(super(v)->object); }
Ref getSelfClass(Thread &, Value v) { return typeOrNone(super(v)->selfType); }

NativeDef kSuperMethods[] = {
    {"__new__", wrapperNew, "!($type, *args, **kwargs)", kNewDoc},
    {"__init__", superInit, "!($self, type=<absent>, obj=None, /)", kInitDoc},
};

const GetSetDef kSuperGetSets[] = {
    {"__thisclass__", getThisClass, nullptr, "the class behind which the search starts", true},
    {"__self__", getSelf, nullptr, "the object whose attributes are sought, or None", true},
    {"__self_class__", getSelfClass, nullptr, "the class whose order of bases is searched, or None", true},
};

} // namespace

Ref coil::vm::newStaticMethod(Value callable) { return newWrapper(types::StaticMethod, callable); }
Ref coil::vm::newClassMethod(Value callable) { return newWrapper(types::ClassMethod, callable); }

Ref coil::vm::newSuper(Thread &t, Type &type, Value objectOrType) {
  ObjectRef<Type> selfType = TRY(superCheck(t, &type, objectOrType));
  auto *s = heap::make<Super>(types::Super);
  s->type = ObjectRef<Type>::share(&type).release();
  s->object = retained(objectOrType);
  s->selfType = selfType.release();
  return Ref::take(Value(s));
}

Value coil::vm::currentModuleName(Thread &t) {
  return t.frame ? dictGetStr(t.frame->globals, names::special_name) : Value();
}

Ref coil::vm::superOfFrame(Thread &t) {
  Type *type = nullptr;
  Value object;
  TRY(superFromFrame(t, type, object));
  return newSuper(t, *type, object);
}

bool coil::vm::superMethod(Value v, Str *name, Value &function, Value &self) {
  Super *s = super(v);
  if (s->object.empty() || s->object == Value(s->selfType) || name == names::special_class) return false;
  llvm::ArrayRef<Value> order = s->selfType->mro->values();
  size_t i = 0;
  while (i < order.size() && order[i].object() != s->type) ++i;
  for (++i; i < order.size(); ++i) {
    function = dictGetStr(order[i].as<Type>()->dict, name);
    if (function.empty()) continue;
    self = s->object;
    return typeOf(function)->has(kTypeMethodDescriptor);
  }
  return false;
}

Value coil::vm::propertyGetter(Value v) { return property(v)->get; }

const TypeSpec coil::vm::kPropertySpec = {
    .name = "property",
    .size = sizeof(Property),
    .flags = kTypeBase | kTypeGc,
    .fillSlots = [](Slots &s) { s.descrGet = propertyGet, s.descrSet = propertySet; },
    .traverse =
        [](Object *o, Visitor &v) {
          auto *p = static_cast<Property *>(o);
          v.visit(p->get), v.visit(p->set), v.visit(p->del), v.visit(p->doc), v.visit(p->name);
        },
    .clear =
        [](Object *o) {
          auto *p = static_cast<Property *>(o);
          for (Value *slot : {&p->get, &p->set, &p->del, &p->doc, &p->name}) replaceOwned(*slot, Value());
        },
    .methods = kPropertyMethods,
    .getsets = kPropertyGetSets,
    .doc =
        "An attribute of a class whose value is computed: fget gets, fset sets and fdel deletes it.\n\nAs a "
        "decorator it takes the first of them. doc is its documentation, which by default is\nthat of fget.",
    .signature = "(fget=None, fset=None, fdel=None, doc=None)",
};

const TypeSpec coil::vm::kStaticMethodSpec = {
    .name = "staticmethod",
    .size = sizeof(Wrapper),
    .flags = kTypeBase | kTypeGc,
    .fillSlots = [](Slots &s) { s.descrGet = staticGet, s.call = staticCall, s.repr = wrapperRepr; },
    .traverse = wrapperTraverse,
    .clear = wrapperClear,
    .dictOffset = offsetof(Wrapper, dict),
    .methods = kWrapperMethods,
    .getsets = kWrapperGetSets,
    .doc = "staticmethod(function): a method that receives neither object nor class. Mostly a decorator.",
    .own = 0,
};

const TypeSpec coil::vm::kClassMethodSpec = {
    .name = "classmethod",
    .size = sizeof(Wrapper),
    .flags = kTypeBase | kTypeGc,
    .fillSlots = [](Slots &s) { s.descrGet = classGet, s.repr = wrapperRepr; },
    .traverse = wrapperTraverse,
    .clear = wrapperClear,
    .dictOffset = offsetof(Wrapper, dict),
    .methods = kWrapperMethods,
    .getsets = kWrapperGetSets,
    .doc =
        "classmethod(function): a method that receives the class as its first argument. Mostly a decorator.",
    .own = 0,
};

const TypeSpec coil::vm::kSuperSpec = {
    .name = "super",
    .size = sizeof(Super),
    .flags = kTypeBase | kTypeGc,
    .fillSlots = [](Slots &s) { s.getAttr = superGetAttr, s.descrGet = superGet, s.repr = superRepr; },
    .traverse =
        [](Object *o, Visitor &v) {
          auto *s = static_cast<Super *>(o);
          v.visitPointer(static_cast<Object *>(s->type)), v.visit(s->object),
              v.visitPointer(static_cast<Object *>(s->selfType));
        },
    .clear =
        [](Object *o) {
          auto *s = static_cast<Super *>(o);
          replaceOwned<Type>(s->type, nullptr);
          replaceOwned(s->object, Value());
          replaceOwned<Type>(s->selfType, nullptr);
        },
    .methods = kSuperMethods,
    .getsets = kSuperGetSets,
    .doc =
        "super(), super(type), super(type, object), super(type, type2): the attributes that the "
        "bases\nbehind type provide.\n\nThey are bound to the second argument, an instance or a subclass of "
        "type. Without arguments\nthese are the class around the method, and the method's first argument.",
};
