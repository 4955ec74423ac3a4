// tell() and seek() of a TextIOWrapper. A position is a place in the bytes from which decoding can start, the
// decoder's state there, and how to go on from it: all packed into one integer, the "cookie".
#include "VM/Core/Names.h"
#include "VM/Modules/_io/TextIOWrapper.h"
#include "VM/Types/Int/Int.h"
#include <cstring>

using namespace coil::vm;
using namespace coil::vm::io;

namespace {

struct Cookie {
  int64_t start = 0;
  int32_t decoderFlags = 0;
  int32_t bytesToFeed = 0;
  int32_t charactersToSkip = 0;
  bool needEnd = false;

  Ref pack() const {
    const uint64_t limbs[] = {uint64_t(start), uint32_t(decoderFlags) | uint64_t(uint32_t(bytesToFeed)) << 32,
                              uint32_t(charactersToSkip) | uint64_t(needEnd) << 32};
    return makeInt(false, limbs);
  }
};

constexpr unsigned kCookieBits = 21 * 8;

Status unpack(Thread &t, Value target, Cookie &cookie) {
  Ref number = TRY(intFrom(t, target));
  IntView view(number);
  if (view.bitLength() > kCookieBits) return raise(t, types::OverflowError, "int too big to convert");
  uint64_t limbs[3] = {};
  for (uint32_t i = 0; i < view.size(); ++i) limbs[i] = view.limbs()[i];
  cookie.start = int64_t(limbs[0]);
  cookie.decoderFlags = int32_t(limbs[1]);
  cookie.bytesToFeed = int32_t(limbs[1] >> 32);
  cookie.charactersToSkip = int32_t(limbs[2]);
  cookie.needEnd = limbs[2] >> 32;
  return Status::ok();
}

// At the start of the stream the decoder is to expect a byte order mark again.
Status restoreDecoder(Thread &t, TextIOWrapper *s, const Cookie &cookie) {
  if (cookie.start == 0 && cookie.decoderFlags == 0) return resetDecoder(t, s->codec);
  BytesRef none = makeBytes({});
  return setDecoderState(t, s->codec, Value(none), cookie.decoderFlags);
}

// Finds the cookie of a position inside a decoded chunk, by decoding parts of it again.
class Finder {
  Thread &t;
  TextIOWrapper *s;
  BytesRef input;
  Cookie cookie;
  int64_t skip; // characters from the cookie's start to the position

public:
  Finder(Thread &t, TextIOWrapper *s, Cookie cookie)
      : t(t), s(s), input(BytesRef::share(s->snapshotInput)), cookie(cookie), skip(s->decodedUsed) {}

  Ref find() {
    int64_t skipBytes = TRY(findStart());
    cookie.start += skipBytes;
    if (skip) CHECK(feed(skipBytes));
    cookie.charactersToSkip = int32_t(skip);
    return cookie.pack();
  }

private:
  Result<int64_t> decodedLength(int64_t from, int64_t n, bool final = false) {
    BytesRef part = makeBytes(input->bytes().slice(size_t(from), size_t(n)));
    StrRef text = TRY(decodeWith(t, s, Value(part), final));
    return text->length;
  }

  // A point close before the position at which the decoder holds nothing back; as bytes into the input.
  Result<int64_t> findStart() {
    int64_t bytes = int64_t(s->bytesPerCharacter * double(skip)), back = 1;
    bytes = std::min(bytes, input->length);
    while (bytes > 0) {
      CHECK(restoreDecoder(t, s, cookie));
      int64_t n = TRY(decodedLength(0, bytes));
      if (n > skip) {
        bytes -= back;
        back *= 2;
        continue;
      }
      DecoderState state = TRY(decoderState(t, s->codec));
      int64_t held = state.buffer.as<Bytes>()->length;
      if (held == 0) {
        cookie.decoderFlags = int32_t(state.flags);
        skip -= n;
        return bytes;
      }
      bytes -= held;
      back = 1;
    }
    CHECK(restoreDecoder(t, s, cookie));
    return 0;
  }

  // Byte by byte to the position, noting the last point before it at which decoding could start.
  Status feed(int64_t from) {
    int64_t decoded = 0, at = from;
    for (; at < input->length; ++at) {
      decoded += TRY(decodedLength(at, 1));
      ++cookie.bytesToFeed;
      DecoderState state = TRY(decoderState(t, s->codec));
      if (state.buffer.as<Bytes>()->length == 0 && decoded <= skip) {
        cookie.start += cookie.bytesToFeed;
        skip -= decoded;
        cookie.decoderFlags = int32_t(state.flags);
        cookie.bytesToFeed = 0;
        decoded = 0;
      }
      if (decoded >= skip) return Status::ok();
    }
    decoded += TRY(decodedLength(0, 0, true));
    cookie.needEnd = true;
    if (decoded < skip) return raise(t, types::OSError, "can't reconstruct logical file position");
    return Status::ok();
  }
};

} // namespace

