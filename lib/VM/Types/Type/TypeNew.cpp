// type.__new__: making a class (PEP 3115, PEP 487,
// https://docs.python.org/3/reference/datamodel.html#creating-the-class-object).
#include "VM/Bind/Native.h"
#include "VM/Codecs/Codecs.h"
#include "VM/Core/Names.h"
#include "VM/Core/Shape.h"
#include "VM/Heap/Gc.h"
#include "VM/Protocol/Protocol.h"
#include "VM/Types/Function.h"
#include "VM/Types/List.h"
#include "VM/Types/Type/Mro.h"
#include "VM/Types/Type/TypeObject.h"

using namespace coil::vm;

namespace {

constexpr uint16_t kInlineValues = 4;

} // namespace

Type *coil::vm::solidBase(Type *type) {
  while (type->base && type->size == type->base->size && type->slotCount == type->base->slotCount &&
         type->traverse == type->base->traverse)
    type = type->base;
  return type;
}

// The base whose layout the new class extends; the others must be compatible with it.
ObjectRef<Type> coil::vm::bestBase(Thread &t, Tuple *bases) {
  Type *winner = nullptr, *best = nullptr;
  for (Value v : bases->values()) {
    if (!isType(v)) return raise(t, types::TypeError, "bases must be types");
    Type *candidateClass = v.as<Type>();
    if (!candidateClass->has(kTypeBase))
      return raise(t, types::TypeError, "type '%' is not an acceptable base type",
                   candidateClass->fullName());
    Type *candidate = solidBase(candidateClass);
    if (!winner || isSubtype(candidate, winner)) {
      if (!winner || candidate != winner) best = candidateClass;
      winner = candidate;
    } else if (!isSubtype(winner, candidate)) {
      return raise(t, types::TypeError, "multiple bases have instance lay-out conflict");
    }
  }
  return ObjectRef<Type>::share(best);
}

