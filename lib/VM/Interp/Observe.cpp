// Observing instructions.
#include "VM/Interp/Observe.h"
#include "llvm/ADT/DenseSet.h"

using namespace coil::vm;

uint64_t coil::vm::cacheMisses[256];

static unsigned observers = 0;
static ToolObserver toolObserver = nullptr;

static llvm::DenseSet<Program *> &programs() {
  static auto *all = new llvm::DenseSet<Program *>();
  return *all;
}

Program::Program() { programs().insert(this); }
Program::~Program() { programs().erase(this); }

static COIL_OP Value observe(Frame *f, Instr *pc, Value *sp, Thread *t) {
  if (observers & kObserveTool) toolObserver(*t, f, pc, sp);
  if (t->tracing) [[clang::musttail]]
    return traceInstruction(f, pc, sp, t);
  Handler own = ownHandler(f, pc);
  [[clang::musttail]] return own(f, pc, sp, t);
}

static void observeProgram(Program &program) {
  if (!program.ownHandlers.empty()) return;
  std::vector<Handler> own;
  own.reserve(program.instrs.size());
  for (const Instr &i : program.instrs) own.push_back(program.plainHandler(&i));
  program.ownHandlers = std::move(own);
  for (Instr &i : program.instrs) i.handler = observe;
}

// Frames may be between two instructions of it: the own handlers come back, the vector stays to be read.
static void endObserving(Program &program) {
  for (size_t i = 0; i < program.ownHandlers.size(); ++i) program.instrs[i].handler = program.ownHandlers[i];
  program.ownHandlers.clear();
  fuse(program);
}

void coil::vm::observeIfNeeded(Program &program) {
  if (observers) observeProgram(program);
}

void coil::vm::setObserver(Observer observer, bool on) {
  unsigned before = std::exchange(observers, on ? observers | observer : observers & ~observer);
  if (bool(before) == bool(observers)) return;
  for (Program *program : programs())
    if (observers)
      observeProgram(*program);
    else
      endObserving(*program);
}

void coil::vm::setToolObserver(ToolObserver observer) {
  toolObserver = observer;
  setObserver(kObserveTool, observer != nullptr);
}

Handler coil::vm::ownHandler(const Frame *f, const Instr *pc) {
  const Program &program = *f->code->program;
  return program.ownHandlers.empty() ? pc->handler : program.ownHandlers[size_t(pc - program.instrs.data())];
}
