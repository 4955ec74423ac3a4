// The unpickler's input: bytes, or a file that is read in pieces.
#include "VM/Core/Names.h"
#include "VM/Modules/_io/ByteArrays.h"
#include "VM/Modules/_pickle/Reader.h"
#include "VM/Types/ByteArray.h"
#include "VM/Types/Bytes.h"
#include "VM/Types/Int/Int.h"
#include "VM/Types/MemoryView/MemoryView.h"
#include <cstring>

using namespace coil::vm;
using namespace coil::vm::pickle;

namespace {
constexpr int64_t kPrefetch = 128 * 1024;
}

// --- settings ----------------------------------------------------------------------------------------------

void Reader::clear() {
  cutStack(0);
  marks.clear();
  fence = 0;
  memo.clear();
  for (Value *v : {&read, &readInto, &readLine, &peek, &buffers}) replaceOwned(*v, Value());
  persistentLoad.clear();
  data = nullptr;
  length = at = prefetched = 0;
  input.release();
}

void Reader::visit(Visitor &v) const {
  for (Value each : stack) v.visit(each);
  memo.forEach([&](uint64_t, Value object) { v.visit(object); });
  for (Value each : {read, readInto, readLine, peek, buffers, input.info().exporter}) v.visit(each);
  persistentLoad.visit(v);
}

Status Reader::setFile(Thread &t, Value file) {
  struct {
    const char *name;
    Value &method;
  } methods[] = {{"peek", peek}, {"readinto", readInto}, {"read", read}, {"readline", readLine}};
  for (auto &[name, method] : methods) {
    Ref found;
    CHECK(lookupAttr(t, file, internText(name), found));
    replaceOwned(method, found.release());
  }
  if (!readLine.empty() && !read.empty()) return Status::ok();
  for (auto &[name, method] : methods) replaceOwned(method, Value());
  return raise(t, types::TypeError, "file must have 'read' and 'readline' attributes");
}

Status Reader::setBytes(Thread &t, Value source) {
  CHECK(setInput(t, source));
  return Status::ok();
}

Status Reader::setText(Thread &, Value encodingName, Value errorsName) {
  encoding.clear();
  errors.clear();
  appendUtf8(encodingName.as<Str>(), encoding);
  appendUtf8(errorsName.as<Str>(), errors);
  return Status::ok();
}

Status Reader::setBuffers(Thread &t, Value iterable) {
  if (iterable.empty() || iterable.isNone()) {
    replaceOwned(buffers, Value());
    return Status::ok();
  }
  replaceOwned(buffers, TRY(iterate(t, iterable)).release());
  return Status::ok();
}

// --- reading -----------------------------------------------------------------------------------------------

Failure Reader::raiseTruncated(Thread &t) { return raiseUnpickling(t, "pickle data was truncated"); }

Result<int64_t> Reader::setInput(Thread &t, Value source) {
  input.release();
  data = nullptr;
  length = at = prefetched = 0;
  CHECK(input.open(t, source, kBufferContigReadOnly));
  data = input.data();
  length = prefetched = input.size();
  at = 0;
  return length;
}

// The file moves on behind what was taken of that which was only peeked at.
Status Reader::skipConsumed(Thread &t) {
  int64_t consumed = at - prefetched;
  if (consumed <= 0) return Status::ok();
  Ref method = Ref::share(read), size = makeInt(consumed);
  CHECK(call(t, method, {size}));
  prefetched = at;
  return Status::ok();
}

// Gets up to `size` bytes, or more, as the input.
Result<int64_t> Reader::refill(Thread &t, int64_t size) {
  CHECK(skipConsumed(t));
  if (!peek.empty() && size < kPrefetch) {
    Ref method = Ref::share(peek), seen = call(t, method, {Value::smallInt(kPrefetch)});
    if (seen) {
      int64_t got = TRY(setInput(t, seen));
      prefetched = 0;
      if (size <= got) return size;
    } else if (catchPending(t, types::NotImplementedError)) {
      replaceOwned(peek, Value());
    } else {
      return {};
    }
  }
  Ref method = Ref::share(read), number = makeInt(size), bytes = TRY(call(t, method, {number}));
  return setInput(t, bytes);
}

