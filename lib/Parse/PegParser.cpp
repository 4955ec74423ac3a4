// The interpreter of the second pass. It follows the code that CPython's generator makes, token by token:
// which token was read last decides where an error is reported.
#include "Parse/PegParser.h"

using namespace coil;
using namespace coil::parse;
using lex::StopReason;

PegParser::PegParser(ParserShared &shared, const lex::TokenBuffer &buffer, bool charColumns,
                     std::optional<FStringPlace> place)
    : shared(shared), options(shared.options), buf(buffer), grammar(pegGrammar()), charColumns(charColumns),
      place(place), statementRule(grammar.rule("statement")) {}

std::optional<Diagnostic> PegParser::run(llvm::StringRef startRule) {
  uint16_t start = grammar.rule(startRule);
  if (rule(start).ok && !failed) {
    if (options.mode != Mode::Single || options.interactive || place || !fill ||
        nothingFollows(&buf.tokens[fill]))
      return std::nullopt;
    raiseHere(DiagnosticKind::SyntaxError, "multiple statements found while compiling a single statement");
    return error;
  }
  if (options.allowIncompleteInput && sourceRanOut()) {
    error.reset();
    failed = false;
    raiseHere(DiagnosticKind::SyntaxError, "incomplete input");
    return error;
  }
  if (error && error->kind != DiagnosticKind::SyntaxError &&
      error->kind != DiagnosticKind::IndentationError && error->kind != DiagnosticKind::TabError)
    return error;
  Token lastToken = buf.tokens[fill ? fill - 1 : 0];
  forget(0);
  mark = 0;
  level = 0;
  callInvalid = secondPass = true;
  if (!place) {
    shared.readStrings.clear();
    ++shared.pass;
  }
  if (!failed) rule(start);
  finishError(lastToken);
  return error;
}

// A string's line ends in `text`: there is a line end without a backslash in front.
static bool hasLineEnd(llvm::StringRef text) {
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '\n') return true;
    if (text[i] == '\\') ++i;
  }
  return false;
}

// The tokenizer has seen the end of the source: more of it might have made sense of what was read.
bool PegParser::sourceRanOut() const {
  const Token &last = buf.tokens[fill ? fill - 1 : 0];
  bool openLine = options.mode != Mode::Exec && !buf.text.ends_with("\n"); // its line end is still to come
  if (last.kind == TokenKind::ErrorToken)
    return buf.stop.reason == StopReason::EndOfFile ||
           (buf.stop.reason == StopReason::Syntax &&
            (llvm::StringRef(buf.stop.message).starts_with("unterminated triple-quoted") ||
             ((openLine || buf.text.ends_with("\\\n")) &&
              llvm::StringRef(buf.stop.message).starts_with("unterminated") &&
              !hasLineEnd(buf.text.substr(buf.stop.offset)))));
  // Every token but a string is known to end by the character behind it; an empty string, too, by its not
  // being a third quote.
  if (openLine) {
    bool closed = last.kind == TokenKind::String && last.end - last.start > 2;
    return last.end >= buf.text.size() && !closed;
  }
  // The end of the last line is no such token, unless it stands for the end of an interactive statement.
  if (last.kind == TokenKind::Newline && (fill < 2 || (buf.tokens[fill - 2].kind != TokenKind::Newline &&
                                                       buf.tokens[fill - 2].kind != TokenKind::Dedent)))
    return false;
  return std::all_of(buf.tokens.begin() + (fill ? fill - 1 : 0), buf.tokens.end(), [](const Token &token) {
    return token.kind == TokenKind::Dedent || token.kind == TokenKind::Newline ||
           token.kind == TokenKind::EndMarker;
  });
}

// Makes sure that the token has been read; an error of the tokenizer surfaces here.
bool PegParser::fetch(uint32_t index) {
  if (index < fill) return true;
  fill = std::min<uint32_t>(index + 1, uint32_t(buf.tokens.size()));
  if (buf.tokens[fill - 1].kind != TokenKind::ErrorToken) return true;
  // The second pass asks for no more lines: where they end stands a token that no rule wants.
  if (options.interactive && secondPass && buf.stop.reason == StopReason::EndOfFile) return true;
  tokenizerFailed = true;
  raiseTokenizer();
  failed = true;
  return false;
}

PegNode *PegParser::node(uint32_t first, PegNode::Shape shape, Kind kind) {
  auto *n = new (arena.Allocate(sizeof(PegNode), alignof(PegNode))) PegNode;
  n->shape = shape;
  n->kind = kind;
  n->first = first;
  uint32_t last = mark ? mark - 1 : 0;
  while (last > first) {
    TokenKind k = buf.tokens[last].kind;
    if (k != TokenKind::EndMarker && (k < TokenKind::Newline || k > TokenKind::Dedent)) break;
    --last;
  }
  n->last = std::max(first, last);
  return n;
}

