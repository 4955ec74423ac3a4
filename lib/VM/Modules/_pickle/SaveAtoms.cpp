// Pickling what contains no other objects: numbers, text, bytes, buffers.
#include "VM/Modules/_pickle/PickleBuffer.h"
#include "VM/Modules/_pickle/Writer.h"
#include "VM/Types/ByteArray.h"
#include "VM/Types/Float.h"
#include "VM/Types/Int/Int.h"
#include "VM/Types/Tuple.h"
#include <cstring>

using namespace coil::vm;
using namespace coil::vm::pickle;

void Writer::saveBool(Value v) {
  if (protocol >= 2)
    put(v.isTrue() ? Op::NewTrue : Op::NewFalse);
  else
    putText(v.isTrue() ? "I01\n" : "I00\n");
}

// --- numbers -----------------------------------------------------------------------------------------------

static bool fitsInt32(int64_t v) { return v == int32_t(v); }

// An integer of 32 bits.
void Writer::saveInt(int64_t v) {
  if (!bin)
    putSigned(Op::Int, std::to_string(v));
  else if (uint64_t(v) < 0x100)
    put(Op::BinInt1, uint8_t(v));
  else if (uint64_t(v) < 0x10000)
    putNumber(Op::BinInt2, uint64_t(v), 2);
  else
    putNumber(Op::BinInt, uint64_t(v), 4);
}

// Two's complement, as few bytes as hold it with its sign.
static void signedBytes(const IntView &view, llvm::SmallVectorImpl<uint8_t> &bytes) {
  size_t count = view.bitLength() / 8 + 1;
  llvm::SmallVector<uint64_t, 16> limbs(view.limbs(), view.limbs() + view.size());
  limbs.push_back(0);
  bool carry = view.negative();
  if (view.negative())
    for (uint64_t &limb : limbs) {
      limb = ~limb + carry;
      carry = carry && limb == 0;
    }
  bytes.resize_for_overwrite(count);
  std::memcpy(bytes.data(), limbs.data(), count);
  if (view.negative() && count > 1 && bytes[count - 1] == 0xff && bytes[count - 2] & 0x80) bytes.pop_back();
}

// A longer one.
Status Writer::saveLong(Thread &t, Value v) {
  if (protocol < 2) {
    Ref text = TRY(repr(t, v));
    putSigned(Op::Long, (toUtf8(text.as<Str>()) + "L"));
    return Status::ok();
  }
  IntView view(v);
  if (view.bitLength() / 8 + 1 > 0x7fffffff) return raise(t, types::OverflowError, "int too large to pickle");
  llvm::SmallVector<uint8_t, 64> bytes;
  signedBytes(view, bytes);
  if (bytes.size() < 256)
    put(Op::Long1, uint8_t(bytes.size()));
  else
    putNumber(Op::Long4, bytes.size(), 4);
  putText({reinterpret_cast<const char *>(bytes.data()), bytes.size()});
  return Status::ok();
}

Status Writer::saveIntLike(Thread &t, Value v) {
  int64_t number;
  if (!toInt64(v, number) || !fitsInt32(number)) return saveLong(t, v);
  saveInt(number);
  return Status::ok();
}

void Writer::saveFloat(double d) {
  if (!bin) return putSigned(Op::Float, floatRepr(d));
  uint8_t *to = room(9);
  uint64_t bits = std::bit_cast<uint64_t>(d);
  to[0] = uint8_t(Op::BinFloat);
  for (int i = 0; i < 8; ++i) to[1 + i] = uint8_t(bits >> (56 - 8 * i));
}

// --- bytes -------------------------------------------------------------------------------------------------

Status Writer::putBytes(Thread &t, Value object, llvm::ArrayRef<uint8_t> data, Value payload) {
  if (data.size() <= 0xff)
    CHECK(putSized(t, Op::ShortBinBytes, 1, data, payload));
  else if (data.size() <= 0xffffffff)
    CHECK(putSized(t, Op::BinBytes, 4, data, payload));
  else if (protocol >= 4)
    CHECK(putSized(t, Op::BinBytes8, 8, data, payload));
  else
    return raise(t, types::OverflowError,
                 "serializing a bytes object larger than 4 GiB requires pickle protocol 4 or higher");
  return memoize(t, object);
}

Status Writer::putByteArray(Thread &t, Value object, llvm::ArrayRef<uint8_t> data, Value payload) {
  CHECK(putSized(t, Op::ByteArray8, 8, data, payload));
  return memoize(t, object);
}

