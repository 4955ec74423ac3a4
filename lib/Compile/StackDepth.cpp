// Stack depth of every block, and the exception handler of every instruction.
#include "Compile/FlowGraph.h"

namespace coil::compile {

// The handlers that are open at a point, as a list from the innermost outwards.
struct OpenHandler {
  Block *handler;
  const OpenHandler *outer;
};

static bool goesOn(Ir op) {
  return op != Ir::JUMP && op != Ir::JUMP_NO_INTERRUPT && op != Ir::RETURN_VALUE && op != Ir::RAISE_VARARGS &&
         op != Ir::RERAISE;
}

int stackDepth(Unit &unit) {
  constexpr int kUnknown = INT32_MIN;
  int deepest = 0;
  for (Block *b : unit.blocks) b->startDepth = kUnknown;
  llvm::SmallVector<Block *, 32> todo;
  auto push = [&](Block *b, int depth) {
    if (b->startDepth >= depth || b->startDepth >= 100) return;
    b->startDepth = depth;
    todo.push_back(b);
  };
  push(unit.entry(), unit.scope->generator || unit.scope->coroutine ? 1 : 0);
  while (!todo.empty()) {
    Block *b = todo.back();
    todo.pop_back();
    int depth = b->startDepth;
    for (const Instr &instr : *b) {
      int after = depth + fallThroughEffect(instr);
      deepest = std::max(deepest, after);
      if (instr.target) {
        int atTarget = depth + irStackEffect(instr, true);
        deepest = std::max(deepest, atTarget);
        push(instr.target, atTarget);
      }
      depth = after;
    }
    if (b->next && (b->used == 0 || goesOn(b->last().op))) push(b->next, depth);
  }
  return deepest;
}

void labelExceptionTargets(Unit &unit) {
  for (Block *b = unit.entry(); b; b = b->next) b->visited = false;
  llvm::SmallVector<Block *, 32> todo;
  auto visit = [&](Block *b, const OpenHandler *open) {
    if (b->visited) return;
    b->handlers = open;
    b->visited = true;
    todo.push_back(b);
  };
  visit(unit.entry(), nullptr);
  while (!todo.empty()) {
    Block *b = todo.pop_back_val();
    const OpenHandler *open = b->handlers;
    Block *handler = open ? open->handler : nullptr;
    for (Instr &instr : *b) {
      if (isBlockPush(instr.op)) {
        visit(instr.target, open);
        if (instr.op != Ir::SETUP_FINALLY) instr.target->preserveLasti = true;
        handler = instr.target;
        open = new (unit.arena.Allocate<OpenHandler>()) OpenHandler{handler, open};
      } else if (instr.op == Ir::POP_BLOCK) {
        if (open) open = open->outer;
        handler = open ? open->handler : nullptr;
      } else {
        instr.except = handler;
        if (isJump(instr.op)) visit(instr.target, open);
      }
    }
    if (!b->noFallthrough && b->next) visit(b->next, open);
  }
}

void removeExceptionSetup(Unit &unit) {
  for (Block *b = unit.entry(); b; b = b->next)
    for (Instr &instr : *b)
      if (isBlockPush(instr.op) || instr.op == Ir::POP_BLOCK) {
        instr.op = Ir::NOP;
        instr.target = nullptr;
      }
}

} // namespace coil::compile
