// The state of one run of the tokenizer, and the tables that its loop uses. Internal to Lex.
#pragma once

#include "Lex/Tokenizer.h"
#include <array>
#include <string>

namespace coil::lex {

enum class CharClass : uint8_t {
  Bad,
  Name,
  Prefix, // letters that may begin a string
  High,   // a byte of a non-ASCII character
  Digit,
  Dot,
  Quote,
  Operator,
  Open,
  Close,
  Hash,
  Newline,
  Backslash,
};

inline constexpr std::array<CharClass, 256> kCharClass = [] {
  std::array<CharClass, 256> table{};
  for (unsigned c = 0; c < 256; ++c) {
    if ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_') table[c] = CharClass::Name;
    if (c >= '0' && c <= '9') table[c] = CharClass::Digit;
    if (c >= 128) table[c] = CharClass::High;
  }
  for (char c : {'b', 'B', 'u', 'U', 'r', 'R', 'f', 'F'}) table[uint8_t(c)] = CharClass::Prefix;
  for (char c : {'+', '-', '*', '/', '|', '&', '<', '>', '=', '%', '~', '^', ':', ',', ';', '@', '!'})
    table[uint8_t(c)] = CharClass::Operator;
  for (char c : {'(', '[', '{'}) table[uint8_t(c)] = CharClass::Open;
  for (char c : {')', ']', '}'}) table[uint8_t(c)] = CharClass::Close;
  table['.'] = CharClass::Dot;
  table['"'] = table['\''] = CharClass::Quote;
  table['#'] = CharClass::Hash;
  table['\n'] = CharClass::Newline;
  table['\\'] = CharClass::Backslash;
  return table;
}();

inline constexpr std::array<bool, 256> kNameChar = [] {
  std::array<bool, 256> table{};
  for (unsigned c = 0; c < 128; ++c)
    table[c] = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
  return table;
}();

class TokenizerImpl {
public:
  TokenizerImpl(llvm::StringRef text, const TokenizerOptions &options, TokenBuffer &out);
  void run();

private:
  static constexpr unsigned kMaxIndent = 100; // CPython's MAXINDENT
  static constexpr unsigned kMaxLevel = 200;  // CPython's MAXLEVEL

  // Every lex function returns false after an error, which is then recorded.
  bool lexLine();
  bool measureIndent(unsigned &column, unsigned &altColumn, bool &ok);
  bool changeIndent(unsigned column, unsigned altColumn);
  bool indentError();
  bool skipIndentInBrackets();
  void skipRestOfLine();
  bool continueLine(bool inToken);
  bool lexEnd();
  bool lexName();
  bool checkIdentifier(const char *start);
  void lexOperator();
  bool openBracket();
  bool closeBracket();
  bool lexComment(bool &blank);
  void stayOnLastLine();
  void lexTypeComment(const char *start, bool &blank);
  TokenKind asyncKind(TokenKind kind, const char *start);
  void closeAsyncFunction();
  bool inAsync() const { return asyncDef; }
  void sawNewline() {
    if (asyncDef) asyncNewline = true;
  }

  // Literals.cpp
  bool stringPrefix();
  bool lexString(const char *start);
  bool unterminated(const char *start, uint32_t startLine, bool triple);
  bool lexNumber();
  bool lexRadix(const char *what, int radix);
  bool lexLeadingZero(const char *start, bool &done);
  bool lexExponent(bool &done);
  bool decimalTail();
  bool endOfNumber(const char *what);

  bool fail(StopReason reason);
  int charactersRead(const char *lineStart) const;
  bool syntaxError(std::string message, int column = -1, int endColumn = -1);
  void warn(std::string message);
  // Where the current line begins. The first may count columns from elsewhere.
  const char *lineBegin() const { return out.lineStarts.size() == 1 ? base : base + out.lineStarts.back(); }
  // `p` is behind a line end. `inToken`: CPython's buffer keeps the lines of a token, or of a continued line,
  // together.
  void newLine(bool inToken = false) {
    ++line;
    out.lineStarts.push_back(uint32_t(p - base));
    out.stop.linesRead = uint32_t(p - base);
    if (!inToken) bufferStart = p;
  }
  void add(TokenKind kind, const char *start, const char *stop) {
    out.tokens.push_back({uint32_t(start - base), uint32_t(stop - base), line, kind, uint8_t(level), 0});
  }

  struct Indent {
    unsigned column = 0, alt = 0;
  };
  struct Bracket {
    char open;
    Token token;
  };

  const char *base, *end;
  const char *p = nullptr;
  const char *bufferStart = nullptr;
  uint32_t line = 1;
  unsigned level = 0;
  unsigned indentDepth = 0;
  bool atEnd = false; // and on the last line again
  bool asyncDef = false, asyncNewline = false;
  unsigned asyncIndent = 0;
  const TokenizerOptions options;
  TokenBuffer &out;
  std::array<Indent, kMaxIndent> indents{};
  std::array<Bracket, kMaxLevel> brackets;
};

} // namespace coil::lex
