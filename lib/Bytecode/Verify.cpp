// The verifier.
#include "Bytecode/Verify.h"

#include "Bytecode/ExceptionTable.h"
#include "Bytecode/LineTable.h"
#include "Bytecode/Opcodes.h"
#include "llvm/ADT/DenseSet.h"
#include "llvm/ADT/Twine.h"

namespace coil::bytecode {

namespace {

constexpr int kUnknown = -1;
constexpr uint32_t kNone = UINT32_MAX;

// An instruction with its EXTENDED_ARGs; the units that it covers are [start, end).
struct Instruction {
  Op op;
  uint32_t arg;
  uint32_t start, end;
};

class Verifier {
public:
  Verifier(const Code &code, const VerifyOptions &options, std::vector<VerifyProblem> &problems)
      : code(code), options(options), problems(problems), units(static_cast<uint32_t>(code.units())) {}
  void run() {
    decode();
    if (!sound) return; // depths would mean nothing
    header();
    for (const Instruction &i : instructions) operands(i);
    tables();
    if (options.locations) locations();
    if (sound) depths();
  }

private:
  const Code &code;
  const VerifyOptions &options;
  std::vector<VerifyProblem> &problems;
  uint32_t units;
  bool sound = true;
  std::vector<Instruction> instructions;
  std::vector<uint32_t> at; // unit to instruction, kNone inside of one
  std::vector<ExceptionEntry> handlers;

