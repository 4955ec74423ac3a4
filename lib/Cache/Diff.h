// What makes two .pyc files different.
#pragma once

#include "Bytecode/PycHeader.h"
#include <string>
#include <vector>

namespace coil::cache {

// One difference. `aspect` is one of header, trailing, references, filename, name, arguments, flags,
// stacksize, firstline, lines, exceptions, instructions, constants, names, variables.
struct Difference {
  std::string aspect;
  std::string where; // the qualified name of the code object; empty for the file as a whole
  std::string text;  // what differs, and at which place
};

// Compares two files that could both be read. References are reported only where nothing else differs in the
// payload.
std::vector<Difference> diffPyc(llvm::StringRef contentA, const bytecode::PycReadResult &a,
                                llvm::StringRef contentB, const bytecode::PycReadResult &b);

} // namespace coil::cache
