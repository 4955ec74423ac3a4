// Reading what repr() prints.
#include "Lex/PythonLiteral.h"
#include "Support/Utf8.h"

using namespace coil;

static bool takeLiteral(llvm::StringRef &text, std::string &out, bool bytes) {
  llvm::StringRef rest = text;
  if (bytes && !rest.consume_front("b")) return false;
  if (rest.empty() || (rest[0] != '\'' && rest[0] != '"')) return false;
  char quote = rest[0];
  rest = rest.drop_front();
  for (;;) {
    if (rest.empty() || rest[0] == '\n') return false;
    char c = rest[0];
    rest = rest.drop_front();
    if (c == quote) break;
    if (c != '\\') {
      out += c;
      continue;
    }
    if (rest.empty()) return false;
    c = rest[0];
    rest = rest.drop_front();
    unsigned digits = 0;
    switch (c) {
    case 'n': out += '\n'; continue;
    case 'r': out += '\r'; continue;
    case 't': out += '\t'; continue;
    case '\\':
    case '\'':
    case '"': out += c; continue;
    case 'x': digits = 2; break;
    case 'u': digits = bytes ? 0 : 4; break;
    case 'U': digits = bytes ? 0 : 8; break;
    default: break;
    }
    uint32_t value;
    if (digits == 0 || rest.size() < digits || rest.take_front(digits).getAsInteger(16, value) ||
        value > 0x10FFFF)
      return false;
    rest = rest.drop_front(digits);
    if (bytes)
      out += char(value);
    else
      appendUtf8(out, value);
  }
  text = rest;
  return true;
}

bool coil::lex::takePythonString(llvm::StringRef &text, std::string &out) {
  return takeLiteral(text, out, false);
}
bool coil::lex::takePythonBytes(llvm::StringRef &text, std::string &out) {
  return takeLiteral(text, out, true);
}
