// Where the second pass reports an error: CPython's rules for lines, columns, the text shown, and which of
// two errors goes first.
#include "Parse/PegParser.h"
#include "Support/Utf8.h"

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
  if (place) return text;
  if (options.mode != Mode::Exec) { // only modules get a line end where the source has none
    if (own.end() == buf.text.end()) text.pop_back();
    return text;
  }
  if (line == 1 && buf.byteOrderMark) text.insert(0, "\xEF\xBB\xBF");
  constexpr size_t kPiece = 999;
  return text.substr((text.size() - 1) / kPiece * kPiece);
}

// CPython computes characters from bytes only where it knows the encoding; in both cases from 1.
int PegParser::charColumn(uint32_t line, int column) const {
  if (!charColumns || column <= 0) return column;
  std::string shown = shownLine(line);
  llvm::StringRef text = shown;
  text.consume_back("\n");
  size_t bytes = std::min<size_t>(size_t(column), text.size());
  size_t characters = countCodePoints(text.take_front(bytes));
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
  d.text = buf.lineText(stop.line).str();
  error = std::move(d);
}

// What CPython raises when it reads a token and the tokenizer has none.
void PegParser::raiseTokenizer() {
  const lex::TokenizerStop &stop = buf.stop;
  auto at = [&](DiagnosticKind kind, int column, const char *message) {
    raise(kind, {stop.line, column, stop.line, -1}, message);
  };
  switch (stop.reason) {
  case StopReason::EndMarker: break;
  case StopReason::Syntax: tokenizerSyntaxError(); break;
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
  const lex::TokenizerStop &stop = buf.stop;
  uint32_t errorLine = knownErrorToken ? knownErrorToken->line : buf.tokens[fill - 1].line;
  if (stop.reason == StopReason::EndMarker) return;
  if (stop.reason == StopReason::Syntax) {
    tokenizerSyntaxError();
  } else if (!stop.openBrackets.empty() && errorLine > stop.openBrackets.back().second.line) {
    error.reset();
    raiseUnclosed();
  }
}

void PegParser::finishError(const Token &lastToken) {
  if (error) {
    bool syntax = error->kind == DiagnosticKind::SyntaxError ||
                  error->kind == DiagnosticKind::IndentationError || error->kind == DiagnosticKind::TabError;
    if (!tokenizerFailed && syntax) checkRestOfSource();
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
