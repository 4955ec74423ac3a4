// Decoding and encoding of 3.11's location table.
#include "Bytecode/LineTable.h"

#include <algorithm>

namespace coil::bytecode {

namespace {
// Codes of an entry's form (bits 3 to 6 of its first byte).
enum Form : uint8_t {
  kShort0 = 0,    // same line, column groups of 8, up to 15 wide; 10 codes
  kOneLine0 = 10, // line delta 0, 1 or 2, columns below 128; 3 codes
  kNoColumns = 13,
  kLong = 14,
  kNone = 15,
};
} // namespace

uint8_t LineTableReader::byte() {
  // A byte with the high bit starts the next entry: reading one inside an entry means that this one is cut
  // short.
  if (position >= data.size() || (data[position] & 0x80)) {
    bad = true;
    return 0;
  }
  return static_cast<uint8_t>(data[position++]);
}

uint32_t LineTableReader::varint() {
  uint32_t value = 0;
  for (unsigned shift = 0;; shift += 6) {
    uint8_t b = byte();
    if (shift < 32) value |= static_cast<uint32_t>(b & 0x3F) << shift;
    if (!(b & 0x40)) return value;
  }
}

int LineTableReader::svarint() {
  uint32_t value = varint();
  int magnitude = static_cast<int>(value >> 1);
  return value & 1 ? -magnitude : magnitude;
}

bool LineTableReader::next(Location &location) {
  if (bad || position >= data.size()) return false;
  uint8_t first = static_cast<uint8_t>(data[position++]);
  if (!(first & 0x80)) {
    bad = true;
    return false;
  }
  uint32_t form = (first >> 3) & 15;
  location = Location();
  location.start = unit;
  location.end = unit += (first & 7) + 1;
  // Corrupt deltas may wrap; arithmetic on unsigned keeps that defined.
  auto advance = [&](int delta) {
    line = static_cast<int>(static_cast<uint32_t>(line) + static_cast<uint32_t>(delta));
  };
  if (form == kNone) return true;
  if (form == kLong) {
    advance(svarint());
    location.endLine = static_cast<int>(static_cast<uint32_t>(line) + varint());
    location.column = static_cast<int>(varint() - 1);
    location.endColumn = static_cast<int>(varint() - 1);
  } else if (form == kNoColumns) {
    advance(svarint());
    location.endLine = line;
  } else if (form >= kOneLine0) {
    advance(static_cast<int>(form) - kOneLine0);
    location.endLine = line;
    location.column = byte();
    location.endColumn = byte();
  } else {
    uint8_t second = byte();
    location.endLine = line;
    location.column = static_cast<int>(form * 8 + (second >> 4));
    location.endColumn = location.column + (second & 15);
  }
  location.line = line;
  return !bad;
}

std::vector<Location> decodeLineTable(llvm::StringRef table, int firstLine) {
  std::vector<Location> result;
  LineTableReader reader(table, firstLine);
  for (Location location; reader.next(location);) result.push_back(location);
  return result;
}

Location locationAt(const Code &code, uint32_t unit) {
  LineTableReader reader(code.linetable->data, static_cast<int>(code.firstlineno));
  for (Location location; reader.next(location);)
    if (unit < location.end) return location;
  return Location();
}

std::vector<LineRange> codeLines(const Code &code) {
  std::vector<LineRange> result;
  LineTableReader reader(code.linetable->data, static_cast<int>(code.firstlineno));
  for (Location location; reader.next(location);) {
    if (!result.empty() && result.back().line == location.line)
      result.back().end = location.end;
    else
      result.push_back({location.start, location.end, location.line});
  }
  return result;
}

// Both write at `at` and give what follows.
static char *putVarint(char *at, uint32_t value) {
  for (; value >= 64; value >>= 6) *at++ = static_cast<char>(0x40 | (value & 0x3F));
  *at++ = static_cast<char>(value);
  return at;
}

static char *putSvarint(char *at, int value) {
  return putVarint(at, value < 0 ? ((0u - static_cast<uint32_t>(value)) << 1 | 1)
                                 : static_cast<uint32_t>(value) << 1);
}

// One entry; `delta` is how many lines after the last one it lies.
static char *putEntry(char *at, int delta, uint32_t units, const Location &l) {
  auto first = [&](unsigned form) { *at++ = static_cast<char>(0x80 | form << 3 | (units - 1)); };
  if (l.line < 0) {
    first(kNone);
    return at;
  }
  if (l.column < 0 || l.endColumn < 0) {
    if (l.endLine == l.line || l.endLine == -1) {
      first(kNoColumns);
      return putSvarint(at, delta);
    }
  } else if (l.endLine == l.line) {
    if (delta == 0 && l.column < 80 && l.endColumn - l.column < 16 && l.endColumn >= l.column) {
      first(kShort0 + static_cast<unsigned>(l.column >> 3));
      *at++ = static_cast<char>((l.column & 7) << 4 | (l.endColumn - l.column));
      return at;
    }
    if (delta >= 0 && delta < 3 && l.column < 128 && l.endColumn < 128) {
      first(kOneLine0 + static_cast<unsigned>(delta));
      *at++ = static_cast<char>(l.column);
      *at++ = static_cast<char>(l.endColumn);
      return at;
    }
  }
  first(kLong);
  at = putSvarint(at, delta);
  at = putVarint(at, static_cast<uint32_t>(l.endLine - l.line));
  at = putVarint(at, static_cast<uint32_t>(l.column + 1));
  return putVarint(at, static_cast<uint32_t>(l.endColumn + 1));
}

char *putAnyLocation(char *at, int line, uint32_t units, int newLine, int endLine, int column,
                     int endColumn) {
  Location location;
  location.line = newLine;
  location.endLine = endLine;
  location.column = column;
  location.endColumn = endColumn;
  int delta = newLine - line;
  for (; units > 0; units -= std::min(units, 8u)) {
    at = putEntry(at, delta, std::min(units, 8u), location);
    delta = 0;
  }
  return at;
}

void LineTableWriter::add(uint32_t units, const Location &l) {
  size_t size = out.size();
  out.resize_for_overwrite(size + longestLocation(units));
  char *end = putLocation(out.data() + size, line, units, l.line, l.endLine, l.column, l.endColumn);
  out.truncate(static_cast<size_t>(end - out.data()));
}

} // namespace coil::bytecode
