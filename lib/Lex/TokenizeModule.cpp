// The `tokenize` module of Python 3.11, which knows lines and regular expressions and accepts nearly
// everything.
#include "Lex/TokenList.h"
#include "Lex/TokenizerImpl.h"
#include "Support/Codecs.h"
#include "Support/Repr.h"
#include "Support/ShortText.h"
#include "Support/SourceBuffer.h"
#include "Support/Unicode.h"
#include "Support/Utf8.h"
#include "llvm/Support/raw_ostream.h"
#include <cstring>

using namespace coil;
using namespace coil::lex;

namespace {

bool isDigit(char c) { return uint8_t(c - '0') < 10; }
bool isBlank(char c) { return c == ' ' || c == '\t' || c == '\f'; }

// [0-9](?:_?[0-9])* from `p` on, for digits of one kind; `p` if there is none.
template <typename IsDigit> const char *digits(const char *p, const char *end, IsDigit isOne) {
  if (p >= end || !isOne(*p)) return p;
  for (++p; p < end; ++p) {
    if (*p == '_' && p + 1 < end && isOne(p[1])) ++p;
    if (!isOne(*p)) break;
  }
  return p;
}
const char *decimalDigits(const char *p, const char *end) { return digits(p, end, isDigit); }

const char *exponent(const char *p, const char *end) {
  if (p >= end || (*p | 32) != 'e') return p;
  const char *q = p + 1;
  if (q < end && (*q == '+' || *q == '-')) ++q;
  const char *stop = decimalDigits(q, end);
  return stop == q ? p : stop;
}

// The Number expression: imaginary, then floating, then integer.
const char *matchNumber(const char *p, const char *end) {
  auto imaginary = [&](const char *q) { return q < end && (*q | 32) == 'j' ? q + 1 : q; };
  const char *whole = decimalDigits(p, end);
  if (whole < end && *whole == '.') {
    const char *fraction = decimalDigits(whole + 1, end);
    if (whole == p && fraction == whole + 1) return p; // a dot alone
    return imaginary(exponent(fraction, end));
  }
  if (whole == p) return p;
  if (const char *stop = exponent(whole, end); stop != whole) return imaginary(stop);
  if (imaginary(whole) != whole) return whole + 1;
  if (*p != '0') return whole;
  if (p + 2 < end) {
    // 0[xX](?:_?[0-9a-fA-F])+: an underscore may follow the letter
    auto radix = [&](auto isOne) {
      const char *q = p + 2 + (p[2] == '_');
      const char *stop = digits(q, end, isOne);
      return stop == q ? nullptr : stop;
    };
    const char *stop = nullptr;
    if ((p[1] | 32) == 'x')
      stop = radix([](char c) { return isDigit(c) || uint8_t((c | 32) - 'a') < 6; });
    else if ((p[1] | 32) == 'b')
      stop = radix([](char c) { return c == '0' || c == '1'; });
    else if ((p[1] | 32) == 'o')
      stop = radix([](char c) { return uint8_t(c - '0') < 8; });
    if (stop) return stop;
  }
  return digits(p, end, [](char c) { return c == '0'; });
}

const char *matchName(const char *p, const char *end) {
  while (p < end && kNameChar[uint8_t(*p)]) ++p;
  if (p < end && uint8_t(*p) < 0x80) return p;
  while (p < end) {
    const char *q = p;
    uint32_t c = decodeUtf8(q, end);
    if (c != '_' && !unicode::isAlnum(c)) break;
    p = q;
  }
  return p;
}

// How many letters of a string prefix stand before a quote at `p`; -1 if it is no string.
int prefixLength(const char *p, const char *end) {
  auto quote = [&](int i) { return p + i < end && (p[i] == '"' || p[i] == '\''); };
  if (quote(0)) return 0;
  char a = char(p[0] | 32), b = p + 1 < end ? char(p[1] | 32) : 0;
  if ((a == 'b' || a == 'r' || a == 'u' || a == 'f') && quote(1)) return 1;
  bool two = (a == 'r' && (b == 'b' || b == 'f')) || ((a == 'b' || a == 'f') && b == 'r');
  return two && quote(2) ? 2 : -1;
}

enum class StringEnd { Closed, Continued, None };

// The rest of a string of one line: to its quote, or to a backslash at the line's end.
StringEnd matchShortString(const char *&p, const char *end, char quote) {
  for (const char *q = p; q < end; ++q) {
    if (*q == '\n') return StringEnd::None;
    if (*q == quote) {
      p = q + 1;
      return StringEnd::Closed;
    }
    if (*q != '\\') continue;
    if (q + 1 < end && q[1] == '\n') {
      p = q + 2;
      return StringEnd::Continued;
    }
    if (q + 2 < end && q[1] == '\r' && q[2] == '\n') {
      p = q + 3;
      return StringEnd::Continued;
    }
    if (++q >= end) return StringEnd::None;
    if (uint8_t(*q) >= 0x80)
      while (q + 1 < end && (uint8_t(q[1]) & 0xC0) == 0x80) ++q;
  }
  return StringEnd::None;
}

// The end of a continued string in a line of its own: past the closing quotes, or null. A backslash does not
// go together with a line end.
const char *matchStringTail(const char *p, const char *end, char quote, bool triple) {
  for (; p < end; ++p) {
    if (*p == '\\') {
      if (++p >= end || *p == '\n') return nullptr;
    } else if (*p == quote) {
      if (!triple) return p + 1;
      if (p + 2 < end && p[1] == quote && p[2] == quote) return p + 3;
    }
  }
  return nullptr;
}

size_t matchOperator(const char *p, const char *end, TokenKind &kind) {
  auto goesOn = [](char c) {
    CharClass kind = kCharClass[uint8_t(c)];
    return kind == CharClass::Operator || kind == CharClass::Dot;
  };
  size_t longest = p + 1 < end && goesOn(p[1]) ? std::min<size_t>(3, size_t(end - p)) : 1;
  for (size_t n = longest; n > 0; --n) {
    kind = operatorKind({p, n});
    if (kind != TokenKind::Op) return n;
  }
  return 0;
}

class ModuleTokenizer {
public:
  // `lineEnds` are the ends of the lines in the text, where they are not its line feeds: the module knows
  // lines by their bytes, before it decodes them.
  ModuleTokenizer(llvm::StringRef filename, TokenList &out, llvm::ArrayRef<size_t> lineEnds = {})
      : filename(filename), out(out), lineEnds(lineEnds), base(out.text.data()),
        fileEnd(base + out.text.size()) {}

