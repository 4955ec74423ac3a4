// 3.11's location table (co_linetable): which line and columns each instruction unit comes from.
#pragma once

#include "Bytecode/Code.h"
#include "llvm/ADT/SmallVector.h"
#include <vector>

namespace coil::bytecode {

constexpr int kNoLine = -1;
constexpr int kNoColumn = -1;

// The location of the instruction units [start, end). Lines count from 1; kNoLine if the units have no line.
// Columns are byte offsets in the line's UTF-8, from 0; kNoColumn if unknown. A location has an end line if
// and only if it has a line.
struct Location {
  uint32_t start = 0;
  uint32_t end = 0;
  int line = kNoLine;
  int endLine = kNoLine;
  int column = kNoColumn;
  int endColumn = kNoColumn;
  bool sameSpan(const Location &o) const {
    return line == o.line && endLine == o.endLine && column == o.column && endColumn == o.endColumn;
  }
};

// Walks a table entry by entry, lazily; any bytes are safe.
class LineTableReader {
public:
  LineTableReader(llvm::StringRef table, int firstLine) : data(table), line(firstLine) {}
  // Moves to the next entry; false at the end or at a truncated entry (see `malformed`).
  bool next(Location &location);
  bool malformed() const { return bad; }

private:
  llvm::StringRef data;
  size_t position = 0;
  int line;
  uint32_t unit = 0;
  bool bad = false;
  uint32_t varint();
  int svarint();
  uint8_t byte();
};

// All entries of a code object's table.
std::vector<Location> decodeLineTable(llvm::StringRef table, int firstLine);
// The location of one unit; a default Location if the table does not cover it.
Location locationAt(const Code &code, uint32_t unit);

// What code.co_lines() gives: ranges in units with their line (kNoLine for None), neighbours of one line
// merged.
struct LineRange {
  uint32_t start, end;
  int line;
};
std::vector<LineRange> codeLines(const Code &code);

// The most bytes that putLocation() writes for so many units: for every eight a byte and four numbers of six
// bits a byte.
constexpr size_t longestLocation(uint32_t units) { return (units + 7) / 8 * size_t(32); }

// Writes at `at` the entries for `units` units, where `line` is that of the entries before, and gives what
// follows.
char *putAnyLocation(char *at, int line, uint32_t units, int newLine, int endLine, int column, int endColumn);

// The same, quickly for nine in ten, which lie within the line or one of the next two, in columns below 128.
// `line` is set to the new one.
inline char *putLocation(char *at, int &line, uint32_t units, int newLine, int endLine, int column,
                         int endColumn) {
  constexpr unsigned kOneLine = 10;
  unsigned delta = static_cast<unsigned>(newLine) - static_cast<unsigned>(line);
  if (newLine < 0) return putAnyLocation(at, line, units, newLine, endLine, column, endColumn);
  int before = line;
  line = newLine;
  if (delta > 2 || endLine != newLine || units > 8 || (column | endColumn) & ~127)
    return putAnyLocation(at, before, units, newLine, endLine, column, endColumn);
  unsigned from = static_cast<unsigned>(column), width = static_cast<unsigned>(endColumn) - from;
  if (delta == 0 && from < 80 && width < 16) {
    at[0] = static_cast<char>(0x80 | from >> 3 << 3 | (units - 1));
    at[1] = static_cast<char>((from & 7) << 4 | width);
    return at + 2;
  }
  at[0] = static_cast<char>(0x80 | (kOneLine + delta) << 3 | (units - 1));
  at[1] = static_cast<char>(column);
  at[2] = static_cast<char>(endColumn);
  return at + 3;
}

// Builds a table as CPython's assembler does.
class LineTableWriter {
public:
  explicit LineTableWriter(llvm::SmallVectorImpl<char> &out, int firstLine) : out(out), line(firstLine) {}
  // Adds `units` units at `location`, at least one; splits into entries of at most 8 units.
  void add(uint32_t units, const Location &location);

private:
  llvm::SmallVectorImpl<char> &out;
  int line;
};

} // namespace coil::bytecode
