// Unpickling numbers, text and bytes.
#include "VM/Codecs/Codecs.h"
#include "VM/Import/Import.h"
#include "VM/Modules/_pickle/Reader.h"
#include "VM/Types/ByteArray.h"
#include "VM/Types/Bytes.h"
#include "VM/Types/Float.h"
#include "VM/Types/Int/Int.h"
#include "VM/Types/MemoryView/MemoryView.h"
#include "VM/Types/Str/Codec.h"
#include "VM/Types/Tuple.h"
#include <cerrno>
#include <cmath>
#include <cstdlib>
#include <cstring>

using namespace coil::vm;
using namespace coil::vm::pickle;

Status Reader::loadNone(Thread &) { return push(Ref::none()), Status::ok(); }
Status Reader::loadNewTrue(Thread &) { return push(Ref::boolean(true)), Status::ok(); }
Status Reader::loadNewFalse(Thread &) { return push(Ref::boolean(false)), Status::ok(); }

// --- numbers -----------------------------------------------------------------------------------------------

Status Reader::loadBinInt1(Thread &t) {
  push(Ref::smallInt(*TRY(take(t, 1))));
  return Status::ok();
}

Status Reader::loadBinInt2(Thread &t) {
  const uint8_t *from = TRY(take(t, 2));
  push(Ref::smallInt(from[0] | from[1] << 8));
  return Status::ok();
}

Status Reader::loadBinInt(Thread &t) {
  const uint8_t *from = TRY(take(t, 4));
  push(Ref::smallInt(int32_t(uint32_t(from[0]) | uint32_t(from[1]) << 8 | uint32_t(from[2]) << 16 |
                             uint32_t(from[3]) << 24)));
  return Status::ok();
}

// int(text, 0), with CPython's oddity that the base in its message is the one that the text has.
static Ref anyBase(Thread &t, llvm::StringRef text) {
  bool tooLong;
  Ref number = parseInt(text, 0, tooLong);
  if (number) return number;
  if (tooLong)
    return raise(t, types::ValueError,
                 "Exceeds the limit (% digits) for integer string conversion: value has % digits; use "
                 "sys.set_int_max_str_digits() to increase the limit",
                 int64_t(4300), int64_t(llvm::count_if(text, [](char c) { return c >= '0' && c <= '9'; })));
  llvm::StringRef digits = text.ltrim(" \t\n\r\f\v");
  if (digits.starts_with("-") || digits.starts_with("+")) digits = digits.drop_front();
  int base = digits.starts_with_insensitive("0x")   ? 16
             : digits.starts_with_insensitive("0o") ? 8
             : digits.starts_with_insensitive("0b") ? 2
                                                    : 10;
  StrRef shown = makeStr(text);
  return raise(t, types::ValueError, "invalid literal for int() with base %: %", base,
               TRY(reprText(t, Value(shown))));
}

// As C reads it, or, where that fails, as Python does; "00" and "01" are False and True.
Status Reader::loadInt(Thread &t) {
  std::string text = TRY(takeLine(t, 2)).str();
  errno = 0;
  char *end;
  long number = std::strtol(text.c_str(), &end, 0);
  if (errno || (*end != '\n' && *end != 0)) {
    Ref value = anyBase(t, text.c_str());
    if (!value) {
      clearPending(t);
      return raise(t, types::ValueError, "could not convert string to int");
    }
    push(std::move(value));
    return Status::ok();
  }
  push(text.size() == 3 && (number == 0 || number == 1) ? Ref::boolean(number) : makeInt(int64_t(number)));
  return Status::ok();
}

Status Reader::loadLong(Thread &t) {
  std::string text = TRY(takeLine(t, 2)).str();
  if (text[text.size() - 2] == 'L') text.resize(text.size() - 2);
  push(TRY(anyBase(t, text.c_str())));
  return Status::ok();
}

