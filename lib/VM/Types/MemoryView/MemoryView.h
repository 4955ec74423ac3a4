// memoryview: another object's buffer as a Python object. What its files share.
#pragma once

#include "VM/Protocol/Buffer.h"
#include "VM/Protocol/Protocol.h"

namespace coil::vm {

// One export of the underlying object, shared by all views that are made of one another.
struct ManagedBuffer : Object {
  Buffer master;
};

struct MemoryView : Object {
  ManagedBuffer *managed; // owned; null once released
  BufferInfo view;        // its arrays lie in `arrays`; `exporter` is not used
  int64_t
      *arrays;  // owned: shape, strides, suboffsets, as many of each as there are dimensions (one at least)
  int64_t hash; // valid if `hashed`
  bool hashed;
  int64_t exports; // buffers of the view itself that others hold

  int dimensions() const { return view.dimensions; }
  llvm::ArrayRef<int64_t> shape() const { return {view.shape, size_t(view.dimensions)}; }
};

constexpr int kMaxDimensions = 64;

inline MemoryView *memoryView(Value v) { return v.as<MemoryView>(); }
inline bool isMemoryView(Value v) { return isExactly(v, types::MemoryView); }
// ValueError once it is released.
Status checkUsable(Thread &t, MemoryView *m);
// A new view of the same memory, looking like `like`, with room for `dimensions`.
ObjectRef<MemoryView> newMemoryView(ManagedBuffer *managed, const BufferInfo &like, int dimensions);
ObjectRef<MemoryView> newMemoryView(MemoryView *of);

// --- Items.cpp ---
// The format character of the items; NotImplementedError where it is no native one.
Result<char> itemCode(Thread &t, const BufferInfo &view);
// One item as a Python value, and back.
Ref itemValue(Thread &t, char code, const uint8_t *from);
Status storeItem(Thread &t, char code, uint8_t *to, Value value);
Ref memoryCompare(Thread &t, Value a, Value b, CompareOp op);
Ref memoryToList(Thread &t, const Value *args);

// --- Index.cpp ---
Ref memoryGetItem(Thread &t, Value v, Value key);
Status memorySetItem(Thread &t, Value v, Value key, Value valueOrEmpty);
// The address of the item with the index in the first dimension; null: raised.
uint8_t *itemAddress(Thread &t, const BufferInfo &view, int64_t index);

// --- Cast.cpp ---
Ref memoryCast(Thread &t, const Value *args);

} // namespace coil::vm
