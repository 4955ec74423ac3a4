// Big decimal numbers as hexadecimal ones.
#pragma once

#include "llvm/ADT/StringRef.h"
#include <string>

namespace coil::lex {

// Lower-case hexadecimal digits, perhaps with leading zeros, of a number in decimal digits. Quadratic: bound
// the input.
std::string decimalToHex(llvm::StringRef digits);

} // namespace coil::lex
