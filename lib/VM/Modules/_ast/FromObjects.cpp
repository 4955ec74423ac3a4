// From objects to trees: compile() of what ast.parse gave or a program built.
#include "AST/NodeBuilder.h"
#include "AST/Shape.h"
#include "Compile/Constants.h"
#include "VM/Core/Names.h"
#include "VM/Modules/_ast/Ast.h"
#include "VM/Modules/marshal.h"
#include "VM/Protocol/Protocol.h"
#include "VM/Types/Bytes.h"
#include "VM/Types/Complex.h"
#include "VM/Types/Dict/Dict.h"
#include "VM/Types/Float.h"
#include "VM/Types/Int/Int.h"
#include "VM/Types/List.h"
#include "VM/Types/Tuple.h"
#include <cmath>

using namespace coil::vm;
namespace ast = coil::ast;
using ast::FieldType;

namespace {

class Reader {
  Thread &t;
  ast::ASTContext &ctx;
  coil::bytecode::ObjectPool &pool;

public:
  Reader(Thread &t, ast::ASTContext &ctx, coil::bytecode::ObjectPool &pool) : t(t), ctx(ctx), pool(pool) {}

  // The node of an object; null with an exception. `expected`: the group for the message.
  ast::Node *node(Value v, llvm::StringRef expected, llvm::function_ref<bool(ast::Kind)> fits) {
    RecursionGuard guard(t, " during  ast construction");
    if (!guard) return nullptr;
    // Of the groups with places, the place is read before the class is known, as CPython does.
    ast::Position place;
    bool placeFirst =
        expected == "stmt" || expected == "expr" || expected == "pattern" || expected == "excepthandler";
    if (placeFirst && !position(v, expected, place)) return nullptr;
    // Classes that are no part of a group are not asked for either: any object with their attributes will do.
    auto kind = ast::kindFromName(expected);
    if (!kind) kind = kindOf(v);
    if (!kind || !fits(*kind)) {
      if (auto text = reprText(t, v))
        (void)raise(t, types::TypeError, "expected some sort of %, but got %", expected, *text);
      return nullptr;
    }
    const ast::KindInfo &info = ast::kindInfo(*kind);
    ast::Node *made = ast::makeNode(ctx, *kind);
    for (const ast::FieldInfo &field : info.fields)
      if (!readField(v, info, made, field)) return nullptr;
    if (!placeFirst && info.hasPosition && !position(v, info.name, place)) return nullptr;
    made->pos = place;
    if (const char *error = ast::limitError(made)) {
      (void)raise(t, types::ValueError, "%", error);
      return nullptr;
    }
    return made;
  }

private:
  // By its class, or by the class that a subclass of the program's derives from.
  static std::optional<ast::Kind> kindOf(Value v) {
    if (!isAstObject(v)) return std::nullopt;
    for (Value cls : typeOf(v)->mro->values()) {
      auto *type = cls.as<Type>();
      if (type == astClass(type->nameText())) return ast::kindFromName(type->nameText());
    }
    return std::nullopt;
  }

  bool integer(Value v, int32_t &out) {
    int64_t number;
    if (isIntLike(v) && toInt64(v, number) && number == int32_t(number)) {
      out = int32_t(number);
      return true;
    }
    if (auto text = reprText(t, v)) (void)raise(t, types::ValueError, "invalid integer value: %", *text);
    return false;
  }

  bool position(Value v, llvm::StringRef owner, ast::Position &pos) {
    bool needsEnd = owner == "pattern";
    struct {
      const char *name;
      int32_t *slot;
      bool required;
    } rows[] = {{"lineno", &pos.lineno, true},
                {"col_offset", &pos.col_offset, true},
                {"end_lineno", &pos.end_lineno, needsEnd},
                {"end_col_offset", &pos.end_col_offset, needsEnd}};
    for (auto &row : rows) {
      Ref found;
      if (!lookupAttr(t, v, internText(row.name), found)) return false;
      if (!found || (found->isNone() && !row.required)) {
        if (!row.required) { // a node whose end is not told ends where it begins
          *row.slot = row.slot == &pos.end_lineno ? pos.lineno : pos.col_offset;
          continue;
        }
        (void)raise(t, types::TypeError, "required field \"%\" missing from %", row.name, owner);
        return false;
      }
      if (!integer(found, *row.slot)) return false;
    }
    return true;
  }

  bool identifier(Value v, ast::Identifier &out, bool string = false) {
    if (v.isNone()) {
      out = nullptr;
      return true;
    }
    if (!isExactStr(v)) {
      (void)raise(t, types::TypeError, "AST % must be of type str", string ? "string" : "identifier");
      return false;
    }
    out = ctx.intern(toUtf8(v.as<Str>()));
    return true;
  }

