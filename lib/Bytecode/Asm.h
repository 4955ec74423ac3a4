// The assembly form of bytecode: complete, editable text. docs/formats/asm.md specifies it.
#pragma once

#include "Bytecode/PycHeader.h"
#include <optional>

namespace llvm {
class raw_ostream;
}

namespace coil::bytecode {

constexpr unsigned kAsmVersion = 1;

// Writes `code` and all code objects in it. With `header`, the .pyc header is part of the text. What readAsm
// makes of it gives the very marshal bytes (RefPolicy::CPython) that `code` gives. `source` is for the header
// line.
void writeAsm(llvm::raw_ostream &os, const Code &code, const PycHeader *header, llvm::StringRef source);

struct AsmReadResult {
  OwnedCode code;                  // null on failure
  std::optional<PycHeader> header; // if the text has one
  std::string source;              // from the header line
  std::string error;
  unsigned line = 0; // of the error, from 1
};

// Assembles a text. Any text is safe. Constants and names that an instruction mentions are added to the
// tables if they are not there; jumps get the EXTENDED_ARGs that they need; caches are added.
AsmReadResult readAsm(llvm::StringRef text);

} // namespace coil::bytecode
