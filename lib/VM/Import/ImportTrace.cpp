// The report of -X importtime, in CPython's layout.
#include "VM/Import/ImportTrace.h"
#include "VM/Core/Runtime.h"
#include "llvm/Support/Format.h"
#include "llvm/Support/raw_ostream.h"
#include <chrono>

using namespace coil::vm;

// Nesting, and the time that imports inside the current one have taken. Under the import lock of the
// interpreter lock.
static int nesting = 0;
static int64_t nested = 0;
static bool headerShown = false;

static int64_t now() {
  return std::chrono::duration_cast<std::chrono::nanoseconds>(
             std::chrono::steady_clock::now().time_since_epoch())
      .count();
}

ImportTimer::ImportTimer(Str *name) : name(name) {
  if (!runtime.options.importTime) return;
  if (!headerShown) llvm::errs() << "import time: self [us] | cumulative | imported package\n";
  headerShown = true;
  ++nesting;
  outerNested = std::exchange(nested, 0);
  started = now();
}

ImportTimer::~ImportTimer() {
  if (!runtime.options.importTime || !nesting) return;
  int64_t whole = now() - started;
  --nesting;
  auto micros = [](int64_t ns) { return long((ns + 999) / 1000); };
  llvm::errs() << llvm::format("import time: %9ld | %10ld | ", micros(whole - nested), micros(whole));
  llvm::errs().indent(2 * nesting) << toUtf8(name) << '\n';
  nested = outerNested + whole;
}
