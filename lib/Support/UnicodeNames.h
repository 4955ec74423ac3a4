// Character names, as \N{...} and unicodedata.lookup() know them.
#pragma once

#include "llvm/ADT/StringRef.h"
#include <cstdint>
#include <string>

namespace coil::unicode {

// The code point of a name or alias, in any case. False if there is none.
bool lookupName(llvm::StringRef name, uint32_t &c);
// The name of a code point, not an alias; empty if it has none.
std::string nameOf(uint32_t c);

} // namespace coil::unicode
