// The digits of a float as the format codes e, f, g and repr() lay them out.
#pragma once

#include <cstdint>
#include <string>

namespace coil::vm {

enum FloatTextFlags : unsigned {
  kFloatAlternate = 1 << 0,      // keep the decimal point, and the trailing zeros of 'g'
  kFloatDot0 = 1 << 1,           // ".0" behind a number that would look like an int
  kFloatNoNegativeZero = 1 << 2, // no sign for what rounds to zero
};

// `d` by `code` (e, f, g, their capitals, or r for the shortest digits that read back as `d`), correctly
// rounded. A minus sign only; NaNs have none.
std::string floatText(double d, char code, int64_t precision, unsigned flags = 0);

} // namespace coil::vm
