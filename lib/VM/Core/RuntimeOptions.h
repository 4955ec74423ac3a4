// How the program was started: switches and environment variables, as CPython's PyConfig holds them.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace coil::vm {

struct RuntimeOptions {
  std::vector<std::string> argv, originalArgv;
  int optimize = 0;               // -O
  bool unbuffered = false;        // -u
  int64_t hashSeed = -1;          // PYTHONHASHSEED; -1: random
  bool randomHashes = false;      // -R
  bool dontWriteBytecode = false; // -B
  int bytesWarning = 0;           // -b
  int debug = 0;                  // -d
  int inspect = 0;                // -i
  int interactive = 0;            // -i
  bool isolated = false;          // -I
  bool ignoreEnvironment = false; // -E
  bool noUserSite = false;        // -s
  bool noSite = false;            // -S
  bool safePath = false;          // -P
  bool quiet = false;             // -q
  int verbose = 0;                // -v
  bool devMode = false;           // -X dev
  bool faultHandler = false;      // -X faulthandler, and -X dev
  bool utf8Mode = false;          // -X utf8
  bool importTime = false;        // -X importtime
  bool frozenModules = true;      // -X frozen_modules
  bool codeDebugRanges = true;    // -X no_debug_ranges
  bool warnDefaultEncoding = false;
  int64_t maxStrDigits = -1;                  // -X int_max_str_digits; -1: the default
  std::string checkHashBasedPycs = "default"; // --check-hash-based-pycs
  std::optional<std::string> pycachePrefix;   // -X pycache_prefix
  std::vector<std::string> warnOptions;       // -W and PYTHONWARNINGS, in the order of sys.warnoptions
  std::vector<std::pair<std::string, std::optional<std::string>>> xOptions;
  std::optional<std::string> pythonPath; // PYTHONPATH
  std::optional<std::string> home;       // PYTHONHOME
  bool verify = false;                   // --verify: check the code of .pyc files that are imported, too
  bool checkLeaks = false;               // --check-leaks
};

// Completes what the command line said: environment variables, -X options, and what switches imply. Gives
// CPython's fatal error for a value that it refuses, else nothing.
std::string readEnvironment(RuntimeOptions &options);

} // namespace coil::vm
