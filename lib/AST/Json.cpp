// The JSON form of trees.
#include "AST/AstArtifact.h"
#include "AST/NodeBuilder.h"
#include "Support/JsonText.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/raw_ostream.h"

using namespace coil;
using namespace coil::ast;

namespace {

class JsonWriter {
public:
  explicit JsonWriter(llvm::raw_ostream &os) : os(os) {}

  void node(const Node *n) {
    if (!n) {
      os << "null";
      return;
    }
    const KindInfo &info = kindInfo(n->kind);
    os << "{\"_type\":\"" << info.name << '"';
    for (const FieldInfo &f : info.fields) {
      os << ",\"" << f.name << "\":";
      field(n, f);
    }
    if (info.hasPosition)
      os << ",\"lineno\":" << n->pos.lineno << ",\"col_offset\":" << n->pos.col_offset
         << ",\"end_lineno\":" << n->pos.end_lineno << ",\"end_col_offset\":" << n->pos.end_col_offset;
    os << '}';
  }

private:
  template <typename T, typename Write> void list(Seq<T> elements, Write write) {
    os << '[';
    bool first = true;
    for (T element : elements) {
      if (!first) os << ',';
      first = false;
      write(element);
    }
    os << ']';
  }

  void identifier(Identifier id) {
    if (id)
      writeJsonString(os, id->str());
    else
      os << "null";
  }

  void field(const Node *n, const FieldInfo &f) {
    if (f.isSequence()) {
      if (f.type == FieldType::Identifier)
        list(fieldRef<Seq<Identifier>>(n, f), [&](Identifier id) { identifier(id); });
      else if (f.type == FieldType::CmpOperator)
        list(fieldRef<Seq<CmpOperator>>(n, f), [&](CmpOperator op) { os << '"' << name(op) << '"'; });
      else
        list(fieldRef<Seq<Node *>>(n, f), [&](const Node *child) { node(child); });
      return;
    }
    switch (f.type) {
    case FieldType::Identifier:
    case FieldType::String: identifier(fieldRef<Identifier>(n, f)); break;
    case FieldType::Int: os << fieldRef<int32_t>(n, f); break;
    case FieldType::Value: constant(fieldRef<ConstantValue>(n, f)); break;
    case FieldType::ExprContext:
    case FieldType::BoolOperator:
    case FieldType::Operator:
    case FieldType::UnaryOperator:
    case FieldType::CmpOperator: os << '"' << enumName(f.type, fieldRef<uint8_t>(n, f)) << '"'; break;
    default: node(fieldRef<const Node *>(n, f)); break;
    }
  }

  // Where a high surrogate stands before a low one, JSON would make one character of them: such a string is
  // written in pieces.
  void string(llvm::StringRef text) {
    llvm::SmallVector<llvm::StringRef, 2> pieces;
    size_t start = 0;
    for (size_t at = 0; (at = text.find('\xED', at)) != llvm::StringRef::npos; ++at) {
      auto half = [&](size_t i) { return i + 1 < text.size() && text[i] == '\xED' ? text[i + 1] & 0xF0 : 0; };
      if (half(at) != 0xA0 || half(at + 3) != 0xB0) continue;
      pieces.push_back(text.slice(start, at + 3));
      start = at + 3;
    }
    if (pieces.empty()) return writeJsonString(os, text);
    os << "{\"str\":[";
    for (llvm::StringRef piece : pieces) {
      writeJsonString(os, piece);
      os << ',';
    }
    writeJsonString(os, text.substr(start));
    os << "]}";
  }

  // Strings, true, false and null are themselves; the rest is tagged, since JSON would lose its type or
  // digits.
  void constant(const ConstantValue &value) {
    switch (value.kind()) {
    case ConstantKind::None: os << "null"; break;
    case ConstantKind::True: os << "true"; break;
    case ConstantKind::False: os << "false"; break;
    case ConstantKind::Str: string(value.text()); break;
    case ConstantKind::Bytes: os << "{\"bytes\":\"" << llvm::toHex(value.text(), true) << "\"}"; break;
    case ConstantKind::Ellipsis: os << "{\"ellipsis\":true}"; break;
    case ConstantKind::Int: os << "{\"int\":\"" << value.integer() << "\"}"; break;
    case ConstantKind::BigInt: os << "{\"hex\":\"" << value.text() << "\"}"; break;
    case ConstantKind::Float:
    case ConstantKind::Complex:
      os << (value.kind() == ConstantKind::Float ? "{\"float\":\"" : "{\"complex\":\"");
      reprConstant(os, value);
      os << "\"}";
      break;
    }
  }

