// Writing to a TextIOWrapper.
#include "VM/Core/Names.h"
#include "VM/Modules/_io/Buffered.h"
#include "VM/Modules/_io/TextIOWrapper.h"
#include "VM/Types/Int/Int.h"
#include <cstring>

using namespace coil::vm;
using namespace coil::vm::io;

namespace {

bool hasCharacter(const Str *s, char c) {
  if (s->width == 1) return s->length && std::memchr(s->data1(), c, size_t(s->length));
  for (int64_t i = 0; i < s->length; ++i)
    if (s->at(i) == char32_t(c)) return true;
  return false;
}

StrRef withEndings(const Str *text, const char *ending) {
  StrBuilder out;
  for (int64_t i = 0; i < text->length; ++i) {
    if (text->at(i) == '\n')
      out.appendAscii(ending);
    else
      out.append(text->at(i));
  }
  return out.finish();
}

// Adds to what is pending; more than a chunk is not put together.
Status append(Thread &t, TextIOWrapper *s, llvm::StringRef bytes) {
  if (s->hasPending && int64_t(s->pending->size() + bytes.size()) > s->chunkSize) CHECK(flushPending(t, s));
  s->pending->append(bytes.data(), bytes.size());
  s->hasPending = true;
  return Status::ok();
}

Status encodeAndAppend(Thread &t, TextIOWrapper *s, Str *text) {
  if (text->ascii && s->codec.native != Codec::Unknown) return append(t, s, text->asciiText());
  StrRef encoding = StrRef::share(s->encoding), errors = StrRef::share(s->errors);
  Ref bytes = TRY(encodeText(t, s->codec, encoding, errors, text));
  if (!isBytes(bytes))
    return raise(t, types::TypeError, "encoder should return a bytes object, not '%'", typeName(bytes));
  llvm::ArrayRef<uint8_t> data = bytes.as<Bytes>()->bytes();
  return append(t, s, {reinterpret_cast<const char *>(data.data()), data.size()});
}

} // namespace

Status io::flushPending(Thread &t, TextIOWrapper *s) {
  if (!std::exchange(s->hasPending, false)) return Status::ok();
  // The buffer's code may write to this stream again.
  std::string bytes;
  bytes.swap(*s->pending);
  llvm::ArrayRef<uint8_t> data(reinterpret_cast<const uint8_t *>(bytes.data()), bytes.size());
  if (isExactly(s->buffer, types::BufferedWriter) || isExactly(s->buffer, types::BufferedRandom)) {
    CHECK(bufferedWrite(t, s->buffer.as<Buffered>(), data));
  } else {
    BytesRef object = makeBytes(data);
    Ref written;
    do written = callMethod(t, s->buffer, names::write, {Value(object)});
    while (!written && trapInterrupted(t));
    CHECK(written);
  }
  if (s->pending->empty()) { // the memory serves again
    bytes.clear();
    bytes.swap(*s->pending);
  }
  return Status::ok();
}

Status coil::vm::textWrite(Thread &t, TextIOWrapper *s, Str *given) {
  CHECK(checkAttached(t, s));
  CHECK(checkTextOpen(t, s));
  if (!s->codec.encodes) return raiseUnsupported(t, "not writable");
  StrRef text = StrRef::share(given);
  bool hasNewline = (s->newline.write || s->lineBuffering) && hasCharacter(text, '\n');
  if (hasNewline && s->newline.write) text = withEndings(text, s->newline.write);
  bool flushLine = s->lineBuffering && (hasNewline || hasCharacter(text, '\r'));
  CHECK(encodeAndAppend(t, s, text));
  if (int64_t(s->pending->size()) >= s->chunkSize || flushLine || s->writeThrough) CHECK(flushPending(t, s));
  if (flushLine) {
    if (isExactly(s->buffer, types::BufferedWriter)) {
      CHECK(bufferedFlush(t, s->buffer.as<Buffered>()));
    } else {
      CHECK(callMethod(t, s->buffer, names::flush));
    }
  }
  if (s->decoded) setDecoded(s, StrRef());
  dropSnapshot(s);
  return s->codec.decodes ? resetDecoder(t, s->codec) : Status::ok();
}

Ref io::textWrite(Thread &t, const Value *args) {
  if (!isStr(args[1]))
    return raise(t, types::TypeError, "write() argument must be str, not %", argumentTypeName(args[1]));
  CHECK(textWrite(t, args[0].as<TextIOWrapper>(), args[1].as<Str>()));
  return makeInt(args[1].as<Str>()->length);
}
