// The methods of bytearray that bytes does not have: those that change it, copying and pickling.
#include "VM/Types/ByteArrayMethods.h"
#include "VM/Core/Names.h"
#include "VM/Protocol/Buffer.h"
#include "VM/Types/BytesMethods.h"
#include "VM/Types/Int/Int.h"
#include "VM/Types/Str/TextArguments.h"
#include "VM/Types/Tuple.h"
#include <cstring>

using namespace coil::vm;

namespace {

ByteArray *self(const Value *args) { return args[0].as<ByteArray>(); }

Ref byteArrayAppend(Thread &t, const Value *args) {
  uint8_t byte = TRY(byteValue(t, args[1]));
  TRY(appendByte(t, self(args), byte));
  return Ref::none();
}

Ref byteArrayInsert(Thread &t, const Value *args) {
  int64_t i = TRY(sizeArgument(t, args[1]));
  uint8_t byte = TRY(byteValue(t, args[2]));
  ByteArray *b = self(args);
  if (i < 0) i = std::max<int64_t>(i + b->length, 0);
  i = std::min(i, b->length);
  TRY(replaceBytes(t, b, i, i, byte));
  return Ref::none();
}

// Collects first, as CPython does: the iterable may look at the array.
Ref byteArrayExtend(Thread &t, const Value *args) {
  Value source = args[1];
  if (exportsBuffer(source)) {
    TRY(extendByteArray(t, self(args), source));
    return Ref::none();
  }
  if (!typeOf(source)->slots.iter && !typeOf(source)->slots.getItem)
    return raise(t, types::TypeError, "can't extend bytearray with %", typeOf(source)->fullName());
  llvm::SmallVector<uint8_t, 64> bytes;
  CHECK(lengthHint(t, source, 0)); // what it raises counts
  TRY(collectBytes(t, source, "byte must be in range(0, 256)", bytes));
  ByteArray *b = self(args);
  TRY(replaceBytes(t, b, b->length, b->length, bytes));
  return Ref::none();
}

Ref byteArrayPop(Thread &t, const Value *args) {
  int64_t i = TRY(sizeArgument(t, args[1]));
  ByteArray *b = self(args);
  if (!b->length) return raise(t, types::IndexError, "pop from empty bytearray");
  if (i < 0) i += b->length;
  if (i < 0 || i >= b->length) return raise(t, types::IndexError, "pop index out of range");
  TRY(checkResizable(t, b));
  uint8_t byte = b->start[i];
  std::memmove(b->start + i, b->start + i + 1, size_t(b->length - i - 1));
  TRY(resizeByteArray(t, b, b->length - 1));
  return Ref::smallInt(byte);
}

Ref byteArrayRemove(Thread &t, const Value *args) {
  uint8_t byte = TRY(byteValue(t, args[1]));
  ByteArray *b = self(args);
  auto *found = static_cast<uint8_t *>(std::memchr(b->start, byte, size_t(b->length)));
  if (!found) return raise(t, types::ValueError, "value not found in bytearray");
  TRY(checkResizable(t, b));
  int64_t i = found - b->start;
  std::memmove(found, found + 1, size_t(b->length - i - 1));
  TRY(resizeByteArray(t, b, b->length - 1));
  return Ref::none();
}

Ref byteArrayReverse(Thread &, const Value *args) {
  std::reverse(self(args)->start, self(args)->start + self(args)->length);
  return Ref::none();
}

Ref byteArrayClearMethod(Thread &t, const Value *args) {
  TRY(resizeByteArray(t, self(args), 0));
  return Ref::none();
}

Ref byteArrayCopy(Thread &, const Value *args) { return makeByteArray(self(args)->bytes()); }

Ref byteArrayAlloc(Thread &, const Value *args) { return makeInt(self(args)->allocated); }

Ref byteArraySizeOf(Thread &, const Value *args) { return makeInt(56 + self(args)->allocated); }

Ref byteArrayFromHex(Thread &t, const Value *args) {
  llvm::SmallVector<uint8_t, 64> bytes;
  TRY(parseHex(t, args[1], bytes));
  if (args[0].object() == &types::ByteArray) return makeByteArray(bytes);
  Ref plain = makeBytes(bytes);
  return call(t, args[0], {plain.get()});
}

// (class, arguments, state); before protocol 3 there were no bytes, so the contents go as Latin-1 text.
Ref reduced(Thread &t, Value v, int protocol) {
  auto *b = v.as<ByteArray>();
  Ref state = TRY(callMethod(t, v, names::special_getstate));
  TupleRef arguments = emptyTuple();
  if (b->length && protocol < 3) {
    StrRef text = makeStrLatin1(b->bytes()), encoding = makeStrAscii("latin-1");
    arguments = packTuple(Value(text), Value(encoding));
  } else if (b->length) {
    BytesRef bytes = makeBytes(b->bytes());
    arguments = packTuple(Value(bytes));
  }
  return packTuple(Value(b->type), Value(arguments), state.get());
}

Ref byteArrayReduce(Thread &t, const Value *args) { return reduced(t, args[0], 2); }

Ref byteArrayReduceEx(Thread &t, const Value *args) {
  int protocol = TRY(intArgument(t, args[1]));
  return reduced(t, args[0], protocol);
}

} // namespace

llvm::ArrayRef<NativeDef> coil::vm::byteArrayOwnMethods() {
  static const NativeDef kMethods[] = {
      {"__alloc__", byteArrayAlloc, "!($self, /)",
       "B.__alloc__() -> int\n\nReturn the number of bytes actually allocated."},
      {"__reduce__", byteArrayReduce, "($self, /)", "Return state information for pickling."},
      {"__reduce_ex__", byteArrayReduceEx, "($self, proto=0, /)", "Return state information for pickling."},
      {"__sizeof__", byteArraySizeOf, "($self, /)",
       "Returns the size of the bytearray object in memory, in bytes."},
      {"append", byteArrayAppend, "($self, item, /)",
       "Append a single item to the end of the bytearray.\n\n  item\n    The item to be appended."},
      {"clear", byteArrayClearMethod, "($self, /)", "Remove all items from the bytearray."},
      {"copy", byteArrayCopy, "($self, /)", "Return a copy of B."},
      {"extend", byteArrayExtend, "($self, iterable_of_ints, /)",
       "Append all the items from the iterator or sequence to the end of the bytearray."},
      {"fromhex", byteArrayFromHex, "($type, string, /)",
       "Create a bytearray object from a string of hexadecimal numbers.", NativeKind::Class},
      {"insert", byteArrayInsert, "($self, index, item, /)",
       "Insert a single item into the bytearray before the given index."},
      {"pop", byteArrayPop, "($self, index=-1, /)", "Remove and return a single item from B."},
      {"remove", byteArrayRemove, "($self, value, /)",
       "Remove the first occurrence of a value in the bytearray."},
      {"reverse", byteArrayReverse, "($self, /)", "Reverse the order of the values in B in place."},
  };
  return kMethods;
}
