// The actions of the second pass: values of rules, and the messages that need more than a place.
#include "Parse/Numbers.h"
#include "Parse/PegParser.h"
#include "Parse/StringBuilder.h"

using namespace coil;
using namespace coil::parse;

// "operator" and the like, as error messages name expressions.
llvm::StringRef PegParser::exprName(const PegNode *e) const {
  switch (e->kind) {
  case Kind::Attribute: return "attribute";
  case Kind::Subscript: return "subscript";
  case Kind::Starred: return "starred";
  case Kind::Name: return "name";
  case Kind::List: return "list";
  case Kind::Tuple: return "tuple";
  case Kind::Lambda: return "lambda";
  case Kind::Call: return "function call";
  case Kind::BoolOp:
  case Kind::BinOp:
  case Kind::UnaryOp: return "expression";
  case Kind::GeneratorExp: return "generator expression";
  case Kind::Yield:
  case Kind::YieldFrom: return "yield expression";
  case Kind::Await: return "await expression";
  case Kind::ListComp: return "list comprehension";
  case Kind::SetComp: return "set comprehension";
  case Kind::DictComp: return "dict comprehension";
  case Kind::Dict: return "dict literal";
  case Kind::Set: return "set display";
  case Kind::JoinedStr:
  case Kind::FormattedValue: return "f-string expression";
  case Kind::Compare: return "comparison";
  case Kind::IfExp: return "conditional expression";
  case Kind::NamedExpr: return "named expression";
  default: break;
  }
  switch (buf.tokens[e->first].kind) {
  case TokenKind::KwNone: return "None";
  case TokenKind::KwTrue: return "True";
  case TokenKind::KwFalse: return "False";
  case TokenKind::Ellipsis: return "ellipsis";
  default: return "literal";
  }
}

// The part of a target that cannot be one; null if it all can.
const PegNode *PegParser::invalidTarget(const PegNode *e, char what) const {
  if (!e) return nullptr;
  switch (e->kind) {
  case Kind::List:
  case Kind::Tuple:
    for (const PegNode *kid : e->kids)
      if (const PegNode *bad = invalidTarget(kid, what)) return bad;
    return nullptr;
  case Kind::Starred: return what == 'd' ? e : invalidTarget(e->kids[0], what);
  case Kind::Compare:
    // `a in b` of `for a in b` was read as a comparison.
    if (what != 'f') return e;
    if (buf.tokens[e->kids[1]->first].kind == TokenKind::KwIn) return invalidTarget(e->kids[0], what);
    return nullptr;
  case Kind::Name:
  case Kind::Subscript:
  case Kind::Attribute: return nullptr;
  default: return e;
  }
}

std::string PegParser::format(llvm::StringRef message, const PegNode *n) const {
  std::string out;
  for (; !message.empty(); message = message.drop_front()) {
    if (n && message.consume_front("%s"))
      out += exprName(n).str();
    else if (n && message.consume_front("%d"))
      out += std::to_string(buf.tokens[n->first].line);
    if (message.empty()) break;
    out += message[0];
  }
  return out;
}

bool PegParser::checkVersion(const PegAlternative &alt) {
  if (options.featureVersion >= alt.version) return true;
  raiseHere(DiagnosticKind::SyntaxError,
            alt.message + " only supported in Python 3." + std::to_string(alt.version) + " and greater");
  return false;
}

