// binascii: quoted-printable (RFC 1521).
#include "VM/Modules/binascii/Binascii.h"

using namespace coil::vm;
using namespace coil::vm::binascii;

// a2b_qp(data, header=False). What is no valid escape stays as it is.
Ref binascii::a2bQp(Thread &t, const Value *args) {
  AsciiInput input;
  CHECK(input.open(t, args[0]));
  bool header = TRY(flagArgument(t, args[1]));
  llvm::ArrayRef<uint8_t> text = input.bytes();
  Output out;
  for (size_t i = 0; i < text.size();) {
    uint8_t c = text[i++];
    if (c != '=') {
      out.push_back(header && c == '_' ? ' ' : c);
      continue;
    }
    if (i == text.size()) break;
    if (text[i] == '\n' || text[i] == '\r') { // a soft line break
      while (i < text.size() && text[i] != '\n') ++i;
      ++i;
    } else if (text[i] == '=') { // what an old version of the quopri module wrote
      out.push_back('=');
      ++i;
    } else if (i + 1 < text.size() && hexValue(text[i]) >= 0 && hexValue(text[i + 1]) >= 0) {
      out.push_back(uint8_t(hexValue(text[i]) << 4 | hexValue(text[i + 1])));
      i += 2;
    } else {
      out.push_back('=');
    }
  }
  return makeBytes(out);
}

namespace {

constexpr size_t kLineSize = 76;

struct Encoder {
  llvm::ArrayRef<uint8_t> text;
  bool quoteTabs, isText, header, crlf;
  Output out = {};
  size_t lineLength = 0;

  bool endsAt(size_t i) const {
    return i == text.size() || text[i] == '\n' || text[i] == '\r' || text[i] == 0;
  }

  bool mustEscape(size_t i) const {
    uint8_t c = text[i];
    bool blank = c == '\t' || c == ' ', lineEnd = c == '\r' || c == '\n';
    if (c > 126 || c == '=' || (header && c == '_')) return true;
    if (c == '.' && lineLength == 0 && endsAt(i + 1)) return true; // it would end a message in SMTP
    if (lineEnd) return !isText;
    if (blank) return i + 1 == text.size() || quoteTabs;
    return c < 33;
  }

  void escape(uint8_t c) {
    out.push_back('=');
    out.push_back(hexDigit(c >> 4, true));
    out.push_back(hexDigit(c & 15, true));
  }

  void newLine(bool soft) {
    if (soft) out.push_back('=');
    if (crlf) out.push_back('\r');
    out.push_back('\n');
    lineLength = 0;
  }

  // Blanks at the end of a line would get lost.
  void hardLineEnd() {
    if (!out.empty() && (out.back() == ' ' || out.back() == '\t')) escape(out.pop_back_val());
    newLine(false);
  }

  void encode() {
    for (size_t i = 0; i < text.size(); ++i) {
      uint8_t c = text[i];
      if (mustEscape(i)) {
        if (lineLength + 3 >= kLineSize) newLine(true);
        escape(c);
        lineLength += 3;
        continue;
      }
      bool pair = c == '\r' && i + 1 < text.size() && text[i + 1] == '\n';
      if (isText && (c == '\n' || pair)) {
        hardLineEnd();
        i += pair;
        continue;
      }
      if (i + 1 != text.size() && text[i + 1] != '\n' && lineLength + 1 >= kLineSize) newLine(true);
      ++lineLength;
      out.push_back(header && c == ' ' ? '_' : c);
    }
  }
};

} // namespace

// b2a_qp(data, quotetabs=False, istext=True, header=False). The first line's end says how all are written.
Ref binascii::b2aQp(Thread &t, const Value *args) {
  Buffer input;
  CHECK(input.open(t, args[0]));
  bool quoteTabs = TRY(flagArgument(t, args[1])), isText = TRY(flagArgument(t, args[2]));
  bool header = TRY(flagArgument(t, args[3]));
  llvm::ArrayRef<uint8_t> text = input.bytes();
  const uint8_t *end = std::find(text.begin(), text.end(), '\n');
  bool crlf = end != text.end() && end != text.begin() && end[-1] == '\r';
  Encoder encoder{text, quoteTabs, isText, header, crlf};
  encoder.encode();
  return makeBytes(encoder.out);
}
