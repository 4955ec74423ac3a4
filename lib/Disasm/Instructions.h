// Decoded instructions of one code object, with the facts that every listing needs: lines, labels, handlers.
#pragma once

#include "Bytecode/Code.h"
#include "Bytecode/ExceptionTable.h"
#include "Bytecode/LineTable.h"
#include "Bytecode/Opcodes.h"
#include <vector>

namespace llvm {
class raw_ostream;
}

namespace coil::disasm {

// One instruction, inline caches not counted. `arg` includes the prefixes' bits, wrapped to 32 bits and
// signed as in CPython's dis.
struct Instruction {
  uint32_t unit = 0;
  uint8_t opcode = 0;
  bool hasArg = false;
  bool isTarget = false;              // something jumps here, or a handler begins here
  int startsLine = bytecode::kNoLine; // the line that starts here
  int64_t arg = 0;

  const bytecode::OpcodeInfo &info() const { return bytecode::kOpcodes311[opcode]; }
  bytecode::Op op() const { return static_cast<bytecode::Op>(opcode); }
  bool isJump() const { return info().jump != bytecode::JumpKind::No; }
  // The unit that a jump leads to; may lie outside of the code if that is corrupt.
  int64_t target() const {
    return static_cast<int64_t>(unit) + 1 + (info().jump == bytecode::JumpKind::Backward ? -arg : arg);
  }
};

// A code object taken apart. Any bytes are safe.
struct Decoded {
  explicit Decoded(const bytecode::Code &code);
  const bytecode::Code &code;
  std::vector<Instruction> instructions;
  std::vector<bytecode::ExceptionEntry> handlers;
  int maxLine = bytecode::kNoLine; // kNoLine if no instruction has a line
  // Jump targets and handlers in the order of their units; label N is number N + 1.
  std::vector<uint32_t> labels;
  // "L3", or "" if `unit` is no label.
  std::string label(int64_t unit) const;
};

// The name of an opcode: "<200>" for numbers that are none.
std::string opcodeName(uint8_t opcode);

// The text that dis shows in parentheses for an instruction; empty if there is none. `targetText` replaces
// the offset in "to 24".
void writeArgument(llvm::raw_ostream &os, const bytecode::Code &code, const Instruction &instruction,
                   llvm::StringRef targetText = {});

// repr(object), with " at 0x..." left out of code objects. Stops with "..." where a small file describes an
// enormous value.
void writeRepr(llvm::raw_ostream &os, const bytecode::Object &object);

} // namespace coil::disasm
