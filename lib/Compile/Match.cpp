// The `match` statement (PEP 634), and how captures and failures are kept on the stack.
#include "Compile/Codegen.h"

namespace coil::compile {

using namespace ast;

namespace {
bool isWildcard(AnyPattern *p) {
  auto *a = dyn<MatchAs>(p);
  return a && !a->name && !a->pattern;
}
} // namespace

void Codegen::ensureFailPop(PatternContext &pc, size_t pops) {
  while (pc.failPop.size() <= pops) pc.failPop.push_back(newBlock());
}

// A failing pattern jumps to the block that pops whatever is on the stack at this point.
void Codegen::jumpToFail(PatternContext &pc, Ir op) {
  size_t pops = pc.onTop + pc.stores.size();
  ensureFailPop(pc, pops);
  jump(op, pc.failPop[pops]);
}

void Codegen::emitFailPop(PatternContext &pc) {
  if (pc.failPop.empty()) return;
  for (size_t i = pc.failPop.size() - 1; i > 0; --i) {
    useBlock(pc.failPop[i]);
    emit(Ir::POP_TOP);
  }
  useBlock(pc.failPop[0]);
  pc.failPop.clear();
}

void Codegen::rotate(size_t count) {
  while (count > 1) emit(Ir::SWAP, count--);
}

// The value on top is captured: it moves below everything that has to stay on top.
void Codegen::storeCapture(Identifier name, PatternContext &pc) {
  if (!name) return emit(Ir::POP_TOP);
  if (forbiddenName(name, ExprContext::Store)) return;
  if (llvm::is_contained(pc.stores, name))
    return error("multiple assignments to name '" + name->str() + "' in pattern");
  rotate(pc.onTop + pc.stores.size() + 1);
  pc.stores.push_back(name);
}

void Codegen::matchCase(MatchCase *m, bool keepSubject, bool lastCase, Block *end) {
  setLoc(m->pattern);
  if (keepSubject) emit(Ir::COPY, 1);
  PatternContext pc;
  pc.allowIrrefutable = m->guard || lastCase;
  pattern(m->pattern, pc);
  for (Identifier name : pc.stores) nameOp(name, ExprContext::Store);
  if (failed()) return;
  if (m->guard) {
    ensureFailPop(pc, 0);
    jumpIf(m->guard, pc.failPop[0], false);
  }
  if (keepSubject) emit(Ir::POP_TOP);
  statements(m->body);
  jump(Ir::JUMP, end);
  // The cleanup after a failed match belongs to the pattern, not to the last line of the body.
  setLoc(m->pattern);
  emitFailPop(pc);
}

void Codegen::match(Match *s) {
  expression(s->subject);
  Block *end = newBlock();
  uint32_t n = s->cases.size();
  bool hasDefault = n > 1 && isWildcard(s->cases[n - 1]->pattern);
  uint32_t tested = n - hasDefault;
  for (uint32_t i = 0; i < tested && !failed(); ++i) matchCase(s->cases[i], i + 1 != tested, i + 1 == n, end);
  if (hasDefault && !failed()) {
    MatchCase *m = s->cases[n - 1];
    setLoc(m->pattern);
    emit(Ir::NOP);
    if (m->guard) jumpIf(m->guard, end, false);
    statements(m->body);
  }
  useBlock(end);
}

void Codegen::subpattern(AnyPattern *p, PatternContext &pc) {
  bool allow = pc.allowIrrefutable;
  pc.allowIrrefutable = true;
  pattern(p, pc);
  pc.allowIrrefutable = allow;
}

void Codegen::pattern(AnyPattern *p, PatternContext &pc) {
  if (failed()) return;
  setLoc(p);
  switch (p->kind) {
  case Kind::MatchValue: {
    AnyExpr *value = as<MatchValue>(p)->value;
    if (!isa<Constant>(value) && !isa<Attribute>(value))
      return error("patterns may only match literals and attribute lookups");
    expression(value);
    compareOp(CmpOperator::Eq);
    return jumpToFail(pc, Ir::POP_JUMP_IF_FALSE);
  }
  case Kind::MatchSingleton:
    loadConst(constants.object(as<MatchSingleton>(p)->value));
    compareOp(CmpOperator::Is);
    return jumpToFail(pc, Ir::POP_JUMP_IF_FALSE);
  case Kind::MatchSequence: return patternSequence(as<MatchSequence>(p), pc);
  case Kind::MatchMapping: return patternMapping(as<MatchMapping>(p), pc);
  case Kind::MatchClass: return patternClass(as<MatchClass>(p), pc);
  case Kind::MatchStar: return storeCapture(as<MatchStar>(p)->name, pc);
  case Kind::MatchAs: return patternAs(as<MatchAs>(p), pc);
  case Kind::MatchOr: return patternOr(as<MatchOr>(p), pc);
  default: return;
  }
}

void Codegen::patternAs(MatchAs *p, PatternContext &pc) {
  if (!p->pattern) {
    if (!pc.allowIrrefutable) {
      if (p->name) return error("name capture '" + p->name->str() + "' makes remaining patterns unreachable");
      return error("wildcard makes remaining patterns unreachable");
    }
    return storeCapture(p->name, pc);
  }
  ++pc.onTop;
  emit(Ir::COPY, 1);
  pattern(p->pattern, pc);
  --pc.onTop;
  storeCapture(p->name, pc);
}

// Rotates the captures of an alternative into the order of the first one; false if the names differ.
bool Codegen::reorderStores(const llvm::SmallVectorImpl<Identifier> &control, PatternContext &pc) {
  if (pc.stores.size() != control.size()) return false;
  for (size_t wanted = control.size(); wanted-- > 0;) {
    auto it = llvm::find(pc.stores, control[wanted]);
    if (it == pc.stores.end()) return false;
    size_t found = static_cast<size_t>(it - pc.stores.begin());
    if (found == wanted) continue;
    size_t rotations = found + 1;
    llvm::SmallVector<Identifier, 4> front(pc.stores.begin(), pc.stores.begin() + rotations);
    pc.stores.erase(pc.stores.begin(), pc.stores.begin() + rotations);
    pc.stores.insert(pc.stores.begin() + (wanted - found), front.begin(), front.end());
    while (rotations--) rotate(wanted + 1);
  }
  return true;
}

void Codegen::patternOr(MatchOr *p, PatternContext &pc) {
  Block *end = newBlock();
  uint32_t n = p->patterns.size();
  llvm::SmallVector<Identifier, 4> control; // what the first alternative binds
  for (uint32_t i = 0; i < n && !failed(); ++i) {
    AnyPattern *alternative = p->patterns[i];
    setLoc(alternative);
    PatternContext inner;
    // Only the last alternative may match anything.
    inner.allowIrrefutable = i + 1 == n && pc.allowIrrefutable;
    emit(Ir::COPY, 1);
    pattern(alternative, inner);
    if (failed()) return;
    if (i == 0)
      control = inner.stores;
    else if (!reorderStores(control, inner))
      return error("alternative patterns bind different names");
    jump(Ir::JUMP, end);
    emitFailPop(inner);
  }
  // No alternative matched: pop the copy of the subject.
  emit(Ir::POP_TOP);
  jumpToFail(pc, Ir::JUMP);
  useBlock(end);
  // Below the captures of this pattern lie the subject, what is on top, and earlier captures.
  size_t rotations = control.size() + 1 + pc.onTop + pc.stores.size();
  for (Identifier name : control) {
    rotate(rotations);
    if (llvm::is_contained(pc.stores, name))
      return error("multiple assignments to name '" + name->str() + "' in pattern");
    pc.stores.push_back(name);
  }
  emit(Ir::POP_TOP);
}

} // namespace coil::compile
