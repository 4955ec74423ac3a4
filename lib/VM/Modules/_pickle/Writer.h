// Writing pickles: what a Pickler, and dumps() without one, is made of.
#pragma once

#include "VM/Modules/_pickle/Pickle.h"
#include "VM/Modules/_pickle/PickleMemo.h"
#include "VM/Types/Bytes.h"
#include "llvm/ADT/DenseSet.h"
#include "llvm/ADT/SmallVector.h"

namespace coil::vm::pickle {

class Writer {
  // The bytes that have not gone to the file yet. A frame's header has its place in front of the frame, and
  // is filled in, or taken out, when the frame ends.
  llvm::SmallVector<uint8_t, 512> out;
  int64_t frameStart = -1;
  bool framing = false;
  int fastNesting = 0;
  llvm::DenseSet<uint64_t> fastSeen; // containers around what is being written, once `fast` is deep
  Value reducerOverride;             // owned, while dump() runs

public:
  Value self;                          // the Pickler; borrowed, empty for dumps()
  Value write;                         // owned; the file's method, empty for dumps()
  Value bufferCallback, dispatchTable; // owned; may be empty
  Hook persistentId;
  PickleMemo memo;
  int protocol = kDefaultProtocol;
  int bin = 1, fast = 0;
  bool fixImports = true;

  Writer() = default;
  Writer(const Writer &) = delete;
  ~Writer() { clear(); }
  void clear();
  void visit(Visitor &v) const;

  // What the arguments of Pickler() and its like say.
  Status setProtocol(Thread &t, Value protocol, Value fixImports);
  Status setFile(Thread &t, Value file);
  Status setBufferCallback(Thread &t, Value callback);

  // One pickle; what is not in the file then is in the result of finish().
  Status dump(Thread &t, Value object);
  Ref finish();
  Status flush(Thread &t);
  void startOver();
  void resetFast() {
    fastNesting = 0;
    fastSeen.clear();
  }
  size_t bufferSize() const { return out.capacity(); }

private:
  // --- Output.cpp ---
  static constexpr size_t kFrameHeader = 9, kFrameTarget = 64 * 1024;
  // So many bytes more, in a new frame if there is none.
  uint8_t *room(size_t size) {
    size_t at = out.size();
    if (framing && frameStart < 0) [[unlikely]] {
      frameStart = int64_t(at);
      at += kFrameHeader;
    }
    out.resize_for_overwrite(at + size);
    return out.data() + at;
  }
  void put(Op op) { *room(1) = uint8_t(op); }
  void put(Op op, uint8_t byte) {
    uint8_t *to = room(2);
    to[0] = uint8_t(op);
    to[1] = byte;
  }
  // Little-endian.
  void putNumber(Op op, uint64_t number, int bytes) {
    uint8_t *to = room(size_t(bytes) + 1);
    to[0] = uint8_t(op);
    for (int i = 0; i < bytes; ++i) to[1 + i] = uint8_t(number >> (8 * i));
  }
  void putText(llvm::StringRef text);
  void putSigned(Op op, llvm::StringRef text);
  void closeFrame();
  Status frameBoundary(Thread &t) {
    if (!framing || frameStart < 0) return Status::ok();
    if (out.size() - size_t(frameStart) - kFrameHeader < kFrameTarget) [[likely]]
      return Status::ok();
    return endFrame(t);
  }
  Status endFrame(Thread &t);
  Status putLarge(Thread &t, llvm::ArrayRef<uint8_t> header, llvm::ArrayRef<uint8_t> data, Value payload);
  Status putSized(Thread &t, Op op, int bytes, llvm::ArrayRef<uint8_t> data, Value payload);
  Status memoize(Thread &t, Value object);
  Status fetch(Thread &t, int64_t index);
  Status fetchMemoized(Thread &t, Value object);

  // --- SaveAtoms.cpp ---
  void saveBool(Value v);
  void saveInt(int64_t v);
  Status saveLong(Thread &t, Value v);
  Status saveIntLike(Thread &t, Value v);
  void saveFloat(double d);
  Status saveBytes(Thread &t, Value v);
  Status saveByteArray(Thread &t, Value v);
  Status saveStr(Thread &t, Value v);
  Status savePickleBuffer(Thread &t, Value v);
  Status putBytes(Thread &t, Value object, llvm::ArrayRef<uint8_t> data, Value payload);
  Status putByteArray(Thread &t, Value object, llvm::ArrayRef<uint8_t> data, Value payload);

  // --- SaveContainers.cpp ---
  Status enterFast(Thread &t, Value object);
  Status leaveFast(Thread &t, Value object);
  Status saveTuple(Thread &t, Value v);
  Status saveList(Thread &t, Value v);
  Status saveListItems(Thread &t, Value v);
  Status batchExactList(Thread &t, Value v);
  Status batchList(Thread &t, Value iterator);
  Status saveDict(Thread &t, Value v);
  Status saveDictItems(Thread &t, Value v);
  Status batchExactDict(Thread &t, Value v);
  Status savePair(Thread &t, Value pair);
  Status batchDict(Thread &t, Value iterator);
  Status saveSet(Thread &t, Value v);
  Status saveFrozenSet(Thread &t, Value v);
  Status saveOldSet(Thread &t, Value v, Value type);

  // --- Save.cpp ---
  Status save(Thread &t, Value v, bool isPersistentId = false);
  Status saveContainer(Thread &t, Type *type, Value v);
  Result<bool> savePersistent(Thread &t, Value v);
  Status saveObject(Thread &t, Type *type, Value v);
  Result<Value> findReducer(Thread &t, Type *type, Ref &reducer);
  Ref reductionOf(Thread &t, Type *type, Value v);

  // --- SaveReduce.cpp ---
  Status saveReduce(Thread &t, Value reduction, Value objectOrEmpty);
  Status saveNewObjectEx(Thread &t, Value args);
  Status saveNewObject(Thread &t, Value args, Value objectOrEmpty);
  Status saveState(Thread &t, Value object, Value state, Value setter);

  // --- SaveGlobal.cpp ---
  Status saveType(Thread &t, Value v);
  Status saveGlobal(Thread &t, Value v, Value nameOrEmpty);
  Result<bool> saveExtension(Thread &t, Value v, Value module, Value name);
  Status saveOldGlobal(Thread &t, Value module, Value name);
  Status putIdentifier(Thread &t, Value name, const char *what);
};

// "'%.200s' object" and the like: CPython's tp_name.
inline llvm::StringRef fullName(Value v) { return typeOf(v)->fullName(); }
// Raises PicklingError.
template <class... Args> Failure raisePickling(Thread &t, const char *pattern, const Args &...args) {
  return raise(t, *picklingErrorType, pattern, args...);
}

} // namespace coil::vm::pickle
