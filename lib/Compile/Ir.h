// The compiler's intermediate form: basic blocks of instructions with locations, as CPython's compiler has
// it.
#pragma once

#include "AST/AST.h"
#include "Bytecode/Opcodes.h"
#include "llvm/Support/Allocator.h"

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

struct Block;

struct Instr {
  Ir op;
  uint32_t arg = 0;
  Block *target = nullptr; // of a jump or SETUP_*
  Block *except = nullptr; // the handler of exceptions raised here, set late
  Loc loc = {};
};

struct ExceptStack;

struct Block {
  Instr *instrs = nullptr;
  uint32_t used = 0;
  uint32_t capacity = 0;
  Block *next = nullptr;
  ExceptStack *exceptStack = nullptr;
  int predecessors = 0;
  int startDepth = 0;
  int offset = 0;    // in units, known late
  int plainSize = 0; // of all instructions but a jump at the end
  bool noFallthrough = false;
  bool preserveLasti = false;
  bool visited = false;
  bool exits = false;   // ends in a return or raise
  bool returns = false; // holds a RETURN_VALUE

  Instr &last() { return instrs[used - 1]; }
  Instr *begin() { return instrs; }
  Instr *end() { return instrs + used; }

  // Makes room for one more instruction and returns it, not initialised.
  Instr &append(llvm::BumpPtrAllocator &arena) {
    if (used == capacity) grow(arena);
    return instrs[used++];
  }
  void insert(llvm::BumpPtrAllocator &arena, uint32_t position, const Instr &instr);

private:
  void grow(llvm::BumpPtrAllocator &arena);
};

// What the passes ask of every instruction, a byte each so that the table stays in the cache.
struct IrTraits {
  uint8_t caches[256] = {};
  bool jump[266] = {};
};
extern const IrTraits kIrTraits;

inline bool isJump(Ir op) { return kIrTraits.jump[static_cast<uint16_t>(op)]; }
inline bool isBlockPush(Ir op) { return op >= Ir::SETUP_FINALLY && op <= Ir::SETUP_WITH; }
// Whether code after the instruction belongs to another basic block.
inline bool endsBlock(Ir op) {
  return isJump(op) || op == Ir::RETURN_VALUE || op == Ir::RAISE_VARARGS || op == Ir::RERAISE;
}
int irStackEffect(const Instr &instr, bool jump);
// Size in instruction units: EXTENDED_ARGs, the instruction, its caches. Not for pseudo instructions.
inline int instrSize(const Instr &instr) {
  uint32_t arg = bytecode::hasArgument(realOp(instr.op)) ? instr.arg : 0;
  int extended = (arg > 0xFFFFFF) + (arg > 0xFFFF) + (arg > 0xFF);
  return extended + 1 + kIrTraits.caches[static_cast<uint8_t>(instr.op)];
}

} // namespace coil::compile
