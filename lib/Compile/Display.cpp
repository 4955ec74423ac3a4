// List, tuple, set and dict displays, and unpacking assignment.
#include "Compile/Codegen.h"

namespace coil::compile {

using namespace ast;

namespace {
bool allConstant(llvm::ArrayRef<AnyExpr *> elts) {
  return llvm::all_of(elts, [](AnyExpr *e) { return e && isa<Constant>(e); });
}
} // namespace

// Builds a container from elements some of which may be starred; `pushed` values are on the stack already.
void Codegen::starUnpack(Seq<AnyExpr *> elts, size_t pushed, Ir build, Ir add, Ir extend, bool tuple) {
  size_t n = elts.size();
  if (n > 2 && allConstant(elts)) {
    llvm::SmallVector<const Object *, 32> items;
    for (AnyExpr *elt : elts) items.push_back(constantOf(elt));
    if (tuple && !pushed) return loadConst(constants.tuple(items));
    const Object *folded = add == Ir::SET_ADD ? constants.frozenset(items) : constants.tuple(items);
    emit(build, pushed);
    loadConst(folded);
    emit(extend, 1);
    if (tuple) emit(Ir::LIST_TO_TUPLE);
    return;
  }
  bool big = n + pushed > kStackUseGuideline;
  bool starred = llvm::any_of(elts.array(), [](AnyExpr *e) { return isa<Starred>(e); });
  if (!starred && !big) {
    expressions(elts);
    return emit(tuple ? Ir::BUILD_TUPLE : build, n + pushed);
  }
  bool built = big;
  if (big) emit(build, pushed);
  for (uint32_t i = 0; i < n; ++i) {
    if (auto *s = dyn<Starred>(elts[i])) {
      if (!built) emit(build, i + pushed);
      built = true;
      expression(s->value);
      emit(extend, 1);
    } else {
      expression(elts[i]);
      if (built) emit(add, 1);
    }
  }
  if (tuple) emit(Ir::LIST_TO_TUPLE);
}

void Codegen::unpack(Seq<AnyExpr *> elts) {
  size_t n = elts.size();
  bool seen = false;
  for (uint32_t i = 0; i < n; ++i) {
    if (!isa<Starred>(elts[i])) continue;
    if (seen) return error("multiple starred expressions in assignment");
    if (i >= 256 || n - i - 1 >= (INT32_MAX >> 8))
      return error("too many expressions in star-unpacking assignment");
    emit(Ir::UNPACK_EX, i + ((n - i - 1) << 8));
    seen = true;
  }
  if (!seen) emit(Ir::UNPACK_SEQUENCE, n);
}

template <typename ListOrTuple> void Codegen::listOrTuple(ListOrTuple *e, bool tuple) {
  switch (e->ctx) {
  case ExprContext::Load:
    return starUnpack(e->elts, 0, Ir::BUILD_LIST, Ir::LIST_APPEND, Ir::LIST_EXTEND, tuple);
  case ExprContext::Store:
    unpack(e->elts);
    for (AnyExpr *elt : e->elts) expression(isa<Starred>(elt) ? as<Starred>(elt)->value : elt);
    return;
  case ExprContext::Del: return expressions(e->elts);
  }
}

template void Codegen::listOrTuple(List *e, bool tuple);
template void Codegen::listOrTuple(Tuple *e, bool tuple);

void Codegen::subdict(Dict *e, uint32_t begin, uint32_t end) {
  uint32_t n = end - begin;
  bool big = n * 2 > kStackUseGuideline;
  if (n > 1 && !big && allConstant(e->keys.array().slice(begin, n))) {
    for (uint32_t i = begin; i < end; ++i) expression(e->values[i]);
    llvm::SmallVector<const Object *, 16> keys;
    for (uint32_t i = begin; i < end; ++i) keys.push_back(constantOf(e->keys[i]));
    loadConst(constants.tuple(keys));
    return emit(Ir::BUILD_CONST_KEY_MAP, n);
  }
  if (big) emit(Ir::BUILD_MAP, 0);
  for (uint32_t i = begin; i < end; ++i) {
    expression(e->keys[i]);
    expression(e->values[i]);
    if (big) emit(Ir::MAP_ADD, 1);
  }
  if (!big) emit(Ir::BUILD_MAP, n);
}

void Codegen::dict(Dict *e) {
  bool haveDict = false;
  uint32_t pending = 0, n = e->values.size();
  auto flush = [&](uint32_t begin, uint32_t end) {
    subdict(e, begin, end);
    if (haveDict) emit(Ir::DICT_UPDATE, 1);
    haveDict = true;
    pending = 0;
  };
  for (uint32_t i = 0; i < n; ++i) {
    if (e->keys[i]) {
      if (pending * 2 > kStackUseGuideline)
        flush(i - pending, i + 1);
      else
        ++pending;
      continue;
    }
    if (pending) flush(i - pending, i);
    if (!haveDict) emit(Ir::BUILD_MAP, 0);
    haveDict = true;
    expression(e->values[i]);
    emit(Ir::DICT_UPDATE, 1);
  }
  if (pending) flush(n - pending, n);
  if (!haveDict) emit(Ir::BUILD_MAP, 0);
}

} // namespace coil::compile
