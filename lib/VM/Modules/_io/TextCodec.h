// Incremental decoding and encoding for text streams: built-in for UTF-8, ASCII and Latin-1, by the objects
// of the codec registry for everything else.
#pragma once

#include "VM/Modules/_io/LineEnding.h"
#include "VM/Modules/_io/NewlineDecoder.h"
#include "VM/Types/Str/Codec.h"

namespace coil::vm::io {

struct TextCodec {
  Codec native;  // Unknown: the objects below do the work
  Value decoder; // owned; a codecs.IncrementalDecoder, or empty
  Value encoder; // owned; a codecs.IncrementalEncoder, or empty
  bool decodes, encodes;
  bool universal; // newlines are looked for in what is decoded
  NewlineState newline;
  uint8_t held[4], heldCount; // native: the beginning of a character whose rest is to come

  void traverse(Visitor &visitor) const;
  void clear();
};

// What a decoder's getstate() says: the bytes it holds back, and its flags.
struct DecoderState {
  Ref buffer; // a bytes
  int64_t flags = 0;
};

// Looks the encoding up; LookupError if there is none or it is not a text encoding.
Status openCodec(Thread &t, TextCodec &codec, Str *encoding, Str *errors, bool decodes, bool encodes,
                 const NewlineMode &newline);

StrRef decodeText(Thread &t, TextCodec &codec, Str *encoding, Str *errors, Value input, bool final);
Result<DecoderState> decoderState(Thread &t, TextCodec &codec);
Status setDecoderState(Thread &t, TextCodec &codec, Value buffer, int64_t flags);
Status resetDecoder(Thread &t, TextCodec &codec);

// A bytes, or whatever else the encoder gives.
Ref encodeText(Thread &t, TextCodec &codec, Str *encoding, Str *errors, Str *text);
// Tells the encoder whether the next text is the first of the stream, which may need a byte order mark.
Status resetEncoder(Thread &t, TextCodec &codec, bool startOfStream);

} // namespace coil::vm::io
