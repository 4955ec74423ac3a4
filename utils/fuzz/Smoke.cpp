// A small fuzzer for the tests: mutates seed files with a fixed generator, and keeps the input that crashed.
//
// usage: fuzz-NAME RUNS CRASH-FILE SEED-FILE...
//        fuzz-NAME every-byte CRASH-FILE SEED-FILE...
//
// "every-byte" damages each byte of each file by itself: one bit, all bits, the neighbouring number, and a
// random one. A number of runs, not a time: what passes on one machine is to pass on a faster one.
#include "llvm/ADT/SmallVector.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/raw_ostream.h"
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <fcntl.h>
#include <random>
#include <string>
#include <sys/resource.h>
#include <unistd.h>
#include <vector>

extern "C" int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static std::string current;
static const char *program, *crashFile;

// Only system calls: nothing else is safe here.
static void say(const char *text) {
  if (::write(2, text, std::strlen(text)) < 0) ::_exit(2);
}

static void onCrash(int signal) {
  int fd = ::open(crashFile, O_WRONLY | O_CREAT | O_TRUNC, 0644);
  if (fd >= 0 && ::write(fd, current.data(), current.size()) >= 0) ::close(fd);
  say(program);
  say(signal == SIGALRM ? ": an input took more than 20 s" : ": crashed: ");
  if (signal != SIGALRM) say(::sigdescr_np(signal));
  say("; the input is kept as ");
  say(crashFile);
  say("\n");
  ::_exit(128 + signal);
}

// The handlers run on a stack of their own: a crash may be the exhaustion of the ordinary one.
static void catchCrashes() {
  static char memory[1 << 16];
  stack_t stack{};
  stack.ss_sp = memory;
  stack.ss_size = sizeof memory;
  ::sigaltstack(&stack, nullptr);
  struct sigaction action{};
  action.sa_handler = onCrash;
  action.sa_flags = SA_ONSTACK;
  for (int signal : {SIGSEGV, SIGBUS, SIGABRT, SIGILL, SIGFPE, SIGTRAP, SIGALRM})
    ::sigaction(signal, &action, nullptr);
}

namespace {

class Mutator {
public:
  explicit Mutator(std::vector<std::string> seeds) : seeds(std::move(seeds)) {}
  std::string next() {
    std::string text = seeds[random(seeds.size())];
    for (size_t i = 0, n = 1 + random(4); i < n; ++i) mutate(text);
    return text;
  }

private:
  std::vector<std::string> seeds;
  std::mt19937 generator{20230911};
  size_t random(size_t limit) { return limit ? generator() % limit : 0; }
  void mutate(std::string &text) {
    static const unsigned char kInteresting[] = {0,    1,   0x7f, 0x80, 0xff, '(', ')',
                                                 '\'', '"', '\\', '\n', '{',  '}', ':'};
    size_t at = random(text.size() + 1), length = random(16);
    switch (random(7)) {
    case 0:
      if (at < text.size()) text[at] ^= static_cast<char>(1 << random(8));
      break;
    case 1:
      if (at < text.size()) text[at] = static_cast<char>(kInteresting[random(sizeof kInteresting)]);
      break;
    case 2: text.erase(at, length); break;
    case 3: text.insert(at, text.substr(random(text.size() + 1), length)); break;
    case 4: {
      const std::string &other = seeds[random(seeds.size())];
      text.insert(at, other.substr(random(other.size() + 1), random(200)));
      break;
    }
    case 5: text.resize(at); break;
    case 6:
      text.insert(at,
                  std::string(1 + random(300), static_cast<char>(kInteresting[random(sizeof kInteresting)])));
    }
  }
};

} // namespace

int main(int argc, char **argv) {
  if (argc < 4) return 2;
  program = argv[0];
  crashFile = argv[2];
  std::vector<std::string> seeds;
  for (int i = 3; i < argc; ++i) {
    auto buffer = llvm::MemoryBuffer::getFile(argv[i]);
    if (!buffer) return 2;
    seeds.push_back((*buffer)->getBuffer().str());
  }
  catchCrashes();
  auto run = [](std::string input) {
    current = std::move(input);
    ::alarm(20); // one input may not take longer
    LLVMFuzzerTestOneInput(reinterpret_cast<const uint8_t *>(current.data()), current.size());
  };
  for (const std::string &seed : seeds) run(seed);
  run("");
  if (llvm::StringRef(argv[1]) == "every-byte") {
    size_t count = 0;
    std::mt19937 generator{20230911};
    auto random = [&] { return static_cast<unsigned>(generator()); };
    for (const std::string &seed : seeds) {
      for (size_t i = 0; i < seed.size(); ++i) {
        auto byte = static_cast<unsigned char>(seed[i]);
        for (unsigned value : {byte ^ (1u << random() % 8), byte ^ 0xFFu, byte + 1u, random()}) {
          std::string damaged = seed;
          damaged[i] = static_cast<char>(value);
          run(std::move(damaged));
          ++count;
        }
      }
    }
    llvm::outs() << count << " runs\n";
    return 0;
  }
  Mutator mutator(seeds);
  auto runs = std::strtoul(argv[1], nullptr, 10);
  for (unsigned long i = 0; i < runs; ++i) run(mutator.next());
  llvm::outs() << runs << " runs\n";
  return 0;
}
