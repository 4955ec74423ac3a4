// The module binascii: hex and checksums; the other encodings have files of their own.
#include "VM/Modules/binascii/Binascii.h"
#include "VM/Core/Runtime.h"
#include "VM/Types/Int/Int.h"
#include <zlib.h>

using namespace coil::vm;
using namespace coil::vm::binascii;

static Type *errorType = nullptr; // owned

int binascii::hexValue(uint8_t c) {
  if (c >= '0' && c <= '9') return c - '0';
  uint8_t lower = c | 0x20;
  return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
}

Failure binascii::raiseError(Thread &t, const std::string &message) {
  return raiseMessage(t, *errorType, message);
}

Status AsciiInput::open(Thread &t, Value v) {
  if (isStr(v)) {
    auto *text = v.as<Str>();
    if (!text->ascii)
      return raise(t, types::ValueError, "string argument should contain only ASCII characters");
    view = {text->data1(), size_t(text->length)};
    return Status::ok();
  }
  if (!buffer.open(t, v)) {
    clearPending(t);
    return raise(t, types::TypeError, "argument should be bytes, buffer or ASCII string, not '%'",
                 typeName(v));
  }
  view = buffer.bytes();
  return Status::ok();
}

Result<bool> binascii::flagArgument(Thread &t, Value v) { return TRY(intArgument(t, v)) != 0; }

