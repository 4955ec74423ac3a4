// The sub-commands of pycache: their options, and a function each, which gives the exit status.
#pragma once

#include "Cache/Compile.h"
#include "Cache/Rewrite.h"
#include "Cache/Status.h"
#include "Support/Tool.h"
#include <vector>

namespace coil::cache {

// One struct for all sub-commands: each reads what it declares.
struct Options : ToolOptions {
  std::string command; // the sub-command that was given
  std::vector<std::string> paths;
  bool json = false;
  bool quiet = false;
  bool verbose = false;
  std::optional<std::string> prefix; // --prefix
  std::optional<std::string> source; // --source
  std::string optimize;              // -O
  std::optional<Invalidation> mode;
  std::string oldPrefix, newPrefix; // relocate
  bool check = false, dryRun = false;
  bool orphans = false, stale = false, all = false;
  std::vector<std::string> tags;
  // compile
  CompileOptions compile;
  bool local = false;              // -l
  std::optional<int> recursion;    // -r
  std::string regex, listFile;     // -x, -i
  int workers = 1;                 // -j
  std::vector<std::string> levels; // -o

  PathOptions pathOptions() const {
    PathOptions result;
    result.optimization = optimize;
    result.prefix = prefix ? prefix : prefixFromEnvironment();
    return result;
  }
};

int runShow(const Options &options);
int runPath(const Options &options);
int runCheck(const Options &options);
int runClean(const Options &options);
int runWrap(const Options &options);
int runExtract(const Options &options);
int runConvert(const Options &options);
int runRelocate(const Options &options);
int runNormalize(const Options &options);
int runDiff(const Options &options);
int runCompile(const Options &options);

// Text that JSON can carry: bytes that are no UTF-8 are replaced.
std::string jsonText(llvm::StringRef text);

} // namespace coil::cache
