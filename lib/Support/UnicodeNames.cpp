// Looking characters up by name.
#include "Support/UnicodeNames.h"
#include <string>

using namespace coil;

static bool parseHex(llvm::StringRef digits, uint32_t &c) {
  return digits.size() >= 4 && digits.size() <= 5 && !digits.getAsInteger(16, c);
}

bool coil::unicode::lookupName(llvm::StringRef name, uint32_t &c) {
  std::string upper = name.upper();
  llvm::StringRef text = upper;
  if (text.consume_front("CJK UNIFIED IDEOGRAPH-")) return parseHex(text, c);
  return false;
}
