// Observing instructions: programs whose handlers stand aside for one that looks first. Nothing is paid while
// nobody looks.
#pragma once

#include "VM/Interp/Instr.h"

namespace coil::vm {

enum Observer : unsigned { kObserveTracing = 1 << 0, kObserveTool = 1 << 1 };

// Switches an observer on or off, in all programs that there are and will be.
void setObserver(Observer observer, bool on);
// Called for a program that has been translated.
void observeIfNeeded(Program &program);
// The instruction's own handler.
Handler ownHandler(const Frame *f, const Instr *pc);

// What pyvm's own switches look at: called before each instruction, with its stack.
using ToolObserver = void (*)(Thread &t, Frame *f, Instr *pc, Value *sp);
void setToolObserver(ToolObserver observer);

// Tells the trace and profile functions of what the instruction does, and executes it.
COIL_OP Value traceInstruction(Frame *f, Instr *pc, Value *sp, Thread *t);
// Leaves the frame by exception without looking for a handler in it.
COIL_OP Value unwindOut(Frame *f, Instr *pc, Value *sp, Thread *t);

} // namespace coil::vm
