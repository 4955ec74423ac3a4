// The literal forms of a str: repr and ascii.
#include "VM/Types/Str/StrText.h"
#include "Support/Unicode.h"
#include <cstring>

using namespace coil::vm;

namespace {

constexpr char kHexDigits[] = "0123456789abcdef";

void appendHex(StrBuilder &out, char32_t c, int digits) {
  while (digits--) out.append(char32_t(kHexDigits[c >> (digits * 4) & 15]));
}

void appendEscape(StrBuilder &out, char32_t c) {
  out.append(U'\\');
  if (c < 0x100) {
    out.append(U'x');
    appendHex(out, c, 2);
  } else if (c < 0x10000) {
    out.append(U'u');
    appendHex(out, c, 4);
  } else {
    out.append(U'U');
    appendHex(out, c, 8);
  }
}

// The quote that needs least escaping: ' unless the text has that and no ".
char quoteFor(const Str *s) {
  bool single = false, dbl = false;
  for (int64_t i = 0; i < s->length; ++i) {
    single |= s->at(i) == '\'';
    dbl |= s->at(i) == '"';
  }
  return single && !dbl ? '"' : '\'';
}

// Printable ASCII without quotes and backslashes: nothing to escape.
bool isPlain(const Str *s) {
  if (!s->ascii) return false;
  bool plain = true;
  for (char c : s->asciiText()) plain &= c >= ' ' && c != 127 && c != '\'' && c != '\\';
  return plain;
}

StrRef quoted(Str *s, bool asciiOnly) {
  if (isPlain(s)) {
    StrRef result = newStr(s->length + 2, 127);
    uint8_t *to = result->mutableData();
    to[0] = to[s->length + 1] = '\'';
    std::memcpy(to + 1, s->data1(), size_t(s->length));
    return result;
  }
  char32_t quote = char32_t(quoteFor(s));
  StrBuilder out;
  out.append(quote);
  for (int64_t i = 0; i < s->length; ++i) {
    char32_t c = s->at(i);
    if (c == quote || c == '\\') {
      out.append(U'\\');
      out.append(c);
    } else if (c == '\n' || c == '\r' || c == '\t') {
      out.append(U'\\');
      out.append(c == '\n' ? U'n' : c == '\r' ? U'r' : U't');
    } else if (c < 128 ? c >= ' ' && c != 127 : !asciiOnly && coil::unicode::isPrintable(c)) {
      out.append(c);
    } else {
      appendEscape(out, c);
    }
  }
  out.append(quote);
  return out.finish();
}

} // namespace

StrRef coil::vm::reprStr(Str *s) { return quoted(s, false); }
StrRef coil::vm::asciiStr(Str *s) { return quoted(s, true); }

StrRef coil::vm::escapeNonAscii(Str *text) {
  if (text->ascii) return substring(text, 0, text->length);
  StrBuilder out;
  for (int64_t i = 0; i < text->length; ++i)
    if (text->at(i) < 128)
      out.append(text->at(i));
    else
      appendEscape(out, text->at(i));
  return out.finish();
}
