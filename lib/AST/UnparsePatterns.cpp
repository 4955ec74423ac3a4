// ast.unparse: the patterns of match statements.
#include "AST/Unparser.h"
#include <algorithm>

using namespace coil::ast;

void Unparser::pattern(const AnyPattern *p, Precedence around) {
  switch (p->kind) {
  case Kind::MatchValue: return expression(as<MatchValue>(p)->value);
  case Kind::MatchSingleton: return constant(as<MatchSingleton>(p)->value, nullptr);
  case Kind::MatchSequence:
    write("[");
    list(as<MatchSequence>(p)->patterns, [&](const AnyPattern *item) { pattern(item); });
    return write("]");
  case Kind::MatchMapping: return mappingPattern(as<MatchMapping>(p));
  case Kind::MatchClass: return classPattern(as<MatchClass>(p));
  case Kind::MatchStar: {
    Identifier name = as<MatchStar>(p)->name;
    write("*");
    return write(name ? name->str() : "_");
  }
  case Kind::MatchAs: {
    const MatchAs *a = as<MatchAs>(p);
    if (!a->name) return write("_");
    if (!a->pattern) return write(a->name);
    return parenthesized(around > kTest, [&] {
      pattern(a->pattern, kExpr);
      write(" as ");
      write(a->name);
    });
  }
  default: {
    const Seq<AnyPattern *> &items = as<MatchOr>(p)->patterns;
    return parenthesized(around > kExpr, [&] {
      for (uint32_t i = 0; i < items.size(); ++i) {
        if (i) write(" | ");
        pattern(items[i], tighter(kExpr));
      }
    });
  }
  }
}

void Unparser::mappingPattern(const MatchMapping *p) {
  write("{");
  for (uint32_t i = 0, n = std::min(p->keys.size(), p->patterns.size()); i < n; ++i) {
    if (i) write(", ");
    expression(p->keys[i]);
    write(": ");
    pattern(p->patterns[i]);
  }
  if (p->rest) {
    write(p->keys.empty() ? "**" : ", **");
    write(p->rest);
  }
  write("}");
}

void Unparser::classPattern(const MatchClass *p) {
  expression(p->cls, kAtom);
  write("(");
  list(p->patterns, [&](const AnyPattern *item) { pattern(item); });
  for (uint32_t i = 0, n = std::min(p->kwd_attrs.size(), p->kwd_patterns.size()); i < n; ++i) {
    if (i || !p->patterns.empty()) write(", ");
    write(p->kwd_attrs[i]);
    write("=");
    pattern(p->kwd_patterns[i]);
  }
  write(")");
}