namespace {

// Private names in __slots__ are mangled like any other.
StrRef mangled(Str *className, Str *name) {
  std::string text = toUtf8(name), owner = toUtf8(className);
  if (!llvm::StringRef(text).starts_with("__") || llvm::StringRef(text).ends_with("__"))
    return intern(StrRef::share(name));
  llvm::StringRef stripped = llvm::StringRef(owner).ltrim('_');
  if (stripped.empty()) return intern(StrRef::share(name));
  return internText("_" + stripped.str() + text);
}

struct SlotNames {
  bool given = false, dict = false, weakref = false;
  llvm::SmallVector<Str *, 8> members; // interned, kept alive by the intern table
};

// Instances end in a variable number of items (CPython's tp_itemsize), so that nothing can be put behind
// them.
bool hasItems(const Type *type) {
  return type->has(kTypeIntSubclass) || type->has(kTypeBytesSubclass) || type->has(kTypeTupleSubclass) ||
         type->has(kTypeTypeSubclass);
}

Status readSlots(Thread &t, Str *className, Type *base, Dict *nameSpace, SlotNames &out) {
  Value slots = dictGetStr(nameSpace, names::special_slots);
  if (slots.empty()) return Status::ok();
  out.given = true;
  ListRef list = newList();
  if (isStr(slots))
    listAppend(list, slots);
  else
    list = TRY(listFrom(t, slots));
  if (list->length && hasItems(base))
    return raise(t, types::TypeError, "nonempty __slots__ not supported for subtype of '%'",
                 base->nameText());
  for (Value item : list->values()) {
    if (!isStr(item))
      return raise(t, types::TypeError, "__slots__ items must be strings, not '%'", typeName(item));
    Ref identifier = TRY(callMethod(t, item, internText("isidentifier")));
    if (!identifier->isBool() || identifier.get() != Value::trueValue())
      return raise(t, types::TypeError, "__slots__ must be identifiers");
    Str *name = item.as<Str>();
    std::string text = toUtf8(name);
    if (text == "__dict__") {
      if (base->has(kTypeHasDict) || out.dict)
        return raise(t, types::TypeError, "__dict__ slot disallowed: we already got one");
      out.dict = true;
    } else if (text == "__weakref__") {
      if (base->has(kTypeHasWeakRefs) || out.weakref)
        return raise(t, types::TypeError,
                     "__weakref__ slot disallowed: either we already got one, or __itemsize__ != 0");
      out.weakref = true;
    } else {
      StrRef member = mangled(className, name);
      if (!dictGetStr(nameSpace, member).empty() && member.get() != names::special_qualname &&
          member.get() != names::special_classcell)
        return raise(t, types::ValueError, "'%' in __slots__ conflicts with class variable", text);
      out.members.push_back(member);
    }
  }
  llvm::sort(out.members, [](Str *a, Str *b) { return compareStr(a, b) < 0; });
  return Status::ok();
}

// Sequence or mapping for patterns: what the first class of the order is that is either.
void inheritPatternFlag(Type &type) {
  constexpr uint32_t kEither = kTypeMatchSequence | kTypeMatchMapping;
  for (Value v : type.mro->values())
    if (uint32_t flag = v.as<Type>()->typeFlags & kEither) {
      type.typeFlags |= flag;
      return;
    }
}

void setLayout(Type &type, Type *base, Tuple *bases, const SlotNames &slots) {
  constexpr uint32_t kInherited =
      kTypeGc | kTypeAttributes | kTypeHasDict | kTypeHasWeakRefs | kTypeFastSubclassMask | kTypeMatchSelf;
  type.typeFlags =
      kTypeHeap | kTypeBase | kTypeReady | kTypeGc | kTypeAttributes | (base->typeFlags & kInherited);
  for (Value v : bases->values())
    type.typeFlags |= v.as<Type>()->typeFlags & (kTypeFastSubclassMask | kTypeHasDict);
  type.typeFlags &= ~kTypeMatchSelf;
  if (base->has(kTypeMatchSelf)) type.typeFlags |= kTypeMatchSelf;
  if (!slots.given || slots.dict) type.typeFlags |= kTypeHasDict;
  if (slots.weakref || (!slots.given && !hasItems(base))) type.typeFlags |= kTypeHasWeakRefs;
  type.size = base->size;
  type.dictOffset = base->dictOffset;
  type.traverse = base->traverse;
  type.clear = base->clear;
  type.newDef = base->newDef;
  type.slotCount = base->slotCount + slots.members.size();
  bool variable = base->spec ? base->spec->extraSize != nullptr : false;
  for (Type *b = base; b && !variable; b = b->base) variable = b->spec && b->spec->extraSize;
  if (variable || type.dictOffset)
    type.inlineValues = type.slotCount ? type.slotCount : 0;
  else
    type.inlineValues = type.slotCount + (type.has(kTypeHasDict) ? kInlineValues : 0);
  if (variable) type.inlineValues = 0;
}

void addSlotMembers(Type &type, Type *base, const SlotNames &slots) {
  uint32_t number = base->slotCount;
  for (Str *name : slots.members) {
    auto *member = heap::make<MemberDescriptor>(types::MemberDescriptor);
    retain(static_cast<Object *>(name));
    member->name = name;
    member->owner = &type;
    member->number = number++;
    dictSetStr(type.dict, name, Value(member));
    release(static_cast<Object *>(member));
  }
}

// Classes whose instances are the first of their line with attributes, or with weak references, describe
// where these are.
void addInstanceAttribute(Type &type, Type *base, TypeFlags flag, Str *name, const GetSetDef &def) {
  // Classes of classes have both from type itself.
  if (!type.has(flag) || base->has(flag) || type.has(kTypeTypeSubclass) ||
      !dictGetStr(type.dict, name).empty())
    return;
  auto *descriptor = heap::make<GetSetDescriptor>(types::GetSetDescriptor);
  descriptor->def = &def;
  descriptor->owner = &type;
  dictSetStr(type.dict, name, Value(descriptor));
  release(static_cast<Object *>(descriptor));
}

// What stands behind the class's own names, in CPython's order.
void addImplicitEntries(Type &type, Type *base) {
  addInstanceAttribute(type, base, kTypeHasDict, names::special_dict, kInstanceDictAttribute);
  addInstanceAttribute(type, base, kTypeHasWeakRefs, names::special_weakref, kInstanceWeakRefAttribute);
  if (dictGetStr(type.dict, names::special_doc).empty())
    dictSetStr(type.dict, names::special_doc, Value::none());
  // __eq__ without __hash__ makes instances unhashable.
  if (!dictGetStr(type.dict, names::special_eq).empty() && dictGetStr(type.dict, names::special_hash).empty())
    dictSetStr(type.dict, names::special_hash, Value::none());
}

// __new__ is a static method; __init_subclass__ and __class_getitem__ are class methods, without saying so.
void wrapImplicitMethods(Dict *dict) {
  auto wrap = [&](Str *name, Ref (*make)(Value)) {
    Value function = dictGetStr(dict, name);
    if (isExactly(function, types::Function)) dictSetStr(dict, name, make(function));
  };
  wrap(names::special_new, newStaticMethod);
  wrap(names::special_init_subclass, newClassMethod);
  wrap(names::special_class_getitem, newClassMethod);
}

Status setNamesOf(Thread &t, Type &type) {
  DictRef copy = dictCopy(type.dict);
  int64_t position = 0;
  DictEntry *entry;
  while (dictNext(copy, position, entry)) {
    Ref method;
    TRY(lookupSpecial(t, entry->value, names::special_set_name, method));
    if (!method) continue;
    if (call(t, method, {Value(&type), entry->key})) continue;
    Ref cause = takePending(t);
    std::string keyText = TRY(reprText(t, entry->key));
    (void)raise(t, types::RuntimeError, "Error calling __set_name__ on '%' instance % in '%'",
                typeName(entry->value), keyText, type.nameText());
    return chainCause(t, cause);
  }
  return Status::ok();
}

Status callInitSubclass(Thread &t, Type &type, const CallArgs &keywords) {
  Ref super = TRY(newSuper(t, type, Value(&type)));
  Ref method = TRY(getAttr(t, super, names::special_init_subclass));
  llvm::SmallVector<Value, 4> values(keywords.values, keywords.values + keywords.keywordCount());
  CHECK(call(t, method, CallArgs(values.data(), 0, keywords.kwNames)));
  return Status::ok();
}

Status setClassCell(Thread &t, Type &type, Dict *dict) {
  Value cell = dictGetStr(dict, names::special_classcell);
  if (cell.empty()) return Status::ok();
  if (!isExactly(cell, types::Cell))
    return raise(t, types::TypeError, "__classcell__ must be a nonlocal cell, not <class '%'>",
                 typeName(cell));
  replaceOwned(cell.as<Cell>()->value, retained(Value(&type)));
  dictDeleteStr(dict, names::special_classcell);
  return Status::ok();
}

Status fillDict(Thread &t, Type &type, Dict *nameSpace) {
  type.dict = dictCopy(nameSpace).release();
  if (Value qualname = dictGetStr(type.dict, names::special_qualname); !qualname.empty()) {
    if (!isStr(qualname))
      return raise(t, types::TypeError, "type __qualname__ must be a str, not %", typeName(qualname));
    type.qualname = StrRef::share(qualname.as<Str>()).release();
    dictDeleteStr(type.dict, names::special_qualname);
  } else {
    type.qualname = StrRef::share(type.name).release();
  }
  if (dictGetStr(type.dict, names::special_module).empty())
    if (Value module = currentModuleName(t); !module.empty())
      dictSetStr(type.dict, names::special_module, module);
  if (Value doc = dictGetStr(type.dict, names::special_doc); isStr(doc))
    CHECK(encodeUtf8(t, doc.as<Str>(), "strict"));
  wrapImplicitMethods(type.dict);
  return Status::ok();
}

} // namespace

