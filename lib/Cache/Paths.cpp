// The names of cached files, as importlib.util makes and reads them.
#include "Cache/Paths.h"
#include "Support/Repr.h"
#include "llvm/ADT/SmallString.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/raw_ostream.h"
#include <cstdlib>

using namespace coil;
using namespace coil::cache;
using llvm::StringRef;

static constexpr llvm::StringLiteral kFolder("__pycache__");

// importlib's own join: empty parts are skipped, and no part keeps a slash at its end.
static std::string joinPath(StringRef head, StringRef tail) {
  if (head.empty()) return tail.rtrim('/').str();
  return head.rtrim('/').str() + "/" + tail.rtrim('/').str();
}

// importlib's own split, at the last slash: "/x.py" has the empty head.
static std::pair<StringRef, StringRef> splitPath(StringRef path) {
  size_t slash = path.rfind('/');
  if (slash == StringRef::npos) return {"", path};
  return {path.take_front(slash), path.drop_front(slash + 1)};
}

static std::string quoted(StringRef text) {
  std::string result;
  llvm::raw_string_ostream os(result);
  reprStr(os, text);
  return result;
}

std::optional<std::string> cache::prefixFromEnvironment() {
  const char *value = std::getenv("PYTHONPYCACHEPREFIX");
  if (!value || !*value) return std::nullopt;
  return std::string(value);
}

std::string cache::cacheFromSource(StringRef source, const PathOptions &options) {
  auto [head, tail] = splitPath(source);
  size_t dot = tail.rfind('.');
  // A name without a dot, or with nothing before it, is its own base.
  StringRef base = dot == StringRef::npos ? tail : tail.take_front(dot);
  StringRef separator = dot == StringRef::npos ? "" : ".";
  if (base.empty()) base = tail.drop_front(dot + 1);
  std::string name = (base + separator + options.tag).str();
  if (!options.optimization.empty()) name += ".opt-" + options.optimization;
  name += ".pyc";
  if (!options.prefix) return joinPath(joinPath(head, kFolder), name);
  llvm::SmallString<256> absolute(head);
  if (!head.starts_with("/")) {
    llvm::sys::fs::current_path(absolute);
    if (!head.empty()) absolute = joinPath(absolute, head);
  }
  return joinPath(joinPath(*options.prefix, absolute.str().ltrim('/')), name);
}

std::optional<std::string> cache::sourceFromCache(StringRef cached, const PathOptions &options,
                                                  std::string &error) {
  auto [head, name] = splitPath(cached);
  bool inPrefix = false;
  if (options.prefix) {
    std::string stripped = StringRef(*options.prefix).rtrim('/').str();
    if (head.starts_with(stripped + "/")) {
      head = head.drop_front(stripped.size());
      inPrefix = true;
    }
  }
  if (!inPrefix) {
    auto [parent, folder] = splitPath(head);
    if (folder != kFolder) {
      error = (kFolder + " not bottom-level directory in ").str() + quoted(cached);
      return std::nullopt;
    }
    head = parent;
  }
  size_t dots = name.count('.');
  if (dots != 2 && dots != 3) {
    error = "expected only 2 or 3 dots in " + quoted(name);
    return std::nullopt;
  }
  if (dots == 3) {
    StringRef optimization = name.rsplit('.').first.rsplit('.').second;
    if (!optimization.consume_front("opt-")) {
      error = "optimization portion of filename does not start with 'opt-'";
      return std::nullopt;
    }
    if (optimization.empty() || !llvm::all_of(optimization, llvm::isAlnum)) {
      error = "optimization level " + quoted("opt-" + optimization.str()) + " is not an alphanumeric value";
      return std::nullopt;
    }
  }
  return joinPath(head, (name.split('.').first + ".py").str());
}

std::optional<CachedName> cache::parseCachedName(StringRef path) {
  StringRef name = splitPath(path).second;
  if (!name.consume_back(".pyc")) return std::nullopt;
  CachedName result;
  auto [rest, last] = name.rsplit('.');
  if (last.consume_front("opt-")) {
    result.optimization = last.str();
    name = rest;
  }
  if (splitPath(splitPath(path).first).second != kFolder) {
    result.module = name.str();
    return result;
  }
  auto [module, tag] = name.split('.');
  result.module = module.str();
  result.tag = tag.str();
  return result;
}

std::string cache::sourceForPyc(StringRef pyc, const PathOptions &options) {
  std::string error;
  if (std::optional<std::string> source = sourceFromCache(pyc, options, error)) return *source;
  if (splitPath(splitPath(pyc).first).second != kFolder && pyc.ends_with(".pyc"))
    return pyc.drop_back(1).str();
  return {};
}
