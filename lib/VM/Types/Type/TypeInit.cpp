// Making the built-in type objects from their specs.
#include "VM/Bind/Native.h"
#include "VM/Core/Names.h"
#include "VM/Core/Shape.h"
#include "VM/Heap/Gc.h"
#include "VM/Types/Str.h"
#include "VM/Types/Tuple.h"
#include "VM/Types/Type/Mro.h"
#include "VM/Types/Type/TypeObject.h"
#include "llvm/ADT/SmallVector.h"

using namespace coil::vm;

namespace {

// "module.Name": the module part (empty for builtins) and the name.
void setNames(Type &type, llvm::StringRef fullName, bool heapType) {
  auto [module, name] = fullName.rsplit('.');
  if (name.empty()) {
    name = fullName;
    module = "builtins";
  }
  type.name = internText(name).release();
  type.qualname = internText(name).release();
  StrRef moduleName = internText(module);
  if (module != "builtins" && heapType) dictSetStr(type.dict, names::special_module, moduleName);
}

void addMethod(Type &type, const NativeDef &def) {
  StrRef name = internText(def.name);
  Ref value;
  if (name.get() == names::special_new) {
    type.newDef = &def;
    type.slots.create = createNative;
    value = newNativeFunction(def, Value(&type), &type, nullptr);
  } else if (name.get() == names::special_init) { // the slot's wrapper stands for it in the dict
    type.initDef = &def;
    type.slots.init = initNative;
    return;
  } else if (def.kind == NativeKind::Static) {
    value = newStaticMethod(newNativeFunction(def, Value(&type), &type, nullptr));
  } else {
    Type &kind = def.kind == NativeKind::Class ? types::ClassMethodDescriptor : types::MethodDescriptor;
    auto *descriptor = heap::make<MethodDescriptor>(kind);
    descriptor->def = &def;
    descriptor->owner = &type;
    value = Ref::take(Value(descriptor));
  }
  dictSetStr(type.dict, name, value);
}

void addGetSet(Type &type, const GetSetDef &def) {
  GetSetDescriptor *descriptor = def.member ? heap::make<MemberDescriptor>(types::MemberDescriptor)
                                            : heap::make<GetSetDescriptor>(types::GetSetDescriptor);
  descriptor->def = &def;
  descriptor->owner = &type;
  StrRef name = internText(def.name);
  dictSetStr(type.dict, name, Value(descriptor));
  release(static_cast<Object *>(descriptor));
}

// What CPython's type repeats of its base.
void takeOwnSlots(Type &type, const TypeSpec &spec, Type &base) {
  if (spec.own & kOwnGetAttr && &base == &types::Object && !type.slots.getAttr)
    type.slots.getAttr = base.slots.getAttr;
  if (spec.own & kOwnSetAttr && !type.slots.setAttr) type.slots.setAttr = base.slots.setAttr;
  if (spec.own & kOwnInit && !type.slots.init) {
    type.slots.init = base.slots.init;
    type.initDef = base.initDef;
  }
  if (spec.own & kOwnNew && type.newDef == base.newDef)
    dictSetStr(type.dict, names::special_new, newNativeFunction(*base.newDef, Value(&type), &type, nullptr));
}

void inheritLayout(Type &type, const TypeSpec &spec, Type &base) {
  type.size = spec.size ? spec.size : base.size;
  constexpr uint32_t kNotInherited =
      kTypeHeap | kTypeReady | kTypeBase | kTypeNoInstantiate | kTypeMethodDescriptor;
  type.typeFlags = spec.flags | (base.typeFlags & ~kNotInherited) | kTypeImmutable | kTypeReady;
  type.traverse = spec.traverse ? spec.traverse : base.traverse;
  type.clear = spec.clear ? spec.clear : base.clear;
  type.dictOffset = spec.dictOffset ? spec.dictOffset : base.dictOffset;
  if (type.dictOffset) type.typeFlags |= kTypeHasDict;
  type.newDef = base.newDef;
  if (type.has(kTypeAttributes)) type.rootShape = makeRootShape(type);
}

} // namespace

// What a built-in type owns lives as long as the process: no cycle to look for, and no leak of a program's.
static void untrackParts(Type &type) {
  for (Object *part :
       {static_cast<Object *>(type.dict), static_cast<Object *>(type.bases), static_cast<Object *>(type.mro)})
    gc::untrack(part);
  int64_t position = 0;
  for (DictEntry *entry; dictNext(type.dict, position, entry);)
    if (entry->value.isObject() && entry->value.object()->type->has(kTypeGc) &&
        entry->value.object()->refCount == 1)
      gc::untrack(entry->value.object());
}

void coil::vm::initializeType(Type &type, const TypeSpec &spec, Type &base) {
  type.refCount = 1;
  type.flags = kImmortal;
  type.Object::type = &types::Type;
  type.spec = &spec;
  type.base = &type == &base ? nullptr : &base;
  inheritLayout(type, spec, base);
  type.dict = newDict().release();
  setNames(type, spec.name, spec.heapType);
  TupleRef bases = type.base ? packTuple(Value(&base)) : emptyTuple();
  type.bases = bases.release();
  llvm::SmallVector<Value, 4> order{Value(&type)};
  if (type.base) order.append(base.mro->values().begin(), base.mro->values().end());
  type.mro = makeTuple(order).release();
  if (type.base) {
    if (!base.subclasses) base.subclasses = new std::vector<Type *>();
    base.subclasses->push_back(&type);
  }
  if (spec.fillSlots) spec.fillSlots(type.slots);
  for (const NativeDef &def : spec.methods) addMethod(type, def);
  for (const GetSetDef &def : spec.getsets) addGetSet(type, def);
  if (type.base) takeOwnSlots(type, spec, base);
  addSlotWrappers(type);
  // A __doc__ of the instances (a function's, say) keeps its descriptor; the class's own is in the spec.
  if (dictGetStr(type.dict, names::special_doc).empty())
    dictSetStr(type.dict, names::special_doc, spec.doc ? Ref(makeStr(spec.doc)) : Ref::none());
  inheritSlots(type);
  if (type.has(kTypeNoInstantiate)) type.slots.create = nullptr;
  untrackParts(type);
}
