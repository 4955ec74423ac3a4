// The instruction set: opcode numbers, what an argument means, inline caches and stack effects, per Python
// version.
#pragma once

#include "llvm/ADT/StringRef.h"
#include <cstdint>
#include <optional>

namespace coil::bytecode {

// CPython 3.11's instructions under CPython's own names.
enum class Op : uint8_t {
#define OPCODE(name, number, caches, arg, jump, effect, jumpEffect, summary) name = number,
#include "Bytecode/Opcodes.def"
};

// What the argument of an instruction stands for; see Opcodes.def.
enum class ArgKind : uint8_t {
  None,
  Const,
  Name,
  GlobalName,
  Local,
  Free,
  Compare,
  BinaryOp,
  Jump,
  Count,
  Flags
};

enum class JumpKind : uint8_t { No, Forward, Backward };

// The static facts about one opcode of one version. `name` is null for numbers that are no instruction.
struct OpcodeInfo {
  const char *name = nullptr;
  uint8_t caches = 0;
  ArgKind arg = ArgKind::None;
  JumpKind jump = JumpKind::No;
  const char *summary = "";
};

// One row per byte value, indexed by the opcode's number.
using OpcodeTable = OpcodeInfo[256];
extern const OpcodeTable kOpcodes311;

inline const OpcodeInfo &info(Op op) { return kOpcodes311[static_cast<uint8_t>(op)]; }
inline bool isOpcode(uint8_t number) { return kOpcodes311[number].name != nullptr; }

// Opcodes from this number on have an argument; the argument byte of those below is ignored.
constexpr uint8_t kHaveArgument = 90;
inline bool hasArgument(Op op) { return static_cast<uint8_t>(op) >= kHaveArgument; }

// The opcode called `name`, if there is one.
std::optional<Op> opcodeByName(llvm::StringRef name);

// Change of the stack depth; `jump` chooses the edge. Arguments that no real code has give a meaningless but
// defined number.
int stackEffect(Op op, uint32_t arg, bool jump);

// Control never goes on to the next instruction: returns, raises and unconditional jumps.
bool endsFlow(Op op);

// The spelling of BINARY_OP's argument ("+", "-=", ...) and of COMPARE_OP's ("<", ...); empty when out of
// range.
llvm::StringRef binaryOpSymbol(uint32_t arg);
llvm::StringRef compareOpSymbol(uint32_t arg);
constexpr uint32_t kBinaryOps = 26;
constexpr uint32_t kCompareOps = 6;

} // namespace coil::bytecode
