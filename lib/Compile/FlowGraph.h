// The passes between code generation and assembly, each as in CPython 3.11's compiler.
#pragma once

#include "Compile/Unit.h"

namespace coil::compile {

// Marks exits and blocks without fall-through, and skips empty jump targets.
void normalizeBlock(Block &block);
// A jump to a short exit block without line becomes a copy of that block.
void extendBlock(Block &block, IrArena &arena);
// Constant conditions, jump threading, SWAP sequences, tuples of constants.
void optimizeBlock(Block &block, std::vector<const Object *> &consts, Constants &constants);
// Drops NOPs whose line appears elsewhere.
void cleanBlock(Block &block);
// Peephole, unreachable code, empty blocks and redundant jumps over the whole unit.
void optimizeFlow(Unit &unit, Constants &constants);
// Gives each jump to a shared exit block without line a copy, which inherits the jump's line.
void duplicateExits(Unit &unit);
void trimUnusedConstants(Unit &unit);
void propagateLines(Unit &unit);
void guaranteeExitLines(Unit &unit);
// The maximal stack depth; sets every reachable block's start depth.
int stackDepth(Unit &unit);
// Finds the handler of every instruction, then turns SETUP_* and POP_BLOCK into NOPs.
void labelExceptionTargets(Unit &unit);
void removeExceptionSetup(Unit &unit);

} // namespace coil::compile