  // A constant that may stand within another; null with an exception.
  const coil::bytecode::Object *constantObject(Value v) {
    bool isSet = isExactly(v, types::FrozenSet);
    if (!isSet && !isExactly(v, types::Tuple)) {
      if (isScalar(v)) return marshalObject(t, pool, v);
      (void)raise(t, types::TypeError, "got an invalid type in Constant: %", typeName(v));
      return nullptr;
    }
    RecursionGuard guard(t, " during compilation");
    if (!guard) return nullptr;
    llvm::SmallVector<const coil::bytecode::Object *, 8> items;
    bool good = bool(forEach(t, v, [&](Value item) -> Status {
      const auto *object = constantObject(item);
      if (!object) return {};
      items.push_back(object);
      return Status::ok();
    }));
    if (!good) return nullptr;
    return pool.makeSequence(
        isSet ? coil::bytecode::ObjectKind::FrozenSet : coil::bytecode::ObjectKind::Tuple, items);
  }

  // Of exactly the types of literals.
  static bool isScalar(Value v) {
    return v.isNone() || v.isBool() || v == Value::ellipsis() || v.isInt() || isExactStr(v) ||
           isExactly(v, types::Bytes) || isExactly(v, types::Int) || isExactFloat(v) ||
           isExactly(v, types::Complex);
  }

  bool constant(Value v, ast::ConstantValue &out) {
    using ast::ConstantKind;
    using ast::ConstantValue;
    if (v.isNone()) {
      out = ConstantValue::singleton(ConstantKind::None);
    } else if (v.isBool()) {
      out = ConstantValue::singleton(v.isTrue() ? ConstantKind::True : ConstantKind::False);
    } else if (v == Value::ellipsis()) {
      out = ConstantValue::singleton(ConstantKind::Ellipsis);
    } else if (isExactStr(v)) {
      out = ConstantValue::text(ConstantKind::Str, ctx.copy(toUtf8(v.as<Str>())));
    } else if (isExactly(v, types::Bytes)) {
      auto *b = v.as<Bytes>();
      out = ConstantValue::text(ConstantKind::Bytes,
                                ctx.copy({reinterpret_cast<const char *>(b->data), size_t(b->length)}));
    } else if (isExactFloat(v)) {
      out = ConstantValue::number(ConstantKind::Float, floatValue(v));
    } else if (isExactly(v, types::Complex) && v.as<Complex>()->real == 0 &&
               !std::signbit(v.as<Complex>()->real)) {
      out = ConstantValue::number(ConstantKind::Complex, v.as<Complex>()->imag);
    } else if (v.isInt() || isExactly(v, types::Int)) {
      int64_t small;
      out = toInt64(v, small) ? ConstantValue::integer(small)
                              : ConstantValue::text(ConstantKind::BigInt, ctx.copy(intToString(v, 16)));
    } else {
      const coil::bytecode::Object *object = constantObject(v);
      if (!object) return false;
      out = coil::compile::givenValue(object);
    }
    return true;
  }

  // An operator or context, by its class.
  bool member(Value v, FieldType type, uint8_t &out) {
    for (unsigned i = 0; i < ast::enumSize(type); ++i) {
      if (!isInstance(v, *typeOf(astSingleton(type, i)))) continue;
      out = uint8_t(i);
      return true;
    }
    if (auto text = reprText(t, v))
      (void)raise(t, types::TypeError, "expected some sort of %, but got %", groupName(type), *text);
    return false;
  }

  static llvm::StringRef groupName(FieldType type) {
    switch (type) {
    case FieldType::ExprContext: return "expr_context";
    case FieldType::BoolOperator: return "boolop";
    case FieldType::Operator: return "operator";
    case FieldType::UnaryOperator: return "unaryop";
    case FieldType::CmpOperator: return "cmpop";
    case FieldType::Stmt: return "stmt";
    case FieldType::Expr: return "expr";
    case FieldType::Pattern: return "pattern";
    case FieldType::Comprehension: return "comprehension";
    case FieldType::ExceptHandler: return "excepthandler";
    case FieldType::Arguments: return "arguments";
    case FieldType::Arg: return "arg";
    case FieldType::Keyword: return "keyword";
    case FieldType::Alias: return "alias";
    case FieldType::WithItem: return "withitem";
    case FieldType::MatchCase: return "match_case";
    case FieldType::TypeIgnore: return "type_ignore";
    default: return "";
    }
  }

  ast::Node *child(Value v, FieldType type) {
    return node(v, groupName(type), [&](ast::Kind kind) { return ast::fits(kind, type); });
  }

