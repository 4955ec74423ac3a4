// Any bytes as a .pyc: shown in every view and written again, or refused with a reason.
#include "Bytecode/Verify.h"
#include "Cache/Diff.h"
#include "Cache/Rewrite.h"
#include "Disasm/Views.h"
#include "llvm/ADT/SmallString.h"
#include "llvm/Support/raw_ostream.h"

using namespace coil;
using namespace coil::bytecode;

extern "C" int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  llvm::StringRef bytes(reinterpret_cast<const char *>(data), size);
  std::vector<MarshalEvent> events;
  MarshalReadOptions options;
  options.events = &events;
  PycReadResult result = readPyc(bytes, options);
  if (!result.code && result.error.empty()) __builtin_trap();
  if (!result.code) return 0;
  llvm::raw_null_ostream os;
  const Code *root = result.code.object;
  (void)verify(*root);
  disasm::ListingOptions listing;
  disasm::writeListing(os, *root, listing);
  listing.showCaches = listing.showPositions = listing.labels = true;
  disasm::writeListing(os, *root, listing);
  disasm::writeCodeInfo(os, *root);
  disasm::writeJson(os, root, -1);
  disasm::writeStats(os, root);
  disasm::writeFlowGraph(os, root, -1);
  disasm::writeMarshalView(os, events, kPycHeaderSize);
  // What is written in normal form reads back, and is the same in normal form again.
  llvm::SmallString<0> once, twice;
  if (!cache::writePyc(result.header, *root, RefPolicy::Canonical, once)) return 0;
  PycReadResult back = readPyc(once);
  if (!back.code) __builtin_trap();
  cache::diffPyc(bytes, result, once, back);
  if (!cache::writePyc(back.header, *back.code, RefPolicy::Canonical, twice) || once != twice)
    __builtin_trap();
  return 0;
}
