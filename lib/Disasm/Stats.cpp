// Counts of instructions.
#include "Disasm/Views.h"
#include "llvm/Support/Format.h"
#include "llvm/Support/raw_ostream.h"
#include <algorithm>
#include <array>
#include <numeric>

using namespace coil;
using namespace coil::bytecode;
using namespace coil::disasm;

void disasm::writeStats(llvm::raw_ostream &os, llvm::ArrayRef<const Code *> roots) {
  std::array<size_t, 256> counts{};
  size_t functions = 0, instructions = 0, caches = 0, bytes = 0, deepest = 0;
  for (const Code *root : roots) {
    forEachCode(*root, [&](const Code &code, unsigned depth) {
      ++functions;
      deepest = std::max<size_t>(deepest, depth);
      bytes += code.code->data.size();
      Decoded decoded(code);
      instructions += decoded.instructions.size();
      for (const Instruction &instruction : decoded.instructions) {
        ++counts[instruction.opcode];
        caches += instruction.info().caches;
      }
    });
  }
  os << "code objects: " << functions << "\ndeepest:      " << deepest << "\nbytes:        " << bytes
     << "\ninstructions: " << instructions << "\ncache units:  " << caches << '\n';
  std::array<unsigned, 256> order;
  std::iota(order.begin(), order.end(), 0);
  std::sort(order.begin(), order.end(),
            [&](unsigned a, unsigned b) { return counts[a] != counts[b] ? counts[a] > counts[b] : a < b; });
  for (unsigned opcode : order) {
    if (counts[opcode] == 0) break;
    os << llvm::format("%8zu %5.1f%%  ", counts[opcode], 100.0 * counts[opcode] / instructions)
       << opcodeName(static_cast<uint8_t>(opcode)) << '\n';
  }
}
