// The opcode tables and the functions derived from them.
#include "Bytecode/Opcodes.h"

#include "llvm/ADT/StringMap.h"
#include <array>

namespace coil::bytecode {

namespace {
constexpr const char *kBinaryOpSymbols[kBinaryOps] = {
    "+",  "&",  "//",  "<<",  "@",  "*",  "%",  "|",  "**",  ">>",  "-",  "/",  "^",
    "+=", "&=", "//=", "<<=", "@=", "*=", "%=", "|=", "**=", ">>=", "-=", "/=", "^="};
constexpr const char *kCompareOpSymbols[kCompareOps] = {"<", "<=", "==", "!=", ">", ">="};
} // namespace

// Clang takes array designators in C++; the rows stay where their numbers put them.
#pragma clang diagnostic push
#pragma clang diagnostic ignored "-Wc99-designator"
const OpcodeTable kOpcodes311 = {
#define OPCODE(name, number, caches, arg, jump, effect, jumpEffect, summary)                                 \
  [number] = {#name, caches, ArgKind::arg, JumpKind::jump, summary},
#include "Bytecode/Opcodes.def"
};
#pragma clang diagnostic pop

std::optional<Op> opcodeByName(llvm::StringRef name) {
  static const llvm::StringMap<uint8_t> index = [] {
    llvm::StringMap<uint8_t> map;
    for (unsigned i = 0; i < 256; ++i)
      if (kOpcodes311[i].name) map[kOpcodes311[i].name] = static_cast<uint8_t>(i);
    return map;
  }();
  auto it = index.find(name);
  if (it == index.end()) return std::nullopt;
  return static_cast<Op>(it->second);
}

int stackEffect(Op op, uint32_t oparg, bool jump) {
  // Large arguments occur only in corrupt code; the clamp keeps the arithmetic defined.
  const int arg = static_cast<int>(oparg & 0x0FFFFFFF);
  constexpr int Same = INT32_MIN;
  switch (op) {
#define OPCODE(name, number, caches, argKind, jumpKind, effect, jumpEffect, summary)                         \
  case Op::name: return jump && (jumpEffect) != Same ? (jumpEffect) : (effect);
#include "Bytecode/Opcodes.def"
  }
  return 0;
}

bool endsFlow(Op op) {
  switch (op) {
  case Op::RETURN_VALUE:
  case Op::RAISE_VARARGS:
  case Op::RERAISE:
  case Op::JUMP_FORWARD:
  case Op::JUMP_BACKWARD:
  case Op::JUMP_BACKWARD_NO_INTERRUPT: return true;
  default: return false;
  }
}

llvm::StringRef binaryOpSymbol(uint32_t arg) { return arg < kBinaryOps ? kBinaryOpSymbols[arg] : ""; }
llvm::StringRef compareOpSymbol(uint32_t arg) { return arg < kCompareOps ? kCompareOpSymbols[arg] : ""; }

} // namespace coil::bytecode
