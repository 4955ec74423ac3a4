// Unpickling: the loop over the instructions, and those that touch stack and memo only.
#include "VM/Modules/_pickle/Reader.h"
#include "VM/Types/Int/Int.h"

using namespace coil::vm;
using namespace coil::vm::pickle;

namespace {

Failure raiseInvalidKey(Thread &t, uint8_t key) {
  if (key >= 0x20 && key <= 0x7e && key != '\'' && key != '\\') {
    char text[] = {char(key), 0};
    return raiseUnpickling(t, "invalid load key, '%'.", text);
  }
  char text[] = {"0123456789abcdef"[key >> 4], "0123456789abcdef"[key & 15], 0};
  return raiseUnpickling(t, "invalid load key, '\\x%'.", text);
}

} // namespace

Ref Reader::load(Thread &t) {
  marks.clear();
  fence = 0;
  protocol = 0;
  cutStack(0);
  for (;;) {
    const uint8_t *op = take(t, 1);
    if (!op) {
      if (catchPending(t, *unpicklingErrorType)) return raise(t, types::EOFError, "Ran out of input");
      return {};
    }
    if (*op == uint8_t(Op::Stop)) break;
    switch (Op(*op)) {
#define OPCODE(Name, byte)                                                                                   \
  case Op::Name: CHECK(load##Name(t)); break;
#include "VM/Modules/_pickle/Opcodes.def"
    default: return raiseInvalidKey(t, *op);
    }
  }
  CHECK(loadStop(t));
  return pop(t);
}

Status Reader::loadStop(Thread &t) { return skipConsumed(t); }

Status Reader::loadProto(Thread &t) {
  uint8_t number = *TRY(take(t, 1));
  if (number > kHighestProtocol)
    return raise(t, types::ValueError, "unsupported pickle protocol: %", int(number));
  protocol = number;
  return Status::ok();
}

// A frame is read whole; its instructions then come from memory.
Status Reader::loadFrame(Thread &t) {
  const uint8_t *from = TRY(take(t, 8));
  uint64_t size = 0;
  for (int i = 0; i < 8; ++i) size |= uint64_t(from[i]) << (8 * i);
  if (size > INT64_MAX)
    return raise(t, types::OverflowError, "FRAME length exceeds system's maximum of % bytes", INT64_MAX);
  CHECK(take(t, int64_t(size)));
  at -= int64_t(size);
  return Status::ok();
}

// --- the stack ---------------------------------------------------------------------------------------------

Status Reader::loadMark(Thread &) {
  marks.push_back(stack.size());
  fence = stack.size();
  return Status::ok();
}

// A mark can be on top, too.
Status Reader::loadPop(Thread &t) {
  if (!marks.empty() && marks.back() == stack.size()) {
    dropMark();
    return Status::ok();
  }
  CHECK(pop(t));
  return Status::ok();
}

Status Reader::loadPopMark(Thread &t) {
  size_t mark = TRY(popMark(t));
  cutStack(mark);
  return Status::ok();
}

Status Reader::loadDup(Thread &t) {
  CHECK(need(t, 1));
  push(Ref::share(stack.back()));
  return Status::ok();
}

// --- the memo ----------------------------------------------------------------------------------------------

Status Reader::loadMemoized(Thread &t, uint64_t index) {
  Value object = memo.find(index);
  if (object.empty()) return raiseUnpickling(t, "Memo value not found at index %", int64_t(index));
  push(Ref::share(object));
  return Status::ok();
}

// The decimal number of a line, as int() reads it.
static Result<int64_t> numberOf(Thread &t, llvm::StringRef line) {
  bool tooLong;
  Ref number = parseInt(line.take_until([](char c) { return c == 0; }), 10, tooLong);
  if (!number) {
    StrRef text = makeStr(line);
    return raise(t, types::ValueError, "invalid literal for int() with base 10: %",
                 TRY(reprText(t, Value(text))));
  }
  int64_t index;
  if (!toInt64(number, index))
    return raise(t, types::OverflowError, "Python int too large to convert to C ssize_t");
  return index;
}

Status Reader::loadGet(Thread &t) {
  llvm::StringRef text = TRY(takeLine(t, 2));
  return loadMemoized(t, uint64_t(TRY(numberOf(t, text))));
}

Status Reader::loadBinGet(Thread &t) { return loadMemoized(t, *TRY(take(t, 1))); }

static uint32_t readUint32(const uint8_t *from) {
  return uint32_t(from[0]) | uint32_t(from[1]) << 8 | uint32_t(from[2]) << 16 | uint32_t(from[3]) << 24;
}

Status Reader::loadLongBinGet(Thread &t) { return loadMemoized(t, readUint32(TRY(take(t, 4)))); }

Status Reader::loadPut(Thread &t) {
  llvm::StringRef text = TRY(takeLine(t, 2));
  CHECK(need(t, 1));
  int64_t index = TRY(numberOf(t, text));
  if (index < 0) return raise(t, types::ValueError, "negative PUT argument");
  return memoPut(t, uint64_t(index));
}

Status Reader::loadBinPut(Thread &t) { return memoPut(t, *TRY(take(t, 1))); }
Status Reader::loadLongBinPut(Thread &t) { return memoPut(t, readUint32(TRY(take(t, 4)))); }
Status Reader::loadMemoize(Thread &t) { return memoPut(t, memo.size()); }
