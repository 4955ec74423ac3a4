// The listing of the dis module, and its variations.
#pragma once

#include "Bytecode/Code.h"
#include "Disasm/Instructions.h"
#include <functional>

namespace coil::disasm {

struct ListingOptions {
  bool showCaches = false;    // a line for each inline cache unit
  bool showPositions = false; // "3:4-3:9" in place of the line number
  bool labels = false;        // "L1:" in place of offsets and ">>"
  bool showOffsets = false;   // offsets beside labels
  int depth = -1;             // how deep to go into nested code objects; -1 is all the way
  // Given a line number, the text of that line; lines are then shown before their instructions.
  std::function<llvm::StringRef(int)> source;
};

// The most code objects that are listed; the rest of a file that shares them without end is left out, and
// said so.
constexpr size_t kMaxListed = 1 << 18;

// Lists `code` and, below it, the code objects among its constants.
void writeListing(llvm::raw_ostream &os, const bytecode::Code &code, const ListingOptions &options = {});

// dis.code_info(code), and the newline that print() adds.
void writeCodeInfo(llvm::raw_ostream &os, const bytecode::Code &code);

// The code objects whose qualified name (or plain name, if no qualified name matches) is `name`, in their
// order.
std::vector<const bytecode::Code *> findFunctions(const bytecode::Code &root, llvm::StringRef name);

// Calls `visit` for `root` and all code objects below it, in the order in which dis lists them, at most
// kMaxListed.
void forEachCode(const bytecode::Code &root,
                 const std::function<void(const bytecode::Code &, unsigned depth)> &visit);

} // namespace coil::disasm
