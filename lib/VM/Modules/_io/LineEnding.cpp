// The newline modes of text streams, and where a line ends in them.
#include "VM/Modules/_io/LineEnding.h"
#include <cstring>

using namespace coil::vm;
using namespace coil::vm::io;

Status io::readNewlineMode(Thread &t, Value newline, const char *typeMessage, bool showRepr,
                           NewlineMode &mode) {
  mode = NewlineMode();
  if (newline.isNone()) return Status::ok();
  if (!isStr(newline)) return raise(t, types::TypeError, typeMessage, typeName(newline));
  std::string text = toUtf8(newline.as<Str>());
  if (!text.empty() && text != "\n" && text != "\r" && text != "\r\n")
    return raise(t, types::ValueError, "illegal newline value: %",
                 showRepr ? TRY(reprText(t, newline)) : text);
  mode.ending = internText(text).release(); // four of them for the whole process
  mode.universal = text.empty();
  mode.translate = false;
  if (text[0] == '\r') mode.write = text == "\r" ? "\r" : "\r\n";
  return Status::ok();
}

namespace {

template <class Char> int64_t findChar(const Char *from, int64_t n, char c) {
  if constexpr (sizeof(Char) == 1) {
    const void *found = n ? std::memchr(from, c, size_t(n)) : nullptr;
    return found ? static_cast<const Char *>(found) - from : -1;
  } else {
    for (int64_t i = 0; i < n; ++i)
      if (from[i] == Char(c)) return i;
    return -1;
  }
}

template <class Char> int64_t findUniversal(const Char *from, int64_t n) {
  for (int64_t i = 0; i < n; ++i) {
    if (from[i] > '\r') continue;
    if (from[i] == '\n') return i + 1;
    if (from[i] == '\r') return i + 1 < n && from[i + 1] == '\n' ? i + 2 : i + 1;
  }
  return -1;
}

// "\r\n": a "\r" at the very end may still become one.
template <class Char> int64_t findPair(const Char *from, int64_t n, int64_t &consumed) {
  int64_t at = 0;
  for (;;) {
    int64_t found = findChar(from + at, n - at, '\r');
    if (found < 0) break;
    at += found;
    if (at + 1 == n) {
      consumed = at;
      return -1;
    }
    if (from[at + 1] == '\n') return at + 2;
    ++at;
  }
  consumed = n;
  return -1;
}

template <class Char> int64_t find(const NewlineMode &mode, const Char *from, int64_t n, int64_t &consumed) {
  consumed = n;
  if (mode.translate) {
    int64_t at = findChar(from, n, '\n');
    return at < 0 ? -1 : at + 1;
  }
  if (mode.universal) return findUniversal(from, n);
  if (mode.ending->length == 2) return findPair(from, n, consumed);
  int64_t at = findChar(from, n, char(mode.ending->at(0)));
  return at < 0 ? -1 : at + 1;
}

} // namespace

int64_t io::findLineEnding(const NewlineMode &mode, const Str *s, int64_t start, int64_t end,
                           int64_t &consumed) {
  switch (s->width) {
  case 1: return find(mode, s->data1() + start, end - start, consumed);
  case 2: return find(mode, s->data2() + start, end - start, consumed);
  default: return find(mode, s->data4() + start, end - start, consumed);
  }
}

int64_t io::findLineEnding(const NewlineMode &mode, const char32_t *from, int64_t n, int64_t &consumed) {
  return find(mode, from, n, consumed);
}
