// The Python versions that Coil knows, as values: name, magic number of their .pyc files, cache tag.
#pragma once

#include <cstdint>

namespace coil {

struct PythonVersion {
  const char *name;     // "3.11"
  uint16_t magic;       // the number in the first two bytes of a .pyc
  const char *cacheTag; // "cpython-311", as in __pycache__/x.cpython-311.pyc
  uint8_t major, minor;
};

inline constexpr PythonVersion kPython311{"3.11", 3495, "cpython-311", 3, 11};

} // namespace coil
