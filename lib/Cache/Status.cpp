// The rules by which import accepts a cached file, applied in the same order.
#include "Cache/Status.h"
#include "Support/Tool.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/MemoryBuffer.h"
#include <sys/stat.h>

using namespace coil;
using namespace coil::bytecode;
using namespace coil::cache;
using llvm::StringRef;

StringRef cache::stateName(State state) {
  switch (state) {
  case State::Fresh: return "fresh";
  case State::Unchecked: return "unchecked";
  case State::Stale: return "stale";
  case State::BadHash: return "bad-hash";
  case State::Orphan: return "orphan";
  case State::WrongMagic: return "wrong-magic";
  case State::Corrupt: return "corrupt";
  case State::ForeignTag: return "foreign-tag";
  }
  return "";
}

static void settle(Status &status, State state, std::string reason) {
  status.state = state;
  status.reason = std::move(reason);
}

static void compareHash(Status &status) {
  auto source = llvm::MemoryBuffer::getFile(status.source);
  bool checked = status.header.checkSource();
  if (!source) {
    settle(status, State::Orphan, "the source cannot be read");
    return;
  }
  uint64_t hash = sourceHash((*source)->getBuffer(), status.header.magic);
  if (hash == status.header.sourceHash)
    settle(status, State::Fresh, "the source has the recorded hash");
  else if (checked)
    settle(status, State::BadHash, "the source has another hash");
  else
    settle(status, State::Unchecked, "the source has another hash, which import does not check");
}

static void compareTime(Status &status, const struct stat &info) {
  auto mtime = static_cast<uint32_t>(info.st_mtime), size = static_cast<uint32_t>(info.st_size);
  if (mtime != status.header.mtime)
    settle(status, State::Stale, "the source has another modification time");
  else if (size != status.header.sourceSize)
    settle(status, State::Stale, "the source has another size");
  else
    settle(status, State::Fresh, "the source has the recorded time and size");
}

static void compareSource(Status &status, bool sourceless) {
  struct stat info;
  if (status.source.empty()) {
    settle(status, State::Unchecked, "its name does not tell the source");
    return;
  }
  if (::stat(status.source.c_str(), &info) != 0) {
    if (sourceless) return settle(status, State::Unchecked, "a module without a source");
    settle(status, State::Orphan, "there is no " + status.source);
    return;
  }
  if (status.header.hashBased())
    compareHash(status);
  else
    compareTime(status, info);
}

Status cache::statusOf(StringRef path, StringRef content, const StatusOptions &options) {
  Status status;
  std::optional<CachedName> name = parseCachedName(path);
  status.source = options.source.empty() ? sourceForPyc(path, options.paths) : options.source;
  std::string error;
  if (!readPycHeader(content, status.header, error)) {
    status.hasHeader = false;
    settle(status, State::Corrupt, error);
    return status;
  }
  status.hasHeader = true;
  if (name && !name->tag.empty() && name->tag != options.paths.tag) {
    settle(status, State::ForeignTag, "it is for " + name->tag);
    return status;
  }
  if (status.header.magic != python311().magic) {
    const PythonVersion *version = status.header.version();
    settle(status, State::WrongMagic,
           version ? "it was written by Python " + std::to_string(version->major) + "." +
                         std::to_string(version->minor)
                   : "its magic number is unknown");
    return status;
  }
  if (options.readCode) {
    PycReadResult result = readPyc(content);
    if (!result.code) {
      settle(status, State::Corrupt, result.error);
      return status;
    }
    status.code = std::move(result.code);
  }
  // A .pyc outside of __pycache__ is imported by itself where there is no source.
  compareSource(status, options.source.empty() && name && name->tag.empty());
  return status;
}

Status cache::statusOf(StringRef path, const StatusOptions &options) {
  auto buffer = llvm::MemoryBuffer::getFile(path, /*IsText=*/false, /*RequiresNullTerminator=*/false);
  if (buffer) return statusOf(path, (*buffer)->getBuffer(), options);
  Status status;
  settle(status, State::Corrupt, "it cannot be read: " + errorText(buffer.getError()));
  return status;
}
