// Compiling trees of sources into their caches, with the rules and messages of CPython's compileall.
#pragma once

#include "Cache/Paths.h"
#include "Cache/Rewrite.h"
#include "Support/Diagnostic.h"
#include <functional>
#include <memory>
#include <vector>

namespace coil::cache {

struct CompileOptions {
  int maxLevels = -1;                        // -l, -r: how deep; -1 is as deep as the tree
  bool force = false;                        // -f
  int quiet = 0;                             // -q: 1 leaves only errors, 2 nothing
  bool legacy = false;                       // -b: x.pyc beside x.py
  std::optional<std::string> destination;    // -d
  std::optional<std::string> strip;          // -s
  std::optional<std::string> prepend;        // -p
  std::function<bool(llvm::StringRef)> skip; // -x: whether a path matches
  std::optional<std::string> linkRoot;       // -e: links that lead out of it are left alone
  std::vector<int> levels{-1};               // -o, as given
  unsigned workers = 1;                      // -j
  bool hardlinkDuplicates = false;           // --hardlink-dupes
  Invalidation mode = Invalidation::Timestamp;
  std::optional<std::string> prefix; // PYTHONPYCACHEPREFIX
};

// Compiles `source` as the file `filename` at an optimisation level of 0 to 2, and appends its marshal data
// to `out`. Called from several threads at once.
using CompileFn = std::function<Diagnostics(llvm::StringRef source, const std::string &filename, int level,
                                            llvm::SmallVectorImpl<char> &out)>;

enum class Outcome : uint8_t { UpToDate, Compiled, Failed, Skipped };

// One line of the report, in the order of a run with one worker.
struct Event {
  std::string path; // a source; of a message alone, empty
  Outcome outcome = Outcome::Skipped;
  std::string output;   // for standard output
  std::string warnings; // for standard error
};

// Collects the sources and compiles them. Hands over every event, in order, from the calling thread; `total`
// is the number of sources. Gives false if anything failed. What is written depends on the sources and
// options only, not on workers.
bool compileTrees(const std::vector<std::string> &operands, const CompileOptions &options,
                  const CompileFn &compile,
                  const std::function<void(const Event &, size_t done, size_t total)> &report);

} // namespace coil::cache
