// The private executable form of a code object: one wide instruction with its cache per bytecode instruction.
// Only lib/VM/Interp may know it.
#pragma once

#include "Bytecode/Opcodes.h"
#include "VM/Interp/Frame.h"
#include "VM/Types/List.h"
#include "VM/Types/Tuple.h"
#include <deque>
#include <vector>

namespace coil::vm {

struct Instr;

// One handler per instruction. State travels in registers from handler to handler by tail calls; the value
// that comes out in the end is what the entry frame returned (owned), or empty when it raised.
// The convention leaves all registers to the handlers; AddressSanitizer's frames cannot have it.
#if defined(__has_feature) && __has_feature(address_sanitizer)
#define COIL_OP
#else
#define COIL_OP __attribute__((preserve_none))
#endif
using Handler = COIL_OP Value (*)(Frame *f, Instr *pc, Value *sp, Thread *t);

struct Instr {
  Handler handler;
  uint32_t arg;  // the argument; of jumps, the distance in Instrs
  uint32_t unit; // where it stands in co_code, in units
  union {
    struct {
      uint32_t version; // of the type, or of the globals' keys; 0: cache empty
      uint32_t number;  // value slot or dict entry
      union {
        uint32_t version2; // of the builtins' keys
        Shape *shape;
        Object *object; // borrowed: alive as long as the version holds
        Tuple *names;   // keyword names, borrowed from the constants
        uint64_t bits;  // a Value, borrowed: likewise
        const struct NativeDef *native;
      };
    };
  };
#ifdef COIL_CHECKS
  int depth; // of the value stack before it, by the stack effects of Opcodes.def; -1: unreachable
#endif
};
#ifndef COIL_CHECKS
static_assert(sizeof(Instr) == 32);
#endif

struct Guard {
  uint32_t start, end; // units
  uint32_t target;     // Instr number
  uint32_t depth;
  bool lasti;
};

struct Program {
  llvm::StringRef bytes; // co_code, which the code object holds
  std::vector<Instr> instrs;
  std::vector<uint32_t> byUnit;     // unit to the Instr that stands there or next after
  std::vector<Guard> guards;        // sorted
  std::vector<Handler> ownHandlers; // the instructions' own, while the program is observed
  std::deque<Instr> leftOut;        // places of left-out instructions where a trace function raised
  std::vector<int> lines;           // of each unit, while the program is observed; -1: none
  int32_t firstTraceable = -1;      // the unit of the first RESUME; -1: not looked for

  Program();
  ~Program();
  Program(const Program &) = delete;

