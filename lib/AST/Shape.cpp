// The check of single nodes that the readers of all forms make.
#include "AST/Shape.h"

using namespace coil::ast;

// Later stages take differences of positions.
static bool inRange(const Position &pos) {
  constexpr int32_t kLimit = 1 << 30;
  for (int32_t n : {pos.lineno, pos.col_offset, pos.end_lineno, pos.end_col_offset})
    if (n < -1 || n >= kLimit) return false;
  return true;
}

template <typename T> static const char *tryError(const T *t, bool empty) {
  if (empty) return std::is_same_v<T, Try> ? "empty body on Try" : "empty body on TryStar";
  if (t->handlers.empty() && t->finalbody.empty())
    return std::is_same_v<T, Try> ? "Try has neither except handlers nor finalbody"
                                  : "TryStar has neither except handlers nor finalbody";
  if (t->handlers.empty() && !t->orelse.empty())
    return std::is_same_v<T, Try> ? "Try has orelse but no except handlers"
                                  : "TryStar has orelse but no except handlers";
  return nullptr;
}

static const char *emptyBody(const Node *n) {
  auto check = [](bool empty, const char *message) { return empty ? message : nullptr; };
  switch (n->kind) {
  case Kind::FunctionDef: return check(as<FunctionDef>(n)->body.empty(), "empty body on FunctionDef");
  case Kind::AsyncFunctionDef:
    return check(as<AsyncFunctionDef>(n)->body.empty(), "empty body on AsyncFunctionDef");
  case Kind::ClassDef: return check(as<ClassDef>(n)->body.empty(), "empty body on ClassDef");
  case Kind::For: return check(as<For>(n)->body.empty(), "empty body on For");
  case Kind::AsyncFor: return check(as<AsyncFor>(n)->body.empty(), "empty body on AsyncFor");
  case Kind::While: return check(as<While>(n)->body.empty(), "empty body on While");
  case Kind::If: return check(as<If>(n)->body.empty(), "empty body on If");
  case Kind::With:
    return as<With>(n)->items.empty() ? "empty items on With"
                                      : check(as<With>(n)->body.empty(), "empty body on With");
  case Kind::AsyncWith:
    return as<AsyncWith>(n)->items.empty() ? "empty items on AsyncWith"
                                           : check(as<AsyncWith>(n)->body.empty(), "empty body on AsyncWith");
  case Kind::MatchCase: return check(as<MatchCase>(n)->body.empty(), "empty body on match_case");
  case Kind::ExceptHandler: return check(as<ExceptHandler>(n)->body.empty(), "empty body on ExceptHandler");
  case Kind::Try: return tryError(as<Try>(n), as<Try>(n)->body.empty());
  case Kind::TryStar: return tryError(as<TryStar>(n), as<TryStar>(n)->body.empty());
  case Kind::Match: return check(as<Match>(n)->cases.empty(), "empty cases on Match");
  case Kind::Delete: return check(as<Delete>(n)->targets.empty(), "empty targets on Delete");
  case Kind::Assign: return check(as<Assign>(n)->targets.empty(), "empty targets on Assign");
  case Kind::Import: return check(as<Import>(n)->names.empty(), "empty names on Import");
  case Kind::ImportFrom:
    return as<ImportFrom>(n)->level < 0
               ? "Negative ImportFrom level"
               : check(as<ImportFrom>(n)->names.empty(), "empty names on ImportFrom");
  case Kind::Global: return check(as<Global>(n)->names.empty(), "empty names on Global");
  case Kind::Nonlocal: return check(as<Nonlocal>(n)->names.empty(), "empty names on Nonlocal");
  default: return nullptr;
  }
}

static const char *argumentsError(const Arguments *a) {
  if (a->defaults.size() > a->posonlyargs.size() + a->args.size())
    return "more positional defaults than args on arguments";
  if (a->kwonlyargs.size() != a->kw_defaults.size())
    return "length of kwonlyargs is not the same as kw_defaults on arguments";
  return nullptr;
}

const char *coil::ast::limitError(const Node *n) {
  if (!inRange(n->pos)) return "a position is out of range";
  if (auto *import = dyn<ImportFrom>(n); import && import->level > 1000000) // that many dots
    return "ImportFrom level is out of range";
  return nullptr;
}

const char *coil::ast::shapeError(const Node *n) {
  if (const char *error = limitError(n)) return error;
  auto generators = [](const auto *c) {
    return c->generators.empty() ? "comprehension with no generators" : nullptr;
  };
  switch (n->kind) {
  case Kind::BoolOp: return as<BoolOp>(n)->values.size() < 2 ? "BoolOp with less than 2 values" : nullptr;
  case Kind::Dict:
    return as<Dict>(n)->keys.size() != as<Dict>(n)->values.size()
               ? "Dict doesn't have the same number of keys as values"
               : nullptr;
  case Kind::ListComp: return generators(as<ListComp>(n));
  case Kind::SetComp: return generators(as<SetComp>(n));
  case Kind::DictComp: return generators(as<DictComp>(n));
  case Kind::GeneratorExp: return generators(as<GeneratorExp>(n));
  case Kind::Compare: {
    const Compare *c = as<Compare>(n);
    if (c->comparators.empty()) return "Compare has no comparators";
    return c->comparators.size() != c->ops.size()
               ? "Compare has a different number of comparators and operands"
               : nullptr;
  }
  case Kind::Arguments: return argumentsError(as<Arguments>(n));
  case Kind::MatchMapping:
    return as<MatchMapping>(n)->keys.size() != as<MatchMapping>(n)->patterns.size()
               ? "MatchMapping doesn't have the same number of keys as patterns"
               : nullptr;
  case Kind::MatchClass:
    return as<MatchClass>(n)->kwd_attrs.size() != as<MatchClass>(n)->kwd_patterns.size()
               ? "MatchClass doesn't have the same number of keyword attributes as patterns"
               : nullptr;
  case Kind::MatchOr:
    return as<MatchOr>(n)->patterns.size() < 2 ? "MatchOr requires at least 2 patterns" : nullptr;
  case Kind::MatchAs:
    return as<MatchAs>(n)->pattern && !as<MatchAs>(n)->name
               ? "MatchAs must specify a target name if a pattern is given"
               : nullptr;
  default: return isExpr(n) ? nullptr : emptyBody(n);
  }
}