static void negate(llvm::MutableArrayRef<uint64_t> limbs) {
  bool carry = true;
  for (uint64_t &limb : limbs) {
    limb = ~limb + carry;
    carry = carry && limb == 0;
  }
}

// Little-endian two's complement.
static Ref fromSignedBytes(const uint8_t *bytes, int64_t size) {
  bool negative = size && bytes[size - 1] & 0x80;
  if (size <= 8) {
    uint64_t word = negative ? ~uint64_t(0) : 0;
    for (int64_t i = size; i-- > 0;) word = word << 8 | bytes[i];
    return makeInt(int64_t(word));
  }
  llvm::SmallVector<uint64_t, 16> limbs(size_t(size + 7) / 8, negative ? ~uint64_t(0) : 0);
  std::memcpy(limbs.data(), bytes, size_t(size));
  if (negative) negate(limbs);
  return makeInt(negative, limbs);
}

Status Reader::loadLongOf(Thread &t, int64_t size) {
  if (size < 0) return raiseUnpickling(t, "LONG pickle has negative byte count");
  push(fromSignedBytes(TRY(take(t, size)), size));
  return Status::ok();
}

Status Reader::loadLong1(Thread &t) { return loadLongOf(t, *TRY(take(t, 1))); }

Status Reader::loadLong4(Thread &t) {
  const uint8_t *from = TRY(take(t, 4));
  return loadLongOf(t, int32_t(uint32_t(from[0]) | uint32_t(from[1]) << 8 | uint32_t(from[2]) << 16 |
                               uint32_t(from[3]) << 24));
}

Status Reader::loadFloat(Thread &t) {
  std::string text = TRY(takeLine(t, 2)).str();
  llvm::StringRef rest = text.c_str();
  double number;
  std::string shown = "'" + rest.take_front(200).str() + "'";
  if (!readFloatPrefix(rest, number))
    return raise(t, types::ValueError, "could not convert string to float: %", shown);
  if (std::isinf(number) && !llvm::StringRef(text).contains_insensitive("inf"))
    return raise(t, types::OverflowError, "value too large to convert to float: %", shown);
  if (!rest.empty() && rest.front() != '\n')
    return raise(t, types::ValueError, "could not convert string to float");
  push(Ref::number(number));
  return Status::ok();
}

Status Reader::loadBinFloat(Thread &t) {
  const uint8_t *from = TRY(take(t, 8));
  uint64_t bits = 0;
  for (int i = 0; i < 8; ++i) bits = bits << 8 | from[i];
  push(Ref::number(std::bit_cast<double>(bits)));
  return Status::ok();
}

// --- bytes -------------------------------------------------------------------------------------------------

Status Reader::loadBytesOf(Thread &t, int sizeBytes) {
  int64_t size = TRY(takeSize(t, sizeBytes, "BINBYTES"));
  if (size > INT64_MAX - 64) return raise(t, types::OverflowError, "byte string is too large");
  BytesRef bytes = size ? TRY(tryNewBytes(t, size)) : makeBytes({});
  CHECK(takeInto(t, bytes, bytes->data, size));
  push(std::move(bytes));
  return Status::ok();
}

Status Reader::loadShortBinBytes(Thread &t) { return loadBytesOf(t, 1); }
Status Reader::loadBinBytes(Thread &t) { return loadBytesOf(t, 4); }
Status Reader::loadBinBytes8(Thread &t) { return loadBytesOf(t, 8); }

Status Reader::loadByteArray8(Thread &t) {
  int64_t size = TRY(takeSize(t, 8, "BYTEARRAY8"));
  ByteArrayRef array = makeByteArray({});
  CHECK(resizeByteArray(t, array, size));
  CHECK(takeInto(t, array, array->start, size));
  push(std::move(array));
  return Status::ok();
}