// Before protocol 3 bytes are made from text: _codecs.encode(text, "latin1").
Status Writer::saveBytes(Thread &t, Value v) {
  llvm::ArrayRef<uint8_t> data = v.as<Bytes>()->bytes();
  if (protocol >= 3) return putBytes(t, v, data, v);
  Ref keep = Ref::share(v);
  TupleRef args = emptyTuple();
  Value maker = Value(&types::Bytes);
  if (!data.empty()) {
    StrRef text = makeStrLatin1(data), codec = internText("latin1");
    args = packTuple(text, codec);
    maker = state.codecsEncode;
  }
  TupleRef reduction = packTuple(maker, args);
  return saveReduce(t, reduction, v);
}

Status Writer::saveByteArray(Thread &t, Value v) {
  if (protocol >= 5) {
    if (v.as<ByteArray>()->length < 65536) return putByteArray(t, v, v.as<ByteArray>()->bytes(), v);
    // The file's write() may change it.
    Buffer hold;
    CHECK(hold.open(t, v));
    return putByteArray(t, v, hold.bytes(), v);
  }
  llvm::ArrayRef<uint8_t> data = v.as<ByteArray>()->bytes();
  TupleRef args = data.empty() ? emptyTuple() : packTuple(makeBytes(data));
  TupleRef reduction = packTuple(Value(&types::ByteArray), args);
  return saveReduce(t, reduction, v);
}

Status Writer::savePickleBuffer(Thread &t, Value v) {
  if (protocol < 5) return raisePickling(t, "PickleBuffer can only pickled with protocol >= 5");
  CHECK(checkUsable(t, v.as<PickleBuffer>()));
  Buffer hold; // the callback may release the PickleBuffer
  CHECK(hold.open(t, v, kBufferFullReadOnly));
  const BufferInfo &info = hold.info();
  if (info.suboffsets || !isContiguous(info, 'A'))
    return raisePickling(t, "PickleBuffer can not be pickled when pointing to a non-contiguous buffer");
  bool inBand = true;
  if (!bufferCallback.empty()) {
    Ref callback = Ref::share(bufferCallback), answer = TRY(call(t, callback, {v}));
    inBand = TRY(truth(t, answer));
  }
  if (inBand)
    return (this->*(info.readOnly ? &Writer::putBytes : &Writer::putByteArray))(t, v, hold.bytes(), Value());
  put(Op::NextBuffer);
  if (info.readOnly) put(Op::ReadOnlyBuffer);
  return Status::ok();
}

// --- text --------------------------------------------------------------------------------------------------

// Protocol 0: Latin-1 with escapes for what is beyond it, and for what the format takes for its own.
static std::string rawEscaped(const Str *s) {
  std::string out;
  for (int64_t i = 0; i < s->length; ++i) {
    char32_t c = s->at(i);
    bool escape = c >= 256 || c == '\\' || c == 0 || c == '\n' || c == '\r' || c == 0x1a;
    if (!escape) {
      out.push_back(char(c));
      continue;
    }
    out += c >= 0x10000 ? "\\U" : "\\u";
    for (int shift = c >= 0x10000 ? 28 : 12; shift >= 0; shift -= 4)
      out.push_back("0123456789abcdef"[c >> shift & 15]);
  }
  return out;
}

Status Writer::saveStr(Thread &t, Value v) {
  Str *s = v.as<Str>();
  std::string encoded;
  if (!bin) {
    putSigned(Op::Unicode, rawEscaped(s));
    return memoize(t, v);
  }
  llvm::ArrayRef<uint8_t> data;
  if (s->ascii) {
    data = {s->data1(), size_t(s->length)};
  } else {
    appendUtf8(s, encoded);
    data = {reinterpret_cast<const uint8_t *>(encoded.data()), encoded.size()};
  }
  if (data.size() <= 0xff && protocol >= 4)
    CHECK(putSized(t, Op::ShortBinUnicode, 1, data, Value()));
  else if (data.size() <= 0xffffffff)
    CHECK(putSized(t, Op::BinUnicode, 4, data, Value()));
  else if (protocol >= 4)
    CHECK(putSized(t, Op::BinUnicode8, 8, data, Value()));
  else
    return raise(t, types::OverflowError,
                 "serializing a string larger than 4 GiB requires pickle protocol 4 or higher");
  return memoize(t, v);
}
