// ast.unparse: constants and f-strings.
#include "AST/Dump.h"
#include "AST/Unparser.h"
#include "Support/Repr.h"
#include "Support/Unicode.h"
#include "Support/Utf8.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/raw_ostream.h"

using namespace coil;
using namespace coil::ast;

static const Quotes kAllQuotes{"'", "\"", "\"\"\"", "'''"};
static const Quotes kTripleQuotes{"\"\"\"", "'''"};

static std::string reprOf(llvm::StringRef text) {
  std::string out;
  llvm::raw_string_ostream os(out);
  reprStr(os, text);
  return out;
}

// What the unicode_escape codec makes of a character that is to be escaped.
static void escapeTo(std::string &out, uint32_t c) {
  llvm::raw_string_ostream os(out);
  if (c == '\\')
    os << "\\\\";
  else if (c == '\n')
    os << "\\n";
  else if (c == '\t')
    os << "\\t";
  else if (c == '\r')
    os << "\\r";
  else
    writeHex(os << (c < 0x100 ? "\\x" : c < 0x10000 ? "\\u" : "\\U"), c, c < 0x100 ? 2 : c < 0x10000 ? 4 : 8);
}

// What stands between the quotes for `text`, with as few escapes as possible; `quotes` keeps those that fit.
static std::string literal(llvm::StringRef text, Quotes &quotes, bool escapeWhitespace) {
  std::string escaped;
  for (const char *p = text.begin(), *end = text.end(); p < end;) {
    const char *start = p;
    uint32_t c = decodeUtf8(p, end);
    bool plain = (!escapeWhitespace && (c == '\n' || c == '\t')) || (c != '\\' && unicode::isPrintable(c));
    if (plain)
      escaped.append(start, size_t(p - start));
    else
      escapeTo(escaped, c);
  }
  llvm::StringRef view = escaped;
  Quotes possible;
  for (llvm::StringLiteral quote : quotes)
    if (!view.contains(quote) && (quote.size() == 3 || !view.contains('\n'))) possible.push_back(quote);
  if (possible.empty()) {
    std::string repr = reprOf(text);
    llvm::StringRef first = llvm::StringRef(repr).take_front(1);
    auto it = llvm::find_if(quotes, [&](llvm::StringLiteral quote) { return quote.contains(first); });
    quotes = {it != quotes.end() ? *it : first == "'" ? kAllQuotes[0] : kAllQuotes[1]};
    return repr.substr(1, repr.size() - 2);
  }
  quotes = possible;
  if (escaped.empty()) return escaped;
  // '''"''' is better than """\"""", but what cannot be avoided is escaped.
  Quotes sorted;
  for (bool clash : {false, true})
    for (llvm::StringLiteral quote : quotes)
      if ((quote[0] == escaped.back()) == clash) sorted.push_back(quote);
  quotes = sorted;
  if (quotes[0][0] == escaped.back()) escaped.insert(escaped.end() - 1, '\\');
  return escaped;
}

void Unparser::stringAvoidingBackslashes(llvm::StringRef text, Quotes quotes) {
  std::string body = literal(text, quotes, false);
  write(quotes[0]);
  write(body);
  write(quotes[0]);
}

void Unparser::docstring(const Constant *c) {
  fill();
  if (c->kind && c->kind->str() == "u") write("u");
  stringAvoidingBackslashes(c->value.text(), kTripleQuotes);
}

static void replaceAll(std::string &text, llvm::StringRef from, llvm::StringRef to) {
  for (size_t at = 0; (at = text.find(from.str(), at)) != std::string::npos; at += to.size())
    text.replace(at, from.size(), to.str());
}

void Unparser::constant(const ConstantValue &value, field::String kind) {
  if (value.kind() == ConstantKind::Ellipsis) return write("...");
  if (kind && kind->str() == "u") write("u");
  if (value.kind() == ConstantKind::Str && insideFString)
    return stringAvoidingBackslashes(value.text(), kAllQuotes);
  std::string text;
  llvm::raw_string_ostream os(text);
  reprConstant(os, value);
  if (value.kind() == ConstantKind::Float || value.kind() == ConstantKind::Complex) {
    replaceAll(text, "inf", "1e309"); // which is read as infinity
    replaceAll(text, "nan", "(1e309-1e309)");
  }
  write(text);
}

void Unparser::joinedStr(const JoinedStr *j) {
  write("f");
  std::string whole;
  if (insideFString) {
    out.swap(whole);
    fstringPart(j);
    out.swap(whole);
    return stringAvoidingBackslashes(whole, kAllQuotes);
  }
  // Outside of the braces escaped white space is preferred.
  Quotes quotes = kAllQuotes;
  for (const AnyExpr *value : j->values) {
    std::string part;
    out.swap(part);
    fstringPart(value);
    out.swap(part);
    whole += literal(part, quotes, isa<Constant>(value));
  }
  write(quotes[0]);
  write(whole);
  write(quotes[0]);
}

// The inside of an f-string or of a format.
void Unparser::fstringPart(const AnyExpr *e) {
  if (const JoinedStr *j = dyn<JoinedStr>(e)) {
    for (const AnyExpr *value : j->values) fstringPart(value);
  } else if (const FormattedValue *f = dyn<FormattedValue>(e)) {
    formattedValue(f);
  } else if (const Constant *c = dyn<Constant>(e); c && c->value.kind() == ConstantKind::Str) {
    for (char byte : c->value.text()) {
      out += byte;
      if (byte == '{' || byte == '}') out += byte;
    }
  } else if (error.empty()) {
    error = "Unexpected node inside JoinedStr, " + kindName(e->kind).str();
  }
}

void Unparser::formattedValue(const FormattedValue *f) {
  std::string inner;
  Unparser(inner, error, true).expression(f->value, tighter(kTest));
  if (error.empty() && llvm::StringRef(inner).contains('\\'))
    error = "Unable to avoid backslash in f-string expression part";
  write("{");
  if (llvm::StringRef(inner).starts_with("{")) write(" "); // not to be read as an escaped brace
  write(inner);
  if (f->conversion != -1) {
    write("!");
    if (f->conversion >= 0 && f->conversion <= 0x10FFFF)
      appendUtf8(out, uint32_t(f->conversion));
    else if (error.empty())
      error = "chr() arg not in range(0x110000)";
  }
  if (f->format_spec) {
    write(":");
    fstringPart(f->format_spec);
  }
  write("}");
}
