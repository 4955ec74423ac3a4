// Big decimal numbers as hexadecimal ones.
#include "Lex/Decimal.h"
#include <algorithm>
#include <cstdint>
#include <vector>

std::string coil::lex::decimalToHex(llvm::StringRef digits) {
  std::vector<uint32_t> limbs;
  while (!digits.empty()) { // nine digits at a time
    size_t n = std::min<size_t>(9, digits.size());
    uint32_t chunk = 0, scale = 1;
    for (size_t i = 0; i < n; ++i) chunk = chunk * 10 + uint32_t(digits[i] - '0'), scale *= 10;
    digits = digits.drop_front(n);
    uint64_t carry = chunk;
    for (uint32_t &limb : limbs) {
      carry += uint64_t(limb) * scale;
      limb = uint32_t(carry);
      carry >>= 32;
    }
    if (carry) limbs.push_back(uint32_t(carry));
  }
  std::string hex;
  for (size_t i = limbs.size(); i-- > 0;)
    for (int shift = 28; shift >= 0; shift -= 4) hex += "0123456789abcdef"[limbs[i] >> shift & 15];
  return hex;
}
