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

#define HEX_DOC(other, examples)                                                                             \
  "Hexadecimal representation of binary data.\n\n  sep\n    An optional single character or byte to "        \
  "separate hex bytes.\n  bytes_per_sep\n    How many bytes between separators.  Positive values count "     \
  "from the\n    right, negative values count from the left.\n\nThe return value is a bytes object.  This "  \
  "function is also\navailable as \"" other "()\"." examples

NativeDef kFunctions[] = {
    {"a2b_uu", a2bUu, "($module, data, /)", "Decode a line of uuencoded data."},
    {"b2a_uu", b2aUu, "($module, data, /, *, backtick=False)", "Uuencode line of data."},
    {"a2b_base64", a2bBase64, "($module, data, /, *, strict_mode=False)",
     "Decode a line of base64 data.\n\n  strict_mode\n    When set to True, bytes that are not part of the "
     "base64 standard are not allowed.\n    The same applies to excess data after padding (= / ==)."},
    {"b2a_base64", b2aBase64, "($module, data, /, *, newline=True)", "Base64-code line of data."},
    {"a2b_hex", a2bHex, "($module, hexstr, /)",
     "Binary data of hexadecimal representation.\n\nhexstr must contain an even number of hex digits (upper "
     "or lower case).\nThis function is also available as \"unhexlify()\"."},
    {"b2a_hex", b2aHex, "($module, /, data, sep=<unrepresentable>, bytes_per_sep=1)",
     HEX_DOC("hexlify", "\n\nExample:\n>>> binascii.b2a_hex(b'\\xb9\\x01\\xef')\nb'b901ef'\n>>> "
                        "binascii.hexlify(b'\\xb9\\x01\\xef', ':')\nb'b9:01:ef'\n>>> "
                        "binascii.b2a_hex(b'\\xb9\\x01\\xef', b'_', 2)\nb'b9_01ef'")},
    {"hexlify", b2aHex, "($module, /, data, sep=<unrepresentable>, bytes_per_sep=1)", HEX_DOC("b2a_hex", "")},
    {"unhexlify", a2bHex, "($module, hexstr, /)",
     "Binary data of hexadecimal representation.\n\nhexstr must contain an even number of hex digits (upper "
     "or lower case)."},
    {"crc_hqx", crcHqx, "($module, data, crc, /)", "Compute CRC-CCITT incrementally."},
    {"crc32", crc32Of, "($module, data, crc=0, /)", "Compute CRC-32 incrementally."},
    {"a2b_qp", a2bQp, "($module, /, data, header=False)", "Decode a string of qp-encoded data."},
    {"b2a_qp", b2aQp, "($module, /, data, quotetabs=False, istext=True, header=False)",
     "Encode a string using quoted-printable encoding.\n\nOn encoding, when istext is set, newlines are not "
     "encoded, and white\nspace at end of lines is.  When istext is not set, \\r and \\n (CR/LF)\nare both "
     "encoded.  When quotetabs is set, space and tabs are encoded."},
};

Status populate(Thread &t, Module *module) {
  static Type *incompleteType = nullptr;
  CHECK(addException(t, module, errorType, "binascii.Error", types::ValueError));
  return addException(t, module, incompleteType, "binascii.Incomplete", types::Exception);
}

} // namespace

const ModuleSpec coil::vm::kBinasciiModule = {
    .name = "binascii",
    .doc = "Conversion between binary data and ASCII",
    .functions = kFunctions,
    .populate = populate,
};
