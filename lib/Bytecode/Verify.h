// Checking that a code object is sound: jumps, stack, indices, caches, tables.
#pragma once

#include "Bytecode/Code.h"
#include <string>
#include <vector>

namespace coil::bytecode {

// One thing that is wrong, and where.
struct VerifyProblem {
  const Code *code;
  uint32_t unit; // of the instruction; the number of units if it concerns the whole code object
  std::string message;
};

struct VerifyOptions {
  size_t maxProblems = 20; // per module
  bool recursive = true;   // also the code objects among the constants
  bool locations = true;   // also the location table, which is no danger to what runs
};

// The problems of `code`, empty if it is sound: every jump lands on an instruction, the stack never
// underflows, has one depth at each instruction and stays within co_stacksize, every index is in its table
// and of the kind that the instruction needs, caches are present and empty, flow does not run off the end,
// and the location and exception tables are well-formed. Any code is safe. What CPython's compiler writes has
// no problems.
std::vector<VerifyProblem> verify(const Code &code, const VerifyOptions &options = {});

} // namespace coil::bytecode
