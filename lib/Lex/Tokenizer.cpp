// The main loop of the tokenizer: lines, indentation, names, operators, brackets. Literals are in
// Literals.cpp.
#include "Lex/Keywords.h"
#include "Lex/TokenizerImpl.h"
#include "Support/Unicode.h"
#include "Support/Utf8.h"
#include <cstring>

using namespace coil;
using namespace coil::lex;

void coil::lex::tokenize(llvm::StringRef text, const TokenizerOptions &options, TokenBuffer &out) {
  TokenizerImpl(text, options, out).run();
}

TokenizerImpl::TokenizerImpl(llvm::StringRef text, const TokenizerOptions &options, TokenBuffer &out)
    : base(text.data()), end(text.data() + text.size()), options(options), out(out) {
  out.text = text;
  out.tokens.clear();
  out.lineStarts.clear();
  out.tokens.reserve(text.size() / 4 + 16);
  out.lineStarts.reserve(text.size() / 24 + 16);
  out.lineStarts.push_back(0 - options.firstColumn);
  out.firstLine = options.firstLine;
  out.warnings.clear();
  out.stop = TokenizerStop();
}

void TokenizerImpl::run() {
  p = bufferStart = base;
  line = options.firstLine;
  while (lexLine()) {
  }
  out.stop.line = line;
  out.stop.offset = uint32_t(p - base);
  out.stop.bufferStart = uint32_t(bufferStart - base);
  out.openBlocks = indentDepth;
  out.stop.lineStart = uint32_t(lineBegin() - base);
  for (unsigned i = 0; i < level; ++i) out.stop.openBrackets.push_back({brackets[i].open, brackets[i].token});
}

bool TokenizerImpl::fail(StopReason reason) {
  out.stop.reason = reason;
  add(TokenKind::ErrorToken, p, p);
  return false;
}

// The number of characters from `lineStart` to `p`, where bytes that are no UTF-8 count as one replaces them.
int TokenizerImpl::charactersRead(const char *lineStart) const {
  llvm::StringRef text(lineStart, size_t(p - lineStart));
  bool valid = validUtf8Prefix(text) == text.size();
  return int(valid ? countCodePoints(text) : countCodePoints(replaceInvalidUtf8(text)));
}

bool TokenizerImpl::syntaxError(std::string message, int column, int endColumn) {
  out.stop.message = std::move(message);
  const char *lineStart = lineBegin();
  out.stop.column = column >= 0 ? column : charactersRead(lineStart);
  out.stop.endColumn = endColumn;
  return fail(StopReason::Syntax);
}

void TokenizerImpl::warn(std::string message) {
  if (!options.reportWarnings) return;
  const char *lineStart = lineBegin();
  out.warnings.push_back({DiagnosticKind::SyntaxWarning, std::move(message), line, charactersRead(lineStart),
                          uint32_t(out.tokens.size())});
}

// A backslash at `p`: steps over it and the line end. CPython refuses anything else after it, and the end of
// the file.
bool TokenizerImpl::continueLine(bool inToken) {
  ++p;
  if (*p != '\n') {
    if (p < end) ++p; // CPython has read the offending character
    return fail(StopReason::LineContinuation);
  }
  ++p;
  newLine(inToken);
  if (p < end) return true;
  stayOnLastLine();
  return fail(StopReason::EndOfFile);
}

// The indentation at the start of a logical line, with tabs to multiples of 8 and, to find mixtures, of 1.
bool TokenizerImpl::measureIndent(unsigned &column, unsigned &altColumn, bool &ok) {
  unsigned col = 0, alt = 0, continued = 0;
  ok = true;
  for (; *p == ' '; ++p) ++col;
  alt = col;
  for (;; ++p) {
    if (*p == ' ') {
      ++col, ++alt;
    } else if (*p == '\t') {
      col = (col / 8 + 1) * 8;
      ++alt;
    } else if (*p == '\f') {
      col = alt = 0;
    } else if (*p == '\\') {
      // The indentation before the first backslash is the one that counts.
      continued = continued ? continued : col;
      if (!continueLine(false)) return ok = false;
      --p;
    } else {
      break;
    }
  }
  column = continued ? continued : col;
  altColumn = continued ? continued : alt;
  return *p == '#' || *p == '\n';
}

bool TokenizerImpl::changeIndent(unsigned column, unsigned altColumn) {
  unsigned &top = indentDepth;
  if (column == indents[top].column) {
    if (altColumn != indents[top].alt) return indentError();
    return true;
  }
  if (column > indents[top].column) {
    if (top + 1 >= kMaxIndent) {
      skipRestOfLine();
      return fail(StopReason::TooDeep);
    }
    if (altColumn <= indents[top].alt) return indentError();
    indents[++top] = {column, altColumn};
    add(TokenKind::Indent, p, p);
    return true;
  }
  unsigned dedents = 0;
  while (top > 0 && column < indents[top].column) --top, ++dedents;
  if (column != indents[top].column) {
    skipRestOfLine();
    return fail(StopReason::Dedent);
  }
  if (altColumn != indents[top].alt) return indentError();
  // The statements of an async function end with its block (only where async is no keyword).
  for (; dedents; --dedents) add(TokenKind::Dedent, p, p);
  return true;
}

