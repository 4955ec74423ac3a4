// The pickler's memo: which object has which number, by identity.
#pragma once

#include "VM/Core/Ref.h"
#include "llvm/ADT/SmallVector.h"

namespace coil::vm::pickle {

class PickleMemo {
public:
  struct Slot {
    Value key; // owned; empty: unused
    int64_t index;
  };

private:
  llvm::SmallVector<Slot, 16> slots; // a power of two
  size_t count = 0;

  Slot &slotOf(Value key) {
    size_t mask = slots.size() - 1;
    // Objects lie on multiples of 16.
    size_t at = size_t((key.bits() >> 4) * 0x9E3779B97F4A7C15 >> 20) & mask;
    while (!slots[at].key.empty() && slots[at].key != key) at = (at + 1) & mask;
    return slots[at];
  }
  void grow();

public:
  PickleMemo() = default;
  PickleMemo(const PickleMemo &) = delete;
  ~PickleMemo() { clear(); }

  size_t size() const { return count; }
  size_t bytes() const { return slots.capacity_in_bytes(); }
  // The number of an object, or -1.
  int64_t find(Value key) {
    if (slots.empty()) return -1;
    const Slot &slot = slotOf(key);
    return slot.key.empty() ? -1 : slot.index;
  }
  // Gives an object a number, in place of the one that it has.
  void set(Value key, int64_t index) {
    if ((count + 1) * 3 > slots.size() * 2) [[unlikely]]
      grow();
    Slot &slot = slotOf(key);
    if (slot.key.empty()) {
      slot.key = retained(key);
      ++count;
    }
    slot.index = index;
  }
  void copyFrom(const PickleMemo &other);
  void clear();
  template <class Body> void forEach(Body body) const {
    for (const Slot &slot : slots)
      if (!slot.key.empty()) body(slot.key, slot.index);
  }
};

} // namespace coil::vm::pickle
