// type: calling a class, class attributes, and the methods of classes.
#include "VM/Bind/Native.h"
#include "VM/Core/Audit.h"
#include "VM/Core/Names.h"
#include "VM/Core/Shape.h"
#include "VM/Heap/Gc.h"
#include "VM/Protocol/Protocol.h"
#include "VM/Types/Int/Int.h"
#include "VM/Types/List.h"
#include "VM/Types/Type/Mro.h"
#include "VM/Types/Type/TypeObject.h"

using namespace coil::vm;

llvm::StringRef Type::nameText() const {
  if (name && name->ascii) return name->asciiText();
  static thread_local std::string buffers[4];
  static thread_local int next = 0;
  std::string &buffer = buffers[next++ % 4];
  buffer = name ? toUtf8(name) : "?";
  return buffer;
}

llvm::StringRef Type::fullName() const {
  return spec && !has(kTypeHeap) ? llvm::StringRef(spec->name) : nameText();
}

llvm::StringRef coil::vm::typeName(Value value) { return typeOf(value)->fullName(); }
llvm::StringRef coil::vm::argumentTypeName(Value value) { return value.isNone() ? "None" : typeName(value); }

// The module of a built-in type that has no entry for it, from its full name.
static llvm::StringRef specModule(const Type &type) {
  if (!type.spec || type.has(kTypeHeap)) return "builtins";
  auto [module, name] = llvm::StringRef(type.spec->name).rsplit('.');
  return name.empty() ? "builtins" : module;
}

std::string coil::vm::qualifiedTypeName(Type &type) {
  Value module = dictGetStr(type.dict, names::special_module);
  std::string qualname = toUtf8(type.qualname);
  if (module.empty() && specModule(type) != "builtins") return specModule(type).str() + "." + qualname;
  if (module.empty() || !isStr(module)) return qualname;
  std::string text = toUtf8(module.as<Str>());
  return text == "builtins" ? qualname : text + "." + qualname;
}

// --- calling
// -------------------------------------------------------------------------------------------------

Ref coil::vm::createNative(Thread &t, Type &type, const CallArgs &args) {
  Type *owner = &type;
  while (owner->has(kTypeHeap)) owner = owner->base;
  if (args.positional < 4 && !args.kwNames) {
    Value values[4] = {Value(&type)};
    for (size_t i = 0; i < args.positional; ++i) values[i + 1] = args.values[i];
    return callNative(t, *type.newDef, owner, CallArgs(values, args.positional + 1));
  }
  llvm::SmallVector<Value, 8> values{Value(&type)};
  values.append(args.values, args.values + args.positional + args.keywordCount());
  return callNative(t, *type.newDef, owner, CallArgs(values.data(), args.positional + 1, args.kwNames));
}

// The class whose native __init__ an object gets: the nearest whose wrapper is in force, or (where a method
// that is not in the dict any more has called it) the one that fixes the layout.
static Type *initOwner(Type *type) {
  Value method = typeLookup(type, names::special_init);
  if (isExactly(method, types::SlotWrapper) && method.as<SlotWrapper>()->owner->initDef)
    return method.as<SlotWrapper>()->owner;
  while (!type->initDef) type = type->base;
  return type;
}

Status coil::vm::initNative(Thread &t, Value self, const CallArgs &args) {
  return initAs(t, *initOwner(typeOf(self)), self, args);
}

Status coil::vm::initAs(Thread &t, Type &owner, Value self, const CallArgs &args) {
  CHECK(callNativeBound(t, *owner.initDef, &owner, self, args));
  return Status::ok();
}

// The create slot of classes that have their own __new__ in Python.
static Ref createGeneric(Thread &t, Type &type, const CallArgs &args) {
  Ref method = TRY(getAttr(t, Value(&type), names::special_new));
  llvm::SmallVector<Value, 8> values{Value(&type)};
  values.append(args.values, args.values + args.positional + args.keywordCount());
  return call(t, method, CallArgs(values.data(), args.positional + 1, args.kwNames));
}

