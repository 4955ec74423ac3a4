// Assembling text into code objects.
#include "Bytecode/Asm.h"

#include "Bytecode/AsmBlock.h"
#include "Bytecode/AsmLiteral.h"
#include "Bytecode/ExceptionTable.h"
#include "Bytecode/LineTable.h"
#include "Bytecode/References.h"
#include "Support/Artifact.h"
#include "Support/Utf8.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/StringMap.h"
#include <map>

namespace coil::bytecode {

namespace {

constexpr uint32_t kMaxUnits = 1u << 28;

// One line of a block, without comment and blanks.
struct Line {
  llvm::StringRef text;
  unsigned number;
};

// The text between .code and .end.
struct Block {
  llvm::StringRef label;
  unsigned number;
  std::vector<Line> lines;
  const Code *built = nullptr;
  bool building = false;
};

struct Instruction {
  Op op;
  uint32_t arg = 0;
  llvm::StringRef target; // of a jump
  Location location;
  unsigned number; // of its line
  uint32_t size = 0;
  uint32_t start = 0;
};

struct ExceptLine {
  llvm::StringRef start, end, target;
  uint32_t depth;
  bool lasti;
  unsigned number;
};

// Cuts a comment off, but not inside a string.
llvm::StringRef stripped(llvm::StringRef line) {
  char quote = 0;
  for (size_t i = 0; i < line.size(); ++i) {
    char c = line[i];
    if (quote) {
      if (c == '\\')
        ++i;
      else if (c == quote)
        quote = 0;
    } else if (c == '\'' || c == '"') {
      quote = c;
    } else if (c == ';') {
      line = line.take_front(i);
      break;
    }
  }
  return line.trim(" \t\r");
}

// Everything about one block that does not need other blocks: instructions, tables.
class BlockAssembler {
public:
  BlockAssembler(LiteralReader &literals) : literals(literals) {}
  bool read(const Block &block);
  bool assemble();

  std::string error;
  unsigned errorLine = 0;
  std::string name, qualname, filename;
  bool hasQualname = false;
  uint32_t firstLine = 1, argcount = 0, posonly = 0, kwonly = 0, flags = 0, stacksize = 0;
  std::vector<std::string> slots, names;
  std::string kinds;
  std::vector<const Object *> consts;
  std::optional<std::string> rawCode, rawLines, rawExceptions;
  llvm::SmallVector<char, 256> code, lineTable, exceptionTable;

private:
  LiteralReader &literals;
  std::vector<Instruction> instructions;
  std::vector<ExceptLine> excepts;
  llvm::StringMap<size_t> labels; // to the index of an instruction
  Location location;

