// The versions of Python whose bytecode Coil knows, as values: magic number, cache tag, opcode table.
#pragma once

#include "Bytecode/Opcodes.h"

namespace coil::bytecode {

struct PythonVersion {
  uint8_t major;
  uint8_t minor;
  uint16_t magic;            // the first two bytes of a .pyc; "\r\n" follows
  const char *cacheTag;      // "cpython-311"
  const char *release;       // the release whose behaviour is reproduced, "3.11.2"
  const OpcodeInfo *opcodes; // 256 rows; null if the version is known by name only
  bool inlineCaches;         // CACHE units follow instructions, jumps count units
};

// CPython 3.11 (magic 3495), the default of everything.
const PythonVersion &python311();

// The version that writes `magic`, or null. Pre-release magics are not listed.
const PythonVersion *versionByMagic(uint16_t magic);

} // namespace coil::bytecode