void coil::vm::updateCreateSlot(Type &type) {
  if (!type.has(kTypeHeap)) return;
  Value method = typeLookup(&type, names::special_new);
  if (isExactly(method, types::NativeFunction) && method.as<NativeFunction>()->owner) {
    Type *owner = method.as<NativeFunction>()->owner;
    type.slots.create = owner->slots.create;
    type.newDef = owner->newDef;
  } else {
    type.slots.create = createGeneric;
  }
  if (type.subclasses)
    for (Type *sub : *type.subclasses) updateCreateSlot(*sub);
}

Ref coil::vm::callType(Thread &t, Value callee, const CallArgs &args) {
  Type &type = *callee.as<Type>();
  if (&type == &types::Type && args.positional == 1 && !args.keywordCount())
    return Ref::share(Value(typeOf(args.values[0])));
  if (!type.slots.create)
    return raise(t, types::TypeError, "cannot create '%' instances", qualifiedTypeName(type));
  Ref object = TRY(type.slots.create(t, type, args));
  Type *made = typeOf(object);
  if (!isSubtype(made, &type) || !made->slots.init) return object;
  TRY(made->slots.init(t, object, args));
  return object;
}

// --- attributes
// ----------------------------------------------------------------------------------------------

static Ref typeGetAttr(Thread &t, Value self, Str *name) {
  Type *type = self.as<Type>();
  Type *meta = typeOf(self);
  Value metaAttribute = typeLookup(meta, name);
  Type *metaType = metaAttribute.empty() ? nullptr : typeOf(metaAttribute);
  if (metaType && metaType->slots.descrGet && metaType->slots.descrSet)
    return metaType->slots.descrGet(t, Ref::share(metaAttribute), self, Value(meta));
  Value attribute = typeLookup(type, name);
  if (!attribute.empty()) {
    Ref keep = Ref::share(attribute);
    DescrGetFn get = typeOf(attribute)->slots.descrGet;
    return get ? get(t, attribute, Value(), self) : std::move(keep);
  }
  if (metaType && metaType->slots.descrGet)
    return metaType->slots.descrGet(t, Ref::share(metaAttribute), self, Value(meta));
  if (metaType) return Ref::share(metaAttribute);
  return raiseNoAttribute(t, self, name);
}

Status coil::vm::setTypeAttribute(Thread &t, Type &type, Str *givenName, Value valueOrEmpty) {
  StrRef name = intern(StrRef::share(givenName));
  if (valueOrEmpty.empty()) {
    if (!dictDeleteStr(type.dict, name)) return raiseCannotSet(t, Value(&type), name);
  } else {
    dictSetStr(type.dict, name, valueOrEmpty);
  }
  typeModified(type);
  std::string text = toUtf8(name);
  if (llvm::StringRef(text).starts_with("__") && llvm::StringRef(text).ends_with("__"))
    updateSlot(type, name);
  return Status::ok();
}

static Status typeSetAttr(Thread &t, Value self, Str *name, Value valueOrEmpty) {
  Type *type = self.as<Type>();
  if (type->has(kTypeImmutable))
    return raise(t, types::TypeError, "cannot set '%' attribute of immutable type '%'", name,
                 type->fullName());
  Value metaAttribute = typeLookup(typeOf(self), name);
  if (!metaAttribute.empty())
    if (DescrSetFn set = typeOf(metaAttribute)->slots.descrSet)
      return set(t, metaAttribute, self, valueOrEmpty);
  return setTypeAttribute(t, *type, name, valueOrEmpty);
}

static Ref typeRepr(Thread &t, Value self) {
  return makeStr("<class '" + qualifiedTypeName(*self.as<Type>()) + "'>");
}

// --- methods
// -------------------------------------------------------------------------------------------------

