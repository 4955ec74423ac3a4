// Listings laid out as dis.dis lays them out.
#include "Disasm/Listing.h"
#include "llvm/ADT/SmallString.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/raw_ostream.h"
#include <charconv>

using namespace coil;
using namespace coil::bytecode;
using namespace coil::disasm;
using llvm::StringRef;

namespace {

size_t digits(int64_t value) { return std::to_string(value).size(); }

// Lists one code object.
class Lister {
public:
  Lister(llvm::raw_ostream &os, const Code &code, const ListingOptions &options)
      : os(os), options(options), decoded(code) {
    size_t bytes = code.code->data.size();
    // The columns widen for long code only.
    if (bytes >= 10002) offsetWidth = digits(static_cast<int64_t>(bytes) - 2);
    lineWidth = decoded.maxLine == kNoLine ? 0 : decoded.maxLine >= 1000 ? digits(decoded.maxLine) : 3;
    if (options.labels) labelWidth = digits(static_cast<int64_t>(decoded.labels.size())) + 2;
    if (options.showPositions) readPositions();
  }
  void run() {
    for (const Instruction &instruction : decoded.instructions) {
      startLine(instruction);
      line(instruction);
      if (options.showCaches) caches(instruction);
    }
    flush();
    handlers();
  }

private:
  llvm::raw_ostream &os;
  const ListingOptions &options;
  Decoded decoded;
  // Lines gather here before they go to `os`; `stream` appends to it.
  static constexpr size_t kFlush = 1 << 15;
  llvm::SmallString<0> text;
  llvm::raw_svector_ostream stream{text};
  size_t lineStart = 0;
  size_t offsetWidth = 4, lineWidth = 0, labelWidth = 0, positionWidth = 0;
  std::vector<std::string> positions; // by unit

