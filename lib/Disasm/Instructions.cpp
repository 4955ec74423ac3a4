// Decoding of instructions, and the text of their arguments.
#include "Disasm/Instructions.h"
#include "llvm/ADT/BitVector.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/raw_ostream.h"

using namespace coil;
using namespace coil::bytecode;
using namespace coil::disasm;
using llvm::StringRef;

// Extended arguments are built in Python integers there, and wrapped when they leave 32 bits.
static int64_t widen(int64_t arg) {
  arg *= 256;
  return arg >= (int64_t(1) << 31) ? arg - (int64_t(1) << 32) : arg;
}

static std::vector<Instruction> decodeInstructions(StringRef bytes) {
  std::vector<Instruction> result;
  size_t units = bytes.size() / 2;
  result.reserve(units / 2 + 1);
  int64_t extended = 0;
  for (size_t unit = 0; unit < units;) {
    Instruction instruction;
    instruction.unit = static_cast<uint32_t>(unit);
    instruction.opcode = static_cast<uint8_t>(bytes[2 * unit]);
    instruction.hasArg = instruction.opcode >= kHaveArgument;
    if (instruction.hasArg) {
      instruction.arg = static_cast<uint8_t>(bytes[2 * unit + 1]) | extended;
      extended = instruction.op() == Op::EXTENDED_ARG ? widen(instruction.arg) : 0;
    } else {
      extended = 0;
    }
    unit += 1 + instruction.info().caches;
    result.push_back(instruction);
  }
  return result;
}

Decoded::Decoded(const Code &code)
    : code(code), instructions(decodeInstructions(code.code->data)),
      handlers(decodeExceptionTable(code.exceptiontable->data)) {
  size_t units = code.units();
  llvm::BitVector targets(static_cast<unsigned>(units));
  auto mark = [&](int64_t unit) {
    if (unit >= 0 && unit < static_cast<int64_t>(units)) targets.set(static_cast<unsigned>(unit));
  };
  for (const Instruction &instruction : instructions)
    if (instruction.isJump()) mark(instruction.target());
  for (const ExceptionEntry &entry : handlers)
    if (entry.start < entry.end) mark(entry.target);
  for (unsigned unit : targets.set_bits()) labels.push_back(unit);

  // A line starts where a range begins whose line is not that of the range before.
  std::vector<LineRange> ranges = codeLines(code);
  size_t at = 0;
  int last = kNoLine;
  for (Instruction &instruction : instructions) {
    instruction.isTarget = targets.test(instruction.unit);
    for (; at < ranges.size() && ranges[at].start <= instruction.unit; ++at) {
      if (ranges[at].line == kNoLine || ranges[at].line == last) continue;
      last = ranges[at].line;
      maxLine = std::max(maxLine, last);
      if (ranges[at].start == instruction.unit) instruction.startsLine = last;
    }
  }
  for (; at < ranges.size(); ++at) maxLine = std::max(maxLine, ranges[at].line);
}

std::string Decoded::label(int64_t unit) const {
  auto found = std::lower_bound(labels.begin(), labels.end(), unit);
  if (found == labels.end() || *found != unit) return {};
  return "L" + std::to_string(found - labels.begin() + 1);
}

std::string disasm::opcodeName(uint8_t opcode) {
  const char *name = kOpcodes311[opcode].name;
  return name ? name : "<" + std::to_string(opcode) + ">";
}

static void writeItem(llvm::raw_ostream &os, const SequenceObject &items, int64_t index) {
  if (index < 0 || index >= static_cast<int64_t>(items.size())) {
    os << "<invalid index>";
    return;
  }
  const Object &item = *items.items[static_cast<size_t>(index)];
  if (auto *text = dynCast<StrObject>(&item))
    os << text->text;
  else
    writeRepr(os, item);
}

static void writeFlags(llvm::raw_ostream &os, const Instruction &instruction) {
  static const char *const kConverters[] = {"", "str", "repr", "ascii"};
  static const char *const kFunctionFlags[] = {"defaults", "kwdefaults", "annotations", "closure"};
  int64_t arg = instruction.arg;
  if (instruction.op() == Op::FORMAT_VALUE) {
    os << kConverters[arg & 3] << ((arg & 4) && (arg & 3) ? ", " : "") << (arg & 4 ? "with format" : "");
  } else if (instruction.op() == Op::MAKE_FUNCTION) {
    llvm::ListSeparator comma;
    for (int i = 0; i < 4; ++i)
      if (arg & (1 << i)) os << comma << kFunctionFlags[i];
  }
}

void disasm::writeArgument(llvm::raw_ostream &os, const Code &code, const Instruction &instruction,
                           StringRef targetText) {
  if (!instruction.hasArg) return;
  int64_t arg = instruction.arg;
  switch (instruction.info().arg) {
  case ArgKind::Const:
    // dis treats KW_NAMES as having a constant that it does not show.
    if (instruction.op() != Op::LOAD_CONST) return;
    if (arg < 0 || arg >= static_cast<int64_t>(code.consts->size()))
      os << "<invalid index>";
    else
      writeRepr(os, *code.constant(static_cast<size_t>(arg)));
    return;
  case ArgKind::GlobalName:
    if (arg & 1) os << "NULL + ";
    return writeItem(os, *code.names, arg >> 1);
  case ArgKind::Name: return writeItem(os, *code.names, arg);
  case ArgKind::Local:
  case ArgKind::Free: return writeItem(os, *code.localsplusnames, arg);
  case ArgKind::Compare: os << compareOpSymbol(static_cast<uint32_t>(arg)); return;
  case ArgKind::BinaryOp: os << binaryOpSymbol(static_cast<uint32_t>(arg)); return;
  case ArgKind::Jump:
    os << "to ";
    if (targetText.empty())
      os << 2 * instruction.target();
    else
      os << targetText;
    return;
  case ArgKind::Flags: return writeFlags(os, instruction);
  case ArgKind::None:
  case ArgKind::Count: return;
  }
}