static Ref typeNew(Thread &t, Value, const CallArgs &args) {
  Type *metatype = args.values[0].as<Type>();
  if (args.positional != 4) {
    if (metatype == &types::Type) return raise(t, types::TypeError, "type() takes 1 or 3 arguments");
    return raise(t, types::TypeError, "type.__new__() takes exactly 3 arguments (% given)",
                 args.positional - 1);
  }
  Value name = args.values[1], bases = args.values[2], dict = args.values[3];
  if (!isStr(name))
    return raise(t, types::TypeError, "type.__new__() argument 1 must be str, not %", argumentTypeName(name));
  if (!isTuple(bases))
    return raise(t, types::TypeError, "type.__new__() argument 2 must be tuple, not %",
                 argumentTypeName(bases));
  if (!isDict(dict))
    return raise(t, types::TypeError, "type.__new__() argument 3 must be dict, not %",
                 argumentTypeName(dict));
  ObjectRef<Type> winner = TRY(calculateMetaclass(t, *metatype, bases.as<Tuple>()));
  CallArgs keywords(args.values + args.positional, 0, args.kwNames);
  if (winner.get() != metatype && winner->slots.create != createNative)
    return winner->slots.create(t, *winner, CallArgs(args.values + 1, 3, args.kwNames));
  return newClass(t, *winner, name.as<Str>(), bases.as<Tuple>(), dict.as<Dict>(), keywords);
}

static Ref typeInit(Thread &t, Value self, const CallArgs &args) {
  if (args.keywordCount() && args.positional == 1)
    return raise(t, types::TypeError, "type.__init__() takes no keyword arguments");
  if (args.positional != 1 && args.positional != 3)
    return raise(t, types::TypeError, "type.__init__() takes 1 or 3 arguments");
  return Ref::none();
}

static Ref typeMroMethod(Thread &t, const Value *args) {
  Type *type = args[0].as<Type>();
  TupleRef mro = TRY(computeMro(t, *type, type->bases));
  return listFrom(t, mro);
}

static Ref typeSubclasses(Thread &, const Value *args) {
  ListRef list = newList();
  if (auto *subclasses = args[0].as<Type>()->subclasses)
    for (Type *type : *subclasses) listAppend(list, Value(type));
  return list;
}

static Ref typePrepare(Thread &, Value, const CallArgs &) { return newDict(); }

static Ref typeInstanceCheck(Thread &t, const Value *args) {
  Ref found;
  if (isInstance(args[1], *args[0].as<Type>())) return Ref::boolean(true);
  TRY(lookupAttr(t, args[1], names::special_class, found));
  return Ref::boolean(found && isType(found) && isSubtype(found.as<Type>(), args[0].as<Type>()));
}

static Ref typeSubclassCheck(Thread &t, const Value *args) {
  if (!isType(args[1])) return raise(t, types::TypeError, "issubclass() arg 1 must be a class");
  return Ref::boolean(isSubtype(args[1].as<Type>(), args[0].as<Type>()));
}

static void mergeDir(Dict *into, Type *type) {
  if (!type->mro) return;
  for (Value v : type->mro->values()) {
    int64_t position = 0;
    DictEntry *entry;
    while (dictNext(v.as<Type>()->dict, position, entry))
      if (isStr(entry->key)) dictSetStr(into, entry->key.as<Str>(), Value::none());
  }
}

static Ref typeDir(Thread &t, const Value *args) {
  DictRef names = newDict();
  mergeDir(names, args[0].as<Type>());
  return listFrom(t, names);
}

static Ref typeSizeOf(Thread &, const Value *args) { return Ref::smallInt(sizeof(Type)); }

static Ref typeUnion(Thread &t, Value a, Value b);

// --- attribute table
// -------------------------------------------------------------------------------------------

