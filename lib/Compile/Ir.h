// The compiler's intermediate form: basic blocks of instructions with locations, as CPython's compiler has
// it.
#pragma once

#include "AST/AST.h"
#include "Bytecode/Opcodes.h"
#include "Support/Arena.h"

namespace coil::compile {

// Real opcodes under their own names, and the pseudo instructions that the assembler resolves.
enum class Ir : uint16_t {
#define OPCODE(name, number, caches, arg, jump, effect, jumpEffect, summary) name = number,
#include "Bytecode/Opcodes.def"
  SETUP_FINALLY = 256, // an exception in what follows goes to the target
  SETUP_CLEANUP,       // the same, and lasti is pushed
  SETUP_WITH,          // the same, from below the result of __enter__
  POP_BLOCK,           // ends the innermost SETUP_*
  JUMP,
  JUMP_NO_INTERRUPT,
  POP_JUMP_IF_FALSE,
  POP_JUMP_IF_TRUE,
  POP_JUMP_IF_NONE,
  POP_JUMP_IF_NOT_NONE,
};

inline bool isPseudo(Ir op) { return static_cast<uint16_t>(op) >= 256; }
inline bytecode::Op realOp(Ir op) { return static_cast<bytecode::Op>(op); }

// A source location. Artificial code has line -1.
using Loc = ast::Position;
inline constexpr Loc kNoLoc = {-1, -1, -1, -1};
// What CPython gives to its "no line" jumps: no line, but columns 0.
inline constexpr Loc kNoLineLoc = {-1, 0, 0, 0};

// Where blocks and instructions lie: a unit's first slab holds most functions whole, and is used again.
using IrArena = Arena;

struct Block;

struct Instr {
  Ir op;
  uint32_t arg = 0;
  Block *target = nullptr; // of a jump or SETUP_*
  Block *except = nullptr; // the handler of exceptions raised here, set late
  Loc loc = {};
};

struct OpenHandler;

struct Block {
  Instr *instrs = nullptr;
  uint32_t used = 0;
  uint32_t capacity = 0;
  Block *next = nullptr;
  const OpenHandler *handlers = nullptr; // that are open where the block begins, innermost first
  int predecessors = 0;
  int startDepth = 0;
  int offset = 0;    // in units, known late
  int plainSize = 0; // of all instructions but a jump at the end
  bool noFallthrough = false;
  bool preserveLasti = false;
  bool visited = false;
  bool pushes = false;  // may hold SETUP_*, the only instructions with a target that do not end a block
  bool exits = false;   // ends in a return or raise
  bool returns = false; // holds a RETURN_VALUE

  Instr &last() { return instrs[used - 1]; }
  Instr *begin() { return instrs; }
  Instr *end() { return instrs + used; }

  // Makes room for one more instruction and returns it, not initialised.
  Instr &append(IrArena &arena) {
    if (used == capacity) grow(arena);
    return instrs[used++];
  }
  void insert(IrArena &arena, uint32_t position, const Instr &instr);
  // Calls `visit` with every target of the block.
  template <typename Visit> void targets(Visit visit) const {
    if (used == 0) return;
    if (pushes)
      for (const Instr *instr = instrs; instr != instrs + used - 1; ++instr)
        if (instr->target) visit(instr->target);
    if (instrs[used - 1].target) visit(instrs[used - 1].target);
  }

private:
  void grow(IrArena &arena);
};

enum IrFlag : uint8_t {
  kIrJump = 1,
  kIrEndsBlock = 2, // code after the instruction belongs to another basic block
  kIrPeephole = 4,  // the optimizer of blocks looks at it
};

// What the passes ask of every instruction, a byte each so that the table stays in the cache.
struct IrTraits {
  static constexpr int8_t kVaries = 127;
  uint8_t caches[256] = {};
  uint8_t flags[266] = {};
  int8_t effect[266] =
      {}; // on the stack, where the instruction does not jump; kVaries if it depends on the argument
};
extern const IrTraits kIrTraits;

inline uint8_t irFlags(Ir op) { return kIrTraits.flags[static_cast<uint16_t>(op)]; }
inline bool isJump(Ir op) { return irFlags(op) & kIrJump; }
inline bool isBlockPush(Ir op) { return op >= Ir::SETUP_FINALLY && op <= Ir::SETUP_WITH; }
int irStackEffect(const Instr &instr, bool jump);
inline int fallThroughEffect(const Instr &instr) {
  int effect = kIrTraits.effect[static_cast<uint16_t>(instr.op)];
  return effect != IrTraits::kVaries ? effect : irStackEffect(instr, false);
}
// Size in instruction units: EXTENDED_ARGs, the instruction, its caches. Not for pseudo instructions.
inline int instrSize(const Instr &instr) {
  int size = 1 + kIrTraits.caches[static_cast<uint8_t>(instr.op)];
  uint32_t arg = instr.arg;
  if (arg <= 0xFF || !bytecode::hasArgument(realOp(instr.op))) return size;
  return size + 1 + (arg > 0xFFFF) + (arg > 0xFFFFFF);
}

} // namespace coil::compile
