// What the writer and the reader of assembly share: instructions as text sees them, flags, one block's
// assembly.
#pragma once

#include "Bytecode/Code.h"
#include "Bytecode/Opcodes.h"
#include <string>

namespace coil::bytecode {

// One instruction with its EXTENDED_ARGs and caches, in units [start, end).
struct AsmInstruction {
  Op op;
  uint32_t arg;
  uint32_t start;
  uint32_t end;
};

// Where a jump goes; meaningless for corrupt code.
inline uint32_t jumpTarget(const AsmInstruction &i) {
  return info(i.op).jump == JumpKind::Backward ? i.end - i.arg : i.end + i.arg;
}

template <typename Visit> void forEachInstruction(llvm::StringRef code, Visit visit) {
  uint32_t units = static_cast<uint32_t>(code.size() / 2);
  for (uint32_t unit = 0; unit < units;) {
    uint32_t start = unit, arg = 0;
    Op op;
    do {
      op = static_cast<Op>(static_cast<uint8_t>(code[unit * 2]));
      arg = arg << 8 | static_cast<uint8_t>(code[unit * 2 + 1]);
      ++unit;
    } while (op == Op::EXTENDED_ARG && unit < units);
    if (!isOpcode(static_cast<uint8_t>(op))) op = Op::CACHE;
    unit = std::min(units, unit + info(op).caches);
    visit(AsmInstruction{op, arg, start, unit});
  }
}

// "OPTIMIZED|NEWLOCALS", unknown bits in hexadecimal; "0" for none.
std::string flagsText(uint32_t flags);
bool flagsFromText(llvm::StringRef text, uint32_t &flags);
// "fast", "cell", "free", joined by "|".
std::string slotKindText(uint8_t kind);
bool slotKindFromText(llvm::StringRef text, uint8_t &kind);

// The three byte strings that a block assembles to, with the tables of `code`; to see if the text says all.
struct AssembledCode {
  bool failed = false;
  std::string code, lineTable, exceptionTable;
};
AssembledCode assembleBlock(llvm::StringRef block, const Code &code);

// How marshal writes each object of a module, in its order: "p" plain, "f" flagged, "rN." a reference to the
// N-th flagged one; "P" and "F" for interned strings.
std::string referenceTrace(const Code &code);
// Rebuilds the module with exactly these references; null if the trace does not fit.
const Code *applyReferenceTrace(const Code &code, llvm::StringRef trace, ObjectPool &pool);

} // namespace coil::bytecode
