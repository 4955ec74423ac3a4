// Basic blocks in the DOT language.
#include "Disasm/Views.h"
#include "llvm/ADT/BitVector.h"
#include "llvm/ADT/SmallString.h"
#include "llvm/Support/raw_ostream.h"

using namespace coil;
using namespace coil::bytecode;
using namespace coil::disasm;
using llvm::StringRef;

namespace {

void writeEscaped(llvm::raw_ostream &os, StringRef text) {
  for (char c : text) {
    if (c == '"' || c == '\\') os << '\\';
    os << c;
  }
}

// The blocks of one code object. A block begins at a label, behind an instruction that jumps or ends, and
// where a guarded range begins or ends, so that a whole block has the same handler.
class Graph {
public:
  Graph(llvm::raw_ostream &os, const Code &code, size_t number) : os(os), decoded(code), number(number) {
    findBlocks();
  }
  void write();

private:
  llvm::raw_ostream &os;
  Decoded decoded;
  size_t number;
  llvm::BitVector leaders;

  void findBlocks();
  void node(uint32_t unit) { os << 'c' << number << '_' << 2 * unit; }
  void edge(uint32_t from, int64_t to, StringRef attributes);
  void edges(uint32_t block, const Instruction &last, uint32_t next);
  void handlerEdges(uint32_t block);
  size_t writeBlock(size_t first);
};

void Graph::findBlocks() {
  size_t units = decoded.code.units();
  leaders.resize(static_cast<unsigned>(units) + 1);
  leaders.set(0);
  auto mark = [&](int64_t unit) {
    if (unit >= 0 && unit <= static_cast<int64_t>(units)) leaders.set(static_cast<unsigned>(unit));
  };
  for (uint32_t label : decoded.labels) mark(label);
  for (const ExceptionEntry &entry : decoded.handlers) {
    mark(entry.start);
    mark(entry.end);
  }
  for (const Instruction &instruction : decoded.instructions)
    if (instruction.isJump() || (instruction.info().name && endsFlow(instruction.op())))
      mark(int64_t(instruction.unit) + 1 + instruction.info().caches);
}

void Graph::edge(uint32_t from, int64_t to, StringRef attributes) {
  if (to < 0 || to >= static_cast<int64_t>(decoded.code.units())) return;
  os << "    ";
  node(from);
  os << " -> ";
  node(static_cast<uint32_t>(to));
  os << attributes << ";\n";
}

void Graph::edges(uint32_t block, const Instruction &last, uint32_t next) {
  bool ends = last.info().name && endsFlow(last.op());
  if (last.isJump()) edge(block, last.target(), ends ? "" : " [label=\"jump\"]");
  if (!ends) edge(block, next, "");
}

void Graph::handlerEdges(uint32_t block) {
  for (const ExceptionEntry &entry : decoded.handlers)
    if (entry.start <= block && block < entry.end)
      edge(block, entry.target, " [style=dashed, label=\"raise\"]");
}

// Writes the block that begins with the instruction number `first`; gives the number behind its last.
size_t Graph::writeBlock(size_t first) {
  uint32_t block = decoded.instructions[first].unit;
  os << "    ";
  node(block);
  os << " [label=\"";
  size_t i = first;
  for (; i < decoded.instructions.size(); ++i) {
    const Instruction &instruction = decoded.instructions[i];
    if (i > first && leaders.test(instruction.unit)) break;
    os << 2 * static_cast<int64_t>(instruction.unit) << ' ' << opcodeName(instruction.opcode);
    if (instruction.hasArg) {
      llvm::SmallString<64> argument;
      llvm::raw_svector_ostream stream(argument);
      writeArgument(stream, decoded.code, instruction);
      os << ' ' << instruction.arg;
      if (!argument.empty()) {
        os << " (";
        writeEscaped(os, argument);
        os << ')';
      }
    }
    os << "\\l";
  }
  os << "\"];\n";
  uint32_t next = i < decoded.instructions.size() ? decoded.instructions[i].unit
                                                  : static_cast<uint32_t>(decoded.code.units());
  edges(block, decoded.instructions[i - 1], next);
  handlerEdges(block);
  return i;
}

void Graph::write() {
  os << "  subgraph cluster_" << number << " {\n    label=\"";
  writeEscaped(os, decoded.code.qualname->text);
  os << "\";\n";
  // A jump into the middle of an instruction, or a range that begins there, has no block of its own in
  // corrupt code.
  for (size_t i = 0; i < decoded.instructions.size();) i = writeBlock(i);
  os << "  }\n";
}

} // namespace

void disasm::writeFlowGraph(llvm::raw_ostream &os, llvm::ArrayRef<const Code *> roots, int depth) {
  os << "digraph code {\n  node [shape=box, fontname=monospace];\n";
  size_t number = 0;
  for (const Code *root : roots)
    forEachCode(*root, [&](const Code &code, unsigned level) {
      if (depth >= 0 && level > static_cast<unsigned>(depth)) return;
      Graph(os, code, number++).write();
    });
  os << "}\n";
}
