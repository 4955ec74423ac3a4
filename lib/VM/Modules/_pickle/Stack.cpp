// The unpickler's stack, marks and memo.
#include "VM/Modules/_pickle/Reader.h"
#include "VM/Types/Tuple.h"

using namespace coil::vm;
using namespace coil::vm::pickle;

Failure Reader::raiseUnderflow(Thread &t) {
  return raiseUnpickling(t, marks.empty() ? "unpickling stack underflow" : "unexpected MARK found");
}

void Reader::dropMark() {
  marks.pop_back();
  fence = marks.empty() ? 0 : marks.back();
}

Result<size_t> Reader::popMark(Thread &t) {
  if (marks.empty()) return raiseUnpickling(t, "could not find MARK");
  size_t mark = marks.back();
  dropMark();
  return mark;
}

// Drops what is above `size`; destructors that look see a stack without it.
void Reader::cutStack(size_t size) {
  while (stack.size() > size) release(stack.pop_back_val());
}

// What is above `start`, which may be below the fence of a mark further down only.
Ref Reader::tupleFromStack(Thread &t, size_t start) {
  if (start < fence || start > stack.size()) return raiseUnderflow(t);
  TupleRef tuple = takeTuple(llvm::MutableArrayRef<Value>(stack).drop_front(start));
  stack.truncate(start);
  return tuple;
}

Status Reader::memoPut(Thread &t, uint64_t index) {
  CHECK(need(t, 1));
  memo.set(index, stack.back());
  return Status::ok();
}

// --- the memo ----------------------------------------------------------------------------------------------

void ObjectMemo::setSlowly(uint64_t index, Value object) {
  Value *place;
  if (index < dense.size() * 2 + 1024) {
    if (index >= dense.size()) {
      size_t before = dense.size();
      dense.resize(std::max<size_t>(index + 1, before * 2 + 16));
      // Numbers that were far off are in the row now.
      for (auto it = sparse.begin(); it != sparse.end() && it->first < dense.size(); it = sparse.erase(it))
        dense[it->first] = it->second;
    }
    place = &dense[index];
  } else {
    place = &sparse[index];
  }
  count += place->empty();
  replaceOwned(*place, retained(object));
}

void ObjectMemo::copyFrom(const ObjectMemo &other) {
  if (&other == this) return;
  std::vector<std::pair<uint64_t, Value>> all;
  other.forEach([&](uint64_t index, Value object) { all.push_back({index, retained(object)}); });
  clear();
  for (auto &[index, object] : all) {
    set(index, object);
    release(object);
  }
}

void ObjectMemo::clear() {
  llvm::SmallVector<Value, 16> oldDense = std::move(dense);
  auto oldSparse = std::move(sparse);
  dense.clear();
  sparse.clear();
  count = 0;
  for (Value v : oldDense) release(v);
  for (auto &[index, object] : oldSparse) release(object);
}