  bool fail(unsigned line, const llvm::Twine &message) {
    if (!error.empty()) return false;
    error = literals.error.empty() ? message.str() : literals.error;
    errorLine = line;
    return false;
  }
  bool directive(const Line &line);
  bool count(llvm::StringRef rest, uint32_t &value) {
    return !rest.trim().getAsInteger(0, value) && value <= INT32_MAX;
  }
  bool lineDirective(llvm::StringRef rest);
  bool except(llvm::StringRef rest, unsigned number);
  bool instruction(const Line &line);
  bool operand(Instruction &i, llvm::StringRef text);
  bool index(llvm::StringRef text, uint32_t &arg);
  bool constant(llvm::StringRef text, uint32_t &arg);
  bool named(llvm::StringRef text, std::vector<std::string> &table, bool grow, uint32_t &arg);
  bool layOut();
  void emitUnits();
  bool unitOf(llvm::StringRef label, unsigned line, uint32_t &unit);
};

bool BlockAssembler::lineDirective(llvm::StringRef rest) {
  location = Location();
  if (rest == "none") return true;
  auto [lines, columns] = rest.split(' ');
  auto number = [](llvm::StringRef text, int &value) { return !text.getAsInteger(10, value) && value >= 0; };
  auto [first, last] = lines.split('-');
  if (!number(first, location.line)) return false;
  location.endLine = location.line;
  if (!last.empty() && !number(last, location.endLine)) return false;
  columns = columns.trim();
  if (columns.empty()) return true;
  auto [from, to] = columns.split('-');
  auto column = [&](llvm::StringRef text, int &value) { return text == "?" || number(text, value); };
  return column(from, location.column) && column(to, location.endColumn);
}

bool BlockAssembler::except(llvm::StringRef rest, unsigned number) {
  llvm::SmallVector<llvm::StringRef, 8> words;
  rest.split(words, ' ', -1, false);
  bool lasti = words.size() == 6 && words[5] == "lasti";
  uint32_t depth;
  if ((words.size() != 5 && !lasti) || words[3] != "depth" || words[4].getAsInteger(10, depth) ||
      depth > kMaxUnits)
    return fail(number, "expected .except START END HANDLER depth N [lasti]");
  excepts.push_back({words[0], words[1], words[2], depth, lasti, number});
  return true;
}

bool BlockAssembler::directive(const Line &line) {
  auto [word, rest] = line.text.split(' ');
  rest = rest.trim();
  auto string = [&](std::string &out) {
    out.clear();
    return literals.takeName(rest, out) || fail(line.number, "expected a string");
  };
  auto number = [&](uint32_t &out) {
    return count(rest, out) || fail(line.number, "expected a number after " + word);
  };
  auto bytes = [&](std::optional<std::string> &out) {
    out.emplace();
    return literals.takeBytes(rest, *out) || fail(line.number, "expected bytes");
  };
  if (word == ".co_name") return string(name);
  if (word == ".co_qualname") return hasQualname = true, string(qualname);
  if (word == ".co_filename") return string(filename);
  if (word == ".co_firstlineno") return number(firstLine);
  if (word == ".co_argcount") return number(argcount);
  if (word == ".co_posonlyargcount") return number(posonly);
  if (word == ".co_kwonlyargcount") return number(kwonly);
  if (word == ".co_stacksize") return number(stacksize);
  if (word == ".co_flags")
    return flagsFromText(rest, flags) || fail(line.number, "unknown flag in '" + rest + "'");
  if (word == ".co_code") return bytes(rawCode);
  if (word == ".co_linetable") return bytes(rawLines);
  if (word == ".co_exceptiontable") return bytes(rawExceptions);
  if (word == ".slot") {
    std::string slot;
    uint8_t kind;
    if (!string(slot)) return false;
    if (!slotKindFromText(rest.trim(), kind))
      return fail(line.number, "expected fast, cell or free after the name");
    slots.push_back(slot);
    kinds.push_back(static_cast<char>(kind));
    return true;
  }
  if (word == ".global") {
    std::string global;
    if (!string(global)) return false;
    names.push_back(global);
    return true;
  }
  if (word == ".const") {
    const Object *value = literals.take(rest);
    if (!value) return fail(line.number, "expected a constant");
    if (!rest.trim().empty()) return fail(line.number, "unexpected '" + rest.trim() + "' after the constant");
    consts.push_back(value);
    return true;
  }
  if (word == ".line")
    return lineDirective(rest) || fail(line.number, "expected .line LINE[-END] [COLUMN-COLUMN]");
  if (word == ".except") return except(rest, line.number);
  return fail(line.number, "unknown directive " + word);
}

bool BlockAssembler::index(llvm::StringRef text, uint32_t &arg) {
  return text.consume_front("@") && !text.getAsInteger(10, arg);
}

bool BlockAssembler::constant(llvm::StringRef text, uint32_t &arg) {
  if (index(text, arg)) return true;
  const Object *value = literals.take(text);
  if (!value || !text.trim().empty()) return false;
  // Equal constants are one object here, except for mutable ones and NaNs, which are written by index.
  auto it = llvm::find(consts, value);
  arg = static_cast<uint32_t>(it - consts.begin());
  if (it == consts.end()) consts.push_back(value);
  return true;
}

bool BlockAssembler::named(llvm::StringRef text, std::vector<std::string> &table, bool grow, uint32_t &arg) {
  if (index(text, arg)) return true;
  std::string name;
  if (!literals.takeName(text, name) || !text.trim().empty()) return false;
  auto it = llvm::find(table, name);
  arg = static_cast<uint32_t>(it - table.begin());
  if (it != table.end()) return true;
  if (grow) table.push_back(name);
  return grow;
}

bool BlockAssembler::operand(Instruction &i, llvm::StringRef text) {
  switch (info(i.op).arg) {
  case ArgKind::None: return text.empty() || (index(text, i.arg) && i.arg < 256);
  case ArgKind::Const: return constant(text, i.arg);
  case ArgKind::Name: return named(text, names, true, i.arg);
  case ArgKind::GlobalName: {
    bool null = text.consume_front("NULL + ");
    if (!named(text.trim(), names, true, i.arg) || i.arg > kMaxUnits) return false;
    i.arg = i.arg << 1 | null;
    return true;
  }
  case ArgKind::Local:
  case ArgKind::Free:
    return named(text, slots, false, i.arg) || fail(i.number, "no slot is called '" + text + "'");
  case ArgKind::Compare:
    for (uint32_t k = 0; k < kCompareOps; ++k)
      if (text == compareOpSymbol(k)) return i.arg = k, true;
    return index(text, i.arg);
  case ArgKind::BinaryOp:
    for (uint32_t k = 0; k < kBinaryOps; ++k)
      if (text == binaryOpSymbol(k)) return i.arg = k, true;
    return index(text, i.arg);
  case ArgKind::Jump: return i.target = text, !text.empty();
  default: return !text.getAsInteger(0, i.arg);
  }
}

bool BlockAssembler::instruction(const Line &line) {
  auto [word, rest] = line.text.split(' ');
  std::optional<Op> op = opcodeByName(word);
  if (!op) return fail(line.number, "unknown instruction '" + word + "'");
  Instruction i{*op, 0, {}, location, line.number};
  if (!operand(i, rest.trim())) return fail(line.number, "bad operand '" + rest.trim() + "' of " + word);
  instructions.push_back(i);
  return true;
}

bool BlockAssembler::read(const Block &block) {
  for (const Line &line : block.lines) {
    literals.error.clear();
    llvm::StringRef label = line.text;
    if (line.text.starts_with(".")) {
      if (!directive(line)) return false;
    } else if (label.consume_back(":") && !label.contains(' ')) {
      if (!labels.try_emplace(label, instructions.size()).second)
        return fail(line.number, "label " + label + " is defined twice");
    } else if (!instruction(line)) {
      return false;
    }
  }
  return true;
}

bool BlockAssembler::unitOf(llvm::StringRef label, unsigned line, uint32_t &unit) {
  auto it = labels.find(label);
  if (it == labels.end()) return fail(line, "no label is called '" + label + "'");
  if (it->second < instructions.size()) {
    unit = instructions[it->second].start;
  } else {
    unit = instructions.empty() ? 0 : instructions.back().start + instructions.back().size;
  }
  return true;
}

// Sizes and offsets, until no jump needs a longer argument.
bool BlockAssembler::layOut() {
  auto sizeOf = [](const Instruction &i) {
    uint32_t extended = hasArgument(i.op) ? (i.arg > 0xFF) + (i.arg > 0xFFFF) + (i.arg > 0xFFFFFF) : 0;
    return extended + 1 + info(i.op).caches;
  };
  for (bool again = true; again;) {
    again = false;
    uint32_t unit = 0;
    for (Instruction &i : instructions) {
      i.start = unit;
      // Sizes only grow, so that this ends.
      i.size = std::max(i.size, sizeOf(i));
      unit += i.size;
      if (unit > kMaxUnits) return fail(i.number, "too much code");
    }
    for (Instruction &i : instructions) {
      if (i.target.empty()) continue;
      uint32_t target, end = i.start + i.size;
      if (!unitOf(i.target, i.number, target)) return false;
      bool backward = info(i.op).jump == JumpKind::Backward;
      if (backward ? target > end : target < end)
        return fail(i.number,
                    llvm::Twine(info(i.op).name) + " cannot jump " + (backward ? "forward" : "backward"));
      i.arg = backward ? end - target : target - end;
      if (sizeOf(i) > i.size) again = true;
    }
  }
  return true;
}

// The instructions and their locations.
void BlockAssembler::emitUnits() {
  LineTableWriter lines(lineTable, static_cast<int>(firstLine));
  for (const Instruction &i : instructions) {
    uint32_t prefixes = i.size - 1 - info(i.op).caches;
    for (uint32_t k = prefixes; k > 0; --k) {
      code.push_back(static_cast<char>(Op::EXTENDED_ARG));
      code.push_back(static_cast<char>(i.arg >> (8 * k)));
    }
    code.push_back(static_cast<char>(i.op));
    code.push_back(static_cast<char>(i.arg));
    code.append(info(i.op).caches * 2u, '\0');
    lines.add(i.size, i.location);
  }
}

bool BlockAssembler::assemble() {
  if (!layOut()) return false;
  emitUnits();
  for (const ExceptLine &e : excepts) {
    ExceptionEntry entry;
    if (!unitOf(e.start, e.number, entry.start) || !unitOf(e.end, e.number, entry.end) ||
        !unitOf(e.target, e.number, entry.target))
      return false;
    if (entry.end < entry.start) return fail(e.number, ".except ends before it starts");
    entry.depth = e.depth;
    entry.lasti = e.lasti;
    encodeExceptionEntry(entry, exceptionTable);
  }
  auto replace = [](const std::optional<std::string> &raw, llvm::SmallVectorImpl<char> &out) {
    if (raw) out.assign(raw->begin(), raw->end());
  };
  replace(rawCode, code);
  replace(rawLines, lineTable);
  replace(rawExceptions, exceptionTable);
  if (code.size() % 2) return fail(0, "co_code has an odd length");
  return true;
}

// The whole text.
class Reader {
public:
  Reader(llvm::StringRef text, AsmReadResult &result)
      : text(text), result(result), pool(std::make_unique<ObjectPool>()),
        literals(*pool, [this](llvm::StringRef label) { return codeByLabel(label); }) {}
  void run();

private:
  llvm::StringRef text;
  AsmReadResult &result;
  std::unique_ptr<ObjectPool> pool;
  LiteralReader literals;
  std::vector<Block> blocks;
  llvm::StringMap<size_t> byLabel;
  std::string refs;
  const StrObject *filename = nullptr;
  llvm::StringMap<const StrObject *> anonymous;
  unsigned depth = 0;

