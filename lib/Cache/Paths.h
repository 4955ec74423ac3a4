// Where cached bytecode lies: PEP 3147 and PEP 488 paths, PYTHONPYCACHEPREFIX.
#pragma once

#include "llvm/ADT/StringRef.h"
#include <optional>
#include <string>

namespace coil::cache {

struct PathOptions {
  std::string tag = "cpython-311";
  std::string optimization;          // "", "1", "2" or any other alphanumeric text
  std::optional<std::string> prefix; // the root of a parallel tree, as PYTHONPYCACHEPREFIX
};

// PYTHONPYCACHEPREFIX, if it is set and not empty.
std::optional<std::string> prefixFromEnvironment();

// importlib.util.cache_from_source: "a/b.py" -> "a/__pycache__/b.cpython-311.opt-1.pyc".
std::string cacheFromSource(llvm::StringRef source, const PathOptions &options = {});

// The way back. On failure gives nullopt and sets `error` in CPython's words.
std::optional<std::string> sourceFromCache(llvm::StringRef cached, const PathOptions &options,
                                           std::string &error);

// What the name of a cached file says: "b.cpython-311.opt-1.pyc".
struct CachedName {
  std::string module;       // "b"
  std::string tag;          // "cpython-311"; empty for a legacy "b.pyc"
  std::string optimization; // "1"
};
std::optional<CachedName> parseCachedName(llvm::StringRef path);

// The source that belongs to a .pyc: by its place in __pycache__ (or the prefix), or beside a legacy one.
// Empty if the name does not tell.
std::string sourceForPyc(llvm::StringRef pyc, const PathOptions &options);

} // namespace coil::cache
