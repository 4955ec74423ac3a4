// Reading the grammar's text into tables.
#include "AST/Fields.h"
#include "Parse/PegGrammar.h"
#include "llvm/ADT/StringMap.h"
#include "llvm/ADT/StringSwitch.h"
#include "llvm/ADT/Twine.h"
#include "llvm/Support/ErrorHandling.h"

using namespace coil;
using namespace coil::parse;
using lex::TokenKind;

namespace {

class PegReader {
public:
  explicit PegReader(llvm::StringRef text) : text(text) {}

  PegGrammar read() {
    declareRules();
    while (skip(), !text.empty()) {
      PegRule &rule = grammar.rules[names[word()]];
      for (llvm::StringRef flag = word(); !flag.empty(); flag = word()) {
        rule.memo |= flag == "memo" || flag == "left";
        rule.left |= flag == "left";
        rule.quiet |= flag == "quiet";
      }
      expect(':');
      size_t index = names[rule.name];
      std::vector<PegAlternative> alternatives = readAlternatives();
      grammar.rules[index].alternatives = std::move(alternatives);
    }
    return std::move(grammar);
  }

private:
  [[noreturn]] void bad(llvm::StringRef what) {
    llvm::report_fatal_error(llvm::Twine("grammar: ") + what + " at " + text.take_front(40));
  }
  void skip() { text = text.ltrim(" \n"); }
  llvm::StringRef word() {
    skip();
    llvm::StringRef w = text.take_while([](char c) { return isalnum(uint8_t(c)) || c == '_'; });
    text = text.drop_front(w.size());
    return w;
  }
  bool eat(char c) {
    skip();
    return text.consume_front(llvm::StringRef(&c, 1));
  }
  void expect(char c) {
    if (!eat(c)) bad(std::string("expected ") + c);
  }

  // A rule begins at the start of a line.
  void declareRules() {
    for (llvm::StringRef rest = text; !rest.empty(); rest = rest.split('\n').second) {
      if (!isalpha(uint8_t(rest[0]))) continue;
      llvm::StringRef name = rest.take_while([](char c) { return isalnum(uint8_t(c)) || c == '_'; });
      names[name] = grammar.rules.size();
      grammar.rules.push_back({name.str(), {}, false, false, false});
    }
  }

  bool atRuleStart() {
    // Two or more words and a colon, or a word and a colon, at the start of a line.
    llvm::StringRef w = text.take_while([](char c) { return isalnum(uint8_t(c)) || c == '_'; });
    llvm::StringRef rest = text.drop_front(w.size());
    for (llvm::StringRef flag : {" memo", " left", " quiet"}) rest.consume_front(flag);
    return !w.empty() && rest.starts_with(":") && text.data()[-1] == '\n';
  }

  std::vector<PegAlternative> readAlternatives() {
    std::vector<PegAlternative> result;
    do result.push_back(readAlternative());
    while (eat('|'));
    return result;
  }

  PegAlternative readAlternative() {
    PegAlternative alt;
    for (;;) {
      skip();
      if (text.empty() || atRuleStart() || text[0] == '|' || text[0] == ')' || text[0] == ']') break;
      if (text[0] == '{') {
        readAction(alt);
        break;
      }
      alt.items.push_back(readItem());
    }
    if (alt.items.size() == 1) {
      const PegItem &only = grammar.items[alt.items[0]];
      alt.invalidOnly =
          only.op == PegOp::Rule && llvm::StringRef(grammar.rules[only.arg].name).starts_with("invalid_");
    }
    return alt;
  }

  uint16_t add(PegItem item) {
    grammar.items.push_back(item);
    return uint16_t(grammar.items.size() - 1);
  }

