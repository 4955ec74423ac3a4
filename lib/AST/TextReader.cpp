// Reading the text of ast.dump(), with or without attributes, in any layout.
#include "AST/AstArtifact.h"
#include "AST/NodeBuilder.h"
#include "Lex/Decimal.h"
#include "Lex/PythonLiteral.h"
#include "Support/Utf8.h"
#include <cstdlib>

using namespace coil;
using namespace coil::ast;

namespace {

class TextReader {
public:
  // `text` is `whole` behind its header.
  TextReader(ASTContext &ctx, llvm::StringRef whole, llvm::StringRef text)
      : ctx(ctx), whole(whole), text(text) {}

  Node *root(std::string &message) {
    size_t valid = validUtf8Prefix(text);
    Node *result = nullptr;
    if (valid == text.size()) {
      result = node(0);
      skip();
      if (result && !text.empty()) fail("expected the end of the tree");
    } else {
      text = text.drop_front(valid);
      fail("the text is not valid UTF-8");
    }
    if (error.empty()) return result;
    size_t offset = size_t(text.data() - whole.data());
    size_t line = whole.take_front(offset).count('\n') + 1;
    message = "line " + std::to_string(line) + ": " + error;
    return nullptr;
  }

private:
  std::nullptr_t fail(std::string message) {
    if (error.empty()) error = std::move(message);
    return nullptr;
  }
  void skip() { text = text.ltrim(" \t\r\n"); }
  bool eat(char c) {
    skip();
    if (text.empty() || text[0] != c) return false;
    text = text.drop_front();
    return true;
  }
  llvm::StringRef word() {
    skip();
    llvm::StringRef w = text.take_while([](char c) { return isalnum(uint8_t(c)) || c == '_'; });
    text = text.drop_front(w.size());
    return w;
  }

  // Name(field=value, ...)
  Node *node(unsigned depth) {
    if (depth > kMaxTreeDepth) return fail("the tree is too deep");
    llvm::StringRef name = word();
    std::optional<Kind> kind = kindFromName(name);
    if (!kind) return fail("expected a node class, found '" + name.str() + "'");
    if (!eat('(')) return fail("expected '(' after " + name.str());
    NodeBuilder builder(ctx, *kind);
    while (!eat(')')) {
      llvm::StringRef key = word();
      if (key.empty() || !eat('=')) return fail("expected a field name and '='");
      if (const FieldInfo *field = builder.field(key, error)) {
        if (!error.empty() || !value(builder.node, *field, depth))
          return fail("the value does not fit field '" + key.str() + "'");
      } else if (int32_t *attribute = builder.attribute(key)) {
        if (!integer(*attribute)) return fail("expected a number for '" + key.str() + "'");
      } else {
        return fail(name.str() + " has no field '" + key.str() + "'");
      }
      if (eat(',')) continue;
      if (!eat(')')) return fail("expected ',' or ')'");
      break;
    }
    return builder.finish(error);
  }

  bool integer(int32_t &out) {
    skip();
    return !text.consumeInteger(10, out);
  }

  bool value(Node *n, const FieldInfo &f, unsigned depth) {
    if (f.isSequence()) return list(n, f, depth);
    switch (f.type) {
    case FieldType::Identifier:
    case FieldType::String: {
      if (f.quantity == Quantity::Opt && none()) return true;
      return identifier(fieldRef<Identifier>(n, f));
    }
    case FieldType::Int: return none() || integer(fieldRef<int32_t>(n, f));
    case FieldType::Value: return constant(fieldRef<ConstantValue>(n, f));
    case FieldType::ExprContext:
    case FieldType::BoolOperator:
    case FieldType::Operator:
    case FieldType::UnaryOperator:
    case FieldType::CmpOperator: return member(f.type, fieldRef<uint8_t>(n, f));
    default:
      if (f.quantity == Quantity::Opt && none()) return true;
      Node *child = node(depth + 1);
      return child && setNode(n, f, child);
    }
  }

  bool none() {
    skip();
    return text.consume_front("None");
  }

  bool identifier(Identifier &out) {
    skip();
    std::string name;
    if (!lex::takePythonString(text, name)) return false;
    out = ctx.intern(name);
    return true;
  }

  bool member(FieldType type, uint8_t &out) {
    int found = enumValue(type, word());
    if (found < 0 || !eat('(') || !eat(')')) return false;
    out = uint8_t(found);
    return true;
  }