namespace {

// The character between groups of digits; -1: none. Bytes may hold any.
Result<int> separator(Thread &t, Value v) {
  if (v.empty()) return -1;
  int64_t n = TRY(length(t, v));
  if (n != 1) return raise(t, types::ValueError, "sep must be length 1.");
  if (!isStr(v) && !isBytes(v)) return raise(t, types::TypeError, "sep must be str or bytes.");
  if (isStr(v) && v.as<Str>()->at(0) > 255) return raise(t, types::ValueError, "sep must be ASCII.");
  return isStr(v) ? int(v.as<Str>()->at(0)) : v.as<Bytes>()->data[0];
}

// b2a_hex(data, sep, bytes_per_sep=1)
Ref b2aHex(Thread &t, const Value *args) {
  Buffer input;
  CHECK(input.open(t, args[0]));
  int64_t group = TRY(intArgument(t, args[2]));
  int between = TRY(separator(t, args[1]));
  llvm::ArrayRef<uint8_t> bytes = input.bytes();
  auto unit = size_t(std::abs(group));
  Output out;
  for (size_t i = 0; i < bytes.size(); ++i) {
    bool starts = between >= 0 && unit && i && (group > 0 ? bytes.size() - i : i) % unit == 0;
    if (starts) out.push_back(uint8_t(between));
    out.push_back(hexDigit(bytes[i] >> 4, false));
    out.push_back(hexDigit(bytes[i] & 15, false));
  }
  return makeBytes(out);
}

Ref a2bHex(Thread &t, const Value *args) {
  AsciiInput input;
  CHECK(input.open(t, args[0]));
  llvm::ArrayRef<uint8_t> text = input.bytes();
  if (text.size() % 2) return raiseError(t, "Odd-length string");
  BytesRef result = newBytes(int64_t(text.size() / 2));
  for (size_t i = 0; i < text.size(); i += 2) {
    int high = hexValue(text[i]), low = hexValue(text[i + 1]);
    if (high < 0 || low < 0) return raiseError(t, "Non-hexadecimal digit found");
    result->data[i / 2] = uint8_t(high << 4 | low);
  }
  return result;
}

// The lowest 32 bits of any int.
Result<uint32_t> maskedInt(Thread &t, Value v) {
  Ref number = TRY(index(t, v));
  IntView view(number);
  uint64_t low = view.size() ? view.limbs()[0] : 0;
  return uint32_t(view.negative() ? 0 - low : low);
}

// CRC-CCITT, as BinHex 4 uses it.
Ref crcHqx(Thread &t, const Value *args) {
  Buffer input;
  CHECK(input.open(t, args[0]));
  uint32_t crc = TRY(maskedInt(t, args[1])) & 0xffff;
  for (uint8_t byte : input.bytes()) {
    crc ^= uint32_t(byte) << 8;
    for (int bit = 0; bit < 8; ++bit) crc = (crc << 1 ^ (crc & 0x8000 ? 0x1021 : 0)) & 0xffff;
  }
  return makeInt(int64_t(crc));
}

Ref crc32Of(Thread &t, const Value *args) {
  Buffer input;
  CHECK(input.open(t, args[0]));
  uint32_t crc = TRY(maskedInt(t, args[1]));
  return makeInt(int64_t(::crc32_z(crc, input.data() ? input.data() : reinterpret_cast<const uint8_t *>(""),
                                   size_t(input.size()))));
}

#define HEX_DOC(other)                                                                                       \
  "Write each byte as two hexadecimal digits, also known as " other "().\n"                                  \
  "sep, one character, stands between groups of bytes_per_sep bytes, counted from the right, or\n"           \
  "from the left if that is negative: hexlify(b'\\xb9\\x01\\xef', '_', 2) is b'b9_01ef'."

NativeDef kFunctions[] = {
    {"a2b_uu", a2bUu, "($module, data, /)", "Decode one line of uuencoded text."},
    {"b2a_uu", b2aUu, "($module, data, /, *, backtick=False)",
     "Uuencode up to 45 bytes as a line; if backtick is true, zeros become '`' rather than spaces."},
    {"a2b_base64", a2bBase64, "($module, data, /, *, strict_mode=False)",
     "Decode base64 text; Error if its padding is wrong. Characters that do not belong to\n"
     "base64 are skipped, unless strict_mode is true: then they, too, are an Error, as is\n"
     "anything behind the padding."},
    {"b2a_base64", b2aBase64, "($module, data, /, *, newline=True)",
     "Encode data in base64, with a newline behind it unless newline is false."},
    {"a2b_hex", a2bHex, "($module, hexstr, /)",
     "The bytes that pairs of hexadecimal digits stand for, also known as unhexlify().\n"
     "Error if the number of digits is odd or one is none."},
    {"b2a_hex", b2aHex, "($module, /, data, sep=<unrepresentable>, bytes_per_sep=1)", HEX_DOC("hexlify")},
    {"hexlify", b2aHex, "($module, /, data, sep=<unrepresentable>, bytes_per_sep=1)", HEX_DOC("b2a_hex")},
    {"unhexlify", a2bHex, "($module, hexstr, /)",
     "The bytes that pairs of hexadecimal digits stand for, also known as a2b_hex().\n"
     "Error if the number of digits is odd or one is none."},
    {"crc_hqx", crcHqx, "($module, data, crc, /)",
     "The CRC-CCITT (polynomial 0x1021) of data, going on from the value crc, which is 0 at\n"
     "the start."},
    {"crc32", crc32Of, "($module, data, crc=0, /)",
     "The CRC-32 of data, as zip files have it, going on from the value crc, which is 0 at the\n"
     "start."},
    {"a2b_qp", a2bQp, "($module, /, data, header=False)",
     "Decode quoted-printable text; if header is true, underscores stand for spaces."},
    {"b2a_qp", b2aQp, "($module, /, data, quotetabs=False, istext=True, header=False)",
     "Encode as quoted-printable text. quotetabs encodes all spaces and tabs, not only those\n"
     "at the end of a line. istext keeps newlines as they are and only breaks long lines.\n"
     "header writes spaces as underscores."},
};

Status populate(Thread &t, Module *module) {
  static Type *incompleteType = nullptr;
  CHECK(addException(t, module, errorType, "binascii.Error", types::ValueError));
  return addException(t, module, incompleteType, "binascii.Incomplete", types::Exception);
}

} // namespace

const ModuleSpec coil::vm::kBinasciiModule = {
    .name = "binascii",
    .doc = "Bytes to printable text and back: base64, hexadecimal, quoted-printable, uuencode, CRCs.",
    .functions = kFunctions,
    .populate = populate,
};