bool TokenizerImpl::indentError() {
  skipRestOfLine();
  return fail(StopReason::TabSpace);
}

void TokenizerImpl::skipRestOfLine() {
  const char *eol = static_cast<const char *>(std::memchr(p, '\n', end - p));
  p = eol ? eol + 1 : end;
}

// One logical line, or a blank one. False at the end or after an error.
bool TokenizerImpl::lexLine() {
  unsigned column = 0, altColumn = 0;
  bool ok;
  const char *commentStart = nullptr;
  stayOnLastLine();
  if (options.interactive && p == end) return fail(StopReason::EndOfFile);
  const char *lineStart = p;
  bool blank = measureIndent(column, altColumn, ok);
  if (!ok) return false;
  if (blank && options.interactive &&
      (p == out.text.data() || *lineStart == '\n' || line == options.firstLine)) {
    blank = false; // such a line ends a statement
    column = altColumn = 0;
  }
  if (!blank && !changeIndent(column, altColumn)) return false;
  if (!blank && options.asyncAsNames) closeAsyncFunction();
  for (;;) {
    while (*p == ' ' || *p == '\t' || *p == '\f') ++p;
    const char *start = p;
    switch (kCharClass[uint8_t(*p)]) {
    case CharClass::Name:
      if (!lexName()) return false;
      break;
    case CharClass::High:
      if (!lexName()) return false;
      break;
    case CharClass::Prefix:
      if (stringPrefix()) {
        if (!lexString(start)) return false;
      } else if (!lexName()) {
        return false;
      }
      break;
    case CharClass::Digit:
      if (!lexNumber()) return false;
      break;
    case CharClass::Quote:
      if (!lexString(start)) return false;
      break;
    case CharClass::Dot:
      if (uint8_t(p[1] - '0') < 10) {
        if (!lexNumber()) return false;
      } else if (p[1] == '.' && p[2] == '.') {
        p += 3;
        add(TokenKind::Ellipsis, start, p);
      } else {
        ++p;
        add(TokenKind::Dot, start, p);
      }
      break;
    case CharClass::Operator: lexOperator(); break;
    case CharClass::Open:
      if (!openBracket()) return false;
      break;
    case CharClass::Close:
      if (!closeBracket()) return false;
      break;
    case CharClass::Hash:
      commentStart = p;
      if (lexComment(blank)) commentStart = nullptr;
      break;
    case CharClass::Newline: {
      ++p;
      if (level > 0) {
        commentStart = nullptr;
        newLine();
        if (!skipIndentInBrackets()) return false;
        break;
      }
      if (!blank) {
        add(TokenKind::Newline, commentStart ? commentStart : start, start);
        sawNewline();
      }
      newLine();
      return true;
    }
    case CharClass::Backslash:
      if (!continueLine(true)) return false;
      break;
    case CharClass::Bad: {
      if (p == end) return lexEnd();
      ++p;
      if (uint8_t(*start) >= 32 && *start != 127) { // $, ? and ! are tokens that no rule wants
        add(TokenKind::Op, start, p);
        break;
      }
      char text[64];
      std::snprintf(text, sizeof text, "invalid non-printable character U+%04X", uint8_t(*start));
      return syntaxError(text);
    }
    }
  }
}

// After a line end inside brackets: only backslashes matter in the indentation of the next line.
bool TokenizerImpl::skipIndentInBrackets() {
  while (*p == ' ' || *p == '\t' || *p == '\f' || *p == '\\') {
    if (*p == '\\') {
      if (!continueLine(false)) return false;
    } else {
      ++p;
    }
  }
  return true;
}

bool TokenizerImpl::lexEnd() {
  stayOnLastLine();
  if (level > 0) return fail(StopReason::EndOfFile);
  add(TokenKind::EndMarker, p, p);
  return false;
}

bool TokenizerImpl::lexName() {
  const char *start = p;
  while (kNameChar[uint8_t(*p)]) ++p;
  TokenKind kind = TokenKind::Name;
  if (uint8_t(*p) >= 0x80 || uint8_t(*start) >= 0x80) {
    while (kNameChar[uint8_t(*p)] || uint8_t(*p) >= 0x80) ++p;
    if (!checkIdentifier(start)) return false;
  } else {
    kind = keywordKind(start, size_t(p - start));
    if (options.asyncAsNames && (kind == TokenKind::Async || kind == TokenKind::Await || inAsync()))
      kind = asyncKind(kind, start);
  }
  add(kind, start, p);
  return true;
}