  uint16_t readItem() {
    int8_t capture = -1;
    if (text.size() > 2 && text[0] >= 'a' && text[0] <= 'c' && text[1] == '=') {
      capture = int8_t(text[0] - 'a');
      text = text.drop_front(2);
    }
    uint16_t item;
    if (text.consume_front("&&")) {
      uint16_t token = readAtom();
      item = add({PegOp::Forced, -1, grammar.items[token].arg, 0});
    } else if (text.consume_front("&")) {
      uint16_t inner = readAtom();
      item = add({PegOp::Look, -1, inner, 0});
    } else if (text.consume_front("!")) {
      uint16_t inner = readAtom();
      item = add({PegOp::NotLook, -1, inner, 0});
    } else if (text.consume_front("~")) {
      item = add({PegOp::Cut, -1, 0, 0});
    } else {
      item = readAtom();
      if (text.consume_front("?"))
        item = add({PegOp::Optional, -1, item, 0});
      else if (text.consume_front("*"))
        item = add({PegOp::Star, -1, item, 0});
      else if (text.consume_front("+"))
        item = add({PegOp::Plus, -1, item, 0});
      else if (text.size() > 1 && text[0] == '.' && text[1] != ' ') {
        text = text.drop_front();
        uint16_t element = readAtom();
        expect('+');
        item = add({PegOp::Gather, -1, element, item});
      }
    }
    grammar.items[item].capture = capture;
    return item;
  }

  uint16_t group(char close) {
    std::vector<PegAlternative> alternatives = readAlternatives();
    expect(close);
    grammar.rules.push_back({"", std::move(alternatives), false, false, false});
    return add({PegOp::Group, -1, uint16_t(grammar.rules.size() - 1), 0});
  }

  uint16_t readAtom() {
    if (text.consume_front("(")) return group(')');
    if (text.consume_front("[")) {
      std::vector<PegAlternative> alternatives = readAlternatives();
      expect(']');
      // [e] of one plain item is e?, without a group of its own.
      uint16_t inner;
      if (alternatives.size() == 1 && alternatives[0].items.size() == 1 &&
          alternatives[0].action == PegAction::Default) {
        inner = alternatives[0].items[0];
      } else {
        grammar.rules.push_back({"", std::move(alternatives), false, false, false});
        inner = add({PegOp::Group, -1, uint16_t(grammar.rules.size() - 1), 0});
      }
      return add({PegOp::Optional, -1, inner, 0});
    }
    if (text[0] == '\'' || text[0] == '"') {
      char quote = text[0];
      llvm::StringRef spelling = text.drop_front().split(quote).first;
      text = text.drop_front(spelling.size() + 2);
      if (quote == '"') {
        for (size_t i = 0; i < grammar.words.size(); ++i)
          if (grammar.words[i] == spelling) return add({PegOp::Soft, -1, uint16_t(i), 0});
        grammar.words.push_back(spelling.str());
        return add({PegOp::Soft, -1, uint16_t(grammar.words.size() - 1), 0});
      }
      return add({PegOp::Token, -1, uint16_t(tokenKind(spelling)), 0});
    }
    llvm::StringRef name = word();
    if (name.empty()) bad("expected an item");
    if (name == "SOFT_KEYWORD") return add({PegOp::SoftKeyword, -1, 0, 0});
    if (isupper(uint8_t(name[0]))) return add({PegOp::Token, -1, uint16_t(namedToken(name)), 0});
    auto it = names.find(name);
    if (it == names.end()) bad("unknown rule " + name.str());
    return add({PegOp::Rule, -1, uint16_t(it->second), 0});
  }

  TokenKind tokenKind(llvm::StringRef spelling) {
    for (unsigned i = 0; i < 256 && i <= unsigned(TokenKind::KwYield); ++i)
      if (lex::tokenText(TokenKind(i)) == spelling) return TokenKind(i);
    bad("unknown token " + spelling.str());
  }

  TokenKind namedToken(llvm::StringRef name) {
    for (unsigned i = 0; i < unsigned(TokenKind::KwFalse); ++i)
      if (lex::tokenName(TokenKind(i)) == name) return TokenKind(i);
    bad("unknown token " + name.str());
  }