  bool missing(const ast::KindInfo &info, const ast::FieldInfo &field) {
    (void)raise(t, types::TypeError, "required field \"%\" missing from %", field.name, info.name);
    return false;
  }

  bool readField(Value v, const ast::KindInfo &info, ast::Node *made, const ast::FieldInfo &field) {
    Ref found;
    if (!lookupAttr(t, v, internText(field.name), found)) return false;
    bool optional =
        field.quantity == ast::Quantity::Opt || (info.name == "ImportFrom" && field.name == "level");
    if (!found) {
      if (optional) return true;
      // An absent list is an empty one to CPython's reader of single nodes' lists no longer: it is an error.
      return missing(info, field);
    }
    if (field.isSequence()) return readSequence(found, info, made, field);
    bool isNone = found->isNone();
    if (isNone && optional) return true;
    if (isNone && field.type != FieldType::Value) {
      (void)raise(t, types::ValueError, "field '%' is required for %", field.name, info.name);
      return false;
    }
    switch (field.type) {
    case FieldType::Identifier:
    case FieldType::String:
      return identifier(found, ast::fieldRef<ast::Identifier>(made, field), field.type == FieldType::String);
    case FieldType::Int: return integer(found, ast::fieldRef<int32_t>(made, field));
    case FieldType::Value: return constant(found, ast::fieldRef<ast::ConstantValue>(made, field));
    case FieldType::ExprContext:
    case FieldType::BoolOperator:
    case FieldType::Operator:
    case FieldType::UnaryOperator:
    case FieldType::CmpOperator: return member(found, field.type, ast::fieldRef<uint8_t>(made, field));
    default: break;
    }
    ast::Node *n = child(found, field.type);
    if (n) ast::fieldRef<ast::Node *>(made, field) = n;
    return n != nullptr;
  }

  bool readSequence(Value v, const ast::KindInfo &info, ast::Node *made, const ast::FieldInfo &field) {
    if (!isList(v)) {
      (void)raise(t, types::TypeError, "% field \"%\" must be a list, not a %", info.name, field.name,
                  typeName(v));
      return false;
    }
    if (field.type == FieldType::Identifier)
      return readList<ast::Identifier>(
          v, made, field, [&](Value item, ast::Identifier &out) { return identifier(item, out); });
    if (field.type == FieldType::CmpOperator)
      return readList<ast::CmpOperator>(v, made, field, [&](Value item, ast::CmpOperator &out) {
        return member(item, FieldType::CmpOperator, reinterpret_cast<uint8_t &>(out));
      });
    return readList<ast::Node *>(v, made, field, [&](Value item, ast::Node *&out) {
      bool grouped =
          field.type == FieldType::Stmt || field.type == FieldType::Expr; // the validation's to refuse
      if (item.isNone() && (grouped || field.quantity == ast::Quantity::OptSeq)) return true;
      return (out = child(item, field.type)) != nullptr;
    });
  }

  template <class T, class Read>
  bool readList(Value v, ast::Node *made, const ast::FieldInfo &field, Read read) {
    auto *list = v.as<List>();
    std::vector<T> items(size_t(list->length), T());
    for (size_t i = 0; i < items.size(); ++i) {
      Ref item = Ref::share(list->items[i]);
      if (!read(item, items[i])) return false;
      if (size_t(list->length) != items.size()) {
        (void)raise(t, types::RuntimeError, "% field \"%\" changed size during iteration",
                    ast::kindInfo(made->kind).name, field.name);
        return false;
      }
    }
    ast::fieldRef<ast::Seq<T>>(made, field) = ctx.makeSeq(llvm::ArrayRef<T>(items));
    return true;
  }
};

} // namespace

std::unique_ptr<ast::ASTContext> coil::vm::objectsToTree(Thread &t, Value root, ast::Kind kind,
                                                         bytecode::ObjectPool &pool) {
  if (!makeAstClasses(t)) return nullptr;
  Type *expected = astClass(ast::kindInfo(kind).name);
  if (!isInstance(root, *expected)) {
    (void)raise(t, types::TypeError, "expected % node, got %", expected->nameText(), typeName(root));
    return nullptr;
  }
  auto tree = std::make_unique<ast::ASTContext>();
  int limit = std::exchange(t.recursionLimit, 3 * t.recursionLimit);
  ast::Node *node = Reader(t, *tree, pool).node(root, "mod", [&](ast::Kind k) { return k == kind; });
  t.recursionLimit = limit;
  if (!node) return nullptr;
  tree->root = static_cast<ast::Mod *>(node);
  return tree;
}
