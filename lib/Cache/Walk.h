// Walking trees of files in an order that does not depend on the file system.
#pragma once

#include "llvm/ADT/STLFunctionalExtras.h"
#include "llvm/ADT/StringRef.h"
#include <functional>
#include <string>

namespace coil::cache {

struct WalkOptions {
  int maxLevels = -1;                                       // how many folders deep; -1 is all
  bool caches = true;                                       // go into __pycache__
  std::function<void(const std::string &)> enter = nullptr; // called for every folder before it is listed
};

// Calls `visit` for every file at or below `root`, names sorted bytewise, a folder's files and folders in one
// order. Links to folders are not followed. Gives false, with `error` set, if `root` itself cannot be listed;
// what cannot be listed below it is passed to `unreadable`.
bool walkFiles(llvm::StringRef root, const WalkOptions &options,
               llvm::function_ref<void(const std::string &)> visit,
               llvm::function_ref<void(const std::string &, const std::string &)> unreadable,
               std::string &error);

} // namespace coil::cache