  int8_t captureName() {
    llvm::StringRef name = word();
    return int8_t(name[0] - 'a');
  }

  std::string message() {
    skip();
    std::string out;
    if (!text.consume_front("\"")) bad("expected a message");
    for (; !text.empty() && text[0] != '"'; text = text.drop_front()) {
      if (text[0] == '\\') text = text.drop_front();
      out += text[0];
    }
    text = text.drop_front();
    return out;
  }

  void readAction(PegAlternative &alt) {
    expect('{');
    llvm::StringRef verb = word();
    if (verb.size() == 1) {
      alt.action = PegAction::Capture;
      alt.first = int8_t(verb[0] - 'a');
    } else if (verb == "at" || verb == "span" || verb == "from") {
      alt.action = verb == "from" ? PegAction::From : PegAction::Span;
      alt.first = captureName();
      alt.last = verb == "span" ? captureName() : alt.first;
      alt.message = message();
    } else if (verb == "here") {
      alt.action = PegAction::Here;
      alt.message = message();
    } else if (verb == "indent") {
      alt.action = PegAction::Indent;
      skip();
      if (text[0] != '"') alt.first = captureName();
      alt.message = message();
    } else if (verb == "target") {
      alt.action = PegAction::Target;
      alt.target = word()[0];
      alt.first = captureName();
    } else if (verb == "since") {
      alt.action = PegAction::Since;
      word().getAsInteger(10, alt.version);
      alt.message = message();
      llvm::StringRef kind = word();
      if (kind == "last")
        alt.call = PegCall::Last;
      else if (!kind.empty())
        setKind(alt, kind);
    } else if (verb == "do") {
      alt.action = PegAction::Do;
      alt.call = call(word());
    } else {
      alt.action = PegAction::Node;
      setKind(alt, verb);
    }
    expect('}');
  }

  void setKind(PegAlternative &alt, llvm::StringRef name) {
    auto kind = ast::kindFromName(name);
    if (!kind) bad("unknown kind " + name.str());
    alt.kind = *kind;
    alt.hasKind = true;
  }

  PegCall call(llvm::StringRef name) {
    PegCall c = llvm::StringSwitch<PegCall>(name)
                    .Case("interactive_exit", PegCall::InteractiveExit)
                    .Case("ensure_real", PegCall::EnsureReal)
                    .Case("ensure_imaginary", PegCall::EnsureImaginary)
                    .Case("check_flufl", PegCall::CheckFlufl)
                    .Case("strings", PegCall::Strings)
                    .Case("join", PegCall::Join)
                    .Case("last", PegCall::Last)
                    .Case("call", PegCall::Call)
                    .Case("keyword", PegCall::Keyword)
                    .Case("double_star", PegCall::DoubleStar)
                    .Case("nonparen_genexp", PegCall::NonparenGenexp)
                    .Case("arguments_error", PegCall::ArgumentsError)
                    .Case("assign_keyword", PegCall::AssignKeyword)
                    .Case("legacy", PegCall::Legacy)
                    .Case("forgot_comma", PegCall::ForgotComma)
                    .Case("match_colon", PegCall::MatchColon)
                    .Case("kvpair_colon", PegCall::KvpairColon)
                    .Default(PegCall::None);
    if (c == PegCall::None) bad("unknown action " + name.str());
    return c;
  }

  llvm::StringRef text;
  PegGrammar grammar;
  llvm::StringMap<size_t> names;
};

} // namespace

uint16_t PegGrammar::rule(llvm::StringRef name) const {
  for (size_t i = 0; i < rules.size(); ++i)
    if (rules[i].name == name) return uint16_t(i);
  llvm::report_fatal_error("grammar: no such rule");
}

const PegGrammar &coil::parse::pegGrammar() {
  static const PegGrammar grammar = PegReader(kPegGrammar).read();
  return grammar;
}
