// Expressions: operators, conditions, comparisons, attributes, subscripts, await and yield.
#include "Compile/Codegen.h"

namespace coil::compile {

using namespace ast;

void Codegen::expression(AnyExpr *e) {
  if (failed()) return;
  Loc loc = unit->loc;
  unit->loc = e->pos;
  expressionBody(e);
  unit->loc = loc;
}

void Codegen::expressionBody(AnyExpr *e) {
  switch (e->kind) {
  case Kind::NamedExpr:
    expression(as<NamedExpr>(e)->value);
    emit(Ir::COPY, 1);
    return expression(as<NamedExpr>(e)->target);
  case Kind::BoolOp: return boolOp(as<BoolOp>(e));
  case Kind::BinOp:
    expression(as<BinOp>(e)->left);
    expression(as<BinOp>(e)->right);
    return binaryOp(as<BinOp>(e)->op, false);
  case Kind::UnaryOp: {
    constexpr Ir kUnary[] = {Ir::UNARY_INVERT, Ir::UNARY_NOT, Ir::UNARY_POSITIVE, Ir::UNARY_NEGATIVE};
    expression(as<UnaryOp>(e)->operand);
    return emit(kUnary[static_cast<size_t>(as<UnaryOp>(e)->op)]);
  }
  case Kind::Lambda: return lambda(as<Lambda>(e));
  case Kind::IfExp: return ifExp(as<IfExp>(e));
  case Kind::Dict: return dict(as<Dict>(e));
  case Kind::Set: return starUnpack(as<Set>(e)->elts, 0, Ir::BUILD_SET, Ir::SET_ADD, Ir::SET_UPDATE, false);
  case Kind::GeneratorExp:
    return comprehension(e, ComprehensionKind::Generator, id.genexpr, as<GeneratorExp>(e)->generators,
                         as<GeneratorExp>(e)->elt, nullptr);
  case Kind::ListComp:
    return comprehension(e, ComprehensionKind::List, id.listcomp, as<ListComp>(e)->generators,
                         as<ListComp>(e)->elt, nullptr);
  case Kind::SetComp:
    return comprehension(e, ComprehensionKind::Set, id.setcomp, as<SetComp>(e)->generators,
                         as<SetComp>(e)->elt, nullptr);
  case Kind::DictComp:
    return comprehension(e, ComprehensionKind::Dict, id.dictcomp, as<DictComp>(e)->generators,
                         as<DictComp>(e)->key, as<DictComp>(e)->value);
  case Kind::Yield: return yield(as<Yield>(e));
  case Kind::YieldFrom: return yieldFromExpr(as<YieldFrom>(e));
  case Kind::Await: return await(as<Await>(e));
  case Kind::Compare: return compare(as<Compare>(e));
  case Kind::Call: return callExpr(as<Call>(e));
  case Kind::Constant: return loadConst(constantOf(e));
  case Kind::JoinedStr: return joinedStr(as<JoinedStr>(e));
  case Kind::FormattedValue: return formattedValue(as<FormattedValue>(e));
  case Kind::Attribute: return attribute(as<Attribute>(e));
  case Kind::Subscript: return subscript(as<Subscript>(e));
  case Kind::Starred:
    return error(as<Starred>(e)->ctx == ExprContext::Store
                     ? "starred assignment target must be in a list or tuple"
                     : "can't use starred expression here");
  case Kind::Slice: return slice(as<Slice>(e));
  case Kind::Name: return nameOp(as<Name>(e)->id, as<Name>(e)->ctx);
  case Kind::List: return listOrTuple(as<List>(e), false);
  case Kind::Tuple: return listOrTuple(as<Tuple>(e), true);
  default: return;
  }
}

void Codegen::binaryOp(Operator op, bool inplace) {
  // BINARY_OP's numbers, in the order of ast::Operator.
  constexpr uint8_t kNumbers[] = {0, 10, 5, 4, 11, 6, 8, 3, 9, 7, 12, 1, 2};
  constexpr size_t kInplace = 13;
  emit(Ir::BINARY_OP, kNumbers[static_cast<size_t>(op)] + (inplace ? kInplace : 0));
}

void Codegen::compareOp(CmpOperator op) {
  switch (op) {
  case CmpOperator::Lt: return emit(Ir::COMPARE_OP, 0);
  case CmpOperator::LtE: return emit(Ir::COMPARE_OP, 1);
  case CmpOperator::Eq: return emit(Ir::COMPARE_OP, 2);
  case CmpOperator::NotEq: return emit(Ir::COMPARE_OP, 3);
  case CmpOperator::Gt: return emit(Ir::COMPARE_OP, 4);
  case CmpOperator::GtE: return emit(Ir::COMPARE_OP, 5);
  case CmpOperator::Is: return emit(Ir::IS_OP, 0);
  case CmpOperator::IsNot: return emit(Ir::IS_OP, 1);
  case CmpOperator::In: return emit(Ir::CONTAINS_OP, 0);
  case CmpOperator::NotIn: return emit(Ir::CONTAINS_OP, 1);
  }
}

void Codegen::checkCompare(Compare *e) {
  // Whether identity of the operand means something.
  auto good = [&](AnyExpr *operand) {
    return !isa<Constant>(operand) || constantOf(operand)->kind <= ObjectKind::Ellipsis;
  };
  bool left = good(e->left);
  for (uint32_t i = 0; i < e->ops.size(); ++i) {
    bool right = good(e->comparators[i]);
    bool is = e->ops[i] == CmpOperator::Is;
    if ((is || e->ops[i] == CmpOperator::IsNot) && (!left || !right))
      return warn(is ? "\"is\" with a literal. Did you mean \"==\"?"
                     : "\"is not\" with a literal. Did you mean \"!=\"?");
    left = right;
  }
}

void Codegen::compare(Compare *e) {
  checkCompare(e);
  expression(e->left);
  uint32_t n = e->ops.size() - 1;
  if (n == 0) {
    expression(e->comparators[0]);
    return compareOp(e->ops[0]);
  }
  Block *cleanup = newBlock();
  for (uint32_t i = 0; i < n; ++i) {
    expression(e->comparators[i]);
    emit(Ir::SWAP, 2);
    emit(Ir::COPY, 2);
    compareOp(e->ops[i]);
    jump(Ir::JUMP_IF_FALSE_OR_POP, cleanup);
  }
  expression(e->comparators[n]);
  compareOp(e->ops[n]);
  Block *end = newBlock();
  jumpNoLine(Ir::JUMP, end);
  useBlock(cleanup);
  emit(Ir::SWAP, 2);
  emit(Ir::POP_TOP);
  useBlock(end);
}

void Codegen::jumpIfCompare(Compare *e, Block *next, bool condition) {
  checkCompare(e);
  uint32_t n = e->ops.size() - 1;
  Block *cleanup = newBlock();
  expression(e->left);
  for (uint32_t i = 0; i < n; ++i) {
    expression(e->comparators[i]);
    emit(Ir::SWAP, 2);
    emit(Ir::COPY, 2);
    compareOp(e->ops[i]);
    jump(Ir::POP_JUMP_IF_FALSE, cleanup);
  }
  expression(e->comparators[n]);
  compareOp(e->ops[n]);
  jump(condition ? Ir::POP_JUMP_IF_TRUE : Ir::POP_JUMP_IF_FALSE, next);
  Block *end = newBlock();
  jumpNoLine(Ir::JUMP, end);
  useBlock(cleanup);
  emit(Ir::POP_TOP);
  if (!condition) jumpNoLine(Ir::JUMP, next);
  useBlock(end);
}

// Jumps to `next` if the truth of `e` is `condition`, else goes on.
void Codegen::jumpIf(AnyExpr *e, Block *next, bool condition) {
  if (failed()) return;
  switch (e->kind) {
  case Kind::UnaryOp:
    if (as<UnaryOp>(e)->op == UnaryOperator::Not) return jumpIf(as<UnaryOp>(e)->operand, next, !condition);
    break;
  case Kind::BoolOp: {
    auto *b = as<BoolOp>(e);
    bool isOr = b->op == BoolOperator::Or;
    Block *shortCut = isOr != condition ? newBlock() : next;
    uint32_t n = b->values.size() - 1;
    for (uint32_t i = 0; i < n; ++i) jumpIf(b->values[i], shortCut, isOr);
    jumpIf(b->values[n], next, condition);
    if (shortCut != next) useBlock(shortCut);
    return;
  }
  case Kind::IfExp: {
    auto *i = as<IfExp>(e);
    Block *end = newBlock(), *orelse = newBlock();
    jumpIf(i->test, orelse, false);
    jumpIf(i->body, next, condition);
    jumpNoLine(Ir::JUMP, end);
    useBlock(orelse);
    jumpIf(i->orelse, next, condition);
    useBlock(end);
    return;
  }
  case Kind::Compare:
    // Here CPython moves the location for good.
    setLoc(e);
    if (as<Compare>(e)->ops.size() > 1) return jumpIfCompare(as<Compare>(e), next, condition);
    break;
  default: break;
  }
  expression(e);
  jump(condition ? Ir::POP_JUMP_IF_TRUE : Ir::POP_JUMP_IF_FALSE, next);
}

void Codegen::boolOp(BoolOp *e) {
  Ir op = e->op == BoolOperator::And ? Ir::JUMP_IF_FALSE_OR_POP : Ir::JUMP_IF_TRUE_OR_POP;
  Block *end = newBlock();
  uint32_t n = e->values.size() - 1;
  for (uint32_t i = 0; i < n; ++i) {
    expression(e->values[i]);
    jump(op, end);
    useBlock(newBlock());
  }
  expression(e->values[n]);
  useBlock(end);
}

void Codegen::ifExp(IfExp *e) {
  Block *end = newBlock(), *next = newBlock();
  jumpIf(e->test, next, false);
  expression(e->body);
  jumpNoLine(Ir::JUMP, end);
  useBlock(next);
  expression(e->orelse);
  useBlock(end);
}

// Number of code points of an identifier.
static int nameLength(Identifier name) {
  int n = 0;
  for (char c : name->str()) n += (c & 0xC0) != 0x80;
  return n;
}

// An attribute access over several lines is located at the attribute's name.
void Codegen::startAtAttribute(Attribute *e) {
  Loc &loc = unit->loc;
  if (loc.lineno == e->pos.end_lineno) return;
  loc.lineno = e->pos.end_lineno;
  int length = nameLength(e->attr);
  if (length <= e->pos.end_col_offset)
    loc.col_offset = e->pos.end_col_offset - length;
  else
    loc.col_offset = loc.end_col_offset = -1;
  loc.end_lineno = std::max(loc.lineno, loc.end_lineno);
  if (loc.lineno == loc.end_lineno) loc.end_col_offset = std::max(loc.col_offset, loc.end_col_offset);
}

void Codegen::attribute(Attribute *e) {
  expression(e->value);
  startAtAttribute(e);
  switch (e->ctx) {
  case ExprContext::Load: return emitName(Ir::LOAD_ATTR, e->attr);
  case ExprContext::Store:
    if (forbiddenName(e->attr, e->ctx)) return;
    return emitName(Ir::STORE_ATTR, e->attr);
  case ExprContext::Del: return emitName(Ir::DELETE_ATTR, e->attr);
  }
}

llvm::StringRef Codegen::inferType(const AnyExpr *e) const {
  switch (e->kind) {
  case Kind::Tuple: return "tuple";
  case Kind::List:
  case Kind::ListComp: return "list";
  case Kind::Dict:
  case Kind::DictComp: return "dict";
  case Kind::Set:
  case Kind::SetComp: return "set";
  case Kind::GeneratorExp: return "generator";
  case Kind::Lambda: return "function";
  case Kind::JoinedStr:
  case Kind::FormattedValue: return "str";
  case Kind::Constant: return typeName(constants.object(as<Constant>(e)->value));
  default: return "";
  }
}

void Codegen::checkSubscripter(AnyExpr *e) {
  switch (e->kind) {
  case Kind::Constant: {
    ObjectKind kind = constantOf(e)->kind;
    if (kind != ObjectKind::None && kind != ObjectKind::Ellipsis && kind != ObjectKind::True &&
        kind != ObjectKind::False && kind != ObjectKind::Int && kind != ObjectKind::Float &&
        kind != ObjectKind::Complex && kind != ObjectKind::FrozenSet)
      return;
    break;
  }
  case Kind::Set:
  case Kind::SetComp:
  case Kind::GeneratorExp:
  case Kind::Lambda: break;
  default: return;
  }
  warn("'" + inferType(e) + "' object is not subscriptable; perhaps you missed a comma?");
}

void Codegen::checkIndex(AnyExpr *e, AnyExpr *index) {
  llvm::StringRef indexType = inferType(index);
  if (indexType.empty() || indexType == "int" || indexType == "bool") return;
  switch (e->kind) {
  case Kind::Constant: {
    ObjectKind kind = constantOf(e)->kind;
    if (kind != ObjectKind::Str && kind != ObjectKind::Bytes && kind != ObjectKind::Tuple) return;
    break;
  }
  case Kind::Tuple:
  case Kind::List:
  case Kind::ListComp:
  case Kind::JoinedStr:
  case Kind::FormattedValue: break;
  default: return;
  }
  warn(inferType(e) + " indices must be integers or slices, not " + indexType +
       "; perhaps you missed a comma?");
}

void Codegen::subscript(Subscript *e) {
  if (e->ctx == ExprContext::Load) {
    checkSubscripter(e->value);
    checkIndex(e->value, e->slice);
  }
  expression(e->value);
  expression(e->slice);
  emit(e->ctx == ExprContext::Load    ? Ir::BINARY_SUBSCR
       : e->ctx == ExprContext::Store ? Ir::STORE_SUBSCR
                                      : Ir::DELETE_SUBSCR);
}

void Codegen::slice(Slice *e) {
  e->lower ? expression(e->lower) : loadNone();
  e->upper ? expression(e->upper) : loadNone();
  if (e->step) expression(e->step);
  emit(Ir::BUILD_SLICE, e->step ? 3 : 2);
}

void Codegen::await(Await *e) {
  if (!topLevelAwait()) {
    if (unit->scope->kind != ScopeKind::Function) return error("'await' outside function");
    if (unit->kind != UnitKind::AsyncFunction && unit->kind != UnitKind::Comprehension)
      return error("'await' outside async function");
  }
  expression(e->value);
  emit(Ir::GET_AWAITABLE, 0);
  loadNone();
  yieldFrom(true);
}

void Codegen::yield(Yield *e) {
  if (unit->scope->kind != ScopeKind::Function) return error("'yield' outside function");
  e->value ? expression(e->value) : loadNone();
  yieldValue();
}

void Codegen::yieldFromExpr(YieldFrom *e) {
  if (unit->scope->kind != ScopeKind::Function) return error("'yield' outside function");
  if (unit->kind == UnitKind::AsyncFunction) return error("'yield from' inside async function");
  expression(e->value);
  emit(Ir::GET_YIELD_FROM_ITER);
  loadNone();
  yieldFrom(false);
}

} // namespace coil::compile
