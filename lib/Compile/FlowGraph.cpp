// Passes over the control flow graph: reachability, exits, empty blocks, line numbers.
#include "Compile/FlowGraph.h"

namespace coil::compile {

namespace {

constexpr uint32_t kMaxCopySize = 4; // exit blocks of up to so many instructions are copied

bool hasLine(const Block &block) {
  for (uint32_t i = 0; i < block.used; ++i)
    if (block.instrs[i].loc.lineno > 0) return true;
  return false;
}

void markReachable(Unit &unit) {
  llvm::SmallVector<Block *, 32> stack;
  unit.entry()->predecessors = 1;
  stack.push_back(unit.entry());
  auto reach = [&](Block *block) {
    if (block->predecessors++ == 0) stack.push_back(block);
  };
  while (!stack.empty()) {
    Block *block = stack.back();
    stack.pop_back();
    if (block->next && !block->noFallthrough) reach(block->next);
    block->targets(reach);
  }
}

void eliminateEmptyBlocks(Block *entry) {
  for (Block *b = entry; b; b = b->next) {
    Block *next = b->next;
    if (!next) continue;
    while (next->used == 0 && next->next) next = next->next;
    b->next = next;
  }
  for (Block *b = entry; b; b = b->next) {
    if (b->used == 0 || !isJump(b->last().op)) continue;
    Block *target = b->last().target;
    while (target->used == 0) target = target->next;
    b->last().target = target;
  }
}

bool isExitWithoutLine(const Block &block) {
  if (!block.exits) return false;
  for (uint32_t i = 0; i < block.used; ++i)
    if (block.instrs[i].loc.lineno >= 0) return false;
  return true;
}

} // namespace

void normalizeBlock(Block &block) {
  if (block.used == 0) return;
  Instr &instr = block.last();
  switch (instr.op) {
  case Ir::RETURN_VALUE:
  case Ir::RAISE_VARARGS:
  case Ir::RERAISE: block.exits = block.noFallthrough = true; break;
  case Ir::JUMP:
  case Ir::JUMP_NO_INTERRUPT: block.noFallthrough = true; [[fallthrough]];
  case Ir::POP_JUMP_IF_NOT_NONE:
  case Ir::POP_JUMP_IF_NONE:
  case Ir::POP_JUMP_IF_FALSE:
  case Ir::POP_JUMP_IF_TRUE:
  case Ir::JUMP_IF_FALSE_OR_POP:
  case Ir::JUMP_IF_TRUE_OR_POP:
  case Ir::FOR_ITER:
    while (instr.target->used == 0) instr.target = instr.target->next;
    break;
  default: break;
  }
}

void extendBlock(Block &block, IrArena &arena) {
  if (block.used == 0 || block.last().op != Ir::JUMP) return;
  Block *target = block.last().target;
  if (!target->exits || target->used > kMaxCopySize || hasLine(*target)) return;
  block.last().op = Ir::NOP;
  block.last().target = nullptr;
  for (uint32_t i = 0, n = target->used; i < n; ++i) {
    Instr copy = target->instrs[i];
    block.append(arena) = copy;
  }
  block.pushes |= target->pushes;
  block.exits = true;
}

// Whether what stands before or after this NOP has its line. What follows may take it over.
static bool isSuperfluousNop(const Block &block, Instr *nop, int previousLine) {
  int line = nop->loc.lineno;
  if (line < 0 || previousLine == line) return true;
  if (nop + 1 != block.instrs + block.used) {
    Instr &following = nop[1];
    if (following.loc.lineno == line) return true;
    if (following.loc.lineno >= 0) return false;
    following.loc = nop->loc;
    return true;
  }
  Block *next = block.next;
  while (next && next->used == 0) next = next->next;
  return next && next->instrs[0].loc.lineno == line;
}

void cleanBlock(Block &block) {
  Instr *instr = block.begin(), *end = block.end();
  while (instr != end && instr->op != Ir::NOP) ++instr;
  if (instr == end) return;
  Instr *kept = instr;
  for (; instr != end; ++instr) {
    int previousLine = kept != block.begin() ? kept[-1].loc.lineno : -1;
    if (instr->op == Ir::NOP && isSuperfluousNop(block, instr, previousLine)) continue;
    if (kept != instr) *kept = *instr;
    ++kept;
  }
  block.used = static_cast<uint32_t>(kept - block.begin());
}

void optimizeFlow(Unit &unit, Constants &constants) {
  Block *entry = unit.entry();
  for (Block *b = entry; b; b = b->next) {
    optimizeBlock(*b, unit.consts, constants);
    cleanBlock(*b);
  }
  for (auto it = unit.blocks.rbegin(); it != unit.blocks.rend(); ++it) extendBlock(**it, unit.arena);
  markReachable(unit);
  for (Block *b = entry; b; b = b->next) {
    if (b->predecessors) continue;
    b->used = 0;
    b->noFallthrough = false;
  }
  eliminateEmptyBlocks(entry);
  for (Block *b = entry; b; b = b->next) cleanBlock(*b);
  bool maybeEmpty = false;
  for (Block *b = entry; b; b = b->next) {
    if (b->used == 0) continue;
    Instr &last = b->last();
    if ((last.op != Ir::JUMP && last.op != Ir::JUMP_NO_INTERRUPT) || last.target != b->next) continue;
    b->noFallthrough = false;
    last.op = Ir::NOP;
    last.target = nullptr;
    maybeEmpty = true;
  }
  if (maybeEmpty) eliminateEmptyBlocks(entry);
}

void duplicateExits(Unit &unit) {
  // New blocks are not looked at: they end in no jump.
  for (size_t i = unit.blocks.size(); i-- > 0;) {
    Block *b = unit.blocks[i];
    if (b->used == 0 || !isJump(b->last().op)) continue;
    Block *target = b->last().target;
    if (!isExitWithoutLine(*target) || target->predecessors <= 1) continue;
    Block *copy = unit.newBlock();
    for (uint32_t k = 0; k < target->used; ++k) {
      Instr instr = target->instrs[k];
      copy->append(unit.arena) = instr;
    }
    copy->pushes = target->pushes;
    copy->exits = target->exits;
    copy->noFallthrough = true;
    if (copy->used) copy->instrs[0].loc = b->last().loc;
    b->last().target = copy;
    --target->predecessors;
    copy->predecessors = 1;
    copy->next = target->next;
    target->next = copy;
  }
  for (auto it = unit.blocks.rbegin(); it != unit.blocks.rend(); ++it)
    while ((*it)->next && (*it)->next->used == 0) (*it)->next = (*it)->next->next;
  for (auto it = unit.blocks.rbegin(); it != unit.blocks.rend(); ++it) {
    Block *b = *it;
    if (!b->noFallthrough && b->next && b->used > 0 && isExitWithoutLine(*b->next) && b->next->used > 0)
      b->next->instrs[0].loc = b->last().loc;
  }
}

void trimUnusedConstants(Unit &unit) {
  // The first may be a docstring: it stays.
  uint32_t needed = 1;
  for (Block *b = unit.entry(); b; b = b->next) {
    if (needed >= unit.consts.size()) return;
    for (const Instr &instr : *b)
      if (instr.op == Ir::LOAD_CONST || instr.op == Ir::KW_NAMES) needed = std::max(needed, instr.arg + 1);
  }
  if (needed < unit.consts.size()) unit.consts.resize(needed);
}

void propagateLines(Unit &unit) {
  for (Block *b = unit.entry(); b; b = b->next) {
    if (b->used == 0) continue;
    const Loc *previous = &kNoLoc;
    for (Instr &instr : *b) {
      if (instr.loc.lineno < 0)
        instr.loc = *previous;
      else
        previous = &instr.loc;
    }
    auto inherit = [&](Block *target) {
      if (target->predecessors == 1 && target->used && target->instrs[0].loc.lineno < 0)
        target->instrs[0].loc = *previous;
    };
    if (!b->noFallthrough && b->next) inherit(b->next);
    if (isJump(b->last().op)) inherit(b->last().target);
  }
}

void guaranteeExitLines(Unit &unit) {
  int line = unit.firstLine;
  for (Block *b = unit.entry(); b; b = b->next) {
    if (b->used == 0) continue;
    Instr &last = b->last();
    if (last.loc.lineno >= 0) {
      line = last.loc.lineno;
    } else if (last.op == Ir::RETURN_VALUE) {
      for (Instr &instr : *b) instr.loc.lineno = line;
    }
  }
}

} // namespace coil::compile