const uint8_t *Reader::takeSlowly(Thread &t, int64_t size) {
  if (at > INT64_MAX - size) {
    raiseUnpickling(t, "read would overflow (invalid bytecode)");
    return nullptr;
  }
  if (!read.empty()) {
    auto got = refill(t, size);
    if (!got) return nullptr;
    if (*got >= size) {
      at = size;
      return data;
    }
  }
  raiseTruncated(t);
  return nullptr;
}

// Fills the memory of `owner`, which nobody has seen yet: what is there already, then straight from the file.
Status Reader::takeInto(Thread &t, Value owner, uint8_t *to, int64_t size) {
  int64_t here = std::min(length - at, size);
  if (here > 0) {
    std::memcpy(to, data + at, size_t(here));
    at += here;
    to += here;
    size -= here;
  }
  if (size == 0) return Status::ok();
  if (read.empty()) return raiseTruncated(t);
  CHECK(skipConsumed(t));
  Ref number = makeInt(size), method = Ref::share(read);
  if (readInto.empty()) {
    Ref bytes = TRY(call(t, method, {number}));
    if (!isBytes(bytes))
      return raise(t, types::ValueError, "read() returned non-bytes object (%)",
                   TRY(reprText(t, Value(typeOf(bytes)))));
    if (bytes.as<Bytes>()->length != size) return raiseTruncated(t);
    std::memcpy(to, bytes.as<Bytes>()->data, size_t(size));
    return Status::ok();
  }
  Ref into = Ref::share(readInto), view = TRY(io::viewOfMemory(t, to, size, false));
  auto managed = ObjectRef<ManagedBuffer>::share(memoryView(view)->managed);
  Ref got = call(t, into, {view});
  // A file that keeps the view keeps the object with it, for ever.
  view.reset();
  if (managed->refCount > 1) {
    retain(owner);
    if (isExactly(owner, types::ByteArray)) ++owner.as<ByteArray>()->exports;
  }
  if (!got) return {};
  int64_t count = TRY(asInt64(t, got));
  if (count < size) return raiseTruncated(t);
  return Status::ok();
}

// A line with its end, `least` bytes at least. It stays valid until the next one.
Result<llvm::StringRef> Reader::takeLine(Thread &t, size_t least) {
  const void *end = at < length ? std::memchr(data + at, '\n', size_t(length - at)) : nullptr;
  if (end) {
    auto *start = data + at;
    size_t size = size_t(static_cast<const uint8_t *>(end) - start) + 1;
    at += int64_t(size);
    line.assign(reinterpret_cast<const char *>(start), size);
  } else if (read.empty()) {
    return raiseTruncated(t);
  } else {
    CHECK(skipConsumed(t));
    Ref method = Ref::share(readLine), bytes = TRY(call(t, method));
    int64_t got = TRY(setInput(t, bytes));
    if (got == 0 || data[got - 1] != '\n') return raiseTruncated(t);
    at = got;
    line.assign(reinterpret_cast<const char *>(data), size_t(got));
  }
  if (line.size() < least) return raiseTruncated(t);
  return llvm::StringRef(line);
}

Result<int64_t> Reader::takeSize(Thread &t, int bytes, const char *what) {
  const uint8_t *from = TRY(take(t, bytes));
  uint64_t size = 0;
  for (int i = 0; i < bytes; ++i) size |= uint64_t(from[i]) << (8 * i);
  if (size > INT64_MAX)
    return raise(t, types::OverflowError, "% exceeds system's maximum size of % bytes", what, INT64_MAX);
  return int64_t(size);
}
