// memoryview: subscripts.
#include "VM/Types/Int/Int.h"
#include "VM/Types/MemoryView/MemoryView.h"
#include "VM/Types/Slice.h"
#include "VM/Types/Tuple.h"
#include <cstring>

using namespace coil::vm;

namespace {

bool isIndex(Value v) { return isIntLike(v) || typeOf(v)->slots.index; }

bool isMultiIndex(Value key) { return isTuple(key) && llvm::all_of(key.as<Tuple>()->values(), isIndex); }

bool isMultiSlice(Value key) {
  return isTuple(key) && key.as<Tuple>()->length &&
         llvm::all_of(key.as<Tuple>()->values(), [](Value v) { return isExactly(v, types::Slice); });
}

bool isWholeKey(Value key) { return key == Value::ellipsis() || (isTuple(key) && !key.as<Tuple>()->length); }

// The next address, `index` along one dimension.
uint8_t *along(Thread &t, const BufferInfo &view, int dimension, uint8_t *base, int64_t index) {
  int64_t n = view.shape[dimension];
  if (index < 0) index += n;
  if (index < 0 || index >= n) {
    (void)raise(t, types::IndexError, "index out of bounds on dimension %", dimension + 1);
    return nullptr;
  }
  base += view.strides[dimension] * index;
  if (view.suboffsets && view.suboffsets[dimension] >= 0)
    base = *reinterpret_cast<uint8_t **>(base) + view.suboffsets[dimension];
  return base;
}

// The address for a tuple of indices.
uint8_t *multiAddress(Thread &t, MemoryView *m, Tuple *key) {
  if (key->length > m->dimensions()) {
    (void)raise(t, types::TypeError, "cannot index %-dimension view with %-element tuple", m->dimensions(),
                key->length);
    return nullptr;
  }
  uint8_t *at = m->view.data;
  for (int i = 0; i < key->length; ++i) {
    int64_t index = TRY(indexInt64(t, (*key)[i]));
    CHECK(checkUsable(t, m)); // an __index__ may have released it
    at = TRY(along(t, m->view, i, at, index));
  }
  return at;
}

// Narrows the first dimension to a slice.
Status slice(Thread &t, BufferInfo &view, Value key) {
  SliceBounds b;
  TRY(sliceBounds(t, key, int64_t(view.shape[0]), b));
  if (!view.suboffsets || view.suboffsets[0] < 0)
    view.data += view.strides[0] * b.start;
  else
    view.suboffsets[0] += view.strides[0] * b.start;
  view.shape[0] = b.count;
  view.strides[0] *= b.step;
  view.length = view.itemSize;
  for (int i = 0; i < view.dimensions; ++i) view.length *= view.shape[i];
  return Status::ok();
}

Ref getSlice(Thread &t, MemoryView *m, Value key) {
  ObjectRef<MemoryView> part = newMemoryView(m);
  CHECK(slice(t, part->view, key));
  return part;
}

const char *withoutAt(const char *format) { return *format == '@' ? format + 1 : format; }

Status setSlice(Thread &t, MemoryView *m, Value key, Value value) {
  Buffer source;
  TRY(source.open(t, value, kBufferFullReadOnly));
  const BufferInfo &from = source.info();
  ObjectRef<MemoryView> part = newMemoryView(m);
  TRY(slice(t, part->view, key));
  TRY(checkUsable(t, m)); // an index of the slice may have released it
  BufferInfo &to = part->view;
  bool same = llvm::StringRef(withoutAt(to.format)) == withoutAt(from.format ? from.format : "B") &&
              to.itemSize == from.itemSize && from.dimensions == 1 && to.shape[0] == from.shape[0];
  if (!same)
    return raise(t, types::ValueError, "memoryview assignment: lvalue and rvalue have different structures");
  llvm::SmallVector<uint8_t, 64> copy(size_t(to.length)); // the two may overlap
  copyContiguous(from, copy.data(), 'C');
  for (int64_t i = 0; i < to.shape[0]; ++i)
    std::memcpy(bufferElement(to, i), copy.data() + i * to.itemSize, size_t(to.itemSize));
  return Status::ok();
}

} // namespace

uint8_t *coil::vm::itemAddress(Thread &t, const BufferInfo &view, int64_t index) {
  return along(t, view, 0, view.data, index);
}

Ref coil::vm::memoryGetItem(Thread &t, Value v, Value key) {
  MemoryView *m = memoryView(v);
  CHECK(checkUsable(t, m));
  if (m->dimensions() == 0) {
    if (isTuple(key) && !key.as<Tuple>()->length)
      return itemValue(t, TRY(itemCode(t, m->view)), m->view.data);
    if (key == Value::ellipsis()) return Ref::share(v);
    return raise(t, types::TypeError, "invalid indexing of 0-dim memory");
  }
  if (isIndex(key)) {
    int64_t i = TRY(indexInt64(t, key));
    CHECK(checkUsable(t, m));
    char code = TRY(itemCode(t, m->view));
    if (m->dimensions() > 1)
      return raise(t, types::NotImplementedError, "multi-dimensional sub-views are not implemented");
    return itemValue(t, code, TRY(itemAddress(t, m->view, i)));
  }
  if (isExactly(key, types::Slice)) return getSlice(t, m, key);
  if (isMultiIndex(key)) {
    char code = TRY(itemCode(t, m->view));
    if (key.as<Tuple>()->length < m->dimensions())
      return raise(t, types::NotImplementedError, "sub-views are not implemented");
    return itemValue(t, code, TRY(multiAddress(t, m, key.as<Tuple>())));
  }
  if (isMultiSlice(key))
    return raise(t, types::NotImplementedError, "multi-dimensional slicing is not implemented");
  return raise(t, types::TypeError, "memoryview: invalid slice key");
}

Status coil::vm::memorySetItem(Thread &t, Value v, Value key, Value value) {
  MemoryView *m = memoryView(v);
  TRY(checkUsable(t, m));
  char code = TRY(itemCode(t, m->view));
  if (m->view.readOnly) return raise(t, types::TypeError, "cannot modify read-only memory");
  if (value.empty()) return raise(t, types::TypeError, "cannot delete memory");
  ObjectRef<MemoryView> hold = newMemoryView(m); // a conversion may release the view, but not the memory then
  uint8_t *at;
  if (m->dimensions() == 0) {
    if (!isWholeKey(key)) return raise(t, types::TypeError, "invalid indexing of 0-dim memory");
    at = m->view.data;
  } else if (isIndex(key)) {
    if (m->dimensions() > 1) return raise(t, types::NotImplementedError, "sub-views are not implemented");
    int64_t i = TRY(indexInt64(t, key));
    TRY(checkUsable(t, m));
    at = TRY(itemAddress(t, m->view, i));
  } else if (isExactly(key, types::Slice) && m->dimensions() == 1) {
    return setSlice(t, m, key, value);
  } else if (isMultiIndex(key)) {
    if (key.as<Tuple>()->length < m->dimensions())
      return raise(t, types::NotImplementedError, "sub-views are not implemented");
    at = TRY(multiAddress(t, m, key.as<Tuple>()));
  } else if (isExactly(key, types::Slice) || isMultiSlice(key)) {
    return raise(t, types::NotImplementedError,
                 "memoryview slice assignments are currently restricted to ndim = 1");
  } else {
    return raise(t, types::TypeError, "memoryview: invalid slice key");
  }
  alignas(8) uint8_t packed[8];
  TRY(storeItem(t, code, packed, value));
  TRY(checkUsable(t, m));
  std::memcpy(at, packed, size_t(m->view.itemSize));
  return Status::ok();
}