Status coil::vm::checkTypeName(Thread &t, Str *name) {
  CHECK(encodeUtf8(t, name, "strict"));
  for (int64_t i = 0; i < name->length; ++i)
    if (name->at(i) == 0) return raise(t, types::ValueError, "type name must not contain null characters");
  return Status::ok();
}

Ref coil::vm::newClass(Thread &t, Type &metatype, Str *name, Tuple *givenBases, Dict *nameSpace,
                       const CallArgs &keywords) {
  TRY(checkTypeName(t, name));
  TupleRef bases = givenBases->length ? TupleRef::share(givenBases) : packTuple(Value(&types::Object));
  ObjectRef<Type> base = TRY(bestBase(t, bases));
  SlotNames slots;
  TRY(readSlots(t, name, base, nameSpace, slots));
  auto *type = heap::make<Type>(metatype);
  Ref result = Ref::take(Value(type));
  type->name = StrRef::share(name).release();
  retain(static_cast<Object *>(base.get()));
  type->base = base;
  type->bases = TupleRef::share(bases).release();
  setLayout(*type, base, bases, slots);
  TRY(fillDict(t, *type, nameSpace));
  TRY(setClassCell(t, *type, type->dict));
  addSlotMembers(*type, base, slots);
  addImplicitEntries(*type, base);
  TupleRef noOrder;
  TRY(assignMro(t, *type, noOrder));
  inheritPatternFlag(*type);
  for (Value v : bases->values()) {
    Type *b = v.as<Type>();
    if (!b->subclasses) b->subclasses = new std::vector<Type *>();
    b->subclasses->push_back(type);
  }
  type->rootShape = makeRootShape(*type);
  updateAllSlots(*type);
  TRY(setNamesOf(t, *type));
  TRY(callInitSubclass(t, *type, keywords));
  return result;
}

ObjectRef<Type> coil::vm::calculateMetaclass(Thread &t, Type &metatype, Tuple *bases) {
  Type *winner = &metatype;
  for (Value v : bases->values()) {
    Type *candidate = typeOf(v);
    if (isSubtype(winner, candidate)) continue;
    if (!isSubtype(candidate, winner))
      return raise(
          t, types::TypeError,
          "metaclass conflict: the metaclass of a derived class must be a (non-strict) subclass of the "
          "metaclasses of all its bases");
    winner = candidate;
  }
  return ObjectRef<Type>::share(winner);
}
