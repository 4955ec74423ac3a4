// Reading from a TextIOWrapper.
#include "VM/Core/Names.h"
#include "VM/Modules/_io/Buffered.h"
#include "VM/Modules/_io/TextIOWrapper.h"
#include "VM/Protocol/Buffer.h"
#include "VM/Types/Int/Int.h"
#include <cstring>

using namespace coil::vm;
using namespace coil::vm::io;

void io::setDecoded(TextIOWrapper *s, StrRef text) {
  replaceOwned<Str>(s->decoded, text.release());
  s->decodedUsed = 0;
}

void io::dropSnapshot(TextIOWrapper *s) { replaceOwned<Bytes>(s->snapshotInput, nullptr); }

StrRef io::decodeWith(Thread &t, TextIOWrapper *s, Value input, bool final) {
  StrRef encoding = StrRef::share(s->encoding), errors = StrRef::share(s->errors);
  return decodeText(t, s->codec, encoding, errors, input, final);
}

namespace {

// Takes up to `n` characters of what is decoded; all if n is negative.
StrRef takeDecoded(TextIOWrapper *s, int64_t n) {
  if (!s->decoded) return emptyStr();
  int64_t left = s->decoded->length - s->decodedUsed;
  if (n < 0 || n > left) n = left;
  StrRef text = substring(s->decoded, s->decodedUsed, s->decodedUsed + n);
  s->decodedUsed += n;
  return text;
}

Ref readBytes(Thread &t, TextIOWrapper *s, int64_t size) {
  if (isExactly(s->buffer, types::BufferedReader) || isExactly(s->buffer, types::BufferedRandom))
    return bufferedRead1(t, s->buffer.as<Buffered>(), size);
  return callMethod(t, s->buffer, s->hasRead1 ? names::read1 : names::read, {makeInt(size).get()});
}

// From the decoder's state before the read and the bytes read: what tell() starts from.
Status takeSnapshot(Thread &t, TextIOWrapper *s, DecoderState &before, llvm::ArrayRef<uint8_t> input) {
  if (!isBytes(before.buffer))
    return raise(t, types::TypeError, "decoder getstate() should have returned a bytes object, not '%'",
                 typeName(before.buffer));
  llvm::ArrayRef<uint8_t> held = before.buffer.as<Bytes>()->bytes();
  BytesRef next = newBytes(int64_t(held.size() + input.size()));
  if (!held.empty()) std::memcpy(next->data, held.data(), held.size());
  if (!input.empty()) std::memcpy(next->data + held.size(), input.data(), input.size());
  replaceOwned<Bytes>(s->snapshotInput, next.release());
  s->snapshotFlags = before.flags;
  return Status::ok();
}

// Reads and decodes a chunk; false at the end. `wanted`: characters, or 0.
Result<bool> readChunk(Thread &t, TextIOWrapper *s, int64_t wanted) {
  if (!s->codec.decodes) return raiseUnsupported(t, "not readable");
  DecoderState before;
  if (s->telling) before = TRY(decoderState(t, s->codec));
  if (wanted > 0) wanted = int64_t(std::max(s->bytesPerCharacter, 1.0) * double(wanted));
  Ref chunk = TRY(readBytes(t, s, std::max(s->chunkSize, wanted)));
  Buffer input;
  if (!input.open(t, chunk)) {
    clearPending(t);
    return raise(t, types::TypeError, "underlying %() should have returned a bytes-like object, not '%'",
                 s->hasRead1 ? "read1" : "read", typeName(chunk));
  }
  bool atEnd = input.size() == 0;
  StrRef text = TRY(decodeWith(t, s, chunk, atEnd));
  int64_t n = text->length;
  setDecoded(s, std::move(text));
  s->bytesPerCharacter = n > 0 ? double(input.size()) / double(n) : 0.0;
  if (n > 0) atEnd = false;
  if (s->telling) CHECK(takeSnapshot(t, s, before, input.bytes()));
  return !atEnd;
}

Result<bool> readChunkRetrying(Thread &t, TextIOWrapper *s, int64_t wanted) {
  for (;;) {
    auto more = readChunk(t, s, wanted);
    if (more || !trapInterrupted(t)) return more;
  }
}

Status startReading(Thread &t, TextIOWrapper *s) {
  CHECK(checkAttached(t, s));
  CHECK(checkTextOpen(t, s));
  return Status::ok();
}

Ref readAll(Thread &t, TextIOWrapper *s) {
  Ref bytes = TRY(callMethod(t, s->buffer, names::read));
  StrRef rest;
  if (s->codec.native != Codec::Unknown && !isBytes(bytes) && !exportsBuffer(bytes))
    return s->codec.native == Codec::Utf8
               ? raise(t, types::TypeError, "can't concat % to bytes", typeName(bytes))
               : raise(t, types::TypeError, "a bytes-like object is required, not '%'", typeName(bytes));
  rest = TRY(decodeWith(t, s, bytes, true));
  StrRef first = takeDecoded(s, -1);
  setDecoded(s, StrRef());
  dropSnapshot(s);
  return first->length ? concatenate(first, rest) : std::move(rest);
}

} // namespace

