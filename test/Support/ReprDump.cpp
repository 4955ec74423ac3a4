// Prints the repr of values given as lines "str HEX", "bytes HEX", "float BITS", "complex BITS BITS" and "int
// HEX".
#include "Support/Repr.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/raw_ostream.h"
#include <bit>

using namespace coil;

static double toDouble(llvm::StringRef hex) {
  uint64_t bits = 0;
  hex.getAsInteger(16, bits);
  return std::bit_cast<double>(bits);
}

static void printInt(llvm::StringRef hex) {
  bool negative = hex.consume_front("-");
  llvm::SmallVector<uint64_t> limbs;
  for (; !hex.empty(); hex = hex.drop_back(std::min<size_t>(16, hex.size()))) {
    uint64_t limb = 0;
    hex.take_back(16).getAsInteger(16, limb);
    limbs.push_back(limb);
  }
  reprInt(llvm::outs(), negative, limbs);
}

int main(int argc, char **argv) {
  auto buffer = llvm::MemoryBuffer::getFile(argv[1]);
  if (!buffer) return 2;
  llvm::SmallVector<llvm::StringRef> lines;
  (*buffer)->getBuffer().split(lines, '\n', -1, false);
  for (llvm::StringRef line : lines) {
    auto [kind, value] = line.split(' ');
    if (kind == "str")
      reprStr(llvm::outs(), llvm::fromHex(value));
    else if (kind == "ascii")
      reprStr(llvm::outs(), llvm::fromHex(value), true);
    else if (kind == "bytes")
      reprBytes(llvm::outs(), llvm::fromHex(value));
    else if (kind == "float")
      reprFloat(llvm::outs(), toDouble(value));
    else if (kind == "complex")
      reprComplex(llvm::outs(), toDouble(value.split(' ').first), toDouble(value.split(' ').second));
    else
      printInt(value);
    llvm::outs() << '\n';
  }
  return 0;
}
