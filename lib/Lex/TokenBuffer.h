// What tokenizing a source gives: all tokens, the lines, and how it ended.
#pragma once

#include "Lex/Token.h"
#include "Support/Diagnostic.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/ADT/StringRef.h"
#include <string>
#include <vector>

namespace coil::lex {

// How CPython's tokenizer stopped; the words are those of its error codes.
enum class StopReason : uint8_t {
  EndMarker,        // the end was reached
  EndOfFile,        // E_EOF: the end came inside brackets or after a backslash
  Dedent,           // E_DEDENT: no outer block has this indentation
  TabSpace,         // E_TABSPACE: tabs and spaces are mixed
  TooDeep,          // E_TOODEEP: more than 100 levels
  LineContinuation, // E_LINECONT: something follows the backslash
  Decode,           // E_DECODE: a name is not UTF-8; `message` has its bytes
  Encoding,         // a line of a file is not UTF-8; `message` says so, and there is no place
  Syntax,           // an error with its own message and place
};

// The state of the tokenizer where it stopped. Columns are in characters, from 1, as SyntaxError has them.
struct TokenizerStop {
  StopReason reason = StopReason::EndMarker;
  uint32_t offset = 0;      // how far it had read
  uint32_t lineStart = 0;   // where its current line begins
  uint32_t bufferStart = 0; // where the text begins that CPython has in its buffer: mostly the current line
  uint32_t linesRead = 0;   // where the last line begins that it came to, if it was not the first
  uint32_t line = 1;
  std::string message; // for Syntax and Decode
  DiagnosticKind kind = DiagnosticKind::SyntaxError;
  int column = 0;
  int endColumn = -1;
  std::vector<std::pair<char, Token>> openBrackets; // what was open, innermost last
};

// A warning of the tokenizer, issued when the token at `tokenIndex` is read.
struct TokenizerWarning {
  DiagnosticKind kind;
  std::string message;
  uint32_t line;
  int column; // where a syntax error in its place would stand
  uint32_t tokenIndex;
};

struct TokenBuffer {
  llvm::StringRef text; // the source; followed by a NUL byte
  uint32_t firstLine =
      1; // the number of its first line; an f-string's expression begins where its brace stands
  llvm::SmallVector<Token, 0> tokens; // ends with EndMarker or ErrorToken
  std::vector<uint32_t> lineStarts;   // of the lines read so far; the column of the first may be shifted
  std::vector<TokenizerWarning> warnings;
  TokenizerStop stop;
  bool byteOrderMark = false; // the file began with one; it is not in the text
  unsigned openBlocks = 0;    // blocks that the end left open: the source ends without a line end

  llvm::StringRef spelling(const Token &t) const { return text.substr(t.start, t.end - t.start); }
  uint32_t column(const Token &t) const { return t.start - lineStarts[t.line - firstLine]; }
  // The line in which a token ends.
  uint32_t endLine(const Token &t) const {
    return t.lineCount < kManyLines ? t.line + t.lineCount : lineOf(t.end);
  }
  uint32_t endColumn(const Token &t) const { return t.end - lineStarts[endLine(t) - firstLine]; }
  uint32_t lineOf(uint32_t offset) const;
  // A line's text without its end.
  llvm::StringRef lineText(uint32_t line) const;
};

} // namespace coil::lex
