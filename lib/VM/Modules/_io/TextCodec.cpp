// Incremental decoding and encoding for text streams.
#include "VM/Modules/_io/TextCodec.h"
#include "VM/Core/Names.h"
#include "VM/Import/Import.h"
#include "VM/Modules/Modules.h"
#include "VM/Protocol/Buffer.h"
#include "VM/Types/Int/Int.h"
#include "VM/Types/Tuple.h"
#include "llvm/ADT/SmallVector.h"
#include <cstring>

using namespace coil::vm;
using namespace coil::vm::io;

void io::TextCodec::traverse(Visitor &visitor) const {
  visitor.visit(decoder);
  visitor.visit(encoder);
}

void io::TextCodec::clear() {
  decodes = encodes = false;
  replaceOwned(decoder, Value());
  replaceOwned(encoder, Value());
}

namespace {

// The registry's CodecInfo of a text encoding.
Ref lookupCodec(Thread &t, Str *encoding) {
  if (!findNativeModule("_codecs")) return raise(t, types::LookupError, "unknown encoding: %", encoding);
  Ref codecs = TRY(importModule(t, "_codecs"));
  StrRef lookup = internText("lookup"), isText = internText("_is_text_encoding");
  Ref info = TRY(callMethod(t, codecs, lookup, {Value(encoding)}));
  Ref flag;
  if (!lookupAttr(t, info, isText, flag)) return {};
  if (flag && !TRY(truth(t, flag)))
    return raise(t, types::LookupError,
                 "'%' is not a text encoding; use codecs.open() to handle arbitrary codecs", encoding);
  return info;
}

// How many bytes of UTF-8 can be decoded now: not the beginning of a character at the very end.
int64_t completeUtf8(const uint8_t *data, int64_t size) {
  for (int64_t back = 1; back <= 3 && back <= size; ++back) {
    uint8_t lead = data[size - back];
    if ((lead & 0xc0) == 0x80) continue;
    int64_t need = lead < 0xc2 ? 1 : lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : lead < 0xf5 ? 4 : 1;
    if (need <= back) return size;
    if (back >
        1) { // a second byte that cannot follow is an error already; but "surrogatepass" may take ED A0
      uint8_t next = data[size - back + 1];
      if ((lead == 0xe0 && next < 0xa0) || (lead == 0xf0 && next < 0x90) || (lead == 0xf4 && next >= 0x90))
        return size;
    }
    return size - back;
  }
  return size;
}

StrRef asStr(Thread &t, Ref text) {
  if (!text) return {};
  if (!isStr(text))
    return raise(t, types::TypeError, "decoder should return a string result, not '%'", typeName(text));
  return StrRef::take(text.release().as<Str>());
}

StrRef decodeNative(Thread &t, TextCodec &codec, Str *encoding, Str *errors, Value input, bool final) {
  BytesRef all;
  if (codec.heldCount == 0 && isExactly(input, types::Bytes)) {
    all = BytesRef::share(input.as<Bytes>());
  } else {
    Buffer more;
    CHECK(more.open(t, input));
    all = newBytes(codec.heldCount + more.size());
    std::memcpy(all->data, codec.held, codec.heldCount);
    if (more.size()) std::memcpy(all->data + codec.heldCount, more.data(), size_t(more.size()));
  }
  int64_t ready = final || codec.native != Codec::Utf8 ? all->length : completeUtf8(all->data, all->length);
  StrRef text =
      TRY(asStr(t, decodeBytes(t, all->bytes().take_front(size_t(ready)), toUtf8(encoding), toUtf8(errors))));
  codec.heldCount = uint8_t(all->length - ready);
  std::memcpy(codec.held, all->data + ready, codec.heldCount);
  return text;
}

} // namespace

