// Calls.
#include "Compile/Codegen.h"

namespace coil::compile {

using namespace ast;

void Codegen::validateKeywords(Seq<Keyword *> keywords) {
  for (uint32_t i = 0; i < keywords.size(); ++i) {
    Keyword *key = keywords[i];
    if (!key->arg) continue;
    if (forbiddenName(key->arg, ExprContext::Store)) return;
    for (uint32_t j = i + 1; j < keywords.size(); ++j) {
      if (keywords[j]->arg != key->arg) continue;
      setLoc(keywords[j]);
      return error("keyword argument repeated: " + key->arg->str());
    }
  }
}

void Codegen::keywordNames(Seq<Keyword *> keywords) {
  llvm::SmallVector<const Object *, 8> names;
  for (Keyword *k : keywords) names.push_back(constants.identifier(k->arg));
  emit(Ir::KW_NAMES, constIndex(constants.tuple(names)));
}

// Modules are not worth the method cache: names that the module imports are loaded as attributes.
bool Codegen::isImported(const AnyExpr *e) const {
  auto *name = dyn<Name>(e);
  if (!name) return false;
  const Symbol *symbol = symbols.top()->symbols.find(name->id);
  return symbol && (symbol->flags & kDefImport);
}

// o.m(...) with few plain arguments goes through LOAD_METHOD; false if this call does not.
bool Codegen::methodCall(Call *e) {
  auto *method = dyn<Attribute>(e->func);
  if (!method || method->ctx != ExprContext::Load || isImported(method->value)) return false;
  size_t args = e->args.size(), keywords = e->keywords.size();
  if (args + keywords + (keywords != 0) >= kStackUseGuideline) return false;
  for (AnyExpr *arg : e->args)
    if (isa<Starred>(arg)) return false;
  for (Keyword *k : e->keywords)
    if (!k->arg) return false;
  expression(method->value);
  setLoc(method);
  startAtAttribute(method);
  emitName(Ir::LOAD_METHOD, method->attr);
  expressions(e->args);
  if (keywords) {
    for (Keyword *k : e->keywords) expression(k->value);
    keywordNames(e->keywords);
  }
  setLoc(e);
  startAtAttribute(method);
  call(args + keywords);
  return true;
}

void Codegen::checkCaller(AnyExpr *e) {
  switch (e->kind) {
  case Kind::Constant:
  case Kind::Tuple:
  case Kind::List:
  case Kind::ListComp:
  case Kind::Dict:
  case Kind::DictComp:
  case Kind::Set:
  case Kind::SetComp:
  case Kind::GeneratorExp:
  case Kind::JoinedStr:
  case Kind::FormattedValue:
    return warn("'" + inferType(e) + "' object is not callable; perhaps you missed a comma?");
  default: return;
  }
}

void Codegen::callExpr(Call *e) {
  validateKeywords(e->keywords);
  if (failed() || methodCall(e)) return;
  checkCaller(e->func);
  setLoc(e->func);
  emit(Ir::PUSH_NULL);
  setLoc(e);
  expression(e->func);
  callHelper(0, e->args, e->keywords);
}

// The arguments and the call itself, for calls and for classes; `pushed` arguments are on the stack already.
void Codegen::callHelper(size_t pushed, Seq<AnyExpr *> args, Seq<Keyword *> keywords) {
  validateKeywords(keywords);
  if (failed()) return;
  size_t nargs = args.size(), nkeywords = keywords.size();
  bool plain = nargs + nkeywords * 2 <= kStackUseGuideline;
  for (AnyExpr *arg : args) plain = plain && !isa<Starred>(arg);
  for (Keyword *k : keywords) plain = plain && k->arg;
  if (plain) {
    expressions(args);
    if (nkeywords) {
      for (Keyword *k : keywords) expression(k->value);
      keywordNames(keywords);
    }
    return call(pushed + nargs + nkeywords);
  }
  if (pushed == 0 && nargs == 1 && isa<Starred>(args[0]))
    expression(as<Starred>(args[0])->value);
  else
    starUnpack(args, pushed, Ir::BUILD_LIST, Ir::LIST_APPEND, Ir::LIST_EXTEND, true);
  if (nkeywords) keywordDict(keywords);
  emit(Ir::CALL_FUNCTION_EX, nkeywords > 0);
}

// Collects keyword arguments and ** mappings into one dict.
void Codegen::keywordDict(Seq<Keyword *> keywords) {
  bool haveDict = false;
  uint32_t pending = 0, n = keywords.size();
  auto flush = [&](uint32_t end) {
    subKeywords(keywords, end - pending, end);
    if (haveDict) emit(Ir::DICT_MERGE, 1);
    haveDict = true;
    pending = 0;
  };
  for (uint32_t i = 0; i < n; ++i) {
    if (keywords[i]->arg) {
      ++pending;
      continue;
    }
    if (pending) flush(i);
    if (!haveDict) emit(Ir::BUILD_MAP, 0);
    haveDict = true;
    expression(keywords[i]->value);
    emit(Ir::DICT_MERGE, 1);
  }
  if (pending) flush(n);
}

void Codegen::subKeywords(Seq<Keyword *> keywords, uint32_t begin, uint32_t end) {
  uint32_t n = end - begin;
  bool big = n * 2 > kStackUseGuideline;
  if (n > 1 && !big) {
    llvm::SmallVector<const Object *, 16> names;
    for (uint32_t i = begin; i < end; ++i) {
      expression(keywords[i]->value);
      names.push_back(constants.identifier(keywords[i]->arg));
    }
    loadConst(constants.tuple(names));
    return emit(Ir::BUILD_CONST_KEY_MAP, n);
  }
  if (big) emitNoLine(Ir::BUILD_MAP, 0);
  for (uint32_t i = begin; i < end; ++i) {
    loadIdentifier(keywords[i]->arg);
    expression(keywords[i]->value);
    if (big) emitNoLine(Ir::MAP_ADD, 1);
  }
  if (!big) emit(Ir::BUILD_MAP, n);
}

} // namespace coil::compile
