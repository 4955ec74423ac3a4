// Translation of 3.11 word-code to the executable form.
#include "Bytecode/ExceptionTable.h"
#include "Bytecode/Opcodes.h"
#include "VM/Exceptions/Raise.h"
#include "VM/Interp/Observe.h"

using namespace coil::vm;
using coil::bytecode::Op;

namespace {

Handler handlerOf(uint8_t opcode) {
  switch (Op(opcode)) {
#define OPCODE(name, ...)                                                                                    \
  case Op::name: return ops::op_##name;
#include "Bytecode/Opcodes.def"
  }
  return ops::op_RAISE_UNKNOWN;
}

// Instructions that only CPython's loop needs; jumps to them go to what follows.
bool isOmitted(Op op) {
  return op == Op::PRECALL || op == Op::KW_NAMES || op == Op::EXTENDED_ARG || op == Op::CACHE ||
         op == Op::NOP;
}

class Translator {
  const coil::bytecode::Code &raw;
  Tuple *consts;
  Program &program;
  struct Jump {
    size_t instr;
    int64_t targetUnit;
  };
  std::vector<Jump> jumps;
  int64_t pendingNames = -1;
  const char *error = nullptr;

public:
  Translator(Code *code, Program &program) : raw(*code->raw), consts(code->consts), program(program) {}

  const char *run() {
    llvm::StringRef bytes = program.bytes = raw.code->data;
    program.byUnit.resize(bytes.size() / 2 + 1);
    program.instrs.reserve(instructionCount(bytes) + 1);
    uint32_t extended = 0;
    for (size_t unit = 0; unit * 2 < bytes.size();) {
      program.byUnit[unit] = program.instrs.size();
      auto opcode = uint8_t(bytes[unit * 2]);
      uint32_t arg = extended << 8 | uint8_t(bytes[unit * 2 + 1]);
      extended = Op(opcode) == Op::EXTENDED_ARG ? arg : 0;
      size_t caches = coil::bytecode::kOpcodes311[opcode].caches;
      for (size_t i = 1; i <= caches && unit + i < program.byUnit.size(); ++i)
        program.byUnit[unit + i] = program.instrs.size() + 1;
      add(opcode, arg, unit, unit + 1 + caches);
      unit += 1 + caches;
    }
    program.byUnit.back() = program.instrs.size();
    program.instrs.push_back(instr(ops::op_RAISE_UNKNOWN, 0, bytes.size() / 2)); // falling off the end
    resolveJumps();
    addGuards();
    return error;
  }

private:
  static Instr instr(Handler handler, uint32_t arg, size_t unit) {
    Instr i{};
    i.handler = handler;
    i.arg = arg;
    i.unit = uint32_t(unit);
    return i;
  }

  static size_t instructionCount(llvm::StringRef bytes) {
    size_t count = 0;
    for (size_t unit = 0; unit * 2 < bytes.size(); ++count)
      unit += 1 + coil::bytecode::kOpcodes311[uint8_t(bytes[unit * 2])].caches;
    return count;
  }

  void add(uint8_t opcode, uint32_t arg, size_t unit, size_t nextUnit) {
    Op op = Op(opcode);
    if (op == Op::KW_NAMES) {
      if (arg >= uint64_t(consts->length) || !isTuple((*consts)[arg]))
        error = "KW_NAMES without a tuple of names";
      pendingNames = arg;
    }
    if (isOmitted(op)) return;
    Instr translated = instr(handlerOf(opcode), arg, unit);
    if (op == Op::CALL && pendingNames >= 0) {
      translated.handler = ops::op_CALL_KEYWORDS;
      if (!error) translated.names = (*consts)[pendingNames].as<Tuple>();
    }
    pendingNames = -1;
    coil::bytecode::JumpKind jump = coil::bytecode::kOpcodes311[opcode].jump;
    if (jump != coil::bytecode::JumpKind::No) {
      int64_t distance = jump == coil::bytecode::JumpKind::Forward ? int64_t(arg) : -int64_t(arg);
      jumps.push_back({program.instrs.size(), int64_t(nextUnit) + distance});
    }
    program.instrs.push_back(translated);
  }

