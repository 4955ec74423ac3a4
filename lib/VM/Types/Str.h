// str: a sequence of code points in 1, 2 or 4 bytes each (PEP 393).
#pragma once

#include "VM/Heap/Heap.h"
#include "VM/Types/Types.h"
#include "llvm/ADT/SmallVector.h"

namespace coil::vm {

struct Str : Object {
  int64_t length; // in code points
  int64_t hash;   // -1: not computed
  uint8_t width;  // bytes per code point: 1, 2 or 4, the least that holds the greatest one
  bool ascii;     // every code point is below 128

  const uint8_t *data1() const { return reinterpret_cast<const uint8_t *>(this + 1); }
  const uint16_t *data2() const { return reinterpret_cast<const uint16_t *>(this + 1); }
  const uint32_t *data4() const { return reinterpret_cast<const uint32_t *>(this + 1); }
  uint8_t *mutableData() { return reinterpret_cast<uint8_t *>(this + 1); }

  char32_t at(int64_t i) const { return width == 1 ? data1()[i] : width == 2 ? data2()[i] : data4()[i]; }
  // The text of an ASCII string, without copying.
  llvm::StringRef asciiText() const {
    assert(ascii);
    return {reinterpret_cast<const char *>(data1()), size_t(length)};
  }
  // The bytes behind the struct; whole words, because attributes may follow them.
  static size_t dataSize(int64_t length, uint8_t width) { return (size_t(length) * width + 7) & ~size_t(7); }
  size_t dataSize() const { return dataSize(length, width); }
  bool isInterned() const { return flags & kInterned; }
};

using StrRef = ObjectRef<Str>;
template <> inline Type &typeFor<Str>() { return types::Str; }

// A new string of `length` uninitialised code points, for the caller to fill; maxCodePoint fixes the width.
StrRef newStr(int64_t length, char32_t maxCodePoint);
// From UTF-8, which may contain encoded surrogates; malformed bytes become U+FFFD.
StrRef makeStr(llvm::StringRef utf8);
StrRef makeStrAscii(llvm::StringRef ascii);
StrRef makeStrLatin1(llvm::ArrayRef<uint8_t> bytes);
StrRef makeStr(llvm::ArrayRef<char32_t> codePoints);
StrRef makeStrFromCodePoint(char32_t c);
// The characters [start, end) of s.
StrRef substring(Str *s, int64_t start, int64_t end);
StrRef concatenate(Str *a, Str *b);
// Appends to a string that nobody else can see, which may move it: `holder` refers to it. False: it cannot
// take these characters, or not so many.
bool appendInPlace(Value &holder, Str *more);
StrRef emptyStr();

// As UTF-8, lone surrogates encoded as three bytes each.
std::string toUtf8(const Str *s);
// Appends it to `out`.
void appendUtf8(const Str *s, std::string &out);

int64_t hashStr(Str *s);
bool equalStr(const Str *a, const Str *b);
// <0, 0, >0 by code points.
int compareStr(const Str *a, const Str *b);
// Index of the first (last) occurrence of `needle` in s[start:end], or -1.
int64_t findStr(const Str *s, const Str *needle, int64_t start, int64_t end);
int64_t rfindStr(const Str *s, const Str *needle, int64_t start, int64_t end);

// The interned string equal to `s` (or of this text); takes and returns an owned reference.
StrRef intern(StrRef s);
StrRef internText(llvm::StringRef utf8);

// Builds a string piece by piece, as narrow as its characters allow.
class StrBuilder {
  llvm::SmallVector<uint8_t, 128> narrow; // while everything is below 256
  llvm::SmallVector<char32_t, 0> wide;    // afterwards
  char32_t seen = 0;                      // bitwise or of all code points

  void widen();

public:
  void append(char32_t c) {
    seen |= c;
    if (wide.empty() && c < 256)
      narrow.push_back(uint8_t(c));
    else
      appendWide(c);
  }
  void append(const Str *s);
  void append(const Str *s, int64_t start, int64_t end);
  void append(llvm::StringRef utf8);
  void appendAscii(llvm::StringRef ascii);
  void fill(char32_t c, int64_t count);
  int64_t length() const { return wide.empty() ? narrow.size() : wide.size(); }
  StrRef finish();

private:
  void appendWide(char32_t c);
};

} // namespace coil::vm