  llvm::raw_ostream &os;
};

class JsonReader {
public:
  JsonReader(ASTContext &ctx, std::string &error) : ctx(ctx), error(error) {}

  Node *node(const llvm::json::Value &value, unsigned depth) {
    const llvm::json::Object *object = value.getAsObject();
    auto name = object ? object->getString("_type") : std::nullopt;
    std::optional<Kind> kind = name ? kindFromName(*name) : std::nullopt;
    if (!kind) return fail("expected an object with a known \"_type\"");
    if (depth > kMaxTreeDepth) return fail("the tree is too deep");
    NodeBuilder builder(ctx, *kind);
    for (const auto &[key, member] : *object) {
      llvm::StringRef text = key;
      if (text == "_type") continue;
      if (const FieldInfo *f = builder.field(text, error)) {
        if (!field(builder.node, *f, member, depth))
          return fail("the value does not fit \"" + text.str() + "\"");
      } else if (int32_t *attribute = builder.attribute(text)) {
        if (!integer(member, *attribute)) return fail("expected a number for \"" + text.str() + "\"");
      } else {
        return fail(name->str() + " has no field \"" + text.str() + "\"");
      }
    }
    return builder.finish(error);
  }

private:
  std::nullptr_t fail(std::string message) {
    if (error.empty()) error = std::move(message);
    return nullptr;
  }

  static bool integer(const llvm::json::Value &value, int32_t &out) {
    auto n = value.getAsInteger();
    if (!n || *n < INT32_MIN || *n > INT32_MAX) return false;
    out = int32_t(*n);
    return true;
  }

  bool identifier(const llvm::json::Value &value, Identifier &out) {
    auto text = value.getAsString();
    if (!text) return false;
    out = ctx.intern(fromJsonString(*text));
    return true;
  }

  static bool member(FieldType type, const llvm::json::Value &value, uint8_t &out) {
    auto text = value.getAsString();
    int found = text ? enumValue(type, *text) : -1;
    out = uint8_t(found);
    return found >= 0;
  }

  bool field(Node *n, const FieldInfo &f, const llvm::json::Value &value, unsigned depth) {
    bool null = value.kind() == llvm::json::Value::Null;
    if (f.isSequence()) return list(n, f, value, depth);
    if (null && f.quantity == Quantity::Opt) return true;
    switch (f.type) {
    case FieldType::Identifier:
    case FieldType::String: return identifier(value, fieldRef<Identifier>(n, f));
    case FieldType::Int: return integer(value, fieldRef<int32_t>(n, f));
    case FieldType::Value: return constant(value, fieldRef<ConstantValue>(n, f));
    case FieldType::ExprContext:
    case FieldType::BoolOperator:
    case FieldType::Operator:
    case FieldType::UnaryOperator:
    case FieldType::CmpOperator: return member(f.type, value, fieldRef<uint8_t>(n, f));
    default: {
      Node *child = node(value, depth + 1);
      return child && setNode(n, f, child);
    }
    }
  }

