// ast.dump() over the tables of fields.
#include "AST/Dump.h"
#include "AST/Fields.h"
#include "Support/Repr.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/Support/raw_ostream.h"

using namespace coil;
using namespace coil::ast;

void coil::ast::reprConstant(llvm::raw_ostream &os, const ConstantValue &value) {
  switch (value.kind()) {
  case ConstantKind::None: os << "None"; break;
  case ConstantKind::False: os << "False"; break;
  case ConstantKind::True: os << "True"; break;
  case ConstantKind::Ellipsis: os << "Ellipsis"; break;
  case ConstantKind::Str: reprStr(os, value.text()); break;
  case ConstantKind::Bytes: reprBytes(os, value.text()); break;
  case ConstantKind::Int: os << value.integer(); break;
  case ConstantKind::Float: reprFloat(os, value.real()); break;
  case ConstantKind::Complex: reprComplex(os, 0.0, value.real()); break;
  case ConstantKind::BigInt: {
    llvm::StringRef digits = value.text();
    bool negative = digits.consume_front("-");
    llvm::SmallVector<uint64_t, 8> limbs;
    while (!digits.empty()) {
      uint64_t limb = 0;
      digits.take_back(16).getAsInteger(16, limb);
      limbs.push_back(limb);
      digits = digits.drop_back(std::min<size_t>(16, digits.size()));
    }
    reprInt(os, negative, limbs);
    break;
  }
  }
}

namespace {

class Dumper {
public:
  Dumper(llvm::raw_ostream &os, const DumpOptions &options) : os(os), options(options) {}

  void node(const Node *n, unsigned level) {
    const KindInfo &info = kindInfo(n->kind);
    os << info.name << '(';
    bool positions = options.attributes && info.hasPosition;
    unsigned count = positions ? 4 : 0;
    bool simple = true;
    for (const FieldInfo &f : info.fields) {
      if (omitted(n, f)) continue;
      ++count;
      simple = simple && isSimple(n, f);
    }
    bool inLine = options.indent < 0 || (simple && count <= 3);
    if (!inLine) separator(level + 1, false);
    bool first = true;
    auto next = [&] {
      if (!first) inLine ? void(os << ", ") : separator(level + 1, true);
      first = false;
    };
    for (const FieldInfo &f : info.fields) {
      if (omitted(n, f)) continue;
      next();
      os << f.name << '=';
      field(n, f, level + 1);
    }
    if (positions) {
      next();
      attribute("lineno", n->pos.lineno);
      next();
      attribute("col_offset", n->pos.col_offset);
      next();
      attribute("end_lineno", n->pos.end_lineno);
      next();
      attribute("end_col_offset", n->pos.end_col_offset);
    }
    os << ')';
  }

private:
  static bool omitted(const Node *n, const FieldInfo &f) {
    return f.quantity == Quantity::Opt && fieldRef<const void *>(n, f) == nullptr;
  }

  // What dump() calls simple: a value, an empty list, a node without arguments.
  bool isSimple(const Node *n, const FieldInfo &f) const {
    if (f.isSequence()) return fieldRef<Seq<void *>>(n, f).empty();
    if (!f.isNode()) return true;
    const Node *child = fieldRef<const Node *>(n, f);
    const KindInfo &info = kindInfo(child->kind);
    if (options.attributes && info.hasPosition) return false;
    for (const FieldInfo &g : info.fields)
      if (!omitted(child, g)) return false;
    return true;
  }

  void separator(unsigned level, bool comma) {
    os << (comma ? ",\n" : "\n");
    os.indent(level * unsigned(options.indent));
  }

  void attribute(llvm::StringLiteral name, int value) { os << name << '=' << value; }

  void field(const Node *n, const FieldInfo &f, unsigned level) {
    if (!f.isSequence()) {
      value(n, f, level);
      return;
    }
    if (f.type == FieldType::CmpOperator) {
      list(fieldRef<Seq<CmpOperator>>(n, f), level, [&](CmpOperator op) { os << name(op) << "()"; });
    } else if (f.type == FieldType::Identifier) {
      list(fieldRef<Seq<Identifier>>(n, f), level, [&](Identifier id) { reprStr(os, id->str()); });
    } else {
      list(fieldRef<Seq<Node *>>(n, f), level, [&](const Node *child) {
        if (child)
          node(child, level + 1);
        else
          os << "None";
      });
    }
  }

  template <typename T, typename Write> void list(Seq<T> elements, unsigned level, Write write) {
    os << '[';
    bool first = true;
    for (T element : elements) {
      if (options.indent >= 0)
        separator(level + 1, !first);
      else if (!first)
        os << ", ";
      first = false;
      write(element);
    }
    os << ']';
  }

  void value(const Node *n, const FieldInfo &f, unsigned level) {
    switch (f.type) {
    case FieldType::Identifier:
    case FieldType::String: reprStr(os, fieldRef<Identifier>(n, f)->str()); break;
    case FieldType::Int: os << fieldRef<int32_t>(n, f); break;
    case FieldType::Value: reprConstant(os, fieldRef<ConstantValue>(n, f)); break;
    case FieldType::ExprContext:
    case FieldType::BoolOperator:
    case FieldType::Operator:
    case FieldType::UnaryOperator:
    case FieldType::CmpOperator: os << enumName(f.type, fieldRef<uint8_t>(n, f)) << "()"; break;
    default: node(fieldRef<const Node *>(n, f), level); break;
    }
  }

  llvm::raw_ostream &os;
  const DumpOptions &options;
};

} // namespace

void coil::ast::dump(llvm::raw_ostream &os, const Node *node, const DumpOptions &options) {
  Dumper(os, options).node(node, 0);
}