Status Reader::loadNextBuffer(Thread &t) {
  if (buffers.empty())
    return raiseUnpickling(t, "pickle stream refers to out-of-band data but no *buffers* argument was given");
  Ref keep = Ref::share(buffers), buffer = nextItem(t, keep);
  if (!buffer) {
    if (!t.hasPending()) raiseUnpickling(t, "not enough out-of-band buffers");
    return {};
  }
  push(std::move(buffer));
  return Status::ok();
}

Status Reader::loadReadOnlyBuffer(Thread &t) {
  CHECK(need(t, 1));
  Ref buffer = Ref::share(stack.back());
  Ref view = TRY(call(t, Value(&types::MemoryView), {buffer}));
  if (memoryView(view)->view.readOnly) return Status::ok();
  Ref readOnly = TRY(callMethod(t, view, internText("toreadonly")));
  if (stack.size() <= fence) return raiseUnderflow(t);
  replaceOwned(stack.back(), readOnly.release());
  return Status::ok();
}

// --- text --------------------------------------------------------------------------------------------------

Status Reader::loadTextOf(Thread &t, int sizeBytes) {
  int64_t size = TRY(takeSize(t, sizeBytes, "BINUNICODE"));
  llvm::ArrayRef<uint8_t> bytes(TRY(take(t, size)), size_t(size));
  uint8_t any = 0;
  for (uint8_t byte : bytes) any |= byte;
  if (any < 0x80) {
    push(makeStrAscii({reinterpret_cast<const char *>(bytes.data()), bytes.size()}));
    return Status::ok();
  }
  DecodeRequest request{bytes, "surrogatepass"};
  push(TRY(decodeUtf8(t, request)));
  return Status::ok();
}

Status Reader::loadShortBinUnicode(Thread &t) { return loadTextOf(t, 1); }
Status Reader::loadBinUnicode(Thread &t) { return loadTextOf(t, 4); }
Status Reader::loadBinUnicode8(Thread &t) { return loadTextOf(t, 8); }

Status Reader::loadUnicode(Thread &t) {
  std::string text = TRY(takeLine(t, 1)).str();
  DecodeRequest request{{reinterpret_cast<const uint8_t *>(text.data()), text.size() - 1}};
  push(TRY(decodeRawUnicodeEscape(t, request)));
  return Status::ok();
}

// A str of Python 2: bytes if the encoding is called so, else text.
Ref Reader::decodeOldText(Thread &t, llvm::ArrayRef<uint8_t> bytes) {
  BytesRef own = makeBytes(bytes);
  if (encoding == "bytes") return own;
  return decodeBytes(t, own->bytes(), encoding, errors);
}

Status Reader::loadOldText(Thread &t, int64_t size) {
  llvm::ArrayRef<uint8_t> bytes(TRY(take(t, size)), size_t(size));
  push(TRY(decodeOldText(t, bytes)));
  return Status::ok();
}

Status Reader::loadBinString(Thread &t) { return loadOldText(t, TRY(takeSize(t, 4, "BINSTRING"))); }
Status Reader::loadShortBinString(Thread &t) { return loadOldText(t, TRY(takeSize(t, 1, "BINSTRING"))); }

Status Reader::loadString(Thread &t) {
  std::string text = TRY(takeLine(t, 1)).str();
  text.pop_back();
  bool quoted =
      text.size() >= 2 && text.front() == text.back() && (text.front() == '\'' || text.front() == '"');
  if (!quoted) return raiseUnpickling(t, "the STRING opcode argument must be quoted");
  BytesRef escaped = makeBytes({reinterpret_cast<const uint8_t *>(text.data()) + 1, text.size() - 2});
  Ref decode = TRY(importAttribute(t, "_codecs", "escape_decode"));
  Ref pair = TRY(call(t, decode, {Value(escaped)}));
  Ref bytes = Ref::share((*pair.as<Tuple>())[0]);
  push(TRY(decodeOldText(t, bytes.as<Bytes>()->bytes())));
  return Status::ok();
}