  void resolveJumps() {
    for (const Jump &jump : jumps) {
      if (jump.targetUnit < 0 || jump.targetUnit >= int64_t(program.byUnit.size())) {
        error = "a jump out of the code";
        continue;
      }
      program.instrs[jump.instr].arg =
          uint32_t(int64_t(program.byUnit[jump.targetUnit]) - int64_t(jump.instr));
    }
  }

  void addGuards() {
    for (const auto &e : coil::bytecode::decodeExceptionTable(raw.exceptiontable->data)) {
      if (e.target >= program.byUnit.size() || e.depth > raw.stacksize) {
        error = "an exception table entry out of range";
        continue;
      }
      program.guards.push_back({e.start, e.end, program.byUnit[e.target], e.depth, e.lasti});
    }
  }
};

// A resumed generator finds what was sent on its stack, which the table's row for its creation does not
// count. PRECALL, which has the effect of popping the arguments, is omitted: its part goes to CALL.
int effectOf(Op op, const Instr &i) {
  if (op == Op::RETURN_GENERATOR) return 1;
  int effect = coil::bytecode::stackEffect(op, i.arg, false);
  return op == Op::CALL ? effect + coil::bytecode::stackEffect(Op::PRECALL, i.arg, false) : effect;
}

} // namespace

// Follows control flow from the entry and from each handler, adding up the stack effects.
std::vector<int> coil::vm::stackDepths(Code *code) {
  const Program &program = *code->program;
  std::vector<int> depths(program.instrs.size(), -1);
  llvm::StringRef bytes = code->raw->code->data;
  std::vector<std::pair<size_t, int>> work{{0, 0}};
  for (const Guard &guard : program.guards)
    work.push_back({guard.target, int(guard.depth) + 1 + guard.lasti});
  while (!work.empty()) {
    auto [number, depth] = work.back();
    work.pop_back();
    const Instr &i = program.instrs[number];
    if (depths[number] >= 0 || i.unit * 2 >= bytes.size()) continue;
    depths[number] = depth;
    Op op = Op(uint8_t(bytes[i.unit * 2]));
    if (coil::bytecode::info(op).jump != coil::bytecode::JumpKind::No)
      work.push_back({number + int32_t(i.arg), depth + coil::bytecode::stackEffect(op, i.arg, true)});
    if (!coil::bytecode::endsFlow(op)) work.push_back({number + 1, depth + effectOf(op, i)});
  }
  return depths;
}

const Guard *Program::guardOf(uint32_t unit) const {
  for (const Guard &guard : guards)
    if (unit >= guard.start && unit < guard.end) return &guard;
  return nullptr;
}

Op Program::opOf(const Instr *i) const {
  return i->unit * 2 < bytes.size() ? Op(uint8_t(bytes[i->unit * 2])) : Op::CACHE;
}

Handler Program::plainHandler(const Instr *i) const {
  if (i->unit * 2 >= bytes.size()) return ops::op_RAISE_UNKNOWN;
  Handler own = ownHandlers.empty() ? i->handler : ownHandlers[size_t(i - instrs.data())];
  return own == ops::op_CALL_KEYWORDS ? own : handlerOf(uint8_t(opOf(i)));
}

#ifdef COIL_CHECKS
void coil::vm::checkDepth(Frame *f, const Instr *next, const Value *sp) {
  assert(next->depth < 0 || sp - f->stackBase() == next->depth);
}
#endif

Program *coil::vm::programOf(Thread &t, Code *code) {
  if (code->program) [[likely]]
    return code->program;
  if (code->unsound) {
    (void)raise(t, types::SystemError, "bad bytecode in %: %", code->name, *code->unsound);
    return nullptr;
  }
  auto *program = new Program();
  if (const char *error = Translator(code, *program).run()) {
    delete program;
    (void)raise(t, types::SystemError, "bad bytecode in %: %", code->name, error);
    return nullptr;
  }
  code->program = program;
#ifdef COIL_CHECKS
  std::vector<int> depths = stackDepths(code);
  for (size_t i = 0; i < depths.size(); ++i) program->instrs[i].depth = depths[i];
#endif
  fuse(*program);
  observeIfNeeded(*program);
  return program;
}
