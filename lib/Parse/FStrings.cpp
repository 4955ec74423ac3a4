// f-strings as Python 3.11 reads them: the string is a token, and its expressions are parsed from pieces of
// it.
#include "Lex/Tokenizer.h"
#include "Parse/Failure.h"
#include "Parse/StringBuilder.h"
#include <algorithm>
#include <utility>

using namespace coil;
using namespace coil::parse;

static bool isPythonSpace(char c) { return c == ' ' || (c >= '\t' && c <= '\r'); }

// Literal text up to an expression or the end. `again`: a doubled brace was met, and more literal text may
// follow.
bool StringBuilder::literalPiece(const char *&p, const char *end, bool raw, unsigned level,
                                 const Token *token, bool &again) {
  const char *start = p, *s = p;
  again = false;
  const char *stop = nullptr;
  while (s < end) {
    char c = *s++;
    if (!raw && c == '\\' && s < end) {
      c = *s++;
      if (c == 'N') {
        // \N{NAME}: these braces are no expression.
        if (s < end && *s++ == '{') {
          while (s < end && *s++ != '}') {
          }
          continue;
        }
        break; // what is decoded below is then malformed
      }
      if (c == '{') warnEscape("{", token);
    }
    if (c != '{' && c != '}') continue;
    if (level == 0) {
      if (s < end && *s == c) {
        stop = s; // the first of the two braces counts
        p = s + 1;
        again = true;
        break;
      }
      if (c == '}') return fail("f-string: single '}' is not allowed");
    }
    --s;
    break;
  }
  if (!again) p = stop = s;
  llvm::StringRef text(start, size_t(stop - start));
  if (shared.undecodable && !checkUtf8(text, raw)) return false;
  return appendDecoded(text, raw, token);
}

// The f-string's text from `p` on: to `end`, or, in a format spec, to its closing brace.
bool StringBuilder::addFormatted(const char *&p, const char *end, bool raw, unsigned level,
                                 const Token *token) {
  for (;;) {
    bool again;
    if (!literalPiece(p, end, raw, level, token, again)) return false;
    if (again) continue;
    if (p >= end || *p == '}') break;
    AnyExpr *value = nullptr;
    if (!expression(p, end, raw, level, token, value)) return false;
    values->push_back(value);
  }
  if (level == 0 && p < end - 1) return fail("f-string: unexpected end of string");
  if (level != 0 && (p >= end || *p != '}')) return fail("f-string: expecting '}'");
  return true;
}

// Finds the end of the expression at `p`, without understanding it.
bool StringBuilder::skipExpression(const char *&p, const char *end) {
  char quote = 0;
  bool triple = false;
  llvm::SmallVector<char, 16> open;
  for (; p < end; ++p) {
    char c = *p;
    if (c == '\\') return fail("f-string expression part cannot include a backslash");
    bool three = p + 2 < end && p[1] == c && p[2] == c;
    if (quote) {
      if (c != quote || (triple && !three)) continue;
      if (triple) p += 2;
      quote = 0;
    } else if (c == '\'' || c == '"') {
      quote = c;
      triple = three;
      if (three) p += 2;
    } else if (c == '[' || c == '{' || c == '(') {
      if (open.size() >= 200) return fail("f-string: too many nested parenthesis");
      open.push_back(c);
    } else if (c == '#') {
      return fail("f-string expression part cannot include '#'");
    } else if (open.empty() && (c == '!' || c == ':' || c == '}' || c == '=' || c == '>' || c == '<')) {
      if (p + 1 < end && p[1] == '=' && (c == '!' || c == '=' || c == '<' || c == '>')) {
        ++p;
        continue;
      }
      if (c == '>' || c == '<') continue;
      break;
    } else if (c == ']' || c == '}' || c == ')') {
      if (open.empty()) return fail(std::string("f-string: unmatched '") + c + "'");
      char opening = open.pop_back_val();
      if (!((opening == '(' && c == ')') || (opening == '[' && c == ']') || (opening == '{' && c == '}')))
        return fail(std::string("f-string: closing parenthesis '") + c +
                    "' does not match opening parenthesis '" + opening + "'");
    }
  }
  if (quote) return fail("f-string: unterminated string");
  if (!open.empty()) return fail(std::string("f-string: unmatched '") + open.back() + "'");
  if (p >= end) return fail("f-string: expecting '}'");
  return true;
}

