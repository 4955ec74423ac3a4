// The pickler's output: frames, the file, the memo's instructions.
#include "VM/Core/Names.h"
#include "VM/Modules/_pickle/Writer.h"
#include "VM/Types/Int/Int.h"
#include <cstring>

using namespace coil::vm;
using namespace coil::vm::pickle;

namespace {
constexpr int64_t kFrameLeast = 4; // a frame shorter than this has no header

void storeLittle(uint8_t *to, uint64_t number, int bytes) {
  for (int i = 0; i < bytes; ++i) to[i] = uint8_t(number >> (8 * i));
}
} // namespace

// --- settings ----------------------------------------------------------------------------------------------

void Writer::clear() {
  memo.clear();
  for (Value *v : {&write, &bufferCallback, &dispatchTable, &reducerOverride}) replaceOwned(*v, Value());
  persistentId.clear();
  fastSeen.clear();
}

void Writer::visit(Visitor &v) const {
  for (Value each : {write, bufferCallback, dispatchTable, reducerOverride}) v.visit(each);
  persistentId.visit(v);
  memo.forEach([&](Value key, int64_t) { v.visit(key); });
}

Status Writer::setProtocol(Thread &t, Value wanted, Value fix) {
  int64_t number = kDefaultProtocol;
  if (!wanted.isNone()) {
    Ref exact = TRY(index(t, wanted));
    if (!toInt64(exact, number))
      return raise(t, types::OverflowError, "Python int too large to convert to C long");
    number = int(number);
    if (number < 0) number = kHighestProtocol;
    if (number > kHighestProtocol)
      return raise(t, types::ValueError, "pickle protocol must be <= %", kHighestProtocol);
  }
  protocol = int(number);
  bin = protocol > 0;
  fixImports = TRY(truth(t, fix)) && protocol < 3;
  return Status::ok();
}

Status Writer::setFile(Thread &t, Value file) {
  Ref method;
  CHECK(lookupAttr(t, file, names::write, method));
  if (!method) return raise(t, types::TypeError, "file must have a 'write' attribute");
  replaceOwned(write, method.release());
  return Status::ok();
}

Status Writer::setBufferCallback(Thread &t, Value callback) {
  bool given = !callback.isNone();
  if (given && protocol < 5) return raise(t, types::ValueError, "buffer_callback needs protocol >= 5");
  replaceOwned(bufferCallback, given ? retained(callback) : Value());
  return Status::ok();
}

// --- bytes -------------------------------------------------------------------------------------------------

void Writer::putText(llvm::StringRef text) { std::memcpy(room(text.size()), text.data(), text.size()); }

// An instruction of protocol 0, whose argument ends with the line.
void Writer::putSigned(Op op, llvm::StringRef text) {
  uint8_t *to = room(text.size() + 2);
  to[0] = uint8_t(op);
  std::memcpy(to + 1, text.data(), text.size());
  to[text.size() + 1] = '\n';
}

void Writer::closeFrame() {
  if (!framing || frameStart < 0) return;
  uint8_t *start = out.data() + frameStart;
  int64_t length = int64_t(out.size()) - frameStart - int64_t(kFrameHeader);
  if (length >= kFrameLeast) {
    start[0] = uint8_t(Op::Frame);
    storeLittle(start + 1, uint64_t(length), 8);
  } else {
    std::memmove(start, start + kFrameHeader, size_t(length));
    out.truncate(out.size() - kFrameHeader);
  }
  frameStart = -1;
}

// A frame is long enough.
Status Writer::endFrame(Thread &t) {
  closeFrame();
  if (write.empty()) return Status::ok();
  CHECK(flush(t));
  startOver();
  return Status::ok();
}

void Writer::startOver() {
  out.clear();
  frameStart = -1;
}

Ref Writer::finish() {
  closeFrame();
  return makeBytes({out.data(), out.size()});
}

Status Writer::flush(Thread &t) {
  Ref bytes = finish(), method = Ref::share(write);
  CHECK(call(t, method, {bytes}));
  return Status::ok();
}

// A long text or bytes goes outside of frames, and to the file without a copy.
Status Writer::putLarge(Thread &t, llvm::ArrayRef<uint8_t> header, llvm::ArrayRef<uint8_t> data,
                        Value payload) {
  bool bypass = data.size() >= kFrameTarget, wasFraming = framing;
  if (bypass) {
    closeFrame();
    framing = false;
  }
  std::memcpy(room(header.size()), header.data(), header.size());
  if (bypass && !write.empty()) {
    Ref whole = payload.empty() ? Ref(makeBytes(data)) : Ref::share(payload);
    CHECK(flush(t));
    Ref method = Ref::share(write);
    CHECK(call(t, method, {whole}));
    startOver();
  } else if (!data.empty()) {
    std::memcpy(room(data.size()), data.data(), data.size());
  }
  framing = wasFraming;
  return Status::ok();
}

Status Writer::putSized(Thread &t, Op op, int bytes, llvm::ArrayRef<uint8_t> data, Value payload) {
  uint8_t header[9] = {uint8_t(op)};
  storeLittle(header + 1, data.size(), bytes);
  if (data.size() >= kFrameTarget) return putLarge(t, {header, size_t(bytes) + 1}, data, payload);
  uint8_t *to = room(size_t(bytes) + 1 + data.size());
  std::memcpy(to, header, size_t(bytes) + 1);
  if (!data.empty()) std::memcpy(to + bytes + 1, data.data(), data.size());
  return Status::ok();
}

// --- the memo ----------------------------------------------------------------------------------------------

Status Writer::memoize(Thread &t, Value object) {
  if (fast) return Status::ok();
  size_t index = memo.size();
  memo.set(object, int64_t(index));
  if (protocol >= 4) {
    put(Op::Memoize);
  } else if (!bin) {
    putSigned(Op::Put, std::to_string(index));
  } else if (index < 256) {
    put(Op::BinPut, uint8_t(index));
  } else if (index <= 0xffffffff) {
    putNumber(Op::LongBinPut, index, 4);
  } else {
    return raisePickling(t, "memo id too large for LONG_BINPUT");
  }
  return Status::ok();
}

Status Writer::fetch(Thread &t, int64_t index) {
  if (!bin)
    putSigned(Op::Get, std::to_string(index));
  else if (uint64_t(index) < 256)
    put(Op::BinGet, uint8_t(index));
  else if (uint64_t(index) <= 0xffffffff)
    putNumber(Op::LongBinGet, uint64_t(index), 4);
  else
    return raisePickling(t, "memo id too large for LONG_BINGET");
  return Status::ok();
}

Status Writer::fetchMemoized(Thread &t, Value object) {
  int64_t index = memo.find(object);
  if (index < 0) return raiseWith(t, types::KeyError, object);
  return fetch(t, index);
}