  bool list(Node *n, const FieldInfo &f, const llvm::json::Value &value, unsigned depth) {
    const llvm::json::Array *array = value.getAsArray();
    if (!array) return false;
    std::vector<Node *> nodes;
    std::vector<Identifier> names;
    std::vector<CmpOperator> ops;
    for (const llvm::json::Value &element : *array) {
      if (f.type == FieldType::Identifier) {
        names.emplace_back();
        if (!identifier(element, names.back())) return false;
      } else if (f.type == FieldType::CmpOperator) {
        uint8_t op;
        if (!member(f.type, element, op)) return false;
        ops.push_back(CmpOperator(op));
      } else if (element.kind() == llvm::json::Value::Null) {
        nodes.push_back(nullptr);
      } else {
        nodes.push_back(node(element, depth + 1));
        if (!nodes.back()) return false;
      }
    }
    if (f.type == FieldType::Identifier)
      fieldRef<Seq<Identifier>>(n, f) = ctx.makeSeq<Identifier>(names);
    else if (f.type == FieldType::CmpOperator)
      fieldRef<Seq<CmpOperator>>(n, f) = ctx.makeSeq<CmpOperator>(ops);
    else
      return setNodes(ctx, n, f, nodes);
    return true;
  }

  bool constant(const llvm::json::Value &value, ConstantValue &out) {
    if (value.kind() == llvm::json::Value::Null) return true;
    if (auto truth = value.getAsBoolean()) {
      out = ConstantValue::singleton(*truth ? ConstantKind::True : ConstantKind::False);
      return true;
    }
    if (auto text = value.getAsString()) {
      out = ConstantValue::text(ConstantKind::Str, ctx.copy(fromJsonString(*text)));
      return true;
    }
    const llvm::json::Object *object = value.getAsObject();
    if (!object || object->size() != 1) return false;
    if (object->getBoolean("ellipsis")) {
      out = ConstantValue::singleton(ConstantKind::Ellipsis);
      return true;
    }
    std::string raw;
    if (const llvm::json::Array *pieces = object->getArray("str")) {
      for (const llvm::json::Value &piece : *pieces) {
        auto text = piece.getAsString();
        if (!text) return false;
        raw += fromJsonString(*text);
      }
      out = ConstantValue::text(ConstantKind::Str, ctx.copy(raw));
      return true;
    }
    if (auto hex = object->getString("bytes")) {
      if (!llvm::tryGetFromHex(*hex, raw)) return false;
      out = ConstantValue::text(ConstantKind::Bytes, ctx.copy(raw));
      return true;
    }
    if (auto hex = object->getString("hex")) {
      llvm::StringRef digits = *hex;
      digits.consume_front("-");
      if (digits.size() < 16 || digits[0] == '0' ||
          digits.find_first_not_of("0123456789abcdef") != llvm::StringRef::npos)
        return false;
      out = ConstantValue::text(ConstantKind::BigInt, ctx.copy(*hex));
      return true;
    }
    for (auto [key, kind] : {std::pair("int", ConstantKind::Int),
                             {"float", ConstantKind::Float},
                             {"complex", ConstantKind::Complex}}) {
      if (auto text = object->getString(key)) return parseConstantText(ctx, *text, out) && out.kind() == kind;
    }
    return false;
  }

  ASTContext &ctx;
  std::string &error;
};

} // namespace

void coil::ast::writeAstJson(llvm::raw_ostream &os, const ASTContext &tree) {
  os << "{\"coil\":\"ast\",\"version\":" << kAstVersion << ",\"source\":";
  writeJsonString(os, tree.filename);
  os << ",\"tree\":";
  JsonWriter(os).node(tree.root);
  os << "}\n";
}

std::unique_ptr<ASTContext> coil::ast::readAstJson(llvm::StringRef bytes, std::string &error) {
  auto parsed = parseJson(bytes, error);
  if (!parsed) return nullptr;
  const llvm::json::Object *top = parsed->getAsObject();
  const llvm::json::Value *tree = top ? top->get("tree") : nullptr;
  if (!tree || top->getString("coil") != "ast") {
    error = "not a tree artifact";
    return nullptr;
  }
  if (top->getInteger("version") != kAstVersion) {
    error = "this version of the tree's JSON is not supported";
    return nullptr;
  }
  auto ctx = std::make_unique<ASTContext>();
  if (auto source = top->getString("source")) ctx->filename = fromJsonString(*source);
  Node *root = JsonReader(*ctx, error).node(*tree, 0);
  if (root && !isMod(root)) error = "expected Module, Interactive, Expression or FunctionType";
  if (!root || !error.empty()) return nullptr;
  ctx->root = static_cast<Mod *>(root);
  return ctx;
}
