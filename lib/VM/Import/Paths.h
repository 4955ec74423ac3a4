// Where modules are looked for: the prefix, and sys.path (CPython's getpath.py).
#pragma once

#include "VM/Core/RuntimeOptions.h"

namespace coil::vm {

struct SearchPaths {
  std::string executable, prefix, execPrefix, stdlib;
  std::vector<std::string> path; // sys.path before site and before the program's own entry
};

SearchPaths findSearchPaths(const RuntimeOptions &options);
// The entry that a script gives to sys.path: the folder of the file, symbolic links resolved.
std::string scriptFolder(const std::string &script);

} // namespace coil::vm
