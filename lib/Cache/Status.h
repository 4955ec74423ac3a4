// What a .pyc is worth: whether CPython would use it, and if not, why.
#pragma once

#include "Bytecode/PycHeader.h"
#include "Cache/Paths.h"

namespace coil::cache {

// In the words of `pycache check`: fresh, unchecked, stale, bad-hash, orphan, wrong-magic, corrupt,
// foreign-tag.
enum class State : uint8_t {
  Fresh,      // import uses it, and it belongs to the source as it is
  Unchecked,  // import uses it without a look at the source, and the source is another one by now (or cannot
              // be told)
  Stale,      // the source's time or size is another one
  BadHash,    // the source's hash is another one
  Orphan,     // there is no source
  WrongMagic, // written by another Python
  Corrupt,    // not a .pyc, or its code cannot be read
  ForeignTag, // its name belongs to another implementation or version
};

llvm::StringRef stateName(State state);
// Import would use it, or it is none of this Python's business.
inline bool isSound(State state) { return state <= State::Unchecked || state == State::ForeignTag; }

struct Status {
  State state = State::Corrupt;
  std::string reason; // a half sentence, for people
  bytecode::PycHeader header;
  bool hasHeader = false;
  std::string source;                      // the path of the source it belongs to; empty if unknown
  std::optional<bytecode::OwnedCode> code; // if it was to be read and could be
};

struct StatusOptions {
  PathOptions paths;
  std::string source;   // the source, if it is not to be found by the name of the .pyc
  bool readCode = true; // a corrupt payload shows only if it is read
};

// Looks at the content of a .pyc that lies at `path`. Files that cannot be read are Corrupt.
Status statusOf(llvm::StringRef path, llvm::StringRef content, const StatusOptions &options);
Status statusOf(llvm::StringRef path, const StatusOptions &options);

} // namespace coil::cache