// CPython makes a new string of a static type's name each time, which a pickler's memo shows.
static Ref nameOf(Type *type, Str *name) {
  if (!type->spec || type->has(kTypeHeap) || type->spec->heapType) return StrRef::share(name);
  return makeStr(toUtf8(name));
}
static Ref getName(Thread &, Value self) { return nameOf(self.as<Type>(), self.as<Type>()->name); }
static Ref getQualname(Thread &, Value self) { return nameOf(self.as<Type>(), self.as<Type>()->qualname); }

static Status requireMutable(Thread &t, Value self, const char *name, Value value) {
  Type *type = self.as<Type>();
  if (!type->has(kTypeHeap))
    return raise(t, types::TypeError, "cannot set '%' attribute of immutable type '%'", name,
                 type->fullName());
  if (value.empty())
    return raise(t, types::TypeError, "cannot delete '%' attribute of immutable type '%'", name,
                 type->fullName());
  return Status::ok();
}

static Status setName(Thread &t, Value self, Value value) {
  TRY(requireMutable(t, self, "__name__", value));
  CHECK(auditWrite(t, self, "__name__", value));
  if (!isStr(value))
    return raise(t, types::TypeError, "can only assign string to %.__name__, not '%'",
                 self.as<Type>()->nameText(), typeName(value));
  TRY(checkTypeName(t, value.as<Str>()));
  replaceOwned(self.as<Type>()->name, StrRef::share(value.as<Str>()).release());
  return Status::ok();
}

static Status setQualname(Thread &t, Value self, Value value) {
  TRY(requireMutable(t, self, "__qualname__", value));
  CHECK(auditWrite(t, self, "__qualname__", value));
  if (!isStr(value))
    return raise(t, types::TypeError, "can only assign string to %.__qualname__, not '%'",
                 self.as<Type>()->nameText(), typeName(value));
  replaceOwned(self.as<Type>()->qualname, StrRef::share(value.as<Str>()).release());
  return Status::ok();
}

static Ref getModule(Thread &t, Value self) {
  Value module = dictGetStr(self.as<Type>()->dict, names::special_module);
  if (!module.empty() && !isExactly(module, types::GetSetDescriptor) &&
      !isExactly(module, types::MemberDescriptor))
    return Ref::share(module);
  if (self.as<Type>()->spec)
    if (auto [prefix, name] = self.as<Type>()->fullName().rsplit('.'); !name.empty())
      return internText(prefix);
  return StrRef::share(names::builtins);
}

static Status setModule(Thread &t, Value self, Value value) {
  TRY(requireMutable(t, self, "__module__", value));
  CHECK(auditWrite(t, self, "__module__", value));
  return setTypeAttribute(t, *self.as<Type>(), names::special_module, value);
}

static Ref getBases(Thread &, Value self) { return TupleRef::share(self.as<Type>()->bases); }
static Ref getMro(Thread &, Value self) {
  Tuple *mro = self.as<Type>()->mro; // null while the class is being made
  return mro ? Ref(TupleRef::share(mro)) : Ref::none();
}
static Ref getBase(Thread &, Value self) {
  Type *base = self.as<Type>()->base;
  return base ? Ref::share(Value(base)) : Ref::none();
}
static Ref getDict(Thread &, Value self) { return newMappingProxy(Value(self.as<Type>()->dict)); }

static Ref getDoc(Thread &t, Value self) {
  if (const TypeSpec *spec = self.as<Type>()->spec) return spec->doc ? Ref(makeStr(spec->doc)) : Ref::none();
  Value doc = dictGetStr(self.as<Type>()->dict, names::special_doc);
  if (doc.empty()) return Ref::none();
  if (DescrGetFn get = typeOf(doc)->slots.descrGet) return get(t, doc, Value(), self);
  return Ref::share(doc);
}

static Status setDoc(Thread &t, Value self, Value value) {
  TRY(requireMutable(t, self, "__doc__", value));
  CHECK(auditWrite(t, self, "__doc__", value));
  return setTypeAttribute(t, *self.as<Type>(), names::special_doc, value);
}

