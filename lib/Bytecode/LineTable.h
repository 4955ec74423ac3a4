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

// Builds a table as CPython's assembler does. `out` is complete when the writer is destroyed.
class LineTableWriter {
public:
  explicit LineTableWriter(llvm::SmallVectorImpl<char> &out, int firstLine) : out(out), line(firstLine) {
    makeRoom(out.size());
  }
  LineTableWriter(const LineTableWriter &) = delete;
  LineTableWriter &operator=(const LineTableWriter &) = delete;
  ~LineTableWriter() { out.truncate(static_cast<size_t>(at - out.data())); }

  // Adds `units` units at `location`; splits into entries of at most 8 units.
  void add(uint32_t units, const Location &l) {
    // Nine in ten are short: within a line or one of the next two, in columns below 128.
    unsigned delta = static_cast<unsigned>(l.line) - static_cast<unsigned>(line);
    if (l.line < 0 || delta > 2 || l.endLine != l.line || units - 1 > 7 || (l.column | l.endColumn) & ~127)
      return addAny(units, l);
    line = l.line;
    if (at >= limit) makeRoom(static_cast<size_t>(at - out.data()));
    unsigned column = static_cast<unsigned>(l.column), width = static_cast<unsigned>(l.endColumn) - column;
    if (delta == 0 && column < 80 && width < 16) {
      *at++ = static_cast<char>(0x80 | column >> 3 << 3 | (units - 1));
      *at++ = static_cast<char>((column & 7) << 4 | width);
      return;
    }
    *at++ = static_cast<char>(0x80 | (kOneLineForm + delta) << 3 | (units - 1));
    *at++ = static_cast<char>(column);
    *at++ = static_cast<char>(l.endColumn);
  }

private:
  static constexpr unsigned kOneLineForm = 10;
  static constexpr size_t kLongest = 32; // a byte and four numbers of six bits a byte
  llvm::SmallVectorImpl<char> &out;      // has room behind `limit` for one entry
  char *at, *limit;
  int line;
  void makeRoom(size_t used);
  void addAny(uint32_t units, const Location &location);
  char *entry(char *at, uint32_t units, const Location &location);
};

} // namespace coil::bytecode
