// Facts about instructions of the intermediate form.
#include "Compile/Ir.h"

#include <cstring>

namespace coil::compile {

void Block::grow(llvm::BumpPtrAllocator &arena) {
  uint32_t bigger = capacity ? capacity * 2 : 8;
  Instr *fresh = static_cast<Instr *>(arena.Allocate(bigger * sizeof(Instr), alignof(Instr)));
  if (used) std::memcpy(static_cast<void *>(fresh), instrs, used * sizeof(Instr));
  instrs = fresh;
  capacity = bigger;
}

void Block::insert(llvm::BumpPtrAllocator &arena, uint32_t position, const Instr &instr) {
  append(arena);
  for (uint32_t i = used - 1; i > position; --i) instrs[i] = instrs[i - 1];
  instrs[position] = instr;
}

static constexpr IrTraits makeTraits() {
  constexpr bool No = false, Forward = true, Backward = true;
  IrTraits traits;
#define OPCODE(name, number, cacheCount, arg, jumpKind, effect, jumpEffect, summary)                         \
  traits.caches[number] = cacheCount;                                                                        \
  traits.jump[number] = jumpKind;
#include "Bytecode/Opcodes.def"
  for (auto op = static_cast<unsigned>(Ir::JUMP); op <= static_cast<unsigned>(Ir::POP_JUMP_IF_NOT_NONE); ++op)
    traits.jump[op] = true;
  return traits;
}
constexpr IrTraits kIrTraits = makeTraits();

int irStackEffect(const Instr &instr, bool jump) {
  switch (instr.op) {
  case Ir::SETUP_FINALLY:
  case Ir::SETUP_WITH: return jump ? 1 : 0;
  case Ir::SETUP_CLEANUP: return jump ? 2 : 0;
  case Ir::POP_BLOCK:
  case Ir::JUMP:
  case Ir::JUMP_NO_INTERRUPT: return 0;
  case Ir::POP_JUMP_IF_FALSE:
  case Ir::POP_JUMP_IF_TRUE:
  case Ir::POP_JUMP_IF_NONE:
  case Ir::POP_JUMP_IF_NOT_NONE: return -1;
  default: return bytecode::stackEffect(realOp(instr.op), instr.arg, jump);
  }
}

} // namespace coil::compile