  bool fail(unsigned line, const llvm::Twine &message) {
    if (result.error.empty()) {
      result.error = message.str();
      result.line = line;
    }
    return false;
  }
  bool split();
  bool header(llvm::StringRef rest, unsigned number);
  const Object *codeByLabel(llvm::StringRef label);
  const Code *build(Block &block);
  const Code *finish(BlockAssembler &from, unsigned number);
  const StrObject *nameObject(llvm::StringRef name);
};

bool Reader::header(llvm::StringRef rest, unsigned number) {
  llvm::SmallVector<llvm::StringRef, 4> words;
  rest.split(words, ' ', -1, false);
  PycHeader header;
  bool good = false;
  if (words.size() == 3 && words[0] == "timestamp") {
    good = !words[1].getAsInteger(10, header.mtime) && !words[2].getAsInteger(10, header.sourceSize);
  } else if (words.size() == 2 && (words[0] == "unchecked" || words[0] == "checked")) {
    header.flags = words[0] == "checked" ? 3 : 1;
    good = !words[1].getAsInteger(0, header.sourceHash);
  }
  if (!good)
    return fail(number, "expected .pyc timestamp MTIME SIZE, .pyc unchecked HASH or .pyc checked HASH");
  result.header = header;
  return true;
}

bool Reader::split() {
  unsigned number = 0;
  Block *open = nullptr;
  llvm::StringRef rest = text;
  while (!rest.empty()) {
    auto [raw, more] = rest.split('\n');
    rest = more;
    ++number;
    llvm::StringRef line = stripped(raw);
    if (line.empty() || (line.starts_with("#") && !open)) continue;
    auto [word, tail] = line.split(' ');
    tail = tail.trim();
    if (word == ".code") {
      if (open) return fail(number, ".code inside .code; .end is missing");
      if (tail.empty()) return fail(number, ".code needs a label");
      if (!byLabel.try_emplace(tail, blocks.size()).second)
        return fail(number, "code " + tail + " is defined twice");
      blocks.push_back({tail, number, {}});
      open = &blocks.back();
    } else if (word == ".end") {
      if (!open) return fail(number, ".end without .code");
      open = nullptr;
    } else if (open) {
      open->lines.push_back({line, number});
    } else if (word == ".pyc") {
      if (!header(tail, number)) return false;
    } else if (word == ".refs") {
      refs += tail;
    } else {
      return fail(number, "expected .code, found '" + word + "'");
    }
  }
  if (open) return fail(number, ".code " + open->label + " has no .end");
  if (blocks.empty()) return fail(number, "the text holds no .code");
  return true;
}

const Object *Reader::codeByLabel(llvm::StringRef label) {
  auto it = byLabel.find(label);
  if (it == byLabel.end()) {
    literals.error = ("no code is called '" + label + "'").str();
    return nullptr;
  }
  return build(blocks[it->second]);
}

const StrObject *Reader::nameObject(llvm::StringRef name) {
  if (!name.starts_with("<")) return literals.interned(name);
  const StrObject *&slot = anonymous[name];
  if (!slot) {
    StrObject *object = pool->makeStr(name);
    object->refFlag = true;
    slot = object;
  }
  return slot;
}

const Code *Reader::build(Block &block) {
  if (block.built) return block.built;
  if (block.building || depth > 200) {
    fail(block.number, "code " + block.label + " contains itself, or code is nested too deeply");
    return nullptr;
  }
  block.building = true;
  ++depth;
  BlockAssembler assembler(literals);
  bool good = assembler.read(block) && assembler.assemble();
  if (!good) fail(assembler.errorLine, assembler.error);
  block.built = good ? finish(assembler, block.number) : nullptr;
  --depth;
  return block.built;
}

const Code *Reader::finish(BlockAssembler &from, unsigned number) {
  Code *code = pool->makeCode();
  auto raw = [](llvm::SmallVectorImpl<char> &data) { return llvm::StringRef(data.data(), data.size()); };
  auto merged = [&](const Object *object) { return literals.merge(object); };
  auto strings = [&](const std::vector<std::string> &list) {
    llvm::SmallVector<const Object *, 16> items;
    for (const std::string &name : list) items.push_back(literals.interned(name));
    SequenceObject *tuple = pool->makeTuple(items);
    tuple->refFlag = items.empty();
    return static_cast<const SequenceObject *>(merged(tuple));
  };
  BytesObject *instructions = pool->makeBytes(raw(from.code));
  instructions->refFlag = true;
  code->code = instructions;
  code->exceptiontable =
      static_cast<const BytesObject *>(merged(literals.freshBytes(raw(from.exceptionTable))));
  code->linetable = static_cast<const BytesObject *>(merged(literals.freshBytes(raw(from.lineTable))));
  code->names = strings(from.names);
  SequenceObject *consts = pool->makeTuple(from.consts);
  consts->refFlag = from.consts.empty();
  code->consts = static_cast<const SequenceObject *>(merged(consts));
  code->localsplusnames = strings(from.slots);
  code->localspluskinds = literals.freshBytes(from.kinds);
  if (!filename || filename->text != from.filename) {
    StrObject *file = pool->makeStr(from.filename);
    file->refFlag = true;
    filename = file;
  }
  code->filename = filename;
  code->name = nameObject(from.name);
  code->qualname = code->name;
  if (from.hasQualname) {
    const StrObject *qualname = nullptr;
    // A class body has its qualified name as a constant as well.
    for (const Object *constant : from.consts)
      if (auto *s = dynCast<StrObject>(constant); s && s->text == from.qualname) qualname = s;
    code->qualname = qualname ? qualname : pool->makeStr(from.qualname);
  }
  code->argcount = from.argcount;
  code->posonlyargcount = from.posonly;
  code->kwonlyargcount = from.kwonly;
  code->flags = from.flags;
  code->stacksize = from.stacksize;
  code->firstlineno = from.firstLine;
  uint64_t parameters =
      uint64_t(from.argcount) + from.kwonly + !!(from.flags & CO_VARARGS) + !!(from.flags & CO_VARKEYWORDS);
  if (from.posonly > from.argcount || parameters > from.slots.size()) {
    fail(number, "more parameters than slots");
    return nullptr;
  }
  return code;
}

void Reader::run() {
  if (!split()) return;
  const Code *code = build(blocks.front());
  if (!code) return;
  if (refs.empty()) {
    modelReferences(*code);
  } else if (!(code = applyReferenceTrace(*code, refs, *pool))) {
    fail(0, "the .refs lines do not fit the code any more; remove them to have references computed");
    return;
  }
  result.code.pool = std::move(pool);
  result.code.object = code;
}

} // namespace

AsmReadResult readAsm(llvm::StringRef text) {
  AsmReadResult result;
  if (size_t valid = validUtf8Prefix(text); valid != text.size()) {
    result.error = "the text is not valid UTF-8";
    result.line = 1 + static_cast<unsigned>(text.take_front(valid).count('\n'));
    return result;
  }
  std::string headerError;
  llvm::StringRef rest = text;
  if (auto header = takeArtifactHeader(rest, headerError)) {
    result.source = header->source;
    if (header->kind != ArtifactKind::Asm || header->version != kAsmVersion) {
      result.error = "not assembly of version " + std::to_string(kAsmVersion);
      result.line = 1;
      return result;
    }
  } else if (!headerError.empty()) {
    result.error = headerError;
    result.line = 1;
    return result;
  }
  Reader(text, result).run();
  return result;
}

AssembledCode assembleBlock(llvm::StringRef text, const Code &code) {
  AssembledCode result;
  ObjectPool pool;
  // Code constants stay what they are: only their place in the table matters.
  llvm::StringMap<const Object *> codes;
  LiteralReader literals(pool, [&](llvm::StringRef label) -> const Object * {
    const Object *&slot = codes[label];
    if (!slot) slot = pool.makeSequence(ObjectKind::List, {});
    return slot;
  });
  Block block;
  for (llvm::StringRef line : llvm::split(text, '\n')) {
    line = stripped(line);
    if (!line.empty() && !line.starts_with(".code ") && line != ".end") block.lines.push_back({line, 0});
  }
  BlockAssembler assembler(literals);
  result.failed = !assembler.read(block) || !assembler.assemble() ||
                  assembler.consts.size() != code.consts->size() ||
                  assembler.names.size() != code.names->size();
  result.code.assign(assembler.code.begin(), assembler.code.end());
  result.lineTable.assign(assembler.lineTable.begin(), assembler.lineTable.end());
  result.exceptionTable.assign(assembler.exceptionTable.begin(), assembler.exceptionTable.end());
  return result;
}

} // namespace coil::bytecode
