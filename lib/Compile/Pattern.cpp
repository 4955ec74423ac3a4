// Sequence, mapping and class patterns.
#include "Compile/Codegen.h"

namespace coil::compile {

using namespace ast;

namespace {
bool isWildcard(AnyPattern *p) {
  auto *a = dyn<MatchAs>(p);
  return a && !a->name;
}
bool isStarWildcard(AnyPattern *p) {
  auto *s = dyn<MatchStar>(p);
  return s && !s->name;
}
} // namespace

void Codegen::sequenceUnpack(Seq<AnyPattern *> patterns, PatternContext &pc) {
  size_t n = patterns.size();
  bool seen = false;
  for (uint32_t i = 0; i < n; ++i) {
    if (!isa<MatchStar>(patterns[i])) continue;
    if (i >= 256 || n - i - 1 >= (INT32_MAX >> 8))
      return error("too many expressions in star-unpacking sequence pattern");
    emit(Ir::UNPACK_EX, i + ((n - i - 1) << 8));
    seen = true;
  }
  if (!seen) emit(Ir::UNPACK_SEQUENCE, n);
  pc.onTop += n;
  for (AnyPattern *p : patterns) {
    --pc.onTop;
    subpattern(p, pc);
  }
}

// With a nameless star, single elements are fetched by index.
void Codegen::sequenceSubscript(Seq<AnyPattern *> patterns, int star, PatternContext &pc) {
  ++pc.onTop;
  int n = static_cast<int>(patterns.size());
  for (int i = 0; i < n; ++i) {
    AnyPattern *p = patterns[static_cast<uint32_t>(i)];
    if (isWildcard(p) || i == star) continue;
    emit(Ir::COPY, 1);
    if (i < star) {
      loadInt(i);
    } else {
      // The subject may not know negative indices.
      emit(Ir::GET_LEN);
      loadInt(n - i);
      binaryOp(Operator::Sub, false);
    }
    emit(Ir::BINARY_SUBSCR);
    subpattern(p, pc);
  }
  --pc.onTop;
  emit(Ir::POP_TOP);
}

void Codegen::patternSequence(MatchSequence *p, PatternContext &pc) {
  int n = static_cast<int>(p->patterns.size()), star = -1;
  bool onlyWildcards = true, starWildcard = false;
  for (int i = 0; i < n; ++i) {
    AnyPattern *sub = p->patterns[static_cast<uint32_t>(i)];
    if (isa<MatchStar>(sub)) {
      if (star >= 0) return error("multiple starred names in sequence pattern");
      starWildcard = isStarWildcard(sub);
      onlyWildcards = onlyWildcards && starWildcard;
      star = i;
      continue;
    }
    onlyWildcards = onlyWildcards && isWildcard(sub);
  }
  ++pc.onTop;
  emit(Ir::MATCH_SEQUENCE);
  jumpToFail(pc, Ir::POP_JUMP_IF_FALSE);
  if (star < 0 || n > 1) {
    emit(Ir::GET_LEN);
    loadInt(star < 0 ? n : n - 1);
    compareOp(star < 0 ? CmpOperator::Eq : CmpOperator::GtE);
    jumpToFail(pc, Ir::POP_JUMP_IF_FALSE);
  }
  --pc.onTop;
  if (onlyWildcards)
    emit(Ir::POP_TOP);
  else if (starWildcard)
    sequenceSubscript(p->patterns, star, pc);
  else
    sequenceUnpack(p->patterns, pc);
}

void Codegen::mappingKeys(MatchMapping *p) {
  llvm::SmallVector<const Object *, 8> seen;
  for (AnyExpr *key : p->keys) {
    if (isa<Constant>(key)) {
      const Object *value = constantOf(key);
      for (const Object *other : seen)
        if (equalValues(value, other))
          return error("mapping pattern checks duplicate key (" + reprOf(value) + ")");
      seen.push_back(value);
    } else if (!isa<Attribute>(key)) {
      return error("mapping pattern keys may only match literals and attribute lookups");
    }
    expression(key);
  }
}

// **rest: a copy of the subject without the keys.
void Codegen::mappingRest(MatchMapping *p, PatternContext &pc) {
  size_t n = p->keys.size();
  emit(Ir::BUILD_MAP, 0);
  emit(Ir::SWAP, 3);
  emit(Ir::DICT_UPDATE, 2);
  emit(Ir::UNPACK_SEQUENCE, n);
  for (; n; --n) {
    emit(Ir::COPY, 1 + n);
    emit(Ir::SWAP, 2);
    emit(Ir::DELETE_SUBSCR);
  }
  storeCapture(p->rest, pc);
}

void Codegen::patternMapping(MatchMapping *p, PatternContext &pc) {
  size_t n = p->keys.size();
  if (n != p->patterns.size())
    return error("keys (" + llvm::Twine(n) + ") / patterns (" + llvm::Twine(p->patterns.size()) +
                 ") length mismatch in mapping pattern");
  ++pc.onTop;
  emit(Ir::MATCH_MAPPING);
  jumpToFail(pc, Ir::POP_JUMP_IF_FALSE);
  if (!n && !p->rest) {
    --pc.onTop;
    return emit(Ir::POP_TOP);
  }
  if (n) {
    emit(Ir::GET_LEN);
    loadInt(static_cast<int64_t>(n));
    compareOp(CmpOperator::GtE);
    jumpToFail(pc, Ir::POP_JUMP_IF_FALSE);
  }
  mappingKeys(p);
  emit(Ir::BUILD_TUPLE, n);
  emit(Ir::MATCH_KEYS);
  pc.onTop += 2; // the tuples of keys and of values
  emit(Ir::COPY, 1);
  loadNone();
  emit(Ir::IS_OP, 1);
  jumpToFail(pc, Ir::POP_JUMP_IF_FALSE);
  emit(Ir::UNPACK_SEQUENCE, n);
  pc.onTop += n - 1;
  for (AnyPattern *sub : p->patterns) {
    --pc.onTop;
    subpattern(sub, pc);
  }
  pc.onTop -= 2;
  if (p->rest) return mappingRest(p, pc);
  emit(Ir::POP_TOP);
  emit(Ir::POP_TOP);
}

void Codegen::validateClassAttributes(MatchClass *p) {
  for (uint32_t i = 0; i < p->kwd_attrs.size(); ++i) {
    Identifier name = p->kwd_attrs[i];
    setLoc(p->kwd_patterns[i]);
    if (forbiddenName(name, ExprContext::Store)) return;
    for (uint32_t j = i + 1; j < p->kwd_attrs.size(); ++j) {
      if (p->kwd_attrs[j] != name) continue;
      setLoc(p->kwd_patterns[j]);
      return error("attribute name repeated in class pattern: " + name->str());
    }
  }
}

void Codegen::patternClass(MatchClass *p, PatternContext &pc) {
  size_t nargs = p->patterns.size(), nattrs = p->kwd_attrs.size();
  if (nattrs != p->kwd_patterns.size())
    return error("kwd_attrs (" + llvm::Twine(nattrs) + ") / kwd_patterns (" +
                 llvm::Twine(p->kwd_patterns.size()) + ") length mismatch in class pattern");
  if (nattrs) {
    validateClassAttributes(p);
    setLoc(p);
  }
  expression(p->cls);
  llvm::SmallVector<const Object *, 8> names;
  for (Identifier name : p->kwd_attrs) names.push_back(constants.identifier(name));
  loadConst(constants.tuple(names));
  emit(Ir::MATCH_CLASS, nargs);
  emit(Ir::COPY, 1);
  loadNone();
  emit(Ir::IS_OP, 1);
  ++pc.onTop;
  jumpToFail(pc, Ir::POP_JUMP_IF_FALSE);
  emit(Ir::UNPACK_SEQUENCE, nargs + nattrs);
  pc.onTop += nargs + nattrs - 1;
  for (size_t i = 0; i < nargs + nattrs; ++i) {
    --pc.onTop;
    AnyPattern *sub =
        i < nargs ? p->patterns[static_cast<uint32_t>(i)] : p->kwd_patterns[static_cast<uint32_t>(i - nargs)];
    if (isWildcard(sub) && !as<MatchAs>(sub)->pattern)
      emit(Ir::POP_TOP);
    else
      subpattern(sub, pc);
  }
}

} // namespace coil::compile
