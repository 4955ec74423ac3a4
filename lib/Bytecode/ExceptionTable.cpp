// Decoding and encoding of 3.11's exception table.
#include "Bytecode/ExceptionTable.h"

namespace coil::bytecode {

namespace {
constexpr uint8_t kEntryStart = 0x80;
constexpr uint8_t kMore = 0x40;

// Reads one number of six-bit groups, most significant first; false if the table ends in it.
bool readNumber(llvm::StringRef table, size_t &position, uint32_t &value) {
  value = 0;
  while (position < table.size()) {
    uint8_t b = static_cast<uint8_t>(table[position++]);
    value = value << 6 | (b & 0x3F);
    if (!(b & kMore)) return true;
  }
  return false;
}

void writeNumber(uint32_t value, uint8_t mark, llvm::SmallVectorImpl<char> &out) {
  for (int shift = 24; shift > 0; shift -= 6) {
    if (value < (1u << shift)) continue;
    out.push_back(static_cast<char>(((value >> shift) & 0x3F) | kMore | mark));
    mark = 0;
  }
  out.push_back(static_cast<char>((value & 0x3F) | mark));
}
} // namespace

std::vector<ExceptionEntry> decodeExceptionTable(llvm::StringRef table, bool *malformed) {
  std::vector<ExceptionEntry> result;
  if (malformed) *malformed = false;
  for (size_t position = 0; position < table.size();) {
    uint32_t start, size, target, depth;
    if (!readNumber(table, position, start) || !readNumber(table, position, size) ||
        !readNumber(table, position, target) || !readNumber(table, position, depth)) {
      if (malformed) *malformed = true;
      break;
    }
    result.push_back({start, start + size, target, depth >> 1, (depth & 1) != 0});
  }
  return result;
}

void encodeExceptionEntry(const ExceptionEntry &entry, llvm::SmallVectorImpl<char> &out) {
  writeNumber(entry.start, kEntryStart, out);
  writeNumber(entry.end - entry.start, 0, out);
  writeNumber(entry.target, 0, out);
  writeNumber(entry.depth << 1 | (entry.lasti ? 1 : 0), 0, out);
}

} // namespace coil::bytecode
