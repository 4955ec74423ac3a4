// Frames: their stack, their set-up and their end.
#include "VM/Interp/Frame.h"
#include "VM/Interp/Instr.h"
#include "VM/Types/FrameObject.h"
#include <cstdlib>
#include <cstring>

using namespace coil::vm;

FrameStack::~FrameStack() {
  std::free(spare);
  while (chunk) {
    Chunk *previous = chunk->previous;
    std::free(chunk);
    chunk = previous;
  }
}

void *FrameStack::pushSlow(size_t bytes) {
  Chunk *fresh = spare;
  spare = nullptr;
  if (!fresh || size_t(fresh->end - fresh->data) < bytes) {
    std::free(fresh);
    size_t capacity = std::max(kChunkBytes, bytes);
    fresh = static_cast<Chunk *>(std::malloc(sizeof(Chunk) + capacity));
    fresh->end = fresh->data + capacity;
  }
  fresh->previous = chunk;
  fresh->resume = next;
  chunk = fresh;
  next = fresh->data + bytes;
  return fresh->data;
}

void FrameStack::pop(void *memory) {
  next = static_cast<char *>(memory);
  if (next != chunk->data || !chunk->previous) return;
  std::free(spare);
  spare = chunk;
  next = chunk->resume;
  chunk = chunk->previous;
}

void coil::vm::initializeFrame(Frame *frame, Function *function, Value borrowedLocals) {
  Code *code = function->code;
  frame->back = nullptr;
  frame->pc = nullptr;
  frame->function = function;
  frame->code = code;
  frame->globals = function->globals;
  frame->builtins = function->builtins.as<Dict>();
  frame->locals = retained(borrowedLocals);
  frame->object = nullptr;
  frame->generator = nullptr;
  frame->constructed = Value();
  frame->flags = 0;
  std::memset(static_cast<void *>(frame->slots), 0, code->localsplusCount * sizeof(Value));
  frame->sp = frame->stackBase();
}

void coil::vm::finishFrame(Frame *frame, Value *sp) {
  Value *base = frame->stackBase();
  while (sp > base) release(*--sp);
  if (frame->object) detachFrameObject(frame);
  int count = frame->code->localsplusCount;
  for (int i = 0; i < count; ++i) release(std::exchange(frame->slots[i], Value()));
  release(std::exchange(frame->locals, Value()));
  release(std::exchange(frame->constructed, Value()));
  release(static_cast<Object *>(frame->function));
}
