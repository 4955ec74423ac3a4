// The assembler: cells and prefixes, jump offsets, instruction units, tables.
#include "Compile/Assemble.h"

#include "Bytecode/ExceptionTable.h"
#include "Bytecode/LineTable.h"
#include "Compile/FlowGraph.h"

namespace coil::compile {

using namespace bytecode;

void Unit::reset() {
  names.clear();
  varnames.clear();
  cells.clear();
  frees.clear();
  consts.clear();
  manyConsts.clear();
  blocks.clear();
  frameBlocks.clear();
  arena.Reset();
  current = nullptr;
  needNewBlock = handlers = false;
  argcount = posonlyargcount = kwonlyargcount = 0;
  privateName = nullptr;
  qualname = nullptr;
}

uint32_t Unit::constIndexAmongMany(const Object *object) {
  if (manyConsts.empty())
    for (uint32_t i = 0; i < consts.size(); ++i) manyConsts[consts[i]] = i;
  auto [it, fresh] = manyConsts.try_emplace(object, static_cast<uint32_t>(consts.size()));
  if (fresh) consts.push_back(object);
  return it->second;
}

uint32_t codeFlags(const Unit &unit, uint32_t inherited, bool topLevelAwait) {
  const Scope &scope = *unit.scope;
  uint32_t flags = 0;
  if (scope.kind == ScopeKind::Function) {
    flags |= CO_NEWLOCALS | CO_OPTIMIZED;
    if (scope.nested) flags |= CO_NESTED;
    if (scope.generator) flags |= scope.coroutine ? CO_ASYNC_GENERATOR : CO_GENERATOR;
    if (!scope.generator && scope.coroutine) flags |= CO_COROUTINE;
    if (scope.varargs) flags |= CO_VARARGS;
    if (scope.varkeywords) flags |= CO_VARKEYWORDS;
  }
  flags |= inherited;
  if (topLevelAwait && scope.kind == ScopeKind::Module && scope.coroutine && !scope.generator)
    flags |= CO_COROUTINE;
  return flags;
}

namespace {

class Assembler {
public:
  Assembler(Unit &unit, Constants &constants, const AssembleOptions &options)
      : unit(unit), constants(constants), options(options),
        flags(codeFlags(unit, options.inheritedFlags, options.topLevelAwait)) {}
  const Code *run();

private:
  Unit &unit;
  Constants &constants;
  const AssembleOptions &options;
  uint32_t flags;
  std::vector<int> cellSlots; // slot of each cell and free variable
  size_t totalUnits = 0;      // of instructions
  int droppedCells = 0;       // cells that are parameters as well share their slot

