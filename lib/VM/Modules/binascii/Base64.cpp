// binascii: base64.
#include "VM/Modules/binascii/Binascii.h"

using namespace coil::vm;
using namespace coil::vm::binascii;

static constexpr char kAlphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

static int sixBits(uint8_t c) {
  if (c >= 'A' && c <= 'Z') return c - 'A';
  if (c >= 'a' && c <= 'z') return c - 'a' + 26;
  if (c >= '0' && c <= '9') return c - '0' + 52;
  return c == '+' ? 62 : c == '/' ? 63 : -1;
}

// Adds one character's six bits: three bytes come of every four.
static void addSixBits(Output &out, unsigned &place, unsigned &left, unsigned bits) {
  if (place) out.push_back(uint8_t(left << (2 * place) | bits >> (6 - 2 * place)));
  left = place == 3 ? 0 : bits & (0x3fu >> (2 * place));
  place = (place + 1) % 4;
}

static Status decode(Thread &t, llvm::ArrayRef<uint8_t> text, bool strict, Output &out) {
  if (strict && !text.empty() && text[0] == '=') return raiseError(t, "Leading padding not allowed");
  unsigned place = 0, left = 0, pads = 0;
  bool padding = false;
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '=') {
      padding = true;
      if (place < 2 || place + ++pads < 4) continue;
      // Enough padding ends the data.
      if (strict && i + 1 < text.size()) return raiseError(t, "Excess data after padding");
      return Status::ok();
    }
    int bits = sixBits(text[i]);
    if (bits < 0) {
      if (strict) return raiseError(t, "Only base64 data is allowed");
      continue;
    }
    if (strict && padding) return raiseError(t, "Discontinuous padding not allowed");
    pads = 0;
    addSixBits(out, place, left, unsigned(bits));
  }
  if (place == 1)
    return raiseError(t, "Invalid base64-encoded string: number of data characters (" +
                             std::to_string(out.size() / 3 * 4 + 1) +
                             ") cannot be 1 more than a multiple of 4");
  if (place) return raiseError(t, "Incorrect padding");
  return Status::ok();
}

// a2b_base64(data, /, *, strict_mode=False)
Ref binascii::a2bBase64(Thread &t, const Value *args) {
  AsciiInput input;
  CHECK(input.open(t, args[0]));
  bool strict = TRY(flagArgument(t, args[1]));
  Output out;
  CHECK(decode(t, input.bytes(), strict, out));
  return makeBytes(out);
}

// b2a_base64(data, /, *, newline=True)
Ref binascii::b2aBase64(Thread &t, const Value *args) {
  Buffer input;
  CHECK(input.open(t, args[0]));
  bool newline = TRY(flagArgument(t, args[1]));
  llvm::ArrayRef<uint8_t> bytes = input.bytes();
  BytesRef result = newBytes(int64_t((bytes.size() + 2) / 3 * 4 + newline));
  uint8_t *to = result->data;
  for (; !bytes.empty(); bytes = bytes.drop_front(std::min<size_t>(3, bytes.size()))) {
    size_t count = std::min<size_t>(3, bytes.size());
    unsigned bits =
        unsigned(bytes[0]) << 16 | (count > 1 ? unsigned(bytes[1]) << 8 : 0) | (count > 2 ? bytes[2] : 0);
    for (size_t i = 0; i < 4; ++i)
      *to++ = i <= count ? uint8_t(kAlphabet[bits >> (18 - 6 * i) & 63]) : uint8_t('=');
  }
  if (newline) *to = '\n';
  return result;
}