  void fail(uint32_t unit, const llvm::Twine &message) {
    sound = false;
    if (problems.size() < options.maxProblems) problems.push_back({&code, unit, message.str()});
  }
  void decode();
  void header();
  void operands(const Instruction &i);
  void jump(const Instruction &i);
  void slot(const Instruction &i, uint8_t needed);
  void paired(const Instruction &i);
  void counted(const Instruction &i);
  void tables();
  void locations();
  void depths();
  int popped(const Instruction &i) const;
  uint32_t target(const Instruction &i) const {
    return info(i.op).jump == JumpKind::Backward ? i.end - i.arg : i.end + i.arg;
  }
};

void Verifier::decode() {
  if (units == 0) return fail(0, "there are no instructions");
  at.assign(units, kNone);
  for (uint32_t unit = 0; unit < units;) {
    Instruction i{Op::CACHE, 0, unit, unit};
    unsigned prefixes = 0;
    for (;; ++unit, ++prefixes) {
      if (unit >= units) return fail(i.start, "EXTENDED_ARG at the end of the code");
      uint8_t number = static_cast<uint8_t>(code.code->data[unit * 2]);
      if (!isOpcode(number)) return fail(unit, "opcode " + llvm::Twine(number) + " does not exist");
      i.op = static_cast<Op>(number);
      i.arg = i.arg << 8 | static_cast<uint8_t>(code.code->data[unit * 2 + 1]);
      if (i.op != Op::EXTENDED_ARG) break;
    }
    if (prefixes > 3) return fail(i.start, "more than three EXTENDED_ARGs");
    if (i.op == Op::CACHE) return fail(unit, "a cache entry without an instruction");
    uint32_t caches = info(i.op).caches;
    if (units - ++unit < caches) return fail(i.start, llvm::Twine(info(i.op).name) + " lacks cache entries");
    for (uint32_t k = 0; k < caches; ++k, ++unit)
      if (code.code->data[unit * 2] || code.code->data[unit * 2 + 1])
        return fail(unit, llvm::Twine("cache entry of ") + info(i.op).name + " is not empty");
    i.end = unit;
    at[i.start] = static_cast<uint32_t>(instructions.size());
    instructions.push_back(i);
  }
}

void Verifier::header() {
  size_t fast = 0;
  bool freeSeen = false;
  uint32_t frees = 0;
  for (size_t i = 0; i < code.localsplus(); ++i) {
    uint8_t kind = code.localKind(i);
    if (!(kind & (kLocalFast | kLocalCell | kLocalFree)) || ((kind & kLocalFree) && (kind & ~kLocalFree)))
      fail(units, "slot " + llvm::Twine(i) + " has kind " + llvm::Twine(unsigned(kind)));
    if (freeSeen && !(kind & kLocalFree))
      fail(units, "slot " + llvm::Twine(i) + " stands after free variables");
    freeSeen = freeSeen || (kind & kLocalFree);
    frees += (kind & kLocalFree) != 0;
    fast += (kind & kLocalFast) != 0;
  }
  uint64_t parameters = uint64_t(code.argcount) + code.kwonlyargcount + !!(code.flags & CO_VARARGS) +
                        !!(code.flags & CO_VARKEYWORDS);
  if (parameters > fast) fail(units, "there are more parameters than local variables");
  if (code.posonlyargcount > code.argcount)
    fail(units, "there are more positional-only parameters than parameters");
  bool copies = false;
  for (const Instruction &i : instructions) {
    if (i.op != Op::COPY_FREE_VARS) continue;
    copies = true;
    if (i.arg != frees)
      fail(i.start, "COPY_FREE_VARS " + llvm::Twine(i.arg) + ", but there are " + llvm::Twine(frees));
  }
  if (frees && !copies) fail(units, "free variables are never copied into the frame");
}

void Verifier::slot(const Instruction &i, uint8_t needed) {
  if (i.arg >= code.localsplus())
    return fail(i.start, llvm::Twine(info(i.op).name) + ": there is no slot " + llvm::Twine(i.arg));
  if (!(code.localKind(i.arg) & needed))
    fail(i.start, llvm::Twine(info(i.op).name) + ": slot " + llvm::Twine(i.arg) + " is of another kind");
}

void Verifier::jump(const Instruction &i) {
  int64_t to = info(i.op).jump == JumpKind::Backward ? int64_t(i.end) - i.arg : int64_t(i.end) + i.arg;
  if (to < 0 || to >= units)
    return fail(i.start, llvm::Twine(info(i.op).name) + " leaves the code, to unit " + llvm::Twine(to));
  if (at[static_cast<size_t>(to)] == kNone)
    fail(i.start,
         llvm::Twine(info(i.op).name) + " goes into the middle of an instruction, unit " + llvm::Twine(to));
}

// Instructions that only make sense before or after certain others.
void Verifier::paired(const Instruction &i) {
  auto follows = [&](Op op) {
    uint32_t next = i.end < units ? at[i.end] : kNone;
    return next != kNone && instructions[next].op == op;
  };
  switch (i.op) {
  case Op::PRECALL:
    if (!follows(Op::CALL) || instructions[at[i.end]].arg != i.arg)
      fail(i.start, "PRECALL is not followed by CALL with the same argument");
    break;
  case Op::CALL: {
    uint32_t index = at[i.start];
    if (index == 0 || instructions[index - 1].op != Op::PRECALL) fail(i.start, "CALL without PRECALL");
    break;
  }
  case Op::KW_NAMES: {
    if (!follows(Op::PRECALL)) fail(i.start, "KW_NAMES is not followed by PRECALL");
    auto *names = dynCast<SequenceObject>(code.constant(i.arg));
    bool good = names && names->kind == ObjectKind::Tuple;
    for (size_t k = 0; good && k < names->size(); ++k) good = names->items[k]->kind == ObjectKind::Str;
    if (!good) fail(i.start, "KW_NAMES: the constant is not a tuple of str");
    break;
  }
  default: break;
  }
}

// Numbers with a limited range.
void Verifier::counted(const Instruction &i) {
  auto limited = [&](uint32_t low, uint32_t high) {
    if (i.arg < low || i.arg > high)
      fail(i.start, llvm::Twine(info(i.op).name) + ": argument " + llvm::Twine(i.arg) + " is out of range");
  };
  switch (i.op) {
  case Op::COMPARE_OP: return limited(0, kCompareOps - 1);
  case Op::BINARY_OP: return limited(0, kBinaryOps - 1);
  case Op::IS_OP:
  case Op::CONTAINS_OP:
  case Op::CALL_FUNCTION_EX: return limited(0, 1);
  case Op::RAISE_VARARGS: return limited(0, 2);
  case Op::BUILD_SLICE: return limited(2, 3);
  case Op::MAKE_FUNCTION: return limited(0, 15);
  case Op::FORMAT_VALUE: return limited(0, 7);
  case Op::GET_AWAITABLE: return limited(0, 2);
  case Op::RESUME: return limited(0, 3);
  case Op::SWAP:
  case Op::COPY: return limited(1, UINT32_MAX);
  default: break;
  }
}

void Verifier::operands(const Instruction &i) {
  auto inTable = [&](uint32_t index, size_t size, const char *table) {
    if (index < size) return true;
    fail(i.start, llvm::Twine(info(i.op).name) + ": " + table + " has no entry " + llvm::Twine(index));
    return false;
  };
  switch (info(i.op).arg) {
  case ArgKind::Const:
    if (!inTable(i.arg, code.consts->size(), "co_consts")) return;
    break;
  case ArgKind::Name: inTable(i.arg, code.names->size(), "co_names"); break;
  case ArgKind::GlobalName: inTable(i.arg >> 1, code.names->size(), "co_names"); break;
  case ArgKind::Local: slot(i, kLocalFast | kLocalCell | kLocalFree); break;
  case ArgKind::Free: slot(i, i.op == Op::MAKE_CELL ? kLocalCell : kLocalCell | kLocalFree); break;
  case ArgKind::Jump: jump(i); break;
  default: break;
  }
  if (sound) paired(i);
  counted(i);
  bool generator = code.flags & (CO_GENERATOR | CO_COROUTINE | CO_ASYNC_GENERATOR);
  if (!generator && (i.op == Op::YIELD_VALUE || i.op == Op::RETURN_GENERATOR || i.op == Op::SEND))
    fail(i.start, llvm::Twine(info(i.op).name) + " outside of a generator");
}

void Verifier::tables() {
  bool malformed = false;
  handlers = decodeExceptionTable(code.exceptiontable->data, &malformed);
  if (malformed) fail(units, "the exception table ends in the middle of an entry");
  uint32_t previous = 0;
  for (const ExceptionEntry &e : handlers) {
    auto instructionAt = [&](uint32_t unit) { return unit < units && at[unit] != kNone; };
    if (e.start < previous) fail(e.start, "the exception table is not sorted");
    if (e.end <= e.start || e.end > units) {
      fail(e.start, "an entry of the exception table has no extent within the code");
      continue;
    }
    previous = e.end;
    if (!instructionAt(e.start) || (e.end < units && !instructionAt(e.end)))
      fail(e.start, "an entry of the exception table does not begin and end at instructions");
    if (!instructionAt(e.target)) fail(e.start, "an exception handler is not at an instruction");
    if (e.depth > code.stacksize) fail(e.start, "an exception handler expects more stack than there is");
  }
}

void Verifier::locations() {
  LineTableReader reader(code.linetable->data, static_cast<int>(code.firstlineno));
  uint32_t covered = 0;
  for (Location l; reader.next(l);) {
    covered = l.end;
    if (l.line != kNoLine && l.endLine < l.line)
      fail(std::min(l.start, units), "a location ends before its line");
  }
  if (reader.malformed()) fail(units, "the location table is malformed");
  if (covered != units)
    fail(units, "the location table covers " + llvm::Twine(covered) + " of " + llvm::Twine(units) + " units");
}

// How many values an instruction needs on the stack.
int Verifier::popped(const Instruction &i) const {
  int arg = static_cast<int>(std::min<uint32_t>(i.arg, 1 << 28));
  switch (i.op) {
  case Op::SWAP:
  case Op::COPY: return arg;
  case Op::LIST_APPEND:
  case Op::SET_ADD:
  case Op::LIST_EXTEND:
  case Op::SET_UPDATE:
  case Op::DICT_UPDATE: return arg + 1;
  case Op::DICT_MERGE: return arg + 3; // it names the callable in its error
  case Op::MAP_ADD: return arg + 2;
  case Op::PRECALL: return arg + 2;
  case Op::CALL: return 2; // PRECALL has accounted for the arguments
  case Op::BUILD_TUPLE:
  case Op::BUILD_LIST:
  case Op::BUILD_SET:
  case Op::BUILD_STRING: return arg;
  case Op::BUILD_MAP: return 2 * arg;
  case Op::BUILD_CONST_KEY_MAP: return arg + 1;
  case Op::RAISE_VARARGS: return arg;
  case Op::RERAISE: return 1 + arg;
  case Op::MAKE_FUNCTION: return 1 - stackEffect(i.op, i.arg, false);
  case Op::BUILD_SLICE: return arg;
  case Op::CALL_FUNCTION_EX: return 3 + (arg & 1);
  case Op::FORMAT_VALUE: return (arg & 4) ? 2 : 1;
  case Op::STORE_SUBSCR:
  case Op::MATCH_CLASS: return 3;
  case Op::WITH_EXCEPT_START: return 4;
  case Op::BINARY_OP:
  case Op::COMPARE_OP:
  case Op::IS_OP:
  case Op::CONTAINS_OP:
  case Op::BINARY_SUBSCR:
  case Op::STORE_ATTR:
  case Op::DELETE_SUBSCR:
  case Op::IMPORT_NAME:
  case Op::SEND:
  case Op::CHECK_EXC_MATCH:
  case Op::CHECK_EG_MATCH:
  case Op::MATCH_KEYS:
  case Op::PREP_RERAISE_STAR:
  case Op::END_ASYNC_FOR: return 2;
  case Op::NOP:
  case Op::RESUME:
  case Op::PUSH_NULL:
  case Op::LOAD_CONST:
  case Op::LOAD_NAME:
  case Op::LOAD_GLOBAL:
  case Op::LOAD_FAST:
  case Op::LOAD_DEREF:
  case Op::LOAD_CLASSDEREF:
  case Op::LOAD_CLOSURE:
  case Op::LOAD_BUILD_CLASS:
  case Op::LOAD_ASSERTION_ERROR:
  case Op::RETURN_GENERATOR:
  case Op::SETUP_ANNOTATIONS:
  case Op::DELETE_NAME:
  case Op::DELETE_GLOBAL:
  case Op::DELETE_FAST:
  case Op::DELETE_DEREF:
  case Op::MAKE_CELL:
  case Op::COPY_FREE_VARS:
  case Op::KW_NAMES:
  case Op::EXTENDED_ARG:
  case Op::CACHE:
  case Op::JUMP_FORWARD:
  case Op::JUMP_BACKWARD:
  case Op::JUMP_BACKWARD_NO_INTERRUPT: return 0;
  default: return 1;
  }
}

// Follows every path; each instruction has one depth, however it is reached.
void Verifier::depths() {
  std::vector<int> depth(instructions.size(), kUnknown);
  std::vector<uint32_t> todo;
  auto reach = [&](uint32_t from, uint32_t unit, int d) {
    if (unit >= units) return fail(from, "control runs off the end of the code");
    uint32_t index = at[unit];
    if (depth[index] == kUnknown) {
      depth[index] = d;
      todo.push_back(index);
    } else if (depth[index] != d) {
      fail(from, "the stack has " + llvm::Twine(d) + " values on the way to unit " + llvm::Twine(unit) +
                     ", and " + llvm::Twine(depth[index]) + " on another");
    }
  };
  int limitDepth = static_cast<int>(std::min<uint32_t>(code.stacksize, INT32_MAX));
  auto step = [&](const Instruction &i, int d) {
    bool jumps = info(i.op).jump != JumpKind::No;
    int next = d + stackEffect(i.op, i.arg, false);
    if (next > limitDepth || (jumps && d + stackEffect(i.op, i.arg, true) > limitDepth))
      return fail(i.start, "the stack grows beyond co_stacksize " + llvm::Twine(code.stacksize));
    if (jumps) reach(i.start, target(i), d + stackEffect(i.op, i.arg, true));
    if (!endsFlow(i.op)) reach(i.start, i.end, i.op == Op::RETURN_GENERATOR ? d + 1 : next);
  };
  auto raise = [&](const Instruction &i, int d) {
    for (const ExceptionEntry &e : handlers) {
      if (i.start < e.start || i.start >= e.end) continue;
      int kept = static_cast<int>(e.depth);
      if (kept > d)
        return fail(i.start, "an exception handler expects " + llvm::Twine(kept) + " values, there are " +
                                 llvm::Twine(d));
      int pushed = kept + 1 + (e.lasti ? 1 : 0);
      if (pushed > limitDepth) return fail(i.start, "an exception overflows the stack");
      reach(i.start, e.target, pushed);
      return;
    }
  };
  reach(0, 0, 0);
  while (!todo.empty() && sound) {
    const Instruction &i = instructions[todo.back()];
    int d = depth[todo.back()];
    todo.pop_back();
    if (popped(i) > d) {
      fail(i.start, llvm::Twine(info(i.op).name) + " needs " + llvm::Twine(popped(i)) +
                        " values, the stack has " + llvm::Twine(d));
      break;
    }
    raise(i, d);
    step(i, d);
  }
}

void collect(const Object *object, llvm::DenseSet<const Object *> &seen, std::vector<const Code *> &codes) {
  if (object->kind < ObjectKind::Tuple || !seen.insert(object).second) return;
  if (auto *items = dynCast<SequenceObject>(object)) {
    for (const Object *item : items->items) collect(item, seen, codes);
  } else if (auto *code = dynCast<Code>(object)) {
    codes.push_back(code);
    collect(code->consts, seen, codes);
  }
}

} // namespace

std::vector<VerifyProblem> verify(const Code &code, const VerifyOptions &options) {
  std::vector<VerifyProblem> problems;
  std::vector<const Code *> codes{&code};
  if (options.recursive) {
    codes.clear();
    llvm::DenseSet<const Object *> seen;
    collect(&code, seen, codes);
  }
  for (const Code *each : codes) {
    if (problems.size() >= options.maxProblems) break;
    Verifier(*each, options, problems).run();
  }
  return problems;
}

} // namespace coil::bytecode
