// A sorted, iterative walk: depth is bounded by memory, not by the stack.
#include "Cache/Walk.h"
#include "Support/Tool.h"
#include <algorithm>
#include <cerrno>
#include <dirent.h>
#include <sys/stat.h>
#include <vector>

using namespace coil::cache;
using llvm::StringRef;

namespace {

struct Entry {
  std::string path;
  int level;
  bool folder;
};

// The entries of a folder, sorted; the errno on failure.
int listFolder(const Entry &folder, const WalkOptions &options, std::vector<Entry> &entries) {
  DIR *handle = ::opendir(folder.path.c_str());
  if (!handle) return errno;
  while (const dirent *item = ::readdir(handle)) {
    StringRef name = item->d_name;
    if (name == "." || name == ".." || (!options.caches && name == "__pycache__")) continue;
    std::string path = folder.path + (StringRef(folder.path).ends_with("/") ? "" : "/") + name.str();
    bool isFolder = item->d_type == DT_DIR;
    if (item->d_type == DT_UNKNOWN) {
      struct stat info;
      isFolder = ::lstat(path.c_str(), &info) == 0 && S_ISDIR(info.st_mode);
    }
    entries.push_back({std::move(path), folder.level + 1, isFolder});
  }
  ::closedir(handle);
  std::sort(entries.begin(), entries.end(), [](const Entry &a, const Entry &b) { return a.path < b.path; });
  return 0;
}

} // namespace

bool coil::cache::walkFiles(StringRef root, const WalkOptions &options,
                            llvm::function_ref<void(const std::string &)> visit,
                            llvm::function_ref<void(const std::string &, const std::string &)> unreadable,
                            std::string &error) {
  struct stat info;
  std::string path = root.str();
  if (::stat(path.c_str(), &info) != 0) {
    error = errorText(errno);
    return false;
  }
  std::vector<Entry> todo{{path, 0, S_ISDIR(info.st_mode)}};
  while (!todo.empty()) {
    Entry entry = std::move(todo.back());
    todo.pop_back();
    if (!entry.folder) {
      visit(entry.path);
      continue;
    }
    if (options.maxLevels >= 0 && entry.level > options.maxLevels) continue;
    if (options.enter) options.enter(entry.path);
    std::vector<Entry> entries;
    if (int code = listFolder(entry, options, entries)) {
      if (entry.level == 0) {
        error = errorText(code);
        return false;
      }
      unreadable(entry.path, errorText(code));
      continue;
    }
    std::move(entries.rbegin(), entries.rend(), std::back_inserter(todo));
  }
  return true;
}
