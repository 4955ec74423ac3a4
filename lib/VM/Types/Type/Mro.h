// The method resolution order, and what a class takes over from its bases.
#pragma once

#include "VM/Types/Dict/Dict.h"
#include "VM/Types/Tuple.h"

namespace coil::vm {

// C3 linearization of a class with these bases; fails with CPython's TypeErrors.
TupleRef computeMro(Thread &t, Type &type, Tuple *bases);
// Gives `type` the order that its metaclass's mro() makes. False: mro() has set one itself (by assigning
// __bases__), which stays. `old` receives the order that was replaced.
Result<bool> assignMro(Thread &t, Type &type, TupleRef &old);
// The nearest ancestor that fixes an instance's C++ layout.
Type *solidBase(Type *type);

// Fills the slots that `type` does not define itself from the classes after it in its MRO.
void inheritSlots(Type &type);

// Makes the slot behind special method `name` agree with what the class and its bases now define, here and in
// all subclasses.
void updateSlot(Type &type, Str *name);
// The same for all slots of a new class.
void updateAllSlots(Type &type);

// Sets `create` of a Python-level class from the __new__ that its MRO has.
void updateCreateSlot(Type &type);
// The hash slot of types that set __hash__ to None.
Result<int64_t> hashNotImplemented(Thread &t, Value self);

// Puts the wrappers of the slots that a built-in type defines into its dict.
void addSlotWrappers(Type &type);

// Forgets everything cached about `type` and its subclasses.
void typeModified(Type &type);
// The version tag, assigned on demand.
uint32_t typeVersion(Type &type);

// One row of Slots.def, or the reflected form of a row.
struct SlotDef {
  const char *name;
  Str *interned;
  size_t offset; // in Slots
  void *generic; // the slot function of Python-level classes, which calls the special method
  Ref (*wrap)(Thread &t, void *function, Value self, const CallArgs &args, const SlotDef &def);
  const char *signature;
  const char *doc;
  uint8_t compareOp; // of a compare slot
  bool reflected;
};
llvm::ArrayRef<SlotDef> slotDefs();
inline void *&slotField(Slots &slots, const SlotDef &def) {
  return *reinterpret_cast<void **>(reinterpret_cast<char *>(&slots) + def.offset);
}

} // namespace coil::vm
