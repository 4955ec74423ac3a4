// Reading pickles: what an Unpickler, and loads() without one, is made of.
#pragma once

#include "VM/Modules/_pickle/Pickle.h"
#include "VM/Protocol/Buffer.h"
#include "llvm/ADT/SmallVector.h"
#include <map>
#include <string>

namespace coil::vm::pickle {

// What a pickle has numbered. A hostile number far beyond the others costs no memory.
class ObjectMemo {
  llvm::SmallVector<Value, 16> dense; // owned; empty: no object
  std::map<uint64_t, Value> sparse;
  size_t count = 0;

  void setSlowly(uint64_t index, Value object);

public:
  ObjectMemo() = default;
  ObjectMemo(const ObjectMemo &) = delete;
  ~ObjectMemo() { clear(); }
  size_t size() const { return count; }
  size_t bytes() const { return dense.capacity_in_bytes(); }
  Value find(uint64_t index) const {
    if (index < dense.size()) [[likely]]
      return dense[index];
    auto found = sparse.find(index);
    return found == sparse.end() ? Value() : found->second;
  }
  void set(uint64_t index, Value object) {
    if (index < dense.size() && dense[index].empty()) [[likely]] {
      dense[index] = retained(object);
      ++count;
      return;
    }
    setSlowly(index, object);
  }
  void copyFrom(const ObjectMemo &other);
  void clear();
  template <class Body> void forEach(Body body) const {
    for (size_t i = 0; i < dense.size(); ++i)
      if (!dense[i].empty()) body(uint64_t(i), dense[i]);
    for (auto &[index, object] : sparse) body(index, object);
  }
};

class Reader {
  // The input: bytes that are there, and where the next is. Of a file, they are the last that it gave.
  Buffer input;
  const uint8_t *data = nullptr;
  int64_t length = 0, at = 0;
  int64_t prefetched = 0; // what lies behind was only peeked at: the file has not moved on
  std::string line;

  llvm::SmallVector<Value, 16> stack; // owned
  llvm::SmallVector<size_t, 8> marks; // how high the stack was at each MARK
  size_t fence = 0;                   // at the last one: below it, nothing can be popped
  int protocol = 0;

public:
  Value self;                           // the Unpickler; borrowed, empty for loads()
  Value read, readInto, readLine, peek; // owned; the file's methods. `read` is empty for loads()
  Value buffers;                        // owned; an iterator, or empty
  std::string encoding = "ASCII", errors = "strict";
  bool fixImports = true;
  Hook persistentLoad;
  ObjectMemo memo;

  Reader() = default;
  Reader(const Reader &) = delete;
  ~Reader() { clear(); }
  void clear();
  void visit(Visitor &v) const;

  // What the arguments of Unpickler() and its like say.
  Status setFile(Thread &t, Value file);
  Status setBytes(Thread &t, Value source);
  Status setText(Thread &t, Value encoding, Value errors);
  Status setBuffers(Thread &t, Value buffers);

  Ref load(Thread &t);
  Ref findClass(Thread &t, Value module, Value name);

private:
  enum class Step { Next, Stop, Failed };

  // --- Input.cpp ---
  Failure raiseTruncated(Thread &t);
  const uint8_t *take(Thread &t, int64_t size) {
    if (size <= length - at) [[likely]] {
      const uint8_t *here = data + at;
      at += size;
      return here;
    }
    return takeSlowly(t, size);
  }
  const uint8_t *takeSlowly(Thread &t, int64_t size);
  Result<int64_t> refill(Thread &t, int64_t size);
  Result<int64_t> setInput(Thread &t, Value source);
  Status skipConsumed(Thread &t);
  Status takeInto(Thread &t, Value owner, uint8_t *to, int64_t size);
  Result<llvm::StringRef> takeLine(Thread &t, size_t least);
  Result<int64_t> takeSize(Thread &t, int bytes, const char *what);

  // --- Stack.cpp ---
  void push(Ref v) { stack.push_back(v.release()); }
  Failure raiseUnderflow(Thread &t);
  Status need(Thread &t, size_t count) {
    if (stack.size() >= fence + count) [[likely]]
      return Status::ok();
    return raiseUnderflow(t);
  }
  Ref pop(Thread &t) {
    CHECK(need(t, 1));
    return Ref::take(stack.pop_back_val());
  }
  Result<size_t> popMark(Thread &t);
  void dropMark();
  Ref tupleFromStack(Thread &t, size_t start);
  void cutStack(size_t size);
  Status memoPut(Thread &t, uint64_t index);

  // One for each instruction: Load*.cpp.
#define OPCODE(Name, byte) Status load##Name(Thread &t);
#include "VM/Modules/_pickle/Opcodes.def"
  Status loadLongOf(Thread &t, int64_t size);
  Status loadTextOf(Thread &t, int sizeBytes);
  Status loadOldText(Thread &t, int64_t size);
  Status loadBytesOf(Thread &t, int sizeBytes);
  Ref decodeOldText(Thread &t, llvm::ArrayRef<uint8_t> bytes);
  Status loadTupleOf(Thread &t, int64_t size);
  Status loadMemoized(Thread &t, uint64_t index);
  Status appendFrom(Thread &t, size_t start);
  Status setItemsFrom(Thread &t, size_t start);
  Status loadExtension(Thread &t, int bytes);
  Status loadNewObject(Thread &t, bool withKeywords);
  Status loadPersistent(Thread &t, Ref id);
  Ref findClassBy(Thread &t, Value module, Value name);
};

template <class... Args> Failure raiseUnpickling(Thread &t, const char *pattern, const Args &...args) {
  return raise(t, *unpicklingErrorType, pattern, args...);
}

} // namespace coil::vm::pickle