Ref io::textTell(Thread &t, const Value *args) {
  auto *s = args[0].as<TextIOWrapper>();
  CHECK(checkAttached(t, s));
  CHECK(checkTextOpen(t, s));
  if (!s->seekable) return raiseUnsupported(t, "underlying stream is not seekable");
  if (!s->telling) return raise(t, types::OSError, "telling position disabled by next() call");
  CHECK(flushPending(t, s));
  CHECK(callMethod(t, args[0], names::flush));
  Ref position = TRY(callMethod(t, s->buffer, names::tell));
  if (!s->codec.decodes || !s->snapshotInput) return position;
  Cookie cookie;
  cookie.start = TRY(asInt64(t, position)) - s->snapshotInput->length;
  cookie.decoderFlags = int32_t(s->snapshotFlags);
  if (s->decodedUsed == 0) return cookie.pack();
  DecoderState saved = TRY(decoderState(t, s->codec));
  Ref found = Finder(t, s, cookie).find();
  Ref error = takePending(t);
  if (!setDecoderState(t, s->codec, saved.buffer, saved.flags) || error) {
    CHECK(chainPending(t, std::move(error)));
    return {};
  }
  return found;
}

static Ref seekToEnd(Thread &t, TextIOWrapper *s) {
  CHECK(callMethod(t, Value(s), names::flush));
  setDecoded(s, StrRef());
  dropSnapshot(s);
  if (s->codec.decodes) CHECK(resetDecoder(t, s->codec));
  Ref end = TRY(callMethod(t, s->buffer, names::seek, {Value::smallInt(0), Value::smallInt(2)}));
  if (s->codec.encodes) {
    bool atStart = TRY(compareBool(t, end, Value::smallInt(0), CompareOp::Eq));
    CHECK(resetEncoder(t, s->codec, atStart));
  }
  return end;
}

static Status seekToCookie(Thread &t, TextIOWrapper *s, const Cookie &cookie) {
  Ref start = makeInt(cookie.start);
  CHECK(callMethod(t, s->buffer, names::seek, {start.get()}));
  setDecoded(s, StrRef());
  dropSnapshot(s);
  if (s->codec.decodes) CHECK(restoreDecoder(t, s, cookie));
  s->snapshotFlags = cookie.decoderFlags;
  if (!cookie.charactersToSkip) {
    replaceOwned<Bytes>(s->snapshotInput, makeBytes({}).release());
  } else {
    Ref input = TRY(callMethod(t, s->buffer, names::read, {makeInt(cookie.bytesToFeed).get()}));
    if (!isBytes(input))
      return raise(t, types::TypeError, "underlying read() should have returned a bytes object, not '%'",
                   typeName(input));
    replaceOwned<Bytes>(s->snapshotInput, BytesRef::share(input.as<Bytes>()).release());
    StrRef text = TRY(decodeWith(t, s, input, cookie.needEnd));
    int64_t n = text->length;
    setDecoded(s, std::move(text));
    if (n < cookie.charactersToSkip) return raise(t, types::OSError, "can't restore logical file position");
    s->decodedUsed = cookie.charactersToSkip;
  }
  if (!s->codec.encodes) return Status::ok();
  return resetEncoder(t, s->codec, cookie.start == 0 && cookie.decoderFlags == 0);
}

Ref io::textSeek(Thread &t, const Value *args) {
  auto *s = args[0].as<TextIOWrapper>();
  int whence = TRY(intArgument(t, args[2]));
  CHECK(checkAttached(t, s));
  CHECK(checkTextOpen(t, s));
  if (!s->seekable) return raiseUnsupported(t, "underlying stream is not seekable");
  Ref target = Ref::share(args[1]);
  if (whence == 1 || whence == 2) {
    if (!TRY(compareBool(t, target, Value::smallInt(0), CompareOp::Eq)))
      return raiseUnsupported(t, whence == 1 ? "can't do nonzero cur-relative seeks"
                                             : "can't do nonzero end-relative seeks");
    if (whence == 2) return seekToEnd(t, s);
    // Where we are already; the flush is what matters.
    target = TRY(callMethod(t, args[0], names::tell));
  } else if (whence != 0) {
    return raise(t, types::ValueError, "invalid whence (%, should be 0, 1 or 2)", whence);
  }
  if (TRY(compareBool(t, target, Value::smallInt(0), CompareOp::Lt)))
    return raise(t, types::ValueError, "negative seek position %", TRY(reprText(t, target)));
  CHECK(callMethod(t, args[0], names::flush));
  Cookie cookie;
  CHECK(unpack(t, target, cookie));
  CHECK(seekToCookie(t, s, cookie));
  return target;
}
