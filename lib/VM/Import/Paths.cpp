// The prefix and sys.path. The build fixes the prefix (COIL_PREFIX), since the standard library is an
// installed CPython's.
#include "VM/Import/Paths.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/ADT/StringRef.h"
#include <climits>
#include <cstdlib>
#include <unistd.h>

using namespace coil::vm;

static std::string ownExecutable() {
  char buffer[PATH_MAX];
  ssize_t n = ::readlink("/proc/self/exe", buffer, sizeof buffer);
  return n > 0 ? std::string(buffer, size_t(n)) : std::string();
}

static std::string absolute(llvm::StringRef path) {
  if (path.starts_with("/")) return path.str();
  char buffer[PATH_MAX];
  if (!::getcwd(buffer, sizeof buffer)) return path.str();
  return path.empty() ? std::string(buffer) : buffer + ("/" + path).str();
}

SearchPaths coil::vm::findSearchPaths(const RuntimeOptions &options) {
  SearchPaths paths;
  paths.executable = ownExecutable();
  paths.prefix = paths.execPrefix = COIL_PREFIX;
  if (options.home) {
    auto [prefix, execPrefix] = llvm::StringRef(*options.home).split(':');
    paths.prefix = prefix.str();
    paths.execPrefix = execPrefix.empty() ? paths.prefix : execPrefix.str();
  }
  paths.stdlib = paths.prefix + "/lib/python3.11";
  if (options.pythonPath) {
    llvm::SmallVector<llvm::StringRef> entries;
    llvm::StringRef(*options.pythonPath).split(entries, ':');
    for (llvm::StringRef entry : entries) paths.path.push_back(absolute(entry));
  }
  paths.path.push_back(paths.prefix + "/lib/python311.zip");
  paths.path.push_back(paths.stdlib);
  paths.path.push_back(paths.execPrefix + "/lib/python3.11/lib-dynload");
  return paths;
}

std::string coil::vm::scriptFolder(const std::string &script) {
  char *resolved = ::realpath(script.c_str(), nullptr);
  std::string path = resolved ? resolved : script;
  std::free(resolved);
  size_t slash = path.rfind('/');
  if (slash == std::string::npos) return "";
  return path.substr(0, slash ? slash : 1);
}
