// Source text as CPython reads it: decoded by byte-order mark and coding cookie (PEP 263), with \n line ends.
#pragma once

#include "llvm/ADT/StringRef.h"
#include <optional>
#include <string>

namespace coil {

struct SourceText {
  std::string text;     // UTF-8; ends with a line feed, if that was asked for, unless empty
  std::string encoding; // as CPython normalises it ("utf-8", "iso-8859-1", else as written); empty if none
                        // was declared
  bool byteOrderMark = false;
  bool addedNewline = false; // the last line had no end
};

// Finds the encoding that a comment in the first two lines declares; empty if none does.
std::string findCodingCookie(llvm::StringRef bytes);

// "UTF_8" and "utf-8-sig" are "utf-8", "latin-1" is "iso-8859-1", the rest stays.
std::string normalizeEncoding(llvm::StringRef name);

// Turns bytes in the named encoding into UTF-8. Gives CPython's message if that fails: "unknown encoding: x"
// or the text of its UnicodeDecodeError.
std::optional<std::string> decodeBytes(llvm::StringRef bytes, llvm::StringRef encoding, std::string &out);

// \r\n and \r become \n, and a last line without an end gets one if `endLastLine`.
void translateNewlines(llvm::StringRef bytes, bool endLastLine, SourceText &out);

// All of it. Gives the message of CPython's SyntaxError, which has no line, if the bytes cannot be decoded.
// UTF-8, declared or not, is not checked here: the tokenizer and the parser say where a name or a string is
// not UTF-8, and nothing else needs to be.
std::optional<std::string> decodeSource(llvm::StringRef bytes, bool ignoreCookie, bool endLastLine,
                                        SourceText &out);

} // namespace coil