PegParser::Result PegParser::act(const PegAlternative &alt, uint32_t start, PegNode *const captures[3]) {
  const PegNode *a = alt.first >= 0 ? captures[alt.first] : nullptr;
  switch (alt.action) {
  case PegAction::Default: break;
  case PegAction::Since:
    if (!checkVersion(alt)) return {false, nullptr};
    if (alt.call != PegCall::None) return call(alt, start, captures);
    if (!alt.hasKind) break;
    [[fallthrough]];
  case PegAction::Node: {
    PegNode *n = node(start, PegNode::Expr, alt.kind);
    llvm::SmallVector<PegNode *, 8> kids;
    for (int i = 0; i < 3; ++i) {
      PegNode *c = captures[i];
      if (c && c->shape == PegNode::List && alt.kind != Kind::Compare)
        kids.append(c->kids.begin(), c->kids.end());
      else if (c)
        kids.push_back(c);
    }
    n->kids = list(kids, start)->kids;
    return {true, n};
  }
  case PegAction::Capture: return {true, captures[alt.first]};
  case PegAction::Span: {
    const PegNode *b = captures[alt.last];
    if (a->shape == PegNode::List && !a->kids.empty()) a = a->kids.front();
    if (b->shape == PegNode::List && !b->kids.empty()) b = b->kids.back();
    if (b->tail) b = b->tail; // the last part of a comprehension
    return raiseSpan(a, b, format(alt.message, a));
  }
  case PegAction::From: return raiseFrom(a, format(alt.message, a));
  case PegAction::Here: return raiseHere(DiagnosticKind::SyntaxError, alt.message);
  case PegAction::Indent: return raiseHere(DiagnosticKind::IndentationError, format(alt.message, a));
  case PegAction::Target: {
    const PegNode *bad = invalidTarget(a, alt.target);
    if (!bad) return {false, nullptr};
    return raiseSpan(bad, bad,
                     (alt.target == 'd' ? "cannot delete " : "cannot assign to ") + exprName(bad).str());
  }
  case PegAction::Do: return call(alt, start, captures);
  }
  return {true, node(start)};
}

// Call arguments: what is positional (starred ones after keywords come last), and whether there is a `**`.
PegParser::Result PegParser::callArguments(uint32_t start, PegNode *positional, PegNode *rest) {
  PegNode *n = node(start, PegNode::Expr, Kind::Call);
  llvm::SmallVector<PegNode *, 8> kids;
  if (positional) kids.append(positional->kids.begin(), positional->kids.end());
  for (PegNode *kid : rest ? rest->kids : llvm::ArrayRef<PegNode *>()) {
    if (!kid->keyword) kids.push_back(kid);
    n->doubleStar |= kid->doubleStar;
  }
  n->kids = list(kids, start)->kids;
  return {true, n};
}