Status io::openCodec(Thread &t, TextCodec &codec, Str *encoding, Str *errors, bool decodes, bool encodes,
                     const NewlineMode &newline) {
  codec.native = findCodec(toUtf8(encoding));
  // The others have a state, a byte order mark say, which the registry's objects keep.
  if (codec.native != Codec::Utf8 && codec.native != Codec::Ascii && codec.native != Codec::Latin1)
    codec.native = Codec::Unknown;
  codec.heldCount = 0;
  Ref decoder, encoder;
  if (codec.native == Codec::Unknown) {
    Ref info = TRY(lookupCodec(t, encoding));
    StrRef decoderName = internText("incrementaldecoder"), encoderName = internText("incrementalencoder");
    if (decodes) decoder = TRY(callMethod(t, info, decoderName, {Value(errors)}));
    if (encodes) encoder = TRY(callMethod(t, info, encoderName, {Value(errors)}));
  }
  replaceOwned(codec.decoder, decoder.release());
  replaceOwned(codec.encoder, encoder.release());
  codec.decodes = decodes, codec.encodes = encodes;
  codec.universal = newline.universal;
  codec.newline = {.translate = newline.translate, .pendingCr = false, .seen = 0};
  return Status::ok();
}

StrRef io::decodeText(Thread &t, TextCodec &codec, Str *encoding, Str *errors, Value input, bool final) {
  StrRef text;
  if (codec.native != Codec::Unknown)
    text = TRY(decodeNative(t, codec, encoding, errors, input, final));
  else
    text = TRY(asStr(t, callMethod(t, codec.decoder, names::decode, {input, Value::boolean(final)})));
  if (codec.universal) return decodeNewlines(codec.newline, text, final);
  return text;
}

Result<DecoderState> io::decoderState(Thread &t, TextCodec &codec) {
  DecoderState state;
  if (codec.native != Codec::Unknown) {
    state.buffer = makeBytes({codec.held, codec.heldCount});
  } else {
    Ref pair = TRY(callMethod(t, codec.decoder, names::getstate));
    if (!isTuple(pair) || pair.as<Tuple>()->length != 2 || !isIntLike((*pair.as<Tuple>())[1]))
      return raise(t, types::TypeError, "illegal decoder state");
    Tuple &parts = *pair.as<Tuple>();
    if (!isBytes(parts[0]))
      return raise(t, types::TypeError,
                   "illegal decoder state: the first item should be a bytes object, not '%'",
                   typeName(parts[0]));
    state.buffer = Ref::share(parts[0]);
    state.flags = TRY(asInt64(t, parts[1]));
  }
  if (codec.universal) state.flags = state.flags << 1 | int64_t(codec.newline.pendingCr);
  return state;
}

Status io::setDecoderState(Thread &t, TextCodec &codec, Value buffer, int64_t flags) {
  if (codec.universal) {
    codec.newline.pendingCr = flags & 1;
    flags >>= 1;
  }
  if (codec.native != Codec::Unknown) {
    llvm::ArrayRef<uint8_t> bytes = buffer.as<Bytes>()->bytes();
    codec.heldCount = uint8_t(std::min<size_t>(bytes.size(), sizeof codec.held));
    if (codec.heldCount) std::memcpy(codec.held, bytes.data(), codec.heldCount);
    return Status::ok();
  }
  TupleRef state = packTuple(buffer, makeInt(flags).get());
  CHECK(callMethod(t, codec.decoder, names::setstate, {Value(state)}));
  return Status::ok();
}

Status io::resetDecoder(Thread &t, TextCodec &codec) {
  codec.heldCount = 0;
  if (codec.universal) codec.newline.seen = 0, codec.newline.pendingCr = false;
  if (!codec.decoder.empty()) CHECK(callMethod(t, codec.decoder, names::reset));
  return Status::ok();
}

Ref io::encodeText(Thread &t, TextCodec &codec, Str *encoding, Str *errors, Str *text) {
  if (codec.native != Codec::Unknown) return encodeStr(t, text, toUtf8(encoding), toUtf8(errors));
  return callMethod(t, codec.encoder, names::encode, {Value(text)});
}

Status io::resetEncoder(Thread &t, TextCodec &codec, bool startOfStream) {
  if (codec.encoder.empty()) return Status::ok();
  Ref done = startOfStream ? callMethod(t, codec.encoder, names::reset)
                           : callMethod(t, codec.encoder, names::setstate, {Value::smallInt(0)});
  CHECK(done);
  return Status::ok();
}
