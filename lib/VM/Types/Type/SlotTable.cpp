// The slot table, and keeping the slots of classes in step with their special methods.
#include "VM/Bind/Native.h"
#include "VM/Core/Names.h"
#include "VM/Protocol/Protocol.h"
#include "VM/Types/Type/SlotWrappers.h"
#include "llvm/ADT/StringSwitch.h"
#include <cstddef>

using namespace coil::vm;

namespace {

const Slots &genericSlots() {
  static const Slots slots = [] {
    Slots s{};
    GenericSlots::fill(s);
    return s;
  }();
  return slots;
}

uint8_t compareOpOf(llvm::StringRef name) {
  return llvm::StringSwitch<uint8_t>(name)
      .Case("__le__", 1)
      .Case("__eq__", 2)
      .Case("__ne__", 3)
      .Case("__gt__", 4)
      .Case("__ge__", 5)
      .Default(0);
}

// Of the right-hand forms, only that of pow() has a third operand.
const char *reflectedSignature(llvm::StringRef name) {
  return name == "__rpow__" ? "($self, value, mod=None, /)" : "($self, value, /)";
}

// "Return self+value." for the right-hand form: "Return value+self."
const char *reflectedDoc(llvm::StringRef doc) {
  auto [start, afterSelf] = doc.split("self");
  auto [between, end] = afterSelf.split("value");
  auto *text = new std::string(start.str() + "value" + between.str() + "self" + end.str()); // lives on
  return text->c_str();
}

std::vector<SlotDef> makeSlotDefs() {
  std::vector<SlotDef> defs;
  auto add = [&](const char *name, size_t offset, auto wrap, const char *signature, const char *doc,
                 bool reflected) {
    SlotDef def{name, internText(name).release(), offset,   nullptr, wrap, signature,
                doc,  compareOpOf(name),          reflected};
    def.generic = slotField(const_cast<Slots &>(genericSlots()), def);
    defs.push_back(def);
  };
#define SLOT(slot, Kind, dunder, signature, doc)                                                             \
  add(dunder, offsetof(Slots, slot), wrappers::wrap##Kind, signature, doc, false);
#define REFLECTED(slot, dunder)                                                                              \
  add(dunder, offsetof(Slots, slot), defs.back().wrap, reflectedSignature(dunder),                           \
      reflectedDoc(defs.back().doc), true);
#include "VM/Core/Slots.def"
  return defs;
}

// The slot defs of one special method name.
llvm::SmallVector<const SlotDef *, 2> defsNamed(Str *name) {
  llvm::SmallVector<const SlotDef *, 2> result;
  for (const SlotDef &def : slotDefs())
    if (def.interned == name) result.push_back(&def);
  return result;
}

// A wrapper in the class's MRO that stands for exactly this slot: its function can be used directly.
void *wrappedFunction(Value attribute, const SlotDef &def, Type &type) {
  if (!isExactly(attribute, types::SlotWrapper)) return nullptr;
  auto *wrapper = attribute.as<SlotWrapper>();
  if (wrapper->def != &def || !isSubtype(&type, wrapper->owner)) return nullptr;
  return slotField(wrapper->owner->slots, def);
}

// The rows of the slot at the beginning of `defs`: they stand together.
llvm::ArrayRef<SlotDef> firstSlot(llvm::ArrayRef<SlotDef> defs) {
  size_t n = 1;
  while (n < defs.size() && defs[n].offset == defs[0].offset) ++n;
  return defs.take_front(n);
}

llvm::ArrayRef<SlotDef> defsAt(size_t offset) {
  llvm::ArrayRef<SlotDef> defs = slotDefs();
  while (defs[0].offset != offset) defs = defs.drop_front();
  return firstSlot(defs);
}

// What the slot of `defs` is to hold in a Python-level class, given the methods that its MRO has.
void recomputeSlot(Type &type, llvm::ArrayRef<SlotDef> defs) {
  size_t offset = defs[0].offset;
  void *direct = nullptr;
  bool generic = false, any = false;
  void *genericFunction = nullptr;
  for (const SlotDef &def : defs) {
    Value attribute = typeLookup(&type, def.interned);
    if (def.generic) genericFunction = def.generic;
    if (attribute.empty()) continue;
    any = true;
    void *function = wrappedFunction(attribute, def, type);
    if (function && (!direct || direct == function))
      direct = function;
    else
      generic = true;
  }
  // A subclass may define __getattr__ only: that needs the generic attribute lookup too.
  if (offset == offsetof(Slots, getAttr) && !typeLookup(&type, names::special_getattr).empty())
    generic = any = true;
  Slots &slots = type.slots;
  void *&field = *reinterpret_cast<void **>(reinterpret_cast<char *>(&slots) + offset);
  if (!any)
    field = nullptr;
  else if (generic)
    field = genericFunction;
  else
    field = direct;
}

void forSubclasses(Type &type, size_t offset) {
  recomputeSlot(type, defsAt(offset));
  if (type.subclasses)
    for (Type *sub : *type.subclasses) forSubclasses(*sub, offset);
}

// The buffer protocol comes from the first class that has it.
void inheritBuffer(Type &type) {
  for (Value v : type.mro->values()) {
    const Slots &slots = v.as<Type>()->slots;
    if (!slots.getBuffer) continue;
    type.slots.getBuffer = slots.getBuffer;
    type.slots.releaseBuffer = slots.releaseBuffer;
    return;
  }
}

} // namespace

llvm::ArrayRef<SlotDef> coil::vm::slotDefs() {
  static const std::vector<SlotDef> *defs = new std::vector<SlotDef>(makeSlotDefs());
  return *defs;
}

void coil::vm::updateSlot(Type &type, Str *name) {
  if (name == names::special_getattr) forSubclasses(type, offsetof(Slots, getAttr));
  if (name == names::special_new) {
    // The static method decides; create is recomputed by the class itself.
    updateCreateSlot(type);
    return;
  }
  for (const SlotDef *def : defsNamed(name)) forSubclasses(type, def->offset);
}

// The class whose slots hold what this one's do, but for the methods that it defines itself; null if there is
// none. A built-in class's slots are not made from its methods, and a metaclass may order the bases as it
// likes.
static Type *slotParent(const Type &type) {
  if (type.bases->length != 1) return nullptr;
  Type *base = (*type.bases)[0].as<Type>();
  if (!base->has(kTypeHeap) && base != &types::Object) return nullptr;
  return type.mro->values().drop_front() == base->mro->values() ? base : nullptr;
}

static bool definesAnyOf(const Type &type, llvm::ArrayRef<SlotDef> defs) {
  if (defs[0].offset == offsetof(Slots, getAttr) && dictFindStr(type.dict, names::special_getattr) >= 0)
    return true;
  return llvm::any_of(defs, [&](const SlotDef &def) { return dictFindStr(type.dict, def.interned) >= 0; });
}

void coil::vm::updateAllSlots(Type &type) {
  Type *parent = slotParent(type);
  for (llvm::ArrayRef<SlotDef> rest = slotDefs(); !rest.empty();) {
    llvm::ArrayRef<SlotDef> defs = firstSlot(rest);
    rest = rest.drop_front(defs.size());
    if (parent && !definesAnyOf(type, defs))
      slotField(type.slots, defs[0]) = slotField(parent->slots, defs[0]);
    else
      recomputeSlot(type, defs);
  }
  updateCreateSlot(type);
  inheritBuffer(type);
}

void coil::vm::inheritSlots(Type &type) {
  bool ownCompare = type.slots.compare, ownHash = type.slots.hash;
  for (Value v : type.mro->values().drop_front()) {
    Type *base = v.as<Type>();
    auto *to = reinterpret_cast<void **>(&type.slots);
    auto *from = reinterpret_cast<void **>(&base->slots);
    for (size_t i = 0; i < sizeof(Slots) / sizeof(void *); ++i) {
      bool hashing =
          i == offsetof(Slots, hash) / sizeof(void *) || i == offsetof(Slots, compare) / sizeof(void *);
      if (hashing && (ownCompare || ownHash))
        continue; // equality and hash are inherited together or not at all
      if (!to[i]) to[i] = from[i];
    }
  }
}

void coil::vm::addSlotWrappers(Type &type) {
  for (const SlotDef &def : slotDefs()) {
    if (!slotField(type.slots, def) || !dictGetStr(type.dict, def.interned).empty()) continue;
    auto *wrapper = heap::make<SlotWrapper>(types::SlotWrapper);
    wrapper->def = &def;
    wrapper->owner = &type;
    dictSetStr(type.dict, def.interned, Value(wrapper));
    release(static_cast<Object *>(wrapper));
  }
  if (type.slots.hash == hashNotImplemented) dictSetStr(type.dict, names::special_hash, Value::none());
}