// The signature at the head of a docstring, "name(parameters)" and a line of two hyphens; empty if it has
// none.
static llvm::StringRef signatureInDoc(llvm::StringRef name, llvm::StringRef doc) {
  if (!doc.consume_front(name.rsplit('.').second.empty() ? name : name.rsplit('.').second)) return {};
  size_t end = doc.find(")\n--\n\n");
  bool whole = doc.starts_with("(") && end != llvm::StringRef::npos && doc.find("\n\n") > end;
  return whole ? doc.take_front(end + 1) : llvm::StringRef();
}

static Ref getTextSignature(Thread &, Value self) {
  Type *type = self.as<Type>();
  if (type->has(kTypeHeap)) {
    Value doc = dictGetStr(type->dict, names::special_doc);
    if (doc.empty() || !isStr(doc)) return Ref::none();
    std::string text = toUtf8(doc.as<Str>());
    llvm::StringRef found = signatureInDoc(type->nameText(), text);
    return found.empty() ? Ref::none() : Ref(makeStr(found));
  }
  if (!type->newDef) return Ref::none();
  if (const char *own = type->spec->signature) return *own ? Ref(makeStr(own)) : Ref::none();
  if (type->base && type->base != type && type->base->newDef == type->newDef) return Ref::none();
  llvm::StringRef text = visibleSignature(*type->newDef);
  if (text.empty()) return Ref::none();
  // A class is called without the $type that its __new__ gets.
  text.consume_front("($type");
  text.consume_front(", ");
  std::string shown = "(";
  for (; !text.empty(); text = text.drop_front()) { // "= 0" only hides a default from the binding
    shown += text.front();
    if (text.starts_with("= ")) text = text.drop_front();
  }
  return makeStr(shown);
}

static Ref getAnnotations(Thread &t, Value self) {
  Type *type = self.as<Type>();
  Value found = dictGetStr(type->dict, names::special_annotations);
  if (!found.empty()) return Ref::share(found);
  if (!type->has(kTypeHeap)) return raiseNoAttribute(t, self, names::special_annotations);
  DictRef dict = newDict();
  TRY(setTypeAttribute(t, *type, names::special_annotations, dict));
  return dict;
}

static Status setAnnotations(Thread &t, Value self, Value value) {
  return setTypeAttribute(t, *self.as<Type>(), names::special_annotations, value);
}

static Ref getAbstract(Thread &t, Value self) {
  Type *type = self.as<Type>();
  Value found = type == &types::Type ? Value() : dictGetStr(type->dict, names::special_abstractmethods);
  if (found.empty()) return raise(t, types::AttributeError, "__abstractmethods__");
  return Ref::share(found);
}

static Status setAbstract(Thread &t, Value self, Value value) {
  Type *type = self.as<Type>();
  bool abstract = false;
  if (!value.empty()) abstract = TRY(truth(t, value));
  TRY(setTypeAttribute(t, *type, names::special_abstractmethods, value));
  type->typeFlags = (type->typeFlags & ~kTypeAbstract) | (abstract ? kTypeAbstract : 0);
  return Status::ok();
}

static Ref getBasicSize(Thread &, Value self) { return makeInt(int64_t(self.as<Type>()->size)); }

static Ref typeUnion(Thread &t, Value a, Value b) { return newUnion(t, a, b); }

static void traverseType(Object *self, Visitor &visitor) {
  auto *type = static_cast<Type *>(self);
  visitor.visitPointer(type->base);
  visitor.visitPointer(type->bases);
  visitor.visitPointer(type->mro);
  visitor.visitPointer(type->dict);
}