  void readPositions();
  void startLine(const Instruction &instruction);
  void line(const Instruction &instruction);
  void caches(const Instruction &instruction);
  void handlers();
  void right(StringRef value, size_t width) {
    text.append(value.size() < width ? width - value.size() : 0, ' ');
    text += value;
  }
  void right(int64_t value, size_t width) {
    char buffer[24];
    char *end = std::to_chars(buffer, buffer + sizeof buffer, value).ptr;
    right(StringRef(buffer, static_cast<size_t>(end - buffer)), width);
  }
  void finish() {
    while (text.size() > lineStart && text.back() == ' ') text.pop_back();
    text.push_back('\n');
    if (text.size() >= kFlush) flush();
    lineStart = text.size();
  }
  void flush() {
    os << text;
    text.clear();
  }
  // Everything before the name of the instruction.
  void margin(const Instruction &instruction, uint32_t unit);
};

std::string positionText(const Location &location) {
  auto number = [](int value) { return value < 0 ? std::string("?") : std::to_string(value); };
  if (location.line == kNoLine) return "";
  return number(location.line) + ":" + number(location.column) + "-" + number(location.endLine) + ":" +
         number(location.endColumn);
}

void Lister::readPositions() {
  const Code &code = decoded.code;
  positions.resize(code.units());
  for (const Location &location : decodeLineTable(code.linetable->data, static_cast<int>(code.firstlineno))) {
    std::string shown = positionText(location);
    positionWidth = std::max(positionWidth, shown.size());
    for (uint32_t unit = location.start; unit < std::min<size_t>(location.end, positions.size()); ++unit)
      positions[unit] = shown;
  }
}

void Lister::startLine(const Instruction &instruction) {
  if (instruction.startsLine == kNoLine) return;
  if (instruction.unit > 0) text.push_back('\n');
  lineStart = text.size();
  if (options.source) {
    StringRef source = options.source(instruction.startsLine);
    stream << "# " << instruction.startsLine << ": " << source.rtrim() << '\n';
    lineStart = text.size();
  }
}

void Lister::margin(const Instruction &instruction, uint32_t unit) {
  bool own = unit == instruction.unit; // not one of its caches
  if (options.showPositions) {
    text += positions[unit];
    text.append(positionWidth - positions[unit].size(), ' ');
    text.push_back(' ');
  } else if (lineWidth) {
    if (own && instruction.startsLine != kNoLine)
      right(instruction.startsLine, lineWidth);
    else
      text.append(lineWidth, ' ');
    text.push_back(' ');
  }
  text.append(4, ' ');
  if (options.labels) {
    std::string label = own && instruction.isTarget ? decoded.label(unit) + ":" : "";
    text += label;
    text.append(labelWidth > label.size() ? labelWidth - label.size() : 0, ' ');
    text.push_back(' ');
    if (!options.showOffsets) return;
  } else {
    text += own && instruction.isTarget ? ">> " : "   ";
  }
  right(2 * static_cast<int64_t>(unit), offsetWidth);
  text.push_back(' ');
}

void Lister::line(const Instruction &instruction) {
  margin(instruction, instruction.unit);
  size_t start = text.size();
  if (const char *name = instruction.info().name)
    text += name;
  else
    text += opcodeName(instruction.opcode);
  if (instruction.hasArg) {
    size_t length = text.size() - start;
    text.append(length < 20 ? 20 - length : 0, ' ');
    text.push_back(' ');
    right(instruction.arg, 5);
    size_t before = text.size();
    text += " (";
    std::string target;
    if (options.labels && instruction.isJump()) target = decoded.label(instruction.target());
    writeArgument(stream, decoded.code, instruction, target);
    if (text.size() == before + 2)
      text.truncate(before);
    else
      text.push_back(')');
  }
  finish();
}

void Lister::caches(const Instruction &instruction) {
  for (uint32_t i = 1; i <= instruction.info().caches; ++i) {
    uint32_t unit = instruction.unit + i;
    if (unit >= decoded.code.units()) return;
    margin(instruction, unit);
    text += "CACHE";
    text.append(16, ' ');
    right(0, 5);
    finish();
  }
}

void Lister::handlers() {
  if (decoded.handlers.empty()) return;
  os << "ExceptionTable:\n";
  for (const ExceptionEntry &entry : decoded.handlers) {
    int64_t start = entry.start, end = entry.end;
    os << "  ";
    auto place = [&](int64_t unit) {
      std::string label = options.labels ? decoded.label(unit) : "";
      if (label.empty())
        os << 2 * unit;
      else
        os << label;
    };
    place(start);
    os << " to " << 2 * end - 2 << " -> ";
    place(entry.target);
    os << " [" << entry.depth << ']' << (entry.lasti ? " lasti" : "") << '\n';
  }
}

class TreeLister {
public:
  TreeLister(llvm::raw_ostream &os, const ListingOptions &options) : os(os), options(options) {}
  void run(const Code &code, int depth) {
    Lister(os, code, options).run();
    if (depth == 0) return;
    for (const Object *constant : code.consts->items) {
      auto *nested = dynCast<Code>(constant);
      if (!nested) continue;
      if (++listed > kMaxListed) {
        if (listed == kMaxListed + 1)
          os << "\nMore code objects than " << kMaxListed << "; the rest is left out.\n";
        return;
      }
      os << "\nDisassembly of ";
      writeRepr(os, *nested);
      os << ":\n";
      run(*nested, depth - 1);
    }
  }

private:
  llvm::raw_ostream &os;
  const ListingOptions &options;
  size_t listed = 1;
};

void visitCode(const Code &code, unsigned depth, size_t &count,
               const std::function<void(const Code &, unsigned)> &visit) {
  if (++count > kMaxListed) return;
  visit(code, depth);
  for (const Object *constant : code.consts->items)
    if (auto *nested = dynCast<Code>(constant)) visitCode(*nested, depth + 1, count, visit);
}

} // namespace

void disasm::writeListing(llvm::raw_ostream &os, const Code &code, const ListingOptions &options) {
  TreeLister(os, options).run(code, options.depth);
}

void disasm::forEachCode(const Code &root, const std::function<void(const Code &, unsigned)> &visit) {
  size_t count = 0;
  visitCode(root, 0, count, visit);
}

// "f.<locals>.g" as people type it: "f.g".
static std::string withoutLocals(StringRef qualname) {
  constexpr llvm::StringLiteral kLocals("<locals>.");
  std::string result = qualname.str();
  for (size_t at; (at = result.find(kLocals.data())) != std::string::npos;) result.erase(at, kLocals.size());
  return result;
}

std::vector<const Code *> disasm::findFunctions(const Code &root, StringRef name) {
  std::vector<const Code *> qualified, plain;
  forEachCode(root, [&](const Code &code, unsigned) {
    if (code.qualname->text == name || withoutLocals(code.qualname->text) == name) qualified.push_back(&code);
    if (code.name->text == name) plain.push_back(&code);
  });
  return qualified.empty() ? plain : qualified;
}
