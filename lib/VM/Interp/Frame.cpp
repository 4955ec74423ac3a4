// Frames: their stack, their set-up and their end.
#include "VM/Interp/Frame.h"
#include "VM/Interp/Instr.h"
#include "VM/Types/FrameObject.h"
#include <cstdlib>
#include <cstring>

using namespace coil::vm;

int Frame::unit() const {
  if (!(flags & kFrameAtCaches)) return int(pc->unit);
  return int(pc->unit + coil::bytecode::kOpcodes311[uint8_t(coil::bytecode::Op::CALL)].caches);
}

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

void FrameStack::leaveChunk() {
  std::free(spare);
  spare = chunk;
  next = chunk->resume;
  chunk = chunk->previous;
}
