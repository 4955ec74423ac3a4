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
      {"__alloc__", byteArrayAlloc, "!($self, /)", "__alloc__(): how many bytes there is memory for."},
      {"__reduce__", byteArrayReduce, "($self, /)", "What pickle needs to make an equal bytearray."},
      {"__reduce_ex__", byteArrayReduceEx, "($self, proto=0, /)",
       "What pickle needs to make an equal bytearray, in a form that the protocol has."},
      {"__sizeof__", byteArraySizeOf, "($self, /)", "The bytes of memory the object occupies."},
      {"append", byteArrayAppend, "($self, item, /)", "Add a byte, an integer from 0 to 255, at the end."},
      {"clear", byteArrayClearMethod, "($self, /)", "Remove all bytes."},
      {"copy", byteArrayCopy, "($self, /)", "A bytearray with the same bytes."},
      {"extend", byteArrayExtend, "($self, iterable_of_ints, /)",
       "Add the bytes of a bytes-like object, or the integers of an iterable, at the end."},
      {"fromhex", byteArrayFromHex, "($type, string, /)",
       "Make a bytearray from pairs of hexadecimal digits, between which there may be whitespace.",
       NativeKind::Class},
      {"insert", byteArrayInsert, "($self, index, item, /)",
       "Insert a byte, an integer from 0 to 255, before the index."},
      {"pop", byteArrayPop, "($self, index=-1, /)",
       "Take out the byte at the index, by default the last, and return it. IndexError if there is none."},
      {"remove", byteArrayRemove, "($self, value, /)",
       "Remove the first byte of this value; ValueError if there is none."},
      {"reverse", byteArrayReverse, "($self, /)", "Turn the order of the bytes round, in place."},
  };
  return kMethods;
}
