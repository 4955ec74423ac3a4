// Reading and writing marshal data: every type code of versions 0 to 4 in, version 4 out.
#pragma once

#include "Bytecode/Code.h"
#include "llvm/ADT/SmallVector.h"
#include <string>
#include <vector>

namespace coil::bytecode {

// Which objects a writer marks with FLAG_REF.
enum class RefPolicy : uint8_t {
  CPython,   // those with Object::refFlag, which reproduces what was read or what py_compile would write
  Canonical, // exactly those that are referred to again; equal strings, numbers and tuples are written once
};

// One object of the data, in the order of the bytes; for views that show the file itself.
struct MarshalEvent {
  size_t offset;
  uint8_t typeByte;   // FLAG_REF included
  int refIndex = -1;  // its number if FLAG_REF is set; for TYPE_REF the number referred to
  uint32_t depth = 0; // nesting
  const Object *object = nullptr;
};

struct MarshalReadOptions {
  std::vector<MarshalEvent> *events = nullptr; // filled if not null
};

// The deepest nesting that is read or written; as in CPython (2000).
constexpr uint32_t kMaxMarshalDepth = 2000;

struct MarshalReadResult {
  OwnedObject object;  // null on failure
  size_t consumed = 0; // bytes read
  std::string error;   // in CPython's words where it has any ("bad marshal data (unknown type code)")
  size_t errorOffset = 0;
  bool eof = false; // the data is too short (CPython raises EOFError, not ValueError)
};

// Reads one object from the front of `data`; any bytes are safe. Strings and bytes are copied into the pool,
// so `data` may go. Containers that contain themselves are refused.
MarshalReadResult readMarshal(llvm::StringRef data, const MarshalReadOptions &options = {});

// Appends the marshal form of `object` to `out`. Fails (false, nothing said) only if the nesting exceeds
// kMaxMarshalDepth.
[[nodiscard]] bool writeMarshal(const Object &object, RefPolicy policy, llvm::SmallVectorImpl<char> &out);

} // namespace coil::bytecode