  std::optional<TokenizeError> run() {
    out.tokens.reserve(out.text.size() / 5 + 8);
    out.tokens.push_back({TokenKind::Encoding, 0, 0, 0, 0, 0, 0});
    allAscii = isAsciiText(out.text);
    const char *next = base;
    llvm::StringRef previous, current;
    for (;;) {
      previous = current;
      line = next;
      end = next = endOfLine(next);
      current = {line, size_t(end - line)};
      ++number;
      ascii = allAscii || isAsciiText(current);
      p = line;
      bool stop = false;
      if (auto error = readLine(stop)) return error;
      if (stop) break;
    }
    finish(previous);
    return std::nullopt;
  }

private:
  const char *endOfLine(const char *start) const {
    if (!lineEnds.empty()) return number < lineEnds.size() ? base + lineEnds[number] : fileEnd;
    const char *eol = static_cast<const char *>(std::memchr(start, '\n', size_t(fileEnd - start)));
    return eol ? eol + 1 : fileEnd;
  }
  uint32_t column(const char *at) const {
    return uint32_t(ascii ? size_t(at - line) : countCodePoints({line, size_t(at - line)}));
  }
  uint32_t offset(const char *at) const { return uint32_t(at - base); }
  void add(TokenKind kind, const char *start, const char *stop) {
    uint32_t from = column(start);
    uint32_t to = ascii ? uint32_t(stop - line) : column(stop);
    out.tokens.push_back({kind, number, from, number, to, offset(start), offset(stop)});
  }
  std::optional<TokenizeError> errorAt(uint32_t row, uint32_t col, llvm::StringRef message) const {
    return TokenizeError{filename.str() + ":" + std::to_string(row) + ":" + std::to_string(col) +
                         ": error: " + message.str()};
  }

  std::optional<TokenizeError> readLine(bool &stop) {
    if (inString) {
      if (line == end) return errorAt(stringLine, stringColumn, "EOF in multi-line string");
      if (!continueString()) return std::nullopt;
    } else if (brackets == 0 && !continued) {
      if (line == end) {
        stop = true;
        return std::nullopt;
      }
      bool handled = false;
      if (auto error = startStatement(stop, handled)) return error;
      if (handled) return std::nullopt;
    } else {
      if (line == end) return errorAt(number, 0, "EOF in multi-line statement");
      continued = false;
    }
    scan();
    return std::nullopt;
  }

  // False if the line is used up.
  bool continueString() {
    if (const char *stop = matchStringTail(p, end, quote, triple)) {
      out.tokens.push_back(
          {TokenKind::String, stringLine, stringColumn, number, column(stop), stringStart, offset(stop)});
      p = stop;
      inString = false;
      return true;
    }
    llvm::StringRef text(line, size_t(end - line));
    if (!triple && !text.ends_with("\\\n") && !text.ends_with("\\\r\n")) {
      out.tokens.push_back(
          {TokenKind::ErrorToken, stringLine, stringColumn, number, column(end), stringStart, offset(end)});
      inString = false;
    }
    return false;
  }