PegNode *PegParser::list(llvm::ArrayRef<PegNode *> kids, uint32_t first) {
  PegNode *n = node(first, PegNode::List);
  auto *copy = static_cast<PegNode **>(arena.Allocate(kids.size() * sizeof(PegNode *) + 8, 8));
  std::copy(kids.begin(), kids.end(), copy);
  n->kids = {copy, kids.size()};
  return n;
}

const PegParser::Memo *PegParser::recall(uint16_t rule, uint32_t start) const {
  const Memo *memo = start < memos.size() ? memos[start] : nullptr;
  while (memo && memo->rule != rule) memo = memo->next;
  return memo;
}

void PegParser::remember(uint16_t rule, uint32_t start, PegNode *node, uint32_t end, bool ok) {
  if (auto *known = const_cast<Memo *>(recall(rule, start))) {
    *known = {known->next, node, end, rule, ok};
    return;
  }
  if (start >= memos.size()) memos.resize(start + 1);
  auto *memo = static_cast<Memo *>(arena.Allocate(sizeof(Memo), alignof(Memo)));
  memos[start] = new (memo) Memo{memos[start], node, end, rule, ok};
}

// Forgets what is known of the tokens from `from` on.
void PegParser::forget(uint32_t from) {
  if (from < memos.size()) memos.resize(from);
}

PegParser::Result PegParser::rule(uint16_t index) {
  if (failed) return {false, nullptr};
  const PegRule &r = grammar.rules[index];
  if (level++ >= kMaxLevel) {
    failed = true;
    Diagnostic d;
    d.kind = DiagnosticKind::MemoryError;
    d.hasPlace = false;
    error = d;
    return {false, nullptr};
  }
  Result result;
  if (r.left) {
    result = leftRecursive(index);
  } else {
    uint32_t start = mark;
    bool memo = r.memo;
    if (memo) {
      if (const Memo *known = recall(index, start)) {
        mark = known->mark;
        --level;
        return {known->ok, known->node};
      }
    }
    bool before = callInvalid;
    if (r.quiet) callInvalid = false;
    result = alternatives(index);
    callInvalid = before;
    if (memo && !failed) remember(index, start, result.node, mark, result.ok);
  }
  --level;
  return result;
}

// Grows the match as long as another round takes it further.
PegParser::Result PegParser::leftRecursive(uint16_t index) {
  uint32_t start = mark, resultMark = mark;
  if (const Memo *known = recall(index, start)) {
    mark = known->mark;
    return {known->ok, known->node};
  }
  Result result{false, nullptr};
  for (;;) {
    remember(index, start, result.node, resultMark, result.ok);
    mark = start;
    ++level; // the rule's own function and the one that grows it
    Result next = alternatives(index);
    --level;
    if (failed) return {false, nullptr};
    if (!next.ok || mark <= resultMark) break;
    resultMark = mark;
    result = next;
  }
  mark = resultMark;
  return result;
}

PegParser::Result PegParser::alternatives(uint16_t index) {
  if (!fetch(mark)) return {false, nullptr};
  uint32_t start = mark;
  for (const PegAlternative &alt : grammar.rules[index].alternatives) {
    if (alt.invalidOnly && !callInvalid) continue;
    bool committed = false, final = false;
    Result result = alternative(alt, start, committed, final);
    if (failed) return {false, nullptr};
    if (result.ok || final) return result;
    mark = start;
    if (committed) break;
  }
  return {false, nullptr};
}

// One alternative. `committed`: it failed after a ~. `final`: it matched, but its action gave nothing, which
// is the rule's answer: CPython does not try the next one then.
PegParser::Result PegParser::alternative(const PegAlternative &alt, uint32_t start, bool &committed,
                                         bool &final) {
  PegNode *captures[3] = {};
  PegNode *only = nullptr;
  for (uint16_t index : alt.items) {
    const PegItem &it = grammar.items[index];
    if (it.op == PegOp::Cut) {
      committed = true;
      continue;
    }
    Result result = item(index);
    if (failed || !result.ok) return {false, nullptr};
    if (it.capture >= 0) captures[it.capture] = result.node;
    if (it.op != PegOp::Look && it.op != PegOp::NotLook) only = result.node;
  }
  if (alt.action == PegAction::Default) {
    size_t parts = 0;
    for (uint16_t index : alt.items) {
      PegOp op = grammar.items[index].op;
      parts += op != PegOp::Look && op != PegOp::NotLook && op != PegOp::Cut;
    }
    return {true, parts == 1 && only ? only : node(start)};
  }
  Result result = act(alt, start, captures);
  final = !result.ok;
  return result;
}

