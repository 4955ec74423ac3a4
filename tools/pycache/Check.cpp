// pycache check and pycache clean: the state of every cached file of a tree.
#include "Cache/Walk.h"
#include "Commands.h"
#include "llvm/Support/JSON.h"
#include <cerrno>
#include <unistd.h>

using namespace coil;
using namespace coil::bytecode;
using namespace coil::cache;
using llvm::StringRef;

namespace {

// Calls `visit` with every .pyc below the operands; the exit status so far.
int forEachPyc(const Options &options, llvm::function_ref<void(const std::string &)> visit) {
  int result = kDone;
  std::vector<std::string> roots = options.paths.empty() ? std::vector<std::string>{"."} : options.paths;
  for (const std::string &root : roots) {
    std::string error;
    bool listed = walkFiles(
        root, {},
        [&](const std::string &path) {
          if (StringRef(path).ends_with(".pyc")) visit(path);
        },
        [&](const std::string &folder, const std::string &why) {
          result = usageError("cannot list '" + folder + "': " + why);
        },
        error);
    if (!listed) result = usageError("cannot list '" + root + "': " + error);
  }
  return result;
}

StatusOptions statusOptions(const Options &options) {
  StatusOptions how;
  how.paths = options.pathOptions();
  return how;
}

} // namespace

int cache::runCheck(const Options &options) {
  StatusOptions how = statusOptions(options);
  Output output(options, Output::Content::Text);
  std::optional<llvm::json::OStream> json; // it wants to be used if it is there
  if (options.json) json.emplace(output.os(), 2);
  size_t sound = 0, unsound = 0;
  if (options.json) {
    json->objectBegin();
    json->attributeBegin("files");
    json->arrayBegin();
  }
  int result = forEachPyc(options, [&](const std::string &path) {
    Status status = statusOf(path, how);
    bool good = isSound(status.state);
    ++(good ? sound : unsound);
    if (options.json) {
      json->object([&] {
        json->attribute("file", jsonText(path));
        json->attribute("state", stateName(status.state));
        json->attribute("reason", jsonText(status.reason));
      });
    } else if (!options.quiet && (!good || options.verbose)) {
      output.os() << path << ": " << stateName(status.state) << " (" << status.reason << ")\n";
    }
  });
  if (options.json) {
    json->arrayEnd();
    json->attributeEnd();
    json->attribute("sound", static_cast<int64_t>(sound));
    json->attribute("unsound", static_cast<int64_t>(unsound));
    json->objectEnd();
    output.os() << '\n';
  } else if (!options.quiet) {
    output.os() << sound << " sound, " << unsound << " not\n";
  }
  int written = output.keep();
  if (written) return written;
  return result ? result : unsound ? kFault : kDone;
}

int cache::runClean(const Options &options) {
  if (!options.orphans && !options.stale && !options.all && options.tags.empty())
    return usageError("clean needs to know what: --orphans, --stale, --tag or --all");
  StatusOptions how = statusOptions(options);
  Output output(options, Output::Content::Text);
  bool failed = false;
  auto condemned = [&](const std::string &path) {
    std::optional<CachedName> name = parseCachedName(path);
    bool inCache = name && !name->tag.empty();
    if (options.all && inCache) return true;
    if (name && llvm::is_contained(options.tags, name->tag)) return true;
    if (!options.orphans && !options.stale) return false;
    // A legacy .pyc without a source is a module of its own: only one in a __pycache__ can be an orphan.
    Status status = statusOf(path, how);
    if (status.state == State::Orphan) return options.orphans && inCache;
    return options.stale && !isSound(status.state);
  };
  int result = forEachPyc(options, [&](const std::string &path) {
    if (!condemned(path)) return;
    if (!options.dryRun && ::unlink(path.c_str()) != 0) {
      usageError("cannot remove '" + path + "': " + errorText(errno));
      failed = true;
      return;
    }
    output.os() << (options.dryRun ? "would remove " : "removed ") << path << '\n';
    // The folder goes with its last file; while there are others, this fails, as it should.
    size_t slash = path.rfind('/');
    if (!options.dryRun && slash != std::string::npos &&
        StringRef(path).take_front(slash).ends_with("__pycache__"))
      ::rmdir(path.substr(0, slash).c_str());
  });
  int written = output.keep();
  if (written) return written;
  return failed ? kUsage : result;
}