  // The innermost guard of a unit; null if none.
  const Guard *guardOf(uint32_t unit) const;
  // The opcode in co_code. The handler does not tell it: that may be one of a special case, or one that does
  // the work of the next instructions, too.
  bytecode::Op opOf(const Instr *i) const;
  // The handler of this instruction alone, in all cases.
  Handler plainHandler(const Instr *i) const;
};

// Puts handlers that do the work of several instructions where such sequences begin (Ops/Fused.cpp).
void fuse(Program &program);
// Puts a handler of a special case in an instruction's place.
inline void specialize(Frame *f, Instr *pc, Handler handler) {
  Program *program = f->code->program;
  if (program->ownHandlers.empty()) [[likely]]
    pc->handler = handler;
  else
    program->ownHandlers[size_t(pc - program->instrs.data())] = handler;
}

// How often an instruction that has caches or a quick way has gone the general way, for pyvm --stats.
extern uint64_t cacheMisses[256];
#define CACHE_MISS(name) (++cacheMisses[uint8_t(bytecode::Op::name)])

// The stack's depth before each instruction, by the stack effects of Opcodes.def; -1: unreachable.
std::vector<int> stackDepths(Code *code);

// The code's program, translated on first use. Fails with SystemError when the bytecode cannot be executed.
Program *programOf(Thread &t, Code *code);

// Debug builds: the stack is as deep as the rows of Opcodes.def say.
#ifdef COIL_CHECKS
void checkDepth(Frame *f, const Instr *next, const Value *sp);
#else
inline void checkDepth(Frame *, const Instr *, const Value *) {}
#endif

#define OP(name) COIL_OP Value op_##name(Frame *f, Instr *pc, Value *sp, Thread *t)
#define NEXT()                                                                                               \
  do {                                                                                                       \
    Instr *next_ = pc + 1;                                                                                   \
    checkDepth(f, next_, sp);                                                                                \
    [[clang::musttail]] return next_->handler(f, next_, sp, t);                                              \
  } while (false)
#define JUMP_BY(distance)                                                                                    \
  do {                                                                                                       \
    Instr *next_ = pc + (distance);                                                                          \
    checkDepth(f, next_, sp);                                                                                \
    [[clang::musttail]] return next_->handler(f, next_, sp, t);                                              \
  } while (false)
// In front of NEXT and JUMP_BY: stops for what Thread::breaker asks for (signals).
#define BREAK_THEN_NEXT()                                                                                    \
  do {                                                                                                       \
    if (t->breaker.load(std::memory_order_relaxed)) [[unlikely]]                                             \
      [[clang::musttail]] return breakThenNext(f, pc, sp, t);                                                \
  } while (false)
#define BREAK_THEN_JUMP()                                                                                    \
  do {                                                                                                       \
    if (t->breaker.load(std::memory_order_relaxed)) [[unlikely]]                                             \
      [[clang::musttail]] return breakThenJump(f, pc, sp, t);                                                \
  } while (false)
// An exception is pending: the operands are still on the stack, which unwinding clears.
#define FAIL() [[clang::musttail]] return unwind(f, pc, sp, t)
// Stores what others may look at while this instruction runs other code.
#define SAVE_STATE() (f->pc = pc, f->sp = sp)

// Where STORE_NAME, its cache filled, will store; null if that is not known.
Value *cachedName(Frame *f, const Instr *store);

COIL_OP Value breakThenNext(Frame *f, Instr *pc, Value *sp, Thread *t);
COIL_OP Value breakThenJump(Frame *f, Instr *pc, Value *sp, Thread *t);
// Finds the handler of the pending exception, in this frame or its callers.
COIL_OP Value unwind(Frame *f, Instr *pc, Value *sp, Thread *t);
// The same for an exception that is raised again: its traceback knows this place already.
COIL_OP Value unwindAgain(Frame *f, Instr *pc, Value *sp, Thread *t);
// RETURN_VALUE of a generator's frame; the result is the top of the stack.
COIL_OP Value returnFromGenerator(Frame *f, Instr *pc, Value *sp, Thread *t);

namespace ops {
#define OPCODE(name, ...) OP(name);
#include "Bytecode/Opcodes.def"
OP(CALL_KEYWORDS); // CALL with the names of the KW_NAMES before it
OP(RAISE_UNKNOWN); // an opcode that 3.11 does not have
// FOR_ITER and SEND by the iterator's own function: no generator is resumed in the same loop.
COIL_OP Value forIterGeneric(Frame *f, Instr *pc, Value *sp, Thread *t);
COIL_OP Value sendGeneric(Frame *f, Instr *pc, Value *sp, Thread *t);
// LOAD_FAST with the LOAD_ATTR or LOAD_METHOD behind it.
COIL_OP Value loadFastLoadAttr(Frame *f, Instr *pc, Value *sp, Thread *t);
COIL_OP Value loadFastLoadMethod(Frame *f, Instr *pc, Value *sp, Thread *t);

// The item of an exact list or tuple at an immediate index in range, borrowed; else empty.
inline Value itemAt(Value container, Value key) {
  if (!container.isObject() || !key.isInt()) return Value();
  Type *type = container.object()->type;
  int64_t i = key.asInt();
  if (type == &types::List) {
    auto *list = container.as<List>();
    if (i < 0) i += list->length;
    return uint64_t(i) < uint64_t(list->length) ? list->items[i] : Value();
  }
  if (type == &types::Tuple) {
    auto *tuple = container.as<Tuple>();
    if (i < 0) i += tuple->length;
    return uint64_t(i) < uint64_t(tuple->length) ? (*tuple)[i] : Value();
  }
  return Value();
}
} // namespace ops

} // namespace coil::vm
