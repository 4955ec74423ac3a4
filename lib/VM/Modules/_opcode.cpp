// _opcode: the stack effects of instructions, for dis.
#include "Bytecode/Opcodes.h"
#include "VM/Modules/Modules.h"
#include "VM/Protocol/Protocol.h"
#include "VM/Types/Int/Int.h"
#include "VM/Types/Str/TextArguments.h"

using namespace coil::vm;
using namespace coil::bytecode;

namespace {

// The compiler's own instructions, which no code has, count from -1 downwards: SETUP_FINALLY, SETUP_CLEANUP,
// SETUP_WITH, POP_BLOCK, JUMP, JUMP_NO_INTERRUPT and four POP_JUMP. Their effects with and without the jump.
constexpr int kPseudo[][2] = {{1, 0}, {2, 0},   {1, 0},   {0, 0},   {0, 0},
                              {0, 0}, {-1, -1}, {-1, -1}, {-1, -1}, {-1, -1}};

// False: there is no such instruction.
bool effectOf(int opcode, uint32_t arg, bool jump, int &effect) {
  if (opcode < 0) {
    if (opcode < -int(std::size(kPseudo))) return false;
    effect = kPseudo[-1 - opcode][jump ? 0 : 1];
    return true;
  }
  if (opcode > 255 || !isOpcode(uint8_t(opcode))) return false;
  effect = stackEffect(Op(uint8_t(opcode)), arg, jump);
  return true;
}

// stack_effect(opcode, oparg=None, /, *, jump=None): the greater one for jump=None.
Ref opcodeStackEffect(Thread &t, const Value *args) {
  int opcode = TRY(intArgument(t, args[0])), arg = 0;
  if (opcode >= int(kHaveArgument)) {
    if (args[1].isNone())
      return raise(t, types::ValueError, "stack_effect: opcode requires oparg but oparg was not specified");
    arg = TRY(intArgument(t, args[1]));
  } else if (!args[1].isNone()) {
    return raise(t, types::ValueError, "stack_effect: opcode does not permit oparg but oparg was specified");
  }
  if (!args[2].isNone() && !args[2].isBool())
    return raise(t, types::ValueError, "stack_effect: jump must be False, True or None");
  int jumping, going;
  if (!effectOf(opcode, uint32_t(arg), true, jumping) || !effectOf(opcode, uint32_t(arg), false, going))
    return raise(t, types::ValueError, "invalid opcode or oparg");
  return makeInt(args[2].isTrue() ? jumping : args[2].isFalse() ? going : std::max(jumping, going));
}

// There are none to tell of, as in a CPython built without them.
Ref opcodeSpecializationStats(Thread &, const Value *) { return Ref::none(); }

NativeDef kFunctions[] = {
    {"stack_effect", opcodeStackEffect, "($module, opcode, oparg=None, /, *, jump=None)",
     "How many values an instruction adds to the stack (negative if it takes away). jump tells\n"
     "whether the jump is taken; None means whichever way is the larger. ValueError if there\n"
     "is no such instruction, or if its argument is missing or superfluous."},
    {"get_specialization_stats", opcodeSpecializationStats, "($module, /)",
     "Counts of specialized instructions; None, as they are only kept by builds for statistics."},
};

} // namespace

const ModuleSpec coil::vm::kOpcodeModule = {
    .name = "_opcode",
    .doc = "What the module opcode asks the interpreter.",
    .functions = kFunctions,
};