  bool list(Node *n, const FieldInfo &f, unsigned depth) {
    if (!eat('[')) return false;
    std::vector<Node *> nodes;
    std::vector<Identifier> names;
    std::vector<CmpOperator> ops;
    while (!eat(']')) {
      if (f.type == FieldType::Identifier) {
        names.emplace_back();
        if (!identifier(names.back())) return false;
      } else if (f.type == FieldType::CmpOperator) {
        uint8_t op;
        if (!member(f.type, op)) return false;
        ops.push_back(CmpOperator(op));
      } else if (f.quantity == Quantity::OptSeq && none()) {
        nodes.push_back(nullptr);
      } else {
        nodes.push_back(node(depth + 1));
        if (!nodes.back()) return false;
      }
      if (eat(',')) continue;
      if (!eat(']')) return false;
      break;
    }
    if (f.type == FieldType::Identifier)
      fieldRef<Seq<Identifier>>(n, f) = ctx.makeSeq<Identifier>(names);
    else if (f.type == FieldType::CmpOperator)
      fieldRef<Seq<CmpOperator>>(n, f) = ctx.makeSeq<CmpOperator>(ops);
    else
      return setNodes(ctx, n, f, nodes);
    return true;
  }

  bool constant(ConstantValue &out) {
    skip();
    if (text.empty()) return false;
    char c = text[0];
    std::string buffer;
    if (c == '\'' || c == '"') {
      if (!lex::takePythonString(text, buffer)) return false;
      out = ConstantValue::text(ConstantKind::Str, ctx.copy(buffer));
      return true;
    }
    if (c == 'b') {
      if (!lex::takePythonBytes(text, buffer)) return false;
      out = ConstantValue::text(ConstantKind::Bytes, ctx.copy(buffer));
      return true;
    }
    llvm::StringRef token = text.take_while(
        [](char d) { return isalnum(uint8_t(d)) || d == '.' || d == '+' || d == '-' || d == '_'; });
    if (!parseConstantText(ctx, token, out)) return false;
    text = text.drop_front(token.size());
    return true;
  }

  ASTContext &ctx;
  llvm::StringRef whole, text;
  std::string error;
};

} // namespace

// The repr of a constant that is no string: None, 12, 1.5, inf, 2j, ...
bool coil::ast::parseConstantText(ASTContext &ctx, llvm::StringRef text, ConstantValue &out) {
  if (text == "None")
    out = ConstantValue();
  else if (text == "True")
    out = ConstantValue::singleton(ConstantKind::True);
  else if (text == "False")
    out = ConstantValue::singleton(ConstantKind::False);
  else if (text == "Ellipsis")
    out = ConstantValue::singleton(ConstantKind::Ellipsis);
  else {
    llvm::StringRef digits = text;
    bool negative = digits.consume_front("-");
    if (!digits.empty() && digits.find_first_not_of("0123456789") == llvm::StringRef::npos) {
      int64_t small;
      if (!text.getAsInteger(10, small)) {
        out = ConstantValue::integer(small);
        return true;
      }
      if (digits.size() > 20000) return false;
      std::string hex = llvm::StringRef(lex::decimalToHex(digits)).ltrim('0').str();
      out = ConstantValue::text(ConstantKind::BigInt, ctx.copy(negative ? "-" + hex : hex));
      return true;
    }
    ConstantKind kind = digits.consume_back("j") ? ConstantKind::Complex : ConstantKind::Float;
    if (digits.empty() || !(isdigit(uint8_t(digits[0])) || digits == "inf" || digits == "nan")) return false;
    std::string number = digits.str();
    char *end;
    double value = std::strtod(number.c_str(), &end);
    if (*end) return false;
    out = ConstantValue::number(kind, negative ? -value : value);
  }
  return true;
}

std::unique_ptr<ASTContext> coil::ast::readAstText(llvm::StringRef bytes, std::string &error) {
  auto ctx = std::make_unique<ASTContext>();
  llvm::StringRef text = bytes;
  if (auto header = takeArtifactHeader(text, error)) {
    if (header->kind != ArtifactKind::Ast || header->version != kAstVersion) {
      error = "version " + std::to_string(header->version) + " of the tree's text is not supported";
      return nullptr;
    }
    ctx->filename = header->source;
  } else if (!error.empty()) {
    return nullptr;
  }
  Node *root = TextReader(*ctx, bytes, text).root(error);
  if (root && !isMod(root)) error = "expected Module, Interactive, Expression or FunctionType";
  if (!error.empty()) return nullptr;
  ctx->root = static_cast<Mod *>(root);
  return ctx;
}

std::unique_ptr<ASTContext> coil::ast::readAst(llvm::StringRef bytes, ArtifactForm form, std::string &error) {
  switch (form) {
  case ArtifactForm::Text: return readAstText(bytes, error);
  case ArtifactForm::Json: return readAstJson(bytes, error);
  case ArtifactForm::Binary: return readAstBinary(bytes, error);
  }
  return nullptr;
}