  void computeCellSlots();
  void insertPrefix();
  void fixCellOffsets();
  void normalizeJumps();
  void assignOffsets();
  void emit(llvm::MutableArrayRef<char> code, llvm::SmallVectorImpl<char> &locations);
  void emitExceptions(llvm::SmallVectorImpl<char> &out);
  void localsplus(Code &code);
  // CPython makes these as new objects, not as the shared single bytes; only the empty one is shared.
  const Object *newBytes(llvm::SmallVectorImpl<char> &data) {
    if (data.empty()) return constants.bytes("");
    return constants.pool.makeBytes({data.data(), data.size()});
  }
  const BytesObject *mergedBytes(llvm::SmallVectorImpl<char> &data) {
    return static_cast<const BytesObject *>(constants.mergeOne(newBytes(data)));
  }
};

void Assembler::computeCellSlots() {
  size_t locals = unit.varnames.size(), cells = unit.cells.size();
  cellSlots.resize(cells + unit.frees.size());
  for (size_t i = 0; i < cellSlots.size(); ++i) cellSlots[i] = static_cast<int>(locals + i);
  for (size_t i = 0; i < cells; ++i)
    if (const int *slot = unit.varnames.find(unit.cells[i].name)) cellSlots[i] = *slot;
}

// Inserted before the first instruction: COPY_FREE_VARS, MAKE_CELLs in the order of slots, RETURN_GENERATOR.
void Assembler::insertPrefix() {
  Block &entry = *unit.entry();
  auto insert = [&](uint32_t position, Ir op, uint32_t arg, Loc loc) {
    Instr instr{op};
    instr.arg = arg;
    instr.loc = loc;
    entry.insert(unit.arena, position, instr);
  };
  if (flags & (CO_GENERATOR | CO_COROUTINE | CO_ASYNC_GENERATOR)) {
    insert(0, Ir::RETURN_GENERATOR, 0, {unit.firstLine, -1, unit.firstLine, -1});
    insert(1, Ir::POP_TOP, 0, kNoLoc);
  }
  if (size_t cells = unit.cells.size()) {
    llvm::SmallVector<std::pair<int, uint32_t>, 8> order;
    for (uint32_t i = 0; i < cells; ++i) order.push_back({cellSlots[i], i});
    llvm::sort(order);
    for (uint32_t i = 0; i < cells; ++i) insert(i, Ir::MAKE_CELL, order[i].second, kNoLoc);
  }
  if (!unit.frees.empty()) insert(0, Ir::COPY_FREE_VARS, static_cast<uint32_t>(unit.frees.size()), kNoLoc);
}

void Assembler::fixCellOffsets() {
  int locals = static_cast<int>(unit.varnames.size());
  for (size_t i = 0; i < cellSlots.size(); ++i) {
    if (cellSlots[i] == static_cast<int>(i) + locals)
      cellSlots[i] -= droppedCells;
    else
      ++droppedCells;
  }
  if (cellSlots.empty()) return;
  for (Block *b = unit.entry(); b; b = b->next)
    for (Instr &instr : *b) switch (instr.op) {
      case Ir::MAKE_CELL:
      case Ir::LOAD_CLOSURE:
      case Ir::LOAD_DEREF:
      case Ir::STORE_DEREF:
      case Ir::DELETE_DEREF:
      case Ir::LOAD_CLASSDEREF: instr.arg = static_cast<uint32_t>(cellSlots[instr.arg]); break;
      default: break;
      }
}

// Chooses the forward or backward form of every jump.
void Assembler::normalizeJumps() {
  for (Block *b = unit.entry(); b; b = b->next) b->visited = false;
  for (Block *b = unit.entry(); b; b = b->next) {
    b->visited = true;
    if (b->used == 0) continue;
    Instr &last = b->last();
    if (!isPseudo(last.op)) continue;
    bool forward = !last.target->visited;
    switch (last.op) {
    case Ir::JUMP: last.op = forward ? Ir::JUMP_FORWARD : Ir::JUMP_BACKWARD; break;
    case Ir::JUMP_NO_INTERRUPT: last.op = forward ? Ir::JUMP_FORWARD : Ir::JUMP_BACKWARD_NO_INTERRUPT; break;
    case Ir::POP_JUMP_IF_NOT_NONE:
      last.op = forward ? Ir::POP_JUMP_FORWARD_IF_NOT_NONE : Ir::POP_JUMP_BACKWARD_IF_NOT_NONE;
      break;
    case Ir::POP_JUMP_IF_NONE:
      last.op = forward ? Ir::POP_JUMP_FORWARD_IF_NONE : Ir::POP_JUMP_BACKWARD_IF_NONE;
      break;
    case Ir::POP_JUMP_IF_FALSE:
      last.op = forward ? Ir::POP_JUMP_FORWARD_IF_FALSE : Ir::POP_JUMP_BACKWARD_IF_FALSE;
      break;
    case Ir::POP_JUMP_IF_TRUE:
      last.op = forward ? Ir::POP_JUMP_FORWARD_IF_TRUE : Ir::POP_JUMP_BACKWARD_IF_TRUE;
      break;
    default: break;
    }
  }
}

// Repeats until no jump needs another EXTENDED_ARG. Jumps end their blocks.
void Assembler::assignOffsets() {
  for (Block *b = unit.entry(); b; b = b->next) {
    int size = 0;
    for (const Instr &instr : *b) size += instr.target ? 0 : instrSize(instr);
    b->plainSize = size;
  }
  bool again = true;
  while (again) {
    again = false;
    int offset = 0;
    for (Block *b = unit.entry(); b; b = b->next) {
      b->offset = offset;
      offset += b->plainSize;
      if (b->used && b->last().target) offset += instrSize(b->last());
    }
    totalUnits = static_cast<size_t>(offset);
    for (Block *b = unit.entry(); b; b = b->next) {
      if (!b->used || !b->last().target) continue;
      Instr &jump = b->last();
      int size = instrSize(jump);
      int distance = jump.target->offset - (b->offset + b->plainSize + size);
      jump.arg = static_cast<uint32_t>(distance < 0 ? -distance : distance);
      if (instrSize(jump) != size) again = true;
    }
  }
}

// The instructions and their locations, in one walk.
void Assembler::emit(llvm::MutableArrayRef<char> code, llvm::SmallVectorImpl<char> &locations) {
  constexpr size_t kRoom = longestLocation(4 + 10); // of an instruction with its prefixes and caches
  char *out = code.data(), *at = nullptr, *limit = nullptr;
  auto grow = [&] {
    size_t used = static_cast<size_t>(at - locations.data());
    locations.resize_for_overwrite(2 * used + 4 * totalUnits + 2 * kRoom);
    at = locations.data() + used;
    limit = locations.end() - kRoom;
  };
  at = locations.data();
  grow();
  std::memset(out, 0, code.size()); // caches are zero
  int line = unit.firstLine;
  bool columns = options.debugRanges;
  for (Block *b = unit.entry(); b; b = b->next) {
    for (const Instr &instr : *b) {
      Op op = realOp(instr.op);
      uint32_t arg = hasArgument(op) ? instr.arg : 0;
      Loc loc = instr.loc;
      uint32_t units = 1 + kIrTraits.caches[static_cast<uint8_t>(op)];
      char *end = out + 2 * units;
      for (int shift = 24; arg > 0xFF && shift > 0; shift -= 8) {
        if (arg < (1u << shift)) continue;
        *out++ = static_cast<char>(Op::EXTENDED_ARG);
        *out++ = static_cast<char>(arg >> shift);
        end += 2;
        ++units;
      }
      *out++ = static_cast<char>(op);
      *out = static_cast<char>(arg);
      out = end;
      if (at > limit) grow();
      if (columns)
        at = putLocation(at, line, units, loc.lineno, loc.end_lineno, loc.col_offset, loc.end_col_offset);
      else
        at = putLocation(at, line, units, loc.lineno, loc.lineno, kNoColumn, kNoColumn);
    }
  }
  locations.truncate(static_cast<size_t>(at - locations.data()));
}

void Assembler::emitExceptions(llvm::SmallVectorImpl<char> &out) {
  Block *handler = nullptr;
  int start = -1, offset = 0;
  auto flush = [&] {
    if (!handler) return;
    int depth = handler->startDepth - 1 - (handler->preserveLasti ? 1 : 0);
    encodeExceptionEntry({static_cast<uint32_t>(start), static_cast<uint32_t>(offset),
                          static_cast<uint32_t>(handler->offset), static_cast<uint32_t>(depth),
                          handler->preserveLasti},
                         out);
  };
  for (Block *b = unit.entry(); b; b = b->next) {
    offset = b->offset;
    for (const Instr &instr : *b) {
      if (instr.except != handler) {
        flush();
        start = offset;
        handler = instr.except;
      }
      offset += instrSize(instr);
    }
  }
  flush();
}

void Assembler::localsplus(Code &code) {
  llvm::SmallVector<const Object *, 16> names;
  llvm::SmallVector<char, 16> kinds;
  auto add = [&](ast::Identifier name, int kind) {
    names.push_back(constants.identifier(name));
    kinds.push_back(static_cast<char>(kind));
  };
  for (auto &entry : unit.varnames)
    add(entry.name, kLocalFast | (unit.cells.contains(entry.name) ? kLocalCell : 0));
  for (auto &entry : unit.cells)
    if (!unit.varnames.contains(entry.name)) add(entry.name, kLocalCell);
  for (auto &entry : unit.frees) add(entry.name, kLocalFree);
  code.localsplusnames = static_cast<const SequenceObject *>(constants.mergeOne(constants.tuple(names)));
  code.localspluskinds = static_cast<const BytesObject *>(newBytes(kinds));
}

const Code *Assembler::run() {
  for (auto it = unit.blocks.rbegin(); it != unit.blocks.rend(); ++it) normalizeBlock(**it);
  for (auto it = unit.blocks.rbegin(); it != unit.blocks.rend(); ++it) extendBlock(**it, unit.arena);
  computeCellSlots();
  insertPrefix();
  fixCellOffsets();
  optimizeFlow(unit, constants);
  duplicateExits(unit);
  trimUnusedConstants(unit);
  propagateLines(unit);
  guaranteeExitLines(unit);
  int depth = stackDepth(unit);
  if (unit.handlers) {
    labelExceptionTargets(unit);
    removeExceptionSetup(unit);
  }
  for (Block *b = unit.entry(); b; b = b->next) cleanBlock(*b);
  normalizeJumps();
  assignOffsets();

  llvm::SmallVector<char, 1024> lineTable;
  llvm::SmallVector<char, 64> exceptionTable;
  llvm::MutableArrayRef<char> units;
  // CPython's code objects hold their instructions in themselves; marshal gets a copy that two references
  // share.
  BytesObject *instructions = constants.pool.makeBytes(2 * totalUnits, units);
  instructions->refFlag = true;
  emit(units, lineTable);
  if (unit.handlers) emitExceptions(exceptionTable);
  Code *code = constants.pool.makeCode();
  code->exceptiontable = mergedBytes(exceptionTable);
  code->linetable = mergedBytes(lineTable);
  code->code = instructions;
  llvm::SmallVector<const Object *, 16> names;
  for (auto &entry : unit.names) names.push_back(constants.identifier(entry.name));
  code->names = static_cast<const SequenceObject *>(constants.mergeOne(constants.tuple(names)));
  const Object *consts = constants.tuple(unit.consts);
  code->consts = static_cast<const SequenceObject *>(constants.mergeOne(consts));
  if (code->consts == consts)
    for (const Object *&item :
         llvm::MutableArrayRef(const_cast<const Object **>(code->consts->items.data()), code->consts->size()))
      item = constants.internedCopy(item);
  localsplus(*code);
  code->argcount = unit.argcount + unit.posonlyargcount;
  code->posonlyargcount = unit.posonlyargcount;
  code->kwonlyargcount = unit.kwonlyargcount;
  code->stacksize = static_cast<uint32_t>(depth);
  code->flags = flags;
  code->firstlineno = static_cast<uint32_t>(unit.firstLine);
  code->filename = options.filename;
  code->name = unit.nameObject;
  code->qualname = unit.qualname ? unit.qualname : unit.nameObject;
  return code;
}

} // namespace

const Code *assemble(Unit &unit, Constants &constants, const AssembleOptions &options) {
  return Assembler(unit, constants, options).run();
}

} // namespace coil::compile