  // Indentation at the start of a logical line; `handled` if it is blank or a comment.
  std::optional<TokenizeError> startStatement(bool &stop, bool &handled) {
    unsigned width = 0;
    for (; p < end; ++p) {
      if (*p == ' ')
        ++width;
      else if (*p == '\t')
        width = (width / 8 + 1) * 8;
      else if (*p == '\f')
        width = 0;
      else
        break;
    }
    if (p == end) {
      stop = handled = true;
      return std::nullopt;
    }
    if (*p == '#' || *p == '\r' || *p == '\n') {
      handled = true;
      if (*p == '#') {
        const char *commentEnd = end;
        while (commentEnd[-1] == '\r' || commentEnd[-1] == '\n') --commentEnd;
        add(TokenKind::Comment, p, commentEnd);
        p = commentEnd;
      }
      add(TokenKind::Nl, p, end);
      return std::nullopt;
    }
    if (width > indents.back()) {
      indents.push_back(width);
      add(TokenKind::Indent, line, p);
    }
    while (width < indents.back()) {
      bool known = false;
      for (unsigned indent : indents) known |= indent == width;
      if (!known) return errorAt(number, column(p), "unindent does not match any outer indentation level");
      indents.pop_back();
      add(TokenKind::Dedent, p, p);
      out.tokens.back().start = out.tokens.back().end = offset(p);
    }
    return std::nullopt;
  }

  void scan() {
    while (p < end) {
      const char *q = p;
      while (q < end && isBlank(*q)) ++q;
      if (q == end) return;
      const char *start = q;
      if (kCharClass[uint8_t(*q)] == CharClass::Name) { // and no letter that may begin a string
        p = matchName(q, end);
        add(TokenKind::Name, start, p);
      } else if (*q == '\\' && (q[1] == '\n' || (q[1] == '\r' && q + 2 < end && q[2] == '\n')) &&
                 q + 1 < end) {
        continued = true;
        p = q + (q[1] == '\n' ? 2 : 3);
      } else if (*q == '#') {
        while (q < end && *q != '\r' && *q != '\n') ++q;
        p = q;
        add(TokenKind::Comment, start, p);
      } else if (scanString(q)) {
        if (inString) return;
      } else if (!scanPlain(q)) {
        // No rule matches here, not even after the blanks: the first character is an error by itself.
        start = p;
        decodeUtf8(p, end);
        add(TokenKind::ErrorToken, start, p);
      }
    }
  }

  bool scanString(const char *q) {
    int prefix = prefixLength(q, end);
    if (prefix < 0) return false;
    const char *body = q + prefix;
    quote = *body;
    triple = body + 2 < end && body[1] == quote && body[2] == quote;
    if (triple) {
      if (const char *stop = matchStringTail(body + 3, end, quote, true)) {
        p = stop;
        add(TokenKind::String, q, p);
        return true;
      }
      beginString(q);
      return true;
    }
    const char *stop = body + 1;
    switch (matchShortString(stop, end, quote)) {
    case StringEnd::Closed:
      p = stop;
      add(TokenKind::String, q, p);
      return true;
    case StringEnd::Continued: beginString(q); return true;
    case StringEnd::None: return false;
    }
    return false;
  }

  void beginString(const char *start) {
    inString = true;
    stringLine = number;
    stringColumn = column(start);
    stringStart = offset(start);
  }

  // A number, a line end, an operator or a name.
  bool scanPlain(const char *q) {
    if (const char *stop = matchNumber(q, end); stop != q) {
      p = stop;
      add(TokenKind::Number, q, p);
      return true;
    }
    if (*q == '\n' || (*q == '\r' && q + 1 < end && q[1] == '\n')) {
      p = q + (*q == '\n' ? 1 : 2);
      add(brackets > 0 ? TokenKind::Nl : TokenKind::Newline, q, p);
      return true;
    }
    TokenKind kind;
    if (size_t size = matchOperator(q, end, kind)) {
      if (*q == '(' || *q == '[' || *q == '{') ++brackets;
      if (*q == ')' || *q == ']' || *q == '}') --brackets;
      p = q + size;
      add(kind, q, p);
      return true;
    }
    const char *stop = matchName(q, end);
    if (stop == q) return false;
    p = stop;
    const char *first = q;
    // A word that begins with something like a superscript digit is an operator, the module thinks.
    add(unicode::isXidStart(decodeUtf8(first, end)) ? TokenKind::Name : TokenKind::Op, q, p);
    return true;
  }