PegParser::Result PegParser::call(const PegAlternative &alt, uint32_t start, PegNode *const captures[3]) {
  PegNode *a = captures[0], *b = captures[1];
  switch (alt.call) {
  case PegCall::None:
  case PegCall::InteractiveExit: return {false, nullptr};
  case PegCall::EnsureReal:
  case PegCall::EnsureImaginary: {
    bool imaginary = (buf.spelling(buf.tokens[a->first]).back() | 32) == 'j';
    if (imaginary == (alt.call == PegCall::EnsureImaginary)) return {true, a};
    return raiseSpan(a, a,
                     imaginary ? "real number required in complex literal"
                               : "imaginary number required in complex literal");
  }
  case PegCall::CheckFlufl: {
    bool flufl = buf.spelling(buf.tokens[a->first]) == "<>";
    if (options.barryAsFlufl && !flufl)
      return raiseHere(DiagnosticKind::SyntaxError, "with Barry as BDFL, use '<>' instead of '!='");
    return {flufl == options.barryAsFlufl, a};
  }
  case PegCall::Strings: return strings(a);
  case PegCall::Join: {
    llvm::SmallVector<PegNode *, 8> kids;
    for (int i = 0; i < 3; ++i) {
      if (!captures[i]) continue;
      if (captures[i]->shape == PegNode::List)
        kids.append(captures[i]->kids.begin(), captures[i]->kids.end());
      else
        kids.push_back(captures[i]);
    }
    return {true, list(kids, start)};
  }
  case PegCall::Last: {
    PegNode *n = node(start);
    n->tail = b && !b->kids.empty() ? b->kids.back() : a;
    return {true, n};
  }
  case PegCall::Call: return callArguments(start, a, b);
  case PegCall::Keyword:
  case PegCall::DoubleStar: {
    PegNode *n = node(start);
    n->keyword = true;
    n->doubleStar = alt.call == PegCall::DoubleStar;
    return {true, n};
  }
  case PegCall::NonparenGenexp:
    if (a->kids.size() <= 1) return {false, nullptr};
    return raiseSpan(a->kids.back(), b->kids.back()->tail, "Generator expression must be parenthesized");
  case PegCall::ArgumentsError:
    return raiseHere(DiagnosticKind::SyntaxError,
                     a->doubleStar ? "positional argument follows keyword argument unpacking"
                                   : "positional argument follows keyword argument");
  case PegCall::AssignKeyword:
    return raiseSpan(a, b, "cannot assign to " + buf.spelling(buf.tokens[a->first]).str());
  case PegCall::Legacy:
  case PegCall::ForgotComma: {
    llvm::StringRef word = buf.spelling(buf.tokens[a->first]);
    bool legacy = a->shape == PegNode::Expr && a->kind == Kind::Name && (word == "print" || word == "exec");
    if (alt.call == PegCall::Legacy) {
      if (!legacy) return {false, nullptr};
      return raiseSpan(
          a, b, "Missing parentheses in call to '" + word.str() + "'. Did you mean " + word.str() + "(...)?");
    }
    if (legacy || buf.tokens[mark - 1].level == 0) return {false, nullptr};
    return raiseSpan(a, b, "invalid syntax. Perhaps you forgot a comma?");
  }
  case PegCall::MatchColon:
    return raiseHere(DiagnosticKind::SyntaxError,
                     options.featureVersion < 10
                         ? "Pattern matching is only supported in Python 3.10 and greater"
                         : "expected ':'");
  case PegCall::KvpairColon: {
    const Token &last = buf.tokens[a->last];
    return raise(DiagnosticKind::SyntaxError,
                 {buf.tokens[a->first].line, int(buf.endColumn(last)) - 1, buf.endLine(last), -1},
                 "':' expected after dictionary key");
  }
  }
  return {false, nullptr};
}

PegParser::Result PegParser::number(uint32_t index) {
  llvm::StringRef literal = buf.spelling(buf.tokens[index]);
  ++mark;
  if (options.featureVersion < 6 && literal.contains('_')) {
    failed = true;
    return raiseHere(DiagnosticKind::SyntaxError,
                     "Underscores in numeric literals are only supported in Python 3.6 and greater");
  }
  bool tooLong;
  numberValue(shared.context, literal, options.maxDecimalDigits, tooLong);
  if (tooLong) {
    size_t digits = 0;
    for (char c : literal) digits += c != '_';
    uint32_t line = buf.tokens[index].line;
    return raise(
        DiagnosticKind::SyntaxError, {line, -1, line, -1},
        "Exceeds the limit (" + std::to_string(options.maxDecimalDigits) +
            " digits) for integer string conversion: value has " + std::to_string(digits) +
            " digits; use sys.set_int_max_str_digits() to increase the limit - Consider hexadecimal for "
            "huge integer literals to avoid decimal conversion limits.");
  }
  return {true, node(index, PegNode::Expr, Kind::Constant)};
}

PegParser::Result PegParser::strings(const PegNode *tokens) {
  const Token *first = &buf.tokens[tokens->first], *last = &buf.tokens[tokens->last];
  StringBuilder builder(shared, buf, first, last, Position());
  builder.explain = true;
  AnyExpr *value = builder.build();
  if (value) return {true, node(tokens->first, PegNode::Expr, value->kind)};
  if (builder.innerError) {
    error = builder.innerError;
    failed = true;
    return {false, nullptr};
  }
  return raiseHere(DiagnosticKind::SyntaxError, builder.error, builder.errorToken);
}
