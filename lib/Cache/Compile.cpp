// Collecting the sources of trees, and sharing the work among threads.
#include "Cache/Compile.h"
#include "Cache/CompileFile.h"
#include "Cache/Walk.h"
#include "Support/Repr.h"
#include "llvm/Support/raw_ostream.h"
#include <atomic>
#include <sys/stat.h>
#include <thread>

using namespace coil;
using namespace coil::cache;
using llvm::StringRef;

namespace {

// A source to compile, or a message that comes between two sources.
struct Item {
  SourceFile file;
  std::string message;
};

std::string quoted(StringRef text) {
  std::string result;
  llvm::raw_string_ostream os(result);
  reprStr(os, text);
  return result;
}

bool isFile(const std::string &path) {
  struct stat info;
  return ::stat(path.c_str(), &info) == 0 && S_ISREG(info.st_mode);
}

// All sources in compileall's order, with its messages about folders.
std::vector<Item> collect(const std::vector<std::string> &operands, const CompileOptions &options,
                          bool &success) {
  std::vector<Item> items;
  auto message = [&](std::string text) { items.push_back({{}, std::move(text)}); };
  auto cannotList = [&](const std::string &folder) {
    if (options.quiet < 2) message("Can't list " + quoted(folder) + "\n");
    success = false;
  };
  WalkOptions walk;
  walk.caches = false;
  walk.maxLevels = options.maxLevels;
  walk.enter = [&](const std::string &folder) {
    if (options.quiet == 0) message("Listing " + quoted(folder) + "...\n");
  };
  for (const std::string &operand : operands) {
    if (isFile(operand)) {
      items.push_back({{operand, ""}, ""});
      continue;
    }
    std::string error;
    auto visit = [&](const std::string &path) {
      if (StringRef(path).ends_with(".py")) items.push_back({{path, operand}, ""});
    };
    if (!walkFiles(
            operand, walk, visit, [&](const std::string &folder, const std::string &) { cannotList(folder); },
            error))
      cannotList(operand);
  }
  return items;
}

Event process(const Item &item, const CompileOptions &options, const CompileFn &compile, Buffers &buffers) {
  if (!item.file.path.empty()) return compileFile(item.file, options, compile, buffers);
  Event event;
  event.output = item.message;
  return event;
}

// The calling thread works as well, and between its own items hands over the results, in the order of the
// items, whoever is done first.
class Pool {
public:
  Pool(const std::vector<Item> &items, const CompileOptions &options, const CompileFn &compile)
      : items(items), options(options), compile(compile), events(items.size()), done(items.size()) {}

  template <typename Report> void run(unsigned workers, Report report) {
    std::vector<std::thread> threads;
    for (unsigned i = 1; i < workers; ++i) threads.emplace_back([this] { work([] {}); });
    size_t reported = 0;
    auto reportNext = [&] {
      Event event = std::move(events[reported++]);
      report(event);
    };
    work([&] {
      while (reported < items.size() && done[reported].load(std::memory_order_acquire)) reportNext();
    });
    while (reported < items.size()) {
      done[reported].wait(false, std::memory_order_acquire);
      reportNext();
    }
    for (std::thread &thread : threads) thread.join();
  }

private:
  const std::vector<Item> &items;
  const CompileOptions &options;
  const CompileFn &compile;
  std::vector<Event> events;
  std::vector<std::atomic<bool>> done;
  std::atomic<size_t> next{0};

  template <typename After> void work(After after) {
    Buffers buffers;
    for (size_t i; (i = next.fetch_add(1)) < items.size(); after()) {
      events[i] = process(items[i], options, compile, buffers);
      done[i].store(true, std::memory_order_release);
      done[i].notify_one();
    }
  }
};

} // namespace

bool cache::compileTrees(const std::vector<std::string> &operands, const CompileOptions &options,
                         const CompileFn &compile,
                         const std::function<void(const Event &, size_t, size_t)> &report) {
  bool success = true;
  std::vector<Item> items = collect(operands, options, success);
  size_t total = 0, count = 0;
  for (const Item &item : items) total += !item.file.path.empty();
  auto handOver = [&](const Event &event) {
    count += !event.path.empty();
    success &= event.outcome != Outcome::Failed;
    report(event, count, total);
  };
  unsigned workers = options.workers ? options.workers : std::max(1u, std::thread::hardware_concurrency());
  if (workers == 1) {
    Buffers buffers;
    for (const Item &item : items) handOver(process(item, options, compile, buffers));
  } else {
    Pool(items, options, compile).run(workers, handOver);
  }
  return success;
}