// '{' expression ['='] ['!' conversion] [':' spec] '}'
bool StringBuilder::expression(const char *&p, const char *end, bool raw, unsigned level, const Token *token,
                               AnyExpr *&result) {
  if (level >= 2) return fail("f-string: expressions nested too deeply");
  auto unexpectedEnd = [&] { return fail("f-string: expecting '}'"); };
  const char *start = ++p;
  if (!skipExpression(p, end)) return false;
  AnyExpr *value = compile(start, p, token);
  if (!value) return false;
  bool debug = *p == '=';
  if (debug) {
    if (shared.options.featureVersion < 8)
      return fail("f-string: self documenting expressions are only supported in Python 3.8 and greater");
    ++p;
    while (p < end && isPythonSpace(*p)) ++p;
    if (!appendDecoded({start, size_t(p - start)}, true, token)) return false;
  }
  int conversion = -1;
  if (p < end && *p == '!') {
    if (++p >= end) return unexpectedEnd();
    conversion = uint8_t(*p++);
    if (conversion != 's' && conversion != 'r' && conversion != 'a')
      return fail("f-string: invalid conversion character: expected 's', 'r', or 'a'");
  }
  if (p >= end) return unexpectedEnd();
  // Text before the expression becomes a node now; that of the format spec is collected apart.
  Constant *text = takeText();
  if (text) values->push_back(text);
  AnyExpr *spec = nullptr;
  if (*p == ':') {
    if (++p >= end) return unexpectedEnd();
    llvm::SmallVector<AnyExpr *, 8> inner, *outer = values;
    values = &inner;
    bool ok = addFormatted(p, end, raw, level + 1, token);
    if (ok) {
      // The end of a spec and the spec itself have the place of this literal, not of the whole run.
      Position whole = std::exchange(pos, tokenPosition(*token));
      const Token *run = std::exchange(first, token);
      if (Constant *rest = takeText()) inner.push_back(rest);
      spec = ctx.make<JoinedStr>(pos, ctx.makeSeq<AnyExpr *>(inner));
      pos = whole;
      first = run;
    }
    values = outer;
    if (!ok) return false;
  }
  if (p >= end || *p != '}') return unexpectedEnd();
  ++p;
  if (debug && !spec && conversion == -1) conversion = 'r';
  result = ctx.make<FormattedValue>(pos, value, conversion, spec);
  return true;
}

// Counts the lines of the literal `token` up to `brace`; braces come in ascending order.
void StringBuilder::moveTo(const char *brace, const Token *token) {
  if (counted.token != token) {
    const char *literal = buf.text.data() + token->start;
    counted = {token, literal, literal, 0};
  }
  while (auto *newline = static_cast<const char *>(memchr(counted.at, '\n', size_t(brace - counted.at)))) {
    ++counted.lines;
    counted.at = counted.lineStart = newline + 1;
  }
  counted.at = brace;
}

// Parses [start, stop), in parentheses so that blanks and line ends in it do not matter. The opening one
// stands where the brace stands.
AnyExpr *StringBuilder::compile(const char *start, const char *stop, const Token *token) {
  if (std::all_of(start, stop, [](char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\f'; })) {
    if (*stop == '!' || *stop == ':' || *stop == '=')
      fail(std::string("f-string: expression required before '") + *stop + "'");
    else
      fail("f-string: empty expression not allowed");
    return nullptr;
  }
  llvm::SmallString<128> text("(");
  text.append(start, stop);
  text += ")\n";
  llvm::StringRef copy = ctx.copy(text);

  const char *brace = start - 1;
  moveTo(brace, token);
  uint32_t lines = counted.lines;
  // CPython's column of the first line is off where a line end follows the brace; only brackets can stand
  // there.
  const char *q = start;
  while (*q == ' ' || *q == '\t' || *q == '\f') ++q;
  uint32_t column = *q == '\n' ? 0 : uint32_t(brace - counted.lineStart);
  if (lines == 0) column += buf.column(*token);

  lex::TokenizerOptions lexOptions;
  lexOptions.firstLine = token->line + lines;
  lexOptions.firstColumn = column;
  lexOptions.asyncAsNames = shared.options.featureVersion < 7;
  lex::TokenBuffer inner;
  lex::tokenize(copy, lexOptions, inner);
  AnyExpr *value = Parser(shared, inner).parseFStringExpression();
  if (!value && explain) innerError = explainFString(shared, inner, lexOptions.firstLine, column);
  return value;
}
