// The newline modes of text streams, and where a line ends in them.
#pragma once

#include "VM/Modules/_io/IO.h"
#include "VM/Types/Str.h"

namespace coil::vm::io {

// What the `newline` argument says.
struct NewlineMode {
  Str *ending = nullptr;       // interned, immortal as such; null for None
  bool universal = true;       // reading: "\n", "\r" and "\r\n" all end a line
  bool translate = true;       // reading: they become "\n"; writing: "\n" becomes the ending
  const char *write = nullptr; // what is written for "\n"; null: itself
};

// One of None, '', '\n', '\r', '\r\n', else ValueError: "illegal newline value: x", or its repr.
// `typeMessage`: the TypeError of what is no str.
Status readNewlineMode(Thread &t, Value newline, const char *typeMessage, bool showRepr, NewlineMode &mode);

// Where the first line of s[start:end] ends, relative to `start`; -1 if it does not end there, and then
// `consumed` characters cannot be part of an ending that continues.
int64_t findLineEnding(const NewlineMode &mode, const Str *s, int64_t start, int64_t end, int64_t &consumed);
int64_t findLineEnding(const NewlineMode &mode, const char32_t *from, int64_t n, int64_t &consumed);

} // namespace coil::vm::io
