// The header of a .pyc in words.
#include "Disasm/Views.h"
#include "Support/Repr.h"
#include "llvm/Support/raw_ostream.h"
#include <ctime>

using namespace coil;
using namespace coil::bytecode;

std::string disasm::hexHash(uint64_t hash) {
  std::string text;
  llvm::raw_string_ostream os(text);
  for (int shift = 0; shift < 64; shift += 8) writeHex(os, hash >> shift & 0xff, 2);
  return text;
}

llvm::StringRef disasm::modeName(const PycHeader &header) {
  return !header.hashBased() ? "timestamp" : header.checkSource() ? "checked-hash" : "unchecked-hash";
}

static std::string utc(uint32_t seconds) {
  std::time_t time = seconds;
  std::tm parts;
  char buffer[64];
  ::gmtime_r(&time, &parts);
  std::strftime(buffer, sizeof buffer, "%Y-%m-%d %H:%M:%S UTC", &parts);
  return buffer;
}

void disasm::writeHeader(llvm::raw_ostream &os, const PycHeader &header) {
  os << "magic:       " << header.magic;
  if (const PythonVersion *version = header.version())
    os << " (Python " << unsigned(version->major) << '.' << unsigned(version->minor) << ")\n";
  else
    os << " (unknown)\n";
  os << "mode:        " << modeName(header) << '\n';
  if (header.hashBased())
    os << "source hash: " << hexHash(header.sourceHash) << '\n';
  else
    os << "source time: " << header.mtime << " (" << utc(header.mtime) << ")\n"
       << "source size: " << header.sourceSize << '\n';
}
