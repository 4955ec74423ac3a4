// Frame: one activation of a code object, on the thread's frame stack or inside a generator.
#pragma once

#include "VM/Core/Thread.h"
#include "VM/Types/Function.h"

namespace coil::vm {

struct Instr;
struct Generator;
struct FrameObject;

enum FrameFlags : uint8_t {
  kFrameEntry = 1 << 0,       // its return goes back to C++
  kFrameConstructor = 1 << 1, // runs __init__ for a call of a class: the call's result is `constructed`
  kFrameGenerator = 1 << 2,   // lives in `generator`
  kFrameDetached = 1 << 3,    // finished; kept by its frame object
  kFrameAtCaches = 1 << 4, // an exception came out of the call at pc: CPython stands on its last cache then
};

struct Frame {
  Frame *back;
  Instr *pc;          // the instruction being executed, as of the last call out; the caller resumes behind it
  Value *sp;          // top of the stack, likewise
  Function *function; // owned; keeps code, globals and closure
  Code *code;
  Dict *globals;
  Dict *builtins;       // runtime.noBuiltins if they are not an exact dict: then function->builtins is asked
  Value locals;         // owned; the namespace of module and class bodies; empty for functions
  FrameObject *object;  // borrowed: its face as a Python object, once somebody has looked
  Generator *generator; // borrowed
  Value constructed;    // owned
  uint8_t flags;
  Value slots[0]; // localsplus, then the value stack

  // Where it stands in co_code, in units; needs pc.
  int unit() const;
  Value *stackBase() { return slots + code->localsplusCount; }
  static size_t valuesFor(const Code *code) { return code->localsplusCount + code->stacksize; }
  static size_t bytesFor(const Code *code) { return sizeof(Frame) + valuesFor(code) * sizeof(Value); }
};

// The frames of ordinary calls, in chunks; strictly last in, first out.
class FrameStack {
  struct Chunk {
    Chunk *previous;
    char *resume; // where the previous chunk's frames ended when this one was begun
    char *end;
    char data[0];
  };
  Chunk *chunk = nullptr;
  Chunk *spare = nullptr; // the chunk left last, kept against churn at a boundary
  char *next = nullptr;
  static constexpr size_t kChunkBytes = 256 * 1024;

  void *pushSlow(size_t bytes);

public:
  ~FrameStack();
  void *push(size_t bytes) {
    if (!chunk || size_t(chunk->end - next) < bytes) [[unlikely]]
      return pushSlow(bytes);
    void *memory = next;
    next += bytes;
    return memory;
  }
  void pop(void *memory) {
    next = static_cast<char *>(memory);
    if (next == chunk->data && chunk->previous) [[unlikely]]
      leaveChunk();
  }

private:
  void leaveChunk();
};

// Sets up a frame for `function` in `memory`; takes over the reference to it, and what the first `given`
// locals are to hold is for the caller to store. The others are empty.
inline void initializeFrame(Frame *frame, Function *function, Value borrowedLocals, size_t given = 0) {
  Code *code = function->code;
  frame->back = nullptr;
  frame->pc = nullptr;
  frame->function = function;
  frame->code = code;
  frame->globals = function->globals;
  frame->builtins = function->builtinsDict;
  frame->locals = retained(borrowedLocals);
  frame->object = nullptr;
  frame->generator = nullptr;
  frame->constructed = Value();
  frame->flags = 0;
  size_t count = code->localsplusCount;
  for (size_t i = given; i < count; ++i) frame->slots[i] = Value();
  frame->sp = frame->slots + count;
}

// A frame object that is still referenced keeps a copy of the frame.
void detachFrameObject(Frame *frame);

// Releases what the frame holds, down from `sp`; a frame object that is still referenced keeps a copy
// instead, which remembers `pc` as where the frame ended.
inline void finishFrame(Frame *frame, Value *sp, Instr *pc) {
  Value *base = frame->stackBase();
  while (sp > base) release(*--sp);
  if (frame->object) [[unlikely]] {
    frame->pc = pc;
    detachFrameObject(frame);
  }
  for (Value *local = frame->slots; local < base; ++local) release(*local);
  release(frame->locals);
  release(frame->constructed);
  release(static_cast<Object *>(frame->function));
}

// Binds call arguments to the parameters in `slots` (which must be empty); all values are retained.
Status bindArguments(Thread &t, Function *function, const CallArgs &args, Value *slots);

// What the frame's builtins, any mapping, have under `name`; empty without an exception when that is nothing.
Ref builtinsGet(Thread &t, Frame *f, Str *name);

// Runs a frame that is set up and flagged kFrameEntry until it returns, yields or raises.
Ref runFrame(Thread &t, Frame *frame);
// Calls a Python-level function.
Ref callFunction(Thread &t, Value function, const CallArgs &args);
// Executes a code object in a namespace; locals may be any mapping.
Ref execute(Thread &t, Code *code, Dict *globals, Value locals, Tuple *closure = nullptr);

} // namespace coil::vm
