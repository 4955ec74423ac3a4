// 3.11's exception table (co_exceptiontable): which handler guards which instruction units.
#pragma once

#include "llvm/ADT/SmallVector.h"
#include "llvm/ADT/StringRef.h"
#include <cstdint>
#include <vector>

namespace coil::bytecode {

// Units [start, end) are guarded by the handler at `target`: the stack is cut to `depth`, the offset of the
// raising instruction is pushed if `lasti`, then the exception. All in units, as everywhere in this library.
struct ExceptionEntry {
  uint32_t start = 0;
  uint32_t end = 0;
  uint32_t target = 0;
  uint32_t depth = 0;
  bool lasti = false;
};

// All entries, in their order (sorted, not overlapping, if CPython wrote them). Any bytes are safe: a
// truncated entry ends the list and sets `*malformed`.
std::vector<ExceptionEntry> decodeExceptionTable(llvm::StringRef table, bool *malformed = nullptr);

void encodeExceptionEntry(const ExceptionEntry &entry, llvm::SmallVectorImpl<char> &out);

} // namespace coil::bytecode
