// The predictive parser for valid programs. It knows no messages: where it fails, the second pass finds out
// why. Internal to Parse.
#pragma once

#include "AST/AST.h"
#include "Lex/TokenBuffer.h"
#include "Parse/Parse.h"
#include "llvm/ADT/DenseSet.h"
#include "llvm/ADT/SmallString.h"
#include "llvm/ADT/SmallVector.h"
#include <initializer_list>

namespace coil::parse {

using namespace coil::ast;
using lex::Token;
using lex::TokenKind;

// A warning found while parsing, and the token that it is about.
struct ParserWarning {
  std::string message;
  Token token;
  uint32_t offset; // orders the warnings, and tells repeated ones
  unsigned pass;   // CPython warns again when it looks for the error
};

// What the parsers of a source and of its f-string expressions share.
struct ParserShared {
  ParserShared(ASTContext &context, const ParseOptions &options) : context(context), options(options) {}
  ASTContext &context;
  const ParseOptions &options;
  std::vector<ParserWarning> warnings;
  llvm::DenseSet<uint32_t>
      readStrings;          // first tokens of the runs of strings that were read before, by offset
  uint32_t outerString = 0; // the one being read, outside of f-strings
  unsigned stringDepth = 0;
  unsigned pass = 0;
  bool quiet = false;       // it was read before
  bool undecodable = false; // the source is not UTF-8 throughout
};

// No text follows an interactive statement: `next` and the tokens behind it only end lines and blocks.
bool nothingFollows(const Token *next);

// One run over a token buffer. All parse functions return null (or false) after a failure, and then
// everything fails up to the root: only the few places that try two readings go back.
class Parser {
public:
  Parser(ParserShared &shared, const lex::TokenBuffer &buffer);

  Mod *parseRoot(Mode mode);
  AnyExpr *parseFStringExpression();

private:
  class DepthGuard {
  public:
    explicit DepthGuard(Parser &parser) : parser(parser), ok(++parser.depth <= kMaxDepth) {}
    ~DepthGuard() { --parser.depth; }
    explicit operator bool() const { return ok; }

  private:
    Parser &parser;
    bool ok;
  };
  static constexpr unsigned kMaxDepth = 3000;

  // Collects the elements of a sequence on a stack shared by all.
  template <typename T> class Collector {
  public:
    explicit Collector(Parser &parser) : parser(parser), mark(parser.scratch.size()) {}
    ~Collector() { parser.scratch.truncate(mark); }
    void push(T *value) { parser.scratch.push_back(const_cast<void *>(static_cast<const void *>(value))); }
    size_t size() const { return parser.scratch.size() - mark; }
    T *operator[](size_t i) const { return static_cast<T *>(parser.scratch[mark + i]); }
    Seq<T *> take() {
      Seq<T *> seq = parser.ctx.allocateSeq<T *>(size());
      for (size_t i = 0, n = size(); i < n; ++i) seq[uint32_t(i)] = (*this)[i];
      return seq;
    }

  private:
    Parser &parser;
    size_t mark;
  };

  // --- tokens
  bool at(TokenKind kind) const { return t->kind == kind; }
  bool eat(TokenKind kind) {
    if (t->kind != kind) return false;
    ++t;
    return true;
  }
  bool atSoft(llvm::StringRef word) const { return t->kind == TokenKind::Name && buf.spelling(*t) == word; }
  Position span(const Token *start) const { return spanFrom(start, t - 1); }
  Position spanFrom(const Token *first, const Token *last) const {
    return {int32_t(first->line), int32_t(buf.column(*first)), int32_t(buf.endLine(*last)),
            int32_t(buf.endColumn(*last))};
  }
  bool version(int minor) const { return shared.options.featureVersion >= minor; }
  Identifier identifier(const Token &token);
  Identifier normalIdentifier(llvm::StringRef text); // of a name that is not ASCII
  Identifier eatName() { return at(TokenKind::Name) ? identifier(*t++) : nullptr; }
  AnyExpr *eatNameExpr(ExprContext ctx);
  template <typename T, typename... Args> T *make(const Token *start, Args &&...args) {
    return ctx.make<T>(span(start), std::forward<Args>(args)...);
  }

  // --- Statements.cpp
  bool parseStatements(Collector<AnyStmt> &out, TokenKind until);
  bool parseStatement(Collector<AnyStmt> &out);
  bool parseSimpleStatements(Collector<AnyStmt> &out);
  AnyStmt *parseSimpleStatement();
  AnyStmt *parseExpressionStatement();
  AnyStmt *parseAssignment(const Token *start, AnyExpr *first);
  AnyStmt *parseAnnotation(const Token *start, AnyExpr *target);
  AnyStmt *parseAugmented(const Token *start, AnyExpr *target);
  AnyExpr *parseYieldOrStarExpressions();
  AnyStmt *parseReturn();
  AnyStmt *parseRaise();
  AnyStmt *parseDelete();
  AnyStmt *parseAssert();
  AnyStmt *parseGlobal();
  bool parseBlock(Seq<AnyStmt *> &body);
  bool parseElse(Seq<AnyStmt *> &orelse);
  AnyStmt *parseIf();
  AnyStmt *parseWhile();
  AnyStmt *parseFor(const Token *start, bool async);
  AnyStmt *parseAsync();
  field::String parseTypeComment();
  // From a compound statement's first token to its last one that is not a line end or indentation: the
  // DEDENTs stand on later lines, and a semicolon at the end counts.
  Position blockSpan(const Token *start) const {
    const Token *last = t - 1;
    while (last > start && last->kind >= TokenKind::Newline && last->kind <= TokenKind::Dedent) --last;
    return spanFrom(start, last);
  }

