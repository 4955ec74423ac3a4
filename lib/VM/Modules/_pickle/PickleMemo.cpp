// The pickler's memo.
#include "VM/Modules/_pickle/PickleMemo.h"

using namespace coil::vm;
using namespace coil::vm::pickle;

void PickleMemo::grow() {
  llvm::SmallVector<Slot, 16> old = std::move(slots);
  slots.assign(old.empty() ? 16 : old.size() * (old.size() < 50000 ? 4 : 2), Slot{Value(), 0});
  for (const Slot &slot : old)
    if (!slot.key.empty()) slotOf(slot.key) = slot;
}

void PickleMemo::copyFrom(const PickleMemo &other) {
  if (&other == this) return;
  llvm::SmallVector<Slot, 16> copy = other.slots;
  for (const Slot &slot : copy) retain(slot.key);
  size_t size = other.count;
  clear();
  slots = std::move(copy);
  count = size;
}

// What dies may look at the memo, so that is empty by then.
void PickleMemo::clear() {
  llvm::SmallVector<Slot, 16> old = std::move(slots);
  slots.clear();
  count = 0;
  for (const Slot &slot : old) release(slot.key);
}
