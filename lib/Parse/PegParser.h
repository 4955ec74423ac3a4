// The second pass: CPython's packrat parser over the table of its grammar, run for its errors only. Internal
// to Parse.
#pragma once

#include "Parse/Parser.h"
#include "Parse/PegGrammar.h"
#include <optional>
#include <vector>

namespace coil::parse {

// What a rule gives: a range of tokens, and what actions want to know of it.
struct PegNode {
  enum Shape : uint8_t { Other, Expr, List };
  Shape shape = Other;
  Kind kind = Kind::Name;       // of an Expr
  bool doubleStar = false;      // of call arguments: there is a `**`; of Starred keywords likewise
  bool keyword = false;         // a keyword argument
  uint32_t first = 0, last = 0; // tokens, inclusive
  llvm::ArrayRef<PegNode *> kids;
  PegNode *tail = nullptr; // of a comprehension: its last condition, or what it iterates over
};

class PegParser {
public:
  // For an f-string's expression `place` is where it begins (line and column of its parenthesis).
  struct FStringPlace {
    uint32_t line, column;
  };
  PegParser(ParserShared &shared, const lex::TokenBuffer &buffer, bool charColumns,
            std::optional<FStringPlace> place);

  // Runs both passes. Gives CPython's error, or nothing if the program is valid after all.
  std::optional<Diagnostic> run(llvm::StringRef startRule);
  uint32_t tokensRead() const { return fill; }
  // What is said of a token without a run.
  Diagnostic errorAt(const Token &token, std::string message);

private:
  static constexpr int kMaxLevel = 6000; // CPython's MAXSTACK

  struct Result {
    bool ok;
    PegNode *node;
  };
  // What a rule gave at a token; those of one token form a list.
  struct Memo {
    Memo *next;
    PegNode *node;
    uint32_t mark;
    uint16_t rule;
    bool ok;
  };

  // --- PegParser.cpp: the interpreter
  bool fetch(uint32_t index);
  bool sourceRanOut() const;
  Result rule(uint16_t index);
  Result leftRecursive(uint16_t index);
  Result alternatives(uint16_t index);
  Result alternative(const PegAlternative &alt, uint32_t start, bool &committed, bool &final);
  Result item(uint16_t index);
  Result token(TokenKind kind);
  Result soft(llvm::StringRef word);
  Result loop(const PegItem &item, bool needOne);
  Result gather(const PegItem &item);
  Result forced(TokenKind kind);
  PegNode *node(uint32_t first, PegNode::Shape shape = PegNode::Other, Kind kind = Kind::Name);
  PegNode *list(llvm::ArrayRef<PegNode *> kids, uint32_t first);
  const Memo *recall(uint16_t rule, uint32_t start) const;
  void remember(uint16_t rule, uint32_t start, PegNode *node, uint32_t end, bool ok);
  void forget(uint32_t from);

  // --- PegActions.cpp
  Result act(const PegAlternative &alt, uint32_t start, PegNode *const captures[3]);
  Result call(const PegAlternative &alt, uint32_t start, PegNode *const captures[3]);
  Result strings(const PegNode *tokens);
  Result number(uint32_t index);
  bool checkVersion(const PegAlternative &alt);
  const PegNode *invalidTarget(const PegNode *e, char what) const;
  llvm::StringRef exprName(const PegNode *e) const;
  Result callArguments(uint32_t start, PegNode *positional, PegNode *rest);
  std::string format(llvm::StringRef message, const PegNode *node) const;

  // --- PegErrors.cpp
  // Columns are byte offsets from 0, -1 if unknown; ends likewise. All of these return a failure.
  struct Place {
    uint32_t line;
    int column;
    uint32_t endLine;
    int endColumn;
  };
  Result raise(DiagnosticKind kind, Place place, std::string message);
  Result raiseSpan(const PegNode *a, const PegNode *b, std::string message);
  Result raiseFrom(const PegNode *a, std::string message);
  Result raiseHere(DiagnosticKind kind, std::string message, const Token *known = nullptr);
  Result raiseToken(const Token &token, std::string message);
  Result raiseUnclosed();
  void raiseTokenizer();
  void tokenizerSyntaxError();
  void finishError(const Token &lastToken);
  void checkRestOfSource();
  Place placeOf(const Token &token) const;
  int charColumn(uint32_t line, int column) const;
  std::string shownLine(uint32_t line) const;
  std::string bufferedLine(uint32_t line) const;
  bool joinsLines(uint32_t offset) const;
  uint32_t cursorAfter(uint32_t index) const;

  ParserShared &shared;
  const ParseOptions &options;
  const lex::TokenBuffer &buf;
  const PegGrammar &grammar;
  const bool charColumns;
  const std::optional<FStringPlace> place;
  const uint16_t statementRule;
  llvm::BumpPtrAllocator arena;
  std::vector<Memo *> memos; // by token
  std::optional<Diagnostic> error;
  const Token *knownErrorToken = nullptr;
  uint32_t mark = 0, fill = 0;
  int level = 0;
  bool callInvalid = false;
  bool secondPass = false;
  bool failed = false; // CPython's error_indicator
  bool tokenizerFailed = false;
};

} // namespace coil::parse
