// The 16-byte header of a .pyc file (PEP 552), and whole .pyc files.
#pragma once

#include "Bytecode/Marshal.h"
#include "Bytecode/PythonVersion.h"

namespace coil::bytecode {

constexpr size_t kPycHeaderSize = 16;

struct PycHeader {
  uint16_t magic = 3495;
  uint32_t flags = 0;      // bit 0: hash-based; bit 1: check the source's hash at import
  uint32_t mtime = 0;      // of the source, if not hash-based
  uint32_t sourceSize = 0; // low 32 bits, if not hash-based
  uint64_t sourceHash = 0; // if hash-based

  bool hashBased() const { return flags & 1; }
  bool checkSource() const { return flags & 2; }
  const PythonVersion *version() const { return versionByMagic(magic); }

  // What pycomp writes: unchecked hash 0, which never goes stale.
  static PycHeader unchecked() {
    PycHeader header;
    header.flags = 1;
    return header;
  }
};

// True if `data` begins like a .pyc: some magic followed by "\r\n". Decides by content what an operand is.
bool looksLikePyc(llvm::StringRef data);

// Parses a header; false with `error` set if it is too short, not a .pyc, or has flags that PEP 552 does not
// define. A magic that Coil does not know is not an error here: ask `version()`.
bool readPycHeader(llvm::StringRef data, PycHeader &header, std::string &error);

void writePycHeader(const PycHeader &header, llvm::SmallVectorImpl<char> &out);

// importlib's source_hash: SipHash-1-3 of the source under the key of the magic (the low 64 bits of it, zero
// extended).
uint64_t sourceHash(llvm::StringRef source, uint16_t magic = 3495);

struct PycReadResult {
  PycHeader header;
  OwnedCode code; // null on failure
  std::string error;
  size_t payloadEnd = 0; // where the code object ended; bytes after it are allowed, as CPython allows them
};

// Reads a whole .pyc of a version with an opcode table. Any bytes are safe.
PycReadResult readPyc(llvm::StringRef data, const MarshalReadOptions &options = {});

} // namespace coil::bytecode
