// The text encodings that a source can be in: CPython's names for them, decoding and encoding.
#pragma once

#include "llvm/ADT/StringRef.h"
#include <cstdint>
#include <optional>
#include <string>

namespace coil {

enum class CodecKind : uint8_t {
  Utf8,
  Latin1,
  Ascii,
  Charmap,   // a table of 256 characters
  Multibyte, // ASCII, and sequences of bytes from 0x80 on, by iconv
  Stateful,  // all at once, by iconv
  Utf16,
  Utf32,
  NotText,   // bytes to bytes, or text to text
  Undefined, // refuses everything
  Unserved,  // a text encoding in CPython that is none here
};

struct Codec {
  llvm::StringLiteral name; // of the module in CPython's `encodings`
  CodecKind kind;
  llvm::StringLiteral iconvName;
};

// The codec that a name stands for, by CPython's rules for names and aliases; null if there is none such.
const Codec *findCodec(llvm::StringRef name);

// Turns bytes into UTF-8; `name` is what the codec was called by. Gives the text of CPython's exception if
// that fails.
std::optional<std::string> decodeWith(const Codec &codec, llvm::StringRef name, llvm::StringRef bytes,
                                      std::string &out);

// The reverse, for text that the codec can hold; false if it cannot.
bool encodeWith(const Codec &codec, llvm::StringRef utf8, std::string &out);

// "byte 0xff in position 3", or "bytes in position 3-4": the words of UnicodeDecodeError.
std::string undecodable(llvm::StringRef bytes, size_t first, size_t size);

// The text of CPython's UnicodeDecodeError for the sequence at `at`, which is not UTF-8.
std::string utf8Error(llvm::StringRef bytes, size_t at);
std::string utf8Error(llvm::StringRef bytes); // at the first such place

} // namespace coil
