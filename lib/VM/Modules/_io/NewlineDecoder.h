// _io.IncrementalNewlineDecoder: universal newlines, across the pieces in which text arrives.
#pragma once

#include "VM/Modules/_io/IO.h"
#include "VM/Types/Str.h"

namespace coil::vm::io {

enum NewlineKinds : uint8_t { kSeenCr = 1, kSeenLf = 2, kSeenCrLf = 4 };

struct NewlineState {
  bool translate; // "\r" and "\r\n" become "\n"
  bool pendingCr; // a "\r" was held back, to see whether "\n" follows
  uint8_t seen;   // NewlineKinds
};

// The next piece of text, with the newlines in it noted and translated if that is asked for. A "\r" at the
// end is held back unless the piece is the last one.
StrRef decodeNewlines(NewlineState &state, Str *text, bool final);
// The value of a `newlines` attribute: None, a str, or a tuple of those seen.
Ref newlinesSeen(uint8_t seen);

} // namespace coil::vm::io