Ref io::textRead(Thread &t, const Value *args) {
  auto *s = args[0].as<TextIOWrapper>();
  int64_t n = TRY(sizeArgument(t, args[1]));
  CHECK(startReading(t, s));
  if (!s->codec.decodes) return raiseUnsupported(t, "not readable");
  CHECK(flushPending(t, s));
  if (n < 0) return readAll(t, s);
  StrRef text = takeDecoded(s, n);
  if (text->length == n) return text;
  StrBuilder all;
  all.append(text.get());
  while (all.length() < n) {
    if (!TRY(readChunkRetrying(t, s, n - all.length()))) break;
    StrRef part = takeDecoded(s, n - all.length());
    all.append(part.get());
  }
  return all.finish();
}

Ref coil::vm::textReadLine(Thread &t, TextIOWrapper *s, int64_t limit) {
  CHECK(checkTextOpen(t, s));
  CHECK(flushPending(t, s));
  StrBuilder line;  // what earlier chunks gave
  StrRef remaining; // the "\r" at the end of a chunk that may begin an ending
  for (;;) {
    bool more = true;
    while (more && (!s->decoded || !s->decoded->length)) more = TRY(readChunkRetrying(t, s, 0));
    if (!more) {
      setDecoded(s, StrRef());
      dropSnapshot(s);
      break;
    }
    StrRef text = StrRef::share(s->decoded);
    int64_t start = s->decodedUsed, before = 0, consumed;
    if (remaining) {
      before = remaining->length;
      text = concatenate(remaining, text);
      start = 0;
      remaining = StrRef();
    }
    int64_t length = findLineEnding(s->newline, text, start, text->length, consumed);
    bool ended = length >= 0;
    if (!ended) length = consumed;
    if (limit >= 0 && line.length() + length >= limit) {
      ended = true;
      length = limit - line.length();
    }
    if (ended) {
      s->decodedUsed = start + length - before;
      if (!line.length()) return substring(text, start, start + length);
      line.append(text.get(), start, start + length);
      return line.finish();
    }
    line.append(text.get(), start, start + length);
    if (start + length < text->length) remaining = substring(text, start + length, text->length);
    setDecoded(s, StrRef());
  }
  if (remaining) line.append(remaining.get());
  return line.finish();
}

Ref io::textReadline(Thread &t, const Value *args) {
  int64_t limit = TRY(asInt64(t, args[1]));
  CHECK(checkAttached(t, args[0].as<TextIOWrapper>()));
  return textReadLine(t, args[0].as<TextIOWrapper>(), limit);
}

// Where the next line begins is not worth knowing to those who iterate: tell() would cost a snapshot of the
// decoder at every chunk.
Ref io::textNext(Thread &t, Value v) {
  auto *s = v.as<TextIOWrapper>();
  CHECK(checkAttached(t, s));
  s->telling = false;
  Ref line;
  if (isExactly(v, types::TextIOWrapper)) {
    line = TRY(textReadLine(t, s));
  } else {
    line = TRY(callMethod(t, v, names::readline));
    if (!isStr(line))
      return raise(t, types::OSError, "readline() should have returned a str object, not '%'",
                   typeName(line));
  }
  if (line.as<Str>()->length) return line;
  dropSnapshot(s);
  s->telling = s->seekable;
  return {};
}
