// From trees to objects: compile() with PyCF_ONLY_AST.
#include "VM/Modules/_ast/Ast.h"
#include "VM/Protocol/Protocol.h"
#include "VM/Types/Bytes.h"
#include "VM/Types/Complex.h"
#include "VM/Types/Dict/Dict.h"
#include "VM/Types/Int/Int.h"
#include "VM/Types/List.h"

using namespace coil::vm;
namespace ast = coil::ast;
using ast::FieldType;

namespace {

class Maker {
  Thread &t;

public:
  explicit Maker(Thread &t) : t(t) {}

  Ref node(const ast::Node *n) {
    RecursionGuard guard(t, " during  ast construction");
    if (!guard) return {};
    const ast::KindInfo &info = ast::kindInfo(n->kind);
    Ref object = TRY(call(t, Value(astClass(info.name))));
    Dict *dict = dictOf(object->object(), true);
    for (const ast::FieldInfo &field : info.fields)
      dictSetStr(dict, internText(field.name), TRY(value(n, field)));
    if (info.hasPosition) {
      dictSetStr(dict, internText("lineno"), makeInt(n->pos.lineno));
      dictSetStr(dict, internText("col_offset"), makeInt(n->pos.col_offset));
      dictSetStr(dict, internText("end_lineno"), makeInt(n->pos.end_lineno));
      dictSetStr(dict, internText("end_col_offset"), makeInt(n->pos.end_col_offset));
    }
    return object;
  }

private:
  static Ref name(ast::Identifier id) { return id ? Ref(internText(id->str())) : Ref::none(); }

  Ref constant(const ast::ConstantValue &c) {
    switch (c.kind()) {
    case ast::ConstantKind::None: return Ref::none();
    case ast::ConstantKind::False: return Ref::boolean(false);
    case ast::ConstantKind::True: return Ref::boolean(true);
    case ast::ConstantKind::Ellipsis: return Ref::take(Value::ellipsis());
    case ast::ConstantKind::Str: return makeStr(c.text());
    case ast::ConstantKind::Bytes: return makeBytes({c.text().bytes_begin(), c.text().size()});
    case ast::ConstantKind::Int: return makeInt(c.integer());
    case ast::ConstantKind::BigInt: {
      bool tooLong;
      return parseInt(c.text(), 16, tooLong);
    }
    case ast::ConstantKind::Float: return Ref::number(c.real());
    case ast::ConstantKind::Complex: return makeComplex(0, c.real());
    }
    return Ref::none();
  }

  // A list with one value for each element; `make` makes it.
  template <class T, class Make> Ref list(const ast::Seq<T> &seq, Make make) {
    ListRef items = newList(seq.size());
    for (const T &element : seq) listAppendOwned(items, TRY(make(element)).release());
    return items;
  }

  Ref sequence(const ast::Node *n, const ast::FieldInfo &field) {
    if (field.type == FieldType::Identifier)
      return list(ast::fieldRef<ast::Seq<ast::Identifier>>(n, field),
                  [](ast::Identifier id) { return name(id); });
    if (field.type == FieldType::CmpOperator)
      return list(ast::fieldRef<ast::Seq<ast::CmpOperator>>(n, field), [](ast::CmpOperator op) {
        return Ref::share(astSingleton(FieldType::CmpOperator, unsigned(op)));
      });
    return list(ast::fieldRef<ast::Seq<ast::Node *>>(n, field),
                [&](const ast::Node *child) { return child ? node(child) : Ref::none(); });
  }

  Ref value(const ast::Node *n, const ast::FieldInfo &field) {
    if (field.isSequence()) return sequence(n, field);
    switch (field.type) {
    case FieldType::Identifier:
    case FieldType::String: return name(ast::fieldRef<ast::Identifier>(n, field));
    case FieldType::Int: return makeInt(ast::fieldRef<int32_t>(n, field));
    case FieldType::Value: return constant(ast::fieldRef<ast::ConstantValue>(n, field));
    case FieldType::ExprContext:
    case FieldType::BoolOperator:
    case FieldType::Operator:
    case FieldType::UnaryOperator:
    case FieldType::CmpOperator:
      return Ref::share(astSingleton(field.type, ast::fieldRef<uint8_t>(n, field)));
    default: break;
    }
    const ast::Node *child = ast::fieldRef<ast::Node *>(n, field);
    return child ? node(child) : Ref::none();
  }
};

} // namespace

Ref coil::vm::treeToObjects(Thread &t, const ast::ASTContext &tree) {
  CHECK(makeAstClasses(t));
  // Three times as many levels as Python calls, as in CPython.
  int limit = std::exchange(t.recursionLimit, 3 * t.recursionLimit);
  Ref root = Maker(t).node(tree.root);
  t.recursionLimit = limit;
  return root;
}