  void finish(llvm::StringRef lastLine) {
    uint32_t at = offset(fileEnd);
    auto stripped = [](llvm::StringRef text) {
      const char *q = text.begin();
      while (q < text.end()) {
        const char *before = q;
        if (!unicode::isSpace(decodeUtf8(q, text.end())))
          return text.drop_front(size_t(before - text.begin()));
      }
      return llvm::StringRef();
    };
    if (!lastLine.empty() && lastLine.back() != '\r' && lastLine.back() != '\n' &&
        !stripped(lastLine).starts_with("#")) {
      uint32_t length = uint32_t(countCodePoints(lastLine));
      out.tokens.push_back({TokenKind::Newline, number - 1, length, number - 1, length + 1, at, at});
    }
    for (size_t i = 1; i < indents.size(); ++i)
      out.tokens.push_back({TokenKind::Dedent, number, 0, number, 0, at, at});
    out.tokens.push_back({TokenKind::EndMarker, number, 0, number, 0, at, at});
  }

  llvm::StringRef filename;
  TokenList &out;
  llvm::ArrayRef<size_t> lineEnds;
  const char *base, *fileEnd;
  const char *line = nullptr, *end = nullptr, *p = nullptr;
  uint32_t number = 0;
  bool ascii = true; // the current line
  bool allAscii = false;
  int brackets = 0;
  bool continued = false;
  bool inString = false, triple = false;
  char quote = 0;
  uint32_t stringLine = 0, stringColumn = 0, stringStart = 0;
  std::vector<unsigned> indents{0};
};

std::string quoted(llvm::StringRef text) {
  std::string out;
  llvm::raw_string_ostream os(out);
  reprStr(os, text);
  return out;
}

// What detect_encoding() finds, or the text of its SyntaxError.
std::optional<std::string> detectEncoding(llvm::StringRef &bytes, llvm::StringRef filename,
                                          std::string &encoding) {
  bool mark = bytes.consume_front("\xEF\xBB\xBF");
  encoding = "utf-8";
  llvm::StringRef rest = bytes;
  for (int i = 0; i < 2 && !rest.empty(); ++i) {
    size_t eol = rest.find('\n');
    llvm::StringRef line = rest.take_front(eol == llvm::StringRef::npos ? eol : eol + 1);
    rest = rest.drop_front(line.size());
    if (validUtf8Prefix(line) != line.size())
      return "invalid or missing encoding declaration for " + quoted(filename);
    std::string cookie = findCodingCookie(line.take_until([](char c) { return c == '\n'; }));
    if (!cookie.empty()) {
      encoding = normalizeEncoding(cookie);
      if (!findCodec(encoding)) return "unknown encoding for " + quoted(filename) + ": " + encoding;
      if (mark && encoding != "utf-8") return "encoding problem for " + quoted(filename) + ": utf-8";
      break;
    }
    llvm::StringRef text = line.ltrim(" \t\f");
    if (!text.empty() && text[0] != '#' && text[0] != '\r' && text[0] != '\n') break;
  }
  return std::nullopt;
}

// Decodes as the module does, line by line: places in messages count from the start of a line, and so does
// the state of a codec that has one.
std::optional<std::string> decodeLines(const Codec &codec, llvm::StringRef bytes, TokenList &out,
                                       std::vector<size_t> &lineEnds) {
  std::string line;
  while (!bytes.empty()) {
    size_t end = bytes.find('\n');
    llvm::StringRef piece = bytes.take_front(end == llvm::StringRef::npos ? end : end + 1);
    if (auto message = decodeWith(codec, out.encoding, piece, line)) return message;
    out.text += line;
    lineEnds.push_back(out.text.size());
    bytes = bytes.drop_front(piece.size());
  }
  return std::nullopt;
}

// A line cannot be decoded: that is an error unless there is one in the lines before it.
TokenizeError refuseAt(const std::string &message, llvm::StringRef filename, TokenList &out,
                       llvm::ArrayRef<size_t> lineEnds) {
  auto error = ModuleTokenizer(filename, out, lineEnds).run();
  if (error && !llvm::StringRef(error->message).contains(": error: EOF in multi-line")) return *error;
  return {"unexpected error: " + message};
}

} // namespace

std::optional<TokenizeError> coil::lex::tokenizeModule(llvm::StringRef bytes, llvm::StringRef filename,
                                                       TokenList &out) {
  llvm::StringRef whole = bytes;
  out.filename = filename.str();
  if (auto message = detectEncoding(bytes, filename, out.encoding))
    return TokenizeError{filename.str() + ": error: " + *message};
  std::vector<size_t> lineEnds;
  const Codec *codec = findCodec(out.encoding);
  if (codec->kind == CodecKind::Utf8 && validUtf8Prefix(bytes) == bytes.size())
    out.text = bytes.str();
  else if (auto message = decodeLines(*codec, bytes, out, lineEnds))
    return refuseAt(*message, filename, out, lineEnds);
  if (out.text != whole) out.original = whole.str();
  return ModuleTokenizer(filename, out, lineEnds).run();
}
