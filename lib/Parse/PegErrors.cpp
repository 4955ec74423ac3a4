// Where the second pass reports an error: CPython's rules for lines, columns, the text shown, and which of
// two errors goes first.
#include "Parse/Failure.h"
#include "Parse/PegParser.h"
#include "Support/Codecs.h"
#include "Support/Utf8.h"
#include <algorithm>
#include <iterator>

using namespace coil;
using namespace coil::parse;
using lex::StopReason;

// CPython keeps no columns for tokens that have no text of their own.
PegParser::Place PegParser::placeOf(const Token &token) const {
  bool textless = token.kind == TokenKind::Indent || token.kind == TokenKind::Dedent ||
                  token.kind == TokenKind::EndMarker || token.kind == TokenKind::ErrorToken ||
                  (token.kind == TokenKind::Newline && token.start >= buf.text.size());
  if (textless) return {token.line, -1, token.line, -1};
  return {token.line, int(buf.column(token)), buf.endLine(token), int(buf.endColumn(token))};
}

// The line as CPython finds it in the file: with a byte-order mark, and, since it reads 999 bytes at a time,
// only the last piece of a long one.
std::string PegParser::shownLine(uint32_t line) const {
  llvm::StringRef own = buf.lineText(line);
  std::string text = own.str() + "\n";
  bool undecodable = shared.undecodable && validUtf8Prefix(own) != own.size();
  if (place && !undecodable) return text;
  // Without a declared encoding CPython cannot read such a line from the file.
  if (place || options.mode != Mode::Exec || (undecodable && !charColumns)) return bufferedLine(line);
  if (line == 1 && buf.byteOrderMark) text.insert(0, "\xEF\xBB\xBF");
  constexpr size_t kPiece = 999;
  text.erase(0, (text.size() - 1) / kPiece * kPiece);
  return undecodable ? replaceInvalidUtf8(text) : text;
}

// What CPython's tokenizer holds: the line, and those before it that a token or a backslash joins to it.
std::string PegParser::bufferedLine(uint32_t line) const {
  llvm::StringRef own = buf.lineText(line);
  // Only modules get a line end where the source has none.
  const char *lineEnd = options.mode != Mode::Exec && own.end() == buf.text.end() ? "" : "\n";
  const Token &last = buf.tokens[fill ? fill - 1 : 0];
  if (buf.endLine(last) > line) return replaceInvalidUtf8(own);
  const char *begin = own.begin();
  while (begin > buf.text.begin() && joinsLines(uint32_t(begin - 1 - buf.text.begin()))) do
      --begin;
    while (begin > buf.text.begin() && begin[-1] != '\n');
  return replaceInvalidUtf8({begin, size_t(own.end() - begin)}) + lineEnd;
}

// Whether the line end at `offset` is within a string, or behind a backslash that follows a token.
bool PegParser::joinsLines(uint32_t offset) const {
  auto next = std::partition_point(buf.tokens.begin(), buf.tokens.end(),
                                   [&](const Token &token) { return token.end <= offset; });
  if (next != buf.tokens.end() && next->start < offset && next->kind == TokenKind::String) return true;
  if (!offset || buf.text[offset - 1] != '\\') return false;
  uint32_t from = next == buf.tokens.begin() ? 0 : std::prev(next)->end;
  size_t before = buf.text.rfind('\n', offset - 1);
  uint32_t lineBegin = before == llvm::StringRef::npos ? 0 : uint32_t(before + 1);
  if (buf.text.slice(std::max(from, lineBegin), offset).contains('#')) return false;
  // A backslash in the indentation joins nothing, unless the line is itself continued.
  bool blank = buf.text.slice(lineBegin, offset - 1).find_first_not_of(" \t\f") == llvm::StringRef::npos;
  return !blank || (lineBegin && joinsLines(lineBegin - 1));
}