bool TokenizerImpl::checkIdentifier(const char *start) {
  size_t badOffset;
  uint32_t badChar;
  llvm::StringRef name(start, size_t(p - start));
  if (validUtf8Prefix(name) != name.size()) {
    out.stop.message = name.str();
    return fail(StopReason::Decode);
  }
  if (isIdentifier(name, badOffset, badChar)) return true;
  p = start + badOffset; // CPython's position: just after the bad character
  decodeUtf8(p, end);
  char text[64];
  bool printable = unicode::isPrintable(badChar);
  std::snprintf(text, sizeof text,
                printable ? "invalid character '%s' (U+%04X)" : "invalid non-printable character U+%s%04X",
                printable ? encodeUtf8(badChar).c_str() : "", badChar);
  return syntaxError(text);
}

// async and await are keywords in and around an async function only, before Python 3.7.
TokenKind TokenizerImpl::asyncKind(TokenKind kind, const char *start) {
  if (asyncDef) return kind; // keywords inside
  if (kind == TokenKind::Await) return TokenKind::Name;
  if (kind != TokenKind::Async) return kind;
  const char *q = p;
  while (*q == ' ' || *q == '\t' || *q == '\f') ++q;
  if (std::strncmp(q, "def", 3) == 0 && !kNameChar[uint8_t(q[3])]) {
    asyncDef = true;
    asyncIndent = indentDepth;
    asyncNewline = false;
    return TokenKind::Async;
  }
  return TokenKind::Name;
}

void TokenizerImpl::closeAsyncFunction() {
  if (asyncDef && asyncNewline && asyncIndent >= indentDepth) asyncDef = asyncNewline = false;
}

bool TokenizerImpl::openBracket() {
  if (level >= kMaxLevel) {
    ++p;
    return syntaxError("too many nested parentheses");
  }
  const char *start = p++;
  TokenKind kind = *start == '(' ? TokenKind::LPar : *start == '[' ? TokenKind::LSqb : TokenKind::LBrace;
  ++level;
  add(kind, start, p);
  brackets[level - 1] = {*start, out.tokens.back()};
  return true;
}

bool TokenizerImpl::closeBracket() {
  const char *start = p++;
  char close = *start;
  if (level == 0) return syntaxError(std::string("unmatched '") + close + "'");
  char open = brackets[level - 1].open;
  if (!((open == '(' && close == ')') || (open == '[' && close == ']') || (open == '{' && close == '}'))) {
    --level; // as in CPython, whose error is raised after the bracket is popped
    std::string text =
        std::string("closing parenthesis '") + close + "' does not match opening parenthesis '" + open + "'";
    uint32_t openLine = brackets[level].token.line;
    if (openLine != line) text += " on line " + std::to_string(openLine);
    return syntaxError(text);
  }
  --level;
  add(close == ')' ? TokenKind::RPar : close == ']' ? TokenKind::RSqb : TokenKind::RBrace, start, p);
  return true;
}

// A comment at `p`. With type comments on, `# type: X` is a token.
// The token that ends a line begins with the comment before it, in CPython. True if there was a type comment.
bool TokenizerImpl::lexComment(bool &blank) {
  const char *start = p;
  const char *eol = static_cast<const char *>(std::memchr(p, '\n', end - p));
  p = eol ? eol : end;
  size_t before = out.tokens.size();
  if (options.typeComments) lexTypeComment(start, blank);
  return out.tokens.size() != before;
}

// At the end of the source CPython stays on the last line.
void TokenizerImpl::stayOnLastLine() {
  if (p != end || atEnd || out.lineStarts.size() < 2 || p[-1] != '\n') return;
  atEnd = true;
  out.lineStarts.pop_back();
  --line;
}

void TokenizerImpl::lexTypeComment(const char *start, bool &blank) {
  // "# type: " with blanks of any width where it has one.
  const char *q = start;
  for (const char *prefix = "# type: "; *prefix; ++prefix) {
    if (q == p) return;
    if (*prefix == ' ') {
      while (*q == ' ' || *q == '\t') ++q;
    } else if (*q == *prefix) {
      ++q;
    } else {
      return;
    }
  }
  const char *typeStart = q;
  const char *ignoreEnd = q + 6;
  bool ignore =
      p - q >= 6 && std::memcmp(q, "ignore", 6) == 0 &&
      !(p > ignoreEnd && *ignoreEnd != '_' && (uint8_t(*ignoreEnd) >= 128 || kNameChar[uint8_t(*ignoreEnd)]));
  if (ignore) {
    add(TokenKind::TypeIgnore, ignoreEnd, p);
  } else {
    add(TokenKind::TypeComment, typeStart, p);
    blank = false;
  }
}
