// The table of Python versions.
#include "Bytecode/PythonVersion.h"

namespace coil::bytecode {

static const PythonVersion kVersions[] = {
    {3, 8, 3413, "cpython-38", "3.8", nullptr, false},
    {3, 9, 3425, "cpython-39", "3.9", nullptr, false},
    {3, 10, 3439, "cpython-310", "3.10", nullptr, false},
    {3, 11, 3495, "cpython-311", "3.11.2", kOpcodes311, true},
    {3, 12, 3531, "cpython-312", "3.12", nullptr, true},
    {3, 13, 3571, "cpython-313", "3.13", nullptr, true},
    {3, 14, 3627, "cpython-314", "3.14", nullptr, true},
};

const PythonVersion &python311() { return kVersions[3]; }

const PythonVersion *versionByMagic(uint16_t magic) {
  for (const PythonVersion &version : kVersions)
    if (version.magic == magic) return &version;
  return nullptr;
}

} // namespace coil::bytecode
