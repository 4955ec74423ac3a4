// The entry points of parsing: decode, tokenize, parse; and where that fails, find out why.
#include "Parse/Parse.h"
#include "Lex/Tokenizer.h"
#include "Parse/Failure.h"
#include "Parse/Parser.h"
#include "Support/SourceBuffer.h"
#include "Support/Utf8.h"
#include <algorithm>
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

// An interactive statement ends with a NEWLINE, and its blocks with it, where CPython's tokenizer says
// ENDMARKER.
void endInteractive(lex::TokenBuffer &buffer, const ParseOptions &options) {
  Token end = buffer.tokens.back();
  if (end.kind != TokenKind::EndMarker || buffer.tokens.size() == 1) return;
  buffer.tokens.back().kind = TokenKind::Newline;
  Token dedent = end;
  dedent.kind = TokenKind::Dedent;
  if (!options.dontImplyDedent)
    for (unsigned i = 0; i < buffer.openBlocks; ++i) buffer.tokens.push_back(dedent);
  buffer.tokens.push_back(end);
}

void collectWarnings(const ParseOptions &options, const lex::TokenBuffer &buffer, const ParserShared &shared,
                     Diagnostics &diagnostics) {
  struct Item {
    uint32_t offset;
    Diagnostic diagnostic;
  };
  std::vector<Item> items;
  auto add = [&](uint32_t offset, const std::string &message, uint32_t line) {
    Diagnostic d = makeError(options, DiagnosticKind::DeprecationWarning, message);
    d.line = int(line);
    items.push_back({offset, std::move(d)});
  };
  for (const lex::TokenizerWarning &w : buffer.warnings)
    add(w.tokenIndex < buffer.tokens.size() ? buffer.tokens[w.tokenIndex].start : ~0u, w.message, w.line);
  for (const ParserWarning &w : shared.warnings) add(w.offset, w.message, w.line);
  std::sort(items.begin(), items.end(), [](const Item &a, const Item &b) {
    return std::tuple(a.diagnostic.line, a.offset, a.diagnostic.message) <
           std::tuple(b.diagnostic.line, b.offset, b.diagnostic.message);
  });
  for (Item &item : items) diagnostics.warnings.push_back(std::move(item.diagnostic));
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
  lex::TokenBuffer buffer;
  lex::tokenize(context->source, lexOptions, buffer);
  if (options.mode == Mode::Single) endInteractive(buffer, options);
  Seq<TypeIgnore *> ignores;
  if (options.typeComments) ignores = takeTypeIgnores(*context, buffer);
  ParserShared shared{*context, options, {}};
  context->root = Parser(shared, buffer).parseRoot(options.mode);
  collectWarnings(options, buffer, shared, diagnostics);
  if (!context->root) {
    diagnostics.error = explainFailure(shared, buffer, charColumns);
    return nullptr;
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
  size_t valid = validUtf8Prefix(source.text);
  if (valid != source.text.size()) {
    Diagnostic error =
        makeError(options, DiagnosticKind::SyntaxError, "invalid or missing encoding declaration");
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
