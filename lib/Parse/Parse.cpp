// The entry points of parsing: decode, tokenize, parse; and where that fails, find out why.
#include "Parse/Parse.h"
#include "Lex/Tokenizer.h"
#include "Parse/Failure.h"
#include "Parse/Parser.h"
#include "Support/SourceBuffer.h"
#include "Support/Utf8.h"
#include <algorithm>
#include <cstdio>
#include <iterator>
#include <tuple>

using namespace coil;
using namespace coil::parse;

namespace {

Diagnostic makeError(const ParseOptions &options, DiagnosticKind kind, std::string message) {
  Diagnostic d;
  d.kind = kind;
  d.message = std::move(message);
  d.filename = options.filename;
  return d;
}

// Takes the TYPE_IGNORE tokens out of the buffer: the parser does not see them, the Module lists them.
Seq<TypeIgnore *> takeTypeIgnores(ASTContext &ctx, lex::TokenBuffer &buffer) {
  llvm::SmallVector<TypeIgnore *, 8> found;
  auto end = std::remove_if(buffer.tokens.begin(), buffer.tokens.end(), [&](const Token &token) {
    if (token.kind != TokenKind::TypeIgnore) return false;
    found.push_back(ctx.make<TypeIgnore>({}, int(token.line), ctx.intern(buffer.spelling(token))));
    return true;
  });
  buffer.tokens.erase(end, buffer.tokens.end());
  return ctx.makeSeq<TypeIgnore *>(found);
}

// Type comments are decoded when they go into the tree.
std::optional<Diagnostic> typeCommentError(const lex::TokenBuffer &buffer, Seq<TypeIgnore *> ignores) {
  auto undecodable = [](llvm::StringRef text) { return validUtf8Prefix(text) != text.size(); };
  for (const Token &token : buffer.tokens)
    if (token.kind == TokenKind::TypeComment && undecodable(buffer.spelling(token)))
      return decodeError(buffer.spelling(token));
  for (const TypeIgnore *ignore : ignores)
    if (undecodable(ignore->tag->str())) return decodeError(ignore->tag->str());
  return std::nullopt;
}

// An interactive statement ends with a NEWLINE, and its blocks with it, where CPython's tokenizer says
// ENDMARKER.
void endInteractive(lex::TokenBuffer &buffer, const ParseOptions &options) {
  Token end = buffer.tokens.back();
  if (end.kind != TokenKind::EndMarker || buffer.tokens.size() == 1) return;
  buffer.tokens.back().kind = TokenKind::Newline;
  Token dedent = end;
  dedent.kind = TokenKind::Dedent;
  if (!options.dontImplyDedent && buffer.openBlocks) {
    for (unsigned i = 0; i < buffer.openBlocks; ++i) buffer.tokens.push_back(dedent);
    Token newline = end; // behind the dedents, CPython's end of the source says NEWLINE once more
    newline.kind = TokenKind::Newline;
    buffer.tokens.push_back(newline);
  }
  buffer.tokens.push_back(end);
}

// Where CPython reads a file, a line that is not UTF-8 ends the tokens, if they come to it.
void stopAtUndecodableLine(lex::TokenBuffer &buffer, const ParseOptions &options) {
  size_t valid = validUtf8Prefix(buffer.text);
  if (valid == buffer.text.size()) return;
  size_t before = buffer.text.rfind('\n', valid);
  size_t lineStart = before == llvm::StringRef::npos ? 0 : before + 1;
  if (buffer.stop.linesRead < lineStart) return;
  auto first = std::find_if(buffer.tokens.begin(), buffer.tokens.end(), [&](const Token &token) {
    return token.end > lineStart || token.start >= lineStart || token.kind == TokenKind::ErrorToken;
  });
  Token error = first == buffer.tokens.begin() ? Token() : *std::prev(first);
  if (first == buffer.tokens.begin()) error.line = 1;
  error.kind = TokenKind::ErrorToken;
  error.start = error.end;
  buffer.tokens.erase(first, buffer.tokens.end());
  buffer.tokens.push_back(error);
  char code[8];
  std::snprintf(code, sizeof code, "\\x%.2x", uint8_t(buffer.text[valid]));
  buffer.stop.reason = lex::StopReason::Encoding;
  buffer.stop.kind = DiagnosticKind::SyntaxError;
  buffer.stop.message = std::string("Non-UTF-8 code starting with '") + code + "' in file " +
                        options.filename + " on line " +
                        std::to_string(buffer.text.take_front(lineStart).count('\n') + 1) +
                        ", but no encoding declared; see https://peps.python.org/pep-0263/ for details";
}

// What is left of a file's bytes where CPython reads them: a NUL takes away the rest of its line with the
// line end.
std::string dropNulls(llvm::StringRef bytes) {
  std::string out;
  while (!bytes.empty()) {
    size_t end = std::min(bytes.find_first_of("\r\n"), bytes.size());
    if (end < bytes.size()) end += bytes.substr(end, 2) == "\r\n" ? 2 : 1;
    llvm::StringRef line = bytes.take_front(end);
    out += line.take_until([](char c) { return c == 0; });
    bytes = bytes.drop_front(end);
  }
  return out;
}

// The warnings of the tokenizer (up to the last token that was read) and of the parser, in the order of the
// source.
void collectWarnings(const ParseOptions &options, const lex::TokenBuffer &buffer, ParserShared &shared,
                     bool charColumns, uint32_t tokensRead, Diagnostics &diagnostics) {
  struct Item {
    unsigned pass;
    uint32_t offset;
    size_t order;
    Diagnostic diagnostic;
  };
  std::vector<Item> items;
  for (const lex::TokenizerWarning &w : buffer.warnings) {
    if (w.tokenIndex >= tokensRead) continue;
    Diagnostic d = makeError(options, w.kind, w.message);
    d.line = d.endLine = int(w.line);
    d.column = d.endColumn = w.column;
    items.push_back({0, buffer.tokens[w.tokenIndex].start, items.size(), std::move(d)});
  }
  for (const ParserWarning &w : shared.warnings) {
    Diagnostic d = errorAtToken(shared, buffer, charColumns, w.token, w.message);
    d.kind = DiagnosticKind::DeprecationWarning;
    items.push_back({w.pass, w.offset, items.size(), std::move(d)});
  }
  std::sort(items.begin(), items.end(), [](const Item &a, const Item &b) {
    return std::tuple(a.pass, a.diagnostic.line, a.offset, a.order) <
           std::tuple(b.pass, b.diagnostic.line, b.offset, b.order);
  });
  for (Item &item : items) {
    if (!shared.undecodable) // else CPython's linecache cannot read the file
      item.diagnostic.text = buffer.lineText(uint32_t(item.diagnostic.line)).str() + "\n";
    diagnostics.warnings.push_back(std::move(item.diagnostic));
  }
}

std::unique_ptr<ASTContext> parseDecoded(SourceText source, const ParseOptions &options,
                                         Diagnostics &diagnostics) {
  bool charColumns = options.ignoreCookie || !source.encoding.empty();
  auto context = std::make_unique<ASTContext>();
  context->filename = options.filename;
  context->source = std::move(source.text);
  lex::TokenizerOptions lexOptions;
  lexOptions.typeComments = options.typeComments;
  lexOptions.asyncAsNames = options.featureVersion < 7;
  lexOptions.interactive = options.interactive;
  lex::TokenBuffer buffer;
  lex::tokenize(context->source, lexOptions, buffer);
  if (options.fromFile && source.encoding.empty()) stopAtUndecodableLine(buffer, options);
  buffer.byteOrderMark = source.byteOrderMark;
  if (options.mode == Mode::Single) endInteractive(buffer, options);
  Seq<TypeIgnore *> ignores;
  if (options.typeComments) ignores = takeTypeIgnores(*context, buffer);
  ParserShared shared(*context, options);
  shared.undecodable = validUtf8Prefix(context->source) != context->source.size();
  context->root = Parser(shared, buffer).parseRoot(options.mode);
  uint32_t tokensRead = uint32_t(buffer.tokens.size());
  if (!context->root) diagnostics.error = explainFailure(shared, buffer, charColumns, tokensRead);
  if (diagnostics.error && context->source.empty()) { // CPython has not begun a line
    Diagnostic &error = *diagnostics.error;
    error.line = error.endLine = error.column = error.endColumn = 0;
  }
  collectWarnings(options, buffer, shared, charColumns, tokensRead, diagnostics);
  if (!context->root) return nullptr;
  if (shared.undecodable && options.typeComments) {
    if ((diagnostics.error = typeCommentError(buffer, ignores))) return nullptr;
  }
  if (Module *module = dyn<Module>(context->root)) module->type_ignores = ignores;
  return context;
}

std::unique_ptr<ASTContext> refuse(Diagnostic error, Diagnostics &diagnostics) {
  diagnostics.error = std::move(error);
  return nullptr;
}

} // namespace

std::unique_ptr<ASTContext> coil::parse::parseBytes(llvm::StringRef bytes, const ParseOptions &options,
                                                    Diagnostics &diagnostics) {
  std::string kept;
  if (bytes.contains('\0') && options.fromFile) {
    kept = dropNulls(bytes);
    bytes = kept;
  }
  if (bytes.contains('\0')) {
    Diagnostic error =
        makeError(options, DiagnosticKind::ValueError, "source code string cannot contain null bytes");
    error.hasPlace = false;
    return refuse(std::move(error), diagnostics);
  }
  SourceText source;
  if (auto message = decodeSource(bytes, options.ignoreCookie, options.mode == Mode::Exec, source)) {
    Diagnostic error = makeError(options, DiagnosticKind::SyntaxError, *message);
    error.column = -1;
    return refuse(std::move(error), diagnostics);
  }
  return parseDecoded(std::move(source), options, diagnostics);
}

std::unique_ptr<ASTContext> coil::parse::parseText(llvm::StringRef utf8, const ParseOptions &options,
                                                   Diagnostics &diagnostics) {
  ParseOptions decoded = options;
  decoded.ignoreCookie = true;
  return parseBytes(utf8, decoded, diagnostics);
}
