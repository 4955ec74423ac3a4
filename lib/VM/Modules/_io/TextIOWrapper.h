// _io.TextIOWrapper: text over a buffered stream of bytes.
#pragma once

#include "VM/Modules/_io/TextCodec.h"
#include <string>

namespace coil::vm {

struct TextIOWrapper : IOBase {
  Value buffer; // owned; empty before __init__ and once detached
  Value file;   // owned; the FileIO below an exact built-in buffer, whose state needs no Python code
  Str *encoding, *errors; // owned
  io::TextCodec codec;
  io::NewlineMode newline;
  bool ok, detached, lineBuffering, writeThrough, finalizing;
  bool seekable, telling, hasRead1;
  int64_t chunkSize;
  std::string *pending; // encoded, and not yet given to the buffer
  bool hasPending;      // something is, be it nothing: an empty write reaches the buffer too
  Str *decoded;         // owned; text that was read; may be null
  int64_t decodedUsed;  // how much of it has been given away
  // Where decoding can start again to come to `decoded`: the decoder's flags, and the bytes after that point.
  Bytes *snapshotInput; // owned; null: no snapshot
  int64_t snapshotFlags;
  double bytesPerCharacter; // of the last chunk, a guess for the next
};

namespace io {

Status checkAttached(Thread &t, TextIOWrapper *self);
Status checkTextOpen(Thread &t, TextIOWrapper *self);

// --- reading (TextReading.cpp)
void setDecoded(TextIOWrapper *self, StrRef text);
void dropSnapshot(TextIOWrapper *self);
// The decoder with the stream's encoding.
StrRef decodeWith(Thread &t, TextIOWrapper *self, Value input, bool final);
Ref textRead(Thread &t, const Value *args);
Ref textReadline(Thread &t, const Value *args);
Ref textNext(Thread &t, Value self);

// --- writing (TextWriting.cpp)
// Gives the buffer what is pending.
Status flushPending(Thread &t, TextIOWrapper *self);
Ref textWrite(Thread &t, const Value *args);

// --- position (TextPosition.cpp)
Ref textTell(Thread &t, const Value *args);
Ref textSeek(Thread &t, const Value *args);

// --- settings (TextSettings.cpp)
Status textInit(Thread &t, Value self, const CallArgs &args);
Ref textReconfigure(Thread &t, const Value *args);

// The encoding argument None or "locale" as what it stands for.
Result<StrRef> resolveEncoding(Thread &t, Value encoding);

} // namespace io

// One line with its ending, or what is left; empty at the end. limit < 0: none.
Ref textReadLine(Thread &t, TextIOWrapper *self, int64_t limit = -1);
// write(), for an exact TextIOWrapper.
Status textWrite(Thread &t, TextIOWrapper *self, Str *text);

} // namespace coil::vm
