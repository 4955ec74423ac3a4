// binascii: uuencode, a line at a time.
#include "VM/Modules/binascii/Binascii.h"

using namespace coil::vm;
using namespace coil::vm::binascii;

// a2b_uu(data, /). Missing characters count as spaces: programs cut them off.
Ref binascii::a2bUu(Thread &t, const Value *args) {
  AsciiInput input;
  CHECK(input.open(t, args[0]));
  llvm::ArrayRef<uint8_t> text = input.bytes();
  size_t wanted = (text.empty() ? 0u - ' ' : text[0] - unsigned(' ')) & 63, i = 1;
  Output out;
  unsigned bits = 0, have = 0;
  for (; out.size() < wanted; ++i) {
    uint8_t c = i < text.size() ? text[i] : '\n';
    if (c == '\n' || c == '\r')
      c = ' ';
    else if (c < ' ' || c > ' ' + 64)
      return raiseError(t, "Illegal char");
    bits = bits << 6 | ((c - unsigned(' ')) & 63);
    have += 6;
    if (have < 8) continue;
    have -= 8;
    out.push_back(uint8_t(bits >> have));
    bits &= (1u << have) - 1;
  }
  for (; i < text.size(); ++i)
    if (text[i] != ' ' && text[i] != '`' && text[i] != '\n' && text[i] != '\r')
      return raiseError(t, "Trailing garbage");
  return makeBytes(out);
}

// b2a_uu(data, /, *, backtick=False)
Ref binascii::b2aUu(Thread &t, const Value *args) {
  Buffer input;
  CHECK(input.open(t, args[0]));
  bool backtick = TRY(flagArgument(t, args[1]));
  llvm::ArrayRef<uint8_t> bytes = input.bytes();
  if (bytes.size() > 45) return raiseError(t, "At most 45 bytes at once");
  Output out;
  auto put = [&](size_t sixBits) { out.push_back(uint8_t(backtick && !sixBits ? '`' : ' ' + sixBits)); };
  put(bytes.size());
  for (size_t i = 0; i < bytes.size(); i += 3) {
    unsigned bits = 0;
    for (size_t k = i; k < i + 3; ++k) bits = bits << 8 | (k < bytes.size() ? bytes[k] : 0);
    for (int shift = 18; shift >= 0; shift -= 6) put(bits >> shift & 63);
  }
  out.push_back('\n');
  return makeBytes(out);
}
