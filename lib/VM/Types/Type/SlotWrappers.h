// The two directions between a slot and its special methods: wrappers (slot to method) and generics (method
// to slot).
#pragma once

#include "VM/Types/Int/Int.h"
#include "VM/Types/Type/Mro.h"

namespace coil::vm {

// wrap<Kind>: the calling convention of a slot wrapper, per kind of slot in Slots.def.
namespace wrappers {
#define DECLARE(Kind)                                                                                        \
  Ref wrap##Kind(Thread &t, void *function, Value self, const CallArgs &args, const SlotDef &def);
DECLARE(Unary)
DECLARE(Next)
DECLARE(Binary)
DECLARE(Repeat)
DECLARE(Power)
DECLARE(Compare)
DECLARE(Hash)
DECLARE(Len)
DECLARE(Bool)
DECLARE(Contains)
DECLARE(SetItem)
DECLARE(DelItem)
DECLARE(GetAttr)
DECLARE(SetAttr)
DECLARE(DelAttr)
DECLARE(DescrGet)
DECLARE(DescrSet)
DECLARE(DescrDelete)
DECLARE(Call)
DECLARE(Init)
DECLARE(Del)
#undef DECLARE
} // namespace wrappers

// The slot functions of classes whose special methods are Python-level attributes.
struct GenericSlots {
  static void fill(Slots &slots);
};

} // namespace coil::vm
