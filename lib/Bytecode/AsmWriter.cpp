// Writing bytecode as assembly text.
#include "Bytecode/Asm.h"

#include "Bytecode/AsmBlock.h"
#include "Bytecode/AsmLiteral.h"
#include "Bytecode/ExceptionTable.h"
#include "Bytecode/LineTable.h"
#include "Support/Artifact.h"
#include "Support/Repr.h"
#include "llvm/ADT/DenseSet.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/raw_ostream.h"
#include <map>

namespace coil::bytecode {

namespace {

using Labels = llvm::DenseMap<const Object *, std::string>;

// Finds all code objects, the outer ones first, and gives each a label from its qualified name.
class CodeList {
public:
  explicit CodeList(const Code &root) { add(&root); }
  std::vector<const Code *> codes;
  Labels labels;

private:
  std::map<std::string, unsigned> used;
  llvm::DenseSet<const Object *> seen;

  void add(const Object *object) {
    if (object->kind < ObjectKind::Tuple || !seen.insert(object).second) return;
    if (auto *items = dynCast<SequenceObject>(object)) {
      for (const Object *item : items->items) add(item);
    } else if (auto *code = dynCast<Code>(object)) {
      codes.push_back(code);
      labels[code] = label(code->qualname->text);
      add(code->consts);
    }
  }
  std::string label(llvm::StringRef qualname) {
    std::string text;
    for (char c : qualname) text.push_back(llvm::isAlnum(c) || c == '_' || c == '.' || (c & 0x80) ? c : '_');
    if (text.empty()) text = "_";
    unsigned n = ++used[text];
    return n == 1 ? text : label(text + "_" + std::to_string(n));
  }
};

struct Fallback {
  bool code = false, lines = false, exceptions = false;
};

class BlockWriter {
public:
  BlockWriter(const Code &code, const Labels &labels, Fallback fallback)
      : code(code), labels(labels), fallback(fallback), os(text) {}
  std::string write();

private:
  const Code &code;
  const Labels &labels;
  Fallback fallback;
  std::string text;
  llvm::raw_string_ostream os;
  std::map<uint32_t, std::string> targets; // unit to label
  Location shown;
  bool anyShown = false;

