// Stack depth of every block, and the exception handler of every instruction.
#include "Compile/FlowGraph.h"

namespace coil::compile {

// The handlers that are open at a point. CPython allows 20 frame blocks, and each sets up two handlers at
// most.
struct ExceptStack {
  llvm::SmallVector<Block *, 24> handlers;
  Block *top() const { return handlers.empty() ? nullptr : handlers.back(); }
};

int stackDepth(Unit &unit) {
  constexpr int kUnknown = INT32_MIN;
  int deepest = 0;
  for (Block *b : unit.blocks) b->startDepth = kUnknown;
  std::vector<Block *> todo;
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
    Block *next = b->next;
    for (const Instr &instr : *b) {
      int after = depth + irStackEffect(instr, false);
      deepest = std::max(deepest, after);
      if (instr.target) {
        int atTarget = depth + irStackEffect(instr, true);
        deepest = std::max(deepest, atTarget);
        push(instr.target, atTarget);
      }
      depth = after;
      if (instr.op == Ir::JUMP || instr.op == Ir::JUMP_NO_INTERRUPT || instr.op == Ir::RETURN_VALUE ||
          instr.op == Ir::RAISE_VARARGS || instr.op == Ir::RERAISE) {
        next = nullptr;
        break;
      }
    }
    if (next) push(next, depth);
  }
  return deepest;
}

bool labelExceptionTargets(Unit &unit) {
  for (Block *b = unit.entry(); b; b = b->next) b->visited = false;
  std::vector<std::unique_ptr<ExceptStack>> owned;
  std::vector<Block *> todo;
  auto visit = [&](Block *b, const ExceptStack &stack) {
    if (b->visited) return;
    owned.push_back(std::make_unique<ExceptStack>(stack));
    b->exceptStack = owned.back().get();
    b->visited = true;
    todo.push_back(b);
  };
  // Units without handlers need no walk.
  bool any = false;
  for (Block *b = unit.entry(); b && !any; b = b->next)
    for (const Instr &instr : *b) any = any || isBlockPush(instr.op);
  if (!any) return false;
  visit(unit.entry(), ExceptStack());
  while (!todo.empty()) {
    Block *b = todo.back();
    todo.pop_back();
    ExceptStack &stack = *b->exceptStack;
    Block *handler = stack.top();
    for (Instr &instr : *b) {
      if (isBlockPush(instr.op)) {
        visit(instr.target, stack);
        if (instr.op != Ir::SETUP_FINALLY) instr.target->preserveLasti = true;
        stack.handlers.push_back(handler = instr.target);
      } else if (instr.op == Ir::POP_BLOCK) {
        if (!stack.handlers.empty()) stack.handlers.pop_back();
        handler = stack.top();
      } else {
        instr.except = handler;
        if (isJump(instr.op)) visit(instr.target, stack);
      }
    }
    if (!b->noFallthrough && b->next) visit(b->next, stack);
  }
  return true;
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