PegParser::Result PegParser::item(uint16_t index) {
  const PegItem &it = grammar.items[index];
  switch (it.op) {
  case PegOp::Token: return token(TokenKind(it.arg));
  case PegOp::Soft: return soft(grammar.words[it.arg]);
  case PegOp::SoftKeyword: {
    if (!fetch(mark)) return {false, nullptr};
    // CPython compares as many letters as the token has: `m` is a soft keyword, too.
    if (buf.tokens[mark].kind != TokenKind::Name) return {false, nullptr};
    for (const std::string &word : grammar.words) {
      if (!llvm::StringRef(word).starts_with(buf.spelling(buf.tokens[mark]))) continue;
      ++mark;
      return {true, node(mark - 1, PegNode::Expr)};
    }
    return {false, nullptr};
  }
  case PegOp::Rule:
  case PegOp::Group: return rule(it.arg);
  case PegOp::Optional: {
    Result result = item(it.arg);
    if (failed) return {false, nullptr};
    return {true, result.ok ? result.node : nullptr};
  }
  case PegOp::Star: return loop(it, false);
  case PegOp::Plus: return loop(it, true);
  case PegOp::Gather: return gather(it);
  case PegOp::Look:
  case PegOp::NotLook: {
    uint32_t before = mark;
    Result result = item(it.arg);
    mark = before;
    if (failed) return {false, nullptr};
    return {result.ok == (it.op == PegOp::Look), nullptr};
  }
  case PegOp::Forced: return forced(TokenKind(it.arg));
  case PegOp::Cut: break;
  }
  return {true, nullptr};
}

PegParser::Result PegParser::token(TokenKind kind) {
  if (!fetch(mark)) return {false, nullptr};
  uint32_t at = std::min<uint32_t>(mark, uint32_t(buf.tokens.size() - 1));
  if (buf.tokens[at].kind != kind) return {false, nullptr};
  if (kind == TokenKind::Number) return number(at);
  ++mark;
  bool name = kind == TokenKind::Name;
  return {true, node(at, name ? PegNode::Expr : PegNode::Other)};
}

PegParser::Result PegParser::soft(llvm::StringRef word) {
  if (!fetch(mark)) return {false, nullptr};
  if (buf.tokens[mark].kind != TokenKind::Name || buf.spelling(buf.tokens[mark]) != word)
    return {false, nullptr};
  ++mark;
  return {true, node(mark - 1, PegNode::Expr)};
}

PegParser::Result PegParser::loop(const PegItem &it, bool needOne) {
  ++level;
  llvm::SmallVector<PegNode *, 8> kids;
  uint32_t start = mark, end = mark;
  // The statements of a file: none is looked at again, so what was kept of it can go.
  const PegItem &repeated = grammar.items[it.arg];
  uint32_t from = start;
  bool statements = start == 0 && repeated.op == PegOp::Rule && repeated.arg == statementRule;
  for (;;) {
    Result result = item(it.arg);
    if (failed) return {false, nullptr};
    if (!result.ok || mark == end) break;
    end = mark;
    if (statements) {
      forget(from);
      arena.Reset();
      from = mark;
      kids.assign(1, nullptr);
    } else {
      kids.push_back(result.node);
    }
  }
  mark = end;
  --level;
  if (needOne && kids.empty()) return {false, nullptr};
  return {true, list(kids, start)};
}

PegParser::Result PegParser::gather(const PegItem &it) {
  ++level;
  llvm::SmallVector<PegNode *, 8> kids;
  uint32_t start = mark, end = mark;
  for (bool first = true;; first = false) {
    if (!first) {
      Result separator = item(it.separator);
      if (failed) return {false, nullptr};
      if (!separator.ok) break;
    }
    Result result = item(it.arg);
    if (failed) return {false, nullptr};
    if (!result.ok) break;
    kids.push_back(result.node);
    end = mark;
  }
  mark = end;
  --level;
  if (kids.empty()) return {false, nullptr};
  return {true, list(kids, start)};
}

PegParser::Result PegParser::forced(TokenKind kind) {
  if (!fetch(mark)) return {false, nullptr};
  if (buf.tokens[mark].kind != kind)
    return raiseToken(buf.tokens[mark], "expected '" + lex::tokenText(kind).str() + "'");
  ++mark;
  return {true, node(mark - 1)};
}
