// Watching a program for pyvm's own switches. The lines of --trace are the same in every run: they show no
// addresses and run none of the program's code.
#include "VM/Interp/Switches.h"
#include "Bytecode/Opcodes.h"
#include "VM/Builtins/Builtins.h"
#include "VM/Interp/Observe.h"
#include "VM/Types/FrameObject.h"
#include "VM/Types/Int/Int.h"
#include <cstdlib>
#include <map>
#include <unistd.h>

using namespace coil::vm;
using coil::bytecode::Op;

static Switches switches;
static uint64_t steps = 0;
static uint64_t counts[256];
static const Frame *lastFrame = nullptr;
static int lastLine = -1;

static void write(const std::string &text) { (void)!::write(2, text.data(), text.size()); }

// A value in a few characters: numbers, short texts and singletons as they are, anything else by its type.
static std::string shown(Value v) {
  constexpr int64_t kLongest = 20;
  if (v.empty()) return "NULL";
  if (v.isInt()) return std::to_string(v.asInt());
  if (v.isNone()) return "None";
  if (v.isBool()) return v.isTrue() ? "True" : "False";
  if (isExactStr(v) && v.as<Str>()->ascii && v.as<Str>()->length <= kLongest)
    return "'" + v.as<Str>()->asciiText().str() + "'";
  return "<" + typeName(v).str() + ">";
}

static Op opAt(const Frame *f, const Instr *pc) {
  return Op(uint8_t(f->code->raw->code->data[pc->unit * 2]));
}

static void traceOpcode(Frame *f, Instr *pc, Value *sp, Op op) {
  std::string line = toUtf8(f->code->qualname) + " " + std::to_string(pc->unit * 2) + " " +
                     coil::bytecode::info(op).name + " " +
                     std::to_string(f->code->raw->code->data[pc->unit * 2 + 1] & 0xFF) + " [";
  for (Value *p = f->stackBase(); p < sp; ++p) line += (p > f->stackBase() ? ", " : "") + shown(*p);
  write(line + "]\n");
}

static void traceLine(Frame *f, Instr *pc) {
  int line = lineAt(f->code, int(pc->unit));
  if (line < 0 || (f == lastFrame && line == lastLine)) return;
  lastFrame = f;
  lastLine = line;
  write(toUtf8(f->code->filename) + ":" + std::to_string(line) + " " + toUtf8(f->code->qualname) + "\n");
}

static void traceCall(Frame *f, Value *sp, Op op) {
  std::string name = toUtf8(f->code->qualname);
  if (op == Op::RESUME) write("call " + name + "\n");
  if (op == Op::RETURN_VALUE) write("return " + name + " " + shown(sp[-1]) + "\n");
  if (op == Op::YIELD_VALUE) write("yield " + name + " " + shown(sp[-1]) + "\n");
}

// The program gets no say: what it has written is flushed, its finalizers do not run.
[[noreturn]] static void endProgram(Thread &t, const std::string &message) {
  setToolObserver(nullptr);
  flushStandardStreams(t);
  write("pyvm: error: " + message + "\n");
  std::_Exit(1);
}

static void watch(Thread &t, Frame *f, Instr *pc, Value *sp) {
  ++steps;
  if (switches.maxSteps && steps > switches.maxSteps)
    endProgram(t, "stopped after " + std::to_string(switches.maxSteps) + " instructions (--max-steps)");
  if (switches.maxMemory && heap::bytesInUse() > switches.maxMemory)
    endProgram(t, "the program's objects take more than " + std::to_string(switches.maxMemory) +
                      " bytes (--max-memory)");
  if (pc->unit * 2 >= f->code->raw->code->data.size()) return;
  Op op = opAt(f, pc);
  if (switches.stats) ++counts[uint8_t(op)];
  if (switches.trace == "opcodes") traceOpcode(f, pc, sp, op);
  if (switches.trace == "lines") traceLine(f, pc);
  if (switches.trace == "calls") traceCall(f, sp, op);
}

void coil::vm::startSwitches(const Switches &given) {
  switches = given;
  std::fill(std::begin(cacheMisses), std::end(cacheMisses), 0); // those of the start
  if (!switches.trace.empty() || switches.stats || switches.maxSteps || switches.maxMemory)
    setToolObserver(watch);
}

// The families of instructions that have caches, or a quick way for plain operands.
static void reportCaches() {
  static constexpr Op kFamilies[] = {Op::LOAD_GLOBAL,  Op::LOAD_NAME,   Op::STORE_NAME, Op::LOAD_ATTR,
                                     Op::STORE_ATTR,   Op::LOAD_METHOD, Op::CALL,       Op::BINARY_SUBSCR,
                                     Op::STORE_SUBSCR, Op::BINARY_OP,   Op::COMPARE_OP, Op::FOR_ITER};
  write("cache hits\n");
  for (Op op : kFamilies) {
    uint64_t all = counts[uint8_t(op)], hits = all - std::min(all, cacheMisses[uint8_t(op)]);
    if (!all) continue;
    write("  " + std::string(coil::bytecode::info(op).name) + " " + std::to_string(hits) + " of " +
          std::to_string(all) + " (" + std::to_string(hits * 100 / all) + " %)\n");
  }
}

void coil::vm::reportSwitches(Thread &) {
  if (!switches.stats) return;
  write(std::to_string(steps) + " instructions\n");
  std::multimap<uint64_t, std::string, std::greater<>> byCount;
  for (int i = 0; i < 256; ++i)
    if (counts[i]) byCount.insert({counts[i], std::string(coil::bytecode::info(Op(i)).name)});
  for (auto &[count, name] : byCount) write("  " + name + " " + std::to_string(count) + "\n");
  reportCaches();
}
