// Looking up lines in a token buffer.
#include "Lex/TokenBuffer.h"
#include <algorithm>

using namespace coil::lex;

uint32_t TokenBuffer::lineOf(uint32_t offset) const {
  auto it = std::upper_bound(lineStarts.begin() + 1, lineStarts.end(), offset);
  return uint32_t(it - lineStarts.begin()) - 1 + firstLine;
}

llvm::StringRef TokenBuffer::lineText(uint32_t line) const {
  if (line < firstLine) return {};
  llvm::StringRef rest = text;
  uint32_t index = line - firstLine;
  if (index > 0 && index < lineStarts.size()) {
    rest = text.substr(lineStarts[index]);
  } else { // the first, or one that was not reached
    for (; index > 0; --index) rest = rest.split('\n').second;
  }
  return rest.take_until([](char c) { return c == '\n'; });
}