  void fields();
  void collectTargets();
  void instructions();
  void location(const Location &l);
  void operand(Op op, uint32_t arg, uint32_t end);
  void indexOr(llvm::ArrayRef<const Object *> items, uint32_t index);
  void exceptions();
};

void BlockWriter::fields() {
  os << ".code " << labels.lookup(&code) << '\n';
  auto string = [&](const char *name, const StrObject *value) {
    os << name << ' ';
    reprStr(os, value->text);
    os << '\n';
  };
  string(".co_name", code.name);
  if (code.qualname->text != code.name->text) string(".co_qualname", code.qualname);
  string(".co_filename", code.filename);
  os << ".co_firstlineno " << code.firstlineno << '\n';
  auto count = [&](const char *name, uint32_t value) {
    if (value) os << name << ' ' << value << '\n';
  };
  count(".co_argcount", code.argcount);
  count(".co_posonlyargcount", code.posonlyargcount);
  count(".co_kwonlyargcount", code.kwonlyargcount);
  os << ".co_flags " << flagsText(code.flags) << '\n';
  os << ".co_stacksize " << code.stacksize << '\n';
  for (size_t i = 0; i < code.localsplus(); ++i) {
    os << ".slot ";
    writeAsmName(os, code.localName(i));
    os << ' ' << slotKindText(code.localKind(i)) << '\n';
  }
  for (const Object *name : code.names->items) {
    os << ".global ";
    writeAsmName(os, static_cast<const StrObject *>(name)->text);
    os << '\n';
  }
  for (const Object *constant : code.consts->items) {
    os << ".const ";
    writeLiteral(os, constant, labels);
    os << '\n';
  }
}

void BlockWriter::collectTargets() {
  forEachInstruction(code.code->data, [&](const AsmInstruction &i) {
    if (info(i.op).jump != JumpKind::No) targets[jumpTarget(i)];
  });
  if (!fallback.exceptions)
    for (const ExceptionEntry &e : decodeExceptionTable(code.exceptiontable->data))
      for (uint32_t unit : {e.start, e.end, e.target}) targets[unit];
  unsigned n = 0;
  for (auto &[unit, label] : targets) label = "L" + std::to_string(++n);
}

void BlockWriter::location(const Location &l) {
  if (anyShown && l.sameSpan(shown)) return;
  shown = l;
  anyShown = true;
  os << ".line ";
  if (l.line < 0) {
    os << "none\n";
    return;
  }
  os << l.line;
  if (l.endLine != l.line) os << '-' << l.endLine;
  auto column = [&](int c) {
    if (c < 0)
      os << '?';
    else
      os << c;
  };
  if (l.column >= 0 || l.endColumn >= 0 || l.endLine != l.line) {
    os << ' ';
    column(l.column);
    os << '-';
    column(l.endColumn);
  }
  os << '\n';
}

// The item itself if it is the first of its kind in the table, else its index.
void BlockWriter::indexOr(llvm::ArrayRef<const Object *> items, uint32_t index) {
  auto write = [&](llvm::raw_ostream &out, const Object *o) {
    if (auto *s = dynCast<StrObject>(o); s && items.data() != code.consts->items.data())
      writeAsmName(out, s->text);
    else
      writeLiteral(out, o, labels);
  };
  if (index < items.size()) {
    std::string wanted;
    llvm::raw_string_ostream out(wanted);
    write(out, items[index]);
    bool first = wanted.size() < 4096;
    for (uint32_t i = 0; first && i < index; ++i) {
      if (items[i]->kind != items[index]->kind) continue;
      std::string other;
      llvm::raw_string_ostream otherOut(other);
      write(otherOut, items[i]);
      first = other != wanted;
    }
    if (first) {
      os << wanted;
      return;
    }
  }
  os << '@' << index;
}

void BlockWriter::operand(Op op, uint32_t arg, uint32_t end) {
  const OpcodeInfo &i = info(op);
  switch (i.arg) {
  case ArgKind::None:
    if (arg) os << " @" << arg;
    return;
  case ArgKind::Const: os << ' '; return indexOr(code.consts->items, arg);
  case ArgKind::Name: os << ' '; return indexOr(code.names->items, arg);
  case ArgKind::GlobalName: os << ((arg & 1) ? " NULL + " : " "); return indexOr(code.names->items, arg >> 1);
  case ArgKind::Local:
  case ArgKind::Free: os << ' '; return indexOr(code.localsplusnames->items, arg);
  case ArgKind::Compare:
    if (arg < kCompareOps)
      os << ' ' << compareOpSymbol(arg);
    else
      os << " @" << arg;
    return;
  case ArgKind::BinaryOp:
    if (arg < kBinaryOps)
      os << ' ' << binaryOpSymbol(arg);
    else
      os << " @" << arg;
    return;
  case ArgKind::Jump: os << ' ' << targets[i.jump == JumpKind::Backward ? end - arg : end + arg]; return;
  default: os << ' ' << arg; return;
  }
}

void BlockWriter::instructions() {
  std::vector<Location> table = decodeLineTable(code.linetable->data, static_cast<int>(code.firstlineno));
  size_t at = 0;
  forEachInstruction(code.code->data, [&](const AsmInstruction &i) {
    auto label = targets.find(i.start);
    if (label != targets.end()) os << label->second << ":\n";
    while (at < table.size() && table[at].end <= i.start) ++at;
    if (!fallback.lines) location(at < table.size() ? table[at] : Location());
    os << "    " << info(i.op).name;
    if (hasArgument(i.op) || i.arg) operand(i.op, i.arg, i.end);
    os << '\n';
  });
  auto label = targets.find(static_cast<uint32_t>(code.units()));
  if (label != targets.end()) os << label->second << ":\n";
}

void BlockWriter::exceptions() {
  for (const ExceptionEntry &e : decodeExceptionTable(code.exceptiontable->data))
    os << ".except " << targets[e.start] << ' ' << targets[e.end] << ' ' << targets[e.target] << " depth "
       << e.depth << (e.lasti ? " lasti\n" : "\n");
}

std::string BlockWriter::write() {
  fields();
  auto bytes = [&](const char *name, llvm::StringRef data) {
    os << name << ' ';
    reprBytes(os, data);
    os << '\n';
  };
  if (fallback.code) {
    bytes(".co_code", code.code->data);
  } else {
    collectTargets();
    instructions();
  }
  if (fallback.lines) bytes(".co_linetable", code.linetable->data);
  if (fallback.exceptions)
    bytes(".co_exceptiontable", code.exceptiontable->data);
  else
    exceptions();
  os << ".end\n";
  return text;
}

// Chooses the readable form of each part if it gives the part back, else its bytes.
std::string writeBlock(const Code &code, const Labels &labels) {
  std::string text = BlockWriter(code, labels, {}).write();
  AssembledCode check = assembleBlock(text, code);
  Fallback fallback;
  fallback.code = check.failed || check.code != code.code->data;
  fallback.lines = fallback.code || check.lineTable != code.linetable->data;
  fallback.exceptions = fallback.code || check.exceptionTable != code.exceptiontable->data;
  if (!fallback.code && !fallback.lines && !fallback.exceptions) return text;
  return BlockWriter(code, labels, fallback).write();
}

void writeHeader(llvm::raw_ostream &os, const PycHeader &header) {
  if (!header.hashBased()) {
    os << ".pyc timestamp " << header.mtime << ' ' << header.sourceSize << '\n';
    return;
  }
  os << ".pyc " << (header.checkSource() ? "checked" : "unchecked") << " 0x";
  writeHex(os, header.sourceHash, 16);
  os << '\n';
}

} // namespace

void writeAsm(llvm::raw_ostream &os, const Code &code, const PycHeader *header, llvm::StringRef source) {
  std::string text;
  llvm::raw_string_ostream out(text);
  writeArtifactHeader(out, {ArtifactKind::Asm, kAsmVersion, source.str()});
  if (header) writeHeader(out, *header);
  CodeList list(code);
  for (const Code *each : list.codes) {
    out << '\n';
    out << writeBlock(*each, list.labels);
  }
  os << text;
  // The reader gives objects the references that py_compile would; where this module has others, say so.
  llvm::SmallVector<char, 0> wanted, got;
  AsmReadResult back = readAsm(text);
  if (back.code && writeMarshal(code, RefPolicy::CPython, wanted) &&
      writeMarshal(*back.code, RefPolicy::CPython, got) && wanted == got)
    return;
  std::string references = referenceTrace(code);
  os << '\n';
  for (llvm::StringRef rest = references; !rest.empty();
       rest = rest.drop_front(std::min<size_t>(100, rest.size())))
    os << ".refs " << rest.take_front(100) << '\n';
}

} // namespace coil::bytecode