// CPython computes characters from bytes only where it knows the encoding; in both cases from 1.
int PegParser::charColumn(uint32_t line, int column) const {
  if (!charColumns || column <= 0) return column;
  std::string shown = shownLine(line);
  llvm::StringRef text = shown;
  text.consume_back("\n");
  size_t bytes = std::min<size_t>(size_t(column), text.size());
  size_t characters = shared.undecodable ? countCodePoints(replaceInvalidUtf8(text.take_front(bytes)))
                                         : countCodePoints(text.take_front(bytes));
  if (size_t(column) > text.size()) ++characters; // one past the end is all that counts
  return int(characters);
}

PegParser::Result PegParser::raise(DiagnosticKind kind, Place at, std::string message) {
  failed = true;
  if (error) return {false, nullptr};
  Diagnostic d;
  d.kind = kind;
  d.filename = options.filename;
  d.message = place ? "f-string: " + message : std::move(message);
  d.line = int(at.line);
  d.endLine = int(at.endLine);
  int column = at.column + 1, endColumn = at.endColumn + 1;
  if (place) { // columns count in the expression, whose lines have their places in the file
    column -= int(place->column);
    endColumn -= int(place->column);
    d.column = column;
    d.endColumn = endColumn;
  } else {
    d.column = charColumn(at.line, column);
    d.endColumn = endColumn > 0 ? charColumn(at.line, endColumn) : endColumn;
  }
  d.text = shownLine(at.line);
  error = std::move(d);
  return {false, nullptr};
}

PegParser::Result PegParser::raiseSpan(const PegNode *a, const PegNode *b, std::string message) {
  Place from = placeOf(buf.tokens[a->first]), to = placeOf(buf.tokens[b->last]);
  return raise(DiagnosticKind::SyntaxError, {from.line, from.column, to.endLine, to.endColumn},
               std::move(message));
}

PegParser::Result PegParser::raiseToken(const Token &token, std::string message) {
  return raise(DiagnosticKind::SyntaxError, placeOf(token), std::move(message));
}

Diagnostic PegParser::errorAt(const Token &token, std::string message) {
  raiseToken(token, std::move(message));
  return *error;
}

// Up to the place where the tokenizer is.
PegParser::Result PegParser::raiseFrom(const PegNode *a, std::string message) {
  Place from = placeOf(buf.tokens[a->first]);
  const Token &last = buf.tokens[fill - 1];
  uint32_t line = buf.endLine(last);
  int column = int(cursorAfter(fill - 1) - buf.lineStarts[line - buf.firstLine]);
  return raise(DiagnosticKind::SyntaxError, {from.line, from.column, line, column - 1}, std::move(message));
}

// How far the tokenizer has read when a token is the last one.
uint32_t PegParser::cursorAfter(uint32_t index) const {
  const Token &token = buf.tokens[index];
  return token.kind == TokenKind::Newline ? token.end + 1 : token.end;
}

// At the last token that was read.
PegParser::Result PegParser::raiseHere(DiagnosticKind kind, std::string message, const Token *known) {
  if (known) knownErrorToken = known;
  const Token &token = known ? *known : buf.tokens[fill - 1];
  Place at = placeOf(token);
  if (place && token.kind == TokenKind::ErrorToken && token.line == place->line && place->column)
    at.column = at.endColumn = int(place->column) - 1; // CPython shifts the missing column, too
  if (at.column < 0) at.column = int(token.start - buf.lineStarts[token.line - buf.firstLine]) - 1;
  if (at.endColumn < 0) at.endColumn = -2; // stays -1 where it is made to count from 1
  return raise(kind, at, std::move(message));
}

PegParser::Result PegParser::raiseUnclosed() {
  auto &[bracket, token] = buf.stop.openBrackets.back();
  return raise(DiagnosticKind::SyntaxError, {token.line, int(buf.column(token)), token.line, -1},
               std::string("'") + bracket + "' was never closed");
}