// While the collector breaks cycles, instances that are cleared later still need to know their layout, so the
// bases stay until the type is destroyed. A cycle of types runs through `mro` or a dict as well.
static void clearType(Object *self) {
  auto *type = static_cast<Type *>(self);
  if (!type->has(kTypeHeap)) return;
  if (type->bases)
    for (Value v : type->bases->values())
      if (auto *list = v.as<Type>()->subclasses) llvm::erase(*list, type);
  replaceOwned<Tuple>(type->mro, nullptr);
  replaceOwned<Dict>(type->dict, nullptr);
  if (type->refCount != 0) return;
  replaceOwned<Type>(type->base, nullptr);
  replaceOwned<Tuple>(type->bases, nullptr);
  replaceOwned<Str>(type->name, nullptr);
  replaceOwned<Str>(type->qualname, nullptr);
  destroyShapes(*type);
  delete type->subclasses;
}

static void fillTypeSlots(Slots &s) {
  s.repr = typeRepr;
  s.call = callType;
  s.getAttr = typeGetAttr;
  s.setAttr = typeSetAttr;
  s.bitOr = typeUnion;
}

static NativeDef kTypeMethods[] = {
    {"__new__", typeNew, "!($type, *args, **kwargs)", "Make a new object of the class."},
    {"__init__", typeInit, "($self, /, *args, **kwargs)",
     "Set the object up from the arguments; the help of its class tells which they are."},
    {"mro", typeMroMethod, "($self, /)",
     "Compute the order in which attributes are looked up in the class and its bases."},
    {"__subclasses__", typeSubclasses, "($self, /)",
     "The classes directly derived from this one, as a list."},
    {"__prepare__", typePrepare, "!($type, *args, **kwargs)",
     "__prepare__(name, bases, **kwds): the namespace, here a dict, in which a class statement's\nbody runs.",
     NativeKind::Class},
    {"__instancecheck__", typeInstanceCheck, "($self, instance, /)",
     "What isinstance() asks: tell whether an object is of the class or of a subclass."},
    {"__subclasscheck__", typeSubclassCheck, "($self, subclass, /)",
     "What issubclass() asks: tell whether a class is this one or derived from it."},
    {"__dir__", typeDir, "($self, /)", "The names of the attributes of the class and its bases."},
    {"__sizeof__", typeSizeOf, "($self, /)", "The bytes of memory the object occupies."},
};

static const GetSetDef kTypeGetSets[] = {
    {"__name__", getName, setName, nullptr},
    {"__qualname__", getQualname, setQualname, nullptr},
    {"__bases__", getBases, typeSetBases, nullptr},
    {"__mro__", getMro, nullptr, nullptr, true},
    {"__base__", getBase, nullptr, nullptr, true},
    {"__basicsize__", getBasicSize, nullptr, nullptr, true},
    {"__itemsize__", typeGetItemSize, nullptr, nullptr, true},
    {"__flags__", typeGetFlags, nullptr, nullptr, true},
    {"__weakrefoffset__", typeGetWeakRefOffset, nullptr, nullptr, true},
    {"__dictoffset__", typeGetDictOffset, nullptr, nullptr, true},
    {"__module__", getModule, setModule, nullptr},
    {"__abstractmethods__", getAbstract, setAbstract, nullptr},
    {"__dict__", getDict, nullptr, nullptr},
    {"__doc__", getDoc, setDoc, nullptr},
    {"__text_signature__", getTextSignature, nullptr, nullptr},
    {"__annotations__", getAnnotations, setAnnotations, nullptr},
};

const TypeSpec coil::vm::kTypeSpec = {
    .name = "type",
    .size = sizeof(Type),
    .flags = kTypeBase | kTypeGc | kTypeTypeSubclass | kTypeHasWeakRefs,
    .fillSlots = fillTypeSlots,
    .traverse = traverseType,
    .clear = clearType,
    .methods = kTypeMethods,
    .getsets = kTypeGetSets,
    .doc = "type(object), type(name, bases, dict, **kwds): an object's class, or a new class.\n\nThe new "
           "class has the attributes in dict; the keywords go to the metaclass and to __init_subclass__.",
};
