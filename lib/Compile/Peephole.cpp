// Optimization within a basic block: constant conditions, jump threading, SWAPs, tuples of constants.
#include "Compile/FlowGraph.h"

#include "llvm/ADT/SmallVector.h"

namespace coil::compile {

namespace {

class BlockOptimizer {
public:
  BlockOptimizer(Block &block, std::vector<const Object *> &consts, Constants &constants)
      : block(block), consts(consts), constants(constants) {}
  void run();

private:
  Block &block;
  std::vector<const Object *> &consts;
  Constants &constants;
  uint32_t i = 0;

  Ir opAt(uint32_t index) const { return index < block.used ? block.instrs[index].op : Ir::CACHE; }
  void makeNop(Instr &instr) {
    instr.op = Ir::NOP;
    instr.target = nullptr;
  }
  void loadConst();
  void conditionalJump(bool keepsValue);
  bool buildTuple();
  void foldTuple();
  void orPop(bool onTrue, const Instr &target);
  bool thread(Instr &instr, const Instr &target, Ir op);
  void optimizeSwaps();
  void applyStaticSwaps(int from);
  int nextSwappable(int from, int line) const;
};

// LOAD_CONST followed by a conditional jump.
void BlockOptimizer::conditionalJump(bool keepsValue) {
  Instr &load = block.instrs[i], &jump = block.instrs[i + 1];
  bool truth = isTrue(consts[load.arg]);
  bool jumpIfTrue = jump.op == Ir::POP_JUMP_IF_TRUE || jump.op == Ir::JUMP_IF_TRUE_OR_POP;
  if (truth == jumpIfTrue) {
    if (!keepsValue) makeNop(load);
    jump.op = Ir::JUMP;
    block.noFallthrough = true;
  } else {
    makeNop(load);
    makeNop(jump);
  }
}

void BlockOptimizer::loadConst() {
  switch (opAt(i + 1)) {
  case Ir::POP_JUMP_IF_FALSE:
  case Ir::POP_JUMP_IF_TRUE: conditionalJump(false); break;
  case Ir::JUMP_IF_FALSE_OR_POP:
  case Ir::JUMP_IF_TRUE_OR_POP: conditionalJump(true); break;
  case Ir::IS_OP: {
    Ir jump = opAt(i + 2);
    if (!consts[block.instrs[i].arg]->isNone() ||
        (jump != Ir::POP_JUMP_IF_FALSE && jump != Ir::POP_JUMP_IF_TRUE))
      break;
    bool notNone = (block.instrs[i + 1].arg != 0) != (jump == Ir::POP_JUMP_IF_FALSE);
    makeNop(block.instrs[i]);
    makeNop(block.instrs[i + 1]);
    block.instrs[i + 2].op = notNone ? Ir::POP_JUMP_IF_NOT_NONE : Ir::POP_JUMP_IF_NONE;
    break;
  }
  default: break;
  }
}

// LOAD_CONST c1 ... LOAD_CONST cn, BUILD_TUPLE n
void BlockOptimizer::foldTuple() {
  uint32_t n = block.instrs[i].arg;
  Instr *first = &block.instrs[i - n];
  llvm::SmallVector<const Object *, 16> items;
  for (uint32_t k = 0; k < n; ++k) {
    if (first[k].op != Ir::LOAD_CONST) return;
    items.push_back(consts[first[k].arg]);
  }
  const Object *tuple = constants.mergeOne(constants.tuple(items));
  uint32_t index = 0;
  while (index < consts.size() && consts[index] != tuple) ++index;
  if (index == consts.size()) consts.push_back(tuple);
  for (uint32_t k = 0; k < n; ++k) makeNop(first[k]);
  first[n].op = Ir::LOAD_CONST;
  first[n].arg = index;
}

// True if nothing more is to be done for this instruction.
bool BlockOptimizer::buildTuple() {
  Instr &build = block.instrs[i];
  if (opAt(i + 1) == Ir::UNPACK_SEQUENCE && build.arg == block.instrs[i + 1].arg) {
    switch (build.arg) {
    case 1:
      makeNop(build);
      makeNop(block.instrs[i + 1]);
      return true;
    case 2:
    case 3:
      makeNop(build);
      block.instrs[i + 1].op = Ir::SWAP;
      return true;
    default: break;
    }
  }
  if (i >= build.arg) foldTuple();
  return false;
}

// Jumps to a jump go to its target, if that loses no line event.
bool BlockOptimizer::thread(Instr &instr, const Instr &target, Ir op) {
  if (instr.loc.lineno != target.loc.lineno || instr.target == target.target) return false;
  instr.target = target.target;
  instr.op = op;
  return true;
}

void BlockOptimizer::orPop(bool onTrue, const Instr &target) {
  Instr &instr = block.instrs[i];
  Ir same = onTrue ? Ir::JUMP_IF_TRUE_OR_POP : Ir::JUMP_IF_FALSE_OR_POP;
  Ir opposite = onTrue ? Ir::JUMP_IF_FALSE_OR_POP : Ir::JUMP_IF_TRUE_OR_POP;
  Ir popSame = onTrue ? Ir::POP_JUMP_IF_TRUE : Ir::POP_JUMP_IF_FALSE;
  Ir popOpposite = onTrue ? Ir::POP_JUMP_IF_FALSE : Ir::POP_JUMP_IF_TRUE;
  if (target.op == popSame) {
    i -= thread(instr, target, popSame);
  } else if (target.op == Ir::JUMP || target.op == same) {
    i -= thread(instr, target, same);
  } else if ((target.op == opposite || target.op == popOpposite) && instr.loc.lineno == target.loc.lineno) {
    // The second test fails for sure: go on behind it.
    instr.op = popSame;
    instr.target = instr.target->next;
    --i;
  }
}

// Replaces a run of SWAPs and NOPs by the shortest run with the same effect.
void BlockOptimizer::optimizeSwaps() {
  Instr *run = &block.instrs[i];
  uint32_t depth = run[0].arg, length = 1, limit = block.used - i;
  bool more = false;
  for (; length < limit; ++length) {
    if (run[length].op == Ir::SWAP) {
      depth = std::max(depth, run[length].arg);
      more = true;
    } else if (run[length].op != Ir::NOP) {
      break;
    }
  }
  if (!more) return;
  llvm::SmallVector<int, 16> stack(depth);
  for (uint32_t k = 0; k < depth; ++k) stack[k] = static_cast<int>(k);
  for (uint32_t k = 0; k < length; ++k)
    if (run[k].op == Ir::SWAP) std::swap(stack[0], stack[run[k].arg - 1]);
  // Each cycle of the permutation is unwound through the top of the stack, from the end of the run backwards.
  constexpr int kVisited = -1;
  int current = static_cast<int>(length) - 1;
  for (int k = 0; k < static_cast<int>(depth); ++k) {
    if (stack[k] == kVisited || stack[k] == k) continue;
    for (int j = k;;) {
      if (j) {
        run[current].op = Ir::SWAP;
        run[current--].arg = static_cast<uint32_t>(j + 1);
      }
      if (stack[j] == kVisited) break;
      int next = stack[j];
      stack[j] = kVisited;
      j = next;
    }
  }
  while (current >= 0) run[current--].op = Ir::NOP;
  i += length - 1;
}

bool swappable(Ir op) { return op == Ir::STORE_FAST || op == Ir::POP_TOP; }

int BlockOptimizer::nextSwappable(int from, int line) const {
  for (uint32_t k = static_cast<uint32_t>(from + 1); k < block.used; ++k) {
    const Instr &instr = block.instrs[k];
    // Names must not be bound in another order between two line events.
    if (line >= 0 && instr.loc.lineno != line) return -1;
    if (instr.op == Ir::NOP) continue;
    return swappable(instr.op) ? static_cast<int>(k) : -1;
  }
  return -1;
}

// Instead of swapping values, swap the instructions that consume them. Python 3.11.2 does so even where both
// store to the same variable: `a, a = x, y` leaves x in it. (3.11.5 sees to that.)
void BlockOptimizer::applyStaticSwaps(int from) {
  for (int k = from; k >= 0; --k) {
    Instr &swap = block.instrs[k];
    if (swap.op != Ir::SWAP) {
      if (swap.op == Ir::NOP || swappable(swap.op)) continue;
      return;
    }
    int a = nextSwappable(k, -1);
    if (a < 0) return;
    int b = a, line = block.instrs[a].loc.lineno;
    for (uint32_t count = swap.arg - 1; count > 0; --count) {
      b = nextSwappable(b, line);
      if (b < 0) return;
    }
    swap.op = Ir::NOP;
    std::swap(block.instrs[a], block.instrs[b]);
  }
}

void BlockOptimizer::run() {
  static const Instr kNop = {Ir::NOP};
  for (i = 0; i < block.used; ++i) {
    Instr &instr = block.instrs[i];
    if (!(irFlags(instr.op) & kIrPeephole)) continue;
    const Instr *target = &kNop;
    if (instr.target) {
      while (instr.target->used == 0) instr.target = instr.target->next;
      target = &instr.target->instrs[0];
    }
    switch (instr.op) {
    case Ir::LOAD_CONST: loadConst(); break;
    case Ir::BUILD_TUPLE:
      if (buildTuple()) continue;
      break;
    case Ir::JUMP_IF_FALSE_OR_POP: orPop(false, *target); break;
    case Ir::JUMP_IF_TRUE_OR_POP: orPop(true, *target); break;
    case Ir::POP_JUMP_IF_NOT_NONE:
    case Ir::POP_JUMP_IF_NONE:
    case Ir::POP_JUMP_IF_FALSE:
    case Ir::POP_JUMP_IF_TRUE:
    case Ir::JUMP:
      if (target->op == Ir::JUMP) i -= thread(instr, *target, instr.op);
      break;
    case Ir::SWAP:
      if (instr.arg == 1) {
        makeNop(instr);
        break;
      }
      optimizeSwaps();
      applyStaticSwaps(static_cast<int>(i));
      break;
    case Ir::PUSH_NULL:
      if (opAt(i + 1) == Ir::LOAD_GLOBAL && (block.instrs[i + 1].arg & 1) == 0) {
        makeNop(instr);
        block.instrs[i + 1].arg |= 1;
      }
      break;
    default: break;
    }
  }
}

} // namespace

void optimizeBlock(Block &block, std::vector<const Object *> &consts, Constants &constants) {
  BlockOptimizer(block, consts, constants).run();
}

} // namespace coil::compile