// The tokenizer's own errors come with their message and place, and without "f-string: ".
void PegParser::tokenizerSyntaxError() {
  const lex::TokenizerStop &stop = buf.stop;
  Diagnostic d;
  d.kind = stop.kind;
  d.filename = options.filename;
  d.message = stop.message;
  d.line = d.endLine = int(stop.line);
  d.column = stop.column;
  d.endColumn = stop.endColumn < 0 ? stop.column : stop.endColumn;
  d.text = replaceInvalidUtf8(buf.lineText(stop.line));
  d.hasPlace = stop.reason == StopReason::Syntax;
  error = std::move(d);
}

// The exception of the codec as it is.
Diagnostic coil::parse::decodeError(llvm::StringRef bytes) {
  Diagnostic d;
  d.kind = DiagnosticKind::UnicodeDecodeError;
  d.message = utf8Error(bytes);
  d.text = bytes.str();
  d.hasPlace = false;
  return d;
}

// What CPython raises when it reads a token and the tokenizer has none.
void PegParser::raiseTokenizer() {
  const lex::TokenizerStop &stop = buf.stop;
  auto at = [&](DiagnosticKind kind, int column, const char *message) {
    raise(kind, {stop.line, column, stop.line, -1}, message);
  };
  switch (stop.reason) {
  case StopReason::EndMarker: break;
  case StopReason::Syntax:
  case StopReason::Encoding: tokenizerSyntaxError(); break;
  case StopReason::Decode:
    raiseHere(DiagnosticKind::SyntaxError, "(unicode error) " + utf8Error(stop.message));
    break;
  case StopReason::EndOfFile:
    if (!stop.openBrackets.empty())
      raiseUnclosed();
    else
      raiseHere(DiagnosticKind::SyntaxError, "unexpected EOF while parsing");
    break;
  case StopReason::Dedent:
    raiseHere(DiagnosticKind::IndentationError, "unindent does not match any outer indentation level");
    break;
  case StopReason::TabSpace:
    at(DiagnosticKind::TabError, 0, "inconsistent use of tabs and spaces in indentation");
    break;
  case StopReason::TooDeep: at(DiagnosticKind::IndentationError, 0, "too many levels of indentation"); break;
  case StopReason::LineContinuation:
    at(DiagnosticKind::SyntaxError, int(stop.offset - stop.bufferStart) - 1,
       "unexpected character after line continuation character");
    break;
  }
}

// Errors of the tokenizer further on, and brackets that stay open, go before an error of the parser.
void PegParser::checkRestOfSource() {
  if (options.interactive) return; // it is not typed in yet
  const lex::TokenizerStop &stop = buf.stop;
  uint32_t errorLine = knownErrorToken ? knownErrorToken->line : buf.tokens[fill - 1].line;
  if (stop.reason == StopReason::EndMarker) return;
  if (stop.reason == StopReason::Syntax || stop.reason == StopReason::Encoding) {
    tokenizerSyntaxError();
  } else if (stop.reason == StopReason::Decode) { // which CPython then forgets to make a SyntaxError of
    error = decodeError(stop.message);
  } else if (!stop.openBrackets.empty() && errorLine > stop.openBrackets.back().second.line) {
    error.reset();
    raiseUnclosed();
  }
}

void PegParser::finishError(const Token &lastToken) {
  if (error) {
    bool syntax = error->kind == DiagnosticKind::SyntaxError ||
                  error->kind == DiagnosticKind::IndentationError || error->kind == DiagnosticKind::TabError;
    if (!tokenizerFailed && syntax && !sourceRanOut()) checkRestOfSource();
    return;
  }
  if (lastToken.kind == TokenKind::Indent || lastToken.kind == TokenKind::Dedent) {
    raiseHere(DiagnosticKind::IndentationError,
              lastToken.kind == TokenKind::Indent ? "unexpected indent" : "unexpected unindent");
    return;
  }
  raiseToken(lastToken, "invalid syntax");
  if (!tokenizerFailed) checkRestOfSource();
}