  // --- Import.cpp
  AnyStmt *parseImport();
  AnyStmt *parseFromImport();
  Identifier parseDottedName();
  Alias *parseAlias(bool dotted);

  // --- Definitions.cpp
  AnyStmt *parseDecorated();
  AnyStmt *parseFunctionDef(const Token *start, bool async, Seq<AnyExpr *> decorators);
  AnyStmt *parseClassDef(const Token *start, Seq<AnyExpr *> decorators);
  bool parseFunctionTypeComment(field::String &comment);
  Arguments *parseParameters(TokenKind close);
  Arg *parseParameter(bool annotations, bool star);
  bool finishParameter(Arg *arg, TokenKind close, bool &more);
  Arguments *emptyArguments() { return ctx.make<Arguments>(Position()); }
  AnyExpr *parseLambda();

  // --- With.cpp, Try.cpp
  AnyStmt *parseWith(const Token *start, bool async);
  bool parseWithItems(Collector<WithItem> &items, bool parenthesized);
  WithItem *parseWithItem();
  AnyStmt *parseTry();
  ExceptHandler *parseHandler(bool &star);

  // --- Match.cpp
  AnyStmt *parseMatch();
  MatchCase *parseCase();
  AnyExpr *parseSubject();
  AnyPattern *parsePatterns();
  AnyPattern *parsePattern();
  AnyPattern *parseStarOrPattern();
  AnyPattern *parseOrPattern();
  AnyPattern *parseClosedPattern();
  AnyPattern *parseNamePattern();
  AnyPattern *parseSequencePattern();
  AnyPattern *parseMappingPattern();
  AnyPattern *parseClassPattern(const Token *start, AnyExpr *cls);
  AnyExpr *parseLiteralKey();
  AnyExpr *parseSignedNumber(bool allowComplex);
  AnyExpr *parseNameOrAttribute();
  bool isCaptureName() const;

  // --- Expressions.cpp
  AnyExpr *parseStarExpressions();
  AnyExpr *parseStarExpression();
  AnyExpr *parseExpressions();
  AnyExpr *parseExpression();
  AnyExpr *parseNamedExpression();
  AnyExpr *parseStarNamedExpression();
  AnyExpr *parseYield();
  AnyExpr *parseDisjunction();
  // Where an `operand` is given, it is the first one, read already; it began at `start`. Else `start` is `t`.
  AnyExpr *parseConjunction(const Token *start, AnyExpr *operand);
  AnyExpr *parseInversion(const Token *start, AnyExpr *operand);
  AnyExpr *parseComparison(const Token *start, AnyExpr *operand);
  bool parseCmpOperator(CmpOperator &op);
  AnyExpr *parseBinary(unsigned minPrecedence) { return parseBinary(minPrecedence, t, nullptr); }
  AnyExpr *parseBinary(unsigned minPrecedence, const Token *start, AnyExpr *operand);
  AnyExpr *parseFactor();
  AnyExpr *parsePower();
  AnyExpr *parsePowerOf(const Token *start, AnyExpr *base);
  bool startsExpression() const;
  template <typename Element>
  AnyExpr *parseTupleOf(Element parseElement); // e (',' e)* [','] without brackets

  // --- Primaries.cpp
  AnyExpr *parsePrimary();
  AnyExpr *parseAtom();
  AnyExpr *parseParenthesized();
  AnyExpr *parseListDisplay();
  AnyExpr *parseBraces();
  AnyExpr *parseDictRest(const Token *start, AnyExpr *key);
  AnyExpr *parseSetRest(const Token *start, AnyExpr *first);
  AnyExpr *parseSlices();
  AnyExpr *parseSlice();
  AnyExpr *parseStarredArgument();
  bool parseArguments(const Token *open, Seq<AnyExpr *> &args, Seq<Keyword *> &keywords);
  bool atComprehension() const {
    return at(TokenKind::KwFor) || (at(TokenKind::Async) && t[1].kind == TokenKind::KwFor);
  }
  bool parseComprehensions(Seq<Comprehension *> &generators);

  // --- Targets.cpp
  AnyExpr *parseStarTargets();
  AnyExpr *parseStarTarget();
  bool storeTarget(AnyExpr *e);  // a star_target, turned from Load to Store
  bool deleteTarget(AnyExpr *e); // a del_target, turned from Load to Del

  // --- Numbers.cpp, Strings.cpp, FStrings.cpp
  AnyExpr *parseNumber();
  AnyExpr *parseStrings();
  friend class StringBuilder;

  ParserShared &shared;
  ASTContext &ctx;
  const lex::TokenBuffer &buf;
  const Token *t;
  unsigned depth = 0;
  llvm::SmallVector<void *, 64> scratch;
};

} // namespace coil::parse
