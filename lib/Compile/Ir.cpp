// Facts about instructions of the intermediate form.
#include "Compile/Ir.h"

#include <cstring>

namespace coil::compile {

void Block::grow(IrArena &arena) {
  uint32_t bigger = capacity ? capacity * 2 : 8;
  Instr *fresh = static_cast<Instr *>(arena.Allocate(bigger * sizeof(Instr), alignof(Instr)));
  if (used) std::memcpy(static_cast<void *>(fresh), instrs, used * sizeof(Instr));
  instrs = fresh;
  capacity = bigger;
}

void Block::insert(IrArena &arena, uint32_t position, const Instr &instr) {
  append(arena);
  for (uint32_t i = used - 1; i > position; --i) instrs[i] = instrs[i - 1];
  instrs[position] = instr;
}

// The effect of an instruction on the stack if no argument changes it. Every bit that an effect looks at, and
// every special value, is among those tried.
template <typename Effect> static constexpr int8_t fixedEffect(Effect effect) {
  for (int arg : {1, 2, 3, 4, 8, 16, 256})
    if (effect(arg) != effect(0)) return IrTraits::kVaries;
  return static_cast<int8_t>(effect(0));
}

static constexpr IrTraits makeTraits() {
  constexpr uint8_t No = 0, Forward = kIrJump | kIrEndsBlock, Backward = Forward;
  IrTraits traits;
#define OPCODE(name, number, cacheCount, argKind, jumpKind, stack, jumpEffect, summary)                      \
  traits.caches[number] = cacheCount;                                                                        \
  traits.flags[number] = jumpKind;                                                                           \
  traits.effect[number] = fixedEffect([]([[maybe_unused]] int arg) { return stack; });
#include "Bytecode/Opcodes.def"
  for (Ir op : {Ir::JUMP, Ir::JUMP_NO_INTERRUPT, Ir::POP_JUMP_IF_FALSE, Ir::POP_JUMP_IF_TRUE,
                Ir::POP_JUMP_IF_NONE, Ir::POP_JUMP_IF_NOT_NONE})
    traits.flags[static_cast<uint16_t>(op)] = Forward;
  for (Ir op : {Ir::RETURN_VALUE, Ir::RAISE_VARARGS, Ir::RERAISE})
    traits.flags[static_cast<uint16_t>(op)] |= kIrEndsBlock;
  for (uint8_t &flags : traits.flags)
    if (flags & kIrJump) flags |= kIrPeephole;
  for (Ir op : {Ir::LOAD_CONST, Ir::BUILD_TUPLE, Ir::SWAP, Ir::PUSH_NULL, Ir::SETUP_FINALLY,
                Ir::SETUP_CLEANUP, Ir::SETUP_WITH})
    traits.flags[static_cast<uint16_t>(op)] |= kIrPeephole;
  for (Ir op : {Ir::POP_JUMP_IF_FALSE, Ir::POP_JUMP_IF_TRUE, Ir::POP_JUMP_IF_NONE, Ir::POP_JUMP_IF_NOT_NONE})
    traits.effect[static_cast<uint16_t>(op)] = -1;
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
